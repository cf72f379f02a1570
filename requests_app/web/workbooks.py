"""Where is a questionnaire taken away as a workbook, and where handed in again?

The owner's own stands behind the link; people of the office see the same form, made for nobody.
"""

from datetime import datetime
from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.documents.sniffing import MIME, Kind
from requests_app.models import CollectionForm, DataRequest, Recipient
from requests_app.services import behalf, blanks, forms, workbooks
from requests_app.sop.roles import Actor
from requests_app.sop.steps import by_key
from requests_app.web.access import Visit, actors_here, find_recipient, request_page
from requests_app.web.downloads import made_file
from requests_app.web.owner import LAYOUT, has_opened_a_link, owner_page
from requests_app.web.owner_view import owner_step_url
from requests_app.web.pages.page import respond
from requests_app.web.pages.workbook import HANDING_IN
from requests_app.web.uploads import streams_uploads

FILE_NAME: Final = "formulir.xlsx"


@require_safe
@owner_page
def owner_workbook(
    request: HttpRequest, *, recipient: Recipient, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Give the form as a workbook, with this owner's open items and what is answered so far."""
    return _made(recipient.collection_form(), recipient=recipient)


@streams_uploads(of=has_opened_a_link)
@require_http_methods(["GET", "HEAD", "POST"])
@owner_page
def owner_workbook_upload(
    request: HttpRequest, *, recipient: Recipient, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Read a workbook that is handed in; whoever only looks here is led to the page of row 7a."""
    home = owner_step_url(recipient, "7a")
    if request.method != "POST":
        return redirect(home)
    step = by_key(HANDING_IN.key)
    visit = Visit(request=request, subject=recipient, step=step, actor=actor, at=at)
    return respond(visit, HANDING_IN, layout=LAYOUT, home=home)


@require_safe
@never_cache
@request_page
def form_workbook(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Give staff the form as a workbook: the version being written, else the published one."""
    form = forms.newest_form(data_request)
    if form is not None:
        form.data_request = data_request
    return _made(form)


@require_safe
@never_cache
@request_page
def recipient_workbook(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime, number: int
) -> HttpResponseBase:
    """Give who records for an owner that owner's workbook, to mail it where the link is blocked.

    Nothing that the owner has typed and not sent stands in it, until it is on record how the
    answer came.
    """
    recipient = find_recipient(data_request.public_id, number, actor)
    if not any(behalf.may_record(recipient, one) for one in actors_here(request, at)):
        raise PermissionDenied
    answered = behalf.record_behind(recipient) is not None
    return _made(recipient.collection_form(), recipient=recipient, answered=answered)


def _made(
    form: CollectionForm | None, *, recipient: Recipient | None = None, answered: bool = True
) -> HttpResponseBase:
    if form is None or not blanks.can_be_printed(form):
        raise Http404
    content = workbooks.render_workbook(form, recipient=recipient, answered=answered)
    return made_file(content, FILE_NAME, MIME[Kind.XLSX])
