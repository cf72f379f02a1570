"""Why is it due then? What "Bagaimana dihitung?" shows, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from requests_app.sop import clock
from requests_app.sop.clock import Grant, Pause
from requests_app.sop.office_hours import Calendar, HolidayInfo, Period
from requests_app.sop.steps import StandardTime, Unit
from requests_app.sop.words import Phrase, _


class FactKind(StrEnum):
    """What a line of "Bagaimana dihitung?" is about."""

    OPENED = "opened"
    DAY_ZERO = "day_zero"
    WEEKEND = "weekend"
    DAY_OFF = "day_off"
    EXTRA_DAY = "extra_day"
    SPECIAL_HOURS = "special_hours"
    PAUSE = "pause"
    EXTENSION = "extension"
    DUE = "due"


@dataclass(frozen=True)
class Fact:
    """One line of the explanation of a due time."""

    kind: FactKind
    phrase: Phrase

    def __str__(self) -> str:
        """Write it in Indonesian."""
        return str(self.phrase)


def explain(
    entered_at: datetime,
    standard_time: StandardTime | None,
    calendar: Calendar,
    pauses: tuple[Pause, ...] = (),
    extension: Grant | None = None,
) -> list[Fact]:
    """Return, line by line, why the due time is what it is ("Bagaimana dihitung?")."""
    due = clock.due_at(entered_at, standard_time, calendar, pauses, extension)
    if standard_time is None or due is None:
        return [Fact(FactKind.DUE, Phrase(_("Langkah ini tidak mempunyai waktu baku.")))]
    opening = clock.next_opening(entered_at, calendar)
    return [
        *_opening_facts(calendar.local(entered_at), opening, standard_time),
        *_day_facts(opening.date(), due.date(), calendar),
        *_pause_facts(entered_at, standard_time, calendar, pauses, extension),
        *_extension_facts(extension),
        _due_fact(due, pauses),
    ]


def _opening_facts(
    entered_at: datetime, opening: datetime, standard_time: StandardTime
) -> Iterator[Fact]:
    values: dict[str, object] = {"entered": entered_at, "opening": opening}
    if opening == entered_at:
        yield Fact(FactKind.OPENED, Phrase(_("Langkah dimulai {entered}."), values))
    else:
        text = _("Langkah masuk {entered}, di luar jam kerja; dihitung mulai {opening}.")
        yield Fact(FactKind.OPENED, Phrase(text, values))
    amount: dict[str, object] = {"day": opening.date(), "amount": standard_time.amount}
    if standard_time.unit is Unit.DAYS:
        text = _("{day} adalah hari ke-0; waktu baku {amount} hari kerja sesudahnya.")
    else:
        text = _("Waktu baku {amount} menit kerja; jam istirahat tidak dihitung.")
    yield Fact(FactKind.DAY_ZERO, Phrase(text, amount))


def _day_facts(first: date, last: date, calendar: Calendar) -> Iterator[Fact]:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    for period in _special_periods(days, calendar):
        yield Fact(FactKind.SPECIAL_HOURS, _special_phrase(period))
    weekend = 0
    for day in days:
        holiday, is_free = calendar.holidays.get(day), _is_free_weekday(day, calendar)
        if is_free and not calendar.is_working_day(day):
            weekend += 1
        elif holiday is not None and holiday.kind.is_day_off:
            text = _("{day} tidak dihitung: {name} ({kind}, {decree}).")
            yield Fact(FactKind.DAY_OFF, _dated_phrase(text, day, holiday))
        elif holiday is not None and is_free:
            text = _("{day} dihitung sebagai hari kerja: {name} ({kind}, {decree}).")
            yield Fact(FactKind.EXTRA_DAY, _dated_phrase(text, day, holiday))
    if weekend:
        text = _("{count} hari libur akhir pekan tidak dihitung.")
        yield Fact(FactKind.WEEKEND, Phrase(text, {"count": weekend}))


def _is_free_weekday(day: date, calendar: Calendar) -> bool:
    period = calendar.period_of(day)
    return period is None or not period.hours.get(day.weekday())


def _dated_phrase(text: str, day: date, holiday: HolidayInfo) -> Phrase:
    decree = holiday.decree or _("tanpa dasar tercatat")
    values = {"day": day, "name": holiday.name, "kind": holiday.kind.label, "decree": decree}
    return Phrase(text, values)


def _special_periods(days: list[date], calendar: Calendar) -> list[Period]:
    return [
        period
        for period in calendar.periods
        if period.is_special and any(period.covers(day) for day in days)
    ]


def _special_phrase(period: Period) -> Phrase:
    values = {
        "name": period.name,
        "starts": period.starts or "–",
        "ends": period.ends or "–",
        "decree": period.decree or _("tanpa dasar tercatat"),
    }
    return Phrase(_("Jam kerja khusus {name}, {starts} sampai {ends} ({decree})."), values)


def _pause_facts(
    entered_at: datetime,
    standard_time: StandardTime,
    calendar: Calendar,
    pauses: tuple[Pause, ...],
    extension: Grant | None,
) -> Iterator[Fact]:
    ordered = clock.in_order(pauses)
    for number, pause in enumerate(ordered):
        had = extension if extension and extension.granted_at <= pause.started_at else None
        due = clock.due_at(entered_at, standard_time, calendar, tuple(ordered[:number]), had)
        yield _pause_fact(pause, entered_at, calendar, is_too_late=pause.started_at > due)


def _pause_fact(
    pause: Pause, entered_at: datetime, calendar: Calendar, *, is_too_late: bool
) -> Fact:
    started = calendar.local(pause.started_at)
    if pause.resumed_at is None:
        text = _("Dijeda sejak {started}; waktu belum berjalan lagi.")
        return Fact(FactKind.PAUSE, Phrase(text, {"started": started}))
    if is_too_late:
        text = _("Dijeda sejak {started}, setelah tenggat lewat; tenggat tidak bergeser.")
        return Fact(FactKind.PAUSE, Phrase(text, {"started": started}))
    resumed = calendar.local(pause.resumed_at)
    minutes = clock.office_minutes_between(max(started, entered_at), resumed, calendar)
    text = _("Dijeda {started} sampai {resumed}: {minutes} menit kerja tidak dihitung.")
    values = {"started": started, "resumed": resumed, "minutes": minutes}
    return Fact(FactKind.PAUSE, Phrase(text, values))


def _due_fact(due: datetime, pauses: tuple[Pause, ...]) -> Fact:
    """Tell the due time; while the clock stands still only where it stood."""
    is_paused = any(pause.resumed_at is None for pause in pauses)
    text = _("Tenggat sebelum jeda ini: {due}.") if is_paused else _("Tenggat: {due}.")
    return Fact(FactKind.DUE, Phrase(text, {"due": due}))


def _extension_facts(extension: Grant | None) -> Iterator[Fact]:
    if extension is not None:
        text = _("Diperpanjang {days} hari kerja, dihitung dari tanggal tenggat semula.")
        yield Fact(FactKind.EXTENSION, Phrase(text, {"days": extension.days}))
