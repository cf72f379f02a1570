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
    for name in (
        "SECRET_KEY",
        "LINK_KEY",
        "AUTHORITY_KEY",
        "MFA_KEY",
        "NIK_KEY",
        "BSRE_URL",
        "PUBLIC_BASE_URL",
        "EMAIL_URL",
        "DEBUG",
        "FILES_ROOT",
    ):
        os.environ.pop(name, None)
    os.environ["DEMO"] = "1"
    os.environ["VAR_DIR"] = str(BASE_DIR / "var" / "test" / run_name())
    # Playwright's event loop runs in the thread that also asks the database what a test expects
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def run_name() -> str:
    """Tell this run from others at the same time: several developers, several processes."""
    parts = (os.environ.get("PYTEST_DB", ""), os.environ.get("PYTEST_XDIST_WORKER", ""))
    return "_".join(part for part in parts if part)


prepare_environment()
