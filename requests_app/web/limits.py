"""How often may a stranger ask? The limits on pages without a login; logins have allauth's own.

The counting is allauth's, in the shared cache, by address; its front door counts no GET, so this
goes round to the back. What is counted how often stands in ACCOUNT_RATE_LIMITS.
"""

import math
import time
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

COUNTED_IN: Final = "allauth.account"
EVERYBODY: Final = "everybody"
"""The key under which all addresses together are counted."""


class TooOften(Exception):
    """A limit is reached; `wait` says for how many seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


def count(request: HttpRequest, action: str) -> None:
    """Count one more; refused by `TooOften` when that is one too many."""
    counted = ratelimit.consume(
        request, app=COUNTED_IN, action=action, key=EVERYBODY, limit_get=True
    )
    if counted is None:
        raise TooOften(max(1, _wait(request, action, pers=("ip", "key"))))


def refuse_while_reached(request: HttpRequest, action: str) -> None:
    """Refuse an address that has reached its limit, and count nothing."""
    wait = _wait(request, action, pers=("ip",))
    if wait > 0:
        raise TooOften(wait)


def address_of(request: HttpRequest) -> str:
    """Tell from where somebody asks, as the limits see it: past the proxies that are trusted."""
    address: str = get_adapter(request).get_client_ip(request)
    return address


def answer(request: HttpRequest, refusal: TooOften, *, template: str, **more: Any) -> HttpResponse:
    """Say so, with the time to come again."""
    context = {"again_at": timezone.now() + timedelta(seconds=refusal.wait), **more}
    response = render(request, template, context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(refusal.wait)
    return response


def _wait(request: HttpRequest, action: str, *, pers: tuple[str, ...]) -> int:
    """Tell the seconds until the action is allowed again; 0 when it is."""
    waits = [0.0]
    now = time.time()
    for rate in ratelimit.get_rates(app=COUNTED_IN, action=action):
        if rate.per not in pers:
            continue
        place = ratelimit.get_cache_key(
            request, app=COUNTED_IN, action=action, rate=rate, key=EVERYBODY
        )
        allowed, moments = ratelimit.apply_rate(cache.get(place, []), now, rate, dry_run=True)
        if not allowed:
            waits.append(moments[-1] + rate.duration - now)
    return math.ceil(max(waits))
