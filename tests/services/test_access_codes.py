"""How often may somebody guess an access code, and what does that cost its owner?"""

from datetime import timedelta

import pytest

from requests_app.models import LinkOpening, ShareLink
from requests_app.services import access_codes, sharing
from requests_app.services.access_codes import BLOCK, TRIES_IN_A_RUN, TRIES_IN_ALL
from requests_app.sop.roles import Role
from tests.factories import World, recipient_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]


def a_link() -> tuple[World, ShareLink, str, str]:
    """Give a link with its code, and another that is wrong."""
    world, recipient = recipient_at("receive_letter")
    code = world.notes[f"code:{recipient.pk}"]
    link = ShareLink.objects.get(recipient=recipient)
    return world, link, code, f"{(int(code) + 1) % 1_000_000:06d}"


def guess(world: World, link: ShareLink, wrong: str, times: int) -> None:
    for _time in range(times):
        assert not access_codes.check_code(link, wrong, at=world.now)


def test_after_five_wrong_codes_the_right_one_waits_a_quarter_of_an_hour() -> None:
    world, link, code, wrong = a_link()
    guess(world, link, wrong, TRIES_IN_A_RUN)
    assert access_codes.blocked_until(link, at=world.now) == world.now + BLOCK
    last_moment = world.now + BLOCK - timedelta(seconds=1)
    assert not access_codes.check_code(link, code, at=last_moment)
    assert link.wrong_codes_in_all == TRIES_IN_A_RUN  # what is not compared is no try
    assert access_codes.check_code(link, code, at=world.now + BLOCK)
    assert access_codes.blocked_until(link, at=world.now) is None


def test_the_fifth_try_still_opens() -> None:
    world, link, code, wrong = a_link()
    guess(world, link, wrong, TRIES_IN_A_RUN - 1)
    assert access_codes.check_code(link, code, at=world.now)


def test_the_right_code_ends_the_run_and_not_the_total() -> None:
    world, link, code, wrong = a_link()
    guess(world, link, wrong, TRIES_IN_A_RUN - 1)
    assert access_codes.check_code(link, code, at=world.now)
    link.refresh_from_db()
    assert (link.wrong_codes, link.wrong_codes_in_all) == (0, TRIES_IN_A_RUN - 1)
    guess(world, link, wrong, TRIES_IN_A_RUN - 1)
    assert access_codes.blocked_until(link, at=world.now) is None
    guess(world, link, wrong, 1)
    assert access_codes.blocked_until(link, at=world.now) is not None


def test_a_block_that_is_over_begins_a_new_run() -> None:
    world, link, _code, wrong = a_link()
    guess(world, link, wrong, TRIES_IN_A_RUN)
    world.now += BLOCK
    guess(world, link, wrong, TRIES_IN_A_RUN - 1)
    assert access_codes.blocked_until(link, at=world.now) is None
    guess(world, link, wrong, 1)
    assert access_codes.blocked_until(link, at=world.now) == world.now + BLOCK


def test_twenty_wrong_codes_in_all_void_it_and_a_new_one_opens() -> None:
    world, link, code, wrong = a_link()
    for _run in range(TRIES_IN_ALL // TRIES_IN_A_RUN):
        guess(world, link, wrong, TRIES_IN_A_RUN)
        world.now += BLOCK
    assert access_codes.is_void(link)
    assert not access_codes.check_code(link, code, at=world.now)
    renewed, new = sharing.renew_code(
        recipient=link.recipient, actor=world.actor(Role.STAFF), at=world.tick()
    )
    assert not access_codes.is_void(renewed)
    assert access_codes.check_code(renewed, new, at=world.now)


def test_a_new_code_lifts_the_block() -> None:
    world, link, _code, wrong = a_link()
    guess(world, link, wrong, TRIES_IN_A_RUN)
    renewed, new = sharing.renew_code(
        recipient=link.recipient, actor=world.actor(Role.STAFF), at=world.tick()
    )
    assert access_codes.check_code(renewed, new, at=world.now)


@pytest.mark.parametrize("typed", ["", "abc", "12345", "1234567", "١٢٣٤٥٦", "12 34 5", "1" * 5000])
def test_what_can_be_no_code_is_no_try(typed: str) -> None:
    world, link, _code, _wrong = a_link()
    assert not access_codes.check_code(link, typed, at=world.now)
    assert link.wrong_codes_in_all == 0


def test_a_code_may_be_typed_as_it_was_written_down() -> None:
    world, link, code, _wrong = a_link()
    for typed in (f"{code[:3]} {code[3:]}", f" {code[:3]}-{code[3:]} ", f"{code[:3]}.{code[3:]}"):
        assert access_codes.check_code(link, typed, at=world.now)


def test_an_opening_is_logged_with_its_place_and_a_wrong_code_is_not() -> None:
    world, link, code, wrong = a_link()
    guess(world, link, wrong, 1)
    assert access_codes.check_code(
        link, code, at=world.tick(), address="2001:db8::7", agent="Peramban " * 100
    )
    opening = LinkOpening.objects.get()
    assert (opening.link, opening.at, opening.address) == (link, world.now, "2001:db8::7")
    assert len(opening.agent) == access_codes.LONGEST_AGENT
