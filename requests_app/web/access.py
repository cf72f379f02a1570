"""Who stands before which page, and may this person see it?

Decorators that load, authorise and hand over: a view receives what it may touch, and nothing else.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, NoReturn
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.models import DataRequest, Position, Recipient, User
from requests_app.models.people import positions_of
from requests_app.services import people
from requests_app.services.workflow import NotReady, Subject
from requests_app.sop.office_hours import Calendar
from requests_app.sop.roles import Actor, Role
from requests_app.sop.steps import Scope, Step, by_segment

security_log = logging.getLogger("security")
CLOCK_TOLERANCE_SECONDS = 60

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Who stands before which step of which subject, and when."""

    request: HttpRequest
    subject: Subject
    step: Step
    actor: Actor
    at: datetime

    @property
    def data_request(self) -> DataRequest:
        """Give the request, whether the step is its own or a recipient's."""
        subject = self.subject
        return subject.data_request if isinstance(subject, Recipient) else subject

    @property
    def recipient(self) -> Recipient | None:
        """Give the recipient where the step is a recipient's."""
        return self.subject if isinstance(self.subject, Recipient) else None


def staff_page(view: View) -> View:
    """Hand over `actor` and `at` to a page for people of an office.

    Without a valid position there is nothing to see but a sentence that says so (403); who keeps
    the office's settings has a home in the admin.
    """

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        at = timezone.now()
        actor = people.choose(actors_here(request, at))
        if actor is None:
            if request.path == reverse("web:inbox") and user_of(request).is_staff:
                return redirect("admin:index")
            return render(request, "no_position.html", status=403)
        return view(request, *args, actor=actor, at=at, **kwargs)

    return guarded


def request_page(view: View) -> View:
    """Hand over `data_request`, found among what the actor may see; 404 for strangers."""

    @staff_page
    @wraps(view)
    def guarded(
        request: HttpRequest, *, public_id: UUID, actor: Actor, at: datetime, **kwargs: Any
    ) -> HttpResponseBase:
        data_request = find_request(public_id, actor)
        data_request.office = positions_here(request, at)[0].office
        return view(request, data_request=data_request, actor=actor, at=at, **kwargs)

    return guarded


def step_page(view: View) -> View:
    """Hand over the `Visit` of a step's page; the actor is the one whose role the step asks for."""

    @staff_page
    @wraps(view)
    def guarded(
        request: HttpRequest,
        *,
        public_id: UUID,
        segment: str,
        actor: Actor,
        at: datetime,
        number: int | None = None,
    ) -> HttpResponseBase:
        step = find_step(segment)
        subject: Subject
        if number is None:
            subject = data_request = find_request(public_id, actor)
            if step.scope is Scope.RECIPIENT:
                return redirect("web:request", public_id=public_id)
        elif step.scope is Scope.RECIPIENT:
            subject = find_recipient(public_id, number, actor)
            data_request = subject.data_request
        else:
            raise Http404
        subject.office = data_request.office = positions_here(request, at)[0].office
        who = user_of(request)
        _lend(data_request, who)
        fitting = people.choose(
            actors_here(request, at),
            role=data_request.role_of(step.key),
            section_id=data_request.section_id,
            post=_awaited_post(data_request, step),
        )
        visit = Visit(request=request, subject=subject, step=step, actor=fitting or actor, at=at)
        return view(visit)

    return guarded


def _lend(data_request: DataRequest, who: User) -> None:
    """Lend a request what came along with the person: its forms and its letter ask for it again."""
    data_request.kept(f"user:{who.pk}", lambda: who)
    if who.held is not None:
        heads = [one for one in who.held if one.role == Role.AGENCY_HEAD]
        data_request.kept("heads", lambda: heads)


def _awaited_post(data_request: DataRequest, step: Step) -> str:
    """Name the post whose initial is next, where the office asks for several in row 4."""
    if step.key != "verify_letter" or not data_request.office.initial_titles:
        return ""
    version = data_request.newest_version()
    return "" if version is None else version.awaited_post()


def actors_here(request: HttpRequest, at: datetime) -> list[Actor]:
    """List whom the person behind this request may be now; asked once per request."""
    return [position.as_actor() for position in positions_here(request, at)]


def positions_here(request: HttpRequest, at: datetime) -> list[Position]:
    """List the valid positions of the person behind this request; asked once per request."""
    kept: list[Position] | None = getattr(request, "_positions", None)
    if kept is None:
        user = user_of(request)
        kept = positions_of(user, at)
        if kept:
            user.office = kept[0].office  # it came along; the frame of the page asks for it
        request._positions = kept  # type: ignore[attr-defined]
    return kept


def calendar_here(request: HttpRequest, at: datetime) -> Calendar:
    """Give the calendar of the office in which the person behind this request works."""
    return positions_here(request, at)[0].office.calendar.as_plain()


def find_step(segment: str) -> Step:
    """Find the step of a URL segment; 404 where there is none."""
    try:
        return by_segment(segment)
    except KeyError as error:
        raise Http404 from error


def find_request(public_id: UUID, actor: Actor) -> DataRequest:
    """Find a request among those the actor may see; a stranger's attempt is logged."""
    try:
        found = DataRequest.objects.visible_to(actor).with_edition().get(public_id=public_id)
    except DataRequest.DoesNotExist:
        _refuse_stranger(public_id, actor)
    found.keeps_rows = True
    return found


def find_recipient(public_id: UUID, number: int, actor: Actor) -> Recipient:
    """Find a recipient by its number within a request, and the request with it."""
    visible = Recipient.objects.visible_to(actor).with_request()
    try:
        found = visible.get(data_request__public_id=public_id, number=number)
    except Recipient.DoesNotExist:
        _refuse_stranger(public_id, actor)
    found.data_request.keeps_rows = True
    return found


def _refuse_stranger(public_id: UUID, actor: Actor) -> NoReturn:
    security_log.warning("not visible request=%s actor_user=%s", public_id, actor.user_id)
    raise Http404


def user_of(request: HttpRequest) -> User:
    """Give the account behind a page that only people with an account reach."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def refuse_a_wrong_clock(at: datetime) -> None:
    """Refuse deeds while this machine's clock and the database's differ by more than a minute."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (database_time,) = cursor.fetchone()
    if abs((database_time - at).total_seconds()) > CLOCK_TOLERANCE_SECONDS:
        raise NotReady(_("Jam sistem tidak cocok. Hubungi pengelola sistem."))
