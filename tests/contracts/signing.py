"""Letters that wait for a signature, and processes of their own to sign them in."""

import multiprocessing
from typing import Any

from django.db import connection, connections

from requests_app.models import DataRequest, Initial
from requests_app.services import synthetic
from tests.factories import WALK, World, data_request_at

FORK = multiprocessing.get_context("fork")
PATIENCE_SECONDS = 60


def letters_to_sign(count: int) -> tuple[World, list[int]]:
    """Walk one request to its signature and copy it; each copy's initial fits its own content."""
    world, original = data_request_at("sign_letter")
    synthetic.multiply(originals=[original], count=count - 1)
    here = Initial.objects.filter(version__letter__data_request__office=world.office)
    for initial in here.select_related("version__letter__data_request"):
        initial.content_hash = initial.version.content_hash()
        initial.save(update_fields=["content_hash"])
    world.tick()
    letters = DataRequest.objects.filter(office=world.office).order_by("pk")
    return world, list(letters.values_list("pk", flat=True))


def forget_inherited_connections() -> None:
    """Leave the parent's connections alone, so that this process opens one of its own.

    After a browser test there are two in the parent: Django keeps another where an event loop runs,
    and a child sees the other one. What a child drops, psycopg2 does not close.
    """
    for inherited in connections.all(initialized_only=True):
        inherited.connection = None


def sign(world: World, key: int) -> None:
    """Sign one letter through the real service."""
    found = DataRequest.objects.select_related("office", "edition", "section")
    WALK["sign_letter"](world, found.get(pk=key))


def sign_in_a_process(
    world: World, keys: list[int], barrier: Any, outcomes: Any
) -> multiprocessing.Process:
    """Start a process that waits for the others, then tries to sign letter after letter."""

    def run() -> None:
        forget_inherited_connections()
        try:
            connection.ensure_connection()
            barrier.wait(PATIENCE_SECONDS)
            for key in keys:
                outcomes.put(told_of(world, key))
        finally:
            connection.close()

    process = FORK.Process(target=run, daemon=True)
    process.start()
    return process


def told_of(world: World, key: int) -> str:
    """Try to sign, and say what came of it."""
    try:
        sign(world, key)
    except Exception as error:  # whatever happened is the outcome
        return f"{type(error).__name__}: {error}"
    return "signed"
