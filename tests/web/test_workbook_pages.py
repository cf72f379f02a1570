"""Can an owner take the questionnaire away as a workbook, and is it read when it comes back?"""

import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from requests_app.models import Recipient
from requests_app.services import answers
from tests import proofs
from tests.factories import World, recipient_at
from tests.questionnaires import asked_in_every_kind, question, said
from tests.services.test_workbooks import cells, edited, row_of
from tests.web.doors import as_owner, as_user, at_work, owner_url, staff_url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]


@pytest.fixture(autouse=True)
def _database_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The story plays in November 2026, whatever the database's own clock says."""
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))
    return


@pytest.fixture
def asked() -> tuple[World, Recipient]:
    return asked_in_every_kind("process_request")


def form_url(recipient: Recipient) -> str:
    return reverse("web:owner_workbook", args=[recipient.public_id])


def upload_url(recipient: Recipient) -> str:
    return reverse("web:owner_workbook_upload", args=[recipient.public_id])


def hand_in(client: Any, recipient: Recipient, content: bytes, **typed: Any) -> Any:
    """Press the button of the workbook, with what else stands in the page's form."""
    upload = SimpleUploadedFile("isian.xlsx", content)
    posted = {"version": recipient.version, "deed": "read_workbook", "workbook": upload, **typed}
    return client.post(upload_url(recipient), posted)


def test_the_page_of_row_7a_offers_the_workbook(asked: tuple[World, Recipient]):
    world, recipient = asked
    with at_work(world):
        client = as_owner(world, recipient)
        page = client.get(owner_url(recipient, "7a")).content.decode()
        answer = client.get(form_url(recipient))
    assert form_url(recipient) in page
    assert f'formaction="{upload_url(recipient)}"' in page
    assert answer["Content-Disposition"] == 'attachment; filename="formulir.xlsx"'
    assert "no-store" in answer["Cache-Control"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["Isian"]
    assert row_of(sheet, f"question-{question(recipient, 'Jumlah anggota').pk}")


def test_a_filled_workbook_is_read_and_shown(asked: tuple[World, Recipient]):
    world, recipient = asked
    with at_work(world):
        client = as_owner(world, recipient)
        blank = client.get(form_url(recipient)).content
        filled = edited(blank, cells(recipient, Jumlah_anggota=1250, Anggota_per_tahun__0__0=3))
        answer = hand_in(client, recipient, filled)
        assert answer.status_code == 302
        page = client.get(answer["Location"]).content.decode()
    assert answer["Location"] == owner_url(recipient, "7a")
    assert "2 jawaban dibaca dari formulir." in page
    assert 'value="1.250"' in page
    assert said(recipient, "Anggota per tahun") == [["3", "", ""], ["", "", ""]]


def test_wrong_cells_are_listed_at_the_top_and_what_was_typed_stays(
    asked: tuple[World, Recipient],
):
    world, recipient = asked
    typed = {f"question-{question(recipient, 'Nama bidang').pk}": "Bidang Ketahanan"}
    with at_work(world):
        client = as_owner(world, recipient)
        blank = client.get(form_url(recipient)).content
        filled = edited(blank, cells(recipient, Jumlah_anggota="=1+1", Keterangan="Benar."))
        answer = hand_in(client, recipient, filled, **typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Galat:" in page
    assert "1 jawaban dibaca dari formulir dan disimpan. Perbaiki sel berikut:" in page
    assert "kolom D: berisi rumus; tulis nilainya saja." in page
    assert 'value="Bidang Ketahanan"' in page
    assert "Pilih lagi" not in page
    assert said(recipient, "Nama bidang") == "Bidang Ketahanan"
    assert said(recipient, "Keterangan") == "Benar."


def test_no_workbook_chosen_is_told_and_costs_nothing(asked: tuple[World, Recipient]):
    world, recipient = asked
    key = f"question-{question(recipient, 'Nama bidang').pk}"
    with at_work(world):
        client = as_owner(world, recipient)
        posted = {"version": recipient.version, "deed": "read_workbook", key: "Bidang"}
        answer = client.post(upload_url(recipient), posted)
    assert answer.status_code == 422
    assert "Pilih formulir XLSX yang sudah diisi." in answer.content.decode()
    assert 'value="Bidang"' in answer.content.decode()


def test_another_file_is_refused_beside_its_input(asked: tuple[World, Recipient]):
    world, recipient = asked
    with at_work(world):
        client = as_owner(world, recipient)
        answer = hand_in(client, recipient, b"nama;alamat\n")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "isian.xlsx" in page
    assert 'href="#id_read_workbook_workbook"' in page


def test_the_other_buttons_work_on_the_page_of_errors(asked: tuple[World, Recipient]):
    world, recipient = asked
    key = f"question-{question(recipient, 'Nama bidang').pk}"
    with at_work(world):
        client = as_owner(world, recipient)
        posted = {"version": recipient.version, "save": "1", key: "Bidang"}
        answer = client.post(upload_url(recipient), posted, follow=True)
    assert answer.redirect_chain[-1][0] == owner_url(recipient, "7a")
    assert said(recipient, "Nama bidang") == "Bidang"


def test_looking_at_the_address_of_the_upload_leads_to_the_page(asked: tuple[World, Recipient]):
    world, recipient = asked
    with at_work(world):
        answer = as_owner(world, recipient).get(upload_url(recipient))
    assert answer.status_code == 302
    assert answer["Location"] == owner_url(recipient, "7a")


def test_once_the_data_is_sent_no_workbook_is_read():
    world, recipient = recipient_at("receive_data")
    with at_work(world):
        client = as_owner(world, recipient)
        answer = hand_in(client, recipient, client.get(form_url(recipient)).content)
    assert answer.status_code in {409, 422}
    assert not answers.sheet_of(recipient).items[0].filled


def test_staff_sees_the_same_form_on_row_2():
    world, recipient = asked_in_every_kind("draft_letter")
    data_request = recipient.data_request
    href = reverse("web:form_workbook", args=[data_request.public_id])
    with at_work(world):
        client = as_user(world.staff)
        page = client.get(reverse("web:step", args=[data_request.public_id, "2"]))
        answer = client.get(href)
    assert href in page.content.decode()
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["Isian"]
    assert "Anggota per tahun" in {row[2].value for row in sheet.iter_rows()}


def test_staff_mails_the_form_and_reads_what_comes_back(asked: tuple[World, Recipient]):
    world, recipient = asked
    mailed = reverse(
        "web:recipient_workbook", args=[recipient.data_request.public_id, recipient.number]
    )
    typed = question(recipient, "Nama bidang")
    with at_work(world):
        owner = as_owner(world, recipient)
        typing = {f"question-{typed.pk}": "Belum dikirim"}
        kept = {**typing, "version": recipient.version, "save": "1"}
        assert owner.post(owner_url(recipient, "7a"), kept).status_code == 302
        client = as_user(world.staff)
        page = client.get(staff_url(recipient, "7a")).content.decode()
        assert mailed in page
        form = client.get(mailed).content
        sheet = openpyxl.load_workbook(io.BytesIO(form))["Isian"]
        unsent = sheet.cell(row_of(sheet, f"question-{typed.pk}"), 4).value
        assert unsent is None, "what the owner has not sent is nobody else's to read"
        filled = edited(form, cells(recipient, Jumlah_anggota=1250))
        posted = {"version": recipient.version, "deed": "behalf:read_workbook"}
        upload = {"workbook": SimpleUploadedFile("isian.xlsx", filled)}
        early = client.post(staff_url(recipient, "7a"), {**posted, **upload})
        assert early.status_code == 422
        assert "Catat dahulu bagaimana data ini diterima." in early.content.decode()
        recipient.refresh_from_db()
        taken_up = {
            "deed": "behalf:take_up",
            "version": recipient.version,
            "channel": "email",
            "received_on": "2026-11-23",
            "from_whom": "Ani Contoh, Kepala Bidang",
            "evidence": proofs.picture(),
        }
        assert client.post(staff_url(recipient, "7a"), taken_up).status_code == 302
        upload = {"workbook": SimpleUploadedFile("isian.xlsx", filled)}
        posted |= typing  # as it stands on the page
        answer = client.post(staff_url(recipient, "7a"), {**posted, **upload}, follow=True)
        form = client.get(mailed).content
    page = answer.content.decode()
    assert "1 jawaban dibaca dari formulir." in page
    assert 'value="1.250"' in page
    assert said(recipient, "Jumlah anggota") == "1250"
    sheet = openpyxl.load_workbook(io.BytesIO(form))["Isian"]
    assert sheet.cell(row_of(sheet, f"question-{typed.pk}"), 4).value == "Belum dikirim"


def test_without_questions_there_is_no_workbook():
    world, recipient = recipient_at("prepare_form")
    with at_work(world):
        client = as_user(world.staff)
        href = reverse("web:form_workbook", args=[recipient.data_request.public_id])
        assert client.get(href).status_code == 404
