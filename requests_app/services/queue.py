"""How is work handed to the worker? By name and ids, in the caller's transaction (ADR 0014)."""

from typing import Final

from django_q.models import Schedule
from django_q.tasks import async_task

JOBS: Final = "requests_app.management.jobs"
EVERY_MINUTES: Final = {
    "send_due_notices": 1,
    "resume_signatures": 1,
    "deem_receipts": 5,
    "scan_waiting_files": 5,
    "make_checkpoint": 10,
    "renew_revocation_lists": 60,
    "clear_forgotten_uploads": 60,
}
"""Job → minutes between its runs: the nets under what is queued, and what only time brings.

The checkpoint is made once a day, by the first run after midnight or after the machine was off.
"""


def enqueue(job: str, *ids: int) -> None:
    """Hand one job to the worker; it becomes visible when the caller's transaction commits.

    Arguments are ids only: they lie readable in the queue's table.
    """
    async_task(f"{JOBS}.{job}", *ids)


def keep_schedules() -> None:
    """Make sure that the jobs of the clock are scheduled, each once."""
    for job, minutes in EVERY_MINUTES.items():
        Schedule.objects.update_or_create(
            name=job,
            defaults={
                "func": f"{JOBS}.{job}",
                "schedule_type": Schedule.MINUTES,
                "minutes": minutes,
                "repeats": -1,
            },
        )
