"""Do all papers still look and read as they did, on the day they were last looked at?

Each paper of `gallery.py` is compared with `gallery.json`: pages, text of each page, faces, tags.
Where that is meant to change, `make docs` writes the file and the pictures in docs/gallery anew;
look at each of them before committing.
"""

import hashlib
import io
import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from PIL import Image

from requests_app.documents import pages
from tests.documents.gallery import GALLERY

GOLDEN = Path(__file__).with_name("gallery.json")
ASKED_FOR = os.environ.get("GALLERY_DIR")
PICTURES = Path(ASKED_FOR) if ASKED_FOR else settings.VAR_DIR / "gallery"
FACES = {"Liberation-Sans", "Liberation-Serif"}
STYLES = ("-Bold-Italic", "-Bold", "-Italic")
MOST_SHOWN = 3
WIDTH = 680
"""Pixels of a page in a picture: what is printed small can still be read."""
each_paper = pytest.mark.parametrize("name", GALLERY)


@cache
def made(name: str) -> bytes:
    """Make a paper once for all questions about it."""
    return GALLERY[name]()


def things(pdf: bytes) -> Iterator[Any]:
    """Give the dictionaries of a file, to be read one by one while it is open."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        yield from (thing for thing in document.objects if isinstance(thing, pikepdf.Dictionary))


def fonts(pdf: bytes) -> list[str]:
    named = {str(thing["/FontName"]) for thing in things(pdf) if "/FontName" in thing}
    return sorted(name.partition("+")[2] for name in named)


def tags(pdf: bytes) -> dict[str, int]:
    elements = (thing for thing in things(pdf) if "/S" in thing and "/P" in thing)
    return dict(sorted(Counter(str(one["/S"]).strip("/") for one in elements).items()))


def described(pdf: bytes) -> dict[str, Any]:
    """Tell what is compared; the text of a page as a digest of its words."""
    words = (" ".join(text.split()) for text in pages.page_texts(pdf))
    return {
        "fonts": fonts(pdf),
        "pages": [hashlib.sha256(text.encode()).hexdigest()[:12] for text in words],
        "tags": tags(pdf),
    }


def drawn(pdf: bytes) -> Image.Image:
    """Lay the first pages and the last side by side."""
    count = pages.count_pages(pdf)
    shown = [*range(1, min(count, MOST_SHOWN - 1) + 1), count]
    pictures = [_page(pdf, number) for number in dict.fromkeys(shown)]
    sheet = Image.new(
        "RGB",
        (sum(one.width + 16 for one in pictures) + 16, max(one.height for one in pictures) + 32),
        "#8a8f94",
    )
    across = 16
    for one in pictures:
        sheet.paste(one, (across, 16))
        across += one.width + 16
    return sheet


def page_of_pictures() -> str:
    """Write docs/gallery.md: every paper under its name."""
    shown = "\n".join(f"## {name}\n\n![{name}](gallery/{name}.webp)\n" for name in GALLERY)
    return (
        "# The papers, one by one\n\nWritten by `make docs` from `tests/documents/gallery.py`:\n"
        "the first two pages of each and its last. All that stands in them is made up.\n\n" + shown
    )


def _page(pdf: bytes, number: int) -> Image.Image:
    page = Image.open(io.BytesIO(pages.page_image(pdf, number=number, kind="png").content))
    return page.resize((WIDTH, round(page.height * WIDTH / page.width)), Image.Resampling.LANCZOS)


@pytest.fixture(scope="session", autouse=True)
def _written_anew() -> None:
    """Write what the papers are compared with, where that was asked for."""
    if ASKED_FOR:
        told = {name: described(made(name)) for name in GALLERY}
        GOLDEN.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        PICTURES.with_suffix(".md").write_text(page_of_pictures(), encoding="utf-8")
    PICTURES.mkdir(parents=True, exist_ok=True)


@each_paper
def test_a_paper_reads_as_it_did(name: str) -> None:
    told = json.loads(GOLDEN.read_text(encoding="utf-8"))
    (PICTURES / f"{name}.txt").unlink(missing_ok=True)
    now = described(made(name))
    if now != told.get(name) and not ASKED_FOR:
        (PICTURES / f"{name}.txt").write_text("\f".join(pages.page_texts(made(name))))
    assert now == told.get(name)


def test_nothing_is_compared_that_is_no_longer_made() -> None:
    assert set(json.loads(GOLDEN.read_text(encoding="utf-8"))) == set(GALLERY)


@each_paper
def test_a_paper_is_drawn_and_no_page_is_empty(name: str) -> None:
    pdf = made(name)
    drawn(pdf).save(PICTURES / f"{name}.webp", quality=70, method=4)
    assert all(len(text.split()) > 10 for text in pages.page_texts(pdf))


@each_paper
def test_only_the_shipped_faces_are_inside(name: str) -> None:
    for font in fonts(made(name)):
        face = next((font.removesuffix(style) for style in STYLES if font.endswith(style)), font)
        assert face in FACES


@each_paper
def test_every_figure_is_described_and_every_paper_names_itself(name: str) -> None:
    pdf = made(name)
    assert all(str(one.get("/Alt", "")) for one in things(pdf) if one.get("/S") == "/Figure")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.Root.Lang == "id"
        assert str(document.docinfo["/Title"]).strip()
        with document.open_metadata() as metadata:
            assert metadata["dc:title"] == str(document.docinfo["/Title"])
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")


def told_by(tool: str, *arguments: str) -> str:
    """Ask a program of Debian; it must not complain."""
    done = subprocess.run([tool, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    assert not done.stderr.strip()
    return done.stdout


@each_paper
def test_debians_tools_agree(name: str, tmp_path: Path) -> None:
    file = tmp_path / f"{name}.pdf"
    file.write_bytes(made(name))
    assert "No syntax or stream encoding errors" in told_by("qpdf", "--check", str(file))
    facts = dict(line.split(":", 1) for line in told_by("pdfinfo", str(file)).splitlines())
    facts = {label: value.strip() for label, value in facts.items()}
    assert (facts["Tagged"], facts["Encrypted"], facts["JavaScript"]) == ("yes", "no", "no")
    assert facts["Pages"] == str(pages.count_pages(made(name)))
    for line in told_by("pdffonts", str(file)).splitlines()[2:]:
        *_name_and_kind, embedded, subset, unicode_, _object, _generation = line.split()
        assert (embedded, subset, unicode_) == ("yes", "yes", "yes"), line
