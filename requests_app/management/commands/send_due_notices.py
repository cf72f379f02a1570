"""Send the mails that are still queued: the net under the worker, also for cron."""

from typing import Any

from django.core.management.base import BaseCommand

from requests_app.management import jobs


class Command(BaseCommand):
    help = "Kirim surel yang masih menunggu setelah waktunya lewat."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{jobs.send_due_notices()} surel diproses.")
