"""What proves a person beside the password, and of whom is it asked? (ADR 0023.)

Our decisions on allauth's `mfa`: what it keeps is sealed, a code is good once, and whoever must
have a second factor and has none finds every door closed but those of the own account.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal import auth as passkeys
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from requests_app.documents import qr
from requests_app.models import Office, User
from requests_app.models.office import second_factor_by_default
from requests_app.sop.roles import Actor
from requests_app.web.access import positions_here, user_of

APP, PASSKEY = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN
ACCOUNT_PAGES = "/akun/"
"""What stays open to somebody who has yet to set a second factor up: login, logout, set-up."""
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
"""What allauth and fido2 let through when something is posted that no passkey has answered."""
STEPS_OF_A_CODE = 2 * settings.MFA_TOTP_TOLERANCE + 1
"""For how many steps of the clock a code is taken: the one before, this one, the one after."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """What is kept is sealed under MFA_KEY, and what is said is said in the words of this house."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "Kode tidak cocok. Masukkan kode terbaru dari aplikasi autentikator."
        ),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Pasang aplikasi autentikator atau kunci sandi dahulu."
        ),
    }

    def encrypt(self, text: str) -> str:
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open what was sealed; under another key this fails: an empty secret could be guessed."""
        return _seal().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: User) -> str:
        return user.username

    def build_totp_svg(self, url: str) -> str:
        return qr.qr_file(url)

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002  # allauth's
        taken = Authenticator.objects.filter(user=user, type=type).count()
        return _("Kunci sandi {n}").format(n=taken + 1)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": settings.MFA_TOTP_ISSUER}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """Name the account on the device by what its owner types, not by an address of mail."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return {**entity, "name": user.username, "display_name": str(user)}


def _seal() -> Fernet:
    """Make the seal of MFA_KEY, which may be any long random text."""
    digest = hashlib.sha256(settings.MFA_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


# -- of whom -----------------------------------------------------------------------------------


def kinds_of(user: User) -> set[str]:
    """Tell what this person has: an authenticator app, a passkey; codes alone are no factor."""
    found = user.factors
    if found is None:
        found = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return {APP, PASSKEY} & set(found)


def is_required(user: User, roles: Iterable[str]) -> bool:
    """Tell whether a second factor is asked of a person with these roles of the SOP.

    The office decides; of an account that belongs to no office what every office begins with.
    """
    office = user.office
    asked = second_factor_by_default() if office is None else office.second_factor_roles
    held = {*roles, Office.SecondFactor.ADMIN} if user.is_staff else set(roles)
    return not held.isdisjoint(asked)


def asked_of(user: User, actor: Actor) -> set[str]:
    """Tell what somebody who acts is asked for: what there is, and the app where one must be."""
    roles = [] if actor.role is None else [actor.role.value]
    return kinds_of(user) or ({APP} if is_required(user, roles) else set())


def is_missing(request: HttpRequest) -> bool:
    """Tell whether the person behind this request must have a second factor, and has none."""
    if not isinstance(request.user, User):
        return False
    positions = positions_here(request, timezone.now())
    roles = [position.role for position in positions]
    return is_required(request.user, roles) and not kinds_of(request.user)


def lead_to_set_up(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Open nothing, the admin included, to who must have a second factor and has none yet."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(ACCOUNT_PAGES) and is_missing(request):
            return redirect("mfa_index")
        return get_response(request)

    return middleware


# -- what proves -------------------------------------------------------------------------------


class _OnceOnly(TOTP):  # type: ignore[misc]  # allauth ships no types
    """A code of an authenticator app, spent for as long as it would be taken.

    allauth remembers a spent code for one step, which is too short where neighbours count too.
    """

    def _mark_code_used(self, code: str) -> bool:
        lifetime = app_settings.TOTP_PERIOD * STEPS_OF_A_CODE
        return bool(cache.add(self._get_used_cache_key(code), "y", timeout=lifetime))


def mark_spent(user: User, code: str) -> None:
    """Let the code that has set an app up prove nothing more."""
    _OnceOnly(Authenticator(user=user))._mark_code_used(code)


@sensitive_variables("code", "proof")
def spend_code(user: User, code: str) -> Authenticator | None:
    """Find whose code this is, the app's or one of the recovery codes, and spend it."""
    typed = Authenticator.objects.filter(user=user).exclude(type=PASSKEY)
    for authenticator in typed:
        proof = _OnceOnly(authenticator) if authenticator.type == APP else authenticator.wrap()
        if proof.validate_code(code):
            return authenticator
    return None


@sensitive_variables("credential", "answer")
def spend_credential(user: User, credential: str) -> Authenticator | None:
    """Find whose passkey has answered the challenge of this session; the challenge is spent."""
    try:
        answer = json.loads(credential)
        passkeys.parse_authentication_response(answer)
        found: Authenticator = passkeys.complete_authentication(user, answer)
    except (ValidationError, *UNREADABLE):
        return None
    finally:
        passkeys.clear_state()
    return found


@require_safe
@login_required
def challenge(request: HttpRequest) -> JsonResponse:
    """Give the browser something new for a passkey to answer; this session keeps what it was."""
    return JsonResponse({"request_options": passkeys.begin_authentication(user_of(request))})


# -- the page ----------------------------------------------------------------------------------


class SecurityView(IndexView):  # type: ignore[misc]  # allauth ships no types
    """Which second factors has this person, and is one due?"""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)
        codes = found["authenticators"].get(Authenticator.Type.RECOVERY_CODES)
        return found | {
            "is_due": is_missing(self.request),
            "codes_left": 0 if codes is None else len(codes.get_unused_codes()),
        }


security = SecurityView.as_view()
