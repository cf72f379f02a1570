"""A page is older than what it would overwrite: what stands now, beside what was typed?"""

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _

from requests_app.services.versions import lines_between
from requests_app.web.errors import Rows
from requests_app.web.forms.base import PROOFS, DeedForm, text_of

PLACE: Final = "conflict"
"""The id of the part of the page that compares."""
ROW_TOOLS: Final = {"DELETE", "ORDER"}


def differences(*, standing: DeedForm, typed: DeedForm) -> list[dict[str, Any]]:
    """List the fields and lists in which what was typed is not what stands now, word by word.

    As `requests/_changes.html` shows them: struck is what stands and would go.
    """
    before, after = dict(_texts_of(standing)), dict(_texts_of(typed))
    parts = [
        {"label": label, "is_changed": True, "passages": lines_between(before[label], text)}
        for label, text in after.items()
        if label in before and before[label] != text
    ]
    return [{**part, "passages": _changed(part["passages"])} for part in parts]


def _changed(passages: Any) -> list[Any]:
    return [passage for passage in passages if passage.is_changed]


def _texts_of(form: DeedForm) -> Iterator[tuple[str, str]]:
    for bound in form.visible_fields():
        if bound.name not in PROOFS:
            yield str(bound.label), text_of(bound)
    for rows in form.formsets.values():
        yield str(getattr(rows, "row_noun", _("Baris"))), "\n".join(_lines_of(rows))


def _lines_of(rows: Rows) -> Iterator[str]:
    for row in rows.forms:
        if "DELETE" in row.fields and row["DELETE"].value():
            continue
        texts = [text_of(one) for one in row.visible_fields() if one.name not in ROW_TOOLS]
        if texts and texts[0]:
            yield "; ".join(filter(None, texts))
