"""By what is the list of requests narrowed?"""

from functools import lru_cache
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from requests_app.models import DataOwner, DataRequest
from requests_app.sop.roles import Role
from requests_app.web import wording

STATES = [("", _("Semua langkah")), *wording.STATE_LABELS.items()]
TURNS = [("", _("Siapa saja")), *((role.value, role.label) for role in Role)]
SELECTED = SafeString(" selected")
LATENESS = [("", _("Semua")), ("ya", _("Terlambat saja"))]


class QuickSelect(forms.Select):
    """A select that writes its options itself: a template for each of 45 took 3 ms a page."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,
    ) -> SafeString:
        del renderer
        choices = tuple((str(key), str(label)) for key, label in self.choices)
        options = _options(choices, tuple(self.format_value(value)))
        written = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>{}</select>', name, written, options)


@lru_cache(maxsize=128)
def _options(choices: tuple[tuple[str, str], ...], chosen: tuple[str, ...]) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((key, SELECTED if key in chosen else "", label) for key, label in choices),
    )


class RequestFilter(forms.Form):
    """The filters of the list; an unreadable one is left out rather than refused."""

    cari = forms.CharField(
        label=_("Cari nomor, judul, atau pemilik data"), required=False, max_length=120
    )
    langkah = forms.ChoiceField(
        label=_("Langkah"), required=False, choices=STATES, widget=QuickSelect
    )
    giliran = forms.ChoiceField(
        label=_("Giliran"), required=False, choices=TURNS, widget=QuickSelect
    )
    pemilik = forms.ModelChoiceField(
        label=_("Pemilik data"),
        required=False,
        queryset=DataOwner.objects.none(),
        empty_label=_("Semua pemilik data"),
        widget=QuickSelect,
    )
    tahun = forms.TypedChoiceField(
        label=_("Tahun"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[],
        widget=QuickSelect,
    )
    terlambat = forms.ChoiceField(
        label=_("Keterlambatan"), required=False, choices=LATENESS, widget=QuickSelect
    )

    def __init__(
        self, *args: Any, owners: QuerySet[DataOwner], years: list[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pemilik"].queryset = owners  # type: ignore[attr-defined]
        year_choices = [("", _("Semua tahun")), *((year, str(year)) for year in years)]
        self.fields["tahun"].choices = year_choices  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """Give the filters that are set and readable."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def as_condition(self) -> Q:
        """Give the filters that the database can tell; turn and lateness need more."""
        chosen = self.chosen()
        condition = Q()
        if text := chosen.get("cari"):
            condition &= matching(text)
        if state := chosen.get("langkah"):
            condition &= Q(state=state)
        if owner := chosen.get("pemilik"):
            condition &= Q(pk__in=owner.asked.values("data_request"))
        if year := chosen.get("tahun"):
            condition &= Q(opened_at__year=year)
        return condition


def matching(text: str) -> Q:
    """Find a text in the title, in a letter's number, or in the name of an owner who was asked."""
    by_number = DataRequest.objects.filter(documents__number__text__icontains=text)
    by_owner = DataRequest.objects.filter(recipients__data_owner__name__icontains=text)
    return (
        Q(title__icontains=text)
        | Q(pk__in=by_number.values("pk"))
        | Q(pk__in=by_owner.values("pk"))
    )
