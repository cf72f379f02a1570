"""Which rows does the database itself refuse to change?

Triggers made by django-pgtrigger. They guard against the application and its bugs; against the
owner of the database stands the chain (`services.audit`) and, in production, a second role.
"""

import pgtrigger


def _refuse_truncate(name: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'This table is append-only.';",
    )


def append_only() -> list[pgtrigger.Trigger]:
    """Refuse update, delete and truncate: the rows of the audit chain and the ledgers."""
    return [
        pgtrigger.Protect(name="no_change", operation=pgtrigger.Update | pgtrigger.Delete),
        _refuse_truncate("no_truncate"),
    ]


def frozen_but(*fields: str, when: str = "TRUE") -> list[pgtrigger.Trigger]:
    """Refuse delete and truncate, and update of all but these fields once `when` holds."""
    return [
        pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
        pgtrigger.Trigger(
            name="only_status_changes",
            level=pgtrigger.Row,
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            declare=[("open_fields", "text[]")],
            func=(
                f"open_fields := ARRAY[{', '.join(repr(f) for f in fields)}]; "
                f"IF ({when}) AND (to_jsonb(OLD) - open_fields) "
                "IS DISTINCT FROM (to_jsonb(NEW) - open_fields) THEN "
                "RAISE EXCEPTION 'This row is frozen.'; END IF; RETURN NEW;"
            ),
        ),
        _refuse_truncate("no_truncate"),
    ]


def kept_once(condition: str) -> list[pgtrigger.Trigger]:
    """Refuse update and delete of a row once the condition, in SQL on `OLD`, holds."""
    return [
        pgtrigger.Protect(
            name="kept_once",
            operation=pgtrigger.Update | pgtrigger.Delete,
            condition=pgtrigger.Condition(condition),
        )
    ]
