"""Count unconfirmed letters as received when the office's term has passed."""

from typing import Any

from django.core.management.base import BaseCommand

from requests_app.management import jobs


class Command(BaseCommand):
    help = "Nyatakan surat dianggap diterima bila batas konfirmasi sudah lewat."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{jobs.deem_receipts()} surat dianggap diterima.")
