"""What are these bytes really, and may they come in?

Name, head bytes and structure must agree: libmagic names what was sent, the structure check of
the kind decides. Nothing is repaired and nothing is executed; the bytes stay as they came.
"""

import io
import json
import re
import stat
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any, Final

# isort: off
import pylibmagic  # noqa: F401  (carries the library that the next import loads)
import magic

# isort: on
import pikepdf
from django.utils.translation import gettext as _
from PIL import Image, ImageFile

from requests_app.documents import wording

MEBIBYTE: Final = 1024 * 1024
MAXIMUM_NAME: Final = 150
"""Longest file name that is kept, in characters."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much is too much; defaults of the house, settings may narrow or widen them."""

    file_bytes: int = 25 * MEBIBYTE
    archive_entries: int = 2000
    archive_bytes: int = 200 * MEBIBYTE
    archive_ratio: int = 100
    json_depth: int = 50
    json_brackets: int = 2_000_000
    image_pixels: int = 50_000_000
    pdf_objects: int = 300_000


DEFAULT_LIMITS: Final = Limits()


class Kind(StrEnum):
    """The kinds of file that may come in; the value is the extension."""

    PDF = "pdf"
    XLSX = "xlsx"
    DOCX = "docx"
    CSV = "csv"
    JSON = "json"
    PNG = "png"
    JPG = "jpg"
    ZIP = "zip"


class Code(StrEnum):
    """Why a file may or may not come in; `HELD` is what a person may release later."""

    OK = "ok"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    DISALLOWED = "disallowed"
    MISMATCH = "mismatch"
    UNREADABLE = "unreadable"
    LOCKED = "locked"
    ARCHIVE = "archive"
    HELD = "held"


MIME: Final = {
    Kind.PDF: "application/pdf",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.CSV: "text/csv",
    Kind.JSON: "application/json",
    Kind.PNG: "image/png",
    Kind.JPG: "image/jpeg",
    Kind.ZIP: "application/zip",
}
ALL_KINDS: Final = tuple(Kind)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a file is and whether it may come in; `sentence` is empty for what may."""

    kind: Kind | None
    mime: str
    ok: bool
    code: Code
    sentence: str = ""


class _Refused(Exception):
    """One check said no; carries the code and, for an archive, the inner file's own sentence."""

    def __init__(self, code: Code, sentence: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence


def judge_file(
    content: bytes,
    /,
    *,
    name: str,
    allowed: Iterable[Kind] = ALL_KINDS,
    limits: Limits = DEFAULT_LIMITS,
) -> Verdict:
    """Judge one file by name, head bytes and structure; never raises for bad bytes.

    The sentence of a refusal names the file and says what to do. `mime` is libmagic's word for
    what was refused, and our own word for what is accepted.
    """
    kinds = tuple(allowed)
    shown = clean_file_name(name)
    kind = _kind_of(shown)
    found = ""
    try:
        _check_size(content, limits)
        found = magic.from_buffer(content[:MEBIBYTE], mime=True)
        accepted = _check_kind(kind, kinds)
        _check_head(accepted, found, content)
        _CHECKS[accepted](content, _Place(shown=shown, kinds=kinds, limits=limits))
    except _Refused as refusal:
        sentence = refusal.sentence or _sentence(refusal.code, shown, content, kinds, limits)
        return Verdict(kind=kind, mime=found, ok=False, code=refusal.code, sentence=sentence)
    return Verdict(kind=accepted, mime=MIME[accepted], ok=True, code=Code.OK)


def clean_file_name(name: str, /) -> str:
    """Give a name that is safe to show and to store: NFC, one line, at most 150 characters.

    Folders, control characters and invisible format characters (the bidirectional ones turn
    `gpj.exe` round) are removed; the extension survives the cut. Nothing left → `berkas`.
    """
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(letter for letter in base if unicodedata.category(letter)[0] != "C")
    kept = re.sub(r"\s+", " ", kept).strip(" .")
    if not kept:
        return "berkas"
    suffix = PurePosixPath(kept).suffix
    if len(kept) <= MAXIMUM_NAME or len(suffix) >= MAXIMUM_NAME:
        return kept[:MAXIMUM_NAME]
    return kept[: MAXIMUM_NAME - len(suffix)].rstrip() + suffix


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where a check stands: the file's shown name, the allowed kinds and the limits."""

    shown: str
    kinds: tuple[Kind, ...]
    limits: Limits


def _kind_of(name: str) -> Kind | None:
    extension = PurePosixPath(name).suffix.lower().removeprefix(".")
    extension = {"jpeg": "jpg"}.get(extension, extension)
    return next((kind for kind in Kind if kind.value == extension), None)


def _check_kind(kind: Kind | None, allowed: tuple[Kind, ...]) -> Kind:
    if kind is None or kind not in allowed:
        raise _Refused(Code.DISALLOWED)
    return kind


def _check_size(content: bytes, limits: Limits) -> None:
    if not content:
        raise _Refused(Code.EMPTY)
    if len(content) > limits.file_bytes:
        raise _Refused(Code.TOO_LARGE)


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
        fits = content.startswith(b"PK\x03\x04") and (found in _ZIP_WORDS or found == MIME[kind])
    else:
        fits = found == MIME[kind] and not zipfile.is_zipfile(io.BytesIO(content))
    if not fits:
        raise _Refused(Code.MISMATCH)


# --- PDF

_ACTIVE_KEYS: Final = ("/JavaScript", "/JS", "/RichMedia", "/XFA")
_ACTIVE_KINDS: Final = ("/JavaScript", "/Launch", "/RichMedia", "/ImportData")
_KINDS_INSIDE: Final = (Kind.JSON, Kind.CSV)
"""What a PDF may carry beside its pages: plain data, such as that of our own letters."""
_PACKED_INSIDE: Final = 128 * 1024
"""Bytes of a file inside a PDF as it is packed; unpacked it may be a thousand times as large."""


def _check_pdf(content: bytes, place: _Place) -> None:
    """Demand a whole, unlocked PDF; hold one with active or hidden content."""
    if not content.startswith(b"%PDF-"):
        raise _Refused(Code.MISMATCH)
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise _Refused(Code.UNREADABLE)
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if pdf.is_encrypted:
                raise _Refused(Code.LOCKED)
            if not len(pdf.pages):
                raise _Refused(Code.UNREADABLE)
            _check_pdf_objects(pdf, place.limits)
    except pikepdf.PasswordError as error:
        raise _Refused(Code.LOCKED) from error
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError, OverflowError) as error:
        raise _Refused(Code.UNREADABLE) from error
    if content[end + len(b"%%EOF") :].strip(b"\r\n\t\f \0"):
        raise _Refused(Code.HELD)


def _check_pdf_objects(pdf: Any, limits: Limits) -> None:
    """Walk every object of the file, those in object streams too."""
    if len(pdf.objects) > limits.pdf_objects:
        raise _Refused(Code.UNREADABLE)
    for thing in pdf.objects:
        _check_pdf_object(thing, depth=0)


def _check_pdf_object(thing: Any, depth: int) -> None:
    """Look at one object and the direct ones inside it; indirect ones get their own turn."""
    if depth > 30:
        raise _Refused(Code.UNREADABLE)
    if isinstance(thing, pikepdf.Stream):
        _check_pdf_object(thing.stream_dict, depth)
    elif isinstance(thing, pikepdf.Dictionary):
        _check_pdf_dictionary(thing)
        for inner in thing.values():
            _check_direct(inner, depth)
    elif isinstance(thing, pikepdf.Array):
        for inner in thing:
            _check_direct(inner, depth)


def _check_direct(thing: Any, depth: int) -> None:
    if isinstance(thing, pikepdf.Object) and not thing.is_indirect:
        _check_pdf_object(thing, depth + 1)


def _check_pdf_dictionary(thing: Any) -> None:
    named = {str(thing.get("/Type", "")), str(thing.get("/S", "")), str(thing.get("/Subtype", ""))}
    opens = [thing["/OpenAction"]] if "/OpenAction" in thing else []
    opens += list(thing["/AA"].values()) if isinstance(thing.get("/AA"), pikepdf.Dictionary) else []
    if (
        named.intersection(_ACTIVE_KINDS)
        or any(key in thing for key in _ACTIVE_KEYS)
        or not all(_is_destination(action) for action in opens)
    ):
        raise _Refused(Code.HELD)
    if "/EF" in thing:
        _check_inside(thing)


def _check_inside(thing: Any) -> None:
    """Judge a file inside a PDF like one that comes by itself; hold what is not plain data."""
    name = str(thing.get("/UF", thing.get("/F", "")))
    for stream in thing["/EF"].values():
        if (
            not isinstance(stream, pikepdf.Stream)
            or len(stream.read_raw_bytes()) > _PACKED_INSIDE
            or not judge_file(stream.read_bytes(), name=name, allowed=_KINDS_INSIDE).ok
        ):
            raise _Refused(Code.HELD)


def _is_destination(action: Any) -> bool:
    """Tell a plain jump to a page (LibreOffice writes one) from an action that does more."""
    if isinstance(action, pikepdf.Dictionary):
        return str(action.get("/S", "")) == "/GoTo" and "/Next" not in action
    return True


# --- archives and the office formats inside them

_MAIN_PART: Final = {
    Kind.XLSX: b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    Kind.DOCX: b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
}
_CONTENT_TYPES: Final = "[Content_Types].xml"
_HELD_PARTS: Final = re.compile(r"vbaproject\.bin|/activex/|/externallinks/|/embeddings/", re.I)
_RELATION: Final = re.compile(rb"<[^<>]*\bRelationship\b[^<>]*>")
_RATIO_FLOOR: Final = MEBIBYTE


def _check_office(kind: Kind) -> Callable[[bytes, _Place], None]:
    def check(content: bytes, place: _Place) -> None:
        parts = dict(_members(content, place.limits))
        types = parts.get(_CONTENT_TYPES, b"")
        if _MAIN_PART[kind] not in types or b"macroEnabled" in types or b"<!" in types:
            raise _Refused(Code.MISMATCH)
        if any(_HELD_PARTS.search(f"/{name}") for name in parts):
            raise _Refused(Code.HELD)
        if any(_reaches_out(part) for name, part in parts.items() if name.endswith(".rels")):
            raise _Refused(Code.HELD)

    return check


def _reaches_out(relations: bytes) -> bool:
    """Tell whether a part loads something from outside; a hyperlink waits for a click."""
    return any(
        b"External" in tag and b"/hyperlink" not in tag for tag in _RELATION.findall(relations)
    )


def _check_zip(content: bytes, place: _Place) -> None:
    """Judge every member by the same list; no archive in an archive."""
    kinds = tuple(kind for kind in place.kinds if kind is not Kind.ZIP)
    found_any = False
    for name, part in _members(content, place.limits):
        found_any = True
        inner = judge_file(part, name=name, allowed=kinds, limits=place.limits)
        if not inner.ok:
            sentence = _("Isi {arsip} tidak diterima: {kalimat}")
            raise _Refused(inner.code, sentence.format(arsip=place.shown, kalimat=inner.sentence))
    if not found_any:
        raise _Refused(Code.EMPTY)


def _members(content: bytes, limits: Limits) -> Iterable[tuple[str, bytes]]:
    """Read an archive's files one by one under a running limit; a header's word is not trusted."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_entries(entries, limits)
            left = limits.archive_bytes
            for entry in entries:
                if entry.is_dir():
                    continue
                part = _read_limited(archive, entry, left)
                left -= len(part)
                yield entry.filename, part
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise _Refused(Code.UNREADABLE) from error
    except (RuntimeError, zipfile.LargeZipFile) as error:
        raise _Refused(Code.LOCKED) from error


def _read_limited(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    with archive.open(entry) as stream:
        part = stream.read(left + 1)
    if len(part) > left:
        raise _Refused(Code.ARCHIVE)
    return part


def _check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Refuse too many, too big, too dense, badly named, repeated, linked or locked entries."""
    names = [entry.filename for entry in entries]
    declared = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    dense = declared > _RATIO_FLOOR and declared / packed > limits.archive_ratio
    if len(entries) > limits.archive_entries or declared > limits.archive_bytes or dense:
        raise _Refused(Code.ARCHIVE)
    if len({name.casefold() for name in names}) < len(names) or any(map(_is_bad_path, names)):
        raise _Refused(Code.ARCHIVE)
    if any(stat.S_ISLNK(entry.external_attr >> 16) for entry in entries):
        raise _Refused(Code.ARCHIVE)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise _Refused(Code.LOCKED)


def _is_bad_path(name: str) -> bool:
    parts = re.split(r"[/\\]", name)
    return name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name


# --- text and pictures

_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f]")


def _check_csv(content: bytes, place: _Place) -> None:
    """Demand text without control characters; UTF-16 is refused through its NULs."""
    del place
    if not _decode_text(content).strip():
        raise _Refused(Code.EMPTY)


def _decode_text(content: bytes) -> str:
    """Decode UTF-8, else Windows-1252; control characters other than line ends are refused."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError as error:
            raise _Refused(Code.UNREADABLE) from error
    if _CONTROL.search(text):
        raise _Refused(Code.UNREADABLE)
    return text


def _check_json(content: bytes, place: _Place) -> None:
    """Demand JSON that parses, within the limits of depth and of brackets (memory)."""
    if content.count(b"[") + content.count(b"{") > place.limits.json_brackets:
        raise _Refused(Code.UNREADABLE)
    try:
        value = json.loads(_decode_text(content))
    except (ValueError, RecursionError) as error:
        raise _Refused(Code.UNREADABLE) from error
    level: list[Any] = [value]
    for _depth in range(place.limits.json_depth + 1):
        level = [inner for thing in level for inner in _inside(thing)]
        if not level:
            return
    raise _Refused(Code.UNREADABLE)


def _inside(thing: Any) -> Iterable[Any]:
    if isinstance(thing, dict):
        return thing.values()
    return thing if isinstance(thing, list) else ()


def _check_image(kind: Kind) -> Callable[[bytes, _Place], None]:
    picture_format = {Kind.PNG: "PNG", Kind.JPG: "JPEG"}[kind]

    def check(content: bytes, place: _Place) -> None:
        try:
            size = _decode_image(content, picture_format, place.limits)
        except Exception as error:  # Pillow's decoders raise a dozen kinds on broken bytes
            raise _Refused(Code.UNREADABLE) from error
        if size > place.limits.image_pixels:
            raise _Refused(Code.UNREADABLE)

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


_CHECKS: Final[dict[Kind, Callable[[bytes, _Place], None]]] = {
    Kind.PDF: _check_pdf,
    Kind.XLSX: _check_office(Kind.XLSX),
    Kind.DOCX: _check_office(Kind.DOCX),
    Kind.CSV: _check_csv,
    Kind.JSON: _check_json,
    Kind.PNG: _check_image(Kind.PNG),
    Kind.JPG: _check_image(Kind.JPG),
    Kind.ZIP: _check_zip,
}


def kinds_in_words(kinds: Iterable[Kind] = ALL_KINDS, /) -> str:
    """Name the allowed kinds: `PDF, XLSX, atau CSV`."""
    names = [kind.value.upper() for kind in kinds]
    if len(names) <= 1:
        return "".join(names)
    comma = "," if len(names) > 2 else ""
    return _("{awal} atau {akhir}").format(awal=", ".join(names[:-1]) + comma, akhir=names[-1])


def _sentence(
    code: Code, shown: str, content: bytes, kinds: tuple[Kind, ...], limits: Limits
) -> str:
    """Say what happened and what to do; one sentence per code."""
    sentences = {
        Code.EMPTY: _("{berkas} kosong."),
        Code.TOO_LARGE: _(
            "{berkas} berukuran {a}; batasnya {b}. Bagi berkas atau kirim sebagai ZIP."
        ),
        Code.DISALLOWED: _("{berkas} tidak diterima. Gunakan {jenis}."),
        Code.MISMATCH: _(
            "{berkas} tidak diterima karena isinya tidak sesuai dengan jenisnya. Gunakan {jenis}."
        ),
        Code.UNREADABLE: _("{berkas} tidak dapat dibaca."),
        Code.LOCKED: _("{berkas} terkunci sandi. Hilangkan sandinya, lalu unggah lagi."),
        Code.ARCHIVE: _(
            "{berkas} tidak diterima karena susunan arsipnya tidak aman atau terlalu besar."
        ),
        Code.HELD: _(
            "{berkas} tidak diterima karena memuat makro, skrip, atau isi tersembunyi. Simpan "
            "ulang tanpa isi itu, lalu unggah lagi."
        ),
    }
    return sentences[code].format(
        berkas=shown,
        a=wording.file_size(len(content)),
        b=wording.file_size(limits.file_bytes),
        jenis=kinds_in_words(kinds),
    )
