"""What may be looked at of the usage report before it is handed in: its draft, marked as one."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from requests_app.models import DataRequest
from requests_app.services import reports
from requests_app.sop.roles import Actor
from requests_app.web.access import request_page
from requests_app.web.downloads import SANDBOX, page_answer

ROW = "report_usage"


@require_safe
@never_cache
@request_page
def report_pdf(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Give the draft as a PDF; it carries the word DRAF, neither number nor code."""
    answer = HttpResponse(_draft_of(data_request, at), content_type="application/pdf")
    answer.headers["Content-Disposition"] = 'attachment; filename="draf-laporan.pdf"'
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


@require_safe
@never_cache
@request_page
def report_page(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime, number: int
) -> HttpResponseBase:
    """Give one page of the draft as a picture."""
    return page_answer(_draft_of(data_request, at), number=number)


def _draft_of(data_request: DataRequest, at: datetime) -> bytes:
    """Make the draft; 404 outside row 12, where there is none (the frozen one has its own door)."""
    if data_request.state != ROW:
        raise Http404
    return reports.render_draft(data_request=data_request, at=at)
