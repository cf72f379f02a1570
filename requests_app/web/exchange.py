"""Which files go out to be signed elsewhere or by hand, and what came back and waits?

People of the office only; nobody else sees a letter before it is one.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from requests_app.documents.sniffing import MIME, Kind
from requests_app.models import DataRequest, SignedCopy
from requests_app.services import by_hand, exchange
from requests_app.sop.roles import Actor
from requests_app.web.access import actors_here, request_page
from requests_app.web.downloads import SANDBOX, file_bytes, made_pdf, page_answer, pdf_answer


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
def letter_for_pen(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Give the letter as it is printed for the pen, to whoever may bring it back signed.

    It bears a number and looks like the letter, so nobody else gets it.
    """
    if not any(exchange.may_put_copy(data_request, one) for one in actors_here(request, at)):
        raise PermissionDenied
    content = by_hand.letter_for_pen(data_request=data_request, at=at)
    if content is None:
        raise Http404
    return made_pdf(content, "surat-untuk-tanda-tangan-basah.pdf")


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
