"""Does every page look right? Pictures of each, as wide as a desk and as narrow as a telephone.

What docs/tour.md shows is what must be taken, and every template that makes a page must be in a
picture. A page that scrolls sideways on a telephone fails, and so does one about which the browser
complains. `TOUR_DIR` says where the pictures go (docs/tour for `make docs`, else var/tour).

The tour plays on one day of its own, with chance and addresses pinned: a picture changes only when
its page has changed.
"""

import os
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.urls import reverse

from requests_app.models import DataFile, DataRequest
from requests_app.sop.roles import Role
from requests_app.sop.steps import STEPS, Scope
from tests.e2e import aside
from tests.e2e.aside import House, be_the_worker, come_in, request_page, row
from tests.e2e.browsing import Watch, press
from tests.e2e.camera import Chance, Tour, page_templates
from tests.e2e.conftest import OpenDoor
from tests.factories import MONDAY, WALK, World, fresh, open_request

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

TOUR = settings.BASE_DIR / "docs" / "tour.md"
PICTURE = re.compile(r"\(tour/([\w-]+)-1280\.webp\)")
OWNER_ROWS = {"receive_letter", "process_request", "deliver_data"}
BEFORE = {
    "list_needs": Role.SECTION_HEAD,
    "prepare_form": Role.STAFF,
    "sign_letter": Role.AGENCY_HEAD,
}
"""Row → whose inbox is worth a picture just then."""


@pytest.fixture
def pinned(world: World, settings: Any, monkeypatch: Any) -> Iterator[time_machine.Traveller]:
    """Let no page depend on the day, the machine or chance; gives the clock of the web."""
    settings.PUBLIC_BASE_URL = "https://sopdata.example"
    settings.LINK_KEY = "tour" * 16
    settings.SESSION_COOKIE_AGE = 24 * 3600  # nobody is logged out between two pictures
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))
    monkeypatch.setattr(totp, "generate_totp_secret", lambda: "SOPDATA2" * 4)
    monkeypatch.setattr(RecoveryCodes, "generate_seed", lambda: "tour" * 20)
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
    house = House(
        tour=tour,
        world=world,
        people={
            Role.SECTION_HEAD: new_page(world.section_head),
            Role.STAFF: new_page(world.staff),
            Role.AGENCY_HEAD: new_page(world.agency_head),
        },
        owner=new_page(),
        stranger=new_page(),
        new_page=new_page,
    )
    aside.enter_old_number(world)
    aside.take_accounts(house)
    aside.take_second_factor(house)
    tour.take(house.kasi, "new-request", reverse("web:new_request"))
    data_request = open_request(world, recipients=2)
    for step in STEPS:
        if step.key == "review_refusals":
            continue
        if step.key in BEFORE:
            role = BEFORE[step.key]
            tour.take(house.people[role], f"inbox-{role.value.replace('_', '-')}", "/")
        take_step(house, data_request, step)
        for subject in subjects_of(data_request, step.scope):
            world.tick()
            WALK[step.key](world, subject)
        be_the_worker(house)
        after_step(house, data_request, step.key)
    take_the_end(house, data_request)
    aside.take_refusals(house)
    aside.take_versions_and_copies(house)
    aside.take_numbers(house)
    aside.take_public_pages(house)
    aside.take_admin(house)
    assert tour.faults == []
    assert watch.complaints == []
    assert tour.taken == set(PICTURE.findall(TOUR.read_text(encoding="utf-8")))
    assert page_templates() - tour.seen == set()


def subjects_of(data_request: DataRequest, scope: Scope) -> list[Any]:
    data_request = fresh(data_request)
    if scope is Scope.REQUEST:
        return [data_request]
    return list(data_request.recipients.waiting().order_by("number"))


def take_step(house: House, data_request: DataRequest, step: Any) -> None:
    """Take a row while its turn is, as the one whose turn it is."""
    name = f"step-{step.segment}"
    if step.key not in OWNER_ROWS:
        page = house.people[data_request.role_of(step.key)]
        house.take(page, name, row(data_request, step))
        if step.key == "prepare_form":
            press(page, "fill_items")
            page.get_by_text("Pratinjau blanko").click()
            house.take(page, "step-2-filled")
        elif step.key == "sign_letter":
            house.take(page, "signing-desk", reverse("web:signing_desk"))
        elif step.key == "draft_letter":
            aside.take_typed_letter(house, data_request)
        return
    recipient = data_request.recipients.get(number=1)
    if step.key == "receive_letter":
        come_in(house, recipient)
    elif step.key == "process_request":
        aside.take_colleagues(house, recipient)
        aside.take_conversation(house, recipient)
        aside.take_on_behalf(house, data_request.recipients.get(number=2))
    house.take(
        house.owner, name, reverse("web:owner_step", args=[recipient.public_id, step.segment])
    )


def after_step(house: House, data_request: DataRequest, key: str) -> None:
    """Take what there is to see only after a row."""
    kasi, staf, kepala = house.kasi, house.staf, house.kepala
    number = data_request.public_id
    if key == "sign_letter":
        house.take(kepala, "signed", reverse("web:step", args=[number, "5"]))
    elif key == "send_letter":
        house.take(staf, "sent", reverse("web:recipient_step", args=[number, 1, "6"]))
        house.take(kepala, "forbidden", reverse("web:covering_sheet", args=[number, 1]))
        house.take(kasi, "cancel", reverse("web:cancel", args=[number]))
        house.take(kasi, "waive", reverse("web:waive", args=[number, 1]))
        house.take(staf, "resend", reverse("web:resend_all", args=[number]))
        house.take(kasi, "request", request_page(data_request))
    elif key == "deliver_data":
        file = DataFile.objects.filter(kind="delivery").first()
        assert file is not None
        aside.take_closed_files(house, data_request.recipients.get(number=1))
        aside.take_leave(house, data_request.recipients.get(number=1))
        house.take(staf, "open-file", reverse("web:open_file", args=[file.public_id]))
        staf.goto(reverse("web:preview_file", args=[file.public_id]))
        staf.get_by_label("Untuk keperluan apa?").fill("Pemeriksaan penerimaan")
        staf.get_by_role("button", name="Lihat isi berkas").click()
        house.take(staf, "look-into-file")
    elif key == "record_data":
        house.take(staf, "register", reverse("web:register"))
    elif key == "report_usage":
        house.take(kasi, "reported", reverse("web:step", args=[number, "12"]))


def take_the_end(house: House, data_request: DataRequest) -> None:
    """Take what the closed request tells the office, and what it tells the owner."""
    house.take(house.kasi, "request-closed", request_page(data_request))
    aside.take_use(house, data_request.recipients.get(number=1))
