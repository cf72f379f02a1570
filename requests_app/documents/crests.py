"""Which picture may stand in a kop, and in which form is it kept?"""

import io
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

MOST_BYTES: Final = 1024 * 1024
MOST_PIXELS: Final = 16_000_000
"""What a megabyte may unfold to: 4,000 × 4,000."""
LARGEST_SIDE: Final = 640
"""In pixels; 23 mm on paper at 700 dpi."""
MIME: Final = "image/png"


class CrestRefused(Exception):
    """A kop cannot carry these bytes; the sentence says why."""


def as_crest(content: bytes, /) -> bytes:
    """Draw a PNG or JPEG anew as a PNG on white, small enough for a kop.

    Nothing but its dots is taken over, so that neither metadata nor a second file in it reach a
    paper. Refused: other kinds, what is too large, what cannot be read.
    """
    if len(content) > MOST_BYTES:
        raise CrestRefused(_("Lambang lebih besar daripada 1 MB. Perkecil gambarnya."))
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise CrestRefused(_too_many_dots())
            drawn = picture.convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise CrestRefused(_too_many_dots()) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise CrestRefused(_("Lambang tidak dapat dibaca. Gunakan PNG atau JPEG.")) from error
    drawn.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    paper = Image.new("RGB", drawn.size, "white")
    paper.paste(drawn, mask=drawn)
    buffer = io.BytesIO()
    paper.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _too_many_dots() -> str:
    return _("Lambang melebihi 4.000 × 4.000 titik. Perkecil gambarnya.")
