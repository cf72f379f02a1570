"""Who may come in, and for how long? What this house decides about django-allauth (ADR 0015)."""

from collections.abc import Callable

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

LOGGED_IN_AT = "logged_in_at"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """People get their account from the office's admin; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def end_old_sessions(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """End a session a working day after its login, however busy it is (ADR 0015)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        since = request.session.get(LOGGED_IN_AT)
        now = int(timezone.now().timestamp())
        if since is not None and now - since > settings.SESSION_MAX_AGE:
            logout(request)
            return redirect(settings.LOGIN_URL)
        response = get_response(request)
        # the login itself happens inside get_response
        if request.user.is_authenticated:
            request.session.setdefault(LOGGED_IN_AT, now)
        return response

    return middleware
