"""Does an owner finish on a phone, over a bad line: asked, cut off, taken up again, sent in parts?

1. The link opens on a phone with a slow line; the letter is read and confirmed. A question stops
   the clock until the office has answered.
2. A file goes up and is stopped; the line is dead, three tries fail, and then it comes up.
3. What is typed is kept without a press; the page is closed, and goes on on another phone.
4. A part is delivered with the day of the rest, and a receipt comes.
5. The rest follows by the same link, with a receipt of its own; staff finds both.
"""

import hashlib
import re
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.urls import reverse
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as TookTooLong

from requests_app.models import Recipient
from requests_app.services import answers, supplements
from tests.e2e.browsing import Watch, deliver_mail, enter, press, tick
from tests.e2e.conftest import OpenDoor
from tests.e2e.line import breaking_line
from tests.factories import CSV, World, data_request_at
from tests.web.doors import token_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 640},
    "has_touch": True,
    "is_mobile": True,
}
FIRST, SECOND = "Daftar organisasi", "Jumlah anggota"
SLOW = {"latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 100_000}
"""A line of three bars in a village: milliseconds, bytes per second."""
UNDER_WAY = re.compile(r"Mengunggah daftar\.csv: .+ dari .+ \(\d+%\)")


class Line:
    """The line of one phone: slow, cut, back again."""

    def __init__(self, page: Page) -> None:
        self.cdp = page.context.new_cdp_session(page)
        self.cdp.send("Network.enable")

    def be(self, *, offline: bool) -> None:
        """Let the line be slow, or dead."""
        self.cdp.send("Network.emulateNetworkConditions", {"offline": offline, **SLOW})


def csv(name: str, lines: int = 1) -> dict[str, Any]:
    """Make a file of so many lines."""
    return {"name": name, "mimeType": "text/csv", "buffer": CSV + b"Organisasi;Jalan\n" * lines}


def asked(world: World) -> Recipient:
    """Have a letter on its way to one owner, sent some hours ago."""
    world.now -= timedelta(hours=3)
    _world, data_request = data_request_at("receive_letter", world=world)
    return data_request.recipients.get()


def come_in(page: Page, world: World, recipient: Recipient) -> None:
    """Follow the link with the code."""
    link = reverse("web:owner_link", args=[token_of(recipient)])
    enter(page, link, world.notes[f"code:{recipient.pk}"])


def confirm(page: Page) -> None:
    """Read the letter, and say who has it."""
    page.locator("main a.btn-primary").first.click()
    page.get_by_label("Nama Anda").fill("Pejabat Contoh")
    page.get_by_label("Jabatan").fill("Kepala Bidang Contoh")
    page.get_by_label("Telepon").fill("0285 111111")
    press(page, "receive_letter")


def ask_and_be_answered(page: Page, office: Page, recipient: Recipient) -> None:
    """Ask about an item: the clock stands still; staff answers, and it goes on."""
    page.goto(reverse("web:owner_clarification", args=[recipient.public_id]))
    page.get_by_label("Tentang", exact=True).select_option(label=f"1. {FIRST}")
    page.locator("textarea[name=question]").fill("Apakah organisasi yang sudah bubar ikut didata?")
    press(page, "ask_clarification")
    expect(page.locator("main")).to_contain_text("Waktu dijeda sejak")
    fits(page)
    assert recipient.pauses.get().resumed_at is None
    request = recipient.data_request
    office.goto(reverse("web:conversation", args=[request.public_id, recipient.number]))
    office.locator("textarea[name=answer]").fill("Tidak; cukup organisasi yang masih aktif.")
    press(office, "answer_clarification")
    page.reload()
    expect(page.locator("main")).to_contain_text("cukup organisasi yang masih aktif")
    expect(page.locator("main")).not_to_contain_text("Waktu dijeda sejak")
    assert recipient.pauses.get().resumed_at is not None


def take_receipt(page: Page, recipient: Recipient) -> None:
    """Take the receipt from the page, and find the same in the mail."""
    received = recipient.documents.filter(kind="data_receipt").latest("pk")
    href = page.locator(f'main a[href*="{received.code}"]').first.get_attribute("href")
    assert href is not None
    paper = page.request.get(href).body()
    deliver_mail()
    assert hashlib.sha256(paper).hexdigest() == received.sha256
    attached = [name for name, *_rest in mail.outbox[-1].attachments]
    assert attached == [received.file_name]
    assert mail.outbox[-1].to == [recipient.data_owner.email]


def row(page: Page, recipient: Recipient, segment: str) -> None:
    """Open one of the owner's rows."""
    page.goto(reverse("web:owner_step", args=[recipient.public_id, segment]))


def section(page: Page, name: str) -> Any:
    return page.locator("section.form-section").filter(has=page.get_by_role("heading", name=name))


def fits(page: Page) -> None:
    """See that nothing scrolls sideways."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]


def test_on_a_phone_with_a_line_that_breaks(world: World, new_page: OpenDoor, watch: Watch) -> None:
    recipient = asked(world)
    phone = new_page(**PHONE)
    line = Line(phone)
    line.be(offline=False)
    come_in(phone, world, recipient)
    confirm(phone)
    ask_and_be_answered(phone, new_page(world.staff), recipient)
    row(phone, recipient, "7a")
    fits(phone)
    upload_over_a_line_that_breaks(phone, line)
    refuse_what_cannot_come_in(phone)  # once more, after one that came up
    type_without_a_press(phone)
    phone.close()

    other = new_page(**PHONE)
    come_in(other, world, recipient)
    expect(other.locator("main")).to_contain_text("2 dari 2 data sudah terisi")
    row(other, recipient, "7a")
    expect(section(other, FIRST)).to_contain_text("daftar.csv")
    expect(section(other, SECOND).locator("input[name^=question]")).to_have_value("1.250")
    deliver_a_part(other)
    take_receipt(other, recipient)
    send_the_rest(other, recipient)
    take_receipt(other, recipient)
    now = Recipient.objects.get(pk=recipient.pk)
    names = [file.name for one in answers.sheet_of(now).items for file in one.files]
    assert sorted(names) == ["barat.csv", "daftar.csv"]
    assert supplements.waiting_for(now) == []
    cut_off = "ERR_INTERNET_DISCONNECTED"
    assert [one for one in watch.complaints if cut_off not in one] == []


def upload_over_a_line_that_breaks(page: Page, line: Line) -> None:
    """Stop a file on its way; send it again while the line is dead; it comes up once."""
    first, file = section(page, FIRST), csv("daftar.csv", lines=15_000)
    refuse_what_cannot_come_in(page)
    choose = first.locator("[data-upload]:not([data-replaced]) input[type=file]")
    choose.set_input_files(file)
    expect(page.locator("[data-upload-says]")).to_be_empty()
    expect(first.get_by_text(UNDER_WAY)).to_be_visible()
    expect(first.locator("progress")).to_be_visible()
    first.get_by_role("button", name="Batal: daftar.csv").click()
    expect(first.locator(".upload")).to_have_count(0)
    line.be(offline=True)
    choose.set_input_files(file)
    expect(first.get_by_text("Mencoba lagi…")).to_be_visible()
    expect(first.get_by_text("Berkas yang sudah terunggah tetap tersimpan.")).to_be_visible(
        timeout=20_000
    )
    page.locator('[data-deed="process_request"]').click()
    expect(page.get_by_text("Ada berkas yang belum terunggah.")).to_be_visible()
    line.be(offline=False)
    again = first.get_by_role("button", name="Coba lagi: daftar.csv")
    with suppress(TookTooLong):  # the browser may tell the page first that the line is back
        again.click(timeout=2_000)
    expect(first.locator(".document__name")).to_have_text("daftar.csv", timeout=20_000)
    expect(page.locator(".work-progress")).to_contain_text("1 dari 2 data sudah terisi")
    expect(first.get_by_label("Ada", exact=True)).to_be_checked()


def refuse_what_cannot_come_in(page: Page) -> None:
    """Choose a program: it is refused by its name, and nothing is sent; the rest goes on."""
    first = section(page, FIRST)
    files = [{"name": "program.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"}]
    first.locator("[data-upload]:not([data-replaced]) input[type=file]").set_input_files(files)
    refused = "program.exe tidak diterima. Gunakan PDF"
    expect(first.get_by_text(refused)).to_be_visible()
    expect(page.locator("[data-upload-says]")).to_contain_text(refused)


def type_without_a_press(page: Page) -> None:
    """Type, and wait until the page says that it is kept."""
    second = section(page, SECOND)
    second.locator("input[name^=question]").fill("1.250")
    second.locator("input[name^=question]").blur()
    kept = page.get_by_text(re.compile(r"Tersimpan otomatis pukul \d\d\.\d\d"))
    expect(kept).to_be_visible(timeout=20_000)


def deliver_a_part(page: Page) -> None:
    """Say that a part follows on a day, and send what is there."""
    first = section(page, FIRST)
    expect(first.get_by_label("Alasan")).to_be_hidden()
    tick(first.get_by_label("Sebagian", exact=True))
    first.get_by_label("Alasan").fill("Kecamatan barat menyusul.")
    first.get_by_label("Sisanya dikirim paling lambat").fill("2030-12-04")
    press(page, "process_request")
    expect(page.locator("main")).to_contain_text("Sisanya dijanjikan")
    fits(page)
    press(page, "deliver_data")
    expect(page.locator("main")).to_contain_text("Data telah terkirim")
    expect(page.get_by_role("link", name="Unduh tanda terima")).to_be_visible()
    fits(page)


def send_the_rest(page: Page, recipient: Recipient) -> None:
    """Send what was promised by the same link."""
    page.get_by_role("link", name="Kirim susulan atau perbaikan").click()
    first = section(page, FIRST)
    expect(first).to_contain_text("4 Desember 2030")
    choose_and_send(page, first, "barat.csv")
    tick(first.get_by_label("Data ini sekarang lengkap."))
    fits(page)
    press(page, "deliver_supplement")
    expect(page.locator("main")).to_contain_text("Susulan terkirim")
    assert recipient.documents.filter(kind="data_receipt").count() == 2


def choose_and_send(page: Page, part: Any, name: str) -> None:
    """Choose a file; without scripts its button sends it."""
    part.locator("[data-upload]:not([data-replaced]) input[type=file]").set_input_files(csv(name))
    button = part.locator(".work__upload > button")
    if button.is_visible():
        with page.expect_navigation():
            button.click()
    expect(part.locator(".document__name").last).to_have_text(name)


def test_a_file_that_is_cut_off_in_the_middle_comes_up_once(
    world: World, new_page: OpenDoor, watch: Watch, live_server: Any
) -> None:
    recipient = asked(world)
    on_its_way = Path(settings.FILE_UPLOAD_TEMP_DIR)
    before = set(on_its_way.iterdir())
    with breaking_line(live_server.url) as line:
        page = new_page(**PHONE, base_url=line.url)
        come_in(page, world, recipient)
        confirm(page)
        row(page, recipient, "7a")
        first, file = section(page, FIRST), csv("daftar.csv", lines=15_000)
        line.breaks_after = int(len(file["buffer"]) * 0.6)
        first.locator("[data-upload]:not([data-replaced]) input[type=file]").set_input_files(file)
        expect(first.get_by_text("Mencoba lagi…")).to_be_visible()
        assert not recipient.files.exists()
        line.breaks_after = None
        expect(first.locator(".document__name")).to_have_text("daftar.csv", timeout=20_000)
        row(page, recipient, "7a")  # whatever the page still had to keep is kept
        page.close()
    assert line.breaks > 0
    came = recipient.files.get()
    assert (came.size, came.sha256) == (
        len(file["buffer"]),
        hashlib.sha256(file["buffer"]).hexdigest(),
    )
    assert set(on_its_way.iterdir()) <= before
    assert [one for one in watch.complaints if "/berkas/" not in one] == []


def test_without_scripts_the_whole_way_works(
    world: World, new_page: OpenDoor, watch: Watch
) -> None:
    recipient = asked(world)
    page = new_page(java_script_enabled=False, **PHONE)
    come_in(page, world, recipient)
    confirm(page)
    ask_and_be_answered(page, new_page(world.staff, java_script_enabled=False), recipient)
    row(page, recipient, "7a")
    choose_and_send(page, section(page, FIRST), "daftar.csv")
    second = section(page, SECOND)
    tick(second.get_by_label("Ada", exact=True))
    second.locator("input[name^=question]").fill("1.250")
    deliver_a_part(page)
    take_receipt(page, recipient)
    send_the_rest(page, recipient)
    take_receipt(page, recipient)
    assert watch.complaints == []
