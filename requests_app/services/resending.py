"""How does a letter go out once more: elsewhere, by another channel, or to all who are silent?

Sending again changes no state (DOMAIN §7.1): it is on the record, and while receipt is awaited its
clock runs from the newest sending (ADR 0004).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from requests_app.models import AuditEntry, DataOwner, DataRequest, Recipient
from requests_app.services import audit, clocks, sending, sharing, workflow
from requests_app.services.sending import Channel, Dispatch, Sent
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn
from requests_app.sop.roles import Actor


@dataclass(frozen=True)
class Silent:
    """An owner who has not confirmed the letter, and why it cannot go out again at once."""

    recipient: Recipient
    reason: str = ""


def resend_letter(
    *,
    subject: Recipient,
    dispatch: Dispatch,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Sent:
    """Send the letter once more; a link that no longer opens is replaced by a new one.

    For the holder of row 6, until nobody waits for this owner any more.
    """
    with transaction.atomic():
        locked = workflow.lock(subject)
        _refuse_resending(locked, actor, version)
        sending.refuse_dispatch(locked, dispatch, at)
        _refuse_used_carrier(locked, dispatch)
        link, code = sending.link_for(locked, actor, at)
        if dispatch.keeps_address and dispatch.is_mail:
            _correct_directory(locked, dispatch.sent_to.strip(), actor, at)
        sending.write_dispatch(locked, dispatch)
        sending.hand_over(locked, link, dispatch, at)
        entry = workflow.note(
            subject=locked,
            deed="resend_letter",
            actor=actor,
            at=at,
            record=sending.record_of(locked, link, dispatch),
        )
        if dispatch.sent_at is not None and locked.received_at is None:
            clocks.recount(locked, dispatch.sent_at)
        return Sent(entry, link, code)


def resend_letters(
    *, subject: DataRequest, letters: Mapping[int, int], actor: Actor, at: datetime
) -> list[Sent]:
    """Send the letter again to silent owners, as it went before; all of them or none.

    `letters` maps the number of a recipient to the version that the page was made from.
    """
    with transaction.atomic():
        workflow.lock(subject)
        ready = {one.number: one for one in ready_ones(subject, actor=actor, at=at)}
        if not letters.keys() <= ready.keys():
            raise NotReady(_("Halaman ini sudah berubah. Muat ulang halaman ini."))
        return [
            resend_letter(
                subject=ready[number],
                dispatch=_as_before(ready[number]),
                actor=actor,
                at=at,
                version=version,
            )
            for number, version in letters.items()
        ]


def ready_ones(data_request: DataRequest, *, actor: Actor, at: datetime) -> list[Recipient]:
    """List whose letter can go out again at once; refused where that is not theirs, or is nobody.

    For the holder of row 6.
    """
    if not sharing.may_handle(data_request, actor):
        raise NotYourTurn(_("Langkah ini dikerjakan oleh petugas pengirim surat."))
    ready = [one.recipient for one in silent_ones(data_request, at=at) if not one.reason]
    if not ready:
        raise NotReady(_("Tidak ada surat yang dapat dikirim ulang sekaligus."))
    return ready


def silent_ones(data_request: DataRequest, *, at: datetime) -> list[Silent]:
    """List the owners whose letter has left and is not confirmed; deemed is not confirmed."""
    if not data_request.waits_for_owners:
        return []
    found = data_request.recipients.waiting().select_related("data_owner").order_by("number")
    silent = [one for one in found if is_silent(one)]
    for one in silent:
        one.data_request, one.office = data_request, data_request.office
    return [Silent(one, _why_not_at_once(one, at)) for one in silent]


def is_silent(recipient: Recipient) -> bool:
    """Tell an owner who is waited for and has not confirmed the letter."""
    if recipient.is_ended:
        return False
    deemed = recipient.received_how == Recipient.ReceivedHow.DEEMED
    return recipient.state == "receive_letter" or (deemed and not recipient.respondent_name)


def _why_not_at_once(recipient: Recipient, at: datetime) -> str:
    """Say why this letter must be sent from its own page: somebody has to do something there."""
    if recipient.channel != Channel.EMAIL:
        return _("Dikirim melalui {saluran}; kirim ulang dari halamannya.").format(
            saluran=recipient.get_channel_display()
        )
    link = recipient.live_link()
    if link is None or link.expires_at <= at:
        return _("Tautannya tidak berlaku lagi; buat tautan baru di halamannya.")
    return ""


def _as_before(recipient: Recipient) -> Dispatch:
    return Dispatch(
        channel=recipient.channel, code_channel=recipient.code_channel, sent_to=recipient.sent_to
    )


def _correct_directory(recipient: Recipient, address: str, actor: Actor, at: datetime) -> None:
    """Write a corrected address into the directory, on the record of the office."""
    owner = DataOwner.objects.select_for_update().get(pk=recipient.data_owner_id)
    if owner.email == address:
        return
    before, owner.email = owner.email, address
    owner.save(update_fields=["email"])
    audit.note_for_office(
        office_id=recipient.office_id,
        deed="correct_address",
        actor=actor,
        at=at,
        about_what=owner.name,
        before=before,
        after=address,
    )


def _refuse_resending(recipient: Recipient, actor: Actor, version: int | None) -> None:
    if not sharing.may_handle(recipient, actor):
        raise NotYourTurn(_("Langkah ini dikerjakan oleh petugas pengirim surat."))
    if version is not None and version != recipient.version:
        raise NotReady(_("Halaman ini sudah berubah. Muat ulang halaman ini."))
    if recipient.state == "send_letter":
        raise NotReady(_("Surat ini belum pernah dikirim."))
    if recipient.is_ended or not recipient.data_request.waits_for_owners:
        raise NotReady(_("Permohonan ini tidak lagi menunggu pemilik data."))


def _refuse_used_carrier(recipient: Recipient, dispatch: Dispatch) -> None:
    """Refuse to let this link travel where its code went before, and the other way round."""
    link = recipient.live_link()
    if link is None:
        return
    earlier = AuditEntry.objects.filter(
        chain=audit.chain_of_request(recipient.data_request_id),
        recipient_id=recipient.pk,
        deed__in=["send_letter", "resend_letter"],
        facts__link=link.pk,
    ).values_list("facts__channel", "facts__code_channel")
    carriers = {dispatch.channel, *(channel for channel, _code in earlier)}
    code_carriers = {dispatch.code_channel, *(code for _channel, code in earlier)}
    if carriers & code_carriers:
        raise Incomplete(
            _(
                "Kode akses tautan ini sudah memakai saluran itu. Pilih saluran lain, "
                "atau buat tautan baru lebih dahulu."
            )
        )
