"""Is each received file shown, or refused with a word, whatever a stranger has put into it?"""

import io
import json
import time
import zipfile
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from PIL import Image

from requests_app.documents import apart, facts, grids, previews
from requests_app.documents.grids import GridUnreadable
from requests_app.documents.previews import CannotShow
from requests_app.documents.sniffing import Kind
from tests.documents.samples import pdf_file

MARK = "Staf Contoh · 23-11-2026 09.05"
SHEET = "xl/worksheets/sheet1.xml"
TYPES = "[Content_Types].xml"
SHARED = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
    b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.fixture(autouse=True, scope="module")
def _no_child_is_left_behind():
    yield
    previews.bench.dismiss()


def workbook(*rows: Any, **sheets: Any) -> bytes:
    """Make a workbook of one sheet of rows; further ones are filled by functions."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Data"
    for row in rows:
        sheet.append(row)
    for name, fill in sheets.items():
        fill(book.create_sheet(name))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """Put another part into a workbook's archive."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            new.writestr(entry.filename, part if entry.filename == name else old.read(entry))
        if name not in old.namelist():
            new.writestr(name, part)
    return buffer.getvalue()


def sheet_of(rows: bytes) -> bytes:
    """Write a sheet by hand; it does not tell how large it is."""
    return b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (
        NAMESPACE.encode(),
        rows,
    )


def types_of(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(TYPES)


def picture(mode: str = "RGB", size: tuple[int, int] = (60, 40), **save: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, **{"format": "PNG", **save})
    return buffer.getvalue()


HEADING = ("nama", "alamat", "jumlah")


# -- tables ---------------------------------------------------------------------------------------


def test_the_first_rows_of_a_workbook_are_shown_as_text():
    content = workbook(
        HEADING,
        ("Organisasi Contoh", None, 12),
        (datetime(2026, 11, 23, 9, 5), date(2026, 1, 31), 1234.5),  # noqa: DTZ001
        (True, "dua\nbaris", -1),
    )
    grid = grids.read_xlsx(content)
    assert grid.rows == (
        HEADING,
        ("Organisasi Contoh", "", "12"),
        ("23-11-2026 09.05", "31-01-2026", "1234,5"),
        ("True", "dua baris", "-1"),
    )
    assert not grid.has_more_rows
    assert not grid.has_more_columns


def test_formulas_are_told_and_never_computed():
    content = workbook(
        ("a", "b", "c"),
        ("=1+1", '=HYPERLINK("http://contoh.test")', "=cmd|' /C calc'!A0"),
        (ArrayFormula("A3:A3", "=SUM(B1:B2)"), None, None),
    )
    rows = grids.read_xlsx(content).rows
    assert rows[1] == ("=1+1", '=HYPERLINK("http://contoh.test")', "=cmd|' /C calc'!A0")
    assert rows[2][0] == "=SUM(B1:B2)"


def test_no_more_is_read_than_is_shown():
    content = workbook(*([f"r{row}c{column}" for column in range(300)] for row in range(500)))
    grid = grids.read_xlsx(content)
    assert (len(grid.rows), {len(row) for row in grid.rows}) == (grids.ROWS, {grids.COLUMNS})
    assert grid.rows[-1][-1] == "r20c19"
    assert grid.has_more_rows
    assert grid.has_more_columns


def test_sheets_are_told_with_the_hidden_ones_and_chosen_by_place():
    def hide(sheet: Any) -> None:
        sheet.append(["rahasia"])
        sheet.sheet_state = "veryHidden"

    content = workbook(HEADING, Kedua=lambda sheet: sheet.append(["dua"]), Sembunyi=hide)
    grid = grids.read_xlsx(content, place=1)
    assert [(one.name, one.is_hidden) for one in grid.sheets] == [
        ("Data", False),
        ("Kedua", False),
        ("Sembunyi", True),
    ]
    assert grid.rows == (("dua",),)
    assert grids.read_xlsx(content, place=99).place == 0


def test_merged_cells_and_gaps_stay_where_they_are():
    def merge(sheet: Any) -> None:
        sheet["A1"] = "Judul"
        sheet.merge_cells("A1:C1")
        sheet["C4"] = "isi"

    content = workbook(Lembar=merge)
    assert grids.read_xlsx(content, place=1).rows == (
        ("Judul", "", ""),
        ("", "", ""),
        ("", "", ""),
        ("", "", "isi"),
    )


@pytest.mark.parametrize(
    "rows",
    [
        b"<row/>" * 1_000_000,
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1"><c r="A1"><v>1</v></c></row>' + b'<row><c s="1"/></row>' * 1_000_000,
    ],
    ids=["a million empty rows", "one cell at the very end", "a million empty cells"],
)
def test_what_is_empty_costs_nothing(rows: bytes):
    content = with_part(workbook(), SHEET, sheet_of(rows))
    began = time.monotonic()
    grid = grids.read_xlsx(content)
    counted = facts.facts_of(content, kind=Kind.XLSX)["tables"][0]
    assert time.monotonic() - began < 6
    assert len(grid.rows) <= grids.ROWS
    assert counted["rows"] == 0


def test_shared_texts_are_read_only_as_far_as_they_are_shown():
    texts = b"<sst xmlns='%s'>%s" % (NAMESPACE.encode(), b"<si><t>satu</t></si>" * 200_000)
    cells = b'<c t="s"><v>2</v></c><c t="s"><v>0</v></c>'
    content = with_part(workbook(), SHEET, sheet_of(b'<row r="1">%s</row>' % cells))
    content = with_part(content, "xl/sharedStrings.xml", texts + b"<broken")
    content = with_part(content, TYPES, types_of(content).replace(b"</Types>", SHARED))
    assert grids.read_xlsx(content).rows == (("satu", "satu"),)


@pytest.mark.parametrize(
    ("part", "put"),
    [
        (SHEET, b"<worksheet"),
        (SHEET, sheet_of(b'<row r="1"><c r="A1" t="s"><v>77</v></c></row>')),
        (SHEET, sheet_of(b'<row r="1"><c r="!!" t="n"><v>x</v></c></row>')),
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/workbook.xml", b"\x00\x01"),
        ("xl/styles.xml", b"no style"),
        (TYPES, b"<Types/>"),
    ],
)
def test_a_broken_workbook_is_unreadable(part: str, put: bytes):
    content = with_part(workbook(HEADING), part, put)
    with pytest.raises(GridUnreadable):
        grids.read_xlsx(content)
    assert facts.facts_of(content, kind=Kind.XLSX) == {}


def test_a_bomb_of_entities_expands_to_nothing():
    bomb = b"<!DOCTYPE x [%s]>" % b"".join(
        b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10 if n else b"ha") for n in range(10)
    )
    rows = sheet_of(b'<row r="1"><c r="A1" t="inlineStr"><is><t>&e9;</t></is></c></row>')
    content = with_part(workbook(), SHEET, b'<?xml version="1.0"?>' + bomb + rows)
    began = time.monotonic()
    with suppress(GridUnreadable):
        assert len(grids.read_xlsx(content).rows[0][0]) < 300
    assert facts.facts_of(content, kind=Kind.XLSX) == {}
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("separator", list(";,\t|"))
def test_a_csv_is_read_by_the_separator_it_has(separator: str):
    shown = f"Jalan 1{separator}2".replace("\t", " ")
    lines = ["nama|alamat|jumlah", 'A|"Jalan 1|2"|3']
    content = "\r\n".join(lines).replace("|", separator).encode()
    assert grids.read_csv(content).rows == (HEADING, ("A", shown, "3"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_csv_is_read_as_it_was_written(encoding: str):
    assert grids.read_csv("nama;é\n".encode(encoding)).rows == (("nama", "é"),)


def test_what_no_encoding_knows_is_shown_as_far_as_it_goes():
    assert grids.read_csv(b"nama;\x81\x8d\nA;1\n").rows[1] == ("A", "1")


@pytest.mark.parametrize(
    "content", [b"nama;\x00alamat", "nama;alamat".encode("utf-16"), bytes(5000)]
)
def test_what_holds_nul_is_no_text(content: bytes):
    with pytest.raises(GridUnreadable):
        grids.read_csv(content)


@pytest.mark.parametrize("quote", [b"", b'"'])
def test_ten_megabytes_in_one_cell_are_cut(quote: bytes):
    content = b"nama;isi\nA;" + quote + b"x" * 10_000_000 + quote + b"\nB;y\n"
    began = time.monotonic()
    grid = grids.read_csv(content)
    assert len(grid.rows[1][1]) <= grids.LONGEST_TEXT + 1
    assert grid.has_more_rows
    assert facts.facts_of(content, kind=Kind.CSV) == {}
    assert time.monotonic() - began < 3


# -- facts ----------------------------------------------------------------------------------------


def test_a_table_is_counted_with_its_empty_cells():
    rows = [("Nama", "Alamat", "Jumlah"), ("A", None, 1), ("B", "  ", 2), ("C", "Jalan", None)]
    told = facts.facts_of(workbook(*rows), kind=Kind.XLSX)
    assert told == {
        "tables": [
            {
                "name": "Data",
                "hidden": False,
                "rows": 3,
                "columns": 3,
                "header": ["Nama", "Alamat", "Jumlah"],
                "empty": {"Alamat": 1, "Jumlah": 1},
                "at_least": False,
            }
        ]
    }
    text = b"\nnama;alamat;jumlah\nA;;1\nB;  ;2\n\nC;Jalan;\n"
    table = facts.facts_of(text, kind=Kind.CSV)["tables"][0]
    assert (table["rows"], table["columns"]) == (3, 3)
    assert table["empty"] == {"alamat": 2, "jumlah": 1}


def test_facts_can_be_written_down():
    for content, kind in ((workbook(HEADING), Kind.XLSX), (b"a;b\n", Kind.CSV)):
        told = facts.facts_of(content, kind=kind)
        assert json.loads(json.dumps(told)) == told


def test_a_very_large_table_is_counted_in_part(monkeypatch):
    monkeypatch.setattr(facts, "MOST_CELLS", 100)
    content = workbook(HEADING, *(("A", None, 1) for _ in range(200)))
    table = facts.facts_of(content, kind=Kind.XLSX)["tables"][0]
    assert table["at_least"]
    assert 20 < table["rows"] < 100


def test_pages_pixels_and_entries_are_counted():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("map/", "")
        made.writestr("map/satu.csv", "a")
    assert facts.facts_of(pdf_file(), kind=Kind.PDF) == {"pages": 1}
    assert facts.facts_of(picture(), kind=Kind.PNG) == {"width": 60, "height": 40}
    assert facts.facts_of(archive.getvalue(), kind=Kind.ZIP) == {"entries": 1}
    assert facts.facts_of(b"{}", kind=Kind.JSON) == {}


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.7\n%%EOF", b"\x89PNG\r\n\x1a\n"])
def test_of_what_is_broken_nothing_is_told(kind: Kind, content: bytes):
    assert "pages" not in facts.facts_of(content, kind=kind)


# -- what is shown, apart -------------------------------------------------------------------------


def docx(*paragraphs: str) -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in paragraphs)
    body = f'<w:document xmlns:w="{space}"><w:body>{text}</w:body></w:document>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", body)
    return buffer.getvalue()


def test_a_table_comes_back_as_it_was_read():
    content = workbook(HEADING, ("A", "=1+1", 3), Lain=lambda sheet: sheet.append(["lain"]))
    shown = previews.show(content, kind=Kind.XLSX, sheet=1)
    assert shown == previews.preview_of(content, kind=Kind.XLSX, sheet=1)
    assert shown.grid is not None
    assert shown.grid.rows == (("lain",),)


def test_texts_and_archives_are_told_in_lines():
    assert previews.show(docx("Satu", "", "Dua"), kind=Kind.DOCX).lines == ("Satu", "Dua")
    told = previews.show(b'{\n "a": "<b>&amp;"\n}', kind=Kind.JSON)
    assert told.lines == ("{", ' "a": "<b>&amp;"', "}")
    many = previews.show(docx(*("x" * 5000 for _ in range(500))), kind=Kind.DOCX)
    assert len(many.lines) == previews.MOST_LINES
    assert max(map(len, many.lines)) <= previews.LONGEST_LINE + 1
    assert many.is_cut
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        for n in range(150):
            made.writestr(f"../{n}\u202egpj.exe", "isi")
    told = previews.show(archive.getvalue(), kind=Kind.ZIP)
    assert (len(told.entries), told.more) == (previews.MOST_ENTRIES, 50)
    assert told.entries[0] == ("../0 gpj.exe", 3)


def test_pages_are_pictures_with_a_mark():
    content = pdf_file()
    shown = previews.show(content, kind=Kind.PDF)
    assert [width for width, _height in shown.sizes] == [previews.WIDTH]
    drawn = Image.open(io.BytesIO(previews.draw(content, kind=Kind.PDF, number=1, mark=MARK)))
    assert (drawn.format, drawn.size) == ("WEBP", shown.sizes[0])
    low, high = drawn.convert("L").getextrema()
    assert low < 230 < high, "the empty page shows the mark and nothing else"


def test_a_picture_is_drawn_anew_without_what_it_carried():
    exif = Image.Exif()
    exif[0x010E] = "rahasia"
    exif[0x0112] = 6
    sent = picture(
        size=(3000, 1000), format="JPEG", exif=exif, icc_profile=b"rahasia", comment=b"rahasia"
    )
    assert b"rahasia" in sent
    made = previews.draw(sent, kind=Kind.JPG, number=1, mark=MARK)
    drawn = Image.open(io.BytesIO(made))
    assert drawn.size == (533, 1600), "turned upright and made smaller"
    assert previews.show(sent, kind=Kind.JPG).sizes == (drawn.size,)
    assert not {"exif", "icc_profile", "xmp"} & drawn.info.keys()
    assert b"rahasia" not in made


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_pictures_of_every_mode_are_drawn(mode: str):
    assert previews.picture_of(picture(mode), kind=Kind.PNG, number=1, mark=MARK)


def test_a_picture_in_the_colours_of_printers_is_drawn():
    sent = picture("CMYK", format="JPEG")
    assert previews.picture_of(sent, kind=Kind.JPG, number=1, mark=MARK)


@pytest.mark.parametrize(
    ("content", "kind", "number"),
    [
        (pdf_file(), Kind.PDF, 0),
        (pdf_file(), Kind.PDF, 2),
        (pdf_file(), Kind.PDF, 10**9),
        (picture(), Kind.PNG, 2),
        (picture()[:60], Kind.PNG, 1),
        (workbook(HEADING), Kind.XLSX, 1),
        (b"", Kind.PDF, 1),
    ],
)
def test_what_is_not_there_is_not_drawn(content: bytes, kind: Kind, number: int):
    with pytest.raises(CannotShow):
        previews.draw(content, kind=kind, number=number, mark=MARK)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04x", b"%PDF-1.7", b"\x00\xff" * 500])
def test_whatever_it_is_it_is_shown_or_refused(kind: Kind, content: bytes):
    try:
        previews.preview_of(content, kind=kind)
    except CannotShow:
        return
    assert kind in {Kind.CSV, Kind.JSON}, "which are shown as far as they are text"


def test_a_pixel_flood_is_not_decoded():
    flood = picture("1", size=(20_000, 20_000))
    began = time.monotonic()
    with pytest.raises(CannotShow):
        previews.show(flood, kind=Kind.PNG)
    assert time.monotonic() - began < 3


# -- who works apart ------------------------------------------------------------------------------


def test_who_takes_too_long_is_ended_and_the_next_file_is_shown(monkeypatch):
    content = workbook(HEADING)
    previews.show(content, kind=Kind.XLSX)
    assert previews.bench.child is not None
    before = previews.bench.child.process
    before.send_signal(19)  # as one that is busy for ever
    monkeypatch.setattr(apart, "LONGEST_SECONDS", 0.3)
    with pytest.raises(CannotShow):
        previews.show(content, kind=Kind.XLSX)
    monkeypatch.undo()
    assert before.poll() is not None
    assert previews.show(content, kind=Kind.XLSX).grid is not None


def test_who_comes_while_another_file_is_shown_waits_and_is_sent_away(monkeypatch):
    monkeypatch.setattr(apart, "PATIENCE_SECONDS", 0.05)
    with previews.bench.turn, pytest.raises(apart.NobodyThere):
        previews.show(b"", kind=Kind.CSV)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]\n",
        b"7\n",
        b'{"size": 9}\nabc',
        b'{"size": -1}\n',
        b'{"size": 99999999}\n',
        b'{"size": "x"}\n',
        b'{"size": 0, "grid": 7}\n',
        b'{"size": 0}\n',
        b"\xff\n",
    ],
)
def test_whatever_a_child_says_is_read_as_a_preview_or_not_at_all(answer: bytes, monkeypatch):
    heard = apart._hear
    monkeypatch.setattr(apart, "_hear", lambda _pipe: heard(io.BytesIO(answer)))
    with pytest.raises(CannotShow):
        previews.show(b"a;b", kind=Kind.CSV)
    previews.bench.dismiss()  # what it really said was not heard


def test_an_answer_that_was_not_waited_for_answers_no_other_question(monkeypatch):
    class Called(BaseException):
        """As a signal that comes while an answer is waited for."""

    def hear(_pipe: IO[bytes]) -> None:
        raise Called

    with monkeypatch.context() as patched:
        patched.setattr(apart, "_hear", hear)
        with pytest.raises(Called):
            previews.show(pdf_file(), kind=Kind.PDF)
    assert previews.show(b"a;b", kind=Kind.CSV).grid is not None


def test_the_child_has_no_secrets_and_little_room():
    previews.show(b"a;b", kind=Kind.CSV)
    assert previews.bench.child is not None
    about = Path(f"/proc/{previews.bench.child.process.pid}")
    assert (about / "environ").read_bytes() == b""
    limits = (about / "limits").read_text()
    for name, most in (("Max file size", 0), ("Max address space", apart.MOST_MEMORY)):
        line = next(line for line in limits.splitlines() if line.startswith(name))
        assert line.removeprefix(name).split()[:2] == [str(most)] * 2, line
