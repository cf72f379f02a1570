"""What is said to whoever sends a form without its token, as after all cookies were lost?"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.csrf import csrf_failure

from requests_app.web import owner

OWN_PAGE: Final = "CSRF"
"""How Django's reasons begin where an own page sent the form; the others tell of a foreign one."""


def refuse(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse with the page for staff, or for a data owner with one that leads to the link.

    What another site made a browser send is not shown as if it had been typed here.
    """
    if request.path.startswith(reverse("web:owner_door")):
        return owner.stale_form(request, is_own=reason.startswith(OWN_PAGE))
    return csrf_failure(request, reason=reason)
