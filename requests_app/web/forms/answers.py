"""With which inputs is asked for each kind of answer, and for a refusal of the whole?"""

from datetime import date
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.documents import wording
from requests_app.documents.sniffing import kinds_in_words
from requests_app.models import FormQuestion, Recipient, RequestedItem
from requests_app.services import behalf, entries
from requests_app.services.answers import ItemSheet
from requests_app.services.forms import described
from requests_app.services.workflow import Refused
from requests_app.sop.steps import MINIMUM_REASON
from requests_app.web.forms.base import DeedForm
from requests_app.web.forms.printed import PrintedField
from requests_app.web.forms.tables import TableField


class NumberField(forms.CharField):
    """A number as people write it here: `1.250`, `12,5`; kept as `1250`, `12.5`."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "w-medium"})

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value))
        try:
            return entries.number(typed) if typed else ""
        except entries.NotAnAnswer as fault:
            raise forms.ValidationError(str(fault)) from fault


class FilesInput(forms.FileInput):
    """A file input that takes several files where the browser can choose several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several uploaded files; each is judged when it is taken in, not here."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> tuple[Any, ...]:
        del initial
        return tuple(one for one in data or () if one)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether a file was chosen; an empty list is none."""
        del initial
        return bool(data)


class RecipientForm(DeedForm):
    """A form of rows 6 to 9, which always speaks about a recipient."""

    @property
    def recipient(self) -> Recipient:
        """Give the recipient the form speaks about."""
        return cast("Recipient", self.subject)

    def offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Set the choices of a field that depend on the office."""
        cast("forms.ChoiceField", self.fields[name]).choices = choices


class ReceivedForm(RecipientForm):
    """A form that asks on which day something was received; its field is `received_on`."""

    def clean_received_on(self) -> date:
        """Refuse a day on which no answer can have come."""
        day: date = self.cleaned_data["received_on"]
        try:
            behalf.refuse_day(self.recipient, day, at=self.at)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return day


def files_field_of(one: ItemSheet) -> FilesField:
    """Make the one input for all files of an item, in the words of the questions that ask."""
    asked = one.file_questions
    return FilesField(
        label="; ".join(map(_asked, asked)) or _("Berkas"),
        help_text=" ".join(filter(None, (help_of(question, one.item) for question in asked))),
        required=False,
        widget=FilesInput(attrs={"multiple": True}),
    )


def _asked(question: FormQuestion) -> str:
    return question.text if question.required else f"{question.text}{_(' (opsional)')}"


def help_of(question: FormQuestion, item: RequestedItem) -> str:
    """Give the office's own help; what only repeats the item stands above its questions already."""
    return _helped(question, "" if question.help == described(item) else question.help)


def _helped(question: FormQuestion, own: str) -> str:
    """Add how a table is filled: one that must be, in every cell."""
    if question.kind != FormQuestion.Kind.TABLE:
        return own
    how = (
        _("Isi semua sel; tulis - bila tidak ada datanya.")
        if question.required
        else _("Sel yang tidak ada datanya boleh dikosongkan.")
    )
    return f"{own} {how}".strip()


def field_of(question: FormQuestion) -> forms.Field:
    """Make the input for a question of the collection form that is answered in words."""
    kinds = FormQuestion.Kind
    common: dict[str, Any] = {
        "label": _asked(question),
        "help_text": _helped(question, question.help),
        "required": False,
    }
    choices = [(choice, choice) for choice in question.choices]
    if question.kind == kinds.LONG:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **common)
    if question.kind == kinds.NUMBER:
        return NumberField(**common)
    if question.kind == kinds.DATE:
        return forms.DateField(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": _("Tulis tanggal, misalnya 31-12-2026.")},
            **common,
        )
    if question.kind == kinds.SINGLE:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
    if question.kind == kinds.MULTIPLE:
        widget = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=choices, widget=widget, **common)
    if question.kind == kinds.TABLE:
        return TableField(question, **common)
    return forms.CharField(max_length=entries.LONGEST, **common)


def stored_value(value: Any) -> Any:
    """Give an answer as it is kept: text, a list of choices, a date in ISO form."""
    return value.isoformat() if hasattr(value, "isoformat") else value


class DeclineForm(RecipientForm):
    """The answer that nothing can be given: ground, reason, and a tick that it is meant."""

    ground = forms.ChoiceField(
        label=gettext_lazy("Dasar"),
        error_messages={"required": gettext_lazy("Pilih dasar data tidak dapat diberikan.")},
    )
    reason = PrintedField(
        label=gettext_lazy("Alasan"),
        help_text=gettext_lazy("Sebutkan alasan. Jawaban Anda tercatat sebagai jawaban resmi."),
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=MINIMUM_REASON,
        error_messages={
            "required": gettext_lazy("Tulis alasan, paling sedikit 10 karakter."),
            "min_length": gettext_lazy("Tulis alasan, paling sedikit 10 karakter."),
        },
    )
    letter = forms.FileField(
        label=gettext_lazy("Surat jawaban (opsional)"),
        required=False,
        allow_empty_file=True,
        max_length=200,
        widget=forms.FileInput,
        error_messages={
            "max_length": gettext_lazy("Nama berkas surat terlalu panjang. Ganti namanya."),
        },
    )
    is_meant = forms.BooleanField(
        label=gettext_lazy("Seluruh data dalam surat ini tidak dapat diberikan."),
        error_messages={
            "required": gettext_lazy("Centang bahwa seluruh data tidak dapat diberikan.")
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grounds = self.recipient.office.grounds
        self.offer("ground", [("", _("Pilih dasar")), *((ground, ground) for ground in grounds)])
        self.fields["letter"].help_text = _(
            "Pindaian surat bila instansi Anda menerbitkannya: {jenis}, paling besar {ukuran}."
        ).format(jenis=kinds_in_words(), ukuran=wording.file_size(settings.MAX_FILE_BYTES))

    def facts(self) -> dict[str, Any]:
        """Give the service what was answered; the tick has served."""
        return {name: self.cleaned_data[name] for name in ("ground", "reason", "letter")}
