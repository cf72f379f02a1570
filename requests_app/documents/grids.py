"""What stands in the first rows of a received table, as text?

A workbook is read as a stream and only as far as it is shown: neither a million rows nor a million
shared texts behind the first ones cost anything. Formulas are told as they stand, never computed.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

ROWS: Final = 21
"""The heading and 20 rows."""
COLUMNS: Final = 20
LONGEST_TEXT: Final = 200
_READ_OF_A_TEXT: Final = 128_000
"""Characters of a CSV that are looked at; the csv module refuses a longer cell."""
_SEPARATORS: Final = ";,\t|"
_TEXT: Final = f"{{{SHEET_MAIN_NS}}}si"


class GridUnreadable(Exception):
    """These bytes hold no table that can be shown."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A sheet of a workbook; a CSV has one without a name."""

    name: str = ""
    is_hidden: bool = False


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The first rows of one sheet, and whether there are more of them, or columns."""

    sheets: tuple[Sheet, ...]
    place: int
    rows: tuple[tuple[str, ...], ...]
    has_more_rows: bool
    has_more_columns: bool


def read_csv(content: bytes, /, *, rows: int = ROWS, columns: int = COLUMNS) -> Grid:
    """Read the first rows of a CSV; raise `GridUnreadable` for what is no text."""
    text = decoded(content)
    head = text[:_READ_OF_A_TEXT]
    lines = csv.reader(io.StringIO(head, newline=""), delimiter=separator_of(head))
    try:
        found = [line for line, _place in zip(lines, range(rows + 1), strict=False)]
    except csv.Error as error:
        raise GridUnreadable from error
    is_cut = len(text) > len(head)
    return _grid((Sheet(),), 0, found, rows=rows, columns=columns, is_cut=is_cut)


def read_xlsx(
    content: bytes, /, *, place: int = 0, rows: int = ROWS, columns: int = COLUMNS
) -> Grid:
    """Read the first rows of the sheet at a place, of the first one where there is none.

    Raise `GridUnreadable` for what is no workbook.
    """
    with opened(content) as book:
        if not book.sheets:
            raise GridUnreadable
        place = place if 0 <= place < len(book.sheets) else 0
        found = [
            [_said(value) for value in row]
            for row in book.rows(place, until=rows + 1, columns=columns + 1)
        ]
    return _grid(tuple(book.sheets), place, found, rows=rows, columns=columns)


def decoded(content: bytes, /) -> str:
    """Read bytes as UTF-8, else as Windows-1252; raise `GridUnreadable` for what is no text."""
    if b"\x00" in content:
        raise GridUnreadable
    with suppress(UnicodeDecodeError):
        return content.decode("utf-8-sig")
    return content.decode("cp1252", errors="replace")


def separator_of(text: str, /) -> str:
    """Guess what stands between two columns: the most frequent candidate of the first line."""
    first = text.lstrip().partition("\n")[0]
    return max(_SEPARATORS, key=first.count)


def shortened(text: str, /, *, longest: int = LONGEST_TEXT) -> str:
    """Give a text on one line, without what cannot be printed, cut where it grows too long."""
    kept = "".join(sign if sign.isprintable() else " " for sign in text[:longest])
    return kept if len(text) <= longest else f"{kept}…"


def _grid(
    sheets: tuple[Sheet, ...],
    place: int,
    found: Sequence[Sequence[str]],
    *,
    rows: int,
    columns: int,
    is_cut: bool = False,
) -> Grid:
    """Cut what was read to what is shown, all rows equally wide."""
    shown = found[:rows]
    width = min(max(map(len, shown), default=0), columns)
    return Grid(
        sheets=sheets,
        place=place,
        rows=tuple(
            tuple(shortened(text) for text in [*row, *[""] * width][:width]) for row in shown
        ),
        has_more_rows=is_cut or len(found) > rows,
        has_more_columns=any(len(row) > columns for row in shown),
    )


def _said(value: Any) -> str:
    """Tell the value of a cell as people of the office write it."""
    match value:
        case None:
            return ""
        case ArrayFormula():
            return str(value.text)
        case datetime():
            clock = "" if (value.hour, value.minute) == (0, 0) else f" {value:%H.%M}"
            return f"{value:%d-%m-%Y}{clock}"
        case date():
            return f"{value:%d-%m-%Y}"
        case float():
            return f"{value:.15g}".replace(".", ",")
    return str(value)


# -- workbooks ------------------------------------------------------------------------------------


@contextmanager
def opened(content: bytes, /) -> "Iterator[Book]":
    """Open a workbook; what cannot be read of it is `GridUnreadable`, whenever that shows."""
    try:
        yield Book(content)
    except Exception as error:  # a stranger's workbook fails in as many ways as it has parts
        raise GridUnreadable from error


class Book:
    """A workbook of which only names and styles are read; its rows come as they are asked for."""

    def __init__(self, content: bytes) -> None:
        self._reader: Any = ExcelReader(io.BytesIO(content), read_only=True, keep_links=False)
        self._reader.read_manifest()
        self._reader.read_workbook()
        self.archive: zipfile.ZipFile = self._reader.archive
        apply_stylesheet(self.archive, self._reader.wb)
        tables = [
            (Sheet(name=sheet.name, is_hidden=sheet.state != "visible"), relation.target)
            for sheet, relation in self._reader.parser.find_sheets()
            if relation.Type.endswith("/worksheet") and relation.target in self._reader.valid_files
        ]
        self.sheets = [sheet for sheet, _part in tables]
        self.parts = [part for _sheet, part in tables]

    def rows(self, place: int, *, until: int, columns: int) -> Iterator[list[Any]]:
        """Give the values of the first rows of a sheet; rows that were left out come as empty."""
        workbook = self._reader.wb
        with self.archive.open(self.parts[place]) as stream, self._texts() as texts:
            parser: Any = WorkSheetParser(
                stream,
                texts,
                epoch=workbook.epoch,
                date_formats=workbook._date_formats,
                timedelta_formats=workbook._timedelta_formats,
            )
            given = 0
            for number, cells in parser.parse():
                yield from ([] for _left_out in range(given + 1, min(number, until + 1)))
                if number > until:
                    return
                given = number
                yield _laid_out(cells, columns)

    @contextmanager
    def _texts(self) -> "Iterator[_Texts]":
        part = self._reader.package.find(SHARED_STRINGS)
        if part is None:
            yield _Texts(())
            return
        with self.archive.open(part.PartName[1:]) as stream:
            yield _Texts(iterparse(stream))


class _Texts:
    """The texts that cells share, read only as far as they are asked for."""

    def __init__(self, nodes: Iterable[Any]) -> None:
        self._nodes = iter(nodes)
        self._read: list[str] = []

    def __getitem__(self, place: int) -> str:
        while len(self._read) <= place:
            _event, node = next(self._nodes)
            if node.tag == _TEXT:
                text: Any = Text.from_tree(node)
                self._read.append(text.content)
                node.clear()
        return self._read[place]


def _laid_out(cells: Iterable[dict[str, Any]], columns: int) -> list[Any]:
    """Put the cells of a row where they belong; what lies too far right is left out."""
    row: list[Any] = []
    for cell in cells:
        if cell["column"] <= columns:
            row.extend([None] * (cell["column"] - 1 - len(row)))
            row.append(cell["value"])
    return row
