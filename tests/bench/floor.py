"""What is the least that a signed-in page with 25 rows can cost?

The same middleware and session as every page, one indexed query, a template without a frame.
"""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from requests_app.models import DataRequest
from requests_app.sop.roles import Actor
from requests_app.web.access import staff_page
from tests.bench.uploads import bare_firm_upload, bare_upload, our_upload


@login_required
def floor(request: HttpRequest) -> HttpResponse:
    """List the 25 newest requests of the office by their titles."""
    newest = DataRequest.objects.filter(office_id=request.user.office_id)
    return render(request, "floor.html", {"rows": newest.order_by("-opened_at", "-pk")[:25]})


@staff_page
def framed(request: HttpRequest, *, actor: Actor, at: datetime) -> HttpResponse:
    """List the same in the frame of the house: a person's positions, masthead, footer."""
    newest = DataRequest.objects.visible_to(actor)
    return render(request, "framed.html", {"rows": newest.order_by("-opened_at", "-pk")[:25]})


urlpatterns = [
    path("lantai/", floor),
    path("lantai/bingkai/", framed),
    path("lantai/unggah/", bare_upload),
    path("lantai/unggah/teguh/", bare_firm_upload),
    path("lantai/unggah/kita/", our_upload),
    path("", include("sopdata.urls")),
]
