"""How does a received file look to staff, without its bytes ever being shown as they came?

A table's first rows, a PDF's pages, a picture drawn anew, the first lines of a text: made by us
from bytes that a stranger sent, and therefore apart (`show`, `draw`). Pictures carry a mark that
says who looks at them, and when.
"""

import io
import warnings
import zipfile
from dataclasses import asdict, dataclass
from itertools import islice
from typing import IO, Any, Final
from xml.parsers import expat

from PIL import Image, ImageDraw, ImageFont, ImageOps

from requests_app.documents import grids, pages
from requests_app.documents.apart import ROOT, Bench, TooMuch, serve
from requests_app.documents.grids import Grid, Sheet
from requests_app.documents.sniffing import DEFAULT_LIMITS, Kind

MOST_PAGES: Final = 20
"""Pages of a PDF that are shown; the rest is read in the file itself."""
MOST_ENTRIES: Final = 100
MOST_LINES: Final = 40
LONGEST_LINE: Final = 400
WIDTH: Final = 960
"""Pixels of a page's picture."""
WIDEST: Final = 1600
"""Pixels of the longer side of a picture."""
_FACE: Final = ROOT / "static" / "fonts" / "papers" / "LiberationSans-Regular.ttf"
_INK: Final = (60, 60, 60, 96)
_RIM: Final = (255, 255, 255, 72)
"""A dark hand with a light rim is read on paper and on a photograph of the night."""
_QUALITY: Final = 82
_READ: Final = 64_000
"""Characters of a text that are looked at."""


class CannotShow(Exception):
    """Nothing of this file can be shown."""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What is shown of a file; one of its parts, as its kind has it."""

    grid: Grid | None = None
    sizes: tuple[tuple[int, int], ...] = ()
    """Width and height of the pictures to be asked for, from number 1."""
    lines: tuple[str, ...] = ()
    entries: tuple[tuple[str, int], ...] = ()
    """Name and size of what an archive holds."""
    more: int = 0
    """Pages or entries that are not shown."""
    is_cut: bool = False
    """The lines go on."""

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to see."""
        return self.grid is None and not (self.sizes or self.lines or self.entries)


# -- on this side ---------------------------------------------------------------------------------


def show(content: bytes, /, *, kind: Kind, sheet: int = 0) -> Preview:
    """Describe what is shown of a file, as `preview_of` does, but apart.

    Raises `CannotShow`, also for a file that is too much, and `apart.NobodyThere`.
    """
    told, _nothing = _ask({"kind": kind, "sheet": sheet}, content)
    try:
        return _unpacked(told)
    except (TypeError, LookupError, ValueError) as error:  # a stranger's words
        raise CannotShow from error


def draw(content: bytes, /, *, kind: Kind, number: int, mark: str) -> bytes:
    """Draw a page or a picture, as `picture_of` does, but apart; raises as `show` does."""
    _told, picture = _ask({"kind": kind, "number": number, "mark": mark}, content)
    return picture


def _ask(question: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        told, picture = bench.ask(question, content)
    except TooMuch as error:
        raise CannotShow from error
    if told.get("cannot"):
        raise CannotShow
    return told, picture


def _unpacked(told: dict[str, Any]) -> Preview:
    grid = told["grid"]
    return Preview(
        grid=None
        if grid is None
        else Grid(
            sheets=tuple(Sheet(**sheet) for sheet in grid["sheets"]),
            place=int(grid["place"]),
            rows=tuple(tuple(map(str, row)) for row in grid["rows"]),
            has_more_rows=bool(grid["has_more_rows"]),
            has_more_columns=bool(grid["has_more_columns"]),
        ),
        sizes=tuple((int(width), int(height)) for width, height in told["sizes"]),
        lines=tuple(map(str, told["lines"])),
        entries=tuple((str(name), int(size)) for name, size in told["entries"]),
        more=int(told["more"]),
        is_cut=bool(told["is_cut"]),
    )


def _answered(question: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Do in the child what is asked for, and give what can be written down."""
    kind = Kind(question["kind"])
    try:
        if "mark" in question:
            number, mark = question["number"], question["mark"]
            return {}, picture_of(content, kind=kind, number=number, mark=mark)
        return asdict(preview_of(content, kind=kind, sheet=question["sheet"])), b""
    except CannotShow:
        return {"cannot": True}, b""


bench: Final = Bench(__name__)


# -- on the other side ----------------------------------------------------------------------------


def preview_of(content: bytes, /, *, kind: Kind, sheet: int = 0) -> Preview:
    """Describe what is shown of a file; raise `CannotShow` where nothing can be.

    `sheet` chooses among those of a workbook.
    """
    try:
        if kind is Kind.XLSX:
            return Preview(grid=grids.read_xlsx(content, place=sheet))
        return _SHOWN[kind](content)
    except Exception as error:  # a stranger's file fails in as many ways as there are formats
        raise CannotShow from error


def picture_of(content: bytes, /, *, kind: Kind, number: int, mark: str) -> bytes:
    """Draw a page or a picture as WebP, with a mark over it; raise `CannotShow` where none is."""
    try:
        return _saved(marked(_drawn(content, kind, number), mark))
    except Exception as error:  # decoders raise a dozen kinds on broken bytes
        raise CannotShow from error


def _drawn(content: bytes, kind: Kind, number: int) -> Any:
    if kind is Kind.PDF and 1 <= number <= MOST_PAGES:
        return pages.page_picture(content, number=number, width=WIDTH)
    if kind in {Kind.PNG, Kind.JPG} and number == 1:
        return _picture(content)
    raise CannotShow


def marked(picture: Any, mark: str, /) -> Any:
    """Write a mark over a picture, slanted and again and again, so that no cut takes it away."""
    ground = picture.convert("RGBA")
    side = ground.width + ground.height
    veil = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(veil)
    face = ImageFont.truetype(_FACE, max(side // 90, 12))
    width = int(pen.textlength(mark, font=face)) + 4 * int(face.size)
    for row, top in enumerate(range(0, side, int(face.size) * 8)):
        for left in range(-(row % 2) * width // 2, side, width):
            pen.text((left, top), mark, font=face, fill=_INK, stroke_width=1, stroke_fill=_RIM)
    slanted = veil.rotate(30)
    left, top = (side - ground.width) // 2, (side - ground.height) // 2
    cut = slanted.crop((left, top, left + ground.width, top + ground.height))
    return Image.alpha_composite(ground, cut).convert("RGB")


def _picture(content: bytes) -> Any:
    """Decode a picture and draw it anew: upright, no larger than shown, without what it carried."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as sent:
            if sent.width * sent.height > DEFAULT_LIMITS.image_pixels:
                raise CannotShow
            sent.thumbnail((WIDEST, WIDEST))
            upright = ImageOps.exif_transpose(sent).convert("RGBA")
    drawn = Image.new("RGB", upright.size, "white")
    drawn.paste(upright, mask=upright)
    return drawn


def _saved(picture: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format="WEBP", quality=_QUALITY, method=2)
    return buffer.getvalue()


def _of_csv(content: bytes) -> Preview:
    return Preview(grid=grids.read_csv(content))


def _of_picture(content: bytes) -> Preview:
    return Preview(sizes=(_picture(content).size,))


def _of_pdf(content: bytes) -> Preview:
    sizes = pages.page_sizes(content, width=WIDTH)
    return Preview(sizes=sizes[:MOST_PAGES], more=max(len(sizes) - MOST_PAGES, 0))


def _of_zip(content: bytes) -> Preview:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found = [
            (grids.shortened(entry.filename), entry.file_size)
            for entry in archive.infolist()
            if not entry.is_dir()
        ]
    return Preview(entries=tuple(found[:MOST_ENTRIES]), more=max(len(found) - MOST_ENTRIES, 0))


def _of_text(content: bytes) -> Preview:
    text = grids.decoded(content)
    return _lines(text[:_READ].splitlines(), is_cut=len(text) > _READ)


def _of_docx(content: bytes) -> Preview:
    with (
        zipfile.ZipFile(io.BytesIO(content)) as archive,
        archive.open("word/document.xml") as stream,
    ):
        words = _Paragraphs()
        words.read(stream)
    return _lines([line for line in words.lines if line.strip()], is_cut=words.is_cut)


def _lines(found: list[str], *, is_cut: bool) -> Preview:
    shown = [grids.shortened(line, longest=LONGEST_LINE) for line in islice(found, MOST_LINES)]
    return Preview(lines=tuple(shown), is_cut=is_cut or len(found) > MOST_LINES)


class _Enough(Exception):
    """No more is read."""


class _Paragraphs:
    """Reads the first paragraphs of a document as a stream."""

    def __init__(self) -> None:
        self.lines: list[str] = [""]
        self.is_cut = False
        self.is_text = False

    def read(self, stream: IO[bytes]) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._take
        parser.EntityDeclHandler = self._refuse
        try:
            parser.ParseFile(stream)
        except _Enough:
            self.is_cut = True

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        del attributes
        self.is_text = name.rpartition(" ")[2] == "t"

    def _end(self, name: str) -> None:
        self.is_text = False
        if name.rpartition(" ")[2] != "p":
            return
        if len(self.lines) > MOST_LINES * 4 or sum(map(len, self.lines)) > _READ:
            raise _Enough
        self.lines.append("")

    def _take(self, words: str) -> None:
        room = LONGEST_LINE + 1 - len(self.lines[-1])
        if self.is_text and room > 0:
            self.lines[-1] += words[:room]

    def _refuse(self, *declaration: object) -> None:
        raise ValueError("A document declares no entities.")


_SHOWN: Final = {
    Kind.CSV: _of_csv,
    Kind.PDF: _of_pdf,
    Kind.PNG: _of_picture,
    Kind.JPG: _of_picture,
    Kind.ZIP: _of_zip,
    Kind.DOCX: _of_docx,
    Kind.JSON: _of_text,
}

if __name__ == "__main__":
    serve(_answered)
