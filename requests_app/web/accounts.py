"""Who may come in, and for how long? What this house decides about django-allauth (ADR 0015)."""

import logging
from collections.abc import Callable
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context, ratelimit
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from requests_app.models import User
from requests_app.models.people import positions_of

security_log = logging.getLogger("security")
LOGGED_IN_AT = "logged_in_at"
SIGNING = "sign"
"""Name of the limit on wrong passwords at a signature, in ACCOUNT_RATE_LIMITS."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """People get their account from the office's admin; nobody signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _(
            "Nama pengguna atau kata sandi tidak cocok. Periksa huruf besar dan kecil."
        ),
        "enter_current_password": _("Kata sandi saat ini tidak cocok."),
        "incorrect_password": _("Kata sandi tidak cocok."),
        "too_many_login_attempts": _("Terlalu banyak percobaan. Coba lagi beberapa menit lagi."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Send to the inbox, but who only administers to the admin: no inbox is theirs."""
        user = cast(User, request.user)
        if user.is_staff and not positions_of(user, timezone.now()):
            return reverse("admin:index")
        return str(super().get_login_redirect_url(request))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords per name and address: nobody locks another out from elsewhere."""
        login = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{login}:{self.get_client_ip(request)}"


def end_old_sessions(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """End a session a working day after its login, however busy it is (ADR 0015)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        since = request.session.get(LOGGED_IN_AT)
        now = int(timezone.now().timestamp())
        if since is not None and now - since > settings.SESSION_MAX_AGE:
            # a guest from here on: pages lead over the login back to themselves
            logout(request)
        response = get_response(request)
        # the login itself happens inside get_response
        if request.user.is_authenticated:
            request.session.setdefault(LOGGED_IN_AT, now)
        return response

    return middleware


class TooManyTries(Exception):
    """The rate limit on wrong passwords is reached; the right one is refused too for a while."""


@sensitive_variables("password")
def knows_password(user: User, password: str) -> bool:
    """Tell whether this is the password of the person who signs.

    Asked per signing and remembered nowhere: neither in the session nor as a recent login. Tries
    are counted per person, apart from the logins, so that colleagues cannot block a signature.
    """
    if not ratelimit.consume(context.request, action=SIGNING, user=user):
        raise TooManyTries
    if not user.check_password(password):
        security_log.warning("wrong password at signing actor_user=%s", user.pk)
        return False
    ratelimit.clear(context.request, action=SIGNING, user=user)
    return True
