"""Does a passkey of a real browser let its owner in, sign for nobody else, and speak when it fails?

1. With the password only, Kepala Badan finds every door closed: a second factor is due.
2. Kepala adds a passkey; a device makes it after asking for a finger.
3. Kepala comes in by the passkey alone, without name and password.
4. With the password, the passkey is the second step.
5. Kepala signs a letter with the passphrase and the passkey; no code is typed.
6. Kepala gives the passkey another name, then removes it, after showing it once more.
7. What the house knows no more, and what the device knows no more, is told; nobody is let in.
"""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from tests.e2e.browsing import Device, press, tick, type_password
from tests.e2e.conftest import OpenDoor
from tests.factories import PASSPHRASE, PASSWORD, World, data_request_at, fresh

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_a_passkey_opens_the_house(new_page: OpenDoor, world: World, watch: Any) -> None:
    head = world.agency_head
    world.now -= timedelta(hours=3)
    data_request = data_request_at("sign_letter", world=world)[1]
    world.office.second_factor_roles = ["agency_head"]
    world.office.save()
    page = new_page()
    device = Device(page)

    type_password(page, head)
    expect(page.get_by_text("Jabatan Anda memerlukan verifikasi dua langkah.")).to_be_visible()
    page.get_by_role("link", name="Tambah kunci sandi").click()
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Lanjutkan").click()
    page.get_by_label("Nama kunci sandi").fill("Ponsel Kantor")
    page.get_by_role("button", name="Tambah kunci sandi").click()
    expect(page.get_by_role("heading", name="Kode pemulihan")).to_be_visible()
    page.get_by_role("link", name="Sudah saya simpan").click()
    expect(page.get_by_role("heading", name="Perlu tindakan Anda")).to_be_visible()
    assert str(Authenticator.objects.get(type="webauthn")) == "Ponsel Kantor"

    page.context.clear_cookies()
    page.goto("/akun/masuk/?next=/sop/")
    page.get_by_role("button", name="Pakai kunci sandi").click()
    page.wait_for_url(lambda url: "/akun/" not in url)
    assert page.url.endswith("/sop/")

    page.context.clear_cookies()
    type_password(page, head)
    expect(page.get_by_role("heading", name="Verifikasi dua langkah")).to_be_visible()
    page.get_by_role("button", name="Pakai kunci sandi").click()
    expect(page.get_by_role("heading", name="Perlu tindakan Anda")).to_be_visible()

    page.goto(f"/permohonan/{data_request.public_id}/langkah/5/")
    form = page.locator("#step-form")
    page.locator(".letter-pages__list > li").last.scroll_into_view_if_needed()
    expect(form.get_by_label("Saya sudah membaca sampai halaman terakhir.")).to_be_checked()
    tick(form.get_by_label("Saya telah membaca"))
    form.locator("input[name=passphrase]").fill(PASSPHRASE)
    form.get_by_role("button", name="Pakai kunci sandi").click()
    expect(form.get_by_text("Kunci sandi terbaca.")).to_be_visible()
    press(page, "sign_letter")
    assert fresh(data_request).state == "send_letter"

    page.goto("/akun/keamanan/")
    page.get_by_role("link", name="Ubah nama").click()
    page.get_by_role("link", name="Pakai kunci sandi").click()
    page.get_by_role("button", name="Pakai kunci sandi").click()
    page.get_by_label("Nama kunci sandi").fill("Ponsel Lama")
    page.get_by_role("button", name="Simpan").click()
    page.get_by_role("link", name="Hapus").click()
    page.get_by_role("button", name="Hapus").click()
    expect(page.get_by_text("Kunci sandi dihapus.")).to_be_visible()
    page.goto("/")
    expect(page.get_by_text("Jabatan Anda memerlukan verifikasi dua langkah.")).to_be_visible()

    page.context.clear_cookies()
    page.goto("/akun/masuk/")
    page.get_by_role("button", name="Pakai kunci sandi").click()
    expect(page.get_by_text("Kunci sandi tidak cocok.")).to_be_visible()
    device.forget()
    page.get_by_role("button", name="Pakai kunci sandi").click()
    expect(page.get_by_text("Kunci sandi tidak terbaca.")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", name="Masuk")).to_be_visible()
    assert watch.complaints == []
