"""Is a page that was changed told from one that was only packed anew?"""

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest

from requests_app.documents import letters
from requests_app.documents.sameness import same_pages
from tests.documents import samples, signers

LETTER = letters.render_letter(samples.letter(**samples.FINAL, letter_date=samples.MOMENT.date()))


def changed(change: Callable[[Any], object], **save: Any) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(LETTER)) as opened:
        change(opened)
        opened.save(buffer, **save)
    return buffer.getvalue()


def test_a_signature_behind_the_bytes_changes_no_page() -> None:
    assert same_pages(signers.letter(), signers.signed_letter())


@pytest.mark.parametrize(
    "save",
    [
        {"object_stream_mode": pikepdf.ObjectStreamMode.disable},
        {"stream_decode_level": pikepdf.StreamDecodeLevel.all, "compress_streams": False},
        {"linearize": True},
    ],
)
def test_a_file_that_was_written_anew_has_the_same_pages(save: dict[str, Any]) -> None:
    anew = changed(lambda _opened: None, **save)
    assert anew != LETTER
    assert same_pages(LETTER, anew)


def stamp(opened: Any) -> None:
    opened.pages[0].contents_add(opened.make_stream(b"0 0 100 100 re f"))


def swap_font(opened: Any) -> None:
    fonts = opened.pages[0].resources["/Font"]
    fonts[next(iter(fonts.keys()))] = opened.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, BaseFont=pikepdf.Name.Courier)
    )


def cut(opened: Any) -> None:
    opened.pages[0].mediabox = [0, 0, 300, 300]


def turn(opened: Any) -> None:
    opened.pages[0].rotate(90, relative=True)


@pytest.mark.parametrize(
    "change",
    [stamp, swap_font, cut, turn, lambda opened: opened.pages.append(opened.pages[0])],
    ids=["stamp", "font", "cut", "turn", "one more"],
)
def test_a_page_that_is_drawn_otherwise_is_another(change: Callable[[Any], object]) -> None:
    assert not same_pages(LETTER, changed(change))


def test_what_is_no_paper_is_none_of_ours() -> None:
    assert not same_pages(LETTER, b"<html>")
    assert not same_pages(LETTER, LETTER[:2000])


def test_a_thing_that_points_to_itself_comes_to_an_end() -> None:
    def loop(opened: Any) -> None:
        ring = opened.make_indirect(pikepdf.Dictionary())
        ring.Self = ring
        opened.pages[0].resources["/Properties"] = pikepdf.Dictionary(Ring=ring)

    looped = changed(loop)
    assert same_pages(looped, looped)
