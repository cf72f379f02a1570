"""Which papers does the house make, in normal, longest and strangest case? One entry each.

`test_gallery.py` renders all of them, compares text, pages, fonts and tags with `gallery.json`, and
draws them (`make docs` puts the pictures into docs/gallery). A new paper is one line here.
"""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Final

from PIL import Image, ImageDraw

from requests_app.documents import blanks, letters, notes, papers, receipts, registers, reports
from tests.documents import samples

Maker = Callable[[], bytes]

LONG_NAME: Final = "Prof. Dr. Ir. H. Raden Mas " + "Contoh " * 22 + "Panjang, S.H., M.Si., Ph.D."
LONG_WORD: Final = "Pemutakhiran" * 40
LONG_TEXT: Final = (
    f"<script>alert(1)</script> {{{{ settings.SECRET_KEY }}}} {{% debug %}} Ébène Łódź {LONG_WORD} "
    + "Rincian yang panjang sekali tentang organisasi yang tercatat pada tanggal data. " * 45
)[:4000]
STRANGE_LETTERS: Final = "Data بيانات dan 数据 dan 😀"
BODY: Final = (
    (
        "Dalam rangka penyusunan peta organisasi kemasyarakatan dan berdasarkan Undang-Undang "
        "Nomor 14 Tahun 2008 tentang Keterbukaan Informasi Publik, dengan ini kami mohon bantuan "
        "Saudara untuk menyampaikan data dan informasi sebagaimana tercantum dalam lampiran surat "
        "ini."
    ),
    (
        "Data dan informasi dimaksud mohon dapat kami terima paling lambat 10 (sepuluh) hari kerja "
        "sejak surat ini diterima, melalui tautan yang kami kirimkan bersama surat ini atau "
        "melalui narahubung kami, Contoh Narahubung (0285 000000). Kode akses kami sampaikan "
        "secara terpisah. Data dan informasi yang kami terima hanya digunakan untuk keperluan "
        "tersebut; penggunaannya kami catat dan laporkan kepada Kepala Badan."
    ),
    "Demikian, atas perhatian dan kerja sama Saudara, kami sampaikan terima kasih.",
)
ITEMS: Final = (
    samples.ITEM,
    letters.AnnexItem(
        name="Pengurus organisasi",
        definition="Ketua, sekretaris, dan bendahara yang tercatat",
        unit="orang",
        period="Januari–Juni 2026",
        coverage="Kota Contoh",
        format="XLSX",
        remarks="Bila tersedia",
    ),
)
INITIALS: Final = (
    letters.InitialMark(
        title="Kepala Bidang Contoh",
        name="Contoh Kepala Bidang, S.IP.",
        given="20 November 2026 pukul 14.05 WIB",
    ),
)


def crest() -> letters.Crest:
    """Draw a shield that belongs to nobody."""
    picture = Image.new("RGB", (200, 240), "white")
    pen = ImageDraw.Draw(picture)
    pen.polygon([(10, 10), (190, 10), (190, 140), (100, 230), (10, 140)], fill="#2f6b4f")
    pen.polygon([(40, 40), (160, 40), (160, 125), (100, 190), (40, 125)], fill="#e8c04a")
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return letters.Crest(content=buffer.getvalue(), mime="image/png", alt="Lambang Kota Contoh")


def kop(**changes: Any) -> letters.Letterhead:
    """Give a full letterhead."""
    values: dict[str, Any] = {
        "government": "PEMERINTAH KOTA CONTOH",
        "office_lines": ("BADAN KESATUAN BANGSA", "DAN POLITIK"),
        "address": "Jalan Contoh Nomor 1, Contoh 51100",
        "phone": "(0285) 000000",
        "website": "kesbangpol.contoh.go.id",
        "email": "kesbangpol@contoh.go.id",
        "crest": crest(),
    }
    return letters.Letterhead(**values | changes)


def letter(**changes: Any) -> letters.LetterPaper:
    """Give a letter as an office sends it."""
    values: dict[str, Any] = {"letterhead": kop(), "body": BODY, "items": ITEMS}
    return samples.letter(**values | changes)


def signatory(**changes: Any) -> letters.Signatory:
    """Give the usual signatory with another standing."""
    return replace(samples.SIGNATORY, **changes)


def recipients(count: int) -> tuple[letters.Addressee, ...]:
    """Give so many addressees."""
    return tuple(
        letters.Addressee(title=f"Kepala Dinas Contoh Urusan {n}", place="Contoh")
        for n in range(1, count + 1)
    )


def letter_of(**changes: Any) -> Maker:
    """Give the maker of a letter with these changes."""
    return lambda: letters.render_letter(letter(**changes))


def strangest() -> letters.LetterPaper:
    """Give a letter in which everything is as long and odd as the forms let through."""
    title = LONG_NAME[:200]
    item = letters.AnnexItem(
        name=title,
        definition=LONG_TEXT,
        unit=LONG_WORD[:80],
        period=LONG_WORD[:100],
        coverage=LONG_WORD[:200],
        format="XLSX",
        remarks=f"Bila tersedia; untuk {title}",
    )
    return letter(
        subject=LONG_TEXT[:200],
        body=(LONG_TEXT, STRANGE_LETTERS, "1. satu\n2. dua\n   lanjutan\n- tiga"),
        addressees=(letters.Addressee(title=title, place=LONG_WORD[:100]),),
        cc=(title, LONG_TEXT[:200]),
        items=(samples.ITEM, item, samples.ITEM),
        signatory=signatory(title_lines=(title.upper(),), name=LONG_NAME[:150]),
        number=f"{samples.NUMBER}/{LONG_WORD}"[:120],
        letterhead=kop(office_lines=(title.upper(),), address=LONG_TEXT[40:340]),
    )


def archive_copy() -> bytes:
    """Make the office's copy."""
    return letters.render_archive_copy(letters.ArchiveCopy(letter=letter(), initials=INITIALS))


def receipt(render: Any, kind: Any, **changes: Any) -> Maker:
    """Give the maker of a receipt of this kind."""
    return lambda: render(kind(**samples.receipt_values() | {"letterhead": kop()} | changes))


PERSON: Final = receipts.Person(name="Contoh Petugas", title="Pranata Komputer", contact="0800")
FILES: Final = tuple(
    replace(samples.FILE, name=f"data-{n}-{STRANGE_LETTERS[:12]}.xlsx") for n in range(3)
)
REFUSAL: Final = receipts.ItemRefusal(
    item="Pengurus organisasi", ground="Data pribadi", reason="Memuat alamat rumah."
)


def covering_sheet() -> bytes:
    """Make the sheet that travels with the letter."""
    return receipts.render_covering_sheet(
        receipts.CoveringSheet(
            letterhead=kop(),
            zone="Asia/Jakarta",
            letter=samples.LETTER,
            owner="Kepala Dinas Contoh",
            place="Contoh",
            link="https://sopdata.example.go.id/t/contoh-tautan-yang-bukan-tautan-0123456789/",
            valid_until=samples.MOMENT,
            code_channel="telepon",
            contact=PERSON,
        )
    )


def report(**changes: Any) -> Maker:
    """Give the maker of a usage report with two rows in most of its tables."""
    values: dict[str, Any] = {
        "letterhead": kop(),
        "subject": "untuk Penyusunan Peta Organisasi Kemasyarakatan Kota Contoh Tahun 2026",
        "general": "Badan Contoh meminta data dan informasi kepada 2 (dua) pemilik data.",
        "received": tuple(
            reports.ReceivedData(
                item=item,
                owner="Dinas Contoh",
                received_date=date(2026, 12, 1),
                owner_letter="045/12/2026, 01-12-2026",
                register_number="1/2026",
                files="1 berkas",
            )
            for item in ("Jumlah organisasi terdaftar", "Pengurus organisasi")
        ),
        "not_received": (
            reports.NotReceived(
                item="Alamat organisasi", owner="Dinas Contoh Lain", reason="Data pribadi"
            ),
        ),
        "results": (
            reports.Result(
                title="Peta organisasi kemasyarakatan",
                method="Digabungkan menurut kecamatan.",
                sources="No. 1/2026 (Dinas Contoh)",
                files="peta.pdf",
            ),
        ),
        "uses": tuple(
            reports.Use(
                used_date=date(2026, month, 1),
                data="Jumlah organisasi terdaftar",
                user="Contoh Pengguna",
                purpose="Bahan rapat koordinasi",
                product="Peta organisasi kemasyarakatan",
                shared_with=shared_with,
            )
            for month, shared_with in ((10, ""), (11, "Camat Contoh"), (11, ""))
        ),
        "times": (
            reports.TimeSpent(party="Badan Contoh", spent_minutes=1630, allowed_minutes=2355),
            reports.TimeSpent(
                party="Dinas Contoh", spent_minutes=5100, allowed_minutes=4560, late_rows=1
            ),
        ),
        "retention": "Tempat penyimpanan: Penyimpanan sopdata. Klasifikasi keamanan: Biasa.",
        "conclusions": "Data dan informasi digunakan sesuai dengan peruntukannya.",
    }
    return lambda: reports.render_report(samples.report(**values | changes))


def long_report() -> reports.ReportPaper:
    """Give a report of three hundred data."""
    one = reports.ReceivedData(
        item="Jumlah organisasi terdaftar",
        owner="Dinas Contoh",
        received_date=date(2026, 12, 1),
        register_number="1/2026",
    )
    return samples.report(letterhead=kop(), received=(one,) * 300, suggestions="Lanjutkan. " * 90)


def strangest_report() -> bytes:
    """Make a report in which everything is as long and odd as the forms let through."""
    texts = ("general", "conclusions", "suggestions")
    row = {"data": LONG_NAME, "purpose": LONG_TEXT}
    use = reports.Use(
        **row,
        used_date=date(2026, 1, 31),
        user=LONG_NAME[:200],
        product=LONG_TEXT[:300],
        shared_with=LONG_WORD[:300],
    )
    return report(
        letterhead=kop(office_lines=(LONG_NAME[:200].upper(),)),
        subject=LONG_TEXT[:200],
        **dict.fromkeys(texts, LONG_TEXT),
        uses=(
            use,
            *(
                replace(use, used_date=date(2020 + n // 12, n % 12 + 1, 1), product="", purpose="")
                for n in range(30)
            ),
        ),
        non_uses=(reports.NonUse(data=LONG_NAME[:200], reason=LONG_TEXT),),
        approvals=(
            reports.OutsideApproval(
                **row,
                approved_date=date(2026, 1, 31),
                approved_by=LONG_NAME,
                reason=STRANGE_LETTERS,
            ),
        ),
        signatory=signatory(title_lines=(LONG_NAME[:200].upper(),), name=LONG_NAME[:150]),
    )()


def note(**changes: Any) -> Maker:
    """Give the maker of a nota dinas."""
    values: dict[str, Any] = {
        **samples.FINAL,
        "letterhead": kop(),
        "addressee": "Kepala Badan Contoh",
        "sender": "Kepala Seksi Contoh",
        "number": "ND-1/2026",
        "note_date": date(2026, 12, 21),
        "urgency": "Biasa",
        "annex": "1 (satu) berkas",
        "subject": "Penyampaian Laporan Penggunaan Data dan Informasi untuk Peta Organisasi",
        "body": "\n\n".join(BODY),
        "signatory": signatory(title_lines=("KEPALA SEKSI CONTOH",)),
    }
    return lambda: notes.render_note(notes.NotePaper(**values | changes))


def questions() -> tuple[blanks.Question, ...]:
    """Give a question of each kind."""
    kinds: dict[str, dict[str, Any]] = {
        "short": {"text": "Nama petugas pengelola data"},
        "long": {"text": "Cara data dikumpulkan", "help": "Paling sedikit satu kalimat."},
        "number": {"text": "Jumlah organisasi yang terdaftar", "unit": "organisasi"},
        "date": {"text": "Tanggal data terakhir dimutakhirkan", "required": False},
        "single": {"text": "Bentuk data", "choices": ("Daftar", "Rekapitulasi")},
        "multiple": {"text": "Rincian yang tersedia", "choices": ("Kecamatan", "Kelurahan")},
        "file": {"text": "Daftar organisasi"},
    }
    return tuple(blanks.Question(kind=kind, **values) for kind, values in kinds.items())


def blank(**changes: Any) -> Maker:
    """Give the maker of a printed collection form."""
    values: dict[str, Any] = {
        "letterhead": kop(),
        "title": "Data Organisasi Kemasyarakatan Kota Contoh Tahun 2026",
        "version": 1,
        "office": "Badan Contoh",
        "contact": "Contoh Narahubung (0285 000000)",
        "letter": samples.NUMBER,
        "owner": "Dinas Contoh",
        "days": "10 (sepuluh) hari kerja",
        "return_to": "Badan Contoh, Jalan Contoh Nomor 1, Contoh 51100",
        "instructions": "Tulis angka tanpa titik.",
        "items": (
            blanks.Item(
                name="Jumlah organisasi terdaftar", details="Periode: 2025", questions=questions()
            ),
            blanks.Item(name="Pengurus organisasi", required=False),
        ),
    }
    return lambda: blanks.render_blank(blanks.BlankForm(**values | changes))


def strangest_blank() -> bytes:
    """Make a form in which everything is as long and odd as the forms let through."""
    asked = tuple(
        replace(one, text=LONG_TEXT[:500], help=LONG_TEXT[:300], unit=one.unit and LONG_WORD[:80])
        for one in questions()
    )
    item = blanks.Item(name=LONG_NAME[:200], details=LONG_TEXT, questions=asked)
    return blank(
        title=LONG_WORD[:200],
        owner=LONG_NAME[:200],
        instructions=f"{LONG_TEXT}\n\n{STRANGE_LETTERS}",
        items=(item, item),
    )()


AGENDA: Final = (
    registers.Column(label="No. urut", centred=True),
    registers.Column(label="Tanggal", width=2),
    registers.Column(label="Nomor surat", width=3),
    registers.Column(label="Tujuan", width=4),
    registers.Column(label="Hal", width=5),
    registers.Column(label="Keterangan", width=3, says_why=True),
)


def book(lines: int, words: str = "Permohonan Data dan Informasi", **changes: Any) -> Maker:
    """Make the print of a book of outgoing letters; its second line is struck."""
    rows = tuple(
        registers.Line(
            cells=(str(n), "23-11-2026", f"200.1/{n}/2026", "Kepala Dinas Contoh", words, "–"),
            struck=n == 2,
        )
        for n in range(1, lines + 1)
    )
    values = {
        "title": "Buku Agenda Surat Keluar",
        "columns": AGENDA,
        "rows": rows,
        "letterhead": kop(),
        "measures": papers.Measures(),
        "period": "Tahun 2026",
        "printed": "Dicetak 23 November 2026.",
    }
    return lambda: registers.render_register(registers.RegisterPaper(**{**values, **changes}))


SERIF: Final = papers.Measures(face="Liberation Serif", face_size=13, line_spacing="1.50")
GALLERY: Final[dict[str, Maker]] = {
    "letter": letter_of(),
    "letter-draft": letter_of(
        draft=True, number=None, letter_date=None, verification=None, signature_note=None
    ),
    "letter-for-pen": letter_of(by_pen=True, verification=None, signature_note=None),
    "letter-bare-kop": letter_of(letterhead=samples.KOP, items=()),
    "letter-f4": letter_of(measures=papers.Measures(paper="F4")),
    "letter-f4-narrow": letter_of(measures=papers.Measures(paper="F4-210", numbers_pages=False)),
    "letter-serif": letter_of(measures=SERIF),
    "letter-kepada": letter_of(measures=papers.Measures(addressee_side="right")),
    "letter-an": letter_of(
        signatory=signatory(
            on_behalf_lines=("a.n. KEPALA BADAN CONTOH",), title_lines=("SEKRETARIS",)
        )
    ),
    "letter-ub": letter_of(
        signatory=signatory(
            on_behalf_lines=("a.n. KEPALA BADAN CONTOH", "SEKRETARIS", "u.b."),
            title_lines=("KEPALA SUBBAGIAN CONTOH",),
        )
    ),
    "letter-plt": letter_of(signatory=signatory(prefix="Plt.")),
    "letter-plh": letter_of(signatory=signatory(prefix="Plh.", rank="")),
    "letter-pj": letter_of(signatory=signatory(prefix="Pj.", nip="", rank="")),
    "letter-cc": letter_of(cc=("Wali Kota Contoh (sebagai laporan);", "Inspektur Kota Contoh.")),
    "letter-40-recipients": letter_of(addressees=recipients(40)),
    "letter-300-items": letter_of(items=ITEMS * 150),
    "letter-strangest": lambda: letters.render_letter(strangest()),
    "letter-archive-copy": archive_copy,
    "covering-sheet": covering_sheet,
    "receipt-letter": receipt(
        receipts.render_letter_receipt,
        receipts.LetterReceipt,
        received_at=samples.MOMENT,
        channel="Tautan khusus pemilik data",
        person=PERSON,
    ),
    "receipt-letter-deemed": receipt(
        receipts.render_letter_receipt,
        receipts.LetterReceipt,
        received_at=samples.MOMENT,
        channel="",
        manner=receipts.Manner.DEEMED,
    ),
    "receipt-data": receipt(
        receipts.render_data_receipt,
        receipts.DataReceipt,
        delivered_at=samples.MOMENT,
        channel="Tautan khusus pemilik data",
        person=PERSON,
        files=FILES,
        refusals=(REFUSAL,),
        online_answers=12,
    ),
    "receipt-decline": receipt(
        receipts.render_decline_receipt,
        receipts.DeclineReceipt,
        declined_at=samples.MOMENT,
        channel="Tautan khusus pemilik data",
        person=PERSON,
        refusals=(REFUSAL,),
    ),
    "intake-record": receipt(
        receipts.render_intake_record,
        receipts.IntakeRecord,
        number="1/2026",
        recorded_at=samples.MOMENT,
        received_at=samples.MOMENT,
        data_kind="Jumlah organisasi terdaftar",
        form_and_amount="3 (tiga) berkas",
        receiver="Contoh Penerima",
        recorded_by="Contoh Penerima",
        storage_place="Peladen kantor",
        files=FILES,
    ),
    "report": report(),
    "report-draft": report(
        draft=True, number=None, report_date=None, verification=None, signature_note=None
    ),
    "report-nothing-came": report(received=(), results=(), uses=(), times=(), retention=""),
    "report-300-items": lambda: reports.render_report(long_report()),
    "report-strangest": strangest_report,
    "note": note(),
    "note-strangest": note(
        addressee=LONG_NAME[:200],
        subject=LONG_TEXT[:300],
        body=LONG_TEXT,
        cc=(LONG_NAME[:200], LONG_WORD[:200]),
        signatory=signatory(title_lines=(LONG_NAME[:200].upper(),), name=LONG_NAME[:150]),
    ),
    "blank": blank(),
    "blank-draft": blank(draft=True, letter="", owner=""),
    "blank-f4": blank(measures=papers.Measures(paper="F4")),
    "blank-300-questions": blank(
        items=tuple(blanks.Item(name=f"Data {n}", questions=questions()[:6]) for n in range(50))
    ),
    "blank-strangest": strangest_blank,
    "register": book(12),
    "register-300-lines": book(300),
    "register-strangest": book(3, f"{LONG_WORD} {STRANGE_LETTERS} {LONG_NAME}"),
}
"""Name of the picture → how its bytes are made."""
