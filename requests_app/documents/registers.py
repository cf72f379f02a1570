"""How does a register leave the screen on paper: landscape, kop, header on every page?

One paper for every book of the office (agenda of outgoing letters, register of received data). It
knows columns and lines and nothing of what they mean; the book itself stays on the screen, so the
print is a copy, says when it was made, and carries neither number nor signature.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from requests_app.documents import wording
from requests_app.documents.papers import Letterhead, Measures, PaperIncomplete, render_paper

MAXIMUM_LINES: Final = 1_000
"""About 60 sheets and ten seconds; more is for a spreadsheet."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a book: its heading, its share of the sheet's width, and two habits.

    `says_why` keeps the column readable on a struck line.
    """

    label: str
    width: int = 1
    centred: bool = False
    says_why: bool = False


AGENDA_TITLE: Final = "Buku agenda surat keluar"
AGENDA_COLUMNS: Final = (
    Column(label="No. urut", width=5, centred=True),
    Column(label="Tanggal", width=8, centred=True),
    Column(label="Nomor surat", width=14),
    Column(label="Tujuan", width=18),
    Column(label="Hal", width=19),
    Column(label="Klasifikasi", width=9),
    Column(label="Lampiran", width=8),
    Column(label="Pengolah", width=11),
    Column(label="Keterangan", width=18, says_why=True),
)
INTAKE_TITLE: Final = "Buku catatan data"
INTAKE_COLUMNS: Final = (
    Column(label="No. urut", width=9),
    Column(label="Tanggal", width=9, centred=True),
    Column(label="Asal", width=14),
    Column(label="Jenis data", width=19),
    Column(label="Bentuk/jumlah", width=13),
    Column(label="Nomor surat", width=13),
    Column(label="Penerima", width=11),
    Column(label="Lokasi simpan", width=11),
    Column(label="Sifat", width=8),
    Column(label="Keterangan", width=15, says_why=True),
)
"""As the paper books have them; in Indonesian, whatever language the screen has."""


def period_of(year: str | None) -> str:
    """Say which years a book covers."""
    return f"Tahun {year}" if year else "Semua tahun"


def printed_at(moment: datetime, *, zone: tzinfo) -> str:
    """Say when a copy of a book was made."""
    return f"Dicetak {wording.date_and_time(moment, zone=zone)}."


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a book; a struck one stays readable."""

    cells: tuple[str, ...]
    struck: bool = False


@dataclass(frozen=True, kw_only=True)
class RegisterPaper:
    """A print of a book: `period` and `printed` are sentences, "" where there is none to say."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Line, ...]
    letterhead: Letterhead
    measures: Measures
    period: str = ""
    printed: str = ""

    def __post_init__(self) -> None:
        if any(len(line.cells) != len(self.columns) for line in self.rows):
            raise PaperIncomplete("Every line of a register fills every column.")
        if len(self.rows) > MAXIMUM_LINES:
            raise PaperIncomplete(f"A register is printed up to {MAXIMUM_LINES} lines.")

    @property
    def shares(self) -> tuple[str, ...]:
        """Give each column's width in percent."""
        whole = sum(column.width for column in self.columns)
        return tuple(f"{100 * column.width / whole:.2f}%" for column in self.columns)


def render_register(paper: RegisterPaper, /) -> bytes:
    """Make the PDF of a book."""
    return render_paper(
        template="register.html",
        measures=paper.measures,
        title=paper.title.capitalize(),
        heading=paper.title.upper(),
        period=paper.period,
        printed=paper.printed,
        total=wording.amount(len(paper.rows), "baris"),
        columns=paper.columns,
        shares=paper.shares,
        lines=[_cells(paper, line) for line in paper.rows],
        letterhead=paper.letterhead,
        draft=False,
        keywords="",
    )


def _cells(paper: RegisterPaper, line: Line) -> list[tuple[str, bool, bool]]:
    return [
        (text, column.centred, line.struck and not column.says_why)
        for column, text in zip(paper.columns, line.cells, strict=True)
    ]
