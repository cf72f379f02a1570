"""What is still missing before a step may close? Named conditions, each with its sentence.

A guard is asked twice: by `workflow.perform`, which shows the sentence, and by the state machine,
which refuses a transition that anybody tries to call past the one door.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from requests_app.models.data_request import DataRequest
    from requests_app.models.recipient import Recipient
    from requests_app.sop.roles import Actor


@dataclass(frozen=True)
class Guard:
    """A condition on a subject: the sentence that names what is missing, or None."""

    missing: Callable[[Any], str | None]

    def __call__(self, subject: object) -> bool:
        """Answer the state machine: may the transition pass?"""
        return self.missing(subject) is None


@dataclass(frozen=True)
class StateGuard(Guard):
    """A condition on where things stand: it refuses the moment, no input can cure it."""


@dataclass(frozen=True)
class PersonGuard:
    """A condition on who acts: the sentence that refuses this person, or None."""

    refusal: Callable[[Any, "Actor"], str | None]


# -- row 1 ------------------------------------------------------------------------------------


@Guard
def purpose_is_stated(subject: "DataRequest") -> str | None:
    """SOP row 1; UU 27/2022 art. 20 asks for a purpose and a basis before anything else."""
    if not subject.purpose.strip():
        return _("Tulis tujuan penggunaan data.")
    if not subject.legal_bases:
        return _("Pilih paling sedikit satu dasar hukum.")
    if subject.sensitivity != subject.Sensitivity.ORDINARY and not subject.sensitivity_reason:
        return _("Tulis alasan mengapa data ini peka.")
    return None


@Guard
def items_are_listed(subject: "DataRequest") -> str | None:
    """SOP row 1: at least one item, each with period and format; personal data with a reason."""
    items = subject.listed_items()
    if not items:
        return _("Tambahkan paling sedikit satu data yang diminta.")
    for item in items:
        if not (item.period.strip() and item.format):
            return _("Lengkapi periode dan format data {nama}.").format(nama=item.name)
    if any(item.is_personal for item in items) and not subject.personal_data_reason.strip():
        return _("Tulis alasan meminta data pribadi (UU 27/2022).")
    return None


@Guard
def owners_are_chosen(subject: "DataRequest") -> str | None:
    """SOP row 1: at least one owner that has not been asked before under an older letter."""
    if not subject.waiting_recipients():
        return _("Pilih paling sedikit satu pemilik data.")
    return None


# -- row 2 ------------------------------------------------------------------------------------


@Guard
def form_covers_items(subject: "DataRequest") -> str | None:
    """SOP row 2: a published version of the form covers every required item."""
    form = subject.published_form()
    if form is None:
        return _("Langkah belum dapat diselesaikan: {hal} belum ada.").format(
            hal=_("media pengumpulan")
        )
    covered = form.covered_item_ids()
    for item in subject.listed_items():
        if item.required and item.pk not in covered:
            return _("Data {nama} belum tercakup dalam media pengumpulan.").format(nama=item.name)
    return None


# -- rows 3 to 5 ------------------------------------------------------------------------------


@Guard
def letter_is_drafted(subject: "DataRequest") -> str | None:
    """SOP row 3: subject, body and signatory stand in the newest version of the live letter."""
    version = subject.newest_version()
    if version is None:
        return _("Langkah belum dapat diselesaikan: {hal} belum ada.").format(hal=_("draf surat"))
    if not version.subject.strip():
        return _("Tulis hal surat.")
    if not version.body.strip():
        return _("Tulis isi surat.")
    if not version.signatory_title.strip():
        return _("Tulis jabatan penanda tangan.")
    return None


@Guard
def initial_is_given(subject: "DataRequest") -> str | None:
    """SOP row 4: an initial exists and still matches the content it was given for."""
    version = subject.newest_version()
    initial = None if version is None else version.live_initial()
    if version is None or initial is None:
        return _("Langkah belum dapat diselesaikan: {hal} belum ada.").format(hal=_("paraf"))
    now = version.content_hash()
    if any(given.content_hash != now for given in version.live_initials()):
        return _("Isi surat berubah setelah diparaf. Verifikasi perlu diulang.")
    return None


@Guard
def initials_are_complete(subject: "DataRequest") -> str | None:
    """SOP row 4: where the office has set an order of initials, the last of them is given."""
    version = subject.newest_version()
    awaited = "" if version is None else version.awaited_post()
    if awaited:
        return _("Langkah belum dapat diselesaikan: paraf {jabatan} belum ada.").format(
            jabatan=awaited
        )
    return None


@Guard
def letter_is_signed(subject: "DataRequest | Recipient") -> str | None:
    """SOP rows 5 and 6: the live letter exists as frozen, numbered bytes."""
    if subject.signed_letter() is None:
        return _("Langkah belum dapat diselesaikan: {hal} belum ada.").format(
            hal=_("surat bertanda tangan")
        )
    return None


def _is_another_person(actor: "Actor", user_id: int | None) -> bool:
    return user_id is None or actor.user_id != user_id


@PersonGuard
def verifier_did_not_draft(subject: "DataRequest", actor: "Actor") -> str | None:
    """Keep drafter and verifier apart, unless the office has relaxed it."""
    version = subject.newest_version()
    drafter = None if version is None else version.drafted_by_id
    if _is_another_person(actor, drafter) or subject.office.drafter_may_verify:
        return None
    return _("Anda menyusun draf ini; verifikasi harus dilakukan pejabat lain.")


@PersonGuard
def initial_is_theirs_to_give(subject: "DataRequest", actor: "Actor") -> str | None:
    """Let only the holder of the post whose turn it is give the next initial, each person once."""
    version = subject.newest_version()
    awaited = "" if version is None else version.awaited_post()
    if version is None or not awaited:
        return None
    if actor.post != awaited:
        return _("Giliran paraf sekarang: {jabatan}.").format(jabatan=awaited)
    if any(one.user_id == actor.user_id for one in version.live_initials()):
        return _("Anda sudah membubuhkan paraf; paraf ini harus dari pejabat lain.")
    return None


@PersonGuard
def signer_did_not_verify(subject: "DataRequest", actor: "Actor") -> str | None:
    """Keep verifier and signer apart; no setting relaxes this."""
    version = subject.newest_version()
    if version is None:
        return None
    if any(not _is_another_person(actor, one.user_id) for one in version.live_initials()):
        return _("Anda memverifikasi surat ini; penandatanganan harus dilakukan pejabat lain.")
    if not _is_another_person(actor, version.drafted_by_id):
        return _("Anda menyusun surat ini; penandatanganan harus dilakukan pejabat lain.")
    return None


# -- rows 6 to 9 ------------------------------------------------------------------------------


@StateGuard
def request_waits_for_owners(subject: "Recipient") -> str | None:
    """No recipient moves before its request has reached rows 6 to 9, nor after it left them."""
    if subject.data_request.waits_for_owners:
        return None
    if subject.signed_letter() is None:
        return _("Surat permohonan belum ditandatangani.")
    return _("Permohonan ini tidak lagi menunggu pemilik data.")


@StateGuard
def request_processes_data(subject: "Recipient") -> str | None:
    """Only row 10 may send recorded data back to row 8."""
    if subject.data_request.state != "process_data":
        return _("Data hanya dapat dikembalikan selama permohonan sedang diolah.")
    return None


@Guard
def letter_left(subject: "Recipient") -> str | None:
    """SOP row 6: one channel with proof, and a link that still opens."""
    if not subject.channel:
        return _("Pilih saluran pengiriman.")
    if subject.live_link() is None:
        return _("Tautan untuk pemilik data belum dibuat.")
    return None


@Guard
def items_are_answered(subject: "Recipient") -> str | None:
    """SOP row 7a: every required item answered: ada, sebagian, or why not."""
    missing = subject.unanswered_items()
    if missing:
        names = ", ".join(item.name for item in missing)
        return _("Data yang belum dijawab: {nama}.").format(nama=names)
    return None


@Guard
def answers_have_data(subject: "Recipient") -> str | None:
    """SOP row 7b: every item answered "ada" or "sebagian" has a file or a filled form."""
    empty = subject.answers_without_data()
    if empty:
        names = ", ".join(answer.item.name for answer in empty)
        return _("Berkas atau isian belum ada untuk: {nama}.").format(nama=names)
    if not subject.gives_something():
        return _("Tidak ada data yang dikirim. Gunakan “Data tidak dapat diberikan”.")
    return None


@Guard
def data_is_checked(subject: "Recipient") -> str | None:
    """SOP row 8: every answer of the newest delivery is checked and fits."""
    unchecked = subject.answers_not_accepted()
    if unchecked:
        return ngettext(
            "{n} butir belum diperiksa atau belum sesuai.",
            "{n} butir belum diperiksa atau belum sesuai.",
            len(unchecked),
        ).format(n=len(unchecked))
    return None


@Guard
def data_is_recorded(subject: "Recipient") -> str | None:
    """SOP row 9: a register entry with a number stands for the newest delivery."""
    if subject.register_entry() is None:
        return _("Langkah belum dapat diselesaikan: {hal} belum ada.").format(
            hal=_("catatan penerimaan data dan informasi")
        )
    return None


# -- rows 10 to 12 ----------------------------------------------------------------------------


@Guard
def results_exist(subject: "DataRequest") -> str | None:
    """SOP row 10: at least one result, linked to what it was made from."""
    if not subject.standing_results():
        return _(
            "Tambahkan paling sedikit satu hasil olah, atau nyatakan data digunakan tanpa diolah."
        )
    return None


@Guard
def every_item_has_a_use(subject: "DataRequest") -> str | None:
    """SOP row 11: a use, or a reasoned statement of non-use, for every received item."""
    missing = subject.items_without_use()
    if missing:
        return ngettext(
            "{n} data belum mempunyai catatan penggunaan: {nama}. "
            "Lengkapi atau nyatakan tidak digunakan.",
            "{n} data belum mempunyai catatan penggunaan: {nama}. "
            "Lengkapi atau nyatakan tidak digunakan.",
            len(missing),
        ).format(n=len(missing), nama=", ".join(item.name for item in missing))
    return None


@Guard
def report_is_submitted(subject: "DataRequest") -> str | None:
    """SOP row 12: the report of this round exists as a frozen document."""
    if subject.submitted_report() is None:
        return _("Langkah belum dapat diselesaikan: {hal} belum ada.").format(
            hal=_("laporan penggunaan")
        )
    return None
