"""Does everybody make, renew and revoke their own key in the browser, and nobody another's?"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from requests_app.models import CertificateAuthority, SigningCertificate
from requests_app.services import certificates
from tests.factories import PASSWORD, World, make_world
from tests.web.doors import as_user

pytestmark = pytest.mark.django_db
PAGE = "/sertifikat/"
NEW = "empat kata yang lain sekali"


@pytest.fixture(autouse=True)
def _no_counts_left() -> Iterator[None]:
    """Begin with rate limits at zero."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def world() -> World:
    return make_world()


def enrolment(**changes: Any) -> dict[str, Any]:
    posted = {"deed": "enrol", "passphrase": NEW, "again": NEW, "password": PASSWORD, **changes}
    return {name: value for name, value in posted.items() if value is not None}


def test_a_person_makes_a_key_and_is_led_back_to_the_letter(world: World) -> None:
    client = as_user(world.staff)
    assert "Buat sertifikat" in client.get(PAGE).content.decode()
    answer = client.post(PAGE, enrolment(next="/tanda-tangan/"))
    assert (answer.status_code, answer["Location"]) == (302, "/tanda-tangan/")
    certificate = certificates.standing_of(world.staff.pk)
    assert certificate is not None
    assert certificates.opens(certificate, NEW)
    shown = client.get(PAGE).content.decode()
    assert certificate.serial in shown
    assert certificate.fingerprint in shown


@pytest.mark.parametrize("elsewhere", ["https://jahat.example/", "//jahat.example", "javascript:1"])
def test_nobody_is_led_away_from_this_house(world: World, elsewhere: str) -> None:
    answer = as_user(world.staff).post(PAGE, enrolment(next=elsewhere))
    assert answer["Location"] == PAGE


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"passphrase": "pendek", "again": "pendek"}, "paling sedikit 12 karakter"),
        ({"again": "lain sama sekali ini"}, "Kedua frasa sandi tidak sama."),
        ({"password": "bukan-sandi-akun"}, "Kata sandi salah."),
        ({"password": None}, "Tulis kata sandi akun Anda."),
        ({"passphrase": None}, "Tulis frasa sandi."),
    ],
)
def test_what_is_wrong_is_said_and_no_key_is_made(
    world: World, changes: dict[str, Any], sentence: str
) -> None:
    answer = as_user(world.staff).post(PAGE, enrolment(**changes))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert NEW not in answer.content.decode()
    assert certificates.standing_of(world.staff.pk) is None


def test_wrong_passwords_are_counted(world: World) -> None:
    client = as_user(world.staff)
    for _try in range(5):
        client.post(PAGE, enrolment(password="salah-lagi-123"))
    assert "Terlalu banyak percobaan." in client.post(PAGE, enrolment()).content.decode()
    assert certificates.standing_of(world.staff.pk) is None


def test_a_key_is_revoked_with_a_reason_and_a_new_one_made(world: World) -> None:
    client = as_user(world.agency_head)
    revocation = {"deed": "revoke", "reason": "Ponsel hilang di pasar.", "password": PASSWORD}
    assert client.post(PAGE, revocation | {"reason": "ya"}).status_code == 422
    assert client.post(PAGE, revocation).status_code == 302
    shown = client.get(PAGE).content.decode()
    assert "dicabut oleh Kepala Contoh: Ponsel hilang di pasar." in shown
    client.post(PAGE, enrolment())
    assert SigningCertificate.objects.filter(user=world.agency_head).count() == 2


def test_a_certificate_is_downloaded_by_its_owner(world: World) -> None:
    client = as_user(world.agency_head)
    answer = client.get(f"{PAGE}unduh/")
    assert answer.content.startswith(b"-----BEGIN CERTIFICATE-----")
    assert b"PRIVATE" not in answer.content
    assert as_user(world.staff).get(f"{PAGE}unduh/")["Location"] == PAGE


def test_an_office_without_authority_says_whom_to_ask(world: World) -> None:
    CertificateAuthority.objects.update(is_current=False)
    shown = as_user(world.staff).get(PAGE).content.decode()
    assert "belum mempunyai penerbit sertifikat" in shown
    assert 'value="enrol"' not in shown


def test_an_unknown_button_changes_nothing(world: World) -> None:
    client = as_user(world.staff)
    assert client.post(PAGE, {"deed": "sign"}).status_code == 409
    assert Client().get(PAGE).status_code == 302
