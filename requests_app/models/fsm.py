"""How is a transition method tied to its row?

`completes`, `sends_back` and `leaves` wrap django-fsm-2's `transition`: source, target and
permission come from the row, so a method names its row once and nothing else (ADR 0005).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django_fsm import transition

from requests_app.models.guards import Guard, PersonGuard
from requests_app.sop.roles import Actor, Role
from requests_app.sop.steps import by_key, exit_by_key

Method = TypeVar("Method", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class Move:
    """What a transition means in the SOP; rides along as the transition's `custom`."""

    kind: str
    deed: str
    row: str
    needs_reason: bool
    guards: tuple[Guard, ...] = ()
    person_guards: tuple[PersonGuard, ...] = ()


def completes(
    key: str, *, guards: Sequence[Guard] = (), people: Sequence[PersonGuard] = ()
) -> Callable[[Method], Method]:
    """Tie a method to the row it completes."""
    step = by_key(key)
    move = Move(
        kind="completes",
        deed=key,
        row=key,
        needs_reason=False,
        guards=tuple(guards),
        person_guards=tuple(people),
    )
    return _tie(move, sources=(step.key,), target=step.next)


def sends_back(
    key: str, *, to: str, source: str | None = None, guards: Sequence[Guard] = ()
) -> Callable[[Method], Method]:
    """Tie a method to the send-back of a row; `source` where the subject stands elsewhere."""
    if to not in by_key(key).returns_to:
        raise ValueError(f"Row {key} does not return to {to}.")
    move = Move(
        kind="returns", deed=f"return:{to}", row=key, needs_reason=True, guards=tuple(guards)
    )
    return _tie(move, sources=(source or key,), target=to)


def leaves(key: str, *, guards: Sequence[Guard] = ()) -> Callable[[Method], Method]:
    """Tie a method to an exit beside the rows."""
    exit_ = exit_by_key(key)
    move = Move(
        kind="leaves",
        deed=key,
        row=key,
        needs_reason=exit_.needs_reason,
        guards=tuple(guards),
    )
    return _tie(move, sources=exit_.sources, target=exit_.target)


def role_for(subject: Any, move: Move) -> Role:
    """Say whose deed this is: the row's role in the request's edition, or the exit's role."""
    if move.kind == "leaves":
        return exit_by_key(move.row).role
    role: Role = subject.role_of(move.row)
    return role


def is_turn_of(subject: Any, move: Move, actor: Actor) -> bool:
    """Tell whether this actor holds the deed's role where it counts.

    A person needs the role in the request's office and section (or in a position without
    section); a data owner needs the shared link of this very recipient; the system may do the
    one thing it has, deemed receipt.
    """
    if actor.is_system:
        return move.row == "receive_letter" and move.kind == "completes"
    if actor.role is not role_for(subject, move) or actor.office_id != subject.office_id:
        return False
    if actor.role is Role.DATA_OWNER:
        return actor.recipient_id is not None and actor.recipient_id == subject.pk
    return actor.section_id is None or actor.section_id == subject.section_id


def _tie(move: Move, *, sources: Sequence[str], target: str) -> Callable[[Method], Method]:
    def permitted(subject: Any, actor: Any) -> bool:
        return is_turn_of(subject, move, actor)

    def tie(method: Method) -> Method:
        # The stubs of django-fsm-2 know accounts only; we ask about an Actor.
        decorate: Any = transition(
            field="state",
            source=list(sources),
            target=target,
            conditions=list(move.guards),
            permission=permitted,
            custom={"move": move},
        )
        tied: Method = decorate(method)
        return tied

    return tie
