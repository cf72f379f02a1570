"""What data has come into the house, when, from whom? The register of received data."""

from datetime import datetime
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from requests_app.models import RegisterEntry
from requests_app.sop.roles import Actor
from requests_app.web.access import staff_page
from requests_app.web.forms.receiving import RegisterFilter

PAGE_SIZE: Final = 25
SEARCHED: Final = ("origin", "data", "number__text", "letter_number", "remarks")


@require_safe
@staff_page
def register(request: HttpRequest, *, actor: Actor, at: datetime) -> HttpResponse:
    """List the register, newest first; struck lines are shown with their reason."""
    visible = RegisterEntry.objects.visible_to(actor)
    first = visible.order_by("recorded_at").values_list("recorded_at__year", flat=True).first()
    years = list(range(at.year, (first or at.year) - 1, -1))
    form = RegisterFilter(request.GET, years=years)
    found = narrowed(visible, form).select_related("number", "data_request", "recipient")
    page = Paginator(found.order_by("-recorded_at", "-pk"), PAGE_SIZE).get_page(
        request.GET.get("hal")
    )
    chosen = _chosen(form)
    context: dict[str, Any] = {
        "nav": "register",
        "form": form,
        "error_forms": [],
        "chips": [],
        "page": page,
        "rows": [{"entry": entry, "href": _href(entry)} for entry in page],
        "is_narrowed": bool(chosen),
        "nothing": _("Belum ada catatan tahun {tahun}.").format(tahun=chosen.get("tahun", at.year)),
        "register_url": reverse("web:register"),
    }
    return render(request, "registers/register.html", context)


def narrowed(visible: QuerySet[RegisterEntry], form: RegisterFilter) -> QuerySet[RegisterEntry]:
    """Keep what matches the text and the year of the number."""
    chosen = _chosen(form)
    for word in chosen.get("cari", "").split():
        match = Q()
        for field in SEARCHED:
            match |= Q(**{f"{field}__icontains": word})
        visible = visible.filter(match)
    if year := chosen.get("tahun"):
        visible = visible.filter(number__year=int(year))
    return visible


def _chosen(form: RegisterFilter) -> dict[str, str]:
    if not form.is_valid():
        return {}
    return {name: value for name, value in form.cleaned_data.items() if value}


def _href(entry: RegisterEntry) -> str:
    return reverse(
        "web:recipient_step", args=[entry.data_request.public_id, entry.recipient.number, "9"]
    )
