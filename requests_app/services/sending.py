"""How does the letter leave the house, to each data owner, and by which carrier the code?

Link and access code never share a carrier: the letter, the link and the code travel as the law of
letters wants it, and the refusal of a shared carrier stands here (SOP row 6).
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.documents import wording
from requests_app.documents.receipts import (
    CoveringSheet,
    LetterFacts,
    Person,
    render_covering_sheet,
)
from requests_app.models import AuditEntry, Notice, OfficialDocument, Recipient, ShareLink
from requests_app.services import (
    access_codes,
    clocks,
    exchange,
    notices,
    papers,
    sharing,
    stationery,
    workflow,
)
from requests_app.services.deeds import PREPARED
from requests_app.services.workflow import Incomplete
from requests_app.sop.roles import Actor

Channel = Recipient.Channel
PHONE_NUMBER: Final = re.compile(r"^(?:\+62|0)8\d{7,12}$")
_CODE_LIKE: Final = re.compile(r"(?<!\d)(\d{3})[ .]?(\d{3})(?!\d)")


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
    covering text of a mail, with `{tautan}` where the link will stand. `keeps_address` writes the
    address of a mail that is sent again into the directory, too.
    """

    channel: str
    code_channel: str
    sent_to: str = ""
    note: str = ""
    text: str = ""
    cc: str = ""
    sent_at: datetime | None = None
    keeps_address: bool = False

    @property
    def is_mail(self) -> bool:
        """Tell the one channel that the system serves itself from those that people serve."""
        return self.channel == Channel.EMAIL


@dataclass
class Sent:
    """What came of a sending: its entry, and the access code when it was made just now."""

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
            refuse_dispatch(locked, dispatch, at)
            write_dispatch(locked, dispatch)
        link, code = link_for(subject, actor, at)
        hand_over(subject, link, dispatch, at)
        entry = workflow.perform(
            subject=subject,
            deed="send_letter",
            actor=actor,
            at=at,
            record=record_of(subject, link, dispatch),
        )
        if dispatch.sent_at is not None:
            clocks.recount(workflow.lock(subject), dispatch.sent_at)
        return Sent(entry, link, code)


def prepare_link(
    *,
    subject: Recipient,
    channel: str,
    code_channel: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> tuple[ShareLink, str]:
    """Make the link ahead of sending, for a channel that a person serves.

    The choice of channel and of the code's carrier is kept, so that the page opens with it.
    """
    with transaction.atomic():
        with workflow.editing(
            subject=subject, row="send_letter", actor=actor, at=at, version=version
        ) as locked:
            refuse_shared_carrier(channel, code_channel)
            locked.channel, locked.code_channel = channel, code_channel
        return sharing.issue_link(recipient=subject, actor=actor, at=at)


def refuse_shared_carrier(channel: str, code_channel: str) -> None:
    """Refuse to let link and access code travel together."""
    if not channel:
        raise Incomplete(_("Pilih saluran pengiriman."))
    if not code_channel:
        raise Incomplete(_("Pilih saluran untuk menyampaikan kode akses."))
    if code_channel == channel:
        raise Incomplete(_("Sampaikan kode akses melalui saluran lain."))


def covering_text(recipient: Recipient, *, link: str, until: datetime) -> str:
    """Word the text that goes with the link; `link` may be a mark that is filled in later."""
    document = recipient.signed_letter()
    check = _where_to_check(document)
    return _(
        "Yth. {jabatan},\n\n"
        "bersama ini kami sampaikan surat permohonan data nomor {nomor}. Jawaban dapat "
        "disampaikan melalui tautan berikut:\n\n{tautan}\n\n"
        "Tautan ini khusus untuk instansi Bapak/Ibu dan berlaku sampai {tanggal}. "
        "Kode akses kami sampaikan terpisah.{pemeriksaan}\n\n{narahubung}\n{kantor}"
    ).format(
        jabatan=recipient.data_owner.head_title,
        nomor="" if document is None else document.number,
        tautan=link,
        tanggal=wording.long_date(until.astimezone(recipient.office.zone).date()),
        pemeriksaan=f"\n\n{check}" if check else "",
        narahubung=f"{recipient.office.contact_name}, {recipient.office.contact_phone}",
        kantor=recipient.office.name,
    )


def _where_to_check(document: OfficialDocument | None) -> str:
    """Name the address of the check for a letter that cannot carry it: bytes from elsewhere."""
    if document is None or not document.came_back:
        return ""
    return _("{catatan} Sidik berkas surat dapat diperiksa di {alamat}.").format(
        catatan=exchange.note_of(document), alamat=papers.verification_url(document.code)
    )


def covering_sheet(recipient: Recipient, link: ShareLink) -> bytes:
    """Make the sheet that a courier carries with the letter: the link, never the code.

    Made anew each time it is asked for and kept nowhere, since it carries the token (ADR 0011).
    """
    document, office = recipient.signed_letter(), recipient.office
    if document is None or document.number is None:
        raise Incomplete(
            _("Langkah belum dapat diselesaikan: {hal} belum ada.").format(
                hal=_("surat bertanda tangan")
            )
        )
    return render_covering_sheet(
        CoveringSheet(
            letterhead=stationery.letterhead_of(office),
            measures=stationery.measures_of(office),
            zone=office.time_zone,
            letter=LetterFacts(
                number=document.number.text,
                letter_date=document.dated,
                subject=document.title,
                sender=office.name,
            ),
            owner=recipient.data_owner.head_title,
            place=recipient.data_owner.place,
            link=sharing.url_of(link),
            valid_until=link.expires_at,
            code_channel=_said(recipient.code_channel),
            contact=Person(name=office.contact_name, contact=office.contact_phone),
            check=_where_to_check(document),
        )
    )


def newest_notice(recipient: Recipient) -> Notice | None:
    """Find the mail that carried the letter last."""
    return recipient.notices.filter(kind=Notice.Kind.LETTER).order_by("-pk").first()


def next_to_send(recipient: Recipient) -> Recipient | None:
    """Find the next owner of the same request whose letter has not left yet."""
    others = recipient.data_request.recipients.filter(state="send_letter").exclude(pk=recipient.pk)
    waiting = list(others.select_related("data_owner").order_by("number"))
    return next(
        (one for one in waiting if one.number > recipient.number), next(iter(waiting), None)
    )


def refuse_dispatch(recipient: Recipient, dispatch: Dispatch, at: datetime) -> None:
    """Refuse a way to send a letter that lacks something, or that cannot have been gone."""
    refuse_shared_carrier(dispatch.channel, dispatch.code_channel)
    link = recipient.live_link()
    if dispatch.is_mail:
        refuse_code_in_text(dispatch.text, link)
        return
    if link is None:
        raise Incomplete(_("Tautan untuk pemilik data belum dibuat."))
    if not dispatch.note.strip():
        raise Incomplete(_("Tulis bukti pengiriman."))
    if dispatch.channel == Channel.WHATSAPP and not PHONE_NUMBER.match(dispatch.sent_to):
        raise Incomplete(_("Nomor WhatsApp harus diawali 08 atau +62."))
    _refuse_wrong_time(recipient, dispatch.sent_at, at)


def refuse_code_in_text(text: str, link: ShareLink | None) -> None:
    """Refuse the access code in words that travel with the link."""
    if link is None:
        return
    for digits in _CODE_LIKE.findall(text):
        if access_codes.is_code_of(link, "".join(digits)):
            raise Incomplete(_("Kode akses tidak boleh dimuat dalam surel yang membawa tautan."))


def _refuse_wrong_time(recipient: Recipient, sent_at: datetime | None, at: datetime) -> None:
    document = recipient.signed_letter()
    if sent_at is None:
        raise Incomplete(_("Tulis tanggal dan jam surat diserahkan."))
    if sent_at > at:
        raise Incomplete(_("Waktu penyerahan tidak boleh sesudah sekarang."))
    signed_at = None if document is None else document.signed_at
    if signed_at is not None and sent_at < signed_at.replace(second=0, microsecond=0):
        raise Incomplete(_("Waktu penyerahan tidak boleh sebelum surat ditandatangani."))


def write_dispatch(recipient: Recipient, dispatch: Dispatch) -> None:
    """Write how a letter leaves; once it is received, when it left stays as it was."""
    recipient.channel = dispatch.channel
    owner = recipient.data_owner
    recipient.sent_to = dispatch.sent_to.strip() or (
        owner.email if dispatch.is_mail else owner.name
    )
    recipient.channel_note = dispatch.note.strip()
    recipient.code_channel = dispatch.code_channel
    if recipient.received_at is None:
        recipient.sent_at = dispatch.sent_at


def link_for(recipient: Recipient, actor: Actor, at: datetime) -> tuple[ShareLink, str]:
    """Find the link that still opens, or make one; only a fresh one brings its code along."""
    link = recipient.live_link()
    if link is not None and link.expires_at > at:
        return link, ""
    return sharing.issue_link(recipient=recipient, actor=actor, at=at)


def hand_over(recipient: Recipient, link: ShareLink, dispatch: Dispatch, at: datetime) -> None:
    """Queue the mail; what goes by a person's hands has gone already."""
    document = recipient.signed_letter()
    if not dispatch.is_mail or document is None:
        return
    notices.mail_letter(
        recipient=recipient,
        document=document,
        link=link,
        text=dispatch.text
        or covering_text(recipient, link=notices.LINK_MARK, until=link.expires_at),
        address=recipient.sent_to,
        cc=dispatch.cc,
        at=at,
    )


def record_of(recipient: Recipient, link: ShareLink, dispatch: Dispatch) -> dict[str, object]:
    """Tell the record how a letter left."""
    sent_at = dispatch.sent_at
    return {
        "channel": dispatch.channel,
        "sent_to": recipient.sent_to,
        "code_channel": dispatch.code_channel,
        "proof": dispatch.note,
        "sent_at": "" if sent_at is None else sent_at.isoformat(),
        "link": link.pk,
    }


def _said(code_channel: str) -> str:
    return str(CodeChannel(code_channel).label).lower() if code_channel else ""


def _take(
    *,
    subject: Recipient,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    dispatch: Dispatch | None = None,
) -> AuditEntry:
    given = dispatch or Dispatch(channel="", code_channel="")
    return send_letter(subject=subject, dispatch=given, actor=actor, at=at, version=version).entry


PREPARED["send_letter"] = _take
