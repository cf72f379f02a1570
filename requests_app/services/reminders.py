"""May an owner be reminded now, and what is written then? Once a day, and never in a pause."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from requests_app.models import AuditEntry, Notice, Recipient
from requests_app.models.fsm import Move, is_turn_of
from requests_app.services import owner_mails, workflow
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn, Refused
from requests_app.sop.roles import Actor

DEED: Final = "send_reminder"
REMINDED: Final = ("receive_letter", "process_request", "deliver_data")
"""The rows in which the owner is waited for."""
_ROW: Final = Move(kind="completes", deed="receive_data", row="receive_data", needs_reason=False)


def send_reminder(
    *, subject: Recipient, actor: Actor, at: datetime, version: int | None = None
) -> Notice:
    """Mail the owner what is awaited until when; a note on the record, no change of state.

    Refused: who does not hold row 8, an owner who is not waited for, a pause, a second one on the
    same day, and an owner without an address.
    """
    try:
        with transaction.atomic():
            locked = workflow.lock(subject)
            reason = why_not(locked, actor=actor, at=at)
            if reason is not None:
                raise reason
            notice = _mail(locked, at)
            if notice is None:
                raise _without_address()
            workflow.note(
                subject=locked,
                deed=DEED,
                actor=actor,
                at=at,
                record={"notice": notice.pk, "to": notice.address},
                stales_pages=False,
            )
    except Refused as refusal:
        workflow.log_refusal(subject=subject, deed=DEED, actor=actor, refusal=refusal)
        raise
    return notice


def why_not(recipient: Recipient, *, actor: Actor, at: datetime) -> Refused | None:
    """Say why no reminder can go out now; None where one can."""
    if not is_turn_of(recipient, _ROW, actor):
        return NotYourTurn(_("Pengingat dikirim oleh petugas penerima data."))
    if recipient.state not in REMINDED or not recipient.data_request.waits_for_owners:
        return NotReady(_("Pemilik data ini tidak sedang ditunggu; tidak ada yang diingatkan."))
    if recipient.pauses.filter(resumed_at__isnull=True).exists():
        return NotReady(_("Waktu sedang dijeda; pengingat tidak dikirim."))
    if _reminded_on_the_day_of(recipient, at):
        return NotReady(_("Pengingat sudah dikirim hari ini; paling banyak satu dalam sehari."))
    return None if owner_mails.address_of(recipient) else _without_address()


def _without_address() -> Incomplete:
    return Incomplete(
        _("Alamat surel pemilik data belum diisi. Ingatkan melalui telepon atau surat.")
    )


def _reminded_on_the_day_of(recipient: Recipient, at: datetime) -> bool:
    zone = recipient.office.zone
    sent = AuditEntry.objects.filter(
        data_request_id=recipient.data_request_id, recipient_id=recipient.pk, deed=DEED
    ).order_by("-sequence")
    last = sent.values_list("at", flat=True).first()
    return last is not None and last.astimezone(zone).date() == at.astimezone(zone).date()


def _mail(recipient: Recipient, at: datetime) -> Notice | None:
    title = recipient.data_request.title
    awaited = {
        "receive_letter": _("Kami menunggu konfirmasi penerimaan surat permohonan “{judul}”."),
        "process_request": _("Kami menunggu data untuk permohonan “{judul}”."),
        "deliver_data": _("Data untuk permohonan “{judul}” sudah diisi, tetapi belum dikirim."),
    }[recipient.state]
    until = owner_mails.until(recipient)
    paragraphs = [
        awaited.format(judul=title),
        *([_("Tenggat: {waktu}.").format(waktu=until)] if until else []),
        _("Abaikan pengingat ini bila Anda sudah menyelesaikannya."),
    ]
    return owner_mails.write_to_owner(
        recipient=recipient,
        subject=_("Pengingat: {judul}").format(judul=title),
        paragraphs=paragraphs,
        at=at,
    )
