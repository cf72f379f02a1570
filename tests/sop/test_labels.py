"""Has everything on the record its words?"""

import re
from pathlib import Path

import pytest

from requests_app.sop import labels, steps

SERVICES = Path(labels.__file__).resolve().parents[1] / "services"


def noted(pattern):
    found = re.compile(pattern, re.DOTALL)
    return {deed for one in SERVICES.glob("*.py") for deed in found.findall(one.read_text())}


def test_each_noted_deed_of_a_request_is_told_in_words():
    deeds = noted(r"\bnote\([^()]*?deed=\"([a-z_]+)\"")
    assert "new_link" in deeds
    assert deeds <= set(labels.NOTES)


def test_each_noted_deed_of_an_office_is_told_in_words():
    deeds = noted(r"\bnote_for_office\([^()]*?deed=\"([a-z_]+)\"")
    deeds |= noted(r"_keeping\(\"([a-z_]+)\"")
    assert {"seed_calendar", "reserve_number"} <= deeds
    assert deeds <= set(labels.OFFICE_NOTES)


@pytest.mark.parametrize("step", steps.STEPS, ids=lambda step: step.key)
def test_each_row_is_told_when_it_is_done(step):
    said = str(labels.what_happened(kind="completes", deed=step.key, row=step.key))
    assert labels.STEP_NAMES[step.key] in said
    assert step.key not in said


def test_send_backs_exits_and_settings_are_told():
    told = labels.what_happened
    back = told(kind="returns", deed="return:draft_letter", to_state="draft_letter")
    assert str(back) == "Dikembalikan ke: Draf surat"
    assert str(told(kind="leaves", deed="cancel")) == "Batalkan permohonan"
    assert str(told(kind="notes", deed="change_office")) == "Diubah oleh pengelola"
