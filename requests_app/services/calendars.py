"""With which holidays and special hours does an office's calendar begin?

Seed data only: the clock reads the office's own tables, so no upgrade of a package moves a due
time. The office corrects the rows by decree afterwards.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from holidays import country_holidays

from requests_app.models import Holiday, Office, WorkCalendar, WorkPeriod
from requests_app.services import audit
from requests_app.sop.office_hours import HolidayKind
from requests_app.sop.roles import Actor, Capacity

# Asked for one by one: together they tell the days but not the kinds, and cuti bersama is missed
# unless it is asked for.
CATEGORIES: Final = {
    "public": HolidayKind.NATIONAL,
    "government": HolidayKind.JOINT_LEAVE,
}
WEEKDAYS_BUT_FRIDAY: Final = ("monday", "tuesday", "wednesday", "thursday")


def seed_calendar(*, office: Office, years: Iterable[int], at: datetime) -> None:
    """Fill the office's calendar with the holidays of these years and the known special hours.

    Days and periods that stand already are kept as they are, so that a correction by the office
    survives. Put on the record of the office when something was added.
    """
    wanted = sorted(set(years))
    with transaction.atomic():
        calendar = WorkCalendar.objects.select_for_update().get(office=office)
        added = _add_holidays(calendar, wanted) + _add_periods(calendar, wanted)
        if not added:
            return
        WorkCalendar.objects.filter(pk=calendar.pk).update(revision=F("revision") + 1)
        audit.note_for_office(
            office_id=office.pk,
            deed="seed_calendar",
            actor=Actor(name="Sistem", role=None, capacity=Capacity.SYSTEM, office_id=office.pk),
            at=at,
            about_what=str(_("Kalender kerja")),
            years=wanted,
            rows=added,
        )


def known_holidays(years: Iterable[int]) -> Iterator[tuple[date, str, HolidayKind]]:
    """List the national holidays and joint leave of these years, in Indonesian.

    A date that only the computed Islamic calendar gives keeps its mark "(perkiraan)". A national
    holiday comes before joint leave on the same day.
    """
    taken: set[date] = set()
    for category, kind in CATEGORIES.items():
        days = country_holidays("ID", years=years, categories=(category,), language="id")
        for day, name in sorted(days.items()):
            if day not in taken:
                taken.add(day)
                yield day, name, kind


def _add_holidays(calendar: WorkCalendar, years: Iterable[int]) -> int:
    there = set(calendar.holidays.values_list("day", flat=True))
    rows = [
        Holiday(calendar=calendar, day=day, name=name[:150], kind=kind.value)
        for day, name, kind in known_holidays(years)
        if day not in there
    ]
    Holiday.objects.bulk_create(rows)
    return len(rows)


def _add_periods(calendar: WorkCalendar, years: Iterable[int]) -> int:
    added = 0
    for period in _known_periods(calendar):
        here = period.starts is not None and period.starts.year in years
        if here and not calendar.periods.filter(name=period.name).exists():
            period.full_clean()
            period.save(force_insert=True)
            added += 1
    return added


def _known_periods(calendar: WorkCalendar) -> tuple[WorkPeriod, ...]:
    # Ramadan cannot be derived: computed calendars differ from Indonesia's by a day in 2025 and in
    # 2026. Its hours come by circular each year; the end date of this one is inferred.
    return (
        WorkPeriod(
            calendar=calendar,
            name="Ramadan 1447",
            decree="SE Wali Kota B/111/800 Tahun 2026",
            starts=date(2026, 2, 19),
            ends=date(2026, 3, 20),
            is_special=True,
            friday="08.00-11.30, 12.30-14.30",
            **dict.fromkeys(WEEKDAYS_BUT_FRIDAY, "08.00-12.00, 12.30-15.15"),
        ),
    )
