"""Does the record still stand as it was written?"""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from requests_app.models import AuditCheckpoint, AuditEntry
from requests_app.services import audit


class Command(BaseCommand):
    """Walk every chain and checkpoint; name what is broken, and then end with code 1."""

    help = "Memeriksa rantai jejak audit; menyebut entri pertama yang rusak."

    def handle(self, *_args: Any, **_options: Any) -> None:
        broken = list(breaks())
        for found in broken:
            self.stderr.write(str(found))
        if broken:
            raise CommandError(
                f"Jejak audit rusak pada {len(broken)} tempat; yang pertama: {broken[0]}."
            )
        self.stdout.write(
            f"Jejak audit utuh: {AuditEntry.objects.count()} entri dalam "
            f"{AuditEntry.objects.values('chain').distinct().count()} rantai, "
            f"{AuditCheckpoint.objects.count()} titik periksa."
        )


def breaks() -> Iterator[audit.Break]:
    """Yield the first break of each chain, then what the checkpoints tell beyond that."""
    known: set[tuple[str, int]] = set()
    for found in (*audit.verify_chains(), *audit.verify_checkpoints()):
        place = (found.chain, found.sequence)
        if place not in known:
            known.add(place)
            yield found
