"""Which files go to another system to be signed there, and what came back and waits?

People of the office only; nobody else sees a letter before it is one.
"""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from requests_app.documents.sniffing import MIME, Kind
from requests_app.models import DataRequest, SignedCopy
from requests_app.services import exchange
from requests_app.sop.roles import Actor
from requests_app.web.access import request_page
from requests_app.web.downloads import SANDBOX, file_bytes, page_answer, pdf_answer


@require_safe
@never_cache
@request_page
def draft_docx(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Give the saved draft as the file that the national records system takes in."""
    answer = HttpResponse(exchange.draft_docx(data_request), content_type=MIME[Kind.DOCX])
    answer.headers["Content-Disposition"] = 'attachment; filename="draf-surat.docx"'
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


@require_safe
@never_cache
@request_page
def signed_copy_pdf(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Give the file that came back and waits for the head's word, as it came."""
    return pdf_answer(_copy_of(data_request))


@require_safe
@never_cache
@request_page
def signed_copy_page(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime, number: int
) -> HttpResponseBase:
    """Give one page of it as a picture."""
    return page_answer(file_bytes(_copy_of(data_request).file), number=number)


def _copy_of(data_request: DataRequest) -> SignedCopy:
    copy = exchange.copy_of(data_request)
    if copy is None:
        raise Http404
    return copy
