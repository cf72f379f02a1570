"""Does a workbook hold what was asked and answered, and can it be read back without harm?"""

import io
import re
import time
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from requests_app.documents import filled_workbooks, workbooks
from requests_app.documents.filled_workbooks import (
    MOST_BYTES,
    Filled,
    Flaw,
    NotOurs,
    TooLarge,
    read_apart,
    read_workbook,
)
from requests_app.documents.workbooks import Block, Form, Kind, Question

INJECTIONS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    '+HYPERLINK("http://contoh.invalid","klik")',
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\n=1",
    "\uff1d1+1",
    "|calc",
    "%0A=1",
    "'=1+1",
)


def form_of(*questions: Question, **more: Any) -> Form:
    values: dict[str, Any] = {
        "title": "Formulir isian data",
        "subtitle": "Badan Contoh",
        "how": "Isi kotak kuning.",
        "facts": (("Kantor peminta", "Badan Contoh"),),
        "guide": ("Isi kotak kuning saja.",),
        "blocks": (Block(heading="1. Data", details="Periode 2026", questions=questions),),
        "identity": {"formulir": "1", "pemilik": "x"},
    }
    return Form(**{**values, **more})


def read(content: bytes, form: Form) -> Filled:
    return read_workbook(content, rows=form.height, columns=form.width)


def written(*questions: Question) -> tuple[bytes, Form]:
    form = form_of(*questions)
    return workbooks.write_workbook(form), form


def values_of(filled: Filled, key: str) -> list[Any]:
    line = next(line for line in filled.lines if line.key == key)
    return [None if cell is None else cell.value for cell in line.cells]


def asked(kind: Kind = Kind.TEXT, **more: Any) -> Question:
    return Question(key="q", text="Pertanyaan", kind=kind, **more)


# -- writing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_text_is_taken_for_a_formula(text: str):
    table = asked(Kind.TABLE, rows=(text,), columns=(text,), value=[[text]])
    chosen = Question(key="c", text=text, kind=Kind.ONE, choices=(text,), hint=text, value=text)
    form = form_of(asked(value=text), chosen, table, title=text, subtitle=text, author=text)
    book = openpyxl.load_workbook(io.BytesIO(workbooks.write_workbook(form)))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_only_answers_can_be_written_into():
    content, _form = written(
        asked(), asked(Kind.TABLE, rows=("A",), columns=("1", "2")), asked(Kind.TOLD)
    )
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.security.lockStructure
    assert all(sheet.protection.sheet for sheet in book)
    open_cells = {
        cell.coordinate
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if not cell.protection.locked
    }
    assert open_cells == {"D8", "D10", "E10"}


def test_lists_offer_the_choices_and_the_keys_stay_out_of_sight():
    choices = ("Aktif", "Tidak; dibekukan", 'Lain, "sebutkan"')
    content, _form = written(asked(Kind.ONE, choices=choices))
    book = openpyxl.load_workbook(io.BytesIO(content))
    (rule,) = book["Isian"].data_validations.dataValidation
    place = re.fullmatch(r"='formulir'!\$(\w)\$1:\$\1\$3", rule.formula1)
    assert place is not None
    assert tuple(cell.value for cell in book["formulir"][place[1]]) == choices
    assert book["formulir"].sheet_state == "hidden"
    assert book["Isian"].column_dimensions["A"].hidden
    assert book["Isian"].freeze_panes == "A5"


def test_it_prints_on_a4_and_lies_down_when_it_is_wide():
    narrow, _form = written(asked())
    wide, _form = written(asked(Kind.TABLE, rows=("A",), columns=tuple("abcdefghij")))
    for content, orientation in ((narrow, "portrait"), (wide, "landscape")):
        setup = openpyxl.load_workbook(io.BytesIO(content))["Isian"].page_setup
        assert (setup.paperSize, setup.orientation, setup.fitToHeight) == (9, orientation, 0)


def test_what_no_cell_can_hold_stays_online():
    content, form = written(asked(Kind.LONG, value="x" * 32_768))
    assert read(content, form).lines == ()


def test_unprintable_letters_are_left_out():
    content, form = written(asked(value="a\x00b\x0bc\ud800"))
    assert values_of(read(content, form), "q") == ["abc"]


def test_a_number_of_many_digits_keeps_them_all():
    content, form = written(asked(Kind.NUMBER, value="3375012345678901"))
    assert values_of(read(content, form), "q") == ["3375012345678901"]


def test_a_day_before_the_calendar_of_spreadsheets_comes_back():
    content, form = written(asked(Kind.DATE, value="1899-12-31"))
    assert values_of(read(content, form), "q") == ["1899-12-31"]


# -- there and back -------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=60).map(str.strip)
NUMBERS = st.decimals(
    min_value=-(10**9), max_value=10**9, places=4, allow_nan=False, allow_infinity=False
).map(lambda one: f"{one.normalize():f}")


@settings(max_examples=60, deadline=None)
@given(
    text=TEXTS,
    number=NUMBERS,
    day=st.dates(min_value=date(1900, 3, 1)),
    cells=st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4),
    chosen=st.sets(st.sampled_from(("a", "b", "c"))),
)
@example(text="_x0041_", number="0", day=date(2026, 11, 23), cells=[("=1", "-")], chosen={"a"})
def test_what_is_written_is_what_is_read(
    text: str, number: str, day: date, cells: list[tuple[str, str]], chosen: set[str]
):
    rows = tuple(f"Baris {n}" for n in range(len(cells)))
    table = Question(
        key="t",
        text="",
        kind=Kind.TABLE,
        rows=rows,
        columns=("1", "2"),
        value=[list(line) for line in cells],
    )
    some = Question(key="s", text="", kind=Kind.SOME, choices=("a", "b", "c"), value=sorted(chosen))
    content, form = written(
        Question(key="x", text=text, kind=Kind.LONG, value=text),
        Question(key="n", text="", kind=Kind.NUMBER, value=number),
        Question(key="d", text="", kind=Kind.DATE, value=day.isoformat()),
        some,
        table,
    )
    filled = read(content, form)
    found = {line.key: line.cells for line in filled.lines}
    assert [cell.value for cell in found.get("x", ()) if cell] == ([text] if text else [])
    (value,) = (cell.value for cell in found["n"] if cell)
    assert float(value) == float(number)
    assert [cell.value for cell in found["d"] if cell] == [day]
    assert {place for place in range(3) if f"s#{place}" in found} == {
        place for place, choice in enumerate("abc") if choice in chosen
    }
    for row, line in enumerate(cells):
        got = found.get(f"t#{row}", (None, None))
        assert [cell.value if cell else "" for cell in got] == list(line)


# -- what comes back ------------------------------------------------------------------------------


def changed(content: bytes, change: Callable[[Any], None], sheet: str = "Isian") -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book[sheet])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def repacked(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Change one part of the archive by hand, as no spreadsheet would."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            body = old.read(name)
            new.writestr(name, change(body) if name == part else body)
    return stream.getvalue()


def test_formulas_and_errors_are_marked_by_their_cell():
    content, form = written(asked(Kind.TABLE, rows=("A",), columns=("1", "2", "3")))

    def fill(sheet: Any) -> None:
        sheet["D9"], sheet["E9"], sheet["F9"] = "=1+1", "#REF!", 3

    (line,) = read(changed(content, fill), form).lines
    assert [(cell.column, cell.flaw) for cell in line.cells if cell] == [
        ("D", Flaw.FORMULA),
        ("E", Flaw.BROKEN),
        ("F", None),
    ]


def test_a_million_empty_rows_cost_nothing():
    content, form = written(asked(value="ada"))
    rows = b"".join(b'<row r="%d"/>' % number for number in range(20, 1_000_020))
    hostile = repacked(
        content,
        "xl/worksheets/sheet1.xml",
        lambda body: body.replace(b"</sheetData>", rows + b"</sheetData>"),
    )
    begun = time.perf_counter()
    filled = read(hostile, form)
    assert time.perf_counter() - begun < 1
    assert values_of(filled, "q") == ["ada"]


def test_a_cell_in_the_last_corner_costs_nothing():
    content, form = written(asked(value="ada"))
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    hostile = repacked(
        content,
        "xl/worksheets/sheet1.xml",
        lambda body: body.replace(b"</sheetData>", corner),
    )
    begun = time.perf_counter()
    assert values_of(read(hostile, form), "q") == ["ada"]
    assert time.perf_counter() - begun < 1


def test_more_than_any_form_of_ours_holds_is_refused_unread():
    content, form = written(asked())
    hostile = repacked(content, "xl/styles.xml", lambda body: body + b" " * MOST_BYTES)
    with pytest.raises(TooLarge):
        read(hostile, form)


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "[Content_Types].xml"]
)
@pytest.mark.parametrize(
    "change",
    [lambda body: b"", lambda body: body[: len(body) // 2], lambda body: b"<a>" + body],
)
def test_a_damaged_part_makes_it_no_form_of_ours(part: str, change: Callable[[bytes], bytes]):
    content, form = written(asked(value="ada"))
    try:
        filled = read(repacked(content, part, change), form)
    except NotOurs:
        return
    assert values_of(filled, "q") == ["ada"]


def test_a_workbook_declares_no_entities():
    content, form = written(asked(value="ada"))
    bomb = b'<!DOCTYPE x [<!ENTITY a "%s">]>' % (b"lol" * 1000)

    def plant(body: bytes) -> bytes:
        return bomb + body.replace(b"<t>ada</t>", b"<t>&a;&a;&a;</t>")

    with pytest.raises(NotOurs):
        read(repacked(content, "xl/worksheets/sheet1.xml", plant), form)
    with pytest.raises(NotOurs):
        read(repacked(content, "xl/styles.xml", lambda body: bomb.decode().encode("utf-16")), form)


def test_without_the_hidden_sheet_it_is_none_of_ours():
    content, form = written(asked())

    def rename(sheet: Any) -> None:
        sheet.title = "lain"

    with pytest.raises(NotOurs):
        read(changed(content, rename, "formulir"), form)
    with pytest.raises(NotOurs):
        read(b"PK\x03\x04", form)


def test_rows_beyond_the_form_are_not_read():
    content, form = written(asked(value="ada"))

    def add(sheet: Any) -> None:
        sheet.cell(form.height + 1, 1).value, sheet.cell(form.height + 1, 4).value = "q2", "lebih"

    assert [line.key for line in read(changed(content, add), form).lines] == ["q"]


# -- in a process of its own ----------------------------------------------------------------------


def test_what_is_read_apart_is_what_is_read_here():
    content, form = written(
        Question(key="x", text="", kind=Kind.LONG, value="dua\nbaris"),
        Question(key="d", text="", kind=Kind.DATE, value="2026-11-23"),
        Question(
            key="t", text="", kind=Kind.TABLE, rows=("A",), columns=("1", "2"), value=[["1", "2"]]
        ),
        Question(key="n", text="", kind=Kind.NUMBER, value="1250.5"),
    )

    def fill(sheet: Any) -> None:
        sheet["E11"] = "=1+1"

    filled = changed(content, fill)
    here = read(filled, form)
    assert any(cell.flaw for line in here.lines for cell in line.cells if cell)
    assert read_apart(filled, rows=form.height, columns=form.width) == here


def test_what_is_refused_here_is_refused_apart():
    content, form = written(asked())
    large = repacked(content, "xl/styles.xml", lambda body: body + b" " * MOST_BYTES)
    with pytest.raises(TooLarge):
        read_apart(large, rows=form.height, columns=1)
    with pytest.raises(NotOurs):
        read_apart(b"PK\x03\x04", rows=form.height, columns=1)


def test_who_takes_too_long_is_ended_and_the_next_one_is_read(monkeypatch: pytest.MonkeyPatch):
    content, form = written(asked(value="ada"))
    many = b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>' * 300_000

    def fatten(body: bytes) -> bytes:
        return body.replace(b"</cellXfs>", many + b"</cellXfs>")

    with monkeypatch.context() as patched:
        patched.setattr(filled_workbooks.bench, "seconds", 0.5)
        with pytest.raises(TooLarge):
            read_apart(repacked(content, "xl/styles.xml", fatten), rows=form.height, columns=1)
    assert read_apart(content, rows=form.height, columns=1) == read(content, form)
