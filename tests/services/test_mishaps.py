"""Which letters are told to have gone wrong, to whom, and until when?"""

from datetime import timedelta

import pytest

from requests_app.models import Notice, Recipient, ShareLink, SopEdition
from requests_app.services import access_codes, mishaps
from requests_app.services.mishaps import Mishap
from requests_app.sop.roles import Role
from tests.factories import World, make_world, recipient_at

pytestmark = pytest.mark.django_db


def told(world: World, role: Role = Role.STAFF) -> list[Mishap]:
    editions = SopEdition.objects.filter(office=world.office)
    return mishaps.mishaps_of([world.actor(role)], editions)


def failed(state: str = "receive_letter") -> tuple[World, Recipient]:
    world, recipient = recipient_at(state)
    Notice.objects.filter(kind=Notice.Kind.LETTER).update(
        status=Notice.Status.FAILED, last_error="550 5.1.1 no such user"
    )
    return world, recipient


def test_a_mail_that_failed_is_told_to_whoever_sends_letters_and_to_nobody_else() -> None:
    world, recipient = failed()
    [mishap] = told(world)
    assert mishap.recipient == recipient
    assert mishap.notice is not None
    assert not mishap.code_is_void
    assert told(world, Role.SECTION_HEAD) == []
    assert told(make_world()) == []


def test_a_letter_that_was_received_all_the_same_is_no_mishap() -> None:
    world, recipient = failed("process_request")
    assert told(world) == []
    # sent again with a new link, and failed again: the owner waits before a dead link
    after = recipient.received_at
    assert after is not None
    Notice.objects.filter(kind="letter").update(made_at=after + timedelta(minutes=1))
    assert len(told(world)) == 1


def test_a_letter_that_went_by_another_channel_is_no_mishap() -> None:
    world, recipient = failed()
    Recipient.objects.filter(pk=recipient.pk).update(channel="courier", sent_at=world.now)
    assert told(world) == []


def test_the_newest_mail_counts() -> None:
    world, recipient = failed()
    first = Notice.objects.get()
    Notice.objects.create(
        office=first.office,
        data_request=first.data_request,
        recipient=recipient,
        kind=first.kind,
        address="lain@contoh.test",
        message_id="<another@contoh.test>",
        made_at=world.tick(),
    )
    assert told(world) == []


def test_a_void_code_is_told_while_its_link_lives() -> None:
    world, recipient = recipient_at("process_request")
    ShareLink.objects.update(wrong_codes_in_all=access_codes.TRIES_IN_ALL)
    [mishap] = told(world)
    assert (mishap.recipient, mishap.notice, mishap.code_is_void) == (recipient, None, True)
    ShareLink.objects.update(revoked_at=world.now, revoked_by="Staf Contoh")
    assert told(world) == []
