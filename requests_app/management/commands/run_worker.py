"""Do what was handed to the worker, until somebody asks it to end."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from requests_app.services import worker


class Command(BaseCommand):
    help = "Kerjakan antrean: surel, penjadwalan, pemindaian. Berakhir dengan SIGTERM atau Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        if not worker.work():
            raise CommandError("Pekerja berhenti sendiri; sebabnya di atas.")
