"""Has every row, send-back, exit and state its words?"""

import pytest

from requests_app.sop import steps
from requests_app.sop.roles import Role
from requests_app.web import wording
from requests_app.web.forms.behalf import DeclineOnBehalfForm
from tests.factories import recipient_at

STATES = [step.key for step in steps.STEPS] + [*steps.RECIPIENT_ENDS, *steps.REQUEST_ENDS]
KEYS = [step.key for step in steps.STEPS]
RETURNS = [(step.key, target) for step in steps.STEPS for target in step.returns_to]


def test_each_state_has_a_badge():
    assert set(wording.STATE_LABELS) == set(STATES)
    assert set(wording.STATE_ICONS) == set(STATES)
    assert set(wording.STATE_TONES) <= set(STATES)


def test_each_step_has_its_names():
    assert set(wording.STEP_NAMES) == set(KEYS)
    assert set(wording.INBOX_VERBS) == set(KEYS)


def test_each_deed_has_a_button_and_a_sentence():
    exits = {exit_.key for exit_ in steps.EXITS}
    assert set(wording.DEED_LABELS) == {*KEYS, *exits}
    assert {*KEYS, *exits} - set(wording.SUCCESS) == {"review_refusals"}


def test_exits_are_called_as_in_the_table():
    for exit_ in steps.EXITS:
        assert str(wording.DEED_LABELS[exit_.key]) == exit_.label


@pytest.mark.parametrize(("state", "target"), RETURNS)
def test_each_send_back_has_a_button(state, target):
    assert wording.deed_label(f"return:{target}", state=state)


def test_no_send_back_is_named_that_does_not_exist():
    assert set(wording.RETURN_LABELS) == set(RETURNS)


def test_closed_without_data_is_not_simply_done():
    assert str(wording.state_label("closed")) == "Selesai"
    assert str(wording.state_label("closed", outcome="without_data")) == "Ditutup tanpa data"
    assert wording.state_tone("closed", outcome="without_data") == "quiet"


def test_an_owner_awaits_the_letter_before_it_is_ready_to_go():
    assert str(wording.state_label("send_letter", outcome="before_letter")) == "Menunggu surat"
    assert wording.state_tone("send_letter", outcome="before_letter") == "quiet"


def test_each_state_of_an_owner_has_words_for_the_owner():
    of_owners = {step.key for step in steps.RECIPIENT_STEPS} | set(steps.RECIPIENT_ENDS)
    assert set(wording.OWNER_LABELS) == of_owners
    assert wording.owner_tone("receive_letter") == "accent"
    assert wording.owner_tone("receive_data") == "quiet"


def test_a_refusal_by_the_owner_is_never_red():
    assert {wording.state_tone(state) for state in (steps.DECLINED, steps.WAIVED)} == {"quiet"}


def test_success_fills_its_sentence():
    said = wording.success("sign_letter", number="000.8/12/2026")
    assert said == "Surat nomor 000.8/12/2026 telah ditandatangani."
    assert "3 (Draf surat)" in wording.success("return:draft_letter")


@pytest.mark.django_db
@pytest.mark.usefixtures("untypeset")
def test_staff_who_records_a_refusal_is_not_spoken_to_as_its_owner():
    world, recipient = recipient_at("process_request")
    form = DeclineOnBehalfForm(subject=recipient, actor=world.actor(Role.STAFF), at=world.now)
    helped = str(form.fields["letter"].help_text)
    assert helped.startswith("Pindaian surat bila instansi pemilik data menerbitkannya: PDF")
    assert not [name for name, field in form.fields.items() if "Anda" in str(field.help_text)]
