"""Can an owner be added on the pages of rows 2 and 4, with what is typed there kept?"""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from requests_app.models import DataRequest
from requests_app.services import letters, requests
from requests_app.sop.roles import Role
from tests.factories import World, data_request_at, fresh, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]

NEW = {
    "deed": "add_new_recipient",
    "new_name": "Kantor Contoh Baru",
    "new_head_title": "Kepala Kantor",
    "new_place": "Kota Contoh",
}


def recent(state: str) -> tuple[World, DataRequest]:
    """Walk to a row in the last hours: the web reads the real clock, which the database shares."""
    world = make_world(owners=2)
    world.now = timezone.now() - timedelta(hours=3)
    return data_request_at(state, world=world, recipients=1)


def as_user(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(data_request: DataRequest, row: str) -> str:
    return f"/permohonan/{data_request.public_id}/langkah/{row}/"


def words_of(answer: Any) -> str:
    return " ".join(strip_tags(answer.content.decode()).split())


def medium(data_request: DataRequest, **changes: Any) -> dict[str, Any]:
    item = data_request.items.first()
    assert item is not None
    return {
        "version": data_request.version,
        "kind": "questions",
        "instructions": "Isi menurut keadaan akhir tahun.",
        "questions-TOTAL_FORMS": 1,
        "questions-INITIAL_FORMS": 0,
        "questions-0-text": "Berapa banyak?",
        "questions-0-item": item.pk,
        "questions-0-kind": "short",
        **changes,
    }


def owners_of(data_request: DataRequest) -> list[str]:
    return [str(recipient) for recipient in data_request.recipients.order_by("number")]


def test_row_2_adds_an_owner_and_keeps_the_typed_questions() -> None:
    world, data_request = recent("prepare_form")
    client, address = as_user(world.staff), page_of(data_request, "2")
    first, second = (str(owner) for owner in world.owners)
    chosen = medium(data_request, deed="add_recipient", owner_name=second)
    assert client.post(address, chosen).status_code == 302
    assert owners_of(data_request) == [first, second]
    form = data_request.forms.get()
    assert [question.text for question in form.questions.all()] == ["Berapa banyak?"]
    client.post(address, medium(fresh(data_request), **NEW))
    assert owners_of(data_request) == [first, second, "Kantor Contoh Baru"]


def test_row_2_names_an_unknown_owner_and_keeps_what_was_typed() -> None:
    world, data_request = recent("prepare_form")
    posted = medium(data_request, deed="add_recipient", owner_name="Dinas Entah")
    answer = as_user(world.staff).post(page_of(data_request, "2"), posted)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "“Dinas Entah” belum ada dalam direktori" in page
    assert "Berapa banyak?" in page
    assert data_request.recipients.count() == 1


@pytest.mark.parametrize("who", ["section_head", "staff"])
def test_row_4_adds_an_owner_and_asks_to_read_the_letter_again(who: str) -> None:
    world, data_request = recent("verify_letter")
    client, address = as_user(getattr(world, who)), page_of(data_request, "4")
    posted = {"version": data_request.version, "deed": "add_recipient"}
    assert client.post(address, posted).status_code == 422
    answer = client.post(address, {**posted, "owner_name": str(world.owners[1])}, follow=True)
    assert "ditambahkan. Surat berubah: baca dan periksa kembali." in words_of(answer)
    client.post(address, {"version": fresh(data_request).version, **NEW})
    assert owners_of(data_request)[1:] == [str(world.owners[1]), "Kantor Contoh Baru"]


def test_row_4_offers_no_owner_to_the_head_of_the_office_and_none_once_it_is_done() -> None:
    world, data_request = recent("verify_letter")
    address = page_of(data_request, "4")
    assert 'data-deed="add_recipient"' not in as_user(world.agency_head).get(address).text
    world, data_request = recent("sign_letter")
    client, address = as_user(world.section_head), page_of(data_request, "4")
    assert 'data-deed="add_recipient"' not in client.get(address).text
    late = {"version": data_request.version, "deed": "add_recipient", "owner_name": "Dinas"}
    assert client.post(address, late).status_code in {409, 422}
    assert data_request.recipients.count() == 1


def test_row_4_says_that_an_earlier_initial_is_void_and_why() -> None:
    world, data_request = recent("sign_letter")
    reason = "Tambahkan satu pemilik data lagi."
    actor = world.actor(Role.AGENCY_HEAD)
    letters.return_to_draft(subject=data_request, actor=actor, at=world.tick(), reason=reason)
    staff = {"actor": world.actor(Role.STAFF)}
    requests.add_recipient(
        subject=data_request, data_owner=world.owners[1], at=world.tick(), **staff
    )
    letters.draft_letter(subject=data_request, at=world.tick(), **staff)
    page = words_of(as_user(world.section_head).get(page_of(data_request, "4")))
    assert f"Paraf {world.section_head.name} (" in page
    assert f") batal karena isi surat berubah: {reason}" in page
    assert "batal karena isi surat berubah" not in words_of(
        as_user(world.agency_head).get(page_of(data_request, "5"))
    )
