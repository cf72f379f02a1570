"""Which letters can our papers not print?

A letter without a glyph would come out as an empty box under a signature, so it is refused when a
text is saved ("Huruf {x} tidak dapat dicetak dalam surat.").
"""

from functools import cache
from typing import Final

from requests_app.documents.pdf import FONT_FOLDER

REPLACEMENT: Final = "[?]"
"""Says that a letter stands there; a box would look like a fault of the printer."""
_BLANK: Final = frozenset("\n\r\t")
_TURNING: Final = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
"""Signs that turn the direction of writing: what is read would not be what was typed."""


def missing_glyphs(text: str, /) -> tuple[str, ...]:
    """Name the letters of `text` that a face of ours lacks, each once, in order of appearance."""
    known = _known()
    return tuple(dict.fromkeys(letter for letter in text if ord(letter) not in known))


def printable(text: str, /) -> str:
    """Put the replacement sign for each letter that a face of ours lacks; its neighbours stay.

    The net below the refusals: names of files that others send reach papers as they are, and PDF/A
    allows no letter without a glyph.
    """
    missing = {ord(letter) for letter in set(text)} - _known()
    return text.translate(dict.fromkeys(missing, REPLACEMENT)) if missing else text


def named(letter: str, /) -> str:
    """Name a letter in a sentence: as it looks, or by its code point when nothing is seen of it."""
    return letter if letter.isprintable() and not letter.isspace() else f"U+{ord(letter):04X}"


@cache
def _known() -> frozenset[int]:
    """Code points that every face has; WeasyPrint brings fontTools, which is slow to import."""
    from fontTools.ttLib import TTFont

    faces: list[set[int]] = []
    for path in FONT_FOLDER.glob("*.ttf"):
        with TTFont(path, lazy=True) as font:
            faces.append(set(font.getBestCmap()))
    letters = set.intersection(*faces) | {ord(letter) for letter in _BLANK}
    return frozenset(letters - {ord(letter) for letter in _TURNING})
