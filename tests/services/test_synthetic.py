"""Are copied requests as whole as the ones they were copied from?"""

from collections import Counter

import pytest
from django.apps import apps

from requests_app.models import AuditEntry, DataRequest, LetterNumber
from requests_app.services import audit, synthetic
from tests.factories import data_request_at, make_world

pytestmark = pytest.mark.django_db

STATES = ("list_needs", "prepare_form", "draft_letter")


@pytest.fixture
def originals():
    world = make_world()
    return [
        data_request_at(state, world=world, recipients=number)[1]
        for number, state in enumerate(STATES, start=1)
    ]


def test_copies_spread_evenly_and_their_chains_hold(originals):
    synthetic.multiply(originals=originals, count=7)
    copies = DataRequest.objects.exclude(pk__in=[original.pk for original in originals])
    assert Counter(copies.values_list("state", flat=True)) == {
        "list_needs": 3,
        "prepare_form": 2,
        "draft_letter": 2,
    }
    assert not list(audit.verify_chains())
    for copy in copies:
        entries = AuditEntry.objects.filter(data_request_id=copy.pk)
        assert entries.filter(sequence=1, deed="open").count() == 1
        numbers = set(entries.exclude(recipient_id=None).values_list("recipient_id", flat=True))
        assert numbers <= set(copy.recipients.values_list("pk", flat=True))


def test_a_copy_owns_its_rows(originals):
    original = originals[2]
    synthetic.multiply(originals=[original], count=1)
    copy = DataRequest.objects.latest("pk")
    assert copy.items.count() == original.items.count()
    assert copy.recipients.count() == original.recipients.count() == 3
    questions = copy.forms.get().questions.all()
    assert {question.item.data_request_id for question in questions} == {copy.pk}
    assert copy.opened_at < original.opened_at


def test_copied_numbers_are_taken_once(originals):
    synthetic.multiply(originals=originals, count=6)
    texts = list(LetterNumber.objects.values_list("register", "text"))
    assert len(texts) == len(set(texts))


def test_every_table_that_hangs_on_a_request_is_copied():
    copied = {model for model, _path in synthetic.COPIED}
    hanging = {
        model
        for model in apps.get_app_config("requests_app").get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model in copied
    }
    assert hanging <= copied
