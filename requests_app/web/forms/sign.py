"""What proves that it is the signer who signs, and that the letter was read?"""

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from requests_app.models import Office, OfficialDocument, User
from requests_app.services import by_hand, exchange, options, people, routes
from requests_app.sop.roles import Actor
from requests_app.web import accounts, second_factor
from requests_app.web.forms.base import FILLED_BY_THE_PAGE, DeedForm
from requests_app.web.forms.second_factor import CODE_INPUT

Signature = OfficialDocument.Signature
MOST_AT_ONCE: Final = 20
"""Letters that are signed with one proof."""


class FreshInput(forms.TextInput):
    """An input that never shows again what was typed: it is good once."""

    def format_value(self, value: Any) -> None:
        """Show nothing."""
        del value


class Proven(forms.Form):
    """What proves, anew for every signature, that it is this person who signs (ADR 0023).

    Secrets are compared while the form is checked, and only where this person may sign at all.
    `undone` ends the sentence of each refusal. A subclass says whose secrets these are.
    """

    undone: str | Promise = gettext_lazy("Surat belum ditandatangani.")

    position = forms.ChoiceField(
        label=gettext_lazy("Bertindak sebagai"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Pilih sebagai apa Anda bertindak.")},
    )
    code = forms.CharField(
        label=gettext_lazy("Kode dari aplikasi autentikator"),
        help_text=gettext_lazy("Enam angka, atau salah satu kode pemulihan Anda."),
        required=False,
        widget=FreshInput(attrs=CODE_INPUT),
    )
    credential = forms.CharField(required=False, widget=forms.HiddenInput)

    def ask_only(self, *, capacities: Sequence[Actor], second_factors: set[str]) -> None:
        """Drop the fields that this person need not fill in."""
        if len(capacities) > 1:
            choices = [(str(one.position_id), one.title) for one in capacities]
            self.fields["position"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["position"]
        self.offers_passkey = second_factor.PASSKEY in second_factors
        if not second_factors:
            del self.fields["code"], self.fields["credential"]

    @sensitive_variables("cleaned", "proof")
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        proof = {name: cleaned.pop(name, "") for name in ("code", "credential")}
        if "code" in self.fields and not any(proof.values()):
            self.add_error("code", _("Tulis kode dari aplikasi autentikator."))
        user = self.signer()
        if self.errors or user is None:
            return cleaned
        try:
            self.prove(user, cleaned)
            if "code" in self.fields and not self.errors:  # a wrong secret spends no code
                self._prove_twice(user, about=self.about(cleaned), **proof)
        except accounts.TooManyTries as error:
            raise ValidationError(
                _("Terlalu banyak percobaan. {akibat} Coba lagi lima menit lagi.").format(
                    akibat=self.undone
                )
            ) from error
        return cleaned

    def signer(self) -> User | None:
        """Give whose secrets are asked for; nobody where this person may not sign at all."""
        raise NotImplementedError

    def about(self, cleaned: dict[str, Any]) -> str:
        """Name what is signed: the same page sent twice is one signing."""
        raise NotImplementedError

    def prove(self, user: User, cleaned: dict[str, Any]) -> None:
        """Add an error unless the secrets among what was typed are this person's."""
        raise NotImplementedError

    @sensitive_variables("code", "credential")
    def _prove_twice(self, user: User, *, about: str, code: str, credential: str) -> None:
        if not accounts.has_second_factor(user, code=code, credential=credential, about=about):
            self.add_error(
                "code",
                _("Kode atau kunci sandi tidak cocok. {akibat} Masukkan kode terbaru.").format(
                    akibat=self.undone
                ),
            )


class WithKey(Proven):
    """The passphrase opens the person's key, and goes to the service: it is kept nowhere."""

    passphrase = forms.CharField(
        label=gettext_lazy("Frasa sandi"),
        help_text=gettext_lazy("Frasa sandi sertifikat Anda, diminta untuk setiap tanda tangan."),
        strip=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "off", "class": "w-medium", "data-reveal": ""}
        ),
        error_messages={"required": gettext_lazy("Tulis frasa sandi Anda.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        office = self.office()
        if office is not None and routes.route_of(office).signature is Signature.BSRE:
            asked = self.fields["passphrase"]
            asked.label = _("Frasa sandi BSrE")
            asked.help_text = _(
                "Frasa sandi sertifikat BSrE Anda, diminta untuk setiap tanda tangan. Hanya "
                "dikirim ke layanan BSrE."
            )

    def office(self) -> Office | None:
        """Say for which office it is signed."""
        raise NotImplementedError

    @sensitive_variables("cleaned")
    def prove(self, user: User, cleaned: dict[str, Any]) -> None:
        """Open the key with the passphrase; without a certificate the service says so."""
        if not accounts.opens_key(user, cleaned["passphrase"]):
            self.add_error(
                "passphrase", _("Frasa sandi salah. {akibat}").format(akibat=self.undone)
            )


class AccountPassword(Proven):
    """The password of the account once more, where no key of one's own is used."""

    password = forms.CharField(
        label=gettext_lazy("Kata sandi"),
        help_text=gettext_lazy("Kata sandi akun Anda, diminta untuk pengesahan ini."),
        strip=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "current-password", "class": "w-medium", "data-reveal": ""}
        ),
        error_messages={"required": gettext_lazy("Tulis kata sandi Anda.")},
    )

    @sensitive_variables("cleaned")
    def prove(self, user: User, cleaned: dict[str, Any]) -> None:
        """Ask for the password; it goes no further."""
        if not accounts.knows_password(user, cleaned.pop("password")):
            self.add_error("password", _("Kata sandi salah. {akibat}").format(akibat=self.undone))


class OfARequest(Proven, DeedForm):
    """A deed on a request that somebody answers for: read, meant, proved."""

    row: ClassVar[str] = "sign_letter"

    affirmed = forms.BooleanField(
        label=gettext_lazy("Saya telah membaca dan memahami isi surat ini."),
        error_messages={
            "required": gettext_lazy(
                "Nyatakan bahwa Anda telah membaca dan memahami isi surat ini."
            )
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        data_request, who = self.data_request, self.actor.user_id
        self.ask_only(
            capacities=data_request.kept(f"as:{who}:{self.row}", self._capacities),
            second_factors=data_request.kept(f"proofs:{who}", self._second_factors),
        )

    def _second_factors(self) -> set[str]:
        """List what this person has beside the secrets, and what the office asks for."""
        user = self._user()
        return set() if user is None else second_factor.asked_of(user, self.actor)

    def _capacities(self) -> list[Actor]:
        """List the positions in which this person may sign here."""
        user = self._user()
        if user is None:
            return []
        asked = self.data_request.role_of(self.row)
        return [
            one
            for one in people.actors_of(user, at=self.at)
            if one.role is asked and one.section_id in {None, self.data_request.section_id}
        ]

    def _user(self) -> User | None:
        who = self.actor.user_id
        if who is None:
            return None
        found = User.objects.select_related("office").filter(pk=who)
        return self.data_request.kept(f"user:{who}", found.first)

    def signer(self) -> User | None:
        """Leave the secrets of a person who may not sign at all alone."""
        option = options.option_for(subject=self.subject, deed=self.row, actor=self.actor)
        return None if option.is_blocked else self._user()

    def about(self, cleaned: dict[str, Any]) -> str:
        """Name this request and the version the page was made from."""
        return f"{self.data_request.pk}/{cleaned.get('version')}"

    def facts(self) -> dict[str, Any]:
        """Give what the service takes."""
        return {
            "affirmed": self.cleaned_data["affirmed"],
            "position_id": self.cleaned_data.get("position") or None,
        }


class ReadAndMeant(OfARequest):
    """Row 5, either way: the hash of what was read goes with it."""

    content_hash = forms.CharField(
        widget=forms.HiddenInput, max_length=64, error_messages=FILLED_BY_THE_PAGE
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version = self.data_request.newest_version()
        self.initial.setdefault("content_hash", "" if version is None else version.content_hash())

    def facts(self) -> dict[str, Any]:
        """Give what the service takes."""
        return super().facts() | {"content_hash": self.cleaned_data["content_hash"]}


class AcceptForm(AccountPassword, OfARequest):
    """The receiving end of row 12: the head has read the report, and it is the head."""

    row = "accept_report"
    undone = gettext_lazy("Laporan belum diterima.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        affirmed = self.fields["affirmed"]
        affirmed.label = _("Saya telah membaca dan memahami isi laporan ini.")
        affirmed.error_messages["required"] = _(
            "Nyatakan bahwa Anda telah membaca dan memahami isi laporan ini."
        )


class SignedHere(WithKey, OfARequest):
    """A deed on a request that is done by signing with the person's own key."""

    def office(self) -> Office:
        """Sign for the office whose request it is."""
        return self.data_request.office

    def facts(self) -> dict[str, Any]:
        """Give what the service takes, the passphrase included: it is kept nowhere on the way."""
        return super().facts() | {"passphrase": self.cleaned_data["passphrase"]}


class SignForm(SignedHere, ReadAndMeant):
    """Row 5, signed here, after the last page of the letter has been in sight."""

    read_through = forms.BooleanField(
        label=gettext_lazy("Saya sudah membaca sampai halaman terakhir."),
        help_text=gettext_lazy("Tercentang sendiri begitu halaman terakhir terlihat."),
        widget=forms.CheckboxInput(attrs={"data-read-through": ""}),
        error_messages={
            "required": gettext_lazy("Baca surat sampai halaman terakhir, lalu beri centang.")
        },
    )


class BatchForm(WithKey):
    """Several letters at once: which, the affirmation, and one proof for all of them."""

    batch = forms.CharField(widget=forms.HiddenInput, max_length=64)
    letters = forms.MultipleChoiceField(
        label=gettext_lazy("Surat"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Pilih paling sedikit satu surat."),
            "invalid_choice": gettext_lazy(
                "Ada surat yang belum dibuka atau tidak lagi menunggu. Muat ulang halaman ini."
            ),
        },
    )
    affirmed = forms.BooleanField(
        label=gettext_lazy("Saya telah membaca dan memahami isi setiap surat yang saya pilih."),
        error_messages={
            "required": gettext_lazy(
                "Nyatakan bahwa Anda telah membaca dan memahami isi setiap surat yang dipilih."
            )
        },
    )

    def __init__(
        self,
        *args: Any,
        user: User,
        capacities: Sequence[Actor],
        choices: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        self.user = user
        self.formsets: dict[str, Any] = {}
        super().__init__(*args, **kwargs)
        self.fields["letters"].choices = choices  # type: ignore[attr-defined]
        self.ask_only(
            capacities=capacities,
            second_factors=second_factor.asked_of(user, capacities[0]) if capacities else set(),
        )

    def clean_letters(self) -> list[str]:
        """Refuse more letters than one has in mind at once."""
        chosen: list[str] = self.cleaned_data["letters"]
        if len(chosen) > MOST_AT_ONCE:
            raise ValidationError(
                _("Pilih paling banyak {n} surat sekaligus.").format(n=MOST_AT_ONCE)
            )
        return chosen

    def office(self) -> Office | None:
        """Sign for the signer's office: no other's letters are offered."""
        return self.user.office

    def signer(self) -> User | None:
        """Only who may sign reaches this form."""
        return self.user

    def about(self, cleaned: dict[str, Any]) -> str:
        """Name this batch, as its page did, and the letters: the proof is for no other one."""
        chosen = ",".join(sorted(cleaned.get("letters", [])))
        return f"batch/{cleaned.get('batch')}/{chosen}"


class PutCopyForm(DeedForm):
    """Row 5, by staff or head: the file signed elsewhere or by hand, and what stands on its face.

    Where a number is reserved for the letter, it is laid into the form.
    """

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
        help_text=gettext_lazy("Tidak perlu diisi untuk hasil pindai."),
        initial=exchange.SYSTEM,
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"class": "w-medium"}),
        error_messages={
            "max_length": gettext_lazy("Nama sistem paling banyak 60 karakter."),
        },
    )
    is_scan = forms.BooleanField(
        label=gettext_lazy("Ini hasil pindai surat yang ditandatangani basah."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = by_hand.reserved_number(self.data_request)
        if held is not None:
            self.initial.update(number=held.text, dated=held.dated)

    def clean_is_scan(self) -> bool:
        """Ask for the other system where it was not signed by hand."""
        is_scan: bool = self.cleaned_data["is_scan"]
        if not is_scan and self.cleaned_data.get("system") == "":
            self.add_error("system", _("Tulis nama sistem tempat surat ditandatangani."))
        return is_scan

    def facts(self) -> dict[str, Any]:
        """Give the file, and what was typed about it."""
        cleaned = self.cleaned_data
        return {
            "upload": cleaned["file"],
            "facts": exchange.CopyFacts(
                number=cleaned["number"],
                dated=cleaned["dated"],
                system=cleaned["system"],
                is_scan=cleaned["is_scan"],
            ),
        }


class ConfirmCopyForm(PutCopyForm, AccountPassword, ReadAndMeant):
    """Row 5, by the head: a letter signed in another system becomes the letter.

    It asks for what a signature made here asks for; where no copy was put in, for the copy too.
    """

    undone = gettext_lazy("Salinan belum disahkan.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # every copy that is put in raises the version: it stands for the very bytes that were read
        self.fields["version"].required = True
        self.fields["version"].error_messages |= FILLED_BY_THE_PAGE
        self.brings_copy = exchange.copy_of(self.data_request) is None
        if not self.brings_copy:
            for name in ("file", "number", "dated", "system", "is_scan"):
                del self.fields[name]
        affirmed = self.fields["affirmed"]
        affirmed.label = _("Surat ini telah saya baca, saya pahami, dan saya tanda tangani.")
        affirmed.error_messages["required"] = _(
            "Nyatakan bahwa surat ini telah Anda baca, pahami, dan tanda tangani."
        )

    def facts(self) -> dict[str, Any]:
        """Give what the service takes; the password has stayed behind."""
        brought = PutCopyForm.facts(self) if self.brings_copy else {}
        return ReadAndMeant.facts(self) | brought
