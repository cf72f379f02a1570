"""What was filled into a workbook of ours, cell by cell? Read within bounds, computed nowhere.

In a child of this process (`documents.apart`): a workbook that `sniffing` lets in may still keep
who reads it busy for minutes.
"""

import io
import json
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import IO, Any, Final
from xml.parsers import expat
from xml.parsers.expat import ExpatError

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from requests_app.documents.apart import Bench, TooMuch, serve
from requests_app.documents.workbooks import ANSWERS, HIDDEN, KEYS, SHEET

MOST_BYTES: Final = 32 * 1024 * 1024
"""Unpacked; the largest form of ours, filled, stays far below."""
MOST_NAMES: Final = 20
"""Rows of the hidden sheet that are read."""

_CHUNK: Final = 4096

Written = str | int | float | date


class Flaw(StrEnum):
    """Why a cell cannot be read as a value."""

    FORMULA = "formula"
    BROKEN = "broken"


class NotOurs(ValueError):
    """The workbook is none of ours, or nothing of it can be read."""


class TooLarge(ValueError):
    """The workbook holds more than any form of ours does."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell that holds something: where it stands, and its value or what is wrong with it."""

    row: int
    column: str
    value: Written | None = None
    flaw: Flaw | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of a question by its key; its cells in the order of the columns, None where empty."""

    key: str
    row: int
    cells: tuple[Cell | None, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was filled in."""
        return not any(self.cells)


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What came back: whose form it says it is, and the rows that hold something."""

    identity: dict[str, str]
    lines: tuple[Line, ...]


def read_apart(content: bytes, /, *, rows: int, columns: int) -> Filled:
    """Read a filled workbook apart, no further than so many rows and columns of answers.

    Raises `NotOurs`, `TooLarge`, and `apart.NobodyThere`.
    """
    try:
        words, packed = bench.ask({"rows": rows, "columns": columns}, content)
    except TooMuch as error:
        raise TooLarge from error
    if "fault" in words:
        raise TooLarge if words["fault"] == "large" else NotOurs
    try:
        return _heard(json.loads(packed))
    except (TypeError, LookupError, ValueError, AttributeError) as error:  # a stranger's words
        raise NotOurs from error


# -- on the other side ----------------------------------------------------------------------------


def read_workbook(content: bytes, /, *, rows: int, columns: int) -> Filled:
    """Read a filled workbook here and now."""
    _refuse_hostile(content)
    try:
        # what openpyxl leaves out (extensions, dates before the calendar) is no news to anybody
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(content, rows=rows, columns=columns)
    except NotOurs:
        raise
    except Exception as error:
        # damaged parts make openpyxl stumble in dozens of ways; none of them is a form of ours
        raise NotOurs from error


def _refuse_hostile(content: bytes) -> None:
    """Refuse what would unfold beyond measure, before anything unfolds it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST_BYTES:
                raise TooLarge
            for name in archive.namelist():
                with archive.open(name) as part:
                    _refuse_declarations(part)
    except zipfile.BadZipFile as error:
        raise NotOurs from error


def _refuse_declarations(part: IO[bytes]) -> None:
    """Read as far as the first element: entities are declared before it, or not at all."""
    seen: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_declared: seen.append("doctype")
    parser.StartElementHandler = lambda *_begun: seen.append("element")
    # what is no XML declares nothing: a picture, or a part that openpyxl will stumble over
    with suppress(ExpatError):
        while not seen and (chunk := part.read(_CHUNK)):
            parser.Parse(chunk)
    if seen[:1] == ["doctype"]:
        raise NotOurs


def _read(content: bytes, *, rows: int, columns: int) -> Filled:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        if not {SHEET, HIDDEN} <= set(book.sheetnames):
            raise NotOurs
        names = book[HIDDEN].iter_rows(max_row=MOST_NAMES, max_col=2, values_only=True)
        lines = _lines(book[SHEET], rows=rows, last=ANSWERS + columns - 1)
        return Filled(
            identity={str(name): str(value) for name, value in names if name and value},
            lines=tuple(line for line in lines if not line.is_empty),
        )
    finally:
        book.close()


def _lines(sheet: Any, *, rows: int, last: int) -> Iterator[Line]:
    for number, cells in enumerate(sheet.iter_rows(max_row=rows, max_col=last), start=1):
        key = cells[KEYS - 1].value
        if key is None:
            continue
        places = enumerate(cells[ANSWERS - 1 :], start=ANSWERS)
        yield Line(
            key=str(key),
            row=number,
            cells=tuple(_cell(cell, number, get_column_letter(place)) for place, cell in places),
        )


def _cell(cell: Any, row: int, column: str) -> Cell | None:
    value = cell.value
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if cell.data_type == "f":
        return Cell(row=row, column=column, flaw=Flaw.FORMULA)
    if cell.data_type == "e":
        return Cell(row=row, column=column, flaw=Flaw.BROKEN)
    return Cell(row=row, column=column, value=_plain(value))


def _plain(value: Any) -> Written:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, bool) or not isinstance(value, str | int | float | date):
        return str(value)
    return value


# -- between the two ------------------------------------------------------------------------------


def _told(filled: Filled) -> dict[str, Any]:
    lines = [
        [line.key, line.row, [cell and _packed(cell) for cell in line.cells]]
        for line in filled.lines
    ]
    return {"identity": filled.identity, "lines": lines}


def _heard(told: dict[str, Any]) -> Filled:
    return Filled(
        identity={str(name): str(value) for name, value in told["identity"].items()},
        lines=tuple(
            Line(
                key=str(key),
                row=int(row),
                cells=tuple(cell and _unpacked(int(row), cell) for cell in cells),
            )
            for key, row, cells in told["lines"]
        ),
    )


def _packed(cell: Cell) -> list[Any]:
    if isinstance(cell.value, date):
        return [cell.column, cell.flaw, None, cell.value.isoformat()]
    return [cell.column, cell.flaw, cell.value, None]


def _unpacked(row: int, told: Sequence[Any]) -> Cell:
    column, flaw, value, day = told
    if not isinstance(value, str | int | float | None):
        raise TypeError
    return Cell(
        row=row,
        column=str(column),
        value=value if day is None else date.fromisoformat(day),
        flaw=None if flaw is None else Flaw(flaw),
    )


def _work(question: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        filled = read_workbook(content, rows=question["rows"], columns=question["columns"])
    except TooLarge:
        return {"fault": "large"}, b""
    except NotOurs:
        return {"fault": "another"}, b""
    return {}, json.dumps(_told(filled)).encode()


bench = Bench(__name__)

if __name__ == "__main__":
    serve(_work)
