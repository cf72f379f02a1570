"""Does the printed form ask what the questions ask, and of each owner only what is theirs?"""

from typing import Any

import pytest

from requests_app.documents import pages
from requests_app.models import CollectionForm
from requests_app.services import blanks
from tests.factories import data_request_at

pytestmark = pytest.mark.django_db


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(pages.page_texts(pdf)).split())


def form_of(state: str, **more: Any) -> CollectionForm:
    _world, data_request = data_request_at(state, **more)
    form: CollectionForm = data_request.forms.get()
    return form


def test_the_form_names_the_letter_and_asks_every_question():
    form = form_of("process_request")
    pdf = blanks.render_blank(form)
    text = text_of(pdf)
    for question in form.questions.all():
        assert question.text in text
    assert str(form.data_request.signed_letter().number) in text
    assert form.data_request.office.contact_phone in text
    assert "Diisi oleh" in text
    assert "DRAF" not in text
    blanks._rendered.cache_clear()
    assert blanks.render_blank(form) == pdf


def test_a_form_that_is_not_published_says_so():
    form = form_of("draft_letter")
    form.published_at = None
    assert "DRAF" in text_of(blanks.render_blank(form))


def test_an_owner_is_asked_for_own_items_only():
    form = form_of("process_request")
    recipient = form.data_request.recipients.get()
    kept, withheld = form.data_request.items.all()[:2]
    recipient.withheld_items.add(withheld)
    made = blanks.compose(form, recipient=recipient)
    assert [item.name for item in made.items] == [kept.name]
    assert made.owner == str(recipient)


def test_a_template_file_is_its_own_paper():
    assert not blanks.can_be_printed(CollectionForm(kind=CollectionForm.Kind.TEMPLATE))
    assert not blanks.can_be_printed(None)
