"""Does a signature ask for the second factor itself, each time anew, and spend it?"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from requests_app.models import DataRequest, LetterNumber, User
from requests_app.services import audit
from tests.factories import PASSPHRASE, World, data_request_at, fresh, make_world
from tests.web.doors import as_user
from tests.web.test_second_factor import code_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]

WRONG = "Kode atau kunci sandi tidak cocok. Surat belum ditandatangani. Masukkan kode terbaru."


@pytest.fixture(autouse=True)
def _one_moment() -> Iterator[None]:
    """Let the clock stand, so that no code grows old; begin and end with none spent or counted."""
    cache.clear()
    with time_machine.travel(timezone.now(), tick=False):
        yield
    cache.clear()


@pytest.fixture
def world() -> World:
    world = make_world(owners=1)
    world.now = timezone.now() - timedelta(hours=3)
    return world


def letter(world: World) -> DataRequest:
    found: DataRequest = data_request_at("sign_letter", world=world)[1]
    return found


def own_app(user: User) -> str:
    """Give a person an authenticator app."""
    secret: str = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def press(client: Client, data_request: DataRequest, **typed: str) -> Any:
    version = data_request.newest_version()
    assert version is not None
    return client.post(
        f"/permohonan/{data_request.public_id}/langkah/5/",
        {
            "deed": "sign_letter",
            "version": data_request.version,
            "content_hash": version.content_hash(),
            "read_through": "on",
            "affirmed": "on",
            "passphrase": PASSPHRASE,
            **typed,
        },
    )


def page_of(client: Client, data_request: DataRequest) -> str:
    answer = client.get(f"/permohonan/{data_request.public_id}/langkah/5/")
    shown: str = answer.content.decode()
    return shown


def test_the_field_stands_where_the_person_has_one_and_nowhere_else(world: World) -> None:
    data_request = letter(world)
    client = as_user(world.agency_head)
    assert 'name="code"' not in page_of(client, data_request)
    own_app(world.agency_head)
    shown = page_of(client, data_request)
    assert 'autocomplete="one-time-code"' in shown
    assert "data-passkey" not in shown


def test_somebody_with_a_passkey_may_use_that_instead(world: World) -> None:
    data_request = letter(world)
    Authenticator.objects.create(
        user=world.agency_head, type="webauthn", data={"name": "Ponsel", "credential": {}}
    )
    shown = page_of(as_user(world.agency_head), data_request)
    assert 'data-options="/akun/tantangan/"' in shown
    assert "js/passkey.js" in shown


def test_without_a_code_nothing_is_signed(world: World) -> None:
    data_request = letter(world)
    own_app(world.agency_head)
    answer = press(as_user(world.agency_head), data_request)
    assert answer.status_code == 422
    assert "Tulis kode dari aplikasi autentikator." in answer.content.decode()
    assert fresh(data_request).state == "sign_letter"


def test_a_wrong_code_signs_nothing_and_takes_no_number(world: World) -> None:
    data_request = letter(world)
    own_app(world.agency_head)
    answer = press(as_user(world.agency_head), data_request, code="000000")
    assert answer.status_code == 422
    assert WRONG in answer.content.decode()
    assert not LetterNumber.objects.exists()


def test_the_right_code_signs_one_letter_and_no_second(world: World) -> None:
    one, another = letter(world), letter(world)
    code = code_of(own_app(world.agency_head))
    client = as_user(world.agency_head)
    assert press(client, one, code=code).status_code == 302
    assert WRONG in press(client, another, code=code).content.decode()
    assert (fresh(one).state, fresh(another).state) == ("send_letter", "sign_letter")


def test_the_code_of_a_batch_signs_no_letter_beside_it(world: World) -> None:
    one, another = letter(world), letter(world)
    code = code_of(own_app(world.agency_head))
    client = as_user(world.agency_head)
    typed = {"batch": "b" * 32, "affirmed": "on", "passphrase": PASSPHRASE, "code": code}
    for data_request in (one, another):
        page_of(client, data_request)
        answer = client.post("/tanda-tangan/", {**typed, "letters": str(data_request.public_id)})
    assert WRONG in answer.content.decode()
    assert (fresh(one).state, fresh(another).state) == ("send_letter", "sign_letter")


def test_a_wrong_passphrase_spends_no_code(world: World) -> None:
    data_request = letter(world)
    code = code_of(own_app(world.agency_head))
    client = as_user(world.agency_head)
    assert press(client, data_request, code=code, passphrase="salah").status_code == 422
    assert press(client, data_request, code=code).status_code == 302


def test_a_recovery_code_signs_once(world: World) -> None:
    one, another = letter(world), letter(world)
    own_app(world.agency_head)
    code = RecoveryCodes.activate(world.agency_head).generate_codes()[3]
    client = as_user(world.agency_head)
    assert press(client, one, code=code).status_code == 302
    assert WRONG in press(client, another, code=code).content.decode()


def test_the_code_of_a_login_signs_nothing(world: World) -> None:
    data_request = letter(world)
    code = code_of(own_app(world.agency_head))
    client = Client()
    client.post(
        "/akun/masuk/", {"login": world.agency_head.username, "password": "sandi-uji-panjang-1"}
    )
    assert client.post("/akun/masuk/kode/", {"code": code}).status_code == 302
    assert WRONG in press(client, data_request, code=code).content.decode()


def test_the_same_press_twice_is_one_signature(world: World) -> None:
    data_request = letter(world)
    code = code_of(own_app(world.agency_head))
    client = as_user(world.agency_head)
    first, second = press(client, data_request, code=code), press(client, data_request, code=code)
    assert (first.status_code, second.status_code) == (302, 302)
    assert LetterNumber.objects.count() == 1


def test_the_sixth_wrong_code_closes_the_door_for_the_right_one_too(world: World) -> None:
    data_request = letter(world)
    secret = own_app(world.agency_head)
    client = as_user(world.agency_head)
    for _try in range(5):
        press(client, data_request, code="000000")
    answer = press(client, data_request, code=code_of(secret))
    assert "Terlalu banyak percobaan. Surat belum ditandatangani." in answer.content.decode()
    assert fresh(data_request).state == "sign_letter"


def test_wrong_codes_at_the_login_block_no_signature(world: World) -> None:
    data_request = letter(world)
    secret = own_app(world.agency_head)
    client, thief = as_user(world.agency_head), Client()
    thief.post(
        "/akun/masuk/", {"login": world.agency_head.username, "password": "sandi-uji-panjang-1"}
    )
    for _try in range(6):
        thief.post("/akun/masuk/kode/", {"code": "000000"})
    assert press(client, data_request, code=code_of(secret)).status_code == 302


@pytest.mark.parametrize("junk", ["x", "[]", "{}", '{"id": 1}', '{"rawId": "AA", "response": 5}'])
def test_what_no_passkey_has_answered_signs_nothing(world: World, junk: str) -> None:
    data_request = letter(world)
    own_app(world.agency_head)
    client = as_user(world.agency_head)
    assert client.get("/akun/tantangan/").json()["request_options"]["publicKey"]["challenge"]
    answer = press(client, data_request, credential=junk)
    assert answer.status_code == 422
    assert WRONG in answer.content.decode()
    assert "mfa.webauthn.state" not in client.session


def test_the_proof_is_kept_nowhere(world: World) -> None:
    data_request = letter(world)
    code = code_of(own_app(world.agency_head))
    client = as_user(world.agency_head)
    press(client, data_request, code=code)
    assert code not in str(dict(client.session))
    assert all(code not in str(entry.facts) for entry in audit.entries_of(data_request.pk))
