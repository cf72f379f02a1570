"""How does the collection form look on paper, for owners who answer with a pen (SOP row 2)?"""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from requests_app.documents.papers import Letterhead, Measures, body_html, render_paper

ABREAST: Final = 5
"""So many columns leave room for a pen on a sheet of A4."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question; `kind` is short, long, number, date, single, multiple, table or file."""

    text: str
    kind: str = "short"
    unit: str = ""
    choices: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    holds_numbers: bool = False
    required: bool = True
    help: str = ""

    @property
    def grids(self) -> list[tuple[str, ...]]:
        """Part the columns of a table into grids of about equal width, one below the other."""
        count = -(-len(self.columns) // ABREAST)
        borders = [len(self.columns) * place // count for place in range(count + 1)]
        return [self.columns[start:end] for start, end in pairwise(borders)]


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item of the list with what was asked about it; without a question a file is awaited."""

    name: str
    details: str = ""
    required: bool = True
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BlankForm:
    """All that stands in the printed form. `letter` is "" until the letter has its number.

    A blank form is signed by nobody of ours and proves nothing: it has neither code nor QR.
    """

    letterhead: Letterhead
    title: str
    version: int
    office: str
    contact: str
    items: tuple[Item, ...]
    letter: str = ""
    owner: str = ""
    days: str = ""
    return_to: str = ""
    instructions: str = ""
    draft: bool = False
    measures: Measures = field(default_factory=Measures)


def render_blank(paper: BlankForm, /) -> bytes:
    """Make the PDF/A-3a bytes of a printed form; equal papers give equal bytes."""
    return render_paper(
        template="blank.html",
        measures=paper.measures,
        paper=paper,
        title=f"Formulir pengumpulan data dan informasi: {paper.title}",
        draft=paper.draft,
        keywords="",
        letterhead=paper.letterhead,
        facts=tuple(
            (label, value)
            for label, value in (
                ("Permohonan", paper.title),
                ("Nomor surat", paper.letter),
                ("Pemilik data", paper.owner),
            )
            if value
        ),
        instructions=body_html(paper.instructions),
    )
