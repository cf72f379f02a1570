"""The page of one request: where it stands, its 14 rows, its history."""

import pytest
import time_machine
from django.test import Client

from requests_app.services import audit
from requests_app.sop.roles import Role
from requests_app.sop.steps import ROWS
from tests.factories import World, data_request_at, make_world

OWNER_ROWS = [row for row in ROWS if row.role is Role.DATA_OWNER]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]


def page_of(world: World, data_request: object, user: object | None = None) -> str:
    client = Client()
    with time_machine.travel(world.now, tick=False):
        client.force_login(user or world.staff)  # type: ignore[arg-type]
        answer = client.get(f"/permohonan/{data_request.public_id}/")  # type: ignore[attr-defined]
    assert answer.status_code == 200
    return answer.content.decode()


def test_all_fourteen_rows_stand_there_with_their_standard() -> None:
    world, data_request = data_request_at("draft_letter")
    page = page_of(world, data_request)
    for row in ROWS:
        assert f'<span class="step-number">{row.number}</span>' in page
    assert "10 Hari" in page
    assert "Tanpa waktu baku" in page


def test_the_one_whose_turn_it_is_gets_the_button() -> None:
    world, data_request = data_request_at("draft_letter")
    assert 'id="main-action"' in page_of(world, data_request, world.staff)
    assert 'id="main-action"' not in page_of(world, data_request, world.agency_head)


def test_the_history_names_who_did_what() -> None:
    world, data_request = data_request_at("draft_letter")
    page = page_of(world, data_request)
    assert world.section_head.name in page
    assert "Media pengumpulan" in page


def test_an_older_history_is_folded_and_nothing_of_it_is_lost() -> None:
    world, data_request = data_request_at("closed")
    entries = list(audit.entries_of(data_request.pk))
    shown, folded = page_of(world, data_request).split('id="riwayat-lama"')
    assert shown.count("timeline__item") == 8
    assert folded.count("timeline__item") == len(entries) - 8
    assert f"{len(entries) - 8} catatan sebelumnya" in folded
    world, data_request = data_request_at("prepare_form")
    assert "riwayat-lama" not in page_of(world, data_request)


def test_what_is_asked_for_is_told_with_its_unit() -> None:
    world, data_request = data_request_at("prepare_form")
    page = page_of(world, data_request)
    assert '<td data-label="Satuan"><span>orang</span></td>' in page


def test_an_owner_waits_for_the_letter_until_it_is_signed() -> None:
    world, data_request = data_request_at("sign_letter")
    page = page_of(world, data_request)
    assert "Menunggu surat" in page
    assert "Siap dikirim" not in page
    world, data_request = data_request_at("send_letter")
    page = page_of(world, data_request)
    assert "Menunggu surat" not in page
    assert "Siap dikirim" in page


def test_the_person_who_answers_for_an_owner_is_told_once_with_the_office() -> None:
    world, data_request = data_request_at("record_data")
    owner = data_request.recipients.get().data_owner.name
    page = page_of(world, data_request)
    assert f"{owner}, {owner}" not in page
    person = f"Pejabat Contoh (Kepala Bidang Contoh), {owner}"
    assert page.count(f"· {person}</p>") == len(OWNER_ROWS)
    assert page.count("<div>Pejabat Contoh<span") == len(OWNER_ROWS)  # beside the clock
    step = Client()
    step.force_login(world.staff)
    with time_machine.travel(world.now, tick=False):
        row = step.get(f"/permohonan/{data_request.public_id}/penerima/1/langkah/7/")
    assert f"oleh {person}." in row.content.decode()


def test_only_the_section_head_may_cancel() -> None:
    world, data_request = data_request_at("draft_letter")
    assert 'id="exit-cancel"' in page_of(world, data_request, world.section_head)
    assert 'id="exit-cancel"' not in page_of(world, data_request, world.staff)


def test_a_stranger_finds_nothing() -> None:
    _world, data_request = data_request_at("draft_letter")
    client = Client()
    client.force_login(make_world().staff)
    assert client.get(f"/permohonan/{data_request.public_id}/").status_code == 404


def test_a_closed_request_shows_its_papers_and_both_clocks() -> None:
    world, data_request = data_request_at("closed", recipients=2)
    page = page_of(world, data_request)
    assert "Waktu kantor" in page
    assert "Waktu pemilik data" in page
    assert "Laporan penggunaan" in page
    assert 'data-state="closed"' in page


def test_the_sop_page_shows_the_text_as_issued_with_its_footnote() -> None:
    world = make_world()
    client = Client()
    client.force_login(world.staff)
    page = client.get("/sop/").content.decode()
    assert "Undang-undang No. 14 Tahun 2009 tentang Keterbukaan Informasi Publik" in page
    assert "Undang-Undang Nomor 14 Tahun 2008" in page
    assert "Membuat draft surat permohonan data dan informasi" in page
