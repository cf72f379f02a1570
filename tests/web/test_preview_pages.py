"""Is a look into a received file asked for, written down, and harmless? What does row 8 tell?"""

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook
from PIL import Image

from requests_app.documents import apart, previews
from requests_app.documents.facts import facts_of
from requests_app.documents.sniffing import MIME, Kind
from requests_app.models import (
    AuditEntry,
    CollectionForm,
    DataFile,
    FileAccess,
    ItemAnswer,
    Notice,
    Pause,
    Recipient,
)
from tests.documents.samples import docx_file, image_file, pdf_file, zip_file
from tests.factories import World, make_world, recipient_at
from tests.web.doors import as_owner, as_user, at_work, staff_url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]

PURPOSE = "Pemeriksaan penerimaan"


@pytest.fixture(autouse=True)
def _database_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The story plays in November 2026, whatever the database's own clock says."""
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))


@pytest.fixture(autouse=True, scope="module")
def _no_child_is_left_behind() -> Iterator[None]:
    yield
    previews.bench.dismiss()


def received(content: bytes | None = None, kind: Kind = Kind.CSV) -> tuple[World, DataFile]:
    """Give a file that an owner has sent, with other bytes where some are named."""
    world, recipient = recipient_at("receive_data")
    kept = DataFile.objects.get(recipient=recipient)
    if content is not None:
        put(kept, content, kind)
    return world, kept


def put(kept: DataFile, content: bytes, kind: Kind) -> None:
    default_storage.delete(str(kept.file.name))
    kept.file.save(str(kept.file.name), ContentFile(content), save=False)
    kept.name, kept.media_type = f"daftar.{kind}", MIME[kind]
    kept.facts = dict(facts_of(content, kind=kind))
    kept.save()


def url_of(kept: DataFile) -> str:
    return reverse("web:preview_file", args=[kept.public_id])


def picture_url(kept: DataFile, number: int = 1) -> str:
    return reverse("web:preview_picture", args=[kept.public_id, number])


def look(client: Client, kept: DataFile) -> Any:
    """Say for what, and follow to what is shown."""
    return client.post(url_of(kept), {"purpose": PURPOSE}, follow=True)


def workbook(*rows: Any) -> bytes:
    book, buffer = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.create_sheet("Rahasia").sheet_state = "hidden"
    book.save(buffer)
    return buffer.getvalue()


# -- a look is asked for and written down ---------------------------------------------------------


def test_nothing_is_shown_before_the_purpose_is_on_the_record() -> None:
    world, kept = received()
    with at_work(world):
        client = as_user(world.staff)
        asked = client.get(url_of(kept)).content.decode()
        assert "Untuk keperluan apa?" in asked
        assert PURPOSE in asked
        assert "Organisasi Contoh" not in asked
        refused = client.post(url_of(kept), {"purpose": "abc"})
        assert refused.status_code == 422
        assert not FileAccess.objects.exists()
        shown = look(client, kept)
    assert FileAccess.objects.get().purpose == PURPOSE
    assert "Organisasi Contoh" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"


def test_who_has_said_for_what_today_is_logged_and_not_asked_again() -> None:
    world, kept = received()
    with at_work(world):
        client = as_user(world.staff)
        asked = client.post(url_of(kept))
        assert asked.status_code == 200
        assert "Untuk keperluan apa?" in asked.content.decode()
        look(client, kept)
        again = client.post(url_of(kept), follow=True).content.decode()
    assert "Organisasi Contoh" in again
    assert list(FileAccess.objects.values_list("purpose", flat=True)) == [PURPOSE, PURPOSE]


def test_tomorrow_and_anybody_else_are_asked_anew() -> None:
    world, kept = received()
    with at_work(world):
        look(as_user(world.staff), kept)
        other = as_user(world.section_head).get(url_of(kept)).content.decode()
    assert "Untuk keperluan apa?" in other
    world.now += timedelta(days=1)
    with at_work(world):
        tomorrow = as_user(world.staff).get(url_of(kept)).content.decode()
    assert "Untuk keperluan apa?" in tomorrow


def test_a_look_changes_nothing_but_the_record_of_looks() -> None:
    world, kept = received()
    with at_work(world):
        client = as_user(world.staff)
        look(client, kept)
        for _time in range(3):
            client.get(url_of(kept))
    assert FileAccess.objects.count() == 1
    assert Recipient.objects.get(pk=kept.recipient_id).version > 0


def test_strangers_and_owners_find_no_preview() -> None:
    world, kept = received(pdf_file(), Kind.PDF)
    other = make_world()
    assert kept.recipient is not None
    with at_work(world):
        stranger = as_user(other.staff)
        owner = as_owner(world, kept.recipient)
        for url in (url_of(kept), picture_url(kept)):
            assert stranger.get(url).status_code == 404
            assert owner.get(url).status_code == 302
        assert stranger.post(url_of(kept), {"purpose": PURPOSE}).status_code == 404
    assert not FileAccess.objects.exists()


def test_a_lost_file_is_no_look() -> None:
    world, kept = received()
    default_storage.delete(str(kept.file.name))
    with at_work(world):
        answer = as_user(world.staff).post(url_of(kept), {"purpose": PURPOSE})
    assert answer.status_code == 404
    assert not FileAccess.objects.exists()


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        ("pending", "menunggu pemindaian virus"),
        ("held", "ditahan: Berisi makro."),
        ("infected", "tidak lolos pemeriksaan virus"),
    ],
)
def test_a_closed_file_says_why_and_shows_nothing(verdict: str, sentence: str) -> None:
    world, kept = received(pdf_file(), Kind.PDF)
    with at_work(world):
        client = as_user(world.staff)
        look(client, kept)
        DataFile.objects.filter(pk=kept.pk).update(verdict=verdict, warning="Berisi makro")
        closed = client.get(url_of(kept))
        assert closed.status_code == 403
        assert sentence in closed.content.decode()
        assert "Untuk keperluan apa?" not in closed.content.decode()
        assert client.post(url_of(kept), {"purpose": PURPOSE}).status_code == 403
        assert client.get(picture_url(kept)).status_code == 403
    assert FileAccess.objects.count() == 1


# -- what is shown --------------------------------------------------------------------------------


def test_a_workbook_is_shown_as_a_table_with_its_sheets_and_facts() -> None:
    rows = [("nama", "alamat", "jumlah"), ("<b>A</b>", None, "=1+1"), ("B", "Jalan 2", 3)]
    world, kept = received(workbook(*rows), Kind.XLSX)
    with at_work(world):
        client = as_user(world.staff)
        page = look(client, kept).content.decode()
        assert "<td>&lt;b&gt;A&lt;/b&gt;</td>" in page
        assert "<td>=1+1</td>" in page
        assert "2 baris, 3 kolom; kolom alamat kosong 1" in page
        assert "Rahasia (tersembunyi)" in page
        assert 'role="region"' in page
        second = client.get(url_of(kept), {"lembar": "1"}).content.decode()
        assert "Lembar ini kosong." in second
        for place in ("99", "-1", "x", "²", "9" * 30):
            assert client.get(url_of(kept), {"lembar": place}).status_code == 200


def test_a_wide_and_long_table_is_cut_and_says_so() -> None:
    content = "\n".join(";".join(f"r{row}c{column}" for column in range(300)) for row in range(90))
    world, kept = received(content.encode(), Kind.CSV)
    with at_work(world):
        page = look(as_user(world.staff), kept).content.decode()
    assert "Hanya 20 baris dan 20 kolom pertama yang ditampilkan." in page
    assert "r20c19" in page
    assert "r21c0" not in page
    assert "r0c20" not in page


def test_pages_and_pictures_are_ours_and_only_after_the_purpose() -> None:
    for content, kind in ((pdf_file(), Kind.PDF), (image_file(size=(50, 40)), Kind.PNG)):
        world, kept = received(content, kind)
        with at_work(world):
            client = as_user(world.staff)
            assert client.get(picture_url(kept)).status_code == 403
            page = look(client, kept).content.decode()
            assert picture_url(kept) in page
            answer = client.get(picture_url(kept))
            assert client.get(picture_url(kept, 2)).status_code == 404
            assert client.get(picture_url(kept, 10**8)).status_code == 404
        assert answer["Content-Type"] == "image/webp"
        assert answer["Cache-Control"] == "no-store"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert Image.open(io.BytesIO(answer.content)).format == "WEBP"
        assert content not in answer.content


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        (zip_file({"data/satu.csv": b"a;b"}), Kind.ZIP, "data/satu.csv"),
        (b'{"a": "<script>"}', Kind.JSON, "&lt;script&gt;"),
        (docx_file(), Kind.DOCX, "Tidak ada isi yang dapat ditampilkan."),
        (b"", Kind.CSV, "Lembar ini kosong."),
        (b"nama;\x00", Kind.CSV, "Isi berkas ini tidak dapat ditampilkan."),
        (b"no workbook", Kind.XLSX, "Isi berkas ini tidak dapat ditampilkan."),
        (b"%PDF-1.7 no pages", Kind.PDF, "Isi berkas ini tidak dapat ditampilkan."),
        (b"no picture", Kind.PNG, "Isi berkas ini tidak dapat ditampilkan."),
    ],
)
def test_every_kind_is_shown_or_refused_with_a_sentence(
    content: bytes, kind: Kind, said: str
) -> None:
    world, kept = received(content, kind)
    with at_work(world):
        shown = look(as_user(world.staff), kept)
    assert shown.status_code == 200
    assert said in shown.content.decode()


def test_who_comes_while_another_file_is_shown_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "PATIENCE_SECONDS", 0.05)
    world, kept = received(pdf_file(), Kind.PDF)
    with at_work(world), previews.bench.turn:
        client = as_user(world.staff)
        shown = look(client, kept)
        assert client.get(picture_url(kept)).status_code == 503
    assert shown.status_code == 503
    assert "sedang melayani berkas lain" in shown.content.decode()


# -- row 8 ----------------------------------------------------------------------------------------


def row_8(world: World, recipient: Recipient) -> str:
    with at_work(world):
        return as_user(world.staff).get(staff_url(recipient, "8")).content.decode()


def test_row_8_tells_facts_scan_and_twins_of_each_file() -> None:
    world, kept = received(workbook(("nama", "alamat"), ("A", None)), Kind.XLSX)
    assert kept.recipient is not None
    item = ItemAnswer.objects.get(files=kept)
    twin = DataFile.objects.get(pk=kept.pk)
    twin.pk, twin.public_id, twin.name = None, uuid4(), "salinan.xlsx"
    twin.save(force_insert=True)
    item.files.add(twin)
    page = row_8(world, kept.recipient)
    assert "2 lembar, 1 tersembunyi" in page
    assert "Sheet: 1 baris, 2 kolom; kolom alamat kosong 1" in page
    assert page.count("tidak dipindai") == 2
    assert page.count("Isinya sama dengan daftar.xlsx") == 1
    assert f'form="view-{kept.public_id}"' in page


def test_row_8_offers_no_look_into_a_closed_file() -> None:
    world, kept = received()
    DataFile.objects.filter(pk=kept.pk).update(verdict="held", warning="Berisi makro")
    assert kept.recipient is not None
    page = row_8(world, kept.recipient)
    assert "ditahan: Berisi makro." in page
    assert f"view-{kept.public_id}" not in page


def test_row_8_names_the_columns_of_the_blank_that_did_not_come() -> None:
    world, kept = received(b"Nama ;jumlah\nA;1\n", Kind.CSV)
    form = CollectionForm.objects.get()
    blank = DataFile.objects.create(
        office=world.office,
        data_request=kept.data_request,
        kind=DataFile.Kind.TEMPLATE,
        name="blanko.xlsx",
        size=1,
        sha256="0" * 64,
        media_type=MIME[Kind.XLSX],
        stored_at=world.now,
        stored_by="Staf Contoh",
        facts=dict(facts_of(workbook(("NAMA", "alamat", "Jumlah", "NIK")), kind=Kind.XLSX)),
    )
    CollectionForm.objects.filter(pk=form.pk).update(template_file=blank)
    assert kept.recipient is not None
    assert "Kolom wajib belum ada: alamat, NIK." in row_8(world, kept.recipient)


def test_row_8_sends_one_item_back_within_the_days_that_are_typed() -> None:
    world, kept = received()
    recipient = kept.recipient
    assert recipient is not None
    first, second = recipient.asked_items()
    typed = {
        "version": recipient.version,
        f"item-{first.pk}-verdict": "accepted",
        f"item-{second.pk}-verdict": "correction",
        f"item-{second.pk}-note": "Jumlah tahun 2026.",
        "deed": "return:process_request",
    }
    with at_work(world):
        client = as_user(world.staff)
        for days in ("0", "11", "x"):
            refused = client.post(staff_url(recipient, "8"), {**typed, "days": days})
            assert refused.status_code == 422
            assert "Tulis tenggat perbaikan: 1 sampai 10 hari kerja." in refused.content.decode()
        answer = client.post(staff_url(recipient, "8"), {**typed, "days": "2"}, follow=True)
        page = client.get(staff_url(recipient, "8")).content.decode()
    told = answer.content.decode()
    assert "paling lambat Rabu, 25 November 2026 pukul 16.30 WIB" in told
    assert f"Surel dikirim ke {recipient.data_owner.email}." in told
    assert Recipient.objects.get(pk=recipient.pk).correction_days == 2
    assert "Perbaikan diminta, tenggat 2 hari kerja" in page
    assert "Jumlah anggota: Jumlah tahun 2026." in page
    assert "Data dikirim, putaran 1" in page


def test_row_8_reminds_an_owner_who_has_sent_nothing() -> None:
    world, recipient = recipient_at("process_request")
    with at_work(world):
        client = as_user(world.staff)
        page = client.get(staff_url(recipient, "8")).content.decode()
        assert "Pemilik data belum mengirim apa pun. Tautan belum pernah dibuka." in page
        sent = client.post(
            staff_url(recipient, "8"),
            {"deed": "send_reminder", "version": recipient.version},
            follow=True,
        ).content.decode()
    assert f"Pengingat dikirim ke {recipient.data_owner.email}." in sent
    assert "Pengingat sudah dikirim hari ini" in sent
    assert Notice.objects.filter(kind=Notice.Kind.MESSAGE).count() == 1
    assert AuditEntry.objects.filter(deed="send_reminder").count() == 1


def test_row_8_tells_when_the_owner_was_last_there_and_that_time_stands_still() -> None:
    world, recipient = recipient_at("process_request")
    with at_work(world):
        as_owner(world, recipient)
    Pause.objects.create(recipient=recipient, started_at=world.now, reason="Penjelasan")
    page = row_8(world, recipient)
    assert "Terakhir dibuka" in page
    assert "Waktu sedang dijeda; pengingat tidak dikirim." in page
