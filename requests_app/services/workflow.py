"""How does a state change? Through `perform`, and through nothing else.

`editing` is the smaller door beside it: drafts and parts of a step, which change rows but no
state. `note` puts on the record what changes no state either, but must be known.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, TypeVar, overload

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_fsm import Transition

from requests_app.models import AuditEntry, DataRequest, Recipient
from requests_app.models.fsm import Move, is_turn_of, role_for
from requests_app.models.guards import StateGuard
from requests_app.services import audit, clocks, leftovers
from requests_app.sop.roles import Actor, Role
from requests_app.sop.steps import MINIMUM_REASON, PREPARING_ROWS, find_step

security_log = logging.getLogger("security")

WAITED_FOR_A_LOCK: Final = timedelta(seconds=10)
"""Longest that two deeds on one request may overtake each other at its lock."""

Subject = DataRequest | Recipient
Locked = TypeVar("Locked", DataRequest, Recipient)
Outcome = TypeVar("Outcome")


class Refused(Exception):
    """A deed that may not be done now; its text is a sentence a user can act on.

    `keeps_files`: the files that came with the deed are stored all the same, save those it names.
    `leads`: it only introduces what is told at single fields.
    """

    is_logged = False
    keeps_files = False
    leads = False


class NotYourTurn(Refused):
    """The deed belongs to another role, another section, or another person."""


class NotReady(Refused):
    """The subject does not stand where this can be done: wrong state, stale page, lost race."""


class Stale(NotReady):
    """The page was made before somebody changed what it speaks about."""


class Incomplete(Refused):
    """An input or an output of the step is missing; the sentence names it."""


@dataclass(frozen=True)
class Bound:
    """A transition of a subject as the machine knows it, with what it means in the SOP."""

    method: str
    sources: frozenset[str]
    move: Move


@cache
def moves_of(kind: type[Subject]) -> tuple[Bound, ...]:
    """List all that can ever be done to this kind of subject, from the machine itself."""
    field: Any = kind._meta.get_field("state")
    gathered: dict[tuple[str, str], Bound] = {}
    transition_: Transition
    for transition_ in field.get_all_transitions(kind):
        move = transition_.custom.get("move")
        if move is None:
            continue
        key = (transition_.name, move.row)
        known = gathered.get(key)
        sources = frozenset({str(transition_.source)}) | (known.sources if known else frozenset())
        gathered[key] = Bound(transition_.name, sources, move)
    return tuple(gathered.values())


@overload
def lock(subject: DataRequest) -> DataRequest: ...
@overload
def lock(subject: Recipient) -> Recipient: ...
@overload
def lock(subject: Subject) -> Subject: ...
def lock(subject: Subject) -> Subject:
    """Lock the request and, for a recipient, then the recipient; always in this order.

    Returns the row as it stands now, its request and office loaded.
    """
    if isinstance(subject, Recipient):
        data_request = lock_request(subject.data_request_id)
        recipient = (
            Recipient.objects.select_for_update(of=("self",))
            .select_related("data_owner")
            .get(pk=subject.pk)
        )
        recipient.data_request = data_request
        recipient.office = data_request.office
        return recipient
    return lock_request(subject.pk)


def lock_request(pk: int) -> DataRequest:
    """Lock a request's row until the end of the transaction."""
    return DataRequest.objects.select_for_update(of=("self",)).with_office().get(pk=pk)


def perform(
    *,
    subject: Subject,
    deed: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    reason: str = "",
    record: dict[str, Any] | None = None,
    **facts: Any,
) -> AuditEntry:
    """Do one deed: lock, refuse or change, check, save, put on the record.

    `version` is the one the actor's page was made from; None where no page is involved.
    `reason` is asked for every send-back and exit. `record` goes into the audit entry as it is,
    `facts` go to the transition method. Refusals: `NotYourTurn`, `NotReady`, `Incomplete`, each
    with a sentence; a refused deed changes nothing and is written to the security log.
    """
    try:
        with transaction.atomic():
            return _perform(
                subject=subject,
                deed=deed,
                actor=actor,
                at=at,
                version=version,
                reason=reason,
                record=record or {},
                facts=facts,
            )
    except Refused as refusal:
        log_refusal(subject=subject, deed=deed, actor=actor, refusal=refusal)
        raise


def log_refusal(*, subject: Subject, deed: str, actor: Actor, refusal: Refused) -> None:
    """Tell the security log of a refused attempt, once; never the audit chain."""
    if refusal.is_logged:
        return
    refusal.is_logged = True
    security_log.warning(
        "refused deed=%s subject=%s:%s state=%s actor_user=%s actor_link=%s role=%s why=%s",
        deed,
        type(subject).__name__,
        subject.pk,
        subject.state,
        actor.user_id,
        actor.link_id,
        actor.role,
        refusal,
    )


def _perform(
    *,
    subject: Subject,
    deed: str,
    actor: Actor,
    at: datetime,
    version: int | None,
    reason: str,
    record: dict[str, Any],
    facts: dict[str, Any],
) -> AuditEntry:
    locked = lock(subject)
    data_request = _request_of(locked)
    last = audit.last_entry(audit.chain_of_request(data_request.pk))
    _refuse_stale(locked, version)
    bound = _bound_of(locked, deed, actor)
    _refuse_time_running_back(None if last is None else last.at, at)
    refuse_unless_allowed(subject=locked, bound=bound, actor=actor)
    if bound.move.needs_reason:
        require_reason(reason)
    record = {**record, **_end_pauses(locked, bound.move, at)}
    entry = _entry(locked, kind=bound.move.kind, deed=deed, actor=actor, at=at)
    entry.row, entry.reason, entry.facts = bound.move.row, reason, record
    if bound.move.kind == "leaves" and isinstance(locked, Recipient):
        facts = {**facts, "reason": reason}  # a recipient's own row keeps why it left
    getattr(locked, bound.method)(**facts)
    _enter(locked, actor, at)
    if isinstance(locked, Recipient):
        if not data_request.is_ended:
            _follow(data_request, actor, at)
    elif locked.waits_for_owners:
        _open_recipients(locked, at)
    entry.to_state, entry.request_to_state = locked.state, data_request.state
    _mirror(subject, locked)
    return audit.append(previous=last, entry=entry)


@contextmanager
def editing(
    *,
    subject: Locked,
    row: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    helpers: tuple[Role, ...] = (),
    stales_pages: bool = True,
) -> Iterator[Locked]:
    """Lock a subject that stands in `row` so that the step's rows can be written; no state changes.

    For the role of the row, and for `helpers` beside it (staff may type drafts of rows 1, 11
    and 12). Refused like `perform`. Raises the version, so that older pages are stale, unless
    `stales_pages` is False: what is only reserved leaves the page that reserved it good.
    """
    try:
        with transaction.atomic():
            locked = lock(subject)
            _refuse_stale(locked, version)
            _refuse_editing(locked, row, actor, helpers)
            _refuse_time_running_back(locked.changed_at, at)
            yield locked
            if stales_pages:
                touch(locked, actor, at)
            _mirror(subject, locked)
    except Refused as refusal:
        log_refusal(subject=subject, deed=f"edit:{row}", actor=actor, refusal=refusal)
        raise


def touch(subject: Subject, actor: Actor, at: datetime) -> None:
    """Raise the version of a locked subject and say who did it."""
    _stamp(subject, actor, at)
    _check(subject)
    subject.save()


def note(
    *,
    subject: Subject,
    deed: str,
    actor: Actor,
    at: datetime,
    reason: str = "",
    record: dict[str, Any] | None = None,
    stales_pages: bool = True,
) -> AuditEntry:
    """Put on the record what changes no state (an owner added, a link renewed).

    The caller has locked the request and has refused whom it must. `stales_pages` is False for
    what happens beside a person's work, such as a mail that has arrived: open pages stay good.
    """
    last = audit.last_entry(audit.chain_of_request(_request_of(subject).pk))
    _refuse_time_running_back(None if last is None else last.at, at)
    entry = _entry(subject, kind="notes", deed=deed, actor=actor, at=at)
    entry.to_state, entry.request_to_state = entry.from_state, entry.request_from_state
    entry.reason, entry.facts = reason, record or {}
    if stales_pages:
        touch(subject, actor, at)
    else:
        subject.save()
    return audit.append(previous=last, entry=entry)


def require_reason(reason: str) -> None:
    """Refuse a reason that says nothing."""
    if len(reason.strip()) < MINIMUM_REASON:
        raise Incomplete(_("Tulis alasan, paling sedikit {n} karakter.").format(n=MINIMUM_REASON))


def refuse_unless_allowed(*, subject: Subject, bound: Bound, actor: Actor) -> None:
    """Ask the three questions in order: does it stand there, whose turn is it, what is missing?"""
    if not is_turn_of(subject, bound.move, actor):
        raise NotYourTurn(_whose_turn(subject, bound.move, actor))
    if subject.state not in bound.sources:
        raise NotReady(where_it_stands(subject))
    for person_guard in bound.move.person_guards:
        refusal = person_guard.refusal(subject, actor)
        if refusal is not None:
            raise NotYourTurn(refusal)
    for guard in bound.move.guards:
        missing = guard.missing(subject)
        if missing is not None:
            raise NotReady(missing) if isinstance(guard, StateGuard) else Incomplete(missing)


def refuse_bystander(
    *, subject: Subject, deed: str, row: str, actor: Actor, version: int | None
) -> None:
    """Refuse whoever could not do this deed whatever he typed: not his, not now, or a stale page.

    For the door, before it speaks of missing inputs. `deed` may be a part of the step `row` that
    the machine does not know; staff may always help with those.
    """
    try:
        _refuse_stale(subject, version)
        if not any(bound.move.deed == deed for bound in moves_of(type(subject))):
            _refuse_editing(subject, row, actor, (Role.STAFF,))
            return
        refuse_unless_allowed(subject=subject, bound=_bound_of(subject, deed, actor), actor=actor)
    except Incomplete:
        return
    except Refused as refusal:
        log_refusal(subject=subject, deed=deed, actor=actor, refusal=refusal)
        raise


def take_once(*, subject: Subject, press: str, take: Callable[[], Outcome]) -> Outcome:
    """Take a deed and keep with its subject, in the same transaction, which press it came from.

    `press` stands for one page as one person sent it; empty where no page is involved. A second
    click is refused like any stale page, and `was_pressed` then tells it from a lost race. A deed
    that refuses may have kept a part on its own account (files beside a refused one); it stays.
    """
    with leftovers.none_left():
        with transaction.atomic():
            try:
                outcome = take()
            except Refused as refused:
                refusal = refused
            else:
                keep_press(subject=subject, press=press)
                return outcome
        raise refusal


def take_first(*, subject: Subject, press: str, take: Callable[[], Outcome]) -> Outcome:
    """Take a deed that nothing keeps from being taken twice: `NotReady` for its second click."""

    def first() -> Outcome:
        lock(subject)
        if was_pressed(subject=subject, press=press):
            raise NotReady(_("Tindakan ini sudah tersimpan."))
        return take()

    return take_once(subject=subject, press=press, take=first)


def keep_press(*, subject: Subject, press: str) -> None:
    """Keep which press the last deed on this subject came from."""
    _all(subject).filter(pk=subject.pk).update(last_press=press)


def was_pressed(*, subject: Subject, press: str) -> bool:
    """Tell a double click: the last deed pressed on this subject came from this very press."""
    return press != "" and _all(subject).filter(pk=subject.pk, last_press=press).exists()


def _all(subject: Subject) -> "QuerySet[Any]":
    return type(subject)._default_manager.all()


def where_it_stands(subject: Subject) -> str:
    """Tell somebody who came too late, or too early, where the subject stands."""
    step = find_step(subject.state)
    if step is None:
        return _("Permohonan ini sudah berakhir. Muat ulang halaman ini.")
    if not step.number:
        return _("Permohonan sudah berada pada langkah lain. Muat ulang halaman ini.")
    return _("Permohonan sudah berada pada langkah {no}. Muat ulang halaman ini.").format(
        no=step.number
    )


def _bound_of(subject: Subject, deed: str, actor: Actor) -> Bound:
    # One deed may stand in several rows (return:draft_letter in 4, 5 and after refusals). The row
    # the subject stands in decides; elsewhere the actor's own, so that the refusal speaks of it.
    candidates = [bound for bound in moves_of(type(subject)) if bound.move.deed == deed]
    if not candidates:
        raise NotReady(_("Tindakan ini tidak dikenal. Muat ulang halaman ini."))

    def nearness(bound: Bound) -> tuple[bool, bool]:
        return (subject.state in bound.sources, is_turn_of(subject, bound.move, actor))

    return max(candidates, key=nearness)


def _whose_turn(subject: Subject, move: Move, actor: Actor) -> str:
    role = role_for(subject, move)
    if actor.role is role and actor.section_id is not None:
        return _("Langkah ini dikerjakan oleh seksi lain.")
    return _("Langkah ini dikerjakan oleh {peran}.").format(peran=_(role.label))


def _request_of(subject: Subject) -> DataRequest:
    return subject.data_request if isinstance(subject, Recipient) else subject


def _entry(subject: Subject, *, kind: str, deed: str, actor: Actor, at: datetime) -> AuditEntry:
    return AuditEntry(
        **audit.about(subject),
        **audit.by_actor(actor),
        at=at,
        kind=kind,
        deed=deed,
        from_state=subject.state,
        request_from_state=_request_of(subject).state,
        version=subject.version,
        entered_at=subject.entered_at,
        due_at=subject.due_at,
    )


def _refuse_stale(subject: Subject, version: int | None) -> None:
    if version is None or version == subject.version:
        return
    if subject.changed_at is None:
        raise Stale(_("Halaman ini sudah berubah. Muat ulang halaman ini."))
    raise Stale(
        _(
            "Dokumen ini baru saja diubah oleh {nama} ({jam}). "
            "Bandingkan perubahan sebelum menyimpan."
        ).format(
            nama=subject.changed_by,
            jam=subject.changed_at.astimezone(subject.office.zone).strftime("%H.%M"),
        )
    )


def _refuse_editing(subject: Subject, row: str, actor: Actor, helpers: tuple[Role, ...]) -> None:
    move = Move(kind="completes", deed=row, row=row, needs_reason=False)
    is_helper = (
        actor.role in helpers
        and actor.office_id == subject.office_id
        and actor.section_id in {None, subject.section_id}
    )
    if not is_helper and not is_turn_of(subject, move, actor):
        raise NotYourTurn(_whose_turn(subject, move, actor))
    if subject.state != row:
        raise NotReady(where_it_stands(subject))


def _refuse_time_running_back(last_at: datetime | None, at: datetime) -> None:
    if last_at is None or at >= last_at:
        return
    if last_at - at < WAITED_FOR_A_LOCK:
        # Somebody who came after us was let in before us: no clock is wrong.
        raise NotReady(
            _("Tindakan lain pada permohonan ini baru saja tersimpan. Coba sekali lagi.")
        )
    raise NotReady(_("Jam sistem lebih awal daripada catatan terakhir. Hubungi pengelola sistem."))


def _stamp(subject: Subject, actor: Actor, at: datetime) -> None:
    subject.version += 1
    subject.changed_by = actor.name
    subject.changed_at = at


def _enter(subject: Subject, actor: Actor, at: datetime) -> None:
    """Let the subject stand in its new step from `at` on, with the due time of that step."""
    _stamp(subject, actor, at)
    subject.entered_at = at
    subject.due_at = clocks.due_at(subject, at)
    if subject.is_ended:
        _end(subject, at)
    _check(subject)
    subject.save()


def _end_pauses(subject: Subject, move: Move, at: datetime) -> dict[str, str]:
    """Let a clock that stands still go on before the subject moves: no pause outlives its row.

    Whoever waited for an answer no longer does (ADR 0026). Gives what the record tells of it.
    """
    if isinstance(subject, DataRequest):
        if move.kind == "leaves":
            clocks.end_pauses(subject, at=at)
        return {}
    if subject.state not in PREPARING_ROWS or subject.due_at is not None:
        return {}
    pause = clocks.end_pause(subject, at=at)
    return {} if pause is None else {"paused_since": pause.started_at.isoformat()}


def _end(subject: Subject, at: datetime) -> None:
    if isinstance(subject, Recipient):
        subject.ended_at = at
    else:
        subject.closed_at = at


def _open_recipients(data_request: DataRequest, at: datetime) -> None:
    """Let row 6 begin for every recipient: its clock runs from the signature on."""
    waiting = list(data_request.recipients.waiting())
    for recipient in waiting:
        recipient.data_request = data_request
        recipient.entered_at = at
        recipient.due_at = clocks.due_at(recipient, at)
    Recipient.objects.bulk_update(waiting, ["entered_at", "due_at"])


def _follow(data_request: DataRequest, actor: Actor, at: datetime) -> None:
    """Let the request stand where its slowest recipient stands now (ADR 0009)."""
    before = data_request.state
    data_request.follow_recipients()
    _stamp(data_request, actor, at)
    if data_request.state != before:
        data_request.entered_at = at
    if data_request.waits_for_owners:
        standing = data_request.recipients.filter(state=data_request.state)
        data_request.due_at = standing.order_by("due_at").values_list("due_at", flat=True).first()
    else:
        data_request.due_at = clocks.due_at(data_request, data_request.entered_at)
    _check(data_request)
    data_request.save()


def _check(subject: Subject) -> None:
    # The state is a protected field: full_clean would write it back, so the database guards it.
    # So it does with references, which no deed changes: asking for each took half of the queries.
    guarded = {field.name for field in subject._meta.concrete_fields if field.is_relation}
    try:
        subject.full_clean(
            exclude={"state", *guarded}, validate_unique=False, validate_constraints=False
        )
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error


def _mirror(subject: Subject, locked: Subject) -> None:
    # The caller's object tells the truth again without another query.
    for field in locked._meta.concrete_fields:
        subject.__dict__[field.attname] = getattr(locked, field.attname)
