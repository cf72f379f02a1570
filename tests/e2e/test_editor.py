"""Does a browser show the letter as it is typed, and lose nothing when session or net is lost?"""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from requests_app.models import DataRequest, FormDraft
from tests.e2e.conftest import OpenDoor
from tests.factories import PASSWORD, World, data_request_at

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
WORDS = "Kalimat yang baru saja diketik."
SEEN = re.compile(r"Tersimpan otomatis pukul \d\d\.\d\d\.")
ENDED = re.compile(r"Sesi Anda berakhir\. Masuk lagi; isian terakhir tersimpan pukul \d\d\.\d\d\.")


@pytest.fixture
def data_request(world: World) -> DataRequest:
    """Bring a request to row 3, a while ago."""
    world.now -= timedelta(hours=3)
    return data_request_at("draft_letter", world=world)[1]


def row_3(page: Page, data_request: DataRequest) -> Any:
    page.goto(f"/permohonan/{data_request.public_id}/langkah/3/")
    return page.locator("#id_body")


def ten_seconds_later(page: Page) -> None:
    page.clock.fast_forward(10_000)


def sign_in_again(page: Page, world: World) -> None:
    page.locator("input[name=login]").fill(world.staff.username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()


def test_the_letter_is_shown_as_it_is_typed(
    new_page: OpenDoor, world: World, data_request: DataRequest, watch: Any
) -> None:
    page = new_page(world.staff)
    body = row_3(page, data_request)
    picture = page.locator("#preview-pages img").first
    before = picture.get_attribute("src") or ""
    body.fill(WORDS)
    expect(picture).not_to_have_attribute("src", before)
    expect(page.locator("#preview-says")).to_contain_text("Diperbarui pukul")
    expect(page.locator("#preview-pages")).not_to_have_attribute("aria-busy", "true")
    expect(body).to_be_focused()
    page.locator("#preview-pages summary").click()
    expect(page.locator("#preview-pages .letter-text")).to_contain_text(WORDS)
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    shown = picture.get_attribute("src") or ""
    body.fill("Dengan {<b>entah</b>}")
    expect(page.locator("#preview-says")).to_have_text("Kode isian {<b>entah</b>} tidak dikenal.")
    expect(picture).to_have_attribute("src", shown)
    page.get_by_role("button", name="Perbarui pratinjau").click()
    expect(page.locator("#preview-says")).to_have_text("Kode isian {<b>entah</b>} tidak dikenal.")
    assert page.url.endswith("/langkah/3/")
    assert not [said for said in watch.complaints if "status of 422" not in said]


def test_the_form_is_kept_every_ten_seconds_and_given_back(
    new_page: OpenDoor, world: World, data_request: DataRequest
) -> None:
    page = new_page(world.staff)
    page.clock.install()
    body = row_3(page, data_request)
    ten_seconds_later(page)
    assert not FormDraft.objects.exists()
    body.fill(WORDS)
    ten_seconds_later(page)
    expect(page.locator("[data-keep-says]")).to_contain_text(SEEN)
    page.goto("/")
    body = row_3(page, data_request)
    expect(body).to_have_value(WORDS)
    expect(page.get_by_text("Isian yang belum dikirim dipulihkan")).to_be_visible()
    page.get_by_role("button", name="Buang isian ini").click()
    expect(page.locator("#id_body")).not_to_have_value(WORDS)


def test_what_was_typed_last_is_kept_on_leaving(
    new_page: OpenDoor, world: World, data_request: DataRequest
) -> None:
    page = new_page(world.staff)
    row_3(page, data_request).fill(WORDS)
    page.goto("/")
    until(FormDraft.objects.exists)  # it is sent beside the way to the next page
    expect(row_3(page, data_request)).to_have_value(WORDS)


def until(is_so: Callable[[], bool]) -> None:
    """Wait for what the browser does by itself, ten seconds at most."""
    for _turn in range(100):
        if is_so():
            return
        time.sleep(0.1)
    pytest.fail("It did not come about in ten seconds.")


def test_handing_in_leaves_nothing_behind(
    new_page: OpenDoor, world: World, data_request: DataRequest
) -> None:
    page = new_page(world.staff)
    row_3(page, data_request).fill(WORDS)
    page.locator(".action-bar [name=save]").click()
    expect(page.get_by_text("Draf disimpan.")).to_be_visible()
    page.goto("/")
    expect(row_3(page, data_request)).to_have_value(WORDS)
    expect(page.get_by_text("dipulihkan")).to_have_count(0)
    assert not FormDraft.objects.exists()


def test_a_lost_session_loses_nothing(
    new_page: OpenDoor, world: World, data_request: DataRequest
) -> None:
    page = new_page(world.staff)
    page.clock.install()
    row_3(page, data_request).fill(WORDS)
    Session.objects.all().delete()
    ten_seconds_later(page)
    line = page.locator("[data-keep-says]")
    expect(line).to_contain_text(ENDED)
    line.get_by_role("link", name="Masuk lagi").click()
    sign_in_again(page, world)
    expect(page.locator("#id_body")).to_have_value(WORDS)


def test_without_scripts_a_lost_session_loses_nothing_either(
    new_page: OpenDoor, world: World, data_request: DataRequest
) -> None:
    page = new_page(world.staff, java_script_enabled=False)
    row_3(page, data_request).fill(WORDS)
    Session.objects.all().delete()
    page.locator(".action-bar [name=save]").click()
    expect(page.get_by_text(ENDED)).to_be_visible()
    sign_in_again(page, world)
    expect(page.locator("#id_body")).to_have_value(WORDS)
    assert data_request.newest_version() is None


def test_without_scripts_the_button_shows_what_is_typed(
    new_page: OpenDoor, world: World, data_request: DataRequest
) -> None:
    page = new_page(world.staff, java_script_enabled=False)
    row_3(page, data_request).fill(WORDS)
    page.get_by_role("button", name="Perbarui pratinjau").click()
    page.wait_for_url(re.compile("#pratinjau$"))
    page.locator("#preview-pages summary").click()
    expect(page.locator("#preview-pages .letter-text")).to_contain_text(WORDS)
    assert data_request.newest_version() is None


def test_without_a_net_the_device_keeps_the_form(
    new_page: OpenDoor, world: World, data_request: DataRequest
) -> None:
    page = new_page(world.staff)
    page.clock.install()
    row_3(page, data_request).fill(WORDS)
    page.context.set_offline(True)
    ten_seconds_later(page)
    line = page.locator("[data-keep-says]")
    expect(line).to_contain_text("Tidak tersambung. Perubahan disimpan di perangkat ini")
    held = "() => Object.keys(localStorage).length"
    assert page.evaluate(held) == 1
    page.context.set_offline(False)
    ten_seconds_later(page)
    expect(line).to_contain_text(SEEN)
    assert page.evaluate(held) == 0
