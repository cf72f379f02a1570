#!/usr/bin/env python
"""Django's command line; without DATABASE_URL it works on the embedded PostgreSQL."""

import os
import sys

from django.core.management import execute_from_command_line

from sopdata.postgres import use_embedded_or_exit


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sopdata.settings")
    # A command and the worker take the time that they need; a page does not.
    os.environ.setdefault("DB_STATEMENT_TIMEOUT", "0")
    use_embedded_or_exit()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
