"""Bring signatures that broke off to their end, as the worker does each minute; also for cron."""

from typing import Any

from django.core.management.base import BaseCommand

from requests_app.management import jobs


class Command(BaseCommand):
    help = "Selesaikan penandatanganan yang terputus."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{jobs.resume_signatures()} penandatanganan terputus diselesaikan.")
