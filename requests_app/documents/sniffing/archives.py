"""What is in an archive, and in the office formats that are archives too?"""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable
from typing import Final

from requests_app.documents.sniffing.kinds import MEBIBYTE, Kind, Limits
from requests_app.documents.sniffing.verdicts import Code, NotLetIn, Place, Suspicion

_MAIN_PART: Final = {
    Kind.XLSX: b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    Kind.DOCX: b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
}
_CONTENT_TYPES: Final = "[Content_Types].xml"
_HELD_PARTS: Final = (
    (re.compile(r"vbaproject\.bin", re.I), Suspicion.MACRO),
    (re.compile(r"/activex/", re.I), Suspicion.SCRIPT),
    (re.compile(r"/externallinks/", re.I), Suspicion.OUTSIDE),
    (re.compile(r"/embeddings/", re.I), Suspicion.INSIDE),
)
_LOCKED_HEAD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED_PART: Final = "EncryptedPackage".encode("utf-16-le")
"""What an office file with a password is: a container of another make, with the real one inside."""
_RELATION: Final = re.compile(rb"<[^<>]*\bRelationship\b[^<>]*>")
_RATIO_FLOOR: Final = MEBIBYTE
_LOCKED_BIT: Final = 0x1
_BROKEN: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
)
"""What reading a broken archive ends with."""


def is_locked_office(content: bytes) -> bool:
    """Tell a workbook or document that was saved with a password."""
    return content.startswith(_LOCKED_HEAD) and _LOCKED_PART in content


def check_office(kind: Kind) -> Callable[[bytes, Place], None]:
    """Make the check of an office format: its main part, and nothing that acts or reaches out."""

    def check(content: bytes, place: Place) -> None:
        if is_locked_office(content):
            place.hold(Suspicion.LOCKED)
            return
        parts = dict(_members(content, place))
        types = parts.get(_CONTENT_TYPES, b"")
        if _MAIN_PART[kind] not in types or b"macroEnabled" in types or b"<!" in types:
            raise NotLetIn(Code.MISMATCH)
        for name, part in parts.items():
            _hold_part(name, part, place)

    return check


def _hold_part(name: str, part: bytes, place: Place) -> None:
    for pattern, what in _HELD_PARTS:
        if pattern.search(f"/{name}"):
            place.hold(what)
    if name.endswith(".rels") and _reaches_out(part):
        place.hold(Suspicion.OUTSIDE)


def _reaches_out(relations: bytes) -> bool:
    """Tell whether a part loads something from outside; a hyperlink waits for a click."""
    return any(
        b"External" in tag and b"/hyperlink" not in tag for tag in _RELATION.findall(relations)
    )


def check_zip(content: bytes, place: Place) -> None:
    """Judge every member by the same list; no archive in an archive."""
    kinds = tuple(kind for kind in place.kinds if kind is not Kind.ZIP)
    found_any = False
    for name, part in _members(content, place):
        found_any = True
        inner = place.judge(part, name, kinds)
        for _name, what in inner.suspicions:
            place.hold(what, name=inner.shown)
        if not inner.ok and not inner.may_be_held:
            raise NotLetIn(inner.code, inner)
    if not found_any and not place.found:
        raise NotLetIn(Code.EMPTY)


def _members(content: bytes, place: Place) -> Iterable[tuple[str, bytes]]:
    """Read an archive's files one by one under a running limit; a header's word is not trusted.

    Those that are locked by a password cannot be read, and are held.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_entries(entries, place.limits)
            left = place.limits.archive_bytes
            for entry in entries:
                if entry.flag_bits & _LOCKED_BIT:
                    place.hold(Suspicion.LOCKED)
                if entry.flag_bits & _LOCKED_BIT or entry.is_dir():
                    continue
                part = _read_limited(archive, entry, left)
                left -= len(part)
                yield entry.filename, part
    except _BROKEN as error:
        raise NotLetIn(Code.UNREADABLE) from error


def _read_limited(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    with archive.open(entry) as stream:
        part = stream.read(left + 1)
    if len(part) > left:
        raise NotLetIn(Code.ARCHIVE)
    return part


def _check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Refuse too many, too big, too dense, badly named, repeated or linked entries."""
    names = [entry.filename for entry in entries]
    declared = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    dense = declared > _RATIO_FLOOR and declared / packed > limits.archive_ratio
    if len(entries) > limits.archive_entries or declared > limits.archive_bytes or dense:
        raise NotLetIn(Code.ARCHIVE)
    if len({name.casefold() for name in names}) < len(names) or any(map(_is_bad_path, names)):
        raise NotLetIn(Code.ARCHIVE)
    if any(stat.S_ISLNK(entry.external_attr >> 16) for entry in entries):
        raise NotLetIn(Code.ARCHIVE)


def _is_bad_path(name: str) -> bool:
    parts = re.split(r"[/\\]", name)
    return name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name
