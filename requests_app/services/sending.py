"""How does the letter leave the house, to each data owner, and when did it?"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import AuditEntry, Recipient, ShareLink
from requests_app.services import clocks, notices, sharing, workflow
from requests_app.services.workflow import Incomplete
from requests_app.sop.roles import Actor

CHANNEL: Final = Recipient.Channel


class CodeChannel(models.TextChoices):
    """By which carrier the access code goes; never the one that carries the link."""

    PHONE = "phone", gettext_lazy("Telepon")
    WHATSAPP = "whatsapp", gettext_lazy("WhatsApp")
    SMS = "sms", gettext_lazy("SMS")
    EMAIL = "email", gettext_lazy("Surel")
    IN_PERSON = "in_person", gettext_lazy("Disampaikan langsung")


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """How one letter leaves: channel, address, proof, and the code's own carrier.

    `sent_at` is the moment a manual channel handed it over; a mail knows its own. `text` is the
    covering text of a mail, with `{tautan}` where the link will stand.
    """

    channel: str
    code_channel: str
    sent_to: str = ""
    note: str = ""
    text: str = ""
    cc: str = ""
    sent_at: datetime | None = None


@dataclass
class Sent:
    """What came of row 6: its entry, and the access code when it was made just now."""

    entry: AuditEntry
    link: ShareLink
    code: str = field(default="", repr=False)


def send_letter(
    *,
    subject: Recipient,
    dispatch: Dispatch,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Sent:
    """Complete SOP row 6 for one owner: the letter and its link leave, the code goes another way.

    By e-mail a link is made on the spot where none is live, and the mail is queued in the same
    transaction. A manual channel is recorded after the fact, so its link must be there already.
    """
    with transaction.atomic():
        with workflow.editing(
            subject=subject, row="send_letter", actor=actor, at=at, version=version
        ) as locked:
            _refuse(locked, dispatch, at)
            _write_dispatch(locked, dispatch)
        link, code = _link_for(subject, dispatch, actor, at)
        _hand_over(subject, link, dispatch, at)
        entry = workflow.perform(
            subject=subject,
            deed="send_letter",
            actor=actor,
            at=at,
            record={
                "channel": dispatch.channel,
                "sent_to": subject.sent_to,
                "code_channel": dispatch.code_channel,
                "note": dispatch.note,
                "link": link.pk,
            },
        )
        if dispatch.sent_at is not None:
            count_from(subject, dispatch.sent_at)
        return Sent(entry, link, code)


def count_from(recipient: Recipient, moment: datetime) -> None:
    """Count the awaited step of a locked recipient from `moment`, and let its request follow.

    Row 7 counts from the sending itself, not from the POST that closed row 6 (DOMAIN §7.1 rule
    11); the state is untouched, so this is no deed.
    """
    recipient.due_at = clocks.due_at(recipient, moment)
    recipient.save(update_fields=["due_at"])
    data_request = recipient.data_request
    if data_request.waits_for_owners and data_request.state == recipient.state:
        standing = data_request.recipients.filter(state=data_request.state)
        data_request.due_at = standing.order_by("due_at").values_list("due_at", flat=True).first()
        data_request.save(update_fields=["due_at"])


def _refuse(recipient: Recipient, dispatch: Dispatch, at: datetime) -> None:
    if not dispatch.channel:
        raise Incomplete(_("Pilih saluran pengiriman."))
    if not dispatch.code_channel:
        raise Incomplete(_("Pilih saluran untuk menyampaikan kode akses."))
    if dispatch.code_channel == dispatch.channel:
        raise Incomplete(_("Sampaikan kode akses melalui saluran lain."))


def _write_dispatch(recipient: Recipient, dispatch: Dispatch) -> None:
    recipient.channel = dispatch.channel
    recipient.sent_to = dispatch.sent_to or recipient.data_owner.email
    recipient.channel_note = dispatch.note
    recipient.code_channel = dispatch.code_channel
    recipient.sent_at = dispatch.sent_at


def _link_for(
    recipient: Recipient, dispatch: Dispatch, actor: Actor, at: datetime
) -> tuple[ShareLink, str]:
    link = recipient.live_link()
    if link is not None:
        return link, ""
    return sharing.issue_link(recipient=recipient, actor=actor, at=at)


def _hand_over(recipient: Recipient, link: ShareLink, dispatch: Dispatch, at: datetime) -> None:
    document = recipient.signed_letter()
    if dispatch.channel == CHANNEL.EMAIL and document is not None:
        notices.mail_letter(
            recipient=recipient,
            document=document,
            link=link,
            text=dispatch.text,
            address=dispatch.sent_to,
            cc=dispatch.cc,
            at=at,
        )
