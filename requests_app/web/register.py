"""What data has come into the house, when, from whom? The register of received data."""

from datetime import datetime
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from requests_app.documents.registers import INTAKE_COLUMNS, INTAKE_TITLE, period_of
from requests_app.models import RegisterEntry
from requests_app.sop.roles import Actor
from requests_app.web import exports
from requests_app.web.access import positions_here, staff_page
from requests_app.web.exports import Book, BookLine
from requests_app.web.forms.receiving import RegisterFilter

PAGE_SIZE: Final = 25
SEARCHED: Final = ("origin", "data", "number__text", "letter_number", "remarks")


@require_safe
@staff_page
def register(request: HttpRequest, *, actor: Actor, at: datetime) -> HttpResponse:
    """List the register, newest first; struck lines are shown with their reason."""
    visible = RegisterEntry.objects.visible_to(actor)
    form = RegisterFilter(request.GET, years=_years(visible, at))
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
        "query": request.GET.urlencode(),
    }
    return render(request, "registers/register.html", context)


@require_safe
@staff_page
def export_register(
    request: HttpRequest, *, form: str, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Give the lines that the list shows, all pages of them, in the order of the book."""
    office = positions_here(request, at)[0].office
    visible = RegisterEntry.objects.visible_to(actor)
    chosen = RegisterFilter(request.GET, years=_years(visible, at))
    found = narrowed(visible, chosen).select_related("number").order_by("recorded_at", "pk")
    year, query = _chosen(chosen).get("tahun"), request.GET.urlencode()
    book = Book(
        title=INTAKE_TITLE,
        stem=f"buku-catatan-{year}" if year else "buku-catatan",
        period=period_of(year),
        columns=INTAKE_COLUMNS,
        count=found.count(),
        lines=lambda: (_line(entry) for entry in found.iterator(chunk_size=500)),
        home=f"{reverse('web:register')}?{query}" if query else reverse("web:register"),
    )
    return exports.send(request, book, form, office=office, at=at)


def _line(entry: RegisterEntry) -> BookLine:
    struck = entry.status == RegisterEntry.Status.STRUCK
    cells = (
        entry.number.text,
        entry.received_on,
        entry.origin,
        entry.data,
        entry.form_and_amount,
        entry.letter_number,
        entry.received_by,
        entry.kept_at,
        entry.security_class,
        _("Dicoret: {alasan}").format(alasan=entry.strike_reason) if struck else entry.remarks,
    )
    return BookLine(cells, struck=struck)


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


def _years(visible: QuerySet[RegisterEntry], at: datetime) -> list[int]:
    first = visible.order_by("recorded_at").values_list("recorded_at__year", flat=True).first()
    return list(range(at.year, (first or at.year) - 1, -1))


def _chosen(form: RegisterFilter) -> dict[str, str]:
    if not form.is_valid():
        return {}
    return {name: value for name, value in form.cleaned_data.items() if value}


def _href(entry: RegisterEntry) -> str:
    return reverse(
        "web:recipient_step", args=[entry.data_request.public_id, entry.recipient.number, "9"]
    )
