"""Is the print of a book whole, and its spreadsheet harmless?"""

import csv
import io
from datetime import date

import pikepdf
import pypdfium2
import pytest
from openpyxl import load_workbook

from requests_app.documents.papers import Letterhead, Measures, PaperIncomplete
from requests_app.documents.registers import (
    MAXIMUM_LINES,
    Column,
    Line,
    RegisterPaper,
    render_register,
)
from requests_app.documents.tables import csv_lines, harmless, write_xlsx

COLUMNS = (
    Column(label="No. urut", width=1, centred=True),
    Column(label="Hal", width=4),
    Column(label="Keterangan", width=2, says_why=True),
)


def book(count: int, **changes: object) -> RegisterPaper:
    lines = tuple(
        Line(cells=(str(n), f"Hal nomor {n}", ""), struck=n == 2) for n in range(1, count + 1)
    )
    values = {
        "title": "Buku agenda surat keluar",
        "columns": COLUMNS,
        "rows": lines,
        "letterhead": Letterhead(government="PEMERINTAH KOTA CONTOH", office_lines=("BADAN",)),
        "measures": Measures(),
        "period": "Tahun 2026",
        "printed": "Dicetak 23 November 2026.",
    }
    return RegisterPaper(**{**values, **changes})


def pages(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def test_a_book_lies_on_its_side_and_repeats_its_header():
    pdf = render_register(book(80))
    texts = pages(pdf)
    assert len(texts) > 1
    for number, text in enumerate(texts, start=1):
        assert "No. urut" in text
        assert f"Halaman {number} dari {len(texts)}" in text
        assert "Dicetak 23 November 2026." in text
    assert "BADAN" in texts[0]
    assert "BADAN" not in texts[1]
    assert "Jumlah: 80 (delapan puluh) baris" in texts[-1]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        _left, _bottom, width, height = (float(side) for side in opened.pages[0].MediaBox)
        assert width > height
        assert opened.Root.MarkInfo.Marked


def test_an_empty_book_says_so():
    [text] = pages(render_register(book(0)))
    assert "Tidak ada catatan." in text


def test_the_longest_words_stay_on_the_sheet():
    long = "x" * 300
    line = Line(cells=("9" * 12, long, long))
    [text] = pages(render_register(book(0, rows=(line,))))
    assert "".join(text.split()).count("x") >= 600


def test_a_line_that_leaves_a_column_out_is_refused():
    with pytest.raises(PaperIncomplete):
        book(0, rows=(Line(cells=("1",)),))


def test_a_book_too_long_to_print_is_refused():
    with pytest.raises(PaperIncomplete):
        book(MAXIMUM_LINES + 1)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd",
        "-cmd",
        "@SUM(A1)",
        "|x",
        "%x",
        "  =1",
        "\uff1d1+1",
        "\t=1",
        "\nx",
        "\x00x",
        "\x01=1+1",
        "\ufffe=1",
        "\x08 @x",
    ],
)
def test_what_a_spreadsheet_would_run_is_text(text):
    assert harmless(text).startswith("'")


@pytest.mark.parametrize("text", ["-12", "+62", "1.234,5", "200.1.1/1/2026", "", "a=b", "Hal - x"])
def test_what_runs_nowhere_stays_as_it_is(text):
    assert harmless(text) == text


def test_a_workbook_holds_texts_dates_and_numbers():
    rows = iter([(1, date(2026, 11, 23), '=HYPERLINK("x")'), (2, None, "baik\x0b")])
    stream = write_xlsx(title="Agenda: [2026]", columns=[("No.", 6), ("T", 9), ("H", 9)], rows=rows)
    with stream:
        sheet = load_workbook(stream).worksheets[0]
    [_head, first, second] = list(sheet.iter_rows())
    assert [cell.data_type for cell in first] == ["n", "d", "s"]
    assert first[2].value == '\'=HYPERLINK("x")'
    assert [cell.value for cell in second] == [2, None, "baik"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C3"


def test_a_csv_is_marked_parted_and_quoted():
    rows = iter([(1, date(2026, 11, 23), "a;b\nc"), (2, None, "@x")])
    text = "".join(csv_lines(columns=["No.", "Tanggal", "Hal"], rows=rows))
    assert text.startswith("\ufeff")
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))
    assert read == [["No.", "Tanggal", "Hal"], ["1", "2026-11-23", "a;b\nc"], ["2", "", "'@x"]]
