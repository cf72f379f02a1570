"""What has an owner answered so far, item by item, and what is still missing?

Answers and files are kept as they come, in rows 7a and 7b alike; nothing of it is seen by the
office before it is sent. A correction (SOP row 8 → 7a) opens a new delivery that begins as a copy.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from requests_app.documents import wording
from requests_app.models import (
    CollectionForm,
    DataFile,
    Delivery,
    FormQuestion,
    ItemAnswer,
    QuestionAnswer,
    Recipient,
    RequestedItem,
)
from requests_app.services import intake
from requests_app.services.intake import FileRefused
from requests_app.services.workflow import Incomplete, NotReady, editing
from requests_app.sop.roles import Actor
from requests_app.sop.steps import MINIMUM_REASON

ANSWERING_ROWS: Final = ("process_request", "deliver_data")
"""An owner may change answers while taking up the request and until the data is sent."""
_TEXTS: Final = ("availability", "ground", "reason", "source", "note")


@dataclass(frozen=True, kw_only=True)
class GivenAnswer:
    """What was typed and chosen for one item; `values` by question, the files all together."""

    item_id: int
    availability: str = ""
    ground: str = ""
    reason: str = ""
    source: str = ""
    note: str = ""
    uploads: "tuple[UploadedFile[Any], ...]" = ()
    values: Mapping[int, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ItemSheet:
    """One item as an owner is asked for it, with the answer as it stands."""

    number: int
    item: RequestedItem
    answer: ItemAnswer | None
    questions: tuple[FormQuestion, ...]

    @property
    def file_questions(self) -> list[FormQuestion]:
        """List the questions that ask for a file: the files of the item answer them."""
        return [q for q in self.questions if q.kind == FormQuestion.Kind.FILE]

    @property
    def typed_questions(self) -> list[FormQuestion]:
        """List the questions that are answered in words."""
        return [q for q in self.questions if q.kind != FormQuestion.Kind.FILE]

    @property
    def files(self) -> list[DataFile]:
        """List the files given for this item."""
        return [] if self.answer is None else list(self.answer.files.all())

    @property
    def filled(self) -> dict[int, QuestionAnswer]:
        """Map questions to their answers, the filled ones only."""
        if self.answer is None:
            return {}
        return {a.question_id: a for a in self.answer.question_answers.all() if a.is_filled}

    @property
    def is_locked(self) -> bool:
        """Tell whether staff has accepted the answer in an earlier round."""
        return self.answer is not None and self.answer.verdict == ItemAnswer.Verdict.ACCEPTED

    @property
    def is_answered(self) -> bool:
        """Tell whether the answer can be sent: complete, and with data where it promises some."""
        return self.answer is not None and self.answer.is_complete and not self.lacks_data

    @property
    def lacks_data(self) -> bool:
        """Tell whether the answer promises data but has none yet."""
        if self.answer is None or not self.answer.gives_data:
            return False
        return not self.answer.has_data({q.pk for q in self.questions if q.required})


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """All that one owner is asked, and the delivery that is being filled or was sent last."""

    items: tuple[ItemSheet, ...]
    form: CollectionForm | None
    delivery: Delivery | None

    @property
    def answered(self) -> int:
        """Count the items that are answered."""
        return sum(1 for one in self.items if one.is_answered)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is missing in the answer to one item; `field` is one of `GivenAnswer`'s."""

    item_id: int
    field: str
    sentence: str


class SomeFilesRefused(FileRefused):
    """Files that cannot come in, each named; all that came beside them is kept."""

    keeps_files = True

    def __init__(self, each: Sequence[FileRefused]) -> None:
        super().__init__(" ".join(map(str, each)))
        self._each = tuple(each)

    @property
    def each(self) -> tuple[FileRefused, ...]:
        """Give one refusal per file."""
        return self._each


class AnswersIncomplete(Incomplete):
    """What was typed is kept, but row 7a cannot close on it; `problems` tells where."""

    keeps_files = True
    leads = True

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(_("Isian sudah disimpan, tetapi belum lengkap."))
        self.problems = problems


def sheet_of(recipient: Recipient) -> Sheet:
    """Lay items, questions, answers and files of an owner side by side, in a few queries."""
    answers = {answer.item_id: answer for answer in recipient.answers()}
    questions: dict[int, list[FormQuestion]] = {}
    for question in recipient.questions():
        questions.setdefault(question.item_id, []).append(question)
    return Sheet(
        items=tuple(
            ItemSheet(
                number=number,
                item=item,
                answer=answers.get(item.pk),
                questions=tuple(questions.get(item.pk, ())),
            )
            for number, item in enumerate(recipient.items(), start=1)
        ),
        form=recipient.collection_form(),
        delivery=recipient.newest_delivery(),
    )


def problems_of(sheet: Sheet) -> list[Problem]:
    """List what row 7a still asks, item by item; files are asked for in row 7b."""
    found: list[Problem] = []
    for one in sheet.items:
        found += _problems_of_item(one)
    return found


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
    """Keep answers and files as far as they go. Not audited.

    A file that is refused does not cost the rest: everything else is committed first, then
    `SomeFilesRefused` names the files. Answers that staff has accepted stay as they are.
    """
    refused: list[FileRefused] = []
    if not row:
        row = subject.state if subject.state in ANSWERING_ROWS else "process_request"
    with editing(subject=subject, row=row, actor=actor, at=at, version=version) as locked:
        delivery = open_delivery(locked, at)
        _Keeper(locked, delivery, actor, at, refused).keep(given)
        if removed is not None:
            _remove(delivery, removed)
    if refused:
        raise SomeFilesRefused(refused)
    return delivery


def open_delivery(recipient: Recipient, at: datetime) -> Delivery:
    """Find the delivery of this round, or begin it."""
    delivery, _made = Delivery.objects.get_or_create(
        recipient=recipient,
        round=recipient.round,
        is_supplement=False,
        defaults={"number": next_number(recipient), "started_at": at},
    )
    return delivery


def next_number(recipient: Recipient) -> int:
    """Give the next delivery of a locked recipient its number."""
    return 1 + (recipient.deliveries.aggregate(last=Max("number"))["last"] or 0)


def copy_delivery(*, old: Delivery, recipient: Recipient, at: datetime) -> Delivery:
    """Begin a correction round with what was sent before; verdicts and notes travel along."""
    new = Delivery.objects.create(
        recipient=recipient,
        number=next_number(recipient),
        round=recipient.round,
        started_at=at,
        owner_letter_number=old.owner_letter_number,
        owner_letter_date=old.owner_letter_date,
        note=old.note,
    )
    for answer in old.answers.with_data():
        _copy_answer(answer, new)
    return new


def _copy_answer(answer: ItemAnswer, delivery: Delivery) -> None:
    fields = {name: getattr(answer, name) for name in (*_TEXTS, "verdict", "verdict_note")}
    copy = ItemAnswer.objects.create(delivery=delivery, item=answer.item, **fields)
    copy.files.set(answer.files.all())
    QuestionAnswer.objects.bulk_create(
        QuestionAnswer(item_answer=copy, question_id=one.question_id, value=one.value)
        for one in answer.question_answers.all()
    )


def _problems_of_item(one: ItemSheet) -> list[Problem]:
    answer, availability = one.answer, ItemAnswer.Availability

    def problem(field_: str, sentence: str) -> Problem:
        return Problem(item_id=one.item.pk, field=field_, sentence=sentence.format(n=one.number))

    if answer is None or not answer.availability:
        if not one.item.required:
            return []
        return [problem("availability", _("Butir {n}: pilih apakah data ini ada."))]
    found = []
    if answer.availability == availability.UNAVAILABLE and not answer.ground:
        found.append(problem("ground", _("Butir {n}: pilih dasar data tidak dapat diberikan.")))
    needs_reason = answer.availability != availability.AVAILABLE
    if needs_reason and len(answer.reason.strip()) < MINIMUM_REASON:
        found.append(
            problem("reason", _("Butir {n}: sebutkan alasan, paling sedikit 10 karakter."))
        )
    return found


class _Keeper:
    """Writes given answers into a delivery; refused files are told in `refused`."""

    def __init__(
        self,
        recipient: Recipient,
        delivery: Delivery,
        actor: Actor,
        at: datetime,
        refused: list[FileRefused],
    ) -> None:
        self.recipient, self.delivery = recipient, delivery
        self.actor, self.at, self.refused = actor, at, refused
        self.form = recipient.data_request.published_form()
        self.answers = {answer.item_id: answer for answer in delivery.answers.all()}
        self.bytes_left = settings.MAX_DELIVERY_BYTES - _size_of(delivery)

    def keep(self, given: Iterable[GivenAnswer]) -> None:
        asked = set(self.recipient.asked_items().values_list("pk", flat=True))
        for one in given:
            known = self.answers.get(one.item_id)
            is_locked = known is not None and known.verdict == ItemAnswer.Verdict.ACCEPTED
            if one.item_id in asked and not is_locked:
                self._keep_answer(one, known)

    def _keep_answer(self, given: GivenAnswer, known: ItemAnswer | None) -> None:
        answer = known or ItemAnswer(delivery=self.delivery, item_id=given.item_id)
        for name in _TEXTS:
            setattr(answer, name, getattr(given, name))
        answer.save()
        holds = self._keep_files(given, answer) | self._keep_values(given, answer)
        if holds and not answer.availability:
            # Who gives data without ticking "Ada" has said so all the same.
            answer.availability = ItemAnswer.Availability.AVAILABLE
            answer.save()

    def _keep_files(self, given: GivenAnswer, answer: ItemAnswer) -> bool:
        known = set(answer.files.values_list("name", "sha256"))
        for upload in given.uploads:
            kept = self._take(upload)
            if kept is None:
                continue
            if (kept.name, kept.sha256) in known:
                discard(kept)
                continue
            known.add((kept.name, kept.sha256))
            answer.files.add(kept)
        return bool(known)

    def _keep_values(self, given: GivenAnswer, answer: ItemAnswer) -> bool:
        if self.form is None:
            return False
        known = {one.question_id: one for one in answer.question_answers.all()}
        asked = self.form.questions.filter(item_id=given.item_id)
        for question in asked.exclude(kind=FormQuestion.Kind.FILE):
            one = known.get(question.pk) or QuestionAnswer(item_answer=answer, question=question)
            one.value = given.values.get(question.pk)
            if one.is_filled or one.pk:
                one.save()
                known[question.pk] = one
        return any(one.is_filled for one in known.values())

    def _take(self, upload: "UploadedFile[Any]") -> DataFile | None:
        if (upload.size or 0) > self.bytes_left:
            sentence = _("{berkas} tidak diterima: satu pengiriman paling besar {b}.")
            limit = wording.file_size(settings.MAX_DELIVERY_BYTES)
            name = upload.name or ""
            self.refused.append(FileRefused(sentence.format(berkas=name, b=limit), name=name))
            return None
        try:
            kept = intake.take_file(
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
        self.bytes_left -= kept.size
        return kept


def _size_of(delivery: Delivery) -> int:
    files = DataFile.objects.filter(Q(answers__delivery=delivery)).distinct()
    return sum(files.values_list("size", flat=True))


def _remove(delivery: Delivery, public_id: UUID) -> None:
    """Take a file out of a delivery that is not sent yet; accepted answers keep theirs."""
    data_file = DataFile.objects.filter(
        public_id=public_id, recipient_id=delivery.recipient_id, kind=DataFile.Kind.DELIVERY
    ).first()
    if data_file is None:
        raise NotReady(_("Berkas sudah tidak ada. Muat ulang halaman ini."))
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
