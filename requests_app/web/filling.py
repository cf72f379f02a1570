"""How does the work page keep what is typed and uploaded while its reader is still at it?

Both addresses are for scripts; without them the buttons of the page do the same. The answer is a
sentence to show, or a piece of the page; what cannot be done says why in a sentence of plain text.
"""

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from requests_app.models import Recipient
from requests_app.services import filling, merging
from requests_app.services.answers import sheet_of
from requests_app.services.workflow import Incomplete, Refused
from requests_app.sop.roles import Actor
from requests_app.web import progress
from requests_app.web.forms.base import MOST_DIGITS
from requests_app.web.forms.work_page import AnswersForm
from requests_app.web.owner import has_opened_a_link, owner_page
from requests_app.web.pages.page import status_of
from requests_app.web.uploads import streams_uploads

RENEWED: Final = "X-Renewed"
"""Hidden fields of the page that are to be renewed, as a query string."""


@require_POST
@owner_page
def keep_answers(
    request: HttpRequest, *, recipient: Recipient, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Keep what is typed, as far as it can be read, and say when."""
    form = AnswersForm(request.POST, subject=recipient, actor=actor, at=at)
    form.is_valid()
    given = list(form.given())
    try:
        filling.save_answers(subject=recipient, given=given, actor=actor, at=at)
    except Refused as refusal:
        answer = plain(str(refusal), status=status_of(refusal))
    else:
        answer = plain(_kept(at, form.wrong_items()))
    answer.headers[RENEWED] = urlencode(form.renewed(given))
    return answer


@streams_uploads(of=has_opened_a_link)
@require_POST
@owner_page
def add_file(
    request: HttpRequest, *, recipient: Recipient, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Keep one file of one item, and answer with the files of that item as they are now."""
    try:
        posted = posted_file(request)
        before = filling.find_item(recipient, posted["item"])
        one = filling.add_file(subject=recipient, **posted, actor=actor, at=at)
    except Refused as refusal:
        return plain(str(refusal), status=status_of(refusal))
    form = AnswersForm(subject=recipient, actor=actor, at=at)
    context = {
        "one": form.fields_of(one),
        "seen": merging.marks_after(
            request.POST.get("seen", ""),
            before=merging.marks_of(before),
            after=merging.marks_of(one),
        ),
        "state": progress.state_of(one),
        "progress": progress.progress_of(sheet_of(recipient)),
    }
    return render(request, "owner/_files.html", context)


def posted_file(request: HttpRequest) -> dict[str, Any]:
    """Read which file was sent for which item, and which one it replaces."""
    upload, item = request.FILES.get("file"), request.POST.get("item", "")
    if upload is None or not item.isdecimal() or len(item) > MOST_DIGITS:
        raise Incomplete(_("Pilih berkas yang akan diunggah."))
    try:
        replaced = UUID(request.POST.get("replaced", ""))
    except ValueError:
        replaced = None
    return {"item": int(item), "upload": upload, "replaced": replaced}


def _kept(at: datetime, wrong: list[int]) -> str:
    clock = f"{timezone.localtime(at):%H.%M}"
    if not wrong:
        return _("Tersimpan otomatis pukul {jam}").format(jam=clock)
    return _("Tersimpan otomatis pukul {jam}, kecuali butir {n}: periksa isiannya.").format(
        jam=clock, n=", ".join(map(str, wrong))
    )


def plain(sentence: str, *, status: int = 200) -> HttpResponse:
    """Answer a script with a sentence to show."""
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
