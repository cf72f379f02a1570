"""Who else of the owner's people works on the answer? Passing the link on, and taking over."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from requests_app.models import Recipient
from requests_app.services import forwarding
from requests_app.services.workflow import Refused, take_once, was_pressed
from requests_app.sop.roles import Actor
from requests_app.web import letter_status
from requests_app.web.access import refuse_a_wrong_clock
from requests_app.web.forms.colleagues import ColleagueForm, ForwardForm, RespondentForm
from requests_app.web.owner import frame_of, owner_page
from requests_app.web.pages.page import status_of
from requests_app.web.presses import press_of


@require_http_methods(["GET", "HEAD", "POST"])
@owner_page
def forward(
    request: HttpRequest, *, recipient: Recipient, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Mail the link to a colleague, and tell what became of earlier mails."""
    form = ForwardForm(_posted(request), recipient=recipient)
    status = HTTPStatus.OK
    if form.is_bound:
        take = partial(forwarding.forward_link, subject=recipient, actor=actor, at=at)
        status = _take(request, form, take, recipient, actor, at)
        if status == HTTPStatus.FOUND:
            return redirect("web:owner_forward", public_id=recipient.public_id)
    context = {
        **_page(recipient, form, _("Teruskan kepada rekan")),
        "forwards": letter_status.forward_rows(recipient),
    }
    return render(request, "owner/forward.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@owner_page
def respondent(
    request: HttpRequest, *, recipient: Recipient, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Change who fills in."""
    form = RespondentForm(_posted(request), recipient=recipient)
    status = HTTPStatus.OK
    if form.is_bound:
        take = partial(forwarding.name_respondent, subject=recipient, actor=actor, at=at)
        status = _take(request, form, take, recipient, actor, at)
        if status == HTTPStatus.FOUND:
            return redirect("web:owner_tasks", public_id=recipient.public_id)
    context = _page(recipient, form, _("Yang mengisi"))
    return render(request, "owner/respondent.html", context, status=status)


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _take(
    request: HttpRequest,
    form: ColleagueForm,
    take: Callable[..., Any],
    recipient: Recipient,
    actor: Actor,
    at: datetime,
) -> HTTPStatus:
    """Do what was pressed; FOUND when it is done, else the status of the page that says why not."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    press = press_of(request, actor=actor)
    try:
        refuse_a_wrong_clock(at)
        take_once(subject=recipient, press=press, take=partial(take, **form.facts()))
    except Refused as refusal:
        if was_pressed(subject=recipient, press=press):
            messages.info(request, _("Tindakan ini sudah tersimpan."))
            return HTTPStatus.FOUND
        form.add_error(None, str(refusal))
        return status_of(refusal)
    messages.success(request, _said(form))
    return HTTPStatus.FOUND


def _said(form: ColleagueForm) -> str:
    if isinstance(form, ForwardForm):
        return _(
            "Tautan diteruskan ke {alamat}. Sampaikan kode akses melalui telepon atau saluran "
            "lain selain surel."
        ).format(alamat=form.cleaned_data["address"])
    return _("Yang mengisi sekarang: {nama}.").format(nama=form.cleaned_data["name"])


def _page(recipient: Recipient, form: ColleagueForm, title: str) -> dict[str, Any]:
    tasks = reverse("web:owner_tasks", args=[recipient.public_id])
    return {
        **frame_of(recipient),
        "form": form,
        "tasks_url": tasks,
        "crumbs": [(_("Daftar tugas"), tasks), (title, "")],
        "header": {"title": title, "meta": [recipient.data_owner.name]},
    }
