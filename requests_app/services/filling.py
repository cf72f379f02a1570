"""How is kept what an owner types and uploads, by however many hands and in however many sittings?

Nothing of it is audited before it is sent, and no page grows stale by it: what two people change at
once is told apart field by field (`services.merging`).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from requests_app.models import DataFile, Delivery, ItemAnswer, QuestionAnswer, Recipient
from requests_app.services import intake, merging
from requests_app.services.answers import (
    ANSWERING_ROWS,
    TYPED,
    GivenAnswer,
    ItemSheet,
    SomeFilesRefused,
    open_delivery,
    sheet_of,
)
from requests_app.services.arrivals import arrived
from requests_app.services.intake import AlreadyThere, FileRefused
from requests_app.services.quotas import Room, room_in
from requests_app.services.workflow import NotReady, editing
from requests_app.sop.roles import Actor


def save_answers(
    *,
    subject: Recipient,
    given: Iterable[GivenAnswer],
    actor: Actor,
    at: datetime,
    version: int | None = None,
    removed: UUID | None = None,
    row: str = "",
) -> Delivery:
    """Keep answers and files as far as they go.

    Nothing that cannot be kept costs the rest: everything else is committed first, then
    `SomeFilesRefused` names the files, or `Overtaken` the items that somebody else has changed.
    Answers that staff has accepted stay as they are.
    """
    refused: list[FileRefused] = []
    with editing(
        subject=subject,
        row=row or _row_of(subject),
        actor=actor,
        at=at,
        version=version,
        stales_pages=False,
    ) as locked:
        delivery = open_delivery(locked, at)
        taker = Taker(locked, actor, at, refused, room_in(delivery))
        overtaken = _keep_all(locked, delivery, given, taker)
        if removed is not None:
            take_out(delivery, removed)
    subject.forget()
    if refused:
        raise SomeFilesRefused(refused)
    if overtaken:
        raise merging.Overtaken(overtaken)
    return delivery


def add_file(
    *,
    subject: Recipient,
    item: int,
    upload: "UploadedFile[Any]",
    actor: Actor,
    at: datetime,
    replaced: UUID | None = None,
) -> ItemSheet:
    """Keep one more file of an item at once, in the place of another if that is named."""
    refused: list[FileRefused] = []
    with editing(
        subject=subject, row=_row_of(subject), actor=actor, at=at, stales_pages=False
    ) as locked:
        delivery = open_delivery(locked, at)
        one = find_item(locked, item)
        taker = Taker(locked, actor, at, refused, room_in(delivery))
        answer = one.answer or ItemAnswer.objects.create(delivery=delivery, item=one.item)
        if replaced is None:
            taker.take_all((upload,), answer)
        else:
            taker.replace(replaced, upload, answer)
        _say_that_it_is_there(answer, holds=not refused)
    subject.forget()
    if refused:
        raise SomeFilesRefused(refused)
    return find_item(subject, item)


def find_item(recipient: Recipient, item: int) -> ItemSheet:
    """Find an item that this owner may still answer."""
    for one in sheet_of(recipient).items:
        if one.item.pk == item and not one.is_locked:
            return one
    raise NotReady(_("Data ini tidak dapat diisi lagi. Muat ulang halaman ini."))


def take_out(delivery: Delivery, public_id: UUID, *, but: "Iterable[DataFile]" = ()) -> None:
    """Take a file out of a delivery that is not sent yet; accepted answers keep theirs.

    One that has just come in its own place (`but`) stays.
    """
    data_file = DataFile.objects.filter(
        public_id=public_id, recipient_id=delivery.recipient_id, kind=DataFile.Kind.DELIVERY
    ).first()
    if data_file is None:
        raise NotReady(_("Berkas sudah tidak ada. Muat ulang halaman ini."))
    if data_file in but:
        return
    for answer in delivery.answers.exclude(verdict=ItemAnswer.Verdict.ACCEPTED):
        answer.files.remove(data_file)
    if not data_file.answers.exists():
        discard(data_file)


def discard(data_file: DataFile) -> None:
    """Forget a file that was never sent: what nobody received need not be kept (UU 27/2022).

    The bytes go after the commit; a crash in between leaves bytes without a row, which is harmless.
    """
    storage, name = data_file.file.storage, str(data_file.file.name)
    data_file.delete()
    transaction.on_commit(lambda: storage.delete(name))


class Taker:
    """Takes files in for one owner, up to what one delivery may hold; the refused are told."""

    def __init__(
        self,
        recipient: Recipient,
        actor: Actor,
        at: datetime,
        refused: list[FileRefused],
        room: Room,
    ) -> None:
        self.recipient, self.actor, self.at = recipient, actor, at
        self.refused, self.room = refused, room
        self.kept: list[DataFile] = []

    def take_all(self, uploads: "Iterable[UploadedFile[Any]]", answer: ItemAnswer) -> bool:
        """Put files behind an answer, each once; tell whether none was refused.

        The same file sent again, as by a script whose connection broke, is there already; under
        another name that is told.
        """
        known = {one.sha256: one for one in answer.files.all()}
        before = len(self.refused)
        for upload in uploads:
            taken = self._take(upload)
            if taken is None:
                continue
            twin = known.setdefault(taken.sha256, taken)
            if twin is not taken:
                self._drop(taken, twin, upload)
            else:
                answer.files.add(taken)
            self.kept.append(twin)
        return len(self.refused) == before

    def replace(self, gone: UUID, upload: "UploadedFile[Any]", answer: ItemAnswer) -> None:
        """Take a file in the place of another, which stays where the new one is refused."""
        if self.take_all((upload,), answer):
            take_out(answer.delivery, gone, but=self.kept)

    def _drop(self, taken: DataFile, twin: DataFile, upload: "UploadedFile[Any]") -> None:
        discard(taken)
        self.room.give_back(taken.size)
        if taken.name != twin.name:
            sentence = _(
                "{berkas} sama isinya dengan {lain}, jadi tidak disimpan dua kali."
            ).format(berkas=taken.name, lain=twin.name)
            self.refused.append(AlreadyThere(sentence, upload=upload))

    def _take(self, upload: "UploadedFile[Any]") -> DataFile | None:
        upload = arrived(upload)
        sentence = self.room.sentence_if_over(name=upload.name or "", size=upload.bytes_kept)
        if sentence and upload.lack is None:  # what did not come whole is told as that
            upload.close()
            self.refused.append(FileRefused(sentence, upload=upload))
            return None
        try:
            taken = intake.take_file(
                upload=upload,
                data_request=self.recipient.data_request,
                recipient=self.recipient,
                kind=DataFile.Kind.DELIVERY,
                actor=self.actor,
                at=self.at,
            )
        except FileRefused as refusal:
            self.refused.append(refusal)
            return None
        self.room.take(taken.size)
        return taken


def _row_of(subject: Recipient) -> str:
    return subject.state if subject.state in ANSWERING_ROWS else "process_request"


def _keep_all(
    recipient: Recipient, delivery: Delivery, given: Iterable[GivenAnswer], taker: Taker
) -> list[int]:
    """Keep each given answer; give the numbers of the items in which two people differ."""
    items = {one.item.pk: one for one in sheet_of(recipient).items if not one.is_locked}
    overtaken = []
    for typed in given:
        one = items.get(typed.item_id)
        if one is None:
            continue
        merged = merging.merge(one, typed)
        answer = one.answer or ItemAnswer(delivery=delivery, item=one.item)
        _write(answer, merged.fields)
        holds = _write_values(answer, one, merged.fields)
        taker.take_all(typed.uploads, answer)
        for gone, upload in typed.replacing.items():
            taker.replace(gone, upload, answer)
        _say_that_it_is_there(answer, holds=holds or answer.files.exists())
        if merged.differing:
            overtaken.append(one.number)
    return overtaken


def _write(answer: ItemAnswer, fields: merging.Fields) -> None:
    changed = [name for name in TYPED if getattr(answer, name) != fields[name]]
    for name in changed:
        setattr(answer, name, fields[name])
    if changed or answer.pk is None:
        answer.save()


def _write_values(answer: ItemAnswer, one: ItemSheet, fields: merging.Fields) -> bool:
    """Keep what was said to the questions; tell whether any is answered now."""
    known = {said.question_id: said for said in answer.question_answers.all()}
    for question in one.typed_questions:
        value = fields[merging.name_of(question.pk)]
        said = known.get(question.pk) or QuestionAnswer(item_answer=answer, question=question)
        if said.value == value:
            continue
        said.value = value
        if said.is_filled or said.pk:
            said.save()
            known[question.pk] = said
    return any(said.is_filled for said in known.values())


def _say_that_it_is_there(answer: ItemAnswer, *, holds: bool) -> None:
    """Take the data itself for a yes: who gives it without ticking "Ada" has said so too."""
    if holds and not answer.availability:
        answer.availability = ItemAnswer.Availability.AVAILABLE
        answer.save()
