"""What may stand as the answer to a question, however it was typed?"""

from typing import Any

import pytest

from requests_app.models import FormQuestion
from requests_app.services import entries


def table(**more: Any) -> FormQuestion:
    given = {"rows": ["A", "B"], "columns": ["1", "2"], **more}
    return FormQuestion(kind=FormQuestion.Kind.TABLE, **given)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1.250", "1250"),
        ("1250", "1250"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("1.250.000,75", "1250000.75"),
        (" 1 250 ", "1250"),
        ("1\u00a0250", "1250"),
        ("-3", "-3"),
        ("0", "0"),
    ],
)
def test_numbers_are_read_as_people_write_them_here(typed: str, kept: str):
    assert entries.number(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "dua", "1e9", "1e999999", "inf", "nan", "12,5,1", "=1+1", "1_0", "9" * 31, "٣"]
)
def test_what_is_no_number_is_refused_with_an_example(typed: str):
    with pytest.raises(entries.NotAnAnswer, match=r"misalnya 1\.250 atau 12,5"):
        entries.number(typed)


@pytest.mark.parametrize(
    "typed", ["31-12-2026", "31/12/2026", "31.12.2026", "2026-12-31", " 31  Desember 2026 "]
)
def test_dates_are_read_as_people_write_them_here(typed: str):
    assert entries.day(typed) == "2026-12-31"


@pytest.mark.parametrize("typed", ["", "kemarin", "31-02-2026", "31 Foo 2026", "31 Februari 2026"])
def test_what_is_no_date_is_refused_with_an_example(typed: str):
    with pytest.raises(entries.NotAnAnswer, match="misalnya 31-12-2026"):
        entries.day(typed)


def test_a_table_is_read_cell_by_cell_and_every_fault_is_told():
    read, faults = entries.table(table(holds_numbers=True), [["1.250", "dua"], ["—", "x"]])
    assert read == [["1250", ""], ["-", ""]]
    assert [(fault.row, fault.column) for fault in faults] == [(0, 1), (1, 1)]
    assert "tulis - bila tidak ada" in faults[0].sentence


def test_a_table_is_laid_into_its_own_rows_and_columns():
    assert entries.table(table(), [["a", "b", "c"], [], ["d"]])[0] == [["a", "b"], ["", ""]]
    assert entries.fitted(table(), None) == [["", ""], ["", ""]]
    assert entries.fitted(table(), "12") == [["", ""], ["", ""]]


def test_an_empty_table_is_no_answer():
    assert entries.table(table(), [[" ", ""], ["", ""]]) == ([], [])


def test_what_no_database_keeps_is_left_out():
    assert entries.cell(table(), "a\x00b") == "ab"


def test_a_cell_has_a_longest_text():
    _read, faults = entries.table(table(), [["x" * 501, ""], ["", ""]])
    assert "500" in faults[0].sentence
