"""What has an owner answered so far, item by item, and what is still missing?

Answers and files are kept as they come, in rows 7a and 7b alike (`services.filling`); nothing of it
is seen by the office before it is sent. A correction (SOP row 8 → 7a) opens a new delivery that
begins as a copy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Max
from django.utils.translation import gettext as _

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
from requests_app.services.intake import FileRefused
from requests_app.services.workflow import Incomplete
from requests_app.sop.steps import MINIMUM_REASON

ANSWERING_ROWS: Final = ("process_request", "deliver_data")
"""An owner may change answers while taking up the request and until the data is sent."""
TYPED: Final = (
    "availability",
    "ground",
    "reason",
    "promised_on",
    "source",
    "current_as_of",
    "note",
)
"""The fields of an answer that an owner types or chooses, beside the questions."""


@dataclass(frozen=True, kw_only=True)
class GivenAnswer:
    """What was typed and chosen for one item; `values` by question, the files all together.

    `replacing` are files that take the place of others, by the key of the one that goes.
    `seen` marks the fields as they were shown to whoever typed (`services.merging`); None where
    there was no page, and what is given replaces what stands.
    """

    item_id: int
    availability: str = ""
    ground: str = ""
    reason: str = ""
    promised_on: date | None = None
    source: str = ""
    current_as_of: date | None = None
    note: str = ""
    uploads: "tuple[UploadedFile[Any], ...]" = ()
    replacing: "Mapping[UUID, UploadedFile[Any]]" = field(default_factory=dict)
    values: Mapping[int, Any] = field(default_factory=dict)
    seen: str | None = None


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
    def is_begun(self) -> bool:
        """Tell whether anything is there: a choice, a word, a file."""
        if self.answer is None:
            return False
        return any(getattr(self.answer, name) for name in TYPED) or bool(self.files or self.filled)

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
    """Files that cannot come in, each named; all that came beside them is kept, unless said."""

    def __init__(self, each: Sequence[FileRefused], *, keeps_files: bool = True) -> None:
        super().__init__(" ".join(map(str, each)))
        self._each = tuple(each)
        self.keeps_files = keeps_files

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
        copy_answer(answer, new)
    return new


def copy_answer(answer: ItemAnswer, delivery: Delivery) -> None:
    """Begin an answer of a later delivery with all that stands in an earlier one."""
    fields = {name: getattr(answer, name) for name in (*TYPED, "verdict", "verdict_note")}
    copy = ItemAnswer.objects.create(delivery=delivery, item=answer.item, **fields)
    copy_data(answer, copy)


def copy_data(answer: ItemAnswer, copy: ItemAnswer) -> None:
    """Give an answer the files and the filled questions of another as well."""
    copy.files.add(*answer.files.all())
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
