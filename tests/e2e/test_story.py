"""Does one request walk the whole SOP in a real browser, with and without JavaScript?

 1. Kasi opens a request for two owners and lists two data: a file and a number.
 2. Staf builds the collection form from the list.
 3. Staf writes the letter.
 4. Kasi sends it back once; Staf corrects it; Kasi checks it against the list and initials it.
 5. Kepala reads, affirms, gives the password again and signs.
 6. Staf mails it to both owners; each access code is shown once and told by telephone.
 7. Each owner opens the link of the mail with the code, without an account, and confirms.
 7a. Owner 1 uploads a file and says of the number why it cannot be given; owner 2 answers both.
 7b. Both send.
 8. Staf accepts what owner 1 sent, and asks owner 2 for a correction; owner 2 sends again.
 9. Staf records both in the register.
10. Staf notes the result with its sources and a result file.
11. Kasi notes what the data was used for.
12. Kasi writes the report; Kepala accepts it, and the request is closed.
13. Anybody who scans the letter's code reads that it is recorded; the audit trail is whole.
"""

import re
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from requests_app.models import DataRequest, ItemAnswer, OfficialDocument, Recipient
from tests.e2e.browsing import (
    Watch,
    a_pdf,
    deliver_mail,
    enter,
    follow_inbox,
    link_in_mail_to,
    press,
    press_back,
    tick,
)
from tests.e2e.conftest import OpenDoor
from tests.factories import CSV, PASSPHRASE, PASSWORD, World

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

TITLE = "Data organisasi kemasyarakatan 2026"
FIRST, SECOND = "Daftar organisasi", "Jumlah anggota"
CSV_FILE = {"name": "daftar.csv", "mimeType": "text/csv", "buffer": CSV}


@dataclass
class Story:
    """The pages of the people, each in a browser of its own."""

    world: World
    kasi: Page
    staf: Page
    kepala: Page
    owners: dict[int, Page]

    @property
    def data_request(self) -> DataRequest:
        return DataRequest.objects.get(title=TITLE)

    def recipient(self, number: int) -> Recipient:
        return Recipient.objects.select_related("data_owner", "data_request").get(number=number)

    def recipient_page(self, page: Page, number: int, segment: str) -> None:
        """Open a row of a recipient."""
        page.goto(f"/permohonan/{self.data_request.public_id}/penerima/{number}/langkah/{segment}/")
        expect(page.locator("main")).to_have_attribute("data-step", segment)

    def stands(self, state: str) -> None:
        """See on the request's page where the request stands."""
        self.kasi.goto(f"/permohonan/{self.data_request.public_id}/")
        expect(self.kasi.locator(f'main [data-state="{state}"]').first).to_be_visible()
        assert self.data_request.state == state


@pytest.mark.parametrize("with_scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_whole_walk(world: World, new_page: OpenDoor, watch: Watch, with_scripts: bool) -> None:
    def page_of(user: Any = None) -> Page:
        return new_page(user, java_script_enabled=with_scripts)

    story = Story(
        world=world,
        kasi=page_of(world.section_head),
        staf=page_of(world.staff),
        kepala=page_of(world.agency_head),
        owners={1: page_of(), 2: page_of()},
    )
    list_the_needs(story)
    build_the_form(story)
    write_the_letter(story)
    verify_the_letter(story)
    sign_the_letter(story)
    codes = {number: send_the_letter(story, number) for number in (1, 2)}
    deliver_mail()
    for number, code in codes.items():
        confirm_receipt(story, number, code)
    story.stands("process_request")
    answer_all_but_one(story)
    answer_everything(story)
    story.stands("receive_data")
    check_and_accept(story, 1)
    ask_for_a_correction(story)
    correct(story)
    check_and_accept(story, 2)
    for number in (1, 2):
        record(story, number)
    process(story)
    use(story)
    report(story)
    accept(story)
    see_the_letter_verified(page_of())
    see_the_trail_whole()
    assert watch.complaints == []


def list_the_needs(story: Story) -> None:
    page = story.kasi
    page.goto("/permohonan/baru/")
    page.get_by_label("Judul permohonan").fill(TITLE)
    press(page, "open")
    page.get_by_label("Tujuan penggunaan").fill("menyusun profil organisasi tahun 2026")
    tick(page.get_by_role("group", name="Dasar hukum").get_by_role("checkbox").first)
    owners = page.locator("#rows-owners")
    owners.get_by_label("Nama instansi").first.fill(story.world.owners[0].name)
    page.get_by_role("button", name="Tambah pemilik data").click()
    expect(owners.get_by_label("Nama instansi")).to_have_count(2)
    owners.get_by_label("Nama instansi").nth(1).fill(story.world.owners[1].name)
    items = page.locator("#rows-items")
    fill_item(items, 0, name=FIRST, unit="organisasi", kind="CSV")
    page.get_by_role("button", name="Tambah data").click()
    expect(items.get_by_label("Nama data")).to_have_count(2)
    fill_item(items, 1, name=SECOND, unit="orang", kind="Isian daring")
    press(page, "list_needs")
    story.stands("prepare_form")


def fill_item(items: Any, place: int, *, name: str, unit: str, kind: str) -> None:
    items.get_by_label("Nama data").nth(place).fill(name)
    items.get_by_label("Satuan").nth(place).fill(unit)
    items.get_by_label("Periode").nth(place).fill("2026")
    items.get_by_label("Format").nth(place).select_option(label=kind)


def build_the_form(story: Story) -> None:
    page = story.staf
    follow_inbox(page, "2")
    press(page, "fill_items")
    expect(page.locator("#rows-questions").get_by_label("Pertanyaan")).not_to_have_count(0)
    press(page, "prepare_form")
    story.stands("draft_letter")


def write_the_letter(story: Story) -> None:
    follow_inbox(story.staf, "3")
    press(story.staf, "draft_letter")
    story.stands("verify_letter")


def verify_the_letter(story: Story) -> None:
    page = story.kasi
    follow_inbox(page, "4")
    press_back(page, "return:draft_letter", "Hal surat perlu menyebut tahun data.")
    follow_inbox(story.staf, "3")
    expect(story.staf.locator("main")).to_contain_text("Hal surat perlu menyebut tahun data.")
    story.staf.get_by_label(re.compile(r"^Hal\*?$")).fill("Permohonan data organisasi tahun 2026")
    press(story.staf, "draft_letter")
    follow_inbox(page, "4")
    for right in page.locator("#checklist").get_by_label("Sesuai", exact=True).all():
        tick(right)
    press(page, "verify_letter")
    story.stands("sign_letter")


def sign_the_letter(story: Story) -> None:
    page = story.kepala
    follow_inbox(page, "5")
    tick(page.get_by_label("Saya sudah membaca"))
    tick(page.get_by_label("Saya telah membaca"))
    page.locator("#step-form input[name=passphrase]").fill("bukan frasanya")
    page.locator('[data-deed="sign_letter"]').click()
    expect(page.get_by_text("Frasa sandi salah").first).to_be_visible()
    tick(page.get_by_label("Saya telah membaca"))
    page.locator("#step-form input[name=passphrase]").fill(PASSPHRASE)
    press(page, "sign_letter")
    story.stands("send_letter")


def send_the_letter(story: Story, number: int) -> str:
    page = story.staf
    story.recipient_page(page, number, "6")
    page.get_by_label("Kode akses disampaikan melalui").select_option(label="Telepon")
    press(page, "send_letter")
    code: str = page.locator("[data-access-code]").inner_text()
    page.reload()
    expect(page.locator("[data-access-code]")).to_have_count(0)
    return code


def confirm_receipt(story: Story, number: int, code: str) -> None:
    page, owner = story.owners[number], story.recipient(number).data_owner
    enter(page, link_in_mail_to(owner.email), code)
    follow_tasks(page)
    page.get_by_label("Nama Anda").fill(f"Pejabat Contoh {number}")
    page.get_by_label("Jabatan").fill("Kepala Bidang Contoh")
    page.get_by_label("Telepon").fill("0285 111111")
    press(page, "receive_letter")


def follow_tasks(page: Page) -> None:
    """Open what the owner's task list asks for next."""
    page.goto(re.sub(r"langkah/.*$", "", page.url))
    page.locator("main a.btn-primary").first.click()


def item_section(page: Page, name: str) -> Any:
    return page.locator("section.form-section").filter(has=page.get_by_role("heading", name=name))


def answer_all_but_one(story: Story) -> None:
    page = story.owners[1]
    follow_tasks(page)
    attach(page)
    second = item_section(page, SECOND)
    tick(second.get_by_label("Tidak dapat diberikan", exact=True))
    second.get_by_label("Dasar tidak dapat diberikan").select_option(index=1)
    second.get_by_label("Alasan").fill("Jumlah anggota tidak kami catat.")
    press(page, "process_request")
    press(page, "deliver_data")
    expect(page.locator("main")).to_contain_text("Data telah terkirim")


def attach(page: Page) -> None:
    """Answer the first item with a file, which is kept at once."""
    first = item_section(page, FIRST)
    tick(first.get_by_label("Ada", exact=True))
    first.locator("input[type=file]").first.set_input_files(CSV_FILE)
    send = first.locator(".work__upload > button")
    if send.is_visible():  # a script sends what is chosen by itself
        with page.expect_navigation():
            send.click()
    expect(item_section(page, FIRST).locator(".document")).to_contain_text("daftar.csv")


def answer_everything(story: Story) -> None:
    page = story.owners[2]
    follow_tasks(page)
    attach(page)
    second = item_section(page, SECOND)
    tick(second.get_by_label("Ada", exact=True))
    second.locator("input[inputmode=decimal], input[name^=question]").first.fill("1.250")
    press(page, "process_request")
    press(page, "deliver_data")
    expect(page.locator("main")).to_contain_text("Data telah terkirim")


def check_and_accept(story: Story, number: int) -> None:
    page = story.staf
    story.recipient_page(page, number, "8")
    for fits in page.get_by_label(re.compile("^(Sesuai|Diterima sebagai jawaban)$")).all():
        tick(fits)
    press(page, "receive_data")
    assert story.recipient(number).state == "record_data"


def ask_for_a_correction(story: Story) -> None:
    page = story.staf
    story.recipient_page(page, 2, "8")
    tick(item_section(page, FIRST).get_by_label("Sesuai", exact=True))
    second = item_section(page, SECOND)
    tick(second.get_by_label("Perlu perbaikan"))
    second.get_by_label("Apa yang perlu diperbaiki?").fill("Jumlah tahun 2026, bukan 2025.")
    press(page, "return:process_request")
    assert story.recipient(2).round == 2


def correct(story: Story) -> None:
    page = story.owners[2]
    follow_tasks(page)
    expect(page.locator("main")).to_contain_text("Jumlah tahun 2026, bukan 2025.")
    item_section(page, SECOND).locator("input[name^=question]").first.fill("1.310")
    press(page, "process_request")
    press(page, "deliver_data")
    newest = ItemAnswer.objects.get(
        delivery__recipient__number=2, delivery__round=2, item__name=SECOND
    )
    assert newest.question_answers.get().value == "1310"


def record(story: Story, number: int) -> None:
    page = story.staf
    story.recipient_page(page, number, "9")
    kept_at = page.get_by_label("Lokasi simpan")
    kept_at.fill("Lemari arsip 1")
    press(page, "record_data")
    page.goto("/buku-catatan/")
    expect(page.locator("main")).to_contain_text(story.recipient(number).data_owner.name)


def process(story: Story) -> None:
    page = story.staf
    follow_inbox(page, "10")
    form = page.locator("#result-form")
    form.get_by_label("Judul").fill("Profil organisasi 2026")
    form.locator("[name$=method]").fill("Rekapitulasi per kecamatan.")
    for source in form.get_by_role("checkbox", name=re.compile("^(No|daftar)")).all():
        tick(source)
    form.locator("input[type=file]").set_input_files(
        {"name": "profil.pdf", "mimeType": "application/pdf", "buffer": a_pdf()}
    )
    press(page, "add_result")
    expect(page.locator("#hasil")).to_contain_text("profil.pdf")
    press(page, "process_data")
    story.stands("use_results")


def use(story: Story) -> None:
    page = story.kasi
    follow_inbox(page, "11")
    form = page.locator("#use-form")
    for item in form.get_by_role("group", name="Data").get_by_role("checkbox").all():
        tick(item)
    form.get_by_label("Keperluan").fill("Bahan rapat koordinasi organisasi kemasyarakatan")
    form.get_by_label("Hasil/produk").fill("Bahan paparan")
    press(page, "add_use")
    expect(page.locator("#buku")).to_contain_text("Bahan paparan")
    press(page, "use_results")
    story.stands("report_usage")


def report(story: Story) -> None:
    page = story.kasi
    follow_inbox(page, "12")
    page.get_by_label("Simpulan").fill("Data digunakan sesuai dengan tujuan permohonan.")
    tick(page.get_by_label("Saya telah memeriksa"))
    page.locator("#step-form input[name=passphrase]").fill(PASSPHRASE)
    press(page, "report_usage")
    story.stands("accept_report")


def accept(story: Story) -> None:
    follow_inbox(story.kepala, "terima-laporan")
    tick(story.kepala.get_by_label("Saya telah membaca"))
    story.kepala.locator("#finish-form input[name=password]").fill(PASSWORD)
    press(story.kepala, "accept_report")
    story.stands("closed")


def see_the_letter_verified(page: Page) -> None:
    letter = OfficialDocument.objects.get(kind=OfficialDocument.Kind.LETTER)
    page.goto(f"/v/{letter.code}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dokumen ini tercatat dan berlaku")
    expect(page.locator("main")).to_contain_text(str(letter.number))


def see_the_trail_whole() -> None:
    said = StringIO()
    call_command("verify_audit", stdout=said)
    assert "utuh" in said.getvalue()
