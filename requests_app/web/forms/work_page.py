"""What does an owner type, choose and upload, item by item? One form for the whole work page.

Nothing is required here: what was typed and chosen is kept at every press of a button, and what is
missing is told by the service when row 7a is to close.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from requests_app.models import FormQuestion, ItemAnswer
from requests_app.services import entries, merging
from requests_app.services.answers import TYPED, GivenAnswer, ItemSheet, Problem, sheet_of
from requests_app.services.entries import NotAnAnswer
from requests_app.sop.roles import Role
from requests_app.web.forms.answers import (
    FilesField,
    RecipientForm,
    field_of,
    files_field_of,
    help_of,
    stored_value,
)
from requests_app.web.forms.base import OVERWRITE, text_of
from requests_app.web.forms.printed import PrintedField
from requests_app.web.owner_view import file_row, own_files, unopened

REMOVE: Final = "remove:"
"""The button "Hapus" of a file is a save whose value names the file, so that typed text stays."""
REPLACE: Final = "replace-"
"""The input in which a file is chosen that takes the place of another, named behind it."""
DAY: Final = "%Y-%m-%d"
FEW: Final = 3
"""Items of which one keeps the overview without a list to come back to."""


@dataclass(frozen=True, kw_only=True)
class ItemFields:
    """One item of the page: its sheet, its files, and the bound fields that belong to it.

    `questions` are those answered in words; all files of the item go into one input. `theirs` are
    the fields that somebody else has filled differently meanwhile, with what stands there now:
    only the tick `overwrite`, which is worth the marks that it was compared with, replaces them.
    """

    sheet: ItemSheet
    files: list[dict[str, Any]]
    fields: dict[str, forms.BoundField]
    questions: list[tuple[FormQuestion, forms.BoundField]]
    theirs: list[tuple[str, str]] = field(default_factory=list)

    @property
    def marks(self) -> str:
        """Mark the item as it stands."""
        return merging.marks_of(self.sheet)


class AnswersForm(RecipientForm):
    """All answers of one owner."""

    save = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grounds = self.recipient.office.grounds
        self._theirs: dict[int, list[tuple[str, str]]] = {}
        is_owner = self.actor.role is Role.DATA_OWNER
        self._hrefs = own_files(self.recipient) if is_owner else unopened
        self.sheet = sheet_of(self.recipient)
        for one in self.open_items():
            self._add_answer(one)
            self._add_questions(one)
            self._add_files(one)

    def open_items(self) -> Iterator[ItemSheet]:
        """List the items that may still be changed."""
        return (one for one in self.sheet.items if not one.is_locked)

    def items(self) -> list[ItemFields]:
        """Give the template each item with its fields, in order; locked ones have none."""
        return [self.fields_of(one) for one in self.sheet.items]

    @property
    def is_long(self) -> bool:
        """Tell whether one needs a way back to the list of items."""
        return len(self.sheet.items) > FEW

    def fields_of(self, one: ItemSheet) -> ItemFields:
        """Give the template one item with its fields and files."""
        if one.is_locked:
            return ItemFields(sheet=one, files=self._files_of(one), fields={}, questions=[])
        names = ("seen", *TYPED, "uploads")
        return ItemFields(
            sheet=one,
            files=self._files_of(one),
            fields={name: self[_name(one, name)] for name in names},
            questions=[(q, self[merging.name_of(q.pk)]) for q in one.typed_questions],
            theirs=self._theirs.get(one.item.pk, []),
        )

    def facts(self) -> dict[str, Any]:
        """Give the service the answers, and the file to be taken out."""
        pressed = self.cleaned_data.get("save", "")
        return {
            "given": list(self.given()),
            "removed": uuid_of(pressed.removeprefix(REMOVE))
            if pressed.startswith(REMOVE)
            else None,
        }

    def given(self) -> Iterator[GivenAnswer]:
        """Read the answers; an item in which something cannot be read is not given."""
        for one in self.open_items():
            if not any(name in self.errors for name in self._names_of(one)):
                yield self._given(one)

    def wrong_items(self) -> list[int]:
        """Number the items in which something cannot be read."""
        return [
            one.number
            for one in self.open_items()
            if any(name in self.errors for name in self._names_of(one))
        ]

    def tell(self, problems: list[Problem]) -> None:
        """Put what is missing beside the fields it is missing in."""
        for problem in problems:
            self.add_error(f"item-{problem.item_id}-{problem.field}", problem.sentence)

    def renew(self, version: int) -> None:
        """Show beside what was typed what somebody else has changed, and let it be sent again."""
        super().renew(version)
        standing = AnswersForm(subject=self.subject, actor=self.actor, at=self.at)
        self.sheet = standing.sheet
        for one in self.open_items():
            if _name(one, "seen") in self.data:
                self._lay_beside(one, standing)

    def renewed(self, given: Iterable[GivenAnswer]) -> dict[str, str]:
        """Give the marks for a page that stays open, by their input: those that have changed."""
        typed = {one.item_id: one for one in given}
        marks: dict[str, str] = {}
        for one in sheet_of(self.recipient).items:
            mine = typed.get(one.item.pk)
            if mine is not None:
                not_shown = merging.not_shown(one, mine)
                marks[_name(one, "seen")] = merging.marks_seen(one, mine, but=not_shown)
        return {name: new for name, new in marks.items() if new != self.data.get(name)}

    # -- how it is laid out -------------------------------------------------------------------

    def _add_answer(self, one: ItemSheet) -> None:
        answer = one.answer or ItemAnswer()
        self.fields[_name(one, "seen")] = forms.CharField(
            required=False, widget=forms.HiddenInput, strip=False
        )
        self.initial[_name(one, "seen")] = merging.marks_of(one)
        for name, made in _answer_fields(self.grounds, answer, today=self._today).items():
            self.fields[_name(one, name)] = made
            self.initial[_name(one, name)] = getattr(answer, name)

    def _add_questions(self, one: ItemSheet) -> None:
        for question in one.typed_questions:
            name = merging.name_of(question.pk)
            self.fields[name] = field_of(question)
            self.fields[name].help_text = help_of(question, one.item)
            kept = one.filled.get(question.pk)
            if kept is not None:
                self.initial[name] = entries.as_read(question, kept.value)

    def _add_files(self, one: ItemSheet) -> None:
        self.fields[_name(one, "uploads")] = files_field_of(one)
        for kept in one.files:
            self.fields[f"{REPLACE}{kept.public_id}"] = FilesField(
                label=_("Berkas pengganti"), required=False
            )

    @property
    def _today(self) -> date:
        return self.at.astimezone(self.recipient.office.zone).date()

    def _files_of(self, one: ItemSheet) -> list[dict[str, Any]]:
        """Tell each file, with the input for what may replace it."""
        rows = []
        for kept in one.files:
            name = f"{REPLACE}{kept.public_id}"
            replacing = self[name] if name in self.fields else None
            shown = file_row(kept, href=self._hrefs(kept), remove=not one.is_locked)
            rows.append({**shown, "public_id": kept.public_id, "replacing": replacing})
        return rows

    def _names_of(self, one: ItemSheet) -> list[str]:
        return [
            *(_name(one, name) for name in ("seen", *TYPED, "uploads")),
            *(merging.name_of(question.pk) for question in one.typed_questions),
        ]

    # -- what was typed -----------------------------------------------------------------------

    def _given(self, one: ItemSheet) -> GivenAnswer:
        cleaned = self.cleaned_data
        seen = self.data.get(_name(one, OVERWRITE)) or self.data.get(_name(one, "seen"))
        named = ((kept.public_id, f"{REPLACE}{kept.public_id}") for kept in one.files)
        typed: dict[str, Any] = {name: cleaned.get(_name(one, name)) for name in TYPED}
        return GivenAnswer(
            item_id=one.item.pk,
            **{name: value or _nothing(name) for name, value in typed.items()},
            uploads=cleaned.get(_name(one, "uploads"), ()),
            replacing={key: cleaned[name][0] for key, name in named if cleaned.get(name)},
            values={
                question.pk: stored_value(cleaned.get(merging.name_of(question.pk)))
                for question in one.typed_questions
            },
            seen=seen,
        )

    def _lay_beside(self, one: ItemSheet, standing: "AnswersForm") -> None:
        """Compare one item as it was typed with how it stands, and mark it as seen."""
        if any(name in self.errors for name in self._names_of(one)):
            return
        given = self._given(one)
        differing = merging.merge(one, given).differing
        for name in merging.not_shown(one, given):
            input_name = name if name.startswith("question-") else _name(one, name)
            if name in differing:
                bound = standing[input_name]
                told = (str(bound.label), text_of(bound) or _("(kosong)"))
                self._theirs.setdefault(one.item.pk, []).append(told)
            else:
                self._show_standing(input_name, standing)
        marks = merging.marks_seen(one, given, but=differing)
        self._set_data(_name(one, "seen"), marks)

    def _show_standing(self, name: str, standing: "AnswersForm") -> None:
        """Let a field show what stands there now, and not what this page had before."""
        self.initial[name] = standing.initial.get(name)
        self.fields[name].bound_data = _as_it_stands  # type: ignore[method-assign]
        self._bound_fields_cache.pop(name, None)  # type: ignore[attr-defined]

    def _set_data(self, name: str, value: str) -> None:
        renewed: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict when posted
        renewed[name] = value
        self.data = renewed


def _as_it_stands(data: Any, initial: Any) -> Any:
    del data
    return initial


def _nothing(name: str) -> Any:
    return None if name in {"promised_on", "current_as_of"} else ""


def _name(one: ItemSheet, field_: str) -> str:
    return f"item-{one.item.pk}-{field_}"


def _answer_fields(
    grounds: list[str], answer: ItemAnswer, *, today: date
) -> dict[str, forms.Field]:
    known = [*grounds, *({answer.ground} - {"", *grounds})]
    return {
        "availability": forms.ChoiceField(
            label=_("Apakah data ini ada?"),
            choices=ItemAnswer.Availability.choices,
            widget=forms.RadioSelect,
            required=False,
        ),
        "ground": forms.ChoiceField(
            label=_("Dasar tidak dapat diberikan"),
            choices=[("", _("Pilih dasar")), *((ground, ground) for ground in known)],
            required=False,
        ),
        "reason": PrintedField(
            label=_("Alasan"),
            help_text=_("Mengapa hanya sebagian, atau mengapa tidak dapat diberikan."),
            widget=forms.Textarea(attrs={"rows": 2}),
            required=False,
        ),
        "promised_on": _day(
            label=_("Sisanya dikirim paling lambat (opsional)"),
            help_text=_("Contoh: 31 Desember 2026. Kosongkan bila sisanya tidak akan ada."),
            validators=[_not_before(today, kept=answer.promised_on)],
        ),
        "source": forms.CharField(
            label=_("Sumber data"),
            help_text=_("Contoh: laporan bulanan bidang, aplikasi pendataan."),
            max_length=200,
            required=False,
        ),
        "current_as_of": _day(
            label=_("Mutakhir per tanggal"),
            help_text=_("Keadaan data pada tanggal berapa. Contoh: 30 September 2026."),
            validators=[_not_after(today)],
        ),
        "note": forms.CharField(
            label=_("Catatan untuk penerima"),
            widget=forms.Textarea(attrs={"rows": 2}),
            required=False,
        ),
    }


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format=DAY),
        error_messages={"invalid": _("Tulis tanggal, misalnya 31-12-2026.")},
        **options,
    )


def _not_before(today: date, *, kept: date | None) -> Any:
    return _as_kept(lambda day: entries.promised(day, today=today, kept=kept))


def _not_after(today: date) -> Any:
    return _as_kept(lambda day: entries.current(day, today=today))


def _as_kept(read: Callable[[date], date]) -> Callable[[date], None]:
    """Refuse here what no workbook may say either, in the same words."""

    def judge(day: date) -> None:
        try:
            read(day)
        except NotAnAnswer as fault:
            raise forms.ValidationError(str(fault)) from fault

    return judge


def uuid_of(text: str) -> UUID | None:
    """Read the key of a file; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
