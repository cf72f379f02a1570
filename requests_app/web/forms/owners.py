"""How is a data owner found in the directory, or entered into it?"""

from functools import cached_property
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from requests_app.models import DataOwner, Office
from requests_app.web.forms.base import DeedForm
from requests_app.web.forms.printed import PrintedField

DIRECTORY_ID: Final = "owner-directory"
"""The id of the `<datalist>` that every input of an owner's name is tied to."""
MOST_NAMED: Final = 3
UNKNOWN: Final = "unknown"
"""The code of the error that tells a name which the directory does not hold."""


class Directory:
    """The active owners of an office, asked for once and only when needed."""

    def __init__(self, office: Office) -> None:
        self.office = office

    @cached_property
    def owners(self) -> list[DataOwner]:
        """List the owners by name."""
        return list(DataOwner.objects.filter(office=self.office, is_active=True))

    def find(self, text: str) -> DataOwner:
        """Find an owner by its name or by a part of it that no other name holds.

        Refused: a part that several names hold, and one that no name holds.
        """
        wanted = " ".join(text.split()).casefold()
        exact = [owner for owner in self.owners if owner.name.casefold() == wanted]
        found = exact or [owner for owner in self.owners if wanted in owner.name.casefold()]
        if not found:
            raise forms.ValidationError(
                _(
                    "“{teks}” belum ada dalam direktori. Pilih dari daftar, atau lengkapi "
                    "“Instansi belum ada dalam direktori” di bawah."
                ).format(teks=text),
                code=UNKNOWN,
            )
        if len(found) > 1:
            names = ", ".join(owner.name for owner in found[:MOST_NAMED])
            raise forms.ValidationError(
                ngettext(
                    "{n} pemilik data cocok dengan “{teks}”: {nama}. Tulis nama lengkapnya.",
                    "{n} pemilik data cocok dengan “{teks}”: {nama}. Tulis nama lengkapnya.",
                    len(found),
                ).format(n=len(found), teks=text, nama=names)
            )
        return found[0]


class NewOwnerFields(forms.Form):
    """An institution that is not in the directory yet."""

    new_name = PrintedField(
        label=gettext_lazy("Nama instansi"),
        max_length=200,
        error_messages={"required": gettext_lazy("Tulis nama instansi pemilik data.")},
    )
    new_head_title = PrintedField(
        label=gettext_lazy("Jabatan yang dituju"),
        max_length=200,
        help_text=gettext_lazy("Surat ditujukan kepada jabatan. Contoh: Kepala Dinas Contoh."),
        error_messages={"required": gettext_lazy("Tulis jabatan yang dituju.")},
    )
    new_place = PrintedField(
        label=gettext_lazy("Tempat"),
        max_length=100,
        error_messages={"required": gettext_lazy("Tulis tempat kedudukan instansi.")},
    )
    new_email = forms.EmailField(
        label=gettext_lazy("Surel"),
        required=False,
        help_text=gettext_lazy("Boleh kosong; surat dapat dikirim melalui saluran lain."),
        error_messages={"invalid": gettext_lazy("Tulis alamat surel yang lengkap.")},
    )

    def new_owner(self) -> DataOwner:
        """Give the institution as it was typed, not stored yet."""
        typed: dict[str, Any] = self.cleaned_data
        return DataOwner(
            name=typed["new_name"],
            head_title=typed["new_head_title"],
            place=typed["new_place"],
            email=typed["new_email"],
        )


class ChooseOwnerForm(DeedForm):
    """An owner of the directory to whom the letter goes as well."""

    owner_name = forms.CharField(
        label=gettext_lazy("Nama instansi"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": DIRECTORY_ID, "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Pilih pemilik data.")},
    )

    def clean_owner_name(self) -> DataOwner:
        """Find the institution in the directory."""
        return Directory(self.data_request.office).find(self.cleaned_data["owner_name"])

    def facts(self) -> dict[str, Any]:
        """Give the owner."""
        return {"data_owner": self.cleaned_data["owner_name"]}


class EnterOwnerForm(NewOwnerFields, DeedForm):
    """An institution that enters the directory and the letter."""

    def facts(self) -> dict[str, Any]:
        """Give the new owner."""
        return {"data_owner": self.new_owner()}
