"""How often does a page ask the database? As often for 50 requests as for 5, and never above 12."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from requests_app.models import DataRequest, Recipient
from requests_app.services import letters, requests, synthetic
from requests_app.sop.roles import Role
from requests_app.sop.steps import STEPS, Scope, Step
from requests_app.web import owner
from tests.factories import World, data_request_at, fresh, make_world

pytestmark = pytest.mark.django_db

MOST = 12
STATES = ("list_needs", "verify_letter", "process_request", "receive_data", "process_data")
WHO = ("section_head", "staff", "agency_head")


@pytest.fixture
def world() -> World:
    """An office with five requests, some with three owners."""
    world = make_world()
    for place, state in enumerate(STATES):
        data_request_at(state, world=world, recipients=1 + 2 * (place % 2))
    return world


def more(world: World) -> None:
    """Let there be fifty requests."""
    originals = list(DataRequest.objects.filter(office=world.office).order_by("pk"))
    synthetic.multiply(originals=originals, count=50 - len(originals))


def queries_of(client: Client, url: str) -> int:
    """Count the queries of a page that is asked for a second time, when what is kept is kept."""
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(
        connection,
    ) as captured:
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


def assert_constant(world: World, count: Callable[[], int]) -> None:
    """Count at five requests and at fifty."""
    few = count()
    more(world)
    many = count()
    assert few == many
    assert many <= MOST


@pytest.mark.parametrize("who", WHO)
def test_the_inbox_asks_as_often_for_many_as_for_few(world: World, who: str) -> None:
    client = signed_in(world, who)
    assert_constant(world, lambda: queries_of(client, reverse("web:inbox")))


@pytest.mark.parametrize("query", ["", "?giliran=staff&terlambat=ya", "?cari=data&urut=tenggat"])
def test_the_list_asks_as_often_for_many_as_for_few(world: World, query: str) -> None:
    client = signed_in(world, "staff")
    assert_constant(world, lambda: queries_of(client, reverse("web:requests") + query))


@pytest.mark.parametrize("state", STATES)
def test_a_request_asks_as_often_among_many_as_among_few(world: World, state: str) -> None:
    client = signed_in(world, "staff")
    data_request = DataRequest.objects.get(office=world.office, state=state)
    url = reverse("web:request", args=[data_request.public_id])
    assert_constant(world, lambda: queries_of(client, url))


def test_a_request_asks_as_often_for_three_owners_as_for_one(world: World) -> None:
    client = signed_in(world, "staff")
    asked = {}
    for recipients in (1, 3):
        _world, data_request = data_request_at("process_data", world=world, recipients=recipients)
        url = reverse("web:request", args=[data_request.public_id])
        asked[recipients] = queries_of(client, url)
    assert asked[1] == asked[3]


@pytest.mark.parametrize(
    ("state", "place"),
    [("process_data", "10/"), ("report_usage", "12/"), ("report_usage", "12/?halaman=semua")],
)
def test_a_step_asks_as_often_for_three_owners_as_for_one(
    world: World, state: str, place: str
) -> None:
    client = signed_in(world, "staff")
    asked = {}
    for recipients in (1, 3):
        _world, data_request = data_request_at(state, world=world, recipients=recipients)
        home = reverse("web:request", args=[data_request.public_id])
        asked[recipients] = queries_of(client, f"{home}langkah/{place}")
    assert asked[1] == asked[3]


def test_an_owners_page_asks_as_often_among_many_as_among_few(world: World) -> None:
    recipient = Recipient.objects.filter(office=world.office, state="process_request").first()
    assert recipient is not None
    client = behind_the_link(recipient)
    url = reverse("web:owner_tasks", args=[recipient.public_id])
    assert_constant(world, lambda: queries_of(client, url))


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.key)
def test_a_step_asks_as_often_among_many_as_among_few(world: World, step: Step) -> None:
    doors = doors_of(step, world)
    few = {who: queries_of(client, url) for who, (client, url) in doors.items()}
    more(world)
    many = {who: queries_of(client, url) for who, (client, url) in doors.items()}
    assert few == many
    assert max(many.values()) <= MOST, many


def test_a_letter_that_came_back_asks_no_more_when_it_is_verified_again(world: World) -> None:
    _world, data_request = data_request_at("sign_letter", world=world, recipients=2)
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


def doors_of(step: Step, world: World) -> dict[str, tuple[Client, str]]:
    """Walk a request with two owners to a step; give everybody's way to its page.

    Those of the office all see it; the owner whose turn it is has a door of the own.
    """
    data_request = standing_in(step, world)
    if step.scope is Scope.REQUEST:
        url = reverse("web:step", args=[data_request.public_id, step.segment])
        return {who: (signed_in(world, who), url) for who in WHO}
    url = reverse("web:recipient_step", args=[data_request.public_id, 1, step.segment])
    doors = {who: (signed_in(world, who), url) for who in WHO}
    if step.role is Role.DATA_OWNER:
        recipient = data_request.recipients.get(number=1)
        own_url = reverse("web:owner_step", args=[recipient.public_id, step.segment])
        doors["data_owner"] = (behind_the_link(recipient), own_url)
    return doors


def standing_in(step: Step, world: World) -> DataRequest:
    """Walk a request to a step; to the decision after refusals by giving all owners up."""
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
