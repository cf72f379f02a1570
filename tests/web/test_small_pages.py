"""Do pages travel packed, and files as they are?"""

import gzip

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import recipient_at
from tests.web.doors import as_owner, at_work, downloaded, owner_url

pytestmark = pytest.mark.django_db
PACKED = {"accept-encoding": "gzip"}


def test_a_page_is_packed_for_a_browser_that_can_open_it() -> None:
    page = Client().get("/akun/masuk/", headers=PACKED)
    assert page.headers["Content-Encoding"] == "gzip"
    assert b"<!doctype html>" in gzip.decompress(page.content)
    assert "Content-Encoding" not in Client().get("/akun/masuk/").headers


def test_a_paper_keeps_its_bytes_and_its_length() -> None:
    world, recipient = recipient_at("process_request")
    with at_work(world):
        owner = as_owner(world, recipient)
        letter = recipient.signed_letter()
        assert letter is not None
        address = reverse("web:owner_document", args=[recipient.public_id, letter.code])
        paper = owner.get(address, headers=PACKED)
        assert "Content-Encoding" not in paper.headers
        content = downloaded(paper) if paper.streaming else paper.content
        assert len(content) == letter.size


def test_an_owner_fetches_no_typeface() -> None:
    world, recipient = recipient_at("process_request")
    with at_work(world):
        page = as_owner(world, recipient).get(owner_url(recipient, "7a")).content.decode()
    assert ".woff2" not in page
    assert 'data-typeface="plain"' in page
