"""What do the contracts share? A fast typesetter, and a way to see whether anything changed."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from psycopg2 import sql

from tests.typesetting import no_typesetting

QUIET_TABLES = ("django_session", "cache")
"""What a page may write while it is only looked at."""


@pytest.fixture(scope="module", autouse=True)
def _papers_without_typesetting() -> Iterator[None]:
    """Contracts are about deeds, not about papers."""
    with no_typesetting():
        yield


def business_tables() -> list[str]:
    """Every table of the database except what belongs to sessions and cache."""
    return sorted(set(connection.introspection.table_names()) - set(QUIET_TABLES))


def fingerprint(tables: list[str] | None = None) -> dict[str, tuple[int, str]]:
    """Count and digest the rows of tables, all in one query."""
    one = (
        "SELECT {label}, count(*), "
        "md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t"
    )
    parts = [
        sql.SQL(one).format(label=sql.Literal(table), table=sql.Identifier(table))
        for table in tables or business_tables()
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts))
        return {table: (count, digest) for table, count, digest in cursor.fetchall()}


def writes() -> dict[str, int]:
    """Count the rows written so far in this transaction, table by table, rolled back or not.

    Cheaper than a fingerprint and stricter: writing what stood there already counts too.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
        )
        return {table: count for table, count in cursor.fetchall() if table not in QUIET_TABLES}


def undo(point: str) -> None:
    """Take back all since a savepoint, and let go of it: one in the other they keep a lock each."""
    transaction.savepoint_rollback(point)
    transaction.savepoint_commit(point)
