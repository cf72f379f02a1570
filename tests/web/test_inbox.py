"""The home page: what each person can do now, first due first."""

import pytest
import time_machine
from django.test import Client

from requests_app.sop.roles import Role
from tests.factories import PASSWORD, World, data_request_at, make_position, make_user, make_world

pytestmark = pytest.mark.django_db


def client_of(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def page_of(world: World, user: object) -> str:
    with time_machine.travel(world.now, tick=False):
        answer = client_of(user).get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_staff_finds_the_form_to_be_made_and_nobody_else_does() -> None:
    world, data_request = data_request_at("prepare_form")
    address = f"/permohonan/{data_request.public_id}/langkah/2/"
    assert address in page_of(world, world.staff)
    assert address not in page_of(world, world.section_head)
    assert address not in page_of(world, world.agency_head)


def test_who_only_keeps_the_settings_is_at_home_in_the_admin() -> None:
    world = make_world(owners=0)
    keeper = make_user(world.office, f"pengelola{world.office.pk}", "Pengelola", is_staff=True)
    with time_machine.travel(world.now, tick=False):
        answer = client_of(keeper).get("/")
        elsewhere = client_of(keeper).get("/permohonan/")
        world.staff.positions.all().delete()
        nobody = client_of(world.staff).get("/")
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/kelola/")
    assert elsewhere.status_code == nobody.status_code == 403
    page = elsewhere.content.decode()
    assert ">Beranda<" not in page
    assert page.count('href="/kelola/"') >= 2
    assert "Hubungi pengelola kantor Anda" not in page


def test_an_empty_inbox_leads_on() -> None:
    world = make_world()
    page = page_of(world, world.agency_head)
    assert "Tidak ada yang menunggu tindakan Anda." in page
    assert "/permohonan/" in page


def test_what_is_late_comes_first_and_says_so() -> None:
    world, _data_request = data_request_at("draft_letter")
    world.tick(60 * 24 * 3)
    page = page_of(world, world.staff)
    assert "Terlambat" in page
    assert 'data-clock="late"' in page


def test_a_send_back_shows_its_reason() -> None:
    from requests_app.services import deeds

    world, data_request = data_request_at("verify_letter")
    deeds.take(
        subject=data_request,
        deed="return:draft_letter",
        actor=world.actor(Role.SECTION_HEAD),
        at=world.tick(),
        reason="Tambahkan dasar hukum pada pembuka surat.",
    )
    page = page_of(world, world.staff)
    assert "Tambahkan dasar hukum pada pembuka surat." in page


def test_recipients_in_the_same_step_are_one_item() -> None:
    world, _data_request = data_request_at("send_letter", recipients=3)
    page = page_of(world, world.staff)
    assert "+2 pemilik data lain" in page
    assert page.count("inbox-item__verb") == 1


def test_another_section_and_another_office_see_nothing_to_do() -> None:
    world, data_request = data_request_at("prepare_form")
    other = make_world()
    assert str(data_request.public_id) not in page_of(world, other.staff)


def test_a_person_without_a_valid_position_reads_why() -> None:
    world = make_world()
    world.staff.positions.all().delete()
    answer = client_of(world.staff).get("/")
    assert answer.status_code == 403
    assert "jabatan yang berlaku" in answer.content.decode()


def test_one_who_stands_in_reads_for_how_long() -> None:
    from datetime import date

    world = make_world()
    make_position(
        world.section_head,
        Role.AGENCY_HEAD,
        world.office.head_title,
        kind="plh",
        valid_from=world.now.date(),
        valid_to=date(2026, 11, 30),
    )
    page = page_of(world, world.section_head)
    assert "Anda bertindak sebagai Plh." in page
    assert "30 November 2026" in page


def test_anonymous_visitors_are_led_to_the_login() -> None:
    answer = Client().get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/akun/masuk/")


def test_the_login_takes_the_password_of_an_account() -> None:
    world = make_world()
    client = Client()
    answer = client.post(
        "/akun/masuk/", {"login": world.staff.username, "password": PASSWORD}, follow=True
    )
    assert answer.redirect_chain[-1][0] == "/"
