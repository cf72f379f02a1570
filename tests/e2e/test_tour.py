"""Does every page look right? Pictures of each, as wide as a desk and as narrow as a telephone.

What docs/tour.md shows is what must be taken; a page without its picture fails, and so does one
that scrolls sideways on a telephone or about which the browser complains. `TOUR_DIR` says where
the pictures go (docs/tour for `make docs`, else var/tour).

The tour plays on one day of its own, with chance and addresses pinned: a picture changes only when
its page has changed.
"""

import os
import random
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page

from requests_app.models import DataFile, DataRequest, OfficialDocument, Recipient
from requests_app.services import owners, sharing
from requests_app.sop.roles import Role
from requests_app.sop.steps import STEPS, Scope
from tests.e2e.browsing import Watch, deliver_mail, enter
from tests.e2e.conftest import OpenDoor
from tests.factories import (
    MONDAY,
    WALK,
    World,
    data_request_at,
    fresh,
    make_user,
    open_request,
    owner_actor,
)

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

WIDTHS = (1280, 360)
HIGHEST = 12_000  # px
LOAD_IMAGES = """Promise.all([...document.images].map(image => {
    image.loading = "eager";
    return image.decode().catch(() => null);
}))"""
TOUR = settings.BASE_DIR / "docs" / "tour.md"
PICTURE = re.compile(r"\(tour/([\w-]+)-1280\.webp\)")
OWNER_ROWS = {"receive_letter", "process_request", "deliver_data"}
BEFORE = {
    "list_needs": Role.SECTION_HEAD,
    "prepare_form": Role.STAFF,
    "sign_letter": Role.AGENCY_HEAD,
}
"""Row → whose inbox is worth a picture just then."""


@dataclass
class Tour:
    """The camera: takes a page at both widths and keeps what was wrong."""

    folder: Path
    world: World
    clock: time_machine.Traveller
    taken: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def take(self, page: Page, name: str, address: str = "") -> None:
        """Take a page, after going there if an address is given."""
        self.clock.move_to(self.world.now)
        if address:
            page.goto(address)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            needed = page.evaluate("document.documentElement.scrollWidth")
            if needed > width:
                self.faults.append(f"{name} needs {needed} px of {width}")
            # as high as the page: the bar stays at its foot, and no image waits for a scroll
            height = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width, "height": min(height, HIGHEST)})
            page.evaluate(LOAD_IMAGES)
            self._keep(page.screenshot(), f"{name}-{width}.webp")
        self.taken.add(name)

    def _keep(self, shot: bytes, name: str) -> None:
        with Image.open(BytesIO(shot)) as image:
            image.save(self.folder / name, "WEBP", quality=70)


class Chance:
    """Bytes that follow from the world's clock alone, however often the browser's driver draws.

    The server's threads draw for sessions and forms, in no order and for no eye: as ever.
    """

    def __init__(self, world: World, system: Callable[[int], bytes]) -> None:
        self.world, self.system, self.thread = world, system, threading.get_ident()
        self.moment, self.dice = world.now, random.Random(0)  # noqa: S311

    def __call__(self, count: int) -> bytes:
        """Draw so many bytes."""
        if threading.get_ident() != self.thread:
            return self.system(count)
        if self.moment != self.world.now:
            self.moment = self.world.now
            self.dice.seed(self.moment.isoformat())
        return self.dice.randbytes(count)


@pytest.fixture
def pinned(world: World, settings: Any, monkeypatch: Any) -> Iterator[time_machine.Traveller]:
    """Let no page depend on the day, the machine or chance; gives the clock of the web."""
    settings.PUBLIC_BASE_URL = "https://sopdata.example"
    settings.LINK_KEY = "tour" * 16
    settings.SESSION_COOKIE_AGE = 24 * 3600  # nobody is logged out between two pictures
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))
    world.now = MONDAY
    chance = Chance(world, os.urandom)
    monkeypatch.setattr(os, "urandom", chance)
    monkeypatch.setattr(random, "_urandom", chance)
    with time_machine.travel(world.now, tick=False) as clock:
        yield clock


@pytest.fixture
def tour(world: World, pinned: time_machine.Traveller) -> Tour:
    """Put the pictures where they are wanted."""
    folder = Path(os.environ.get("TOUR_DIR", settings.BASE_DIR / "var" / "tour"))
    folder.mkdir(parents=True, exist_ok=True)
    return Tour(folder, world, pinned)


def test_every_page_is_seen(world: World, new_page: OpenDoor, watch: Watch, tour: Tour) -> None:
    staff_pages = {
        Role.SECTION_HEAD: new_page(world.section_head),
        Role.STAFF: new_page(world.staff),
        Role.AGENCY_HEAD: new_page(world.agency_head),
    }
    kasi, stranger = staff_pages[Role.SECTION_HEAD], new_page()
    tour.take(stranger, "login", reverse("account_login"))
    tour.take(kasi, "new-request", reverse("web:new_request"))
    data_request = open_request(world, recipients=2)
    owner = new_page()
    for step in STEPS:
        if step.key == "review_refusals":
            continue
        if step.key in BEFORE:
            role = BEFORE[step.key]
            tour.take(staff_pages[role], f"inbox-{role.value.replace('_', '-')}", "/")
        take_step(tour, staff_pages, owner, world, data_request, step)
        for subject in subjects_of(data_request, step.scope):
            world.tick()
            WALK[step.key](world, subject)
        be_the_worker(tour)
        after_step(tour, staff_pages, data_request, step.key)
    tour.take(kasi, "request-closed", request_page(data_request))
    take_the_rest(tour, staff_pages, stranger, new_page, world)
    assert tour.faults == []
    assert watch.complaints == []
    assert tour.taken == set(PICTURE.findall(TOUR.read_text(encoding="utf-8")))


def be_the_worker(tour: Tour) -> None:
    """Send what the deed has queued, so that no page says that a mail still waits."""
    tour.clock.move_to(tour.world.now)
    deliver_mail()


def request_page(data_request: DataRequest) -> str:
    return reverse("web:request", args=[data_request.public_id])


def subjects_of(data_request: DataRequest, scope: Scope) -> list[Any]:
    data_request = fresh(data_request)
    if scope is Scope.REQUEST:
        return [data_request]
    return list(data_request.recipients.waiting().order_by("number"))


def address_of(data_request: DataRequest, step: Any) -> str:
    """Give the address of a row, for the first recipient where it has one for each."""
    place = [data_request.public_id, step.segment]
    if step.scope is Scope.REQUEST:
        return reverse("web:step", args=place)
    return reverse("web:recipient_step", args=[place[0], 1, place[1]])


def take_step(
    tour: Tour,
    staff_pages: dict[Role, Page],
    owner: Page,
    world: World,
    data_request: DataRequest,
    step: Any,
) -> None:
    """Take a row while its turn is, as the one whose turn it is."""
    name = f"step-{step.segment}"
    if step.key not in OWNER_ROWS:
        page = staff_pages[data_request.role_of(step.key)]
        return tour.take(page, name, address_of(data_request, step))
    recipient = data_request.recipients.get(number=1)
    if step.key == "receive_letter":
        come_in(tour, owner, world, recipient)
    tour.take(owner, name, reverse("web:owner_step", args=[recipient.public_id, step.segment]))
    return None


def come_in(tour: Tour, owner: Page, world: World, recipient: Recipient) -> None:
    """Take the owner's door and the tasks behind it."""
    link = recipient.live_link()
    assert link is not None
    door = reverse("web:owner_link", args=[sharing.token_of(link)])
    tour.take(owner, "owner-door", door)
    enter(owner, door, world.notes[f"code:{recipient.pk}"])
    place = [recipient.public_id]
    tour.take(owner, "owner-tasks", reverse("web:owner_tasks", args=place))


def after_step(
    tour: Tour, staff_pages: dict[Role, Page], data_request: DataRequest, key: str
) -> None:
    """Take what there is to see only after a row."""
    kasi, staf = staff_pages[Role.SECTION_HEAD], staff_pages[Role.STAFF]
    number = data_request.public_id
    if key == "sign_letter":
        page = staff_pages[Role.AGENCY_HEAD]
        tour.take(page, "signed", reverse("web:step", args=[number, "5"]))
    elif key == "send_letter":
        tour.take(staf, "sent", reverse("web:recipient_step", args=[number, 1, "6"]))
        tour.take(kasi, "cancel", reverse("web:cancel", args=[number]))
        tour.take(kasi, "waive", reverse("web:waive", args=[number, 1]))
        tour.take(kasi, "request", request_page(data_request))
    elif key == "deliver_data":
        file = DataFile.objects.filter(kind="delivery").first()
        assert file is not None
        tour.take(staf, "open-file", reverse("web:open_file", args=[file.public_id]))
    elif key == "record_data":
        tour.take(staf, "register", reverse("web:register"))


def take_the_rest(
    tour: Tour,
    staff_pages: dict[Role, Page],
    stranger: Page,
    new_page: OpenDoor,
    world: World,
) -> None:
    """Take what stands beside the walk."""
    kasi = staff_pages[Role.SECTION_HEAD]
    _world, declined = data_request_at("receive_letter", world=world)
    recipient = declined.recipients.get()
    owners.decline(
        subject=recipient,
        ground=world.office.grounds[0],
        reason="Data ini tidak kami kumpulkan.",
        actor=owner_actor(recipient),
        at=world.tick(),
    )
    tour.take(
        kasi,
        "review-refusals",
        reverse("web:step", args=[declined.public_id, "tinjau-penolakan"]),
    )
    tour.take(kasi, "requests", reverse("web:requests"))
    tour.take(kasi, "sop", reverse("web:sop"))
    letter = OfficialDocument.objects.filter(kind=OfficialDocument.Kind.LETTER).first()
    assert letter is not None
    tour.take(stranger, "verified", reverse("web:verification", args=[letter.code]))
    tour.take(stranger, "unknown-code", reverse("web:verification", args=["TIDAK-ADA"]))
    tour.take(stranger, "dead-link", reverse("web:owner_link", args=["tidak-berlaku"]))
    tour.take(kasi, "not-found", reverse("web:request", args=[uuid4()]))
    admin = make_user(
        world.office, "pengelola", "Pengelola Contoh", is_superuser=True, is_staff=True
    )
    tour.take(new_page(admin), "admin", reverse("admin:index"))
