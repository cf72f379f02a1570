"""How does the nota dinas look that lays a report before the head (SOP row 12)?"""

from dataclasses import dataclass, field
from datetime import date

from requests_app.documents import wording
from requests_app.documents.papers import (
    Letterhead,
    Measures,
    Signatory,
    Verification,
    body_html,
    render_paper,
)


@dataclass(frozen=True, kw_only=True)
class NotePaper:
    """All that stands in a nota dinas. There is no draft of it: its words follow from the report.

    Texts are light markup; `sender` is the title of who signs, `annex` what lies behind the note,
    `keywords` as in `letters.LetterPaper`.
    """

    letterhead: Letterhead
    addressee: str
    sender: str
    number: str
    note_date: date
    urgency: str
    annex: str
    subject: str
    body: str
    signatory: Signatory
    verification: Verification
    signature_note: str
    keywords: str = ""
    cc: tuple[str, ...] = ()
    measures: Measures = field(default_factory=Measures)


def render_note(paper: NotePaper, /) -> bytes:
    """Make the PDF/A-3a bytes of a nota dinas; equal papers give equal bytes."""
    return render_paper(
        template="note.html",
        measures=paper.measures,
        paper=paper,
        title=f"Nota dinas {paper.number}: {paper.subject}",
        draft=False,
        keywords=paper.keywords,
        letterhead=paper.letterhead,
        signatory=paper.signatory,
        verification=paper.verification,
        signature_note=paper.signature_note,
        number=paper.number,
        body=body_html(paper.body),
        facts=(
            ("Yth.", paper.addressee),
            ("Dari", paper.sender),
            ("Tembusan", "; ".join(paper.cc) or "-"),
            ("Tanggal", wording.long_date(paper.note_date)),
            ("Nomor", paper.number),
            ("Sifat", paper.urgency),
            ("Lampiran", paper.annex),
            ("Hal", paper.subject),
        ),
    )
