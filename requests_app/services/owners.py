"""What does a data owner do: confirm, take up, deliver, or answer that it cannot be given?"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from requests_app.models import AuditEntry, DataFile, Delivery, ItemAnswer, Recipient
from requests_app.services import answers, filling, intake, merging, receipts
from requests_app.services.answers import AnswersIncomplete, GivenAnswer, Sheet
from requests_app.services.deeds import PREPARED
from requests_app.services.workflow import Incomplete, Stale, editing, perform, require_reason
from requests_app.sop.roles import Actor, Capacity

save_answers = filling.save_answers


def confirm_receipt(
    *,
    subject: Recipient,
    name: str,
    title: str,
    phone: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    received_at: datetime | None = None,
) -> AuditEntry:
    """Complete SOP row 7: the owner confirms the letter, and the 10 days begin.

    `received_at` is the moment that staff states on the owner's behalf; else it is now.
    """
    if not name.strip():
        raise Incomplete(_("Tulis nama Anda."))
    how, received_at = _how_received(actor), received_at or at
    with transaction.atomic():
        with editing(
            subject=subject, row="receive_letter", actor=actor, at=at, version=version
        ) as locked:
            locked.respondent_name = name.strip()
            locked.respondent_title = title.strip()
            locked.respondent_phone = phone.strip()
        entry = perform(
            subject=subject,
            deed="receive_letter",
            actor=_named(actor, name=name.strip(), title=title.strip()),
            at=at,
            record={
                "name": name,
                "title": title,
                "phone": phone,
                "how": how.value,
                "received_at": received_at.isoformat(),
            },
            how=how.value,
            received_at=received_at,
        )
        receipts.make_letter_receipt(recipient=subject, actor=actor, at=at)
        return entry


def process_request(
    *,
    subject: Recipient,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    given: Iterable[GivenAnswer] = (),
    removed: UUID | None = None,
) -> AuditEntry:
    """Complete SOP row 7a: every required item is answered.

    What was typed and uploaded is kept first, in a transaction of its own: `AnswersIncomplete`
    and `SomeFilesRefused` cost an owner neither words nor files.
    """
    filling.save_answers(
        subject=subject,
        given=given,
        actor=actor,
        at=at,
        version=version,
        removed=removed,
        row="process_request",
    )
    sheet = answers.sheet_of(subject)
    problems = answers.problems_of(sheet)
    if problems:
        raise AnswersIncomplete(problems)
    return perform(
        subject=subject,
        deed="process_request",
        actor=actor,
        at=at,
        record={"answers": _summary(sheet)},
    )


def deliver(
    *,
    subject: Recipient,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    owner_letter_number: str = "",
    owner_letter_date: date | None = None,
    note: str = "",
    seen: str = "",
) -> AuditEntry:
    """Complete SOP row 7b: the delivery is sent, and a receipt with every hash is made.

    `seen` marks the answers as they were read before sending; "" where no page showed them.
    """
    with transaction.atomic():
        with editing(
            subject=subject, row="deliver_data", actor=actor, at=at, version=version
        ) as locked:
            _refuse_unread(locked, seen)
            delivery = answers.open_delivery(locked, at)
            delivery.owner_letter_number = owner_letter_number.strip()
            delivery.owner_letter_date = owner_letter_date
            delivery.note = note.strip()
            _close(delivery, at)
        sheet = answers.sheet_of(subject)
        entry = perform(
            subject=subject,
            deed="deliver_data",
            actor=actor,
            at=at,
            record={
                "round": delivery.round,
                "answers": _summary(sheet),
                "files": [_told(file) for one in sheet.items for file in one.files],
            },
        )
        receipts.make_data_receipt(recipient=subject, sheet=sheet, actor=actor, at=at)
        return entry


def decline(
    *,
    subject: Recipient,
    ground: str,
    reason: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    letter: "UploadedFile[Any] | None" = None,
) -> AuditEntry:
    """Answer officially that nothing can be given; this owner is no longer waited for.

    `letter` is the owner's own, where one is sent along; a letter that is refused costs no word.
    """
    if ground not in subject.office.grounds:
        raise Incomplete(_("Pilih dasar data tidak dapat diberikan."))
    require_reason(reason)
    with transaction.atomic():
        kept = None if letter is None else _keep_letter(subject, letter, actor, at)
        entry = perform(
            subject=subject,
            deed="decline",
            actor=actor,
            at=at,
            version=version,
            reason=reason.strip(),
            record={"ground": ground, "letter": None if kept is None else _told(kept)},
            ground=ground,
            letter=kept,
        )
        receipts.make_decline_receipt(recipient=subject, actor=actor, at=at)
        return entry


def _keep_letter(
    recipient: Recipient, letter: "UploadedFile[Any]", actor: Actor, at: datetime
) -> DataFile:
    return intake.take_file(
        upload=letter,
        data_request=recipient.data_request,
        kind=DataFile.Kind.DELIVERY,
        actor=actor,
        at=at,
        recipient=recipient,
    )


def _told(file: DataFile) -> dict[str, object]:
    return {"name": file.name, "size": file.size, "sha256": file.sha256}


def _how_received(actor: Actor) -> Recipient.ReceivedHow:
    how = Recipient.ReceivedHow
    return how.ON_BEHALF if actor.capacity is Capacity.BEHALF else how.CONFIRMED


def _named(actor: Actor, *, name: str, title: str) -> Actor:
    """Let the record name the person behind a link from here on, as in the rows that follow."""
    return actor if actor.capacity is Capacity.BEHALF else replace(actor, name=name, title=title)


def _refuse_unread(recipient: Recipient, seen: str) -> None:
    """Let nobody send what somebody else has changed since it was read."""
    if seen and seen != merging.whole_mark_of(answers.sheet_of(recipient)):
        raise Stale(
            _(
                "Isian diubah dari perangkat lain sejak halaman ini dibuka. "
                "Periksa kembali isian di bawah ini, lalu kirim."
            )
        )


def _close(delivery: Delivery, at: datetime) -> None:
    """Seal a delivery; what was to be corrected waits to be checked again, its note still told."""
    delivery.sent_at = at
    delivery.full_clean()
    delivery.save()
    delivery.answers.filter(verdict=ItemAnswer.Verdict.CORRECTION).update(
        verdict=ItemAnswer.Verdict.UNCHECKED
    )


def _summary(sheet: Sheet) -> list[dict[str, object]]:
    return [
        {
            "item": one.number,
            "availability": "" if one.answer is None else one.answer.availability,
            "files": len(one.files),
        }
        for one in sheet.items
    ]


PREPARED["receive_letter"] = confirm_receipt
PREPARED["process_request"] = process_request
PREPARED["deliver_data"] = deliver
PREPARED["decline"] = decline
