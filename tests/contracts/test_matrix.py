"""Role × deed × state: is exactly that allowed which the table allows, and nothing else?

One walk through all states; in each of them everybody tries everything, every try is rolled back.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from django.db import connection, transaction

from requests_app.models import DataRequest, Recipient, Section
from requests_app.services import people, workflow
from requests_app.services.workflow import Incomplete, Refused
from requests_app.sop.roles import Actor, Capacity, Role
from requests_app.sop.steps import EXITS, RECIPIENT_STEPS, RECORDED, STEPS, Scope, by_key
from tests.contracts.conftest import undo
from tests.factories import WALK, fresh, make_world, open_request

# the mark makes pytest-django lay the test database; the tests themselves only read `tries`
pytestmark = pytest.mark.django_db

REASON = "Alasan yang cukup panjang untuk dicatat."
OWNER_ROWS = tuple(step.key for step in RECIPIENT_STEPS)
STRANGER_DEEDS = ("", "dance", "follow_recipients", "return:closed")
FACTS = {
    "receive_letter": lambda at: {"how": "confirmed", "received_at": at},
    "decline": lambda _at: {"ground": "Rahasia jabatan"},
}


@dataclass(frozen=True)
class Deed:
    """A deed as the table knows it: whose, from where, on what."""

    key: str
    role: Role
    scope: Scope
    sources: tuple[str, ...]
    request_states: tuple[str, ...] = ()


def deeds_of_the_table() -> list[Deed]:
    """Derive all deeds from the rows and exits, and from nothing else."""
    found: dict[tuple[str, Scope, Role], Deed] = {}

    def add(key: str, role: Role, scope: Scope, *sources: str, asked: tuple[str, ...]) -> None:
        known = found.get((key, scope, role))
        sources = sources if known is None else (*known.sources, *sources)
        found[key, scope, role] = Deed(key, role, scope, sources, asked)

    for step in STEPS:
        asked = OWNER_ROWS if step.scope is Scope.RECIPIENT else ()
        if step.key != "review_refusals":
            add(step.key, step.role, step.scope, step.key, asked=asked)
        for target in step.returns_to:
            if by_key(target).scope is step.scope:
                add(f"return:{target}", step.role, step.scope, step.key, asked=asked)
            else:  # row 10 sends one recorded recipient back, while the request stands in row 10
                add(
                    f"return:{target}",
                    step.role,
                    by_key(target).scope,
                    RECORDED,
                    asked=(step.key,),
                )
    for exit_ in EXITS:
        asked = OWNER_ROWS if exit_.scope is Scope.RECIPIENT else ()
        add(exit_.key, exit_.role, exit_.scope, *exit_.sources, asked=asked)
    return list(found.values())


DEEDS = deeds_of_the_table()
KEYS = {scope: sorted({deed.key for deed in DEEDS if deed.scope is scope}) for scope in Scope}


@dataclass(frozen=True)
class Try:
    """What came of one try."""

    who: str
    deed: str
    state: str
    wanted: str
    got: str
    sentence: str
    changed: bool
    logged: int

    def __str__(self) -> str:
        return f"{self.who} tries {self.deed!r} in {self.state}: {self.got} ({self.sentence})"


def is_theirs(deed: Deed, actor: Actor, data_request: DataRequest, subject: object) -> bool:
    """The table's own answer to "whose turn": role, office, section or very recipient."""
    if actor.is_system:
        return deed.key == "receive_letter"
    if actor.role is not deed.role or actor.office_id != data_request.office_id:
        return False
    if actor.role is Role.DATA_OWNER:
        return isinstance(subject, Recipient) and actor.recipient_id == subject.pk
    return actor.section_id in {None, data_request.section_id}


def wanted(key: str, scope: Scope, actor: Actor, data_request: DataRequest, subject: object) -> str:
    """What the table wants: allowed, NotYourTurn, or NotReady."""
    rows = [deed for deed in DEEDS if deed.key == key and deed.scope is scope]
    here = [deed for deed in rows if subject.state in deed.sources]
    if not rows:
        return "NotReady"
    if not any(is_theirs(deed, actor, data_request, subject) for deed in here or rows):
        return "NotYourTurn"
    if not here or (here[0].request_states and data_request.state not in here[0].request_states):
        return "NotReady"
    return "allowed"


class Counter(logging.Handler):
    """Counts the lines of the security log."""

    lines = 0

    def emit(self, record: logging.LogRecord) -> None:
        assert record.levelno >= logging.WARNING
        self.lines += 1


class Stage:
    """The walk, and all that was tried on its way."""

    def __init__(self) -> None:
        self.world = make_world(owners=2)
        self.elsewhere = make_world(owners=1)
        self.other_section = Section.objects.create(office=self.world.office, name="Seksi Lain")
        self.data_request = open_request(self.world, recipients=2)
        self.counter = Counter()
        self.tries: list[Try] = []

    def cast(self) -> dict[str, Actor]:
        """Everybody who may come by."""
        world, request = self.world, self.data_request
        cast = {role.value: world.actor(role) for role in Role if role is not Role.DATA_OWNER}
        cast |= {
            f"{name} of another section": replace(actor, section_id=self.other_section.pk)
            for name, actor in cast.items()
        }
        cast |= {
            f"{role.value} of another office": self.elsewhere.actor(role)
            for role in (Role.SECTION_HEAD, Role.STAFF, Role.AGENCY_HEAD)
        }
        cast["staff for every section"] = replace(cast["staff"], section_id=None)
        mine, other = self.data_request.recipients.order_by("number")[:2]
        for name, recipient in (("owner", mine), ("another owner", other)):
            cast[name] = Actor(
                name=name,
                role=Role.DATA_OWNER,
                capacity=Capacity.LINK,
                office_id=world.office.pk,
                recipient_id=recipient.pk,
                link_id=recipient.pk,
            )
        cast["admin"] = Actor(
            name="Admin", role=None, capacity=Capacity.ADMIN, office_id=world.office.pk, user_id=1
        )
        cast["system"] = people.system_actor(request)
        return cast

    def everybody_tries_everything(self) -> None:
        """In the state the walk has come to."""
        data_request = fresh(self.data_request)
        recipient = data_request.recipients.order_by("number")[0]
        recipient.data_request = data_request
        for who, actor in self.cast().items():
            for subject, scope in ((data_request, Scope.REQUEST), (recipient, Scope.RECIPIENT)):
                for key in (*KEYS[scope], *(STRANGER_DEEDS if who == "staff" else ())):
                    self._try(who, actor, subject, scope, key)

    def _try(self, who: str, actor: Actor, subject, scope: Scope, key: str) -> None:
        data_request = subject.data_request if scope is Scope.RECIPIENT else subject
        state = f"{data_request.state}/{subject.state}"
        expected = wanted(key, scope, actor, data_request, subject)
        before, lines = self._picture(), self.counter.lines
        got, sentence = "allowed", ""
        point = transaction.savepoint()
        try:
            facts = FACTS.get(key, lambda _at: {})(self.world.now)
            workflow.perform(
                subject=subject,
                deed=key,
                actor=actor,
                at=self.world.now,
                reason=REASON,
                **facts,
            )
        except Incomplete as refusal:
            got, sentence = "Incomplete", str(refusal)
        except Refused as refusal:
            got, sentence = type(refusal).__name__, str(refusal)
        changed = self._picture() != before
        undo(point)
        if got == "allowed":
            subject.refresh_from_db()
            if scope is Scope.RECIPIENT:
                subject.data_request.refresh_from_db()
        logged = self.counter.lines - lines
        self.tries.append(Try(who, key, state, expected, got, sentence, changed, logged))

    def _picture(self) -> tuple[object, ...]:
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT (SELECT r::text FROM requests_app_datarequest r WHERE id = %s),
                          (SELECT string_agg(r::text, '|' ORDER BY id)
                           FROM requests_app_recipient r WHERE data_request_id = %s),
                          (SELECT count(*) FROM requests_app_auditentry)""",
                [self.data_request.pk, self.data_request.pk],
            )
            return cursor.fetchone()

    def advance(self, step) -> None:
        """Complete a row, for all recipients where it is theirs."""
        data_request = fresh(self.data_request)
        subjects = [data_request]
        if step.scope is Scope.RECIPIENT:
            subjects = list(data_request.recipients.waiting().order_by("number"))
        for subject in subjects:
            self.world.tick()
            WALK[step.key](self.world, subject)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Leave the walk for a moment."""
        point, now = transaction.savepoint(), self.world.now
        yield
        undo(point)
        self.world.now = now

    def perform(self, role: Role, subject, deed: str) -> None:
        """Do a deed beside the rows."""
        workflow.perform(
            subject=subject,
            deed=deed,
            actor=self.world.actor(role),
            at=self.world.tick(),
            reason=REASON,
        )

    def walk(self) -> None:
        """Go through all rows, and aside into every end."""
        for step in STEPS:
            if step.key == "review_refusals":
                continue
            self.everybody_tries_everything()
            if step.key in {"list_needs", "receive_letter", "use_results"}:
                with self.aside():
                    self.perform(Role.SECTION_HEAD, fresh(self.data_request), "cancel")
                    self.everybody_tries_everything()
            if step.key == "process_request":
                with self.aside():
                    first, second = self.data_request.recipients.order_by("number")
                    self.perform(Role.SECTION_HEAD, first, "waive")
                    self.everybody_tries_everything()  # one waived, the other still waits
                    self.perform(Role.SECTION_HEAD, second, "waive")
                    self.everybody_tries_everything()  # review_refusals
                    self.perform(Role.SECTION_HEAD, fresh(self.data_request), "close_without_data")
                    self.everybody_tries_everything()
            self.advance(step)
        self.everybody_tries_everything()


@pytest.fixture(scope="module")
def tries(django_db_setup, django_db_blocker) -> list[Try]:
    security = logging.getLogger("security")
    kept = security.handlers[:]
    with django_db_blocker.unblock(), transaction.atomic():
        stage = Stage()
        security.handlers[:] = [stage.counter]
        try:
            stage.walk()
        finally:
            security.handlers[:] = kept
            transaction.set_rollback(True)
    return stage.tries


def told(tries: list[Try]) -> str:
    return "\n".join(str(one) for one in tries[:20])


def test_the_walk_has_seen_every_state(tries):
    seen = {state for one in tries for state in one.state.split("/")}
    known = {step.key for step in STEPS} | {"closed", "cancelled", "recorded", "waived"}
    assert seen >= known


def test_nobody_is_refused_what_the_table_allows(tries):
    wrong = [t for t in tries if t.wanted == "allowed" and t.got not in {"allowed", "Incomplete"}]
    assert not wrong, told(wrong)


def test_nobody_may_do_what_the_table_does_not_allow(tries):
    surplus = [t for t in tries if t.wanted != "allowed" and t.got in {"allowed", "Incomplete"}]
    assert not surplus, told(surplus)


def test_a_refusal_tells_not_yours_from_not_now(tries):
    wrong = [t for t in tries if t.wanted != "allowed" and t.got != t.wanted]
    assert not wrong, told(wrong)


def test_a_refusal_changes_nothing(tries):
    wrong = [t for t in tries if t.got != "allowed" and t.changed]
    assert not wrong, told(wrong)


def test_what_is_allowed_changes_something(tries):
    wrong = [t for t in tries if t.got == "allowed" and not t.changed]
    assert not wrong, told(wrong)


def test_every_refusal_is_logged_once_and_has_a_sentence(tries):
    wrong = [t for t in tries if t.logged != (t.got != "allowed")]
    assert not wrong, told(wrong)
    silent = [t for t in tries if t.got != "allowed" and not t.sentence.strip().endswith(".")]
    assert not silent, told(silent)


def test_every_deed_of_the_table_was_somebody_s_at_some_time(tries):
    open_to = {(t.deed, t.who) for t in tries if t.wanted == "allowed"}
    assert {deed for deed, _who in open_to} == {deed.key for deed in DEEDS}
    assert {who for _deed, who in open_to} == {
        "section_head",
        "staff",
        "agency_head",
        "owner",
        "system",
        "staff for every section",
    }
