"""Is there a virus in a file? Asked after it was kept; until there is an answer it stays closed.

Asking is a job in the same transaction as the file. A scanner that is down leaves the file as it
is: the job is tried again, and a net catches what the queue has given up.
"""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from requests_app.documents import clamd
from requests_app.models import DataFile
from requests_app.services import intake

log = logging.getLogger(__name__)
PART_BYTES: Final = 256 * 1024
OVERDUE: Final = timedelta(minutes=5)
"""After so long without a verdict the queue has lost the file, or the scanner is down."""


def scan_file(*, file_id: int, at: datetime) -> str:
    """Ask the scanner about one file and keep its verdict; raises `clamd.NoScanner`."""
    data_file = DataFile.objects.filter(pk=file_id, verdict=DataFile.Verdict.PENDING).first()
    if data_file is None:
        return ""
    with data_file.file.open("rb") as stored:
        found = clamd.scan(settings.CLAMD, stored.chunks(PART_BYTES))
    _keep(data_file.pk, found, at)
    return found


def waiting(*, at: datetime) -> list[int]:
    """List the files that should have had a verdict by now."""
    pending = DataFile.objects.filter(verdict=DataFile.Verdict.PENDING, stored_at__lt=at - OVERDUE)
    return list(pending.order_by("pk").values_list("pk", flat=True))


def state_in_a_word() -> str:
    """Say for who watches the installation whether files are scanned, and how many wait."""
    if not settings.CLAMD:
        return "tidak dipindai"
    count = DataFile.objects.filter(verdict=DataFile.Verdict.PENDING).count()
    return f"{count} menunggu"


def _keep(file_id: int, found: str, at: datetime) -> None:
    with transaction.atomic():
        locked = DataFile.objects.select_for_update().get(pk=file_id)
        if locked.verdict != DataFile.Verdict.PENDING:
            return
        locked.scanned_at = at
        locked.scan_result = found[:200]
        locked.verdict = (
            DataFile.Verdict.INFECTED if found else intake.verdict_once_scanned(locked.warning)
        )
        locked.save()
    if found:
        log.error("a file is infected: sha256=%s found=%s", locked.sha256, found)
