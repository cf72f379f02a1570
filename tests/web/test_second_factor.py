"""Is a second factor asked of whom the office names, proved once, and never kept in clear?"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from requests_app.management import jobs
from requests_app.models import Notice, Office, User
from tests.contracts.test_sentences import borrowed
from tests.factories import PASSWORD, World, make_user, make_world
from tests.web.doors import as_user

pytestmark = pytest.mark.django_db

SECURITY = "/akun/keamanan/"
DUE = "Jabatan Anda memerlukan verifikasi dua langkah. Pasang sekarang."
WRONG = "Kode tidak cocok. Masukkan kode terbaru dari aplikasi autentikator."


@pytest.fixture(autouse=True)
def _one_moment() -> Iterator[None]:
    """Let the clock stand, so that no code grows old; begin and end with none spent or counted."""
    cache.clear()
    with time_machine.travel(timezone.now(), tick=False):
        yield
    cache.clear()


@pytest.fixture
def world() -> World:
    return make_world(owners=0)


def code_of(secret: str, *, steps_ago: int = 0) -> str:
    """Be the app: what it shows now, or showed before."""
    counter = int(timezone.now().timestamp()) // 30 - steps_ago
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def log_in(client: Client, user: User) -> Any:
    return client.post("/akun/masuk/", {"login": user.username, "password": PASSWORD})


def at_home(user: User) -> Client:
    """Log in by the password, and give it once more, as a change of the account wants."""
    client = Client()
    log_in(client, user)
    client.post("/akun/konfirmasi/", {"password": PASSWORD})
    return client


def set_up(user: User) -> tuple[Client, str]:
    """Set the app up, through the pages."""
    client = at_home(user)
    page = client.get(f"{SECURITY}aplikasi/")
    secret = page.context["form"].secret
    answer = client.post(f"{SECURITY}aplikasi/", {"code": code_of(secret, steps_ago=1)})
    assert answer.headers["Location"] == f"{SECURITY}kode-pemulihan/"
    return client, secret


def ask_of(office: Office, *roles: str) -> None:
    office.second_factor_roles = list(roles)
    office.save()


# -- of whom --------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/permohonan/", "/sop/", "/nomor-surat/", "/kelola/"])
def test_whoever_must_have_one_and_has_none_finds_every_door_closed(
    world: World, address: str
) -> None:
    ask_of(world.office, "agency_head", "admin")
    keeper = make_user(world.office, f"kelola{world.office.pk}", "Pengelola", is_staff=True)
    for person in (world.agency_head, keeper):
        for answer in (as_user(person).get(address), as_user(person).post(address)):
            assert (answer.status_code, answer.headers["Location"]) == (302, SECURITY)


def test_the_page_that_opens_instead_says_why(world: World) -> None:
    ask_of(world.office, "agency_head")
    page = as_user(world.agency_head).get("/", follow=True).content.decode()
    assert DUE in page
    assert DUE not in as_user(world.staff).get(SECURITY).content.decode()


@pytest.mark.parametrize("address", [f"{SECURITY}aplikasi/", "/akun/keluar/", "/akun/kata-sandi/"])
def test_the_own_account_stays_open(world: World, address: str) -> None:
    ask_of(world.office, "staff")
    assert at_home(world.staff).get(address).status_code == 200


def test_the_office_decides_of_whom_it_is_asked(world: World) -> None:
    ask_of(world.office, "staff")
    assert as_user(world.staff).get("/").status_code == 302
    assert as_user(world.agency_head).get("/").status_code == 200
    ask_of(world.office)
    assert as_user(world.staff).get("/").status_code == 200


def test_an_account_without_an_office_that_administers_must_have_one(world: World) -> None:
    root = User.objects.create_superuser(f"root{world.office.pk}", "", PASSWORD)
    assert as_user(root).get("/kelola/").headers["Location"] == SECURITY


def test_once_it_is_set_up_the_house_opens(world: World) -> None:
    ask_of(world.office, "agency_head")
    client, _secret = set_up(world.agency_head)
    assert client.get("/").status_code == 200


# -- set up ---------------------------------------------------------------------------------------


def test_the_secret_is_shown_as_picture_and_as_text(world: World) -> None:
    client = at_home(world.staff)
    page = client.get(f"{SECURITY}aplikasi/")
    secret = page.context["form"].secret
    shown = page.content.decode()
    assert f"readonly>{secret}<" in shown
    assert 'src="data:image/svg+xml;base64,' in shown
    assert "issuer=sopdata" in page.context["totp_url"]
    assert world.staff.username in page.context["totp_url"]


def test_a_wrong_first_code_sets_nothing_up(world: World) -> None:
    client = at_home(world.staff)
    secret = client.get(f"{SECURITY}aplikasi/").context["form"].secret
    page = client.post(f"{SECURITY}aplikasi/", {"code": "000000"})
    assert WRONG in page.content.decode()
    assert page.context["form"].secret == secret
    assert not Authenticator.objects.exists()
    empty = client.post(f"{SECURITY}aplikasi/", {}).content.decode()
    assert "Tulis kode enam angka dari aplikasi autentikator." in empty


def test_no_form_of_the_second_factor_borrows_a_sentence(world: World) -> None:
    client = at_home(world.staff)
    pages = [client.get(f"{SECURITY}{page}/") for page in ("aplikasi", "kunci-sandi")]
    set_up(world.staff)
    stranger = Client()
    log_in(stranger, world.staff)
    pages += [stranger.get("/akun/masuk/kode/"), client.get("/akun/konfirmasi/kode/")]
    for page in pages:
        for name in {"form", "webauthn_form"} & page.context.keys():
            assert not list(borrowed(page.context[name]))


def test_neither_secret_nor_recovery_code_lies_in_the_database(world: World) -> None:
    client, secret = set_up(world.staff)
    codes = client.get(f"{SECURITY}kode-pemulihan/").context["unused_codes"]
    assert len(codes) == 10
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM mfa_authenticator t")
        (kept,) = cursor.fetchone()
    sessions = str(dict(client.session))
    for hidden in (secret, *codes):
        assert hidden not in kept
        assert hidden not in sessions


def test_what_is_sealed_needs_the_key(world: World, settings: Any) -> None:
    set_up(world.staff)
    app = Authenticator.objects.get(type="totp")
    settings.MFA_KEY = "lain"
    with pytest.raises(Exception, match=r"^$"):
        app.wrap().validate_code("123456")


def test_recovery_codes_are_shown_downloaded_and_made_anew(world: World) -> None:
    client, _secret = set_up(world.staff)
    shown = client.get(f"{SECURITY}kode-pemulihan/")
    codes = shown.context["unused_codes"]
    assert "10 kode tersisa." in shown.content.decode()
    file = client.get(f"{SECURITY}kode-pemulihan/unduh/")
    assert re.findall(r"\d{8}", file.content.decode()) == codes
    assert "attachment" in file.headers["Content-Disposition"]
    client.post(f"{SECURITY}kode-pemulihan/baru/")
    assert not set(codes) & set(client.get(f"{SECURITY}kode-pemulihan/").context["unused_codes"])
    assert "10 kode tersisa." in client.get(SECURITY).content.decode()


def test_each_change_is_told_by_mail(
    world: World, django_capture_on_commit_callbacks: Any, mailoutbox: list[Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        client, _secret = set_up(world.staff)
        client.post(f"{SECURITY}kode-pemulihan/baru/")
        client.post(f"{SECURITY}aplikasi/lepas/")
    for notice in Notice.objects.filter(kind="account"):
        jobs.send_notice(notice.pk)
    told = " / ".join(mail.body for mail in mailoutbox if mail.to == [world.staff.email])
    for change in ("autentikator dipasang", "pemulihan baru dibuat", "autentikator dilepas"):
        assert change in told
    assert not Authenticator.objects.exists()


def test_the_person_finds_the_page_in_the_menu(world: World) -> None:
    assert f'href="{SECURITY}"' in as_user(world.staff).get("/").content.decode()


# -- the login ------------------------------------------------------------------------------------


def test_after_the_password_comes_the_code(world: World) -> None:
    _client, secret = set_up(world.staff)
    client = Client()
    answer = log_in(client, world.staff)
    assert answer.headers["Location"] == "/akun/masuk/kode/"
    assert client.get("/").status_code == 302
    page = client.get("/akun/masuk/kode/").content.decode()
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    wrong = client.post("/akun/masuk/kode/", {"code": "000000"})
    assert WRONG in wrong.content.decode()
    assert client.post("/akun/masuk/kode/", {"code": code_of(secret)}).status_code == 302
    assert client.get("/").status_code == 200


def test_a_code_is_good_once_as_long_as_it_would_be_taken(world: World) -> None:
    _client, secret = set_up(world.staff)
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        code = code_of(secret)
        assert enter(world.staff, code).status_code == 302
        assert WRONG in enter(world.staff, code).content.decode()
    with time_machine.travel(now.timestamp() + 31, tick=False):
        assert WRONG in enter(world.staff, code).content.decode()


def test_the_code_that_set_the_app_up_opens_nothing(world: World) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        _client, secret = set_up(world.staff)
        assert WRONG in enter(world.staff, code_of(secret, steps_ago=1)).content.decode()


def test_a_code_of_the_step_before_is_taken_and_an_older_one_is_not(world: World) -> None:
    _client, secret = set_up(world.staff)
    with time_machine.travel(timezone.now().timestamp() + 600, tick=False):
        assert WRONG in enter(world.staff, code_of(secret, steps_ago=2)).content.decode()
        assert enter(world.staff, code_of(secret, steps_ago=1)).status_code == 302


def enter(user: User, code: str) -> Any:
    client = Client()
    log_in(client, user)
    return client.post("/akun/masuk/kode/", {"code": code})


def test_a_recovery_code_opens_once(world: World) -> None:
    client, _secret = set_up(world.staff)
    code = client.get(f"{SECURITY}kode-pemulihan/").context["unused_codes"][0]
    assert enter(world.staff, code).status_code == 302
    assert WRONG in enter(world.staff, code).content.decode()
    assert "9 kode tersisa." in client.get(SECURITY).content.decode()


def test_the_sixth_wrong_code_closes_the_door_for_the_right_one_too(world: World) -> None:
    _client, secret = set_up(world.staff)
    for _try in range(5):
        enter(world.staff, "000000")
    refused = enter(world.staff, code_of(secret)).content.decode()
    assert "Terlalu banyak percobaan." in refused


@pytest.mark.parametrize(
    "junk", ["", "x", "[]", "5", "{}", '{"id": 1}', '{"response": {}}', '{"rawId": "AA"}']
)
@pytest.mark.parametrize(
    "address", ["/akun/masuk/kode/", "/akun/masuk/kunci-sandi/", f"{SECURITY}kunci-sandi/"]
)
def test_what_is_no_passkey_is_refused_without_an_error(
    world: World, address: str, junk: str
) -> None:
    client, _secret = set_up(world.staff)
    if "masuk" in address:
        client = Client()
        log_in(client, world.staff)
        client.get(address, headers={"Accept": "application/json"})
    else:
        client.get(address)
    answer = client.post(address, {"credential": junk, "name": "Ponsel"})
    assert answer.status_code in {200, 302}
    assert not Authenticator.objects.filter(type="webauthn").exists()


# -- certainty before a change --------------------------------------------------------------------


def later(client: Client) -> None:
    """Let the login lie longer ago than a change allows."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()


def test_a_change_asks_again_and_for_the_code_not_for_the_password(world: World) -> None:
    client, secret = set_up(world.staff)
    later(client)
    asked = client.get(f"{SECURITY}aplikasi/lepas/", follow=True)
    assert asked.request["PATH_INFO"] == "/akun/konfirmasi/kode/"
    by_password = client.post("/akun/konfirmasi/", {"password": PASSWORD})
    assert by_password.headers["Location"].startswith("/akun/konfirmasi/kode/")
    assert client.post(f"{SECURITY}aplikasi/lepas/").status_code == 302
    assert Authenticator.objects.filter(type="totp").exists()
    again = client.post(
        "/akun/konfirmasi/kode/", {"code": code_of(secret), "next": f"{SECURITY}aplikasi/lepas/"}
    )
    assert again.status_code == 302
    client.post(f"{SECURITY}aplikasi/lepas/")
    assert not Authenticator.objects.exists()


def test_without_a_second_factor_the_password_is_asked(world: World) -> None:
    client = Client()
    log_in(client, world.staff)
    asked = client.get(f"{SECURITY}aplikasi/", follow=True)
    assert asked.request["PATH_INFO"] == "/akun/konfirmasi/"


def test_nobody_touches_the_passkey_of_another(world: World) -> None:
    other = Authenticator.objects.create(
        user=world.agency_head, type="webauthn", data={"name": "Ponsel", "credential": {}}
    )
    client = at_home(world.staff)
    for page in ("", "hapus/"):
        assert client.get(f"{SECURITY}kunci-sandi/{other.pk}/{page}").status_code == 404
        assert client.post(f"{SECURITY}kunci-sandi/{other.pk}/{page}").status_code == 404


def test_codes_alone_are_no_second_factor(world: World) -> None:
    ask_of(world.office, "staff")
    RecoveryCodes.activate(world.staff)
    assert as_user(world.staff).get("/").headers["Location"] == SECURITY
