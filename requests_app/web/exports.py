"""How does a book of the office leave the screen: as XLSX, CSV or PDF, the lines that are shown?"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.contrib import messages
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from requests_app.documents import tables, wording
from requests_app.documents.registers import (
    MAXIMUM_LINES,
    Column,
    Line,
    RegisterPaper,
    printed_at,
    render_register,
)
from requests_app.documents.tables import Cell
from requests_app.models import Office
from requests_app.services import stationery

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHARACTERS_A_SHARE: Final = 1.5
"""A column's share of the paper → its width in a spreadsheet."""


@dataclass(frozen=True)
class BookLine:
    """One line as it leaves; a struck one stays readable."""

    cells: tuple[Cell, ...]
    struck: bool = False


@dataclass(frozen=True, kw_only=True)
class Book:
    """What is taken out: a title, columns, and lines that are read when they are needed."""

    title: str
    stem: str
    period: str
    columns: tuple[Column, ...]
    count: int
    lines: Callable[[], Iterable[BookLine]]
    home: str
    """Where who asked for too many pages is sent back to."""


def send(
    request: HttpRequest, book: Book, form: str, *, office: Office, at: datetime
) -> HttpResponseBase:
    """Give a book in one of three forms; 404 for any other."""
    answers = {"xlsx": _xlsx, "csv": _csv, "pdf": _pdf}
    if form not in answers:
        raise Http404
    return answers[form](request, book, office, at)


def _xlsx(request: HttpRequest, book: Book, office: Office, at: datetime) -> HttpResponseBase:
    del request, office, at
    stream = tables.write_xlsx(
        title=book.title,
        columns=[(one.label, max(8, int(one.width * CHARACTERS_A_SHARE))) for one in book.columns],
        rows=_cells(book),
    )
    return FileResponse(stream, as_attachment=True, filename=f"{book.stem}.xlsx", content_type=XLSX)


def _csv(request: HttpRequest, book: Book, office: Office, at: datetime) -> HttpResponseBase:
    del request, office, at
    lines = tables.csv_lines(columns=[one.label for one in book.columns], rows=_cells(book))
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{book.stem}.csv"'},
    )


def _pdf(request: HttpRequest, book: Book, office: Office, at: datetime) -> HttpResponseBase:
    if book.count > MAXIMUM_LINES:
        too_many = _("Cetakan memuat paling banyak {n} baris. Persempit saringan, atau ambil XLSX.")
        messages.warning(request, too_many.format(n=wording.grouped(MAXIMUM_LINES)))
        return redirect(book.home)
    pdf = render_register(
        RegisterPaper(
            title=book.title,
            period=book.period,
            columns=book.columns,
            rows=tuple(
                Line(cells=tuple(_printed(cell) for cell in line.cells), struck=line.struck)
                for line in book.lines()
            ),
            letterhead=stationery.letterhead_of(office),
            measures=stationery.measures_of(office),
            printed=printed_at(at, zone=office.zone),
        )
    )
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{book.stem}.pdf"'},
    )


def _cells(book: Book) -> Iterator[tuple[Cell, ...]]:
    return (line.cells for line in book.lines())


def _printed(cell: Cell) -> str:
    if isinstance(cell, date):
        return wording.short_date(cell)
    return "–" if cell in (None, "") else str(cell)
