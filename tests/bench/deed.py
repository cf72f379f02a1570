"""How much does one deed cost, beside its bare statements and one COMMIT?

The statements are recorded while the deed is done and rolled back; then psycopg2 alone sends the
very same ones and commits, so that afterwards that deed is done too.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.db import connection, transaction

Statement = tuple[str, Any]


def timed(do: Callable[[], object]) -> float:
    """Return the milliseconds that a call takes."""
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1000


def statements_of(do: Callable[[], object]) -> list[Statement]:
    """Record the statements of a deed and roll it back.

    The deed's own transaction is a savepoint here; those two statements stand for BEGIN and COMMIT
    and are left out.
    """
    with transaction.atomic(), recording() as sent:
        do()
        transaction.set_rollback(True)
    return sent[1:-1]


@contextmanager
def recording() -> Iterator[list[Statement]]:
    """Collect what goes to the database."""
    sent: list[Statement] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield sent


def bare_connection() -> Any:
    """Open a connection of psycopg2 with the same settings, and nothing above it."""
    return psycopg2.connect(**connection.get_connection_params())


def replay(bare: Any, statements: list[Statement]) -> None:
    """Send the statements, read what they give, commit once."""
    with bare.cursor() as cursor:
        for sql, params in statements:
            cursor.execute(sql, params)
            if cursor.description is not None:
                cursor.fetchall()
    bare.commit()
