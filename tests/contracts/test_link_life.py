"""What does a shared link open, at every point of its life, and to whom is it told?

Asked at the door itself: the address in the mail, the page that asks for the code, what lies
behind. Every life meets every method with the right and with a wrong code.
"""

import logging
import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
from allauth.core.internal import ratelimit
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse

from requests_app.models import LinkOpening, Recipient, ShareLink
from requests_app.services import access_codes, requests, sharing
from requests_app.services.access_codes import BLOCK, TRIES_IN_A_RUN, TRIES_IN_ALL
from requests_app.sop.roles import Role
from requests_app.web import limits, owner
from sopdata.logs import SecretsHidden
from tests.contracts.conftest import fingerprint
from tests.contracts.test_urls import patterns
from tests.factories import WALK, make_user, recipient_at
from tests.services.test_sharing import dump
from tests.web.doors import as_owner, as_user, at_work, owner_url, staff_url, token_of

pytestmark = pytest.mark.django_db

DOOR: Final = "/jawab/"
DEAD: Final = 404
NEUTRAL: Final = "Tautan tidak berlaku atau sudah kedaluwarsa."


@pytest.fixture(autouse=True)
def _a_quiet_door(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody has knocked before; the story plays in November 2026."""
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))
    cache.clear()
    yield
    cache.clear()


# -- the lives ------------------------------------------------------------------------------------


class Holder:
    """Whoever holds a link and its code, and the browser it is followed with."""

    def __init__(self, state: str = "receive_letter", *, recipients: int = 1) -> None:
        self.world, self.recipient = recipient_at(state, recipients=recipients)
        self.link = ShareLink.objects.get(recipient=self.recipient)
        self.address = f"/t/{sharing.token_of(self.link)}/"
        self.right = self.world.notes[f"code:{self.recipient.pk}"]
        self.wrong = f"{(int(self.right) + 1) % 1_000_000:06d}"

    def guess(self, times: int) -> None:
        for _time in range(times):
            access_codes.check_code(self.link, self.wrong, at=self.world.now)

    def knock(self) -> Client:
        """Follow the link and stand before the door."""
        client = Client()
        client.get(self.address)
        return client


def unused(holder: Holder) -> None:
    del holder


def opened(holder: Holder) -> None:
    assert access_codes.check_code(holder.link, holder.right, at=holder.world.tick())


def expired(holder: Holder) -> None:
    holder.world.now = holder.link.expires_at


def revoked(holder: Holder) -> None:
    staff = holder.world.actor(Role.STAFF)
    sharing.revoke_link(link=holder.link, actor=staff, at=holder.world.tick())


def cancelled(holder: Holder) -> None:
    requests.cancel(
        subject=holder.recipient.data_request,
        actor=holder.world.actor(Role.SECTION_HEAD),
        at=holder.world.tick(),
        reason="Data sudah tersedia di tempat lain.",
    )


def finished(holder: Holder) -> None:
    """Close the request: behind the link lie the papers, and what became of the data."""
    holder.world.tick()
    WALK["accept_report"](holder.world, holder.recipient.data_request)


def blocked(holder: Holder) -> None:
    holder.guess(TRIES_IN_A_RUN)


def void(holder: Holder) -> None:
    for _run in range(TRIES_IN_ALL // TRIES_IN_A_RUN):
        holder.guess(TRIES_IN_A_RUN)
        holder.world.now += BLOCK


LIVES: Final[dict[str, tuple[str, Callable[[Holder], None], int, int, int]]] = {
    # state of the recipient, what befell the link, the door, the right code, a wrong one
    "unused": ("receive_letter", unused, 200, 302, 422),
    "opened": ("receive_letter", opened, 200, 302, 422),
    "used": ("process_request", opened, 200, 302, 422),
    "wrong state": ("receive_data", opened, 200, 302, 422),
    "expired": ("receive_letter", expired, DEAD, DEAD, DEAD),
    "revoked": ("receive_letter", revoked, DEAD, DEAD, DEAD),
    "cancelled": ("process_request", cancelled, 410, 410, 410),
    "finished": ("accept_report", finished, 200, 302, 422),
    "blocked": ("receive_letter", blocked, 200, 429, 429),
    "void": ("receive_letter", void, 200, 403, 403),
}


@pytest.mark.parametrize("life", LIVES)
def test_every_life_of_a_link_answers_as_the_table_says(life: str) -> None:
    state, befall, door, right, wrong = LIVES[life]
    holder = Holder(state)
    at_the_door = holder.knock()
    befall(holder)
    with at_work(holder.world):
        before = fingerprint()
        followed = 302 if door == 200 else door
        assert Client().get(holder.address).status_code == followed
        assert Client().head(holder.address).status_code == followed
        assert Client().post(holder.address, {"code": holder.right}).status_code == 405
        assert Client().get(DOOR).status_code == DEAD  # without having followed a link
        assert at_the_door.head(DOOR).status_code == door
        assert at_the_door.get(DOOR).status_code == door
        assert fingerprint() == before

        assert at_the_door.post(DOOR, {"code": holder.wrong}).status_code == wrong
        assert changed(before) <= ({"requests_app_sharelink"} if wrong == 422 else set())
        assert at_the_door.get(owner_url(holder.recipient)).status_code == DEAD

        before = fingerprint()
        assert at_the_door.post(DOOR, {"code": holder.right}).status_code == right
        log = {"requests_app_sharelink", "requests_app_linkopening"}
        assert changed(before) == (log if right == 302 else set())
        behind = at_the_door.get(owner_url(holder.recipient))
        assert behind.status_code == (200 if right == 302 else DEAD)


def changed(before: dict[str, tuple[int, str]]) -> set[str]:
    now = fingerprint()
    return {table for table in now if now[table] != before[table]}


def test_a_deed_of_another_state_is_refused_behind_an_open_door() -> None:
    holder = Holder("receive_data")
    with at_work(holder.world):
        client = as_owner(holder.world, holder.recipient)
        before = fingerprint()
        for segment, deed in (("7", "receive_letter"), ("7a", "process_request")):
            posted = {"deed": deed, "version": holder.recipient.version}
            assert client.post(owner_url(holder.recipient, segment), posted).status_code == 409
        assert fingerprint() == before


def test_two_kinds_of_dead_link_cannot_be_told_apart() -> None:
    holder = Holder()
    with at_work(holder.world):
        unknown = Client().get(f"/t/{'x' * 43}/")
        nobody = Client().get(DOOR)
        revoked(holder)
        gone = Client().get(holder.address)
    ShareLink.objects.update(revoked_at=None, revoked_by="")
    expired(holder)
    with at_work(holder.world):
        over = Client().get(holder.address)
    assert NEUTRAL in unknown.content.decode()
    for answer in (nobody, gone, over):
        assert answer.status_code == unknown.status_code == DEAD
        assert answer.content == unknown.content
        assert dict(answer.headers) == dict(unknown.headers)


# -- guessing -------------------------------------------------------------------------------------


def test_ten_wrong_codes_cost_a_quarter_of_an_hour() -> None:
    holder = Holder()
    with at_work(holder.world):
        client = holder.knock()
        answers = [client.post(DOOR, {"code": holder.wrong}) for _time in range(10)]
        right = client.post(DOOR, {"code": holder.right})
    again_at = (holder.world.now + BLOCK).astimezone(holder.world.office.zone)
    assert [answer.status_code for answer in answers] == [422] * 4 + [429] * 6
    assert "Kode akses tidak cocok." in answers[3].content.decode()
    for answer in (*answers[4:], right):
        page = answer.content.decode()
        assert "Terlalu banyak percobaan. Coba lagi " in page
        assert f"pukul {again_at:%H.%M} WIB" in page
        assert 0 < int(answer["Retry-After"]) <= BLOCK.total_seconds()
        assert 'name="code"' not in page
    assert right.status_code == 429
    holder.world.now += BLOCK
    with at_work(holder.world):
        assert client.post(DOOR, {"code": holder.right}).status_code == 302
    link = ShareLink.objects.get()
    assert (link.wrong_codes, link.wrong_codes_in_all) == (0, TRIES_IN_A_RUN)


def test_a_void_code_names_whom_to_call_and_staff_makes_another() -> None:
    holder = Holder()
    void(holder)
    with at_work(holder.world):
        client = holder.knock()
        page = client.get(DOOR).content.decode()
        assert "Kode akses ini tidak berlaku lagi" in page
        assert holder.world.office.contact_phone in page
        assert 'name="code"' not in page
        staff = as_user(holder.world.staff)
        told = "Kode akses tidak berlaku lagi karena terlalu banyak percobaan. Buat kode baru."
        assert told in staff.get(reverse("web:inbox")).content.decode()
        public_id = holder.recipient.data_request.public_id
        assert told in staff.get(reverse("web:request", args=[public_id])).content.decode()
        send_page = staff_url(holder.recipient, "6")
        assert told in staff.get(send_page).content.decode()
        version = Recipient.objects.get(pk=holder.recipient.pk).version
        staff.post(send_page, {"deed": "new_code", "version": version})
        shown = re.search(r"data-access-code>([\d ]+)<", staff.get(send_page).content.decode())
        assert shown is not None
        assert client.post(DOOR, {"code": shown[1]}).status_code == 302
        assert told not in staff.get(reverse("web:inbox")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_eight_guessers_at_once_get_the_tries_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    holder = Holder()
    compared: list[str] = []
    compare = access_codes.is_code_of

    def counting(link: ShareLink, digits: str) -> bool:
        compared.append(digits)
        return compare(link, digits)

    monkeypatch.setattr(access_codes, "is_code_of", counting)
    barrier = threading.Barrier(8)

    def guess() -> None:
        try:
            link = ShareLink.objects.get(pk=holder.link.pk)
            barrier.wait(timeout=10)
            for _time in range(5):
                access_codes.check_code(link, holder.wrong, at=holder.world.now)
        finally:
            connection.close()

    guessers = [threading.Thread(target=guess) for _guesser in range(8)]
    for guesser in guessers:
        guesser.start()
    for guesser in guessers:
        guesser.join(timeout=60)
    assert len(compared) == TRIES_IN_A_RUN
    link = ShareLink.objects.get(pk=holder.link.pk)
    assert link.wrong_codes_in_all == TRIES_IN_A_RUN
    assert not access_codes.check_code(link, holder.right, at=holder.world.now)
    assert access_codes.check_code(link, holder.right, at=holder.world.now + BLOCK)


def test_ten_thousand_random_tokens_learn_nothing_and_then_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # the database is asked for each link anyway; the counting need not cost ten thousand more
    monkeypatch.setattr(limits, "cache", locmem := LocMemCache("knocking", {}))
    monkeypatch.setattr(ratelimit, "cache", locmem)
    holder = Holder()
    factory = RequestFactory()
    with at_work(holder.world):
        known, answers = set(), []
        for number in range(10_000):
            request = factory.get(f"/t/{number:043d}/")
            request.user, request.session = AnonymousUser(), {}  # type: ignore[assignment]
            answer = owner.follow_link(request, token=f"{number:043d}")
            known.add((answer.status_code, answer.content))  # type: ignore[attr-defined]
            answers.append(answer.status_code)
        good = Client().get(holder.address)
    limit = answers.index(429)
    assert set(answers[:limit]) == {DEAD}
    assert set(answers[limit:]) == {429}
    assert limit == 30
    assert len(known) == 2  # one text before the limit, one after it
    assert good.status_code == 302  # behind the same address a good link opens all the same


# -- robots ---------------------------------------------------------------------------------------


def test_fifty_robots_change_nothing_and_then_a_person_comes_in() -> None:
    holder = Holder()
    with at_work(holder.world):
        before = fingerprint()
        for number in range(50):
            robot = Client(headers={"user-agent": f"SafeLinks/{number}"})
            robot.head(holder.address)
            robot.get(holder.address, follow=True)
        assert fingerprint() == before
        client = as_owner(holder.world, holder.recipient)
        assert client.get(owner_url(holder.recipient)).status_code == 200
    link = ShareLink.objects.get()
    assert (link.openings, link.log.count()) == (1, 1)


# -- what is told, and to whom --------------------------------------------------------------------


def owner_addresses(holder: Holder) -> list[str]:
    """Give every address of an owner with this recipient's own values in it."""
    recipient = holder.recipient
    letter = recipient.signed_letter()
    values = {
        "token": sharing.token_of(holder.link),
        "public_id": recipient.public_id,
        "segment": "7a",
        "code": "" if letter is None else letter.code,
        "number": 1,
        "file_id": recipient.public_id,
    }
    found = []
    for name, route in patterns():
        if route.startswith(("t/", "jawab/")):
            asked = {key: values.get(key, 1) for key in re.findall(r"<(?:\w+:)?(\w+)>", route)}
            found.append(reverse(name, kwargs=asked))
    return found


def test_no_answer_at_the_owners_door_is_kept_listed_or_named_abroad() -> None:
    holder = Holder("process_request")
    with at_work(holder.world):
        inside = as_owner(holder.world, holder.recipient)
        for client in (inside, Client(), as_user(holder.world.staff)):
            for address in owner_addresses(holder):
                for answer in (client.get(address), client.post(address)):
                    assert "no-store" in answer["Cache-Control"], address
                    assert answer["X-Robots-Tag"] == "noindex", address
                    assert answer["Referrer-Policy"] == "same-origin", address


def test_two_recipients_of_one_request_find_no_trace_of_each_other() -> None:
    holder = Holder("process_request", recipients=2)
    other = holder.recipient.data_request.recipients.get(number=2)
    Recipient.objects.filter(pk=other.pk).update(
        respondent_name="Penjawab Lain", respondent_phone="0899-000-111"
    )
    traces = (
        str(other.public_id),
        token_of(other),
        other.data_owner.name,
        other.data_owner.email,
        "Penjawab Lain",
        "0899-000-111",
    )
    with at_work(holder.world):
        client = as_owner(holder.world, holder.recipient)
        pages = [
            (address, client.get(address).content.decode(errors="replace"))
            for address in owner_addresses(holder)
            if not address.startswith("/t/") and "surat" not in address and "naskah" not in address
        ]
    assert len(pages) > 8
    for address, page in pages:
        assert not [trace for trace in traces if trace in page], address


def test_token_and_code_stand_nowhere_but_on_the_page_of_row_6(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    holder = Holder("process_request")
    token = sharing.token_of(holder.link)
    answers = []
    with at_work(holder.world):
        client = holder.knock()
        answers.append(client.get(DOOR))
        answers.append(client.post(DOOR, {"code": holder.wrong}))
        answers.append(client.post(DOOR, {"code": holder.right}))
        forward = reverse("web:owner_forward", args=[holder.recipient.public_id])
        colleague = {"name": "Rekan Contoh", "address": "rekan@contoh.test", "message": ""}
        answers.append(client.post(forward, colleague))
        answers += [
            client.get(address)
            for address in owner_addresses(holder)
            if not address.startswith("/t/")
        ]
        staff = as_user(holder.world.staff)
        public_id = holder.recipient.data_request.public_id
        segments = ("7", "7a", "7b", "8")
        shown = [staff_url(holder.recipient, segment) for segment in segments]
        shown += [reverse("web:inbox"), reverse("web:request", args=[public_id])]
        answers += [staff.get(address) for address in shown]
        assert token in staff.get(staff_url(holder.recipient, "6")).content.decode()
    code = re.compile(rf"(?<![0-9a-fA-F-]){holder.right}(?![0-9a-fA-F-])")
    for answer in answers:
        page = b"".join(answer) if answer.streaming else answer.content
        assert token.encode() not in page
        assert token not in str(answer.headers)
        assert not code.search(page.decode(errors="replace"))
    everything = dump()
    assert token not in everything
    assert not code.search(everything)
    logged = "\n".join(SecretsHidden().format(record) for record in caplog.records)
    assert token not in logged
    assert not code.search(logged)


def test_an_opening_is_shown_to_whoever_sends_letters_and_to_the_admin() -> None:
    holder = Holder()
    with at_work(holder.world):
        client = Client(REMOTE_ADDR="203.0.113.7", headers={"user-agent": "Peramban Contoh 3"})
        as_owner(holder.world, holder.recipient, client)
        sees = as_user(holder.world.staff).get(staff_url(holder.recipient, "6")).content.decode()
        not_theirs = as_user(holder.world.section_head).get(staff_url(holder.recipient, "6"))
        admin = make_user(holder.world.office, "pengelola", "Pengelola", is_staff=True)
        listed = as_user(admin).get(reverse("admin:requests_app_linkopening_changelist"))
    assert "203.0.113.7" in sees
    assert "Peramban Contoh 3" in sees
    assert "203.0.113.7" not in not_theirs.content.decode()
    assert "203.0.113.7" in listed.content.decode()
    opening = LinkOpening.objects.get()
    assert opening.at - holder.world.now < timedelta(minutes=1)


def test_an_address_is_taken_from_the_proxy_only_where_one_is_trusted(settings: Any) -> None:
    holder = Holder()
    forged = Client(headers={"x-forwarded-for": "198.51.100.9"})
    with at_work(holder.world):
        as_owner(holder.world, holder.recipient, forged)
        assert LinkOpening.objects.get().address == "127.0.0.1"
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        behind = Client(headers={"x-forwarded-for": "192.0.2.1, 198.51.100.9"})
        as_owner(holder.world, holder.recipient, behind)
    assert LinkOpening.objects.first().address == "198.51.100.9"  # type: ignore[union-attr]
