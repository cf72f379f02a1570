"""Make the day's checkpoint over all chains of the record, if it has none yet; also for cron."""

from typing import Any

from django.core.management.base import BaseCommand

from requests_app.management import jobs


class Command(BaseCommand):
    help = "Buat titik periksa jejak audit untuk hari ini."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Titik periksa hari ini: nomor {jobs.make_checkpoint()}.")
