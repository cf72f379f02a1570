"""What is asked of whoever passes the link on, or takes over filling in?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.models import Recipient
from requests_app.web.forms.printed import PhoneField, PrintedField

LONGEST_MESSAGE = 1_000


class ColleagueForm(forms.Form):
    """A form about people; its version only tells one page from another, for a second click."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, recipient: Recipient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("version", recipient.version)

    def facts(self) -> dict[str, Any]:
        """Give what the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ForwardForm(ColleagueForm):
    """The colleague who is to fill in, and a word to him or her."""

    name = PrintedField(
        label=_("Nama rekan"),
        max_length=150,
        error_messages={"required": _("Tulis nama rekan Anda.")},
    )
    address = forms.EmailField(
        label=_("Alamat surel rekan"),
        max_length=200,
        error_messages={
            "required": _("Tulis alamat surel rekan Anda."),
            "invalid": _("Tulis alamat surel yang benar, misalnya nama@instansi.go.id."),
        },
    )
    message = forms.CharField(
        label=_("Pesan (opsional)"),
        help_text=_("Jangan tulis kode akses di sini."),
        required=False,
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RespondentForm(ColleagueForm):
    """Who fills in from now on."""

    name = PrintedField(
        label=_("Nama"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Tulis nama yang mengisi.")},
    )
    title = PrintedField(
        label=_("Jabatan"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
        error_messages={"required": _("Tulis jabatan yang mengisi.")},
    )
    phone = PhoneField()

    def __init__(self, *args: Any, recipient: Recipient, **kwargs: Any) -> None:
        super().__init__(*args, recipient=recipient, **kwargs)
        for name in ("name", "title", "phone"):
            self.initial.setdefault(name, getattr(recipient, f"respondent_{name}"))
