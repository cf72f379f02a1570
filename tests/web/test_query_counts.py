"""How often does a page ask the database? As often among 60 requests as among 16, at most 12."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from requests_app.models import DataRequest, Recipient
from requests_app.services import letters, requests, synthetic
from requests_app.sop.roles import Role
from requests_app.sop.steps import STEPS, Scope, Step
from requests_app.web import owner
from tests.factories import World, data_request_at, fresh, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]

MOST = 12
MANY = 60
WHO = ("section_head", "staff", "agency_head")
LISTS = ("", "?giliran=staff&terlambat=ya", "?cari=data&urut=tenggat")
KINDS = ("inbox", "list", "owner", *(f"request in {step.key}" for step in STEPS))


@dataclass(frozen=True)
class Count:
    """How many queries a page made among few requests, and among many."""

    page: str
    few: int
    many: int


@pytest.fixture(scope="module")
def counts(
    untypeset: None, django_db_setup: None, django_db_blocker: Any
) -> Iterator[dict[str, list[Count]]]:
    """Count on every page, with a request at each row; then with many of each."""
    with django_db_blocker.unblock(), transaction.atomic():
        try:
            yield _counted(make_world())
        finally:
            transaction.set_rollback(True)


def _counted(world: World) -> dict[str, list[Count]]:
    originals = {step: standing_in(step, world) for step in STEPS}
    pages = pages_of(world, originals)
    few = {page: queries_of(*door) for page, door in pages.items()}
    synthetic.multiply(originals=list(originals.values()), count=MANY - len(originals))
    counts: dict[str, list[Count]] = {}
    for page, door in pages.items():
        kind = page.partition(":")[0]
        counts.setdefault(kind, []).append(Count(page, few[page], queries_of(*door)))
    return counts


def pages_of(world: World, originals: dict[Step, DataRequest]) -> dict[str, tuple[Client, str]]:
    """Give everybody's way to every page, named by its kind and by who looks."""
    clients = {who: signed_in(world, who) for who in WHO}
    staff = clients["staff"]
    pages = {f"inbox: {who}": (client, reverse("web:inbox")) for who, client in clients.items()}
    pages |= {f"list: {query}": (staff, reverse("web:requests") + query) for query in LISTS}
    for step, data_request in originals.items():
        kind, place = f"request in {step.key}", [data_request.public_id]
        pages[f"{kind}: request page"] = (staff, reverse("web:request", args=place))
        address = reverse("web:step", args=[*place, step.segment])
        if step.scope is Scope.RECIPIENT:
            address = reverse("web:recipient_step", args=[*place, 1, step.segment])
        pages |= {f"{kind}: {who}": (client, address) for who, client in clients.items()}
        if step.role is Role.DATA_OWNER:
            recipient = data_request.recipients.get(number=1)
            door = behind_the_link(recipient)
            own = [recipient.public_id]
            pages[f"owner: {step.key}"] = (door, reverse("web:owner_tasks", args=own))
            own_step = reverse("web:owner_step", args=[*own, step.segment])
            pages[f"{kind}: data owner"] = (door, own_step)
    return pages


def standing_in(step: Step, world: World) -> DataRequest:
    """Walk a request of two owners to a row; to the decision by giving all owners up."""
    if step.key != "review_refusals":
        return data_request_at(step.key, world=world, recipients=2)[1]
    _world, data_request = data_request_at("process_request", world=world, recipients=2)
    for recipient in data_request.recipients.order_by("number"):
        requests.waive(
            subject=recipient,
            actor=world.actor(Role.SECTION_HEAD),
            at=world.tick(),
            reason="Data tidak lagi dibutuhkan.",
        )
    return fresh(data_request)


def queries_of(client: Client, url: str) -> int:
    """Count the queries of a page that is asked for a second time, when what is kept is kept."""
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries)


def signed_in(world: World, who: str) -> Client:
    """Log one of the office's people in."""
    client = Client()
    client.force_login(getattr(world, who))
    return client


def behind_the_link(recipient: Recipient) -> Client:
    """Let a browser have opened a data owner's link."""
    link: Any = recipient.live_link()
    client = Client()
    session = client.session
    session[owner.OPENED] = {str(recipient.public_id): link.pk}
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_asks_as_often_among_many_as_among_few(
    counts: dict[str, list[Count]], kind: str
) -> None:
    assert counts[kind]
    assert [one for one in counts[kind] if one.few != one.many] == []
    assert [one for one in counts[kind] if one.many > MOST] == []


@pytest.mark.parametrize(
    ("state", "place"),
    [
        ("process_data", ""),
        ("process_data", "langkah/10/"),
        ("report_usage", "langkah/12/"),
        ("report_usage", "langkah/12/?halaman=semua"),
    ],
)
def test_a_page_asks_as_often_for_three_owners_as_for_one(state: str, place: str) -> None:
    world = make_world(owners=3)
    client = signed_in(world, "staff")
    asked = {}
    for recipients in (1, 3):
        _world, data_request = data_request_at(state, world=world, recipients=recipients)
        home = reverse("web:request", args=[data_request.public_id])
        asked[recipients] = queries_of(client, f"{home}{place}")
    assert asked[1] == asked[3]


def test_a_letter_that_came_back_asks_no_more_when_it_is_verified_again() -> None:
    world, data_request = data_request_at("sign_letter", recipients=2)
    letters.return_to_draft(
        subject=data_request,
        actor=world.actor(Role.AGENCY_HEAD),
        at=world.tick(),
        reason="Isi surat belum menyebut tahun data.",
    )
    letters.draft_letter(
        subject=fresh(data_request), actor=world.actor(Role.STAFF), at=world.tick()
    )
    url = reverse("web:step", args=[data_request.public_id, "4"])
    asked = {who: queries_of(signed_in(world, who), url) for who in WHO}
    assert max(asked.values()) <= MOST, asked
