"""Is what was typed and not sent kept, laid back, thrown away, and nobody else's?"""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import AbstractUser
from django.test import Client
from django.utils import timezone

from requests_app.models import DataRequest, FormDraft
from requests_app.services import drafts, letters
from requests_app.services.letters import LetterText
from requests_app.sop.roles import Role
from requests_app.web.unsent import FormKey
from tests.factories import PASSWORD, World, data_request_at, fresh, make_world, open_request
from tests.web.doors import as_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]
TYPED = {"letter_subject": "Permohonan yang baru diketik", "body": "Baru separuh", "cc": ""}


@pytest.fixture
def world() -> World:
    made = make_world(owners=2)
    made.now = timezone.now() - timedelta(hours=3)
    return made


def page(data_request: DataRequest, segment: str = "3") -> str:
    return f"/permohonan/{data_request.public_id}/langkah/{segment}/"


def key(user: AbstractUser, data_request: DataRequest, row: str = "draft_letter") -> str:
    return FormKey(user.pk, data_request.pk, row, row).sign()


def text_of(answer: Any) -> str:
    return unescape(answer.content.decode())


def typed(world: World, data_request: DataRequest, **changes: Any) -> dict[str, Any]:
    values = {"version": data_request.version, "form_key": key(world.staff, data_request)}
    return {**values, **TYPED, **changes}


def autosave(client: Client, data_request: DataRequest, posted: dict[str, Any]) -> Any:
    return client.post(f"{page(data_request)}isian/", {**posted, "autosave": "1"})


def test_a_form_is_kept_and_laid_back_for_its_writer_only(world: World) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    client = as_user(world.staff)
    assert "form_key" in text_of(client.get(page(data_request)))
    answer = autosave(client, data_request, typed(world, data_request))
    assert re.fullmatch(r"Tersimpan otomatis pukul \d\d\.\d\d\.", text_of(answer))
    assert fresh(data_request).version == data_request.version
    assert data_request.newest_version() is None
    shown = text_of(client.get(page(data_request)))
    assert "Permohonan yang baru diketik" in shown
    assert "Isian yang belum dikirim dipulihkan" in shown
    assert "Permohonan yang baru diketik" not in text_of(
        as_user(world.section_head).get(page(data_request))
    )


def test_what_is_kept_holds_no_token_no_button_and_no_password(world: World) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    posted = typed(world, data_request, password="rahasia", deed="draft_letter", body="a\0b")
    autosave(as_user(world.staff), data_request, {**posted, "x\0y": "z"})
    draft = FormDraft.objects.get()
    kept = {"letter_subject": [TYPED["letter_subject"]], "body": ["ab"], "cc": [""], "xy": ["z"]}
    assert draft.values == kept


def test_more_than_a_form_holds_is_refused_with_a_sentence(world: World, settings: Any) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    posted = typed(world, data_request, body="kata " * 1_000)
    answer = as_user(world.staff).post(
        f"{page(data_request)}isian/", urlencode(posted), "application/x-www-form-urlencoded"
    )
    assert answer.status_code == 400
    assert "Isian rusak atau terlalu besar." in text_of(answer)
    assert not FormDraft.objects.exists()


def test_handing_in_forgets_what_was_kept(world: World) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    client = as_user(world.staff)
    posted = typed(world, data_request)
    autosave(client, data_request, posted)
    client.post(page(data_request), {**posted, "save": "1"})
    assert not FormDraft.objects.exists()
    assert "dipulihkan" not in text_of(client.get(page(data_request)))


def test_a_refused_deed_forgets_nothing(world: World) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    client = as_user(world.staff)
    posted = typed(world, data_request)
    autosave(client, data_request, posted)
    answer = client.post(page(data_request), {**posted, "body": "", "deed": "draft_letter"})
    assert answer.status_code == 422
    assert FormDraft.objects.count() == 1


def test_what_was_kept_can_be_thrown_away(world: World) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    client = as_user(world.staff)
    posted = typed(world, data_request)
    autosave(client, data_request, posted)
    discarded = {"form_key": posted["form_key"], "discard": "1"}
    answer = client.post(f"{page(data_request)}isian/", discarded, follow=True)
    assert answer.redirect_chain == [(page(data_request), 302)]
    assert not FormDraft.objects.exists()


def test_a_draft_from_an_older_version_says_so_and_overwrites_nothing(world: World) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    client = as_user(world.staff)
    posted = typed(world, data_request)
    autosave(client, data_request, posted)
    letters.save_letter(
        subject=data_request,
        text=LetterText(subject="Dari jendela lain", body="Isi lain"),
        actor=world.actor(Role.STAFF),
        at=world.tick(),
    )
    shown = text_of(client.get(page(data_request)))
    assert "Isian ini dibuat sebelum dokumen terakhir diubah oleh Staf Contoh" in shown
    laid = re.search(r'name="version" value="(\d+)"', shown)
    assert laid is not None
    answer = client.post(page(data_request), {**posted, "version": laid[1], "save": "1"})
    assert answer.status_code == 409
    assert "Permohonan yang baru diketik" in text_of(answer)
    written = fresh(data_request).newest_version()
    assert written is not None
    assert written.subject == "Dari jendela lain"


def test_a_stale_page_is_compared_with_what_stands_and_overwrites_only_with_a_tick(
    world: World,
) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    client = as_user(world.staff)
    posted = {**typed(world, data_request), "version": data_request.version, "save": "1"}
    letters.save_letter(
        subject=data_request,
        text=LetterText(subject="Dari jendela lain", body="Isi lain"),
        actor=world.actor(Role.STAFF),
        at=world.tick(),
    )
    refused = text_of(client.post(page(data_request), posted))
    assert 'href="#conflict"' in refused
    assert re.search(r"<del>.*Dari jendela lain", refused)
    assert re.search(r"<ins>.*Permohonan yang baru diketik", refused)
    tick = re.search(r'name="overwrite" value="(\d+)" id="overwrite" form="step-form"', refused)
    assert tick is not None
    again = re.search(r'name="version" value="(\d+)"', refused)
    assert again is not None
    unread = {**posted, "version": again[1]}
    assert client.post(page(data_request), unread).status_code == 409
    read = {**unread, "overwrite": tick[1]}
    assert client.post(page(data_request), read).status_code == 302
    written = fresh(data_request).newest_version()
    assert written is not None
    assert written.subject == "Permohonan yang baru diketik"
    assert client.post(page(data_request), {**read, "body": "Lagi"}).status_code == 409


def test_rows_that_were_added_come_back(world: World) -> None:
    data_request = open_request(world)
    client = as_user(world.section_head)
    rows = {
        "items-TOTAL_FORMS": 2,
        "items-INITIAL_FORMS": 0,
        "items-0-name": "Daftar pertama",
        "items-1-name": "Daftar kedua",
        "owners-TOTAL_FORMS": 1,
        "owners-INITIAL_FORMS": 1,
        "owners-0-name": world.owners[0].name,
        "title": "Judul",
    }
    own = {
        "version": data_request.version,
        "form_key": key(world.section_head, data_request, "list_needs"),
    }
    client.post(f"{page(data_request, '1')}isian/", {**rows, **own, "autosave": "1"})
    shown = text_of(client.get(page(data_request, "1")))
    assert 'value="Daftar kedua"' in shown
    assert 'name="items-TOTAL_FORMS" value="2"' in shown
    assert "error-summary" not in shown


@pytest.mark.parametrize("segment", ["2", "11", "12"])
def test_the_other_rows_keep_their_forms_too(world: World, segment: str) -> None:
    row, deed, user = {
        "2": ("prepare_form", "prepare_form", world.staff),
        "11": ("use_results", "add_use", world.section_head),
        "12": ("report_usage", "report_usage", world.section_head),
    }[segment]
    _world, data_request = data_request_at(row, world=world)
    client = as_user(user)
    place = page(data_request, segment)
    name = {"2": "instructions", "11": "purpose", "12": "conclusion"}[segment]
    own = {
        "form_key": FormKey(user.pk, data_request.pk, row, deed).sign(),
        "version": data_request.version,
        "questions-TOTAL_FORMS": 0,
        "questions-INITIAL_FORMS": 0,
    }
    answer = client.post(f"{place}isian/", {**own, name: "Kata yang separuh", "autosave": "1"})
    assert answer.status_code == 200, text_of(answer)
    assert "Kata yang separuh" in text_of(client.get(place))


# -- a lost session ---------------------------------------------------------------------------


def test_a_deed_pressed_after_the_session_ended_is_not_done_but_kept(world: World) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    client = Client()
    answer = client.post(
        page(data_request), {**typed(world, data_request), "deed": "draft_letter"}, follow=True
    )
    assert "Sesi Anda berakhir. Masuk lagi; isian terakhir tersimpan pukul" in text_of(answer)
    assert fresh(data_request).state == "draft_letter"
    target = answer.redirect_chain[0][0]
    sign_in = {"login": world.staff.username, "password": PASSWORD, "next": page(data_request)}
    answer = client.post(target, sign_in, follow=True)
    assert answer.redirect_chain[-1][0] == page(data_request)
    assert "Permohonan yang baru diketik" in text_of(answer)


def test_somebody_else_who_signs_in_sees_nothing_of_it(world: World) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    client = Client()
    client.post(page(data_request), typed(world, data_request))
    client.force_login(world.section_head)
    assert "Permohonan yang baru diketik" not in text_of(client.get(page(data_request)))
    assert FormDraft.objects.get().user == world.staff


def test_the_script_is_told_that_the_session_ended_and_when_the_form_was_kept(
    world: World,
) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    answer = autosave(Client(), data_request, typed(world, data_request))
    assert answer.status_code == 401
    assert "Masuk lagi; isian terakhir tersimpan pukul" in text_of(answer)
    assert FormDraft.objects.get().values["body"] == ["Baru separuh"]


@pytest.mark.parametrize("wrong", ["", "palsu", "lama", "nonaktif", "lewat"])
def test_without_a_good_key_a_stranger_keeps_nothing(
    world: World, wrong: str, time_machine: Any
) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    posted = typed(world, data_request)
    if wrong == "palsu":
        posted["form_key"] += "x"
    elif wrong == "":
        del posted["form_key"]
    elif wrong == "lama":
        time_machine.move_to(timezone.now() + timedelta(hours=9))
    elif wrong == "nonaktif":
        world.staff.is_active = False
        world.staff.save()
    else:
        DataRequest.objects.filter(pk=data_request.pk).update(state="verify_letter")
    answer = autosave(Client(), data_request, posted)
    assert answer.status_code == 302
    assert "/akun/masuk/" in answer.headers["Location"]
    assert not FormDraft.objects.exists()


def test_the_key_of_another_is_no_use(world: World) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    answer = autosave(as_user(world.section_head), data_request, typed(world, data_request))
    assert answer.status_code == 404
    assert not FormDraft.objects.exists()


def test_who_may_not_write_the_row_keeps_nothing(world: World) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    posted = typed(world, data_request, form_key=key(world.agency_head, data_request))
    answer = autosave(as_user(world.agency_head), data_request, posted)
    assert answer.status_code == 403
    assert not FormDraft.objects.exists()


def test_a_row_that_was_left_keeps_nothing(world: World) -> None:
    _world, data_request = data_request_at("verify_letter", world=world)
    answer = autosave(as_user(world.staff), data_request, typed(world, data_request))
    assert answer.status_code == 409
    assert "langkah 4" in text_of(answer)


def test_a_session_that_is_too_old_keeps_the_form_as_well(world: World, settings: Any) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    client = as_user(world.staff)
    client.get(page(data_request))
    session = client.session
    session["logged_in_at"] = int(timezone.now().timestamp()) - settings.SESSION_MAX_AGE - 1
    session.save()
    answer = client.post(page(data_request), typed(world, data_request))
    assert answer.headers["Location"].startswith("/akun/masuk/?next=/permohonan/")
    assert FormDraft.objects.count() == 1


def test_what_nobody_came_back_to_for_a_month_is_forgotten(world: World) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    common: dict[str, Any] = {
        "data_request": data_request,
        "user_id": world.staff.pk,
        "version": 1,
        "values": {},
    }
    drafts.keep(row="list_needs", deed="list_needs", at=world.now, **common)
    drafts.keep(
        row="draft_letter", deed="draft_letter", at=world.now + timedelta(days=31), **common
    )
    assert [draft.row for draft in FormDraft.objects.all()] == ["draft_letter"]
