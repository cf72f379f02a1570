"""What can this actor do now, and why not the rest?"""

from dataclasses import dataclass

from requests_app.services.workflow import (
    Bound,
    Refused,
    Subject,
    moves_of,
    refuse_unless_allowed,
)
from requests_app.sop.roles import Actor


@dataclass(frozen=True)
class Option:
    """A deed at hand: whether it may be done, and otherwise the refusal's own sentence."""

    deed: str
    kind: str
    row: str
    allowed: bool
    reason: str


def options_for(*, subject: Subject, actor: Actor) -> list[Option]:
    """List the deeds that the subject's state offers, each with its reason when refused."""
    return [
        _option(subject, bound, actor)
        for bound in moves_of(subject)
        if subject.state in bound.sources
    ]


def option_for(*, subject: Subject, deed: str, actor: Actor) -> Option:
    """Tell whether one deed may be done now, wherever the subject stands; KeyError if unknown."""
    bounds = [bound for bound in moves_of(subject) if bound.move.deed == deed]
    if not bounds:
        raise KeyError(deed)
    here = [bound for bound in bounds if subject.state in bound.sources]
    return _option(subject, (here or bounds)[0], actor)


def _option(subject: Subject, bound: Bound, actor: Actor) -> Option:
    try:
        refuse_unless_allowed(subject=subject, bound=bound, actor=actor)
    except Refused as refusal:
        return Option(bound.move.deed, bound.move.kind, bound.move.row, False, str(refusal))  # noqa: FBT003
    return Option(bound.move.deed, bound.move.kind, bound.move.row, True, "")  # noqa: FBT003
