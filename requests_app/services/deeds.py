"""Which function does this deed?

One table from the key of a deed to the function that prepares and performs it; what needs no
preparation goes straight to `workflow.perform`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from requests_app.models import AuditEntry
from requests_app.services.workflow import Subject, perform
from requests_app.sop.roles import Actor

Deed = Callable[..., AuditEntry]

PREPARED: Final[dict[str, Deed]] = {}


def take(*, subject: Subject, deed: str, actor: Actor, at: datetime, **facts: Any) -> AuditEntry:
    """Do a deed by its key. Refusals are those of `workflow` and of the function itself."""
    prepared = PREPARED.get(deed)
    if prepared is None:
        return perform(subject=subject, deed=deed, actor=actor, at=at, **facts)
    return prepared(subject=subject, actor=actor, at=at, **facts)
