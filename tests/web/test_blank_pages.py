"""Is the printed form found where it is looked for: on row 2, on the request, behind the link?"""

import pytest
from django.urls import reverse

from requests_app.documents import pages
from tests.factories import data_request_at
from tests.web.doors import as_owner, as_user, at_work, owner_url

pytestmark = pytest.mark.django_db


def test_staff_finds_pages_and_file_of_the_form():
    world, data_request = data_request_at("draft_letter")
    place = [data_request.public_id]
    href = reverse("web:blank_pdf", args=place)
    with at_work(world):
        client = as_user(world.staff)
        row_2 = client.get(reverse("web:step", args=[*place, "2"])).content.decode()
        request = client.get(reverse("web:request", args=place)).content.decode()
        answer = client.get(href)
    assert href in row_2
    assert reverse("web:blank_page", args=[*place, 1]) in row_2
    assert href in request
    assert answer["Content-Disposition"].startswith("attachment")
    assert "Diisi oleh" in "".join(pages.page_texts(answer.content))


@pytest.mark.parametrize("segment", ["", "7", "7a"])
def test_an_owner_finds_the_form(segment: str):
    world, data_request = data_request_at("process_request")
    recipient = data_request.recipients.get()
    with at_work(world):
        client = as_owner(world, recipient)
        shown = client.get(owner_url(recipient, segment)).content.decode()
    assert reverse("web:owner_blank_pdf", args=[recipient.public_id]) in shown


def test_before_row_2_there_is_no_form():
    world, data_request = data_request_at("prepare_form")
    with at_work(world):
        client = as_user(world.staff)
        assert (
            client.get(reverse("web:blank_pdf", args=[data_request.public_id])).status_code == 404
        )
