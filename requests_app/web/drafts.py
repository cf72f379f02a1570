"""What may be looked at before it is an official document: the draft letter, the template file."""

from datetime import datetime

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from requests_app.models import DataRequest
from requests_app.services import forms, letters, reports
from requests_app.sop.roles import Actor
from requests_app.web.access import request_page
from requests_app.web.downloads import SANDBOX, page_answer


@require_safe
@never_cache
@request_page
def draft_pdf(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Give the draft as a PDF; it carries the word DRAF, neither number nor code."""
    return _draft_answer(letters.render_draft(data_request), "draf-surat.pdf")


@require_safe
@never_cache
@request_page
def draft_page(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime, number: int
) -> HttpResponseBase:
    """Give one page of the draft as a picture."""
    return page_answer(letters.render_draft(data_request), number=number)


@require_safe
@never_cache
@request_page
def report_pdf(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Give the draft of the usage report as a PDF."""
    return _draft_answer(_draft_report(data_request, at), "draf-laporan.pdf")


@require_safe
@never_cache
@request_page
def report_page(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime, number: int
) -> HttpResponseBase:
    """Give one page of the draft of the usage report as a picture."""
    return page_answer(_draft_report(data_request, at), number=number)


@require_safe
@never_cache
@request_page
def template_file(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Give the template (blanko) that goes to the owners; it is our own file, not received data."""
    form = forms.newest_form(data_request)
    if form is None or form.template_file is None:
        raise Http404
    stored = form.template_file
    answer = FileResponse(
        stored.file.open("rb"),
        as_attachment=True,
        filename=stored.name,
        content_type=stored.media_type,
    )
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


def _draft_answer(pdf: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


def _draft_report(data_request: DataRequest, at: datetime) -> bytes:
    """Make the draft; 404 outside row 12, where there is none: the frozen one has its own door."""
    if data_request.state != "report_usage":
        raise Http404
    return reports.render_draft(data_request=data_request, at=at)
