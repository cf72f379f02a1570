"""Who keeps the settings in these tests?"""

from dataclasses import dataclass, field

import pytest
from django.test import Client

from requests_app.models import User
from tests.factories import World, make_user, make_world


@dataclass
class Kept:
    """An office with an admin of its own, and a browser of that admin."""

    world: World
    admin: User
    client: Client = field(default_factory=Client)


@pytest.fixture
def kept(db) -> Kept:
    """An office whose admin is logged in."""
    world = make_world(owners=1)
    admin = make_user(world.office, f"admin{world.office.pk}", "Pengelola Contoh", is_staff=True)
    kept = Kept(world, admin)
    kept.client.force_login(admin)
    return kept


@pytest.fixture
def superuser(kept) -> Client:
    """A browser of somebody who keeps the whole installation."""
    person = make_user(
        kept.world.office,
        f"super{kept.world.office.pk}",
        "Superuser Contoh",
        is_staff=True,
        is_superuser=True,
    )
    client = Client()
    client.force_login(person)
    return client
