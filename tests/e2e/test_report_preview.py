"""Does a browser show all pages of the report that is being written, also without scripts?"""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from requests_app.models import DataRequest
from tests.e2e.conftest import OpenDoor
from tests.factories import World, data_request_at

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def data_request(world: World) -> DataRequest:
    """Bring a request to row 12, a while ago."""
    world.now -= timedelta(hours=3)
    return data_request_at("report_usage", world=world)[1]


def pictures(page: Page) -> Any:
    return page.locator("#preview-pages img")


def width_of(picture: Any) -> int:
    width: int = picture.evaluate("image => image.decode().then(() => image.naturalWidth)")
    return width


def test_the_whole_report_comes_by_itself(
    new_page: OpenDoor, world: World, data_request: DataRequest, watch: Any
) -> None:
    page = new_page(world.section_head)
    page.goto(f"/permohonan/{data_request.public_id}/langkah/12/")
    expect(pictures(page).nth(1)).to_be_attached()
    assert width_of(pictures(page).first) > 0
    expect(page.get_by_text("Tampilkan semua halaman")).to_have_count(0)
    page.locator("#preview-pages summary").click()
    expect(page.locator("#preview-pages .letter-text")).to_contain_text("LAPORAN")
    assert watch.complaints == []


def test_without_scripts_a_link_leads_to_the_whole_report(
    new_page: OpenDoor, world: World, data_request: DataRequest
) -> None:
    page = new_page(world.section_head, java_script_enabled=False)
    page.goto(f"/permohonan/{data_request.public_id}/langkah/12/")
    expect(pictures(page)).to_have_count(1)
    page.get_by_role("link", name="Tampilkan semua halaman").click()
    expect(pictures(page).nth(1)).to_be_attached()
    expect(page.locator("#id_conclusion")).to_be_visible()
