"""Where an office asks for several initials: in which order, from whom, and bound to what?"""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from requests_app.models import AuditEntry, DataRequest, Initial, User
from requests_app.services import initials, people, signatures
from requests_app.services.workflow import NotYourTurn
from requests_app.sop.roles import Role
from tests.factories import (
    PASSPHRASE,
    World,
    data_request_at,
    fresh,
    give_key,
    make_position,
    make_user,
    make_world,
)
from tests.web.doors import as_user

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD = "Kepala Subbagian Tata Usaha", "Sekretaris", "Asisten"


def make_order(world: World, *posts: str) -> dict[str, User]:
    """Let an office ask for these initials; every post but the section head's gets a holder."""
    world.office.initial_titles = list(posts)
    world.office.save()
    holders = {FIRST: world.section_head}
    for number, post in enumerate(posts):
        if post != FIRST:
            holders[post] = make_user(world.office, f"pejabat{number}", f"Pejabat {post}")
            make_position(holders[post], Role.SECTION_HEAD, post)
    return holders


def initial(world: World, user: User, data_request: DataRequest, post: str = "") -> AuditEntry:
    actor = people.choose(
        people.actors_of(user, at=world.now),
        role=Role.SECTION_HEAD,
        section_id=data_request.section_id,
        post=post,
    )
    assert actor is not None
    subject = fresh(data_request)
    version = subject.newest_version()
    assert version is not None
    return initials.verify_letter(
        subject=subject,
        checks=initials.all_in_order(),
        content_hash=version.content_hash(),
        actor=actor,
        at=world.tick(),
    )


def in_order(*posts: str) -> tuple[World, DataRequest, dict[str, User]]:
    world = make_world()
    holders = make_order(world, *posts)
    _world, data_request = data_request_at("verify_letter", world=world)
    return world, data_request, holders


def test_three_initials_in_order_lead_to_the_head() -> None:
    world, data_request, holders = in_order(FIRST, SECOND, THIRD)
    for post in (FIRST, SECOND):
        assert initial(world, holders[post], data_request).deed == "give_initial"
        assert fresh(data_request).state == "verify_letter"
    assert initial(world, holders[THIRD], data_request).deed == "verify_letter"
    assert fresh(data_request).state == "sign_letter"
    version = data_request.newest_version()
    assert version is not None
    assert [mark["title"] for mark in initials.marks_of(version)] == [FIRST, SECOND, THIRD]
    assert {one.content_hash for one in Initial.objects.all()} == {version.content_hash()}


def test_nobody_initials_before_the_turn_comes() -> None:
    world, data_request, holders = in_order(FIRST, SECOND)
    with pytest.raises(NotYourTurn, match=f"Giliran paraf sekarang: {FIRST}"):
        initial(world, holders[SECOND], data_request)
    initial(world, holders[FIRST], data_request)
    with pytest.raises(NotYourTurn, match=f"Giliran paraf sekarang: {SECOND}"):
        initial(world, holders[FIRST], data_request)


def test_one_person_in_two_posts_initials_once() -> None:
    world, data_request, holders = in_order(FIRST, SECOND)
    make_position(world.section_head, Role.SECTION_HEAD, SECOND)
    initial(world, holders[FIRST], data_request, FIRST)
    with pytest.raises(NotYourTurn, match="dari pejabat lain"):
        initial(world, holders[FIRST], data_request, SECOND)


def test_a_stand_in_gives_the_initial_of_the_post() -> None:
    world, data_request, holders = in_order(FIRST, SECOND)
    initial(world, holders[FIRST], data_request)
    other = make_user(world.office, "pengganti", "Pejabat Pengganti")
    make_position(other, Role.SECTION_HEAD, SECOND, kind="plt", valid_to="2030-01-01")
    initial(world, other, data_request)
    assert Initial.objects.get(post=SECOND).title == "Plt. Sekretaris"
    assert fresh(data_request).state == "sign_letter"


def test_a_change_asks_for_all_of_them_again() -> None:
    world, data_request, holders = in_order(FIRST, SECOND)
    initial(world, holders[FIRST], data_request)
    data_request.items.update(period="2020")
    with pytest.raises(NotYourTurn, match=f"Giliran paraf sekarang: {FIRST}"):
        initial(world, holders[SECOND], data_request)


def test_whoever_gave_any_initial_does_not_sign() -> None:
    world, data_request, holders = in_order(FIRST, SECOND)
    for post in (FIRST, SECOND):
        initial(world, holders[post], data_request)
    make_position(world.section_head, Role.AGENCY_HEAD, "Kepala Badan", kind="an", represents="X")
    give_key(holders[SECOND])
    actor = next(
        one
        for one in people.actors_of(world.section_head, at=world.now)
        if one.role is Role.AGENCY_HEAD
    )
    with pytest.raises(NotYourTurn, match="Anda memverifikasi surat ini"):
        signatures.sign_letter(
            subject=fresh(data_request),
            affirmed=True,
            passphrase=PASSPHRASE,
            actor=actor,
            at=world.tick(),
        )


def test_an_office_asks_for_three_at_most() -> None:
    world = make_world()
    world.office.initial_titles = ["A", "B", "C", "D"]
    with pytest.raises(ValidationError):
        world.office.full_clean()


def test_the_inbox_shows_a_letter_to_whose_turn_it_is() -> None:
    world, data_request, holders = in_order(FIRST, SECOND)

    def sees(user: User) -> bool:
        shown = as_user(user).get("/").content.decode()
        return f"/permohonan/{data_request.public_id}/langkah/4/" in shown

    assert (sees(holders[FIRST]), sees(holders[SECOND])) == (True, False)
    initial(world, holders[FIRST], data_request)
    assert (sees(holders[FIRST]), sees(holders[SECOND])) == (False, True)


def test_the_page_tells_the_order_and_whose_turn_it_is() -> None:
    world = make_world()
    holders = make_order(world, FIRST, SECOND)
    world.now = timezone.now() - timedelta(hours=3)
    _world, data_request = data_request_at("verify_letter", world=world)
    page = f"/permohonan/{data_request.public_id}/langkah/4/"
    client = as_user(holders[FIRST])
    assert f"{FIRST}: giliran sekarang" in client.get(page).content.decode().replace("<b>", "")
    subject = fresh(data_request)
    version = subject.newest_version()
    assert version is not None
    posted: dict[str, Any] = {
        "deed": "verify_letter",
        "version": subject.version,
        "content_hash": version.content_hash(),
        **dict.fromkeys(initials.CHECKS, initials.FITS),
    }
    answer = client.post(page, posted, follow=True)
    assert f"Paraf Anda dibubuhkan. Berikutnya paraf {SECOND}." in answer.content.decode()
    refused = client.post(page, posted | {"version": fresh(data_request).version})
    assert refused.status_code == 403
    assert f"Giliran paraf sekarang: {SECOND}." in refused.content.decode()
