"""What is typed in row 3: subject, body and copies of the letter, and an owner more or less?"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import DataRequest, Office
from requests_app.services import letters
from requests_app.services.letters import LetterText
from requests_app.services.workflow import Incomplete
from requests_app.web.forms.base import DeedForm, RowField
from requests_app.web.forms.owners import ChooseOwnerForm, EnterOwnerForm


def text_here(data_request: DataRequest) -> LetterText:
    """Give the words the form begins with."""
    version = data_request.newest_version()
    if version is None:
        return letters.starting_text(data_request)
    return letters.text_of(version)


def text_kept(values: Mapping[str, Sequence[str]]) -> LetterText:
    """Read the words out of a form that was kept while it was typed; nothing is judged."""
    subject, body, cc, code = (
        "".join(values.get(name, [])[-1:]).replace("\r\n", "\n")
        for name in ("letter_subject", "body", "cc", "classification")
    )
    return LetterText(subject=subject, body=body, cc=tuple(cc.splitlines()), classification=code)


def codes_of(office: Office, chosen: str) -> list[tuple[str, str]]:
    """List the codes a letter can be filed under: the office's own first, its list, the chosen."""
    own = office.classification_code
    names = {one.code: str(one) for one in office.classifications.all()}
    listed = {own: _("{kode} (bawaan kantor)").format(kode=names.get(own, own))} | {
        code: name for code, name in names.items() if code != own
    }
    return [*listed.items(), *([(chosen, chosen)] if chosen and chosen not in listed else [])]


class LetterForm(DeedForm):
    """The letter's own words; what may never stand in a letter is refused at its field."""

    letter_subject = forms.CharField(
        label=gettext_lazy("Hal"),
        max_length=200,
        error_messages={"required": gettext_lazy("Tulis hal surat.")},
    )
    body = forms.CharField(
        label=gettext_lazy("Isi surat"),
        max_length=letters.LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=gettext_lazy(
            "Baris kosong memisahkan paragraf; **tebal**, “1.\N{NO-BREAK SPACE}” dan "
            "“-\N{NO-BREAK SPACE}” membuat daftar."
        ),
        error_messages={"required": gettext_lazy("Tulis isi surat.")},
    )
    cc = forms.CharField(
        label=gettext_lazy("Tembusan"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Satu jabatan per baris. Kosongkan bila tidak ada."),
    )

    classification = forms.ChoiceField(
        label=gettext_lazy("Kode klasifikasi"),
        required=False,
        help_text=gettext_lazy("Masuk ke nomor surat saat ditandatangani."),
        error_messages={"invalid_choice": gettext_lazy("Pilih kode klasifikasi dari daftar.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_shown:
            text = text_here(self.data_request)
            codes: Any = self.fields["classification"]
            codes.choices = codes_of(self.data_request.office, text.classification)
            self.initial.setdefault("classification", text.classification)
            self.initial.setdefault("letter_subject", text.subject)
            self.initial.setdefault("body", text.body)
            self.initial.setdefault("cc", "\n".join(text.cc))

    @property
    def is_shown(self) -> bool:
        """Tell whether the page draws this form; the draft's own only once it was sent."""
        return True

    def clean_letter_subject(self) -> str:
        """Refuse what the subject may not hold, also once its tags are filled in."""
        subject = self._judged("letter_subject", _("Tulis hal surat."))
        with _told_here():
            letters.refuse_too_long(letters.fill(subject, self.data_request), ())
        return subject

    def clean_body(self) -> str:
        """Refuse what the body may not hold."""
        return self._judged("body", _("Tulis isi surat."))

    def clean_cc(self) -> list[str]:
        """Split the copies into lines that fit."""
        lines = [line.strip() for line in self._judged("cc", "").splitlines() if line.strip()]
        with _told_here():
            letters.refuse_too_long("", lines)
        return lines

    def _judged(self, name: str, missing: str) -> str:
        text: str = self.cleaned_data[name].replace("\r\n", "\n").strip()
        if missing and self.is_complete and not text:
            raise forms.ValidationError(missing)
        with _told_here():
            letters.refuse_unprintable(text)
            letters.fill(text, self.data_request)
        return text

    is_complete = True

    def text(self) -> LetterText:
        """Give the letter's words as the service takes them."""
        typed = self.cleaned_data
        return LetterText(
            subject=typed["letter_subject"],
            body=typed["body"],
            cc=tuple(typed["cc"]),
            classification=typed["classification"],
        )

    def facts(self) -> dict[str, Any]:
        """Give the letter's words."""
        return {"text": self.text()}


@contextmanager
def _told_here() -> Iterator[None]:
    """Tell a refusal of the service at the field that is being checked."""
    try:
        yield
    except Incomplete as refusal:
        raise forms.ValidationError(str(refusal)) from refusal


class DraftLetterForm(LetterForm):
    """The same as a draft, which may still lack its parts."""

    is_complete = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("letter_subject", "body"):
            self.fields[name].required = False

    @property
    def is_shown(self) -> bool:
        """Say that an unsent draft form is not drawn."""
        return self.is_bound


class AddRecipientForm(ChooseOwnerForm, DraftLetterForm):
    """The draft, and an owner of the directory to whom the letter goes as well."""

    def facts(self) -> dict[str, Any]:
        """Give the words and the owner."""
        return {**ChooseOwnerForm.facts(self), "draft": self.text()}


class AddNewRecipientForm(EnterOwnerForm, DraftLetterForm):
    """The draft, and an institution that enters the directory and the letter."""

    def facts(self) -> dict[str, Any]:
        """Give the words and the new owner."""
        return {**EnterOwnerForm.facts(self), "draft": self.text()}


class RemoveRecipientForm(DraftLetterForm):
    """The draft, and an owner to whom the letter does not go after all."""

    removed = RowField(
        label=gettext_lazy("Pemilik data"),
        error_messages={
            "required": gettext_lazy("Pilih pemilik data yang dikeluarkan."),
            "invalid_choice": gettext_lazy("Pemilik data ini bukan tujuan permohonan."),
        },
        empty_label=gettext_lazy("Pilih pemilik data"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        removed = cast("RowField", self.fields["removed"])
        removed.offer([one.data_owner for one in self.data_request.waiting_recipients()])

    def facts(self) -> dict[str, Any]:
        """Give the words and the owner."""
        return {"data_owner": self.cleaned_data["removed"], "draft": self.text()}


class UseTemplateForm(DraftLetterForm):
    """The draft, and a template of the office that takes the place of its subject and body."""

    template = RowField(
        label=gettext_lazy("Templat"),
        empty_label=gettext_lazy("Pilih templat"),
        error_messages={
            "required": gettext_lazy("Pilih templat."),
            "invalid_choice": gettext_lazy("Pilih templat dari daftar."),
        },
    )
    replaces = forms.BooleanField(
        label=gettext_lazy("Ganti hal dan isi yang sudah ditulis"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        template = cast("RowField", self.fields["template"])
        template.offer(letters.templates_of(self.data_request))

    def clean(self) -> dict[str, Any] | None:
        """Ask before words of somebody's own go."""
        typed = super().clean() or self.cleaned_data
        is_asked = not self.errors and not typed["replaces"]
        if is_asked and letters.is_own_text(self.text(), self.data_request):
            self.add_error(
                "replaces",
                _("Hal dan isi surat sudah ditulis sendiri. Centang untuk menggantinya."),
            )
        return typed

    def facts(self) -> dict[str, Any]:
        """Give the words, the template, and whether it may take their place."""
        typed = self.cleaned_data
        return {
            "text": self.text(),
            "template": typed["template"],
            "replaces": typed["replaces"],
        }
