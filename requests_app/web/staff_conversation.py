"""Where does the office answer an owner's questions, and decide about more days?"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from requests_app.models import Recipient
from requests_app.services import clocks, conversation, extensions, people
from requests_app.services.workflow import Refused, log_refusal
from requests_app.sop.roles import Actor, Role
from requests_app.sop.steps import PREPARING_ROWS
from requests_app.web import conversations, presenters
from requests_app.web.access import actors_here, find_recipient, positions_here, staff_page
from requests_app.web.addresses import request_url
from requests_app.web.forms.base import DeedForm
from requests_app.web.forms.conversation import AnswerForm, GrantForm, RefusalForm
from requests_app.web.recording import recorded_for
from requests_app.web.small_deeds import take_small

ANSWER: Final = "answer_clarification"
GRANT: Final = "grant_extension"
REFUSE: Final = "refuse_extension"
SAID: Final = {
    ANSWER: gettext_lazy("Jawaban dikirim kepada pemilik data."),
    GRANT: gettext_lazy("Perpanjangan waktu disetujui."),
    REFUSE: gettext_lazy("Perpanjangan waktu ditolak. Alasan Anda disampaikan."),
}
FORMS: Final[dict[str, type[DeedForm]]] = {
    ANSWER: AnswerForm,
    GRANT: GrantForm,
    REFUSE: RefusalForm,
}
SERVICES: Final[dict[str, Callable[..., Any]]] = {
    ANSWER: conversation.answer_clarification,
    GRANT: extensions.grant_extension,
    REFUSE: extensions.refuse_extension,
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def show_conversation(
    request: HttpRequest, *, public_id: UUID, number: int, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Show what an owner has asked, and take an answer or a decision."""
    recipient = find_recipient(public_id, number, actor)
    recipient.office = recipient.data_request.office = positions_here(request, at)[0].office
    form, status = None, HTTPStatus.OK
    if request.method == "POST":
        form, status = _take(request, recipient, at)
        if status == HTTPStatus.FOUND:
            return redirect("web:conversation", public_id=public_id, number=number)
    context = {
        **_page(recipient, at),
        "is_unknown": form is None and status == HTTPStatus.CONFLICT,
        "form": form,
        "thread": _thread(recipient, _acting(request, recipient, ANSWER, at), at, form),
        "extension": conversations.extension_of(recipient),
        "recorded": recorded_for(recipient),
        "decisions": _decisions(recipient, _acting(request, recipient, GRANT, at), at, form),
    }
    return render(request, "conversation/staff.html", context, status=status)


def _take(
    request: HttpRequest, recipient: Recipient, at: datetime
) -> tuple[DeedForm | None, HTTPStatus]:
    """Do what was pressed; without a form where the button is unknown."""
    deed = request.POST.get("deed", "")
    actor = _acting(request, recipient, deed, at)
    if deed not in FORMS:
        unknown = Refused("unknown deed")
        log_refusal(subject=recipient, deed=deed[:60], actor=actor, refusal=unknown)
        return None, HTTPStatus.CONFLICT
    key = request.POST.get("clarification", "")
    form = _form(deed, recipient, actor, at, posted=request.POST, key=key)
    status = take_small(
        request,
        form,
        deed=deed,
        do=SERVICES[deed],
        bystander=partial(_refuse_bystander, deed, recipient, actor),
        said=str(SAID[deed]),
    )
    return form, status


def _acting(request: HttpRequest, recipient: Recipient, deed: str, at: datetime) -> Actor:
    """Choose as whom somebody acts: in the deed's role where it is held, else as who fits best."""
    held = actors_here(request, at)
    role = Role.STAFF if deed == ANSWER else conversation.DECIDER
    return people.choose(held, role=role, section_id=recipient.section_id) or held[0]


def _form(
    deed: str, recipient: Recipient, actor: Actor, at: datetime, *, posted: Any = None, key: str
) -> DeedForm:
    return FORMS[deed](
        posted,
        subject=recipient,
        actor=actor,
        at=at,
        auto_id=f"id_{deed}{key}_%s",
        initial={"clarification": key},
    )


def _refuse_bystander(deed: str, recipient: Recipient, actor: Actor) -> None:
    if deed == ANSWER:
        conversation.refuse_answering(recipient, actor)
    else:
        extensions.refuse_deciding(recipient, actor)


def _thread(
    recipient: Recipient, actor: Actor, at: datetime, posted: DeedForm | None
) -> list[dict[str, Any]]:
    """Put a form beside each question that this person may answer; what was typed stays in its."""
    thread = conversations.thread_of(recipient)
    button = conversations.button_of(ANSWER, conversation.refuse_answering, recipient, actor)
    for turn in thread:
        if not turn["is_open"] or not button.allowed:
            continue
        key = str(turn["key"])
        typed = isinstance(posted, AnswerForm) and posted.data.get("clarification") == key
        turn["form"] = posted if typed else _form(ANSWER, recipient, actor, at, key=key)
        turn["button"], turn["scope"] = button, key
    return thread


def _decisions(
    recipient: Recipient, actor: Actor, at: datetime, posted: DeedForm | None
) -> dict[str, Any] | None:
    """Offer to grant and to refuse what is asked for; None where nothing is."""
    asked = recipient.extension()
    if asked is None or not asked.is_open or recipient.state not in PREPARING_ROWS:
        return None
    forms = {deed: _form(deed, recipient, actor, at, key="") for deed in (GRANT, REFUSE)}
    if isinstance(posted, GrantForm):
        forms[GRANT] = posted
    elif isinstance(posted, RefusalForm):
        forms[REFUSE] = posted
    offer = partial(conversations.button_of, refuse=extensions.refuse_deciding)
    return {
        "grant": offer(GRANT, recipient=recipient, actor=actor),
        "refuse": offer(REFUSE, recipient=recipient, actor=actor),
        "grant_form": forms[GRANT],
        "refuse_form": forms[REFUSE],
    }


def _page(recipient: Recipient, at: datetime) -> dict[str, Any]:
    calendar = clocks.calendar_of(recipient.office)
    term = clocks.data_term_of(recipient)
    title = _("Percakapan")
    return {
        "nav": "requests",
        "recipient": recipient,
        "data_request": recipient.data_request,
        "request_href": request_url(recipient.data_request.public_id),
        "crumbs": presenters.crumbs(recipient.data_request, title),
        "header": {
            "eyebrow": recipient.data_request.title,
            "title": _("Percakapan dengan {nama}").format(nama=recipient),
            "state": recipient.state,
        },
        "clock": presenters.clock_of(recipient, at=at, calendar=calendar),
        "paused_since": term.open_pause.started_at if term and term.open_pause else None,
        "how": presenters.explained(term, calendar) if term else [],
    }
