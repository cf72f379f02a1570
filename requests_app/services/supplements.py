"""How does what an owner sends later come in, beside what was delivered already?

A supplement (susulan) is a delivery of its own (ADR 0028). Its files are kept as they come, and
nobody's business before it is sent. In row 8 it is taken in at once; later it waits until row 8 is
opened again. What is taken in begins with all that counted before: the newest delivery is whole.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from requests_app.models import (
    AuditEntry,
    DataFile,
    DataRequest,
    Delivery,
    ItemAnswer,
    Recipient,
)
from requests_app.services import receipts
from requests_app.services.answers import (
    ItemSheet,
    Sheet,
    SomeFilesRefused,
    copy_answer,
    copy_data,
    next_number,
    sheet_of,
)
from requests_app.services.filling import Taker, take_out
from requests_app.services.intake import AlreadyThere, FileRefused
from requests_app.services.quotas import room_in
from requests_app.services.workflow import (
    Incomplete,
    NotReady,
    NotYourTurn,
    Refused,
    lock,
    log_refusal,
    note,
)
from requests_app.sop.roles import Actor, Role
from requests_app.sop.steps import RECORDED

DEED: Final = "deliver_supplement"
TAKEN_IN_AT: Final = "receive_data"
"""The row in which a supplement is taken in: the one that checks what came."""
OPEN_IN: Final = (TAKEN_IN_AT, "record_data", RECORDED)
"""Where an owner stands who has delivered; before that the answers themselves are changed."""
AVAILABILITY: Final = ItemAnswer.Availability
VERDICT: Final = ItemAnswer.Verdict


@dataclass(frozen=True, kw_only=True)
class GivenAddition:
    """What is said to one item that is sent later: files, a word, and whether it is whole now."""

    item_id: int
    note: str = ""
    is_complete: bool = False
    uploads: "tuple[UploadedFile[Any], ...]" = ()
    replacing: "Mapping[UUID, UploadedFile[Any]]" = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Addition:
    """One item as it was delivered, and what is being added to it."""

    standing: ItemSheet
    added: ItemAnswer | None

    @property
    def files(self) -> list[DataFile]:
        """List the files that are being added."""
        return [] if self.added is None else list(self.added.files.all())

    @property
    def is_awaited(self) -> bool:
        """Tell whether something of this item is still to come."""
        answer = self.standing.answer
        return answer is None or answer.availability != AVAILABILITY.AVAILABLE


# -- what there is --------------------------------------------------------------------------------


def is_open_for(recipient: Recipient) -> bool:
    """Tell whether an owner may send something later now."""
    return recipient.state in OPEN_IN and not recipient.data_request.is_ended


def waiting_for(recipient: Recipient) -> list[Delivery]:
    """List the supplements that were sent and not taken in yet, the oldest first."""
    return [one for one in reversed(recipient.all_deliveries()) if one.is_waiting]


def waiting_in(data_request: DataRequest) -> list[Delivery]:
    """List the waiting supplements of all owners of a request, in one query."""
    return data_request.kept("supplements", lambda: _waiting_in(data_request))


def _waiting_in(data_request: DataRequest) -> list[Delivery]:
    sent = Delivery.objects.filter(
        recipient__data_request=data_request, is_supplement=True, sent_at__isnull=False
    )
    waiting = sent.filter(taken_in_at__isnull=True).select_related("recipient__data_owner")
    return list(waiting.order_by("recipient__number", "number"))


def open_supplement(recipient: Recipient) -> Delivery | None:
    """Find the supplement that is being put together."""
    found = (one for one in recipient.all_deliveries() if not (one.counts or one.is_waiting))
    return next(found, None)


def additions_of(recipient: Recipient) -> list[Addition]:
    """List the items with what is being added to each: what is still awaited first."""
    supplement = open_supplement(recipient)
    added = {} if supplement is None else _by_item(supplement)
    found = [
        Addition(standing=one, added=added.get(one.item.pk)) for one in sheet_of(recipient).items
    ]
    return sorted(found, key=lambda one: not one.is_awaited)


def _by_item(delivery: Delivery) -> dict[int, ItemAnswer]:
    return {answer.item_id: answer for answer in delivery.answers.with_data()}


# -- putting it together --------------------------------------------------------------------------


def save(
    *,
    subject: Recipient,
    given: Iterable[GivenAddition],
    actor: Actor,
    at: datetime,
    remark: str = "",
    removed: UUID | None = None,
) -> None:
    """Keep files and words of a supplement as far as they go."""
    refused: list[FileRefused] = []
    with _adding(subject, actor) as locked:
        supplement = _begin(locked, at)
        supplement.note = remark.strip()
        supplement.save()
        taker = Taker(locked, actor, at, refused, room_in(supplement))
        _keep_all(supplement, given, taker)
        if removed is not None:
            take_out(supplement, removed)
    if refused:
        raise SomeFilesRefused(refused)


def add_file(
    *,
    subject: Recipient,
    item: int,
    upload: "UploadedFile[Any]",
    actor: Actor,
    at: datetime,
    replaced: UUID | None = None,
) -> None:
    """Keep one more file of a supplement at once."""
    refused: list[FileRefused] = []
    with _adding(subject, actor) as locked:
        if all(one.pk != item for one in locked.items()):
            raise NotReady(_("Data ini tidak diminta dari Anda. Muat ulang halaman ini."))
        supplement = _begin(locked, at)
        answer, _made = supplement.answers.get_or_create(item_id=item)
        taker = Taker(locked, actor, at, refused, room_in(supplement))
        if replaced is None:
            taker.take_all((upload,), answer)
        else:
            taker.replace(replaced, upload, answer)
    if refused:
        raise SomeFilesRefused(refused)


def _keep_all(supplement: Delivery, given: Iterable[GivenAddition], taker: Taker) -> None:
    asked = {item.pk for item in supplement.recipient.items()}
    known = {answer.item_id: answer for answer in supplement.answers.all()}
    for one in given:
        if one.item_id in asked:
            _keep(supplement, one, known.get(one.item_id), taker)


def _keep(
    supplement: Delivery, given: GivenAddition, answer: ItemAnswer | None, taker: Taker
) -> None:
    if answer is None:
        if not (given.note or given.is_complete or given.uploads):
            return
        answer = ItemAnswer(delivery=supplement, item_id=given.item_id)
    answer.note = given.note.strip()
    answer.availability = AVAILABILITY.AVAILABLE if given.is_complete else ""
    answer.save()
    taker.take_all(given.uploads, answer)
    for gone, upload in given.replacing.items():
        taker.replace(gone, upload, answer)


def _begin(recipient: Recipient, at: datetime) -> Delivery:
    return open_supplement(recipient) or _made(recipient, at)


def _made(recipient: Recipient, at: datetime, **told: Any) -> Delivery:
    return Delivery.objects.create(
        recipient=recipient,
        number=next_number(recipient),
        round=recipient.round,
        is_supplement=True,
        started_at=at,
        **told,
    )


@contextmanager
def _adding(subject: Recipient, actor: Actor) -> Iterator[Recipient]:
    """Lock an owner who has delivered, so that more can be added; no row of the SOP changes."""
    try:
        with transaction.atomic():
            locked = lock(subject)
            refuse(locked, actor)
            yield locked
    except Refused as refusal:
        log_refusal(subject=subject, deed=DEED, actor=actor, refusal=refusal)
        raise
    subject.forget()


def refuse(recipient: Recipient, actor: Actor) -> None:
    """Refuse whoever is not this owner, and before and after the time for supplements."""
    if actor.role is not Role.DATA_OWNER or actor.recipient_id != recipient.pk:
        raise NotYourTurn(_("Susulan hanya dapat dikirim oleh pemilik data."))
    if recipient.data_request.is_ended:
        raise NotReady(
            _("Permohonan ini sudah berakhir; susulan tidak dapat dikirim lagi. Hubungi kantor.")
        )
    if recipient.state not in OPEN_IN:
        raise NotReady(_("Susulan dapat dikirim setelah data dikirim. Isi data lebih dahulu."))


# -- sending and taking in ------------------------------------------------------------------------


def deliver(*, subject: Recipient, actor: Actor, at: datetime) -> AuditEntry:
    """Send the open supplement: on the record, with a receipt of its own."""
    with _adding(subject, actor) as locked:
        entry = _send(locked, open_supplement(locked), actor, at)
    subject.refresh_from_db()
    return entry


def bring(
    *,
    subject: Recipient,
    given: Iterable[GivenAddition],
    actor: Actor,
    at: datetime,
    remark: str = "",
) -> AuditEntry:
    """Put a supplement together and send it at once, all of it or nothing.

    What the owner is putting together behind the link meanwhile stays as it is. Pages made before
    are stale by it, the one it was recorded on too.
    """
    refused: list[FileRefused] = []
    with _adding(subject, actor) as locked:
        # sent from the start: only one may stand open, and that is the owner's own
        supplement = _made(locked, at, sent_at=at, note=remark.strip())
        taker = Taker(locked, actor, at, refused, room_in(supplement))
        _keep_all(supplement, given, taker)
        if not all(isinstance(one, AlreadyThere) for one in refused):
            raise SomeFilesRefused(refused, keeps_files=False)
        entry = _send(locked, supplement, actor, at, stales_pages=True)
    subject.refresh_from_db()
    return entry


def _send(
    locked: Recipient,
    supplement: Delivery | None,
    actor: Actor,
    at: datetime,
    *,
    stales_pages: bool = False,
) -> AuditEntry:
    if supplement is None or not _prune(supplement):
        raise Incomplete(_("Unggah paling sedikit satu berkas, atau tulis catatan perbaikan."))
    _refuse_empty_words(locked, supplement)
    supplement.number = _newest_number(locked, supplement)
    supplement.sent_at = at
    supplement.full_clean()
    supplement.save()
    locked.forget()
    sheet = _sheet_of(locked, supplement)
    is_taken_in = locked.state == TAKEN_IN_AT
    entry = note(
        subject=locked,
        deed=DEED,
        actor=actor,
        at=at,
        record={
            "delivery": supplement.number,
            "taken_in": is_taken_in,
            "files": [
                {"name": file.name, "size": file.size, "sha256": file.sha256}
                for one in sheet.items
                for file in one.files
            ],
        },
        stales_pages=stales_pages or is_taken_in,
    )
    receipts.make_data_receipt(recipient=locked, sheet=sheet, actor=actor, at=at)
    if is_taken_in:
        take_in(locked, at=at)
    return entry


def _refuse_empty_words(recipient: Recipient, supplement: Delivery) -> None:
    """Refuse that an item is called whole of which nothing has ever come."""
    said = _by_item(supplement)
    called_whole = {key for key, one in said.items() if one.availability == AVAILABILITY.AVAILABLE}
    if not called_whole:
        return
    coming = [said, *map(_by_item, waiting_for(recipient))]
    for one in sheet_of(recipient).items:
        if one.item.pk not in called_whole or one.files or one.filled:
            continue
        if any(one.item.pk in some and some[one.item.pk].files.all() for some in coming):
            continue
        raise Incomplete(
            _(
                "{nomor}. {butir}: ditandai lengkap, tetapi datanya belum ada. Unggah berkasnya, "
                "atau hapus centangnya."
            ).format(nomor=one.number, butir=one.item.name)
        )


def take_in(recipient: Recipient, *, at: datetime) -> list[Delivery]:
    """Let the waiting supplements of a recipient in row 8 count, each begun as a copy of the last.

    What it changes is to be checked; what staff has accepted otherwise stays accepted.
    """
    recipient.forget()
    taken = waiting_for(recipient)
    for supplement in taken:
        recipient.forget()
        before = recipient.newest_delivery()
        supplement.number = _newest_number(recipient, supplement)
        supplement.taken_in_at, supplement.round = at, recipient.round
        if before is not None:
            _make_whole(supplement, before)
        supplement.full_clean()
        supplement.save()
    recipient.forget()
    return taken


def fold(recipient: Recipient, *, into: Delivery) -> None:
    """Lay a supplement that was not sent yet into a new round: the owner goes on from there."""
    supplement = open_supplement(recipient)
    if supplement is None:
        return
    standing = {answer.item_id: answer for answer in into.answers.with_data()}
    for added in supplement.answers.with_data():
        answer = standing.get(added.item_id)
        if answer is None:
            answer = ItemAnswer.objects.create(delivery=into, item=added.item)
        if answer.verdict == VERDICT.ACCEPTED and (added.note or added.files.all()):
            answer.verdict = VERDICT.UNCHECKED
        _combine(answer, standing=answer, added=added)
        answer.files.add(*added.files.all())
    supplement.answers.all().delete()
    supplement.delete()
    recipient.forget()


def _make_whole(supplement: Delivery, before: Delivery) -> None:
    """Lay what was added over all that counted before."""
    added = _by_item(supplement)
    for standing in before.answers.with_data():
        answer = added.pop(standing.item_id, None)
        if answer is None:
            copy_answer(standing, supplement)
            continue
        _combine(answer, standing=standing, added=answer)
        copy_data(standing, answer)
    for answer in added.values():
        _combine(answer, standing=ItemAnswer(), added=answer)
    supplement.owner_letter_number = supplement.owner_letter_number or before.owner_letter_number
    supplement.owner_letter_date = supplement.owner_letter_date or before.owner_letter_date


def _combine(answer: ItemAnswer, *, standing: ItemAnswer, added: ItemAnswer) -> None:
    """Write into `answer` what an item is with what was added to it."""
    gives, is_whole = bool(added.files.all()), added.availability == AVAILABILITY.AVAILABLE
    availability = standing.availability
    if is_whole or (gives and not availability):
        availability = AVAILABILITY.AVAILABLE
    elif gives and availability == AVAILABILITY.UNAVAILABLE:
        availability = AVAILABILITY.PARTIAL
    is_whole = availability == AVAILABILITY.AVAILABLE
    answer.note = "\n".join(filter(None, dict.fromkeys((standing.note, added.note))))
    answer.availability = availability
    answer.ground = standing.ground if availability == AVAILABILITY.UNAVAILABLE else ""
    answer.reason = "" if is_whole else standing.reason
    answer.promised_on = None if is_whole else standing.promised_on
    answer.source, answer.current_as_of = standing.source, standing.current_as_of
    answer.save()


def _prune(supplement: Delivery) -> bool:
    """Drop the items to which nothing was added; tell whether anything is left, if only a word."""
    kept = 1 if supplement.note else 0
    for answer in supplement.answers.with_data():
        if answer.note or answer.availability or answer.files.all():
            kept += 1
        else:
            answer.delete()
    return kept > 0


def _newest_number(recipient: Recipient, supplement: Delivery) -> int:
    """Give a supplement a number after all that was begun since: the newest delivery counts."""
    later = recipient.deliveries.filter(number__gt=supplement.number)
    return next_number(recipient) if later.exists() else supplement.number


def _sheet_of(recipient: Recipient, supplement: Delivery) -> Sheet:
    """Lay out what a supplement itself holds, for its receipt."""
    added = _by_item(supplement)
    items = tuple(
        ItemSheet(number=one.number, item=one.item, answer=added[one.item.pk], questions=())
        for one in sheet_of(recipient).items
        if one.item.pk in added
    )
    return Sheet(items=items, form=None, delivery=supplement)
