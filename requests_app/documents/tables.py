"""How does a register leave as a spreadsheet or as CSV, harmless to whoever opens it?

Lines are taken one by one and never held all at once, so that a book of twenty years costs no more
memory than one of a week. Questionnaires go out as workbooks of their own (`documents.workbooks`).
"""

import csv
import io
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from typing import IO, Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

Cell = str | int | date | None
Row = Sequence[Cell]

SEPARATOR: Final = ";"
"""What a spreadsheet set to Indonesian takes for the border of two columns."""
BYTE_ORDER_MARK: Final = "\ufeff"
MAXIMUM_TEXT: Final = 32_767
"""Longest text of one cell that spreadsheets read."""
SHEET_NAME: Final = 31

_ACTIVE: Final = ("=", "+", "-", "@", "|", "%")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)*")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")


def harmless(text: str, /) -> str:
    """Put an apostrophe before a text that a spreadsheet would run as a formula.

    Full-width signs and leading blanks count too, and so does what comes first once unprintable
    characters are gone; a plain number stays one (SECURITY: exports).
    """
    clean = printable(text)[: MAXIMUM_TEXT - 1]
    shown = unicodedata.normalize("NFKC", clean).lstrip()
    runs = shown.startswith(_ACTIVE) or text.startswith(("\t", "\r", "\n", "\x00"))
    return f"'{clean}" if runs and not _NUMBER.fullmatch(shown) else clean


def printable(text: str, /) -> str:
    """Leave out what no spreadsheet can hold."""
    return _UNPRINTABLE.sub("", text)


def write_xlsx(*, title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Row]) -> IO[bytes]:
    """Write a workbook of one sheet; `columns` are headings with widths in characters.

    The heading stays in view and filters. Every text is stored as text, whatever it begins with.
    """
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:SHEET_NAME])
    sheet.freeze_panes = "A2"
    for place, (_label, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    head = [_text(sheet, label) for label, _width in columns]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    count = 1
    for count, row in enumerate(rows, start=2):  # noqa: B007  # the last one bounds the filter
        sheet.append([_cell(sheet, value) for value in row])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count}"
    stream = tempfile.TemporaryFile()  # noqa: SIM115  # whoever sends it closes it
    workbook.save(stream)
    stream.seek(0)
    return stream


def csv_lines(*, columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Give the lines of a CSV, the first behind a byte order mark; dates as 2026-12-31."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=SEPARATOR, lineterminator="\r\n")
    buffer.write(BYTE_ORDER_MARK)
    for row in chain([columns], rows):
        writer.writerow(_written(value) for value in row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _written(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return harmless(value) if isinstance(value, str) else str(value)


def _cell(sheet: Any, value: Cell) -> Any:
    if isinstance(value, str):
        text = _text(sheet, value)
        text.alignment = Alignment(wrap_text=True, vertical="top")
        return text
    written: Any = value  # its stubs know moments and no days
    cell: Any = WriteOnlyCell(sheet, value=written)
    cell.alignment = Alignment(vertical="top")
    if isinstance(value, date):
        cell.number_format = "DD-MM-YYYY"
    return cell


def _text(sheet: Any, text: str) -> Any:
    cell: Any = WriteOnlyCell(sheet, value=harmless(text))
    cell.data_type = "s"
    return cell
