"""Which editions of the SOP has the office, and which of them may still be worded?"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from requests_app.admin.desk import Desk, DeskForm, DeskInline, ModelForm, actor_of, now
from requests_app.models import SopEdition, SopStep
from requests_app.services import editions
from requests_app.sop.roles import Role
from requests_app.sop.steps import by_key


class FootnotesField(forms.CharField):
    """Footnotes as lines `number: text`, kept as a mapping."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return "\n".join(f"{number}: {text}" for number, text in value.items())

    def to_python(self, value: Any) -> Any:
        notes: dict[str, str] = {}
        for line in (value or "").splitlines():
            number, colon, text = line.partition(":")
            if line.strip() and not (colon and number.strip().isdigit() and text.strip()):
                raise ValidationError(
                    _now("Tulis catatan kaki seperti: 1: catatan, satu per baris.")
                )
            if line.strip():
                notes[number.strip()] = text.strip()
        return notes

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(dict(initial or {}) != self.to_python(data))
        except ValidationError:
            return True


class EditionForm(DeskForm):
    """The header and boxes of an edition; the four columns are named one by one."""

    footnotes = FootnotesField(
        label=_("Catatan kaki"),
        required=False,
        help_text=_(
            "Nomor dasar hukum, titik dua, catatan; satu per baris. Naskah SOP sendiri tidak "
            "diperbaiki diam-diam."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = self.instance.role_titles or {}
        for role in Role:
            if f"title_{role.value}" in self.fields:
                self.fields[f"title_{role.value}"].initial = titles.get(role.value, "")
                self.initial.setdefault(f"title_{role.value}", titles.get(role.value, ""))

    title_section_head = forms.CharField(label=_("Kolom pertama"), max_length=200)
    title_staff = forms.CharField(label=_("Kolom kedua"), max_length=200)
    title_agency_head = forms.CharField(label=_("Kolom ketiga"), max_length=200)
    title_data_owner = forms.CharField(label=_("Kolom keempat"), max_length=200)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        numbers = {str(number) for number in range(1, len(cleaned.get("legal_basis") or []) + 1)}
        for number in set(cleaned.get("footnotes") or {}) - numbers:
            self.add_error("footnotes", _now("Tidak ada dasar hukum nomor {no}.").format(no=number))
        return cleaned

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002
        self.instance.role_titles = {
            role.value: self.cleaned_data[f"title_{role.value}"] for role in Role
        }
        return super().save(commit)


class StepForm(ModelForm):
    """A row's wording, role and standard time; rows of the owner stay the owner's."""

    class Meta:
        model = SopStep
        fields = (
            "activity",
            "role",
            "inputs",
            "output",
            "standard_amount",
            "standard_unit",
            "standard_text",
            "remarks",
        )
        widgets = {
            name: forms.Textarea(attrs={"rows": 2})
            for name in ("activity", "inputs", "output", "remarks")
        }

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        owners = by_key(self.instance.key).role is Role.DATA_OWNER
        if (cleaned.get("role") == Role.DATA_OWNER.value) is not owners:
            self.add_error(
                "role",
                _now("Langkah ini tidak dapat berpindah antara kantor dan pemilik data."),
            )
        if bool(cleaned.get("standard_amount")) is not bool(cleaned.get("standard_unit")):
            self.add_error("standard_unit", _now("Isi waktu baku beserta satuannya."))
        return cleaned


class StepInline(DeskInline, admin.StackedInline):  # type: ignore[type-arg]
    model = SopStep
    form = StepForm
    max_num = 0
    can_delete = False
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("activity", "role"),
                    ("inputs", "output"),
                    ("standard_amount", "standard_unit", "standard_text"),
                    "remarks",
                )
            },
        ),
    )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        del request, obj
        return False


@admin.register(SopEdition)
class EditionDesk(Desk):
    """Editions: one in use is closed to changes, and a revision is a new edition (ADR 0010)."""

    form = EditionForm
    list_display = ("number", "office", "effective_from", "revised_on", "is_current", "in_use")
    readonly_fields = ("is_current",)
    inlines = (StepInline,)
    actions = ("make_revision", "make_current")
    fieldsets = (
        (None, {"fields": ("office", "letterhead", "number", "name", "is_current")}),
        (_("Tanggal"), {"fields": ("made_on", "revised_on", "effective_from", "approved_by")}),
        (_("Dasar hukum"), {"fields": ("legal_basis", "footnotes")}),
        (
            _("Kotak lain"),
            {
                "fields": (
                    "qualifications",
                    "related",
                    "equipment",
                    "warning_lead",
                    "warnings",
                    "recording",
                )
            },
        ),
        (
            _("Pelaksana"),
            {
                "fields": (
                    "title_section_head",
                    "title_staff",
                    "title_agency_head",
                    "title_data_owner",
                )
            },
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: an edition begins as the copy of one (action "Buat revisi baru")."""
        del request
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if isinstance(obj, SopEdition) and obj.is_in_use:
            return False
        return super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("office", *super().get_readonly_fields(request, obj))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show columns and legal basis as the paper has them where they cannot be edited."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        shown = {_now("Pelaksana"): ["shown_titles"], _now("Dasar hukum"): ["shown_basis"]}
        return [
            (name, {"fields": shown[str(name)]} if str(name) in shown else options)
            for name, options in fieldsets
        ]

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Any]":
        return super().get_queryset(request).select_related("office")

    @admin.display(description=_("Sebutan pelaksana"))
    def shown_titles(self, edition: SopEdition) -> str:
        return " · ".join(edition.role_titles.get(role.value, "") for role in Role)

    @admin.display(description=_("Dasar hukum"))
    def shown_basis(self, edition: SopEdition) -> str:
        return format_html_join(
            "",
            "<p>{}. {}</p>{}",
            (
                (number, basis, self._footnote(edition, number))
                for number, basis in enumerate(edition.legal_basis, start=1)
            ),
        )

    def _footnote(self, edition: SopEdition, number: int) -> str:
        note = edition.footnotes.get(str(number))
        return format_html("<p><em>{}</em></p>", note) if note else ""

    @admin.display(description=_("Dipakai permohonan"), boolean=True)
    def in_use(self, edition: SopEdition) -> bool:
        return edition.is_in_use

    def save_model(self, request: HttpRequest, obj: SopEdition, form: Any, change: bool) -> None:  # noqa: FBT001
        """Raise the revision: roles and times are read from a copy kept per revision."""
        obj.revision += 1
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Buat revisi baru (salinan edisi)"), permissions=["view"])
    def make_revision(self, request: HttpRequest, chosen: "models.QuerySet[SopEdition]") -> None:
        for edition in chosen:
            actor = actor_of(request, office_id=edition.office_id)
            copy = editions.revise(edition=edition, actor=actor, at=now())
            messages.success(
                request,
                _now("Edisi {nomor} disalin. Ubah salinannya, lalu pakai.").format(nomor=copy),
            )

    @admin.action(description=_("Pakai untuk permohonan baru"), permissions=["view"])
    def make_current(self, request: HttpRequest, chosen: "models.QuerySet[SopEdition]") -> None:
        if chosen.values("office").distinct().count() != chosen.count():
            messages.error(request, _now("Pilih satu edisi saja untuk setiap kantor."))
            return
        for edition in chosen:
            actor = actor_of(request, office_id=edition.office_id)
            editions.begin_with(edition=edition, actor=actor, at=now())
            messages.success(
                request,
                _now("Permohonan baru memakai edisi {nomor}.").format(nomor=edition),
            )
