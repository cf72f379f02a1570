"""How do the papers look that prove a hand-over: receipts, covering sheet, catatan penerimaan?

Receipts are made by the system and signed by nobody, and say so. All times are aware moments and
are shown in the zone of the office.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from requests_app.documents import qr, wording
from requests_app.documents.papers import (
    Letterhead,
    Measures,
    Verification,
    render_paper,
)

Facts = tuple[tuple[str, str], ...]
"""Label and value of each printed line; a line without a value is left out."""

_HASH_HALF: Final = 32


class Manner(StrEnum):
    """How a letter came to count as received. Deemed is never shown as confirmed."""

    CONFIRMED = "confirmed"
    ON_BEHALF = "on_behalf"
    DEEMED = "deemed"


@dataclass(frozen=True, kw_only=True)
class LetterFacts:
    """The letter that a receipt speaks of."""

    number: str
    letter_date: date
    subject: str
    sender: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who confirmed, delivered or declined: name, title and contact as given."""

    name: str
    title: str = ""
    contact: str = ""


@dataclass(frozen=True, kw_only=True)
class ReceivedFile:
    """One file as it came: name, size, table rows where they can be counted, SHA-256 in hex."""

    name: str
    size_bytes: int
    sha256: str
    rows: int | None = None
    item: str = ""

    @property
    def size(self) -> str:
        """Give the size in words."""
        return wording.file_size(self.size_bytes)

    @property
    def printed_rows(self) -> str:
        """Give the number of rows, or a dash where the file has none that we can count."""
        return "–" if self.rows is None else wording.grouped(self.rows)

    @property
    def sha256_halves(self) -> tuple[str, str]:
        """Give the hash in two lines of 32 digits."""
        return self.sha256[:_HASH_HALF], self.sha256[_HASH_HALF:]


@dataclass(frozen=True, kw_only=True)
class ItemRefusal:
    """One item that an owner cannot give, or gives in part, with the ground and the reason."""

    item: str
    ground: str
    reason: str = ""
    is_partial: bool = False


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What all these papers carry: kop, zone, place to check and the note on (no) signature."""

    letterhead: Letterhead
    zone: str
    verification: Verification
    note: str
    measures: Measures = field(default_factory=Measures)


@dataclass(frozen=True, kw_only=True)
class LetterReceipt(Paper):
    """Tanda terima surat (row 7). `evidence` says on what staff acted for the owner."""

    number: str
    letter: LetterFacts
    owner: str
    received_at: datetime
    channel: str
    manner: Manner = Manner.CONFIRMED
    person: Person | None = None
    recorded_by: str = ""
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class DataReceipt(Paper):
    """Tanda terima data (row 7b): each file with size, rows and SHA-256, and what was not given."""

    number: str
    letter: LetterFacts
    owner: str
    delivered_at: datetime
    channel: str
    files: tuple[ReceivedFile, ...]
    person: Person | None = None
    online_answers: int = 0
    refusals: tuple[ItemRefusal, ...] = ()
    owner_letter: str = ""
    recorded_by: str = ""
    evidence: str = ""
    owner_note: str = ""
    is_supplement: bool = False


@dataclass(frozen=True, kw_only=True)
class DeclineReceipt(Paper):
    """Tanda terima of an owner's answer that the data cannot be given, in whole (row 7a)."""

    number: str
    letter: LetterFacts
    owner: str
    declined_at: datetime
    channel: str
    refusals: tuple[ItemRefusal, ...]
    person: Person | None = None
    owner_letter: str = ""
    recorded_by: str = ""
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class IntakeRecord(Paper):
    """Catatan penerimaan (row 9): one entry of the buku catatan, columns as in the book."""

    number: str
    letter: LetterFacts
    owner: str
    recorded_at: datetime
    received_at: datetime
    data_kind: str
    form_and_amount: str
    receiver: str
    recorded_by: str
    storage_place: str = ""
    security_class: str = ""
    remarks: str = ""
    owner_letter: str = ""
    files: tuple[ReceivedFile, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CoveringSheet:
    """Lembar pengantar of one recipient: the shared link, never the access code.

    The code goes by another carrier, so this value has no field for it (DOMAIN: link and access
    code never share a carrier). `check` says where a letter is checked that does not say it itself.
    """

    letterhead: Letterhead
    zone: str
    letter: LetterFacts
    owner: str
    place: str
    link: str
    valid_until: datetime
    code_channel: str
    contact: Person
    check: str = ""
    days_to_answer: int = 10
    measures: Measures = field(default_factory=Measures)


def render_letter_receipt(paper: LetterReceipt, /) -> bytes:
    """Make the receipt of a letter; a deemed receipt says in title and text that it is deemed."""
    deemed = paper.manner is Manner.DEEMED
    opening = {
        Manner.CONFIRMED: "Pemilik data telah mengonfirmasi penerimaan surat permohonan berikut.",
        Manner.ON_BEHALF: (
            "Konfirmasi penerimaan surat permohonan berikut dicatat oleh petugas atas nama "
            "pemilik data."
        ),
        Manner.DEEMED: (
            "Sampai batas waktu yang ditetapkan belum ada konfirmasi dari pemilik data. Surat "
            "permohonan berikut dianggap telah diterima; ini bukan konfirmasi dari pemilik data."
        ),
    }[paper.manner]
    return _render_receipt(
        paper,
        _Sheet(
            title="CATATAN SURAT DIANGGAP DITERIMA" if deemed else "TANDA TERIMA SURAT",
            number=paper.number,
            opening=opening,
            facts=(
                *_letter_facts(paper.letter),
                ("Pemilik data", paper.owner),
                ("Dianggap diterima pada" if deemed else "Diterima pada", _received(paper)),
                *_person_facts("Dikonfirmasi oleh", paper.person),
                ("Saluran", paper.channel),
                *_proxy_facts(paper.recorded_by, paper.evidence),
            ),
        ),
    )


def _received(paper: LetterReceipt) -> str:
    """Say when the letter was received; of what staff states, only the day."""
    if paper.manner is Manner.ON_BEHALF:
        return wording.weekday_date(paper.received_at.astimezone(ZoneInfo(paper.zone)).date())
    return wording.date_and_time(paper.received_at, zone=paper.zone, weekday=True)


def render_data_receipt(paper: DataReceipt, /) -> bytes:
    """Make the receipt of delivered data."""
    what = "susulan data" if paper.is_supplement else "data"
    answers = f"{wording.amount(paper.online_answers)} butir" if paper.online_answers else ""
    return _render_receipt(
        paper,
        _Sheet(
            title="TANDA TERIMA DATA DAN INFORMASI",
            number=paper.number,
            opening=(
                f"Telah diterima {what} dan informasi dari pemilik data atas surat permohonan "
                "berikut. Kesesuaian isi diperiksa kemudian."
            ),
            facts=(
                *_letter_facts(paper.letter),
                ("Pemilik data", paper.owner),
                (
                    "Disampaikan pada",
                    wording.date_and_time(paper.delivered_at, zone=paper.zone, weekday=True),
                ),
                *_person_facts("Disampaikan oleh", paper.person),
                ("Surat pemilik data", paper.owner_letter),
                ("Catatan pemilik data", paper.owner_note),
                ("Saluran", paper.channel),
                ("Jawaban daring", answers),
                *_proxy_facts(paper.recorded_by, paper.evidence),
            ),
            files=paper.files,
            refusals=paper.refusals,
        ),
    )


def render_decline_receipt(paper: DeclineReceipt, /) -> bytes:
    """Make the receipt of an answer that the data cannot be given; neutral in its words."""
    return _render_receipt(
        paper,
        _Sheet(
            title="TANDA TERIMA JAWABAN PEMILIK DATA",
            number=paper.number,
            opening=(
                "Pemilik data telah menjawab bahwa data dan informasi yang dimohon dalam surat "
                "berikut tidak dapat diberikan."
            ),
            facts=(
                *_letter_facts(paper.letter),
                ("Pemilik data", paper.owner),
                (
                    "Dijawab pada",
                    wording.date_and_time(paper.declined_at, zone=paper.zone, weekday=True),
                ),
                *_person_facts("Dijawab oleh", paper.person),
                ("Surat pemilik data", paper.owner_letter),
                ("Saluran", paper.channel),
                *_proxy_facts(paper.recorded_by, paper.evidence),
            ),
            refusals=paper.refusals,
        ),
    )


def render_intake_record(paper: IntakeRecord, /) -> bytes:
    """Make the printable form of one register entry."""
    return _render_receipt(
        paper,
        _Sheet(
            title="CATATAN PENERIMAAN DATA DAN INFORMASI",
            number=paper.number,
            opening="Data dan informasi berikut telah dicatat dalam buku catatan.",
            facts=(
                (
                    "Dicatat pada",
                    wording.date_and_time(paper.recorded_at, zone=paper.zone, weekday=True),
                ),
                (
                    "Data diterima pada",
                    wording.date_and_time(paper.received_at, zone=paper.zone, weekday=True),
                ),
                ("Asal data", paper.owner),
                ("Jenis data", paper.data_kind),
                ("Bentuk/jumlah", paper.form_and_amount),
                ("Surat permohonan", paper.letter.number),
                ("Tanggal surat", wording.long_date(paper.letter.letter_date)),
                ("Surat pemilik data", paper.owner_letter),
                ("Penerima", paper.receiver),
                ("Dicatat oleh", paper.recorded_by),
                ("Lokasi simpan", paper.storage_place),
                ("Sifat", paper.security_class),
                ("Keterangan", paper.remarks),
            ),
            files=paper.files,
        ),
    )


def render_covering_sheet(paper: CoveringSheet, /) -> bytes:
    """Make the sheet that travels with the letter to one recipient and carries its link."""
    return render_paper(
        template="covering_sheet.html",
        measures=paper.measures,
        paper=paper,
        title=f"Lembar pengantar surat {paper.letter.number}",
        letterhead=paper.letterhead,
        draft=False,
        keywords="",
        letter_date=wording.long_date(paper.letter.letter_date),
        valid_until=wording.date_and_time(paper.valid_until, zone=paper.zone, weekday=True),
        days=wording.amount(paper.days_to_answer, "hari kerja"),
        link_qr=qr.qr_data_uri(paper.link),
    )


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    """What one kind of receipt prints, in the one layout that all kinds share."""

    title: str
    number: str
    opening: str
    facts: Facts
    files: tuple[ReceivedFile, ...] = ()
    refusals: tuple[ItemRefusal, ...] = ()

    @property
    def total(self) -> str:
        """Count the files and add up their sizes."""
        size = wording.file_size(sum(file.size_bytes for file in self.files))
        return f"{wording.amount(len(self.files), 'berkas')}, {size}"


def _render_receipt(paper: Paper, sheet: _Sheet) -> bytes:
    return render_paper(
        template="receipt.html",
        measures=paper.measures,
        title=f"{sheet.title.capitalize()} {sheet.number}",
        heading=sheet.title,
        number=sheet.number,
        opening=sheet.opening,
        facts=[(label, value) for label, value in sheet.facts if value],
        files=[(wording.grouped(place), file) for place, file in enumerate(sheet.files, start=1)],
        total=sheet.total,
        refusals_heading=(
            "Data yang tidak atau belum lengkap diberikan"
            if any(one.is_partial for one in sheet.refusals)
            else "Data yang tidak dapat diberikan"
        ),
        refusals=[
            (wording.grouped(place), one) for place, one in enumerate(sheet.refusals, start=1)
        ],
        letterhead=paper.letterhead,
        verification=paper.verification,
        signature_note=paper.note,
        draft=False,
        keywords="",
    )


def _letter_facts(letter: LetterFacts) -> Facts:
    return (
        ("Nomor surat", letter.number),
        ("Tanggal surat", wording.long_date(letter.letter_date)),
        ("Hal", letter.subject),
        ("Pengirim surat", letter.sender),
    )


def _person_facts(label: str, person: Person | None) -> Facts:
    if person is None:
        return ()
    return ((label, person.name), ("Jabatan", person.title), ("Kontak", person.contact))


def _proxy_facts(recorded_by: str, evidence: str) -> Facts:
    """Name who acted for the owner and on what evidence; empty when the owner acted."""
    return (("Dicatat oleh", recorded_by), ("Bukti", evidence))
