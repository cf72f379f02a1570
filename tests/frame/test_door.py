"""What meets a stranger at the door: headers, the login, its limits?"""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

PASSWORD = "kata-sandi-yang-panjang"


@pytest.fixture
def person(db: None) -> AbstractBaseUser:
    cache.clear()
    return get_user_model().objects.create_user(username="budi", password=PASSWORD)


def test_the_health_page_says_a_word_and_whether_files_are_scanned(
    client: Client, db: None, settings: Any
) -> None:
    response = client.get("/sehat/")
    said = b"sehat\npemindaian berkas: tidak dipindai\n"
    assert (response.status_code, response.content) == (200, said)
    settings.CLAMD = "127.0.0.1:3310"
    assert client.get("/sehat/").content == b"sehat\npemindaian berkas: 0 menunggu\n"


def test_every_answer_carries_the_headers(client: Client, db: None) -> None:
    headers = client.get("/akun/masuk/").headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]
    assert "camera=()" in headers["Permissions-Policy"]
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_shared_and_public_pages_stay_out_of_search_engines(client: Client, db: None) -> None:
    assert client.get("/t/x/").headers["X-Robots-Tag"] == "noindex"
    assert client.get("/v/x/").headers["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in client.get("/akun/masuk/").headers


def test_a_person_comes_in_and_goes_out(client: Client, person: AbstractBaseUser) -> None:
    response = client.post("/akun/masuk/", {"login": "budi", "password": PASSWORD})
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    client.post("/akun/keluar/")
    assert "_auth_user_id" not in client.session


def test_who_only_administers_lands_in_the_admin(client: Client, person: AbstractBaseUser) -> None:
    get_user_model().objects.filter(pk=person.pk).update(is_staff=True)
    response = client.post("/akun/masuk/", {"login": "budi", "password": PASSWORD})
    assert response.headers["Location"] == "/kelola/"


def test_the_sixth_wrong_password_closes_the_door_to_the_right_one_too(
    client: Client, person: AbstractBaseUser
) -> None:
    for _ in range(5):
        client.post("/akun/masuk/", {"login": "budi", "password": "salah"})
    client.post("/akun/masuk/", {"login": "budi", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up_or_resets_by_mail(client: Client, db: None) -> None:
    for page in ("/akun/signup/", "/akun/daftar/", "/akun/password/reset/", "/accounts/signup/"):
        assert client.get(page).status_code == 404


def test_the_admin_has_no_door_of_its_own(client: Client, db: None) -> None:
    response = client.get("/kelola/login/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/akun/masuk/")


def test_a_session_ends_after_eight_hours_however_busy(person: AbstractBaseUser) -> None:
    client, start = Client(), timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        client.force_login(person)
        for _ in range(33):  # a click every quarter of an hour, from the login on
            assert client.get("/akun/kata-sandi/").status_code == 200
            clock.shift(timedelta(minutes=15))
        response = client.get("/akun/kata-sandi/")
    assert response.status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_left_computer_asks_again_after_half_an_hour(person: AbstractBaseUser) -> None:
    client, start = Client(), timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        client.force_login(person)
        clock.shift(timedelta(minutes=31))
        assert client.get("/akun/kata-sandi/").status_code == 302
