"""What can be told of a received file without opening it: how many rows, pages, pixels, entries?

Facts are counted once, when the file comes in, and kept with it as plain values. Only call this for
files that `judge_file` accepted: it trusts the archive's size. What cannot be counted is left out.
"""

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from typing import IO, Final, TypedDict
from xml.parsers import expat

from PIL import Image

from requests_app.documents import grids, pages
from requests_app.documents.grids import GridUnreadable
from requests_app.documents.sniffing import Kind

MOST_CELLS: Final = 1_000_000
"""Counted of one file; a larger one is told as "at least"."""
MOST_SHEETS: Final = 20
MOST_COLUMNS: Final = 100
"""Columns that are told by their heading."""
_HEADING_WITHIN: Final = 50
"""Rows within which the heading of a sheet is looked for."""


class Table(TypedDict):
    """One sheet: rows below its heading, columns, the heading, and how many cells are empty."""

    name: str
    hidden: bool
    rows: int
    columns: int
    header: list[str]
    empty: dict[str, int]
    at_least: bool


class Facts(TypedDict, total=False):
    """What is known of a file; only what fits its kind."""

    tables: list[Table]
    pages: int
    width: int
    height: int
    entries: int


def facts_of(content: bytes, /, *, kind: Kind) -> Facts:
    """Count what there is to count in a file of this kind; empty where nothing can be told."""
    counters = {
        Kind.CSV: _of_csv,
        Kind.XLSX: _of_xlsx,
        Kind.PDF: _of_pdf,
        Kind.PNG: _of_picture,
        Kind.JPG: _of_picture,
        Kind.ZIP: _of_zip,
    }
    with suppress(
        GridUnreadable,
        pages.PageUnreadable,
        csv.Error,
        expat.ExpatError,
        zipfile.BadZipFile,
        OSError,
        ValueError,
        LookupError,
    ):
        return counters[kind](content)
    return {}


def _of_pdf(content: bytes) -> Facts:
    return {"pages": pages.count_pages(content)}


def _of_picture(content: bytes) -> Facts:
    with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as picture:
        return {"width": picture.width, "height": picture.height}


def _of_zip(content: bytes) -> Facts:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {"entries": sum(not entry.is_dir() for entry in archive.infolist())}


# -- tables ---------------------------------------------------------------------------------------


def _of_csv(content: bytes) -> Facts:
    text = grids.decoded(content)
    count = _Filled()
    for line in csv.reader(io.StringIO(text, newline=""), delimiter=grids.separator_of(text)):
        count.cells += len(line)
        count.take_row(place for place, cell in enumerate(line) if cell.strip())
        if count.is_full:
            break
    header = next((row for row in grids.read_csv(content).rows if any(row)), ())
    return {"tables": [_table(grids.Sheet(), count, header)]}


def _of_xlsx(content: bytes) -> Facts:
    tables: list[Table] = []
    with grids.opened(content) as book:
        for place, sheet in list(enumerate(book.sheets))[:MOST_SHEETS]:
            count = _Filled()
            with book.archive.open(book.parts[place]) as stream:
                _Cells(count).count(stream)
            head = grids.read_xlsx(content, place=place, rows=_HEADING_WITHIN, columns=MOST_COLUMNS)
            header = next((row for row in head.rows if any(row)), ())
            tables.append(_table(sheet, count, header))
    return {"tables": tables} if tables else {}


def _table(sheet: grids.Sheet, count: "_Filled", header: Iterable[str]) -> Table:
    names = [name.strip() for name in header]
    rows = max(count.rows - 1, 0)
    # the heading itself fills a cell of each column that has a name
    empty = {
        name: rows + 1 - count.columns[place]
        for place, name in enumerate(names)
        if name and count.columns[place] <= rows
    }
    return {
        "name": sheet.name,
        "hidden": sheet.is_hidden,
        "rows": rows,
        "columns": len(count.columns),
        "header": names,
        "empty": empty,
        "at_least": count.is_full,
    }


class _Filled:
    """Counts rows that hold something, and of each column the cells that do."""

    def __init__(self) -> None:
        self.rows = 0
        self.cells = 0
        self.columns: Counter[int] = Counter()

    @property
    def is_full(self) -> bool:
        """Tell whether enough has been counted."""
        return self.cells >= MOST_CELLS

    def take_row(self, filled: Iterable[int]) -> None:
        """Count one row by the places of its filled cells."""
        places = list(filled)
        self.rows += bool(places)
        self.cells += 1  # a row costs something even where nothing stands in it
        self.columns.update(places)


class _Enough(Exception):
    """No more is counted."""


class _Cells:
    """Reads a sheet as a stream and tells which cells of each row hold a value."""

    def __init__(self, count: _Filled) -> None:
        self.counted = count
        self.filled: list[int] = []
        self.column = -1

    def count(self, stream: IO[bytes]) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = self._refuse
        with suppress(_Enough):
            parser.ParseFile(stream)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "c":
            self.counted.cells += 1
            self.column = _column_of(attributes.get("r", ""), after=self.column)
        elif tag in {"v", "is"}:
            self.filled.append(self.column)

    def _end(self, name: str) -> None:
        if name.rpartition(" ")[2] != "row":
            return
        self.counted.take_row(dict.fromkeys(self.filled))
        self.filled, self.column = [], -1
        if self.counted.is_full:
            raise _Enough

    def _refuse(self, *declaration: object) -> None:
        raise ValueError("A sheet declares no entities.")


_LETTERS: Final = re.compile(r"[A-Z]{1,3}")


def _column_of(reference: str, *, after: int) -> int:
    """Give the place of a column from a reference such as `AB12`, from 0; the next without one."""
    found = _LETTERS.match(reference)
    if found is None:
        return after + 1
    place = 0
    for letter in found[0]:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
