"""How does a PDF look, page by page, as pictures and as plain text?

Only this module knows pypdfium2. A phone cannot show a PDF inside a page, so the signer reads
pictures of exactly the bytes that will be signed.
"""

import io
import math
import threading
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
    with _pdfium:
        document = _open(pdf)
        try:
            return len(document)
        finally:
            document.close()


def page_sizes(pdf: bytes, /, *, width: int = 960) -> tuple[tuple[int, int], ...]:
    """Tell width and height in pixels that `page_image` will give, for each page."""
    with _pdfium:
        document = _open(pdf)
        try:
            sizes = [page.get_size() for page in document]
        finally:
            document.close()
    return tuple((width, math.ceil(tall * width / wide)) for wide, tall in sizes)


def page_image(pdf: bytes, /, *, number: int, width: int = 960, kind: str = "webp") -> PageImage:
    """Draw page `number` (from 1) at one of `WIDTHS`, as "webp" or "png".

    Raises `PageUnreadable` for a page that is not there, `ValueError` for another width or kind.
    """
    if width not in WIDTHS or kind not in {"webp", "png"}:
        raise ValueError(f"No page image of width {width} and kind {kind}.")
    with _pdfium:
        document = _open(pdf)
        try:
            if not 1 <= number <= len(document):
                raise PageUnreadable(f"No page {number}.")
            page = document[number - 1]
            picture = page.render(scale=width / page.get_width()).to_pil()
        finally:
            document.close()
    return PageImage(
        content=_encoded(picture, kind),
        mime=f"image/{kind}",
        width=picture.width,
        height=picture.height,
    )


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
    with _pdfium:
        document = _open(pdf)
        try:
            return tuple(
                document[place].get_textpage().get_text_bounded().replace("\r\n", "\n")
                for place in range(len(document))
            )
        finally:
            document.close()


def _open(pdf: bytes) -> Any:
    try:
        return pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise PageUnreadable(str(error)) from error
