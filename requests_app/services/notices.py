"""Who is told what, and did it arrive? Mails that are delivered or visibly fail.

A notice is a row made in the transaction of the deed that causes it; the worker sends it. It holds
ids and never a token: the link's address is computed while the mail is written.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import formataddr, make_msgid, parseaddr
from smtplib import SMTPAuthenticationError, SMTPException, SMTPRecipientsRefused
from smtplib import SMTPResponseException as SMTPAnswer
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from requests_app.documents import wording
from requests_app.models import Notice, OfficialDocument, Recipient, ShareLink, User
from requests_app.services import audit, clocks, people, queue, sharing, workflow
from requests_app.services.workflow import Incomplete

log = logging.getLogger(__name__)

MAXIMUM_TRIES: Final = 5
RETRY_AFTER: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 6, 20, 60))
"""How long after the notice was made its first, second … fifth try is due at the latest."""
LINK_MARK: Final = "{tautan}"
"""Where the link stands in a text; filled in when the mail is written."""
LONGEST_SUBJECT: Final = 200
PERMANENT: Final = 500
"""From here on an answer of the mail server is final (RFC 5321 §4.2.1)."""


class _Envelope(EmailMessage):
    """A mail whose envelope may name fewer addresses than its head."""

    envelope: list[str]

    def recipients(self) -> list[str]:
        return self.envelope


# -- telling ----------------------------------------------------------------------------------


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
    if LINK_MARK not in text:
        raise Incomplete(_("Teks surel harus memuat {tautan}.").format(tautan=LINK_MARK))
    return _queue(
        **_about(recipient),
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
        **_about(recipient),
        kind=Notice.Kind.RECEIPT,
        document=document,
        address=recipient.data_owner.email,
        made_at=at,
    )


def mail_message(
    *,
    recipient: Recipient,
    address: str,
    subject: str,
    text: str,
    at: datetime,
    link: ShareLink | None = None,
) -> Notice:
    """Send words about a request; `LINK_MARK` in the text becomes the address of `link`."""
    return _queue(
        **_about(recipient),
        kind=Notice.Kind.MESSAGE,
        address=address,
        subject=" ".join(subject.split())[:LONGEST_SUBJECT],
        text=text,
        link=link,
        made_at=at,
    )


def mail_account_change(*, user: User, change: str, at: datetime) -> Notice | None:
    """Tell a person what was changed in the own account, by whomever; None without an address."""
    office = user.office
    if office is None or not user.email:
        return None
    text = _(
        "Yth. {nama},\n\n{perubahan}\n\nWaktu: {waktu}\n\n"
        "Bila bukan Anda yang melakukannya atau memintanya, segera hubungi {narahubung}, "
        "{telepon}.\n\n{kantor}"
    ).format(
        nama=user.name or user.username,
        perubahan=change,
        waktu=wording.date_and_time(at, zone=office.zone),
        narahubung=office.contact_name,
        telepon=office.contact_phone,
        kantor=office.name,
    )
    return _queue(
        office=office, kind=Notice.Kind.ACCOUNT, address=user.email, text=text, made_at=at
    )


def _about(recipient: Recipient) -> dict[str, Any]:
    return {
        "office": recipient.office,
        "data_request": recipient.data_request,
        "recipient": recipient,
    }


def _queue(**fields: Any) -> Notice:
    notice = Notice(
        message_id=make_msgid(domain=urlsplit(settings.PUBLIC_BASE_URL).hostname), **fields
    )
    try:
        notice.full_clean()
    except ValidationError as error:
        raise Incomplete(_("Tulis alamat surel yang benar.")) from error
    notice.save(force_insert=True)
    queue.enqueue("send_notice", notice.pk)
    return notice


# -- sending ----------------------------------------------------------------------------------


def deliver(*, notice_id: int, clock: Callable[[], datetime]) -> None:
    """Send one queued mail; called by the worker, which hands over its clock.

    A try is counted and committed before the work, so that a mail that kills its worker is tried
    `MAXIMUM_TRIES` times and no more. While it is being sent its row is locked: a second worker
    passes by. A server that dies after taking the mail gets it once more, under the same
    Message-ID.
    """
    if not _begin(notice_id):
        return
    with transaction.atomic():
        notice = _locked(notice_id)
        if notice is None:
            return
        if notice.link is not None and notice.link.revoked_at is not None:
            notice.last_error = _("Tautan dalam surel ini sudah dicabut.")
            _fail(notice)
            return
        try:
            _send(notice)
        except (SMTPException, OSError) as error:
            _note_failure(notice, error)
            return
        notice.status, notice.sent_at, notice.last_error = Notice.Status.SENT, clock(), ""
        notice.save(update_fields=["status", "sent_at", "last_error"])
    mark_sent(notice)


def mark_sent(notice: Notice) -> None:
    """Let the recipient's clock run from the moment the mail server accepted the letter."""
    recipient, sent_at = notice.recipient, notice.sent_at
    if notice.kind != Notice.Kind.LETTER or recipient is None or sent_at is None:
        return
    with transaction.atomic():
        locked = workflow.lock(recipient)
        if locked.state != "receive_letter":
            return
        locked.sent_at = sent_at
        locked.due_at = clocks.due_at(locked, sent_at)
        last = audit.last_entry(audit.chain_of_request(locked.data_request_id))
        workflow.note(
            subject=locked,
            deed="letter_sent",
            actor=people.system_actor(locked),
            # While the mail was under way somebody may have acted: the record runs forward only.
            at=sent_at if last is None else max(sent_at, last.at),
            record={"notice": notice.pk, "to": notice.address, "message_id": notice.message_id},
            stales_pages=False,
        )
        clocks.follow_due(locked.data_request)


def due(*, at: datetime) -> list[int]:
    """List the queued mails whose next try is due: the net under the queue."""
    waiting = Notice.objects.filter(status=Notice.Status.QUEUED).order_by("made_at", "pk")
    return [
        notice.pk
        for notice in waiting
        if notice.made_at + RETRY_AFTER[min(notice.tries, len(RETRY_AFTER) - 1)] <= at
    ]


def sent_unmarked() -> list[Notice]:
    """List the letters that left while their recipient's row could not be told so."""
    return list(
        Notice.objects.filter(
            kind=Notice.Kind.LETTER,
            status=Notice.Status.SENT,
            recipient__sent_at__isnull=True,
            recipient__state="receive_letter",
        ).select_related("recipient")
    )


def _begin(notice_id: int) -> bool:
    """Count a try, committed; a notice that has had its tries has failed."""
    with transaction.atomic():
        notice = _locked(notice_id)
        if notice is None:
            return False
        if notice.tries >= MAXIMUM_TRIES:
            _fail(notice)
            return False
        notice.tries = F("tries") + 1
        notice.save(update_fields=["tries"])
        return True


def _locked(notice_id: int) -> Notice | None:
    return (
        Notice.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("office", "document__number", "link", "recipient__data_owner")
        .filter(pk=notice_id, status=Notice.Status.QUEUED)
        .first()
    )


def _note_failure(notice: Notice, error: Exception) -> None:
    notice.last_error = _told(error)
    log.warning("notice %s try %s: %s", notice.pk, notice.tries, notice.last_error)
    if _is_permanent(error) or notice.tries >= MAXIMUM_TRIES:
        _fail(notice)
        return
    notice.save(update_fields=["last_error"])


def _fail(notice: Notice) -> None:
    notice.status = Notice.Status.FAILED
    notice.save(update_fields=["status", "last_error"])


def _is_permanent(error: Exception) -> bool:
    """Tell a final answer from one that may be different later; a wrong login is the admin's."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _words in error.recipients.values())
    if isinstance(error, SMTPAuthenticationError) or not isinstance(error, SMTPAnswer):
        return False
    return error.smtp_code >= PERMANENT


def _told(error: Exception) -> str:
    if isinstance(error, SMTPRecipientsRefused):
        answers = [_answer(code, words) for code, words in error.recipients.values()]
        return "; ".join(answers)
    if isinstance(error, SMTPAnswer):
        return _answer(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"[:300]


def _answer(code: int, words: bytes | str) -> str:
    told = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{code} {told}"[:300]


# -- the mail itself --------------------------------------------------------------------------


def _send(notice: Notice) -> None:
    """Send to the address, which must accept; then to the copies, which may not hold it up."""
    mail = _mail_of(notice)
    mail.envelope = [notice.address]
    mail.send()
    copies = _addresses(notice.cc)
    if not copies:
        return
    mail.envelope = copies
    try:
        mail.send()
    except (SMTPException, OSError) as error:
        log.warning("notice %s copies: %s", notice.pk, _told(error))


def _mail_of(notice: Notice) -> _Envelope:
    document, office = notice.document, notice.office
    _name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    mail = _Envelope(
        subject=_subject_of(notice),
        body=_text_of(notice),
        from_email=formataddr((office.name, sender)),
        to=[notice.address],
        cc=_addresses(notice.cc),
        reply_to=[office.email] if office.email else None,
        headers={"Message-ID": notice.message_id},
    )
    if document is not None:
        with document.file.open("rb") as stored:
            mail.attach(document.file_name, stored.read(), "application/pdf")
    return mail


def _subject_of(notice: Notice) -> str:
    """Name the paper and its number; a token never stands in a subject."""
    if notice.subject:
        return notice.subject
    if notice.kind == Notice.Kind.ACCOUNT:
        return _("Perubahan keamanan akun sopdata Anda")
    number = getattr(notice.document, "number", None)
    if notice.kind == Notice.Kind.LETTER:
        return _("Surat permohonan data nomor {nomor}").format(nomor=number)
    kind = "" if notice.document is None else notice.document.get_kind_display()
    return _("{jenis} nomor {nomor}").format(jenis=kind, nomor=number)


def _text_of(notice: Notice) -> str:
    if notice.link is not None:
        return notice.text.replace(LINK_MARK, sharing.url_of(notice.link))
    if notice.text:
        return notice.text
    return _(
        "Terlampir {dokumen}. Simpan dokumen ini sebagai bukti.\n\n"
        "Surel ini dikirim secara otomatis. Bila Anda tidak merasa melakukan tindakan ini, "
        "segera hubungi {narahubung}, {telepon}.\n\n{kantor}"
    ).format(
        dokumen=_subject_of(notice),
        narahubung=notice.office.contact_name,
        telepon=notice.office.contact_phone,
        kantor=notice.office.name,
    )


def _addresses(text: str) -> list[str]:
    return [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
