"""Has each row of the table exactly one of everything that is derived from it, and nothing more?"""

import pytest
from django.apps import apps
from django.template.loader import get_template

from requests_app.models import DataRequest, Recipient
from requests_app.models.fsm import is_turn_of
from requests_app.services import deeds, people, workflow
from requests_app.sop import steps
from requests_app.sop.roles import Role
from requests_app.sop.steps import EXITS, STEPS, Scope, by_key
from requests_app.web import wording
from requests_app.web.pages import PAGES
from tests.factories import WALK, make_world, open_request

KINDS = {Scope.REQUEST: DataRequest, Scope.RECIPIENT: Recipient}
DECIDES = "review_refusals"
"""The one row without a deed of its own: it is left by its send-backs and by an exit."""
RETURNS = [(step.key, target) for step in STEPS for target in step.returns_to]


def key_of(step):
    return step.key


def transitions(model):
    """All transitions of a machine as (method, source, target, move)."""
    field = model._meta.get_field("state")
    return [
        (found.name, found.source, found.target, found.custom.get("move"))
        for found in field.get_all_transitions(model)
    ]


def moves(kind, **wanted):
    """The transitions of both machines whose move is of this kind and has these marks."""
    return [
        (model, method, source, target, move)
        for model in KINDS.values()
        for method, source, target, move in transitions(model)
        if move is not None
        and move.kind == kind
        and all(getattr(move, name) == value for name, value in wanted.items())
    ]


# -- machines -----------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [s for s in STEPS if s.key != DECIDES], ids=key_of)
def test_a_row_has_exactly_one_completing_method(step):
    [(model, method, source, target, move)] = moves("completes", row=step.key)
    assert model is KINDS[step.scope]
    assert method == step.key == source == move.deed
    assert target == step.next
    assert not move.needs_reason


def test_the_row_that_only_decides_has_none():
    assert moves("completes", row=DECIDES) == []
    assert by_key(DECIDES).returns_to
    assert [exit_.key for exit_ in EXITS if exit_.sources == (DECIDES,)] == ["close_without_data"]


@pytest.mark.parametrize(("key", "target"), RETURNS)
def test_a_row_that_returns_has_exactly_one_send_back_there(key, target):
    [(model, method, source, to, move)] = moves("returns", row=key, deed=f"return:{target}")
    assert model is KINDS[by_key(target).scope]
    assert method == f"return_to_{target}"
    assert to == target
    assert move.needs_reason
    # only row 10 sends back another thing than stands in it: a recipient that is recorded
    assert source == (steps.RECORDED if key == "process_data" else key)


@pytest.mark.parametrize("exit_", EXITS, ids=key_of)
def test_an_exit_leads_from_its_sources_to_its_end(exit_):
    found = moves("leaves", row=exit_.key)
    assert {source for _model, _method, source, _target, _move in found} == set(exit_.sources)
    for model, method, _source, target, move in found:
        assert model is KINDS[exit_.scope]
        assert method == exit_.key == move.deed
        assert target == exit_.target
        assert move.needs_reason is exit_.needs_reason


def test_the_machines_know_no_transition_that_the_table_does_not():
    known = {("completes", step.key) for step in STEPS if step.key != DECIDES}
    known |= {("returns", f"{key}>{target}") for key, target in RETURNS}
    known |= {("leaves", exit_.key) for exit_ in EXITS}
    found = set()
    for model in KINDS.values():
        for method, _source, target, move in transitions(model):
            if move is None:
                assert (model, method) == (DataRequest, "follow_recipients")
            elif move.kind == "returns":
                found.add(("returns", f"{move.row}>{target}"))
            else:
                found.add((move.kind, move.deed))
    assert found == known


def test_a_request_follows_its_recipients_through_their_rows_only():
    rows = {step.key for step in steps.RECIPIENT_STEPS}
    following = [t for t in transitions(DataRequest) if t[3] is None]
    assert {source for _method, source, _target, _move in following} == {*rows, "process_data"}
    [target] = {target for _method, _source, target, _move in following}
    assert set(target.allowed_states) == {*rows, "process_data", DECIDES}


def test_the_machines_stand_in_no_state_but_those_of_the_table():
    request_states = {*(step.key for step in STEPS), *steps.REQUEST_ENDS}
    recipient_states = {step.key for step in steps.RECIPIENT_STEPS} | set(steps.RECIPIENT_ENDS)
    for model, states in ((DataRequest, request_states), (Recipient, recipient_states)):
        assert {value for value, _label in model._meta.get_field("state").choices} == states
        [constraint] = [
            c for c in model._meta.constraints if c.name.endswith("state_is_of_the_table")
        ]
        assert set(dict(constraint.condition.children)["state__in"]) == states


def test_no_state_can_be_written_past_the_machine():
    for model in KINDS.values():
        assert model._meta.get_field("state").protected
        with pytest.raises(AttributeError):
            model().state = steps.CLOSED


def test_every_state_can_be_reached_and_left_unless_it_is_an_end():
    following = {
        (source, state)
        for _method, source, target, move in transitions(DataRequest)
        if move is None
        for state in target.allowed_states
    }
    for model, start, ends in (
        (DataRequest, "list_needs", {steps.CLOSED, steps.CANCELLED}),
        (Recipient, "send_letter", {steps.RECORDED, steps.DECLINED, steps.WAIVED}),
    ):
        edges = {(s, t) for _m, s, t, move in transitions(model) if move is not None}
        edges |= following if model is DataRequest else set()
        states = {value for value, _label in model._meta.get_field("state").choices}
        assert {target for _source, target in edges} | {start} == states
        assert states - {source for source, _target in edges} == ends - {steps.RECORDED}


# -- whose deed ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_system_has_exactly_one_deed():
    world = make_world(owners=1)
    data_request = open_request(world)
    subjects = {DataRequest: data_request, Recipient: data_request.recipients.get()}
    system = people.system_actor(data_request)
    assert [
        bound.move.deed
        for model, subject in subjects.items()
        for bound in workflow.moves_of(model)
        if is_turn_of(subject, bound.move, system)
    ] == ["receive_letter"]


def test_every_role_has_a_step():
    assert {step.role for step in STEPS} == set(Role)


@pytest.mark.django_db
@pytest.mark.parametrize("step", STEPS, ids=key_of)
def test_an_office_begins_with_the_row_as_issued(step):
    edition = open_request(make_world(owners=0)).edition.as_plain()
    assert edition.role_of(step.key) is step.role
    assert edition.standard_of(step.key) == step.standard_time


def test_what_is_prepared_is_a_deed_of_the_machines():
    known = {bound.move.deed for model in KINDS.values() for bound in workflow.moves_of(model)}
    assert set(deeds.PREPARED) <= known


# -- pages and words ----------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS, ids=key_of)
def test_a_row_has_a_page_with_a_template(step):
    page = PAGES[step.key]
    assert page.key == step.key
    get_template(page.template_name)


def test_no_page_stands_for_a_row_that_is_not():
    assert set(PAGES) == {step.key for step in STEPS}


@pytest.mark.parametrize("step", STEPS, ids=key_of)
def test_a_page_offers_the_deeds_of_its_row(step):
    offered = {page_deed.deed for page_deed in PAGES[step.key].deeds}
    wanted = {f"return:{target}" for target in step.returns_to}
    if step.key == "process_data":
        # this send-back speaks of one recipient among several: its buttons carry a number
        wanted = {deed for deed in wanted if deed in offered}
    if step.key != DECIDES:
        wanted |= {step.key}
    assert wanted <= offered


@pytest.mark.parametrize("step", STEPS, ids=key_of)
def test_a_row_has_its_words(step):
    for words in (wording.STATE_LABELS, wording.STEP_NAMES, wording.INBOX_VERBS):
        assert str(words[step.key]).strip()
    assert str(wording.deed_label(step.key)).strip()


@pytest.mark.parametrize(
    "deed",
    [step.key for step in STEPS if step.key != DECIDES] + [exit_.key for exit_ in EXITS],
)
def test_a_deed_says_what_it_has_done(deed):
    assert str(wording.SUCCESS[deed]).strip()


@pytest.mark.parametrize(("key", "target"), RETURNS)
def test_a_send_back_says_where_it_leads(key, target):
    assert str(wording.deed_label(f"return:{target}", state=key)).strip()
    assert str(wording.STEP_NAMES[target]) in wording.success(f"return:{target}")


# -- tests --------------------------------------------------------------------------------------


def test_each_row_can_be_walked_by_the_tests():
    assert set(WALK) == {step.key for step in STEPS} - {DECIDES}


def test_audit_entries_can_hold_every_key():
    entry = apps.get_model("requests_app", "AuditEntry")
    longest = max(len(key) for key in [*(step.key for step in STEPS), *(e.key for e in EXITS)])
    for name in ("row", "from_state", "to_state"):
        assert entry._meta.get_field(name).max_length >= longest
    assert entry._meta.get_field("deed").max_length >= longest + len("return:")
