"""Who is told what, and did it arrive? Mails that are delivered or visibly fail.

A notice is a row made in the transaction of the deed that causes it; the worker sends it. It holds
ids and never a token: the link's address is computed while the mail is written.
"""

from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from requests_app.models import Notice, OfficialDocument, Recipient, ShareLink
from requests_app.services import queue

MAXIMUM_TRIES: Final = 5
LINK_MARK: Final = "{tautan}"
"""Where the link stands in a text; filled in when the mail is written."""
NET_AFTER: Final = timedelta(minutes=1)


def mail_letter(
    *,
    recipient: Recipient,
    document: OfficialDocument,
    link: ShareLink,
    text: str,
    at: datetime,
    address: str = "",
    cc: str = "",
) -> Notice:
    """Tell the owner of the letter: PDF attached, the link in the text, never the access code."""
    return _queue(
        recipient=recipient,
        kind=Notice.Kind.LETTER,
        document=document,
        link=link,
        text=text,
        address=address or recipient.data_owner.email,
        cc=cc,
        made_at=at,
    )


def mail_receipt(
    *, recipient: Recipient, document: OfficialDocument, at: datetime
) -> Notice | None:
    """Send a receipt to the address in the directory; None where the directory knows none.

    The directory's address and no other: whoever plays the owner cannot redirect the receipt.
    """
    if not recipient.data_owner.email:
        return None
    return _queue(
        recipient=recipient,
        kind=Notice.Kind.RECEIPT,
        document=document,
        address=recipient.data_owner.email,
        made_at=at,
    )


def _queue(*, recipient: Recipient, kind: Notice.Kind, **fields: object) -> Notice:
    notice = Notice(
        office=recipient.office,
        data_request=recipient.data_request,
        recipient=recipient,
        kind=kind,
        message_id=make_msgid(domain=urlsplit(settings.PUBLIC_BASE_URL).hostname),
        **fields,
    )
    notice.full_clean()
    notice.save(force_insert=True)
    queue.enqueue("send_notice", notice.pk)
    return notice
