"""How does a member of staff take a step, and keep what is typed there? Two views for all rows."""

from http import HTTPStatus

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from requests_app.services import drafts
from requests_app.services.workflow import Refused, refuse_bystander
from requests_app.web import unsent
from requests_app.web.access import Visit, step_page
from requests_app.web.pages import PAGES
from requests_app.web.pages.page import SAVE, StepPage, respond, status_of
from requests_app.web.uploads import signed_in, streams_uploads


@sensitive_post_parameters("password", "passphrase", "code", "credential")
@streams_uploads(of=signed_in)
@require_http_methods(["GET", "HEAD", "POST"])
@unsent.keep_when_signed_out
@step_page
def take_step(visit: Visit) -> HttpResponseBase:
    """Show the step's page, or do the deed that was pressed."""
    home = reverse("web:request", kwargs={"public_id": visit.data_request.public_id})
    return respond(visit, _page_of(visit), layout="base.html", home=home)


@require_POST
@unsent.keep_when_signed_out
@step_page
def keep_form(visit: Visit) -> HttpResponseBase:
    """Keep what stands in a form of the step's page, or throw away what was kept."""
    posted = visit.request.POST
    page = _page_of(visit)
    key = form_key(visit, page)
    if unsent.DISCARD in posted:
        drafts.discard(
            data_request=visit.data_request, user_id=key.user_id, row=key.row, deed=key.deed
        )
        return redirect("web:step", visit.data_request.public_id, visit.step.segment)
    try:
        refuse_bystander(
            subject=visit.subject, deed=SAVE, row=key.row, actor=visit.actor, version=None
        )
    except Refused as refusal:
        return _sentence(visit, str(refusal), status_of(refusal))
    draft = unsent.keep_fields(posted, key, visit.data_request, visit.at)
    if unsent.PREVIEW in posted:
        return _preview(visit, page)
    return _sentence(visit, _("Tersimpan otomatis pukul {jam}.").format(jam=unsent.clock_of(draft)))


def form_key(visit: Visit, page: StepPage) -> unsent.FormKey:
    """Read whose form was posted; 404 unless it is this person's, of this very page."""
    key = unsent.FormKey.read(visit.request.POST)
    here = (visit.actor.user_id, visit.data_request.pk, page.key)
    if key is None or (key.user_id, key.request_id, key.row) != here:
        raise Http404
    return key


def _preview(visit: Visit, page: StepPage) -> HttpResponseBase:
    """Show the pages of what was just kept: to the script as a part, else by the page itself.

    What cannot be shown is told in a sentence (422); the script then leaves the last picture.
    """
    if page.preview is None:
        raise Http404
    if "HX-Request" not in visit.request.headers:
        place = {"public_id": visit.data_request.public_id, "segment": visit.step.segment}
        return redirect(f"{reverse('web:step', kwargs=place)}#pratinjau")
    shown = page.preview(visit)
    if shown["preview_failed"]:
        return _sentence(visit, shown["preview_failed"], HTTPStatus.UNPROCESSABLE_ENTITY)
    return render(visit.request, "steps/_preview_pages.html", shown)


def _page_of(visit: Visit) -> StepPage:
    page = PAGES.get(visit.step.key)
    if page is None:
        raise Http404
    return page


def _sentence(visit: Visit, text: str, status: int = HTTPStatus.OK) -> HttpResponse:
    """Answer with a sentence: plain for our own script, as markup for htmx, which parses it."""
    if "HX-Request" in visit.request.headers:
        return HttpResponse(escape(text), status=status)
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
