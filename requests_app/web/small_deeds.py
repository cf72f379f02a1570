"""How is the one deed of a small page done: pressed once, refused with its sentence, kept typed?"""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from requests_app.services.workflow import Refused, log_refusal, take_first, was_pressed
from requests_app.web.access import refuse_a_wrong_clock
from requests_app.web.forms.base import DeedForm
from requests_app.web.pages.page import status_of
from requests_app.web.presses import press_of


def take_small(
    request: HttpRequest,
    form: DeedForm,
    *,
    deed: str,
    do: Callable[..., Any],
    bystander: Callable[[], None],
    said: str,
) -> HTTPStatus:
    """Do what was pressed; FOUND when it is done, else the status of the page that says why not.

    `bystander` raises for whoever may not do it now, before anything is told to be missing. The
    second click of one person leads to the result of the first.
    """
    press = press_of(request, actor=form.actor)
    try:
        if not form.is_valid():
            bystander()
            form.ask_for_files_again()
            return HTTPStatus.UNPROCESSABLE_ENTITY
        refuse_a_wrong_clock(form.at)
        take = partial(do, subject=form.subject, actor=form.actor, at=form.at, **form.facts())
        take_first(subject=form.subject, press=press, take=take)
    except Refused as refusal:
        if was_pressed(subject=form.subject, press=press):
            messages.info(request, _("Tindakan ini sudah tersimpan."))
            return HTTPStatus.FOUND
        log_refusal(subject=form.subject, deed=deed, actor=form.actor, refusal=refusal)
        form.tell_refusal(refusal)
        form.subject.refresh_from_db()
        form.renew(form.subject.version)
        return status_of(refusal)
    messages.success(request, said)
    return HTTPStatus.FOUND
