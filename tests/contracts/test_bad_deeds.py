"""What happens to a deed by the wrong person, at the wrong time, twice, or by no button at all?

One walk through all rows; in each state the buttons of every page are pressed by whom they are not
for, and every press is rolled back. Refused: 404 for strangers, 403 for another role, 409 for
another state, a stale page or an unknown deed, 410 where the request was cancelled, 422 for
what is missing; always with a sentence, always on the security log, never with a change.
"""

import html
import logging
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from requests_app.models import AuditEntry, DataRequest, Initial, Recipient, Section
from requests_app.services import initials, requests, workflow
from requests_app.sop.roles import Role
from requests_app.sop.steps import EXITS, RECORDED, STEPS, Scope, Step, by_key
from requests_app.web.pages import PAGES
from requests_app.web.pages.page import SAVE
from tests.contracts.conftest import fingerprint, undo, writes
from tests.factories import (
    MONDAY,
    PASSWORD,
    WALK,
    data_request_at,
    fresh,
    make_position,
    make_user,
    make_world,
    open_request,
    recipient_at,
)
from tests.web.doors import as_owner, as_user, owner_url

pytestmark = pytest.mark.django_db

REASON = "Alasan yang cukup panjang untuk dicatat."
EXIT_KEYS = {exit_.key: exit_ for exit_ in EXITS}
OWNERS = ("owner", "another owner")
KEEPS_WHAT_WAS_TYPED = "process_request"
"""An owner's answers and files are kept as far as they go, also when row 7a cannot close."""
HELPED_BY_STAFF = {"list_needs", "use_results", "report_usage"}
"""Rows whose parts staff may type; only the row's role completes them."""
PRINTED_BY_STAFF = {"print_for_pen"}
"""Parts that staff may do in a row of the head: the letter is printed for the pen."""
PEOPLE = {
    Role.SECTION_HEAD: "section_head",
    Role.STAFF: "staff",
    Role.AGENCY_HEAD: "agency_head",
    Role.DATA_OWNER: "owner",
}


@dataclass(frozen=True)
class Press:
    """A button pressed, and the answer."""

    what: str
    who: str
    deed: str
    state: str
    wanted: frozenset[int]
    got: int
    changed: tuple[str, ...]
    logged: int
    told: bool

    def __str__(self) -> str:
        wanted = "/".join(map(str, sorted(self.wanted)))
        return (
            f"{self.what}: {self.who} presses {self.deed!r} of a page in {self.state}: "
            f"{self.got} instead of {wanted}, changed {self.changed}, logged {self.logged}, "
            f"told {self.told}"
        )


class Lines(logging.Handler):
    """Counts the lines of the security log."""

    count = 0

    def emit(self, record: logging.LogRecord) -> None:
        del record
        self.count += 1


class Walk:
    """A request on its way with two owners, and the browsers of all who may press."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.world = make_world(owners=2)
        self.data_request = open_request(self.world, recipients=2)
        office = self.world.office
        other = Section.objects.create(office=office, name="Seksi Lain")
        head = make_user(office, f"kasi-lain-{office.pk}", "Kasi Lain")
        make_position(head, Role.SECTION_HEAD, "Kepala Seksi Lain", section=other)
        self.clients = {
            "section_head": as_user(self.world.section_head),
            "staff": as_user(self.world.staff),
            "agency_head": as_user(self.world.agency_head),
            "head of another section": as_user(head),
            "stranger": as_user(make_world(owners=0).staff),
        }

    def subject_of(self, step: Step) -> DataRequest | Recipient:
        data_request = fresh(self.data_request)
        if step.scope is Scope.REQUEST:
            return data_request
        recipient = data_request.recipients.order_by("number")[0]
        recipient.data_request = data_request
        return recipient

    def address(self, step: Step, *, as_an_owner: bool = False) -> str:
        subject = self.subject_of(step)
        if isinstance(subject, DataRequest):
            return reverse("web:step", args=[subject.public_id, step.segment])
        if as_an_owner:
            return owner_url(subject, step.segment)
        public_id = subject.data_request.public_id
        return reverse("web:recipient_step", args=[public_id, subject.number, step.segment])

    def press(
        self, what: str, who: str, step: Step, deed: str, *wanted: int, **posted: Any
    ) -> Press:
        """Press a button, look what came of it, and undo it."""
        client, subject = self.clients[who], self.subject_of(step)
        url = self.address(step, as_an_owner=who in OWNERS)
        body = {SAVE: "1"} if deed == SAVE else {"deed": deed}
        lines = self.lines.count
        answer, changed = self.post(client, url, {"version": subject.version, **body, **posted})
        logged = self.lines.count - lines
        if changed and answer.status_code != HTTPStatus.FOUND:
            # written, and perhaps rolled back by the service itself: press again and compare
            _again, changed = self.post(
                client, url, {"version": subject.version, **body, **posted}, compare=changed
            )
        refusal = answer.context.get("refusal") if answer.context else None
        told = (
            answer.status_code in {302, 404, 410, 422}
            if refusal is None
            else (html.escape(str(refusal)) in answer.content.decode())
        )
        return Press(
            what,
            who,
            deed,
            f"{fresh(self.data_request).state}/{subject.state}",
            frozenset(wanted),
            answer.status_code,
            changed,
            logged,
            told,
        )

    def post(
        self, client: Client, url: str, body: dict[str, Any], compare: tuple[str, ...] = ()
    ) -> tuple[Any, tuple[str, ...]]:
        """Post, tell which tables were written (or differ, of those to compare), and undo it."""
        cookies, point = deepcopy(client.cookies), transaction.savepoint()
        look = (lambda: fingerprint(list(compare))) if compare else writes
        before = look()
        answer = client.post(url, body)
        after = look()
        undo(point)
        client.cookies = cookies
        return answer, tuple(table for table in after if after[table] != before.get(table, 0))

    # -- whose, and when ----------------------------------------------------------------------

    def role_of(self, step: Step, deed: str) -> Role:
        exit_ = EXIT_KEYS.get(deed)
        return step.role if exit_ is None else exit_.role

    def sources_of(self, step: Step, deed: str) -> tuple[str, ...]:
        exit_ = EXIT_KEYS.get(deed)
        return (step.key,) if exit_ is None else exit_.sources

    def wrong_people(self, step: Step) -> Iterator[Press]:
        """In the row's own state: everybody whose deed it is not."""
        for page_deed in PAGES[step.key].deeds:
            if page_deed.also_later:
                continue
            deed = page_deed.deed
            role = self.role_of(step, deed)
            for who in self.clients:
                if who == PEOPLE[role]:
                    continue
                wanted = 404 if who == "stranger" else 403
                if who in OWNERS:  # a link opens nothing of the office's, and no sibling's rows
                    wanted = 404 if step.scope is Scope.RECIPIENT else 302
                is_part = deed not in {step.key, *EXIT_KEYS} and not deed.startswith("return:")
                if who == "staff" and is_part:
                    if step.key not in HELPED_BY_STAFF and deed not in PRINTED_BY_STAFF:
                        # what a part lacks may be told to staff first; it changes nothing
                        yield self.press("wrong role", who, step, deed, 403, 422)
                    continue
                yield self.press("wrong role", who, step, deed, wanted)

    def wrong_times(self, here: str) -> Iterator[Press]:
        """In whatever state the walk stands: the buttons of all other rows by their own role."""
        for step in STEPS:
            subject = self.subject_of(step)
            for page_deed in PAGES[step.key].deeds[:1]:
                deed, role = page_deed.deed, self.role_of(step, page_deed.deed)
                who = PEOPLE[role]
                if who not in self.clients or subject.state in self.sources_of(step, deed):
                    continue
                # an owner's link ends with a request that is cancelled, and says so
                wanted = 410 if who == "owner" and here == "cancelled" else 409
                yield self.press(f"wrong time in {here}", who, step, deed, wanted)

    def unknown_and_stale(self, step: Step) -> Iterator[Press]:
        """In the row's own state, by the right role: no button, another page's, an old page."""
        who = PEOPLE[step.role]
        if who not in self.clients:
            return
        for deed in ("", "dance", "follow_recipients", "__class__", "return:closed"):
            yield self.press("unknown", who, step, deed, 409)
        offered = {page_deed.deed for page_deed in PAGES[step.key].deeds}
        for foreign in ("sign_letter", "accept_report", "cancel", "return:list_needs"):
            if foreign not in offered:
                yield self.press("not offered", who, step, foreign, 409)
        for page_deed in PAGES[step.key].deeds:
            if page_deed.also_later:
                continue
            yield self.press("stale", who, step, page_deed.deed, 409, version=9999)
            yield self.press("bare", who, step, page_deed.deed, 302, 422, 409)
        yield self.press("no version", who, step, step.key, 302, 422, 409, version="x")

    def go(self) -> Iterator[Press]:
        for step in STEPS:
            if step.key == "review_refusals":
                continue
            yield from self.everything_in(step)
            for subject in self.standing_in(step):
                self.world.tick()
                WALK[step.key](self.world, subject)
            if step.key == "send_letter":
                mine, another = fresh(self.data_request).recipients.order_by("number")
                self.clients["owner"] = as_owner(self.world, mine)
                self.clients["another owner"] = as_owner(self.world, another)
            if step.key == "process_request":
                yield from self.after_refusals()
                yield from self.after_cancelling()
        yield from self.wrong_times("closed")

    def everything_in(self, step: Step) -> Iterator[Press]:
        yield from self.wrong_people(step)
        yield from self.unknown_and_stale(step)
        yield from self.wrong_times(step.key)

    def after_refusals(self) -> Iterator[Press]:
        point, now = transaction.savepoint(), self.world.now
        for recipient in self.data_request.recipients.all():
            workflow.perform(
                subject=recipient,
                deed="waive",
                actor=self.world.actor(Role.SECTION_HEAD),
                at=self.world.tick(),
                reason=REASON,
            )
        yield from self.everything_in(by_key("review_refusals"))
        undo(point)
        self.world.now = now

    def after_cancelling(self) -> Iterator[Press]:
        point, now = transaction.savepoint(), self.world.now
        requests.cancel(
            subject=fresh(self.data_request),
            actor=self.world.actor(Role.SECTION_HEAD),
            at=self.world.tick(),
            reason=REASON,
        )
        yield from self.wrong_times("cancelled")
        undo(point)
        self.world.now = now

    def standing_in(self, step: Step) -> list[Any]:
        data_request = fresh(self.data_request)
        if step.scope is Scope.REQUEST:
            return [data_request]
        return list(data_request.recipients.exclude(state=RECORDED).order_by("number"))


@pytest.fixture
def _november(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The story plays in November 2026, whatever the database's own clock says."""
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))
    with time_machine.travel(MONDAY + timedelta(days=1), tick=False):
        yield


@pytest.fixture(scope="module")
def presses(django_db_setup, django_db_blocker) -> list[Press]:
    lines, security = Lines(), logging.getLogger("security")
    kept = security.handlers[:]
    with (
        pytest.MonkeyPatch.context() as patch,
        time_machine.travel(MONDAY + timedelta(days=1), tick=False),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        patch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))
        security.handlers[:] = [lines]
        try:
            return list(Walk(lines).go())
        finally:
            security.handlers[:] = kept
            transaction.set_rollback(True)


def told(presses: list[Press]) -> str:
    return "\n" + "\n".join(str(one) for one in presses[:150])


def test_every_press_gets_the_answer_that_was_promised(presses):
    wrong = [one for one in presses if one.got not in one.wanted]
    assert not wrong, told(wrong)


def test_what_is_refused_changes_nothing(presses):
    wrong = [
        one
        for one in presses
        if one.changed
        and (one.what != "bare" or one.got != 302)
        and (one.what, one.deed) != ("bare", KEEPS_WHAT_WAS_TYPED)
    ]
    assert not wrong, told(wrong)


def test_what_is_refused_is_logged(presses):
    wrong = [one for one in presses if one.got in {403, 404, 409, 410} and not one.logged]
    assert not wrong, told(wrong)


def test_what_is_refused_is_told_with_its_sentence(presses):
    wrong = [one for one in presses if not one.told]
    assert not wrong, told(wrong)


def test_every_row_was_tried_in_every_way(presses):
    for what in ("wrong role", "unknown", "stale", "bare"):
        tried = {one.deed for one in presses if one.what == what}
        assert tried, what
    assert {one.got for one in presses} >= {403, 404, 409, 410, 422}


# -- told to the one who typed --------------------------------------------------------------------


@pytest.mark.usefixtures("_november")
def test_a_stale_page_keeps_what_was_typed_and_can_be_sent_again():
    world, data_request = data_request_at("verify_letter")
    client = as_user(world.section_head)
    url = reverse("web:step", args=[data_request.public_id, "4"])
    typed = {"deed": "return:draft_letter", "reason": "Tujuan belum sesuai dengan kegiatan."}
    with workflow.editing(
        subject=data_request,
        row="verify_letter",
        actor=world.actor(Role.SECTION_HEAD),
        at=world.tick(),
    ):
        pass
    answer = client.post(url, {**typed, "version": data_request.version - 1})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "baru saja diubah oleh Kasi Contoh" in page
    assert typed["reason"] in page
    renewed = answer.context["forms"]["return_draft_letter"]["version"].value()
    assert client.post(url, {**typed, "version": renewed}).status_code == HTTPStatus.FOUND


DOUBLE_CLICKS: list[tuple[str, dict[str, str]]] = [
    ("verify_letter", {"deed": "return:draft_letter", "reason": REASON}),
    ("sign_letter", {"deed": "return:draft_letter", "reason": REASON}),
    ("verify_letter", {"deed": "verify_letter"}),
    ("record_data", {"deed": "record_data"}),
    ("accept_report", {"deed": "accept_report", "affirmed": "on", "password": PASSWORD}),
    ("accept_report", {"deed": "return:use_results", "reason": REASON}),
]
"""Rows whose button needs little more than to be pressed, and what it needs."""


@pytest.mark.usefixtures("_november")
@pytest.mark.parametrize(("state", "typed"), DOUBLE_CLICKS, ids=lambda value: str(value)[:60])
def test_a_double_click_leads_to_the_result(state, typed):
    world, data_request = data_request_at(state)
    step = by_key(state)
    client = as_user(getattr(world, PEOPLE[step.role]))
    args: list[Any] = [data_request.public_id, step.segment]
    subject: DataRequest | Recipient = data_request
    if step.scope is Scope.RECIPIENT:
        subject = data_request.recipients.get()
        args = [data_request.public_id, subject.number, step.segment]
    name = "web:recipient_step" if step.scope is Scope.RECIPIENT else "web:step"
    url = reverse(name, args=args)
    shown = client.get(url)
    page_deed = PAGES[state].find(typed["deed"])
    form = shown.context["forms"][page_deed.name]
    body = {
        **{bound.html_name: bound.value() for bound in form if bound.value() is not None},
        **typed,
        "version": subject.version,
    }
    if typed["deed"] == "verify_letter":
        body |= dict.fromkeys(initials.CHECKS, initials.FITS)
    entries = AuditEntry.objects.exclude(kind="notes").count()
    first, second = client.post(url, body), client.post(url, body)
    assert (first.status_code, second.status_code) == (302, 302), first.content.decode()
    assert second["Location"] == first["Location"]
    assert AuditEntry.objects.exclude(kind="notes").count() == entries + 1


@pytest.mark.usefixtures("_november")
def test_an_owner_s_double_click_leads_to_the_result():
    world, recipient = recipient_at("receive_letter")
    client = as_owner(world, recipient)
    recipient.refresh_from_db()
    body = {
        "deed": "receive_letter",
        "version": recipient.version,
        "name": "Pejabat Contoh",
        "title": "Kepala Bidang",
        "phone": "0285 123456",
    }
    entries = AuditEntry.objects.exclude(kind="notes").count()
    first = client.post(owner_url(recipient, "7"), body)
    second = client.post(owner_url(recipient, "7"), body)
    assert (first.status_code, second.status_code) == (302, 302), first.content.decode()
    assert AuditEntry.objects.exclude(kind="notes").count() == entries + 1


@pytest.mark.usefixtures("_november")
@pytest.mark.parametrize(("who", "wanted"), [("staff", 403), ("agency_head", 403), ("kasi", 422)])
def test_an_exit_without_a_reason_says_first_whose_it_is(who, wanted, caplog):
    world, data_request = data_request_at("prepare_form")
    person = world.section_head if who == "kasi" else getattr(world, who)
    url = reverse("web:cancel", args=[data_request.public_id])
    answer = as_user(person).post(url, {"version": data_request.version})
    assert answer.status_code == wanted
    assert fresh(data_request).state == "prepare_form"
    logged = [line for line in caplog.records if line.name == "security"]
    assert bool(logged) is (wanted == 403)


@pytest.mark.usefixtures("_november")
def test_a_cancelled_request_is_cancelled_once():
    world, data_request = data_request_at("prepare_form")
    client = as_user(world.section_head)
    url = reverse("web:cancel", args=[data_request.public_id])
    body = {"version": data_request.version, "reason": REASON}
    assert [client.post(url, body).status_code for _time in range(2)] == [302, 302]
    stale = client.post(url, {**body, "version": ""})
    assert stale.status_code == HTTPStatus.CONFLICT
    assert "sudah berakhir" in stale.content.decode()


@pytest.mark.usefixtures("_november")
def test_a_position_that_ended_while_the_form_was_open_counts_no_more():
    world, data_request = data_request_at("verify_letter")
    client = as_user(world.section_head)
    url = reverse("web:step", args=[data_request.public_id, "4"])
    assert client.get(url).status_code == HTTPStatus.OK
    world.section_head.positions.update(valid_to=MONDAY.date())
    body = {"deed": "return:draft_letter", "reason": REASON, "version": data_request.version}
    assert client.post(url, body).status_code == HTTPStatus.FORBIDDEN
    assert fresh(data_request).state == "verify_letter"


@pytest.mark.usefixtures("_november")
def test_the_same_person_neither_drafts_and_verifies_nor_verifies_and_signs():
    world, data_request = data_request_at("verify_letter")
    make_position(world.staff, Role.SECTION_HEAD, "Kepala Seksi", section=world.section)
    client = as_user(world.staff)
    url = reverse("web:step", args=[data_request.public_id, "4"])
    body = {
        "deed": "verify_letter",
        "version": data_request.version,
        "content_hash": data_request.newest_version().content_hash(),
        **dict.fromkeys(initials.CHECKS, initials.FITS),
    }
    answer = client.post(url, body)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "Anda menyusun draf ini" in answer.content.decode()
    assert not Initial.objects.exists()


@pytest.mark.usefixtures("_november")
def test_without_its_token_a_form_does_nothing():
    world, data_request = data_request_at("prepare_form")
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.section_head)
    answer = client.post(
        reverse("web:cancel", args=[data_request.public_id]),
        {"version": data_request.version, "reason": REASON},
    )
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert fresh(data_request).state == "prepare_form"


def test_a_wrong_clock_does_no_deed():
    world, data_request = data_request_at("prepare_form")
    with time_machine.travel(MONDAY + timedelta(days=9000), tick=False):
        client = as_user(world.section_head)
        answer = client.post(
            reverse("web:cancel", args=[data_request.public_id]),
            {"version": data_request.version, "reason": REASON},
        )
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Jam sistem tidak cocok" in answer.content.decode()
    assert fresh(data_request).state == "prepare_form"
