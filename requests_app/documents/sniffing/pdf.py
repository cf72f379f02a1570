"""Is this PDF whole, and is there anything in it beside its pages?"""

import io
from typing import Any, Final

import pikepdf

from requests_app.documents.sniffing.kinds import Kind
from requests_app.documents.sniffing.verdicts import Code, NotLetIn, Place, Suspicion

_ACTIVE_KEYS: Final = ("/JavaScript", "/JS", "/RichMedia", "/XFA")
_ACTIVE_KINDS: Final = ("/JavaScript", "/Launch", "/RichMedia", "/ImportData")
_KINDS_INSIDE: Final = (Kind.JSON, Kind.CSV)
"""What a PDF may carry beside its pages: plain data, such as that of our own letters."""
_PACKED_INSIDE: Final = 128 * 1024
"""Bytes of a file inside a PDF as it is packed; unpacked it may be a thousand times as large."""


def check_pdf(content: bytes, place: Place) -> None:
    """Demand a whole PDF; hold one that is locked, or has active or hidden content."""
    if not content.startswith(b"%PDF-"):
        raise NotLetIn(Code.MISMATCH)
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise NotLetIn(Code.UNREADABLE)
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if pdf.is_encrypted:
                place.hold(Suspicion.LOCKED)
            if not len(pdf.pages):
                raise NotLetIn(Code.UNREADABLE)
            _check_objects(pdf, place)
    except pikepdf.PasswordError:
        place.hold(Suspicion.LOCKED)
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError, OverflowError) as error:
        raise NotLetIn(Code.UNREADABLE) from error
    if content[end + len(b"%%EOF") :].strip(b"\r\n\t\f \0"):
        place.hold(Suspicion.TAIL)


def _check_objects(pdf: Any, place: Place) -> None:
    """Walk every object of the file, those in object streams too."""
    if len(pdf.objects) > place.limits.pdf_objects:
        raise NotLetIn(Code.UNREADABLE)
    for thing in pdf.objects:
        _check_object(thing, place, depth=0)


def _check_object(thing: Any, place: Place, *, depth: int) -> None:
    """Look at one object and the direct ones inside it; indirect ones get their own turn."""
    if depth > 30:
        raise NotLetIn(Code.UNREADABLE)
    if isinstance(thing, pikepdf.Stream):
        _check_object(thing.stream_dict, place, depth=depth)
    elif isinstance(thing, pikepdf.Dictionary):
        _check_dictionary(thing, place)
        for inner in thing.values():
            _check_direct(inner, place, depth)
    elif isinstance(thing, pikepdf.Array):
        for inner in thing:
            _check_direct(inner, place, depth)


def _check_direct(thing: Any, place: Place, depth: int) -> None:
    if isinstance(thing, pikepdf.Object) and not thing.is_indirect:
        _check_object(thing, place, depth=depth + 1)


def _check_dictionary(thing: Any, place: Place) -> None:
    named = {str(thing.get("/Type", "")), str(thing.get("/S", "")), str(thing.get("/Subtype", ""))}
    opens = [thing["/OpenAction"]] if "/OpenAction" in thing else []
    opens += list(thing["/AA"].values()) if isinstance(thing.get("/AA"), pikepdf.Dictionary) else []
    if (
        named.intersection(_ACTIVE_KINDS)
        or any(key in thing for key in _ACTIVE_KEYS)
        or not all(_is_destination(action) for action in opens)
    ):
        place.hold(Suspicion.SCRIPT)
    if "/EF" in thing and not _is_plain_data(thing, place):
        place.hold(Suspicion.INSIDE)


def _is_plain_data(thing: Any, place: Place) -> bool:
    """Judge a file inside a PDF like one that comes by itself; only plain data is no matter."""
    name = str(thing.get("/UF", thing.get("/F", "")))
    return all(
        isinstance(stream, pikepdf.Stream)
        and len(stream.read_raw_bytes()) <= _PACKED_INSIDE
        and place.judge(stream.read_bytes(), name, _KINDS_INSIDE).ok
        for stream in thing["/EF"].values()
    )


def _is_destination(action: Any) -> bool:
    """Tell a plain jump to a page (LibreOffice writes one) from an action that does more."""
    if isinstance(action, pikepdf.Dictionary):
        return str(action.get("/S", "")) == "/GoTo" and "/Next" not in action
    return True
