"""When does an office work: its zone, its hours by period, its days off?

Plain values over which the clock counts. Indonesia knows no daylight saving; a special period
(Ramadan) goes before an ordinary one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Final, Self
from zoneinfo import ZoneInfo

from requests_app.sop.words import _

Span = tuple[datetime, datetime]

_DAY: Final = timedelta(days=1)
_NOTHING: Final = timedelta(0)
_LONGEST_CLOSURE: Final = 400
"""Days in a row without office hours after which a calendar counts as empty."""


class NoOfficeHours(ValueError):
    """The calendar has no office hours where some are needed: a period is missing in it."""


class HolidayKind(StrEnum):
    """What a dated row of the calendar does to its day."""

    NATIONAL = "national_holiday"
    JOINT_LEAVE = "joint_leave"
    REGIONAL = "regional_holiday"
    REPLACEMENT_WORKDAY = "replacement_workday"

    @property
    def label(self) -> str:
        """Name the kind as the decrees do."""
        return HOLIDAY_LABELS[self]

    @property
    def is_day_off(self) -> bool:
        """Tell days off from the one kind that makes people come in."""
        return self is not HolidayKind.REPLACEMENT_WORKDAY


HOLIDAY_LABELS: Final = {
    HolidayKind.NATIONAL: _("libur nasional"),
    HolidayKind.JOINT_LEAVE: _("cuti bersama"),
    HolidayKind.REGIONAL: _("libur daerah"),
    HolidayKind.REPLACEMENT_WORKDAY: _("hari kerja pengganti"),
}


@dataclass(frozen=True, kw_only=True)
class HolidayInfo:
    """Why a day differs from its weekday: a name, a kind and the decree that says so."""

    name: str
    kind: HolidayKind
    decree: str = ""


@dataclass(frozen=True)
class Interval:
    """Office hours without a break, half-open: the closing minute is already outside."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        """Refuse hours that end before they begin."""
        if self.opens >= self.closes:
            raise ValueError(f"Office hours {self.opens} – {self.closes} end before they begin.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `07.30–12.00` (dot or colon, dash or en dash)."""
        opens, closes = text.replace("–", "-").replace(".", ":").split("-")
        return cls(time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip()))


def hours(*texts: str) -> tuple[Interval, ...]:
    """Read the hours of one day: `hours("07.30–12.00", "13.00–16.30")`."""
    return tuple(Interval.parse(text) for text in texts)


@dataclass(frozen=True, kw_only=True)
class Period:
    """The hours of each weekday (0 = Monday) between two dates, and the decree that set them.

    A special period (Ramadan) goes before an ordinary one on the days that both cover. A weekday
    that is not named is free. Without a date the period is open at that end.
    """

    name: str
    hours: Mapping[int, tuple[Interval, ...]]
    decree: str = ""
    starts: date | None = None
    ends: date | None = None
    is_special: bool = False

    def __post_init__(self) -> None:
        """Refuse dates in the wrong order, and hours that overlap or are out of order."""
        if self.starts and self.ends and self.starts > self.ends:
            raise ValueError(f"Period {self.name} ends before it starts.")
        for day in self.hours.values():
            for earlier, later in pairwise(day):
                if earlier.closes > later.opens:
                    raise ValueError(f"The hours of period {self.name} overlap.")

    def covers(self, day: date) -> bool:
        """Tell whether this period's hours hold on a day."""
        return (self.starts is None or self.starts <= day) and (
            self.ends is None or day <= self.ends
        )

    def meets(self, other: "Period") -> bool:
        """Tell whether two periods share a day."""
        starts, other_starts = self.starts or date.min, other.starts or date.min
        ends, other_ends = self.ends or date.max, other.ends or date.max
        return starts <= other_ends and other_starts <= ends


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """When an office works: its zone, its hours by period, and the days that differ.

    Two special or two ordinary periods may not share a day (ValueError). Days are computed once
    and kept, so a calendar should live as long as it is true; it must not be changed after use.
    """

    tz: str
    periods: tuple[Period, ...]
    holidays: Mapping[date, HolidayInfo] = field(default_factory=dict)
    _kept: dict[date, tuple[Span, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _lengths: dict[date, timedelta] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _years: dict[int, dict[date, tuple[int, timedelta]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Refuse periods that contradict each other, and an unknown zone."""
        ZoneInfo(self.tz)
        for number, period in enumerate(self.periods):
            for other in self.periods[number + 1 :]:
                if period.is_special == other.is_special and period.meets(other):
                    raise ValueError(f"Periods {period.name} and {other.name} share a day.")

    @cached_property
    def zone(self) -> ZoneInfo:
        """Give the zone in which the office reads its clock."""
        return ZoneInfo(self.tz)

    def local(self, moment: datetime) -> datetime:
        """Read a moment on the office's clock; ValueError for a naive one."""
        if moment.tzinfo is None:
            raise ValueError(f"A moment needs a time zone: {moment.isoformat()}")
        return moment.astimezone(self.zone)

    def period_of(self, day: date) -> Period | None:
        """Find whose hours hold on a day: a special period first, else an ordinary one."""
        covering = [period for period in self.periods if period.covers(day)]
        return max(covering, key=lambda period: period.is_special, default=None)

    def intervals_of(self, day: date) -> tuple[Interval, ...]:
        """Give the office hours of a day; none on a day off.

        A replacement workday on a free weekday works Monday's hours of the period in force, since
        it stands for an ordinary working day; on a weekday with hours it keeps its own.
        """
        period = self.period_of(day)
        if period is None:
            return ()
        own = period.hours.get(day.weekday(), ())
        holiday = self.holidays.get(day)
        if holiday is None:
            return own
        if holiday.kind.is_day_off:
            return ()
        return own or period.hours.get(0, ())

    def spans_of(self, day: date) -> tuple[Span, ...]:
        """Give the office hours of a day as moments (kept after the first time)."""
        spans = self._kept.get(day)
        if spans is None:
            spans = self._kept[day] = tuple(
                (
                    datetime.combine(day, hours.opens, self.zone),
                    datetime.combine(day, hours.closes, self.zone),
                )
                for hours in self.intervals_of(day)
            )
        return spans

    def length_of(self, day: date) -> timedelta:
        """Give the office time of a whole day (kept after the first time)."""
        length = self._lengths.get(day)
        if length is None:
            spans = self.spans_of(day)
            length = sum((closes - opens for opens, closes in spans), _NOTHING)
            self._lengths[day] = length
        return length

    def worked_between(self, first: date, last: date) -> tuple[int, timedelta]:
        """Count the working days after a day up to and with a later one, and their office time.

        Whole years are summed up once, so that how late something is does not cost more the
        later it is.
        """
        days, total = self._since_new_year(last)
        earlier_days, earlier = self._since_new_year(first)
        for year in range(first.year, last.year):
            more_days, more = self._since_new_year(date(year, 12, 31))
            days, total = days + more_days, total + more
        return days - earlier_days, total - earlier

    def _since_new_year(self, day: date) -> tuple[int, timedelta]:
        sums = self._years.get(day.year)
        if sums is None:
            sums = self._years[day.year] = dict(self._summed_up(day.year))
        return sums[day]

    def _summed_up(self, year: int) -> Iterator[tuple[date, tuple[int, timedelta]]]:
        day, days, total = date(year, 1, 1), 0, _NOTHING
        while day.year == year:
            days, total = days + self.is_working_day(day), total + self.length_of(day)
            yield day, (days, total)
            day += _DAY

    def is_working_day(self, day: date) -> bool:
        """Tell whether the office works on a day at all."""
        return bool(self.spans_of(day))

    def close_of(self, day: date) -> datetime:
        """Give the moment a working day ends; NoOfficeHours on a day off."""
        spans = self.spans_of(day)
        if not spans:
            raise NoOfficeHours(f"{day.isoformat()} is not a working day.")
        return spans[-1][1]

    def working_days_after(self, day: date) -> Iterator[date]:
        """Yield the working days after a day; NoOfficeHours when the calendar runs out."""
        return self._working_days(day, _DAY)

    def working_days_before(self, day: date) -> Iterator[date]:
        """Yield the working days before a day, latest first; NoOfficeHours when none is left."""
        return self._working_days(day, -_DAY)

    def _working_days(self, day: date, step: timedelta) -> Iterator[date]:
        closed = 0
        while closed < _LONGEST_CLOSURE:
            day += step
            if self.spans_of(day):
                closed = 0
                yield day
            else:
                closed += 1
        raise NoOfficeHours(f"The calendar has no office hours around {day.isoformat()}.")
