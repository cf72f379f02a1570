"""How is a date, a time of day or a duration written in Indonesian?

Month and day names come from our own table, never from the operating system's locale, so that
a letter reads the same on every machine.
"""

from datetime import date, datetime
from typing import Final

MONTHS: Final = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
DAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")


def long_date(day: date) -> str:
    """Write `23 November 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def long_day(day: date) -> str:
    """Write `Senin, 23 November 2026`."""
    return f"{DAYS[day.weekday()]}, {long_date(day)}"


def clock_time(moment: datetime) -> str:
    """Write `14.05 WIB`, with a dot; the zone's own name comes from the moment."""
    return f"{moment:%H.%M} {moment:%Z}".rstrip()


def long_moment(moment: datetime) -> str:
    """Write `Senin, 23 November 2026 pukul 14.05 WIB`, in the zone the moment carries."""
    return f"{long_day(moment)} pukul {clock_time(moment)}"


def written(value: object) -> str:
    """Write a value of a sentence: moments and days in words, everything else as it is."""
    if isinstance(value, datetime):
        return long_moment(value)
    if isinstance(value, date):
        return long_day(value)
    return str(value)
