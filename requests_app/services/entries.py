"""What may stand as the answer to a question, how is it kept, and how read?

On the page and in a workbook alike: what is refused here is refused in both, in the same words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _

from requests_app.documents import wording
from requests_app.models import FormQuestion
from requests_app.sop.dates import MONTHS

LONGEST: Final = 500
"""Characters of a short text, and of one cell of a table."""
NOTHING: Final = "-"
"""What is typed into a cell for which there is nothing to say."""
_NOTHINGS: Final = frozenset({"-", "\u2013", "\u2014"})
_DOTTED: Final = re.compile(r"-?\d{1,3}(\.\d{3})+")
_PLAIN: Final = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,15})?")
_DAYS: Final = ("%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d")
_WORDED: Final = re.compile(r"(\d{1,2}) ([A-Za-z]+) (\d{4})")

Table = list[list[str]]


class NotAnAnswer(ValueError):
    """What was typed cannot answer the question; the sentence says what can."""


@dataclass(frozen=True)
class CellFault:
    """What is wrong in one cell of a table; both places count from 0."""

    row: int
    column: int
    sentence: str


def short(typed: str) -> str:
    """Read a text of one line or two."""
    text = long(typed)
    if len(text) > LONGEST:
        raise NotAnAnswer(_("Tulis paling banyak {n} karakter.").format(n=LONGEST))
    return text


def long(typed: str) -> str:
    """Read a text of any length; what no database keeps is left out."""
    return typed.replace("\x00", "").strip()


def number(typed: str) -> str:
    """Read a number as people write it here, `1.250` or `12,5`; kept as `1250`, `12.5`."""
    plain = re.sub(r"\s", "", typed)
    if "," in plain or _DOTTED.fullmatch(plain):
        plain = plain.replace(".", "").replace(",", ".")
    if not _PLAIN.fullmatch(plain):
        raise NotAnAnswer(_("Tulis angka, misalnya 1.250 atau 12,5."))
    return f"{Decimal(plain):f}"


def day(typed: str) -> str:
    """Read a date as people write it here; kept as `2026-12-31`."""
    text = " ".join(typed.split())
    for form in _DAYS:
        try:
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007  # a day, no moment
        except ValueError:
            continue
    worded = _WORDED.fullmatch(text)
    months = [month.casefold() for month in MONTHS]
    if worded and worded[2].casefold() in months:
        try:
            month = months.index(worded[2].casefold()) + 1
            return date(int(worded[3]), month, int(worded[1])).isoformat()
        except ValueError:
            pass
    raise NotAnAnswer(_("Tulis tanggal, misalnya 31-12-2026."))


def promised(on: date, *, today: date, kept: date | None) -> date:
    """Read until when the rest is promised; a day gone by may stand where it stood before."""
    if on < today and on != kept:
        raise NotAnAnswer(_("Tanggal yang dijanjikan tidak boleh sebelum hari ini."))
    return on


def current(as_of: date, *, today: date) -> date:
    """Read of which day the data is."""
    if as_of > today:
        raise NotAnAnswer(_("Tanggal mutakhir tidak boleh setelah hari ini."))
    return as_of


def cell(question: FormQuestion, typed: str) -> str:
    """Read one cell of a table; "" is left open, "-" says that there is nothing."""
    text = short(typed)
    if text in _NOTHINGS:
        return NOTHING
    if not (question.holds_numbers and text):
        return text
    try:
        return number(text)
    except NotAnAnswer as fault:
        raise NotAnAnswer(
            _("Tulis angka, misalnya 1.250 atau 12,5; tulis - bila tidak ada.")
        ) from fault


def table(question: FormQuestion, typed: Sequence[Sequence[str]]) -> tuple[Table, list[CellFault]]:
    """Read a whole table; what cannot stand in a cell is told and left open."""
    faults: list[CellFault] = []

    def read(row: int, column: int, text: str) -> str:
        try:
            return cell(question, text)
        except NotAnAnswer as fault:
            faults.append(CellFault(row, column, str(fault)))
            return ""

    value = [
        [read(row, column, text) for column, text in enumerate(line)]
        for row, line in enumerate(fitted(question, typed))
    ]
    return as_kept(value), faults


def as_kept(value: Table) -> Table:
    """Give a table as it is kept: nothing at all where no cell holds anything."""
    return value if any(map(any, value)) else []


def fitted(question: FormQuestion, value: object) -> Table:
    """Lay a kept or typed table into the rows and columns of its question."""
    lines = value if isinstance(value, list | tuple) else []
    return [
        [_text_at(lines, row, column) for column in range(len(question.columns))]
        for row in range(len(question.rows))
    ]


def _text_at(lines: Sequence[object], row: int, column: int) -> str:
    line = lines[row] if row < len(lines) else ()
    if not isinstance(line, list | tuple) or column >= len(line):
        return ""
    return str(line[column])


def as_read(question: FormQuestion, value: Any) -> Any:
    """Give a kept answer as people read it: numbers with comma, choices as a list."""
    if question.kind == FormQuestion.Kind.NUMBER and value:
        return _number_as_read(value)
    if question.kind == FormQuestion.Kind.TABLE and question.holds_numbers:
        return [list(map(_number_as_read, line)) for line in fitted(question, value)]
    return value


def _number_as_read(kept: Any) -> str:
    try:
        return wording.grouped(Decimal(str(kept)))
    except InvalidOperation:  # "-", an empty cell
        return str(kept)
