"""What has somebody typed into a form and not handed in, and how long is it kept?"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from requests_app.models import DataRequest, FormDraft

KEPT_FOR: Final = timedelta(days=30)
"""What nobody has handed in or looked at for so long is forgotten."""

Values = Mapping[str, Sequence[str]]
"""The fields as a browser posts them: each name with all its values, unchecked."""


def keep(
    *,
    data_request: DataRequest,
    user_id: int,
    row: str,
    deed: str,
    version: int,
    values: Values,
    at: datetime,
) -> FormDraft:
    """Keep what one person has typed so far in one form, in place of what was kept before.

    Nothing is judged and nothing goes on the record: it is no deed, and nobody else reads it.
    """
    FormDraft.objects.filter(user_id=user_id, kept_at__lt=at - KEPT_FOR).delete()
    draft, _is_new = FormDraft.objects.update_or_create(
        user_id=user_id,
        data_request=data_request,
        row=row,
        deed=deed,
        defaults={"version": version, "values": _storable(values), "kept_at": at},
    )
    return draft


def kept(*, data_request: DataRequest, user_id: int | None, row: str) -> dict[str, FormDraft]:
    """Find what this person has typed in the forms of one row, by the deed of each form."""
    if user_id is None:
        return {}
    found = FormDraft.objects.filter(data_request=data_request, user_id=user_id, row=row)
    return {draft.deed: draft for draft in found}


def discard(
    *, data_request: DataRequest, user_id: int | None, row: str, deed: str | None = None
) -> None:
    """Throw away what was typed in one form of a row, or in all of them: handed in, or unwanted."""
    if user_id is None:
        return
    found = FormDraft.objects.filter(data_request=data_request, user_id=user_id, row=row)
    (found if deed is None else found.filter(deed=deed)).delete()


def _storable(values: Values) -> dict[str, list[str]]:
    # JSON in PostgreSQL holds every character but this one, which no form accepts either.
    return {
        name.replace("\0", ""): [text.replace("\0", "") for text in given]
        for name, given in values.items()
    }
