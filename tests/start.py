"""What must be there before Django reads its settings? Loaded by `-p tests.start`."""

import os
from pathlib import Path

import pytest

from sopdata import postgres

BASE_DIR = Path(__file__).resolve().parent.parent


def prepare_environment() -> None:
    """Give the tests a PostgreSQL and folders of their own; the developer's stay untouched."""
    try:
        postgres.use_embedded()  # the server of var/postgres, in a database of the tests' own
    except postgres.CannotStart as sentence:
        pytest.exit(str(sentence), returncode=4)
    for name in ("SECRET_KEY", "LINK_KEY", "PUBLIC_BASE_URL", "EMAIL_URL", "DEBUG", "FILES_ROOT"):
        os.environ.pop(name, None)
    os.environ["DEMO"] = "1"
    os.environ["VAR_DIR"] = str(BASE_DIR / "var" / "test" / os.environ.get("PYTEST_DB", ""))
    # Playwright's event loop runs in the thread that also asks the database what a test expects
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


prepare_environment()
