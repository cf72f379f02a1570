"""Is each signature of a kept file told as what it is worth, and as no more?"""

from typing import Any

import pytest

from requests_app.documents.judging import Verdict
from requests_app.web.findings import CHANGED, FOLLOWED, VERDICTS, findings_shown


def found(verdict: Verdict = Verdict.UNKNOWN_ISSUER, **changes: Any) -> dict[str, Any]:
    return {
        "verdict": verdict.value,
        "signer": "Kepala Lain",
        "issuer": "Penerbit Lain",
        "signed_at": "2026-11-23T07:05:00+00:00",
        "timestamped": False,
        "whole_file": True,
        **changes,
    }


def facts(one: dict[str, Any]) -> dict[str, str]:
    return {fact["label"]: fact["value"] for fact in one["facts"]}


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_its_sentence(verdict: Verdict) -> None:
    (shown,) = findings_shown([found(verdict)])
    assert (shown["tone"], shown["verdict"]) == (VERDICTS[verdict][0], str(VERDICTS[verdict][1]))
    assert (shown["tone"] == "ok") is (verdict is Verdict.VALID)


@pytest.mark.parametrize("verdict", [Verdict.VALID, Verdict.UNKNOWN_ISSUER, Verdict.EXPIRED])
def test_what_was_added_afterwards_outweighs_a_good_signature(verdict: Verdict) -> None:
    (shown,) = findings_shown([found(verdict, whole_file=False)])
    assert (shown["tone"], shown["verdict"]) == ("late", str(CHANGED))


def test_a_second_signature_is_no_change_to_the_first() -> None:
    first, second = findings_shown([found(whole_file=False), found()])
    assert first["verdict"] == f"{VERDICTS[Verdict.UNKNOWN_ISSUER][1]} {FOLLOWED}"
    assert second["verdict"] == str(VERDICTS[Verdict.UNKNOWN_ISSUER][1])


def test_a_time_is_told_with_who_stands_for_it() -> None:
    (said,) = findings_shown([found()])
    (proven,) = findings_shown([found(timestamped=True)])
    assert "menurut komputer penanda tangan" in facts(said)["Waktu"]
    assert "dengan stempel waktu" in facts(proven)["Waktu"]
    assert "14.05" in facts(said)["Waktu"]


def test_what_a_broken_signature_does_not_say_is_left_out() -> None:
    (shown,) = findings_shown([found(Verdict.BROKEN, signer="", issuer="", signed_at="")])
    assert shown["facts"] == []
