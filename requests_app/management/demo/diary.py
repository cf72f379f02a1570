"""When did it happen? Moments inside office hours, told from now backwards."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice

from requests_app.sop import clock, office_hours


@dataclass(frozen=True)
class Diary:
    """The office's calendar, looked at from one moment."""

    now: datetime
    calendar: office_hours.Calendar

    def day(self, days_ago: int, at: str) -> datetime:
        """Give a time of day on the n-th working day before today.

        Times from 08.05 to 11.25 and from 13.05 to 14.20 lie inside the hours of every period,
        Fridays and Ramadan too.
        """
        today = self.calendar.local(self.now).date()
        before = self.calendar.working_days_before(today)
        found = next(islice(before, days_ago - 1, None))
        hour, minute = at.split(".")
        return datetime.combine(found, time(int(hour), int(minute)), tzinfo=self.calendar.zone)

    def ago(self, minutes: int) -> datetime:
        """Give the moment since which this many office minutes have passed."""
        return clock.moved_back(self.now, timedelta(minutes=minutes), self.calendar)
