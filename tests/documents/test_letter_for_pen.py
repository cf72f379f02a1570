"""What stands on a letter that is signed by hand, and what may never stand there?"""

import io
from typing import Any

import pikepdf
import pytest

from requests_app.documents import letters, pages, papers
from tests.documents import samples

DATED = samples.MOMENT.date()


GIVEN: dict[str, Any] = {
    "number": samples.NUMBER,
    "letter_date": DATED,
    "verification": None,
    "signature_note": None,
    "by_pen": True,
}


def for_pen() -> bytes:
    return letters.render_letter(samples.letter(**GIVEN))


def words(pdf: bytes) -> str:
    return " ".join(" ".join(pages.page_texts(pdf)).split())


def test_it_is_numbered_and_dated_and_no_draft() -> None:
    told = words(for_pen())
    assert samples.NUMBER in told
    assert "23 November 2026" in told
    assert "DRAF" not in told
    assert "Draf" not in told


def test_nothing_of_it_is_electronic() -> None:
    told = words(for_pen())
    for electronic in ("elektronik", "Kode pemeriksaan", "diperiksa di", "BSrE"):
        assert electronic not in told
    with pikepdf.open(io.BytesIO(for_pen())) as opened:
        assert not opened.attachments, "no facts for machines: it is not signed yet"
        assert not any(page.get_images() for page in opened.pages), "no QR"


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": None},
        {"letter_date": None},
        {"signature_note": papers.BSRE_NOTE},
        {"verification": samples.VERIFICATION},
        {"draft": True},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_half_of_it_cannot_be_built(wrong: dict[str, Any]) -> None:
    samples.letter(**GIVEN)
    with pytest.raises(letters.PaperIncomplete):
        samples.letter(**GIVEN | wrong)
