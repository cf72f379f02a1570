"""How is a number written, and when does a pattern tell its numbers apart?

A pattern is an office's own (met: `000.8.2/0123 TAHUN 2025`, `B/111/800 Tahun 2026`); its tokens
are a closed list, replaced plainly: no template language ever sees it.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from requests_app.documents.glyphs import missing_glyphs
from requests_app.documents.wording import ROMAN_MONTHS
from requests_app.models import LetterNumber, NumberRegister
from requests_app.services.workflow import Incomplete

SERIAL: Final = "{urut}"
YEAR: Final = "{tahun}"
CLASSIFICATION: Final = "{klasifikasi}"
NEEDED_TOKENS: Final = (SERIAL, YEAR)
"""Without them two numbers of a series would look alike."""
LONGEST: Final = {
    "{keamanan}": 2,
    CLASSIFICATION: 40,
    SERIAL: 10,
    "{unit}": 20,
    "{bulan_romawi}": 4,
    YEAR: 4,
}
"""Every token there is → how many characters it may become."""
SHAPES: Final = {
    "{keamanan}": "(?:SR|B|T|R)",
    CLASSIFICATION: r"[\w.]+",
    SERIAL: r"(?P<serial>\d{1,9})(?:\.(?P<suffix>\d{2,3}))?",
    "{unit}": r"[^\s/]+",
    "{bulan_romawi}": "[IVX]+",
    YEAR: r"(?P<year>\d{4})",
}
"""Every token → what it looks like in a number."""
MAXIMUM_LENGTH: Final[int] = LetterNumber._meta.get_field("text").max_length or 0
_TOKEN: Final = re.compile(r"\{[^{}]*\}?|\}")
_CROWDED: Final = re.compile(r"[\d}]\{urut\}|\{urut\}[\d{]")


@dataclass(frozen=True, kw_only=True)
class Values:
    """What stands for the tokens of one number; `suffix` marks a late insert (`005.01`)."""

    serial: int
    dated: date
    classification: str = ""
    security: str = "B"
    unit: str = ""
    suffix: str = ""


def number_text(register: NumberRegister, values: Values) -> str:
    """Write a number by its register's pattern."""
    serial = f"{values.serial:0{register.serial_width}d}"
    written = {
        "{keamanan}": values.security,
        CLASSIFICATION: values.classification,
        SERIAL: f"{serial}.{values.suffix}" if values.suffix else serial,
        "{unit}": values.unit,
        "{bulan_romawi}": ROMAN_MONTHS[values.dated.month - 1],
        YEAR: str(values.dated.year),
    }
    return _TOKEN.sub(lambda token: written.get(token[0], token[0]), register.template)


@dataclass(frozen=True)
class Place:
    """Where a number stands in its series."""

    year: int
    serial: int
    suffix: str


def place_of(register: NumberRegister, text: str) -> Place | None:
    """Read the place out of a number that follows the register's pattern; else None."""
    parts = re.split(f"({_TOKEN.pattern})", register.template)
    shape = "".join(SHAPES.get(part) or re.escape(part) for part in parts)
    found = re.fullmatch(shape, text)
    if found is None:
        return None
    return Place(int(found["year"]), int(found["serial"]), found["suffix"] or "")


def refuse_template(template: str) -> None:
    """Refuse a pattern with an unknown token, or one that cannot tell its numbers apart."""
    for token in _TOKEN.findall(template):
        if token not in LONGEST:
            raise Incomplete(_("Kode isian {tag} tidak dikenal.").format(tag=token))
    for token in NEEDED_TOKENS:
        if template.count(token) != 1:
            raise Incomplete(_("Pola nomor harus memuat {tag} satu kali.").format(tag=token))
    if _CROWDED.search(template):
        apart = _("Pisahkan {tag} dari angka dan kode isian lain, misalnya dengan garis miring.")
        raise Incomplete(apart.format(tag=SERIAL))
    longest = _TOKEN.sub(lambda token: "x" * LONGEST[token[0]], template)
    if len(longest) > MAXIMUM_LENGTH:
        raise Incomplete(
            _("Nomor menurut pola ini dapat melebihi {n} karakter.").format(n=MAXIMUM_LENGTH)
        )
    missing = missing_glyphs(template)
    if missing:
        raise Incomplete(
            _("Huruf {x} tidak dapat dicetak dalam surat.").format(x=" ".join(missing))
        )


def refuse_twin(register: NumberRegister) -> None:
    """Refuse a pattern by which two registers of one kind would write the same numbers."""
    others = NumberRegister.objects.filter(office=register.office, kind=register.kind)
    for other in others.exclude(pk=register.pk):
        same = other.template == register.template and CLASSIFICATION not in register.template
        if same:
            raise Incomplete(
                _(
                    "Register {nama} memakai pola yang sama. Tambahkan {tag} atau ubah polanya."
                ).format(nama=other, tag=CLASSIFICATION)
            )
