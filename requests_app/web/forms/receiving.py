"""What does staff type when received data is checked, opened and recorded?"""

from dataclasses import asdict
from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import ItemAnswer
from requests_app.services.answers import ItemSheet, sheet_of
from requests_app.services.checks import Finding, most_days, ordinary_days
from requests_app.services.registers import Line, proposed_line
from requests_app.sop.steps import MINIMUM_REASON
from requests_app.web.forms.answers import ReceivedForm, RecipientForm
from requests_app.web.forms.printed import PrintedField

ACCEPTED: Final = ItemAnswer.Verdict.ACCEPTED
CORRECTION: Final = ItemAnswer.Verdict.CORRECTION


class FindingsForm(RecipientForm):
    """The verdict on each item, and a note where something has to be put right.

    `days` is typed here whichever button is pressed; only a correction takes it (`CorrectionForm`).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet_of(self.recipient)
        self._add_days()
        for one in self.sheet.items:
            if one.answer is not None:
                self._add_item(one, one.answer)

    def rows(self) -> list[dict[str, Any]]:
        """Give the template each item with its two fields."""
        return [
            {
                "sheet": one,
                "verdict": self[f"item-{one.item.pk}-verdict"],
                "note": self[f"item-{one.item.pk}-note"],
            }
            for one in self.sheet.items
            if one.answer is not None
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for a note on every flagged item."""
        for one in self.sheet.items:
            key = f"item-{one.item.pk}"
            flagged = self.cleaned_data.get(f"{key}-verdict") == CORRECTION
            if flagged and not self.cleaned_data.get(f"{key}-note", "").strip():
                sentence = _("Butir {n}: tulis apa yang perlu diperbaiki.").format(n=one.number)
                self.add_error(f"{key}-note", sentence)
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        """Give the service a finding for each item."""
        return {
            "findings": [
                Finding(
                    item_id=one.item.pk,
                    verdict=self.cleaned_data.get(f"item-{one.item.pk}-verdict", ""),
                    note=self.cleaned_data.get(f"item-{one.item.pk}-note", ""),
                )
                for one in self.sheet.items
                if one.answer is not None
            ]
        }

    def _add_days(self) -> None:
        most = most_days(self.recipient)
        sentence = _("Tulis tenggat perbaikan: 1 sampai {n} hari kerja.").format(n=most)
        self.fields["days"] = forms.IntegerField(
            label=_("Tenggat perbaikan"),
            help_text=_("Dihitung sejak perbaikan diminta; paling lama {n} hari kerja.").format(
                n=most
            ),
            min_value=1,
            max_value=most,
            required=False,
            widget=forms.NumberInput(attrs={"class": "w-short"}),
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), sentence),
        )
        self.initial["days"] = ordinary_days(self.recipient)

    def _add_item(self, one: ItemSheet, answer: ItemAnswer) -> None:
        key = f"item-{one.item.pk}"
        fits = _("Sesuai") if answer.gives_data else _("Diterima sebagai jawaban")
        self.fields[f"{key}-verdict"] = forms.ChoiceField(
            label=_("Hasil pemeriksaan butir {n}").format(n=one.number),
            choices=[(ACCEPTED.value, fits), (CORRECTION.value, _("Perlu perbaikan"))],
            widget=forms.RadioSelect,
            required=False,
        )
        self.fields[f"{key}-note"] = forms.CharField(
            label=_("Apa yang perlu diperbaiki?"),
            help_text=_("Disampaikan kepada pemilik data."),
            widget=forms.Textarea(attrs={"rows": 2}),
            required=False,
        )
        self.initial[f"{key}-verdict"] = answer.verdict
        self.initial[f"{key}-note"] = answer.verdict_note


class CorrectionForm(FindingsForm):
    """The same when something goes back to the owner, within the days that are set."""

    def facts(self) -> dict[str, Any]:
        """Give the service the findings and the days; the office's own where none were typed."""
        return {**super().facts(), "days": self.cleaned_data.get("days")}


class AcceptForm(FindingsForm):
    """The same when all is accepted: what is open is told at its item."""

    def clean(self) -> dict[str, Any]:
        """Ask for a verdict on every item; one that has to be put right goes back."""
        cleaned = super().clean()
        for one in self.sheet.items:
            key = f"item-{one.item.pk}-verdict"
            if key not in self.fields or cleaned.get(key) == ACCEPTED:
                continue
            sentence = _("Butir {n}: pilih hasil pemeriksaan.")
            if cleaned.get(key) == CORRECTION:
                sentence = _("Butir {n} perlu perbaikan. Tekan Minta perbaikan data.")
            self.add_error(key, sentence.format(n=one.number))
        return cleaned


class RecordForm(ReceivedForm):
    """One line of the register, prefilled, in the paper book's column order."""

    received_on = forms.DateField(
        label=gettext_lazy("Tanggal"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Tulis tanggal penerimaan."),
            "invalid": gettext_lazy("Tulis tanggal penerimaan, misalnya 31-12-2026."),
        },
    )
    origin = PrintedField(
        label=gettext_lazy("Asal"),
        max_length=200,
        error_messages={"required": gettext_lazy("Tulis asal data.")},
    )
    data_kind = PrintedField(
        label=gettext_lazy("Jenis data"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Tulis jenis data.")},
    )
    form_and_amount = PrintedField(
        label=gettext_lazy("Bentuk/jumlah"),
        max_length=300,
        error_messages={"required": gettext_lazy("Tulis bentuk dan jumlah data.")},
    )
    letter_number = PrintedField(
        label=gettext_lazy("Nomor surat"),
        help_text=gettext_lazy("Surat jawaban pemilik data, atau surat permohonan."),
        max_length=200,
        required=False,
    )
    received_by = PrintedField(
        label=gettext_lazy("Penerima"),
        max_length=150,
        error_messages={"required": gettext_lazy("Tulis nama penerima.")},
    )
    kept_at = PrintedField(
        label=gettext_lazy("Lokasi simpan"),
        max_length=200,
        error_messages={"required": gettext_lazy("Tulis lokasi penyimpanan.")},
    )
    security_class = PrintedField(
        label=gettext_lazy("Sifat"),
        max_length=20,
        error_messages={"required": gettext_lazy("Tulis sifat data.")},
    )
    remarks = PrintedField(
        label=gettext_lazy("Keterangan"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        recipient = self.recipient
        sheet = sheet_of(recipient) if recipient.state == "record_data" else None
        if sheet is not None and sheet.delivery is not None:
            line = proposed_line(recipient=recipient, sheet=sheet, actor=self.actor, at=self.at)
            self.initial.update(asdict(line), data_kind=line.data)

    def facts(self) -> dict[str, Any]:
        """Give the service the line as it will stand in the book."""
        typed = super().facts()
        return {"line": Line(data=typed.pop("data_kind"), **typed)}


class PurposeForm(forms.Form):
    """For what a stored file is opened; a word too short says nothing."""

    purpose = forms.CharField(
        label=gettext_lazy("Untuk keperluan apa?"),
        help_text=gettext_lazy("Nama Anda, waktu, dan keperluan ini tercatat."),
        min_length=5,
        max_length=500,
        error_messages={
            "required": gettext_lazy("Tulis keperluan membuka berkas ini."),
            "min_length": gettext_lazy("Tulis keperluan dengan jelas, paling sedikit 5 karakter."),
        },
    )


class ReleaseForm(forms.Form):
    """Why a file that was held may be opened all the same."""

    reason = forms.CharField(
        label=gettext_lazy("Mengapa berkas ini boleh dibuka?"),
        help_text=gettext_lazy("Paling sedikit 10 karakter. Alasan ini tercatat dalam riwayat."),
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=MINIMUM_REASON,
        max_length=1000,
        error_messages={
            "required": gettext_lazy("Tulis alasan, paling sedikit 10 karakter."),
            "min_length": gettext_lazy("Tulis alasan, paling sedikit 10 karakter."),
        },
    )


class RegisterFilter(forms.Form):
    """Search in the register by text and year."""

    cari = forms.CharField(
        label=gettext_lazy("Cari"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Asal, jenis data, nomor, atau nomor surat."),
    )
    tahun = forms.ChoiceField(label=gettext_lazy("Tahun"), required=False)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [("", _("Semua tahun")), *((str(year), str(year)) for year in years)]
        cast("forms.ChoiceField", self.fields["tahun"]).choices = known
