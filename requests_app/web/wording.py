"""Which words does the interface use for states, steps, deeds and what came of them?

The one place for labels of badges and buttons (microcopy of the SOP's screens); what the admin says
too stands in `sop.labels`. Keyed by the rows of `sop.steps`; a test proves that no row, send-back,
exit or state is without its words.
"""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.sop import labels, steps

Words = str | Promise

WITHOUT_DATA: Final = "without_data"
"""Outcome of a request that was closed although no owner gave data."""

STATE_LABELS: Final[dict[str, Words]] = {key: _(text) for key, text in labels.STATES.items()}
CLOSED_WITHOUT_DATA: Final = _("Ditutup tanpa data")
BEFORE_LETTER: Final = "before_letter"
"""Outcome of an owner who waits in row 6 while the letter is not signed yet."""
AWAITS_LETTER: Final = _("Menunggu surat")

# The same states in the words of the owner, whose own turn carries the accent.
OWNER_LABELS: Final[dict[str, Words]] = {
    "send_letter": AWAITS_LETTER,
    "receive_letter": _("Menunggu konfirmasi Anda"),
    "process_request": _("Menunggu isian Anda"),
    "deliver_data": _("Menunggu Anda kirim"),
    "receive_data": _("Data diperiksa kantor peminta"),
    "record_data": _("Data diterima kantor peminta"),
    steps.RECORDED: _("Data diterima kantor peminta"),
    steps.DECLINED: _("Tidak dapat dipenuhi"),
    steps.WAIVED: _("Tidak lagi ditunggu"),
}
OWNERS_TURN: Final = frozenset({"receive_letter", "process_request", "deliver_data"})

# What is not listed stands in the office's own hands: the accent. A refusal is never red.
STATE_TONES: Final[dict[str, str]] = {
    "receive_letter": "quiet",
    "process_request": "quiet",
    "deliver_data": "quiet",
    "review_refusals": "warn",
    steps.RECORDED: "ok",
    steps.DECLINED: "quiet",
    steps.WAIVED: "quiet",
    steps.CLOSED: "ok",
    steps.CANCELLED: "quiet",
}
STATE_ICONS: Final[dict[str, str]] = {
    "list_needs": "pencil-square",
    "prepare_form": "pencil-square",
    "draft_letter": "pencil-square",
    "verify_letter": "clipboard-check",
    "sign_letter": "pen",
    "send_letter": "send",
    "receive_letter": "envelope",
    "process_request": "hourglass-split",
    "deliver_data": "hourglass-split",
    "receive_data": "inbox",
    "record_data": "journal-check",
    "process_data": "gear",
    "use_results": "bar-chart",
    "report_usage": "file-earmark-text",
    "accept_report": "clipboard-check",
    "review_refusals": "question-circle",
    steps.RECORDED: "check-lg",
    steps.DECLINED: "slash-circle",
    steps.WAIVED: "dash-circle-fill",
    steps.CLOSED: "check-circle-fill",
    steps.CANCELLED: "slash-circle",
}

STEP_NAMES: Final[dict[str, Words]] = {key: _(text) for key, text in labels.STEP_NAMES.items()}

INBOX_VERBS: Final[dict[str, Words]] = {
    "list_needs": _("Susun daftar data"),
    "prepare_form": _("Buat media pengumpulan"),
    "draft_letter": _("Buat draf surat"),
    "verify_letter": _("Verifikasi draf surat"),
    "sign_letter": _("Tanda tangani surat"),
    "send_letter": _("Kirim surat"),
    "receive_letter": _("Konfirmasi penerimaan surat"),
    "process_request": _("Proses permohonan"),
    "deliver_data": _("Kirim data"),
    "receive_data": _("Periksa data"),
    "record_data": _("Catat data"),
    "process_data": _("Olah data"),
    "use_results": _("Catat penggunaan"),
    "report_usage": _("Susun laporan"),
    "accept_report": _("Terima laporan"),
    "review_refusals": _("Tentukan langkah berikutnya"),
}

DEED_LABELS: Final[dict[str, Words]] = {
    "list_needs": _("Tetapkan daftar data"),
    "prepare_form": _("Terbitkan media pengumpulan"),
    "draft_letter": _("Kirim untuk verifikasi"),
    "verify_letter": _("Setujui dan bubuhkan paraf"),
    "sign_letter": _("Tanda tangani surat"),
    "send_letter": _("Kirim ke pemilik data"),
    "receive_letter": _("Konfirmasi penerimaan surat"),
    "process_request": _("Lanjut ke pengiriman data"),
    "deliver_data": _("Kirim data"),
    "receive_data": _("Terima data"),
    "record_data": _("Catat dalam buku catatan"),
    "process_data": _("Selesai mengolah"),
    "use_results": _("Selesai mencatat penggunaan"),
    "report_usage": _("Sampaikan laporan kepada Kepala"),
    "accept_report": _("Terima laporan dan tutup permohonan"),
    "review_refusals": _("Tentukan langkah berikutnya"),
    "decline": _("Data tidak dapat diberikan"),
    "waive": _("Tidak lagi menunggu pemilik data ini"),
    "cancel": _("Batalkan permohonan"),
    "close_without_data": _("Tutup tanpa data"),
}

# (state left, state entered) → label: the same target is called differently from different rows.
RETURN_LABELS: Final[dict[tuple[str, str], Words]] = {
    ("verify_letter", "draft_letter"): _("Kembalikan ke draf surat"),
    ("verify_letter", "prepare_form"): _("Kembalikan ke media pengumpulan"),
    ("sign_letter", "draft_letter"): _("Kembalikan ke draf surat"),
    ("receive_data", "process_request"): _("Minta perbaikan data"),
    ("process_data", "receive_data"): _("Kembalikan ke penerimaan data"),
    ("accept_report", "use_results"): _("Kembalikan laporan"),
    ("review_refusals", "list_needs"): _("Susun ulang dari daftar data"),
    ("review_refusals", "draft_letter"): _("Susun ulang surat"),
}

SUCCESS: Final[dict[str, Words]] = {
    "list_needs": _("Daftar data ditetapkan."),
    "prepare_form": _("Media pengumpulan diterbitkan."),
    "draft_letter": _("Draf surat dikirim kepada {title} untuk diverifikasi."),
    "verify_letter": _("Draf diparaf dan diteruskan kepada {title}."),
    "sign_letter": _("Surat nomor {number} telah ditandatangani."),
    "send_letter": _("Surat dikirim ke {to}. Tautan berlaku sampai {until}."),
    "receive_letter": _("Terima kasih. Tanda terima nomor {number} telah dibuat."),
    "process_request": _("Isian tersimpan. Periksa kembali sebelum mengirim data."),
    "deliver_data": _("Data terkirim. Tanda terima nomor {number} dapat diunduh."),
    "receive_data": _("Data diterima. Lanjutkan dengan pencatatan."),
    "record_data": _("Tercatat dalam buku catatan nomor {number}."),
    "process_data": _("Hasil olah tersimpan."),
    "use_results": _("Penggunaan tercatat."),
    "report_usage": _("Laporan disampaikan kepada {title}."),
    "accept_report": _("Laporan diterima. Permohonan selesai dan diarsipkan."),
    "return": _("Dikembalikan ke langkah {step}. Alasan Anda disampaikan."),
    "decline": _("Jawaban Anda tercatat sebagai jawaban resmi."),
    "waive": _("{owner} tidak lagi ditunggu."),
    "cancel": _("Permohonan dibatalkan. Nomor surat tetap tercatat."),
    "close_without_data": _("Permohonan ditutup tanpa data."),
    "save": _("Draf disimpan."),
}

# Words between owner and office; they stand beside the rows and change no state.
TALK_LABELS: Final[dict[str, Words]] = {
    "ask_clarification": _("Kirim pertanyaan"),
    "answer_clarification": _("Kirim jawaban"),
    "request_extension": _("Kirim permintaan"),
    "grant_extension": _("Setujui perpanjangan"),
    "refuse_extension": _("Tolak perpanjangan"),
}
TALK_VERBS: Final[dict[str, Words]] = {
    "asks": _("Jawab pertanyaan"),
    "wants_days": _("Putuskan perpanjangan"),
    "": _("Percakapan"),
}
TALK_ICONS: Final[dict[str, str]] = {
    "ask_clarification": "pause-fill",
    "answer_clarification": "chat-left-text",
    "request_extension": "calendar3",
    "grant_extension": "calendar3",
    "refuse_extension": "calendar3",
}
TALK_TITLES: Final[dict[str, Words]] = {
    "ask_clarification": _("Minta penjelasan"),
    "request_extension": _("Minta perpanjangan waktu"),
}

# The owner's deeds as people of the office record them: `behalf:<deed>`.
BEHALF_LABELS: Final[dict[str, Words]] = {
    "receive_letter": _("Catat konfirmasi atas nama pemilik data"),
    "take_up": _("Catat dan isi atas nama pemilik data"),
    "process_request": _("Lanjut ke pemeriksaan dan pengiriman"),
    "deliver_data": _("Kirim atas nama pemilik data"),
    "decline": _("Catat jawaban atas nama pemilik data"),
    "ask_clarification": _("Catat pertanyaan atas nama pemilik data"),
    "request_extension": _("Catat permintaan atas nama pemilik data"),
    "deliver_supplement": _("Catat susulan atas nama pemilik data"),
}
BEHALF_SUCCESS: Final[dict[str, Words]] = {
    "receive_letter": _("Konfirmasi dicatat atas nama {owner}; tenggat dihitung sejak {day}."),
    "take_up": _("Cara data diterima tercatat. Isi data atas nama {owner}."),
    "process_request": _("Isian tersimpan. Periksa kembali sebelum dikirim atas nama {owner}."),
    "deliver_data": _("Data tercatat sebagai kiriman {owner}. Lanjutkan dengan pemeriksaan."),
    "decline": _("Jawaban tercatat sebagai jawaban resmi {owner}."),
}

QUESTION_OF_A_RETURN: Final = _("Apa yang perlu diperbaiki?")


def state_label(state: str, *, outcome: str = "") -> Words:
    """Name a state as its badge does; some need a second word to be told rightly.

    A request closed without data is not simply "Selesai", and an owner is not "Siap dikirim" while
    there is no letter.
    """
    if outcome == BEFORE_LETTER:
        return AWAITS_LETTER
    if state == steps.CLOSED and outcome == WITHOUT_DATA:
        return CLOSED_WITHOUT_DATA
    return STATE_LABELS[state]


def state_tone(state: str, *, outcome: str = "") -> str:
    """Return the tone of a badge: accent, ok, warn or quiet."""
    if outcome == BEFORE_LETTER:
        return "quiet"
    if state == steps.CLOSED and outcome == WITHOUT_DATA:
        return "quiet"
    return STATE_TONES.get(state, "accent")


def owner_tone(state: str) -> str:
    """Return the tone of a badge on an owner's page: what waits for the owner stands out."""
    return "accent" if state in OWNERS_TURN else STATE_TONES.get(state, "quiet")


def deed_label(deed: str, *, state: str = "") -> Words:
    """Name a deed as its button does; a send-back (`return:<target>`) needs the state it leaves."""
    kind, _colon, target = deed.partition(":")
    if kind == "behalf":
        return BEHALF_LABELS[target]
    return RETURN_LABELS[state, target] if kind == "return" else DEED_LABELS[deed]


def success(deed: str, **values: object) -> str:
    """Tell what a deed has done; the values are named as in `SUCCESS` and already formatted."""
    kind, _colon, target = deed.partition(":")
    if kind == "return":
        step = steps.by_key(target)
        values.setdefault("step", f"{step.number} ({STEP_NAMES[target]})".strip())
    words = BEHALF_SUCCESS[target] if kind == "behalf" else SUCCESS[kind]
    return gettext(str(words)).format(**values)
