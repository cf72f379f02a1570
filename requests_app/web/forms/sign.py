"""What proves that it is the signer who signs, and that the letter was read?"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from requests_app.models import User
from requests_app.services import options, people
from requests_app.sop.roles import Actor
from requests_app.web import accounts
from requests_app.web.forms.base import DeedForm


class SignForm(DeedForm):
    """Row 5: the hash of what was read, the affirmation, and the password once more.

    The password is compared while the form is checked and goes no further: it is in none of the
    facts that the service gets.
    """

    content_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)
    position = forms.ChoiceField(
        label=gettext_lazy("Bertindak sebagai"), widget=forms.RadioSelect, required=False
    )
    affirmed = forms.BooleanField(
        label=gettext_lazy("Saya telah membaca dan memahami isi surat ini."),
        error_messages={
            "required": gettext_lazy(
                "Nyatakan bahwa Anda telah membaca dan memahami isi surat ini."
            )
        },
    )
    password = forms.CharField(
        label=gettext_lazy("Kata sandi"),
        help_text=gettext_lazy("Kata sandi akun Anda, diminta untuk setiap penandatanganan."),
        strip=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "current-password", "class": "w-medium", "data-reveal": ""}
        ),
        error_messages={"required": gettext_lazy("Tulis kata sandi Anda.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version = self.data_request.newest_version()
        self.initial.setdefault("content_hash", "" if version is None else version.content_hash())
        self.capacities = self._capacities()
        if len(self.capacities) > 1:
            self.fields["position"] = forms.ChoiceField(
                label=gettext_lazy("Bertindak sebagai"),
                widget=forms.RadioSelect,
                choices=[(str(one.position_id), one.title) for one in self.capacities],
                error_messages={"required": gettext_lazy("Pilih sebagai apa Anda bertindak.")},
            )
        else:
            del self.fields["position"]

    def _capacities(self) -> list[Actor]:
        """List the positions in which this person may sign here."""
        user = self._user()
        if user is None:
            return []
        asked = self.data_request.role_of("sign_letter")
        return [
            one
            for one in people.actors_of(user, at=self.at)
            if one.role is asked and one.section_id in {None, self.data_request.section_id}
        ]

    def _user(self) -> User | None:
        if self.actor.user_id is None:
            return None
        return User.objects.select_related("office").filter(pk=self.actor.user_id).first()

    @sensitive_variables("password")
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        password = cleaned.pop("password", "")
        user = self._user()
        if self.errors or user is None or self._is_refused():
            return cleaned
        try:
            known = accounts.knows_password(user, password)
        except accounts.TooManyTries as error:
            raise ValidationError(
                _(
                    "Terlalu banyak percobaan. Surat belum ditandatangani; "
                    "coba lagi lima menit lagi."
                )
            ) from error
        if not known:
            self.add_error("password", _("Kata sandi salah. Surat belum ditandatangani."))
        return cleaned

    def _is_refused(self) -> bool:
        """Tell a person who may not sign at all: their password is not even looked at."""
        option = options.option_for(subject=self.subject, deed="sign_letter", actor=self.actor)
        return option.is_blocked

    def facts(self) -> dict[str, Any]:
        """Give what the service takes; the password has stayed behind."""
        return {
            "content_hash": self.cleaned_data["content_hash"],
            "affirmed": self.cleaned_data["affirmed"],
            "position_id": self.cleaned_data.get("position") or None,
        }
