"""What does a browser test stand on? A served house, people who sign in, and a post office."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from requests_app.models import User
from tests.e2e.browsing import Watch, sign_in
from tests.factories import World, make_world

OpenDoor = Callable[..., Page]


@pytest.fixture
def world(transactional_db: None, live_server: Any, settings: Any) -> World:
    """Open an office that is served, with two data owners, at the time of the real clock."""
    settings.PUBLIC_BASE_URL = live_server.url
    world = make_world(owners=2)
    world.now = timezone.now()
    return world


@pytest.fixture
def watch() -> Watch:
    """Collect what the browsers complain about; the test asks it at its end."""
    return Watch()


@pytest.fixture
def new_page(browser: Browser, live_server: Any, watch: Watch) -> Iterator[OpenDoor]:
    """Give a page in a browser of its own: its cookies are nobody else's."""
    opened: list[BrowserContext] = []

    def make(user: User | None = None, **options: Any) -> Page:
        told = {"base_url": live_server.url, "locale": "id-ID", "timezone_id": "Asia/Jakarta"}
        context = browser.new_context(**told | options)
        context.set_default_timeout(15_000)
        opened.append(context)
        page = context.new_page()
        watch.over(page)
        if user is not None:
            sign_in(page, user)
        return page

    yield make
    for context in opened:
        context.close()
