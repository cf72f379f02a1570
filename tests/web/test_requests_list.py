"""The list of requests: narrowed, ordered, and never across offices."""

import pytest
import time_machine
from django.test import Client

from tests.factories import World, data_request_at, make_world, open_request

pytestmark = pytest.mark.django_db


def page_of(world: World, query: str = "") -> str:
    client = Client()
    with time_machine.travel(world.now, tick=False):
        client.force_login(world.staff)
        answer = client.get(f"/permohonan/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def world() -> World:
    world = make_world()
    open_request(world, title="Data partai politik 2026")
    open_request(world, title="Data forum kerukunan 2026")
    return world


def test_all_requests_of_the_office_stand_in_the_list(world: World) -> None:
    page = page_of(world)
    assert "Data partai politik 2026" in page
    assert "Data forum kerukunan 2026" in page


def test_another_office_sees_none_of_them(world: World) -> None:
    assert "Data partai politik 2026" not in page_of(make_world())


@pytest.mark.parametrize(
    ("query", "found", "hidden"),
    [
        ("?cari=partai", "partai politik", "forum kerukunan"),
        ("?cari=PARTAI", "partai politik", "forum kerukunan"),
        ("?langkah=list_needs", "partai politik", "Tidak ada permohonan yang cocok"),
        ("?giliran=section_head", "partai politik", "Tidak ada permohonan yang cocok"),
        ("?tahun=2026", "partai politik", "Tidak ada permohonan yang cocok"),
    ],
)
def test_filters_narrow(world: World, query: str, found: str, hidden: str) -> None:
    page = page_of(world, query)
    assert found in page
    assert hidden not in page


@pytest.mark.parametrize(
    "query", ["?langkah=sign_letter", "?giliran=agency_head", "?terlambat=ya", "?cari=tidakada"]
)
def test_what_nothing_matches_says_so(world: World, query: str) -> None:
    assert "Tidak ada permohonan yang cocok" in page_of(world, query)


@pytest.mark.parametrize(
    "query",
    ["?cari=%00", "?pemilik=9999999", "?tahun=abc", "?langkah=x", "?hal=99", "?baris=7", "?urut=x"],
)
def test_an_unreadable_filter_is_left_out(world: World, query: str) -> None:
    assert "Data partai politik 2026" in page_of(world, query)


def test_the_owner_filter_offers_only_the_own_directory(world: World) -> None:
    other = make_world()
    page = page_of(world)
    assert world.owners[0].name in page
    assert other.owners[0].name not in page


def test_an_overdue_request_is_found(world: World) -> None:
    world.tick(60 * 24 * 4)
    assert "Data partai politik 2026" in page_of(world, "?terlambat=ya")


def test_an_owner_can_be_searched_by_name() -> None:
    world, data_request = data_request_at("prepare_form")
    assert data_request.title in page_of(world, f"?cari={world.owners[0].name}")
