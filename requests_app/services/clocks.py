"""Which calendar and which standard time apply to a subject, and when is its step due?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from requests_app.models import AuditEntry, DataRequest, Office, Recipient, WorkCalendar
from requests_app.sop import clock, office_hours
from requests_app.sop.steps import StandardTime, find_step

FIRST_ROUND: Final = 1


@dataclass(frozen=True, kw_only=True)
class Term:
    """From when until when something may take, and how much that is."""

    opened_at: datetime
    due_at: datetime
    standard: StandardTime


def calendar_of(office: Office) -> office_hours.Calendar:
    """Give the office's calendar as plain values; asked once for one loaded office."""
    return office.calendar.as_plain()


def calendar_of_id(office_id: int) -> office_hours.Calendar:
    """Give an office's calendar where only the office's id is at hand."""
    return WorkCalendar.objects.select_related("office").get(office_id=office_id).as_plain()


def standard_time_of(subject: DataRequest | Recipient, row: str = "") -> StandardTime | None:
    """Give the standard time of the awaited step (or `row`), by the edition of the request.

    A correction (SOP row 8 → 7a) has the short term that was set with it, else the office's own; at
    most what the owner had (ADR 0004).
    """
    row = row or subject.state
    if find_step(row) is None:
        return None
    data_request = subject.data_request if isinstance(subject, Recipient) else subject
    standard = data_request.edition.as_plain().standard_of(row)
    if standard is None or not isinstance(subject, Recipient):
        return standard
    if row != "process_request" or subject.round == FIRST_ROUND:
        return standard
    days = subject.correction_days or data_request.office.correction_days
    return clock.correction_standard(standard, days)


def due_at(subject: DataRequest | Recipient, entered_at: datetime) -> datetime | None:
    """Compute when the awaited step is due; None for rows without a standard time."""
    standard = standard_time_of(subject)
    if standard is None:
        return None
    return clock.due_at(entered_at, standard, calendar_of(subject.office))


def data_term_of(recipient: Recipient) -> Term | None:
    """Tell until when the owner may give the data: row 7a's term, in row 7b as well.

    The standard of row 7b measures the sending; whoever reads the answers once more before it
    loses none of the days that the letter gave.
    """
    standard = standard_time_of(recipient, "process_request")
    kept: Recipient | AuditEntry | None = None
    if recipient.state == "process_request":
        kept = recipient
    elif recipient.state == "deliver_data":
        completed = AuditEntry.objects.filter(
            data_request_id=recipient.data_request_id,
            recipient_id=recipient.pk,
            kind="completes",
            row="process_request",
        )
        kept = completed.order_by("-sequence").first()
    if standard is None or kept is None or kept.entered_at is None or kept.due_at is None:
        return None
    return Term(opened_at=kept.entered_at, due_at=kept.due_at, standard=standard)


def recount(recipient: Recipient, moment: datetime) -> None:
    """Count the awaited step of a locked recipient from `moment`, and let its request follow.

    Row 7 counts from the sending itself, and row 7a from a deemed receipt, not from the deed that
    recorded them (ADR 0004). No state changes, so this is no deed.
    """
    recipient.due_at = due_at(recipient, moment)
    recipient.save(update_fields=["due_at"])
    follow_due(recipient.data_request)


def follow_due(data_request: DataRequest) -> None:
    """Let a locked request in rows 6 to 9 be due when its most pressing recipient is."""
    if not data_request.waits_for_owners:
        return
    standing = data_request.recipients.filter(state=data_request.state)
    data_request.due_at = standing.order_by("due_at").values_list("due_at", flat=True).first()
    data_request.save(update_fields=["due_at"])
