"""`make bench`: the door; what is measured stands in measuring.py."""

import os
import sys

os.environ.setdefault("PYTEST_DB", "bench")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sopdata.settings")

import django

from tests import start  # noqa: F401  (gives the bench a PostgreSQL and folders of its own)

if __name__ == "__main__":
    django.setup()
    from tests.bench import measuring

    sys.exit(measuring.main())
