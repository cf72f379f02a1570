"""Are these bytes the text, the JSON or the picture that they are said to be?"""

import io
import json
import re
import warnings
from collections.abc import Callable, Iterable
from typing import Any, Final

from PIL import Image, ImageFile

from requests_app.documents.sniffing.kinds import Kind, Limits
from requests_app.documents.sniffing.verdicts import Code, NotLetIn, Place

_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f]")


def check_csv(content: bytes, place: Place) -> None:
    """Demand text without control characters; UTF-16 is refused through its NULs."""
    del place
    if not _decode_text(content).strip():
        raise NotLetIn(Code.EMPTY)


def _decode_text(content: bytes) -> str:
    """Decode UTF-8, else Windows-1252; control characters other than line ends are refused."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError as error:
            raise NotLetIn(Code.UNREADABLE) from error
    if _CONTROL.search(text):
        raise NotLetIn(Code.UNREADABLE)
    return text


def check_json(content: bytes, place: Place) -> None:
    """Demand JSON that parses, within the limits of depth and of brackets (memory)."""
    if content.count(b"[") + content.count(b"{") > place.limits.json_brackets:
        raise NotLetIn(Code.UNREADABLE)
    try:
        value = json.loads(_decode_text(content))
    except (ValueError, RecursionError) as error:
        raise NotLetIn(Code.UNREADABLE) from error
    level: list[Any] = [value]
    for _depth in range(place.limits.json_depth + 1):
        level = [inner for thing in level for inner in _inside(thing)]
        if not level:
            return
    raise NotLetIn(Code.UNREADABLE)


def _inside(thing: Any) -> Iterable[Any]:
    if isinstance(thing, dict):
        return thing.values()
    return thing if isinstance(thing, list) else ()


def check_image(kind: Kind) -> Callable[[bytes, Place], None]:
    """Make the check of a picture: it decodes to its last line, and is not too large."""
    picture_format = {Kind.PNG: "PNG", Kind.JPG: "JPEG"}[kind]

    def check(content: bytes, place: Place) -> None:
        try:
            size = _decode_image(content, picture_format, place.limits)
        except Exception as error:  # Pillow's decoders raise a dozen kinds on broken bytes
            raise NotLetIn(Code.UNREADABLE) from error
        if size > place.limits.image_pixels:
            raise NotLetIn(Code.UNREADABLE)

    return check


def _decode_image(content: bytes, picture_format: str, limits: Limits) -> int:
    """Verify and decode a picture; give its pixels, undecoded when there are too many.

    WeasyPrint lets Pillow accept truncated pictures, process-wide; here they are refused again.
    """
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(content), formats=[picture_format]) as picture:
            pixels = picture.width * picture.height
            if pixels > limits.image_pixels:
                return pixels
            picture.verify()
        with Image.open(io.BytesIO(content), formats=[picture_format]) as picture:
            picture.load()
    return pixels
