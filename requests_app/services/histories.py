"""What does the record tell of a request: its rows, its rounds, and both clocks?"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db.models import prefetch_related_objects

from requests_app.models import AuditEntry, DataRequest, Recipient
from requests_app.services import clocks
from requests_app.sop.office_hours import Calendar
from requests_app.sop.timeline import Asked, Deed, DeedKind, Facts, Timeline, timeline

CLOCK_NOTES: Final = frozenset({"ask_clarification", "grant_extension"})
"""Notes of the record that stopped or moved an owner's clock."""


def timeline_of(
    *,
    data_request: DataRequest,
    recipients: Sequence[Recipient],
    entries: Sequence[AuditEntry],
    at: datetime,
    calendar: Calendar | None = None,
) -> Timeline:
    """Lay the record of a request over its rows.

    `entries` are all of the request's chain in order; `recipients` all of its own; `calendar` is
    the office's where the caller has it already.
    """
    facts = Facts(
        opened_at=data_request.opened_at,
        deeds=tuple(_deed(entry, recipients) for entry in entries if entry.kind != "notes"),
        recipients=_all_asked(recipients, entries),
        correction_days=data_request.office.correction_days,
    )
    return timeline(
        edition=data_request.edition.as_plain(),
        facts=facts,
        calendar=calendar or clocks.calendar_of(data_request.office),
        at=at,
    )


def _deed(entry: AuditEntry, recipients: Iterable[Recipient]) -> Deed:
    opens_next_at = None
    if entry.deed == "send_letter":
        # Row 7 counts from the sending itself, which the mail server confirms (ADR 0004).
        opens_next_at = next((r.sent_at for r in recipients if r.pk == entry.recipient_id), None)
    elif entry.deed == "receive_letter" and "received_at" in entry.facts:
        # Row 7a counts from the receipt, however late it was deemed or recorded by staff.
        opens_next_at = datetime.fromisoformat(entry.facts["received_at"])
    return Deed(
        key=entry.row,
        kind=DeedKind(entry.kind),
        at=entry.at,
        by=entry.actor_name,
        reason=entry.reason,
        recipient=entry.recipient_number,
        to=entry.to_state,
        opens_next_at=opens_next_at,
        correction_days=entry.facts.get("days") if entry.kind == "returns" else None,
    )


def _all_asked(recipients: Sequence[Recipient], entries: Sequence[AuditEntry]) -> tuple[Asked, ...]:
    """Tell of every recipient; pauses and extensions are read only where the record has some."""
    moved = any(entry.deed in CLOCK_NOTES for entry in entries)
    if moved:
        prefetch_related_objects(recipients, "pauses", "extensions")
    return tuple(_asked(recipient, entries, moved=moved) for recipient in recipients)


def _asked(recipient: Recipient, entries: Iterable[AuditEntry], *, moved: bool) -> Asked:
    first = next((entry for entry in entries if entry.recipient_id == recipient.pk), None)
    added_at = recipient.entered_at if first is None else first.entered_at
    extensions = [one.as_plain() for one in recipient.extensions.all()] if moved else []
    return Asked(
        number=recipient.number,
        added_at=added_at or recipient.entered_at,
        name=str(recipient),
        pauses=tuple(pause.as_plain() for pause in recipient.pauses.all()) if moved else (),
        extension=next(filter(None, extensions), None),
    )
