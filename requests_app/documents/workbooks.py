"""How does a questionnaire look as a workbook that is filled in and comes back?

One sheet to fill, one that says how, and a hidden one that says whose form it is. Every row to fill
carries the key of its question in a hidden column, so that it is known again wherever it has moved.
Only answer cells are open; all texts are stored as texts, whatever they begin with.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation

from requests_app.documents.tables import MAXIMUM_TEXT, printable

SHEET: Final = "Isian"
GUIDE: Final = "Petunjuk"
HIDDEN: Final = "formulir"
KEYS, NUMBERS, ASKED, ANSWERS = 1, 2, 3, 4
"""Columns: the hidden keys, the numbers, what is asked, and the first column of answers."""
HEAD_ROWS: Final = 4
YES: Final = "Ya"
PART: Final = "#"
"""Between the key of a question and the number of its row, where it has several."""
EXACT_DIGITS: Final = 15
"""A spreadsheet keeps no more digits of a number; one with more is written as a text."""
DAY_FORMAT: Final = "DD-MM-YYYY"
FIRST_DAY: Final = date(1900, 3, 1)
"""Before it spreadsheets differ by a day."""

Value = str | list[str] | list[list[str]] | None


class Kind(StrEnum):
    """What is written into the cells of a question."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    DATE = "date"
    ONE = "one"
    SOME = "some"
    TABLE = "table"
    TOLD = "told"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question with its answer so far, as it is kept; `TOLD` asks for nothing here."""

    key: str
    text: str
    kind: Kind
    hint: str = ""
    number: str = ""
    choices: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    holds_numbers: bool = False
    value: Value = None

    @property
    def height(self) -> int:
        """Count the rows it takes."""
        if self.kind is Kind.SOME:
            return 1 + len(self.choices)
        return 1 + len(self.rows) if self.kind is Kind.TABLE else 1


@dataclass(frozen=True, kw_only=True)
class Block:
    """One item with what is asked about it."""

    heading: str
    details: str = ""
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Form:
    """All that stands in a workbook; `identity` is what is asked of it when it comes back."""

    title: str
    subtitle: str
    how: str
    facts: tuple[tuple[str, str], ...]
    guide: tuple[str, ...]
    blocks: tuple[Block, ...]
    author: str = ""
    identity: Mapping[str, str] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """Count the rows of the sheet to fill."""
        asked = sum(one.height for block in self.blocks for one in block.questions)
        return HEAD_ROWS + asked + 3 * len(self.blocks)

    @property
    def width(self) -> int:
        """Count the columns of answers."""
        asked = (one for block in self.blocks for one in block.questions)
        return max((len(one.columns) for one in asked), default=1) or 1


def write_workbook(form: Form, /) -> bytes:
    """Write a workbook for one owner, with what has been answered so far."""
    workbook = Workbook()
    workbook.properties.creator = form.author
    workbook.properties.title = form.title[:250]
    workbook.security = WorkbookProtection(lockStructure=True)
    sheet: Any = workbook.active
    sheet.title = SHEET
    guide: Any = workbook.create_sheet(GUIDE)
    hidden: Any = workbook.create_sheet(HIDDEN)
    _write_guide(guide, form)
    lists = _Lists(hidden, form.identity)
    _Writer(sheet, form, lists).write()
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


# -- how it looks ---------------------------------------------------------------------------------

_LINE: Final = Side(style="thin", color="808080")
_BOX: Final = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_TO_FILL: Final = PatternFill("solid", fgColor="FFF8DC")
_HEADING: Final = PatternFill("solid", fgColor="E7EDF5")
_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")
_FACE: Final = "Calibri"
_PLAIN: Final = Font(name=_FACE, size=11)
_SOFT: Final = Font(name=_FACE, size=10, color="595959")
_STRONG: Final = Font(name=_FACE, size=11, bold=True)
_TITLE: Final = Font(name=_FACE, size=14, bold=True)
_WIDTHS: Final = {KEYS: 4, NUMBERS: 7, ASKED: 46, ANSWERS: 34}
_TABLE_WIDTH: Final = 13
_PORTRAIT_COLUMNS: Final = 3
_LINE_HEIGHT: Final = 15
"""Points."""
_LINES_OF_WORDS: Final = 5
"""Lines for an answer that may be long and is not there yet."""


def _text(cell: Any, text: str, *, font: Font = _PLAIN) -> Any:
    """Put a text into a cell so that no spreadsheet takes it for a formula."""
    cell.value = printable(text)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = True
    cell.alignment = _WRAPPED
    cell.font = font
    return cell


def _lines(text: str, width: int) -> int:
    """Count the lines that a text takes in a column of that width."""
    return sum(1 + len(line) // width for line in text.splitlines())


class _Lists:
    """Keeps on the hidden sheet whose form this is, and the choices of its lists, each once."""

    def __init__(self, sheet: Any, identity: Mapping[str, str]) -> None:
        sheet.sheet_state = "hidden"
        sheet.protection.sheet = True
        for row, (name, value) in enumerate(identity.items(), start=1):
            _text(sheet.cell(row, 1), name)
            _text(sheet.cell(row, 2), value)
        self.sheet = sheet
        self.ranges: dict[tuple[str, ...], str] = {}

    def range_of(self, choices: tuple[str, ...]) -> str:
        """Give the range in which these choices stand."""
        if choices not in self.ranges:
            column = 3 + len(self.ranges)
            for row, choice in enumerate(choices, start=1):
                _text(self.sheet.cell(row, column), choice)
            letter = get_column_letter(column)
            place = f"${letter}$1:${letter}${len(choices)}"
            self.ranges[choices] = f"{quote_sheetname(HIDDEN)}!{place}"
        return self.ranges[choices]


def _write_guide(sheet: Any, form: Form) -> None:
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 84
    _text(sheet.cell(1, 1), form.title, font=_TITLE)
    sheet.cell(1, 1).alignment = Alignment(wrap_text=False)
    row = 3
    for label, value in form.facts:
        _text(sheet.cell(row, 1), label, font=_SOFT)
        _text(sheet.cell(row, 2), value)
        row += 1
    for number, sentence in enumerate(form.guide, start=1):
        _text(sheet.cell(row + number, 1), f"{number}.", font=_SOFT)
        _text(sheet.cell(row + number, 2), sentence)
        if (lines := _lines(sentence, 84)) > 1:
            sheet.row_dimensions[row + number].height = lines * _LINE_HEIGHT
    sheet.protection.sheet = True
    _set_up_page(sheet, landscape=False)


def _set_up_page(sheet: Any, *, landscape: bool) -> None:
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.oddFooter.center.text = "&A, &P / &N"


class _Writer:
    """Writes the sheet to fill from top to bottom."""

    def __init__(self, sheet: Any, form: Form, lists: _Lists) -> None:
        self.sheet, self.form, self.lists = sheet, form, lists
        self.row = 1
        self.validations: dict[str, DataValidation] = {}

    def write(self) -> None:
        self._write_head()
        for block in self.form.blocks:
            self._write_block(block)
        for validation in self.validations.values():
            self.sheet.add_data_validation(validation)
        self._set_up()

    def _write_head(self) -> None:
        fonts = (_TITLE, _PLAIN, _SOFT)
        lines = (self.form.title, self.form.subtitle, self.form.how)
        for row, (line, font) in enumerate(zip(lines, fonts, strict=True), start=1):
            # not wrapped: it runs on over the empty cells beside it
            _text(self.sheet.cell(row, NUMBERS), line, font=font).alignment = Alignment()
        for column, label in ((NUMBERS, "No."), (ASKED, "Pertanyaan"), (ANSWERS, "Jawaban")):
            cell = _text(self.sheet.cell(HEAD_ROWS, column), label, font=_STRONG)
            cell.border = Border(bottom=Side(style="medium"))
        self.row = HEAD_ROWS + 1

    def _write_block(self, block: Block) -> None:
        self.row += 1
        for column in range(NUMBERS, ANSWERS + self.form.width):
            self.sheet.cell(self.row, column).fill = _HEADING
        heading = _text(self.sheet.cell(self.row, NUMBERS), block.heading, font=_STRONG)
        heading.alignment = Alignment()
        self.row += 1
        if block.details:
            _text(self.sheet.cell(self.row, ASKED), block.details, font=_SOFT)
            self._make_room(_lines(block.details, _WIDTHS[ASKED]))
            self.row += 1
        for question in block.questions:
            self._write_question(question)

    def _write_question(self, question: Question) -> None:
        _text(self.sheet.cell(self.row, NUMBERS), question.number, font=_SOFT)
        asked = "\n".join(part for part in (question.text, question.hint) if part)
        _text(self.sheet.cell(self.row, ASKED), asked)
        self._make_room(_lines(asked, _WIDTHS[ASKED]))
        if question.kind is Kind.TABLE:
            self._write_table(question)
        elif question.kind is Kind.SOME:
            self._write_choices(question)
        elif question.kind is not Kind.TOLD:
            self._key(question.key)
            self._write_single(question)
        self.row += 1

    def _write_single(self, question: Question) -> None:
        cell = self._open(ANSWERS)
        value = question.value if isinstance(question.value, str) else ""
        if question.kind is Kind.NUMBER:
            _put_number(cell, value)
        elif question.kind is Kind.DATE:
            _put_day(cell, value)
            self._validate("date", cell)
        else:
            _put_text(cell, value)
        if question.kind is Kind.ONE:
            self._validate(self.lists.range_of(question.choices), cell)
        if question.kind is Kind.LONG:
            self._make_room(max(_LINES_OF_WORDS, _lines(value, _WIDTHS[ANSWERS])))

    def _write_choices(self, question: Question) -> None:
        chosen = question.value if isinstance(question.value, list) else []
        for place, choice in enumerate(question.choices):
            self.row += 1
            self._key(f"{question.key}{PART}{place}")
            _text(self.sheet.cell(self.row, ASKED), choice).alignment = _indented()
            self._make_room(_lines(choice, _WIDTHS[ASKED]))
            cell = self._open(ANSWERS)
            _put_text(cell, YES if choice in chosen else "")
            self._validate(self.lists.range_of((YES,)), cell)

    def _write_table(self, question: Question) -> None:
        for place, name in enumerate(question.columns):
            cell = _text(self.sheet.cell(self.row, ANSWERS + place), name, font=_STRONG)
            cell.border = _BOX
            self._make_room(_lines(name, _TABLE_WIDTH))
        for row, name in enumerate(question.rows):
            self.row += 1
            self._make_room(_lines(name, _WIDTHS[ASKED]))
            self._key(f"{question.key}{PART}{row}")
            _text(self.sheet.cell(self.row, ASKED), name).alignment = _indented()
            for column in range(len(question.columns)):
                cell, value = self._open(ANSWERS + column), _cell_of(question, row, column)
                put = _put_number if question.holds_numbers else _put_text
                put(cell, value)

    def _key(self, key: str) -> None:
        _text(self.sheet.cell(self.row, KEYS), key)

    def _make_room(self, lines: int) -> None:
        """Make a row as high as its longest cell; one of a single line grows by itself."""
        row = self.sheet.row_dimensions[self.row]
        if lines > 1:
            row.height = max(row.height or 0, lines * _LINE_HEIGHT)

    def _open(self, column: int) -> Any:
        """Give a cell that may be filled."""
        cell = self.sheet.cell(self.row, column)
        cell.fill, cell.border, cell.alignment, cell.font = _TO_FILL, _BOX, _WRAPPED, _PLAIN
        cell.protection = Protection(locked=False)
        return cell

    def _validate(self, wanted: str, cell: Any) -> None:
        if wanted not in self.validations:
            self.validations[wanted] = _validation_of(wanted)
        self.validations[wanted].add(cell)

    def _set_up(self) -> None:
        sheet = self.sheet
        for column, width in _WIDTHS.items():
            sheet.column_dimensions[get_column_letter(column)].width = width
        for column in range(ANSWERS + 1, ANSWERS + self.form.width):
            sheet.column_dimensions[get_column_letter(column)].width = _TABLE_WIDTH
        sheet.column_dimensions[get_column_letter(KEYS)].hidden = True
        sheet.freeze_panes = sheet.cell(HEAD_ROWS + 1, 1)
        sheet.print_title_rows = f"1:{HEAD_ROWS}"
        sheet.protection.sheet = True
        sheet.protection.formatColumns = sheet.protection.formatRows = False
        _set_up_page(sheet, landscape=self.form.width > _PORTRAIT_COLUMNS)


def _indented() -> Alignment:
    return Alignment(wrap_text=True, vertical="top", indent=2)


def _validation_of(wanted: str) -> DataValidation:
    if wanted == "date":
        rule = DataValidation(type="date", operator="greaterThan", formula1="1", allow_blank=True)
        rule.error = "Tulis tanggal, misalnya 31-12-2026."
    else:
        rule = DataValidation(type="list", formula1=f"={wanted}", allow_blank=True)
        rule.error = "Pilih salah satu dari daftar, atau kosongkan."
    rule.errorTitle, rule.showErrorMessage = "Isian belum dapat dibaca", True
    return rule


def _put_text(cell: Any, text: str) -> None:
    """Put a text as an answer; one that no cell can hold stays online alone."""
    cell.number_format = "@"
    if text and len(text) <= MAXIMUM_TEXT:
        _text(cell, text.replace("\r\n", "\n"))


def _put_day(cell: Any, kept: str) -> None:
    """Put a date; one from before a spreadsheet's calendar stays a text."""
    cell.number_format = DAY_FORMAT
    if kept and date.fromisoformat(kept) < FIRST_DAY:
        _text(cell, kept)
    elif kept:
        cell.value = date.fromisoformat(kept)


def _put_number(cell: Any, kept: str) -> None:
    cell.alignment = Alignment(horizontal="right", vertical="top")
    digits = sum(sign.isdecimal() for sign in kept)
    try:
        exact = Decimal(kept)
    except ArithmeticError:
        exact = None
    if exact is None or digits > EXACT_DIGITS:
        if kept:
            _text(cell, kept)
        return
    cell.value = int(exact) if exact == exact.to_integral_value() else float(exact)


def _cell_of(question: Question, row: int, column: int) -> str:
    lines: Sequence[Any] = question.value if isinstance(question.value, list) else ()
    line = lines[row] if row < len(lines) else ()
    return str(line[column]) if column < len(line) else ""
