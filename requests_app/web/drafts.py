"""What may be looked at before it is an official document: the draft letter, the template file."""

from contextlib import AbstractContextManager, suppress
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import Any, Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from requests_app.models import DataRequest, FormDraft, LetterVersion
from requests_app.services import drafts, forms, letters, reports
from requests_app.services.workflow import Incomplete
from requests_app.sop.roles import Actor
from requests_app.web.access import request_page
from requests_app.web.downloads import SANDBOX, page_answer, shown_pages
from requests_app.web.forms.draft import text_kept

ROW: Final = "draft_letter"
TYPED: Final = "isian"
"""Query of a picture that shows what is typed; its value only makes the address another one."""
_TURNS: Final = tuple(Lock() for _one in range(64))
"""One of them for each person, shared by few: what somebody looks at is rendered in turn."""


@require_safe
@never_cache
@request_page
def draft_pdf(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Give the draft as a PDF; it carries the word DRAF, neither number nor code."""
    return _draft_answer(_asked_for(request, data_request, actor, at), "draf-surat.pdf")


@require_safe
@never_cache
@request_page
def draft_page(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime, number: int
) -> HttpResponseBase:
    """Give one page of the draft as a picture."""
    return page_answer(_asked_for(request, data_request, actor, at), number=number)


def _asked_for(
    request: HttpRequest, data_request: DataRequest, actor: Actor, at: datetime
) -> bytes:
    """Render what is saved, or what this person types where the address says so."""
    version = data_request.newest_version()
    if TYPED in request.GET and data_request.state == ROW:
        kept = drafts.kept(data_request=data_request, user_id=actor.user_id, row=ROW)
        with suppress(Incomplete):  # typed on since: the page tells what is wrong
            version = typed_version(data_request, kept.get(ROW), at) or version
    return rendered(data_request, version, actor)


def typed_version(
    data_request: DataRequest, draft: FormDraft | None, at: datetime
) -> LetterVersion | None:
    """Word the letter as it stands in a form that was not sent; None where there is none.

    Refused (`Incomplete`) like the saving of it: an unknown tag, a link, an unprintable letter.
    """
    if draft is None:
        return None
    return letters.as_typed(data_request=data_request, text=text_kept(draft.values), at=at)


def rendered(data_request: DataRequest, version: LetterVersion | None, actor: Actor) -> bytes:
    """Render a version as a draft, one at a time for each person; equal papers come from memory."""
    with _turn_of(actor):
        return letters.render_version(data_request=data_request, version=version)


def letter_shown(
    data_request: DataRequest, version: LetterVersion | None, actor: Actor
) -> dict[str, Any]:
    """Describe the pages of a version; of one that is typed, by addresses that change with it."""
    place = {"public_id": data_request.public_id}
    query = ""
    if version is not None and version._state.adding:
        query = f"?{TYPED}={_digest(version)}"

    def address(number: int) -> str:
        return reverse("web:draft_page", kwargs={**place, "number": number}) + query

    shown = shown_pages(
        rendered(data_request, version, actor),
        address=address,
        pdf_href=reverse("web:draft_pdf", kwargs=place) + query,
    )
    return shown | {"draft": True, "docx_href": reverse("web:draft_docx", kwargs=place)}


def _digest(version: LetterVersion) -> str:
    words = repr(letters.text_of(version))
    return sha256(words.encode()).hexdigest()[:12]


def _turn_of(actor: Actor) -> AbstractContextManager[bool]:
    return _TURNS[(actor.user_id or 0) % len(_TURNS)]


@require_safe
@never_cache
@request_page
def report_pdf(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Give the draft of the usage report as a PDF."""
    return _draft_answer(_draft_report(data_request, at), "draf-laporan.pdf")


@require_safe
@never_cache
@request_page
def report_page(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime, number: int
) -> HttpResponseBase:
    """Give one page of the draft of the usage report as a picture."""
    return page_answer(_draft_report(data_request, at), number=number)


@require_safe
@never_cache
@request_page
def template_file(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Give the template (blanko) that goes to the owners; it is our own file, not received data."""
    form = forms.newest_form(data_request)
    if form is None or form.template_file is None:
        raise Http404
    stored = form.template_file
    answer = FileResponse(
        stored.file.open("rb"),
        as_attachment=True,
        filename=stored.name,
        content_type=stored.media_type,
    )
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


def _draft_answer(pdf: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


def _draft_report(data_request: DataRequest, at: datetime) -> bytes:
    """Make the draft; 404 outside row 12, where there is none: the frozen one has its own door."""
    if data_request.state != "report_usage":
        raise Http404
    return reports.render_draft(data_request=data_request, at=at)
