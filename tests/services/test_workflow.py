"""Is `perform` the one door: does it refuse with a sentence, change all or nothing, and record?"""

import logging
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests_app.models import AuditEntry, DataRequest
from requests_app.services import audit, letters, workflow
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn
from requests_app.sop.roles import Role
from tests.factories import data_request_at, fresh, make_world, open_request, recipient_at

pytestmark = pytest.mark.django_db

REASON = "Isi surat belum sesuai dengan tujuan."


@pytest.fixture
def verifying():
    """A request whose draft waits for the section head."""
    return data_request_at("verify_letter", recipients=2)


def send_back(world, data_request, **changes):
    facts = {
        "subject": data_request,
        "deed": "return:draft_letter",
        "actor": world.actor(Role.SECTION_HEAD),
        "at": world.tick(),
        "reason": REASON,
    }
    return workflow.perform(**{**facts, **changes})


def edit(world, data_request, title="Judul yang diperbaiki", **changes):
    facts = {
        "subject": data_request,
        "row": "verify_letter",
        "actor": world.actor(Role.SECTION_HEAD),
        "at": world.tick(),
    }
    with workflow.editing(**{**facts, **changes}) as locked:
        locked.recipients.update(channel_note="ditulis")
        locked.title = title


def picture(data_request):
    """All that a refused deed must leave as it was."""
    return (
        DataRequest.objects.filter(pk=data_request.pk).values().get(),
        list(data_request.recipients.order_by("pk").values()),
        AuditEntry.objects.filter(data_request_id=data_request.pk).count(),
    )


# -- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.STAFF, Role.AGENCY_HEAD])
def test_another_role_is_told_whose_step_it_is(verifying, role):
    world, data_request = verifying
    with pytest.raises(NotYourTurn, match=r"dikerjakan oleh Kepala Seksi/Kasubbag\. TU"):
        send_back(world, data_request, actor=world.actor(role))


def test_the_same_role_of_another_section_is_refused(verifying):
    world, data_request = verifying
    stranger = replace(world.actor(Role.SECTION_HEAD), section_id=world.section.pk + 1)
    with pytest.raises(NotYourTurn, match="seksi lain"):
        send_back(world, data_request, actor=stranger)


def test_a_position_without_section_serves_every_section(verifying):
    world, data_request = verifying
    anywhere = replace(world.actor(Role.SECTION_HEAD), section_id=None)
    assert send_back(world, data_request, actor=anywhere).to_state == "draft_letter"


def test_another_office_is_refused(verifying):
    world, data_request = verifying
    stranger = make_world(owners=0).actor(Role.SECTION_HEAD)
    with pytest.raises(NotYourTurn):
        send_back(world, data_request, actor=replace(stranger, section_id=None))


def test_a_wrong_state_is_refused_and_told():
    world, data_request = data_request_at("prepare_form")
    with pytest.raises(NotReady, match="sudah berada pada langkah 2"):
        send_back(world, data_request)


def test_nothing_follows_an_end(verifying):
    world, data_request = verifying
    send_back(world, data_request, deed="cancel")
    with pytest.raises(NotReady, match="sudah berakhir"):
        send_back(world, data_request)


def test_an_unknown_deed_is_refused(verifying):
    world, data_request = verifying
    for deed in ("", "follow_recipients", "return:closed", "__init__", "x" * 5000):
        with pytest.raises(NotReady, match="tidak dikenal"):
            send_back(world, data_request, deed=deed)


def test_what_is_missing_is_named():
    world = make_world()
    data_request = open_request(world)
    with pytest.raises(Incomplete, match="Tulis tujuan penggunaan data"):
        send_back(world, data_request, deed="list_needs")


@pytest.mark.parametrize("reason", ["", "pendek", "        pendek      "])
def test_a_send_back_needs_a_reason_that_says_something(verifying, reason):
    world, data_request = verifying
    with pytest.raises(Incomplete, match="paling sedikit 10 karakter"):
        send_back(world, data_request, reason=reason)


def test_a_refusal_changes_nothing_and_is_logged_once(verifying, caplog):
    world, data_request = verifying
    before = picture(data_request)
    with caplog.at_level(logging.WARNING, "security"), pytest.raises(NotYourTurn):
        send_back(world, data_request, actor=world.actor(Role.STAFF))
    assert picture(data_request) == before
    [line] = caplog.records
    assert line.name == "security"
    assert "deed=return:draft_letter" in line.getMessage()
    assert f"actor_user={world.staff.pk}" in line.getMessage()


def test_a_refusal_inside_a_prepared_deed_is_logged_once(caplog):
    world = make_world()
    data_request = open_request(world)
    staff = world.actor(Role.STAFF)
    with (
        pytest.raises(NotYourTurn),
        workflow.editing(
            subject=data_request,
            row="list_needs",
            actor=staff,
            at=world.tick(),
            helpers=(Role.STAFF,),
        ) as locked,
    ):
        workflow.perform(subject=locked, deed="list_needs", actor=staff, at=world.now)
    assert len(caplog.records) == 1


# -- versions -----------------------------------------------------------------------------------


def test_a_stale_page_is_told_who_changed_what_and_when(verifying):
    world, data_request = verifying
    seen = data_request.version
    with workflow.editing(
        subject=data_request,
        row="verify_letter",
        actor=world.actor(Role.SECTION_HEAD),
        at=world.tick(),
    ):
        pass
    with pytest.raises(NotReady, match=r"baru saja diubah oleh Kasi Contoh \(\d\d\.\d\d\)"):
        send_back(world, data_request, version=seen)


def test_the_time_in_that_sentence_is_the_office_s(verifying):
    world, data_request = verifying
    moment = world.tick().astimezone(world.office.zone).strftime("%H.%M")
    with workflow.editing(
        subject=data_request,
        row="verify_letter",
        actor=world.actor(Role.SECTION_HEAD),
        at=world.now,
    ):
        pass
    with pytest.raises(NotReady, match=moment):
        send_back(world, data_request, version=1)


def pressed(world, data_request, press, **changes):
    return workflow.take_once(
        subject=data_request,
        press=press,
        take=partial(send_back, world, data_request, **changes),
    )


def test_a_double_click_is_known_as_such(verifying):
    world, data_request = verifying
    seen = data_request.version
    pressed(world, data_request, "one press", version=seen)
    with pytest.raises(NotReady):
        pressed(world, data_request, "one press", version=seen)
    assert workflow.was_pressed(subject=data_request, press="one press")


def test_a_part_of_a_step_is_known_by_its_press_too(verifying):
    world, data_request = verifying
    seen = data_request.version
    take = partial(edit, world, data_request, version=seen)
    workflow.take_once(subject=data_request, press="one press", take=take)
    with pytest.raises(NotReady):
        workflow.take_once(subject=data_request, press="one press", take=take)
    assert workflow.was_pressed(subject=data_request, press="one press")


def test_another_press_of_the_same_page_is_no_double_click(verifying):
    world, data_request = verifying
    seen = data_request.version
    pressed(world, data_request, "one press", version=seen)
    with pytest.raises(NotReady):
        pressed(world, data_request, "another press", version=seen)
    assert not workflow.was_pressed(subject=data_request, press="another press")


def test_an_older_page_after_a_later_deed_is_no_double_click(verifying):
    world, data_request = verifying
    pressed(world, data_request, "one press", version=data_request.version)
    workflow.take_once(
        subject=data_request,
        press="a later press",
        take=partial(
            letters.draft_letter,
            subject=data_request,
            text=letters.default_text(data_request),
            actor=world.actor(Role.STAFF),
            at=world.tick(),
        ),
    )
    assert not workflow.was_pressed(subject=data_request, press="one press")


def test_the_same_press_on_another_recipient_is_no_double_click():
    _world, first = recipient_at("send_letter", recipients=2)
    second = first.data_request.recipients.order_by("number")[1]
    workflow.take_once(subject=first, press="one press", take=lambda: None)
    assert workflow.was_pressed(subject=first, press="one press")
    assert not workflow.was_pressed(subject=second, press="one press")


def test_what_comes_from_no_page_is_never_a_double_click(verifying):
    world, data_request = verifying
    pressed(world, data_request, "")
    assert not workflow.was_pressed(subject=data_request, press="")


def test_a_refused_press_is_not_taken_for_done(verifying):
    world, data_request = verifying
    with pytest.raises(Incomplete):
        pressed(world, data_request, "one press", reason="")
    assert not workflow.was_pressed(subject=data_request, press="one press")


def test_what_a_refused_deed_has_kept_stays_kept(verifying):
    world, data_request = verifying

    def keep_and_refuse() -> None:
        edit(world, data_request)
        raise Incomplete("Belum lengkap.")

    seen = data_request.version
    with pytest.raises(Incomplete):
        workflow.take_once(subject=data_request, press="one press", take=keep_and_refuse)
    assert fresh(data_request).version > seen


@pytest.mark.parametrize("deed", ["send_letter", "waive"])
def test_no_recipient_moves_before_the_letter_is_signed(verifying, deed):
    world, data_request = verifying
    role = Role.STAFF if deed == "send_letter" else Role.SECTION_HEAD
    with pytest.raises(NotReady, match="belum ditandatangani"):
        workflow.perform(
            subject=data_request.recipients.first(),
            deed=deed,
            actor=world.actor(role),
            at=world.tick(),
            reason=REASON,
        )


def test_a_deed_raises_the_version(verifying):
    world, data_request = verifying
    seen = data_request.version
    entry = send_back(world, data_request, version=seen)
    assert entry.version == seen
    assert fresh(data_request).version > seen


# -- time ---------------------------------------------------------------------------------------


def test_time_never_runs_back(verifying):
    world, data_request = verifying
    last = audit.last_entry(audit.chain_of_request(data_request.pk))
    assert last is not None
    before = picture(data_request)
    with pytest.raises(NotReady, match="Coba sekali lagi"):
        send_back(world, data_request, at=last.at - timedelta(microseconds=1))
    with pytest.raises(NotReady, match="Jam sistem lebih awal"):
        send_back(world, data_request, at=last.at - timedelta(minutes=1))
    assert picture(data_request) == before


def test_two_deeds_may_share_a_moment(verifying):
    world, data_request = verifying
    last = audit.last_entry(audit.chain_of_request(data_request.pk))
    assert last is not None
    assert send_back(world, data_request, at=last.at).sequence == last.sequence + 1


def test_a_draft_does_not_run_back_either(verifying):
    world, data_request = verifying
    with (
        pytest.raises(NotReady, match="Jam sistem lebih awal"),
        workflow.editing(
            subject=data_request,
            row="verify_letter",
            actor=world.actor(Role.SECTION_HEAD),
            at=world.now - timedelta(days=1),
        ),
    ):
        pytest.fail("nothing may be written")


# -- what a deed leaves behind ------------------------------------------------------------------


def test_the_entry_tells_who_did_what_from_where_to_where(verifying):
    world, data_request = verifying
    entered, due = data_request.entered_at, data_request.due_at
    entry = send_back(world, data_request, record={"catatan": "hal"})
    assert (entry.kind, entry.deed, entry.row) == (
        "returns",
        "return:draft_letter",
        "verify_letter",
    )
    assert (entry.from_state, entry.to_state) == ("verify_letter", "draft_letter")
    assert (entry.request_from_state, entry.request_to_state) == ("verify_letter", "draft_letter")
    assert (entry.actor_name, entry.actor_nip) == ("Kasi Contoh", world.section_head.nip)
    assert (entry.actor_role, entry.actor_capacity) == ("section_head", "definitif")
    assert entry.actor_title == "Kepala Subbagian Tata Usaha"
    assert (entry.entered_at, entry.due_at) == (entered, due)
    assert (entry.reason, entry.facts, entry.at) == (REASON, {"catatan": "hal"}, world.now)


def test_the_caller_s_object_tells_the_truth_again(verifying):
    world, data_request = verifying
    send_back(world, data_request)
    stored = fresh(data_request)
    for field in DataRequest._meta.concrete_fields:
        assert getattr(data_request, field.attname) == getattr(stored, field.attname), field.name


def test_the_new_step_begins_now_and_is_due_by_its_standard_time(verifying):
    world, data_request = verifying
    send_back(world, data_request)
    assert data_request.entered_at == world.now
    assert data_request.due_at == world.now + timedelta(minutes=30)  # row 3: 30 menit
    assert data_request.round == 2


def test_an_end_has_a_time_and_no_due_time(verifying):
    world, data_request = verifying
    send_back(world, data_request, deed="cancel")
    assert (data_request.state, data_request.outcome) == ("cancelled", "cancelled")
    assert (data_request.closed_at, data_request.due_at) == (world.now, None)


def test_an_unlawful_value_is_refused_and_rolled_back(verifying):
    world, data_request = verifying
    before = picture(data_request)
    with pytest.raises(Incomplete):
        edit(world, data_request, title="")
    assert picture(data_request) == before


def test_the_request_is_locked_before_its_recipient(verifying):
    _world, data_request = verifying
    recipient = data_request.recipients.first()
    with CaptureQueriesContext(connection) as queries:
        workflow.lock(recipient)
    locks = [query["sql"] for query in queries if "FOR UPDATE" in query["sql"]]
    assert len(locks) == 2
    assert 'FOR UPDATE OF "requests_app_datarequest"' in locks[0]
    assert 'FOR UPDATE OF "requests_app_recipient"' in locks[1]


# -- the smaller door ---------------------------------------------------------------------------


def test_editing_writes_raises_the_version_and_stays_off_the_record(verifying):
    world, data_request = verifying
    seen, entries = data_request.version, AuditEntry.objects.count()
    edit(world, data_request, version=seen)
    stored = fresh(data_request)
    assert (stored.title, stored.version) == ("Judul yang diperbaiki", seen + 1)
    assert (stored.changed_by, stored.changed_at) == ("Kasi Contoh", world.now)
    assert data_request.title == stored.title
    assert AuditEntry.objects.count() == entries


def test_editing_is_refused_like_performing(verifying, caplog):
    world, data_request = verifying
    before = picture(data_request)
    staff = world.actor(Role.STAFF)
    with pytest.raises(NotYourTurn):
        edit(world, data_request, actor=staff)
    with pytest.raises(NotYourTurn, match="seksi lain"):
        edit(
            world,
            data_request,
            actor=replace(world.actor(Role.SECTION_HEAD), section_id=world.section.pk + 1),
        )
    with pytest.raises(NotReady):
        edit(world, data_request, row="list_needs")
    with pytest.raises(NotReady):
        edit(world, data_request, version=data_request.version - 1)
    assert picture(data_request) == before
    assert [line.name for line in caplog.records] == ["security"] * 4


def test_helpers_may_edit_in_their_own_section_only(verifying):
    world, data_request = verifying
    staff = world.actor(Role.STAFF)
    edit(world, data_request, actor=staff, helpers=(Role.STAFF,))
    for stranger in (
        replace(staff, section_id=world.section.pk + 1),
        replace(staff, section_id=None, office_id=world.office.pk + 1),
    ):
        with pytest.raises(NotYourTurn):
            edit(world, data_request, actor=stranger, helpers=(Role.STAFF,))


def test_a_note_is_on_the_record_and_moves_nothing(verifying):
    world, data_request = verifying
    state, seen = data_request.state, data_request.version
    entry = workflow.note(
        subject=data_request,
        deed="renew_link",
        actor=world.actor(Role.STAFF),
        at=world.tick(),
        reason="Tautan lama hilang",
        record={"n": 1},
    )
    assert (entry.kind, entry.row) == ("notes", "")
    assert (entry.from_state, entry.to_state) == (state, state)
    assert (entry.reason, entry.facts) == ("Tautan lama hilang", {"n": 1})
    assert fresh(data_request).version == seen + 1
    assert list(audit.verify_chains()) == []


def test_a_note_does_not_run_back(verifying):
    world, data_request = verifying
    with pytest.raises(NotReady, match="Jam sistem lebih awal"):
        workflow.note(
            subject=data_request,
            deed="renew_link",
            actor=world.actor(Role.STAFF),
            at=world.now - timedelta(days=1),
        )
