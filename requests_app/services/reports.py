"""How does the ledger become the usage report, and the report an accepted one? SOP row 12.

The report is composed from what is on record; only the conclusion and what follows are written by
hand. It is numbered, signed and frozen at submission; acceptance changes no byte of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from requests_app.documents import reports as paper
from requests_app.documents import wording
from requests_app.documents.papers import Verification, looks, own_signature_note
from requests_app.models import (
    AuditEntry,
    DataRequest,
    DataUse,
    ItemAnswer,
    LetterNumber,
    NumberRegister,
    OfficialDocument,
    Position,
    Recipient,
    RegisterEntry,
    RequestedItem,
    UsageReport,
)
from requests_app.models.guards import every_item_has_a_use
from requests_app.services import (
    audit,
    clocks,
    histories,
    letters,
    notes,
    numbers,
    papers,
    sharing,
    stationery,
    usage,
)
from requests_app.services.deeds import PREPARED
from requests_app.services.workflow import Incomplete, NotYourTurn, editing, perform
from requests_app.sop import clock, office_hours
from requests_app.sop.roles import Actor, Role
from requests_app.sop.steps import RECORDED
from requests_app.sop.timeline import TimelineRow

FILE_NAME: Final = "laporan-{nomor}.pdf"


@dataclass(frozen=True, kw_only=True)
class ReportText:
    """The report's own words; everything else is composed from the record."""

    conclusion: str = ""
    follow_up: str = ""


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


def report_usage(
    *,
    subject: DataRequest,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    text: ReportText | None = None,
) -> AuditEntry:
    """Complete SOP row 12: number, sign and freeze report and nota dinas, for the head.

    All in one transaction under the lock of the request, so that a refusal leaves neither number
    nor paper. Refused: an item without a line in the ledger, a report without a conclusion.
    """
    with transaction.atomic():
        with editing(
            subject=subject, row="report_usage", actor=actor, at=at, version=version
        ) as locked:
            missing = every_item_has_a_use.missing(locked)
            if missing is not None:
                raise Incomplete(missing)
            report = _write(locked, text or text_of(locked))
            if not report.conclusion:
                raise Incomplete(_("Tulis simpulan laporan."))
            report.document = document = _freeze(locked, report, actor, at)
            report.status, report.submitted_at = UsageReport.Status.SUBMITTED, at
            report.save(update_fields=["document", "status", "submitted_at"])
            note = notes.freeze_note(
                report=document, signer=signer_of(actor), actor=actor, day=document.dated, at=at
            )
        return perform(
            subject=subject,
            deed="report_usage",
            actor=actor,
            at=at,
            record={
                "number": str(document.number),
                "document": document.code,
                "sha256": document.sha256,
                "signature": document.signature,
                "note": str(note.number),
                "note_sha256": note.sha256,
            },
        )


def accept_report(
    *, subject: DataRequest, actor: Actor, at: datetime, version: int | None = None
) -> AuditEntry:
    """Close the request: the head accepts the report, and no link opens any more."""
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
        sharing.revoke_links(recipients=subject.recipients.all(), actor=actor, at=at)
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


def _freeze(
    data_request: DataRequest, report: UsageReport, actor: Actor, at: datetime
) -> OfficialDocument:
    signer = signer_of(actor)
    day = at.astimezone(data_request.office.zone).date()
    text = ReportText(conclusion=report.conclusion, follow_up=report.follow_up)
    base = compose(data_request=data_request, text=text, signer=signer, day=day)
    title = f"Laporan {base.title}"
    number = numbers.issue_number(
        office=data_request.office,
        kind=NumberRegister.Kind.REPORT,
        dated=day,
        actor=actor,
        at=at,
        data_request=data_request,
        entry=numbers.Entry(
            addressee=data_request.office.head_title,
            subject=title,
            section=data_request.section,
            security=data_request.security_class,
        ),
    )

    def render(code: str) -> bytes:
        return paper.render_report(_final(base, number=number.text, code=code, day=day))

    return papers.freeze(
        kind=OfficialDocument.Kind.REPORT,
        data_request=data_request,
        title=title,
        file_name=FILE_NAME.format(nomor=papers.plain(number.text)),
        at=at,
        render=render,
        number=number,
        signed_by=actor,
        settings_used=looks(
            letterhead=base.letterhead, measures=base.measures, signatory=base.signatory
        ),
    )


def _final(draft: paper.ReportPaper, *, number: str, code: str, day: date) -> paper.ReportPaper:
    url = papers.verification_url(code)
    return replace(
        draft,
        draft=False,
        number=number,
        report_date=day,
        verification=Verification(url=url, code=code),
        signature_note=own_signature_note(application=letters.APPLICATION, url=url),
    )


def signer_of(actor: Actor) -> Position:
    """Find the position as which the section head signs; it stands in the signature block."""
    if actor.position_id is None:
        raise NotYourTurn(_("Laporan hanya ditandatangani pejabat dengan jabatan yang berlaku."))
    return Position.objects.select_related("user", "office").get(pk=actor.position_id)


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


# -- the paper --------------------------------------------------------------------------------
# Official papers are in Indonesian whatever the reader's language is: their sentences are not
# looked up in the catalogue.


def compose(
    *, data_request: DataRequest, text: ReportText, signer: Position | None, day: date
) -> paper.ReportPaper:
    """Compose the report, as a draft, from letter, register, results and ledger."""
    recipients = data_request.asked_recipients()
    lines = usage.sources_of(data_request)
    ledger = sorted(data_request.standing_uses(), key=_in_the_order_of_use)
    received = tuple(_received(lines))
    uses = tuple(_uses(ledger))
    owners = {row.owner for row in received}
    return paper.ReportPaper(
        letterhead=stationery.letterhead_of(data_request.office),
        measures=stationery.measures_of(data_request.office),
        place=data_request.office.city,
        subject=_named_after(data_request.title),
        signatory=stationery.signatory_of(data_request.office, signer),
        general=_general(data_request, len(recipients)),
        aims=_aims(data_request),
        scope=_scope(received, len(owners), day),
        legal_basis=tuple(f"{basis.rstrip('.;')};" for basis in data_request.legal_bases),
        letter=_letter(data_request),
        activities=_activities(len(recipients), len(owners)),
        received=received,
        not_received=tuple(_not_received(recipients, lines)),
        results=tuple(_results(data_request)),
        uses=uses,
        non_uses=tuple(_non_uses(ledger)),
        times=tuple(_times(data_request, recipients)),
        achievements=_achievements(uses),
        retention=_retention(data_request),
        conclusions=text.conclusion,
        suggestions=text.follow_up,
        draft=True,
    )


def _named_after(title: str) -> str:
    """Name what the data is about: the heading says "Data dan Informasi" already."""
    return title[5:] if title[:5].lower() == "data " else title


def _general(data_request: DataRequest, asked: int) -> str:
    purpose = letters.values_of(data_request)["{tujuan}"]
    return (
        f"{data_request.office.name} meminta data dan informasi kepada "
        f"{wording.amount(asked, 'pemilik data')} untuk {purpose}. Laporan ini menerangkan data "
        "yang diterima dan penggunaannya."
    )


def _aims(data_request: DataRequest) -> str:
    return (
        "Laporan ini dimaksudkan untuk mempertanggungjawabkan penggunaan data dan informasi dari "
        f"pihak lain kepada {data_request.office.head_title}, dengan tujuan agar setiap "
        "penggunaan terdokumentasi dan sesuai dengan peruntukannya."
    )


def _scope(received: tuple[paper.ReceivedData, ...], owners: int, day: date) -> str:
    if not received:
        return f"Laporan ini meliputi keadaan sampai dengan {wording.long_date(day)}."
    days = [row.received_date for row in received]
    span = wording.date_range(min(days), max(days))
    return (
        f"Laporan ini meliputi {wording.amount(len(received), 'data')} dari "
        f"{wording.amount(owners, 'pemilik data')} yang diterima {span}, beserta penggunaannya "
        f"sampai dengan {wording.long_date(day)}."
    )


def _letter(data_request: DataRequest) -> str:
    document = data_request.signed_letter()
    if document is None:
        return "Surat permohonan data dan informasi."
    return (
        f"Surat {data_request.office.head_title} Nomor {document.number} tanggal "
        f"{wording.long_date(document.dated)} hal {document.title}."
    )


def _activities(asked: int, gave: int) -> str:
    return (
        f"Dari {wording.amount(asked, 'pemilik data')} yang dimintai, "
        f"{wording.amount(gave, 'pemilik data')} menyampaikan data. Setiap data yang diterima "
        "diperiksa kelengkapan dan bentuknya, kemudian dicatat dalam buku catatan data."
    )


def _received(lines: Iterable[RegisterEntry]) -> Iterable[paper.ReceivedData]:
    for line in lines:
        for answer in line.delivery.answers.all():
            if answer.gives_data:
                yield _received_row(answer, line)


def _received_row(answer: ItemAnswer, line: RegisterEntry) -> paper.ReceivedData:
    delivery = line.delivery
    owner_letter = delivery.owner_letter_number
    if owner_letter and delivery.owner_letter_date is not None:
        owner_letter += f", {wording.short_date(delivery.owner_letter_date)}"
    files = len(answer.files.all())
    online = len(answer.question_answers.all())
    parts = [f"{files} berkas"] * bool(files) + ["isian daring"] * bool(online)
    return paper.ReceivedData(
        item=answer.item.name,
        owner=str(line.recipient),
        received_date=line.received_on,
        register_number=line.number.text,
        owner_letter=owner_letter,
        files=", ".join(parts),
    )


def _times(data_request: DataRequest, recipients: Sequence[Recipient]) -> Iterable[paper.TimeSpent]:
    """Measure office and owners apart, up to the moment the report was begun.

    Recipients work side by side: of what the office does for each, the slowest counts.
    """
    calendar = clocks.calendar_of(data_request.office)
    shown = histories.timeline_of(
        data_request=data_request,
        recipients=recipients,
        entries=list(audit.entries_of(data_request.pk)),
        at=data_request.entered_at,
        calendar=calendar,
    )
    office = _spent([row for row in shown.rows if not row.is_owners], calendar)
    shared = office.pop(None, _Spent())
    slowest = max(office.values(), key=lambda one: one.taken, default=_Spent())
    # late is late, for whichever owner it was
    late = sum(one.late for one in office.values())
    yield _time_of(data_request.office.name, replace(shared + slowest, late=shared.late + late))
    owners = _spent([row for row in shown.rows if row.is_owners], calendar)
    for recipient in recipients:
        if recipient.number in owners:
            yield _time_of(str(recipient), owners[recipient.number])


@dataclass(frozen=True)
class _Spent:
    """Minutes taken, minutes until due, and rounds that ended late."""

    taken: int = 0
    allowed: int = 0
    late: int = 0

    def __add__(self, other: "_Spent") -> "_Spent":
        return _Spent(
            self.taken + other.taken, self.allowed + other.allowed, self.late + other.late
        )


def _spent(
    rows: Iterable[TimelineRow], calendar: office_hours.Calendar
) -> dict[int | None, _Spent]:
    """Sum the rounds that ended, of each recipient or of none."""
    sums: dict[int | None, _Spent] = {}
    for row in rows:
        for one in row.rounds:
            if one.due_at is None or one.deed is None:
                continue
            allowed = clock.office_minutes_between(one.entered_at, one.due_at, calendar)
            known = sums.get(row.recipient, _Spent())
            sums[row.recipient] = known + _Spent(one.spent_minutes, allowed, int(one.is_late))
    return sums


def _time_of(party: str, spent: _Spent) -> paper.TimeSpent:
    return paper.TimeSpent(
        party=party,
        spent_minutes=spent.taken,
        allowed_minutes=spent.allowed,
        late_rows=spent.late,
    )


def _asked(recipient: Recipient) -> Iterable[RequestedItem]:
    listed = recipient.data_request.listed_items()
    return [item for item in listed if recipient.is_asked_for(item)]


def _not_received(
    recipients: Iterable[Recipient], lines: Iterable[RegisterEntry]
) -> Iterable[paper.NotReceived]:
    answers = {line.recipient_id: line.delivery.answers.all() for line in lines}
    for recipient in recipients:
        if recipient.state != RECORDED:
            yield from (
                paper.NotReceived(
                    item=item.name,
                    owner=str(recipient),
                    reason=recipient.end_reason or "Tidak ada jawaban",
                )
                for item in _asked(recipient)
            )
            continue
        for answer in answers.get(recipient.pk, ()):
            if not answer.gives_data:
                reason = ". ".join(part for part in (answer.ground, answer.reason) if part)
                yield paper.NotReceived(
                    item=answer.item.name, owner=str(recipient), reason=reason or "–"
                )


def _results(data_request: DataRequest) -> Iterable[paper.Result]:
    results = data_request.standing_results()
    prefetch_related_objects(results, "files")
    for result in results:
        sources = [
            f"No. {line.number} ({line.recipient})"
            for line in data_request.register_lines()
            if line.pk in result.entry_keys
        ]
        method = result.method
        if result.used_as_is:
            method = f"Digunakan tanpa diolah: {method}"
        if result.notes:
            method = f"{method} Hasil: {result.notes}"
        yield paper.Result(
            title=result.title,
            method=method,
            sources="; ".join(sources),
            files="; ".join(file.name for file in result.files.all()),
        )


def _uses(ledger: Iterable[DataUse]) -> Iterable[paper.Use]:
    """Gather what was written in one go: one line of the report for one use of several data."""
    gathered: dict[tuple[object, ...], list[DataUse]] = {}
    for use in ledger:
        if use.is_unused:
            continue
        key = (use.used_on, use.recorded_at, use.purpose, use.used_by, use.product, use.result_id)
        gathered.setdefault(key, []).append(use)
    for lines in gathered.values():
        first = lines[0]
        assert first.used_on is not None  # noqa: S101  # constraint use_says_who_and_when
        made = first.product or (first.result.title if first.result else "–")
        yield paper.Use(
            used_date=first.used_on,
            data="; ".join(line.item.name for line in lines),
            user=first.used_by,
            purpose=first.purpose,
            product=made,
            shared_with=first.shared_with,
        )


def _non_uses(ledger: Iterable[DataUse]) -> Iterable[paper.NonUse]:
    for use in ledger:
        if use.is_unused:
            yield paper.NonUse(data=use.item.name, reason=use.purpose)


def _in_the_order_of_use(use: DataUse) -> tuple[date, datetime, int]:
    """Put the lines of the ledger in order; those of data that was not used have no day."""
    return (use.used_on or date.max, use.recorded_at, use.item.position)


def _achievements(uses: tuple[paper.Use, ...]) -> str:
    if not uses:
        return "Data dan informasi yang diterima tidak digunakan."
    products = list(dict.fromkeys(use.product for use in uses if use.product != "–"))
    made = f" Hasilnya: {wording.listed(products)}." if products else ""
    return f"Data dan informasi digunakan untuk {wording.amount(len(uses), 'keperluan')}.{made}"


def _retention(data_request: DataRequest) -> str:
    places = list(dict.fromkeys(line.kept_at for line in data_request.standing_lines()))
    if not places:
        return ""
    return (
        f"Tempat penyimpanan: {'; '.join(places)}. Klasifikasi keamanan: "
        f"{data_request.get_security_class_display()}. Setiap berkas hanya dibuka dengan "
        "menyebutkan keperluannya, dan setiap pembukaan tercatat."
    )


PREPARED["report_usage"] = report_usage
PREPARED["accept_report"] = accept_report
PREPARED["return:use_results"] = return_report
