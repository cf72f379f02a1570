"""What proves that it is the signer who signs, and that the letter was read?"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from requests_app.models import User
from requests_app.services import exchange, options, people
from requests_app.sop.roles import Actor
from requests_app.web import accounts, second_factor
from requests_app.web.forms.base import FILLED_BY_THE_PAGE, DeedForm
from requests_app.web.forms.second_factor import CODE_INPUT


class FreshInput(forms.TextInput):
    """An input that never shows again what was typed: it is good once."""

    def format_value(self, value: Any) -> None:
        """Show nothing."""
        del value


class ReadAndMeant(DeedForm):
    """Row 5, either way: the hash of what was read, the affirmation, and as what the head acts.

    A secret is compared while the form is checked, and only where this person may sign at all.
    `undone` ends the sentence of each refusal.
    """

    undone: str | Promise = gettext_lazy("Surat belum ditandatangani.")

    content_hash = forms.CharField(
        widget=forms.HiddenInput, max_length=64, error_messages=FILLED_BY_THE_PAGE
    )
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
    code = forms.CharField(
        label=gettext_lazy("Kode dari aplikasi autentikator"),
        help_text=gettext_lazy("Enam angka, atau salah satu kode pemulihan Anda."),
        required=False,
        widget=FreshInput(attrs=CODE_INPUT),
    )
    credential = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version = self.data_request.newest_version()
        self.initial.setdefault("content_hash", "" if version is None else version.content_hash())
        self.capacities = self.data_request.kept(f"as:{self.actor.user_id}", self._capacities)
        if len(self.capacities) > 1:
            self.fields["position"] = forms.ChoiceField(
                label=gettext_lazy("Bertindak sebagai"),
                widget=forms.RadioSelect,
                choices=[(str(one.position_id), one.title) for one in self.capacities],
                error_messages={"required": gettext_lazy("Pilih sebagai apa Anda bertindak.")},
            )
        else:
            del self.fields["position"]
        kinds = self.data_request.kept(f"proofs:{self.actor.user_id}", self._second_factors)
        self.offers_passkey = second_factor.PASSKEY in kinds
        if not kinds:
            del self.fields["code"], self.fields["credential"]

    def _second_factors(self) -> set[str]:
        """List what this person has beside the secrets, and what the office asks for."""
        user = self._user()
        return set() if user is None else second_factor.asked_of(user, self.actor)

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

    @sensitive_variables("cleaned", "proof")
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        proof = {name: cleaned.pop(name, "") for name in ("code", "credential")}
        if "code" in self.fields and not any(proof.values()):
            self.add_error("code", _("Tulis kode dari aplikasi autentikator."))
        user = self._user()
        if self.errors or user is None or self._is_refused():
            return cleaned
        try:
            self.prove(user, cleaned)
            if "code" in self.fields and not self.errors:  # a wrong secret spends no code
                self._prove_twice(user, page=str(cleaned.get("version")), **proof)
        except accounts.TooManyTries as error:
            raise ValidationError(
                _("Terlalu banyak percobaan. {akibat} Coba lagi lima menit lagi.").format(
                    akibat=self.undone
                )
            ) from error
        return cleaned

    def prove(self, user: User, cleaned: dict[str, Any]) -> None:
        """Add an error unless the secrets among what was typed are this person's."""
        raise NotImplementedError

    @sensitive_variables("code", "credential")
    def _prove_twice(self, user: User, *, page: str, code: str, credential: str) -> None:
        """Ask for the second factor, anew for every signature (ADR 0023)."""
        about = f"{self.data_request.pk}/{page}"
        if not accounts.has_second_factor(user, code=code, credential=credential, about=about):
            self.add_error(
                "code",
                _("Kode atau kunci sandi tidak cocok. {akibat} Masukkan kode terbaru.").format(
                    akibat=self.undone
                ),
            )

    def _is_refused(self) -> bool:
        """Tell a person who may not sign at all: no secret of theirs is even looked at."""
        option = options.option_for(subject=self.subject, deed="sign_letter", actor=self.actor)
        return option.is_blocked

    def facts(self) -> dict[str, Any]:
        """Give what the service takes."""
        return {
            "content_hash": self.cleaned_data["content_hash"],
            "affirmed": self.cleaned_data["affirmed"],
            "position_id": self.cleaned_data.get("position") or None,
        }


class SignForm(ReadAndMeant):
    """Row 5, signed here: the passphrase opens the person's own key, and goes to the service."""

    passphrase = forms.CharField(
        label=gettext_lazy("Frasa sandi"),
        help_text=gettext_lazy("Frasa sandi sertifikat Anda, diminta untuk setiap tanda tangan."),
        strip=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "off", "class": "w-medium", "data-reveal": ""}
        ),
        error_messages={"required": gettext_lazy("Tulis frasa sandi Anda.")},
    )

    @sensitive_variables("cleaned")
    def prove(self, user: User, cleaned: dict[str, Any]) -> None:
        """Open the key with the passphrase; without a certificate the service says so."""
        if not accounts.opens_key(user, cleaned["passphrase"]):
            self.add_error(
                "passphrase", _("Frasa sandi salah. {akibat}").format(akibat=self.undone)
            )

    def facts(self) -> dict[str, Any]:
        """Give what the service takes, the passphrase included: it is kept nowhere on the way."""
        return super().facts() | {"passphrase": self.cleaned_data["passphrase"]}


class PutCopyForm(DeedForm):
    """Row 5, by staff or head: the file signed in another system, and what stands on its face."""

    file = forms.FileField(
        label=gettext_lazy("Surat bertanda tangan"),
        help_text=gettext_lazy("PDF seperti diunduh dari sistem itu, paling besar 25 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf"}),
        error_messages={
            "required": gettext_lazy("Unggah berkas PDF surat yang sudah ditandatangani."),
            "empty": gettext_lazy("Berkas kosong. Pilih berkas lain."),
        },
    )
    number = forms.CharField(
        label=gettext_lazy("Nomor surat"),
        help_text=gettext_lazy("Seperti tercetak pada surat itu."),
        max_length=120,
        widget=forms.TextInput(attrs={"class": "w-medium", "autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Tulis nomor surat."),
            "max_length": gettext_lazy("Nomor surat paling banyak 120 karakter."),
        },
    )
    dated = forms.DateField(
        label=gettext_lazy("Tanggal surat"),
        help_text=gettext_lazy("Contoh: 31 Desember 2026."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Tulis tanggal surat."),
            "invalid": gettext_lazy("Tulis tanggal surat, misalnya 31-12-2026."),
        },
    )
    system = forms.CharField(
        label=gettext_lazy("Ditandatangani melalui"),
        initial=exchange.SYSTEM,
        max_length=60,
        widget=forms.TextInput(attrs={"class": "w-medium"}),
        error_messages={
            "required": gettext_lazy("Tulis nama sistem tempat surat ditandatangani."),
            "max_length": gettext_lazy("Nama sistem paling banyak 60 karakter."),
        },
    )

    def facts(self) -> dict[str, Any]:
        """Give the file, and what was typed about it."""
        cleaned = self.cleaned_data
        return {
            "upload": cleaned["file"],
            "facts": exchange.CopyFacts(
                number=cleaned["number"], dated=cleaned["dated"], system=cleaned["system"]
            ),
        }


class ConfirmCopyForm(PutCopyForm, ReadAndMeant):
    """Row 5, by the head: a letter signed in another system becomes the letter.

    It asks for what a signature made here asks for; where no copy was put in, for the copy too.
    """

    undone = gettext_lazy("Salinan belum disahkan.")

    password = forms.CharField(
        label=gettext_lazy("Kata sandi"),
        help_text=gettext_lazy("Kata sandi akun Anda, diminta untuk pengesahan ini."),
        strip=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "current-password", "class": "w-medium", "data-reveal": ""}
        ),
        error_messages={"required": gettext_lazy("Tulis kata sandi Anda.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # every copy that is put in raises the version: it stands for the very bytes that were read
        self.fields["version"].required = True
        self.fields["version"].error_messages |= FILLED_BY_THE_PAGE
        self.brings_copy = exchange.copy_of(self.data_request) is None
        if not self.brings_copy:
            for name in ("file", "number", "dated", "system"):
                del self.fields[name]
        affirmed = self.fields["affirmed"]
        affirmed.label = _("Surat ini telah saya baca, saya pahami, dan saya tanda tangani.")
        affirmed.error_messages["required"] = _(
            "Nyatakan bahwa surat ini telah Anda baca, pahami, dan tanda tangani."
        )

    @sensitive_variables("cleaned")
    def prove(self, user: User, cleaned: dict[str, Any]) -> None:
        """Ask for the password of the account once more; it goes no further."""
        if not accounts.knows_password(user, cleaned.pop("password")):
            self.add_error("password", _("Kata sandi salah. {akibat}").format(akibat=self.undone))

    def facts(self) -> dict[str, Any]:
        """Give what the service takes; the password has stayed behind."""
        brought = PutCopyForm.facts(self) if self.brings_copy else {}
        return ReadAndMeant.facts(self) | brought
