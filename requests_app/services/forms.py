"""In what shape do we ask? Drafts of the collection form are written, published ones frozen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from requests_app.documents import wording
from requests_app.models import (
    AuditEntry,
    CollectionForm,
    DataFile,
    DataRequest,
    FormQuestion,
    RequestedItem,
)
from requests_app.services import intake
from requests_app.services.deeds import PREPARED
from requests_app.services.workflow import Incomplete, editing, perform
from requests_app.sop.roles import Actor

MOST_CELLS: Final = 4_000
"""In all tables of a form: each is an input of one page, beside those of its items."""


@dataclass(frozen=True, kw_only=True)
class QuestionLine:
    """One question as it was typed."""

    item_id: int
    text: str
    kind: str = FormQuestion.Kind.SHORT
    unit: str = ""
    choices: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    holds_numbers: bool = False
    required: bool = True
    help: str = ""

    @property
    def cells(self) -> int:
        """Count the inputs of a table; other questions have none."""
        return len(self.rows) * len(self.columns) if self.kind == FormQuestion.Kind.TABLE else 0


@dataclass(frozen=True, kw_only=True)
class Medium:
    """The collection form as it was typed: questions, or a template with the items it covers."""

    kind: str = CollectionForm.Kind.QUESTIONS
    instructions: str = ""
    questions: tuple[QuestionLine, ...] = ()
    covered: tuple[int, ...] = ()
    upload: "UploadedFile[Any] | None" = None


def newest_form(data_request: DataRequest) -> CollectionForm | None:
    """Find the version that is being written, else the one published last."""
    return (
        data_request.forms.select_related("template_file")
        .prefetch_related("questions", "covered_items")
        .order_by("-number")
        .first()
    )


def save_form(
    *,
    subject: DataRequest,
    medium: Medium,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> CollectionForm:
    """Keep a draft of the collection form, however incomplete. Not audited."""
    with editing(
        subject=subject, row="prepare_form", actor=actor, at=at, version=version
    ) as locked:
        return write(locked, medium, actor, at)


def fill_from_items(
    *,
    subject: DataRequest,
    medium: Medium,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> CollectionForm:
    """Keep the draft and add one question for each item that no question asks for yet."""
    with editing(
        subject=subject, row="prepare_form", actor=actor, at=at, version=version
    ) as locked:
        asked = {line.item_id for line in medium.questions}
        missing = [item for item in locked.items.all() if item.pk not in asked]
        questions = (*medium.questions, *(question_for(item) for item in missing))
        return write(locked, Medium(**{**vars(medium), "questions": questions}), actor, at)


def prepare_form(
    *,
    subject: DataRequest,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    medium: Medium | None = None,
) -> AuditEntry:
    """SOP row 2: publish the collection form; from now on this version never changes.

    Refused unless it covers every required item.
    """
    with editing(
        subject=subject, row="prepare_form", actor=actor, at=at, version=version
    ) as locked:
        form = write(locked, medium, actor, at) if medium else newest_form(locked)
        if form is not None and form.published_at is None:
            _refuse_unfinished(form)
            form.published_at, form.published_by_id = at, actor.user_id
            form.save()
        return perform(
            subject=locked,
            deed="prepare_form",
            actor=actor,
            at=at,
            record={} if form is None else {"form": form.number, "kind": form.kind},
        )


_LONG_TEXT: Final = 200


def question_for(item: RequestedItem) -> QuestionLine:
    """Word the one question that an item's own fields suggest."""
    is_online = item.format == RequestedItem.Format.ONLINE
    return QuestionLine(
        item_id=item.pk,
        text=item.name if is_online else _("Unggah: {nama}").format(nama=item.name),
        kind=_kind_for(item),
        unit=item.unit if is_online else "",
        required=item.required,
        help=described(item),
    )


def described(item: RequestedItem) -> str:
    """Tell an item in a line, as the help of its question where the office writes no other."""
    parts = (item.definition, item.coverage, item.period)
    return " · ".join(part for part in parts if part)[:300]


def _kind_for(item: RequestedItem) -> str:
    if item.format != RequestedItem.Format.ONLINE:
        return FormQuestion.Kind.FILE
    return FormQuestion.Kind.NUMBER if item.unit else FormQuestion.Kind.LONG


def write(data_request: DataRequest, medium: Medium, actor: Actor, at: datetime) -> CollectionForm:
    """Write the medium into the open draft of a locked request; opens one where there is none."""
    form = _open_draft(data_request)
    form.kind, form.instructions = medium.kind, medium.instructions
    if medium.upload is not None:
        form.template_file = intake.take_file(
            upload=medium.upload,
            data_request=data_request,
            kind=DataFile.Kind.TEMPLATE,
            actor=actor,
            at=at,
        )
    form.save()
    items = {item.pk for item in data_request.items.all()}
    form.covered_items.set(items.intersection(medium.covered))
    _write_questions(form, medium.questions, items)
    return form


def _open_draft(data_request: DataRequest) -> CollectionForm:
    newest = newest_form(data_request)
    if newest is not None and newest.published_at is None:
        return newest
    return CollectionForm(
        data_request=data_request,
        number=1 if newest is None else newest.number + 1,
        template_file=None if newest is None else newest.template_file,
    )


def _write_questions(
    form: CollectionForm, lines: Sequence[QuestionLine], items: Iterable[int]
) -> None:
    form.questions.all().delete()
    known = set(items)
    FormQuestion.objects.bulk_create(
        FormQuestion(form=form, position=position, **_fields_of(line))
        for position, line in enumerate((q for q in lines if q.item_id in known), start=1)
    )


def _fields_of(line: QuestionLine) -> dict[str, Any]:
    lists = {"choices": list(dict.fromkeys(line.choices))}
    lists |= {"rows": list(line.rows), "columns": list(line.columns)}
    return {**vars(line), **lists}


def _refuse_unfinished(form: CollectionForm) -> None:
    questions = form.questions.all() if form.kind == CollectionForm.Kind.QUESTIONS else ()
    refuse_too_many_cells(sum(question.cells for question in questions))
    for question in questions:
        try:
            question.full_clean()
        except ValidationError as error:
            raise Incomplete(
                _("Pertanyaan {n}: {kesalahan}").format(
                    n=question.position, kesalahan=" ".join(error.messages)
                )
            ) from error


def refuse_too_many_cells(cells: int) -> None:
    """Refuse tables that together would make a page too long to be sent."""
    if cells > MOST_CELLS:
        raise Incomplete(
            _(
                "Tabel dalam kuesioner ini memuat {n} sel; batasnya {m}. Kurangi baris atau kolom, "
                "atau minta sebagai berkas."
            ).format(n=wording.grouped(cells), m=wording.grouped(MOST_CELLS))
        )


PREPARED["prepare_form"] = prepare_form
