"""What does staff tell of an owner's word that came by another way, before recording it?"""

from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.documents import wording
from requests_app.documents.sniffing import kinds_in_words
from requests_app.models import BehalfRecord
from requests_app.services.behalf import Provenance
from requests_app.services.supplements import Addition
from requests_app.web.forms.answers import DeclineForm, ReceivedForm
from requests_app.web.forms.conversation import AskForm, ExtensionForm
from requests_app.web.forms.owner import ConfirmForm, DeliverForm
from requests_app.web.forms.printed import PrintedField
from requests_app.web.forms.supplement import AdditionsForm

PROVENANCE: Final = ("channel", "received_on", "from_whom", "evidence")
"""The fields that say how it came; all of them are asked, for every deed that needs a proof."""


class ProvenanceForm(ReceivedForm):
    """By which channel, on which day, from whom, and what proves it."""

    channel = forms.ChoiceField(
        label=gettext_lazy("Diterima melalui"),
        choices=[("", gettext_lazy("Pilih saluran")), *BehalfRecord.Channel.choices],
        error_messages={"required": gettext_lazy("Pilih saluran yang membawa jawaban ini.")},
    )
    received_on = forms.DateField(
        label=gettext_lazy("Diterima tanggal"),
        help_text=gettext_lazy("Tanggal jawaban sampai di kantor, bukan tanggal pencatatan ini."),
        widget=forms.DateInput(attrs={"type": "date", "class": "w-short"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Tulis tanggal jawaban diterima."),
            "invalid": gettext_lazy("Tulis tanggal diterima, misalnya 31-12-2026."),
        },
    )
    from_whom = PrintedField(
        label=gettext_lazy("Dari siapa"),
        help_text=gettext_lazy("Nama dan jabatan pengirim, atau kurir yang membawanya."),
        max_length=200,
        error_messages={"required": gettext_lazy("Tulis dari siapa ini diterima.")},
    )
    evidence = forms.FileField(
        label=gettext_lazy("Bukti"),
        help_text=gettext_lazy(
            "Pindaian atau foto surat, tangkapan layar pesan, atau surel yang dicetak ke PDF. "
            "Untuk telepon: catatan percakapan."
        ),
        max_length=200,
        allow_empty_file=True,
        error_messages={
            "required": gettext_lazy("Pilih berkas bukti."),
            "max_length": gettext_lazy("Nama berkas bukti terlalu panjang. Ganti namanya."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(PROVENANCE)  # errors are listed in this order, and the page shows it
        largest = wording.file_size(settings.MAX_FILE_BYTES)
        self.fields["evidence"].help_text += " " + _("Paling besar {ukuran}.").format(
            ukuran=largest
        )

    def facts(self) -> dict[str, Any]:
        """Give the service how it came as one value, beside what the deed itself asks."""
        asked = {name: value for name, value in super().facts().items() if name not in PROVENANCE}
        came = Provenance(**{name: self.cleaned_data[name] for name in PROVENANCE})
        return {"provenance": came, **asked}

    def came(self) -> list[forms.BoundField]:
        """List the fields that say how it came, in order."""
        return [self[name] for name in PROVENANCE]

    def asked(self) -> list[forms.BoundField]:
        """List the fields of the deed itself."""
        return [bound for bound in self if bound.name not in {"version", *PROVENANCE}]


class ReceiptOnBehalfForm(ProvenanceForm, ConfirmForm):
    """Row 7: who confirmed that the letter has come, as far as it is known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Nama yang mengonfirmasi")
        self.fields["name"].error_messages["required"] = _("Tulis nama yang mengonfirmasi.")
        for name, label in (("title", _("Jabatan (opsional)")), ("phone", _("Telepon (opsional)"))):
            self.fields[name].label, self.fields[name].required = label, False
        for name in ("name", "title", "phone"):
            # the browser would offer the words of whoever types
            self.fields[name].widget.attrs["autocomplete"] = "off"


class DeclineOnBehalfForm(ProvenanceForm, DeclineForm):
    """The owner's answer that nothing can be given, as it came."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _(
            "Tulis alasan pemilik data sebagaimana diterima. Jawaban ini tercatat sebagai jawaban "
            "resminya."
        )
        self.fields["letter"].help_text = _(
            "Pindaian surat bila instansi pemilik data menerbitkannya: {jenis}, paling besar "
            "{ukuran}."
        ).format(jenis=kinds_in_words(), ukuran=wording.file_size(settings.MAX_FILE_BYTES))


class AskOnBehalfForm(ProvenanceForm, AskForm):
    """A question of the owner's, as it came."""


class ExtendOnBehalfForm(ProvenanceForm, ExtensionForm):
    """The owner's request for more days, as it came."""


class SupplementOnBehalfForm(ProvenanceForm, AdditionsForm):
    """What the owner sent later, item by item; all of it is sent with one press."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remark"].label = _("Catatan pemilik data (opsional)")
        self.order_fields([name for name in self.fields if name != "remark"] + ["remark"])

    def fields_of(self, one: Addition) -> dict[str, forms.Field]:
        """Name the item in every label: here the items stand under no headings of their own."""
        made = super().fields_of(one)
        item = f"{one.standing.number}. {one.standing.item.name}"
        made["uploads"].label = _("Berkas susulan: {butir}").format(butir=item)
        made["uploads"].help_text = " ".join(filter(None, (_sent_before(one), _what_is_taken())))
        made["note"].label = _("Keterangan: {butir} (opsional)").format(butir=item)
        made["complete"].label = _("{butir}: sekarang lengkap.").format(butir=item)
        return made

    def facts(self) -> dict[str, Any]:
        """Give the service how it came, what was added to which item, and what page said so."""
        told = super().facts()
        return {
            "provenance": told["provenance"],
            "version": self.cleaned_data["version"],
            **self.added(),
        }


def _sent_before(one: Addition) -> str:
    """Say how an item stands of which something is still to come."""
    answer = one.standing.answer
    if answer is None or not one.is_awaited:
        return ""
    said = str(answer.get_availability_display())
    if answer.promised_on is not None:
        day = wording.long_date(answer.promised_on)
        said = _("{jawaban}; sisanya dijanjikan {tanggal}").format(jawaban=said, tanggal=day)
    return _("Terkirim sebelumnya: {jawaban}.").format(jawaban=said)


def _what_is_taken() -> str:
    return _("{jenis}; paling besar {ukuran} per berkas.").format(
        jenis=kinds_in_words(), ukuran=wording.file_size(settings.MAX_FILE_BYTES)
    )


class DeliverOnBehalfForm(DeliverForm):
    """The letter that came along with the data, where there was one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_letter_number"].help_text = _(
            "Bila pemilik data mengirim surat jawaban."
        )
