"""Which texts, roles and times hold for a request?

An edition is laid over `STEPS` as plain values: what an office may change without code (wording,
role, standard time, legal basis, number and dates), never the order of the rows. `AS_ISSUED` is
the SOP 000.8.3.3/173-6 word for word; its mistakes are kept and footnoted, since an approved text
is not altered silently (ADR 0010).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
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


PRINTED_ROLES: Final[Mapping[Role, str]] = {
    Role.SECTION_HEAD: "Kepala Seksi/ Kasubbag. TU",
    Role.STAFF: "Staff Pelaksana",
    Role.AGENCY_HEAD: "Kepala OPD",
    Role.DATA_OWNER: "Pemilik Data dan Informasi",
}
"""The four columns "Pelaksana", word for word."""


@dataclass(frozen=True, kw_only=True)
class Edition:
    """An edition of the SOP as plain values: header, boxes, and a wording for every step.

    Refused with ValueError unless it words exactly the steps of the table, and unless every
    footnote stands under a legal basis that exists.
    """

    number: str
    name: str
    steps: Mapping[str, EditionStep]
    letterhead: tuple[str, ...] = ()
    made_on: date | None = None
    revised_on: date | None = None
    effective_from: date | None = None
    approved_by: str = ""
    legal_basis: tuple[str, ...] = ()
    qualifications: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    warning_lead: str = ""
    warnings: tuple[str, ...] = ()
    recording: tuple[str, ...] = ()
    footnotes: Mapping[str, str] = field(default_factory=dict)
    """Printed number of a legal basis → a remark that leaves the approved text alone."""
    role_titles: Mapping[Role, str] = field(default_factory=lambda: dict(PRINTED_ROLES))

    def __post_init__(self) -> None:
        """Refuse an edition that does not lie over the table."""
        keys = {step.key for step in STEPS}
        if set(self.steps) != keys or any(key != row.key for key, row in self.steps.items()):
            raise ValueError("An edition words each step of the table once, and no other.")
        if set(self.role_titles) != set(Role):
            raise ValueError("An edition names each of the four roles.")
        numbers = {str(number) for number in range(1, len(self.legal_basis) + 1)}
        if not set(self.footnotes) <= numbers:
            raise ValueError("A footnote stands under a missing entry of the legal basis.")

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
    letterhead=("PEMERINTAH KOTA PEKALONGAN", "BADAN KESATUAN BANGSA DAN POLITIK"),
    number="000.8.3.3/173-6",
    name="STANDAR OPERASIONAL PROSEDUR PENGUMPULAN DATA DAN INFORMASI",
    made_on=date(2023, 8, 1),
    revised_on=None,
    effective_from=date(2023, 10, 4),
    approved_by=(
        "Kepala Badan Kesatuan Bangsa dan Politik Kota Pekalongan M. TAUFIQ ROCHMAN, S.STP "
        "NIP. 19750107 199703 1 002"
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
            "Peraturan Wali Kota Pekalongan Nomor 69 Tahun 2013 tentang Pedoman Pelayanan "
            "Informasi Publik di Lingkungan Pemerintah Kota Pekalongan"
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
    warning_lead=_("Jika pembuatan SOP ini tidak dilaksanakan akan berdampak :"),
    warnings=(
        _("Penggunaan data dan informasi dari pihak lain tidak terdokumentasi"),
        _("Data dan informasi dari pihak lain dapat disalahgunakan"),
    ),
    recording=(),
    steps={step.key: laid_over(step) for step in STEPS},
    footnotes={
        "1": _(
            "Ditulis sebagaimana naskah SOP. Undang-Undang tentang Keterbukaan Informasi "
            "Publik yang berlaku adalah Undang-Undang Nomor 14 Tahun 2008."
        )
    },
)

_CORRECTED: Final = {
    _KIP_AS_PRINTED: "Undang-undang No. 14 Tahun 2008 tentang Keterbukaan Informasi Publik",
    _INFORMATIK_AS_PRINTED: _INFORMATIK_AS_PRINTED + "a",
}

LETTER_LEGAL_BASES: Final = tuple(_CORRECTED.get(basis, basis) for basis in AS_ISSUED.legal_basis)
"""The six legal bases offered for letters: the SOP's own, with its two slips put right."""
