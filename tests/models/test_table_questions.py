"""When may a table be asked for, and when is it filled?"""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from requests_app.models import FormQuestion, QuestionAnswer
from requests_app.models.collection_form import table_faults

NAMES = [str(n) for n in range(41)]


def faults_of(**changes: Any) -> dict[str, list[str]]:
    asked = {"kind": FormQuestion.Kind.TABLE, "rows": ["A"], "columns": ["1"], **changes}
    try:
        FormQuestion(**asked).clean()
    except ValidationError as error:
        return error.message_dict
    return {}


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"rows": []}, "rows", "Tulis paling sedikit satu baris dan satu kolom."),
        ({"columns": []}, "columns", "Tulis paling sedikit satu baris dan satu kolom."),
        ({"rows": NAMES}, "rows", "Tulis paling banyak 40 baris; ini 41 baris."),
        ({"columns": NAMES[:11]}, "columns", "Tulis paling banyak 10 kolom; ini 11 kolom."),
        ({"rows": ["x" * 201]}, "rows", "Nama baris paling panjang 200 karakter."),
        ({"rows": ["Kota", "KOTA"]}, "rows", "Nama baris “Kota” ditulis dua kali."),
        ({"columns": ["a", "b", "a"]}, "columns", "Nama kolom “a” ditulis dua kali."),
    ],
)
def test_a_table_that_cannot_be_filled_is_refused(changes: Any, field: str, said: str):
    assert faults_of(**changes) == {field: [said]}


def test_the_largest_table_may_stand():
    assert table_faults(NAMES[:40], NAMES[:10]) == {}


def test_names_count_in_tables_only():
    assert faults_of(kind=FormQuestion.Kind.SHORT, rows=[], columns=["a", "a"]) == {}


@pytest.mark.parametrize(
    ("value", "is_filled", "is_whole"),
    [
        (None, False, False),
        ([], False, False),
        ([["", ""], ["", ""]], False, False),
        ([["1", ""], ["", ""]], True, False),
        ([["1", "-"], ["0", "2"]], True, True),
        (["Aktif"], True, True),
        ("12", True, True),
    ],
)
def test_one_cell_fills_a_table_and_all_make_it_whole(value: Any, is_filled: bool, is_whole: bool):
    answer = QuestionAnswer(value=value)
    assert (answer.is_filled, answer.is_whole) == (is_filled, is_whole)
