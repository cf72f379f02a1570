"""How does somebody choose the passphrase to their own key, or give the key up?"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from requests_app.models import User
from requests_app.services import certificates
from requests_app.services.workflow import Refused, require_reason
from requests_app.web import accounts


def _secret(label: Any, *, empty: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(
            attrs={"autocomplete": autocomplete, "class": "w-medium", "data-reveal": ""}
        ),
        error_messages={"required": empty},
    )


class OwnForm(forms.Form):
    """A form about the own key: the password of the account proves who asks."""

    password = _secret(
        gettext_lazy("Kata sandi akun"),
        empty=gettext_lazy("Tulis kata sandi akun Anda."),
        autocomplete="current-password",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        self.formsets: dict[str, Any] = {}
        super().__init__(*args, **kwargs)

    @sensitive_variables("password")
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        password = cleaned.pop("password", "")
        if self.errors:
            return cleaned
        try:
            known = accounts.knows_password(self.user, password)
        except accounts.TooManyTries as error:
            raise ValidationError(
                _("Terlalu banyak percobaan. Coba lagi lima menit lagi.")
            ) from error
        if not known:
            self.add_error("password", _("Kata sandi salah."))
        return cleaned


class EnrolForm(OwnForm):
    """A new key: its passphrase twice, since nobody can ever read it back."""

    passphrase = _secret(
        gettext_lazy("Frasa sandi baru"),
        empty=gettext_lazy("Tulis frasa sandi."),
        autocomplete="new-password",
    )
    again = _secret(
        gettext_lazy("Frasa sandi baru, sekali lagi"),
        empty=gettext_lazy("Tulis frasa sandi sekali lagi."),
        autocomplete="new-password",
    )
    field_order = ("passphrase", "again", "password")

    @sensitive_variables("passphrase")
    def clean_passphrase(self) -> str:
        """Refuse what is guessed soon."""
        passphrase: str = self.cleaned_data["passphrase"]
        try:
            certificates.refuse_weak(passphrase)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal
        return passphrase

    @sensitive_variables("again")
    def clean_again(self) -> str:
        """Compare the two."""
        again: str = self.cleaned_data["again"]
        if "passphrase" in self.cleaned_data and again != self.cleaned_data["passphrase"]:
            raise ValidationError(_("Kedua frasa sandi tidak sama."))
        return again


class RevokeForm(OwnForm):
    """Why the own key shall sign no more."""

    reason = forms.CharField(
        label=gettext_lazy("Alasan"),
        help_text=gettext_lazy("Paling sedikit 10 karakter, misalnya: ponsel hilang."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        error_messages={"required": gettext_lazy("Tulis alasan pencabutan.")},
    )
    field_order = ("reason", "password")

    def clean_reason(self) -> str:
        """Refuse a reason that says nothing."""
        reason: str = self.cleaned_data["reason"]
        try:
            require_reason(reason)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal
        return reason
