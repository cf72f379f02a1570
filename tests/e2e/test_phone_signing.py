"""Does the head sign on a phone: read, affirm, sign; several at once; with scripts and without?"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from requests_app.models import OfficialDocument, SigningCertificate
from tests.e2e.browsing import Watch, follow_inbox, press, tick
from tests.e2e.conftest import OpenDoor
from tests.factories import PASSPHRASE, PASSWORD, World, data_request_at

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
FOLDER = Path(settings.VAR_DIR) / "phone"
Camera = Callable[[Page, str], None]


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def phone(request: pytest.FixtureRequest, world: World, new_page: OpenDoor) -> Page:
    """Give the head a phone; the letters were written in the hours before."""
    world.now -= timedelta(hours=3)
    return new_page(world.agency_head, java_script_enabled=request.param, **PHONE)


@pytest.fixture
def camera(request: pytest.FixtureRequest) -> Camera:
    """Photograph the page as it stands on the phone, and see that it does not scroll sideways."""
    kind = request.node.callspec.id

    def take(page: Page, name: str) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=FOLDER / f"{name}-{kind}.png", full_page=True)
        width = page.locator("html").bounding_box()
        assert width is not None
        assert width["width"] <= 360

    return take


def fill_in(page: Page, passphrase: str = PASSPHRASE) -> None:
    """Affirm and write the passphrase; without scripts the reading is affirmed by hand too."""
    read = page.locator("input[name=read_through]")
    if read.count():
        page.locator(".letter-pages__list > li").last.scroll_into_view_if_needed()
        page.wait_for_timeout(200)
        if not read.is_checked():
            tick(read)
    tick(page.locator("input[name=affirmed]").first)
    page.locator("input[name=passphrase]").first.fill(passphrase)


def test_the_head_reads_affirms_and_signs(
    world: World, phone: Page, camera: Camera, watch: Watch
) -> None:
    data_request_at("sign_letter", world=world, recipients=2)
    follow_inbox(phone, "5")
    camera(phone, "read")
    bar = phone.locator(".action-bar")
    expect(bar).to_be_in_viewport()
    fill_in(phone, "bukan frasa yang benar")
    phone.locator('[data-deed="sign_letter"]').click()
    expect(phone.get_by_text("Frasa sandi salah").first).to_be_visible()
    camera(phone, "wrong")
    fill_in(phone)
    press(phone, "sign_letter")
    document = OfficialDocument.objects.get(kind="letter")
    expect(phone.locator("main")).to_contain_text(str(document.number))
    expect(phone.locator("main")).to_contain_text("Staf akan mengirim surat ke 2 pemilik data.")
    camera(phone, "signed")
    assert watch.complaints == []


def test_several_letters_are_opened_in_turn_and_signed_at_once(
    world: World, phone: Page, camera: Camera, watch: Watch
) -> None:
    for _letter in range(3):
        data_request_at("sign_letter", world=world)
    phone.goto("/tanda-tangan/")
    camera(phone, "desk-unread")
    for _letter in range(3):
        phone.get_by_role("link", name="Buka surat berikutnya").click()
        phone.goto("/tanda-tangan/")
    camera(phone, "desk-read")
    fill_in(phone)
    press(phone, "sign_letter")
    expect(phone.get_by_text("3 surat ditandatangani.")).to_be_visible()
    camera(phone, "desk-signed")
    assert OfficialDocument.objects.filter(kind="letter").count() == 3
    assert watch.complaints == []


def test_who_has_no_key_makes_one_and_comes_back_to_the_letter(
    world: World, phone: Page, camera: Camera, watch: Watch
) -> None:
    data_request_at("sign_letter", world=world)
    SigningCertificate.objects.update(replaced_at=world.now)
    follow_inbox(phone, "5")
    phone.get_by_role("link", name="Buat sertifikat tanda tangan").click()
    camera(phone, "enrol")
    phone.locator("input[name=passphrase]").fill(PASSPHRASE)
    phone.locator("input[name=again]").fill(PASSPHRASE)
    phone.locator("input[name=password]").fill(PASSWORD)
    phone.get_by_role("button", name="Buat sertifikat").click()
    expect(phone.locator("main")).to_have_attribute("data-step", "5")
    fill_in(phone)
    press(phone, "sign_letter")
    phone.goto("/sertifikat/")
    camera(phone, "certificate")
    assert OfficialDocument.objects.get(kind="letter").findings[0]["signer"] == "Kepala Contoh"
    assert watch.complaints == []
