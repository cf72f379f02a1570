"""How does received data get into the register (buku catatan), and out of it again?"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from requests_app.documents import wording
from requests_app.models import (
    AuditEntry,
    Delivery,
    NumberRegister,
    Recipient,
    RegisterEntry,
)
from requests_app.services import answers, behalf, brought, numbers, receipts
from requests_app.services.answers import Sheet
from requests_app.services.deeds import PREPARED
from requests_app.services.workflow import Incomplete, editing, perform
from requests_app.sop.roles import Actor


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the register as it will be written, in the paper book's column order."""

    received_on: date
    origin: str
    data: str
    form_and_amount: str
    letter_number: str
    received_by: str
    kept_at: str
    security_class: str
    remarks: str = ""


def proposed_line(*, recipient: Recipient, sheet: Sheet, actor: Actor, at: datetime) -> Line:
    """Word the line from what is known; staff only corrects it."""
    zone = recipient.office.zone
    sent_at = None if sheet.delivery is None else sheet.delivery.sent_at
    given = [one for one in sheet.items if one.answer is not None and one.answer.gives_data]
    owner_letter = "" if sheet.delivery is None else sheet.delivery.owner_letter_number
    return Line(
        received_on=(sent_at or at).astimezone(zone).date(),
        origin=recipient.data_owner.name,
        data="; ".join(one.item.name for one in given),
        form_and_amount=_form_and_amount(sheet),
        letter_number=owner_letter or receipts.letter_facts(recipient).number,
        received_by=actor.name,
        kept_at=_("Penyimpanan sopdata"),
        security_class=recipient.data_request.get_security_class_display(),
        remarks="; ".join([*_part(recipient), *_ways(recipient), *_missing(sheet)]),
    )


def record_data(
    *,
    subject: Recipient,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    line: Line | None = None,
) -> AuditEntry:
    """Complete SOP row 9: a numbered line in the register, and its printable form, frozen.

    A delivery that was checked again without change (SOP row 10 → 8) keeps its line; a corrected
    one gets a new line, and the lines of this owner's older deliveries are struck.
    """
    with transaction.atomic():
        with editing(
            subject=subject, row="record_data", actor=actor, at=at, version=version
        ) as locked:
            delivery = locked.newest_delivery()
            if delivery is None:
                raise Incomplete(_("Pemilik data belum mengirim apa pun."))
            entry = locked.register_entry() or _write(locked, delivery, line, actor, at)
        return perform(
            subject=subject,
            deed="record_data",
            actor=actor,
            at=at,
            record={"number": entry.number.text, "entry": entry.pk},
        )


def strike(*, entry: RegisterEntry, reason: str, struck_by: str, at: datetime) -> None:
    """Strike a line through; it stays in the book with who, when and why."""
    entry.status = RegisterEntry.Status.STRUCK
    entry.struck_at, entry.struck_by, entry.strike_reason = at, struck_by, reason
    entry.full_clean()
    entry.save(update_fields=["status", "struck_at", "struck_by", "strike_reason"])


def _write(
    recipient: Recipient, delivery: Delivery, line: Line | None, actor: Actor, at: datetime
) -> RegisterEntry:
    sheet = answers.sheet_of(recipient)
    line = line or proposed_line(recipient=recipient, sheet=sheet, actor=actor, at=at)
    behalf.refuse_day(recipient, line.received_on, at=at)
    older = list(recipient.register_entries.filter(status=RegisterEntry.Status.VALID))
    entry = RegisterEntry(
        office=recipient.office,
        data_request=recipient.data_request,
        recipient=recipient,
        delivery=delivery,
        number=numbers.issue_number(
            office=recipient.office,
            kind=NumberRegister.Kind.RECORD,
            dated=at.astimezone(recipient.office.zone).date(),
            actor=actor,
            at=at,
            data_request=recipient.data_request,
        ),
        recorded_at=at,
        **vars(line),
    )
    entry.full_clean()
    entry.save(force_insert=True)
    receipts.make_intake_record(recipient=recipient, entry=entry, sheet=sheet, at=at)
    for old in older:
        reason = _("Diganti dengan catatan nomor {nomor}.").format(nomor=entry.number.text)
        strike(entry=old, reason=reason, struck_by=actor.name, at=at)
    return entry


def _form_and_amount(sheet: Sheet) -> str:
    files = [file for one in sheet.items for file in one.files]
    online = sum(len(one.filled) for one in sheet.items)
    parts = []
    if files:
        kinds = sorted({file.name.rpartition(".")[2].upper() for file in files})
        size = wording.file_size(sum(file.size for file in files))
        parts.append(f"{wording.amount(len(files), 'berkas')} {', '.join(kinds)}, {size}")
    if online:
        parts.append(f"{wording.amount(online, 'jawaban daring')}")
    return "; ".join(parts)


def _part(recipient: Recipient) -> list[str]:
    """Tell how much of what was asked stands in the line, where it is not all."""
    chip = recipient.fulfilment().chip
    return [chip] if chip else []


def _ways(recipient: Recipient) -> list[str]:
    """Tell how data came that staff recorded for the owner; what came by the link needs no word."""
    said = _("{cara}, dicatat staf atas nama pemilik data")
    return [said.format(cara=one.way) for one in brought.brought_for(recipient)]


def _missing(sheet: Sheet) -> list[str]:
    return [
        f"{one.item.name}: {one.answer.get_availability_display().lower()}"
        for one in sheet.items
        if one.answer is not None and one.answer.availability not in {"", "available"}
    ]


PREPARED["record_data"] = record_data
