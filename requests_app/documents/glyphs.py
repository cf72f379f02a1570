"""Which letters can our papers not print?

A letter without a glyph would come out as an empty box under a signature, so it is refused when a
text is saved ("Huruf {x} tidak dapat dicetak dalam surat.").
"""

from functools import cache
from typing import Final

from requests_app.documents.pdf import FONT_FOLDER

FACES: Final = ("Regular", "Bold", "Italic")
_BLANK: Final = frozenset("\n\r\t")


def missing_glyphs(text: str, /) -> tuple[str, ...]:
    """Name the letters of `text` that a face of ours lacks, each once, in order of appearance."""
    known = _known()
    return tuple(dict.fromkeys(letter for letter in text if ord(letter) not in known))


@cache
def _known() -> frozenset[int]:
    """Code points that every face has; WeasyPrint brings fontTools, which is slow to import."""
    from fontTools.ttLib import TTFont

    faces: list[set[int]] = []
    for face in FACES:
        with TTFont(FONT_FOLDER / f"LiberationSans-{face}.ttf", lazy=True) as font:
            faces.append(set(font.getBestCmap()))
    return frozenset(set.intersection(*faces) | {ord(letter) for letter in _BLANK})
