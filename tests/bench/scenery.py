"""What stands on the stage of the bench? The demo's requests, and copies of them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from requests_app.management.demo import history
from requests_app.models import DataRequest, Recipient, User
from requests_app.services import people, workflow
from requests_app.sop.roles import Role
from requests_app.web import owner
from tests.bench import deed, http

PEOPLE = ("kasi", "staf", "kepala")
OWNER_STATES = ("receive_letter", "process_request", "deliver_data")
DEED = "accept_report"


@dataclass(frozen=True)
class Pair:
    """The same deed on two like subjects."""

    first: Callable[[], object]
    second: Callable[[], object]


def build(*, requests: int) -> None:
    """Load the demo, and copy its requests until there are as many as asked."""
    call_command("createcachetable", verbosity=0)
    made = history.load(password="sandi-uji-panjang-1", now=timezone.now())
    call_command("make_requests", requests - made, verbosity=0)


def pages() -> dict[str, list[http.Page]]:
    """List the pages to ask for; the kinds are asked for in turn, their pages round about."""
    cookies = [cookie_of(User.objects.get(username=name)) for name in PEOPLE]
    requests = [
        DataRequest.objects.filter(state=state).latest("pk")
        for state in sorted(set(DataRequest.objects.values_list("state", flat=True)))
    ]
    return {
        "floor": [http.Page("floor", "/lantai/", cookie) for cookie in cookies],
        "framed": [http.Page("framed", "/lantai/bingkai/", cookie) for cookie in cookies],
        "inbox": [http.Page("inbox", "/", cookie) for cookie in cookies],
        "list": [http.Page("list", reverse("web:requests"), cookie) for cookie in cookies],
        "request": [
            http.Page("request", reverse("web:request", args=[one.public_id]), cookies[0])
            for one in requests
        ],
        "owner": [_owner_page(state) for state in OWNER_STATES],
        "work": [_owner_page("process_request", work=True)],
    }


def cookie_of(user: User) -> str:
    """Log a person in."""
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _owner_page(state: str, *, work: bool = False) -> http.Page:
    """Open a page of an owner as a browser that has typed the access code: the tasks, or row 7a."""
    recipient = Recipient.objects.filter(
        state=state, data_request__state__in=OWNER_STATES, links__revoked_at=None
    ).earliest("pk")  # the links of copies may have expired
    link: Any = recipient.live_link()
    session = SessionStore()
    session[owner.OPENED] = {str(recipient.public_id): link.pk}
    session.create()
    path = reverse("web:owner_tasks", args=[recipient.public_id])
    if work:
        path = reverse("web:owner_step", args=[recipient.public_id, "7a"])
    return http.Page("owner", path, f"{settings.SESSION_COOKIE_NAME}={session.session_key}")


def queries(application: http.Application, page: http.Page) -> int:
    """Count the queries of a page."""
    with deed.recording() as sent:
        http.get(application, page)
    return sum(1 for sql, _params in sent if "SAVEPOINT" not in sql)


def deeds() -> list[Pair]:
    """Pair the reports that wait for the head: one is accepted by `perform`, one barely."""
    at = timezone.now()
    head: Any = people.actor_for(User.objects.get(username="kepala"), at=at, role=Role.AGENCY_HEAD)
    waiting = DataRequest.objects.filter(state=DEED).select_related("office", "edition")
    acts = [
        partial(workflow.perform, subject=subject, deed=DEED, actor=head, at=at)
        for subject in waiting.order_by("pk")
    ]
    return [Pair(first, second) for first, second in zip(acts[::2], acts[1::2], strict=False)]
