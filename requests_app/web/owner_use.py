"""What does an owner see of the use of the own data, behind the same link, to read only?"""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from requests_app.models import Recipient
from requests_app.services import openness
from requests_app.sop.roles import Actor
from requests_app.web.owner import frame_of, owner_page


@require_safe
@owner_page
def show_use(
    request: HttpRequest, *, recipient: Recipient, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Show how the data was used, as far as the office tells its owners."""
    del actor, at
    if not openness.is_told(recipient):
        raise Http404
    context = {
        **frame_of(recipient),
        "told": openness.told_to(recipient),
        "head_title": recipient.office.head_title,
        "crumbs": [
            (_("Daftar tugas"), reverse("web:owner_tasks", args=[recipient.public_id])),
            (_("Bagaimana data Anda digunakan"), ""),
        ],
    }
    return render(request, "owner/use.html", context)
