"""What does a link open, until when, and what of it can be found in the database?"""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import signing
from django.db import connection
from pytest_django import Settings

from requests_app.models import AuditEntry, Recipient, ShareLink
from requests_app.services import access_codes, requests, sharing
from requests_app.services.workflow import NotReady, NotYourTurn
from requests_app.sop.roles import Role
from tests.factories import World, data_request_at, recipient_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]


def dump() -> str:
    """Read every column of every table as text, sessions and queue included."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')  # noqa: S608
            found.extend(str(row) for row in cursor.fetchall())
    return "\n".join(found)


def live(world: World, recipient: Any) -> tuple[ShareLink, str]:
    return sharing.issue_link(recipient=recipient, actor=world.actor(Role.STAFF), at=world.tick())


def fresh(recipient: Recipient) -> Recipient:
    return Recipient.objects.get(pk=recipient.pk)


def test_a_token_finds_its_link_and_no_other() -> None:
    world, recipient = recipient_at("receive_letter", recipients=2)
    link = recipient.live_link()
    assert link is not None
    token = sharing.token_of(link)
    assert len(token) == 43
    assert sharing.find_link(token, at=world.now) == link
    for wrong in ("", "x", token[:-1], token.swapcase(), "x" * 5000, link.nonce, link.token_hash):
        assert sharing.find_link(wrong, at=world.now) is None


def test_no_table_holds_a_token_or_a_code_in_usable_form() -> None:
    world, recipient = recipient_at("receive_letter")
    link = recipient.live_link()
    assert link is not None
    code = world.notes[f"code:{recipient.pk}"]
    everything = dump()
    assert sharing.token_of(link) not in everything
    assert f"'{code}'" not in everything
    assert code not in link.code_hash


def test_another_key_gives_another_token(settings: Settings) -> None:
    _world, recipient = recipient_at("receive_letter")
    link = recipient.live_link()
    assert link is not None
    token = sharing.token_of(link)
    settings.LINK_KEY = "another key"
    assert sharing.token_of(link) != token


def test_a_link_ends_at_its_time() -> None:
    world, recipient = recipient_at("receive_letter")
    link = recipient.live_link()
    assert link is not None
    token = sharing.token_of(link)
    assert link.expires_at - link.made_at == timedelta(days=world.office.link_days)
    assert sharing.find_link(token, at=link.expires_at - timedelta(seconds=1)) == link
    assert sharing.find_link(token, at=link.expires_at) is None


def test_only_the_right_code_opens_and_only_that_counts() -> None:
    world, recipient = recipient_at("receive_letter")
    link, code = live(world, recipient)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for attempt in (wrong, "", code[:5], f"{code}0", "abc"):
        assert not access_codes.check_code(link, attempt, at=world.now)
    link.refresh_from_db()
    assert link.openings == 0
    first_time = world.tick()
    assert access_codes.check_code(link, f"{code[:3]} {code[3:]}", at=first_time)
    assert access_codes.check_code(link, code, at=world.tick())
    link.refresh_from_db()
    assert (link.openings, link.first_opened_at) == (2, first_time)
    assert link.last_opened_at == world.now


def test_a_new_link_revokes_the_old_one() -> None:
    world, recipient = recipient_at("receive_letter")
    old = recipient.live_link()
    assert old is not None
    new, _code = live(world, recipient)
    assert sharing.find_link(sharing.token_of(old), at=world.now) is None
    assert sharing.find_link(sharing.token_of(new), at=world.now) == new
    assert AuditEntry.objects.filter(deed="new_link", recipient_id=recipient.pk).count() == 2


def test_a_new_code_ends_the_old_one_and_keeps_the_link() -> None:
    world, recipient = recipient_at("receive_letter")
    old = world.notes[f"code:{recipient.pk}"]
    link, code = sharing.renew_code(
        recipient=recipient, actor=world.actor(Role.STAFF), at=world.tick()
    )
    assert not access_codes.check_code(link, old, at=world.now) or old == code
    assert access_codes.check_code(link, code, at=world.now)


@pytest.mark.parametrize("state", ["process_data", "closed"])
def test_who_only_reads_by_now_gets_a_new_code_as_long_as_the_link_lives(state: str) -> None:
    world, data_request = data_request_at(state)
    recipient = data_request.recipients.get()
    staff = world.actor(Role.STAFF)
    link, code = sharing.renew_code(recipient=recipient, actor=staff, at=world.tick())
    assert access_codes.check_code(link, code, at=world.now)
    ShareLink.objects.update(expires_at=world.now)
    with pytest.raises(NotReady, match="tidak lagi menunggu"):
        sharing.renew_code(recipient=fresh(recipient), actor=staff, at=world.tick())
    ShareLink.objects.update(expires_at=world.now + timedelta(days=9))
    sharing.withdraw_link(recipient=fresh(recipient), actor=staff, at=world.tick())
    with pytest.raises(NotReady, match="tidak lagi menunggu"):
        sharing.renew_code(recipient=fresh(recipient), actor=staff, at=world.tick())


def test_a_cancelled_request_gives_no_new_code() -> None:
    world, recipient = recipient_at("receive_letter")
    requests.cancel(
        subject=recipient.data_request,
        actor=world.actor(Role.SECTION_HEAD),
        at=world.tick(),
        reason="Data sudah tersedia di tempat lain.",
    )
    ShareLink.objects.update(revoked_at=None, revoked_by="")
    with pytest.raises(NotReady, match="tidak lagi menunggu"):
        sharing.renew_code(
            recipient=fresh(recipient), actor=world.actor(Role.STAFF), at=world.tick()
        )


def test_a_revoked_link_opens_nothing_and_says_who_and_when() -> None:
    world, recipient = recipient_at("receive_letter")
    link = recipient.live_link()
    assert link is not None
    sharing.revoke_link(link=link, actor=world.actor(Role.STAFF), at=world.tick())
    assert sharing.find_link(sharing.token_of(link), at=world.now) is None
    assert (link.revoked_by, link.revoked_at) == ("Staf Contoh", world.now)
    before = AuditEntry.objects.count()
    sharing.revoke_link(link=link, actor=world.actor(Role.STAFF), at=world.tick())
    assert AuditEntry.objects.count() == before


def test_cancelling_revokes_every_link() -> None:
    world, recipient = recipient_at("receive_letter", recipients=2)
    requests.cancel(
        subject=recipient.data_request,
        actor=world.actor(Role.SECTION_HEAD),
        at=world.tick(),
        reason="Data sudah tersedia di tempat lain.",
    )
    assert not ShareLink.objects.filter(revoked_at__isnull=True).exists()
    with pytest.raises(NotReady):
        live(world, recipient)


@pytest.mark.parametrize("role", [Role.SECTION_HEAD, Role.AGENCY_HEAD])
def test_only_who_sends_letters_handles_links(role: Role) -> None:
    world, recipient = recipient_at("receive_letter")
    actor = world.actor(role)
    for deed in (sharing.issue_link, sharing.renew_code, sharing.withdraw_link):
        with pytest.raises(NotYourTurn):
            deed(recipient=recipient, actor=actor, at=world.tick())  # type: ignore[operator]
    assert ShareLink.objects.filter(revoked_at__isnull=True).count() == 1


def test_a_stale_page_changes_no_link() -> None:
    world, recipient = recipient_at("receive_letter")
    with pytest.raises(NotReady, match="sudah berubah"):
        sharing.renew_code(
            recipient=recipient,
            actor=world.actor(Role.STAFF),
            at=world.tick(),
            version=recipient.version - 1,
        )


def test_a_sealed_code_opens_only_for_its_link_and_key(settings: Settings) -> None:
    world, recipient = recipient_at("receive_letter", recipients=2)
    link, code = live(world, recipient)
    sealed = access_codes.seal_code(link, code)
    assert access_codes.unseal_code(link, sealed) == code
    assert code not in signing.dumps({"sealed": sealed}, compress=False)
    assert len({access_codes.seal_code(link, code) for _time in range(5)}) == 5
    settings.LINK_KEY = "another key"
    assert access_codes.unseal_code(link, sealed) != code
