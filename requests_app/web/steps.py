"""How does a member of staff take a step? One view for all rows."""

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from requests_app.web.access import Visit, step_page
from requests_app.web.pages import PAGES
from requests_app.web.pages.page import respond


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@step_page
def take_step(visit: Visit) -> HttpResponseBase:
    """Show the step's page, or do the deed that was pressed."""
    page = PAGES.get(visit.step.key)
    if page is None:
        raise Http404
    home = reverse("web:request", kwargs={"public_id": visit.data_request.public_id})
    return respond(visit, page, layout="base.html", home=home)
