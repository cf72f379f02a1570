"""Can staff record on the owner's pages what came by another way, without any link being opened?"""

import html
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from requests_app.documents import pdf as typesetter
from requests_app.documents import receipts
from requests_app.documents.receipts import DataReceipt
from requests_app.models import (
    AuditEntry,
    BehalfRecord,
    Clarification,
    DataFile,
    Delivery,
    Extension,
    OfficialDocument,
    Recipient,
    ShareLink,
)
from requests_app.services import answers, filling, owners, sharing, supplements
from requests_app.services.answers import GivenAnswer
from requests_app.sop.roles import Role
from requests_app.web.pages import PAGES
from tests.contracts.test_sentences import borrowed
from tests.factories import (
    CSV,
    WALK,
    World,
    answers_for,
    make_position,
    make_user,
    owner_actor,
    recipient_at,
)
from tests.proofs import picture
from tests.typesetting import ONE_PAGE
from tests.web.doors import as_owner, as_user, at_work, owner_url, staff_url

pytestmark = pytest.mark.django_db

PLACE = 'id="atas-nama"'


@pytest.fixture(autouse=True)
def _quick_november(monkeypatch: pytest.MonkeyPatch) -> None:
    """The story plays in November 2026, whatever the database's own clock says; no paper is set."""
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))
    monkeypatch.setattr(typesetter, "render_pdf", lambda **_more: ONE_PAGE)


def again(recipient: Recipient) -> Recipient:
    return Recipient.objects.select_related("data_request__office", "data_owner").get(
        pk=recipient.pk
    )


def came(recipient: Recipient, deed: str, **changes: Any) -> dict[str, Any]:
    """Fill in how an owner's word came, with the button that records it."""
    typed: dict[str, Any] = {
        "deed": f"behalf:{deed}",
        "version": again(recipient).version,
        "channel": "whatsapp",
        "received_on": "2026-11-23",
        "from_whom": "Ani Contoh, Kepala Bidang",
        "evidence": picture(),
    }
    return {**typed, **changes}


def answered(recipient: Recipient, **changes: Any) -> dict[str, Any]:
    """Fill in the owner's form: a file for the first item, a number for the second."""
    first, second = answers.sheet_of(recipient).items
    typed: dict[str, Any] = {
        "version": again(recipient).version,
        f"item-{first.item.pk}-availability": "available",
        f"item-{first.item.pk}-uploads": SimpleUploadedFile("daftar.csv", CSV),
        f"item-{second.item.pk}-availability": "available",
    }
    for question in (*first.questions, *second.questions):
        if question.kind == "number":
            typed[f"question-{question.pk}"] = "1.250"
    return {**typed, **changes}


def press(world: World, client: Client, url: str, typed: dict[str, Any], status: int = 302) -> Any:
    """Press a button a minute later."""
    with at_work(world):
        answer = client.post(url, typed)
    assert answer.status_code == status, answer.content.decode()
    return answer


def page_of(world: World, client: Client, url: str) -> str:
    with at_work(world):
        answer = client.get(url)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def record_all(world: World, recipient: Recipient) -> Client:
    """Walk rows 7 to 7b by the hand of staff."""
    client = as_user(world.staff)
    seven, seven_a, seven_b = (staff_url(recipient, segment) for segment in ("7", "7a", "7b"))
    answer = press(
        world, client, seven, came(recipient, "receive_letter", name="Ani Contoh", title="Kabid")
    )
    assert answer["Location"] == seven_a
    sent = page_of(world, client, staff_url(recipient, "6"))
    assert "Diterima, dicatat staf" in sent
    assert ">23 November 2026<" in sent
    answer = press(world, client, seven_a, came(recipient, "take_up", channel="disk"))
    assert answer["Location"] == seven_a
    typed = answered(recipient, deed="behalf:process_request")
    answer = press(world, client, seven_a, typed)
    assert answer["Location"] == seven_b
    typed = {"deed": "behalf:deliver_data", "version": again(recipient).version}
    answer = press(world, client, seven_b, {**typed, "note": "Satu flash disk."})
    assert answer["Location"] == staff_url(recipient, "8")
    return client


# -- the whole way, without the link --------------------------------------------------------------


def revoked(world: World, recipient: Recipient) -> None:
    link = recipient.live_link()
    assert link is not None
    sharing.revoke_link(link=link, actor=world.actor(Role.STAFF), at=world.tick())


def expired(world: World, recipient: Recipient) -> None:
    del recipient
    ShareLink.objects.update(expires_at=world.now - timedelta(days=1))


def untouched(world: World, recipient: Recipient) -> None:
    del world, recipient


@pytest.mark.parametrize("befalls", [untouched, revoked, expired])
def test_the_office_gets_its_data_although_no_link_is_ever_opened(befalls: Any) -> None:
    world, recipient = recipient_at("receive_letter")
    befalls(world, recipient)
    client = record_all(world, recipient)
    assert again(recipient).state == "receive_data"
    page = page_of(world, client, staff_url(recipient, "8"))
    assert "daftar.csv" in page
    assert "Flash disk, diterima 23 November 2026 dari Ani Contoh, Kepala Bidang" in page
    WALK["receive_data"](world, again(recipient))
    WALK["record_data"](world, again(recipient))
    stands = again(recipient)
    assert stands.state == "recorded"
    assert stands.data_request.state == "process_data"
    assert not ShareLink.objects.filter(openings__gt=0).exists()
    assert OfficialDocument.objects.filter(recipient=recipient).count() == 3
    entry = stands.register_entries.get()
    assert "dicatat staf atas nama pemilik data" in entry.remarks


def test_the_timeline_says_that_staff_recorded_it_by_which_way_and_when() -> None:
    world, recipient = recipient_at("receive_letter")
    client = record_all(world, recipient)
    page = page_of(world, client, f"/permohonan/{recipient.data_request.public_id}/")
    assert page.count("(dicatat staf atas nama pemilik data)") >= 3
    assert "Flash disk, diterima 23 November 2026 dari Ani Contoh, Kepala Bidang" in page


def test_the_owner_sees_that_the_office_confirmed_for_him() -> None:
    world, recipient = recipient_at("receive_letter")
    staff = as_user(world.staff)
    typed = came(recipient, "receive_letter", name="Ani Contoh")
    press(world, staff, staff_url(recipient, "7"), typed)
    with at_work(world):
        client = as_owner(world, again(recipient))
        for address in (owner_url(recipient), owner_url(recipient, "7")):
            page = client.get(address).content.decode()
            assert f"dicatat {world.office.name} atas nama instansi Anda" in page
            assert "tenggat dihitung sejak Senin, 23 November 2026" in page


# -- what the pages offer, and to whom ------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "segment", "deed"),
    [
        ("receive_letter", "7", "receive_letter"),
        ("process_request", "7a", "take_up"),
        ("deliver_data", "7b", "take_up"),
    ],
)
def test_only_who_may_record_is_offered_it(state: str, segment: str, deed: str) -> None:
    world, recipient = recipient_at(state)
    for user, offered in (
        (world.staff, True),
        (world.section_head, False),
        (world.agency_head, False),
    ):
        page = page_of(world, as_user(user), staff_url(recipient, segment))
        assert (f'data-deed="behalf:{deed}"' in page) is offered
        assert ('data-deed="behalf:decline"' in page) is offered
        assert (PLACE in page) is offered


def test_a_step_that_waits_elsewhere_leads_there() -> None:
    world, recipient = recipient_at("process_request")
    page = page_of(world, as_user(world.staff), staff_url(recipient, "7"))
    assert f'href="{staff_url(recipient, "7a")}#atas-nama"' in page
    assert 'data-deed="behalf:' not in page


def test_the_owner_finds_none_of_it() -> None:
    world, recipient = recipient_at("receive_letter")
    with at_work(world):
        client = as_owner(world, recipient)
        assert "behalf:" not in client.get(owner_url(recipient, "7")).content.decode()
        typed = came(recipient, "receive_letter", name="Ani")
        assert client.post(owner_url(recipient, "7"), typed).status_code == 409
    assert not BehalfRecord.objects.exists()


def test_what_an_owner_has_not_sent_is_not_shown_before_it_is_on_record_why() -> None:
    world, recipient = recipient_at("process_request")
    given = answers_for(recipient)
    filling.save_answers(
        subject=recipient, given=given, actor=owner_actor(recipient), at=world.tick()
    )
    client = as_user(world.staff)
    for segment in ("7", "7a", "7b"):
        assert "daftar.csv" not in page_of(world, client, staff_url(recipient, segment))
    press(world, client, staff_url(recipient, "7a"), came(recipient, "take_up"))
    page = page_of(world, client, staff_url(recipient, "7a"))
    assert "daftar.csv" in page
    file = DataFile.objects.get(kind="delivery")
    # it can be taken out and replaced, but not opened before it is sent
    assert f"/{file.public_id}/" not in page
    with at_work(world):
        assert client.get(f"/berkas/{file.public_id}/").status_code == 404


def test_the_proof_is_opened_for_a_purpose_like_any_file() -> None:
    world, recipient = recipient_at("process_request")
    client = as_user(world.staff)
    press(world, client, staff_url(recipient, "7a"), came(recipient, "take_up"))
    evidence = BehalfRecord.objects.get().evidence
    page = page_of(world, client, staff_url(recipient, "7a"))
    assert f'href="/berkas/{evidence.public_id}/"' in page
    assert "Untuk keperluan apa?" in page_of(world, client, f"/berkas/{evidence.public_id}/")


def test_row_8_leads_to_what_came_outside_the_system() -> None:
    world, recipient = recipient_at("process_request")
    page = page_of(world, as_user(world.staff), staff_url(recipient, "8"))
    assert "Catat data yang diterima di luar sistem" in page
    assert f'href="{staff_url(recipient, "7a")}#atas-nama"' in page
    page = page_of(world, as_user(world.section_head), staff_url(recipient, "8"))
    assert "Catat data yang diterima di luar sistem" not in page


@pytest.mark.parametrize(
    ("state", "segment"),
    [("receive_letter", "7"), ("process_request", "7a"), ("deliver_data", "7b")],
)
def test_every_form_carries_the_token_that_a_browser_must_send(state: str, segment: str) -> None:
    world, recipient = recipient_at(state)
    client, url = as_user(world.staff), staff_url(recipient, segment)
    pages = [page_of(world, client, url)]
    if state != "receive_letter":
        press(world, client, url, came(recipient, "take_up"))
        pages.append(page_of(world, client, url))
    for page in pages:
        work = page[page.index(PLACE) :]
        forms = re.findall(r'<form method="post".*?</form>', work, flags=re.DOTALL)
        assert len(forms) == 2
        assert all("csrfmiddlewaretoken" in form for form in forms)


def test_the_request_page_leads_to_where_it_is_recorded() -> None:
    world, recipient = recipient_at("process_request")
    home = f"/permohonan/{recipient.data_request.public_id}/"
    link = f'href="{staff_url(recipient, "7a")}#atas-nama"'
    assert link in page_of(world, as_user(world.staff), home)
    assert link not in page_of(world, as_user(world.section_head), home)


# -- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("channel", "Pilih saluran yang membawa jawaban ini."),
        ("received_on", "Tulis tanggal jawaban diterima."),
        ("from_whom", "Tulis dari siapa ini diterima."),
        ("evidence", "Pilih berkas bukti."),
        ("name", "Tulis nama yang mengonfirmasi."),
    ],
)
def test_each_fact_is_asked_in_its_own_words_and_the_rest_stays(missing: str, said: str) -> None:
    world, recipient = recipient_at("receive_letter")
    typed = came(recipient, "receive_letter", name="Ani Contoh, SE")
    del typed[missing]
    answer = press(world, as_user(world.staff), staff_url(recipient, "7"), typed, status=422)
    page = html.unescape(answer.content.decode())
    assert said in page
    assert ("Ani Contoh, SE" in page) is (missing != "name")
    assert again(recipient).state == "receive_letter"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 24), "Tanggal diterima tidak boleh setelah hari ini."),
        (date(2026, 11, 20), "Tanggal diterima tidak boleh sebelum surat dikirim"),
    ],
)
def test_a_day_that_cannot_be_is_told_at_its_field(day: date, said: str) -> None:
    world, recipient = recipient_at("receive_letter")
    typed = came(recipient, "receive_letter", name="Ani", received_on=day.isoformat())
    answer = press(world, as_user(world.staff), staff_url(recipient, "7"), typed, status=422)
    assert said in html.unescape(answer.content.decode())


def test_a_proof_that_cannot_be_read_is_told_at_its_field() -> None:
    world, recipient = recipient_at("receive_letter")
    bad = SimpleUploadedFile("surel.exe", b"MZ\x90\x00" + b"\x00" * 90)
    typed = came(recipient, "receive_letter", name="Ani", evidence=bad)
    answer = press(world, as_user(world.staff), staff_url(recipient, "7"), typed, status=422)
    form = answer.context["forms"]["behalf_receive_letter"]
    assert "surel.exe tidak diterima" in form.errors["evidence"][0]


def test_errors_are_listed_in_the_order_of_the_form() -> None:
    world, recipient = recipient_at("receive_letter")
    typed = came(recipient, "receive_letter", channel="", from_whom="", name="", phone="0285")
    answer = press(world, as_user(world.staff), staff_url(recipient, "7"), typed, status=422)
    page = html.unescape(answer.content.decode())
    summary = page[page.index("error-summary-title") :]
    said = [
        "Pilih saluran yang membawa jawaban ini.",
        "Tulis dari siapa ini diterima.",
        "Tulis nama yang mengonfirmasi.",
        "Tulis nomor telepon lengkap, misalnya 0812 3456 7890.",
    ]
    assert sorted(said, key=summary.index) == said


def test_the_owners_own_button_stays_the_owners() -> None:
    world, recipient = recipient_at("receive_letter")
    typed = came(recipient, "receive_letter", name="Ani", title="Kabid", phone="0285 111111")
    typed["deed"] = "receive_letter"
    press(world, as_user(world.staff), staff_url(recipient, "7"), typed, status=403)


@pytest.mark.parametrize("who", ["section_head", "agency_head"])
def test_the_others_of_the_office_record_nothing(who: str) -> None:
    world, recipient = recipient_at("receive_letter")
    client = as_user(getattr(world, who))
    for typed in (
        came(recipient, "receive_letter", name="Ani"),
        came(recipient, "receive_letter", evidence=""),
    ):
        answer = press(world, client, staff_url(recipient, "7"), typed, status=403)
        assert "Yang mencatat atas nama pemilik data ialah" in answer.content.decode()


def test_what_is_missing_in_row_7a_is_told_beside_its_item() -> None:
    world, recipient = recipient_at("process_request")
    client = as_user(world.staff)
    press(world, client, staff_url(recipient, "7a"), came(recipient, "take_up"))
    first, second = answers.sheet_of(recipient).items
    typed = answered(recipient, deed="behalf:process_request")
    typed[f"item-{second.item.pk}-availability"] = "unavailable"
    answer = press(world, client, staff_url(recipient, "7a"), typed, status=422)
    form = answer.context["forms"]["behalf_process_request"]
    assert f"item-{second.item.pk}-ground" in form.errors
    assert f"item-{first.item.pk}-ground" not in form.errors
    assert "daftar.csv" in answer.content.decode()


def test_saving_and_taking_out_works_without_scripts_as_for_the_owner() -> None:
    world, recipient = recipient_at("process_request")
    client, url = as_user(world.staff), staff_url(recipient, "7a")
    press(world, client, url, answered(recipient, save="1"), status=422)
    assert not Delivery.objects.exists()
    press(world, client, url, came(recipient, "take_up"))
    press(world, client, url, answered(recipient, save="1"))
    kept = DataFile.objects.get(kind="delivery")
    press(world, client, url, {"save": f"remove:{kept.public_id}", "version": 1})
    assert not DataFile.objects.filter(kind="delivery").exists()


def test_a_refusal_of_the_whole_is_recorded_from_any_of_the_three_pages() -> None:
    for state, segment in (
        ("receive_letter", "7"),
        ("process_request", "7a"),
        ("deliver_data", "7b"),
    ):
        world, recipient = recipient_at(state)
        typed = came(
            recipient,
            "decline",
            ground=recipient.office.grounds[0],
            reason="Tidak kami kumpulkan.",
            is_meant="on",
        )
        press(world, as_user(world.staff), staff_url(recipient, segment), typed)
        assert again(recipient).state == "declined"
        entry = AuditEntry.objects.get(deed="decline", recipient_id=recipient.pk)
        assert entry.actor_capacity == "behalf"


def test_a_double_click_records_once() -> None:
    world, recipient = recipient_at("receive_letter")
    client, url = as_user(world.staff), staff_url(recipient, "7")
    typed = came(recipient, "receive_letter", name="Ani")
    first = press(world, client, url, typed)
    second = press(world, client, url, {**typed, "evidence": picture()})
    assert first["Location"] == second["Location"]
    assert BehalfRecord.objects.count() == 1


# -- what an owner asks ---------------------------------------------------------------------------


def talk_url(recipient: Recipient, way: str) -> str:
    place = [recipient.data_request.public_id, recipient.number, way]
    return reverse("web:behalf_ways", args=place)


def test_a_question_that_came_by_telephone_stops_the_owners_clock() -> None:
    world, recipient = recipient_at("process_request")
    client, url = as_user(world.staff), talk_url(recipient, "penjelasan")
    page = page_of(world, client, staff_url(recipient, "7a"))
    assert f'href="{url}"' in page
    assert 'data-deed="behalf:ask_clarification"' in page_of(world, client, url)
    typed = came(recipient, "ask_clarification", channel="phone", item="")
    answer = press(world, client, url, {**typed, "question": "Apakah cabang ikut dihitung?"})
    assert answer["Location"].endswith("/percakapan/")
    asked = Clarification.objects.get()
    assert asked.question == "Apakah cabang ikut dihitung?"
    assert recipient.pauses.get().resumed_at is None
    assert BehalfRecord.objects.get().deed == "ask_clarification"
    note = AuditEntry.objects.get(deed="ask_clarification")
    assert (note.actor_role, note.actor_capacity) == ("data_owner", "behalf")


def test_more_days_are_asked_once_also_by_letter() -> None:
    world, recipient = recipient_at("process_request")
    client, url = as_user(world.staff), talk_url(recipient, "perpanjangan")
    typed = came(recipient, "request_extension", days="3", reason="Data menunggu rekap cabang.")
    press(world, client, url, typed)
    assert Extension.objects.get().days == 3
    page = page_of(world, client, url)
    assert "Perpanjangan hanya satu kali" in page
    assert "data-deed" not in page
    later = {**typed, "reason": "Data masih menunggu cabang.", "evidence": picture()}
    press(world, client, url, later, status=409)
    assert BehalfRecord.objects.count() == 1


def test_a_question_that_staff_recorded_is_the_owners_with_its_way_and_proof() -> None:
    world, recipient = recipient_at("process_request")
    staff = as_user(world.staff)
    typed = came(recipient, "ask_clarification", channel="phone", item="", question="Cabang juga?")
    press(world, staff, talk_url(recipient, "penjelasan"), typed)
    name = recipient.data_owner.name
    asked_by = f"{name}, dicatat {world.staff.name}"
    assert Clarification.objects.get().asked_by == asked_by
    place = [recipient.data_request.public_id, recipient.number]
    evidence = BehalfRecord.objects.get().evidence
    proof = f'href="/berkas/{evidence.public_id}/"'
    told = "Telepon, diterima 23 November 2026 dari Ani Contoh, Kepala Bidang"
    for address in (reverse("web:conversation", args=place), staff_url(recipient, "7a")):
        page = page_of(world, staff, address)
        assert told in page
        assert proof in page
    with at_work(world):
        page = as_owner(world, again(recipient)).get(owner_url(recipient)).content.decode()
    assert "Dicatat atas nama instansi Anda" in page
    assert told in page
    assert asked_by in page
    assert proof not in page


def test_the_proof_of_a_refusal_stays_at_hand() -> None:
    world, recipient = recipient_at("process_request")
    typed = came(
        recipient,
        "decline",
        ground=recipient.office.grounds[0],
        reason="Tidak kami kumpulkan.",
        is_meant="on",
    )
    press(world, as_user(world.staff), staff_url(recipient, "7a"), typed)
    page = page_of(world, as_user(world.staff), staff_url(recipient, "7a"))
    assert "Jawaban bahwa data tidak dapat diberikan" in page
    assert f'href="/berkas/{BehalfRecord.objects.get().evidence.public_id}/"' in page


def test_the_owner_reads_that_its_data_was_recorded_by_the_office() -> None:
    world, recipient = recipient_at("receive_letter")
    record_all(world, recipient)
    with at_work(world):
        page = as_owner(world, again(recipient)).get(owner_url(recipient)).content.decode()
    assert "Flash disk, diterima 23 November 2026 dari Ani Contoh, Kepala Bidang" in page


# -- what an owner sends later --------------------------------------------------------------------


def delivered(state: str = "receive_data") -> tuple[World, Recipient]:
    """Deliver the first item in part, and walk on to a row."""
    world, recipient = recipient_at("process_request")
    given = answers_for(recipient)
    given[0] = replace(
        given[0],
        availability="partial",
        reason="Data kecamatan barat menyusul.",
        promised_on=date(2026, 12, 4),
        uploads=(SimpleUploadedFile("daftar.csv", CSV),),
    )
    owner = owner_actor(recipient)
    owners.process_request(subject=recipient, given=given, actor=owner, at=world.tick())
    for key in ("deliver_data", "receive_data", "record_data"):
        if again(recipient).state == state:
            break
        world.tick()
        WALK[key](world, again(recipient))
    return world, again(recipient)


def followed(recipient: Recipient, **changes: Any) -> dict[str, Any]:
    """Fill in what the owner sent later: one file, and that the item is whole now."""
    item = recipient.items()[0].pk
    return came(
        recipient,
        "deliver_supplement",
        **{
            f"item-{item}-uploads": SimpleUploadedFile("susulan.csv", CSV),
            f"item-{item}-complete": "on",
            **changes,
        },
    )


def add_a_word(world: World, recipient: Recipient) -> None:
    """Let the owner add a word about the second item, behind the own link."""
    page = reverse("web:owner_supplement", args=[recipient.public_id])
    note = {f"item-{recipient.items()[1].pk}-note": "Kolom kedua dalam rupiah."}
    typed = {"deed": "deliver_supplement", **note}
    press(world, as_owner(world, again(recipient)), page, typed)


def file_names(recipient: Recipient) -> list[str]:
    return sorted(one.name for one in answers.sheet_of(again(recipient)).items[0].files)


def test_data_that_followed_on_a_flash_disk_counts_at_once_in_row_8() -> None:
    world, recipient = delivered()
    client, url = as_user(world.staff), talk_url(recipient, "susulan")
    page = page_of(world, client, staff_url(recipient, "8"))
    assert f'href="{url}"' in page
    assert "Sisanya dijanjikan" in page
    assert "4 Desember 2026" in page
    assert 'data-deed="behalf:deliver_supplement"' in page_of(world, client, url)
    typed = followed(recipient, channel="disk", remark="Kecamatan barat.")
    answer = press(world, client, url, typed)
    assert answer["Location"] == staff_url(recipient, "8")
    newest = again(recipient).newest_delivery()
    assert newest is not None
    assert newest.is_supplement
    assert newest.taken_in_at is not None
    assert newest.note == "Kecamatan barat."
    first = again(recipient).answers()[0]
    assert (first.availability, first.promised_on) == ("available", None)
    assert file_names(recipient) == ["daftar.csv", "susulan.csv"]
    entry = AuditEntry.objects.get(deed="deliver_supplement")
    assert (entry.actor_role, entry.actor_capacity) == ("data_owner", "behalf")
    shown = page_of(world, client, staff_url(recipient, "8"))
    assert "Flash disk, diterima 23 November 2026 dari Ani Contoh, Kepala Bidang" in shown


def test_the_receipt_of_a_part_tells_the_day_of_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[DataReceipt] = []
    monkeypatch.setattr(
        receipts, "render_data_receipt", lambda paper: (told.append(paper), ONE_PAGE)[1]
    )
    delivered()
    [refusal] = told[0].refusals
    assert refusal.is_partial
    assert refusal.ground == "Diberikan sebagian; sisanya dijanjikan 4 Desember 2026"


def test_after_row_9_it_waits_as_the_owners_own_would() -> None:
    world, recipient = delivered("recorded")
    client, url = as_user(world.staff), talk_url(recipient, "susulan")
    assert f'href="{url}"' in page_of(world, client, staff_url(recipient, "9"))
    answer = press(world, client, url, followed(recipient))
    assert answer["Location"] == staff_url(recipient, "9")
    assert file_names(recipient) == ["daftar.csv"]
    [waiting] = supplements.waiting_for(again(recipient))
    assert waiting.sent_at is not None
    place = reverse("web:step", args=[recipient.data_request.public_id, "10"])
    with at_work(world):
        shown = client.get(place)
    form = shown.context["forms"]["return_receive_data"]
    told = {name: form[name].value() for name in ("recipient", "items", "reason")}
    assert told == {
        "recipient": recipient.pk,
        "items": [recipient.items()[0].pk],
        "reason": "Susulan yang dikirim 23 November 2026 perlu diperiksa.",
    }
    assert "Periksa susulan, atau data ternyata bermasalah?" in shown.content.decode()
    typed = {form.add_prefix(name): value for name, value in told.items()}
    version = again(recipient).data_request.version
    typed |= {form.add_prefix("version"): version, "deed": "return:receive_data"}
    press(world, client, place, typed)
    assert again(recipient).state == "receive_data"
    assert file_names(recipient) == ["daftar.csv", "susulan.csv"]


def test_the_receipt_of_what_followed_names_who_recorded_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[DataReceipt] = []
    render = receipts.render_data_receipt

    def listen(paper: DataReceipt) -> bytes:
        told.append(paper)
        return render(paper)

    world, recipient = delivered()
    monkeypatch.setattr(receipts, "render_data_receipt", listen)
    typed = followed(recipient, channel="disk")
    press(world, as_user(world.staff), talk_url(recipient, "susulan"), typed)
    [paper] = told
    assert paper.is_supplement
    assert paper.person is None  # whoever filled in behind the link did not bring this
    assert paper.channel.startswith("Flash disk, diterima 23 November 2026")
    assert paper.recorded_by.startswith(str(world.staff))
    assert paper.evidence


def test_what_the_owner_is_putting_together_meanwhile_stays_as_it_is() -> None:
    world, recipient = delivered()
    mine = supplements.GivenAddition(
        item_id=recipient.items()[1].pk, uploads=(SimpleUploadedFile("punya-saya.csv", CSV),)
    )
    owner = owner_actor(recipient)
    supplements.save(subject=recipient, given=[mine], actor=owner, at=world.tick())
    press(world, as_user(world.staff), talk_url(recipient, "susulan"), followed(recipient))
    unsent = supplements.open_supplement(again(recipient))
    assert unsent is not None
    assert [file.name for one in unsent.answers.all() for file in one.files.all()] == [
        "punya-saya.csv"
    ]
    supplements.deliver(subject=again(recipient), actor=owner, at=world.tick())
    sheet = answers.sheet_of(again(recipient))
    assert "susulan.csv" in [file.name for file in sheet.items[0].files]
    assert "punya-saya.csv" in [file.name for file in sheet.items[1].files]


def test_a_supplement_of_nothing_is_refused_and_a_bad_file_brings_in_no_other() -> None:
    world, recipient = delivered()
    client, url = as_user(world.staff), talk_url(recipient, "susulan")
    answer = press(world, client, url, came(recipient, "deliver_supplement"), status=422)
    assert "Unggah paling sedikit satu berkas" in html.unescape(answer.content.decode())
    bad = SimpleUploadedFile("program.exe", b"MZ\x90\x00" + b"\x00" * 90)
    second = f"item-{recipient.items()[1].pk}-uploads"
    answer = press(world, client, url, followed(recipient, **{second: bad}), status=422)
    told = answer.context["form"].errors
    assert "program.exe tidak diterima" in told[second][0]
    assert "Pilih lagi" not in " ".join(told[second])
    first = f"item-{recipient.items()[0].pk}-uploads"
    assert told[first] == ["Pilih lagi berkas susulan.csv."]
    assert told["evidence"] == ["Pilih lagi berkas surel.png."]
    assert not Delivery.objects.filter(is_supplement=True).exists()
    assert not BehalfRecord.objects.exists()
    assert not DataFile.objects.filter(name="susulan.csv").exists()


def test_what_followed_is_recorded_once_by_two_presses() -> None:
    world, recipient = delivered()
    client, url = as_user(world.staff), talk_url(recipient, "susulan")
    typed = followed(recipient)
    first = press(world, client, url, typed)
    again_typed = followed(recipient) | {"version": typed["version"]}
    second = press(world, client, url, again_typed)
    assert first["Location"] == second["Location"]
    assert Delivery.objects.filter(is_supplement=True, sent_at__isnull=False).count() == 1


def test_what_was_recorded_is_not_recorded_again_by_a_page_that_was_sent_before() -> None:
    world, recipient = delivered()
    client, url = as_user(world.staff), talk_url(recipient, "susulan")
    typed = followed(recipient)
    press(world, client, url, typed)
    add_a_word(world, recipient)
    late = press(
        world, client, url, followed(recipient) | {"version": typed["version"]}, status=409
    )
    assert "mungkin oleh pencatatan yang sama" in html.unescape(late.content.decode())
    assert BehalfRecord.objects.count() == 1
    told = late.context["form"].errors
    assert told["evidence"] == ["Pilih lagi berkas surel.png."]
    # whoever means it all the same presses once more, on the page as it is now
    renewed = late.context["form"]["version"].value()
    more = followed(recipient) | {"version": renewed, "remark": "Kiriman kedua."}
    press(world, client, url, more)
    assert BehalfRecord.objects.count() == 2


@pytest.mark.parametrize("state", ["receive_data", "recorded"])
def test_two_people_do_not_record_the_same_from_one_page(state: str) -> None:
    world, recipient = delivered(state)
    url, typed = talk_url(recipient, "susulan"), followed(recipient)
    other = make_user(world.office, "staf-lain", "Staf Lain")
    make_position(other, Role.STAFF, "Pengelola Data", section=world.section)
    press(world, as_user(world.staff), url, typed)
    press(world, as_user(other), url, followed(recipient) | {"version": typed["version"]}, 409)
    assert BehalfRecord.objects.count() == 1


def many(world: World, recipient: Recipient, settings: Any) -> None:
    """Let the owner fill what one delivery may hold, unsent."""
    settings.MAX_DELIVERY_FILES = 3
    files = tuple(SimpleUploadedFile(f"{n}.csv", CSV + b"%d;1\n" % n) for n in range(3))
    item = recipient.items()[0].pk
    owner = owner_actor(recipient)
    if recipient.state == "process_request":
        given = [GivenAnswer(item_id=item, availability="available", uploads=files)]
        filling.save_answers(subject=recipient, given=given, actor=owner, at=world.tick())
    else:
        more = [supplements.GivenAddition(item_id=item, uploads=files)]
        supplements.save(subject=recipient, given=more, actor=owner, at=world.tick())


def test_what_an_owner_has_not_sent_leaves_room_for_the_proof(settings: Any) -> None:
    world, recipient = recipient_at("process_request")
    many(world, recipient, settings)
    typed = came(recipient, "ask_clarification", item="", question="Apakah cabang dihitung?")
    press(world, as_user(world.staff), talk_url(recipient, "penjelasan"), typed)
    assert Clarification.objects.count() == 1


def test_what_an_owner_has_not_sent_leaves_room_for_what_came_otherwise(settings: Any) -> None:
    world, recipient = delivered()
    many(world, recipient, settings)

    def more(count: int) -> list[SimpleUploadedFile]:
        return [SimpleUploadedFile(f"lain{n}.csv", CSV + b"x%d;1\n" % n) for n in range(count)]

    name = f"item-{recipient.items()[0].pk}-uploads"
    client, url = as_user(world.staff), talk_url(recipient, "susulan")
    answer = press(world, client, url, followed(recipient, **{name: more(4)}), status=422)
    assert "paling banyak 3 berkas" in html.unescape(answer.content.decode())
    press(world, client, url, followed(recipient, **{name: more(3)}))
    assert file_names(recipient) == ["daftar.csv", "lain0.csv", "lain1.csv", "lain2.csv"]


def test_a_refused_recording_leaves_no_bytes() -> None:
    world, recipient = delivered()
    store = Path(settings.FILES_ROOT) / "files" / str(recipient.data_request.public_id)
    before = set(store.iterdir())
    bad = SimpleUploadedFile("program.exe", b"MZ\x90\x00" + b"\x00" * 90)
    second = f"item-{recipient.items()[1].pk}-uploads"
    client, url = as_user(world.staff), talk_url(recipient, "susulan")
    press(world, client, url, followed(recipient, **{second: bad}), status=422)
    assert set(store.iterdir()) == before
    press(world, client, url, followed(recipient))
    assert len(set(store.iterdir()) - before) == 2


def test_the_same_file_under_two_names_is_kept_once() -> None:
    world, recipient = delivered()
    twins = [SimpleUploadedFile(name, CSV + b"9;9\n") for name in ("a.csv", "b.csv")]
    name = f"item-{recipient.items()[0].pk}-uploads"
    press(
        world,
        as_user(world.staff),
        talk_url(recipient, "susulan"),
        followed(recipient, **{name: twins}),
    )
    assert file_names(recipient) == ["a.csv", "daftar.csv"]


def test_of_two_files_of_one_name_the_refused_one_is_told_where_it_was_chosen() -> None:
    world, recipient = delivered()
    first, second = (f"item-{one.pk}-uploads" for one in recipient.items())
    bad = SimpleUploadedFile("data.csv", b"MZ\x90\x00" + b"\x00" * 90)
    good = SimpleUploadedFile("data.csv", CSV)
    typed = followed(recipient, **{first: good, second: bad})
    answer = press(world, as_user(world.staff), talk_url(recipient, "susulan"), typed, status=422)
    told = answer.context["form"].errors
    assert told[first] == ["Pilih lagi berkas data.csv."]
    assert "data.csv tidak diterima" in told[second][0]


def test_nothing_is_called_whole_of_which_nothing_has_come() -> None:
    world, recipient = recipient_at("process_request")
    given = answers_for(recipient)
    ground = recipient.office.grounds[0]
    given[0] = GivenAnswer(
        item_id=given[0].item_id,
        availability="unavailable",
        ground=ground,
        reason="Tidak kami kumpulkan.",
    )
    owner = owner_actor(recipient)
    owners.process_request(subject=recipient, given=given, actor=owner, at=world.tick())
    WALK["deliver_data"](world, again(recipient))
    recipient = again(recipient)
    ticked = {f"item-{recipient.items()[0].pk}-complete": "on"}
    typed = came(recipient, "deliver_supplement", **ticked)
    staff, url = as_user(world.staff), talk_url(recipient, "susulan")
    for client, address, post in (
        (staff, url, typed),
        (
            as_owner(world, recipient),
            reverse("web:owner_supplement", args=[recipient.public_id]),
            {"deed": "deliver_supplement", **ticked},
        ),
    ):
        answer = press(world, client, address, post, status=422)
        assert "ditandai lengkap, tetapi datanya belum ada" in html.unescape(
            answer.content.decode()
        )
    assert again(recipient).answers()[0].availability == "unavailable"


def test_a_word_alone_can_follow() -> None:
    world, recipient = delivered()
    typed = came(recipient, "deliver_supplement", remark="Angka kecamatan timur dalam ribuan.")
    press(world, as_user(world.staff), talk_url(recipient, "susulan"), typed)
    newest = again(recipient).newest_delivery()
    assert newest is not None
    assert newest.note == "Angka kecamatan timur dalam ribuan."
    assert file_names(recipient) == ["daftar.csv"]


def remarks_after(world: World, recipient: Recipient) -> str:
    """Check and record, and read the remarks of the line."""
    for key in ("receive_data", "record_data"):
        world.tick()
        WALK[key](world, again(recipient))
    return str(again(recipient).register_entry().remarks)


DISK = "susulan 23 November 2026: Flash disk, diterima 23 November 2026 dari Ani Contoh"


def test_the_register_names_the_way_of_that_part_alone() -> None:
    world, recipient = delivered()
    url = talk_url(recipient, "susulan")
    Delivery.objects.filter(recipient=recipient).update(note="Kiriman pertama.")
    typed = followed(recipient, channel="disk", remark="Susulan bendel kedua.")
    press(world, as_user(world.staff), url, typed)
    add_a_word(world, recipient)
    page = page_of(world, as_user(world.staff), staff_url(recipient, "8"))
    assert "S" + DISK[1:] in page
    assert page.count("Susulan data dikirim") == 2
    assert "Catatan pemilik data: Kiriman pertama." in page
    assert "Catatan pemilik data: Susulan bendel kedua." in page
    remarks = remarks_after(world, recipient)
    assert remarks.count("dicatat staf atas nama pemilik data") == 1
    assert DISK in remarks


def test_what_staff_recorded_and_the_owner_completed_names_both() -> None:
    world, recipient = recipient_at("receive_letter")
    record_all(world, recipient)
    add_a_word(world, recipient)
    remarks = remarks_after(world, recipient)
    assert "kiriman 23 November 2026: Flash disk, diterima 23 November 2026" in remarks


@pytest.mark.parametrize("befalls", [revoked, expired])
def test_what_followed_is_recorded_without_a_link(befalls: Any) -> None:
    world, recipient = delivered()
    befalls(world, recipient)
    press(world, as_user(world.staff), talk_url(recipient, "susulan"), followed(recipient))
    assert file_names(recipient) == ["daftar.csv", "susulan.csv"]


def test_what_waits_is_said_before_the_press() -> None:
    world, recipient = delivered("recorded")
    page = page_of(world, as_user(world.staff), talk_url(recipient, "susulan"))
    assert "Susulan ini menunggu" in page
    assert "Terkirim sebelumnya: Sebagian; sisanya dijanjikan 4 Desember 2026." in page


def test_only_who_may_record_is_led_to_what_followed() -> None:
    world, recipient = delivered()
    link = f'href="{talk_url(recipient, "susulan")}"'
    for user in (world.section_head, world.agency_head):
        assert link not in page_of(world, as_user(user), staff_url(recipient, "8"))
        typed = followed(recipient)
        press(world, as_user(user), talk_url(recipient, "susulan"), typed, status=403)
    assert not Delivery.objects.filter(is_supplement=True).exists()


def test_before_a_delivery_there_is_nothing_that_could_follow() -> None:
    world, recipient = recipient_at("process_request")
    client, url = as_user(world.staff), talk_url(recipient, "susulan")
    assert f'href="{url}"' not in page_of(world, client, staff_url(recipient, "8"))
    assert "data-deed" not in page_of(world, client, url)
    press(world, client, url, followed(recipient), status=409)
    assert not BehalfRecord.objects.exists()


# -- what is refused, whichever way it came -------------------------------------------------------


@pytest.mark.parametrize("way", ["penjelasan", "perpanjangan"])
def test_asking_for_an_owner_is_refused_as_every_deed_is(way: str) -> None:
    world, recipient = recipient_at("receive_letter")
    url = talk_url(recipient, way)
    for who, status in (("staff", 409), ("section_head", 403), ("agency_head", 403)):
        press(world, as_user(getattr(world, who)), url, {}, status=status)
    WALK["receive_letter"](world, recipient)
    answer = press(world, as_user(world.staff), url, {}, status=422)
    assert "Pilih berkas bukti." in html.unescape(answer.content.decode())
    assert not list(borrowed(answer.context["form"]))
    assert not BehalfRecord.objects.exists()


@pytest.mark.parametrize("key", ["receive_letter", "process_request", "deliver_data"])
def test_no_form_of_it_borrows_a_sentence(key: str) -> None:
    world, recipient = recipient_at(key)
    segment = {"receive_letter": "7", "process_request": "7a", "deliver_data": "7b"}[key]
    with at_work(world):
        shown = as_user(world.staff).get(staff_url(recipient, segment))
    found = [
        line
        for page_deed in PAGES[key].deeds
        if page_deed.deed.startswith("behalf:")
        for line in borrowed(shown.context["forms"][page_deed.name])
    ]
    assert not found
