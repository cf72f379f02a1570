"""Where is a received file judged and counted, before it is kept?

In a child of this process (`documents.apart`), which reads the file where it lies: the worst that a
stranger's bytes can do is to end it.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, cast

from requests_app.documents.apart import Bench, TooMuch, serve
from requests_app.documents.facts import Facts, facts_of
from requests_app.documents.rows import count_rows
from requests_app.documents.sniffing import ALL_KINDS, Kind, Limits, Verdict, judge_file

LONGEST_SECONDS: Final = 20
PATIENCE_SECONDS: Final = 25
"""How long a file waits for those before it: while it does, its sender holds a transaction."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What was found about a file: the verdict, its rows where it has some, and its facts."""

    verdict: Verdict
    rows: int | None = None
    facts: Facts


def inspect(
    path: Path, /, *, name: str, limits: Limits, allowed: Iterable[Kind] = ALL_KINDS
) -> Findings:
    """Judge and count a file apart; raises `apart.TooMuch` and `apart.NobodyThere`."""
    question = {
        "path": str(path),
        "name": name,
        "allowed": list(allowed),
        "limits": asdict(limits),
    }
    told, _nothing = bench.ask(question, b"")
    try:
        return _unpacked(told)
    except (TypeError, LookupError, ValueError, AttributeError) as error:  # a stranger's words
        raise TooMuch from error


def _unpacked(told: dict[str, Any]) -> Findings:
    rows = told["rows"]
    return Findings(
        verdict=Verdict.read(told["verdict"]),
        rows=None if rows is None else int(rows),
        facts=cast("Facts", dict(told["facts"])),
    )


# -- on the other side ----------------------------------------------------------------------------


def findings_of(
    content: bytes, /, *, name: str, allowed: Iterable[Kind], limits: Limits
) -> Findings:
    """Judge a file, and count what may come in."""
    verdict = judge_file(content, name=name, allowed=allowed, limits=limits)
    if verdict.kind is None or not (verdict.ok or verdict.may_be_held):
        return Findings(verdict=verdict, facts={})
    rows = count_rows(content, kind=verdict.kind)
    return Findings(verdict=verdict, rows=rows, facts=facts_of(content, kind=verdict.kind))


def _work(question: dict[str, Any], _nothing: bytes) -> tuple[dict[str, Any], bytes]:
    found = findings_of(
        Path(question["path"]).read_bytes(),
        name=question["name"],
        allowed=[Kind(one) for one in question["allowed"]],
        limits=Limits(**question["limits"]),
    )
    told = {"verdict": found.verdict.told(), "rows": found.rows, "facts": found.facts}
    return told, b""


bench = Bench(__name__, seconds=LONGEST_SECONDS, patience=PATIENCE_SECONDS)

if __name__ == "__main__":
    serve(_work, seconds=LONGEST_SECONDS)
