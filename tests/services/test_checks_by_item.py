"""Is each item accepted, sent back and counted by itself, and is the owner told of it?"""

from datetime import timedelta
from typing import Any

import pytest

from requests_app.models import AuditEntry, Delivery, ItemAnswer, Notice, Pause, Recipient
from requests_app.models.fulfilment import Fulfilment
from requests_app.services import audit, checks, clocks, histories, notices, owners, reminders
from requests_app.services.checks import Finding
from requests_app.services.fulfilments import fulfilments_of
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn
from requests_app.sop.roles import Role
from tests.factories import World, answers_for, owner_actor, recipient_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]

NOTE = "Jumlah tahun 2026."


def fresh(recipient: Recipient) -> Recipient:
    return Recipient.objects.get(pk=recipient.pk)


def by_staff(world: World, recipient: Recipient, **facts: Any) -> dict[str, Any]:
    return {"subject": recipient, "actor": world.actor(Role.STAFF), "at": world.tick(), **facts}


def second_flagged(recipient: Recipient) -> list[Finding]:
    first, second = recipient.asked_items()
    return [
        Finding(item_id=first.pk, verdict="accepted"),
        Finding(item_id=second.pk, verdict="correction", note=NOTE),
    ]


def ask(world: World, recipient: Recipient, **facts: Any) -> Recipient:
    """Send the second item back."""
    findings = second_flagged(recipient)
    checks.ask_correction(**by_staff(world, recipient, findings=findings, **facts))
    return fresh(recipient)


def answer_again(world: World, recipient: Recipient) -> Recipient:
    """Put it right and send it."""
    actor = owner_actor(recipient)
    owners.process_request(
        subject=recipient,
        given=answers_for(recipient, uploads=()),
        actor=actor,
        at=world.tick(),
    )
    owners.deliver(subject=recipient, actor=actor, at=world.tick())
    return fresh(recipient)


def due_day(recipient: Recipient) -> str:
    assert recipient.due_at is not None
    return recipient.due_at.astimezone(recipient.office.zone).strftime("%d-%m-%Y")


# -- how long a correction may take ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "due_on"), [(None, "26-11-2026"), (1, "24-11-2026"), (10, "07-12-2026")]
)
def test_staff_sets_how_long_a_correction_may_take(days: int | None, due_on: str) -> None:
    world, recipient = recipient_at("receive_data")
    assert due_day(ask(world, recipient, days=days)) == due_on


@pytest.mark.parametrize("days", [0, -1, 11])
def test_a_correction_takes_a_day_at_least_and_no_more_than_the_owner_had(days: int) -> None:
    world, recipient = recipient_at("receive_data")
    with pytest.raises(Incomplete, match="paling sedikit 1 dan paling lama 10 hari kerja"):
        ask(world, recipient, days=days)
    assert fresh(recipient).state == "receive_data"
    assert not ItemAnswer.objects.exclude(verdict="").exists()


def test_the_record_tells_each_correction_with_its_own_days() -> None:
    world, recipient = recipient_at("receive_data")
    recipient = answer_again(world, ask(world, recipient, days=2))
    recipient = ask(world, recipient, days=7)
    office = recipient.office
    office.correction_days = 1
    office.save()
    data_request = recipient.data_request
    line = histories.timeline_of(
        data_request=data_request,
        recipients=[recipient],
        entries=list(audit.entries_of(data_request.pk)),
        at=world.tick(),
    )
    row = next(row for row in line.rows if row.row.key == "process_request")
    assert row.due_at == recipient.due_at == clocks.due_at(recipient, recipient.entered_at)
    days = AuditEntry.objects.filter(deed="return:process_request").order_by("sequence")
    assert [entry.facts["days"] for entry in days] == [2, 7]


# -- the owner is told ----------------------------------------------------------------------------


def test_the_owner_reads_what_to_put_right_and_until_when() -> None:
    world, recipient = recipient_at("receive_data")
    ask(world, recipient, days=2)
    notice = Notice.objects.get(kind=Notice.Kind.MESSAGE)
    assert notice.address == recipient.data_owner.email
    assert recipient.data_request.title in notice.subject
    assert f"- Jumlah anggota: {NOTE}" in notice.text
    assert "Daftar organisasi" not in notice.text
    assert "Rabu, 25 November 2026 pukul 16.30 WIB" in notice.text
    assert notices.LINK_MARK in notice.text
    assert notice.link == recipient.live_link()


def test_a_link_that_has_run_out_is_not_promised() -> None:
    world, recipient = recipient_at("receive_data")
    recipient.links.update(expires_at=world.now)
    world.tick()
    ask(world, recipient)
    notice = Notice.objects.get(kind=Notice.Kind.MESSAGE)
    assert notice.link is None
    assert notices.LINK_MARK not in notice.text
    assert "Hubungi narahubung kami untuk tautan baru." in notice.text


def test_an_owner_without_an_address_is_sent_back_all_the_same() -> None:
    world, recipient = recipient_at("receive_data")
    Recipient.objects.filter(pk=recipient.pk).update(sent_to="", channel="courier")
    owner = recipient.data_owner
    owner.email = ""
    owner.save()
    assert ask(world, fresh(recipient)).state == "process_request"
    assert not Notice.objects.filter(kind=Notice.Kind.MESSAGE).exists()


# -- how much is in hand --------------------------------------------------------------------------


def test_nothing_is_in_hand_before_it_is_sent() -> None:
    _world, recipient = recipient_at("deliver_data")
    assert recipient.fulfilment() == Fulfilment(asked=2)
    assert fulfilments_of({recipient.pk: 2}) == {recipient.pk: Fulfilment(asked=2)}


def test_what_was_sent_back_is_no_longer_in_hand_until_it_comes_again() -> None:
    world, recipient = recipient_at("receive_data")
    assert recipient.fulfilment() == Fulfilment(asked=2, given=2)
    assert recipient.fulfilment().chip == ""
    recipient = ask(world, recipient)
    assert recipient.fulfilment() == Fulfilment(asked=2, given=1)
    assert recipient.fulfilment().chip == "Sebagian diterima (1 dari 2)"
    recipient = answer_again(world, recipient)
    assert recipient.fulfilment().in_figures == "2/2"


def test_what_is_given_partly_is_told_so() -> None:
    _world, recipient = recipient_at("receive_data")
    first, second = ItemAnswer.objects.order_by("item__position")
    first.availability, second.availability = "partial", "unavailable"
    first.save()
    second.save()
    found = fresh(recipient).fulfilment()
    assert found == Fulfilment(asked=2, given=1, partly=1)
    assert found.chip == "Sebagian diterima (1 dari 2, 1 belum utuh)"


def test_a_supplement_counts_once_it_is_taken_in() -> None:
    world, recipient = recipient_at("receive_data")
    ItemAnswer.objects.filter(item__position=2).update(availability="unavailable")
    more = Delivery.objects.create(
        recipient=recipient,
        number=2,
        round=1,
        is_supplement=True,
        started_at=world.now,
        sent_at=world.now,
    )
    for item in recipient.asked_items():
        ItemAnswer.objects.create(delivery=more, item=item, availability="available")
    assert fresh(recipient).fulfilment().given == 1
    Delivery.objects.filter(pk=more.pk).update(taken_in_at=world.tick())
    assert fresh(recipient).fulfilment().given == 2


def test_one_and_many_are_counted_alike() -> None:
    world, first = recipient_at("receive_data", recipients=3)
    second, third = first.data_request.recipients.order_by("number")[1:]
    ask(world, second)
    third.withheld_items.add(third.asked_items().last())
    recipients = [fresh(one) for one in (first, second, third)]
    asked = dict(Recipient.objects.with_asked().order_by("number").values_list("pk", "asked"))
    assert list(asked.values()) == [2, 2, 1]
    assert fulfilments_of(asked) == {one.pk: one.fulfilment() for one in recipients}


# -- reminders ------------------------------------------------------------------------------------


def test_an_owner_who_is_waited_for_is_reminded_once_a_day() -> None:
    world, recipient = recipient_at("process_request")
    sent = reminders.send_reminder(**by_staff(world, recipient))
    assert recipient.data_request.title in sent.subject
    assert "Senin, 7 Desember 2026 pukul 16.30 WIB" in sent.text
    assert AuditEntry.objects.get(deed="send_reminder").recipient_id == recipient.pk
    assert fresh(recipient).version == recipient.version
    with pytest.raises(NotReady, match="Pengingat sudah dikirim hari ini"):
        reminders.send_reminder(**by_staff(world, recipient))
    world.now += timedelta(days=1)
    reminders.send_reminder(**by_staff(world, recipient))
    assert AuditEntry.objects.filter(deed="send_reminder").count() == 2


def test_nobody_is_reminded_while_the_clock_stands() -> None:
    world, recipient = recipient_at("process_request")
    pause = Pause.objects.create(recipient=recipient, started_at=world.now, reason="Penjelasan")
    with pytest.raises(NotReady, match="Waktu sedang dijeda; pengingat tidak dikirim"):
        reminders.send_reminder(**by_staff(world, recipient))
    pause.resumed_at = world.tick()
    pause.save()
    reminders.send_reminder(**by_staff(world, recipient))


def test_who_has_sent_everything_is_not_reminded() -> None:
    world, recipient = recipient_at("receive_data")
    with pytest.raises(NotReady, match="tidak sedang ditunggu"):
        reminders.send_reminder(**by_staff(world, recipient))
    assert not Notice.objects.filter(kind=Notice.Kind.MESSAGE).exists()


def test_only_who_receives_data_reminds() -> None:
    world, recipient = recipient_at("process_request")
    for actor in (world.actor(Role.AGENCY_HEAD), owner_actor(recipient)):
        with pytest.raises(NotYourTurn):
            reminders.send_reminder(subject=recipient, actor=actor, at=world.tick())
    assert not AuditEntry.objects.filter(deed="send_reminder").exists()


def test_an_owner_without_an_address_is_reminded_another_way() -> None:
    world, recipient = recipient_at("process_request")
    Recipient.objects.filter(pk=recipient.pk).update(sent_to="", channel="courier")
    recipient.data_owner.email = ""
    recipient.data_owner.save()
    with pytest.raises(Incomplete, match="Alamat surel pemilik data belum diisi"):
        reminders.send_reminder(**by_staff(world, fresh(recipient)))
