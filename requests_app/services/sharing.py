"""How does a data owner come in without an account? Links: issued, renewed, revoked, opened.

A link is a revocable row; its token is an HMAC under `LINK_KEY`, computed when it is needed and
never stored, so that neither the database nor the queue can open a door (ADR 0011).
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from requests_app.models import Recipient, ShareLink
from requests_app.models.fsm import Move, is_turn_of
from requests_app.services import access_codes, workflow
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn, Refused, Subject
from requests_app.sop.roles import Actor
from requests_app.sop.steps import CANCELLED

LONGEST_TOKEN: Final = 100
_ROW = Move(kind="completes", deed="send_letter", row="send_letter", needs_reason=False)


def issue_link(
    *, recipient: Recipient, actor: Actor, at: datetime, version: int | None = None
) -> tuple[ShareLink, str]:
    """Make a new link and its access code; an older link of this recipient is revoked.

    The code is given back here and nowhere else: only its hash is stored. Refused for who does
    not hold row 6, for an unsigned letter, and when nobody waits for this owner any more.
    """
    with _handling(recipient, actor, at, version) as locked:
        if locked.signed_letter() is None:
            raise Incomplete(
                _("Langkah belum dapat diselesaikan: {hal} belum ada.").format(
                    hal=_("surat bertanda tangan")
                )
            )
        _revoke_live_link(locked, actor, at)
        link, code = _make_link(locked, actor, at)
        workflow.note(
            subject=locked,
            deed="new_link",
            actor=actor,
            at=at,
            record={"link": link.pk, "expires_at": link.expires_at.isoformat()},
        )
        return link, code


def renew_code(
    *, recipient: Recipient, actor: Actor, at: datetime, version: int | None = None
) -> tuple[ShareLink, str]:
    """Give the live link a new access code; the old one opens nothing any more.

    Also to one that is only read by now (ADR 0029): who has lost the code could never read it.
    """
    with _handling(recipient, actor, at, version, even_ended=True) as locked:
        if not is_handed_out(locked) and not is_read_on(locked, locked.live_link(), at=at):
            raise _over()
        link = _live_link(locked)
        code = access_codes.new_code()
        ShareLink.objects.filter(pk=link.pk).update(**access_codes.fields_of(code))
        link.refresh_from_db(fields=["code_hash", "wrong_codes_in_all", "blocked_until"])
        workflow.note(subject=locked, deed="new_code", actor=actor, at=at, record={"link": link.pk})
        return link, code


def withdraw_link(
    *, recipient: Recipient, actor: Actor, at: datetime, version: int | None = None
) -> ShareLink:
    """Revoke the live link by the hand of who holds row 6; also one that is only read by now."""
    with _handling(recipient, actor, at, version, even_ended=True) as locked:
        link = _live_link(locked)
        revoke_link(link=link, actor=actor, at=at)
        return link


def revoke_links(*, recipients: Iterable[Recipient], actor: Actor, at: datetime) -> None:
    """Take back every link that still opens; whoever has none is passed over."""
    for recipient in recipients:
        link = recipient.live_link()
        if link is not None:
            revoke_link(link=link, actor=actor, at=at)


def revoke_link(*, link: ShareLink, actor: Actor, at: datetime) -> None:
    """Revoke a link and put it on the record; a link that is revoked stays as it is.

    Whether the actor may do this has been asked by the caller (row 6, cancelling a request).
    """
    with transaction.atomic():
        recipient = workflow.lock(link.recipient)
        link.refresh_from_db(fields=["revoked_at", "revoked_by"])
        if link.revoked_at is not None:
            return
        _revoke(link, actor, at)
        workflow.note(
            subject=recipient, deed="revoke_link", actor=actor, at=at, record={"link": link.pk}
        )


def find_link(token: str, *, at: datetime) -> ShareLink | None:
    """Find the open link of a token; None alike for unknown, expired and revoked ones."""
    if not 0 < len(token) <= LONGEST_TOKEN:
        return None
    # the link alone: who guesses tokens is to cost no join of seven tables
    return ShareLink.objects.open_at(at).filter(token_hash=_hash(token)).first()


def find_ended(token: str) -> ShareLink | None:
    """Find the link of a request that has ended, for whoever holds its token."""
    if not 0 < len(token) <= LONGEST_TOKEN:
        return None
    return ShareLink.objects.of_ended_requests().filter(token_hash=_hash(token)).first()


def token_of(link: ShareLink) -> str:
    """Compute the token of a link from its id and nonce; it is stored nowhere."""
    message = f"{link.pk}:{link.nonce}".encode()
    digest = hmac.new(settings.LINK_KEY.encode(), message, hashlib.sha256).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def url_of(link: ShareLink) -> str:
    """Give the address that the data owner opens."""
    return f"{settings.PUBLIC_BASE_URL}/t/{token_of(link)}/"


def expiry_of(recipient: Recipient, *, at: datetime) -> datetime:
    """Tell until when a link that is made at this moment will open."""
    return at + timedelta(days=recipient.office.link_days)


def may_handle(subject: Subject, actor: Actor) -> bool:
    """Tell whether this actor sends letters here, in row 6 and after it."""
    return is_turn_of(subject, _ROW, actor)


def is_handed_out(recipient: Recipient) -> bool:
    """Tell whether the owner is waited for, so that a link may be made."""
    return not recipient.is_ended and recipient.data_request.waits_for_owners


def is_read_on(recipient: Recipient, link: ShareLink | None, *, at: datetime) -> bool:
    """Tell whether a link still opens, if only to read; none of a cancelled request does."""
    is_cancelled = recipient.data_request.state == CANCELLED
    return link is not None and link.expires_at > at and not is_cancelled


@contextmanager
def _handling(
    recipient: Recipient,
    actor: Actor,
    at: datetime,
    version: int | None,
    *,
    even_ended: bool = False,
) -> Iterator[Recipient]:
    """Lock a recipient whose link is to be changed; for the holder of row 6 only."""
    try:
        with transaction.atomic():
            locked = workflow.lock(recipient)
            if not may_handle(locked, actor):
                raise NotYourTurn(_("Tautan hanya dikelola oleh petugas pengirim surat."))
            if version is not None and version != locked.version:
                raise NotReady(_("Halaman ini sudah berubah. Muat ulang halaman ini."))
            if not even_ended and not is_handed_out(locked):
                raise _over()
            yield locked
        recipient.refresh_from_db()
    except Refused as refusal:
        workflow.log_refusal(subject=recipient, deed="link", actor=actor, refusal=refusal)
        raise


def _over() -> NotReady:
    return NotReady(_("Permohonan ini tidak lagi menunggu pemilik data."))


def _make_link(recipient: Recipient, actor: Actor, at: datetime) -> tuple[ShareLink, str]:
    code, nonce = access_codes.new_code(), secrets.token_hex(32)
    # The token needs the row's id, so its hash follows within the same transaction.
    link = ShareLink.objects.create(
        recipient=recipient,
        nonce=nonce,
        token_hash=nonce,
        made_at=at,
        made_by=actor.name,
        expires_at=expiry_of(recipient, at=at),
        **access_codes.fields_of(code),
    )
    link.token_hash = _hash(token_of(link))
    link.save(update_fields=["token_hash"])
    return link, code


def _live_link(recipient: Recipient) -> ShareLink:
    link = recipient.live_link()
    if link is None:
        raise Incomplete(_("Tautan untuk pemilik data belum dibuat."))
    return link


def _revoke_live_link(recipient: Recipient, actor: Actor, at: datetime) -> None:
    link = recipient.live_link()
    if link is not None:
        _revoke(link, actor, at)


def _revoke(link: ShareLink, actor: Actor, at: datetime) -> None:
    link.revoked_at, link.revoked_by = at, actor.name
    link.save(update_fields=["revoked_at", "revoked_by"])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
