"""Is the edition the SOP as it was issued, and can an office lay its own over the table?"""

from dataclasses import replace
from datetime import date

import pytest

from requests_app.sop.edition import AS_ISSUED, LETTER_LEGAL_BASES
from requests_app.sop.roles import Role
from requests_app.sop.steps import ROWS, STEPS, StandardTime, Unit, by_key

# No, Kegiatan, Kelengkapan, Waktu, Output: word for word, the empty cells and dashes too.
AS_PRINTED = [
    ("1", "Menyusun daftar data dan informasi yang dibutuhkan", "-", "1 hari", "-"),
    (
        "2",
        (
            "Membuat format atau media pengumpulan data dan informasi seperti formulir, blanko, "
            "kuesioner, dan lain sebagainya"
        ),
        "daftar data dan informasi yang dibutuhkan",
        "1 hari",
        "format atau media pengumpulan data dan informasi",
    ),
    (
        "3",
        "Membuat draft surat permohonan data dan informasi",
        "-",
        "30 Menit",
        "draft surat permohonan",
    ),
    (
        "4",
        "Memverifikasi draft surat permohonan data dan informasi",
        "-",
        "1 hari",
        "draft surat permohonan",
    ),
    (
        "5",
        "Memverifikasi dan menandatangani surat permohonan data dan informasi",
        "",
        "1 hari",
        "surat permohonan",
    ),
    (
        "6",
        "Mengirimkan surat permohonan data dan informasi ke pemilik data dan informasi",
        "",
        "30 menit",
        "-",
    ),
    (
        "7",
        "Menerima surat permohonan data dan informasi",
        "surat permohonan data dan informasi",
        "30 menit",
        "-",
    ),
    (
        "",
        "Memproses dan memverifikasi permohonan data dan informasi",
        "surat permohonan data dan informasi",
        "10 Hari",
        "-",
    ),
    (
        "",
        "Mengirimkan data dan informasi ke pemohon",
        "data dan informasi",
        "30 menit",
        "-",
    ),
    (
        "8",
        "Menerima data dan informasi dari pemilik data dan informasi",
        "data dan informasi",
        "30 menit",
        "-",
    ),
    (
        "9",
        "Melakukan pencatatan data dan informasi",
        "data dan informasi",
        "15 menit",
        "catatan penerimaan data dan informasi",
    ),
    (
        "10",
        "Mengolah data dan informasi sesuai dengan peruntukannya",
        "data dan informasi",
        "-",
        "Hasil olah data dan informasi",
    ),
    (
        "11",
        "Menggunakan hasil pengolahan data dan informasi sesuai dengan peruntukannya",
        "data dan informasi",
        "-",
        "Laporan penggunaan data dan informasi",
    ),
    (
        "12",
        "Melaporkan penggunaan data dan informasi kepada kepala OPD",
        "Hasil penggunaan data dan informasi",
        "1 hari",
        "Laporan penggunaan data dan informasi",
    ),
]


def test_the_14_rows_stand_word_for_word():
    assert [
        (row.step.printed_number, row.activity, row.inputs, row.standard_text, row.output)
        for row in AS_ISSUED.rows
    ] == AS_PRINTED


def test_no_row_carries_a_remark_as_issued():
    assert {row.remarks for row in AS_ISSUED.in_order} == {""}


def test_the_standards_add_up_to_15_days_and_165_minutes():
    def total(unit, rows):
        times = [row.standard_time for row in rows if row.standard_time is not None]
        return sum(time.amount for time in times if time.unit is unit)

    owner = [row for row in AS_ISSUED.rows if row.role is Role.DATA_OWNER]
    assert (total(Unit.DAYS, AS_ISSUED.rows), total(Unit.MINUTES, AS_ISSUED.rows)) == (15, 165)
    assert (total(Unit.DAYS, owner), total(Unit.MINUTES, owner)) == (10, 60)


def test_rows_10_and_11_have_no_standard_time():
    without = [row.number for row in AS_ISSUED.rows if AS_ISSUED.standard_of(row.key) is None]
    assert without == ["10", "11"]


def test_the_header_is_that_of_the_sop():
    assert AS_ISSUED.number == "000.8.3.3/173-6"
    assert AS_ISSUED.name == "STANDAR OPERASIONAL PROSEDUR PENGUMPULAN DATA DAN INFORMASI"
    assert (AS_ISSUED.made_on, AS_ISSUED.revised_on) == (date(2023, 8, 1), None)
    assert AS_ISSUED.effective_from == date(2023, 10, 4)
    assert AS_ISSUED.approved_by.endswith("NIP. 19750107 199703 1 002")


def test_the_wrong_year_is_kept_and_footnoted():
    assert "No. 14 Tahun 2009" in AS_ISSUED.legal_basis[0]
    assert set(AS_ISSUED.footnotes) == {"1"}
    assert AS_ISSUED.footnotes["1"].endswith("Undang-Undang Nomor 14 Tahun 2008.")


def test_what_the_original_leaves_empty_stays_empty():
    assert AS_ISSUED.related == ()
    assert AS_ISSUED.recording == ()
    assert AS_ISSUED.legal_basis[2].endswith("Komunikasi dan Informatik")


def test_letters_cite_the_right_law_and_change_nothing_else():
    changed = [
        (printed, cited)
        for printed, cited in zip(AS_ISSUED.legal_basis, LETTER_LEGAL_BASES, strict=True)
        if printed != cited
    ]
    assert [cited for _printed, cited in changed] == [
        "Undang-undang No. 14 Tahun 2008 tentang Keterbukaan Informasi Publik",
        "Peraturan Daerah No. 6 tahun 2012 tentang Penyelenggaraan Komunikasi dan Informatika",
    ]


def test_an_edition_answers_for_role_and_standard():
    assert AS_ISSUED.role_of("sign_letter") is Role.AGENCY_HEAD
    assert AS_ISSUED.standard_of("process_request") == StandardTime(10, Unit.DAYS)
    assert AS_ISSUED.row_of("process_request").number == "7a"
    assert AS_ISSUED.keys_of(Role.AGENCY_HEAD) == ("sign_letter", "accept_report")
    keys = [row.key for role in Role for row in AS_ISSUED.for_role(role)]
    assert sorted(keys) == sorted(step.key for step in STEPS)


def test_an_office_may_give_a_row_to_another_role_without_touching_the_table():
    moved = replace(AS_ISSUED.row_of("record_data"), role=Role.SECTION_HEAD)
    own = replace(AS_ISSUED, steps={**AS_ISSUED.steps, "record_data": moved})
    assert own.role_of("record_data") is Role.SECTION_HEAD
    assert AS_ISSUED.role_of("record_data") is Role.STAFF
    assert [row.key for row in own.rows] == [step.key for step in ROWS]
    assert own.row_of("record_data").step is by_key("record_data")


def test_an_edition_that_does_not_fit_the_table_is_refused():
    row = AS_ISSUED.row_of("record_data")
    with pytest.raises(ValueError, match="each step"):
        replace(AS_ISSUED, steps={"record_data": row})
    with pytest.raises(ValueError, match="each step"):
        replace(AS_ISSUED, steps={**AS_ISSUED.steps, "receive_data": row})
    with pytest.raises(ValueError, match="four roles"):
        replace(AS_ISSUED, role_titles={})
    with pytest.raises(ValueError, match="missing entry"):
        replace(AS_ISSUED, footnotes={"7": "x"})
