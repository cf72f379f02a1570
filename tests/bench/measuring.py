"""How do pages stand beside a floor view, and a deed beside its bare statements?

Measured in one process and one run, kind after kind in turn so that a busy moment hits all alike;
medians are compared. Writes docs/bench.md.
"""

from statistics import median

from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection

from tests.bench import deed, http, papers, report, scenery, signing, uploads, weight

REQUESTS = 1_000
ROUNDS = 60
WARM_UP = 5


def main() -> int:
    """Set the stage in a database of its own, measure, tell, clear away."""
    settings.ROOT_URLCONF = "tests.bench.floor"
    settings.TEMPLATES[0]["DIRS"].append(settings.BASE_DIR / "tests" / "bench" / "templates")
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = "test_sopdata_bench"
    call_command("collectstatic", verbosity=0, interactive=False)
    real_name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return measure()
    finally:
        connection.creation.destroy_test_db(real_name, verbosity=0)


def measure() -> int:
    """Measure all, print the table and write it."""
    scenery.build(requests=REQUESTS)
    kinds = scenery.pages()
    pages = measure_pages(kinds)
    deeds = measure_deed(scenery.deeds())
    text = report.written(pages=pages, deeds=deeds, requests=REQUESTS, rounds=ROUNDS)
    text += weight.section(get_wsgi_application(), kinds["work"][0])
    text += papers.section() + uploads.section() + signing.section()
    print(text)  # noqa: T201
    (settings.BASE_DIR / "docs" / "bench.md").write_text(text, encoding="utf-8")
    return 0


def measure_pages(kinds: dict[str, list[http.Page]]) -> dict[str, report.Measured]:
    """Ask for one page of each kind in turn, round after round."""
    application = get_wsgi_application()
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    for turn in range(WARM_UP + ROUNDS):
        for kind, pages in kinds.items():
            took = http.get(application, pages[turn % len(pages)])
            if turn >= WARM_UP:
                times[kind].append(took)
    return {
        kind: report.Measured(median(times[kind]), scenery.queries(application, pages[0]))
        for kind, pages in kinds.items()
    }


def measure_deed(pairs: list[scenery.Pair]) -> dict[str, report.Measured]:
    """Do a deed through `perform`, then the same deed on its like by bare statements, in turn."""
    bare = deed.bare_connection()
    ours, theirs, sent = [], [], 0
    for turn, pair in enumerate(pairs):
        statements = deed.statements_of(pair.second)
        took = deed.timed(pair.first), deed.timed(lambda: deed.replay(bare, statements))  # noqa: B023
        if turn >= WARM_UP:
            ours.append(took[0])
            theirs.append(took[1])
        sent = len(statements)
    bare.close()
    return {
        "perform": report.Measured(median(ours), sent),
        "psycopg2": report.Measured(median(theirs), sent),
    }
