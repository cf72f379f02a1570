"""Is the table sound, and does it find its rows?"""

import pytest

from requests_app.sop import steps
from requests_app.sop.roles import Actor, Capacity, Role


def test_every_number_and_every_word_in_a_url_finds_its_step():
    for step in steps.STEPS:
        assert steps.by_segment(step.segment) is step
        assert steps.by_key(step.key) is step
        assert steps.find_step(step.key) is step
    with pytest.raises(KeyError):
        steps.by_segment("13")


def test_an_end_awaits_no_step():
    for end in (*steps.REQUEST_ENDS, *steps.RECIPIENT_ENDS):
        assert steps.find_step(end) is None


def test_every_step_belongs_to_one_role_and_one_scope():
    of_roles = [step.key for role in Role for step in steps.for_role(role)]
    assert sorted(of_roles) == sorted(step.key for step in steps.STEPS)
    assert {step.number for step in steps.RECIPIENT_STEPS} == {"6", "7", "7a", "7b", "8", "9"}
    assert len(steps.REQUEST_STEPS) + len(steps.RECIPIENT_STEPS) == len(steps.STEPS)


def test_exits_leave_known_states_for_an_end_and_need_a_reason():
    keys = {step.key for step in steps.STEPS}
    for way_out in steps.EXITS:
        assert steps.exit_by_key(way_out.key) is way_out
        assert set(way_out.sources) <= keys
        assert way_out.target in (*steps.REQUEST_ENDS, *steps.RECIPIENT_ENDS)
        assert way_out.needs_reason


def test_only_the_system_is_the_system():
    system = Actor(name="Sistem", role=None, capacity=Capacity.SYSTEM, office_id=1)
    person = Actor(name="Staf", role=Role.STAFF, capacity=Capacity.DEFINITIVE, office_id=1)
    assert system.is_system
    assert not person.is_system
    assert Role.STAFF.label == "Staf Pelaksana"
