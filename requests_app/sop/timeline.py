"""What is done, now, ahead, and how late?

Rows of an edition × the deeds on record, replayed in order. Pure: calendar and moment are passed
in. Owner's and office's clocks are kept apart, or every late case would look like the office's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from requests_app.sop import clock
from requests_app.sop.clock import Grant, Pause, TimeLeft
from requests_app.sop.edition import Edition, EditionStep
from requests_app.sop.office_hours import Calendar
from requests_app.sop.roles import Role
from requests_app.sop.steps import (
    DECLINED,
    PREPARING_ROWS,
    RECIPIENT_ENDS,
    RECORDED,
    REQUEST_ENDS,
    STEPS,
    WAIVED,
    Scope,
    StandardTime,
    by_key,
    exit_by_key,
    find_step,
)

_ORDER: Final = {step.key: place for place, step in enumerate(STEPS)}
_MINUTE: Final = timedelta(minutes=1)


class DeedKind(StrEnum):
    """What a deed did to its row."""

    COMPLETES = "completes"
    RETURNS = "returns"
    LEAVES = "leaves"


class RowState(StrEnum):
    """Where a row stands."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One deed on record: the key of its row (or exit), what it did, who, when and why.

    `recipient` is the number of the recipient it was about, None for the request itself. `to` is
    needed for send-backs only, `correction_days` for one that asks for a correction (rule 10).
    `opens_next_at` says from when the next row counts, where that is not the moment of the deed:
    row 7 counts from the sending itself (rule 11).
    """

    key: str
    kind: DeedKind
    at: datetime
    by: str = ""
    reason: str = ""
    recipient: int | None = None
    to: str = ""
    opens_next_at: datetime | None = None
    correction_days: int | None = None

    @property
    def target(self) -> str:
        """Give the state that the deed led to."""
        if self.kind is DeedKind.LEAVES:
            return exit_by_key(self.key).target
        return self.to or by_key(self.key).next


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One recipient: its number, when it was added, and what stopped or moved its clock."""

    number: int
    added_at: datetime
    name: str = ""
    pauses: tuple[Pause, ...] = ()
    extension: Grant | None = None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything on record that a timeline is made of."""

    opened_at: datetime
    deeds: tuple[Deed, ...] = ()
    recipients: tuple[Asked, ...] = ()
    correction_days: int = clock.CORRECTION_DAYS
    """What the office sets where a send-back names no days of its own."""


@dataclass(frozen=True, kw_only=True)
class Round:
    """One stay in a row, from entering it to the deed that ended it (None while it lasts)."""

    entered_at: datetime
    due_at: datetime | None
    deed: Deed | None
    spent_minutes: int
    paused_minutes: int
    unpaused_due_at: datetime | None
    """When it would be due had no pause moved it: what standard and extension allow."""
    left: TimeLeft | None
    """What was left or late when the round ended, or is so now; None without a standard time."""

    @property
    def ended_at(self) -> datetime | None:
        """Give the moment it ended."""
        return self.deed.at if self.deed else None

    @property
    def is_late(self) -> bool:
        """Tell whether it ended, or still stands, past its due time."""
        return self.left is not None and self.left.is_late


@dataclass(frozen=True, kw_only=True)
class TimelineRow:
    """One row of the SOP, for one recipient where the row is done once for each of them."""

    row: EditionStep
    recipient: int | None
    state: RowState
    rounds: tuple[Round, ...] = ()

    @property
    def last(self) -> Round | None:
        """Give the latest round."""
        return self.rounds[-1] if self.rounds else None

    @property
    def entered_at(self) -> datetime | None:
        """Give when the latest round began."""
        return self.last.entered_at if self.last else None

    @property
    def due_at(self) -> datetime | None:
        """Give when the latest round is or was due."""
        return self.last.due_at if self.last else None

    @property
    def done_at(self) -> datetime | None:
        """Give when the row was completed; None unless it stands as done."""
        return self.last.ended_at if self.last and self.state is RowState.DONE else None

    @property
    def by(self) -> str:
        """Name who ended the latest round."""
        return self.last.deed.by if self.last and self.last.deed else ""

    @property
    def standard(self) -> StandardTime | None:
        """Give the standard time of the edition."""
        return self.row.standard_time

    @property
    def spent_minutes(self) -> int:
        """Give the office minutes of all rounds together, pauses left out."""
        return sum(round_.spent_minutes for round_ in self.rounds)

    @property
    def paused_minutes(self) -> int:
        """Give the office minutes in which the clock of all rounds stood still."""
        return sum(round_.paused_minutes for round_ in self.rounds)

    @property
    def late_by(self) -> TimeLeft | None:
        """Give the lateness of the latest round that was late; None if none was."""
        late = [round_.left for round_ in self.rounds if round_.is_late]
        return late[-1] if late else None

    @property
    def on_time(self) -> bool | None:
        """Tell whether no round was late; None without a standard time or before it began."""
        if self.standard is None or not self.rounds:
            return None
        return self.late_by is None

    @property
    def is_owners(self) -> bool:
        """Tell whose clock the row runs on."""
        return self.row.role is Role.DATA_OWNER


@dataclass(frozen=True, kw_only=True)
class Total:
    """What the rows with a standard time took together on one of the two clocks."""

    spent_minutes: int
    late_rows: int


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One of the 12 bars of progress: 7, 7a and 7b are one bar, all recipients are one bar."""

    number: str
    state: RowState
    is_late: bool
    done: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """All rows in the order of the table, the recipients of a row side by side."""

    rows: tuple[TimelineRow, ...]
    end: str = ""
    """`closed` or `cancelled` once the request has ended."""

    @property
    def office(self) -> Total:
        """Sum the office's own rows."""
        return self._total(is_owners=False)

    @property
    def owner(self) -> Total:
        """Sum the owner's rows."""
        return self._total(is_owners=True)

    @property
    def progress(self) -> tuple[Bar, ...]:
        """Give the 12 bars."""
        numbers = dict.fromkeys(_bar_of(row) for row in self.rows if row.row.number)
        return tuple(
            _bar(number, [row for row in self.rows if _bar_of(row) == number]) for number in numbers
        )

    @property
    def now(self) -> tuple[TimelineRow, ...]:
        """Give the rows that wait for somebody."""
        return tuple(row for row in self.rows if row.state is RowState.NOW)

    def for_recipient(self, number: int) -> tuple[TimelineRow, ...]:
        """Return the rows of one recipient."""
        return tuple(row for row in self.rows if row.recipient == number)

    def _total(self, *, is_owners: bool) -> Total:
        # Recipients work side by side, so the slowest of them counts, not their sum.
        rows = [row for row in self.rows if row.standard is not None and row.is_owners is is_owners]
        spent: dict[int | None, int] = {}
        for row in rows:
            spent[row.recipient] = spent.get(row.recipient, 0) + row.spent_minutes
        shared = spent.pop(None, 0)
        return Total(
            spent_minutes=shared + max(spent.values(), default=0),
            late_rows=sum(row.late_by is not None for row in rows),
        )


def timeline(*, edition: Edition, facts: Facts, calendar: Calendar, at: datetime) -> Timeline:
    """Replay the deeds over the rows of an edition and say how things stand at a moment.

    Deeds after `at` are left out. ValueError for a deed on a row that was not open: the record
    contradicts the table.
    """
    replay = _Replay(facts=facts)
    for deed in sorted(facts.deeds, key=lambda deed: deed.at):
        if deed.at <= at:
            replay.take(deed)
    measure = _Measure(edition=edition, facts=facts, calendar=calendar, at=at)
    return Timeline(rows=tuple(_rows(edition, facts, replay, measure)), end=replay.end)


Place = tuple[str, int | None]
"""A row, and the recipient it is about or None for the request."""


@dataclass(kw_only=True)
class _Stay:
    entered_at: datetime
    correction_days: int | None = None
    deed: Deed | None = None


@dataclass(kw_only=True)
class _Replay:
    """The deeds replayed: who entered and left which row when."""

    facts: Facts
    stays: dict[Place, list[_Stay]] = field(default_factory=dict)
    done: set[Place] = field(default_factory=set)
    ends: dict[int, str] = field(default_factory=dict)
    end: str = ""

    def __post_init__(self) -> None:
        self.enter((STEPS[0].key, None), self.facts.opened_at)

    def enter(self, place: Place, at: datetime, *, correction_days: int | None = None) -> None:
        stay = _Stay(entered_at=at, correction_days=correction_days)
        self.stays.setdefault(place, []).append(stay)

    def open_stay(self, place: Place) -> _Stay | None:
        stays = self.stays.get(place, [])
        return stays[-1] if stays and stays[-1].deed is None else None

    def take(self, deed: Deed) -> None:
        if deed.kind is DeedKind.LEAVES:
            self._leave(deed)
        else:
            self._step(deed)
        if deed.target in REQUEST_ENDS:
            self.end = deed.target
        elif deed.target in RECIPIENT_ENDS and deed.recipient is not None:
            self.ends[deed.recipient] = deed.target
            self._follow_recipients(deed.at)

    def _leave(self, deed: Deed) -> None:
        """Close what is open: of one recipient, or of everything when the request ends."""
        for place, stays in self.stays.items():
            is_meant = deed.recipient is None or place[1] == deed.recipient
            if is_meant and stays[-1].deed is None:
                stays[-1].deed = deed

    def _step(self, deed: Deed) -> None:
        place = self._place_of(deed)
        stay = self.open_stay(place)
        if stay is None:
            raise ValueError(f"Deed {deed.kind} {deed.key} at {deed.at} meets no open row.")
        stay.deed = deed
        if deed.kind is DeedKind.COMPLETES:
            self.done.add(place)
        else:
            self._undo(deed)
        self._enter_next(deed)

    def _place_of(self, deed: Deed) -> Place:
        # Row 10's send-back is about a recipient, yet the row it closes is the request's.
        is_shared = by_key(deed.key).scope is Scope.REQUEST
        return (deed.key, None if is_shared else deed.recipient)

    def _undo(self, deed: Deed) -> None:
        first = _ORDER[deed.target]
        is_shared = by_key(deed.target).scope is Scope.REQUEST
        self.done = {
            (key, recipient)
            for key, recipient in self.done
            if _ORDER[key] < first or recipient != (None if is_shared else deed.recipient)
        }
        if deed.recipient is not None:
            self.ends.pop(deed.recipient, None)

    def _enter_next(self, deed: Deed) -> None:
        step = find_step(deed.target)
        if step is None:
            return
        at = deed.opens_next_at or deed.at
        if step.scope is Scope.REQUEST:
            self.enter((step.key, None), at)
        elif deed.recipient is not None:
            self.enter((step.key, deed.recipient), at, correction_days=self._correction(deed))
        else:
            for number in self._newly_asked(deed.at):
                self.enter((step.key, number), at)

    def _correction(self, deed: Deed) -> int | None:
        """Tell how many days a send-back gives for a correction; None for any other deed."""
        if deed.kind is DeedKind.RETURNS and deed.target == "process_request":
            return deed.correction_days or self.facts.correction_days
        return None

    def _newly_asked(self, at: datetime) -> list[int]:
        """List whom a letter signed now goes to: those who were asked by no earlier letter."""
        asked = {recipient for _key, recipient in self.stays}
        return [
            one.number
            for one in self.facts.recipients
            if one.added_at <= at and one.number not in asked and one.number not in self.ends
        ]

    def _follow_recipients(self, at: datetime) -> None:
        """Let the request stand where its slowest recipient stands."""
        asked = [place for place in self.stays if place[1] is not None]
        if not asked or any(self.open_stay(place) for place in asked):
            return
        next_place: Place = ("review_refusals", None)
        if RECORDED in self.ends.values():
            next_place = ("process_data", None)
        if self.open_stay(next_place) is None:
            self.enter(next_place, at)


@dataclass(frozen=True, kw_only=True)
class _Measure:
    """Turns stays into measured rounds."""

    edition: Edition
    facts: Facts
    calendar: Calendar
    at: datetime

    def rounds(self, place: Place, stays: Iterable[_Stay]) -> tuple[Round, ...]:
        return tuple(self._round(place, stay) for stay in stays)

    def _round(self, place: Place, stay: _Stay) -> Round:
        ended = stay.deed.at if stay.deed else self.at
        pauses = self._pauses(place, stay)
        standard = self._standard(place[0], stay)
        extension = self._extension(place, stay.entered_at, ended)
        unpaused = clock.due_at(stay.entered_at, standard, self.calendar, extension=extension)
        due = clock.due_at(stay.entered_at, standard, self.calendar, pauses, extension)
        open_pause = next((pause for pause in pauses if pause.resumed_at is None), None)
        paused = self._paused(stay.entered_at, ended, pauses)
        passed = clock.office_time_between(stay.entered_at, ended, self.calendar)
        return Round(
            entered_at=stay.entered_at,
            due_at=due,
            deed=stay.deed,
            spent_minutes=(passed - paused) // _MINUTE,
            paused_minutes=paused // _MINUTE,
            unpaused_due_at=unpaused,
            left=None
            if due is None
            else clock.remaining(
                due, ended, self.calendar, standard, open_pause, opened_at=stay.entered_at
            ),
        )

    def _standard(self, key: str, stay: _Stay) -> StandardTime | None:
        standard = self.edition.standard_of(key)
        if standard is not None and stay.correction_days is not None:
            return clock.correction_standard(standard, stay.correction_days)
        return standard

    def _asked(self, place: Place) -> Asked | None:
        found = (one for one in self.facts.recipients if one.number == place[1])
        return next(found, None) if place[0] in PREPARING_ROWS else None

    def _pauses(self, place: Place, stay: _Stay) -> tuple[Pause, ...]:
        asked = self._asked(place)
        return tuple(
            pause
            for pause in (asked.pauses if asked else ())
            if self._has_begun(pause, stay)
            and (pause.resumed_at is None or pause.resumed_at > stay.entered_at)
        )

    def _has_begun(self, pause: Pause, stay: _Stay) -> bool:
        """Tell a pause of this stay from one of a later one, which may begin as this one ends."""
        if stay.deed is None:
            return pause.started_at <= self.at
        return pause.started_at < stay.deed.at

    def _extension(self, place: Place, entered: datetime, ended: datetime) -> Grant | None:
        asked = self._asked(place)
        grant = asked.extension if asked else None
        return grant if grant and entered <= grant.granted_at <= ended else None

    def _paused(self, entered: datetime, ended: datetime, pauses: tuple[Pause, ...]) -> timedelta:
        stretches = (
            (max(pause.started_at, entered), min(pause.resumed_at or ended, ended))
            for pause in pauses
        )
        return sum(
            (clock.office_time_between(*stretch, self.calendar) for stretch in stretches),
            timedelta(0),
        )


def _rows(
    edition: Edition, facts: Facts, replay: _Replay, measure: _Measure
) -> Iterable[TimelineRow]:
    for row in edition.in_order:
        if row.key == "review_refusals" and (row.key, None) not in replay.stays:
            continue  # Nobody declined: there is nothing to review, and no row to show.
        for number in _recipients_of(row, facts):
            place = (row.key, number)
            yield TimelineRow(
                row=row,
                recipient=number,
                state=_state(place, replay),
                rounds=measure.rounds(place, replay.stays.get(place, ())),
            )


def _recipients_of(row: EditionStep, facts: Facts) -> list[int | None]:
    if row.step.scope is Scope.REQUEST or not facts.recipients:
        return [None]
    return [one.number for one in facts.recipients]


def _state(place: Place, replay: _Replay) -> RowState:
    if replay.open_stay(place) is not None:
        return RowState.NOW
    if place in replay.done:
        return RowState.DONE
    recipient = place[1]
    if replay.end or (recipient and replay.ends.get(recipient) in (DECLINED, WAIVED)):
        return RowState.SKIPPED
    return RowState.AHEAD


def _bar_of(row: TimelineRow) -> str:
    return row.row.number.rstrip("ab")


def _bar(number: str, rows: list[TimelineRow]) -> Bar:
    states = [row.state for row in rows]
    done = states.count(RowState.DONE)
    return Bar(
        number=number,
        state=_common_state(states),
        is_late=any(row.late_by is not None for row in rows),
        done=done,
        total=len(states) - states.count(RowState.SKIPPED),
    )


def _common_state(states: list[RowState]) -> RowState:
    counted = set(states) - {RowState.SKIPPED}
    if not counted:
        return RowState.SKIPPED
    if counted == {RowState.DONE}:
        return RowState.DONE
    # Some done and some ahead is on the way, whoever is waited for at this minute.
    return RowState.AHEAD if counted == {RowState.AHEAD} else RowState.NOW
