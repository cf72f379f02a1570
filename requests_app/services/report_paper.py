"""What does the usage report say? All that is on record, and the few words written by hand.

Official papers are in Indonesian whatever the reader's language is: their sentences are not looked
up in the catalogue.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import prefetch_related_objects

from requests_app.documents import reports as paper
from requests_app.documents import wording
from requests_app.models import (
    DataRequest,
    DataUse,
    ItemAnswer,
    Position,
    Recipient,
    RegisterEntry,
    RequestedItem,
)
from requests_app.services import audit, clocks, histories, letters, stationery, usage
from requests_app.sop import clock, office_hours
from requests_app.sop.steps import RECORDED
from requests_app.sop.timeline import TimelineRow


@dataclass(frozen=True, kw_only=True)
class ReportText:
    """The report's own words; everything else is composed from the record."""

    conclusion: str = ""
    follow_up: str = ""


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
            if one.unpaused_due_at is None or one.deed is None:
                continue
            allowed = clock.office_minutes_between(one.entered_at, one.unpaused_due_at, calendar)
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
