"""Who may come in, and for how long? What this house decides about django-allauth (ADR 0015)."""

import logging
from collections.abc import Callable
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context, ratelimit
from django.conf import settings
from django.contrib.auth import logout
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from requests_app.models import User
from requests_app.models.people import positions_of
from requests_app.services import notices, routes
from requests_app.web import second_factor

security_log = logging.getLogger("security")
LOGGED_IN_AT = "logged_in_at"
SIGNING = "sign"
"""Name of the limit on wrong passwords at a signature, in ACCOUNT_RATE_LIMITS."""
PROVING = "sign_proof"
"""Name of the limit on wrong codes and passkeys at a signature."""
PROOF_IS_KNOWN = 120
"""Seconds for which the same page, sent twice, is known by its proof."""
CHANGES = {
    "account/email/password_changed": _("Kata sandi akun Anda diubah."),
    "mfa/email/totp_activated": _("Aplikasi autentikator dipasang pada akun Anda."),
    "mfa/email/totp_deactivated": _("Aplikasi autentikator dilepas dari akun Anda."),
    "mfa/email/webauthn_added": _("Kunci sandi ditambahkan pada akun Anda."),
    "mfa/email/webauthn_removed": _("Kunci sandi dihapus dari akun Anda."),
    "mfa/email/recovery_codes_generated": _(
        "Kode pemulihan baru dibuat untuk akun Anda; kode yang lama tidak berlaku lagi."
    ),
}
"""Change of an account, as allauth names it → what its owner is told by mail."""
REAUTHENTICATION = {
    "reauthenticate": _("Pakai kata sandi"),
    "mfa_reauthenticate": _("Pakai kode dari aplikasi autentikator atau kode pemulihan"),
    "mfa_reauthenticate:webauthn": _("Pakai kunci sandi"),
}
"""Way to make sure who is here → what it is called."""


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

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Offer what proves most: who has a second factor is asked for it, not for the password.

        Else the password alone would take the second factor off, at an open browser.
        """
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        proofs = [method for method in methods if method["id"] != "reauthenticate"]
        return [
            {**method, "description": REAUTHENTICATION[method["id"]]}
            for method in proofs or methods
        ]

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the owner of an account what was changed there, by a mail that the worker sends."""
        del context, email
        security_log.info("%s user=%s", template_prefix, user.pk)
        notices.mail_account_change(
            user=user, change=str(CHANGES[template_prefix]), at=timezone.now()
        )

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
    """The rate limit on wrong proofs is reached; the right one is refused too for a while."""


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
    forget_tries(user.pk)
    return True


@sensitive_variables("passphrase")
def opens_key(user: User, passphrase: str) -> bool:
    """Tell whether this is the passphrase to the signer's key; counted like the password.

    A key that a provider keeps can only be tried by signing with it: then nothing is known yet, and
    the try counts until `forget_tries` says that it was right.
    """
    if not ratelimit.consume(context.request, action=SIGNING, user=user):
        raise TooManyTries
    opened = None
    if user.office is not None:
        opened = routes.route_of(user.office).opens(user.pk, passphrase)
    if opened is False:
        security_log.warning("wrong passphrase at signing actor_user=%s", user.pk)
        return False
    if opened:
        forget_tries(user.pk)
    return True


def forget_tries(user_id: int | None) -> None:
    """Take back what was counted against this person: the signature has been made."""
    ratelimit.clear(context.request, action=SIGNING, user=User(pk=user_id))


@sensitive_variables("code", "credential", "spent")
def has_second_factor(user: User, *, code: str, credential: str, about: str) -> bool:
    """Tell whether this code, or this answer of a passkey, proves the person who signs.

    Asked per signing, beside the secret: what proved once proves nothing else. `about`
    names what is signed, for the same page sent twice is one signing and must not be refused.
    """
    if not ratelimit.consume(context.request, action=PROVING, user=user):
        raise TooManyTries
    if credential:
        proof = second_factor.spend_credential(user, credential)
    else:
        proof = second_factor.spend_code(user, code)
    spent = salted_hmac("proof", f"{user.pk} {about} {code} {credential}", algorithm="sha256")
    if proof is not None:
        proof.record_usage()
        cache.set(f"proof:{spent.hexdigest()}", about, timeout=PROOF_IS_KNOWN)
    elif cache.get(f"proof:{spent.hexdigest()}") is None:
        security_log.warning("wrong second factor at signing actor_user=%s", user.pk)
        return False
    ratelimit.clear(context.request, action=PROVING, user=user)
    return True
