"""Make the certificate authority of an office, under which its officials get their own keys."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from requests_app.models import Office
from requests_app.services import certificates, people


class Command(BaseCommand):
    """Make an authority, and say its fingerprint; an earlier one is replaced only with --again."""

    help = "Buat penerbit sertifikat sebuah perangkat daerah."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("office", nargs="?", type=int, help="id perangkat daerah")
        parser.add_argument("--again", action="store_true", help="ganti penerbit yang lama")

    def handle(self, *_args: Any, **options: Any) -> None:
        office = self._office(options["office"])
        if certificates.authority_of(office) is not None and not options["again"]:
            raise CommandError("Penerbit sertifikat sudah ada. Gunakan --again untuk menggantinya.")
        made = certificates.make_authority(
            office=office, actor=people.system_of(office), at=timezone.now()
        )
        self.stdout.write(f"{made.name}, berlaku sampai {made.valid_to:%d-%m-%Y}.")
        self.stdout.write(f"Sidik SHA-256: {made.fingerprint}")

    def _office(self, key: int | None) -> Office:
        offices = list(Office.objects.order_by("pk"))
        if key is None and len(offices) == 1:
            return offices[0]
        for office in offices:
            if office.pk == key:
                return office
        known = ", ".join(f"{office.pk} {office.name}" for office in offices) or "tidak ada"
        raise CommandError(f"Sebutkan id perangkat daerah ({known}).")
