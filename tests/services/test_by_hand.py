"""Is a letter that is signed by hand numbered once, told as what it is, and checked for no more?"""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from requests_app.documents import pages
from requests_app.models import (
    AuditEntry,
    DataRequest,
    LetterNumber,
    OfficialDocument,
    SignedCopy,
    SigningAttempt,
)
from requests_app.services import attempts, audit, by_hand, exchange, letters, sending
from requests_app.services.routes import NotSigned
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn
from requests_app.sop.roles import Role
from tests.documents import samples
from tests.factories import World, data_request_at, fresh
from tests.services.test_exchange import confirm, facts, pdf, put
from tests.services.test_signatures import Killed, break_off, sign

pytestmark = pytest.mark.django_db

LETTER = LetterNumber.Status


def print_it(world: World, data_request: DataRequest, **changes: Any) -> LetterNumber:
    values: dict[str, Any] = {
        "subject": fresh(data_request),
        "actor": world.actor(Role.STAFF),
        "at": world.tick(),
    }
    return by_hand.print_for_pen(**{**values, **changes})


def scan(world: World, held: LetterNumber, **changes: Any) -> dict[str, Any]:
    typed = {"number": held.text, "dated": held.dated, "system": "", "is_scan": True, **changes}
    return {"upload": pdf(samples.pdf_file(), "pindaian.pdf"), "facts": facts(world, **typed)}


def printed(data_request: DataRequest, world: World) -> str:
    content = by_hand.letter_for_pen(data_request=fresh(data_request), at=world.now)
    assert content is not None
    return " ".join(" ".join(pages.page_texts(content)).split())


# -- out --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.STAFF, Role.AGENCY_HEAD])
def test_staff_and_head_print_it_under_a_reserved_number(role: Role) -> None:
    world, data_request = data_request_at("sign_letter")
    assert by_hand.letter_for_pen(data_request=data_request, at=world.now) is None
    number = print_it(world, data_request, actor=world.actor(role))
    assert number.status == LETTER.RESERVED
    told = printed(data_request, world)
    assert number.text in told
    assert "23 November 2026" in told
    assert fresh(data_request).state == "sign_letter"
    entry = AuditEntry.objects.get(deed="print_for_pen")
    assert entry.facts == {"number": number.text, "dated": "2026-11-23"}
    assert not list(audit.verify_chains())


def test_the_second_print_has_the_same_number_and_the_new_day() -> None:
    world, data_request = data_request_at("sign_letter")
    first = print_it(world, data_request)
    again = print_it(world, data_request, at=datetime(2026, 11, 25, 2, 0, tzinfo=UTC))
    assert again == first
    assert again.dated == date(2026, 11, 25)
    assert "25 November 2026" in printed(data_request, world)


def test_others_print_nothing() -> None:
    world, data_request = data_request_at("sign_letter")
    with pytest.raises(NotYourTurn):
        print_it(world, data_request, actor=world.actor(Role.SECTION_HEAD))
    assert not LetterNumber.objects.exists()


def test_a_letter_that_was_not_verified_is_not_printed() -> None:
    world, data_request = data_request_at("verify_letter")
    with pytest.raises(NotReady):
        print_it(world, data_request)
    assert not LetterNumber.objects.exists()


def test_while_it_is_being_signed_it_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    world, data_request = data_request_at("sign_letter")
    with monkeypatch.context() as patch:
        break_off(patch, "_sign")
        with pytest.raises(Killed):
            sign(world, data_request)
    with pytest.raises(attempts.BeingSigned):
        print_it(world, data_request)
    assert SigningAttempt.objects.count() == 1


def test_a_letter_sent_back_after_printing_keeps_its_number_and_cannot_be_printed() -> None:
    world, data_request = data_request_at("sign_letter")
    number = print_it(world, data_request)
    letters.return_to_draft(
        subject=fresh(data_request),
        actor=world.actor(Role.AGENCY_HEAD),
        at=world.tick(),
        reason="Perbaiki dasar hukum.",
    )
    assert by_hand.letter_for_pen(data_request=fresh(data_request), at=world.now) is None
    assert LetterNumber.objects.get() == number


def test_the_pen_and_a_signature_made_here_share_one_number() -> None:
    world, data_request = data_request_at("sign_letter")
    with pytest.raises(NotSigned):
        sign(world, data_request, passphrase="bukan frasa yang benar")
    failed = LetterNumber.objects.get()
    assert print_it(world, data_request) == failed
    sign(world, fresh(data_request))
    assert OfficialDocument.objects.get().number == failed


# -- back -------------------------------------------------------------------------------------


def test_the_scan_becomes_the_letter_and_is_named_so() -> None:
    world, data_request = data_request_at("sign_letter")
    number = print_it(world, data_request)
    put(world, data_request, **scan(world, number))
    copy = SignedCopy.objects.get()
    assert (copy.is_scan, copy.system, copy.findings) == (True, "", [])
    entry = confirm(world, data_request)
    document = OfficialDocument.objects.get()
    assert document.signature == OfficialDocument.Signature.WET
    assert (document.signed_system, document.number) == ("", number)
    assert LetterNumber.objects.get().status == LETTER.ISSUED
    assert exchange.note_of(document) == "Ditandatangani basah; hasil pindai tersimpan."
    assert not exchange.is_unsigned(document)
    assert (entry.facts["signature"], entry.facts["scan"]) == ("wet", True)
    assert fresh(data_request).state == "send_letter"
    assert not list(audit.verify_chains())


def test_the_head_brings_it_back_and_confirms_at_once() -> None:
    world, data_request = data_request_at("sign_letter")
    confirm(world, data_request, **scan(world, print_it(world, data_request)))
    assert OfficialDocument.objects.get().signature == OfficialDocument.Signature.WET


def test_the_message_to_the_owner_tells_where_the_scan_can_be_checked() -> None:
    world, data_request = data_request_at("sign_letter")
    confirm(world, data_request, **scan(world, print_it(world, data_request)))
    recipient = fresh(data_request).recipients.get()
    text = sending.covering_text(recipient, link="{tautan}", until=world.now)
    assert "hasil pindai tersimpan" in text
    assert f"/v/{OfficialDocument.objects.get().code}/" in text


def test_a_scan_of_what_was_never_printed_is_refused() -> None:
    world, data_request = data_request_at("sign_letter")
    typed = facts(world, system="", is_scan=True)
    with pytest.raises(Incomplete, match="Cetak dahulu surat"):
        put(world, data_request, upload=pdf(samples.pdf_file()), facts=typed)
    assert not SignedCopy.objects.exists()


def test_a_scan_bears_the_number_that_was_printed() -> None:
    world, data_request = data_request_at("sign_letter")
    number = print_it(world, data_request)
    with pytest.raises(Incomplete, match=f"bernomor {number.text}"):
        put(world, data_request, **scan(world, number, number="200.1/99/2026"))
    put(world, data_request, **scan(world, number, number=f" {number.text} "))


def test_a_file_with_an_electronic_signature_is_no_scan() -> None:
    world, data_request = data_request_at("sign_letter")
    values = scan(world, print_it(world, data_request)) | {"upload": pdf()}
    with pytest.raises(Incomplete, match="jadi bukan hasil pindai"):
        put(world, data_request, **values)


def test_a_number_from_elsewhere_takes_the_place_of_the_printed_one() -> None:
    world, data_request = data_request_at("sign_letter")
    number = print_it(world, data_request)
    put(world, data_request)
    confirm(world, data_request)
    number.refresh_from_db()
    assert number.status == LETTER.VOID
    assert OfficialDocument.objects.get().signature == OfficialDocument.Signature.ELSEWHERE
