"""Which files do the demo's owners send? Small real ones, made in memory, with made-up numbers."""

import io
import zipfile
from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

from django.core.files.uploadedfile import SimpleUploadedFile

Rows = Sequence[Sequence[str | int]]

AREAS: Final = ("Pekalongan Barat", "Pekalongan Timur", "Pekalongan Utara", "Pekalongan Selatan")


def numbers_by_area(heading: str, start: int) -> Rows:
    """Make a table with one number for each kecamatan of the city."""
    body = [(area, start + 7 * place) for place, area in enumerate(AREAS)]
    return [("Kecamatan", heading), *body]


def csv_file(name: str, rows: Rows) -> SimpleUploadedFile:
    """Write a CSV file, separated by semicolons as Indonesian spreadsheets do."""
    text = "".join(";".join(str(value) for value in row) + "\r\n" for row in rows)
    return SimpleUploadedFile(name, text.encode(), "text/csv")


def xlsx_file(name: str, rows: Rows) -> SimpleUploadedFile:
    """Write a workbook with one sheet."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in (*PARTS.items(), ("xl/worksheets/sheet1.xml", _sheet(rows))):
            # a fixed date: equal tables give equal bytes
            archive.writestr(zipfile.ZipInfo(path), XML + text)
    return SimpleUploadedFile(name, content.getvalue(), SPREADSHEET)


def _sheet(rows: Rows) -> str:
    lines = "".join(f"<row>{''.join(_cell(value) for value in row)}</row>" for row in rows)
    return f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def _cell(value: str | int) -> str:
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'


XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
SPREADSHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_LINKS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS: Final = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        "</Types>"
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{MAIN}" xmlns:r="{_LINKS}"><sheets>'
        '<sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_LINKS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}
