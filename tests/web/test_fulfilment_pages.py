"""Is what came in part told wherever staff meets it: "Sebagian diterima (2 dari 3)"?"""

import pytest
from django.urls import reverse

from requests_app.models import ItemAnswer, Recipient
from requests_app.services import checks
from requests_app.services.checks import Finding
from requests_app.sop.roles import Role
from tests.factories import WALK, World, recipient_at
from tests.web.doors import as_owner, as_user, at_work, owner_url, staff_url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]

PARTLY = "Sebagian diterima (1 dari 2)"


def with_one_item() -> tuple[World, Recipient]:
    """An owner who could give one of two items."""
    world, recipient = recipient_at("receive_data")
    second = ItemAnswer.objects.order_by("item__position").last()
    assert second is not None
    second.availability, second.reason = "unavailable", "Data tidak dikuasai."
    second.save()
    return world, recipient


def page_of(world: World, url: str) -> str:
    with at_work(world):
        return as_user(world.staff).get(url).content.decode()


def test_inbox_request_and_row_8_tell_what_came_in_part() -> None:
    world, recipient = with_one_item()
    request_url = reverse("web:request", args=[recipient.data_request.public_id])
    for url in (reverse("web:inbox"), request_url, staff_url(recipient, "8")):
        assert PARTLY in page_of(world, url), url
    assert "<span>1/2</span>" in page_of(world, request_url)


def test_row_9_and_its_line_tell_what_came_in_part() -> None:
    world, recipient = with_one_item()
    WALK["receive_data"](world, recipient)
    assert PARTLY in page_of(world, reverse("web:inbox"))
    page = page_of(world, staff_url(recipient, "9"))
    assert f"{PARTLY}; Jumlah anggota: tidak dapat diberikan</textarea>" in page


def test_what_was_sent_back_is_missing_on_the_request_page() -> None:
    world, recipient = recipient_at("receive_data")
    first, second = recipient.asked_items()
    checks.ask_correction(
        subject=recipient,
        findings=[
            Finding(item_id=first.pk, verdict="accepted"),
            Finding(item_id=second.pk, verdict="correction", note="Jumlah tahun 2026."),
        ],
        actor=world.actor(Role.STAFF),
        at=world.tick(),
    )
    page = page_of(world, reverse("web:request", args=[recipient.data_request.public_id]))
    assert "<span>1/2</span>" in page
    assert PARTLY in page
    row_8 = page_of(world, staff_url(recipient, "8"))
    assert "Pemilik data belum mengirim perbaikan." in row_8
    with at_work(world):
        tasks = as_owner(world, recipient).get(owner_url(recipient)).content.decode()
    assert PARTLY in tasks


def test_what_came_whole_is_told_by_its_state_alone() -> None:
    world, recipient = recipient_at("receive_data")
    request_url = reverse("web:request", args=[recipient.data_request.public_id])
    for url in (reverse("web:inbox"), request_url, staff_url(recipient, "8")):
        assert "Sebagian diterima" not in page_of(world, url), url
    assert "<span>2/2</span>" in page_of(world, request_url)
    with at_work(world):
        tasks = as_owner(world, recipient).get(owner_url(recipient)).content.decode()
    assert "2 dari 2 data sudah diterima" in tasks
