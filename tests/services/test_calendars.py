"""With which days does an office's calendar begin, and does it stay the office's own?"""

from datetime import UTC, date, datetime

import pytest

from requests_app.models import AuditEntry, Holiday, WorkCalendar
from requests_app.services import calendars, clocks
from requests_app.sop import clock
from requests_app.sop.office_hours import HolidayKind
from requests_app.sop.steps import StandardTime, Unit
from tests.factories import make_world
from tests.sop.calendars import holidays

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def office():
    office = make_world(owners=0).office
    calendars.seed_calendar(office=office, years=(2025, 2026, 2027), at=AT)
    return office


def test_weekdays_off_are_those_of_the_decrees(office):
    """The days off of 2026 and 2027, as decreed."""
    rows = Holiday.objects.filter(calendar__office=office, day__year__gte=2026)
    seeded = {row.day: HolidayKind(row.kind) for row in rows if row.day.weekday() < 5}
    known = {day: info.kind for day, info in holidays().items() if day.weekday() < 5}
    assert seeded == known


def test_an_estimated_day_keeps_its_mark(office):
    lebaran = Holiday.objects.get(calendar__office=office, day=date(2027, 3, 10))
    assert lebaran.name.endswith("(perkiraan)")


def test_the_clock_reads_the_seeded_calendar(office):
    """Ten days across Lebaran, and the first close of Ramadan."""
    calendar = clocks.calendar_of(office)
    days = StandardTime(10, Unit.DAYS)
    opened = datetime(2026, 3, 12, 3, 0, tzinfo=UTC)
    assert clock.due_at(opened, days, calendar) == datetime(2026, 4, 2, 9, 30, tzinfo=UTC)
    opened = datetime(2026, 2, 18, 3, 0, tzinfo=UTC)
    day = StandardTime(1, Unit.DAYS)
    assert clock.due_at(opened, day, calendar) == datetime(2026, 2, 19, 8, 15, tzinfo=UTC)


def test_seeding_again_changes_nothing(office):
    before = WorkCalendar.objects.get(office=office).revision
    Holiday.objects.filter(calendar__office=office, day=date(2026, 12, 24)).update(name="Diubah")
    calendars.seed_calendar(office=office, years=(2025, 2026, 2027), at=AT)
    assert WorkCalendar.objects.get(office=office).revision == before
    assert Holiday.objects.filter(calendar__office=office, name="Diubah").exists()
    assert AuditEntry.objects.filter(office_id=office.pk, deed="seed_calendar").count() == 1
