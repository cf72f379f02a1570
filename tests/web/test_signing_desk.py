"""Are several letters signed with one proof, each by itself, and only those that were opened?"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from requests_app.models import DataRequest, LetterNumber, OfficialDocument, SigningCertificate
from requests_app.services import letters
from requests_app.sop.roles import Role
from tests.factories import PASSPHRASE, World, data_request_at, fresh, make_world
from tests.web.doors import as_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]
DESK = "/tanda-tangan/"


@pytest.fixture(autouse=True)
def _no_counts_left() -> Iterator[None]:
    """Begin with rate limits at zero."""
    cache.clear()
    yield
    cache.clear()


def waiting(count: int) -> tuple[World, list[DataRequest]]:
    """Walk several letters to their signature in the last hours."""
    world = make_world()
    world.now = timezone.now() - timedelta(hours=3)
    return world, [data_request_at("sign_letter", world=world)[1] for _letter in range(count)]


def page_of(data_request: DataRequest) -> str:
    return f"/permohonan/{data_request.public_id}/langkah/5/"


def batch(*chosen: DataRequest, **changes: Any) -> dict[str, Any]:
    posted = {
        "batch": "b" * 32,
        "letters": [str(one.public_id) for one in chosen],
        "affirmed": "on",
        "passphrase": PASSPHRASE,
        **changes,
    }
    return {name: value for name, value in posted.items() if value is not None}


def opened(client: Client, *letters_to_read: DataRequest) -> None:
    for one in letters_to_read:
        assert client.get(page_of(one)).status_code == 200


def test_what_was_opened_is_signed_each_under_its_own_number() -> None:
    world, found = waiting(3)
    client = as_user(world.agency_head)
    opened(client, *found)
    answer = client.post(DESK, batch(*found), follow=True)
    shown = answer.content.decode()
    assert "3 surat ditandatangani." in shown
    assert "Tidak ada surat yang menunggu tanda tangan Anda." in shown
    numbers = sorted(number.text for number in LetterNumber.objects.all())
    assert numbers == [f"200.1/{serial}/{timezone.now().year}" for serial in (1, 2, 3)]
    assert all(f"Nomor {number}" in shown for number in numbers)


def test_an_unread_letter_cannot_be_chosen() -> None:
    world, (first, second) = waiting(2)
    client = as_user(world.agency_head)
    opened(client, first)
    shown = client.get(DESK).content.decode()
    assert shown.count("Sudah dibuka") == 1
    assert shown.count("Belum dibuka") == 1
    answer = client.post(DESK, batch(first, second))
    assert answer.status_code == 422
    assert "belum dibuka atau tidak lagi menunggu" in answer.content.decode()
    assert not OfficialDocument.objects.exists()


def test_a_letter_that_changed_after_it_was_opened_is_unread_again() -> None:
    world, (first,) = waiting(1)
    client = as_user(world.agency_head)
    opened(client, first)
    assert "Sudah dibuka" in client.get(DESK).content.decode()
    letters.return_to_draft(
        subject=first,
        actor=world.actor(Role.AGENCY_HEAD),
        at=timezone.now(),
        reason="Alamat tujuan perlu diperbaiki.",
    )
    assert "Tidak ada surat yang menunggu" in client.get(DESK).content.decode()
    assert client.post(DESK, batch(first)).status_code == 422


def test_one_letter_that_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    world, (first, second, third) = waiting(3)
    client = as_user(world.agency_head)
    opened(client, first, second, third)
    # its content changes behind the reader's back, past the version and the initial
    second.items.update(period="2020")
    shown = client.post(DESK, batch(first, second, third), follow=True).content.decode()
    assert "2 surat ditandatangani." in shown
    assert "Isi surat berubah" in shown
    states = [fresh(one).state for one in (first, second, third)]
    assert states == ["send_letter", "sign_letter", "send_letter"]


def test_a_wrong_passphrase_signs_none() -> None:
    world, found = waiting(2)
    client = as_user(world.agency_head)
    opened(client, *found)
    answer = client.post(DESK, batch(*found, passphrase="bukan frasa yang benar"))
    assert answer.status_code == 422
    assert "Frasa sandi salah. Surat belum ditandatangani." in answer.content.decode()
    assert "bukan frasa yang benar" not in answer.content.decode()
    assert not LetterNumber.objects.exists()


@pytest.mark.parametrize("missing", ["letters", "affirmed", "passphrase"])
def test_what_is_missing_is_named_and_nothing_is_signed(missing: str) -> None:
    world, found = waiting(1)
    client = as_user(world.agency_head)
    opened(client, *found)
    answer = client.post(DESK, batch(*found, **{missing: None}))
    assert answer.status_code == 422
    assert "Galat: " in answer.content.decode()
    assert not OfficialDocument.objects.exists()


def test_the_same_batch_sent_twice_signs_once_and_says_so() -> None:
    world, found = waiting(2)
    client = as_user(world.agency_head)
    opened(client, *found)
    client.post(DESK, batch(*found))
    again = client.post(DESK, batch(*found), follow=True)
    assert again.status_code in {200, 422}
    assert OfficialDocument.objects.filter(kind="letter").count() == 2


def test_more_than_twenty_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests_app.web.forms.sign.MOST_AT_ONCE", 1)
    world, found = waiting(2)
    client = as_user(world.agency_head)
    opened(client, *found)
    answer = client.post(DESK, batch(*found))
    assert "Pilih paling banyak 1 surat sekaligus." in answer.content.decode()
    assert not OfficialDocument.objects.exists()


def test_without_a_certificate_the_page_leads_to_one() -> None:
    world, (first,) = waiting(1)
    SigningCertificate.objects.update(replaced_at=timezone.now())
    client = as_user(world.agency_head)
    shown = client.get(page_of(first)).content.decode()
    assert "Buat sertifikat tanda tangan" in shown
    assert f"/sertifikat/?next={page_of(first)}" in shown
    opened(client, first)
    answer = client.post(DESK, batch(first), follow=True)
    assert "belum mempunyai sertifikat" in answer.content.decode()


def test_who_signs_nothing_sees_an_empty_desk() -> None:
    world, _found = waiting(1)
    for person in (world.staff, world.section_head):
        shown = as_user(person).get(DESK).content.decode()
        assert "Tidak ada surat yang menunggu tanda tangan Anda." in shown
