"""Which letters did not arrive, and which owners stand before a code that opens nothing any more?

A mishap changes no state: it is told to whoever sends letters, until something is done about it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import OuterRef, Q, Subquery

from requests_app.models import Notice, Recipient, ShareLink, SopEdition
from requests_app.models.data_request import OWNER_ROWS
from requests_app.services import access_codes
from requests_app.sop.roles import Actor
from requests_app.sop.steps import RECIPIENT_ENDS

_NO_SUCH_ADDRESS: Final = re.compile(r"5\d\d[ -]5\.1\.\d|55[013](?![ -]5\.)")
"""An answer about the address itself (RFC 3463 X.1), or the plain code that says as much."""


@dataclass(frozen=True)
class Mishap:
    """What went wrong on the way to one recipient, for whoever sends letters."""

    recipient: Recipient
    notice: Notice | None
    code_is_void: bool


def has_failed(recipient: Recipient, notice: Notice | None) -> bool:
    """Tell whether the newest mail with the letter failed and nothing has come of it since.

    Sent again by another channel, or received all the same, a failed mail is history.
    """
    if notice is None or notice.status != Notice.Status.FAILED or recipient.is_ended:
        return False
    came_after = recipient.received_at is None or notice.made_at > recipient.received_at
    return came_after and recipient.channel == Recipient.Channel.EMAIL


def is_unknown_address(notice: Notice) -> bool:
    """Tell an address that does not exist from a mail that could not be delivered otherwise."""
    return _NO_SUCH_ADDRESS.match(notice.last_error) is not None


def newest_letters(recipients: Iterable[Recipient]) -> dict[int, Notice]:
    """Find the mail that carried the letter last, for each of these recipients."""
    found = Notice.objects.filter(
        recipient__in=[one.pk for one in recipients], kind=Notice.Kind.LETTER
    )
    newest = found.order_by("recipient_id", "-pk").distinct("recipient_id").defer("text")
    return {notice.recipient_id: notice for notice in newest if notice.recipient_id is not None}


def mishaps_of(actors: Sequence[Actor], editions: Iterable[SopEdition]) -> list[Mishap]:
    """List what whoever holds row 6 has to put right, the oldest letter first."""
    newest = Notice.objects.filter(recipient=OuterRef("pk"), kind=Notice.Kind.LETTER)
    live = ShareLink.objects.filter(recipient=OuterRef("pk"), revoked_at__isnull=True)
    found = (
        Recipient.objects.filter(
            _whose_letters_they_send(actors, editions), data_request__state__in=OWNER_ROWS
        )
        .exclude(state__in=[*RECIPIENT_ENDS, "send_letter"])
        .annotate(
            newest_status=Subquery(newest.order_by("-pk").values("status")[:1]),
            guesses=Subquery(live.values("wrong_codes_in_all")[:1]),
        )
        .filter(Q(newest_status=Notice.Status.FAILED) | Q(guesses__gte=access_codes.TRIES_IN_ALL))
        .select_related("data_owner", "data_request")
        .order_by("entered_at", "pk")
    )
    recipients: list[Any] = list(found)
    letters = newest_letters(recipients) if recipients else {}
    told = (_mishap_of(one, letters.get(one.pk)) for one in recipients)
    return [mishap for mishap in told if mishap.notice is not None or mishap.code_is_void]


def _mishap_of(recipient: Any, letter: Notice | None) -> Mishap:
    return Mishap(
        recipient=recipient,
        notice=letter if has_failed(recipient, letter) else None,
        code_is_void=(recipient.guesses or 0) >= access_codes.TRIES_IN_ALL,
    )


def _whose_letters_they_send(actors: Sequence[Actor], editions: Iterable[SopEdition]) -> Q:
    """Build the condition "row 6 is theirs", whatever row the recipient has come to since."""
    theirs = Q(pk__in=[])
    for edition in editions:
        role = edition.as_plain().role_of("send_letter")
        for actor in actors:
            if actor.role is not role or actor.office_id != edition.office_id:
                continue
            turn = Q(office=edition.office_id, data_request__edition=edition)
            if actor.section_id is not None:
                turn &= Q(data_request__section_id=actor.section_id)
            theirs |= turn
    return theirs
