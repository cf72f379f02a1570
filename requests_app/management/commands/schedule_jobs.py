"""Schedule the jobs that only time brings; safe to repeat, run at every start."""

from typing import Any

from django.core.management.base import BaseCommand

from requests_app.services import queue


class Command(BaseCommand):
    help = "Jadwalkan pekerjaan berkala bagi pekerja latar."

    def handle(self, *args: Any, **options: Any) -> None:
        queue.keep_schedules()
