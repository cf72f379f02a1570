"""Who may look at the printed collection form? People of the office here, the owner at its door."""

import logging
from datetime import datetime
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from requests_app.models import CollectionForm, DataRequest
from requests_app.services import blanks, forms
from requests_app.sop.roles import Actor
from requests_app.web.access import request_page
from requests_app.web.downloads import made_pdf, page_answer, shown_pages

FILE_NAME: Final = "blanko.pdf"
log = logging.getLogger(__name__)


@require_safe
@never_cache
@request_page
def blank_pdf(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Give the form as a PDF: the version that is being written, else the published one."""
    return made_pdf(_made(data_request), FILE_NAME)


@require_safe
@never_cache
@request_page
def blank_page(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime, number: int
) -> HttpResponseBase:
    """Give one page of the form as a picture."""
    return page_answer(_made(data_request), number=number)


def blank_shown(data_request: DataRequest, form: CollectionForm | None) -> dict[str, Any] | None:
    """Describe the pages of the form, or None when there is nothing to print just now."""
    if form is None or not blanks.can_be_printed(form):
        return None
    place = {"public_id": data_request.public_id}
    try:
        shown = shown_pages(
            blanks.render_blank(form),
            address=lambda number: reverse("web:blank_page", kwargs={**place, "number": number}),
            pdf_href=reverse("web:blank_pdf", kwargs=place),
        )
    except Exception:
        # Typed questions must stay usable whatever the paper tools say; the cause is in the log.
        log.exception("printed form of request %s failed", data_request.pk)
        return None
    return shown | {"draft": form.published_at is None, "anchor": "blank"}


def _made(data_request: DataRequest) -> bytes:
    form = forms.newest_form(data_request)
    if form is None or not blanks.can_be_printed(form):
        raise Http404
    form.data_request = data_request
    return blanks.render_blank(form)
