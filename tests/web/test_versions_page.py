"""Can two versions of a letter be told apart, with the reason beside the one sent back?"""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from requests_app.models import DataRequest
from requests_app.sop.roles import Role
from tests.factories import World, data_request_at, fresh, make_world
from tests.services.test_versions import REASON, send_back, submit
from tests.web.doors import as_user
from tests.web.test_unsent_forms import page, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = make_world(owners=2)
    made.now = timezone.now() - timedelta(hours=3)
    return made


@pytest.fixture
def returned(world: World) -> DataRequest:
    """A letter in row 4 for the second time."""
    _world, data_request = data_request_at("verify_letter", world=world)
    send_back(world, data_request)
    submit(world, data_request, "Kami mohon <b>data</b> ini.")
    return fresh(data_request)


def compared(client: Client, data_request: DataRequest, query: str = "") -> Any:
    return client.get(f"/permohonan/{data_request.public_id}/surat/versi/{query}")


def test_words_are_marked_spoken_and_never_run(world: World, returned: DataRequest) -> None:
    shown = compared(as_user(world.staff), returned).content.decode()
    assert '<ins><span class="visually-hidden">ditambah: </span>' in shown
    assert '<del><span class="visually-hidden">dihapus: </span>' in shown
    assert "&lt;b&gt;" in shown
    assert "<b>data" not in shown


def test_the_reason_stands_beside_its_version(world: World, returned: DataRequest) -> None:
    shown = text_of(compared(as_user(world.staff), returned))
    assert REASON in shown
    assert "Dikembalikan oleh Kasi Contoh" in shown


def test_only_changes_are_shown_on_request(world: World, returned: DataRequest) -> None:
    client = as_user(world.staff)
    assert "(tidak berubah)" in text_of(compared(client, returned))
    assert "(tidak berubah)" not in text_of(compared(client, returned, "?dari=1&ke=2&hanya=on"))
    assert "Kedua versi ini sama." in text_of(compared(client, returned, "?dari=2&ke=2"))


@pytest.mark.parametrize(
    "query", ["?dari=0&ke=9", "?dari=x&ke=", "?dari=²&ke=-1", "?dari=" + "9" * 5000]
)
def test_what_names_no_version_shows_the_last_two(
    world: World, returned: DataRequest, query: str
) -> None:
    answer = compared(as_user(world.staff), returned, query)
    assert answer.status_code == 200
    assert '<option value="1" selected>' in text_of(answer)


def test_one_version_cannot_be_compared(world: World) -> None:
    _world, data_request = data_request_at("verify_letter", world=world)
    assert "Belum ada dua versi" in text_of(compared(as_user(world.staff), data_request))


def test_the_verifier_sees_what_changed_since_the_last_look(
    world: World, returned: DataRequest
) -> None:
    shown = text_of(as_user(world.section_head).get(page(returned, "4")))
    assert "Perubahan sejak Versi 1 yang dikembalikan" in shown
    assert "<ins>" in shown
    assert f"/permohonan/{returned.public_id}/surat/versi/?dari=1&ke=2" in shown


def test_rows_3_and_4_and_the_history_say_that_an_initial_fell(world: World) -> None:
    _world, data_request = data_request_at("sign_letter", world=world)
    send_back(world, data_request, Role.AGENCY_HEAD)
    client = as_user(world.staff)
    fell = "batal karena isi surat berubah"
    assert fell in text_of(client.get(page(data_request, "3")))
    submit(world, data_request, "Isi yang sudah diperbaiki.")
    assert fell in text_of(client.get(page(data_request, "4")))
    history = text_of(client.get(f"/permohonan/{data_request.public_id}/"))
    assert "Paraf batal" in history
    assert "Paraf Kasi Contoh batal karena isi surat berubah." in history
