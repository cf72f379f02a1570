"""How are the measured figures told?"""

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version

from django.db import connection

PAGE_GOAL = 2.0
DEED_GOAL = 3.0
NAMES = {
    "floor": "Floor view",
    "framed": "The same 25 rows in the frame of every page",
    "inbox": "Inbox `/`",
    "list": "List `/permohonan/`",
    "request": "Request page",
    "owner": "Owner's page, tasks",
    "work": "Owner's page, row 7a with its form",
    "psycopg2": "Same statements, one COMMIT, bare psycopg2",
    "perform": "`workflow.perform` (`accept_report`), no HTTP",
}
WITHOUT_GOAL = {"floor", "framed", "psycopg2"}


@dataclass(frozen=True)
class Measured:
    """A median in milliseconds, and the number of statements behind it."""

    milliseconds: float
    statements: int


def written(
    *, pages: dict[str, Measured], deeds: dict[str, Measured], requests: int, rounds: int
) -> str:
    """Write the page docs/bench.md."""
    database = connection.pg_version // 10000  # type: ignore[attr-defined]
    measured_on = (
        f"{requests:,} requests in PostgreSQL {database}, Python {platform.python_version()}, "
        f"Django {version('django')}, {os.cpu_count()} cores; medians of {rounds} rounds, the "
        "kinds in turn."
    )
    lines = [
        "# Bench",
        "",
        "Written by `make bench`. The figures are of one machine and one moment; the ratios count.",
        measured_on,
        "A page is measured from the WSGI call to its last byte, without network and web server.",
        "",
        *table(pages, base="floor", goal=PAGE_GOAL),
        "",
        "The floor view has the same middleware, a signed-in session, one indexed query of 25",
        "rows and a template of one line.",
        "",
        *table(deeds, base="psycopg2", goal=DEED_GOAL),
    ]
    return "\n".join(lines) + "\n"


def table(measured: dict[str, Measured], *, base: str, goal: float) -> list[str]:
    """Lay out one comparison as a Markdown table."""
    lines = ["| | ms | statements | ratio | goal |", "|---|---|---|---|---|"]
    floor = measured[base].milliseconds
    for kind, one in sorted(measured.items(), key=lambda item: item[0] != base):
        ratio, value, aim = "1", 1.0, ""
        if kind != base:
            value = one.milliseconds / floor
            ratio = f"{value:.2f}"
        if kind not in WITHOUT_GOAL:
            aim = f"≤ {goal:.0f}" + ("" if value <= goal else ", missed")
        name = f"| {NAMES[kind]} | {one.milliseconds:.2f} "
        lines.append(f"{name}| {one.statements} | {ratio} | {aim} |")
    return lines
