"""Do the pages of an account speak the words of this house?"""

import pytest
from django.core.cache import cache
from django.test import Client

from tests.factories import PASSWORD, make_world

pytestmark = pytest.mark.django_db


def test_empty_fields_are_named():
    page = Client().post("/akun/masuk/", {}).content.decode()
    assert "Tulis nama pengguna." in page
    assert "Tulis kata sandi." in page
    assert "<title>Galat: Masuk" in page
    assert 'placeholder="' not in page


def test_a_wrong_password_tells_what_to_check():
    world = make_world(owners=0)
    typed = {"login": world.staff.username, "password": "salah"}
    page = Client().post("/akun/masuk/", typed).content.decode()
    assert "Nama pengguna atau kata sandi tidak cocok. Periksa huruf besar dan kecil." in page


@pytest.fixture
def _no_counts_left():
    """Begin and end with rate limits at zero."""
    cache.clear()
    yield
    cache.clear()


def log_in(world, password, address="192.0.2.1"):
    typed = {"login": world.staff.username, "password": password}
    return Client(REMOTE_ADDR=address).post("/akun/masuk/", typed)


@pytest.mark.usefixtures("_no_counts_left")
def test_who_guesses_a_password_locks_out_only_the_own_address():
    world = make_world(owners=0)
    for _try in range(5):
        log_in(world, "salah")
    refused = log_in(world, PASSWORD)
    assert "Terlalu banyak percobaan." in refused.content.decode()
    assert log_in(world, PASSWORD, "192.0.2.2").status_code == 302


@pytest.mark.usefixtures("_no_counts_left")
def test_a_colleague_behind_the_same_address_still_comes_in():
    world, other = make_world(owners=0), make_world(owners=0)
    for _try in range(12):
        log_in(world, "salah")
    assert log_in(other, PASSWORD).status_code == 302


def test_the_right_password_leads_home():
    world = make_world(owners=0)
    typed = {"login": world.staff.username, "password": PASSWORD}
    answer = Client().post("/akun/masuk/", typed)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


@pytest.mark.parametrize("address", ["/akun/kata-sandi/", "/akun/keluar/", "/tidak-ada/"])
def test_the_frame_stands_on_every_page_of_an_account(address):
    world = make_world(owners=0)
    client = Client()
    client.force_login(world.staff)
    page = client.get(address).content.decode()
    assert page.count("<h1") == 1
    assert "Staf Contoh" in page
    assert 'action="/akun/keluar/"' in page
    assert 'href="/akun/kata-sandi/"' in page
