"""Who may keep which settings of which office, and how does each change get on the record?

A `Desk` shows the own office's rows only (a superuser sees all), deletes nothing, asks why at each
change and writes it into the office's audit chain. A `Record` is a desk at which nothing changes.
"""

import logging
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.models import Office, Section, User
from requests_app.services import audit, stationery
from requests_app.services.workflow import Refused
from requests_app.sop.roles import Actor, Capacity
from requests_app.sop.steps import MINIMUM_REASON

if TYPE_CHECKING:
    from datetime import datetime

    ModelAdmin = admin.ModelAdmin[Any]
    InlineAdmin = admin.options.InlineModelAdmin[Any, Any]
    ModelForm = forms.ModelForm[Any]
else:
    ModelAdmin = admin.ModelAdmin
    InlineAdmin = admin.options.InlineModelAdmin
    ModelForm = forms.ModelForm

security_log = logging.getLogger("security")

NEVER_SHOWN = ("password", "password1", "password2", "usable_password", "nik", "reason")
OFFICE_OF = {Office: "pk", Section: "office_id", User: "office_id"}
"""Model that a field may point to → how its office is found, so that choices stay in the office."""


class LinesField(forms.CharField):
    """A list of texts, one on each line."""

    widget = forms.Textarea

    def __init__(self, *, base_field: Any = None, **kwargs: Any) -> None:
        del base_field  # ArrayField names it; every line is a text
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(list(initial or []) != self.to_python(data))


class PrintedForm(ModelForm):
    """A form whose words reach papers: each of their letters must have a glyph."""

    printed: ClassVar[tuple[str, ...]] = ()
    """The fields that are printed somewhere."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        for name in self.printed:
            try:
                stationery.refuse_unprintable(cleaned.get(name) or "")
            except Refused as refusal:
                self.add_error(name, str(refusal))
        return cleaned


class DeskForm(PrintedForm):
    """A form that knows who edits, and asks why when something that exists is changed."""

    editor: User
    reason = forms.CharField(
        label=_("Alasan perubahan"),
        min_length=MINIMUM_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Tercatat dalam jejak audit bersama nama Anda."),
        error_messages={
            "required": _("Tulis alasan, paling sedikit 10 karakter."),
            "min_length": _("Tulis alasan, paling sedikit 10 karakter."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["reason"]
        if "office" in self.fields and not self.editor.is_superuser:
            self.fields["office"].required = True
            self.fields["office"].initial = self.editor.office_id


class Desk(ModelAdmin):
    """Settings of an office, kept by its own admins."""

    form: Any = DeskForm
    office_path = "office_id"
    formfield_overrides = {ArrayField: {"form_class": LinesField}}
    list_per_page = 50

    # -- who may -----------------------------------------------------------------------------

    def may(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether this account keeps settings, and those of the thing's office."""
        user = request.user
        if not isinstance(user, User) or not (user.is_active and user.is_staff):
            return False
        if user.is_superuser:
            return True
        if user.office_id is None:
            return False
        return obj is None or self.office_id_of(obj) == user.office_id

    def office_id_of(self, obj: Any) -> int | None:
        """Follow the path from a row to the id of its office."""
        found: int | None = obj
        for name in self.office_path.split("__"):
            found = None if found is None else getattr(found, name)
        return found

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        del request, obj
        return False

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Any]":
        rows = super().get_queryset(request)
        user = request.user
        if not self.may(request):
            return rows.none()
        if isinstance(user, User) and not user.is_superuser:
            rows = rows.filter(**{self.office_path: user.office_id})
        return rows

    # -- forms -------------------------------------------------------------------------------

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        scope_choices(db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.editor = request.user  # a class of its own for every request
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Put the question why at the end, where something that exists may be changed."""
        fieldsets = [
            (name, {**options, "fields": [f for f in options["fields"] if f != "reason"]})
            for name, options in super().get_fieldsets(request, obj)
        ]
        if obj is not None and self.has_change_permission(request, obj):
            fieldsets.append((None, {"fields": ["reason"]}))
        return fieldsets

    # -- on the record -----------------------------------------------------------------------

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        self.note(
            request,
            form.instance,
            deed=f"{'change' if change else 'add'}_{self.opts.model_name}",
            reason=form.cleaned_data.get("reason", ""),
            changes=changes_of(form) if change else {},
            rows=[line for formset in formsets for line in rows_of(formset)],
        )

    def note(
        self, request: HttpRequest, obj: Any, *, deed: str, reason: str = "", **facts: Any
    ) -> None:
        """Write a change into the chain of the thing's office; without an office, into the log."""
        office_id = self.office_id_of(obj)
        if office_id is None:
            security_log.warning("%s of %s by account %s", deed, obj.pk, request.user.pk)
            return
        audit.note_for_office(
            office_id=office_id,
            deed=deed,
            actor=actor_of(request, office_id=office_id),
            at=now(),
            about_what=f"{self.opts.verbose_name}: {obj}",
            reason=reason,
            **{name: value for name, value in facts.items() if value},
        )


class Record(Desk):
    """What only the deeds of the SOP write: to be read here, never changed."""

    form = forms.ModelForm
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        del request
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        del request, obj
        return False


class DeskInline(InlineAdmin):
    """Rows that belong to a desk's thing; they may be changed where the thing itself may."""

    extra = 0
    formfield_overrides = {ArrayField: {"form_class": LinesField}}

    def _parent_may(self, request: HttpRequest, obj: Any) -> bool:
        return self.admin_site._registry[self.parent_model].has_change_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site._registry[self.parent_model].has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent_may(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent_may(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent_may(request, obj)


def now() -> "datetime":
    """Read the clock; the admin is a door."""
    return timezone.now()


def actor_of(request: HttpRequest, *, office_id: int) -> Actor:
    """Make the actor of whoever keeps the settings; it holds no role of the SOP."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  # the site lets nobody else in
    return Actor(
        name=user.name or user.username,
        nip=user.nip,
        title=gettext("Pengelola"),
        role=None,
        capacity=Capacity.ADMIN,
        office_id=office_id,
        user_id=user.pk,
    )


def scope_choices(db_field: Any, request: HttpRequest, kwargs: dict[str, Any]) -> None:
    """Offer only what belongs to the admin's own office."""
    path = OFFICE_OF.get(db_field.remote_field.model)
    user = request.user
    if path is None or not isinstance(user, User) or user.is_superuser:
        return
    kwargs["queryset"] = db_field.remote_field.model._default_manager.filter(
        **{path: user.office_id}
    )


def changes_of(form: Any) -> dict[str, list[str]]:
    """List what a form has changed: field → value before, value after; never a secret."""
    return {
        name: [_written(form.initial.get(name)), _written(form.cleaned_data.get(name))]
        for name in form.changed_data
        if name not in NEVER_SHOWN
    }


def rows_of(formset: Any) -> list[list[str]]:
    """List what a row formset has added, changed and removed."""
    return [
        *(["added", str(row)] for row in formset.new_objects),
        *(["changed", str(row), ", ".join(names)] for row, names in formset.changed_objects),
        *(["removed", str(row)] for row in formset.deleted_objects),
    ]


def _written(value: Any) -> str:
    if isinstance(value, models.Model):
        return str(value.pk)
    return "" if value is None else str(value)
