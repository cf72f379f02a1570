"""Do the pages of an account speak the words of this house?"""

import pytest
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


def test_the_right_password_leads_home():
    world = make_world(owners=0)
    typed = {"login": world.staff.username, "password": PASSWORD}
    answer = Client().post("/akun/masuk/", typed)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


@pytest.mark.parametrize("address", ["/akun/kata-sandi/", "/akun/keluar/", "/tidak-ada/"])
def test_the_frame_stands_on_every_page_of_an_account(address):
    world = make_world(owners=0)
    client = Client()
    client.force_login(world.staff, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(address).content.decode()
    assert page.count("<h1") == 1
    assert "Staf Contoh" in page
    assert 'action="/akun/keluar/"' in page
    assert 'href="/akun/kata-sandi/"' in page
