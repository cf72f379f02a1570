"""Can an owner answer without an account, and only the own request, and only with the code?"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from requests_app.models import (
    AuditEntry,
    DataFile,
    ItemAnswer,
    Notice,
    OfficialDocument,
    Recipient,
    ShareLink,
)
from requests_app.services import answers, requests, sharing
from requests_app.sop.roles import Role
from tests.factories import CSV, WALK, World, recipient_at
from tests.web.doors import (
    as_owner,
    as_user,
    at_work,
    downloaded,
    owner_url,
    staff_url,
    token_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]


@pytest.fixture(autouse=True)
def _database_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The story plays in November 2026, whatever the database's own clock says."""
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))
    return


def business_rows() -> dict[str, Any]:
    """Photograph every row of the house."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in apps.get_app_config("requests_app").get_models()
    }


def answers_post(recipient: Recipient, **changes: Any) -> dict[str, Any]:
    """Fill the form of row 7a: a file for the first item, a number for the second."""
    sheet = answers.sheet_of(recipient)
    first, second = sheet.items
    typed: dict[str, Any] = {
        "version": recipient.version,
        f"item-{first.item.pk}-availability": "available",
        f"item-{first.item.pk}-uploads": SimpleUploadedFile("daftar.csv", CSV),
        f"item-{second.item.pk}-availability": "available",
    }
    for question in (*first.questions, *second.questions):
        if question.kind == "number":
            typed[f"question-{question.pk}"] = "1.250"
    return {**typed, **changes}


def fresh(recipient: Recipient) -> Recipient:
    return Recipient.objects.select_related("data_request__office", "data_owner").get(
        pk=recipient.pk
    )


# -- the door -------------------------------------------------------------------------------------


def test_the_link_is_exchanged_for_a_session_without_the_token() -> None:
    world, recipient = recipient_at("receive_letter")
    token, client = token_of(recipient), Client()
    with at_work(world):
        answer = client.get(f"/t/{token}/")
        assert answer.status_code == 302
        assert token not in answer["Location"]
        door = client.get(answer["Location"])
    page = door.content.decode()
    assert token not in page
    assert world.office.name in page
    assert recipient.data_request.title in page
    assert "Buka surat" in page
    assert "data-deed" not in page


def test_looking_changes_no_row_of_the_business() -> None:
    world, recipient = recipient_at("receive_letter")
    with at_work(world):
        client = as_owner(world, recipient)
        before = business_rows()
        for _time in range(5):
            Client().get(f"/t/{token_of(recipient)}/", follow=True)
            Client().head(f"/t/{token_of(recipient)}/")
            for segment in ("", "7", "7a", "7b"):
                assert client.get(owner_url(recipient, segment)).status_code == 200
                client.head(owner_url(recipient, segment))
        assert business_rows() == before


def test_a_head_request_does_not_even_mark_the_session() -> None:
    world, recipient = recipient_at("receive_letter")
    client = Client()
    with at_work(world):
        client.head(f"/t/{token_of(recipient)}/")
        assert client.get("/jawab/").status_code == 404


def test_dead_links_are_alike() -> None:
    world, recipient = recipient_at("receive_letter")
    token = token_of(recipient)
    with at_work(world):
        unknown = Client().get("/t/" + "x" * 43 + "/")
        link = recipient.live_link()
        assert link is not None
        sharing.revoke_link(link=link, actor=world.actor(Role.STAFF), at=world.now)
        revoked = Client().get(f"/t/{token}/")
        other = Client().get("/jawab/")
    assert unknown.status_code == revoked.status_code == other.status_code == 404
    assert unknown.content == revoked.content == other.content
    assert "Tautan tidak berlaku atau sudah kedaluwarsa." in unknown.content.decode()


def test_the_link_of_a_cancelled_request_says_that_nothing_is_to_be_done() -> None:
    world, recipient = recipient_at("process_request")
    data_request = recipient.data_request
    with at_work(world):
        inside = as_owner(world, recipient)
        at_the_door = Client()
        at_the_door.get(f"/t/{token_of(recipient)}/")
        address = f"/t/{token_of(recipient)}/"
        requests.cancel(
            subject=data_request,
            actor=world.actor(Role.SECTION_HEAD),
            at=world.now,
            reason="Data sudah tersedia di portal.",
        )
        answered = [
            Client().get(address),
            at_the_door.get("/jawab/"),
            inside.get(owner_url(recipient, "7a")),
            inside.post(owner_url(recipient, "7a"), {"save": "1"}),
        ]
    for answer in answered:
        page = answer.content.decode()
        assert answer.status_code == 410
        assert f"telah membatalkan permohonan “{data_request.title}”" in page
        assert "Tidak ada yang perlu Anda lakukan." in page
        assert "Data sudah tersedia di portal." not in page  # the reason is the office's own


def test_the_link_of_a_finished_request_says_so_and_thanks_once_it_has_expired() -> None:
    world, recipient = recipient_at("accept_report")
    address = f"/t/{token_of(recipient)}/"
    with at_work(world):
        inside = as_owner(world, recipient)
        WALK["accept_report"](world, recipient.data_request)
        ShareLink.objects.update(expires_at=world.now)
        answered = [Client().get(address), inside.get(owner_url(recipient))]
        stranger = Client().get("/t/" + "x" * 43 + "/")
    for answer in answered:
        page = answer.content.decode()
        assert answer.status_code == 410
        assert f"Permohonan “{recipient.data_request.title}” dari {world.office.name}" in page
        assert "telah selesai. Terima kasih" in page
        assert world.office.contact_phone in page
    assert stranger.status_code == 404
    assert recipient.data_request.title not in stranger.content.decode()


def test_an_expired_link_opens_nothing() -> None:
    world, recipient = recipient_at("receive_letter")
    with at_work(world):
        client = as_owner(world, recipient)
    world.tick(60 * 24 * 61)
    with at_work(world):
        assert client.get(owner_url(recipient)).status_code == 404
        assert Client().get(f"/t/{token_of(recipient)}/").status_code == 404


def test_a_revoked_link_closes_the_open_session() -> None:
    world, recipient = recipient_at("receive_letter")
    with at_work(world):
        client = as_owner(world, recipient)
        assert client.get(owner_url(recipient)).status_code == 200
        link = recipient.live_link()
        assert link is not None
        sharing.revoke_link(link=link, actor=world.actor(Role.STAFF), at=world.now)
        assert client.get(owner_url(recipient)).status_code == 404
        answer = client.post(owner_url(recipient, "7"), {"deed": "receive_letter", "name": "X"})
        assert answer.status_code == 404
    assert fresh(recipient).state == "receive_letter"


def test_a_wrong_code_opens_nothing() -> None:
    world, recipient = recipient_at("receive_letter")
    client = Client()
    with at_work(world):
        client.get(f"/t/{token_of(recipient)}/")
        wrong = "000000" if world.notes[f"code:{recipient.pk}"] != "000000" else "111111"
        answer = client.post("/jawab/", {"code": wrong})
        assert answer.status_code == 422
        assert "Kode akses tidak cocok." in answer.content.decode()
        assert client.get(owner_url(recipient)).status_code == 404
    assert ShareLink.objects.get().openings == 0


@pytest.mark.parametrize(("so_far", "status"), [(4, 429), (19, 403)])
def test_where_no_code_may_be_tried_no_error_leads_to_its_field(so_far: int, status: int) -> None:
    world, recipient = recipient_at("receive_letter")
    ShareLink.objects.update(wrong_codes=so_far % 5, wrong_codes_in_all=so_far)
    client = Client()
    with at_work(world):
        client.get(f"/t/{token_of(recipient)}/")
        wrong = "000000" if world.notes[f"code:{recipient.pk}"] != "000000" else "111111"
        answer = client.post("/jawab/", {"code": wrong})
    page = answer.content.decode()
    assert answer.status_code == status
    assert 'name="code"' not in page
    assert "Kode akses tidak cocok." not in page
    assert "<title>Galat" not in page


def test_the_code_counts_the_opening_and_changes_the_session() -> None:
    world, recipient = recipient_at("receive_letter")
    client = Client()
    with at_work(world):
        client.get(f"/t/{token_of(recipient)}/")
        before = client.session.session_key
        as_owner(world, recipient, client)
        assert client.session.session_key != before
    link = ShareLink.objects.get()
    assert link.openings == 1
    assert link.last_opened_at == world.now


def test_a_browser_of_staff_is_refused() -> None:
    world, recipient = recipient_at("receive_letter")
    client = as_user(world.staff)
    with at_work(world):
        answer = client.get(f"/t/{token_of(recipient)}/")
        assert answer.status_code == 403
        assert "Anda sedang masuk sebagai staf. Buka tautan di jendela privat." in (
            answer.content.decode()
        )
        owner = as_owner(world, recipient)
        owner.force_login(world.staff)
        assert owner.get(owner_url(recipient)).status_code == 403


def test_an_owner_sees_nothing_of_another() -> None:
    world, first = recipient_at("receive_data", recipients=2)
    second = first.data_request.recipients.get(number=2)
    theirs = DataFile.objects.filter(recipient=second).first()
    receipt = OfficialDocument.objects.filter(recipient=second).first()
    assert theirs is not None
    assert receipt is not None
    with at_work(world):
        client = as_owner(world, first)
        for segment in ("", "7", "7a", "7b"):
            page = client.get(owner_url(first, segment)).content.decode()
            # row 7 shows the letter itself, which names all whom it is addressed to
            assert segment == "7" or second.data_owner.name not in page
            assert str(second.public_id) not in page
            assert client.get(owner_url(second, segment)).status_code == 404
        place = [first.public_id, theirs.public_id]
        assert client.get(reverse("web:owner_file", args=place)).status_code == 404
        place = [first.public_id, receipt.code]
        assert client.get(reverse("web:owner_document", args=place)).status_code == 404
        assert client.get(f"/permohonan/{first.data_request.public_id}/").status_code == 302


EVENING = datetime(2026, 11, 23, 12, 24, tzinfo=UTC)
"""Monday, 19.24 WIB, after office hours."""


def panel_at(row: str, at: datetime) -> tuple[World, Recipient, list[str]]:
    """Walk to a row that is entered at a moment; read "Tentang permohonan ini" on every page."""
    before = {"process_request": "receive_letter", "deliver_data": "process_request"}
    world, recipient = recipient_at(before.get(row, row))
    if row in before:
        world.now = at
        WALK[before[row]](world, recipient)
    recipient = fresh(recipient)
    shown = []
    with at_work(world):
        client = as_owner(world, recipient)
        for segment in ("", "7", "7a", "7b"):
            page = client.get(owner_url(recipient, segment)).content.decode()
            aside = page[page.index('<aside class="panel"') :]
            shown.append(" ".join(re.sub(r"<[^>]+>", " ", aside).split()))
    return world, recipient, shown


def test_before_the_confirmation_both_terms_are_named() -> None:
    _world, _recipient, shown = panel_at("receive_letter", EVENING)
    for panel in shown:
        assert "Konfirmasi paling lambat Senin, 23 November 2026 pukul" in panel
        assert "Waktu menyiapkan data 10 hari kerja sejak konfirmasi" in panel
        assert "menit" not in panel


def test_a_letter_confirmed_in_the_evening_gives_ten_days_from_the_morning() -> None:
    _world, _recipient, shown = panel_at("process_request", EVENING)
    for panel in shown:
        assert "Data paling lambat Selasa, 8 Desember 2026 pukul 16.30 WIB" in panel
        assert "10 hari kerja, dihitung mulai Selasa, 24 November 2026" in panel


def test_reading_the_answers_once_more_costs_none_of_the_ten_days() -> None:
    _world, recipient, shown = panel_at("deliver_data", EVENING)
    assert recipient.due_at is not None
    assert recipient.due_at < EVENING + timedelta(days=1)  # the office's clock of row 7b
    for panel in shown:
        assert "Data paling lambat Senin, 7 Desember 2026 pukul 16.30 WIB" in panel
        assert "menit" not in panel


def test_nothing_is_due_from_an_owner_who_has_sent_the_data() -> None:
    _world, _recipient, shown = panel_at("receive_data", EVENING)
    for panel in shown:
        assert "paling lambat" not in panel
        assert "Sisa waktu" not in panel


def test_the_badge_speaks_to_the_owner() -> None:
    world, recipient = recipient_at("receive_letter")
    with at_work(world):
        page = as_owner(world, recipient).get(owner_url(recipient)).content.decode()
    assert "Menunggu konfirmasi Anda" in page
    assert "Terkirim" not in page


def test_leaving_closes_the_door() -> None:
    world, recipient = recipient_at("receive_letter")
    with at_work(world):
        client = as_owner(world, recipient)
        assert client.post("/jawab/keluar/").status_code == 200
        assert client.get(owner_url(recipient)).status_code == 404


# -- row 7 ----------------------------------------------------------------------------------------


def test_confirming_makes_a_receipt_and_starts_the_ten_days() -> None:
    world, recipient = recipient_at("receive_letter")
    with at_work(world):
        client = as_owner(world, recipient)
        answer = client.post(
            owner_url(recipient, "7"),
            {
                "deed": "receive_letter",
                "version": recipient.version,
                "name": "Pejabat Contoh",
                "title": "Kepala Bidang",
                "phone": "0285 111111",
            },
            follow=True,
        )
    page = answer.content.decode()
    recipient = fresh(recipient)
    assert recipient.state == "process_request"
    assert recipient.received_how == "confirmed"
    assert recipient.due_at is not None
    receipt = OfficialDocument.objects.get(kind="letter_receipt")
    assert str(receipt.number) in page
    assert receipt.number is not None
    assert receipt.number.text.startswith("TT-1/")
    assert f"Terima kasih. Tanda terima nomor {receipt.number.text} telah dibuat." in page
    assert Notice.objects.filter(kind="receipt", document=receipt).count() == 1


def test_confirming_needs_a_name() -> None:
    world, recipient = recipient_at("receive_letter")
    with at_work(world):
        client = as_owner(world, recipient)
        answer = client.post(
            owner_url(recipient, "7"),
            {"deed": "receive_letter", "version": recipient.version, "title": "Kepala Bidang"},
        )
    assert answer.status_code == 422
    assert "Tulis nama Anda." in answer.content.decode()
    assert "Kepala Bidang" in answer.content.decode()


@pytest.mark.parametrize("phone", ["nanti saya kabari", "pes. 12", "0812"])
def test_a_telephone_that_nobody_can_ring_is_told_at_its_field(phone: str) -> None:
    world, recipient = recipient_at("receive_letter")
    typed = {"deed": "receive_letter", "version": recipient.version, "phone": phone}
    typed |= {"name": "Pejabat Contoh", "title": "Kabid"}
    with at_work(world):
        answer = as_owner(world, recipient).post(owner_url(recipient, "7"), typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert page.count("Tulis nomor telepon lengkap, misalnya 0812 3456 7890.") == 2
    assert f'value="{phone}"' in page
    assert fresh(recipient).state == "receive_letter"


def test_a_double_click_leads_to_the_first_result() -> None:
    world, recipient = recipient_at("receive_letter")
    typed = {
        "deed": "receive_letter",
        "version": recipient.version,
        "name": "Pejabat",
        "title": "Kabid",
        "phone": "0285 111111",
    }
    with at_work(world):
        client = as_owner(world, recipient)
        first = client.post(owner_url(recipient, "7"), typed)
        second = client.post(owner_url(recipient, "7"), typed)
    assert first.status_code == second.status_code == 302
    assert OfficialDocument.objects.filter(kind="letter_receipt").count() == 1


# -- row 7a ---------------------------------------------------------------------------------------


def test_a_file_is_kept_at_once_and_can_be_opened_again() -> None:
    world, recipient = recipient_at("process_request")
    with at_work(world):
        client = as_owner(world, recipient)
        answer = client.post(
            owner_url(recipient, "7a"), answers_post(recipient, save="1"), follow=True
        )
        assert "Isian tersimpan; 2 dari 2 data sudah terisi." in answer.content.decode()
        kept = DataFile.objects.get(kind="delivery")
        place = [recipient.public_id, kept.public_id]
        opened = client.get(reverse("web:owner_file", args=place))
        assert downloaded(opened) == CSV
        assert opened["Content-Disposition"].startswith("attachment")
    assert fresh(recipient).state == "process_request"


def test_staff_sees_nothing_of_an_unsent_file() -> None:
    world, recipient = recipient_at("process_request")
    with at_work(world):
        client = as_owner(world, recipient)
        client.post(owner_url(recipient, "7a"), answers_post(recipient, save="1"))
        kept = DataFile.objects.get(kind="delivery")
        staff = as_user(world.staff)
        assert staff.get(reverse("web:open_file", args=[kept.public_id])).status_code == 404
        page = staff.get(staff_url(recipient, "7a"))
    assert page.status_code == 200
    assert "daftar.csv" not in page.content.decode()
    assert "2 dari 2 data terisi" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("program.exe", b"MZ\x90\x00" + b"\x00" * 90, "program.exe tidak diterima."),
        ("kosong.csv", b"", "kosong.csv kosong."),
        ("palsu.pdf", b"<html><script>alert(1)</script>", "palsu.pdf tidak diterima"),
    ],
)
def test_a_hostile_file_is_refused_by_name_and_the_rest_stays(
    name: str, content: bytes, said: str
) -> None:
    world, recipient = recipient_at("process_request")
    first, second = answers.sheet_of(recipient).items
    typed = answers_post(recipient, save="1")
    typed[f"item-{first.item.pk}-uploads"] = [
        SimpleUploadedFile(name, content),
        SimpleUploadedFile("baik.csv", CSV),
    ]
    typed[f"item-{first.item.pk}-source"] = "Aplikasi pendataan"
    with at_work(world):
        client = as_owner(world, recipient)
        answer = client.post(owner_url(recipient, "7a"), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert re.search(rf'<a href="#[^"]+-uploads">{re.escape(said)}', page)
    assert "Aplikasi pendataan" in page
    assert "1.250" in page
    assert [one.name for one in DataFile.objects.filter(kind="delivery")] == ["baik.csv"]
    assert second.item.answers.get().question_answers.get().value == "1250"


def test_an_oversized_file_is_refused_by_name(settings: Any) -> None:
    world, recipient = recipient_at("process_request")
    settings.MAX_FILE_BYTES = 10
    with at_work(world):
        client = as_owner(world, recipient)
        answer = client.post(owner_url(recipient, "7a"), answers_post(recipient, save="1"))
    assert answer.status_code == 422
    assert "daftar.csv berukuran" in answer.content.decode()


def test_an_item_has_one_place_for_its_files_in_the_words_of_its_question() -> None:
    world, recipient = recipient_at("process_request")
    with at_work(world):
        page = as_owner(world, recipient).get(owner_url(recipient, "7a")).content.decode()
    first, second = answers.sheet_of(recipient).items
    assert len(re.findall(r'<input[^>]* name="item-\d+-uploads"', page)) == 2
    assert page.count(f"Unggah: {first.item.name}</label>") == 1
    assert f'name="question-{first.questions[0].pk}"' not in page
    assert f'name="question-{second.questions[0].pk}"' in page


def test_an_item_tells_its_definition_and_period_once() -> None:
    world, recipient = recipient_at("process_request")
    with at_work(world):
        page = as_owner(world, recipient).get(owner_url(recipient, "7a")).content.decode()
    first = answers.sheet_of(recipient).items[0].item
    assert page.count(first.definition) == 1
    assert " · " not in page


def test_a_file_answers_the_question_that_asks_for_it_wherever_it_is_read() -> None:
    world, recipient = recipient_at("process_request")
    with at_work(world):
        client = as_owner(world, recipient)
        client.post(owner_url(recipient, "7a"), answers_post(recipient, deed="process_request"))
        page = client.get(owner_url(recipient, "7b")).content.decode()
        assert "daftar.csv</dd>" in page
        assert "belum diisi" not in page
        client.post(
            owner_url(recipient, "7b"),
            {"deed": "deliver_data", "version": fresh(recipient).version},
        )
        staff = as_user(world.staff)
        page = staff.get(staff_url(recipient, "8")).content.decode()
    assert "daftar.csv</dd>" in page
    assert "tidak diisi" not in page


def test_without_its_file_the_question_is_open_and_the_item_lacks_data() -> None:
    world, recipient = recipient_at("process_request")
    typed = answers_post(recipient, deed="process_request")
    typed = {name: value for name, value in typed.items() if not name.endswith("-uploads")}
    with at_work(world):
        client = as_owner(world, recipient)
        client.post(owner_url(recipient, "7a"), typed)
        page = client.get(owner_url(recipient, "7b")).content.decode()
    assert page.count("belum diisi") == 1
    assert "Berkas atau isian belum ada untuk butir ini." in page


def test_a_file_that_was_not_kept_is_asked_for_again() -> None:
    world, recipient = recipient_at("process_request")
    question = answers.sheet_of(recipient).items[1].questions[0]
    typed = answers_post(recipient, save="1") | {f"question-{question.pk}": "banyak"}
    with at_work(world):
        answer = as_owner(world, recipient).post(owner_url(recipient, "7a"), typed)
    assert answer.status_code == 422
    assert "Pilih lagi berkas daftar.csv." in answer.content.decode()
    assert not DataFile.objects.filter(kind="delivery").exists()


def test_a_number_that_is_none_keeps_what_was_typed() -> None:
    world, recipient = recipient_at("process_request")
    typed = answers_post(recipient, save="1")
    question = next(name for name in typed if name.startswith("question-"))
    typed[question] = "banyak"
    with at_work(world):
        client = as_owner(world, recipient)
        answer = client.post(owner_url(recipient, "7a"), typed)
    assert answer.status_code == 422
    assert "Tulis angka, misalnya 1.250 atau 12,5." in answer.content.decode()
    assert "banyak" in answer.content.decode()


def test_a_file_can_be_taken_out_before_it_is_sent() -> None:
    world, recipient = recipient_at("process_request")
    with at_work(world):
        client = as_owner(world, recipient)
        client.post(owner_url(recipient, "7a"), answers_post(recipient, save="1"))
        kept = DataFile.objects.get(kind="delivery")
        recipient = fresh(recipient)
        typed = answers_post(recipient, save=f"remove:{kept.public_id}")
        typed.pop(next(name for name in typed if name.endswith("-uploads")))
        answer = client.post(owner_url(recipient, "7a"), typed)
    assert answer.status_code == 302
    assert not DataFile.objects.filter(kind="delivery").exists()


def test_what_is_missing_is_told_beside_its_item_and_files_stay() -> None:
    world, recipient = recipient_at("process_request")
    _first, second = answers.sheet_of(recipient).items
    typed = answers_post(recipient, deed="process_request")
    typed[f"item-{second.item.pk}-availability"] = "unavailable"
    typed = {name: value for name, value in typed.items() if not name.startswith("question-")}
    with at_work(world):
        client = as_owner(world, recipient)
        answer = client.post(owner_url(recipient, "7a"), typed)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Butir 2: pilih dasar data tidak dapat diberikan." in page
        assert "Butir 2: sebutkan alasan, paling sedikit 10 karakter." in page
        assert "daftar.csv" in page
        assert "Pilih lagi berkas" not in page
        recipient = fresh(recipient)
        typed = answers_post(recipient, deed="process_request") | {
            f"item-{second.item.pk}-availability": "unavailable",
            f"item-{second.item.pk}-ground": recipient.office.grounds[0],
            f"item-{second.item.pk}-reason": "Data ini tidak kami kumpulkan.",
        }
        answer = client.post(owner_url(recipient, "7a"), typed)
    assert answer.status_code == 302
    assert answer["Location"] == owner_url(recipient, "7b")
    assert fresh(recipient).state == "deliver_data"


def test_answers_can_still_be_changed_before_sending() -> None:
    world, recipient = recipient_at("deliver_data")
    second = answers.sheet_of(recipient).items[1]
    question = second.questions[0]
    with at_work(world):
        client = as_owner(world, recipient)
        page = client.get(owner_url(recipient, "7a")).content.decode()
        assert "Simpan dulu" in page
        typed = answers_post(recipient, save="1") | {f"question-{question.pk}": "99"}
        assert client.post(owner_url(recipient, "7a"), typed).status_code == 302
    assert second.item.answers.get().question_answers.get().value == "99"


# -- row 7b ---------------------------------------------------------------------------------------


def test_sending_makes_a_receipt_with_every_hash() -> None:
    world, recipient = recipient_at("deliver_data")
    with at_work(world):
        client = as_owner(world, recipient)
        answer = client.post(
            owner_url(recipient, "7b"),
            {
                "deed": "deliver_data",
                "version": recipient.version,
                "owner_letter_number": "045/12/2026",
                "owner_letter_date": "2026-11-23",
            },
            follow=True,
        )
        page = answer.content.decode()
        receipt = OfficialDocument.objects.get(kind="data_receipt")
        place = [recipient.public_id, receipt.code]
        pdf = downloaded(client.get(reverse("web:owner_document", args=place)))
    assert "Data telah terkirim" in page
    assert str(receipt.number) in page
    assert pdf.startswith(b"%PDF-")
    recipient = fresh(recipient)
    assert recipient.state == "receive_data"
    delivery = recipient.newest_delivery()
    assert delivery is not None
    assert delivery.owner_letter_number == "045/12/2026"
    kept = DataFile.objects.get(kind="delivery")
    entry = AuditEntry.objects.get(deed="deliver_data")
    assert entry.facts["files"][0]["sha256"] == kept.sha256


def test_an_item_without_its_file_is_not_sent() -> None:
    world, recipient = recipient_at("process_request")
    first = answers.sheet_of(recipient).items[0]
    typed = answers_post(recipient, deed="process_request")
    typed.pop(f"item-{first.item.pk}-uploads")
    with at_work(world):
        client = as_owner(world, recipient)
        assert client.post(owner_url(recipient, "7a"), typed).status_code == 302
        recipient = fresh(recipient)
        answer = client.post(
            owner_url(recipient, "7b"), {"deed": "deliver_data", "version": recipient.version}
        )
    assert answer.status_code == 422
    assert f"Berkas atau isian belum ada untuk: {first.item.name}." in answer.content.decode()
    assert not OfficialDocument.objects.filter(kind="data_receipt").exists()


def test_what_is_sent_cannot_be_changed() -> None:
    world, recipient = recipient_at("receive_data")
    with at_work(world):
        client = as_owner(world, recipient)
        answer = client.post(owner_url(recipient, "7a"), answers_post(recipient, save="1"))
    assert answer.status_code == 409
    assert DataFile.objects.filter(kind="delivery").count() == 1


# -- declining ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "segment"),
    [("receive_letter", "7"), ("process_request", "7a"), ("deliver_data", "7b")],
)
def test_declining_ends_this_owner_with_a_receipt(state: str, segment: str) -> None:
    world, recipient = recipient_at(state)
    with at_work(world):
        client = as_owner(world, recipient)
        answer = client.post(
            owner_url(recipient, segment),
            {
                "deed": "decline",
                "version": recipient.version,
                "ground": recipient.office.grounds[0],
                "reason": "Data ini tidak kami kumpulkan.",
                "is_meant": "on",
            },
            follow=True,
        )
    page = answer.content.decode()
    recipient = fresh(recipient)
    assert recipient.state == "declined"
    assert recipient.end_reason == "Data ini tidak kami kumpulkan."
    assert "Jawaban Anda telah tercatat" in page
    assert "confirmation--quiet" in page
    receipt = OfficialDocument.objects.get(kind="decline_receipt")
    assert str(receipt.number) in page
    assert recipient.data_request.recipients.waiting().count() == 0


def test_declining_asks_for_ground_reason_and_the_tick() -> None:
    world, recipient = recipient_at("process_request")
    with at_work(world):
        client = as_owner(world, recipient)
        answer = client.post(
            owner_url(recipient, "7a"),
            {"deed": "decline", "version": recipient.version, "reason": "pendek"},
        )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Pilih dasar data tidak dapat diberikan." in page
    assert "Tulis alasan, paling sedikit 10 karakter." in page
    assert "Centang bahwa seluruh data tidak dapat diberikan." in page
    assert fresh(recipient).state == "process_request"


# -- others at the owner's rows -------------------------------------------------------------------


@pytest.mark.parametrize("segment", ["7", "7a", "7b"])
def test_the_office_may_look_at_the_owners_rows_and_do_none_of_their_deeds(segment: str) -> None:
    state = {"7": "receive_letter", "7a": "process_request", "7b": "deliver_data"}[segment]
    world, recipient = recipient_at(state)
    client = as_user(world.staff)
    with at_work(world):
        page = client.get(staff_url(recipient, segment))
        assert page.status_code == 200
        assert "Jawaban yang datang dengan cara lain dicatat di bawah." in page.content.decode()
        head = as_user(world.agency_head).get(staff_url(recipient, segment))
        assert "Anda hanya dapat memantau" in head.content.decode()
        answer = client.post(
            staff_url(recipient, segment), {"deed": state, "version": recipient.version}
        )
    assert answer.status_code == 403
    assert fresh(recipient).state == state


def test_an_owner_who_returns_on_another_device_finds_the_answers() -> None:
    world, recipient = recipient_at("process_request")
    with at_work(world):
        first = as_owner(world, recipient)
        first.post(owner_url(recipient, "7a"), answers_post(recipient, save="1"))
        second = as_owner(world, recipient)
        page = second.get(owner_url(recipient, "7a")).content.decode()
        tasks = second.get(owner_url(recipient)).content.decode()
    assert "daftar.csv" in page
    assert "1.250" in page
    assert "2 dari 2 data terisi" in tasks


def test_a_correction_round_locks_what_was_accepted() -> None:
    world, recipient = recipient_at("receive_data")
    first, second = answers.sheet_of(recipient).items
    with at_work(world):
        staff = as_user(world.staff)
        answer = staff.post(
            staff_url(recipient, "8"),
            {
                "deed": "return:process_request",
                "version": recipient.version,
                f"item-{first.item.pk}-verdict": "accepted",
                f"item-{second.item.pk}-verdict": "correction",
                f"item-{second.item.pk}-note": "Jumlah tahun 2026, bukan 2025.",
            },
        )
        assert answer.status_code == 302
        recipient = fresh(recipient)
        assert (recipient.state, recipient.round) == ("process_request", 2)
        client = as_owner(world, recipient)
        page = client.get(owner_url(recipient, "7a")).content.decode()
        assert "Jumlah tahun 2026, bukan 2025." in page
        assert "butir ini tidak perlu diisi lagi" in page
        typed = answers_post(recipient, deed="process_request")
        typed[f"item-{first.item.pk}-availability"] = "unavailable"
        typed[f"question-{second.questions[0].pk}"] = "77"
        assert client.post(owner_url(recipient, "7a"), typed).status_code == 302
        recipient = fresh(recipient)
        sent = client.post(
            owner_url(recipient, "7b"), {"deed": "deliver_data", "version": recipient.version}
        )
        assert sent.status_code == 302
        again = staff.get(staff_url(recipient, "8")).content.decode()
    assert "pengiriman ke-2" in again
    kept = ItemAnswer.objects.get(delivery__round=2, item=first.item)
    assert (kept.availability, kept.verdict) == ("available", "accepted")
    changed = ItemAnswer.objects.get(delivery__round=2, item=second.item)
    assert changed.question_answers.get().value == "77"
    assert changed.verdict == ""
    assert ItemAnswer.objects.get(delivery__round=1, item=second.item).verdict == "correction"


def test_the_walk_goes_on_after_a_correction() -> None:
    world, recipient = recipient_at("receive_data")
    assert recipient.state == "receive_data"
    WALK["receive_data"](world, recipient)
    world.tick()
    WALK["record_data"](world, recipient)
    assert fresh(recipient).state == "recorded"
