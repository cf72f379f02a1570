"""How does a request letter look: as a draft, once it is signed, and as the office's own copy?"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

from requests_app.documents import wording
from requests_app.documents.papers import (
    Crest,
    Letterhead,
    Measures,
    PaperIncomplete,
    Signatory,
    Verification,
    body_html,
    own_signature_note,
    paper_html,
    render_paper,
    require_final_or_draft,
)
from requests_app.documents.pdf import Companion

__all__ = [
    "Addressee",
    "AnnexItem",
    "ArchiveCopy",
    "Crest",
    "InitialMark",
    "LetterPaper",
    "Letterhead",
    "Measures",
    "PaperIncomplete",
    "Signatory",
    "Verification",
    "as_plain",
    "from_plain",
    "machine_data",
    "own_signature_note",
    "render_archive_copy",
    "render_letter",
]

DATA_FORM: Final = "sopdata/surat/1"
"""The form of the file that travels in a letter; another number for another set of keys."""
DATA_FILE: Final = "surat.json"
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
    of them is. Signed by hand (`by_pen`): number and date, and nothing electronic, for a pen makes
    no electronic signature. Anything between raises `PaperIncomplete`. `annex` is counted when
    empty. `body` is light markup (see `papers.body_html`), one text per part of the letter.
    `keywords` go into the file's metadata: the place of the audit anchor. `classification` and
    `content_hash` (of what was verified and signed) are not printed; they go into the file for
    machines.
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
    by_pen: bool = False
    measures: Measures = field(default_factory=Measures)
    classification: str = ""
    content_hash: str = ""
    keywords: str = ""

    def __post_init__(self) -> None:
        if not self.addressees:
            raise PaperIncomplete("A letter needs an addressee.")
        electronic = {"verification": self.verification, "signature_note": self.signature_note}
        if self.by_pen and (self.draft or any(electronic.values())):
            raise PaperIncomplete("A letter for the pen is final and carries nothing electronic.")
        require_final_or_draft(
            draft=self.draft,
            number=self.number,
            date=self.letter_date,
            **({} if self.by_pen else electronic),
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


@dataclass(frozen=True, kw_only=True)
class InitialMark:
    """One initial (paraf): as what an official read the letter, who it was, and when in words."""

    title: str
    name: str
    given: str


@dataclass(frozen=True, kw_only=True)
class ArchiveCopy:
    """The office's own copy of a letter that was sent: the letter, and who initialled it.

    The table of initials stands on this copy only (DOMAIN: paraf). There is none of a draft.
    """

    letter: LetterPaper
    initials: tuple[InitialMark, ...]

    def __post_init__(self) -> None:
        if self.letter.draft:
            raise PaperIncomplete("There is no archive copy of a draft.")


def render_letter(paper: LetterPaper, /) -> bytes:
    """Make the PDF/A-3a bytes of a letter; equal papers give equal bytes.

    The letter carries neither shared link nor access code (one letter goes to all recipients);
    its QR leads to the public verification page only. A draft has the word DRAF across each page;
    a final letter carries the same for machines (`machine_data`). One that is signed by hand has
    room for pen and stamp in the place of the QR.
    """
    return render_paper(
        template="letter.html",
        measures=paper.measures,
        companions=_companions(paper),
        **_context(paper),
    )


def letter_html(paper: LetterPaper, /) -> str:
    """Give the HTML from which a letter is made, to be measured or compared."""
    return paper_html(template="letter.html", measures=paper.measures, **_context(paper))


def render_archive_copy(copy: ArchiveCopy, /) -> bytes:
    """Make the office copy; each page says that it is one, so that none is taken for the letter."""
    paper = copy.letter
    return render_paper(
        template="letter_archive.html",
        measures=paper.measures,
        **_context(paper) | {"title": f"Salinan arsip surat {paper.number}"},
        initials=copy.initials,
    )


def machine_data(paper: LetterPaper, /) -> bytes:
    """Say in JSON what a final letter says: number, date, sender, addressees, items, hashes."""
    signatory, data = paper.signatory, asdict(paper)
    facts = {
        "form": DATA_FORM,
        "number": paper.number,
        "date": paper.letter_date,
        "place": paper.place,
        "classification": paper.classification,
        "urgency": paper.urgency,
        "subject": paper.subject,
        "sender": {
            "government": paper.letterhead.government,
            "office": " ".join(paper.letterhead.office_lines),
            "signatory": {
                "title": " ".join(signatory.lines).rstrip(","),
                "name": signatory.name,
                "nip": signatory.nip,
            },
        },
        "addressees": data["addressees"],
        "cc": paper.cc,
        "items": data["items"],
        "verification": paper.verification and paper.verification.url,
        "hashes": {
            "algorithm": "SHA-256",
            "content": paper.content_hash,
            "body": hashlib.sha256("\n\n".join(paper.body).encode()).hexdigest(),
        },
    }
    return json.dumps(facts, ensure_ascii=False, indent=1, default=_iso).encode()


# -- keeping a paper --------------------------------------------------------------------------


def as_plain(paper: LetterPaper, /) -> dict[str, Any]:
    """Give all that decides how a paper looks as plain values that JSON can keep.

    The crest is named by source and digest; its bytes are kept where they came from.
    """
    plain = asdict(paper)
    crest = paper.letterhead.crest
    plain["letterhead"]["crest"] = crest and crest.named
    plain["verification"] = paper.verification and {
        "url": paper.verification.url,
        "code": paper.verification.code,
    }
    kept: dict[str, Any] = json.loads(json.dumps(plain, default=_iso))
    return kept


def from_plain(plain: dict[str, Any], /, *, crest: Crest | None) -> LetterPaper:
    """Build the paper again from what `as_plain` gave, with the crest found again by its source."""
    head, signatory = dict(plain["letterhead"]), dict(plain["signatory"])
    head |= {"office_lines": tuple(head["office_lines"]), "crest": crest}
    signatory |= {name: tuple(signatory[name]) for name in ("title_lines", "on_behalf_lines")}
    dated, verification = plain["letter_date"], plain["verification"]
    return LetterPaper(
        **plain
        | {
            "letterhead": Letterhead(**head),
            "signatory": Signatory(**signatory),
            "measures": Measures(**plain["measures"]),
            "addressees": tuple(Addressee(**one) for one in plain["addressees"]),
            "items": tuple(AnnexItem(**one) for one in plain["items"]),
            "body": tuple(plain["body"]),
            "cc": tuple(plain["cc"]),
            "letter_date": dated and date.fromisoformat(dated),
            "verification": verification and Verification(**verification),
        }
    )


# -- inside -----------------------------------------------------------------------------------


def _context(paper: LetterPaper) -> dict[str, Any]:
    return {
        "paper": paper,
        "title": paper.subject,
        "draft": paper.draft,
        "by_pen": paper.by_pen,
        "letterhead": paper.letterhead,
        "signatory": paper.signatory,
        "verification": paper.verification,
        "signature_note": paper.signature_note,
        "keywords": paper.keywords,
        "number": paper.number,
        "printed_date": wording.long_date(paper.letter_date) if paper.letter_date else None,
        "parts": [body_html(part) for part in paper.body],
        "annex_titles": paper.annex_titles,
        "rows": _numbered(paper.items),
        "receivers": _numbered(paper.addressees),
    }


def _numbered(rows: tuple[Any, ...]) -> list[tuple[str, Any]]:
    return [(wording.grouped(place), row) for place, row in enumerate(rows, start=1)]


def _companions(paper: LetterPaper) -> tuple[Companion, ...]:
    if paper.letter_date is None or paper.by_pen:
        return ()
    return (
        Companion(
            name=DATA_FILE,
            content=machine_data(paper),
            description=f"Data surat {paper.number}",
            dated=paper.letter_date,
        ),
    )


def _iso(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value)} is no plain value.")
