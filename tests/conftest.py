"""Which house rules hold for every test?

Warnings are errors, the order is random, an unknown template variable fails (pyproject.toml).
Several developers may test at the same time on one machine: `PYTEST_DB=<name>` gives each a
database.
"""

import os
from collections.abc import Iterator
from typing import Any

import pgtrigger
import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from requests_app.documents import authority
from tests.start import run_name
from tests.typesetting import no_typesetting, typesetting


def pytest_configure() -> None:
    """Settings that make tests fast or independent of a set-up, and nothing else."""
    authority.ROUNDS = 1_000  # a passphrase costs 0.15 s otherwise, at every signature
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # no manifest: the tests need no collectstatic
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns without it


LONGEST_FIRST = (
    "test_killed_signatures.py",
    "test_urls.py",
    "test_fifty_signatures.py",
    "test_tour.py",
)
"""Files that take minutes: begun last, one process would still be at them when all is done."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files, and end with the browser; the rest keeps its random order.

    Playwright leaves an event loop running behind it, in which nothing else can run one.
    """

    def place(item: pytest.Item) -> tuple[bool, bool]:
        return ("e2e" in item.path.parts, item.path.name not in LONGEST_FIRST)

    items.sort(key=place)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Test in a database of one's own: test_sopdata_<PYTEST_DB>_<process>."""
    if suffix := run_name():
        database = settings.DATABASES["default"]
        database.setdefault("TEST", {})["NAME"] = f"test_{database['NAME']}_{suffix}"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Part with whoever still holds the database, before it is dropped.

    A thread of the server that the browser talked to, or a process that a test has killed, may
    need a moment longer to let go of its connection than the tests need to end.
    """
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def flush_despite_append_only() -> Iterator[None]:
    """Let `transaction=True` tests truncate the append-only tables after themselves."""
    teardown = TransactionTestCase._fixture_teardown

    def ignoring(self: TransactionTestCase) -> None:
        guards = [
            f"{model._meta.label}:{trigger.name}"
            for model, trigger in pgtrigger.registered()
            if "TRUNCATE" in str(trigger.operation).upper()
        ]
        if not guards:
            return teardown(self)
        with pgtrigger.ignore(*guards):
            return teardown(self)

    TransactionTestCase._fixture_teardown = ignoring  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]


@pytest.fixture(scope="module")
def untypeset() -> Iterator[None]:
    """Let papers be one empty page in a module whose tests are about something else."""
    with no_typesetting():
        yield


@pytest.fixture
def typeset() -> Iterator[None]:
    """Set the papers of one test after all."""
    with typesetting():
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Drive Debian's Chromium; as root it starts only without its sandbox."""
    return {
        **browser_type_launch_args,
        "executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "args": ["--no-sandbox"],
    }
