"""What is asked of an owner who asks, and of the office that answers or decides?"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.documents import wording
from requests_app.models import RequestedItem
from requests_app.services import extensions
from requests_app.sop.steps import MINIMUM_REASON
from requests_app.web.forms.answers import RecipientForm

LONGEST = 4_000
"""Characters of a question, an answer or a reason."""


class WordsField(forms.CharField):
    """A few sentences, of at least as many characters as any reason has."""

    def __init__(self, *, missing: Any, rows: int = 4, **kwargs: Any) -> None:
        super().__init__(
            min_length=MINIMUM_REASON,
            max_length=LONGEST,
            widget=forms.Textarea(attrs={"rows": rows}),
            error_messages={
                "required": missing,
                "min_length": missing,
                "max_length": gettext_lazy("Tulis paling banyak 4.000 karakter."),
            },
            **kwargs,
        )


class AskForm(RecipientForm):
    """A question about one item, or about the request as a whole."""

    item = forms.ChoiceField(
        label=gettext_lazy("Tentang"),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("Pilih data yang diminta dari instansi Anda.")
        },
    )
    question = WordsField(
        label=gettext_lazy("Pertanyaan"),
        missing=gettext_lazy("Tulis pertanyaan, paling sedikit 10 karakter."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = {str(item.pk): item for item in self.recipient.items()}
        offered = [
            (key, f"{place}. {item.name}")
            for place, (key, item) in enumerate(self.items.items(), 1)
        ]
        self.offer("item", [("", _("Permohonan ini secara umum")), *offered])

    def clean_item(self) -> RequestedItem | None:
        """Give the item itself; None for a question in general."""
        return self.items.get(self.cleaned_data["item"])


class ExtensionForm(RecipientForm):
    """How many days more, each shown with the date it leads to, and why."""

    days = forms.TypedChoiceField(
        label=gettext_lazy("Tambahan waktu"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Pilih berapa hari kerja yang diperlukan.")},
    )
    reason = WordsField(
        label=gettext_lazy("Alasan"),
        missing=gettext_lazy("Tulis alasan, paling sedikit 10 karakter."),
        rows=3,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        once = _("Perpanjangan hanya satu kali, paling lama {n} hari kerja.")
        most = self.recipient.office.extension_days
        self.fields["days"].error_messages["invalid_choice"] = once.format(n=most)
        told = _("{n} hari kerja, sampai {hari}")
        zone = self.recipient.office.zone
        offered = [
            (str(days), told.format(n=days, hari=wording.weekday_date(due.astimezone(zone).date())))
            for days, due in extensions.offers(self.recipient)
        ]
        self.offer("days", offered)


class AnswerForm(RecipientForm):
    """The office's answer to one question."""

    clarification = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={
            "required": gettext_lazy("Muat ulang halaman ini, lalu ulangi."),
            "invalid": gettext_lazy("Muat ulang halaman ini, lalu ulangi."),
        },
    )
    answer = WordsField(
        label=gettext_lazy("Jawaban"),
        help_text=gettext_lazy("Dikirim ke surel pemilik data dan tampil di halamannya."),
        missing=gettext_lazy("Tulis jawaban, paling sedikit 10 karakter."),
    )


class GrantForm(RecipientForm):
    """A word that goes along with the days, if any."""

    note = forms.CharField(
        label=gettext_lazy("Catatan untuk pemilik data (opsional)"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RefusalForm(RecipientForm):
    """Why the days are not given; the owner reads it."""

    note = WordsField(
        label=gettext_lazy("Alasan"),
        help_text=gettext_lazy("Paling sedikit 10 karakter. Disampaikan kepada pemilik data."),
        missing=gettext_lazy("Tulis alasan, paling sedikit 10 karakter."),
        rows=3,
    )
