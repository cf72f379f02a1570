"""Which tries to sign broke off, and of which row were they? For the worker, each minute."""

from datetime import datetime
from typing import Final

from requests_app.models import SigningAttempt
from requests_app.services import attempts, reports, signatures

ROWS: Final = {row.kind: row for row in (signatures.ROW, reports.ROW)}
"""What is signed → the row that signs it."""


def resume_broken(*, at: datetime) -> int:
    """Bring every try that is past its limit to its end; gives how many."""
    broken = SigningAttempt.objects.open().filter(expires_at__lte=at)
    found = list(broken.select_related("position__user", "position__office", "number"))
    for attempt in found:
        attempts.resume(attempt, row=ROWS[SigningAttempt.Kind(attempt.kind)], at=at)
    return len(found)
