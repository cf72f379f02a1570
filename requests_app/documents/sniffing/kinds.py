"""Which kinds of file may come in, and how much is too much?"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final

from django.utils.translation import gettext as _

MEBIBYTE: Final = 1024 * 1024


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


def kind_of(name: str) -> Kind | None:
    """Tell the kind by the end of the name; None for one that may never come in."""
    extension = PurePosixPath(name).suffix.lower().removeprefix(".")
    extension = {"jpeg": "jpg"}.get(extension, extension)
    return next((kind for kind in Kind if kind.value == extension), None)


def kinds_in_words(kinds: Iterable[Kind] = ALL_KINDS, /) -> str:
    """Name the allowed kinds: `PDF, XLSX, atau CSV`."""
    names = [kind.value.upper() for kind in kinds]
    if len(names) <= 1:
        return "".join(names)
    comma = "," if len(names) > 2 else ""
    return _("{awal} atau {akhir}").format(awal=", ".join(names[:-1]) + comma, akhir=names[-1])
