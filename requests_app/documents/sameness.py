"""Do two PDFs show the same pages, whatever else was written into the file?

A provider that signs may put its signature behind our bytes or write the whole file anew. Either
way every page must be drawn as before: its size, its content and all that the content draws upon.
Annotations are left out, since a signature brings its own.
"""

import hashlib
import io
from decimal import Decimal
from typing import Any, Final

import pikepdf

PACKING: Final = frozenset({"/Length", "/Filter", "/DecodeParms", "/DL"})
"""How a stream is packed; the same content may be packed in many ways."""
FINEST: Final = Decimal("0.01")
"""In points. Tools write the same number with more digits or fewer."""


def same_pages(one: bytes, other: bytes, /) -> bool:
    """Tell whether both files have the same pages; False where one of them cannot be read."""
    try:
        return _pages_of(one) == _pages_of(other)
    except (pikepdf.PdfError, ValueError, TypeError, RecursionError):
        return False


def _pages_of(pdf: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        digests = _Digests()
        return [digests.of_page(page) for page in opened.pages]


class _Digests:
    """Digests of the things of one file, each thing that others share taken once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], str] = {}

    def of_page(self, page: pikepdf.Page) -> str:
        page.contents_coalesce()
        contents = page.obj.get("/Contents")
        drawn = b"" if contents is None else contents.read_bytes()
        boxes = (self.of(box) for box in (page.mediabox, page.cropbox))
        return _digest(*boxes, str(page.rotation), self.of(page.resources), drawn)

    def of(self, thing: Any) -> str:
        """Digest a thing and all it points to."""
        if not isinstance(thing, pikepdf.Object):
            return _digest(type(thing).__name__, _plain(thing))
        name = thing.objgen
        if name == (0, 0):
            return self._of_object(thing)
        if name not in self._known:
            self._known[name] = "again"  # what points back to itself
            self._known[name] = self._of_object(thing)
        return self._known[name]

    def _of_object(self, thing: pikepdf.Object) -> str:
        if isinstance(thing, pikepdf.Stream):
            return _digest("stream", self._of_entries(thing, without=PACKING), _content(thing))
        if isinstance(thing, pikepdf.Dictionary):
            return _digest("dictionary", self._of_entries(thing))
        if isinstance(thing, pikepdf.Array):
            return _digest("array", *map(self.of, thing.as_list()))
        return _digest("scalar", thing.unparse())

    def _of_entries(self, thing: Any, *, without: frozenset[str] = frozenset()) -> str:
        kept = sorted(set(map(str, thing.keys())) - without)
        return _digest(*(part for key in kept for part in (key, self.of(thing[key]))))


def _content(stream: Any) -> bytes:
    """Give a stream unpacked; a picture that only its own reader unpacks as it stands."""
    try:
        content: bytes = stream.read_bytes()
    except pikepdf.PdfError:
        content = stream.read_raw_bytes()
    return content


def _plain(value: Any) -> str:
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return str(Decimal(value).quantize(FINEST)) if is_number else repr(value)


def _digest(*parts: str | bytes) -> str:
    whole = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        whole.update(len(content).to_bytes(8, "big") + content)
    return whole.hexdigest()
