"""How are people asked for name and password? allauth's forms in the words of this house."""

from typing import Any

from allauth.account import forms as account
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# field → label, and what is said when it is empty
WORDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "login": (_("Nama pengguna"), _("Tulis nama pengguna.")),
    "password": (_("Kata sandi"), _("Tulis kata sandi.")),
    "oldpassword": (_("Kata sandi saat ini"), _("Tulis kata sandi saat ini.")),
    "password1": (_("Kata sandi baru"), _("Tulis kata sandi baru.")),
    "password2": (_("Kata sandi baru, sekali lagi"), _("Tulis kata sandi baru sekali lagi.")),
    "code": (_("Kode"), _("Tulis kode enam angka dari aplikasi autentikator.")),
    "name": (_("Nama kunci sandi"), _("Tulis nama kunci sandi ini.")),
    "passwordless": (_("Pakai kunci ini untuk masuk tanpa kata sandi"), ""),
    "credential": ("", _("Kunci sandi tidak terbaca. Coba sekali lagi.")),
}


class OurWords:
    """Label every field and its emptiness specifically; a placeholder says no more than those."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.label, empty = WORDS[name]
            field.error_messages["required"] = empty
            field.widget.attrs.pop("placeholder", None)


class SignInForm(OurWords, account.LoginForm):  # type: ignore[misc]
    """Name and password; help with a lost one stands beside the form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class PasswordForm(OurWords, account.ChangePasswordForm):  # type: ignore[misc]
    """The old password once, the new one twice."""


class AgainForm(OurWords, account.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that needs certainty."""
