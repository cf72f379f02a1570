"""How does a PDF look, page by page, as pictures and as plain text?

Only this module knows pypdfium2. A phone cannot show a PDF inside a page, so the signer reads
pictures of exactly the bytes that will be signed.
"""

import io
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pypdfium2

WIDTHS: Final = (480, 960, 1440)
"""Picture widths that pages may ask for, in pixels; other widths are refused."""
_PLAIN: Final[dict[str, dict[str, Any]]] = {
    "webp": {"lossless": True, "quality": 20, "method": 1},
    "png": {},
}
"""A page of type is smaller without loss, and made in a third of the time."""
_PHOTOGRAPH: Final[dict[str, Any]] = {"quality": 82, "method": 2}
_LARGEST_PLAIN: Final = 400 * 1024
"""Bytes; a picture of that size shows a scan, which is better kept with loss."""
TALLEST: Final = 8
"""Times its width that a page may be tall; a taller one is no sheet, and no memory holds it."""
_pdfium = threading.Lock()
"""PDFium is not safe to call from two threads at once."""


class PageUnreadable(Exception):
    """These bytes are no PDF that can be shown, or have no such page."""


@dataclass(frozen=True, kw_only=True)
class PageImage:
    """One page as a picture: its bytes, their MIME type and its size in pixels."""

    content: bytes
    mime: str
    width: int
    height: int


def count_pages(pdf: bytes, /) -> int:
    """Count the pages; raise `PageUnreadable` for what is not a readable PDF."""
    with _opened(pdf) as document:
        return len(document)


def page_sizes(pdf: bytes, /, *, width: int = 960) -> tuple[tuple[int, int], ...]:
    """Tell width and height in pixels that `page_image` will give, for each page.

    Raises `PageUnreadable` where one of them cannot be drawn.
    """
    with _opened(pdf) as document:
        return tuple(_size(page, width) for page in document)


def page_image(pdf: bytes, /, *, number: int, width: int = 960, kind: str = "webp") -> PageImage:
    """Draw page `number` (from 1) at one of `WIDTHS`, as "webp" or "png".

    Raises `PageUnreadable` for a page that is not there, `ValueError` for another width or kind.
    """
    if width not in WIDTHS or kind not in {"webp", "png"}:
        raise ValueError(f"No page image of width {width} and kind {kind}.")
    picture = page_picture(pdf, number=number, width=width)
    return PageImage(
        content=_encoded(picture, kind),
        mime=f"image/{kind}",
        width=picture.width,
        height=picture.height,
    )


def page_picture(pdf: bytes, /, *, number: int, width: int) -> Any:
    """Draw page `number` (from 1) for whoever draws on it himself; `PageUnreadable` as ever."""
    with _opened(pdf) as document:
        if not 1 <= number <= len(document):
            raise PageUnreadable(f"No page {number}.")
        page = document[number - 1]
        _size(page, width)
        return page.render(scale=width / page.get_width()).to_pil()


def _encoded(picture: Any, kind: str) -> bytes:
    content = _saved(picture, kind, _PLAIN[kind])
    if kind == "webp" and len(content) > _LARGEST_PLAIN:
        content = _saved(picture, kind, _PHOTOGRAPH)
    return content


def _saved(picture: Any, kind: str, options: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format=kind.upper(), **options)
    return buffer.getvalue()


def page_texts(pdf: bytes, /) -> tuple[str, ...]:
    """Extract the text of each page, in reading order as far as the file tells it."""
    with _opened(pdf) as document:
        return tuple(
            document[place].get_textpage().get_text_bounded().replace("\r\n", "\n")
            for place in range(len(document))
        )


def _size(page: Any, width: int) -> tuple[int, int]:
    wide, tall = page.get_size()
    if tall > wide * TALLEST:
        raise PageUnreadable(f"A page of {wide:g} by {tall:g} points.")
    return width, math.ceil(tall * width / wide)


@contextmanager
def _opened(pdf: bytes) -> Iterator[Any]:
    """Open a PDF for one reader at a time; what PDFium cannot do with it is `PageUnreadable`."""
    with _pdfium:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise PageUnreadable(str(error)) from error
        try:
            yield document
        except pypdfium2.PdfiumError as error:
            raise PageUnreadable(str(error)) from error
        finally:
            document.close()
