"""Where does a data owner ask for an explanation, or for more days?"""

from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from requests_app.models import Recipient
from requests_app.services import conversation, extensions
from requests_app.sop.roles import Actor
from requests_app.web import conversations, owner_view, wording
from requests_app.web.forms.conversation import AskForm, ExtensionForm
from requests_app.web.owner import frame_of, owner_page
from requests_app.web.small_deeds import take_small


@require_http_methods(["GET", "HEAD", "POST"])
@owner_page
def clarification(
    request: HttpRequest, *, recipient: Recipient, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Ask about one item or in general; tell what was asked and answered so far."""
    initial = {"item": request.GET.get("data", "")}
    form = AskForm(_posted(request), subject=recipient, actor=actor, at=at, initial=initial)
    status = HTTPStatus.OK
    if form.is_bound:
        status = take_small(
            request,
            form,
            deed="ask_clarification",
            do=conversation.ask_clarification,
            bystander=partial(conversation.refuse_asking, recipient, actor),
            said=_("Pertanyaan Anda terkirim."),
        )
        if status == HTTPStatus.FOUND:
            return redirect("web:owner_clarification", public_id=recipient.public_id)
    context = _page(recipient, actor, at, title=wording.TALK_TITLES["ask_clarification"])
    return render(request, "owner/clarification.html", {**context, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@owner_page
def extension(
    request: HttpRequest, *, recipient: Recipient, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Ask for more days, once; then tell what became of it."""
    form = ExtensionForm(_posted(request), subject=recipient, actor=actor, at=at)
    status = HTTPStatus.OK
    if form.is_bound:
        status = take_small(
            request,
            form,
            deed="request_extension",
            do=extensions.request_extension,
            bystander=partial(extensions.refuse_extending, recipient, actor, at=at),
            said=_("Permintaan Anda dikirim."),
        )
        if status == HTTPStatus.FOUND:
            return redirect("web:owner_extension", public_id=recipient.public_id)
    context = _page(recipient, actor, at, title=wording.TALK_TITLES["request_extension"])
    return render(request, "owner/extension.html", {**context, "form": form}, status=status)


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _page(recipient: Recipient, actor: Actor, at: datetime, *, title: Any) -> dict[str, Any]:
    tasks = reverse("web:owner_tasks", args=[recipient.public_id])
    return {
        **frame_of(recipient),
        "crumbs": [(_("Daftar tugas"), tasks), (title, "")],
        "header": {"title": title, "meta": [recipient.data_owner.name]},
        "tasks_url": tasks,
        "next_url": owner_view.next_url(recipient) or tasks,
        "deadline": owner_view.deadline_of(recipient, at=at),
        "letter_document": recipient.signed_letter(),
        "blank_pdf_url": owner_view.blank_pdf_url(recipient),
        "conversation": conversations.context_of(recipient, actor=actor, at=at),
    }
