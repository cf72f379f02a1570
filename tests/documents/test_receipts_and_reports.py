"""Do receipts, covering sheet and report hold what they prove, and nothing else?"""

from datetime import date

import pytest

from requests_app.documents import pages, papers, receipts, reports
from tests.documents import samples
from tests.documents.test_letters import flat, text_of

PERSON = receipts.Person(name="Contoh Penerima", title="Pengelola Data", contact="0800-0000-0000")
REFUSAL = receipts.ItemRefusal(item="Data anggota", ground="Data pribadi", reason="Spesifik.")


def test_a_letter_receipt_says_who_confirmed_what_and_when():
    paper = receipts.LetterReceipt(
        **samples.receipt_values(), received_at=samples.MOMENT, channel="Tautan", person=PERSON
    )
    text = text_of(receipts.render_letter_receipt(paper))
    for part in (
        "TANDA TERIMA SURAT",
        "TT-1/2026",
        samples.NUMBER,
        "Senin, 23 November 2026 pukul 14.05 WIB",
        "Contoh Penerima",
        "Pengelola Data",
        samples.CODE,
        "tidak memuat tanda tangan",
    ):
        assert part in text
    assert "Bukti" not in text


def test_a_deemed_receipt_is_never_shown_as_confirmed():
    paper = receipts.LetterReceipt(
        **samples.receipt_values(),
        received_at=samples.MOMENT,
        channel="Surel",
        manner=receipts.Manner.DEEMED,
    )
    text = text_of(receipts.render_letter_receipt(paper))
    assert "DIANGGAP DITERIMA" in text
    assert "bukan konfirmasi" in text
    assert "TANDA TERIMA SURAT" not in text


def test_a_receipt_on_behalf_names_staff_and_evidence():
    paper = receipts.LetterReceipt(
        **samples.receipt_values(),
        received_at=samples.MOMENT,
        channel="Telepon",
        manner=receipts.Manner.ON_BEHALF,
        recorded_by="Contoh Staf",
        evidence="Panggilan telepon",
    )
    text = text_of(receipts.render_letter_receipt(paper))
    assert "dicatat oleh petugas atas nama" in text
    assert "Panggilan telepon" in text


def test_a_data_receipt_lists_size_rows_and_hash_of_each_file():
    bare = receipts.ReceivedFile(name=samples.STRANGE, size_bytes=812, sha256="0" * 64)
    paper = receipts.DataReceipt(
        **samples.receipt_values(),
        delivered_at=samples.MOMENT,
        channel="Tautan",
        files=(samples.FILE, bare),
        refusals=(REFUSAL,),
        online_answers=3,
    )
    text = text_of(receipts.render_data_receipt(paper))
    for part in ("2,4 MB", "1.234", "2 (dua) berkas", "3 (tiga) butir", "Data anggota"):
        assert part in text
    assert samples.FILE.sha256 in flat(text)
    assert flat(samples.STRANGE) in flat(text)


def test_a_decline_receipt_gives_ground_and_reason():
    paper = receipts.DeclineReceipt(
        **samples.receipt_values(),
        declined_at=samples.MOMENT,
        channel="Tautan",
        refusals=(REFUSAL,),
        person=PERSON,
    )
    text = text_of(receipts.render_decline_receipt(paper))
    assert "Data pribadi" in text
    assert "Spesifik." in text


def test_an_intake_record_has_the_columns_of_the_book():
    paper = receipts.IntakeRecord(
        **samples.receipt_values() | {"number": "7/2026"},
        recorded_at=samples.MOMENT,
        received_at=samples.MOMENT,
        data_kind="Organisasi",
        form_and_amount="1 berkas",
        receiver="Contoh Staf",
        recorded_by="Contoh Staf",
        storage_place="Sistem",
        security_class="Biasa",
        files=(samples.FILE,),
    )
    text = text_of(receipts.render_intake_record(paper))
    for part in ("Nomor: 7/2026", "Asal data", "Jenis data", "Bentuk/jumlah", "Lokasi simpan"):
        assert part in text
    assert "Keterangan" not in text


def test_a_covering_sheet_has_the_link_and_no_place_for_the_code():
    link = "https://sopdata.example.go.id/t/abc/"
    paper = receipts.CoveringSheet(
        letterhead=samples.KOP,
        zone="Asia/Jakarta",
        letter=samples.LETTER,
        owner="Kepala Dinas Contoh",
        place="Contoh",
        link=link,
        valid_until=samples.MOMENT,
        code_channel="telepon",
        contact=PERSON,
    )
    text = text_of(receipts.render_covering_sheet(paper))
    assert link in text
    assert "10 (sepuluh) hari kerja" in text
    assert "secara terpisah melalui telepon" in " ".join(text.split())
    assert "access_code" not in receipts.CoveringSheet.__dataclass_fields__


def test_a_long_data_receipt_runs_over_pages_with_repeated_header():
    paper = receipts.DataReceipt(
        **samples.receipt_values(),
        delivered_at=samples.MOMENT,
        channel="Tautan",
        files=(samples.FILE,) * 60,
    )
    texts = pages.page_texts(receipts.render_data_receipt(paper))
    assert len(texts) > 2
    assert all("SHA-256" in text for text in texts)


def test_a_receipt_tells_when_the_rest_is_promised_and_what_the_owner_noted():
    part = receipts.ItemRefusal(
        item="Data anggota",
        ground="Diberikan sebagian; sisanya dijanjikan 4 Desember 2026",
        is_partial=True,
    )
    paper = receipts.DataReceipt(
        **samples.receipt_values(),
        delivered_at=samples.MOMENT,
        channel="Tautan",
        files=(samples.FILE,),
        refusals=(part,),
        owner_note="Angka dalam ribuan.",
    )
    text = flat(text_of(receipts.render_data_receipt(paper)))
    for words in (
        "Data yang tidak atau belum lengkap diberikan",
        "sisanya dijanjikan 4 Desember 2026",
        "Angka dalam ribuan.",
    ):
        assert flat(words) in text


def full_report(**changes):
    day = date(2026, 12, 7)
    return samples.report(
        received=(reports.ReceivedData(item="Ormas", owner="Dinas Contoh", received_date=day),),
        not_received=(reports.NotReceived(item="Anggota", owner="Dinas", reason="Pribadi"),),
        results=(reports.Result(title="Rekap", method="Jumlah", sources="ormas.xlsx"),),
        uses=(
            reports.Use(
                used_date=day,
                data="Ormas",
                user="Contoh Kasi",
                purpose="Peta kerawanan",
                product="Peta",
                shared_with="Wali Kota",
                basis="Tujuan permohonan",
            ),
        ),
        non_uses=(reports.NonUse(data="Konflik", reason="Terlambat"),),
        approvals=(
            reports.OutsideApproval(
                approved_date=day,
                data="Ormas",
                purpose="Rapat",
                approved_by="Kepala Badan",
                reason="Mendesak",
            ),
        ),
        retention="Disimpan tertutup.",
        activities="Kegiatan.",
        achievements="Hasil.",
        **changes,
    )


def test_a_report_has_chapters_a_to_e_and_the_ledger():
    text = " ".join(text_of(reports.render_report(full_report())).split())
    for part in (
        "LAPORAN",
        "A. Pendahuluan",
        "B. Kegiatan yang Dilaksanakan",
        "C. Hasil yang Dicapai",
        "D. Simpulan dan Saran",
        "E. Penutup",
        "07-12-2026",
        "Peta kerawanan",
        "Dibagikan kepada: Wali Kota",
        "Terlambat",
        "Mendesak",
        "Contoh, 21 Desember 2026",
        samples.NUMBER,
        samples.CODE,
    ):
        assert part in text


def test_an_empty_ledger_is_said_in_words():
    text = text_of(reports.render_report(samples.report()))
    assert "Tidak ada data dan informasi yang diterima." in text
    assert "Tidak ada penggunaan yang tercatat." in text
    assert "Tidak ada persetujuan penggunaan di luar tujuan permohonan." in text


def test_a_draft_report_has_neither_number_nor_code():
    text = text_of(reports.render_report(samples.report(draft=True, letter="Surat Contoh.")))
    assert "DRAF" in text
    assert "Nomor: diisi saat ditandatangani" in text
    assert samples.CODE not in text
    assert "2026" not in text


def test_a_final_report_is_refused_without_a_number():
    with pytest.raises(papers.PaperIncomplete, match="number"):
        samples.report(number=None)


def test_the_notes_name_the_kind_of_signature_truthfully():
    assert "tidak tersertifikasi" in papers.own_signature_note(application="x", url="y")
    assert "SRIKANDI" in papers.signed_elsewhere_note(system="SRIKANDI")
    assert "tidak memuat tanda tangan" in papers.unsigned_note(application="x", url="y")
