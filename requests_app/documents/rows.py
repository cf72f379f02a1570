"""How many table rows does a received file hold?

The number goes onto receipts, so it is given only where it can be counted; else None.
"""

import csv
import io
import zipfile
from typing import IO, Final
from xml.parsers import expat

from requests_app.documents.sniffing import Kind

_SHEET: Final = "xl/worksheets/"


def count_rows(content: bytes, /, *, kind: Kind) -> int | None:
    """Count the rows below the first line that is not empty; None for kinds without rows.

    A workbook's sheets are added up, each with its own first line. Only call this for files that
    `judge_file` accepted: it trusts the archive's size.
    """
    try:
        if kind is Kind.CSV:
            return _count_csv(content)
        if kind is Kind.XLSX:
            return _count_xlsx(content)
    except (csv.Error, expat.ExpatError, zipfile.BadZipFile, ValueError):
        return None
    return None


def _count_csv(content: bytes) -> int:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    lines = csv.reader(io.StringIO(text, newline=""))
    filled = sum(1 for line in lines if any(cell.strip() for cell in line))
    return max(filled - 1, 0)


def _count_xlsx(content: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [
            name
            for name in archive.namelist()
            if name.startswith(_SHEET) and name.endswith(".xml") and "/" not in name[len(_SHEET) :]
        ]
        total = 0
        for name in sheets:
            with archive.open(name) as stream:
                total += max(_FilledRows().count(stream) - 1, 0)
    return total


class _FilledRows:
    """Counts rows that hold a value, reading the sheet as a stream."""

    def __init__(self) -> None:
        self.rows = 0
        self.is_filled = False

    def count(self, stream: IO[bytes]) -> int:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = self._refuse
        parser.ParseFile(stream)
        return self.rows

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        del attributes
        tag = name.rpartition(":")[2]
        if tag in {"v", "is"}:
            self.is_filled = True

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] == "row":
            self.rows += self.is_filled
            self.is_filled = False

    def _refuse(self, *declaration: object) -> None:
        raise ValueError("A sheet declares no entities.")
