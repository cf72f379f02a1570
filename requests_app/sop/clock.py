"""When is it due, how long did it take, and what is left?

Pure functions over a `Calendar` that is passed in; nothing here reads the clock or a setting.
All moments are timezone-aware (a naive one is refused with ValueError) and all results carry the
calendar's zone. Counting follows the office's wall clock; Indonesia knows no daylight saving.
The rules are those of the office's working-time rules (ADR 0004), cited where they are coded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, overload

from requests_app.sop.office_hours import Calendar, NoOfficeHours, Span
from requests_app.sop.steps import StandardTime, Unit
from requests_app.sop.words import Phrase, _

MAXIMUM_EXTENSION_DAYS: Final = 7
"""UU 14/2008 ps. 22: one extension of at most 7 working days."""
CORRECTION_DAYS: Final = 3
"""Working days an owner has for a correction (row 8 back to 7a), unless the office sets less."""
DEEMED_RECEIPT_DAYS: Final = 1
"""Working days after sending until a letter counts as received (setting of the office)."""
INCIDENT_HOURS: Final = 72
"""UU 27/2022 ps. 46: notice within 3 × 24 clock hours."""
NEARLY_DUE_SHARE: Final = 0.2
"""A step is nearly due when at most this share of its standard time is left."""

SHORTEST_DAY_MINUTES: Final = 300
"""Less than this is said in hours and minutes even when its end lies on the next working day."""

_DAY: Final = timedelta(days=1)
_NOTHING: Final = timedelta(0)


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A stretch in which the clock stands still; open while `resumed_at` is None."""

    started_at: datetime
    resumed_at: datetime | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse a pause that ends before it starts."""
        if self.resumed_at is not None and self.resumed_at < self.started_at:
            raise ValueError("A pause cannot end before it starts.")


@dataclass(frozen=True, kw_only=True)
class Grant:
    """An extension that was granted: how many working days, and when it was decided."""

    days: int
    granted_at: datetime


def next_opening(moment: datetime, calendar: Calendar) -> datetime:
    """Return the moment itself inside office hours, else the next opening (rule 2).

    Office hours are half-open, so the closing minute itself belongs to the next opening.
    """
    moment = calendar.local(moment)
    for opens, closes in calendar.spans_of(moment.date()):
        if moment < closes:
            return max(moment, opens)
    return calendar.spans_of(next(calendar.working_days_after(moment.date())))[0][0]


@overload
def due_at(
    entered_at: datetime,
    standard_time: StandardTime,
    calendar: Calendar,
    pauses: tuple[Pause, ...] = (),
    extension: Grant | None = None,
) -> datetime: ...
@overload
def due_at(
    entered_at: datetime,
    standard_time: StandardTime | None,
    calendar: Calendar,
    pauses: tuple[Pause, ...] = (),
    extension: Grant | None = None,
) -> datetime | None: ...
def due_at(
    entered_at: datetime,
    standard_time: StandardTime | None,
    calendar: Calendar,
    pauses: tuple[Pause, ...] = (),
    extension: Grant | None = None,
) -> datetime | None:
    """Return when a step that was entered then is due; None without a standard time (rule 8).

    Done at or before this moment is on time (rule 4). A pause moves the due time when it is
    resumed, so one that is still open moves nothing yet; one that began after the due time moves
    nothing at all, since what is late stays late. An extension counts from the due date that held
    when it was granted.
    """
    if standard_time is None:
        return None
    due = _unpaused(entered_at, standard_time, calendar)
    for pause in in_order(pauses):
        if extension is not None and extension.granted_at <= pause.started_at:
            due, extension = extended(due, extension.days, calendar), None
        due = _after(pause, due, entered_at, calendar)
    return due if extension is None else extended(due, extension.days, calendar)


def _unpaused(entered_at: datetime, standard_time: StandardTime, calendar: Calendar) -> datetime:
    opening = next_opening(entered_at, calendar)
    if standard_time.unit is Unit.MINUTES:
        # Rule 3: office minutes; breaks and nights do not count.
        return moved_on(opening, timedelta(minutes=standard_time.amount), calendar)
    # Rule 1: the day of opening is day 0; n days end with the n-th working day after it.
    return close_after(opening.date(), standard_time.amount, calendar)


def in_order(pauses: tuple[Pause, ...]) -> list[Pause]:
    """Sort pauses by when they began."""
    return sorted(pauses, key=lambda pause: pause.started_at)


def _after(pause: Pause, due: datetime, entered_at: datetime, calendar: Calendar) -> datetime:
    # Rule 5: later by exactly the office time between pause and resume.
    started_at = max(pause.started_at, entered_at)
    if pause.resumed_at is None or pause.resumed_at <= started_at or started_at > due:
        return due
    return moved_on(due, office_time_between(started_at, pause.resumed_at, calendar), calendar)


def close_after(day: date, days: int, calendar: Calendar) -> datetime:
    """Return the close of the n-th working day after a date; the date itself is day 0.

    With 0 days it is the close of the day itself, or of the next working day on a day off.
    """
    if days < 0:
        raise ValueError("Working days cannot be negative.")
    if days == 0 and calendar.is_working_day(day):
        return calendar.close_of(day)
    following = calendar.working_days_after(day)
    for _number in range(days - 1):
        next(following)
    return calendar.close_of(next(following))


def moved_on(moment: datetime, by: timedelta, calendar: Calendar) -> datetime:
    """Return the moment after this much office time; an end exactly on a close stays there."""
    moment = calendar.local(moment)
    if by <= _NOTHING:
        return moment
    for opens, closes in _spans_from(moment, calendar):
        begin = max(moment, opens)
        if by <= closes - begin:
            return begin + by
        by -= closes - begin
    raise NoOfficeHours("The calendar ended.")  # pragma: no cover - the spans never end quietly


def moved_back(moment: datetime, by: timedelta, calendar: Calendar) -> datetime:
    """Return the moment before which this much office time still lies until `moment`."""
    moment = calendar.local(moment)
    if by <= _NOTHING:
        return moment
    for opens, closes in _spans_until(moment, calendar):
        end = min(moment, closes)
        if by <= end - opens:
            return end - by
        by -= end - opens
    raise NoOfficeHours("The calendar ended.")  # pragma: no cover - the spans never end quietly


def _spans_from(moment: datetime, calendar: Calendar) -> Iterator[Span]:
    yield from (span for span in calendar.spans_of(moment.date()) if span[1] > moment)
    for day in calendar.working_days_after(moment.date()):
        yield from calendar.spans_of(day)


def _spans_until(moment: datetime, calendar: Calendar) -> Iterator[Span]:
    yield from (span for span in reversed(calendar.spans_of(moment.date())) if span[0] < moment)
    for day in calendar.working_days_before(moment.date()):
        yield from reversed(calendar.spans_of(day))


def office_time_between(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Return the office time between two moments, exactly; nothing when `end` is not later."""
    start, end = calendar.local(start), calendar.local(end)
    if end <= start:
        return _NOTHING
    first, last = start.date(), end.date()
    total = sum((_overlap(span, start, end) for span in calendar.spans_of(first)), _NOTHING)
    if first < last:
        total += calendar.worked_between(first, last - _DAY)[1]
        total += sum((_overlap(span, start, end) for span in calendar.spans_of(last)), _NOTHING)
    return total


def _overlap(span: Span, start: datetime, end: datetime) -> timedelta:
    return max(min(end, span[1]) - max(start, span[0]), _NOTHING)


def office_minutes_between(start: datetime, end: datetime, calendar: Calendar) -> int:
    """Return the whole office minutes between two moments; 0 when `end` is not later."""
    return office_time_between(start, end, calendar) // timedelta(minutes=1)


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """Count the working days after `start` up to and with `end`; negative the other way round.

    Takes days or moments; a moment is read on the office's clock.
    """
    first, last = _day(start, calendar), _day(end, calendar)
    if last < first:
        return -working_days_between(last, first, calendar)
    return calendar.worked_between(first, last)[0]


def _day(moment: date, calendar: Calendar) -> date:
    return calendar.local(moment).date() if isinstance(moment, datetime) else moment


def deemed_receipt_at(
    sent_at: datetime, calendar: Calendar, days: int = DEEMED_RECEIPT_DAYS
) -> datetime:
    """Return when an unconfirmed letter counts as received (rule 6).

    The close of the n-th working day after the date of sending, whatever the hour it was sent at.
    `sent_at` is when the mail server accepted, or the recorded moment of a manual channel, not
    the POST that closed row 6; a bounced letter has none, so it is never deemed (rule 11).
    """
    if days < 1:
        raise ValueError("Deemed receipt takes at least one working day.")
    return close_after(calendar.local(sent_at).date(), days, calendar)


def extended(due: datetime, days: int, calendar: Calendar) -> datetime:
    """Return the due time after an extension of 1 to 7 working days (rule 7; UU 14/2008 ps. 22).

    Counted from the due *date* as day 0, not from its closing minute, which would belong to the
    next day and so give one day too many.
    """
    if not 1 <= days <= MAXIMUM_EXTENSION_DAYS:
        raise ValueError(f"An extension is 1 to {MAXIMUM_EXTENSION_DAYS} working days.")
    return close_after(calendar.local(due).date(), days, calendar)


def correction_standard(standard_time: StandardTime, days: int = CORRECTION_DAYS) -> StandardTime:
    """Return the standard of a correction: short, and at most what the owner had (rule 10)."""
    if days < 1:
        raise ValueError("A correction takes at least one working day.")
    if standard_time.unit is Unit.MINUTES:
        return standard_time
    return StandardTime(min(days, standard_time.amount), Unit.DAYS)


def incident_due_at(noticed_at: datetime) -> datetime:
    """Return when an incident must have been told: 72 clock hours, days off included (rule 8)."""
    if noticed_at.tzinfo is None:
        raise ValueError(f"A moment needs a time zone: {noticed_at.isoformat()}")
    return noticed_at + timedelta(hours=INCIDENT_HOURS)


def reminder_days(entered_at: datetime, due: datetime, calendar: Calendar) -> tuple[date, ...]:
    """Return the days on which an owner is reminded (rule 9), in order and each once.

    Half time, 2 working days before, the due day, then one and two weeks later; a day off moves
    to the next working day. The caller sends nothing while the clock is paused.
    """
    opened, last = next_opening(entered_at, calendar).date(), _day(due, calendar)
    days = working_days_between(opened, last, calendar)
    wanted = [close_after(opened, days // 2, calendar).date()] if days > 1 else []
    if days > 2:
        wanted.append(close_after(opened, days - 2, calendar).date())
    wanted += [close_after(last + timedelta(weeks=week), 0, calendar).date() for week in (0, 1, 2)]
    return tuple(sorted(set(wanted)))


def nearly_due_from(due: datetime, standard_time: StandardTime, calendar: Calendar) -> datetime:
    """Return the moment from which at most 20% of the standard time is left.

    A day step's standard is the office time of the last n working days up to its due date, so
    that short Fridays and Ramadan hours count as what they are.
    """
    due = calendar.local(due)
    if standard_time.unit is Unit.MINUTES:
        whole = timedelta(minutes=standard_time.amount)
    else:
        whole = _office_time_of(standard_time.amount, due.date(), calendar)
    return moved_back(due, whole * NEARLY_DUE_SHARE, calendar)


def _office_time_of(days: int, last: date, calendar: Calendar) -> timedelta:
    earlier = calendar.working_days_before(last + _DAY)
    return sum((calendar.length_of(next(earlier)) for _number in range(days)), _NOTHING)


@dataclass(frozen=True, kw_only=True)
class TimeLeft:
    """How far a moment is from a due time, ready to be said in words.

    `minutes` are office minutes, `days` whole working days; both are left while `is_late` is
    false, and gone past the due time when it is true.
    """

    is_late: bool
    days: int
    minutes: int
    is_nearly_due: bool = False
    is_paused: bool = False

    @property
    def phrase(self) -> Phrase:
        """Say it: `sisa 6 hari kerja`, `terlambat 3 jam 10 menit`."""
        if self.days and (self.is_late or self.minutes >= SHORTEST_DAY_MINUTES):
            return Phrase(_LATE_DAYS if self.is_late else _LEFT_DAYS, {"days": self.days})
        if not self.minutes:
            return Phrase(_LATE_AFTER_HOURS if self.is_late else _LEFT_NOTHING)
        in_hours, in_minutes, both = _LATE_TIME if self.is_late else _LEFT_TIME
        hours_, minutes = divmod(self.minutes, 60)
        if not hours_:
            return Phrase(in_minutes, {"minutes": minutes})
        if not minutes:
            return Phrase(in_hours, {"hours": hours_})
        return Phrase(both, {"hours": hours_, "minutes": minutes})

    def __str__(self) -> str:
        """Write it in Indonesian."""
        return str(self.phrase)


_LEFT_DAYS: Final = _("sisa {days} hari kerja")
_LATE_DAYS: Final = _("terlambat {days} hari kerja")
_LEFT_TIME: Final = (
    _("sisa {hours} jam"),
    _("sisa {minutes} menit"),
    _("sisa {hours} jam {minutes} menit"),
)
_LATE_TIME: Final = (
    _("terlambat {hours} jam"),
    _("terlambat {minutes} menit"),
    _("terlambat {hours} jam {minutes} menit"),
)
_LEFT_NOTHING: Final = _("sisa kurang dari 1 menit kerja")
_LATE_AFTER_HOURS: Final = _("terlambat kurang dari 1 menit kerja")


def remaining(
    due: datetime,
    at: datetime,
    calendar: Calendar,
    standard_time: StandardTime | None = None,
    open_pause: Pause | None = None,
    opened_at: datetime | None = None,
) -> TimeLeft:
    """Return how much time is left at a moment, or by how much it is late.

    During an open pause the clock stands: what was left when it began is left still. Without the
    standard time nothing is ever nearly due. A step that was entered (`opened_at`) outside office
    hours begins at the next opening (rule 2): until then no more days are left than its standard.
    """
    if open_pause is not None:
        at = min(at, open_pause.started_at)
    at, due = calendar.local(at), calendar.local(due)
    if at > due:
        return _late(due, at, calendar, is_paused=open_pause is not None)
    near = standard_time is not None and at >= nearly_due_from(due, standard_time, calendar)
    return TimeLeft(
        is_late=False,
        days=working_days_between(_counted_from(opened_at, at, due, calendar), due, calendar),
        minutes=office_minutes_between(at, due, calendar),
        is_nearly_due=near,
        is_paused=open_pause is not None,
    )


def _counted_from(
    opened_at: datetime | None, at: datetime, due: datetime, calendar: Calendar
) -> datetime:
    if opened_at is None:
        return at
    return min(max(at, next_opening(opened_at, calendar)), due)


def lateness(due: datetime, done_at: datetime, calendar: Calendar) -> TimeLeft | None:
    """Return by how much a step that was done then was late; None when it was on time (rule 4)."""
    done_at, due = calendar.local(done_at), calendar.local(due)
    return _late(due, done_at, calendar, is_paused=False) if done_at > due else None


def _late(due: datetime, at: datetime, calendar: Calendar, *, is_paused: bool) -> TimeLeft:
    # A working day of lateness is complete with that day's close, as a day of standard time is.
    days = working_days_between(due, at, calendar)
    if days and calendar.is_working_day(at.date()) and at < calendar.close_of(at.date()):
        days -= 1
    return TimeLeft(
        is_late=True,
        days=days,
        minutes=office_minutes_between(due, at, calendar),
        is_paused=is_paused,
    )
