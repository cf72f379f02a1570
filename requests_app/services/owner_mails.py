"""What is written to a data owner between the letter and the receipts?

Every such mail says what is asked and until when, how to come back to the work, and whom to call.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from requests_app.documents import wording
from requests_app.models import Notice, Recipient, ShareLink
from requests_app.services import notices


def address_of(recipient: Recipient) -> str:
    """Give the address the letter went to, else the directory's; empty where there is none."""
    went_by_mail = recipient.channel == Recipient.Channel.EMAIL
    return (recipient.sent_to if went_by_mail else "") or recipient.data_owner.email


def write_to_owner(
    *, recipient: Recipient, subject: str, paragraphs: Iterable[str], at: datetime
) -> Notice | None:
    """Mail words to an owner with the way back to the work; None where no address is known."""
    address = address_of(recipient)
    if not address:
        return None
    link = _open_link(recipient, at)
    parts = (_greeting(recipient), *paragraphs, _way_back(link), _contact(recipient))
    return notices.mail_message(
        recipient=recipient,
        address=address,
        subject=subject,
        text="\n\n".join(parts),
        at=at,
        link=link,
    )


def until(recipient: Recipient) -> str:
    """Say by when the awaited step is due, in the office's zone."""
    due_at = recipient.due_at
    if due_at is None:
        return ""
    return wording.date_and_time(due_at, zone=recipient.office.zone, weekday=True)


def _open_link(recipient: Recipient, at: datetime) -> ShareLink | None:
    link = recipient.live_link()
    return link if link is not None and link.expires_at > at else None


def _greeting(recipient: Recipient) -> str:
    owner = recipient.data_owner
    return _("Yth. {jabatan},").format(jabatan=owner.head_title or owner.name)


def _way_back(link: ShareLink | None) -> str:
    if link is None:
        return _("Tautan Anda sudah tidak berlaku. Hubungi narahubung kami untuk tautan baru.")
    return _("Tautan Anda, dengan kode akses yang sama:\n{tautan}").format(tautan=notices.LINK_MARK)


def _contact(recipient: Recipient) -> str:
    office = recipient.office
    return _("Narahubung: {narahubung}, {telepon}\n{kantor}").format(
        narahubung=office.contact_name, telepon=office.contact_phone, kantor=office.name
    )
