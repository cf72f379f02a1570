"""What do the cells of a filled workbook answer, and which of them cannot be read?"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from requests_app.documents import wording
from requests_app.documents.filled_workbooks import Cell, Filled, Flaw, Line, Written
from requests_app.documents.workbooks import PART, SHEET, YES
from requests_app.models import FormQuestion, ItemAnswer
from requests_app.services import entries, merging, stationery
from requests_app.services.answers import TYPED, GivenAnswer, ItemSheet, Sheet
from requests_app.services.entries import NotAnAnswer
from requests_app.services.questionnaires import AVAILABILITIES, key_of_item
from requests_app.services.workflow import Refused

LONGEST_REASON: Final = 4_000
LONGEST_SOURCE: Final = 200
_YES: Final = frozenset({YES.casefold(), "y", "x", "v", "\u2713", "\u2714", "1", "true"})
_NO: Final = frozenset({"tidak", "t", "-", "0", "false"})


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a workbook answers, item by item, how many answers that are, and what is wrong in it."""

    given: tuple[GivenAnswer, ...]
    count: int
    faults: tuple[str, ...]


def read(filled: Filled, sheet: Sheet, *, grounds: Sequence[str], today: date) -> Reading:
    """Read all rows; each item is given as it stands, with what the workbook says laid over it."""
    rows = _Rows(filled.lines)
    readers = [_Item(one, rows, grounds, today) for one in sheet.items]
    given = [reader.given() for reader in readers if not reader.one.is_locked]
    rows.refuse_unknown({key for reader in readers for key in reader.keys})
    return Reading(
        given=tuple(one for one in given if one is not None),
        count=sum(reader.count for reader in readers),
        faults=tuple(sentence for _row, sentence in sorted(rows.faults)),
    )


class _Rows:
    """The rows of a workbook by key, and what is wrong in them by row."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.faults: list[tuple[int, str]] = []
        self.lines: dict[str, dict[int, Line]] = {}
        for line in lines:
            key, _sign, part = line.key.partition(PART)
            place = int(part) if part.isdecimal() and len(part) < 6 else 0
            twin = self.lines.setdefault(key, {}).setdefault(place, line)
            if twin is not line:
                self._refuse(line.row, _("baris ini sudah ada di baris {n}.").format(n=twin.row))

    def of(self, key: str) -> dict[int, Line]:
        """Give the rows of a question by their place in it."""
        return self.lines.get(key, {})

    def read(self, cell: Cell, judge: Callable[[Written], Any]) -> Any:
        """Read a cell, or tell what is wrong with it and give None."""
        if cell.flaw is Flaw.FORMULA:
            return self._fault(cell, _("berisi rumus; tulis nilainya saja."))
        if cell.flaw is Flaw.BROKEN or cell.value is None:
            return self._fault(cell, _("berisi kesalahan hitung; tulis nilainya saja."))
        try:
            return judge(cell.value)
        except NotAnAnswer as fault:
            return self._fault(cell, wording.lower_first(str(fault)))

    def refuse_unknown(self, known: set[str]) -> None:
        """Tell the rows that this form does not have."""
        for key in self.lines.keys() - known:
            for line in self.lines[key].values():
                self._refuse(line.row, _("baris ini bukan bagian dari formulir."))

    def _fault(self, cell: Cell, sentence: str) -> None:
        told = _("Lembar {lembar}, baris {baris}, kolom {kolom}: {kesalahan}")
        self.faults.append(
            (
                cell.row,
                told.format(lembar=SHEET, baris=cell.row, kolom=cell.column, kesalahan=sentence),
            )
        )

    def _refuse(self, row: int, sentence: str) -> None:
        told = _("Lembar {lembar}, baris {baris}: {kesalahan}")
        self.faults.append((row, told.format(lembar=SHEET, baris=row, kesalahan=sentence)))


@dataclass
class _Item:
    """Reads the rows of one item."""

    one: ItemSheet
    rows: _Rows
    grounds: Sequence[str]
    today: date
    count: int = field(default=0, init=False)

    @property
    def keys(self) -> list[str]:
        return [
            *(key_of_item(self.one.item.pk, name) for name in TYPED),
            *(merging.name_of(one.pk) for one in self.one.typed_questions),
        ]

    def given(self) -> GivenAnswer | None:
        """Give the answer with what was read; None where nothing was."""
        fields, values = self._fields(), self._values()
        self.count = len(fields) + len(values)
        if not self.count:
            return None
        answer = self.one.answer or ItemAnswer()
        standing: dict[str, Any] = {name: getattr(answer, name) for name in TYPED}
        return GivenAnswer(
            item_id=self.one.item.pk,
            **(standing | fields),
            values=values,
            seen=merging.marks_of(self.one),
        )

    def _fields(self) -> dict[str, Any]:
        known = [*self.grounds, *([self.one.answer.ground] if self.one.answer else [])]
        kept = None if self.one.answer is None else self.one.answer.promised_on
        judges: dict[str, Callable[[Written], Any]] = {
            "availability": _availability,
            "ground": lambda value: _choice(value, known),
            "reason": _reason,
            "promised_on": lambda value: entries.promised(_day(value), today=self.today, kept=kept),
            "source": lambda value: _within(entries.short(_text(value)), LONGEST_SOURCE),
            "current_as_of": lambda value: entries.current(_day(value), today=self.today),
            "note": lambda value: entries.long(_text(value)),
        }
        read = {
            name: self._single(key_of_item(self.one.item.pk, name), judge)
            for name, judge in judges.items()
        }
        return {name: value for name, value in read.items() if value is not None}

    def _values(self) -> dict[int, Any]:
        read = {one.pk: self._value(one) for one in self.one.typed_questions}
        return {key: value for key, value in read.items() if value is not None}

    def _value(self, question: FormQuestion) -> Any:
        key = merging.name_of(question.pk)
        if question.kind == FormQuestion.Kind.TABLE:
            return self._table(question, self.rows.of(key))
        if question.kind == FormQuestion.Kind.MULTIPLE:
            return self._choices(question, self.rows.of(key))
        return self._single(key, lambda value: _judged(question, value))

    def _single(self, key: str, judge: Callable[[Written], Any]) -> Any:
        line = self.rows.of(key).get(0)
        cell = None if line is None else line.cells[0]
        return None if cell is None else self.rows.read(cell, judge)

    def _choices(self, question: FormQuestion, lines: dict[int, Line]) -> list[str] | None:
        """Read which choices are marked; marks that cannot be read leave the answer as it was."""
        marks = {
            place: self.rows.read(cell, _mark)
            for place, line in lines.items()
            if (cell := line.cells[0]) is not None
        }
        if not marks or None in marks.values():
            return None
        return [choice for place, choice in enumerate(question.choices) if marks.get(place)]

    def _table(self, question: FormQuestion, lines: dict[int, Line]) -> entries.Table | None:
        """Lay the filled cells over the table as it stands."""
        kept = self.one.filled.get(question.pk)
        table, has_read = entries.fitted(question, None if kept is None else kept.value), False
        for row, line in lines.items():
            for column, cell in enumerate(line.cells[: len(question.columns)]):
                if cell is None or row >= len(question.rows):
                    continue
                value = self.rows.read(cell, lambda one: entries.cell(question, _text(one)))
                if value is not None:
                    table[row][column], has_read = value, True
        return entries.as_kept(table) if has_read else None


# -- single values --------------------------------------------------------------------------------


def _judged(question: FormQuestion, value: Written) -> str:
    kinds = FormQuestion.Kind
    if question.kind == kinds.NUMBER:
        return entries.number(_text(value))
    if question.kind == kinds.DATE:
        return _day(value).isoformat()
    if question.kind == kinds.SINGLE:
        return _choice(value, question.choices)
    if question.kind == kinds.LONG:
        return entries.long(_text(value))
    return entries.short(_text(value))


def _text(value: Written) -> str:
    """Give what stands in a cell as it would be typed here; a number in full, with a comma."""
    if isinstance(value, date):
        return wording.short_date(value)
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}".removesuffix(".0").replace(".", ",")
    return str(value)


def _availability(value: Written) -> str:
    chosen = _choice(value, list(AVAILABILITIES.values()))
    return next(key for key, label in AVAILABILITIES.items() if label == chosen)


def _choice(value: Written, choices: Iterable[str]) -> str:
    typed = " ".join(_text(value).split()).casefold()
    for choice in choices:
        if " ".join(choice.split()).casefold() == typed:
            return choice
    raise NotAnAnswer(_("Pilih salah satu dari daftar."))


def _day(value: Written) -> date:
    return value if isinstance(value, date) else date.fromisoformat(entries.day(_text(value)))


def _within(text: str, longest: int) -> str:
    if len(text) > longest:
        raise NotAnAnswer(_("Tulis paling banyak {n} karakter.").format(n=longest))
    return text


def _reason(value: Written) -> str:
    text = _within(entries.long(_text(value)), LONGEST_REASON)
    try:
        stationery.refuse_unprintable(text)
    except Refused as refusal:
        raise NotAnAnswer(str(refusal)) from refusal
    return text


def _mark(value: Written) -> bool:
    typed = _text(value).strip().casefold()
    if typed not in _YES | _NO:
        raise NotAnAnswer(_("Pilih Ya, atau kosongkan."))
    return typed in _YES
