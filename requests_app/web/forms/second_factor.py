"""How are people asked for a code or a passkey? allauth's forms in the words of this house."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.web import second_factor
from requests_app.web.forms.account import OurWords

CODE_INPUT = {"autocomplete": "one-time-code", "inputmode": "numeric", "class": "w-short"}
WRONG_CODE = "incorrect_code"
UNREAD = gettext_lazy("Kunci sandi tidak terbaca. Coba sekali lagi.")


class AskedForACode(OurWords):
    """A field for a code: of the app, or one of the recovery codes; each is good once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]  # type: ignore[attr-defined]
        field.widget.attrs.update(CODE_INPUT)
        field.help_text = gettext_lazy(
            "Enam angka dari aplikasi autentikator, atau salah satu kode pemulihan Anda."
        )

    def clean_code(self) -> str:
        """Spend the code; wrong ones are counted per person."""
        code: str = self.cleaned_data["code"]  # type: ignore[attr-defined]
        forget_tries = check_rate_limit(self.user)  # type: ignore[attr-defined]
        self.authenticator = second_factor.spend_code(self.user, code)  # type: ignore[attr-defined]
        if self.authenticator is None:
            raise get_adapter().validation_error(WRONG_CODE)
        forget_tries()
        return code


class CodeForm(AskedForACode, base.AuthenticateForm):  # type: ignore[misc]
    """The second step of a login."""


class CodeAgainForm(AskedForACode, base.ReauthenticateForm):  # type: ignore[misc]
    """A code before something that needs certainty."""


class AppForm(OurWords, totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app that has just read the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(CODE_INPUT)

    def clean_code(self) -> str:
        """Compare the code with the secret that is shown, and spend it."""
        code: str = super().clean_code()
        second_factor.mark_spent(self.user, code)
        return code


class ReadByADevice(OurWords):
    """A hidden field that a device has filled in; a failure is told in words of its own."""

    def clean_credential(self) -> Any:
        """Take what the device has answered."""
        try:
            return super().clean_credential()  # type: ignore[misc]
        except second_factor.UNREADABLE as error:
            raise ValidationError(UNREAD) from error
        except ValidationError as error:
            if error.code != WRONG_CODE:
                raise
            raise ValidationError(_("Kunci sandi tidak cocok. Coba sekali lagi.")) from error


class PasskeyProofForm(ReadByADevice, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The second step of a login, by a passkey."""


class PasskeyLoginForm(ReadByADevice, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    """A login by a passkey alone: it has asked for a finger, a face or a PIN itself."""


class PasskeyAgainForm(ReadByADevice, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey before something that needs certainty."""


class PasskeyForm(OurWords, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey and its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = gettext_lazy(
            "Perangkat akan meminta sidik jari, wajah, atau PIN."
        )

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except (ValidationError, *second_factor.UNREADABLE) as error:
            raise ValidationError(UNREAD) from error
        return cleaned


class PasskeyNameForm(OurWords, webauthn.EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""
