"""Which calendar and which standard time apply to a subject, and when is its step due?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from requests_app.models import AuditEntry, DataRequest, Office, Pause, Recipient, WorkCalendar
from requests_app.sop import clock, office_hours
from requests_app.sop.steps import StandardTime, find_step

FIRST_ROUND: Final = 1


@dataclass(frozen=True, kw_only=True)
class Term:
    """From when until when something may take, how much that is, and what moved its end.

    While a pause is open `due_at` is where it stood when the clock was stopped.
    """

    opened_at: datetime
    due_at: datetime
    standard: StandardTime
    pauses: tuple[clock.Pause, ...] = ()
    extension: clock.Grant | None = None

    @property
    def open_pause(self) -> clock.Pause | None:
        """Give the pause that lasts."""
        return next((pause for pause in self.pauses if pause.resumed_at is None), None)


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
    """Compute when a step that is entered then is due; None for rows without a standard time."""
    standard = standard_time_of(subject)
    if standard is None:
        return None
    return clock.due_at(entered_at, standard, calendar_of(subject.office))


def data_term_of(recipient: Recipient) -> Term | None:
    """Tell until when the owner may give the data: row 7a's term, in row 7b as well.

    The standard of row 7b measures the sending; whoever reads the answers once more before it
    loses none of the days that the letter gave.
    """
    return recipient.kept("data_term", lambda: _data_term_of(recipient))


def _data_term_of(recipient: Recipient) -> Term | None:
    if recipient.state == "process_request":
        return _term_of(recipient, "process_request", recipient.entered_at)
    if recipient.state != "deliver_data":
        return None
    completed = AuditEntry.objects.filter(
        data_request_id=recipient.data_request_id,
        recipient_id=recipient.pk,
        kind="completes",
        row="process_request",
    )
    entry = completed.order_by("-sequence").first()
    if entry is None or entry.entered_at is None:
        return None
    return _term_of(recipient, "process_request", entry.entered_at)


def is_past(term: Term, at: datetime) -> bool:
    """Tell whether time has run out; it does not run while a pause lasts."""
    stopped = term.open_pause
    return (at if stopped is None else min(at, stopped.started_at)) > term.due_at


def _term_of(recipient: Recipient, row: str, entered_at: datetime) -> Term | None:
    """Count a row in which an owner prepares the data, with all that stopped or moved its clock."""
    standard = standard_time_of(recipient, row)
    if standard is None:
        return None
    opened_at = _counted_from(recipient, row, entered_at)
    pauses = tuple(
        pause.as_plain()
        for pause in recipient.paused()
        if pause.resumed_at is None or pause.resumed_at > opened_at
    )
    asked = recipient.extension()
    extension = None if asked is None else asked.as_plain()
    if extension is not None and extension.granted_at < opened_at:
        extension = None  # it moved an earlier round
    calendar = calendar_of(recipient.office)
    return Term(
        opened_at=opened_at,
        due_at=clock.due_at(opened_at, standard, calendar, pauses, extension),
        standard=standard,
        pauses=pauses,
        extension=extension,
    )


def _counted_from(recipient: Recipient, row: str, entered_at: datetime) -> datetime:
    """Say from when a row counts: 7a from the receipt, not from the deed that recorded it."""
    is_first = row == "process_request" and recipient.round == FIRST_ROUND
    return (recipient.received_at if is_first else None) or entered_at


def recount(recipient: Recipient, moment: datetime) -> None:
    """Count the awaited step of a locked recipient from `moment`, and let its request follow.

    Row 7 counts from the sending itself, and row 7a from a deemed receipt, not from the deed that
    recorded them (ADR 0004). No state changes, so this is no deed.
    """
    recipient.due_at = due_at(recipient, moment)
    recipient.save(update_fields=["due_at"])
    follow_due(recipient.data_request)


def follow_pauses(recipient: Recipient) -> None:
    """Date the awaited step of a locked recipient anew: its clock has stopped, gone on or got days.

    While it stands still nothing is due, so that no list and no query finds it late.
    """
    recipient.forget()  # the version stays: no page grows stale by it
    term = _term_of(recipient, recipient.state, recipient.entered_at)
    recipient.due_at = None if term is None or term.open_pause is not None else term.due_at
    recipient.save(update_fields=["due_at"])
    follow_due(recipient.data_request)


def end_pause(recipient: Recipient, *, at: datetime) -> Pause | None:
    """Let the clock of a locked recipient go on; None where it was not standing still."""
    pause = recipient.pauses.filter(resumed_at=None).first()
    if pause is None:
        return None
    pause.resumed_at = at
    pause.save(update_fields=["resumed_at"])
    follow_pauses(recipient)
    return pause


def end_pauses(data_request: DataRequest, *, at: datetime) -> None:
    """End every pause of a request that ends itself: nothing is due there any more."""
    standing_still = Pause.objects.filter(recipient__data_request=data_request, resumed_at=None)
    standing_still.update(resumed_at=at)


def follow_due(data_request: DataRequest) -> None:
    """Let a locked request in rows 6 to 9 be due when its most pressing recipient is."""
    if not data_request.waits_for_owners:
        return
    standing = data_request.recipients.filter(state=data_request.state)
    data_request.due_at = standing.order_by("due_at").values_list("due_at", flat=True).first()
    data_request.save(update_fields=["due_at"])
