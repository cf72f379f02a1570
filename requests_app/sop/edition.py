"""Which texts, roles and times hold for a request?

An edition is laid over `STEPS` as plain values: what an office may change without code (wording,
role, standard time, legal basis, number and dates), never the order of the rows. `AS_ISSUED` is
the SOP 000.8.3.3/173-6 word for word; its mistakes are kept and footnoted, since an approved text
is not altered silently (ADR 0010).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from requests_app.sop.roles import Role
from requests_app.sop.steps import STEPS, StandardTime, Step, by_key
from requests_app.sop.words import _


@dataclass(frozen=True, kw_only=True)
class EditionStep:
    """One row as an edition words it; `step` keeps what no edition can change."""

    key: str
    role: Role
    activity: str
    inputs: str
    standard_time: StandardTime | None
    standard_text: str
    output: str
    remarks: str = ""

    @property
    def step(self) -> Step:
        """Give the row of the table that this one lies over."""
        return by_key(self.key)

    @property
    def number(self) -> str:
        """Give the number of the row: `7a`, or nothing for the two receiving ends."""
        return self.step.number


class Part(StrEnum):
    """A box of the SOP's first page that a footnote may stand under."""

    LEGAL_BASIS = "legal_basis"
    QUALIFICATIONS = "qualifications"
    RELATED = "related"
    EQUIPMENT = "equipment"
    WARNINGS = "warnings"
    RECORDING = "recording"


@dataclass(frozen=True, kw_only=True)
class Footnote:
    """A remark on one entry of a part (the first is 0) that leaves the approved text alone."""

    part: Part
    entry: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Header:
    """The head of the SOP's first page."""

    government: str
    agency: str
    number: str
    name: str
    made_on: date | None
    revised_on: date | None
    effective_on: date | None
    approved_by_title: str
    approved_by_name: str
    approved_by_nip: str


@dataclass(frozen=True, kw_only=True)
class Edition:
    """An edition of the SOP as plain values: header, boxes, and a wording for every step.

    Refused with ValueError unless it words exactly the steps of the table, and unless every
    footnote stands under an entry that exists.
    """

    header: Header
    legal_basis: tuple[str, ...]
    qualifications: tuple[str, ...]
    related: tuple[str, ...]
    equipment: tuple[str, ...]
    warnings_intro: str
    warnings: tuple[str, ...]
    recording: tuple[str, ...]
    steps: Mapping[str, EditionStep]
    role_titles: Mapping[Role, str]
    footnotes: tuple[Footnote, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an edition that does not lie over the table."""
        keys = {step.key for step in STEPS}
        if set(self.steps) != keys or any(key != row.key for key, row in self.steps.items()):
            raise ValueError("An edition words each step of the table once, and no other.")
        if set(self.role_titles) != set(Role):
            raise ValueError("An edition names each of the four roles.")
        for footnote in self.footnotes:
            if not 0 <= footnote.entry < len(self.entries_of(footnote.part)):
                raise ValueError(f"Footnote on a missing entry of {footnote.part}.")

    @property
    def number(self) -> str:
        """Give the number of the SOP."""
        return self.header.number

    @property
    def name(self) -> str:
        """Give the name of the SOP."""
        return self.header.name

    @property
    def in_order(self) -> tuple[EditionStep, ...]:
        """Give all steps in the order of the table, the two receiving ends last."""
        return tuple(self.steps[step.key] for step in STEPS)

    @property
    def rows(self) -> tuple[EditionStep, ...]:
        """Give the 14 rows of the SOP in order, without the two receiving ends."""
        return tuple(row for row in self.in_order if row.step.is_of_the_sop)

    def row_of(self, key: str) -> EditionStep:
        """Return the wording of a step; KeyError where there is none."""
        return self.steps[key]

    def role_of(self, key: str) -> Role:
        """Return whose turn a step is; KeyError where there is none."""
        return self.steps[key].role

    def standard_of(self, key: str) -> StandardTime | None:
        """Return the standard time of a step, None where the SOP gives none (rows 10 and 11)."""
        return self.steps[key].standard_time

    def for_role(self, role: Role) -> Iterator[EditionStep]:
        """Yield the steps of a role in order."""
        return (row for row in self.in_order if row.role is role)

    def keys_of(self, role: Role) -> tuple[str, ...]:
        """Return the keys (and so the states) that wait for a role."""
        return tuple(row.key for row in self.for_role(role))

    def entries_of(self, part: Part) -> tuple[str, ...]:
        """Return the entries of a box of the first page."""
        entries: tuple[str, ...] = getattr(self, part.value)
        return entries

    def notes_on(self, part: Part, entry: int) -> tuple[str, ...]:
        """Return the footnotes under one entry."""
        return tuple(
            note.text for note in self.footnotes if note.part is part and note.entry == entry
        )


def laid_over(step: Step) -> EditionStep:
    """Word a step as the table words it: where a new edition begins."""
    return EditionStep(
        key=step.key,
        role=step.role,
        activity=step.activity,
        inputs=step.inputs,
        standard_time=step.standard_time,
        standard_text=step.standard_text,
        output=step.output,
    )


_KIP_AS_PRINTED = "Undang-undang No. 14 Tahun 2009 tentang Keterbukaan Informasi Publik"
_INFORMATIK_AS_PRINTED = (
    "Peraturan Daerah No. 6 tahun 2012 tentang Penyelenggaraan Komunikasi dan Informatik"
)

AS_ISSUED: Final = Edition(
    header=Header(
        government="PEMERINTAH KOTA PEKALONGAN",
        agency="BADAN KESATUAN BANGSA DAN POLITIK",
        number="000.8.3.3/173-6",
        name="STANDAR OPERASIONAL PROSEDUR PENGUMPULAN DATA DAN INFORMASI",
        made_on=date(2023, 8, 1),
        revised_on=None,
        effective_on=date(2023, 10, 4),
        approved_by_title="Kepala Badan Kesatuan Bangsa dan Politik Kota Pekalongan",
        approved_by_name="M. TAUFIQ ROCHMAN, S.STP",
        approved_by_nip="19750107 199703 1 002",
    ),
    legal_basis=(
        _KIP_AS_PRINTED,
        "Undang-undang No. 25 Tahun 2009 tentang Pelayanan Publik",
        _INFORMATIK_AS_PRINTED,
        (
            "Peraturan Daerah Kota Pekalongan Nomor 5 Tahun 2016 tentang Pembentukan dan Susunan "
            "Perangkat Daerah Kota Pekalongan sebagaimana diubah beberapa kali, terakhir dengan "
            "Peraturan Daerah Kota Pekalongan Nomor 13 Tahun 2021 tentang Perubahan Kedua Atas "
            "Peraturan Daerah Kota Pekalongan Nomor 5 Tahun 2016 tentang Pembentukan dan Susunan "
            "Perangkat Daerah Kota Pekalongan"
        ),
        (
            "Peraturan Wali Kota Pekalongan Nomor 69 Tahun 2013 tentang Pedoman Pelayanan Informasi "
            "Publik di Lingkungan Pemerintah Kota Pekalongan"
        ),
        (
            "Peraturan Wali Kota Pekalongan Nomor 22 Tahun 2020 Tentang Kedudukan, Susunan "
            "Organisasi, Tugas dan Fungsi Serta Tata Kerja Badan Kesatuan Bangsa dan Politik Kota "
            "Pekalongan"
        ),
    ),
    qualifications=(
        _("Pendidikan minimal S1"),
        _("Mampu berkomunikasi dengan baik"),
        _("Mampu mengoperasikan komputer dengan baik"),
        _("Memiliki pengetahuan tentang pengelolaan informasi publik"),
    ),
    related=(),
    equipment=(_("Meja Kerja"), _("Kursi Tamu"), _("ATK"), _("Komputer dan Internet")),
    warnings_intro=_("Jika pembuatan SOP ini tidak dilaksanakan akan berdampak :"),
    warnings=(
        _("Penggunaan data dan informasi dari pihak lain tidak terdokumentasi"),
        _("Data dan informasi dari pihak lain dapat disalahgunakan"),
    ),
    recording=(),
    steps={step.key: laid_over(step) for step in STEPS},
    role_titles={
        Role.SECTION_HEAD: "Kepala Seksi/ Kasubbag. TU",
        Role.STAFF: "Staff Pelaksana",
        Role.AGENCY_HEAD: "Kepala OPD",
        Role.DATA_OWNER: "Pemilik Data dan Informasi",
    },
    footnotes=(
        Footnote(
            part=Part.LEGAL_BASIS,
            entry=0,
            text=_(
                "Ditulis sebagaimana naskah SOP. Undang-Undang tentang Keterbukaan Informasi "
                "Publik yang berlaku adalah Undang-Undang Nomor 14 Tahun 2008."
            ),
        ),
    ),
)

_CORRECTED: Final = {
    _KIP_AS_PRINTED: "Undang-undang No. 14 Tahun 2008 tentang Keterbukaan Informasi Publik",
    _INFORMATIK_AS_PRINTED: _INFORMATIK_AS_PRINTED + "a",
}

LETTER_LEGAL_BASES: Final = tuple(_CORRECTED.get(basis, basis) for basis in AS_ISSUED.legal_basis)
"""The six legal bases offered for letters: the SOP's own, with its two slips put right."""
