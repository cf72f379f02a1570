"""Row 6, once for each data owner: how does the letter leave, and with which link and code?"""

from datetime import datetime
from typing import Any, Final, cast
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.models import Recipient, ShareLink
from requests_app.services import access_codes, resending, sending, sharing
from requests_app.services.sending import Channel, CodeChannel, Sent
from requests_app.sop.roles import Actor
from requests_app.web import letter_status, wording
from requests_app.web.access import Visit
from requests_app.web.downloads import copy_href
from requests_app.web.forms.base import EmptyForm
from requests_app.web.forms.send import DispatchForm, LinkForm, channel_or_default
from requests_app.web.pages.page import PageDeed, StepPage
from requests_app.web.presenters import Button
from requests_app.web.templatetags.sopdata import long_date

FRESH_CODE: Final = "fresh_code"
"""Session key of a code on its way from the deed to the page that shows it once, sealed."""
CHANNEL_QUERY: Final = "saluran"
NEWEST_OPENINGS: Final = 10
"""So many openings of a link are listed; all of them stand in the admin."""


def context(visit: Visit) -> dict[str, Any]:
    """Show the sending: its form while it is awaited, afterwards what became of it."""
    recipient = _recipient_of(visit)
    may_handle = sharing.may_handle(recipient, visit.actor)
    link = recipient.live_link()
    channel = _channel_of(visit, recipient)
    is_here = recipient.state == PAGE.key
    fresh = fresh_code(visit, link) if may_handle else None
    document = recipient.signed_letter()
    notice = sending.newest_notice(recipient)
    failure = letter_status.failure_of(recipient, notice)
    done = None if failure else done_of(recipient, link)
    return {
        "document": document,
        "copy_href": "" if document is None else copy_href(document),
        "channel": channel,
        "tabs": tabs_of(channel),
        "form": _form_of(visit, channel, "send_letter" if is_here else "resend_letter"),
        "link_form": _link_form_of(visit, channel),
        "link": link_of(recipient, link, at=visit.at) if may_handle else None,
        "may_handle": may_handle,
        "needs_link": channel != Channel.EMAIL and link is None,
        "fresh_code": fresh,
        "buttons": buttons_of(recipient, visit.actor, link, at=visit.at),
        "done": done,
        "sent": "" if is_here or done else sent_of(recipient, link),
        "stages": letter_status.stages_of(recipient, notice),
        "failure": failure,
        "forwards": letter_status.forward_rows(recipient),
        "next_recipient": next_of(recipient),
        "hand_over": hand_over_of(recipient, link, channel) if may_handle and link else None,
    }


# -- what is shown ----------------------------------------------------------------------------


def tabs_of(channel: str) -> list[dict[str, Any]]:
    """Offer the four channels; each is a link, so that it works without scripts."""
    return [
        {"href": f"?{CHANNEL_QUERY}={key}", "label": label, "is_current": key == channel}
        for key, label in Channel.choices
    ]


def link_of(recipient: Recipient, link: ShareLink | None, *, at: datetime) -> dict[str, Any]:
    """Show the link to whoever sends it; the address is computed for this page and kept nowhere."""
    if link is None:
        return {"status": _("Belum dibuat"), "url": ""}
    status = _("Berlaku") if link.expires_at > at else _("Berakhir")
    return {
        "status": status,
        "url": sharing.url_of(link),
        "expires_at": link.expires_at,
        "made_at": link.made_at,
        "openings": link.openings,
        "last_opened_at": link.last_opened_at,
        "code_channel": said_channel(recipient.code_channel),
        "code_trouble": letter_status.code_trouble(link, at=at),
        "log": link.log.all()[:NEWEST_OPENINGS],
    }


def hand_over_of(recipient: Recipient, link: ShareLink, channel: str) -> dict[str, Any]:
    """Give what a person needs to carry the link: the text, the chat, the covering sheet."""
    text = sending.covering_text(recipient, link=sharing.url_of(link), until=link.expires_at)
    number = "".join(sign for sign in recipient.data_owner.whatsapp if sign.isdigit())
    number = f"62{number[1:]}" if number.startswith("0") else number
    place = {"public_id": recipient.data_request.public_id, "number": recipient.number}
    return {
        "text": text,
        "whatsapp": f"https://wa.me/{number}?text={quote(text)}"
        if channel == Channel.WHATSAPP
        else "",
        "sheet": reverse("web:covering_sheet", kwargs=place)
        if channel in {Channel.COURIER, Channel.IN_PERSON}
        else "",
    }


def buttons_of(
    recipient: Recipient, actor: Actor, link: ShareLink | None, *, at: datetime
) -> dict[str, Button]:
    """Offer what can be done to the link, each refused with its reason."""
    not_theirs = ""
    if not sharing.may_handle(recipient, actor):
        not_theirs = _("Tautan hanya dikelola oleh petugas pengirim surat.")
    reason, missing = not_theirs, "" if link else _("Tautan untuk pemilik data belum dibuat.")
    if not sharing.is_handed_out(recipient):
        reason = reason or _("Permohonan ini tidak lagi menunggu pemilik data.")
    bound = not_theirs or missing  # what is only read by now can be taken back, too
    without = bound if sharing.is_read_on(recipient, link, at=at) else reason or missing
    first = _("Siapkan tautan") if link is None else _("Buat tautan baru")
    return {
        "new_link": Button("new_link", first, allowed=not reason, reason=reason),
        "new_code": Button("new_code", _("Buat kode baru"), allowed=not without, reason=without),
        "revoke_link": Button("revoke_link", _("Cabut tautan"), allowed=not bound, reason=bound),
        "resend_letter": Button(
            "resend_letter", _("Kirim ulang"), allowed=not reason, reason=reason
        ),
    }


def done_of(recipient: Recipient, link: ShareLink | None) -> dict[str, Any] | None:
    """Confirm the sending while the owner's confirmation is awaited; later it is history."""
    if recipient.state != "receive_letter" or link is None:
        return None
    until = long_date(link.expires_at)
    return {
        "title": wording.success("send_letter", to=recipient.sent_to, until=until),
        "text": _("Surat nomor {nomor}, melalui {saluran}. Kode akses melalui {kode}.").format(
            nomor=getattr(recipient.signed_letter(), "number", ""),
            saluran=recipient.get_channel_display(),
            kode=said_channel(recipient.code_channel),
        ),
    }


def sent_of(recipient: Recipient, link: ShareLink | None) -> str:
    """Tell where the letter went, once that needs no confirmation any more."""
    sentences = [
        _("Dikirim ke {tujuan} melalui {saluran}; kode akses melalui {kode}.").format(
            tujuan=recipient.sent_to,
            saluran=recipient.get_channel_display(),
            kode=said_channel(recipient.code_channel),
        )
    ]
    if link is None:
        sentences.append(_("Tautannya tidak berlaku lagi."))
    return " ".join(sentences)


def next_of(recipient: Recipient) -> dict[str, str] | None:
    """Lead on to the next owner whose letter has not left."""
    following = sending.next_to_send(recipient)
    if following is None:
        return None
    place = {
        "public_id": recipient.data_request.public_id,
        "number": following.number,
        "segment": "6",
    }
    return {
        "href": reverse("web:recipient_step", kwargs=place),
        "label": _("Berikutnya: {pemilik}").format(pemilik=following.data_owner.name),
    }


def said_channel(code_channel: str) -> str:
    """Name the carrier of the access code."""
    return str(CodeChannel(code_channel).label) if code_channel in CodeChannel.values else "–"


# -- the code, shown once ---------------------------------------------------------------------


def fresh_code(visit: Visit, link: ShareLink | None) -> dict[str, str] | None:
    """Take a code that was made just now out of the session and show it; it is gone then."""
    session = visit.request.session
    if visit.request.method != "GET" or link is None:
        return None
    if session.get(FRESH_CODE, {}).get("link") != link.pk:
        return None
    code = access_codes.unseal_code(link, session.pop(FRESH_CODE)["sealed"])
    recipient = _recipient_of(visit)
    return {
        "code": f"{code[:3]} {code[3:]}",
        "channel": said_channel(recipient.code_channel),
        "carrier": str(recipient.get_channel_display()),
    }


def _remember(visit: Visit, link: ShareLink, code: str) -> None:
    if code:
        visit.request.session[FRESH_CODE] = {
            "link": link.pk,
            "sealed": access_codes.seal_code(link, code),
        }


def said_sent(visit: Visit, sent: Sent) -> str:
    """Leave the confirmation to the page; a code made with the letter waits to be shown once."""
    _remember(visit, sent.link, sent.code)
    return ""


def said_resent(visit: Visit, sent: Sent) -> str:
    """Say where the letter went once more."""
    _remember(visit, sent.link, sent.code)
    return _("Surat dikirim ulang ke {tujuan}.").format(tujuan=_recipient_of(visit).sent_to)


def said_link(visit: Visit, made: tuple[ShareLink, str]) -> str:
    """Say that the link is there; its code waits to be shown once."""
    _remember(visit, *made)
    return _("Tautan dibuat dan berlaku sampai {tanggal}.").format(
        tanggal=long_date(made[0].expires_at)
    )


def said_code(visit: Visit, made: tuple[ShareLink, str]) -> str:
    """Say that the old code opens nothing any more."""
    _remember(visit, *made)
    return _("Kode akses baru dibuat. Kode lama tidak berlaku lagi.")


# -- deeds ------------------------------------------------------------------------------------


def make_link(
    *,
    subject: Recipient,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    channel: str = "",
    code_channel: str = "",
) -> tuple[ShareLink, str]:
    """Make a link: before the sending with its carriers, afterwards in place of the old one."""
    if subject.state == PAGE.key:
        return sending.prepare_link(
            subject=subject,
            channel=channel,
            code_channel=code_channel,
            actor=actor,
            at=at,
            version=version,
        )
    return sharing.issue_link(recipient=subject, actor=actor, at=at, version=version)


def make_code(
    *, subject: Recipient, actor: Actor, at: datetime, version: int | None = None
) -> tuple[ShareLink, str]:
    """Make a new access code for the live link."""
    return sharing.renew_code(recipient=subject, actor=actor, at=at, version=version)


def revoke(
    *, subject: Recipient, actor: Actor, at: datetime, version: int | None = None
) -> ShareLink:
    """Revoke the live link."""
    return sharing.withdraw_link(recipient=subject, actor=actor, at=at, version=version)


def _recipient_of(visit: Visit) -> Recipient:
    return cast(Recipient, visit.subject)


def _channel_of(visit: Visit, recipient: Recipient) -> str:
    asked = visit.request.POST.get("channel") or visit.request.GET.get(CHANNEL_QUERY)
    return channel_or_default(recipient, asked)


def _form_of(visit: Visit, channel: str, deed: str) -> DispatchForm | None:
    """Make the form for the chosen channel; None when the refused one is to be shown again."""
    if visit.request.method == "POST" and visit.request.POST.get("deed") == deed:
        return None
    return DispatchForm(subject=visit.subject, actor=visit.actor, at=visit.at, channel=channel)


def _link_form_of(visit: Visit, channel: str) -> LinkForm | None:
    if visit.request.method == "POST" and visit.request.POST.get("deed") == "new_link":
        return None
    return LinkForm(subject=visit.subject, actor=visit.actor, at=visit.at, channel=channel)


PAGE = StepPage(
    key="send_letter",
    deeds=(
        PageDeed(
            deed="send_letter",
            form=DispatchForm,
            do=sending.send_letter,
            stays=True,
            success=said_sent,
        ),
        PageDeed(
            deed="resend_letter",
            form=DispatchForm,
            do=resending.resend_letter,
            stays=True,
            also_later=True,
            success=said_resent,
        ),
        PageDeed(
            deed="new_link",
            form=LinkForm,
            do=make_link,
            stays=True,
            also_later=True,
            success=said_link,
        ),
        PageDeed(
            deed="new_code",
            form=EmptyForm,
            do=make_code,
            stays=True,
            also_later=True,
            success=said_code,
        ),
        PageDeed(
            deed="revoke_link",
            form=EmptyForm,
            do=revoke,
            stays=True,
            also_later=True,
            success=lambda _visit, _link: _("Tautan dicabut dan tidak dapat dibuka lagi."),
        ),
    ),
    context=context,
)
