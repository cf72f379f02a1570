"""Do two wordings have two marks, one wording one, and nothing always the same?"""

from datetime import date

import pytest

from requests_app.services import merging


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", None),
        ([], ""),
        ([["", ""], ["", ""]], None),
        ("satu\r\ndua", "satu\ndua"),
        ("satu ", "satu"),
        (date(2026, 12, 4), "2026-12-04"),
        ((["a", "b"]), ["a", "b"]),
    ],
)
def test_the_same_has_one_mark(one: object, other: object) -> None:
    assert merging.mark(one) == merging.mark(other)


def test_what_differs_has_marks_of_its_own() -> None:
    values = ["", "a", "b", "A", "1", "2026-12-04", ["a"], ["a", "b"], [["1", ""]], [["", "1"]]]
    marks = [merging.mark(value) for value in values]
    assert len(set(marks)) == len(values)
    assert {len(mark) for mark in marks} == {merging.MARK}


@pytest.mark.parametrize(
    ("seen", "renewed"),
    [
        ("aaaabbbb", "aaaacccc"),  # the page had shown what the deed found
        ("aaaaxxxx", "aaaaxxxx"),  # it had not: somebody else's words stay unseen
        ("", ""),
        ("aaaa", "aaaa"),  # marks of another form
    ],
)
def test_a_deed_renews_only_what_its_page_had_seen(seen: str, renewed: str) -> None:
    assert merging.marks_after(seen, before="aaaabbbb", after="aaaacccc") == renewed
