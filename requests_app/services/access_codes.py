"""How is an access code made, shown once, compared, and kept from being guessed?

Six digits are a million codes: what makes them enough is that nobody gets more than a few tries.
A try is counted before it is compared, in a statement of its own, so that many guessers at once
get no more of them than one (ADR 0025).
"""

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce

from requests_app.models import LinkOpening, ShareLink

CODE_DIGITS: Final = 6
TRIES_IN_A_RUN: Final = 5
"""So many wrong codes one after the other, then nothing is compared for a while."""
BLOCK: Final = timedelta(minutes=15)
TRIES_IN_ALL: Final = 20
"""So many wrong codes ever, then this code is void: staff must make another."""
LONGEST_AGENT: Final = 200
_TRIED: Final = ("code_hash", "wrong_codes", "wrong_codes_in_all", "blocked_until")
_BETWEEN_DIGITS: Final = re.compile(r"[\s.-]")
_CODE: Final = re.compile(rf"[0-9]{{{CODE_DIGITS}}}")


# -- one code -------------------------------------------------------------------------------------


def new_code() -> str:
    """Draw an access code."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def plain(typed: str) -> str:
    """Give the digits of a typed code; empty for what no code can be, and so is no try."""
    digits = _BETWEEN_DIGITS.sub("", typed)
    return digits if _CODE.fullmatch(digits) else ""


def fields_of(code: str) -> dict[str, object]:
    """Give what a link keeps of a fresh code: its hash, and that nobody has guessed at it yet."""
    return {
        "code_hash": make_password(code),
        "wrong_codes": 0,
        "wrong_codes_in_all": 0,
        "blocked_until": None,
    }


def is_code_of(link: ShareLink, digits: str) -> bool:
    """Compare, and count nothing: for the house itself, never for who stands at the door."""
    return check_password(digits, link.code_hash)


# -- at the door ----------------------------------------------------------------------------------


def check_code(
    link: ShareLink, typed: str, *, at: datetime, address: str | None = None, agent: str = ""
) -> bool:
    """Open a link with its access code; the right one is logged as an opening.

    While the link is blocked, and once its code is void, the right code opens nothing either.
    """
    digits = plain(typed)
    if not digits or not _count_try(link, at):
        link.refresh_from_db(fields=_TRIED)
        return False
    link.refresh_from_db(fields=_TRIED)
    return is_code_of(link, digits) and _open(link, at, address=address, agent=agent)


def blocked_until(link: ShareLink, *, at: datetime) -> datetime | None:
    """Tell until when no code is compared; None where one may be tried."""
    until = link.blocked_until
    return until if until is not None and until > at else None


def is_void(link: ShareLink) -> bool:
    """Tell a code that was guessed at too often: only a new one opens this link."""
    return link.wrong_codes_in_all >= TRIES_IN_ALL


def _count_try(link: ShareLink, at: datetime) -> bool:
    """Take one of the tries that are left, committed at once; False when none is."""
    has_run_out = Q(blocked_until__isnull=False)  # of those that match, the block is over
    is_last = Q(blocked_until__isnull=True, wrong_codes__gte=TRIES_IN_A_RUN - 1)
    taken = ShareLink.objects.filter(
        Q(blocked_until__isnull=True) | Q(blocked_until__lte=at),
        pk=link.pk,
        wrong_codes_in_all__lt=TRIES_IN_ALL,
    ).update(
        wrong_codes=Case(When(has_run_out, then=Value(1)), default=F("wrong_codes") + 1),
        wrong_codes_in_all=F("wrong_codes_in_all") + 1,
        blocked_until=Case(When(is_last, then=Value(at + BLOCK)), default=Value(None)),
    )
    return bool(taken)


def _open(link: ShareLink, at: datetime, *, address: str | None, agent: str) -> bool:
    """Log the opening and give the try back; a code that was changed meanwhile opens nothing."""
    with transaction.atomic():
        opened = ShareLink.objects.filter(pk=link.pk, code_hash=link.code_hash).update(
            openings=F("openings") + 1,
            first_opened_at=Coalesce("first_opened_at", at),
            last_opened_at=at,
            wrong_codes=0,
            wrong_codes_in_all=F("wrong_codes_in_all") - 1,
            blocked_until=None,
        )
        if opened:
            LinkOpening.objects.create(
                link=link, at=at, address=address, agent=agent[:LONGEST_AGENT]
            )
    return bool(opened)


# -- shown once -----------------------------------------------------------------------------------


def seal_code(link: ShareLink, code: str) -> str:
    """Hide a fresh code for the short way from the deed to the page that shows it once.

    What is kept of it (a session is a row, too) opens nothing without `LINK_KEY`.
    """
    salt = secrets.token_hex(8)
    return f"{salt}:{(int(code) + _pad(link, salt)) % 10**CODE_DIGITS}"


def unseal_code(link: ShareLink, sealed: str) -> str:
    """Give back a code that was sealed for this link."""
    salt, _colon, hidden = sealed.partition(":")
    return f"{(int(hidden) - _pad(link, salt)) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def _pad(link: ShareLink, salt: str) -> int:
    message = f"code:{link.pk}:{salt}".encode()
    return int(hmac.new(settings.LINK_KEY.encode(), message, hashlib.sha256).hexdigest(), 16)
