"""What do the short forms of a data owner ask: the code, who confirms, the owner's own letter?"""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.services import access_codes, merging
from requests_app.services.answers import sheet_of
from requests_app.web.forms.answers import RecipientForm
from requests_app.web.forms.base import DeedForm
from requests_app.web.forms.printed import PhoneField, PrintedField


class CodeForm(forms.Form):
    """The access code that came by another carrier; pasting is allowed, spaces do not matter."""

    code = forms.CharField(
        label=_("Kode akses"),
        help_text=_("Enam angka, disampaikan kepada Anda melalui saluran lain."),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "class": "code-input",
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
            }
        ),
        error_messages={"required": _("Tulis kode akses.")},
    )

    def clean_code(self) -> str:
        """Tell what can be no code: a slip of the finger is no try."""
        digits = access_codes.plain(self.cleaned_data["code"])
        if not digits:
            raise forms.ValidationError(_("Kode akses terdiri atas enam angka."))
        return digits


class ConfirmForm(DeedForm):
    """Who confirms that the letter has come; asked once."""

    name = PrintedField(
        label=_("Nama Anda"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Tulis nama Anda.")},
    )
    title = PrintedField(
        label=_("Jabatan"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
        error_messages={"required": _("Tulis jabatan Anda.")},
    )
    phone = PhoneField()


class DeliverForm(RecipientForm):
    """The owner's own letter, where one goes along, and a word to the receiver."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    owner_letter_number = PrintedField(
        label=_("Nomor surat jawaban (opsional)"),
        help_text=_("Bila instansi Anda menerbitkan surat jawaban."),
        max_length=120,
        required=False,
    )
    owner_letter_date = forms.DateField(
        label=_("Tanggal surat jawaban (opsional)"),
        help_text=_("Contoh: 31 Desember 2026."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Tulis tanggal surat, misalnya 31-12-2026.")},
    )
    note = forms.CharField(
        label=_("Catatan (opsional)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self._mark()
        delivery = self.recipient.newest_delivery()
        if delivery is not None:
            for name in ("owner_letter_number", "owner_letter_date", "note"):
                self.initial.setdefault(name, getattr(delivery, name))

    def renew(self, version: int) -> None:
        """Let it be sent again after its reader has been shown what stands now."""
        super().renew(version)
        self.data[self.add_prefix("seen")] = self._mark()  # type: ignore[index]  # a copy by now

    def _mark(self) -> str:
        return merging.whole_mark_of(sheet_of(self.recipient))

    def clean_owner_letter_date(self) -> date | None:
        """Refuse a letter from the future."""
        dated: date | None = self.cleaned_data["owner_letter_date"]
        if dated is not None and dated > self.at.astimezone(self.subject.office.zone).date():
            raise forms.ValidationError(_("Tanggal surat jawaban tidak boleh setelah hari ini."))
        return dated
