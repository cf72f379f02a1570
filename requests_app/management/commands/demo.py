"""How does somebody see the whole SOP at work without typing anything?"""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from requests_app.management.demo import history
from requests_app.models import Office

SMTP = "django.core.mail.backends.smtp.EmailBackend"


class Command(BaseCommand):
    """Load the demo office into a database without an office; else say so and change nothing."""

    help = "Memuat kantor contoh ke basis data yang belum berisi perangkat daerah."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Kantor contoh hanya untuk instalasi contoh (DEMO=1).")
        if Office.objects.exists():
            self.stdout.write("Basis data sudah berisi perangkat daerah; contoh tidak dimuat.")
            return
        if settings.EMAIL_BACKEND == SMTP:
            raise CommandError(
                "Surel kantor contoh tidak boleh dikirim sungguhan. Kosongkan EMAIL_URL; surel "
                "ditulis ke var/mail."
            )
        began = time.monotonic()
        made = history.load(password=str(settings.DEMO_PASSWORD), now=timezone.now())
        seconds = time.monotonic() - began
        self.stdout.write(f"Kantor contoh dimuat: {made} permohonan, {seconds:.0f} detik.")
