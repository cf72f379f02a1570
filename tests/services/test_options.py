"""Are the deeds at hand, and the reasons against them, the refusals of the one door themselves?"""

from dataclasses import replace

import pytest

from requests_app.services import options, workflow
from requests_app.services.workflow import Refused
from requests_app.sop.roles import Role
from tests.factories import data_request_at, make_world, open_request

pytestmark = pytest.mark.django_db


def test_a_state_offers_its_deeds_send_backs_and_exits():
    world, data_request = data_request_at("verify_letter")
    found = options.options_for(subject=data_request, actor=world.actor(Role.SECTION_HEAD))
    assert {(option.deed, option.kind) for option in found} == {
        ("verify_letter", "completes"),
        ("return:draft_letter", "returns"),
        ("return:prepare_form", "returns"),
        ("cancel", "leaves"),
    }


def test_an_end_offers_nothing():
    world, data_request = data_request_at("verify_letter")
    head = world.actor(Role.SECTION_HEAD)
    workflow.perform(
        subject=data_request,
        deed="cancel",
        actor=head,
        at=world.tick(),
        reason="Kegiatan dibatalkan.",
    )
    assert options.options_for(subject=data_request, actor=head) == []


def test_the_reason_is_the_refusal_s_own_sentence():
    world, data_request = data_request_at("verify_letter")
    staff = world.actor(Role.STAFF)
    for option in options.options_for(subject=data_request, actor=staff):
        assert option.is_blocked
        with pytest.raises(Refused) as caught:
            workflow.perform(
                subject=data_request,
                deed=option.deed,
                actor=staff,
                at=world.now,
                reason="Alasan yang cukup panjang.",
            )
        assert option.reason == str(caught.value)
        assert type(option.refusal) is type(caught.value)


def test_what_is_merely_missing_does_not_lock_the_button():
    world = make_world()
    data_request = open_request(world)
    option = options.option_for(
        subject=data_request, deed="list_needs", actor=world.actor(Role.SECTION_HEAD)
    )
    assert not option.allowed
    assert not option.is_blocked
    assert option.reason == "Tulis tujuan penggunaan data."


def test_an_allowed_deed_has_no_reason():
    world, data_request = data_request_at("verify_letter")
    option = options.option_for(
        subject=data_request, deed="return:draft_letter", actor=world.actor(Role.SECTION_HEAD)
    )
    assert option.allowed
    assert option.reason == ""


def test_a_deed_of_two_rows_is_asked_about_the_row_it_stands_in():
    world, data_request = data_request_at("verify_letter")
    option = options.option_for(
        subject=data_request, deed="return:draft_letter", actor=world.actor(Role.SECTION_HEAD)
    )
    assert option.row == "verify_letter"


def test_a_deed_of_another_state_says_where_the_request_stands():
    world, data_request = data_request_at("prepare_form")
    option = options.option_for(
        subject=data_request, deed="verify_letter", actor=world.actor(Role.SECTION_HEAD)
    )
    assert option.is_blocked
    assert "langkah 2" in option.reason


def test_an_unknown_deed_is_a_mistake_of_the_caller():
    world = make_world()
    with pytest.raises(KeyError):
        options.option_for(subject=open_request(world), deed="dance", actor=world.actor(Role.STAFF))


def test_the_turn_is_the_row_s_role_in_the_own_section():
    world, data_request = data_request_at("verify_letter")
    head = world.actor(Role.SECTION_HEAD)
    assert options.has_turn(subject=data_request, actor=head)
    assert not options.has_turn(subject=data_request, actor=world.actor(Role.STAFF))
    elsewhere = replace(head, section_id=world.section.pk + 1)
    assert not options.has_turn(subject=data_request, actor=elsewhere)


def test_nobody_has_a_turn_at_an_end():
    world, data_request = data_request_at("verify_letter")
    head = world.actor(Role.SECTION_HEAD)
    workflow.perform(
        subject=data_request, deed="cancel", actor=head, at=world.tick(), reason="Tidak perlu lagi."
    )
    assert not options.has_turn(subject=data_request, actor=head)


def test_asking_changes_nothing(django_assert_max_num_queries):
    world, data_request = data_request_at("verify_letter")
    before = (data_request.version, data_request.state)
    with django_assert_max_num_queries(12):
        options.options_for(subject=data_request, actor=world.actor(Role.SECTION_HEAD))
    data_request.refresh_from_db()
    assert (data_request.version, data_request.state) == before
