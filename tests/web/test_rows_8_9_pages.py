"""Do rows 8 and 9, the register and the door to files show and refuse as they should?"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from requests_app.models import (
    DataFile,
    FileAccess,
    ItemAnswer,
    OfficialDocument,
    Recipient,
    RegisterEntry,
)
from requests_app.services import registers
from requests_app.sop.roles import Role
from tests.factories import CSV, WALK, make_world, recipient_at
from tests.web.doors import (
    as_owner,
    as_user,
    at_work,
    downloaded,
    owner_url,
    staff_url,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]

MOST_QUERIES = 13
"""The session's own update included."""
MOST_QUERIES_OF_STAFF = 16
"""A person and the positions come on top; the number does not grow with items, files or owners."""


@pytest.fixture(autouse=True)
def _database_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The story plays in November 2026, whatever the database's own clock says."""
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))
    return


def fresh(recipient: Recipient) -> Recipient:
    return Recipient.objects.get(pk=recipient.pk)


def verdicts(recipient: Recipient, *given: str, **typed: Any) -> dict[str, Any]:
    """Fill the form of row 8."""
    keys = [f"item-{item.pk}-verdict" for item in recipient.asked_items()]
    return {"version": recipient.version, **dict(zip(keys, given, strict=True)), **typed}


def file_url(data_file: DataFile) -> str:
    return reverse("web:open_file", args=[data_file.public_id])


# -- row 8 ----------------------------------------------------------------------------------------


def test_row_8_shows_what_was_asked_beside_what_came() -> None:
    world, recipient = recipient_at("receive_data")
    with at_work(world):
        page = as_user(world.staff).get(staff_url(recipient, "8")).content.decode()
    kept = DataFile.objects.get(recipient=recipient)
    assert file_url(kept) in page
    assert kept.sha256[:8] in page
    assert "1 baris" in page
    assert 'data-deed="receive_data"' in page
    assert 'data-deed="return:process_request"' in page


def test_row_8_keeps_findings_as_a_draft() -> None:
    world, recipient = recipient_at("receive_data")
    with at_work(world):
        client = as_user(world.staff)
        typed = verdicts(recipient, "accepted", "", save="1")
        answer = client.post(staff_url(recipient, "8"), typed, follow=True)
    assert "1 butir belum diperiksa." in answer.content.decode()
    assert list(ItemAnswer.objects.values_list("verdict", flat=True)) == ["accepted", ""]
    assert fresh(recipient).state == "receive_data"


def test_row_8_receives_what_fits() -> None:
    world, recipient = recipient_at("receive_data")
    with at_work(world):
        client = as_user(world.staff)
        typed = verdicts(recipient, "accepted", "accepted", deed="receive_data")
        answer = client.post(staff_url(recipient, "8"), typed, follow=True)
    assert "Data diterima. Lanjutkan dengan pencatatan." in answer.content.decode()
    assert fresh(recipient).state == "record_data"


@pytest.mark.parametrize("deed", ["receive_data", "return:process_request"])
def test_a_flag_without_its_note_is_refused_and_the_verdicts_stay(deed: str) -> None:
    world, recipient = recipient_at("receive_data")
    with at_work(world):
        client = as_user(world.staff)
        typed = verdicts(recipient, "accepted", "correction", deed=deed)
        answer = client.post(staff_url(recipient, "8"), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Butir 2: tulis apa yang perlu diperbaiki." in page
    assert page.count(" checked") == 2


def test_what_is_open_in_row_8_is_told_at_its_item() -> None:
    world, recipient = recipient_at("receive_data")
    with at_work(world):
        client = as_user(world.staff)
        assert client.get(staff_url(recipient, "8")).content.decode().count('class="required"') > 2
        typed = verdicts(recipient, "", "correction", deed="receive_data")
        notes = (name.replace("-verdict", "-note") for name in typed if "-verdict" in name)
        typed |= dict.fromkeys(notes, "Kolom kosong.")
        answer = client.post(staff_url(recipient, "8"), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Ada 2 hal yang perlu diperbaiki" in page
    assert re.search(r'<a href="#[^"]+-verdict_0">Butir 1: pilih hasil pemeriksaan.</a>', page)
    assert "Butir 2 perlu perbaikan. Tekan Minta perbaikan data." in page


def test_a_wrong_role_reads_row_8_and_cannot_receive() -> None:
    world, recipient = recipient_at("receive_data")
    with at_work(world):
        client = as_user(world.agency_head)
        page = client.get(staff_url(recipient, "8"))
        assert page.status_code == 200
        assert 'aria-disabled="true"' in page.content.decode()
        typed = verdicts(recipient, "accepted", "accepted", deed="receive_data")
        assert client.post(staff_url(recipient, "8"), typed).status_code == 403
    assert fresh(recipient).state == "receive_data"


def test_row_8_shows_nothing_before_anything_is_sent() -> None:
    world, recipient = recipient_at("deliver_data")
    with at_work(world):
        page = as_user(world.staff).get(staff_url(recipient, "8")).content.decode()
    assert "Pemilik data belum mengirim apa pun." in page
    assert "daftar.csv" not in page


# -- row 9 and the register -----------------------------------------------------------------------


def test_row_9_is_prefilled_and_records() -> None:
    world, recipient = recipient_at("record_data")
    with at_work(world):
        client = as_user(world.staff)
        page = client.get(staff_url(recipient, "9"))
        form = page.context["forms"]["record_data"]
        typed = {bound.name: bound.value() for bound in form.visible_fields()}
        assert typed["origin"] == recipient.data_owner.name
        typed |= {"deed": "record_data", "version": recipient.version, "remarks": "Lengkap"}
        typed["received_on"] = typed["received_on"].isoformat()
        answer = client.post(staff_url(recipient, "9"), typed, follow=True)
    page_after = answer.content.decode()
    assert "Tercatat dalam buku catatan nomor 1/2026." in page_after
    assert RegisterEntry.objects.get().remarks == "Lengkap"
    paper = OfficialDocument.objects.get(kind="record")
    assert paper.code in page_after


def test_row_9_names_the_empty_column_and_keeps_the_rest() -> None:
    world, recipient = recipient_at("record_data")
    with at_work(world):
        client = as_user(world.staff)
        typed = {"deed": "record_data", "version": recipient.version, "origin": "Dinas Lain"}
        answer = client.post(staff_url(recipient, "9"), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Tulis lokasi penyimpanan." in page
    assert "Dinas Lain" in page
    assert not RegisterEntry.objects.exists()


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2027-11-24", "Tanggal diterima tidak boleh setelah hari ini."),
        ("2026-01-02", "Tanggal diterima tidak boleh sebelum surat dikirim"),
    ],
)
def test_row_9_refuses_an_impossible_day_at_its_field(day: str, sentence: str) -> None:
    world, recipient = recipient_at("record_data")
    with at_work(world):
        client = as_user(world.staff)
        form = client.get(staff_url(recipient, "9")).context["forms"]["record_data"]
        typed = {bound.name: bound.value() for bound in form.visible_fields()}
        typed |= {"deed": "record_data", "version": recipient.version, "received_on": day}
        answer = client.post(staff_url(recipient, "9"), typed)
    assert answer.status_code == 422
    [told] = answer.context["forms"]["record_data"].errors["received_on"]
    assert told.startswith(sentence)
    assert not RegisterEntry.objects.exists()


def test_the_register_is_searched_and_shows_struck_lines() -> None:
    world, first = recipient_at("process_data", recipients=2)
    entry = RegisterEntry.objects.get(recipient=first)
    registers.strike(
        entry=entry, reason="Salah catat asal data.", struck_by="Staf Contoh", at=world.tick()
    )
    second = first.data_request.recipients.get(number=2)
    with at_work(world):
        client = as_user(world.agency_head)
        page = client.get("/buku-catatan/").content.decode()
        found = client.get("/buku-catatan/", {"cari": second.data_owner.name}).content.decode()
        empty = client.get("/buku-catatan/", {"cari": "tidak ada"}).content.decode()
        by_year = client.get("/buku-catatan/", {"tahun": "2026"}).content.decode()
    assert "<s>1/2026</s>" in page
    assert "Salah catat asal data." in page
    assert second.data_owner.name in found
    assert first.data_owner.name not in found
    assert "Tidak ada catatan yang cocok." in empty
    assert by_year.count("<tr") == 3


def test_the_register_of_another_office_is_empty() -> None:
    world, _recipient = recipient_at("process_data")
    other = make_world()
    other.now = world.now
    with at_work(other):
        page = as_user(other.staff).get("/buku-catatan/").content.decode()
    assert "Belum ada catatan tahun 2026." in page


# -- the door to files ----------------------------------------------------------------------------


def test_no_byte_leaves_before_the_purpose_is_on_the_record() -> None:
    world, recipient = recipient_at("receive_data")
    kept = DataFile.objects.get(recipient=recipient)
    with at_work(world):
        client = as_user(world.staff)
        asked = client.get(file_url(kept))
        assert "Untuk keperluan apa?" in asked.content.decode()
        assert "Pemeriksaan penerimaan" in asked.content.decode()
        assert CSV not in asked.content
        for purpose in ("", "   ", "abc"):
            refused = client.post(file_url(kept), {"purpose": purpose})
            assert refused.status_code == 422
        assert not FileAccess.objects.exists()
        answer = client.post(file_url(kept), {"purpose": "Pemeriksaan penerimaan"})
        assert FileAccess.objects.get().purpose == "Pemeriksaan penerimaan"
        assert downloaded(answer) == CSV
    assert answer["Content-Disposition"] == 'attachment; filename="daftar.csv"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "no-store"


def test_a_lost_file_is_no_opening() -> None:
    world, recipient = recipient_at("receive_data")
    kept = DataFile.objects.get(recipient=recipient)
    default_storage.delete(str(kept.file.name))
    with at_work(world):
        answer = as_user(world.staff).post(file_url(kept), {"purpose": "Pemeriksaan"})
    assert answer.status_code == 404
    assert not FileAccess.objects.exists()


def test_a_stranger_of_another_office_finds_no_file() -> None:
    world, recipient = recipient_at("receive_data")
    kept = DataFile.objects.get(recipient=recipient)
    other = make_world()
    with at_work(world):
        client = as_user(other.staff)
        assert client.get(file_url(kept)).status_code == 404
        assert client.post(file_url(kept), {"purpose": "Membaca"}).status_code == 404
    assert not FileAccess.objects.exists()


def test_nobody_comes_in_without_an_account() -> None:
    world, recipient = recipient_at("receive_data")
    kept = DataFile.objects.get(recipient=recipient)
    with at_work(world):
        owner = as_owner(world, recipient)
        for url in (file_url(kept), "/buku-catatan/", staff_url(recipient, "8")):
            answer = owner.get(url)
            assert answer.status_code == 302
            assert "/akun/" in answer["Location"]


def test_a_hostile_name_makes_one_header_line() -> None:
    world, recipient = recipient_at("receive_data")
    kept = DataFile.objects.get(recipient=recipient)
    DataFile.objects.filter(pk=kept.pk).update(name='a".csv; filename=b.exe – é.csv')
    with at_work(world):
        answer = as_user(world.staff).post(file_url(kept), {"purpose": "Pemeriksaan"})
        downloaded(answer)
    assert "\n" not in answer["Content-Disposition"]
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")


# -- how often the database is asked --------------------------------------------------------------


def queries(client: Any, url: str) -> int:
    """Count the queries of a page that is asked for a second time."""
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return sum("SAVEPOINT" not in one["sql"] for one in captured.captured_queries)


OWNERS_PAGES = [
    ("receive_letter", "7"),
    ("process_request", ""),
    ("process_request", "7a"),
    ("deliver_data", "7b"),
    ("receive_data", "7b"),
]


@pytest.mark.parametrize(("state", "segment"), OWNERS_PAGES)
def test_an_owners_page_asks_the_database_a_few_times(state: str, segment: str) -> None:
    world, recipient = recipient_at(state)
    with at_work(world):
        client = as_owner(world, recipient)
        assert queries(client, owner_url(recipient, segment)) <= MOST_QUERIES


@pytest.mark.parametrize(
    ("state", "segment"),
    [
        ("receive_data", "8"),
        ("record_data", "9"),
        ("process_request", "7a"),
        ("deliver_data", "7b"),
    ],
)
def test_a_staffs_page_asks_the_database_a_few_times(state: str, segment: str) -> None:
    world, recipient = recipient_at(state)
    with at_work(world):
        client = as_user(world.staff)
        assert queries(client, staff_url(recipient, segment)) <= MOST_QUERIES_OF_STAFF


def test_file_and_register_ask_the_database_a_few_times() -> None:
    world, recipient = recipient_at("receive_data")
    kept = DataFile.objects.get(recipient=recipient)
    WALK["receive_data"](world, recipient)
    registers.record_data(subject=fresh(recipient), actor=world.actor(Role.STAFF), at=world.tick())
    with at_work(world):
        client = as_user(world.staff)
        assert queries(client, file_url(kept)) <= MOST_QUERIES
        assert queries(client, "/buku-catatan/") <= MOST_QUERIES
