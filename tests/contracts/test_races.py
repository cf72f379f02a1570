"""Two people act at once: one wins, the other reads why, and nobody waits for ever."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from requests_app.models import AuditCheckpoint, LetterNumber, NumberRegister, Recipient
from requests_app.services import audit, numbers, owners, requests, usage, workflow
from requests_app.services.workflow import NotReady, Refused
from requests_app.sop.roles import Role
from tests.factories import (
    WALK,
    data_request_at,
    fresh,
    make_world,
    owner_actor,
    recipient_at,
    use_text,
)

pytestmark = pytest.mark.django_db(transaction=True)


def together(*deeds: Callable[[], Any]) -> list[Any]:
    """Do deeds at the same moment, each in a thread and connection of its own."""
    barrier = threading.Barrier(len(deeds))
    outcomes: list[Any] = [None] * len(deeds)

    def run(place: int, deed: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=10)
            outcomes[place] = deed()
        except Exception as error:  # whatever happened is the outcome
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, deed)) for n, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


@pytest.mark.parametrize("state", ["list_needs", "sign_letter", "record_data"])
def test_the_same_deed_by_two_succeeds_once(state: str) -> None:
    world, data_request = data_request_at(state)
    entries = len(list(audit.entries_of(data_request.pk)))
    subject = (
        data_request.recipients.get() if data_request.waits_for_owners else fresh(data_request)
    )
    world.tick()
    outcomes = together(
        lambda: WALK[state](world, subject),
        lambda: WALK[state](world, type(subject).objects.get(pk=subject.pk)),
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert len(refused) == 1, outcomes
    assert isinstance(refused[0], NotReady)
    assert str(refused[0])
    assert len(list(audit.entries_of(data_request.pk))) == entries + 1
    assert list(audit.verify_chains()) == []


def test_two_clicks_at_once_are_one_press() -> None:
    world, data_request = data_request_at("use_results")
    world.tick()

    def click() -> Any:
        subject = fresh(data_request)
        add = partial(
            usage.add_use,
            subject=subject,
            items=[item.pk for item in subject.received_items()],
            text=use_text(world),
            actor=world.actor(Role.SECTION_HEAD),
            at=world.now,
            version=data_request.version,
        )
        return workflow.take_once(subject=subject, press="one press", take=add)

    outcomes = together(click, click)
    [refused] = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert isinstance(refused, NotReady), outcomes
    assert workflow.was_pressed(subject=data_request, press="one press")
    assert data_request.uses.count() == len(data_request.received_items())


def test_numbers_taken_at_once_are_contiguous() -> None:
    world = make_world()

    def take() -> LetterNumber:
        with transaction.atomic():
            return numbers.issue_number(
                office=world.office,
                kind=NumberRegister.Kind.LETTER,
                dated=world.now.date(),
                actor=world.actor(Role.AGENCY_HEAD),
                at=world.now,
            )

    taken = together(*[take] * 6)
    assert sorted(number.serial for number in taken) == [1, 2, 3, 4, 5, 6]


def test_who_waits_too_long_for_a_number_reads_why(monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world()
    monkeypatch.setattr(numbers, "WAIT", "100ms")
    held, given_up = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            numbers.lock_registers(world.office, NumberRegister.Kind.LETTER)
            held.set()
            given_up.wait(timeout=10)

    def wait() -> None:
        held.wait(timeout=10)
        try:
            with transaction.atomic():
                numbers.lock_registers(world.office, NumberRegister.Kind.LETTER)
        finally:
            given_up.set()

    _held, refused = together(hold, wait)
    assert isinstance(refused, NotReady)
    assert "Coba lagi" in str(refused)


def test_two_workers_make_one_checkpoint_of_a_day() -> None:
    world, _data_request = data_request_at("prepare_form")
    made = together(*[lambda: audit.make_checkpoint(at=world.now)] * 4)
    assert [checkpoint.sequence for checkpoint in made] == [1] * 4, made
    assert AuditCheckpoint.objects.count() == 1


def test_two_owners_may_move_at_once() -> None:
    world, data_request = data_request_at("receive_letter", recipients=2)
    first, second = data_request.recipients.order_by("number")
    world.tick()
    outcomes = together(
        lambda: WALK["receive_letter"](world, first),
        lambda: WALK["receive_letter"](world, second),
    )
    assert not [outcome for outcome in outcomes if isinstance(outcome, Refused | Exception)]
    assert fresh(data_request).state == "process_request"
    assert list(audit.verify_chains()) == []


def test_a_request_and_its_recipient_may_move_at_once_without_a_deadlock() -> None:
    world, recipient = recipient_at("receive_letter", recipients=2)
    data_request = fresh(recipient.data_request)
    world.tick()
    outcomes = together(
        lambda: WALK["receive_letter"](world, recipient),
        lambda: requests.cancel(
            subject=data_request,
            actor=world.actor(Role.SECTION_HEAD),
            at=world.now,
            reason="Kegiatan dibatalkan oleh pimpinan.",
        ),
    )
    unexpected = [o for o in outcomes if isinstance(o, Exception) and not isinstance(o, Refused)]
    assert not unexpected, unexpected
    assert fresh(data_request).state == "cancelled"
    assert list(audit.verify_chains()) == []


def test_an_owner_who_is_given_up_while_answering_is_told() -> None:
    world, recipient = recipient_at("receive_letter", recipients=2)
    same = Recipient.objects.get(pk=recipient.pk)
    version = recipient.version
    world.tick()
    deed = {"at": world.now, "version": version}
    outcomes = together(
        lambda: owners.decline(
            subject=recipient,
            ground=recipient.office.grounds[0],
            reason="Data belum tersedia pada kami.",
            actor=owner_actor(recipient),
            **deed,
        ),
        lambda: requests.waive(
            subject=same,
            actor=world.actor(Role.SECTION_HEAD),
            reason="Tidak menjawab setelah diingatkan.",
            **deed,
        ),
    )
    [refused] = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert isinstance(refused, NotReady)
    assert str(refused)
    assert Recipient.objects.get(pk=recipient.pk).state in {"declined", "waived"}
    assert list(audit.verify_chains()) == []
