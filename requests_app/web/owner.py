"""How does a data owner come in without an account, and what is behind the door?

The token is exchanged for a session at once and never seen again; the session opens one recipient,
with the access code, as long as the link lives. GET and HEAD change no row of the business.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from requests_app.models import (
    DataFile,
    DataRequest,
    Office,
    OfficialDocument,
    Recipient,
    ShareLink,
)
from requests_app.models.conversation import has_talked
from requests_app.models.recipient import is_spoken_for
from requests_app.services import access_codes, blanks, intake, people, sharing
from requests_app.services.answers import ANSWERING_ROWS, sheet_of
from requests_app.sop.roles import Actor, Role
from requests_app.web import conversations, limits, owner_view
from requests_app.web.access import Visit, find_step
from requests_app.web.downloads import bytes_of, made_pdf, page_answer, pdf_answer
from requests_app.web.files import file_answer
from requests_app.web.forms.owner import CodeForm
from requests_app.web.last_words import last_words
from requests_app.web.pages import owner as pages
from requests_app.web.pages.page import respond
from requests_app.web.uploads import streams_uploads

security_log = logging.getLogger("security")
AT_DOOR: Final = "owner_door"
"""Session: the link that was followed last, not yet opened with its code."""
OPENED: Final = "owner_links"
"""Session: public id of a recipient → the link that was opened with its code."""
UNKNOWN: Final = "link_unknown"
"""Name of the limit, in ACCOUNT_RATE_LIMITS."""
LAYOUT: Final = "base_owner.html"
View = Callable[..., HttpResponseBase]


# -- the door -------------------------------------------------------------------------------------


def for_owners_only(view: View) -> View:
    """Refuse a browser that is logged in as staff: nobody answers in two roles."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            security_log.warning("staff on a shared link user=%s", request.user.pk)
            return render(request, "owner/staff_refused.html", status=403)
        return view(request, *args, at=timezone.now(), **kwargs)

    return guarded


def owner_page(view: View) -> View:
    """Hand over `recipient`, `actor` and `at`; the link is asked again at every request."""

    @for_owners_only
    @wraps(view)
    def guarded(
        request: HttpRequest, *, public_id: UUID, at: datetime, **kwargs: Any
    ) -> HttpResponseBase:
        link = find_opened(request, public_id, at)
        if link is None:
            if request.method == "POST":
                security_log.warning("no open link recipient=%s", public_id)
            return dead_link(request, ended=_ended(_opened(request, public_id)))
        return view(
            request,
            recipient=link.recipient,
            actor=people.actor_of_link(link),
            at=at,
            **kwargs,
        )

    return guarded


@require_safe
@for_owners_only
def follow_link(request: HttpRequest, *, token: str, at: datetime) -> HttpResponseBase:
    """Exchange the token for a session; a fetch by a mail scanner does the same and no more."""
    link = sharing.find_link(token, at=at)
    if link is None:
        return turned_away(request, find_ended=partial(sharing.find_ended, token))
    if request.method == "GET":
        request.session[AT_DOOR] = link.pk
    return redirect("web:owner_door")


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners_only
def enter(request: HttpRequest, *, at: datetime) -> HttpResponseBase:
    """Show who asks for what, and open with the access code."""
    at_door = request.session.get(AT_DOOR)
    link = _live_link(at_door, at)
    if link is None:
        return turned_away(request, find_ended=partial(_ended, at_door))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        seen = {"address": limits.address_of(request), "agent": _agent(request)}
        if access_codes.check_code(link, form.cleaned_data["code"], at=at, **seen):
            return _open(request, link)
        security_log.warning("wrong access code link=%s tries=%s", link.pk, link.wrong_codes_in_all)
        form.add_error("code", _("Kode akses tidak cocok."))
    return _show_door(request, link, at, form)


@require_POST
@for_owners_only
def leave(request: HttpRequest, *, at: datetime) -> HttpResponseBase:
    """Close the door behind oneself, as on a computer that others use too."""
    request.session.flush()
    return render(request, "owner/left.html")


def _show_door(
    request: HttpRequest, link: ShareLink, at: datetime, form: CodeForm
) -> HttpResponseBase:
    """Ask for the code; where it may not be tried now, or never again, say what to do instead."""
    until = access_codes.blocked_until(link, at=at)
    is_void = access_codes.is_void(link)
    context = {
        **frame_of(link.recipient),
        "form": form,
        "blocked_until": until,
        "is_void": is_void,
    }
    if is_void or until is not None:
        context["error_forms"] = []  # the field to which an error would lead is gone
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    if form.is_bound and is_void:
        status = HTTPStatus.FORBIDDEN
    elif form.is_bound and until is not None:
        refusal = limits.TooOften(int((until - at).total_seconds()))
        return limits.answer(request, refusal, template="owner/enter.html", **context)
    return render(request, "owner/enter.html", context, status=status)


def _agent(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "").replace("\0", "")


def _open(request: HttpRequest, link: ShareLink) -> HttpResponseBase:
    request.session.cycle_key()
    recipient = link.recipient
    opened = {**request.session.get(OPENED, {}), str(recipient.public_id): link.pk}
    request.session[OPENED] = opened
    return redirect("web:owner_tasks", public_id=recipient.public_id)


def find_opened(request: HttpRequest, public_id: UUID, at: datetime) -> ShareLink | None:
    """Find the link that this browser has opened for a recipient, if it still lives."""
    link = _live_link(_opened(request, public_id), at)
    return link if link is not None and link.recipient.public_id == public_id else None


def has_opened_a_link(request: HttpRequest) -> bool:
    """Tell whether this browser has opened any link with its code, be it dead by now."""
    return bool(request.session.get(OPENED))


def _opened(request: HttpRequest, public_id: UUID) -> int | None:
    pk: int | None = request.session.get(OPENED, {}).get(str(public_id))
    return pk


def _ended(pk: int | None) -> ShareLink | None:
    if pk is None:
        return None
    return ShareLink.objects.of_ended_requests().filter(pk=pk).first()


def _live_link(pk: int | None, at: datetime) -> ShareLink | None:
    if pk is None:
        return None
    try:
        links = ShareLink.objects.open_at(at).select_related("recipient__data_owner")
        told_along = {"talked": has_talked("recipient"), "spoken_for": is_spoken_for("recipient")}
        link = links.annotate(**told_along).get(pk=pk)
    except ShareLink.DoesNotExist:
        return None
    recipient = link.recipient
    # a query of its own: seven tables in one join take the database longer to plan
    requests = DataRequest.objects.with_office().select_related("office__calendar")
    data_request = requests.get(pk=recipient.data_request_id)
    data_request.keeps_rows = True
    recipient.data_request, recipient.office = data_request, data_request.office
    recipient.has_talked = vars(link)["talked"]
    recipient.is_spoken_for = vars(link)["spoken_for"]
    return link


def turned_away(
    request: HttpRequest, *, find_ended: Callable[[], ShareLink | None]
) -> HttpResponseBase:
    """Answer a link that does not open; whoever follows such links too often is slowed down.

    Only these are counted: behind the one address of an office a good link opens all the same.
    """
    try:
        limits.refuse_while_reached(request, UNKNOWN)
        limits.count(request, UNKNOWN)
    except limits.TooOften as refusal:
        return limits.answer(request, refusal, template="owner/too_often.html")
    return dead_link(request, ended=find_ended())


def dead_link(request: HttpRequest, *, ended: ShareLink | None = None) -> HttpResponseBase:
    """Answer alike to an unknown, an expired and a revoked link: one text, one status.

    Only who holds the link of an ended request is told more: that nothing is left to do. Whoever
    was still typing gets the words back.
    """
    typed = last_words(request)
    if ended is not None:
        recipient = ended.recipient
        frame = owner_view.frame_of(recipient)
        context = {**frame, "state": recipient.data_request.state, "typed": typed}
        return render(request, "owner/ended.html", context, status=410)
    context = {"contact": _only_contact(), "typed": typed}
    return render(request, "owner/dead_link.html", context, status=404)


def stale_form(request: HttpRequest, *, is_own: bool) -> HttpResponse:
    """Answer a form that came without its token; words are given back when `is_own` page sent it.

    Nothing is known of who sent it: the link from the letter leads in again.
    """
    typed = last_words(request) if is_own else []
    context = {"contact": _only_contact(), "typed": typed}
    return render(request, "owner/stale_form.html", context, status=403)


def _only_contact() -> str:
    """Name whom to call where one office runs this house; of several nobody knows which."""
    offices = list(Office.objects.all()[:2])
    if len(offices) != 1:
        return ""
    return f"{offices[0].contact_name}, {offices[0].contact_phone}"


# -- behind the door ------------------------------------------------------------------------------


@require_safe
@owner_page
def tasks(
    request: HttpRequest, *, recipient: Recipient, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Show the three tasks, the time left, the letter and the receipts."""
    context = {
        **frame_of(recipient),
        **owner_view.overview_of(recipient),
        "conversation": conversations.context_of(recipient, actor=actor, at=at),
        "deadline": owner_view.deadline_of(recipient, at=at),
        "resume": _resume_of(recipient),
        "actor": actor,
    }
    return render(request, "owner/tasks.html", context)


def _resume_of(recipient: Recipient) -> str:
    """Tell whoever comes back, perhaps on another device, that what was begun is still there."""
    if recipient.state not in ANSWERING_ROWS:
        return ""
    sheet = sheet_of(recipient)
    if not sheet.answered:
        return ""
    return _("Lanjutkan pengisian; {n} dari {m} data sudah ada.").format(
        n=sheet.answered, m=len(sheet.items)
    )


@streams_uploads(of=has_opened_a_link)
@require_http_methods(["GET", "HEAD", "POST"])
@owner_page
def take_step(
    request: HttpRequest, *, recipient: Recipient, actor: Actor, at: datetime, segment: str
) -> HttpResponseBase:
    """Show one of the owner's rows, or do the deed that was pressed."""
    step = find_step(segment)
    page = pages.OWNER_PAGES.get(step.key)
    if page is None or recipient.data_request.role_of(step.key) is not Role.DATA_OWNER:
        security_log.warning("owner at row %s recipient=%s", step.key, recipient.pk)
        raise Http404
    visit = Visit(request=request, subject=recipient, step=step, actor=actor, at=at)
    after = "7b" if step.key == "process_request" else step.segment
    return respond(visit, page, layout=LAYOUT, home=owner_view.owner_step_url(recipient, after))


@require_safe
@owner_page
def document(
    request: HttpRequest, *, recipient: Recipient, actor: Actor, at: datetime, code: str
) -> HttpResponseBase:
    """Give the owner the letter, or an own receipt."""
    return pdf_answer(_find_document(recipient, code))


@require_safe
@owner_page
def letter_page(
    request: HttpRequest, *, recipient: Recipient, actor: Actor, at: datetime, number: int
) -> HttpResponseBase:
    """Give one page of the letter as a picture."""
    letter = recipient.signed_letter()
    if letter is None:
        raise Http404
    return page_answer(bytes_of(letter), number=number)


@require_safe
@owner_page
def own_file(
    request: HttpRequest, *, recipient: Recipient, actor: Actor, at: datetime, file_id: UUID
) -> HttpResponseBase:
    """Let a sender open an own file again; nobody else's."""
    data_file = DataFile.objects.visible_to(actor).filter(public_id=file_id).first()
    if data_file is None:
        raise Http404
    if intake.is_infected(data_file):
        context = {**frame_of(recipient), "closed": intake.why_closed(data_file)}
        return render(request, "owner/closed_file.html", context, status=403)
    return file_answer(data_file, to_sender=True)


@require_safe
@owner_page
def blank_form(
    request: HttpRequest, *, recipient: Recipient, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Give the template file that the office attached to its request."""
    form = recipient.data_request.published_form()
    if form is None or form.template_file is None:
        raise Http404
    return file_answer(form.template_file)


@require_safe
@owner_page
def blank_pdf(
    request: HttpRequest, *, recipient: Recipient, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Give the published form for an answer on paper, with this owner's items only."""
    form = recipient.data_request.published_form()
    if form is None or not blanks.can_be_printed(form):
        raise Http404
    return made_pdf(blanks.render_blank(form, recipient=recipient), "blanko.pdf")


def _find_document(recipient: Recipient, code: str) -> OfficialDocument:
    found: OfficialDocument | None = recipient.documents.filter(
        code=code, kind__in=owner_view.RECEIPTS
    ).first()
    letter = recipient.signed_letter()
    if found is None and letter is not None and letter.code == code:
        found = letter
    if found is None:
        raise Http404
    return found


def frame_of(recipient: Recipient) -> dict[str, Any]:
    """Give what the frame of an owner's page says: who asks, for what, whom to call."""
    return owner_view.frame_of(recipient) | {
        "leave_url": reverse("web:owner_leave"),
        "recipient": recipient,
        "data_request": recipient.data_request,
    }
