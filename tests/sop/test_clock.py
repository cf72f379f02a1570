"""Is the clock right? Every rule, and the whole test table, of the office's working time."""

import time as stopwatch
from datetime import UTC, date, datetime, timedelta

import pytest

from requests_app.sop import clock
from requests_app.sop.clock import Grant, Pause
from requests_app.sop.office_hours import (
    Calendar,
    HolidayInfo,
    HolidayKind,
    Interval,
    NoOfficeHours,
    Period,
    hours,
)
from requests_app.sop.steps import StandardTime, Unit
from tests.sop.calendars import CALENDAR, ORDINARY, RAMADAN_1447, calendar, wib


def days(amount):
    return StandardTime(amount, Unit.DAYS)


def minutes(amount):
    return StandardTime(amount, Unit.MINUTES)


TABLE = [
    ("12-03-2026 10.00", days(10), "02-04-2026 16.30", "Lebaran"),
    ("23-11-2026 10.00", days(10), "07-12-2026 16.30", "plain"),
    ("01-03-2027 10.00", days(10), "23-03-2027 16.30", "estimated dates"),
    ("18-12-2026 10.00", days(10), "07-01-2027 16.30", "Christmas, year end, 5/1"),
    ("20-11-2026 09.00", days(1), "23-11-2026 16.30", "Friday morning"),
    ("20-11-2026 15.00", days(1), "24-11-2026 16.30", "Friday closes 14.30"),
    ("23-11-2026 06.00", days(1), "24-11-2026 16.30", "before opening"),
    ("18-02-2026 10.00", days(1), "19-02-2026 15.15", "first Ramadan close"),
    ("17-03-2026 10.00", days(1), "25-03-2026 16.30", "across Lebaran and the period's end"),
    ("20-11-2026 14.20", minutes(30), "23-11-2026 07.50", "weekend"),
    ("23-11-2026 11.50", minutes(30), "23-11-2026 13.20", "across the break"),
    ("23-11-2026 12.10", minutes(30), "23-11-2026 13.30", "within the break"),
    ("23-11-2026 16.00", minutes(30), "23-11-2026 16.30", "exact close"),
    ("23-11-2026 16.30", minutes(30), "24-11-2026 08.00", "the closing minute is outside"),
    ("23-12-2026 16.25", minutes(15), "28-12-2026 07.40", "cuti bersama + libur"),
    ("19-02-2026 11.45", minutes(30), "19-02-2026 12.45", "Ramadan break"),
    ("19-02-2026 15.00", minutes(30), "20-02-2026 08.15", "Ramadan evening"),
]


@pytest.mark.parametrize(
    ("opened", "standard", "due", "_shows"), TABLE, ids=[f"{row[0]} {row[3]}" for row in TABLE]
)
def test_the_table_of_due_times(opened, standard, due, _shows):
    assert clock.due_at(wib(opened), standard, CALENDAR) == wib(due)


def test_an_extension_counts_from_the_due_date_as_day_0():
    # Rule 7; UU 14/2008 ps. 22: not 15 April.
    assert clock.extended(wib("02-04-2026 16.30"), 7, CALENDAR) == wib("14-04-2026 16.30")


@pytest.mark.parametrize("too_many", [0, 8, -1])
def test_an_extension_is_1_to_7_working_days(too_many):
    with pytest.raises(ValueError, match="1 to 7"):
        clock.extended(wib("02-04-2026 16.30"), too_many, CALENDAR)


def test_a_weekend_inside_a_pause_costs_nothing():
    # Rule 5: 30 minutes on Friday, 30 on Monday.
    pause = Pause(started_at=wib("27-11-2026 14.00"), resumed_at=wib("30-11-2026 08.00"))
    due = clock.due_at(wib("23-11-2026 10.00"), days(10), CALENDAR, (pause,))
    assert due == wib("08-12-2026 08.30")


def test_an_open_pause_moves_nothing_until_it_is_resumed():
    pause = Pause(started_at=wib("27-11-2026 14.00"))
    due = clock.due_at(wib("23-11-2026 10.00"), days(10), CALENDAR, (pause,))
    assert due == wib("07-12-2026 16.30")


def test_a_pause_after_the_due_time_does_not_rescue_what_is_late():
    pause = Pause(started_at=wib("08-12-2026 09.00"), resumed_at=wib("08-12-2026 10.00"))
    due = clock.due_at(wib("23-11-2026 10.00"), days(10), CALENDAR, (pause,))
    assert due == wib("07-12-2026 16.30")


def test_a_pause_before_the_step_opened_counts_from_its_opening_only():
    pause = Pause(started_at=wib("23-11-2026 08.00"), resumed_at=wib("23-11-2026 11.00"))
    due = clock.due_at(wib("23-11-2026 10.00"), minutes(30), CALENDAR, (pause,))
    assert due == wib("23-11-2026 11.30")


def test_two_pauses_add_up_in_any_order():
    pauses = (
        Pause(started_at=wib("25-11-2026 09.00"), resumed_at=wib("25-11-2026 10.00")),
        Pause(started_at=wib("24-11-2026 09.00"), resumed_at=wib("24-11-2026 09.30")),
    )
    for order in (pauses, pauses[::-1]):
        due = clock.due_at(wib("23-11-2026 10.00"), days(10), CALENDAR, order)
        assert due == wib("08-12-2026 09.00")


def test_a_pause_before_the_extension_is_swallowed_by_the_new_date_and_one_after_it_is_not():
    hour = timedelta(hours=1)
    early = Pause(started_at=wib("24-11-2026 09.00"), resumed_at=wib("24-11-2026 09.00") + hour)
    late = Pause(started_at=wib("03-12-2026 09.00"), resumed_at=wib("03-12-2026 09.00") + hour)
    grant = Grant(days=2, granted_at=wib("02-12-2026 09.00"))
    entered = wib("23-11-2026 10.00")
    assert clock.due_at(entered, days(10), CALENDAR, (early,), grant) == wib("10-12-2026 16.30")
    assert clock.due_at(entered, days(10), CALENDAR, (late,), grant) == wib("10-12-2026 08.30")
    assert clock.due_at(entered, days(10), CALENDAR, (), grant) == wib("09-12-2026 16.30")


def test_a_pause_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="before it starts"):
        Pause(started_at=wib("24-11-2026 09.00"), resumed_at=wib("24-11-2026 08.00"))


def test_deemed_receipt_is_the_close_of_the_first_working_day_after_sending():
    # Rule 6; the owner's 10 days then open on the next morning.
    deemed = clock.deemed_receipt_at(wib("23-11-2026 10.00"), CALENDAR)
    assert deemed == wib("24-11-2026 16.30")
    assert clock.next_opening(deemed, CALENDAR) == wib("25-11-2026 07.30")
    assert clock.due_at(deemed, days(10), CALENDAR) == wib("09-12-2026 16.30")


@pytest.mark.parametrize("sent", ["20-11-2026 15.00", "21-11-2026 22.00", "22-11-2026 05.00"])
def test_a_letter_sent_at_the_weekend_is_deemed_received_on_monday(sent):
    assert clock.deemed_receipt_at(wib(sent), CALENDAR) == wib("23-11-2026 16.30")


def test_deemed_receipt_takes_the_days_the_office_set_and_at_least_one():
    assert clock.deemed_receipt_at(wib("23-11-2026 10.00"), CALENDAR, 3) == wib("26-11-2026 16.30")
    with pytest.raises(ValueError, match="at least one"):
        clock.deemed_receipt_at(wib("23-11-2026 10.00"), CALENDAR, 0)


def test_rows_without_a_standard_time_have_no_due_time():
    # Rule 8.
    assert clock.due_at(wib("23-11-2026 10.00"), None, CALENDAR) is None


def test_an_incident_runs_in_clock_hours():
    # UU 27/2022 ps. 46: 3 × 24 hours, over a weekend too.
    assert clock.incident_due_at(wib("20-11-2026 16.00")) == wib("23-11-2026 16.00")


def test_a_correction_is_short_and_at_most_what_the_owner_had():
    # Rule 10.
    assert clock.correction_standard(days(10)) == days(3)
    assert clock.correction_standard(days(2)) == days(2)
    assert clock.correction_standard(days(10), 12) == days(10)
    assert clock.correction_standard(minutes(30)) == minutes(30)
    with pytest.raises(ValueError, match="at least one"):
        clock.correction_standard(days(10), 0)


def test_reminders_fall_at_half_time_two_days_before_on_the_day_and_twice_after():
    # Rule 9; 10 days from Monday 23 November, due Monday 7 December.
    due = wib("07-12-2026 16.30")
    assert clock.reminder_days(wib("23-11-2026 10.00"), due, CALENDAR) == (
        date(2026, 11, 30),
        date(2026, 12, 3),
        date(2026, 12, 7),
        date(2026, 12, 14),
        date(2026, 12, 21),
    )


def test_reminders_never_fall_on_a_day_off():
    # Due Thursday 10 December: a week and two weeks later is 17 and 24 December (cuti bersama).
    last = clock.reminder_days(wib("09-12-2026 10.00"), wib("10-12-2026 16.30"), CALENDAR)[-1]
    assert last == date(2026, 12, 28)


def test_moments_of_other_zones_are_read_on_the_offices_clock():
    utc = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    assert clock.due_at(utc, days(1), CALENDAR) == wib("24-11-2026 16.30")
    assert str(clock.due_at(utc, days(1), CALENDAR).tzinfo) == "Asia/Jakarta"


def test_seconds_are_kept():
    entered = wib("23-11-2026 11.50") + timedelta(seconds=35)
    assert clock.due_at(entered, minutes(30), CALENDAR) == wib("23-11-2026 13.20") + timedelta(
        seconds=35
    )


@pytest.mark.parametrize(
    "asked",
    [
        lambda naive: clock.due_at(naive, days(1), CALENDAR),
        lambda naive: clock.next_opening(naive, CALENDAR),
        lambda naive: clock.office_minutes_between(naive, naive, CALENDAR),
        lambda naive: clock.deemed_receipt_at(naive, CALENDAR),
        lambda naive: clock.extended(naive, 1, CALENDAR),
        lambda naive: clock.working_days_between(naive, naive, CALENDAR),
        lambda naive: clock.remaining(naive, naive, CALENDAR),
        lambda naive: clock.incident_due_at(naive),
    ],
)
def test_a_naive_moment_is_refused(asked):
    naive = wib("23-11-2026 10.00").replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        asked(naive)


def test_the_close_after_no_day_is_that_day_s_or_the_next_working_day_s():
    assert clock.close_after(date(2026, 11, 27), 0, CALENDAR) == wib("27-11-2026 14.30")
    assert clock.close_after(date(2026, 11, 28), 0, CALENDAR) == wib("30-11-2026 16.30")
    with pytest.raises(ValueError, match="negative"):
        clock.close_after(date(2026, 11, 28), -1, CALENDAR)


# The calendar


def test_the_ordinary_week_has_37_and_a_half_hours():
    # Perpres 21/2023.
    week = clock.office_minutes_between(wib("23-11-2026 00.00"), wib("28-11-2026 00.00"), CALENDAR)
    assert week == 37.5 * 60


def test_the_ramadan_week_has_32_and_a_half_hours():
    week = clock.office_minutes_between(wib("23-02-2026 00.00"), wib("28-02-2026 00.00"), CALENDAR)
    assert week == 32.5 * 60


def test_a_special_period_goes_before_the_ordinary_one_while_it_lasts():
    assert CALENDAR.period_of(date(2026, 2, 18)) is ORDINARY
    assert CALENDAR.period_of(date(2026, 2, 19)) is RAMADAN_1447
    assert CALENDAR.period_of(date(2026, 3, 20)) is RAMADAN_1447
    assert CALENDAR.period_of(date(2026, 3, 21)) is ORDINARY


def test_joint_leave_is_a_day_off():
    assert not CALENDAR.is_working_day(date(2026, 12, 24))
    assert CALENDAR.is_working_day(date(2026, 12, 23))


def test_a_replacement_workday_at_a_weekend_works_mondays_hours():
    saturday = date(2026, 11, 28)
    extra = HolidayInfo(
        name="Pengganti cuti bersama", kind=HolidayKind.REPLACEMENT_WORKDAY, decree="SE contoh"
    )
    works = calendar({saturday: extra})
    assert works.intervals_of(saturday) == hours("07.30–12.00", "13.00–16.30")
    assert clock.due_at(wib("27-11-2026 10.00"), days(1), works) == wib("28-11-2026 16.30")


def test_a_replacement_workday_on_a_weekday_keeps_its_own_hours():
    friday = date(2026, 11, 27)
    extra = HolidayInfo(name="Pengganti", kind=HolidayKind.REPLACEMENT_WORKDAY)
    assert calendar({friday: extra}).intervals_of(friday) == hours("07.30–11.30", "13.00–14.30")


def test_a_calendar_that_runs_out_says_so_instead_of_searching_for_ever():
    empty = Calendar(tz="Asia/Jakarta", periods=())
    with pytest.raises(NoOfficeHours):
        clock.due_at(wib("23-11-2026 10.00"), days(1), empty)
    with pytest.raises(NoOfficeHours):
        CALENDAR.close_of(date(2026, 11, 28))
    with pytest.raises(NoOfficeHours):
        clock.due_at(wib("23-11-2020 10.00"), days(1), CALENDAR)


def test_contradictory_calendars_are_refused():
    with pytest.raises(ValueError, match="share a day"):
        Calendar(tz="Asia/Jakarta", periods=(ORDINARY, ORDINARY))
    with pytest.raises(ValueError, match="before it starts"):
        Period(name="x", hours={}, starts=date(2026, 1, 2), ends=date(2026, 1, 1))
    with pytest.raises(ValueError, match="overlap"):
        Period(name="x", hours={0: hours("07.30–12.00", "11.00–16.30")})
    with pytest.raises(ValueError, match="before they begin"):
        Interval.parse("12.00–07.30")


# What is left, what is late


def left(due, at, standard=None, **more):
    return clock.remaining(wib(due), wib(at), CALENDAR, standard, **more)


@pytest.mark.parametrize(
    ("due", "words"),
    [("08-12-2026 16.30", "sisa 10 hari kerja"), ("25-11-2026 16.30", "sisa 1 hari kerja")],
)
def test_what_opens_in_the_evening_has_its_standard_left_until_the_morning(due, words):
    evening = "23-11-2026 19.24"
    assert str(left(due, evening, opened_at=wib(evening))) == words
    assert str(left(due, "24-11-2026 07.30", opened_at=wib(evening))) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("23-11-2026 10.00", "sisa 10 hari kerja"),
        ("27-11-2026 10.00", "sisa 6 hari kerja"),
        ("28-11-2026 10.00", "sisa 6 hari kerja"),
        ("07-12-2026 06.00", "sisa 8 jam"),
        ("07-12-2026 10.00", "sisa 5 jam 30 menit"),
        ("07-12-2026 16.10", "sisa 20 menit"),
        ("07-12-2026 16.30", "sisa kurang dari 1 menit kerja"),
        ("07-12-2026 17.00", "terlambat kurang dari 1 menit kerja"),
        ("08-12-2026 07.40", "terlambat 10 menit"),
        ("08-12-2026 10.40", "terlambat 3 jam 10 menit"),
        ("08-12-2026 09.30", "terlambat 2 jam"),
        ("08-12-2026 16.30", "terlambat 1 hari kerja"),
        ("09-12-2026 09.30", "terlambat 1 hari kerja"),
        ("13-12-2026 09.30", "terlambat 4 hari kerja"),
    ],
)
def test_what_is_left_is_said_in_words(at, words):
    assert str(left("07-12-2026 16.30", at)) == words


def test_lateness_is_only_for_what_came_after_the_due_time():
    # Rule 4: at or before the due time is on time.
    due = wib("07-12-2026 16.30")
    assert clock.lateness(due, due, CALENDAR) is None
    late = clock.lateness(due, wib("08-12-2026 10.40"), CALENDAR)
    assert late is not None
    assert (late.is_late, late.days, late.minutes) == (True, 0, 190)


@pytest.mark.parametrize(
    ("standard", "due", "before", "then"),
    [
        # 8 × 480 + 2 × 330 = 4500 minutes; 900 of them are left from Thursday 3 December 15.00.
        (days(10), "07-12-2026 16.30", "03-12-2026 14.59", "03-12-2026 15.00"),
        (days(1), "24-11-2026 16.30", "24-11-2026 14.53", "24-11-2026 14.54"),
        (minutes(30), "23-11-2026 13.20", "23-11-2026 13.13", "23-11-2026 13.14"),
    ],
)
def test_nearly_due_means_at_most_a_fifth_of_the_standard_is_left(standard, due, before, then):
    assert not left(due, before, standard).is_nearly_due
    assert left(due, then, standard).is_nearly_due
    assert not left(due, then).is_nearly_due


def test_what_is_late_is_not_nearly_due():
    assert not left("07-12-2026 16.30", "08-12-2026 10.00", days(10)).is_nearly_due


def test_while_paused_nothing_runs_down():
    pause = Pause(started_at=wib("27-11-2026 10.00"))
    much_later = left("07-12-2026 16.30", "20-12-2026 10.00", days(10), open_pause=pause)
    assert str(much_later) == "sisa 6 hari kerja"
    assert much_later.is_paused
    assert not much_later.is_late


def test_working_days_are_counted_both_ways():
    assert clock.working_days_between(date(2026, 11, 20), date(2026, 11, 23), CALENDAR) == 1
    assert clock.working_days_between(date(2026, 11, 23), date(2026, 11, 20), CALENDAR) == -1
    assert clock.working_days_between(wib("23-11-2026 08.00"), date(2026, 11, 23), CALENDAR) == 0


def test_ten_days_are_found_fast_enough_for_an_inbox():
    entered, standard = wib("12-03-2026 10.00"), days(10)
    clock.due_at(entered, standard, CALENDAR)
    started = stopwatch.perf_counter()
    for _number in range(1000):
        clock.due_at(entered, standard, CALENDAR)
    assert stopwatch.perf_counter() - started < 0.25  # 5 × the goal of 50 µs, for a busy machine
