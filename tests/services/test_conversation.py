"""Does time stand still while the office owes an answer, and may an owner have more days, once?"""

from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from requests_app.models import AuditEntry, Clarification, Extension, Notice, Pause, Recipient
from requests_app.services import (
    audit,
    clocks,
    conversation,
    deeming,
    extensions,
    histories,
    owners,
    requests,
)
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn
from requests_app.sop import explanation
from requests_app.sop.roles import Actor, Role
from requests_app.sop.timeline import RowState
from tests.factories import WALK, World, data_request_at, make_world, owner_actor, recipient_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]

WIB = ZoneInfo("Asia/Jakarta")
QUESTION = "Apakah organisasi yang sudah bubar ikut dihitung?"
ANSWER = "Tidak, hanya organisasi yang masih aktif."
REASON = "Petugas data sedang mengikuti pelatihan di luar kota."


def wib(text: str) -> datetime:
    return datetime.strptime(text, "%d-%m-%Y %H.%M").replace(tzinfo=WIB)


def fresh(recipient: Recipient) -> Recipient:
    return Recipient.objects.select_related("data_request__office", "data_owner").get(
        pk=recipient.pk
    )


def ask(recipient: Recipient, at: datetime, question: str = QUESTION, **more: Any) -> Clarification:
    return conversation.ask_clarification(
        subject=fresh(recipient),
        question=question,
        actor=owner_actor(recipient),
        at=at,
        **more,
    )


def answer(
    world: World, asked: Clarification, at: datetime, role: Role = Role.STAFF
) -> Clarification:
    return conversation.answer_clarification(
        subject=fresh(asked.recipient),
        clarification=asked.pk,
        answer=ANSWER,
        actor=world.actor(role),
        at=at,
    )


def extend(recipient: Recipient, at: datetime, days: int = 7, reason: str = REASON) -> Extension:
    return extensions.request_extension(
        subject=fresh(recipient),
        days=days,
        reason=reason,
        actor=owner_actor(recipient),
        at=at,
    )


def grant(world: World, recipient: Recipient, at: datetime) -> Extension:
    return extensions.grant_extension(
        subject=fresh(recipient), actor=world.actor(Role.SECTION_HEAD), at=at
    )


@pytest.fixture
def asked() -> tuple[World, Recipient]:
    """An owner who confirmed on Monday 23 November 2026: due on Monday 7 December, 16.30."""
    world, recipient = recipient_at("process_request")
    assert recipient.due_at == wib("07-12-2026 16.30")
    return world, recipient


# -- the clock (DOMAIN's table) -------------------------------------------------------------------


def test_a_weekend_inside_a_pause_costs_nothing(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    question = ask(recipient, wib("27-11-2026 14.00"))
    assert fresh(recipient).due_at is None
    answer(world, question, wib("30-11-2026 08.00"))
    assert fresh(recipient).due_at == wib("08-12-2026 08.30")
    assert fresh(recipient).data_request.due_at == wib("08-12-2026 08.30")


def test_seven_days_more_count_from_the_due_date(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    extend(recipient, wib("01-12-2026 09.00"))
    assert fresh(recipient).due_at == wib("07-12-2026 16.30")
    grant(world, recipient, wib("02-12-2026 09.00"))
    assert fresh(recipient).due_at == wib("16-12-2026 16.30")
    assert fresh(recipient).data_request.due_at == wib("16-12-2026 16.30")


def test_days_granted_during_a_pause_come_after_it(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    question = ask(recipient, wib("27-11-2026 14.00"))
    extend(recipient, wib("27-11-2026 14.10"), days=2)
    grant(world, recipient, wib("27-11-2026 14.20"))
    assert fresh(recipient).due_at is None
    answer(world, question, wib("30-11-2026 08.00"))
    assert fresh(recipient).due_at == wib("10-12-2026 16.30")


def test_what_was_late_stays_late_but_is_not_told_so_meanwhile(
    asked: tuple[World, Recipient],
) -> None:
    world, recipient = asked
    question = ask(recipient, wib("08-12-2026 09.00"))
    assert fresh(recipient).due_at is None
    answer(world, question, wib("09-12-2026 09.00"))
    assert fresh(recipient).due_at == wib("07-12-2026 16.30")


def test_a_pause_counts_from_a_deemed_receipt_not_from_its_recording() -> None:
    world, recipient = recipient_at("receive_letter")
    Recipient.objects.filter(pk=recipient.pk).update(sent_at=wib("23-11-2026 10.00"))
    deeming.deem_receipts(at=wib("26-11-2026 09.00"))
    assert fresh(recipient).due_at == wib("09-12-2026 16.30")
    question = ask(recipient, wib("27-11-2026 09.00"))
    answer(world, question, wib("27-11-2026 10.00"))
    assert fresh(recipient).due_at == wib("10-12-2026 08.30")


def test_while_the_answers_are_read_once_more_the_days_for_the_data_move_too() -> None:
    world, recipient = recipient_at("deliver_data")
    before = clocks.data_term_of(fresh(recipient))
    assert before is not None
    question = ask(recipient, world.tick())
    answer(world, question, world.tick(20))
    after = clocks.data_term_of(fresh(recipient))
    assert after is not None
    assert after.due_at == before.due_at + timedelta(hours=15, minutes=20)


# -- questions ------------------------------------------------------------------------------------


def test_several_questions_are_one_pause_that_the_last_answer_ends(
    asked: tuple[World, Recipient],
) -> None:
    world, recipient = asked
    item = recipient.items()[0]
    first = ask(recipient, wib("24-11-2026 09.00"))
    second = ask(recipient, wib("24-11-2026 10.00"), "Tahun berapa yang dimaksud?", item=item)
    answer(world, first, wib("24-11-2026 11.00"), Role.SECTION_HEAD)
    assert fresh(recipient).due_at is None
    answer(world, second, wib("24-11-2026 12.00"))
    pause = Pause.objects.get(recipient=recipient)
    assert (pause.started_at, pause.resumed_at) == (first.asked_at, wib("24-11-2026 12.00"))
    assert fresh(recipient).due_at == wib("08-12-2026 10.30")


def test_a_question_and_its_answer_stand_on_the_record(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    answer(world, ask(recipient, world.tick(), item=recipient.items()[1]), world.tick())
    told = AuditEntry.objects.filter(recipient_id=recipient.pk, kind="notes").order_by("sequence")
    deeds = {entry.deed: entry for entry in told}
    assert deeds["ask_clarification"].reason == QUESTION
    assert deeds["ask_clarification"].facts["item"] == 2
    assert deeds["ask_clarification"].actor_capacity == "link"
    assert deeds["answer_clarification"].facts["resumed"] is True
    assert not list(audit.verify_chains())


def test_an_open_page_of_the_owner_is_as_good_as_before(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    answer(world, ask(recipient, world.tick()), world.tick())
    extend(recipient, world.tick())
    grant(world, recipient, world.tick())
    assert fresh(recipient).version == recipient.version


def test_the_answer_is_mailed_to_the_directory_with_the_way_back(
    asked: tuple[World, Recipient],
) -> None:
    world, recipient = asked
    answer(world, ask(recipient, world.tick()), world.tick())
    notice = Notice.objects.get(kind=Notice.Kind.MESSAGE)
    assert notice.address == recipient.data_owner.email
    assert notice.link == recipient.live_link()
    assert QUESTION in notice.text
    assert ANSWER in notice.text
    assert "{tautan}" in notice.text
    assert "Tenggat data sekarang: 8 Desember 2026 pukul 07.31 WIB" in notice.text


def test_an_owner_without_an_address_is_answered_all_the_same(
    asked: tuple[World, Recipient],
) -> None:
    world, recipient = asked
    recipient.data_owner.email = ""
    recipient.data_owner.save()
    assert not answer(world, ask(recipient, world.tick()), world.tick()).is_open
    assert not Notice.objects.filter(kind=Notice.Kind.MESSAGE).exists()


def test_a_question_says_something_and_is_about_what_was_asked(
    asked: tuple[World, Recipient],
) -> None:
    world, recipient = asked
    with pytest.raises(Incomplete, match="paling sedikit 10"):
        ask(recipient, world.tick(), "  Kapan?   ")
    _world, other = recipient_at("process_request")
    with pytest.raises(Incomplete, match="Pilih data yang diminta"):
        ask(recipient, world.tick(), item=other.items()[0])
    assert not Pause.objects.filter(recipient=recipient).exists()


def test_the_same_question_is_not_asked_twice_at_once(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    question = ask(recipient, world.tick())
    with pytest.raises(NotReady, match="sudah terkirim"):
        ask(recipient, world.tick(), f" {QUESTION} ")
    answer(world, question, world.tick())
    assert ask(recipient, world.tick()).is_open


def test_a_question_is_answered_once(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    question = ask(recipient, world.tick())
    answer(world, question, world.tick())
    with pytest.raises(NotReady, match="sudah dijawab oleh Staf Contoh"):
        answer(world, question, world.tick(), Role.SECTION_HEAD)
    with pytest.raises(Incomplete, match="paling sedikit 10"):
        conversation.answer_clarification(
            subject=recipient,
            clarification=question.pk,
            answer="Ya.",
            actor=world.actor(Role.STAFF),
            at=world.tick(),
        )


def test_a_question_of_somebody_else_is_not_found(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    _world, other = recipient_at("process_request")
    foreign = ask(other, wib("24-11-2026 09.00"))
    with pytest.raises(NotReady, match="tidak ditemukan"):
        conversation.answer_clarification(
            subject=recipient,
            clarification=foreign.pk,
            answer=ANSWER,
            actor=world.actor(Role.STAFF),
            at=world.tick(),
        )


def test_only_the_section_answers(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    question = ask(recipient, world.tick())
    strangers = (world.actor(Role.AGENCY_HEAD), make_world(owners=0).actor(Role.STAFF))
    for actor in (*strangers, owner_actor(recipient)):
        with pytest.raises(NotYourTurn):
            conversation.answer_clarification(
                subject=recipient,
                clarification=question.pk,
                answer=ANSWER,
                actor=actor,
                at=world.tick(),
            )


def test_only_this_owner_asks(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    _world, other = recipient_at("process_request")
    actors: list[Actor] = [world.actor(Role.STAFF), owner_actor(other)]
    for actor in actors:
        with pytest.raises(NotYourTurn):
            conversation.ask_clarification(
                subject=recipient, question=QUESTION, actor=actor, at=world.tick()
            )


@pytest.mark.parametrize(
    ("state", "sentence"),
    [("receive_letter", "Konfirmasi penerimaan"), ("receive_data", "Data sudah dikirim")],
)
def test_nothing_is_asked_before_the_letter_or_after_the_data(state: str, sentence: str) -> None:
    world, recipient = recipient_at(state)
    with pytest.raises(NotReady, match=sentence):
        ask(recipient, world.tick())
    with pytest.raises(NotReady, match=sentence):
        extend(recipient, world.tick())


# -- the pause ends when somebody moves on --------------------------------------------------------


def test_whoever_goes_on_no_longer_waits(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    question = ask(recipient, wib("24-11-2026 09.00"))
    world.now = wib("24-11-2026 10.00")
    WALK["process_request"](world, fresh(recipient))
    pause = Pause.objects.get(recipient=recipient)
    assert pause.resumed_at == wib("24-11-2026 10.00")
    entry = AuditEntry.objects.get(recipient_id=recipient.pk, deed="process_request")
    assert entry.due_at == wib("08-12-2026 08.30")
    assert datetime.fromisoformat(entry.facts["paused_since"]) == pause.started_at
    assert fresh(recipient).due_at == wib("24-11-2026 10.30")
    # the office still owes the answer, but no clock waits for it
    answer(world, question, wib("24-11-2026 10.10"))
    assert fresh(recipient).due_at == wib("24-11-2026 10.30")


def test_a_question_that_was_left_open_ends_no_later_pause(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    ask(recipient, wib("24-11-2026 09.00"))
    world.now = wib("24-11-2026 10.00")
    WALK["process_request"](world, fresh(recipient))
    later = ask(recipient, wib("24-11-2026 10.10"), "Bolehkah lampiran menyusul?")
    assert fresh(recipient).due_at is None
    answer(world, later, wib("24-11-2026 10.15"))
    assert fresh(recipient).due_at == wib("24-11-2026 10.35")


@pytest.mark.parametrize("how", ["decline", "waive", "cancel"])
def test_no_pause_outlives_its_owner_or_its_request(
    asked: tuple[World, Recipient], how: str
) -> None:
    world, recipient = asked
    question = ask(recipient, world.tick())
    at, head = world.tick(), world.actor(Role.SECTION_HEAD)
    if how == "decline":
        ground = recipient.office.grounds[0]
        owners.decline(
            subject=fresh(recipient),
            ground=ground,
            reason=REASON,
            actor=owner_actor(recipient),
            at=at,
        )
    elif how == "waive":
        requests.waive(subject=fresh(recipient), actor=head, at=at, reason=REASON)
    else:
        requests.cancel(subject=recipient.data_request, actor=head, at=at, reason=REASON)
    assert Pause.objects.get(recipient=recipient).resumed_at == at
    with pytest.raises(NotReady, match="tidak lagi menunggu"):
        answer(world, question, world.tick())


def test_one_owner_stands_still_and_the_other_is_awaited() -> None:
    world, data_request = data_request_at("process_request", recipients=2)
    first, second = data_request.recipients.order_by("number")
    ask(first, world.tick())
    data_request.refresh_from_db()
    assert data_request.due_at == fresh(second).due_at
    ask(second, world.tick())
    data_request.refresh_from_db()
    assert data_request.due_at is None
    overdue = type(data_request).objects.overdue(world.now + timedelta(days=60))
    assert data_request not in overdue


# -- more days ------------------------------------------------------------------------------------


def test_days_are_asked_for_once(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    extend(recipient, world.tick(), days=3)
    with pytest.raises(NotReady, match="hanya satu kali, paling lama 7 hari kerja"):
        extend(recipient, world.tick(), days=1)
    grant(world, recipient, world.tick())
    with pytest.raises(NotReady, match="hanya satu kali"):
        extend(recipient, world.tick(), days=1)


@pytest.mark.parametrize("days", [0, 8, -1])
def test_no_more_days_than_the_office_gives(asked: tuple[World, Recipient], days: int) -> None:
    world, recipient = asked
    with pytest.raises(Incomplete, match="paling lama 7 hari kerja"):
        extend(recipient, world.tick(), days=days)


def test_an_office_may_give_less_or_nothing(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    world.office.extension_days = 3
    world.office.save()
    with pytest.raises(Incomplete, match="paling lama 3 hari kerja"):
        extend(recipient, world.tick(), days=4)
    world.office.extension_days = 0
    world.office.save()
    with pytest.raises(NotReady, match="tidak memberi perpanjangan"):
        extend(recipient, world.tick(), days=1)


def test_a_reason_is_asked_for_days_and_for_refusing_them(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    with pytest.raises(Incomplete, match="Tulis alasan"):
        extend(recipient, world.tick(), reason="sibuk")
    extend(recipient, world.tick())
    with pytest.raises(Incomplete, match="Tulis alasan"):
        extensions.refuse_extension(
            subject=recipient, note="tidak", actor=world.actor(Role.SECTION_HEAD), at=world.tick()
        )


def test_too_late_is_too_late_unless_the_clock_stood_still(asked: tuple[World, Recipient]) -> None:
    _world, recipient = asked
    question = ask(recipient, wib("07-12-2026 16.00"))
    extend(recipient, wib("09-12-2026 09.00"))
    assert Extension.objects.get(recipient=recipient).is_open
    assert question.is_open
    _world, late = recipient_at("process_request")
    with pytest.raises(NotReady, match="sudah lewat pada 7 Desember 2026"):
        extend(late, wib("07-12-2026 16.31"))


def test_refused_days_leave_the_due_time(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    extend(recipient, world.tick())
    extensions.refuse_extension(
        subject=fresh(recipient),
        note="Rapat koordinasi tidak dapat ditunda lagi.",
        actor=world.actor(Role.SECTION_HEAD),
        at=world.tick(),
    )
    assert fresh(recipient).due_at == wib("07-12-2026 16.30")
    text = Notice.objects.get(kind=Notice.Kind.MESSAGE).text
    assert "tidak dapat kami setujui" in text
    assert "Rapat koordinasi" in text
    with pytest.raises(NotReady, match="sudah diputuskan oleh Kasi Contoh: ditolak"):
        grant(world, recipient, world.tick())


def test_only_the_section_head_decides(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    with pytest.raises(NotReady, match="Tidak ada permintaan"):
        grant(world, recipient, world.tick())
    extend(recipient, world.tick())
    for role in (Role.STAFF, Role.AGENCY_HEAD):
        with pytest.raises(NotYourTurn, match="kepala seksi"):
            extensions.grant_extension(subject=recipient, actor=world.actor(role), at=world.tick())


def test_days_that_have_passed_already_are_not_granted(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    extend(recipient, wib("07-12-2026 09.00"), days=1)
    with pytest.raises(NotReady, match="sudah lewat"):
        grant(world, recipient, wib("09-12-2026 09.00"))


def test_days_granted_after_the_due_time_save_who_asked_in_time(
    asked: tuple[World, Recipient],
) -> None:
    world, recipient = asked
    extend(recipient, wib("07-12-2026 09.00"), days=2)
    grant(world, recipient, wib("08-12-2026 09.00"))
    assert fresh(recipient).due_at == wib("09-12-2026 16.30")


def test_nothing_is_decided_about_data_that_was_sent(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    extend(recipient, world.tick())
    for key in ("process_request", "deliver_data"):
        world.tick()
        WALK[key](world, fresh(recipient))
    with pytest.raises(NotReady, match="Data sudah dikirim"):
        grant(world, recipient, world.tick())


# -- one truth ------------------------------------------------------------------------------------


def told_alike(recipient: Recipient, at: datetime) -> None:
    """Compare what is stored with what timeline, term and explanation make of the record."""
    stored = fresh(recipient)
    entries = list(audit.entries_of(stored.data_request_id))
    line = histories.timeline_of(
        data_request=stored.data_request, recipients=[stored], entries=entries, at=at
    )
    for row in line.for_recipient(stored.number):
        done = [e for e in entries if e.row == row.row.key and e.kind != "notes"]
        closed = [one for one in row.rounds if one.deed is not None]
        assert [one.due_at for one in closed] == [entry.due_at for entry in done]
        if row.state is not RowState.NOW or row.last is None or row.last.left is None:
            continue
        assert row.last.left.is_paused == (stored.due_at is None)
        assert stored.due_at in {None, row.due_at}
    term = clocks.data_term_of(stored)
    if term is not None:
        calendar = clocks.calendar_of(stored.office)
        facts = explanation.explain(
            term.opened_at, term.standard, calendar, term.pauses, term.extension
        )
        assert facts[-1].phrase.values["due"] == term.due_at
        assert stored.state != "process_request" or stored.due_at in {None, term.due_at}


def live_on(world: World, recipient: Recipient, dice: Random) -> None:
    """Do one thing that may be done now, or that is refused."""
    at = world.tick(dice.choice((1, 30, 200, 1500, 4300)))
    head = world.actor(Role.SECTION_HEAD)
    asked = fresh(recipient).clarifications.filter(answered_at=None).first()
    what = dice.choice(("ask", "ask", "answer", "answer", "extend", "grant", "refuse", "go on"))
    if what == "ask":
        ask(recipient, at, f"Pertanyaan pada saat {at:%d %H %M}")
    elif what == "answer" and asked is not None:
        answer(world, asked, at)
    elif what == "extend":
        extend(recipient, at, days=dice.randint(1, 7))
    elif what == "grant":
        grant(world, recipient, at)
    elif what == "refuse":
        extensions.refuse_extension(subject=recipient, note=REASON, actor=head, at=at)
    elif what == "go on" and dice.random() < 0.5:
        state = fresh(recipient).state
        if state in {"process_request", "deliver_data"}:
            WALK[state](world, fresh(recipient))


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_the_clock_is_told_alike_everywhere(
    asked: tuple[World, Recipient], seed: int
) -> None:
    world, recipient = asked
    dice, began, said = Random(seed), world.now, 0  # noqa: S311
    for _history in range(8):
        world.now = began
        with transaction.atomic():
            for _deed in range(9):
                try:
                    live_on(world, recipient, dice)
                except (NotReady, Incomplete):
                    said += 1
                told_alike(recipient, world.now)
            transaction.set_rollback(True)
    assert said
