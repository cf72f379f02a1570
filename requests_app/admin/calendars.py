"""When does the office work, and who has changed that?"""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from requests_app.admin.desk import Desk, DeskInline
from requests_app.models import Holiday, WorkCalendar, WorkPeriod

if TYPE_CHECKING:
    RowFormSet = forms.BaseInlineFormSet[Any, Any, Any]
else:
    RowFormSet = forms.BaseInlineFormSet


class PeriodFormSet(RowFormSet):
    """Periods of one kind that share no day, not even with a row typed beside them."""

    def clean(self) -> None:
        super().clean()
        kept = [
            form.cleaned_data
            for form in self.forms
            if getattr(form, "cleaned_data", None) and not form.cleaned_data.get("DELETE")
        ]
        for place, one in enumerate(kept):
            for other in kept[:place]:
                if _overlap(one, other):
                    raise ValidationError(
                        _("Masa {satu} dan {lain} bertumpang tindih.").format(
                            satu=one.get("name", ""), lain=other.get("name", "")
                        )
                    )


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    if one.get("is_special") != other.get("is_special"):
        return False
    return (one.get("starts") or date.min) <= (other.get("ends") or date.max) and (
        other.get("starts") or date.min
    ) <= (one.get("ends") or date.max)


class PeriodInline(DeskInline, admin.StackedInline):  # type: ignore[type-arg]
    model = WorkPeriod
    formset = PeriodFormSet
    fieldsets = (
        (None, {"fields": (("name", "decree"), ("starts", "ends", "is_special"))}),
        (
            None,
            {
                "fields": (
                    ("monday", "tuesday", "wednesday", "thursday"),
                    ("friday", "saturday", "sunday"),
                )
            },
        ),
    )


class HolidayInline(DeskInline, admin.TabularInline):  # type: ignore[type-arg]
    model = Holiday
    ordering = ("-day",)


@admin.register(WorkCalendar)
class CalendarDesk(Desk):
    """The calendar of an office; each has one, made when the office was opened."""

    list_display = ("office",)
    readonly_fields = ("office",)
    fields = ("office",)
    inlines = (PeriodInline, HolidayInline)

    def has_add_permission(self, request: HttpRequest) -> bool:
        del request
        return False

    def save_model(self, request: HttpRequest, obj: WorkCalendar, form: Any, change: bool) -> None:  # noqa: FBT001
        """Raise the revision: due times are computed from a copy kept per revision."""
        obj.revision += 1
        super().save_model(request, obj, form, change)
