"""How does the report on the use of data look (SOP row 12), as a draft and once it is submitted?"""

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Final

from requests_app.documents import charts, wording
from requests_app.documents.papers import (
    Letterhead,
    Measures,
    Signatory,
    Verification,
    body_html,
    render_paper,
    require_final_or_draft,
)


@dataclass(frozen=True, kw_only=True)
class ReceivedData:
    """One data set that came: what, from whom, by which letter, when, and where it is recorded."""

    item: str
    owner: str
    received_date: date
    register_number: str = ""
    owner_letter: str = ""
    files: str = ""

    @property
    def printed_date(self) -> str:
        """Give the day in figures."""
        return wording.short_date(self.received_date)


@dataclass(frozen=True, kw_only=True)
class NotReceived:
    """One data set that did not come, and why."""

    item: str
    owner: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """One processing result: what was made, how, from which sources, in which files."""

    title: str
    method: str
    sources: str
    files: str = ""


@dataclass(frozen=True, kw_only=True)
class Use:
    """One line of the ledger of uses (buku penggunaan)."""

    used_date: date
    data: str
    user: str
    purpose: str
    product: str
    shared_with: str = ""
    basis: str = ""

    @property
    def printed_date(self) -> str:
        """Give the day in figures."""
        return wording.short_date(self.used_date)


@dataclass(frozen=True, kw_only=True)
class NonUse:
    """A reasoned statement that received data were not used."""

    data: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class OutsideApproval:
    """An approval of the agency head for a use outside the stated purpose."""

    approved_date: date
    data: str
    purpose: str
    approved_by: str
    reason: str

    @property
    def printed_date(self) -> str:
        """Give the day in figures."""
        return wording.short_date(self.approved_date)


@dataclass(frozen=True, kw_only=True)
class TimeSpent:
    """Office minutes that a party took for its rows, and those it had until they were due.

    A row done late is told, however much time was saved in the others.
    """

    party: str
    spent_minutes: int
    allowed_minutes: int
    late_rows: int = 0

    @property
    def printed_spent(self) -> str:
        """Give the time in words."""
        return wording.duration(self.spent_minutes)

    @property
    def printed_allowed(self) -> str:
        """Give the time until the due moments in words."""
        return wording.duration(self.allowed_minutes)

    @property
    def remark(self) -> str:
        """Tell whether every row was done in time."""
        if not self.late_rows:
            return "Tepat waktu"
        return f"Terlambat pada {wording.amount(self.late_rows, 'langkah')}"


@dataclass(frozen=True, kw_only=True)
class ReportPaper:
    """All that stands in a usage report; chapters A to E of the official form of a laporan.

    Texts are light markup. The tables come from the ledger as it stands; an empty one is said in
    words, never left out. Final and draft as in `letters.LetterPaper`: a final report has number,
    date, verification and note, a draft has none of them, else `PaperIncomplete`.
    """

    letterhead: Letterhead
    place: str
    subject: str
    signatory: Signatory
    general: str
    aims: str
    scope: str
    legal_basis: tuple[str, ...]
    letter: str
    activities: str = ""
    received: tuple[ReceivedData, ...] = ()
    not_received: tuple[NotReceived, ...] = ()
    results: tuple[Result, ...] = ()
    uses: tuple[Use, ...] = ()
    non_uses: tuple[NonUse, ...] = ()
    approvals: tuple[OutsideApproval, ...] = ()
    times: tuple[TimeSpent, ...] = ()
    achievements: str = ""
    retention: str = ""
    conclusions: str = ""
    suggestions: str = ""
    closing: str = ""
    number: str | None = None
    report_date: date | None = None
    verification: Verification | None = None
    signature_note: str | None = None
    draft: bool = False
    measures: Measures = field(default_factory=Measures)
    keywords: str = ""

    def __post_init__(self) -> None:
        require_final_or_draft(
            draft=self.draft,
            number=self.number,
            date=self.report_date,
            verification=self.verification,
            signature_note=self.signature_note,
        )

    @property
    def title(self) -> str:
        """Give the third line of the heading."""
        return f"Penggunaan Data dan Informasi {self.subject}".strip()

    @property
    def time_chart(self) -> str:
        """Draw what each party took against its standard."""
        bars = [
            charts.Bar(
                label=one.party,
                value=one.spent_minutes,
                printed=one.printed_spent,
                standard=one.allowed_minutes,
            )
            for one in self.times
        ]
        title = "Waktu terpakai; garis tegak menandai waktu sampai tenggat"
        return charts.bar_chart(title=title, bars=bars, face=self.measures.face)

    @property
    def use_chart(self) -> str:
        """Draw how often data was used in each month, of a long record in each year; "" of one."""
        months = Counter(use.used_date.replace(day=1) for use in self.uses)
        names = {month: wording.month_year(month) for month in sorted(months)}
        if len(months) > MOST_MONTHS:
            names = {month: str(month.year) for month in names}
        counted: Counter[str] = Counter()
        for month, name in names.items():
            counted[name] += months[month]
        bars = [
            charts.Bar(label=name, value=count, printed=f"{wording.grouped(count)} penggunaan")
            for name, count in counted.items()
        ]
        title = "Banyaknya penggunaan menurut waktu"
        face = self.measures.face
        return charts.bar_chart(title=title, bars=bars, face=face) if len(bars) > 1 else ""


MOST_MONTHS: Final = 24
"""More bars than these are drawn by years."""
SHORT_TEXT: Final = 900
"""Suggestions up to here stay with the closing, so that no page holds a signature only."""
_TEXTS = (
    "general",
    "aims",
    "scope",
    "activities",
    "achievements",
    "retention",
    "conclusions",
    "suggestions",
    "closing",
)


def digest(paper: ReportPaper, /) -> str:
    """Digest all that a report says."""
    plain = json.dumps(asdict(paper), default=str, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def render_report(paper: ReportPaper, /) -> bytes:
    """Make the PDF/A-3a bytes of a usage report; equal papers give equal bytes."""
    return render_paper(
        template="report.html",
        measures=paper.measures,
        paper=paper,
        title=f"Laporan tentang {paper.title}",
        draft=paper.draft,
        letterhead=paper.letterhead,
        signatory=paper.signatory,
        verification=paper.verification,
        signature_note=paper.signature_note,
        keywords=paper.keywords,
        number=paper.number,
        printed_date=wording.long_date(paper.report_date) if paper.report_date else None,
        texts={name: body_html(getattr(paper, name)) for name in _TEXTS},
        ends_whole=len(paper.suggestions) <= SHORT_TEXT,
    )
