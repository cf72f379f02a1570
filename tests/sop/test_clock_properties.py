"""Does the clock keep its promises for any moment, standard and pause?"""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from requests_app.sop import clock
from requests_app.sop.clock import Pause
from requests_app.sop.steps import StandardTime, Unit
from tests.sop.calendars import CALENDAR, WIB

FIRST, LAST = datetime(2026, 1, 1), datetime(2027, 9, 30)  # noqa: DTZ001 - hypothesis adds the zone
moments = st.datetimes(FIRST, LAST, timezones=st.just(WIB)).map(
    lambda moment: moment.replace(microsecond=0)
)
day_standards = st.builds(StandardTime, st.integers(1, 20), st.just(Unit.DAYS))
minute_standards = st.builds(StandardTime, st.integers(1, 3000), st.just(Unit.MINUTES))
standards = st.one_of(day_standards, minute_standards)
stretches = st.timedeltas(timedelta(0), timedelta(days=12)).map(
    lambda length: timedelta(seconds=int(length.total_seconds()))
)


def inside_or_at_an_end(moment):
    spans = CALENDAR.spans_of(moment.date())
    return any(opens < moment <= closes for opens, closes in spans)


@given(moments, standards)
def test_a_due_time_lies_inside_office_hours_or_at_their_end(entered, standard):
    assert inside_or_at_an_end(clock.due_at(entered, standard, CALENDAR))


@given(moments, moments, standards)
def test_who_starts_later_is_never_due_earlier(one, other, standard):
    first, second = sorted((one, other))
    assert clock.due_at(first, standard, CALENDAR) <= clock.due_at(second, standard, CALENDAR)


@given(moments, day_standards)
def test_one_day_more_is_one_working_day_later(entered, standard):
    more = StandardTime(standard.amount + 1, Unit.DAYS)
    due, later = (clock.due_at(entered, each, CALENDAR) for each in (standard, more))
    assert clock.working_days_between(due, later, CALENDAR) == 1


@given(moments, day_standards)
def test_day_standards_end_at_a_close_so_many_working_days_after_opening(entered, standard):
    due = clock.due_at(entered, standard, CALENDAR)
    opening = clock.next_opening(entered, CALENDAR)
    assert due == CALENDAR.close_of(due.date())
    assert clock.working_days_between(opening, due, CALENDAR) == standard.amount


@given(moments, day_standards)
def test_what_is_left_never_says_more_days_than_the_standard(entered, standard):
    due = clock.due_at(entered, standard, CALENDAR)
    opening = clock.next_opening(entered, CALENDAR)
    for at in (entered, opening):
        time_left = clock.remaining(due, at, CALENDAR, standard, opened_at=entered)
        assert time_left.days == standard.amount


@given(moments, minute_standards)
def test_minute_standards_take_exactly_their_office_minutes(entered, standard):
    due = clock.due_at(entered, standard, CALENDAR)
    assert clock.office_minutes_between(entered, due, CALENDAR) == standard.amount


@given(moments)
def test_an_opening_is_open_not_earlier_and_opens_itself(moment):
    opening = clock.next_opening(moment, CALENDAR)
    assert opening >= moment
    spans = CALENDAR.spans_of(opening.date())
    assert any(opens <= opening < closes for opens, closes in spans)
    assert clock.next_opening(opening, CALENDAR) == opening
    assert clock.office_time_between(moment, opening, CALENDAR) == timedelta(0)


@given(moments, standards, moments, stretches)
def test_a_pause_subtracts_working_time_only(entered, standard, started, length):
    pause = Pause(started_at=started, resumed_at=started + length)
    plain = clock.due_at(entered, standard, CALENDAR)
    due = clock.due_at(entered, standard, CALENDAR, (pause,))
    counted = clock.office_time_between(max(started, entered), started + length, CALENDAR)
    expected = timedelta(0) if started > plain else counted
    assert clock.office_time_between(plain, due, CALENDAR) == expected
    assert due >= plain
    assert inside_or_at_an_end(due)


@given(moments, stretches)
def test_moving_on_and_back_again_keeps_the_office_time(moment, length):
    there = clock.moved_on(moment, length, CALENDAR)
    assert clock.office_time_between(moment, there, CALENDAR) == length
    back = clock.moved_back(there, length, CALENDAR)
    assert clock.office_time_between(back, there, CALENDAR) == length


@given(moments, moments, moments)
def test_office_time_adds_up(one, two, three):
    first, second, third = sorted((one, two, three))
    whole = clock.office_time_between(first, third, CALENDAR)
    parts = clock.office_time_between(first, second, CALENDAR) + clock.office_time_between(
        second, third, CALENDAR
    )
    assert whole == parts
    assert clock.office_time_between(third, first, CALENDAR) == timedelta(0)


@given(moments, standards)
def test_the_zone_a_moment_is_written_in_changes_nothing(entered, standard):
    assert clock.due_at(entered.astimezone(UTC), standard, CALENDAR) == clock.due_at(
        entered, standard, CALENDAR
    )


@given(moments, st.integers(1, 7))
def test_an_extension_ends_later_and_at_a_close(due, days):
    extended = clock.extended(due, days, CALENDAR)
    assert extended > due
    assert clock.working_days_between(due, extended, CALENDAR) == days


@given(moments, moments, standards)
def test_left_and_late_never_hold_together(due, at, standard):
    time_left = clock.remaining(due, at, CALENDAR, standard)
    assert time_left.is_late is (at > due)
    assert not (time_left.is_late and time_left.is_nearly_due)
    assert time_left.days >= 0
    assert time_left.minutes >= 0


@given(moments, standards)
def test_reminders_are_working_days_in_order_after_the_opening(entered, standard):
    due = clock.due_at(entered, standard, CALENDAR)
    days = clock.reminder_days(entered, due, CALENDAR)
    assert list(days) == sorted(set(days))
    assert all(CALENDAR.is_working_day(day) for day in days)
    assert due.date() in days
