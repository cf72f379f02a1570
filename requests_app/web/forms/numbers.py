"""What is typed when a number is reserved, entered, inserted or given up?"""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import DataRequest, LetterNumber, NumberRegister, Office, Section
from requests_app.models.numbering import AGENDA_KINDS
from requests_app.services import agenda, numbers
from requests_app.services.numbers import Entry
from requests_app.sop.roles import Actor
from requests_app.sop.steps import MINIMUM_REASON
from requests_app.web.forms.filters import QuickSelect


class AgendaFilter(forms.Form):
    """Which part of the agenda is looked at; an unreadable filter is left out."""

    cari = forms.CharField(
        label=gettext_lazy("Cari"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Nomor, tujuan, hal, atau keterangan."),
    )
    tahun = forms.ChoiceField(label=gettext_lazy("Tahun"), required=False, widget=QuickSelect)
    register = forms.ModelChoiceField(
        label=gettext_lazy("Register"),
        required=False,
        queryset=NumberRegister.objects.none(),
        empty_label=gettext_lazy("Semua register"),
        widget=QuickSelect,
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[("", gettext_lazy("Semua status")), *LetterNumber.Status.choices],
        widget=QuickSelect,
    )

    def __init__(self, *args: Any, office_id: int, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [("", _("Semua tahun")), *((str(year), str(year)) for year in years)]
        cast("forms.ChoiceField", self.fields["tahun"]).choices = known
        cast("Any", self.fields["register"]).queryset = NumberRegister.objects.filter(
            office_id=office_id, kind__in=AGENDA_KINDS
        ).order_by("kind", "classification")

    def chosen(self) -> dict[str, Any]:
        """Give the filters that are set and readable."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class NumberForm(forms.Form):
    """The columns of the agenda, for a letter that this system does not write."""

    known = forms.IntegerField(widget=forms.HiddenInput, required=False)
    dated = forms.DateField(
        label=gettext_lazy("Tanggal surat"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Tulis tanggal surat."),
            "invalid": gettext_lazy("Tulis tanggal surat, misalnya 31-12-2026."),
        },
    )
    classification = forms.ChoiceField(label=gettext_lazy("Klasifikasi"))
    addressee = forms.CharField(
        label=gettext_lazy("Tujuan"),
        max_length=300,
        error_messages={"required": gettext_lazy("Tulis tujuan surat.")},
    )
    subject = forms.CharField(
        label=gettext_lazy("Hal"),
        max_length=300,
        error_messages={"required": gettext_lazy("Tulis hal surat.")},
    )
    annex = forms.CharField(
        label=gettext_lazy("Lampiran"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Contoh: 1 (satu) berkas."),
    )
    section = forms.ModelChoiceField(
        label=gettext_lazy("Pengolah"),
        queryset=Section.objects.none(),
        empty_label=None,
        error_messages={"required": gettext_lazy("Pilih pengolah surat.")},
    )
    security = forms.ChoiceField(
        label=gettext_lazy("Klasifikasi keamanan"), choices=DataRequest.SecurityClass.choices
    )
    note = forms.CharField(label=gettext_lazy("Keterangan"), max_length=300, required=False)

    def __init__(
        self, *args: Any, office: Office, actor: Actor, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.office = office
        newest = LetterNumber.objects.visible_to(actor).order_by("-pk").first()
        self.initial.setdefault("known", 0 if newest is None else newest.pk)
        self.initial.setdefault("dated", today)
        self.initial.setdefault("classification", office.classification_code)
        self.initial.setdefault("section", actor.section_id)
        self.initial.setdefault("security", DataRequest.SecurityClass.ORDINARY)
        self._choices("classification", numbers.classifications_of(office))
        self.fields["section"].queryset = office.sections.order_by("name")  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """Give what the service takes."""
        return {
            "dated": self.cleaned_data["dated"],
            "known": self.cleaned_data.get("known") or 0,
            "entry": self.entry(),
        }

    def entry(self) -> Entry:
        """Give what the number stands for, as it was typed."""
        typed = self.cleaned_data
        columns = ("classification", "addressee", "subject", "annex", "note", "section", "security")
        return Entry(**{name: typed[name] for name in columns})

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices


class ReserveForm(NumberForm):
    """A number held for later: for a request of this system, or for another letter."""

    data_request = forms.ModelChoiceField(
        label=gettext_lazy("Untuk permohonan"),
        queryset=DataRequest.objects.none(),
        required=False,
        empty_label=gettext_lazy("Surat lain, bukan dari sistem ini"),
        help_text=gettext_lazy(
            "Bila dipilih, nomor dipakai saat suratnya ditandatangani; kolom lain yang kosong "
            "diisi dari surat itu."
        ),
        error_messages={
            "invalid_choice": gettext_lazy(
                "Permohonan ini sudah memegang nomor atau suratnya sudah ditandatangani."
            )
        },
    )
    field_order = ("data_request", "dated", "classification")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = agenda.requests_without_number(self.office)
        self.fields["data_request"].queryset = waiting  # type: ignore[attr-defined]
        for name in ("addressee", "subject", "classification"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """Ask for addressee and subject where no request tells them."""
        typed = self.cleaned_data
        if typed.get("data_request") is None and "data_request" not in self.errors:
            for name in ("addressee", "subject"):
                if not typed.get(name) and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        return typed

    def entry(self) -> Entry:
        """Lay what was typed over what the request's letter says."""
        chosen: DataRequest | None = self.cleaned_data["data_request"]
        if chosen is None:
            return super().entry()
        typed = super().entry()
        told = numbers.entry_of(chosen)
        return Entry(
            classification=told.classification,
            addressee=typed.addressee or told.addressee,
            subject=typed.subject or told.subject,
            annex=typed.annex or told.annex,
            note=typed.note,
            section=told.section,
            security=told.security,
        )

    def facts(self) -> dict[str, Any]:
        """Give what the service takes."""
        return {**super().facts(), "data_request": self.cleaned_data["data_request"]}


class OutsideForm(NumberForm):
    """A number that TU or another system gave."""

    text = forms.CharField(
        label=gettext_lazy("Nomor surat"),
        max_length=120,
        help_text=gettext_lazy("Persis seperti tertulis pada surat."),
        error_messages={"required": gettext_lazy("Tulis nomor surat.")},
    )
    field_order = ("text", "dated", "classification")

    def facts(self) -> dict[str, Any]:
        """Give what the service takes."""
        return {**super().facts(), "text": self.cleaned_data["text"]}


class InsertForm(NumberForm):
    """A letter of an earlier day."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.initial["dated"]


class VoidForm(forms.Form):
    """Why a number is given up."""

    reason = forms.CharField(
        label=gettext_lazy("Mengapa nomor ini dibatalkan?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=MINIMUM_REASON,
        max_length=1_000,
        error_messages={
            "required": gettext_lazy("Tulis alasan, paling sedikit 10 karakter."),
            "min_length": gettext_lazy("Tulis alasan, paling sedikit 10 karakter."),
            "max_length": gettext_lazy("Alasan paling banyak 1.000 karakter."),
        },
    )
