"""Is the written SOP the one that the code executes?"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app.sop.drawing import page
from requests_app.sop.edition import AS_ISSUED


class Command(BaseCommand):
    """Write docs/sop.md from the table, or check that it is fresh."""

    help = "Menulis docs/sop.md dari tabel langkah; dengan --check hanya memeriksa."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="gagal bila berkas berbeda")
        parser.add_argument("--path", type=Path, default=None, help="berkas lain")

    def handle(self, *_args: Any, check: bool, path: Path | None, **_options: Any) -> None:
        path = path or Path(settings.BASE_DIR) / "docs" / "sop.md"
        if check:
            sentence = difference(path)
            if sentence:
                raise CommandError(sentence)
            return
        write(path)
        self.stdout.write(f"{path} ditulis.")


def write(path: Path) -> None:
    """Write the page of the SOP as issued."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(AS_ISSUED), encoding="utf-8")


def difference(path: Path) -> str:
    """Return a sentence when the file is missing or differs from the table, else nothing."""
    if not path.exists():
        return f"{path} belum ada. Jalankan: manage.py sop_docs"
    expected, found = page(AS_ISSUED).splitlines(), path.read_text("utf-8").splitlines()
    if expected == found:
        return ""
    pairs = zip(expected, found, strict=False)
    same = next((n for n, (one, other) in enumerate(pairs) if one != other), None)
    line = min(len(expected), len(found)) if same is None else same
    return (
        f"{path} tidak sesuai dengan tabel langkah (baris {line + 1}). Jalankan: manage.py sop_docs"
    )
