"""When does a letter count as received although nobody has confirmed it (ADR 0004)?"""

from datetime import UTC, datetime

import pytest

from requests_app.models import AuditEntry, OfficialDocument, Recipient
from requests_app.services import deeming, notices
from tests.factories import World, recipient_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]

TUESDAY_CLOSE = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
"""Tuesday 24 November 2026, 16.30 WIB: the close of the first working day after sending."""


def sent_on_monday() -> tuple[World, Recipient]:
    world, recipient = recipient_at("receive_letter")
    recipient.sent_at = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    recipient.save(update_fields=["sent_at"])
    return world, recipient


def test_an_unconfirmed_letter_is_deemed_at_the_close_of_the_next_working_day() -> None:
    _world, recipient = sent_on_monday()
    assert deeming.deem_receipts(at=datetime(2026, 11, 24, 9, 29, tzinfo=UTC)) == []
    (entry,) = deeming.deem_receipts(at=TUESDAY_CLOSE)
    recipient.refresh_from_db()
    assert recipient.state == "process_request"
    assert recipient.received_how == Recipient.ReceivedHow.DEEMED
    assert recipient.received_at == TUESDAY_CLOSE
    assert recipient.due_at == datetime(2026, 12, 9, 9, 30, tzinfo=UTC)
    assert (entry.actor_name, entry.actor_capacity) == ("Sistem", "system")


def test_a_worker_that_comes_late_takes_nothing_from_the_owner() -> None:
    _world, recipient = sent_on_monday()
    deeming.deem_receipts(at=datetime(2026, 11, 27, 3, 0, tzinfo=UTC))
    recipient.refresh_from_db()
    assert recipient.received_at == TUESDAY_CLOSE
    assert recipient.due_at == datetime(2026, 12, 9, 9, 30, tzinfo=UTC)


def test_a_deemed_receipt_says_so_on_its_paper_and_only_once() -> None:
    _world, recipient = sent_on_monday()
    deeming.deem_receipts(at=TUESDAY_CLOSE)
    assert deeming.deem_receipts(at=TUESDAY_CLOSE) == []
    assert OfficialDocument.objects.filter(kind="letter_receipt", recipient=recipient).count() == 1
    assert AuditEntry.objects.filter(deed="receive_letter").count() == 1


def test_a_letter_that_no_server_has_accepted_is_never_deemed() -> None:
    _world, recipient = recipient_at("receive_letter")
    assert recipient.sent_at is None
    assert deeming.deemed_at(recipient) is None
    assert deeming.deem_receipts(at=datetime(2027, 1, 1, tzinfo=UTC)) == []


def test_a_confirmed_letter_is_left_alone() -> None:
    world, recipient = recipient_at("process_request")
    recipient.sent_at = recipient.received_at
    recipient.save(update_fields=["sent_at"])
    assert deeming.deem_receipts(at=datetime(2027, 1, 1, tzinfo=UTC)) == []
    assert notices.sent_unmarked() == []
    assert world.now
