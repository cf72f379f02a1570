"""Do rows 1 to 3 fix what is asked, in what shape, and in which words?"""

import pytest

from tests.factories import data_request_at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["list_needs", "prepare_form", "draft_letter", "verify_letter"])
def test_a_request_walks_to(state: str) -> None:
    _world, data_request = data_request_at(state, recipients=2)
    assert data_request.state == state
