"""Which requests does the demo have, and what has happened to each so far?

A topic says what is asked, a story tells its deeds as (moment, deed) lines. All lines of all
requests are run in one time order, so that numbers and dates rise together.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, Final

from requests_app.management.demo.case import Case, Topic
from requests_app.management.demo.diary import Diary
from requests_app.models import DataRequest, RequestedItem
from requests_app.services.requests import ItemLine

Deed = Callable[[datetime], None]
Line = tuple[datetime, Deed]
Story = Callable[[Case, Diary], Iterator[Line]]

CITY: Final = "Kota Pekalongan"


# -- parts that many stories share ----------------------------------------------------------------


def until_verified(case: Case, diary: Diary, start: int) -> Iterator[Line]:
    """Tell rows 1 to 4, on time, from the `start`-th working day ago and the day after."""
    yield diary.day(start, "08.20"), case.open
    yield diary.day(start, "10.40"), case.list_needs
    yield diary.day(start - 1, "09.10"), case.prepare_form
    yield diary.day(start - 1, "09.32"), case.draft_letter
    yield diary.day(start - 1, "13.40"), case.verify_letter


def until_signed(case: Case, diary: Diary, start: int) -> Iterator[Line]:
    """Tell rows 1 to 5, on time, within three working days."""
    yield from until_verified(case, diary, start)
    yield diary.day(start - 2, "09.05"), case.sign_letter


def until_confirmed(case: Case, diary: Diary, day: int, *owners: str) -> Iterator[Line]:
    """Tell rows 6 and 7, both on the day of the signature; owner after owner."""
    for minute, owner in enumerate(owners):
        yield diary.day(day, f"09.{22 + minute}"), partial(case.send_letter, to=owner)
        yield diary.day(day, f"09.{45 + minute}"), partial(case.confirm, by=owner)


def until_delivered(case: Case, diary: Diary, owner: str, day: int) -> Iterator[Line]:
    """Tell rows 7a and 7b of one owner."""
    yield diary.day(day, "09.50"), partial(case.answer, by=owner)
    yield diary.day(day, "10.06"), partial(case.deliver, by=owner)


def until_recorded(case: Case, diary: Diary, owner: str, day: int) -> Iterator[Line]:
    """Tell rows 7a to 9 of one owner, all on one day."""
    yield from until_delivered(case, diary, owner, day)
    yield diary.day(day, "10.24"), partial(case.receive_data, of=owner)
    yield diary.day(day, "10.35"), partial(case.record_data, of=owner)


# -- rows 1 to 6 ----------------------------------------------------------------------------------


def in_row_1(case: Case, diary: Diary) -> Iterator[Line]:
    """A draft that waits to be fixed."""
    yield diary.ago(95), case.open


def in_row_2(case: Case, diary: Diary) -> Iterator[Line]:
    """The list is fixed, the form is to be made."""
    yield diary.day(2, "13.10"), case.open
    yield diary.ago(150), case.list_needs


def returned(case: Case, diary: Diary) -> Iterator[Line]:
    """Sent back from row 4 to row 3 with a reason."""
    yield diary.day(4, "08.35"), case.open
    yield diary.day(4, "11.05"), case.list_needs
    yield diary.day(3, "08.40"), case.prepare_form
    yield diary.day(3, "09.02"), case.draft_letter
    reason = (
        "Tambahkan dasar hukum permintaan data hasil pemilu dan sebutkan bahwa data "
        "diminta per daerah pemilihan."
    )
    yield diary.ago(20), partial(case.return_draft, reason=reason)


def in_row_4(case: Case, diary: Diary) -> Iterator[Line]:
    """The draft waits for its verification."""
    yield diary.day(3, "13.15"), case.open
    yield diary.day(3, "14.05"), case.list_needs
    yield diary.day(2, "10.50"), case.prepare_form
    yield diary.ago(200), case.draft_letter


def in_row_5(case: Case, diary: Diary) -> Iterator[Line]:
    """The letter waits for the head's signature."""
    yield diary.day(4, "09.15"), case.open
    yield diary.day(4, "13.30"), case.list_needs
    yield diary.day(3, "10.10"), case.prepare_form
    yield diary.day(3, "10.31"), case.draft_letter
    yield diary.ago(170), case.verify_letter


def in_row_6(case: Case, diary: Diary) -> Iterator[Line]:
    """The letter is signed and waits to be sent."""
    yield diary.day(5, "09.25"), case.open
    yield diary.day(5, "11.15"), case.list_needs
    yield diary.day(4, "10.20"), case.prepare_form
    yield diary.day(4, "10.44"), case.draft_letter
    yield diary.day(3, "11.20"), case.verify_letter
    yield diary.ago(11), case.sign_letter


# -- rows 7 to 9 ----------------------------------------------------------------------------------


def with_three_owners(case: Case, diary: Diary) -> Iterator[Line]:
    """One owner is about to deliver, one has just got the letter, one has declined."""
    yield from until_signed(case, diary, 10)
    yield from until_confirmed(case, diary, 8, "sosial", "pemilu")
    yield (
        diary.day(5, "10.15"),
        partial(
            case.decline,
            by="pemilu",
            ground="Bukan kewenangan kami",
            reason="Data forum kerukunan tidak kami himpun; silakan meminta kepada kantor agama.",
        ),
    )
    yield diary.ago(18), partial(case.answer, by="sosial")
    yield diary.ago(14), partial(case.send_by_courier, to="agama")


def with_questions(case: Case, diary: Diary) -> Iterator[Line]:
    """One owner asks and waits with a clock that stands still, the other asks for more days."""
    yield from until_signed(case, diary, 6)
    yield from until_confirmed(case, diary, 4, "sosial", "agama")
    question = "Apakah relawan yang terdaftar di lebih dari satu lembaga dihitung satu kali?"
    yield diary.day(1, "09.40"), partial(case.ask, by="sosial", question=question, about=2)
    reason = "Petugas pendataan mengikuti pelatihan di luar kota sampai akhir pekan depan."
    yield diary.day(1, "10.25"), partial(case.ask_for_days, by="agama", days=5, reason=reason)


def overdue(case: Case, diary: Diary) -> Iterator[Line]:
    """The owner has never confirmed the letter and is late with the data."""
    yield from until_signed(case, diary, 20)
    yield diary.day(18, "09.28"), partial(case.send_letter, to="pemilu")


def in_correction(case: Case, diary: Diary) -> Iterator[Line]:
    """The data was delivered and sent back; a short round runs."""
    yield from until_signed(case, diary, 12)
    yield from until_confirmed(case, diary, 10, "agama")
    yield from until_delivered(case, diary, "agama", 3)
    note = "Kolom kecamatan kosong pada sebagian baris. Lengkapi menurut kecamatan."
    yield diary.day(2, "08.45"), partial(case.ask_correction, of="agama", note=note)


def in_rows_8_and_9(case: Case, diary: Diary) -> Iterator[Line]:
    """One owner's data waits to be checked, the other's to be recorded."""
    yield from until_signed(case, diary, 13)
    yield from until_confirmed(case, diary, 11, "sosial", "agama")
    yield from until_delivered(case, diary, "sosial", 4)
    yield diary.day(4, "10.27"), partial(case.receive_data, of="sosial")
    yield diary.day(2, "10.55"), partial(case.answer, by="agama")
    yield diary.ago(9), partial(case.deliver, by="agama")


# -- rows 10 to the end ---------------------------------------------------------------------------


def in_row_10(case: Case, diary: Diary) -> Iterator[Line]:
    """The data is recorded and waits to be processed."""
    yield from until_signed(case, diary, 15)
    yield from until_confirmed(case, diary, 13, "sosial")
    yield from until_recorded(case, diary, "sosial", 6)


def in_row_11(case: Case, diary: Diary) -> Iterator[Line]:
    """The result is there, its uses are to be noted; one item was answered with no."""
    yield from until_signed(case, diary, 17)
    yield from until_confirmed(case, diary, 15, "pemilu")
    yield diary.day(9, "08.50"), partial(case.answer, by="pemilu", refused=[2])
    yield diary.day(9, "09.08"), partial(case.deliver, by="pemilu")
    yield diary.day(9, "09.24"), partial(case.receive_data, of="pemilu")
    yield diary.day(9, "09.33"), partial(case.record_data, of="pemilu")
    yield diary.day(7, "13.20"), case.process_data


def in_row_12(case: Case, diary: Diary) -> Iterator[Line]:
    """The uses are noted, the report is to be written."""
    yield from until_signed(case, diary, 21)
    yield from until_confirmed(case, diary, 19, "agama")
    yield from until_recorded(case, diary, "agama", 12)
    yield diary.day(11, "10.50"), case.process_data
    yield diary.ago(130), case.use_results


def report_submitted(case: Case, diary: Diary) -> Iterator[Line]:
    """The report waits for the head to accept it."""
    yield from until_signed(case, diary, 24)
    yield from until_confirmed(case, diary, 22, "sosial")
    yield from until_recorded(case, diary, "sosial", 16)
    yield diary.day(14, "11.10"), case.process_data
    yield diary.day(8, "13.25"), case.use_results
    yield diary.day(7, "10.45"), case.report_usage


def closed(case: Case, diary: Diary) -> Iterator[Line]:
    """The whole SOP with two owners, one correction and an accepted report."""
    yield from until_signed(case, diary, 34)
    yield from until_confirmed(case, diary, 32, *case.topic.owners)
    yield from until_recorded(case, diary, "sosial", 28)
    yield from until_delivered(case, diary, "pemilu", 27)
    note = "Berkas memuat data tahun sebelumnya. Kirim data periode yang diminta."
    yield diary.day(27, "10.29"), partial(case.ask_correction, of="pemilu", note=note)
    yield diary.day(25, "09.40"), partial(case.answer_again, by="pemilu")
    yield diary.day(25, "09.58"), partial(case.deliver, by="pemilu")
    yield diary.day(25, "10.16"), partial(case.receive_data, of="pemilu")
    yield diary.day(25, "10.28"), partial(case.record_data, of="pemilu")
    yield diary.day(22, "13.45"), case.process_data
    yield diary.day(14, "09.30"), case.use_results
    yield diary.day(13, "13.50"), case.report_usage
    yield diary.day(12, "08.30"), case.accept_report


# -- other ways -----------------------------------------------------------------------------------


def declined(case: Case, diary: Diary) -> Iterator[Line]:
    """The only owner has declined; the section head decides what follows."""
    yield from until_signed(case, diary, 9)
    yield from until_confirmed(case, diary, 7, "agama")
    yield (
        diary.ago(100),
        partial(
            case.decline,
            by="agama",
            ground="Data pribadi",
            reason="Daftar nama penerima memuat data pribadi yang tidak dapat kami bagikan.",
        ),
    )


def cancelled(case: Case, diary: Diary) -> Iterator[Line]:
    """Given up before a letter was written."""
    yield diary.day(19, "09.35"), case.open
    yield diary.day(19, "13.35"), case.list_needs
    yield diary.day(18, "10.05"), case.prepare_form
    reason = "Kegiatan ditunda ke tahun anggaran berikutnya sehingga data belum diperlukan."
    yield diary.day(17, "11.00"), partial(case.cancel, reason=reason)


# -- what is asked --------------------------------------------------------------------------------


def table(name: str, period: str, **fields: Any) -> ItemLine:
    """Ask for a table."""
    return ItemLine(name=name, period=period, **{"format": "xlsx", "coverage": CITY, **fields})


def number(name: str, period: str, unit: str) -> ItemLine:
    """Ask for a number, typed in on the owner's page."""
    return ItemLine(name=name, period=period, unit=unit, format="online", coverage=CITY)


def requests_of(year: int) -> tuple[tuple[Topic, Story], ...]:
    """List the demo's requests; `year` stands in titles and periods."""
    last, this = str(year - 1), str(year)
    return (
        (
            Topic(
                title=f"Organisasi kemasyarakatan yang aktif tahun {this}",
                purpose=f"Menyusun profil organisasi kemasyarakatan {CITY} tahun {this}.",
                items=(
                    table(
                        "Organisasi sosial penerima pembinaan",
                        this,
                        unit="organisasi",
                        definition="Nama, alamat, dan bidang kegiatan",
                    ),
                    number("Jumlah relawan sosial terdaftar", this, "orang"),
                ),
                owners=("sosial", "pemilu"),
            ),
            closed,
        ),
        (
            Topic(
                title=f"Kerawanan sosial menjelang akhir tahun {this}",
                purpose="Menyusun peta kerawanan untuk rapat Forum Koordinasi Pimpinan Daerah.",
                items=(
                    table("Kejadian kerawanan sosial", this, unit="kejadian"),
                    number("Jumlah keluarga terdampak", this, "keluarga"),
                ),
                owners=("sosial",),
                urgency=DataRequest.Urgency.URGENT,
            ),
            report_submitted,
        ),
        (
            Topic(
                title=f"Rumah ibadah dan lembaga keagamaan {this}",
                purpose="Memutakhirkan basis data kerukunan umat beragama.",
                items=(
                    table("Rumah ibadah menurut kecamatan", this, unit="unit"),
                    number("Jumlah lembaga keagamaan", this, "lembaga"),
                ),
                owners=("agama",),
            ),
            in_row_12,
        ),
        (
            Topic(
                title="Pengurus partai politik tingkat kota",
                purpose="Memverifikasi susunan pengurus sebagai syarat bantuan keuangan.",
                items=(
                    table(
                        "Susunan pengurus partai politik",
                        this,
                        definition="Nama dan jabatan pengurus harian",
                        personal_data=RequestedItem.PersonalData.GENERAL,
                    ),
                ),
                owners=("pemilu",),
                personal_data_reason="Nama pengurus diperlukan untuk memeriksa keabsahan usulan.",
            ),
            overdue,
        ),
        (
            Topic(
                title=f"Partisipasi pemilih pemula {last}",
                purpose="Merencanakan pendidikan politik bagi pemilih pemula.",
                items=(
                    table("Pemilih pemula menurut kelurahan", last, format="csv", unit="orang"),
                    number("Jumlah pemilih pemula disabilitas", last, "orang"),
                ),
                owners=("pemilu",),
            ),
            in_row_11,
        ),
        (
            Topic(
                title="Peserta sekolah wawasan kebangsaan",
                purpose="Menentukan sasaran kegiatan wawasan kebangsaan.",
                items=(table("Calon peserta menurut sekolah", this, unit="orang"),),
                owners=("agama",),
            ),
            cancelled,
        ),
        (
            Topic(
                title=f"Yayasan penyelenggara panti sosial {this}",
                purpose="Memetakan yayasan yang dibina bersama perangkat daerah lain.",
                items=(
                    table("Yayasan penyelenggara panti", this, unit="yayasan"),
                    number("Jumlah penghuni panti", this, "orang"),
                ),
                owners=("sosial",),
            ),
            in_row_10,
        ),
        (
            Topic(
                title="Lembaga penerima hibah keagamaan",
                purpose="Mencocokkan usulan hibah dengan lembaga yang terdaftar.",
                items=(
                    table("Lembaga keagamaan calon penerima hibah", this, unit="lembaga"),
                    number("Jumlah majelis taklim aktif", this, "majelis"),
                ),
                owners=("agama",),
            ),
            in_correction,
        ),
        (
            Topic(
                title=f"Lembaga kemanusiaan dan relawan {this}",
                purpose="Menyusun daftar mitra untuk penanganan bencana di kota.",
                items=(
                    table("Lembaga kemanusiaan yang terdaftar", this, unit="lembaga"),
                    number("Jumlah relawan aktif", this, "orang"),
                ),
                owners=("sosial", "agama"),
                columns=("Laki-laki", "Perempuan"),
            ),
            with_questions,
        ),
        (
            Topic(
                title="Penanganan gelandangan dan anak jalanan",
                purpose="Menyusun bahan rapat tim terpadu penanganan konflik sosial.",
                items=(table("Penjangkauan menurut kecamatan", this, unit="orang"),),
                owners=("sosial", "agama"),
            ),
            in_rows_8_and_9,
        ),
        (
            Topic(
                title="Forum kerukunan dan pembauran kebangsaan",
                purpose="Memutakhirkan keanggotaan forum untuk penerbitan keputusan baru.",
                items=(
                    table("Organisasi anggota forum", this, unit="organisasi"),
                    number("Jumlah kegiatan lintas agama", this, "kegiatan"),
                ),
                owners=("sosial", "agama", "pemilu"),
            ),
            with_three_owners,
        ),
        (
            Topic(
                title="Penerima bantuan sosial rohaniwan",
                purpose="Menghindari bantuan ganda bagi rohaniwan.",
                items=(
                    table(
                        "Rohaniwan penerima bantuan",
                        this,
                        definition="Nama dan alamat",
                        personal_data=RequestedItem.PersonalData.GENERAL,
                    ),
                ),
                owners=("agama",),
                personal_data_reason="Nama diperlukan untuk mencocokkan penerima bantuan.",
            ),
            declined,
        ),
        (
            Topic(
                title="Pengawasan lembaga asing",
                purpose="Menyusun laporan pemantauan lembaga asing triwulan berjalan.",
                items=(table("Lembaga asing bidang sosial", this, unit="lembaga"),),
                owners=("sosial",),
                security_class=DataRequest.SecurityClass.LIMITED,
            ),
            in_row_6,
        ),
        (
            Topic(
                title="Potensi konflik antarkelompok",
                purpose="Menyiapkan rencana aksi terpadu penanganan konflik sosial.",
                items=(
                    table("Kejadian perselisihan yang ditangani", this, unit="kejadian"),
                    number("Jumlah mediasi", this, "kali"),
                ),
                owners=("sosial", "agama"),
            ),
            in_row_5,
        ),
        (
            Topic(
                title="Perolehan kursi dan suara partai politik",
                purpose="Menghitung bantuan keuangan partai politik.",
                items=(table("Perolehan suara sah menurut partai", last, unit="suara"),),
                owners=("pemilu",),
            ),
            returned,
        ),
        (
            Topic(
                title="Anggota forum kewaspadaan dini masyarakat",
                purpose="Memutakhirkan jejaring deteksi dini di kelurahan.",
                items=(table("Relawan siaga menurut kelurahan", this, unit="orang"),),
                owners=("sosial",),
            ),
            in_row_4,
        ),
        (
            Topic(
                title="Madrasah pelaksana pendidikan Pancasila",
                purpose="Menentukan lokasi pembinaan ideologi Pancasila.",
                items=(table("Madrasah menurut kecamatan", this, unit="madrasah"),),
                owners=("agama",),
            ),
            in_row_2,
        ),
        (
            Topic(
                title="Penghayat kepercayaan dan sanggar budaya",
                purpose="Menyusun profil kelompok penghayat kepercayaan.",
                items=(table("Kelompok penghayat kepercayaan", this, unit="kelompok"),),
                owners=("agama",),
            ),
            in_row_1,
        ),
    )
