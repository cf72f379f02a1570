"""What does the page of a signature say and ask where the certified provider signs?"""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from requests_app.models import DataRequest, OfficialDocument
from requests_app.services import niks
from tests.documents.bsre_server import BsreServer
from tests.factories import PASSPHRASE, World, data_request_at, fresh, make_world
from tests.web.doors import as_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]

KIND = "Tanda tangan elektronik tersertifikasi (BSrE)"
DESK = "/tanda-tangan/"


@pytest.fixture(autouse=True)
def _no_counts_left() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def server(settings: Any) -> Iterator[BsreServer]:
    with BsreServer(at=timezone.now() - timedelta(days=1)) as started:
        settings.BSRE_URL = started.url
        settings.BSRE_USERNAME, settings.BSRE_PASSWORD = started.account.values()
        yield started


def waiting(*, count: int = 1) -> tuple[World, list[DataRequest]]:
    """Walk letters to their signature in the last hours, in an office that signs by BSrE."""
    world = make_world()
    world.now = timezone.now() - timedelta(hours=3)
    found = [data_request_at("sign_letter", world=world)[1] for _letter in range(count)]
    world.office.signing_route = "bsre_v2"
    world.office.save()
    niks.keep_nik(world.agency_head, BsreServer().person.nik)
    world.agency_head.save()
    return world, found


def page_of(data_request: DataRequest) -> str:
    return f"/permohonan/{data_request.public_id}/langkah/5/"


def signature(data_request: DataRequest, passphrase: str) -> dict[str, Any]:
    subject = fresh(data_request)
    version = subject.newest_version()
    assert version is not None
    return {
        "deed": "sign_letter",
        "version": subject.version,
        "content_hash": version.content_hash(),
        "read_through": "on",
        "affirmed": "on",
        "passphrase": passphrase,
    }


def shown(answer: Any) -> str:
    text: str = html.unescape(answer.content.decode())
    return text


def test_the_page_names_the_kind_and_whose_passphrase_is_asked(server: BsreServer) -> None:
    world, (data_request,) = waiting()
    page = shown(as_user(world.agency_head).get(page_of(data_request)))
    for told in (KIND, "Frasa sandi BSrE", "Hanya dikirim ke layanan BSrE."):
        assert told in page
    assert "tidak tersertifikasi" not in page
    assert not server.heard


def test_the_head_signs_with_the_provider_s_passphrase(server: BsreServer) -> None:
    world, (data_request,) = waiting()
    client = as_user(world.agency_head)
    posted = signature(data_request, server.person.passphrase)
    answer = client.post(page_of(data_request), posted, follow=True)
    assert KIND in shown(answer)
    assert OfficialDocument.objects.get().signature == OfficialDocument.Signature.BSRE


def test_the_passphrase_of_a_key_of_ours_opens_nothing_there(server: BsreServer) -> None:
    world, (data_request,) = waiting()
    client = as_user(world.agency_head)
    answer = client.post(page_of(data_request), signature(data_request, PASSPHRASE))
    assert answer.status_code == 409
    assert re.search(r"Frasa sandi salah\. \w+ belum ditandatangani; nomornya", shown(answer))
    assert PASSPHRASE not in shown(answer)
    assert server.asked("sign")[0].said["passphrase"] == PASSPHRASE


def test_the_sixth_wrong_passphrase_does_not_reach_the_provider(server: BsreServer) -> None:
    world, (data_request,) = waiting()
    client = as_user(world.agency_head)
    for _try in range(5):
        client.post(page_of(data_request), signature(data_request, "salah sama sekali"))
    posted = signature(data_request, server.person.passphrase)
    answer = client.post(page_of(data_request), posted)
    assert answer.status_code == 422
    assert "Terlalu banyak percobaan." in shown(answer)
    assert len(server.asked("sign")) == 5


def test_signatures_that_are_made_do_not_count(server: BsreServer) -> None:
    world, letters = waiting(count=6)
    client = as_user(world.agency_head)
    for data_request in letters:
        posted = signature(data_request, server.person.passphrase)
        assert client.post(page_of(data_request), posted).status_code == 302
    assert OfficialDocument.objects.count() == 6


def test_a_wrong_passphrase_is_tried_once_for_a_whole_batch(server: BsreServer) -> None:
    world, letters = waiting(count=2)
    client = as_user(world.agency_head)
    for data_request in letters:
        client.get(page_of(data_request))
    posted = {
        "batch": "b" * 32,
        "letters": [str(one.public_id) for one in letters],
        "affirmed": "on",
        "passphrase": "salah sama sekali",
    }
    answer = client.post(DESK, posted, follow=True)
    assert "Frasa sandi salah." in shown(answer)
    assert len(server.asked("sign")) == 1
    client.post(DESK, posted | {"passphrase": server.person.passphrase})
    assert OfficialDocument.objects.count() == 2


def test_without_a_provider_the_page_says_so_and_offers_no_key_of_ours(settings: Any) -> None:
    settings.BSRE_URL = ""
    world, (data_request,) = waiting()
    page = shown(as_user(world.agency_head).get(page_of(data_request)))
    assert "Layanan BSrE belum diatur pada aplikasi ini." in page
    assert "Buat sertifikat tanda tangan" not in page
    assert 'name="passphrase"' not in page
