"""How does a database get as many requests as an office has after years?"""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app.models import DataRequest, Office
from requests_app.services import synthetic

MAXIMUM_ORIGINALS = 60


class Command(BaseCommand):
    """Copy the first requests of an office until there are N more, for load tests."""

    help = "Membuat N permohonan tiruan dari permohonan yang sudah ada, untuk uji beban."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("count", metavar="N", type=int, help="banyaknya permohonan tiruan")

    def handle(self, *_args: Any, count: int, **_options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "Permohonan tiruan hanya untuk instalasi contoh (DEMO=1), bukan data sebenarnya."
            )
        office = Office.objects.order_by("pk").first()
        walked = DataRequest.objects.filter(office=office).exclude(title__regex=synthetic.COPY_MARK)
        originals = list(walked.select_related("office").order_by("pk")[:MAXIMUM_ORIGINALS])
        if not originals:
            raise CommandError("Belum ada permohonan untuk ditiru. Jalankan dahulu: manage.py demo")
        began = time.monotonic()
        synthetic.multiply(originals=originals, count=count)
        seconds = time.monotonic() - began
        self.stdout.write(f"{count} permohonan tiruan dibuat dalam {seconds:.0f} detik.")
