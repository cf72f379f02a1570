"""How does staff send the letter once more to every owner who has not confirmed it?"""

from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from requests_app.models import DataRequest, Recipient
from requests_app.services import people, resending
from requests_app.services.resending import Silent
from requests_app.services.workflow import Refused, log_refusal, take_once, was_pressed
from requests_app.sop.roles import Actor
from requests_app.web import presenters
from requests_app.web.access import actors_here, refuse_a_wrong_clock, request_page
from requests_app.web.addresses import recipient_step_url
from requests_app.web.pages.page import status_of
from requests_app.web.presenters import Button
from requests_app.web.presses import press_of

TITLE = gettext_lazy("Kirim ulang ke semua")


class LettersForm(forms.Form):
    """To whom the letter goes once more; each choice carries the version it was offered from."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    letters = forms.MultipleChoiceField(
        label=gettext_lazy("Kirim ulang kepada"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Pilih paling sedikit satu pemilik data."),
            "invalid_choice": gettext_lazy("Halaman ini sudah berubah. Muat ulang halaman ini."),
        },
    )

    def __init__(self, *args: Any, ready: list[Recipient], version: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [
            (f"{one.number}:{one.version}", f"{one.data_owner.name}, {one.sent_to}")
            for one in ready
        ]
        letters: Any = self.fields["letters"]
        letters.choices = offered
        self.initial = {"letters": [key for key, _label in offered], "version": version}

    def chosen(self) -> dict[int, int]:
        """Give the numbers of the chosen recipients with the versions they were offered from."""
        pairs = (key.split(":") for key in self.cleaned_data["letters"])
        return {int(number): int(version) for number, version in pairs}


@require_http_methods(["GET", "HEAD", "POST"])
@request_page
def resend_all(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Show whose letter is not confirmed, and send it again to those that are ticked."""
    actor = _sender(request, data_request, at) or actor
    silent = resending.silent_ones(data_request, at=at)
    ready = [one.recipient for one in silent if not one.reason]
    posted = request.POST if request.method == "POST" else None
    form = LettersForm(posted, ready=ready, version=data_request.version)
    status = HTTPStatus.OK
    if posted is not None:
        status = _take(request, form, data_request, actor, at)
        if status == HTTPStatus.FOUND:
            return redirect("web:request", public_id=data_request.public_id)
    context = {
        "nav": "requests",
        "data_request": data_request,
        "form": form,
        "ready": ready,
        "left_out": [_left_out(one) for one in silent if one.reason],
        "button": _button(data_request, actor, at),
        "crumbs": presenters.crumbs(data_request, str(TITLE)),
        "header": {"title": TITLE, "meta": [data_request.title]},
    }
    return render(request, "requests/resend.html", context, status=status)


def _sender(request: HttpRequest, data_request: DataRequest, at: datetime) -> Actor | None:
    return people.choose(
        actors_here(request, at),
        role=data_request.role_of("send_letter"),
        section_id=data_request.section_id,
    )


def _take(
    request: HttpRequest, form: LettersForm, data_request: DataRequest, actor: Actor, at: datetime
) -> HTTPStatus:
    """Send what was ticked; FOUND when it is done, else the status of the page that says why not.

    A second click is known by its press: the choices of the first have gone stale by then.
    """
    press = press_of(request, actor=actor)
    if was_pressed(subject=data_request, press=press):
        messages.info(request, _("Tindakan ini sudah tersimpan."))
        return HTTPStatus.FOUND
    try:
        resending.ready_ones(data_request, actor=actor, at=at)
        if not form.is_valid():
            return HTTPStatus.UNPROCESSABLE_ENTITY
        refuse_a_wrong_clock(at)
        resend = partial(resending.resend_letters, subject=data_request, actor=actor, at=at)
        take = partial(resend, letters=form.chosen())
        sent = take_once(subject=data_request, press=press, take=take)
    except Refused as refusal:
        log_refusal(subject=data_request, deed="resend_letter", actor=actor, refusal=refusal)
        form.add_error(None, str(refusal))
        return status_of(refusal)
    said = ngettext(
        "Surat dikirim ulang kepada {n} pemilik data.",
        "Surat dikirim ulang kepada {n} pemilik data.",
        len(sent),
    )
    messages.success(request, said.format(n=len(sent)))
    return HTTPStatus.FOUND


def _button(data_request: DataRequest, actor: Actor, at: datetime) -> Button:
    reason = ""
    try:
        resending.ready_ones(data_request, actor=actor, at=at)
    except Refused as refusal:
        reason = str(refusal)
    return Button("resend_letter", _("Kirim ulang"), allowed=not reason, reason=reason)


def _left_out(silent: Silent) -> dict[str, str]:
    """Name a letter that must be sent from its own page, and why."""
    recipient = silent.recipient
    public_id = recipient.data_request.public_id
    return {
        "name": recipient.data_owner.name,
        "reason": silent.reason,
        "href": recipient_step_url(public_id, recipient.number, "6"),
    }
