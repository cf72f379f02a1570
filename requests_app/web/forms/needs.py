"""What is typed in row 1: purpose, bases, owners, items, and which item goes to which owner?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import DataOwner, DataRequest, Recipient, RequestedItem
from requests_app.services.requests import ItemLine, Needs
from requests_app.sop.edition import LETTER_LEGAL_BASES
from requests_app.web.forms.base import DeedForm
from requests_app.web.forms.owners import DIRECTORY_ID, UNKNOWN, Directory, NewOwnerFields
from requests_app.web.forms.printed import PrintedField
from requests_app.web.forms.rows import RowForm, Rows

MOST_ITEMS: Final = 300
MOST_OWNERS: Final = 60


class ItemForm(RowForm):
    """One item of the list, with the fields of Satu Data (Perpres 39/2019 art. 3–4)."""

    written = ("name", "definition", "unit", "period", "coverage", "concept", "classification")

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = PrintedField(
        label=gettext_lazy("Nama data"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "w-wide"}),
        error_messages={"required": gettext_lazy("Tulis nama data.")},
    )
    definition = PrintedField(
        label=gettext_lazy("Definisi/rincian"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    unit = PrintedField(label=gettext_lazy("Satuan"), required=False, max_length=80)
    period = PrintedField(label=gettext_lazy("Periode"), required=False, max_length=100)
    coverage = PrintedField(label=gettext_lazy("Cakupan wilayah"), required=False, max_length=200)
    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        required=False,
        choices=[("", gettext_lazy("Pilih format")), *RequestedItem.Format.choices],
    )
    personal_data = forms.ChoiceField(
        label=gettext_lazy("Data pribadi?"),
        choices=RequestedItem.PersonalData.choices,
        initial=RequestedItem.PersonalData.NONE,
        error_messages={"required": gettext_lazy("Pilih apakah ini data pribadi.")},
    )
    required = forms.BooleanField(
        label=gettext_lazy("Wajib diisi pemilik data"), required=False, initial=True
    )
    concept = PrintedField(label=gettext_lazy("Konsep"), required=False, max_length=300)
    classification = PrintedField(label=gettext_lazy("Klasifikasi"), required=False, max_length=200)

    def __init__(self, *args: Any, complete: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if complete:
            _require(self, "period", _("Tulis periode data."))
            _require(self, "format", _("Pilih format data."))

    def as_line(self) -> ItemLine:
        """Give the row as the service takes it."""
        values = {k: v for k, v in self.cleaned_data.items() if k not in {"DELETE", "ORDER"}}
        return ItemLine(**values)


class ItemRows(Rows):
    """The list of items; rows that were never filled in do not count."""

    row_noun = gettext_lazy("Data")
    folded_fields = ("concept", "classification")
    folded_label = gettext_lazy("Konsep dan klasifikasi")

    def filled(self) -> list[ItemForm]:
        """Give the rows that stay, in their order."""
        return [form for form in self.ordered_forms if form.cleaned_data.get("name")]


ItemFormSet = forms.formset_factory(
    ItemForm,
    formset=ItemRows,
    extra=0,
    can_delete=True,
    can_order=True,
    max_num=MOST_ITEMS,
    absolute_max=MOST_ITEMS,
)


class OwnerForm(RowForm):
    """One owner of the directory, by name."""

    written = ("name",)

    name = PrintedField(
        label=gettext_lazy("Nama instansi"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": DIRECTORY_ID, "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Pilih pemilik data.")},
    )

    def __init__(self, *args: Any, directory: Directory, **kwargs: Any) -> None:
        self.directory = directory
        super().__init__(*args, **kwargs)

    def clean_name(self) -> str:
        """Find the institution; its full name takes the place of what was typed."""
        self.owner = self.directory.find(self.cleaned_data["name"])
        return self.owner.name


class OwnerRows(Rows):
    """The chosen owners, none twice."""

    row_noun = gettext_lazy("Pemilik data")

    def clean(self) -> None:
        """Refuse an owner who is named twice."""
        names = [owner.name for owner in self.owners()]
        for name in dict.fromkeys(names):
            if names.count(name) > 1:
                raise forms.ValidationError(_("{nama} dipilih dua kali.").format(nama=name))

    def unknown(self) -> forms.Form | None:
        """Find the first row with a name that the directory does not hold."""
        return next((form for form in self.forms if form.has_error("name", UNKNOWN)), None)

    def owners(self) -> list[DataOwner]:
        """Give the owners of the rows that stay."""
        return [
            form.owner
            for form in self.forms
            if hasattr(form, "owner") and not form.cleaned_data.get("DELETE")
        ]


OwnerFormSet = forms.formset_factory(
    OwnerForm,
    formset=OwnerRows,
    extra=0,
    can_delete=True,
    max_num=MOST_OWNERS,
    absolute_max=MOST_OWNERS,
)


@dataclass(frozen=True)
class Pair:
    """One tick of the matrix: this item is asked of this owner."""

    value: str
    label: str
    is_asked: bool


class NeedsForm(DeedForm):
    """The whole list as a draft: only the title must be there, and each row its name."""

    title = PrintedField(
        label=gettext_lazy("Judul permohonan"),
        max_length=200,
        help_text=gettext_lazy("Contoh: Data organisasi kemasyarakatan tahun 2026."),
        error_messages={"required": gettext_lazy("Tulis judul permohonan.")},
    )
    purpose = PrintedField(
        label=gettext_lazy("Tujuan penggunaan"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Untuk apa data dipakai. Kalimat ini masuk ke surat sesudah kata “Dalam rangka”."
        ),
    )
    legal_bases = forms.MultipleChoiceField(
        label=gettext_lazy("Dasar hukum"),
        required=False,
        choices=[(basis, basis) for basis in LETTER_LEGAL_BASES],
        widget=forms.CheckboxSelectMultiple,
    )
    other_bases = PrintedField(
        label=gettext_lazy("Dasar hukum lain"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Satu dasar hukum per baris, ditulis lengkap."),
    )
    sensitivity = forms.ChoiceField(
        label=gettext_lazy("Kepekaan"),
        choices=DataRequest.Sensitivity.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Pilih kepekaan data.")},
        help_text=gettext_lazy("Kepala melihat kepekaan ini sebelum menandatangani surat."),
    )
    sensitivity_reason = forms.CharField(
        label=gettext_lazy("Alasan kepekaan"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Diisi bila data peka atau sangat peka."),
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("Sifat surat"),
        choices=DataRequest.Urgency.choices,
        error_messages={"required": gettext_lazy("Pilih sifat surat.")},
    )
    security_class = forms.ChoiceField(
        label=gettext_lazy("Klasifikasi keamanan"),
        choices=DataRequest.SecurityClass.choices,
        error_messages={"required": gettext_lazy("Pilih klasifikasi keamanan.")},
    )
    personal_data_reason = forms.CharField(
        label=gettext_lazy("Alasan meminta data pribadi"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Wajib bila ada data pribadi dalam daftar (UU 27/2022)."),
    )
    asked = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    has_matrix = forms.BooleanField(required=False, widget=forms.HiddenInput)

    is_complete = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.formsets:
            return
        for name, value in _written(self.data_request).items():
            self.initial.setdefault(name, value)
        asked: Any = self.fields["asked"]
        asked.choices = [(pair.value, pair.label) for _item, row in self.matrix() for pair in row]

    def build_formsets(self) -> dict[str, "forms.BaseFormSet[Any]"]:
        """Build the two lists: items and owners."""
        self.recipients = self.data_request.waiting_recipients()
        self.items = self.data_request.listed_items()
        self.directory = Directory(self.data_request.office)
        bound: dict[str, Any] = {"data": self.data} if self.is_bound else {}
        return {
            "owners": OwnerFormSet(
                **bound,
                prefix="owners",
                initial=[{"name": str(recipient)} for recipient in self.recipients],
                form_kwargs={"directory": self.directory},
            ),
            "items": ItemFormSet(
                **bound,
                prefix="items",
                initial=[_line(item) for item in self.items],
                form_kwargs={"complete": self.is_complete},
            ),
        }

    def matrix(self) -> list[tuple[RequestedItem, list[Pair]]]:
        """Lay out which saved item is asked of which owner; what is new is asked of everybody."""
        ticked = None
        if self.is_bound and self["has_matrix"].value():
            ticked = set(self["asked"].data or ())
        return [
            (item, [_pair(item, recipient, ticked) for recipient in self.recipients])
            for item in self.items
        ]

    @property
    def needs_matrix(self) -> bool:
        """Tell whether there is anything to choose between."""
        return len(self.recipients) > 1 or self.data_request.round > 1

    def facts(self) -> dict[str, Any]:
        """Give the needs as the service takes them."""
        typed = self.cleaned_data
        return {
            "needs": Needs(
                title=typed["title"],
                purpose=typed["purpose"].strip(),
                legal_bases=self.bases(),
                sensitivity=typed["sensitivity"],
                sensitivity_reason=typed["sensitivity_reason"].strip(),
                security_class=typed["security_class"],
                urgency=typed["urgency"],
                personal_data_reason=typed["personal_data_reason"].strip(),
                items=tuple(form.as_line() for form in self.item_rows.filled()),
                owners=self.owners(),
                withheld=self.withheld(),
            )
        }

    def bases(self) -> tuple[str, ...]:
        """Give the ticked bases in their order, then those written by hand."""
        others = self.cleaned_data.get("other_bases", "").splitlines()
        written = (line.strip() for line in others)
        ticked = self.cleaned_data.get("legal_bases", [])
        return tuple(dict.fromkeys([*ticked, *(line for line in written if line)]))

    def owners(self) -> tuple[DataOwner, ...]:
        """Give the chosen owners."""
        return tuple(self.owner_rows.owners())

    def withheld(self) -> frozenset[tuple[int, int]] | None:
        """Give the pairs that were not ticked, or None where no matrix was shown."""
        if not self.cleaned_data.get("has_matrix"):
            return None
        ticked = set(self.cleaned_data["asked"])
        return frozenset(
            (recipient.data_owner_id, item.pk)
            for item in self.items
            for recipient in self.recipients
            if _value(item, recipient) not in ticked
        )

    @property
    def item_rows(self) -> ItemRows:
        """Give the list of items."""
        rows = self.formsets["items"]
        assert isinstance(rows, ItemRows)  # noqa: S101
        return rows

    @property
    def owner_rows(self) -> OwnerRows:
        """Give the list of owners."""
        rows = self.formsets["owners"]
        assert isinstance(rows, OwnerRows)  # noqa: S101
        return rows


class PageNeedsForm(NewOwnerFields, NeedsForm):
    """The list with the fields of a new institution, which only `AddOwnerForm` takes in."""

    adds_owner = False

    def is_valid(self) -> bool:
        """Check the form; a name that the directory does not hold begins a new institution."""
        is_valid = super().is_valid()
        unknown = self.owner_rows.unknown() if self.formsets else None
        if unknown is not None and not self["new_name"].data:
            begun: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict when posted
            begun[self.add_prefix("new_name")] = unknown["name"].data
            self.data = begun
        return is_valid

    def clean(self) -> dict[str, Any] | None:
        """Judge a new institution only where it is added, but let nobody lose it elsewhere.

        Its name alone is nothing yet: the page may have filled it in.
        """
        typed = super().clean()
        if self.adds_owner:
            return typed
        for name in NewOwnerFields.base_fields:
            self.errors.pop(name, None)
        if any(self[name].data for name in NewOwnerFields.base_fields if name != "new_name"):
            self.add_error(
                "new_name",
                _(
                    "Instansi yang Anda tulis belum ditambahkan. "
                    "Tekan Tambah ke direktori dan permohonan, atau kosongkan isian itu."
                ),
            )
        return typed

    @property
    def begins_owner(self) -> bool:
        """Tell whether a new institution is being typed, so that its fields must be seen."""
        return self.is_bound and any(self[name].data for name in NewOwnerFields.base_fields)


class DraftNeedsForm(PageNeedsForm):
    """The same as a draft; while nothing was sent it is not shown and asks for no rows."""

    def build_formsets(self) -> dict[str, "forms.BaseFormSet[Any]"]:
        """Build the rows only for what was sent."""
        return super().build_formsets() if self.is_bound else {}


class CompleteNeedsForm(PageNeedsForm):
    """The list as row 1 fixes it: all that is missing is told at once, each at its field."""

    is_complete = True
    _is_demanded = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _require(self, "purpose", _("Tulis tujuan penggunaan data."))

    def is_valid(self) -> bool:
        """Check the form, and then what only the whole can tell."""
        super().is_valid()
        if self.is_bound and not self._is_demanded:
            self._is_demanded = True
            self._demand_rows()
        return not self.errors and all(rows.is_valid() for rows in self.formsets.values())

    def clean(self) -> dict[str, Any] | None:
        """Ask for what row 1 cannot do without (UU 27/2022 art. 20: purpose and basis first)."""
        typed = super().clean() or self.cleaned_data
        if not self.bases():
            self.add_error("legal_bases", _("Pilih paling sedikit satu dasar hukum."))
        is_ordinary = typed.get("sensitivity") == DataRequest.Sensitivity.ORDINARY
        if not is_ordinary and not typed.get("sensitivity_reason", "").strip():
            self.add_error("sensitivity_reason", _("Tulis alasan mengapa data ini peka."))
        return typed

    def _demand_rows(self) -> None:
        kept = [
            typed
            for typed in (getattr(form, "cleaned_data", {}) for form in self.item_rows.forms)
            if typed.get("name") and not typed.get("DELETE")
        ]
        if not kept:
            self._tell_rows("items", _("Tambahkan paling sedikit satu data yang diminta."))
        personal = {typed.get("personal_data") for typed in kept} - {"none", None}
        if personal and not self.cleaned_data.get("personal_data_reason", "").strip():
            self.add_error(
                "personal_data_reason", _("Tulis alasan meminta data pribadi (UU 27/2022).")
            )
        if not self.owner_rows.owners():
            self._tell_rows("owners", _("Pilih paling sedikit satu pemilik data."))

    def _tell_rows(self, name: str, sentence: str) -> None:
        rows = self.formsets[name]
        if not rows.non_form_errors() and not any(form.errors for form in rows.forms):
            rows.non_form_errors().append(sentence)


class AddOwnerForm(DraftNeedsForm):
    """A draft with one owner more, who is not in the directory yet."""

    adds_owner = True

    def build_formsets(self) -> dict[str, "forms.BaseFormSet[Any]"]:
        """Build the rows without the name that was looked for in vain: it is the new one's."""
        built = super().build_formsets()
        rows = built.get("owners")
        unknown = rows.unknown() if isinstance(rows, OwnerRows) and self["new_name"].data else None
        if unknown is None:
            return built
        without: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict when posted
        without[unknown.add_prefix("DELETE")] = "on"
        self.data = without
        return super().build_formsets()

    def owners(self) -> tuple[DataOwner, ...]:
        """Give the chosen owners and the new one."""
        return (*super().owners(), self.new_owner())


def _require(form: forms.Form, name: str, sentence: str) -> None:
    form.fields[name].required = True
    form.fields[name].error_messages["required"] = sentence


def _written(data_request: DataRequest) -> dict[str, Any]:
    bases: Iterable[str] = data_request.legal_bases
    names = (
        "title",
        "purpose",
        "sensitivity",
        "sensitivity_reason",
        "urgency",
        "security_class",
        "personal_data_reason",
    )
    return {name: getattr(data_request, name) for name in names} | {
        "legal_bases": [basis for basis in bases if basis in LETTER_LEGAL_BASES],
        "other_bases": "\n".join(basis for basis in bases if basis not in LETTER_LEGAL_BASES),
    }


def _line(item: RequestedItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in ItemForm.base_fields}


def _value(item: RequestedItem, recipient: Recipient) -> str:
    return f"{recipient.data_owner_id}:{item.pk}"


def _pair(item: RequestedItem, recipient: Recipient, ticked: set[str] | None) -> Pair:
    value = _value(item, recipient)
    is_asked = recipient.is_asked_for(item) if ticked is None else value in ticked
    return Pair(value, str(recipient), is_asked)
