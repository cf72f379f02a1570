"""What is typed in rows 10 and 11: a result with its sources, a use, a reason to take one back?"""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.documents import wording
from requests_app.models import RegisterEntry, RequestedItem
from requests_app.services import supplements, usage
from requests_app.services.usage import ResultText, UseText
from requests_app.services.workflow import Incomplete
from requests_app.sop.steps import MINIMUM_REASON
from requests_app.web.forms.answers import FilesField
from requests_app.web.forms.base import FILLED_BY_THE_PAGE, DeedForm

TOO_SHORT = gettext_lazy("Tulis alasan, paling sedikit 10 karakter.")


def printed(text: str) -> None:
    """Refuse at its field what the usage report could not print."""
    try:
        usage.refuse_unprintable(text)
    except Incomplete as refusal:
        raise forms.ValidationError(str(refusal)) from refusal


def reason_field(label: Any, **options: Any) -> forms.CharField:
    """Make the field in which a deed is reasoned."""
    return forms.CharField(
        label=label,
        min_length=MINIMUM_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": TOO_SHORT, "min_length": TOO_SHORT},
        **options,
    )


def keys_of(value: Any) -> list[int]:
    """Give ticked choices as keys."""
    return [int(key) for key in value or ()]


class PartForm(DeedForm):
    """One of several forms of a page: its ids begin with its own name."""

    slug = "part"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{self.slug}-%s")
        super().__init__(*args, **kwargs)

    def offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        """Set the choices of a field that depend on the request."""
        cast("forms.ChoiceField", self.fields[name]).choices = choices


class ResultForm(PartForm):
    """A result: what, how, from which lines of the register, in which files."""

    slug = "result"
    place = "tambah"
    left_open = gettext_lazy(
        "Hasil olah yang Anda tulis belum ditambahkan. "
        "Tekan Tambah hasil olah, atau kosongkan isian itu."
    )
    used_as_is = forms.BooleanField(
        label=gettext_lazy("Data digunakan tanpa diolah"), required=False
    )
    title = forms.CharField(
        label=gettext_lazy("Judul hasil olah"),
        help_text=gettext_lazy("Boleh kosong bila data digunakan tanpa diolah."),
        max_length=200,
        required=False,
        validators=[printed],
        widget=forms.TextInput(attrs={"class": "w-wide"}),
    )
    method = forms.CharField(
        label=gettext_lazy("Cara mengolah"),
        help_text=gettext_lazy("Atau alasan data digunakan tanpa diolah."),
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[printed],
        error_messages={"required": gettext_lazy("Tulis cara mengolah data.")},
    )
    notes = forms.CharField(
        label=gettext_lazy("Isi hasil"),
        help_text=gettext_lazy("Hasil dalam kata-kata. Boleh kosong bila ada berkas hasil."),
        required=False,
        validators=[printed],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    entries = forms.MultipleChoiceField(
        label=gettext_lazy("Sumber dari buku catatan"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Pilih paling sedikit satu sumber dari buku catatan.")
        },
    )
    sources = forms.MultipleChoiceField(
        label=gettext_lazy("Berkas yang dipakai"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Pilih berkas dari sumber yang dicentang.")},
    )
    uploads = FilesField(
        label=gettext_lazy("Berkas hasil"),
        required=False,
        help_text=gettext_lazy("XLSX, CSV, PDF, DOCX, gambar, atau ZIP. Boleh lebih dari satu."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entries = usage.sources_of(self.data_request)
        self.offer("entries", [(entry.pk, entry_label(entry)) for entry in entries])
        files = [
            (file.pk, f"{file.name} · {entry.recipient}")
            for entry in entries
            for file in usage.files_of(entry)
        ]
        self.offer("sources", files)
        if len(entries) == 1:
            self.initial.setdefault("entries", [entries[0].pk])
        if not files:
            del self.fields["sources"]

    def clean(self) -> dict[str, Any]:
        """Ask for title and output, or for a real reason where the data is used as it came."""
        cleaned = self.cleaned_data
        method = cleaned.get("method", "")
        if cleaned.get("used_as_is"):
            if method and len(method.strip()) < MINIMUM_REASON:
                self.add_error("method", str(TOO_SHORT))
            return cleaned
        if "title" in cleaned and not cleaned["title"].strip():
            self.add_error("title", _("Tulis judul hasil olah."))
        if "notes" in cleaned and not (cleaned.get("uploads") or cleaned["notes"].strip()):
            self.add_error("uploads", str(usage.NO_OUTPUT))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Give the service the text, the keys of the sources and the uploaded files."""
        cleaned = self.cleaned_data
        return {
            "text": ResultText(
                title=cleaned["title"],
                method=cleaned["method"],
                notes=cleaned["notes"],
                used_as_is=cleaned["used_as_is"],
            ),
            "entries": keys_of(cleaned["entries"]),
            "sources": keys_of(cleaned.get("sources")),
            "uploads": cleaned["uploads"],
        }


def entry_label(entry: RegisterEntry) -> str:
    """Name a line of the register by number, owner and data."""
    return _("No. {nomor} · {asal}: {data}").format(
        nomor=entry.number, asal=entry.origin, data=entry.data
    )


class WithdrawForm(PartForm):
    """A result is taken back, for a reason."""

    slug = "withdraw"
    result = forms.IntegerField(widget=forms.HiddenInput, error_messages=FILLED_BY_THE_PAGE)
    reason = reason_field(gettext_lazy("Mengapa hasil olah ini ditarik?"))


class ReturnRecipientForm(PartForm):
    """Bad data: whose, which items, what is wrong."""

    slug = "return"
    recipient = forms.ChoiceField(
        label=gettext_lazy("Pemilik data"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Pilih pemilik data yang datanya bermasalah."),
            "invalid_choice": gettext_lazy("Pilih pemilik data yang datanya bermasalah."),
        },
    )
    items = forms.MultipleChoiceField(
        label=gettext_lazy("Data yang bermasalah"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Pilih data yang bermasalah.")},
    )
    reason = reason_field(gettext_lazy("Apa yang perlu diperbaiki?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = usage.sources_of(self.data_request)
        owners = [(line.recipient_id, str(line.recipient)) for line in sources]
        self.offer("recipient", owners)
        self.offer("items", [(item.pk, item.name) for item in usage.items_of(sources)])
        if len(owners) == 1:
            self.initial.setdefault("recipient", owners[0][0])
        self._suggest_what_waits({key for key, _name in owners})

    def _suggest_what_waits(self, owners: set[int]) -> None:
        """Begin with a supplement that waits: this is the way to have it checked."""
        waiting = supplements.waiting_in(self.data_request)
        for one in [one for one in waiting if one.recipient_id in owners][:1]:
            sent_on = one.sent_at and one.sent_at.astimezone(self.data_request.office.zone).date()
            self.initial["recipient"] = one.recipient_id
            self.initial["items"] = list(one.answers.values_list("item_id", flat=True))
            self.initial["reason"] = _("Susulan yang dikirim {tanggal} perlu diperiksa.").format(
                tanggal="" if sent_on is None else wording.long_date(sent_on)
            )

    def facts(self) -> dict[str, Any]:
        """Give the service keys and the reason."""
        return {
            "recipient": int(self.cleaned_data["recipient"]),
            "items": keys_of(self.cleaned_data["items"]),
            "reason": self.cleaned_data["reason"],
        }


class ItemsForm(PartForm):
    """A part of row 11 about some of the received items."""

    items = forms.MultipleChoiceField(
        label=gettext_lazy("Data"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Pilih paling sedikit satu data.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("items", [(item.pk, item.name) for item in self.offered()])

    def offered(self) -> list[RequestedItem]:
        """List the items that can be ticked."""
        return self.data_request.received_items()


class UseForm(ItemsForm):
    """A use: which data, what for, by whom, when, with what product, shared with whom."""

    slug = "use"
    place = "catat"
    left_open = gettext_lazy(
        "Penggunaan yang Anda tulis belum dicatat. "
        "Tekan Catat penggunaan, atau kosongkan isian itu."
    )
    purpose = forms.CharField(
        label=gettext_lazy("Keperluan"),
        help_text=gettext_lazy("Sesuai dengan tujuan permohonan."),
        widget=forms.Textarea(attrs={"rows": 2}),
        validators=[printed],
        error_messages={"required": gettext_lazy("Tulis keperluan penggunaan data.")},
    )
    used_by = forms.CharField(
        label=gettext_lazy("Pengguna"),
        max_length=200,
        validators=[printed],
        error_messages={"required": gettext_lazy("Tulis siapa yang menggunakan data.")},
    )
    used_on = forms.DateField(
        label=gettext_lazy("Tanggal penggunaan"),
        widget=forms.DateInput(attrs={"type": "date", "class": "w-short"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Tulis tanggal penggunaan."),
            "invalid": gettext_lazy("Tulis tanggal penggunaan, misalnya 31-12-2026."),
        },
    )
    product = forms.CharField(
        label=gettext_lazy("Hasil/produk"),
        help_text=gettext_lazy("Misalnya: bahan paparan, naskah laporan."),
        max_length=300,
        required=False,
        validators=[printed],
    )
    shared_with = forms.CharField(
        label=gettext_lazy("Dibagikan kepada"),
        help_text=gettext_lazy("Kosongkan bila tidak dibagikan."),
        max_length=300,
        required=False,
        validators=[printed],
    )
    result = forms.ChoiceField(label=gettext_lazy("Hasil olah yang dipakai"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        results = self.data_request.standing_results()
        self.offer("result", [("", _("Tanpa hasil olah")), *((r.pk, r.title) for r in results)])
        zone = self.data_request.office.zone
        self.initial.setdefault("used_on", self.at.astimezone(zone).date())
        self.initial.setdefault("used_by", self.actor.name)
        if len(results) == 1:
            self.initial.setdefault("result", str(results[0].pk))

    def facts(self) -> dict[str, Any]:
        """Give the service keys and text."""
        cleaned = self.cleaned_data
        names = ("purpose", "used_by", "used_on", "product", "shared_with")
        return {
            "items": keys_of(cleaned["items"]),
            "text": UseText(**{name: cleaned[name] for name in names}),
            "result": int(cleaned["result"]) if cleaned["result"] else None,
        }


class NonUseForm(ItemsForm):
    """Received and not used: which data, and why."""

    slug = "unused"
    reason = reason_field(gettext_lazy("Mengapa tidak digunakan?"), validators=[printed])

    def offered(self) -> list[RequestedItem]:
        """List the items that the ledger does not mention yet."""
        return self.data_request.items_without_use()

    def facts(self) -> dict[str, Any]:
        """Give the service keys and the reason."""
        return {
            "items": keys_of(self.cleaned_data["items"]),
            "reason": self.cleaned_data["reason"],
        }


class StrikeForm(PartForm):
    """A line of the ledger is struck, for a reason."""

    slug = "strike"
    use = forms.IntegerField(widget=forms.HiddenInput, error_messages=FILLED_BY_THE_PAGE)
    reason = reason_field(gettext_lazy("Mengapa baris ini dicoret?"))
