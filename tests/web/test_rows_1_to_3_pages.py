"""Do the pages of rows 1 to 3 and of the ways out show, refuse and keep what was typed?"""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from requests_app.models import DataRequest, Recipient
from requests_app.services import forms, owners, requests
from requests_app.sop.edition import LETTER_LEGAL_BASES
from requests_app.sop.roles import Role
from tests.factories import (
    ITEMS,
    World,
    data_request_at,
    fresh,
    make_world,
    needs_of,
    open_request,
    owner_actor,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]
REASON = "Pemilik data tidak memegang data ini."


@pytest.fixture
def world() -> World:
    """Stand in the last hours: the web reads the real clock, which the database shares."""
    made = make_world(owners=3)
    made.now = timezone.now() - timedelta(hours=3)
    return made


def as_user(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(data_request: DataRequest, segment: str) -> str:
    return f"/permohonan/{data_request.public_id}/langkah/{segment}/"


def text_of(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def rows(prefix: str, *given: dict[str, Any], known: int = 0) -> dict[str, Any]:
    """Post a formset as the page does; `known` rows were stored when the page was made."""
    posted = {
        f"{prefix}-TOTAL_FORMS": len(given),
        f"{prefix}-INITIAL_FORMS": known,
        f"{prefix}-MIN_NUM_FORMS": 0,
        f"{prefix}-MAX_NUM_FORMS": 100,
    }
    for place, row in enumerate(given):
        posted |= {f"{prefix}-{place}-{name}": value for name, value in row.items()}
    return posted


ITEM = {
    "name": "Daftar ormas",
    "period": "2026",
    "format": "xlsx",
    "personal_data": "none",
    "required": "on",
    "ORDER": 1,
}


def typed_needs(
    data_request: DataRequest,
    *,
    items: list[dict[str, Any]] | None = None,
    owners: list[str] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """Type row 1 as a person would; owners by name."""
    recipients = [str(recipient) for recipient in data_request.recipients.order_by("number")]
    named = [{"name": name} for name in (recipients if owners is None else owners)]
    return {
        "version": data_request.version,
        "title": "Data ormas 2026",
        "purpose": "Menyusun profil ormas.",
        "legal_bases": [LETTER_LEGAL_BASES[0]],
        "sensitivity": "biasa",
        "urgency": "biasa",
        "security_class": "B",
        **rows("owners", *named, known=min(len(named), len(recipients))),
        **rows("items", *([ITEM] if items is None else items), known=data_request.items.count()),
        **changes,
    }


# -- opening ----------------------------------------------------------------------------------


def test_who_only_prepares_the_list_is_told_who_fixes_it(world: World) -> None:
    data_request = open_request(world)
    said = "Daftar ini ditetapkan oleh Kepala Seksi/Kasubbag. TU; Anda dapat menyiapkannya."
    for address in ("/permohonan/baru/", page_of(data_request, "1")):
        assert said in text_of(as_user(world.staff).get(address))
        assert said not in text_of(as_user(world.section_head).get(address))


def test_a_request_that_is_opened_twice_by_one_press_is_one(world: World) -> None:
    client = as_user(world.staff)
    page = text_of(client.get("/permohonan/baru/"))
    version = re.search(r'name="version" value="([^"]+)"', page)
    assert version is not None
    posted = {"title": "Data", "section": world.section.pk, "version": version[1]}
    first, second = (client.post("/permohonan/baru/", posted) for _press in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert DataRequest.objects.count() == 1
    other = client.post("/permohonan/baru/", {**posted, "title": "Data lain"})
    assert other.headers["Location"] != first.headers["Location"]
    assert version[1] not in text_of(client.get("/permohonan/baru/"))


def test_staff_opens_a_request_and_comes_to_row_1(world: World) -> None:
    client = as_user(world.staff)
    assert world.section.name in text_of(client.get("/permohonan/baru/"))
    answer = client.post("/permohonan/baru/", {"title": "Data", "section": world.section.pk})
    opened = DataRequest.objects.get()
    assert answer.headers["Location"] == page_of(opened, "1")
    assert opened.opened_by == world.staff


def test_the_agency_head_sees_why_he_opens_nothing(world: World) -> None:
    client = as_user(world.agency_head)
    answer = client.get("/permohonan/baru/")
    assert 'aria-disabled="true"' in text_of(answer)
    answer = client.post("/permohonan/baru/", {"title": "Data", "section": world.section.pk})
    assert answer.status_code == 403
    assert not DataRequest.objects.exists()


def test_a_blank_title_is_told_and_the_section_of_others_refused(world: World) -> None:
    client = as_user(world.section_head)
    answer = client.post("/permohonan/baru/", {"title": "", "section": world.section.pk})
    assert answer.status_code == 422
    assert "Tulis judul permohonan." in text_of(answer)
    foreign = make_world().section
    answer = client.post("/permohonan/baru/", {"title": "Data", "section": foreign.pk})
    assert "Pilih seksi Anda sendiri." in text_of(answer)


# -- row 1 ------------------------------------------------------------------------------------


def test_row_1_is_fixed_from_the_page(world: World) -> None:
    data_request = open_request(world)
    client = as_user(world.section_head)
    posted = typed_needs(data_request, deed="list_needs", other_bases="Keputusan Contoh\n\n")
    answer = client.post(page_of(data_request, "1"), posted, follow=True)
    assert "Daftar data ditetapkan." in text_of(answer)
    data_request = fresh(data_request)
    assert data_request.state == "prepare_form"
    assert data_request.legal_bases == [LETTER_LEGAL_BASES[0], "Keputusan Contoh"]
    assert data_request.items.get().required


def test_staff_keeps_a_draft_and_sees_the_locked_button(world: World) -> None:
    data_request = open_request(world)
    client = as_user(world.staff)
    page = text_of(client.get(page_of(data_request, "1")))
    assert "Langkah ini dikerjakan oleh Kepala Seksi" in page
    assert 'name="save"' in page
    answer = client.post(page_of(data_request, "1"), typed_needs(data_request, save="1"))
    assert answer.status_code == 302
    assert fresh(data_request).title == "Data ormas 2026"
    data_request = fresh(data_request)
    answer = client.post(page_of(data_request, "1"), typed_needs(data_request, deed="list_needs"))
    assert answer.status_code == 403
    assert fresh(data_request).state == "list_needs"


def test_a_draft_may_be_empty_but_for_its_title(world: World) -> None:
    data_request = open_request(world)
    posted = typed_needs(data_request, save="1", purpose="", legal_bases=[], items=[{"ORDER": ""}])
    answer = as_user(world.staff).post(page_of(data_request, "1"), posted)
    assert answer.status_code == 302
    assert not data_request.items.exists()


def test_all_that_is_missing_is_told_at_once_and_the_typed_text_stays(world: World) -> None:
    data_request = open_request(world)
    item = {"name": "Ketua ormas", "personal_data": "general", "definition": "Nama dan alamat"}
    posted = typed_needs(
        data_request,
        deed="list_needs",
        purpose="",
        legal_bases=[],
        sensitivity="peka",
        items=[item],
        owners=["Dinas Antah"],
    )
    answer = as_user(world.section_head).post(page_of(data_request, "1"), posted)
    assert answer.status_code == 422
    page = text_of(answer)
    for sentence in (
        "Tulis tujuan penggunaan data.",
        "Pilih paling sedikit satu dasar hukum.",
        "Tulis alasan mengapa data ini peka.",
        "Data 1: tulis periode data.",
        "Data 1: pilih format data.",
        "Tulis alasan meminta data pribadi (UU 27/2022).",
        "“Dinas Antah” belum ada dalam direktori.",
        "Nama dan alamat",
    ):
        assert sentence in page
    assert "Galat: " in page


def test_no_item_and_no_owner_are_told(world: World) -> None:
    data_request = open_request(world)
    posted = typed_needs(data_request, deed="list_needs", items=[], owners=[])
    page = text_of(as_user(world.section_head).post(page_of(data_request, "1"), posted))
    assert "Tambahkan paling sedikit satu data yang diminta." in page
    assert "Pilih paling sedikit satu pemilik data." in page


def test_a_row_more_comes_without_scripts_with_its_defaults(world: World) -> None:
    data_request = open_request(world)
    posted = typed_needs(data_request, add_row="items", purpose="Sedang ditulis")
    answer = as_user(world.section_head).post(page_of(data_request, "1"), posted)
    page = text_of(answer)
    assert answer.status_code == 200
    assert "Sedang ditulis" in page
    assert 'name="items-1-name"' in page
    form = answer.context["forms"]["list_needs"].formsets["items"].forms[1]
    assert form["required"].value() is True
    assert "error-summary" not in page
    assert not data_request.items.exists()


@pytest.mark.parametrize("count", ["²", "9" * 5_000, "x", "-1"])
def test_a_row_more_of_an_impossible_number_of_rows_is_the_first(world: World, count: str) -> None:
    data_request = open_request(world)
    posted = typed_needs(data_request, add_row="items") | {"items-TOTAL_FORMS": count}
    answer = as_user(world.section_head).post(page_of(data_request, "1"), posted)
    assert answer.status_code == 200


def test_rows_that_are_counted_and_were_never_sent_are_no_rows(world: World) -> None:
    data_request = open_request(world)
    posted = typed_needs(data_request, save="1")
    for prefix in ("items", "owners"):
        posted |= {f"{prefix}-TOTAL_FORMS": 40, f"{prefix}-INITIAL_FORMS": 40}
    answer = as_user(world.section_head).post(page_of(data_request, "1"), posted)
    assert answer.status_code == 302
    assert data_request.items.count() == 1


def test_a_part_of_a_name_finds_the_owner_and_two_of_them_do_not(world: World) -> None:
    data_request = open_request(world)
    client = as_user(world.staff)
    posted = typed_needs(data_request, save="1", owners=["-3"])
    client.post(page_of(data_request, "1"), posted)
    assert str(data_request.recipients.get()) == str(world.owners[2])
    posted = typed_needs(fresh(data_request), save="1", owners=["dinas"])
    assert "Tulis nama lengkapnya." in text_of(client.post(page_of(data_request, "1"), posted))


def test_a_new_institution_is_added_beside_the_draft(world: World) -> None:
    data_request = open_request(world)
    posted = typed_needs(
        data_request,
        deed="add_owner",
        new_name="Kantor Contoh Baru",
        new_head_title="Kepala Kantor Contoh",
        new_place="Kota Contoh",
    )
    client = as_user(world.section_head)
    assert client.post(page_of(data_request, "1"), posted).status_code == 302
    assert data_request.recipients.filter(data_owner__name="Kantor Contoh Baru").exists()
    assert fresh(data_request).purpose == "Menyusun profil ormas."
    posted = typed_needs(fresh(data_request), deed="add_owner", new_name="Kantor Lain")
    page = text_of(client.post(page_of(data_request, "1"), posted))
    assert "Tulis jabatan yang dituju." in page


NEW_OWNER = {"new_head_title": "Kepala Kantor Contoh", "new_place": "Kota Contoh"}


@pytest.mark.parametrize("button", [{"save": "1"}, {"deed": "list_needs"}])
def test_an_unknown_name_begins_a_new_institution(world: World, button: dict[str, str]) -> None:
    data_request = open_request(world)
    posted = typed_needs(data_request, owners=["Kantor Baru"], **button)
    answer = as_user(world.section_head).post(page_of(data_request, "1"), posted)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "lengkapi “Instansi belum ada dalam direktori” di bawah" in page
    assert '<details class="disclosure" open>' in page
    assert re.search(r'name="new_name" value="Kantor Baru"', page)


@pytest.mark.parametrize("known", [0, 1])
def test_a_new_institution_takes_the_row_of_its_unknown_name(world: World, known: int) -> None:
    data_request = open_request(world, recipients=known)
    names = [str(world.owners[1]), "Kantor Baru"]
    typed = {"deed": "add_owner", "owners": names, "new_name": "Kantor Baru Contoh", **NEW_OWNER}
    client = as_user(world.section_head)
    incomplete = typed_needs(data_request, **{**typed, "new_place": ""})
    page = text_of(client.post(page_of(data_request, "1"), incomplete))
    assert "Tulis tempat kedudukan instansi." in page
    assert "“Kantor Baru” belum ada dalam direktori" not in page
    posted = typed_needs(data_request, **typed)
    assert client.post(page_of(data_request, "1"), posted).status_code == 302
    asked = {str(recipient) for recipient in data_request.recipients.waiting()}
    assert asked == {str(world.owners[1]), "Kantor Baru Contoh"}


def test_a_second_unknown_name_is_not_swallowed_by_the_new_institution(world: World) -> None:
    data_request = open_request(world)
    posted = typed_needs(
        data_request,
        deed="add_owner",
        owners=["Kantor Baru", "Kantor Antah"],
        new_name="Kantor Baru",
        **NEW_OWNER,
    )
    page = text_of(as_user(world.section_head).post(page_of(data_request, "1"), posted))
    assert "“Kantor Antah” belum ada dalam direktori" in page


@pytest.mark.parametrize("button", [{"save": "1"}, {"deed": "list_needs"}])
def test_a_new_institution_that_was_not_added_is_not_lost(
    world: World, button: dict[str, str]
) -> None:
    data_request = open_request(world)
    client = as_user(world.section_head)
    named = typed_needs(data_request, **button, new_name="Kantor Baru")
    typed = typed_needs(data_request, **button, new_name="Kantor Baru", **NEW_OWNER)
    answer = client.post(page_of(data_request, "1"), typed)
    assert answer.status_code == 422
    assert "Instansi yang Anda tulis belum ditambahkan." in text_of(answer)
    assert 'value="Kepala Kantor Contoh"' in text_of(answer)
    assert client.post(page_of(data_request, "1"), named).status_code == 302


def test_the_matrix_withholds_an_item(world: World) -> None:
    data_request = open_request(world, recipients=2)
    requests.save_needs(
        subject=data_request,
        needs=needs_of(data_request),
        actor=world.actor(Role.STAFF),
        at=world.tick(),
    )
    client = as_user(world.section_head)
    assert "Data mana untuk pemilik data mana" in text_of(client.get(page_of(data_request, "1")))
    first, second = data_request.items.all()
    kept = [f"{owner.pk}:{first.pk}" for owner in world.owners[:2]]
    posted = typed_needs(
        data_request,
        save="1",
        has_matrix="1",
        asked=[*kept, f"{world.owners[0].pk}:{second.pk}"],
        items=[{**ITEM, "pk": first.pk}, {**ITEM, "pk": second.pk, "ORDER": 2}],
    )
    assert client.post(page_of(data_request, "1"), posted).status_code == 302
    withheld = {str(r): r.withheld_items.count() for r in data_request.recipients.all()}
    assert withheld == {str(world.owners[0]): 0, str(world.owners[1]): 1}


def test_a_stale_page_keeps_what_was_typed(world: World) -> None:
    data_request = open_request(world)
    posted = typed_needs(data_request, save="1", purpose="Milik saya")
    as_user(world.staff).post(page_of(data_request, "1"), typed_needs(data_request, save="1"))
    answer = as_user(world.section_head).post(page_of(data_request, "1"), posted)
    assert answer.status_code == 409
    page = text_of(answer)
    assert world.staff.name in page
    assert "Milik saya" in page
    assert 'href="#conflict"' in page
    assert "<h3>Tujuan penggunaan</h3>" in page
    assert "<h3>Judul permohonan</h3>" not in page
    assert "<h3>Data</h3>" not in page
    assert fresh(data_request).purpose == "Menyusun profil ormas."


# -- rows 1 to 3, whoever looks ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "segment"), [("list_needs", "1"), ("prepare_form", "2"), ("draft_letter", "3")]
)
def test_everybody_of_the_office_sees_the_page_and_strangers_do_not(
    world: World, state: str, segment: str
) -> None:
    _world, data_request = data_request_at(state, world=world, recipients=2)
    for user in (world.section_head, world.staff, world.agency_head):
        answer = as_user(user).get(page_of(data_request, segment))
        assert answer.status_code == 200
        assert f'data-step="{segment}"' in text_of(answer)
    assert as_user(make_world().staff).get(page_of(data_request, segment)).status_code == 404


@pytest.mark.parametrize("segment", ["1", "2", "3"])
def test_a_finished_step_says_by_whom_and_offers_nothing(world: World, segment: str) -> None:
    _world, data_request = data_request_at("verify_letter", world=world)
    page = text_of(as_user(world.staff).get(page_of(data_request, segment)))
    assert "Langkah ini sudah selesai" in page
    assert 'name="deed"' not in page


@pytest.mark.parametrize("segment", ["2", "3"])
def test_a_step_ahead_says_so(world: World, segment: str) -> None:
    data_request = open_request(world)
    page = text_of(as_user(world.staff).get(page_of(data_request, segment)))
    assert "belum sampai gilirannya" in page


# -- row 2 ------------------------------------------------------------------------------------


def typed_medium(
    data_request: DataRequest, *questions: dict[str, Any], **more: Any
) -> dict[str, Any]:
    return {
        "version": data_request.version,
        "kind": "questions",
        **rows("questions", *questions),
        **more,
    }


def test_the_questions_are_made_from_the_list_and_published(world: World) -> None:
    _world, data_request = data_request_at("prepare_form", world=world)
    client = as_user(world.staff)
    page = text_of(client.get(page_of(data_request, "2")))
    assert "Belum ada pertanyaan. Isi otomatis dari daftar data" in page
    answer = client.post(
        page_of(data_request, "2"), typed_medium(data_request, deed="fill_items"), follow=True
    )
    page = text_of(answer)
    assert "Unggah: Daftar organisasi" in page
    assert "Yang dilihat pemilik data" in page
    shown = answer.context["forms"]["prepare_form"].formsets["questions"].initial
    data_request = fresh(data_request)
    questions = [{**row, "required": "on"} for row in shown]
    answer = client.post(
        page_of(data_request, "2"),
        typed_medium(data_request, *questions, deed="prepare_form"),
        follow=True,
    )
    assert "Media pengumpulan diterbitkan." in text_of(answer)
    assert fresh(data_request).state == "draft_letter"


def test_a_question_without_choices_is_named_by_its_number(world: World) -> None:
    _world, data_request = data_request_at("prepare_form", world=world)
    item = data_request.items.get(position=1)
    question = {"item": item.pk, "text": "Jenis?", "kind": "single", "ORDER": 1}
    posted = typed_medium(data_request, question, deed="prepare_form")
    answer = as_user(world.staff).post(page_of(data_request, "2"), posted)
    assert answer.status_code == 422
    assert "Pertanyaan 1: tulis paling sedikit dua pilihan." in text_of(answer)
    assert "Jenis?" in text_of(answer)


def test_what_is_not_covered_is_named(world: World) -> None:
    _world, data_request = data_request_at("prepare_form", world=world)
    item = data_request.items.get(position=1)
    question = {"item": item.pk, "text": "Daftar", "kind": "file", "ORDER": 1}
    posted = typed_medium(data_request, question, deed="prepare_form")
    answer = as_user(world.staff).post(page_of(data_request, "2"), posted)
    assert answer.status_code == 422
    assert f"Data {ITEMS[1].name} belum tercakup" in text_of(answer)


def test_a_template_is_attached_and_can_be_fetched_back(world: World) -> None:
    _world, data_request = data_request_at("prepare_form", world=world)
    client = as_user(world.staff)
    posted = typed_medium(
        data_request,
        save="1",
        covered=list(data_request.items.values_list("pk", flat=True)),
        upload=SimpleUploadedFile("blanko.csv", b"nama;jumlah\n"),
    )
    assert (
        client.post(page_of(data_request, "2"), {**posted, "kind": "template"}).status_code == 302
    )
    answer = client.get(f"/permohonan/{data_request.public_id}/media/blanko/")
    assert b"".join(answer.streaming_content) == b"nama;jumlah\n"  # type: ignore[attr-defined]
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_refused_template_is_named_and_the_questions_stay(world: World) -> None:
    _world, data_request = data_request_at("prepare_form", world=world)
    item = data_request.items.get(position=1)
    question = {"item": item.pk, "text": "Pertanyaan saya", "kind": "short", "ORDER": 1}
    posted = typed_medium(
        data_request, question, save="1", upload=SimpleUploadedFile("jahat.exe", b"MZ\x90\x00")
    )
    answer = as_user(world.staff).post(page_of(data_request, "2"), posted)
    assert answer.status_code == 422
    assert "jahat.exe" in text_of(answer)
    assert "Pertanyaan saya" in text_of(answer)
    assert forms.newest_form(data_request) is None


# -- row 3 ------------------------------------------------------------------------------------


def typed_letter(data_request: DataRequest, **changes: Any) -> dict[str, Any]:
    return {
        "version": data_request.version,
        "letter_subject": "Permohonan Data",
        "body": "Dalam rangka {tujuan}.",
        "cc": "Wali Kota\n\nSekretaris Daerah",
        **changes,
    }


def test_the_draft_is_saved_shown_and_sent_up(world: World) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    client = as_user(world.staff)
    page = text_of(client.get(page_of(data_request, "3")))
    assert "Dari templat; belum disimpan." in page
    assert "/draf/halaman/1.webp" in page
    answer = client.post(page_of(data_request, "3"), typed_letter(data_request, save="1"))
    assert answer.status_code == 302
    version = data_request.newest_version()
    assert version is not None
    assert version.cc == ["Wali Kota", "Sekretaris Daerah"]
    assert version.body.startswith("Dalam rangka menyusun")
    data_request = fresh(data_request)
    answer = client.post(
        page_of(data_request, "3"), typed_letter(data_request, deed="draft_letter"), follow=True
    )
    assert "dikirim kepada Kepala Seksi" in text_of(answer)
    assert fresh(data_request).state == "verify_letter"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"letter_subject": ""}, "Tulis hal surat."),
        ({"body": " "}, "Tulis isi surat."),
        ({"body": "Surat {nomor}"}, "Kode isian {nomor} tidak dikenal."),
        ({"cc": "https://contoh.test"}, "Tautan dan kode akses tidak boleh dimuat dalam surat"),
        ({"body": "Kepada 你"}, "Huruf 你 tidak dapat dicetak dalam surat."),
    ],
)
def test_a_letter_that_may_not_be_is_refused_at_its_field(
    world: World, changes: dict[str, str], sentence: str
) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    posted = typed_letter(data_request, deed="draft_letter", **changes)
    answer = as_user(world.staff).post(page_of(data_request, "3"), posted)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert fresh(data_request).state == "draft_letter"


def test_owners_come_and_go_beside_the_typed_letter(world: World) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    client = as_user(world.staff)
    posted = typed_letter(data_request, deed="add_recipient", owner_name=str(world.owners[1]))
    assert client.post(page_of(data_request, "3"), posted).status_code == 302
    version = data_request.newest_version()
    assert version is not None
    assert version.subject == "Permohonan Data"
    data_request = fresh(data_request)
    posted = typed_letter(
        data_request,
        deed="add_new_recipient",
        new_name="Kantor Contoh Baru",
        new_head_title="Kepala Kantor",
        new_place="Kota Contoh",
    )
    client.post(page_of(data_request, "3"), posted)
    data_request = fresh(data_request)
    posted = typed_letter(data_request, deed="remove_recipient", removed=world.owners[0].pk)
    client.post(page_of(data_request, "3"), posted)
    left = sorted(str(recipient) for recipient in data_request.recipients.all())
    assert left == [str(world.owners[1]), "Kantor Contoh Baru"]


def test_the_draft_is_served_to_the_office_only_and_cached_by_nobody(world: World) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    pdf = f"/permohonan/{data_request.public_id}/draf/surat.pdf"
    picture = f"/permohonan/{data_request.public_id}/draf/halaman/1.webp"
    client = as_user(world.agency_head)
    answer = client.get(pdf)
    assert answer.content.startswith(b"%PDF")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "attachment" in answer.headers["Content-Disposition"]
    assert client.get(picture).headers["Content-Type"] == "image/webp"
    assert client.get(picture.replace("/1.", "/99.")).status_code == 404
    stranger = as_user(make_world().staff)
    assert stranger.get(pdf).status_code == 404
    assert stranger.get(picture).status_code == 404


# -- ways out ---------------------------------------------------------------------------------


def test_cancelling_tells_what_happens_and_asks_why(world: World) -> None:
    _world, data_request = data_request_at("process_request", world=world)
    address = f"/permohonan/{data_request.public_id}/batalkan/"
    client = as_user(world.section_head)
    page = text_of(client.get(address))
    assert "1 tautan pemilik data dicabut" in page
    assert "tetap tercatat" in page
    assert 'data-deed="cancel"' in page
    assert fresh(data_request).state == "process_request"
    version = data_request.version
    answer = client.post(address, {"version": version, "reason": "bosan", "deed": "cancel"})
    assert answer.status_code == 422
    assert "paling sedikit 10 karakter" in text_of(answer)
    posted = {"version": version, "reason": REASON, "deed": "cancel"}
    assert "Permohonan dibatalkan." in text_of(client.post(address, posted, follow=True))
    assert fresh(data_request).state == "cancelled"
    assert client.post(address, posted).status_code == 302  # the same person's double click


def test_staff_sees_why_it_does_not_cancel(world: World) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    address = f"/permohonan/{data_request.public_id}/batalkan/"
    client = as_user(world.staff)
    assert "Langkah ini dikerjakan oleh Kepala Seksi" in text_of(client.get(address))
    for reason in (REASON, ""):
        answer = client.post(address, {"reason": reason, "version": data_request.version})
        assert answer.status_code == 403
    assert as_user(make_world().section_head).get(address).status_code == 404


def test_one_owner_is_no_longer_waited_for(world: World) -> None:
    _world, data_request = data_request_at("process_request", world=world, recipients=2)
    recipient = Recipient.objects.get(data_request=data_request, number=1)
    address = f"/permohonan/{data_request.public_id}/penerima/1/tidak-ditunggu/"
    client = as_user(world.section_head)
    page = text_of(client.get(address))
    assert "Permohonan dilanjutkan dengan pemilik data yang lain." in page
    answer = client.post(address, {"version": recipient.version, "reason": REASON}, follow=True)
    assert f"{recipient} tidak lagi ditunggu." in text_of(answer)
    assert client.get(address.replace("/1/", "/9/")).status_code == 404


def test_after_refusals_the_section_head_has_three_ways_on(world: World) -> None:
    _world, data_request = data_request_at("process_request", world=world)
    recipient = Recipient.objects.get(data_request=data_request)
    owners.decline(
        subject=recipient,
        ground="Rahasia jabatan",
        reason=REASON,
        actor=owner_actor(recipient),
        at=world.tick(),
    )
    data_request = fresh(data_request)
    address = page_of(data_request, "tinjau-penolakan")
    client = as_user(world.section_head)
    page = text_of(client.get(address))
    for deed in ("return:list_needs", "return:draft_letter", "close_without_data"):
        assert f'data-deed="{deed}"' in page
    assert "Rahasia jabatan" in page
    assert as_user(world.staff).get(address).status_code == 200
    posted = {"deed": "return:draft_letter", "version": data_request.version, "reason": "pendek"}
    assert client.post(address, posted).status_code == 422
    answer = client.post(address, {**posted, "reason": REASON}, follow=True)
    assert "Dikembalikan ke langkah 3" in text_of(answer)
    assert fresh(data_request).state == "draft_letter"
