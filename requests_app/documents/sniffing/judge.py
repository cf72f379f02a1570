"""May these bytes come in under this name? Name, head bytes and structure must agree.

libmagic names what was sent, the structure check of the kind decides. Nothing is repaired and
nothing is executed; the bytes stay as they came.
"""

import io
import zipfile
from collections.abc import Callable, Iterable
from typing import Final

# isort: off
import pylibmagic  # noqa: F401  (carries the library that the next import loads)
import magic

# isort: on
from requests_app.documents.sniffing.archives import check_office, check_zip, is_locked_office
from requests_app.documents.sniffing.kinds import (
    ALL_KINDS,
    DEFAULT_LIMITS,
    MEBIBYTE,
    MIME,
    Kind,
    Limits,
    kind_of,
)
from requests_app.documents.sniffing.names import clean_file_name
from requests_app.documents.sniffing.pdf import check_pdf
from requests_app.documents.sniffing.plain import check_csv, check_image, check_json
from requests_app.documents.sniffing.verdicts import Code, NotLetIn, Place, Verdict, code_of


def judge_file(
    content: bytes,
    /,
    *,
    name: str,
    allowed: Iterable[Kind] = ALL_KINDS,
    limits: Limits = DEFAULT_LIMITS,
) -> Verdict:
    """Judge one file by name, head bytes and structure; never raises for bad bytes.

    `mime` is libmagic's word for what was refused, and our own word for what may come in.
    """
    kinds, shown = tuple(allowed), clean_file_name(name)
    kind, found, inner = kind_of(shown), "", None
    place = Place(
        kinds=kinds,
        limits=limits,
        judge=lambda part, name, allowed: judge_file(
            part, name=name, allowed=allowed, limits=limits
        ),
    )
    try:
        _check_size(content, limits)
        found = magic.from_buffer(content[:MEBIBYTE], mime=True)
        accepted = _check_kind(kind, kinds)
        _check_head(accepted, found, content)
        _CHECKS[accepted](content, place)
        code, found = code_of(place.found), MIME[accepted]
    except NotLetIn as refusal:
        code, inner = refusal.code, refusal.inner
    return Verdict(
        kind=kind,
        mime=found,
        code=code,
        shown=shown,
        size=len(content),
        kinds=kinds,
        most_bytes=limits.file_bytes,
        suspicions=tuple(place.found),
        inner=inner,
    )


def _check_kind(kind: Kind | None, allowed: tuple[Kind, ...]) -> Kind:
    if kind is None or kind not in allowed:
        raise NotLetIn(Code.DISALLOWED)
    return kind


def _check_size(content: bytes, limits: Limits) -> None:
    if not content:
        raise NotLetIn(Code.EMPTY)
    if len(content) > limits.file_bytes:
        raise NotLetIn(Code.TOO_LARGE)


_ZIP_WORDS: Final = frozenset({"application/zip", "application/octet-stream"})
_TABLE_WORDS: Final = frozenset(
    {"application/csv", "application/json", "application/x-ndjson", "application/octet-stream"}
)
"""What libmagic also calls text; the last for control characters, which the structure refuses."""
_NO_TABLE: Final = frozenset(
    {"text/html", "text/xml", "text/rtf", "text/x-php", "text/x-shellscript", "text/x-msdos-batch"}
)


def _check_head(kind: Kind, found: str, content: bytes) -> None:
    """Refuse what libmagic names as something else than the name says."""
    if kind in {Kind.CSV, Kind.JSON}:
        text = found.startswith("text/") and found not in _NO_TABLE
        fits = text or found in _TABLE_WORDS
    elif kind in {Kind.XLSX, Kind.DOCX, Kind.ZIP}:
        is_zip = content.startswith(b"PK\x03\x04")
        fits = is_zip and (found in _ZIP_WORDS or found == MIME[kind])
        fits = fits or (kind is not Kind.ZIP and is_locked_office(content))
    else:
        fits = found == MIME[kind] and not zipfile.is_zipfile(io.BytesIO(content))
    if not fits:
        raise NotLetIn(Code.MISMATCH)


_CHECKS: Final[dict[Kind, Callable[[bytes, Place], None]]] = {
    Kind.PDF: check_pdf,
    Kind.XLSX: check_office(Kind.XLSX),
    Kind.DOCX: check_office(Kind.DOCX),
    Kind.CSV: check_csv,
    Kind.JSON: check_json,
    Kind.PNG: check_image(Kind.PNG),
    Kind.JPG: check_image(Kind.JPG),
    Kind.ZIP: check_zip,
}
