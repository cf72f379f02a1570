"""What does a phone fetch before an owner can begin? The first view of a page, byte by byte."""

import gzip
import re
from collections import Counter
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from django.conf import settings

from tests.bench import http

GOAL_KB: Final = 60
ASSET: Final = re.compile(r'(?:href|src)="' + re.escape(settings.STATIC_URL) + r'([^"#]+)')
KINDS: Final = {".css": "sheet", ".js": "scripts", ".svg": "icons", ".woff2": "typeface"}


def section(application: http.Application, page: http.Page) -> str:
    """Weigh the first view of a page, with nothing kept from before, as a part of docs/bench.md."""
    parts = Counter[str]()
    html = http.body_of(application, page)
    parts["page"] = len(gzip.compress(html, compresslevel=6))
    for name in set(ASSET.findall(html.decode())):
        parts[KINDS.get(Path(name).suffix, "pictures")] += _packed(unquote(name))
    whole = sum(parts.values()) / 1000
    told = ", ".join(f"{kind} {size / 1000:.1f}" for kind, size in parts.most_common())
    missed = "" if whole <= GOAL_KB else ", missed"
    return (
        f"\nThe first view of row 7a behind the owner's link is {whole:.1f} KB on its way: {told}. "
        f"The goal is ≤ {GOAL_KB}{missed}.\n"
    )


def _packed(name: str) -> int:
    """Tell the size of a static file as a browser that takes gzip gets it."""
    whole = Path(settings.STATIC_ROOT) / name
    packed = whole.with_name(f"{whole.name}.gz")
    return (packed if packed.exists() else whole).stat().st_size
