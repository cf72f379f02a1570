"""How much do papers and their pictures cost, beside the bare libraries that make them?"""

import io
import time
from collections.abc import Callable
from statistics import median
from typing import Final

import pypdfium2

from requests_app.documents import letters, pages
from tests.bench import deed
from tests.documents import gallery

GOAL: Final = 1.2
ROUNDS: Final = 20
WARM_UP: Final = 3
WIDTH: Final = 960
BARE: Final = {"letter": "weasyprint", "picture": "pypdfium2"}
NAMES: Final = {
    "weasyprint": "Bare WeasyPrint on the same HTML, no archive form",
    "letter": "`render_letter`, final: PDF/A-3a with its data inside",
    "pypdfium2": "Bare pypdfium2, page 1, 960 pixels, Pillow's WebP",
    "picture": "`page_image` of the same page",
}


def section() -> str:
    """Measure, and tell it as a part of docs/bench.md."""
    took = in_turn(kinds())
    lines = ["", "| | ms | ratio | goal |", "|---|---|---|---|"]
    for kind, name in NAMES.items():
        ratio = took[kind] / took[BARE[kind]] if kind in BARE else 1
        aim = f"≤ {GOAL}{'' if ratio <= GOAL else ', missed'}" if kind in BARE else ""
        lines.append(f"| {name} | {took[kind]:.1f} | {ratio:.2f} | {aim} |")
    return "\n".join([*lines, "", annex()]) + "\n"


def annex() -> str:
    """Tell how fast a long annex is set, in the time of one core."""
    paper = gallery.letter(items=gallery.ITEMS * 150)
    letters.render_letter(paper)
    began = time.process_time()
    pdf = letters.render_letter(paper)
    seconds = time.process_time() - began
    count = pages.count_pages(pdf)
    return (
        f"A letter with 300 items has {count} pages and takes {seconds:.1f} s of one core: "
        f"{count / seconds:.0f} pages a second."
    )


def kinds() -> dict[str, Callable[[], object]]:
    """Pair each of our makers with its library, on the same input."""
    import weasyprint  # slow; the rest of the bench does without

    paper = gallery.letter()
    html, pdf = letters.letter_html(paper), letters.render_letter(paper)
    return {
        "weasyprint": lambda: weasyprint.HTML(string=html).write_pdf(),
        "letter": lambda: letters.render_letter(paper),
        "pypdfium2": lambda: bare_picture(pdf),
        "picture": lambda: pages.page_image(pdf, number=1, width=WIDTH),
    }


def bare_picture(pdf: bytes) -> bytes:
    """Draw the first page with nothing above the libraries."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    buffer = io.BytesIO()
    page.render(scale=WIDTH / page.get_width()).to_pil().save(buffer, "WEBP")
    document.close()
    return buffer.getvalue()


def in_turn(makers: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Measure kind after kind, round after round; give the medians in milliseconds."""
    times: dict[str, list[float]] = {kind: [] for kind in makers}
    for turn in range(WARM_UP + ROUNDS):
        for kind, make in makers.items():
            took = deed.timed(make)
            if turn >= WARM_UP:
                times[kind].append(took)
    return {kind: median(all_of_them) for kind, all_of_them in times.items()}
