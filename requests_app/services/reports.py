"""How does the ledger become the usage report, and the report an accepted one? SOP row 12.

The report is composed from what is on record (`services.report_paper`); only the conclusion and
what follows are written by hand. It is numbered, signed and frozen at submission, and the nota
dinas with it; acceptance changes no byte of either.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from requests_app.documents import reports as paper
from requests_app.documents.papers import Verification, looks
from requests_app.models import (
    AuditEntry,
    DataRequest,
    LetterNumber,
    NumberRegister,
    OfficialDocument,
    Position,
    SigningAttempt,
    UsageReport,
)
from requests_app.models.guards import every_item_has_a_use
from requests_app.services import attempts, notes, numbers, papers, signing, usage
from requests_app.services.attempts import Row
from requests_app.services.deeds import PREPARED
from requests_app.services.report_paper import ReportText, compose
from requests_app.services.signing import Draft, Signing
from requests_app.services.workflow import Incomplete, editing, perform
from requests_app.sop.roles import Actor, Role

FILE_NAME: Final = "laporan-{nomor}.pdf"


# -- row 12 -----------------------------------------------------------------------------------


def text_of(data_request: DataRequest) -> ReportText:
    """Give the words of the draft, or those of the report that was sent back last."""
    for newest in data_request.written_reports():
        return ReportText(conclusion=newest.conclusion, follow_up=newest.follow_up)
    return ReportText()


def save_report(
    *,
    subject: DataRequest,
    text: ReportText,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> UsageReport:
    """Keep the draft; staff may type it, too. Not audited."""
    with editing(
        subject=subject,
        row="report_usage",
        actor=actor,
        at=at,
        version=version,
        helpers=usage.HELPERS,
    ) as locked:
        return _write(locked, text)


@sensitive_variables("passphrase")
def report_usage(
    *,
    subject: DataRequest,
    actor: Actor,
    at: datetime,
    text: ReportText | None = None,
    affirmed: bool = False,
    passphrase: str = "",
    version: int | None = None,
    press: str = "",
) -> AuditEntry:
    """Complete SOP row 12: number, sign and freeze report and nota dinas, for the head.

    Must run outside any transaction. Refused before anything is reserved: an item without a line in
    the ledger, a report without a conclusion, no affirmation, a position that is not valid now, no
    certificate, a try that is still under way. The rest is `signing.sign`.
    """
    return signing.sign(
        subject=subject,
        row=ROW,
        reserve=partial(_reserve, subject=subject, text=text, affirmed=affirmed, version=version),
        actor=actor,
        at=at,
        passphrase=passphrase,
        press=press,
    )


def _reserve(
    who: Signing,
    *,
    subject: DataRequest,
    text: ReportText | None,
    affirmed: bool,
    version: int | None,
) -> tuple[SigningAttempt, Sequence[Draft]]:
    """Reserve both numbers and codes, and lay both papers down; commits."""
    with editing(
        subject=subject,
        row=ROW.deed,
        actor=who.actor,
        at=who.at,
        version=version,
        stales_pages=False,
    ) as locked:
        signing.refuse_under_way(locked)
        words = _words(locked, text)
        if not affirmed:
            raise Incomplete(_("Nyatakan bahwa Anda telah memeriksa isi laporan ini."))
        signing.refuse_out_of_time(who.signer, who.at)
        base = compose(data_request=locked, text=words, signer=who.signer, day=who.day())
        said = paper.digest(base)
        report = _draft(locked, base, words, who, said)
        note = notes.draft_of(data_request=locked, report=report, who=who, content_hash=said)
        drafts = (report, note)
        return who.begin(locked, drafts, content_hash=said), drafts


def _words(data_request: DataRequest, text: ReportText | None) -> ReportText:
    """Give the words that are signed; refuse a report that cannot be handed in yet."""
    missing = every_item_has_a_use.missing(data_request)
    if missing is not None:
        raise Incomplete(missing)
    typed = text or text_of(data_request)
    words = ReportText(conclusion=typed.conclusion.strip(), follow_up=typed.follow_up.strip())
    usage.refuse_unprintable(words.conclusion, words.follow_up)
    if not words.conclusion:
        raise Incomplete(_("Tulis simpulan laporan."))
    return words


def _draft(
    data_request: DataRequest,
    base: paper.ReportPaper,
    words: ReportText,
    who: Signing,
    content_hash: str,
) -> Draft:
    """Reserve the number of the report, and lay it down under it."""
    title = f"Laporan {base.title}"
    number = numbers.hold_for_signing(
        data_request=data_request,
        kind=NumberRegister.Kind.REPORT,
        dated=who.day(),
        actor=who.actor,
        at=who.at,
        entry=numbers.Entry(
            addressee=data_request.office.head_title,
            subject=title,
            section=data_request.section,
            security=data_request.security_class,
        ),
    )
    code = papers.new_code()
    url = papers.verification_url(code)
    final = replace(
        base,
        draft=False,
        number=number.text,
        report_date=who.day(),
        verification=Verification(url=url, code=code),
        signature_note=who.route.note(url=url),
        keywords=attempts.anchor_of(data_request, content_hash=content_hash, code=code),
    )
    drawn = looks(letterhead=base.letterhead, measures=base.measures, signatory=base.signatory)
    return Draft(
        kind=OfficialDocument.Kind.REPORT,
        code=code,
        number=number,
        title=title,
        file_name=FILE_NAME.format(nomor=papers.plain(number.text)),
        settings_used={**drawn, "words": asdict(words)},
        typeset=partial(paper.render_report, final),
    )


def _hand_in(
    data_request: DataRequest, documents: attempts.Documents, at: datetime
) -> dict[str, Any]:
    """Hand the report in: its words are those that were signed, whoever saved a draft since."""
    document, note = documents
    report = _write(data_request, ReportText(**document.settings_used["words"]))
    report.document, report.submitted_at = document, at
    report.status = UsageReport.Status.SUBMITTED
    report.save(update_fields=["document", "status", "submitted_at"])
    return {"note": str(note.number), "note_sha256": note.sha256}


def accept_report(
    *, subject: DataRequest, actor: Actor, at: datetime, version: int | None = None
) -> AuditEntry:
    """Close the request: the head accepts the report.

    The links of its owners live on as long as they would have: behind them nothing can be done any
    more, but the papers lie there, and what became of the data (ADR 0029).
    """
    with transaction.atomic():
        report = subject.submitted_report()
        entry = perform(
            subject=subject,
            deed="accept_report",
            actor=actor,
            at=at,
            version=version,
            record={} if report is None else _named(report),
        )
        _conclude(subject, UsageReport.Status.ACCEPTED)
    return entry


def return_report(
    *,
    subject: DataRequest,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    reason: str = "",
) -> AuditEntry:
    """Send the report back to SOP row 11: its papers and numbers are void, and stay on record."""
    with transaction.atomic():
        report = subject.submitted_report()
        entry = perform(
            subject=subject,
            deed="return:use_results",
            actor=actor,
            at=at,
            version=version,
            reason=reason,
            record={} if report is None else _named(report),
        )
        note = notes.note_of(subject)
        returned = _conclude(subject, UsageReport.Status.RETURNED)
        for document in (returned.document, note):
            if document is not None:
                _void(document, actor, at, reason.strip())
    return entry


def _named(report: UsageReport) -> dict[str, str]:
    document = report.document
    if document is None:
        return {}
    return {"number": str(document.number), "document": document.code, "sha256": document.sha256}


def _conclude(data_request: DataRequest, status: UsageReport.Status) -> UsageReport:
    report = data_request.reports.select_related("document__number").get(
        status=UsageReport.Status.SUBMITTED
    )
    report.status = status
    report.save(update_fields=["status"])
    return report


def _void(document: OfficialDocument, actor: Actor, at: datetime, reason: str) -> None:
    papers_to_void: list[OfficialDocument | LetterNumber] = [document]
    if document.number is not None:
        papers_to_void.append(document.number)
    for row in papers_to_void:
        row.status, row.voided_at, row.voided_by = "void", at, actor.name
        row.void_reason = reason
        row.save(update_fields=["status", "voided_at", "voided_by", "void_reason"])


def _write(data_request: DataRequest, text: ReportText) -> UsageReport:
    usage.refuse_unprintable(text.conclusion, text.follow_up)
    report = data_request.reports.filter(status=UsageReport.Status.DRAFT).first()
    if report is None:
        number = data_request.reports.count() + 1
        report = UsageReport(data_request=data_request, number=number)
    report.conclusion, report.follow_up = text.conclusion.strip(), text.follow_up.strip()
    report.save()
    return report


def expected_signer(data_request: DataRequest, *, at: datetime) -> Position | None:
    """Find who would sign now: the head of the request's section, else of all sections."""
    heads = Position.objects.valid_at(at, office=data_request.office).filter(
        role=Role.SECTION_HEAD.value
    )
    fitting = [
        head
        for head in heads.select_related("user").order_by("pk")
        if head.section_id in {None, data_request.section_id}
    ]
    return min(fitting, key=lambda head: head.section_id is None, default=None)


def render_draft(
    *, data_request: DataRequest, at: datetime, text: ReportText | None = None
) -> bytes:
    """Make the PDF of the report as it would be: the word DRAF, no number, no code."""
    draft = compose(
        data_request=data_request,
        text=text or text_of(data_request),
        signer=expected_signer(data_request, at=at),
        day=at.astimezone(data_request.office.zone).date(),
    )
    return _rendered(draft)


@lru_cache(maxsize=8)
def _rendered(draft: paper.ReportPaper) -> bytes:
    # Pages of one preview are asked for one by one; equal papers give equal bytes.
    return paper.render_report(draft)


ROW: Final = Row(deed="report_usage", kind=SigningAttempt.Kind.REPORT, conclude=_hand_in)
PREPARED["report_usage"] = report_usage
PREPARED["accept_report"] = accept_report
PREPARED["return:use_results"] = return_report
