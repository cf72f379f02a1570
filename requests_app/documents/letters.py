"""How does a request letter look, as a draft and once it is signed?"""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from requests_app.documents import wording
from requests_app.documents.papers import (
    Letterhead,
    Measures,
    PaperIncomplete,
    Signatory,
    Verification,
    body_html,
    own_signature_note,
    render_paper,
    require_final_or_draft,
)

__all__ = [
    "Addressee",
    "AnnexItem",
    "LetterPaper",
    "Letterhead",
    "Measures",
    "PaperIncomplete",
    "Signatory",
    "Verification",
    "own_signature_note",
    "render_letter",
]

_ROMAN: Final = ("I", "II")


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """To whom the letter goes: the office-holder's title, not a person, and the place."""

    title: str
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class AnnexItem:
    """One row of the annex: a data set that is asked for (Perpres 39/2019 art. 3–4)."""

    name: str
    definition: str = ""
    unit: str = ""
    period: str = ""
    coverage: str = ""
    format: str = ""
    remarks: str = ""


@dataclass(frozen=True, kw_only=True)
class LetterPaper:
    """All that stands in a request letter, as plain values.

    Final: `number`, `letter_date`, `verification` and `signature_note` are all given. Draft: none
    of them is. Anything between raises `PaperIncomplete`. `annex` is counted when empty. `body` is
    light markup (see `papers.body_html`), one text per part of the letter. `keywords` go into the
    file's metadata: the place of the audit anchor.
    """

    letterhead: Letterhead
    place: str
    subject: str
    addressees: tuple[Addressee, ...]
    body: tuple[str, ...]
    signatory: Signatory
    items: tuple[AnnexItem, ...] = ()
    cc: tuple[str, ...] = ()
    urgency: str = "Biasa"
    annex: str = ""
    number: str | None = None
    letter_date: date | None = None
    verification: Verification | None = None
    signature_note: str | None = None
    draft: bool = False
    measures: Measures = field(default_factory=Measures)
    keywords: str = ""

    def __post_init__(self) -> None:
        if not self.addressees:
            raise PaperIncomplete("A letter needs an addressee.")
        require_final_or_draft(
            draft=self.draft,
            number=self.number,
            date=self.letter_date,
            verification=self.verification,
            signature_note=self.signature_note,
        )

    @property
    def has_distribution(self) -> bool:
        """Tell whether the addressees stand on a list of their own (more than one)."""
        return len(self.addressees) > 1

    @property
    def printed_annex(self) -> str:
        """Give "Lampiran": as set, else one bundle when there is an annex, else a dash."""
        if self.annex:
            return self.annex
        return wording.amount(1, "berkas") if self.items or self.has_distribution else "-"

    @property
    def annex_titles(self) -> dict[str, str]:
        """Name each annex; several take Roman numerals."""
        present = [
            kind
            for kind, is_there in (("list", self.has_distribution), ("items", bool(self.items)))
            if is_there
        ]
        if len(present) == 1:
            return {present[0]: "Lampiran Surat"}
        return {
            kind: f"Lampiran {numeral} Surat"
            for kind, numeral in zip(present, _ROMAN, strict=False)
        }


def render_letter(paper: LetterPaper, /) -> bytes:
    """Make the PDF/A-3a bytes of a letter; equal papers give equal bytes.

    The letter carries neither shared link nor access code (one letter goes to all recipients);
    its QR leads to the public verification page only. A draft has the word DRAF across each page.
    """
    return render_paper(
        template="letter.html",
        measures=paper.measures,
        paper=paper,
        title=paper.subject,
        draft=paper.draft,
        letterhead=paper.letterhead,
        signatory=paper.signatory,
        verification=paper.verification,
        signature_note=paper.signature_note,
        keywords=paper.keywords,
        number=paper.number,
        printed_date=wording.long_date(paper.letter_date) if paper.letter_date else None,
        parts=[body_html(part) for part in paper.body],
        annex_titles=paper.annex_titles,
        rows=[(wording.grouped(place), row) for place, row in enumerate(paper.items, start=1)],
        receivers=[
            (wording.grouped(place), row) for place, row in enumerate(paper.addressees, start=1)
        ],
    )
