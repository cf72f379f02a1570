"""Which letters wait for this person's signature, and how are several signed with one proof?

Each letter is signed by itself, whole or not at all, so that this page may be closed at any time.
What has been opened is remembered in the session: an unread letter cannot be chosen.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from requests_app.models import DataRequest, Initial, RequestedItem, SigningAttempt
from requests_app.services import attempts, routes, signatures
from requests_app.services.workflow import Refused, was_pressed
from requests_app.sop.roles import Actor
from requests_app.web import accounts, presenters
from requests_app.web.access import (
    actors_here,
    calendar_here,
    positions_here,
    refuse_a_wrong_clock,
    staff_page,
    user_of,
)
from requests_app.web.addresses import step_url
from requests_app.web.forms.sign import MOST_AT_ONCE, BatchForm
from requests_app.web.inbox import editions_of

STEP: Final = "sign_letter"
READ: Final = "letters_read"
"""Where the session keeps which content of which letter was opened."""
MOST_REMEMBERED: Final = 200
LISTED: Final = 50
TOLD_FOR: Final = timedelta(hours=12)
"""How long this page tells what became of a signature."""


def remember_reading(request: HttpRequest, data_request: DataRequest, content_hash: str) -> None:
    """Remember that this very content was opened here; the newest letters only."""
    read = dict(request.session.get(READ, {}))
    read.pop(str(data_request.public_id), None)
    read[str(data_request.public_id)] = content_hash
    request.session[READ] = dict(list(read.items())[-MOST_REMEMBERED:])


def waiting_for(actors: Sequence[Actor], office_id: int) -> list[DataRequest]:
    """List the letters that wait for one of these actors' signature, first due first."""
    editions = editions_of(office_id)
    found = (
        DataRequest.objects.awaiting(*actors, editions=editions.values())
        .filter(state=STEP)
        .annotate(
            addressees=Count("recipients", filter=Q(recipients__state="send_letter"), distinct=True)
        )
        .order_by("due_at", "pk")[:LISTED]
    )
    letters = list(found)
    for data_request in letters:
        data_request.edition = editions[data_request.edition_id]
    return letters


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def signing_desk(request: HttpRequest, *, actor: Actor, at: datetime) -> HttpResponseBase:
    """Show what waits for a signature; sign what was chosen, and say what became of each."""
    actors = actors_here(request, at)
    waiting = waiting_for(actors, actor.office_id or 0)
    for data_request in waiting:
        data_request.office = positions_here(request, at)[0].office
    lines = _lines(request, waiting, at)
    capacities = _capacities(actors, waiting)
    form = BatchForm(
        request.POST if request.method == "POST" else None,
        user=user_of(request),
        capacities=capacities,
        choices=[(line["key"], line["title"]) for line in lines if line["is_read"]],
        initial={"batch": secrets.token_hex(16)},
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        if form.is_valid():
            chosen = set(form.cleaned_data["letters"])
            chosen_letters = [one for one in waiting if str(one.public_id) in chosen]
            _sign_each(request, chosen_letters, form, capacities)
            return redirect("web:signing_desk")
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {
        "nav": "inbox",
        "header": {"title": _("Tanda tangani surat")},
        "form": form,
        "lines": lines,
        "unread": next((line for line in lines if not line["is_read"]), None),
        "readable": sum(line["is_read"] for line in lines),
        "most": MOST_AT_ONCE,
        "kind": routes.route_of(positions_here(request, at)[0].office).signature.label,
        "told": _told(request, at),
    }
    return render(request, "signing/desk.html", context, status=status)


def _capacities(actors: Sequence[Actor], waiting: Sequence[DataRequest]) -> list[Actor]:
    """List the positions in which this person may sign what waits here."""
    asked = {data_request.role_of(STEP) for data_request in waiting}
    return [one for one in actors if one.role in asked]


@sensitive_variables("form", "passphrase")
def _sign_each(
    request: HttpRequest,
    chosen: Sequence[DataRequest],
    form: BatchForm,
    capacities: Sequence[Actor],
) -> None:
    """Sign letter after letter, each by its own deed; one that fails stops no other.

    A wrong passphrase does: a provider locks out who brings it again and again.
    """
    picked = form.cleaned_data.get("position")
    actor = next((one for one in capacities if str(one.position_id) == picked), capacities[0])
    passphrase = form.cleaned_data["passphrase"]
    read = request.session.get(READ, {})
    signed = 0
    for data_request in chosen:
        key = str(data_request.public_id)
        press = f"{form.cleaned_data['batch'][:27]}/{key}"
        moment = timezone.now()
        try:
            refuse_a_wrong_clock(moment)
            signatures.sign_letter(
                subject=data_request,
                actor=actor,
                at=moment,
                content_hash=read[key],
                affirmed=form.cleaned_data["affirmed"],
                passphrase=passphrase,
                press=press,
            )
        except Refused as refusal:
            if isinstance(refusal, attempts.BeingSigned):
                attempts.await_end(data_request=data_request, press=press)
            if not was_pressed(subject=data_request, press=press):
                messages.error(request, f"{data_request.title}: {refusal}")
                if isinstance(refusal, routes.WrongPassphrase):
                    break
                continue
        signed += 1
    if signed:
        accounts.forget_tries(actor.user_id)
        done = ngettext("{n} surat ditandatangani.", "{n} surat ditandatangani.", signed)
        messages.success(request, done.format(n=signed))


def _lines(
    request: HttpRequest, waiting: Sequence[DataRequest], at: datetime
) -> list[dict[str, Any]]:
    """Say of each letter what its signer must know first, and whether it was opened."""
    keys = [data_request.pk for data_request in waiting]
    initials = {
        initial.version.letter.data_request_id: initial
        for initial in Initial.objects.standing()
        .filter(version__letter__data_request__in=keys, version__letter__status="live")
        .select_related("version__letter")
        .order_by("version__number", "at", "pk")
    }
    personal = set(
        RequestedItem.objects.filter(data_request__in=keys)
        .exclude(personal_data=RequestedItem.PersonalData.NONE)
        .values_list("data_request", flat=True)
    )
    failed = _failures(keys)
    read = request.session.get(READ, {})
    calendar = calendar_here(request, at)
    lines = []
    for data_request in waiting:
        key, initial = str(data_request.public_id), initials.get(data_request.pk)
        lines.append(
            {
                "key": key,
                "title": data_request.title,
                "href": step_url(data_request.public_id, "5"),
                "addressees": data_request.addressees,  # type: ignore[attr-defined]
                "initial": initial,
                "has_personal_data": data_request.pk in personal,
                "sensitivity": data_request.get_sensitivity_display(),
                "is_sensitive": data_request.sensitivity != DataRequest.Sensitivity.ORDINARY,
                "is_read": initial is not None and read.get(key) == initial.content_hash,
                "failure": failed.get(data_request.pk, ""),
                "clock": presenters.clock_of(data_request, at=at, calendar=calendar),
            }
        )
    return lines


def _failures(keys: Sequence[int]) -> dict[int, str]:
    """Tell why the newest try of each letter failed."""
    newest = (
        SigningAttempt.objects.filter(data_request__in=keys)
        .order_by("data_request_id", "-started_at", "-pk")
        .distinct("data_request_id")
    )
    return {one.data_request_id: one.why for one in newest}


def _told(request: HttpRequest, at: datetime) -> list[dict[str, Any]]:
    """List what this person has signed lately, from the record and not from the browser."""
    signed = (
        SigningAttempt.objects.filter(
            kind=SigningAttempt.Kind.LETTER,
            position__user=user_of(request),
            outcome=SigningAttempt.Outcome.SIGNED,
            ended_at__gte=at - TOLD_FOR,
        )
        .select_related("number", "data_request")
        .order_by("-ended_at", "-pk")[:MOST_AT_ONCE]
    )
    return [
        {
            "title": one.data_request.title,
            "number": one.number.text,
            "at": one.ended_at,
            "href": step_url(one.data_request.public_id, "5"),
        }
        for one in signed
    ]
