"""Which rows does a request keep, and until when?"""

import pytest

from requests_app.models import DataRequest
from tests.factories import data_request_at

pytestmark = pytest.mark.django_db


def shown(data_request: DataRequest) -> DataRequest:
    """Load a request as a door does."""
    data_request.keeps_rows = True
    return data_request


def test_what_is_shown_reads_once_per_version(django_assert_num_queries) -> None:
    _world, data_request = data_request_at("prepare_form")
    page = shown(data_request)
    with django_assert_num_queries(1):
        assert page.listed_items() == page.listed_items()
    page.version += 1
    with django_assert_num_queries(1):
        page.listed_items()


def test_what_a_deed_has_locked_reads_anew(django_assert_num_queries) -> None:
    _world, data_request = data_request_at("prepare_form")
    with django_assert_num_queries(2):
        assert data_request.listed_items() == data_request.listed_items()


def test_what_is_loaded_anew_has_forgotten() -> None:
    _world, data_request = data_request_at("prepare_form")
    page = shown(data_request)
    before = page.listed_items()
    data_request.items.all()[0].delete()
    assert page.listed_items() == before
    page.refresh_from_db()
    assert len(page.listed_items()) == len(before) - 1
