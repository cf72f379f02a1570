"""Does every field say in its own words what is missing or wrong, and never in Django's?

"Bidang ini wajib diisi." helps nobody: "Tulis tujuan penggunaan data." does. Asked of every form of
`PAGES`, as its page shows it and as it answers when it is sent empty, and of the account's forms.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.utils.module_loading import import_string

from requests_app.sop.steps import STEPS, by_key
from requests_app.web.forms.owner import CodeForm
from requests_app.web.forms.receiving import PurposeForm
from requests_app.web.opening import OpeningForm
from requests_app.web.pages import PAGES
from requests_app.web.pages.page import SAVE
from tests.contracts.standing import door_of, standing_in
from tests.factories import make_world
from tests.web.doors import at_work

pytestmark = pytest.mark.django_db

TYPED_FREELY = (
    forms.DateField,
    forms.TimeField,
    forms.IntegerField,
    forms.EmailField,
)
"""Fields into which something can be typed that they cannot read."""


def default_of(field: forms.Field, code: str) -> str:
    """Give Django's own sentence for this kind of field."""
    known: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        if kind.__module__.startswith("django."):
            known.update(getattr(kind, "default_error_messages", {}))
    return str(known.get(code, ""))


def borrowed(form: forms.BaseForm) -> Iterator[str]:
    """List the fields of a form that would speak in Django's words."""
    for name, field in form.fields.items():
        is_typed = isinstance(field, TYPED_FREELY) and not field.widget.is_hidden
        codes = ["required"] * field.required + ["invalid"] * is_typed
        for code in codes:
            if str(field.error_messages[code]) == default_of(field, code):
                yield f"{type(form).__name__}.{name}: {field.error_messages[code]}"


def with_rows(form: Any) -> Iterator[forms.BaseForm]:
    """Give a form and an empty row of each of its lists."""
    yield form
    for rows in getattr(form, "formsets", {}).values():
        yield rows.empty_form


@pytest.fixture(autouse=True)
def _any_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))


@pytest.mark.parametrize("key", [step.key for step in STEPS])
def test_no_form_of_a_page_borrows_a_sentence(key: str) -> None:
    step = by_key(key)
    world, subject = standing_in(step)
    found: set[str] = set()
    with at_work(world):
        client, address = door_of(world, subject, step)
        pages = [client.get(address)]
        for page_deed in PAGES[key].deeds:
            button = {SAVE: "1"} if page_deed.deed == SAVE else {"deed": page_deed.deed}
            # a version that no page has: whatever could be done with nothing typed is not done
            pages.append(client.post(address, {**button, "version": 9999}))
    # row 7a keeps what is typed whatever version its page had, and leads on
    for page in (page for page in pages if page.status_code != 302):
        for form in page.context["forms"].values():
            found.update(line for part in with_rows(form) for line in borrowed(part))
    assert not found


@pytest.mark.parametrize("path", sorted(settings.ACCOUNT_FORMS.values()))
def test_no_form_of_an_account_borrows_a_sentence(path: str) -> None:
    kind = import_string(path)
    user = make_world(owners=0).staff
    options = {"user": user} if "Password" in path or "Again" in path else {}
    assert not list(borrowed(kind(**options)))


@pytest.mark.parametrize("kind", [CodeForm, OpeningForm, PurposeForm])
def test_no_form_at_a_door_borrows_a_sentence(kind: type[forms.Form]) -> None:
    assert not list(borrowed(kind()))
