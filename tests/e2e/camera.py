"""With what is every page taken? A camera of two widths, and chance that is the same each time."""

import random
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import time_machine
from django.conf import settings
from django.test.signals import template_rendered
from PIL import Image
from playwright.sync_api import Page, expect

from tests.factories import World

WIDTHS = (1280, 360)
HIGHEST = 12_000  # px
LOAD_IMAGES = """Promise.all([...document.images].map(image => {
    image.loading = "eager";
    return image.decode().catch(() => null);
}))"""
ON_ITS_WAY = '[hx-trigger="load"]'
"""What a page still fetches after it has been opened."""
TEMPLATES = settings.BASE_DIR / "templates"
FRAMES = "base|base_owner|steps/_step|steps/_owner|verification/_page"
A_FRAME = re.compile(rf'{{% extends "({FRAMES})\.html" %}}')
NO_SIGHTS = {
    *("base_owner.html", "allauth/layouts/base.html"),
    *("403_csrf.html", "429.html", "verification/too_often.html", "owner/too_often.html"),
    "owner/stale_form.html",
}
"""Two frames, and five refusals that look like the others, for what no browser does here."""


def page_templates() -> set[str]:
    """List what a browser can be shown: each template that fills one of the frames."""
    files = (file for file in TEMPLATES.rglob("[!_]*.html") if A_FRAME.search(file.read_text()))
    return {str(file.relative_to(TEMPLATES)) for file in files} - NO_SIGHTS


@dataclass
class Tour:
    """The camera: takes a page at both widths; keeps what it saw, and what was wrong with it."""

    folder: Path
    world: World
    clock: time_machine.Traveller
    taken: set[str] = field(default_factory=set)
    seen: set[str | None] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    _drawn: set[str | None] = field(default_factory=set)

    def __post_init__(self) -> None:
        template_rendered.connect(self._draw)

    def _draw(self, sender: Any, template: Any, **_kwargs: Any) -> None:
        self._drawn.add(template.name)

    def take(self, page: Page, name: str, address: str = "") -> None:
        """Take a page, after going there if an address is given."""
        self.clock.move_to(self.world.now)
        if address:
            self._drawn.clear()
            page.goto(address)
            expect(page.locator(ON_ITS_WAY)).to_have_count(0)
        self.seen |= self._drawn
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            needed = page.evaluate("document.documentElement.scrollWidth")
            if needed > width:
                self.faults.append(f"{name} needs {needed} px of {width}")
            # as high as the page: the bar stays at its foot, and no image waits for a scroll
            height = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width, "height": min(height, HIGHEST)})
            page.evaluate(LOAD_IMAGES)
            self._keep(page.screenshot(), f"{name}-{width}.webp")
        self.taken.add(name)

    def _keep(self, shot: bytes, name: str) -> None:
        with Image.open(BytesIO(shot)) as image:
            image.save(self.folder / name, "WEBP", quality=70)


class Chance:
    """Bytes that follow from the world's clock alone, however often the browser's driver draws.

    The server's threads draw for sessions and forms, in no order and for no eye: as ever.
    """

    def __init__(self, world: World, system: Callable[[int], bytes]) -> None:
        self.world, self.system, self.thread = world, system, threading.get_ident()
        self.moment, self.dice = world.now, random.Random(0)  # noqa: S311

    def __call__(self, count: int) -> bytes:
        """Draw so many bytes."""
        if threading.get_ident() != self.thread:
            return self.system(count)
        if self.moment != self.world.now:
            self.moment = self.world.now
            self.dice.seed(self.moment.isoformat())
        return self.dice.randbytes(count)
