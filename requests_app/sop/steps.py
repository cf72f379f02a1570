"""What are the rows of the SOP, and what may follow each of them?

The one table of the house. A state is the key of the step that is awaited; transition, permission,
page, form, URL, inbox, due time, timeline, audit verb, diagram and test matrix are derived from
these rows and listed nowhere else. Wording is that of SOP 000.8.3.3/173-6, verbatim.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from requests_app.sop.roles import Role
from requests_app.sop.words import _


class Scope(StrEnum):
    """Whether a step is done once for the request or once for each recipient."""

    REQUEST = "request"
    RECIPIENT = "recipient"


class Unit(StrEnum):
    """Unit of a standard time: working days or office minutes."""

    DAYS = "hari"
    MINUTES = "menit"


@dataclass(frozen=True)
class StandardTime:
    """A standard time (waktu baku): an amount in working days or office minutes."""

    amount: int
    unit: Unit


@dataclass(frozen=True, kw_only=True)
class Step:
    """One row of the SOP, or one of the two receiving ends that the SOP leaves unwritten.

    `next` is the state that completing the row leads to; for `review_refusals`, which only
    decides, it is where the exit `close_without_data` leads.
    """

    number: str
    key: str
    activity: str
    role: Role
    scope: Scope
    inputs: str
    standard_time: StandardTime | None
    standard_text: str
    output: str
    next: str
    returns_to: tuple[str, ...] = ()
    printed_number: str = ""
    slug: str = ""

    @property
    def segment(self) -> str:
        """Give the step's part of its URL: its number, or a word where it has none."""
        return self.slug or self.number

    @property
    def is_of_the_sop(self) -> bool:
        """Tell the 14 rows of the SOP from the two that only receive or decide."""
        return bool(self.number)


@dataclass(frozen=True, kw_only=True)
class Exit:
    """A way out beside the rows: who may take it, from which states, to where."""

    key: str
    label: str
    role: Role
    scope: Scope
    sources: tuple[str, ...]
    target: str
    needs_reason: bool = True


CLOSED: Final = "closed"
CANCELLED: Final = "cancelled"
RECORDED: Final = "recorded"
DECLINED: Final = "declined"
WAIVED: Final = "waived"
MINIMUM_REASON: Final = 10
"""Least characters of the reason that a send-back, a refusal or a cancellation needs."""

_LIST = _("daftar data dan informasi yang dibutuhkan")
_DRAFT = _("draft surat permohonan")
_LETTER = _("surat permohonan data dan informasi")
_DATA = _("data dan informasi")
_REPORT = _("Laporan penggunaan data dan informasi")
_ONE_DAY = StandardTime(1, Unit.DAYS)
_HALF_HOUR = StandardTime(30, Unit.MINUTES)

STEPS: Final[tuple[Step, ...]] = (
    Step(
        number="1",
        printed_number="1",
        key="list_needs",
        activity=_("Menyusun daftar data dan informasi yang dibutuhkan"),
        role=Role.SECTION_HEAD,
        scope=Scope.REQUEST,
        inputs="-",
        standard_time=_ONE_DAY,
        standard_text=_("1 hari"),
        output="-",
        next="prepare_form",
    ),
    Step(
        number="2",
        printed_number="2",
        key="prepare_form",
        activity=_(
            "Membuat format atau media pengumpulan data dan informasi seperti formulir, "
            "blanko, kuesioner, dan lain sebagainya"
        ),
        role=Role.STAFF,
        scope=Scope.REQUEST,
        inputs=_LIST,
        standard_time=_ONE_DAY,
        standard_text=_("1 hari"),
        output=_("format atau media pengumpulan data dan informasi"),
        next="draft_letter",
    ),
    Step(
        number="3",
        printed_number="3",
        key="draft_letter",
        activity=_("Membuat draft surat permohonan data dan informasi"),
        role=Role.STAFF,
        scope=Scope.REQUEST,
        inputs="-",
        standard_time=_HALF_HOUR,
        standard_text=_("30 Menit"),
        output=_DRAFT,
        next="verify_letter",
    ),
    Step(
        number="4",
        printed_number="4",
        key="verify_letter",
        activity=_("Memverifikasi draft surat permohonan data dan informasi"),
        role=Role.SECTION_HEAD,
        scope=Scope.REQUEST,
        inputs="-",
        standard_time=_ONE_DAY,
        standard_text=_("1 hari"),
        output=_DRAFT,
        next="sign_letter",
        returns_to=("draft_letter", "prepare_form"),
    ),
    Step(
        number="5",
        printed_number="5",
        key="sign_letter",
        activity=_("Memverifikasi dan menandatangani surat permohonan data dan informasi"),
        role=Role.AGENCY_HEAD,
        scope=Scope.REQUEST,
        inputs="",
        standard_time=_ONE_DAY,
        standard_text=_("1 hari"),
        output=_("surat permohonan"),
        next="send_letter",
        returns_to=("draft_letter",),
    ),
    Step(
        number="6",
        printed_number="6",
        key="send_letter",
        activity=_("Mengirimkan surat permohonan data dan informasi ke pemilik data dan informasi"),
        role=Role.STAFF,
        scope=Scope.RECIPIENT,
        inputs="",
        standard_time=_HALF_HOUR,
        standard_text=_("30 menit"),
        output="-",
        next="receive_letter",
    ),
    Step(
        number="7",
        printed_number="7",
        key="receive_letter",
        activity=_("Menerima surat permohonan data dan informasi"),
        role=Role.DATA_OWNER,
        scope=Scope.RECIPIENT,
        inputs=_LETTER,
        standard_time=_HALF_HOUR,
        standard_text=_("30 menit"),
        output="-",
        next="process_request",
    ),
    Step(
        number="7a",
        key="process_request",
        activity=_("Memproses dan memverifikasi permohonan data dan informasi"),
        role=Role.DATA_OWNER,
        scope=Scope.RECIPIENT,
        inputs=_LETTER,
        standard_time=StandardTime(10, Unit.DAYS),
        standard_text=_("10 Hari"),
        output="-",
        next="deliver_data",
    ),
    Step(
        number="7b",
        key="deliver_data",
        activity=_("Mengirimkan data dan informasi ke pemohon"),
        role=Role.DATA_OWNER,
        scope=Scope.RECIPIENT,
        inputs=_DATA,
        standard_time=_HALF_HOUR,
        standard_text=_("30 menit"),
        output="-",
        next="receive_data",
    ),
    Step(
        number="8",
        printed_number="8",
        key="receive_data",
        activity=_("Menerima data dan informasi dari pemilik data dan informasi"),
        role=Role.STAFF,
        scope=Scope.RECIPIENT,
        inputs=_DATA,
        standard_time=_HALF_HOUR,
        standard_text=_("30 menit"),
        output="-",
        next="record_data",
        returns_to=("process_request",),
    ),
    Step(
        number="9",
        printed_number="9",
        key="record_data",
        activity=_("Melakukan pencatatan data dan informasi"),
        role=Role.STAFF,
        scope=Scope.RECIPIENT,
        inputs=_DATA,
        standard_time=StandardTime(15, Unit.MINUTES),
        standard_text=_("15 menit"),
        output=_("catatan penerimaan data dan informasi"),
        next=RECORDED,
    ),
    Step(
        number="10",
        printed_number="10",
        key="process_data",
        activity=_("Mengolah data dan informasi sesuai dengan peruntukannya"),
        role=Role.STAFF,
        scope=Scope.REQUEST,
        inputs=_DATA,
        standard_time=None,
        standard_text="-",
        output=_("Hasil olah data dan informasi"),
        next="use_results",
        returns_to=("receive_data",),
    ),
    Step(
        number="11",
        printed_number="11",
        key="use_results",
        activity=_("Menggunakan hasil pengolahan data dan informasi sesuai dengan peruntukannya"),
        role=Role.SECTION_HEAD,
        scope=Scope.REQUEST,
        inputs=_DATA,
        standard_time=None,
        standard_text="-",
        output=_REPORT,
        next="report_usage",
    ),
    Step(
        number="12",
        printed_number="12",
        key="report_usage",
        activity=_("Melaporkan penggunaan data dan informasi kepada kepala OPD"),
        role=Role.SECTION_HEAD,
        scope=Scope.REQUEST,
        inputs=_("Hasil penggunaan data dan informasi"),
        standard_time=_ONE_DAY,
        standard_text=_("1 hari"),
        output=_REPORT,
        next="accept_report",
    ),
    Step(
        number="",
        slug="terima-laporan",
        key="accept_report",
        activity=_("Menerima laporan penggunaan data dan informasi"),
        role=Role.AGENCY_HEAD,
        scope=Scope.REQUEST,
        inputs=_REPORT,
        standard_time=None,
        standard_text="-",
        output="-",
        next=CLOSED,
        returns_to=("use_results",),
    ),
    Step(
        number="",
        slug="tinjau-penolakan",
        key="review_refusals",
        activity=_("Menentukan langkah berikutnya karena tidak ada data yang diterima"),
        role=Role.SECTION_HEAD,
        scope=Scope.REQUEST,
        inputs="-",
        standard_time=None,
        standard_text="-",
        output="-",
        next=CLOSED,
        returns_to=("list_needs", "draft_letter"),
    ),
)

ROWS: Final = tuple(step for step in STEPS if step.is_of_the_sop)
RECIPIENT_STEPS: Final = tuple(step for step in STEPS if step.scope is Scope.RECIPIENT)
REQUEST_STEPS: Final = tuple(step for step in STEPS if step.scope is Scope.REQUEST)
RECIPIENT_ENDS: Final = (RECORDED, DECLINED, WAIVED)
PREPARING_ROWS: Final = ("process_request", "deliver_data")
"""Rows in which an owner prepares the data: its clock may stand still there, or get more days."""
REQUEST_ENDS: Final = (CLOSED, CANCELLED)

_ASKED = tuple(step.key for step in RECIPIENT_STEPS)
_OWNER_ANSWERS = ("receive_letter", "process_request", "deliver_data")

EXITS: Final[tuple[Exit, ...]] = (
    Exit(
        key="decline",
        label=_("Data tidak dapat diberikan"),
        role=Role.DATA_OWNER,
        scope=Scope.RECIPIENT,
        sources=_OWNER_ANSWERS,
        target=DECLINED,
    ),
    Exit(
        key="waive",
        label=_("Tidak lagi menunggu pemilik data ini"),
        role=Role.SECTION_HEAD,
        scope=Scope.RECIPIENT,
        sources=_ASKED,
        target=WAIVED,
    ),
    Exit(
        key="cancel",
        label=_("Batalkan permohonan"),
        role=Role.SECTION_HEAD,
        scope=Scope.REQUEST,
        sources=tuple(step.key for step in STEPS if step.key != "accept_report"),
        target=CANCELLED,
    ),
    Exit(
        key="close_without_data",
        label=_("Tutup tanpa data"),
        role=Role.SECTION_HEAD,
        scope=Scope.REQUEST,
        sources=("review_refusals",),
        target=CLOSED,
    ),
)

_BY_KEY = {step.key: step for step in STEPS}
_EXIT_BY_KEY = {exit_.key: exit_ for exit_ in EXITS}


def by_key(key: str) -> Step:
    """Return the step with this key; KeyError where there is none."""
    return _BY_KEY[key]


def find_step(key: str) -> Step | None:
    """Return the step awaited in this state, or None in an end state."""
    return _BY_KEY.get(key)


def by_segment(segment: str) -> Step:
    """Return the step whose URL segment this is; KeyError where there is none."""
    for step in STEPS:
        if step.segment == segment:
            return step
    raise KeyError(segment)


def exit_by_key(key: str) -> Exit:
    """Return the exit with this key; KeyError where there is none."""
    return _EXIT_BY_KEY[key]


def for_role(role: Role) -> Iterator[Step]:
    """Yield the steps of a role as the SOP gives them; an edition may say otherwise."""
    return (step for step in STEPS if step.role is role)


def _assert_sound() -> None:
    """Refuse to start with a table that contradicts itself."""
    keys = [step.key for step in STEPS]
    if len(set(keys)) != len(keys) or len({s.segment for s in STEPS}) != len(keys):
        raise ValueError("Two steps share a key or a segment.")
    if len(ROWS) != 14 or sum(1 for step in ROWS if step.printed_number) != 12:
        raise ValueError("The SOP has 14 rows, 12 of them numbered.")
    known = {*keys, *RECIPIENT_ENDS, *REQUEST_ENDS}
    for step in STEPS:
        unknown = {step.next, *step.returns_to} - known
        if unknown:
            raise ValueError(f"Step {step.key} leads to unknown states {unknown}.")


_assert_sound()
