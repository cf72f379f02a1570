"""Do the database's own guards hold, and can a test still clean up after itself?"""

import pytest
from django.db import DatabaseError, connection, transaction

from requests_app.models import AuditEntry
from tests.factories import data_request_at


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_audit_entries_is_cleaned_up() -> None:
    data_request_at("prepare_form")
    table = AuditEntry._meta.db_table
    for statement in (f"TRUNCATE {table} CASCADE", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert AuditEntry.objects.exists()


@pytest.mark.django_db
def test_nothing_of_it_is_left() -> None:
    assert not AuditEntry.objects.exists()
