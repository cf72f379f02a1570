"""What can this actor do now, and why not the rest?"""

from dataclasses import dataclass

from requests_app.models.fsm import Move, is_turn_of
from requests_app.services.workflow import (
    Bound,
    Incomplete,
    Refused,
    Subject,
    moves_of,
    refuse_unless_allowed,
)
from requests_app.sop.roles import Actor


@dataclass(frozen=True)
class Option:
    """A deed at hand, and the refusal that stands in its way, if any."""

    deed: str
    kind: str
    row: str
    refusal: Refused | None

    @property
    def allowed(self) -> bool:
        """Tell whether the deed may be done now."""
        return self.refusal is None

    @property
    def reason(self) -> str:
        """Give the refusal's own sentence, empty where there is none."""
        return "" if self.refusal is None else str(self.refusal)

    @property
    def is_blocked(self) -> bool:
        """Tell a deed that is not this actor's, or not now, from one that only lacks something.

        What is missing may be on the page already, typed but not saved: such a button stays.
        """
        return self.refusal is not None and not isinstance(self.refusal, Incomplete)


def options_for(*, subject: Subject, actor: Actor) -> list[Option]:
    """List the deeds that the subject's state offers, each with its reason when refused."""
    return [
        _option(subject, bound, actor)
        for bound in moves_of(type(subject))
        if subject.state in bound.sources
    ]


def option_for(*, subject: Subject, deed: str, actor: Actor) -> Option:
    """Tell whether one deed may be done now, wherever the subject stands; KeyError if unknown."""
    bounds = [bound for bound in moves_of(type(subject)) if bound.move.deed == deed]
    if not bounds:
        raise KeyError(deed)
    here = [bound for bound in bounds if subject.state in bound.sources]
    return _option(subject, (here or bounds)[0], actor)


def _option(subject: Subject, bound: Bound, actor: Actor) -> Option:
    refusal: Refused | None = None
    try:
        refuse_unless_allowed(subject=subject, bound=bound, actor=actor)
    except Refused as refused:
        refusal = refused
    return Option(bound.move.deed, bound.move.kind, bound.move.row, refusal)


def has_turn(*, subject: Subject, actor: Actor) -> bool:
    """Tell whether the awaited step is this actor's, without asking what is missing."""
    step = subject.step
    if step is None:
        return False
    move = Move(kind="completes", deed=step.key, row=step.key, needs_reason=False)
    return is_turn_of(subject, move, actor)
