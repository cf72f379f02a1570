"""Which letters count as received although nobody has confirmed them?

The system's one deed in the rows: 7 → 7a when no confirmation came in the office's term. What is
deemed is never shown as confirmed (ADR 0004).
"""

from datetime import datetime

from django.db import transaction

from requests_app.models import AuditEntry, Recipient
from requests_app.services import clocks, people, receipts, workflow
from requests_app.services.workflow import Refused
from requests_app.sop import clock


def deem_receipts(*, at: datetime) -> list[AuditEntry]:
    """Deem every letter received whose term has passed at `at`; gives the entries made.

    A letter that the mail server has not accepted has no `sent_at` and is never deemed.
    """
    entries = []
    for recipient in _sent_and_silent():
        moment = deemed_at(recipient)
        if moment is None or moment > at:
            continue
        try:
            entries.append(_deem(recipient, moment, at))
        except Refused:
            continue  # it has moved meanwhile; perform has told the log
    return entries


def deemed_at(recipient: Recipient) -> datetime | None:
    """Tell when an unconfirmed letter will count as received; None while it has not left."""
    if recipient.sent_at is None:
        return None
    office = recipient.office
    return clock.deemed_receipt_at(
        recipient.sent_at, clocks.calendar_of(office), office.deemed_receipt_days
    )


def _deem(recipient: Recipient, moment: datetime, at: datetime) -> AuditEntry:
    with transaction.atomic():
        system = people.system_actor(recipient)
        entry = workflow.perform(
            subject=recipient,
            deed="receive_letter",
            actor=system,
            at=at,
            how=Recipient.ReceivedHow.DEEMED.value,
            received_at=moment,
            record={
                "how": Recipient.ReceivedHow.DEEMED.value,
                "received_at": moment.isoformat(),
            },
        )
        # The owner's ten days run from the deemed moment, however late this job came by.
        clocks.recount(workflow.lock(recipient), moment)
        receipts.make_letter_receipt(recipient=recipient, actor=system, at=at)
        return entry


def _sent_and_silent() -> list[Recipient]:
    return list(
        Recipient.objects.filter(state="receive_letter", sent_at__isnull=False)
        .select_related("office", "data_owner", "data_request__office", "data_request__edition")
        .order_by("sent_at", "pk")
    )
