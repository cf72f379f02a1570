"""What are the states and the entries of the record called, at whichever door they are read?

Pages, the admin and exports speak of the same things and do not know each other: the words they
share stand below all of them.
"""

from typing import Final

from requests_app.sop import steps
from requests_app.sop.words import Phrase, _

STATES: Final[dict[str, str]] = {
    "list_needs": _("Menyusun daftar data"),
    "prepare_form": _("Menyiapkan media"),
    "draft_letter": _("Draf surat"),
    "verify_letter": _("Menunggu verifikasi"),
    "sign_letter": _("Menunggu tanda tangan"),
    "send_letter": _("Siap dikirim"),
    "receive_letter": _("Terkirim"),
    "process_request": _("Diproses pemilik data"),
    "deliver_data": _("Menunggu data dikirim"),
    "receive_data": _("Data masuk"),
    "record_data": _("Menunggu dicatat"),
    "process_data": _("Diolah"),
    "use_results": _("Digunakan"),
    "report_usage": _("Menunggu laporan"),
    "accept_report": _("Menunggu laporan diterima"),
    "review_refusals": _("Perlu keputusan"),
    steps.RECORDED: _("Tercatat"),
    steps.DECLINED: _("Tidak dapat dipenuhi"),
    steps.WAIVED: _("Tidak lagi ditunggu"),
    steps.CLOSED: _("Selesai"),
    steps.CANCELLED: _("Dibatalkan"),
}

STEP_NAMES: Final[dict[str, str]] = {
    "list_needs": _("Daftar data"),
    "prepare_form": _("Media pengumpulan"),
    "draft_letter": _("Draf surat"),
    "verify_letter": _("Verifikasi surat"),
    "sign_letter": _("Tanda tangan surat"),
    "send_letter": _("Pengiriman surat"),
    "receive_letter": _("Penerimaan surat"),
    "process_request": _("Pemrosesan permohonan"),
    "deliver_data": _("Pengiriman data"),
    "receive_data": _("Penerimaan dan pemeriksaan data"),
    "record_data": _("Pencatatan data"),
    "process_data": _("Pengolahan data"),
    "use_results": _("Penggunaan hasil"),
    "report_usage": _("Laporan penggunaan"),
    "accept_report": _("Penerimaan laporan"),
    "review_refusals": _("Tinjauan penolakan"),
}

NOTES: Final[dict[str, str]] = {
    "open": _("Permohonan dibuka"),
    "record_on_behalf": _("Jawaban pemilik data dicatat staf atas namanya"),
    "add_recipient": _("Pemilik data ditambahkan"),
    "remove_recipient": _("Pemilik data dikeluarkan"),
    "new_link": _("Tautan dibuat"),
    "new_code": _("Kode akses baru dibuat"),
    "revoke_link": _("Tautan dicabut"),
    "resend_letter": _("Surat dikirim ulang"),
    "letter_sent": _("Surel berisi surat terkirim"),
    "forward_link": _("Tautan diteruskan kepada rekan"),
    "name_respondent": _("Yang mengisi data dicatat"),
    "send_reminder": _("Pengingat dikirim"),
    "signature_failed": _("Penandatanganan tidak berhasil"),
    "put_signed_copy": _("Salinan bertanda tangan dimasukkan"),
    "print_for_pen": _("Surat dicetak untuk tanda tangan basah"),
    "add_result": _("Hasil olah ditambahkan"),
    "withdraw_result": _("Hasil olah ditarik"),
    "add_use": _("Penggunaan data dicatat"),
    "state_non_use": _("Data dinyatakan tidak digunakan"),
    "strike_use": _("Catatan penggunaan dicoret"),
    "give_initial": _("Paraf dibubuhkan"),
    "void_initials": _("Paraf batal"),
    "deliver_supplement": _("Susulan data dikirim"),
    "ask_clarification": _("Waktu dijeda: pemilik data meminta penjelasan"),
    "answer_clarification": _("Permintaan penjelasan dijawab"),
    "request_extension": _("Perpanjangan waktu diminta"),
    "grant_extension": _("Perpanjangan waktu disetujui"),
    "refuse_extension": _("Perpanjangan waktu ditolak"),
    "release_file": _("Berkas yang ditahan dilepas"),
}
"""Entries of a request's record that change no state: deed → what happened."""

OFFICE_NOTES: Final[dict[str, str]] = {
    "seed_calendar": _("Kalender kerja diisi"),
    "make_authority": _("Penerbit sertifikat dibuat"),
    "enrol_certificate": _("Sertifikat tanda tangan dibuat"),
    "renew_certificate": _("Sertifikat tanda tangan diperbarui"),
    "revoke_certificate": _("Sertifikat tanda tangan dicabut"),
    "load_demo": _("Kantor contoh dimuat"),
    "begin_with_edition": _("Edisi SOP mulai dipakai"),
    "revise_edition": _("Edisi SOP direvisi"),
    "set_password": _("Kata sandi dibuat"),
    "reset_second_factor": _("Verifikasi dua langkah diatur ulang"),
    "reserve_number": _("Nomor dicadangkan"),
    "insert_number": _("Nomor disisipkan"),
    "enter_number": _("Nomor naskah luar dicatat"),
    "void_number": _("Nomor dibatalkan"),
    "correct_address": _("Alamat surel pemilik data diperbaiki"),
}
"""Entries of an office's record that no desk of the admin has written."""

KINDS: Final[dict[str, str]] = {
    "completes": _("Langkah selesai"),
    "returns": _("Dikembalikan"),
    "leaves": _("Jalan keluar"),
    "notes": _("Catatan"),
}
"""What an entry of the record did to its row."""

_AT_A_DESK: Final = {
    "add": _("Ditambahkan oleh pengelola"),
    "change": _("Diubah oleh pengelola"),
}


def what_happened(*, kind: str, deed: str, row: str = "", to_state: str = "") -> Phrase:
    """Tell an entry of the record in a few words; an unknown deed keeps its own name."""
    if kind == "returns":
        name = STEP_NAMES.get(to_state, "")
        return Phrase(_("Dikembalikan ke: {langkah}"), {"langkah": name})
    if kind == "leaves":
        return Phrase(steps.exit_by_key(deed).label)
    if kind == "completes":
        step = steps.by_key(row)
        if not step.number:
            return Phrase(STEP_NAMES[row])
        values = {"no": step.number, "langkah": STEP_NAMES[row]}
        return Phrase(_("Langkah {no} selesai: {langkah}"), values)
    desk = _AT_A_DESK.get(deed.partition("_")[0], deed)
    return Phrase(NOTES.get(deed) or OFFICE_NOTES.get(deed) or desk)
