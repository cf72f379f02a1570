"""What is found in a file that was signed elsewhere, and does it stay with the letter?"""

from typing import Any

import pytest

from requests_app.documents import quarantine
from requests_app.models import OfficialDocument, SignedCopy
from requests_app.services import certificates
from requests_app.services.workflow import NotReady
from tests.documents import samples, signers
from tests.documents.test_judging import appended, note_in_the_properties, other_words, sign_over
from tests.factories import World, data_request_at
from tests.services.test_exchange import confirm, pdf, put
from tests.services.test_signatures import bytes_of

pytestmark = pytest.mark.django_db


def found_in(content: bytes, *, world: World | None = None) -> list[dict[str, Any]]:
    world, data_request = data_request_at("sign_letter", world=world)
    put(world, data_request, upload=pdf(content))
    findings: list[dict[str, Any]] = SignedCopy.objects.get(
        version__letter__data_request=data_request
    ).findings
    confirm(world, data_request)
    document = OfficialDocument.objects.get(data_request=data_request)
    assert document.findings == findings, "the letter keeps what its file said"
    assert document.signature == OfficialDocument.Signature.ELSEWHERE
    return findings


def verdicts(content: bytes, **how: Any) -> list[tuple[str, bool]]:
    return [(one["verdict"], one["whole_file"]) for one in found_in(content, **how)]


def test_a_signature_by_somebody_we_do_not_know_is_unharmed_and_no_more() -> None:
    (found,) = found_in(signers.signed_letter())
    assert (found["verdict"], found["whole_file"]) == ("unknown_issuer", True)
    assert found["signer"]
    assert found["issuer"] == "Penerbit Badan Contoh"
    assert found["signed_at"]


def test_a_signature_of_our_own_authority_is_known() -> None:
    world, ours = data_request_at("send_letter")
    letter = ours.signed_letter()
    assert letter is not None
    assert certificates.anchors_of(world.office)
    assert verdicts(bytes_of(letter), world=world) == [("valid", True)]


def test_what_was_appended_after_the_signature_is_seen() -> None:
    noted = appended(note_in_the_properties)
    assert verdicts(noted) == [("unknown_issuer", False)]
    shown = appended(other_words)
    assert verdicts(shown) == [("broken", False)]


def test_a_changed_byte_breaks_the_signature() -> None:
    content = signers.signed_letter()
    place = content.index(b"/MediaBox") + len(b"/MediaBox [ 0")
    changed = content[:place] + content[place:].replace(b"595", b"596", 1)
    assert changed != content
    assert [verdict for verdict, _whole in verdicts(changed)] == ["broken"]


def test_a_signature_that_is_none_is_broken() -> None:
    assert verdicts(samples.signed_pdf()) == [("broken", False)]


def test_a_file_without_a_signature_has_nothing_to_find() -> None:
    assert found_in(samples.pdf_file()) == []


def test_two_signers_are_both_told() -> None:
    stranger = signers.issued(authority=signers.office("Penerbit lain"))
    once = sign_over(signers.letter(), "A", signers.official())
    twice = found_in(sign_over(once, "B", stranger))
    assert [one["issuer"] for one in twice] == ["Penerbit Badan Contoh", "Penerbit lain"]
    assert [one["whole_file"] for one in twice] == [False, True]


def test_where_nobody_can_look_nothing_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_given: Any, **_named: Any) -> None:
        raise quarantine.NobodyThere

    monkeypatch.setattr(quarantine, "judge", away)
    with pytest.raises(NotReady, match="tidak dapat diperiksa saat ini"):
        found_in(signers.signed_letter())
    assert not SignedCopy.objects.exists()
