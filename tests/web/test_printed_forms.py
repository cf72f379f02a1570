"""Is everything that will stand on a paper refused by name, or printed whole?"""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from requests_app.documents import pages
from requests_app.models import DataRequest
from requests_app.services import letters
from tests.factories import World, data_request_at, fresh, make_world, open_request
from tests.web.doors import as_owner, as_user, at_work, owner_url
from tests.web.test_rows_1_to_3_pages import ITEM, page_of, text_of, typed_needs

pytestmark = pytest.mark.django_db

STRANGE = "<script>alert(1)</script> {{ settings.SECRET_KEY }} Ébène " + "Panjang" * 60
LONG = (STRANGE + " Rincian yang panjang sekali." * 200)[:4000]


@pytest.fixture
def world() -> World:
    made = make_world(owners=2)
    made.now = timezone.now() - timedelta(hours=3)
    return made


def type_needs(world: World, data_request: DataRequest, **changes: Any) -> Any:
    posted = typed_needs(data_request, **{"deed": "list_needs", **changes})
    return as_user(world.section_head).post(page_of(data_request, "1"), posted)


@pytest.mark.parametrize(
    "field", ["name", "definition", "unit", "period", "coverage", "concept", "classification"]
)
def test_an_item_with_an_unprintable_letter_is_refused_in_its_field(
    world: World, field: str
) -> None:
    data_request = open_request(world)
    answer = type_needs(world, data_request, items=[ITEM | {field: "بين 😀"}])
    assert answer.status_code == 422
    assert "Huruf ب ي ن 😀 tidak dapat dicetak dalam surat." in text_of(answer)
    assert "بين 😀" in text_of(answer), "what was typed stays"
    assert not data_request.items.exists()


@pytest.mark.parametrize("field", ["title", "purpose", "other_bases"])
def test_the_words_about_the_request_are_checked_too(world: World, field: str) -> None:
    data_request = open_request(world)
    answer = type_needs(world, data_request, **{field: "Data 数据"})
    assert answer.status_code == 422
    assert "Huruf 数 据 tidak dapat dicetak" in text_of(answer)


def test_a_draft_is_refused_as_the_whole_is(world: World) -> None:
    data_request = open_request(world)
    items = [ITEM | {"name": "数据"}]
    answer = type_needs(world, data_request, deed="", save="1", items=items)
    assert "Huruf 数 据 tidak dapat dicetak" in text_of(answer)
    assert not data_request.items.exists()


def test_a_longer_definition_than_a_paper_takes_is_refused(world: World) -> None:
    data_request = open_request(world)
    answer = type_needs(world, data_request, items=[ITEM | {"definition": LONG + "x"}])
    assert answer.status_code == 422
    assert "4000" in text_of(answer)


def test_300_items_one_of_them_strange_become_a_letter(world: World) -> None:
    data_request = open_request(world)
    strange = {"name": STRANGE[:200], "definition": LONG, "unit": "W" * 80, "coverage": "W" * 200}
    items = [ITEM | {"ORDER": place, "name": f"Data {place}"} for place in range(1, 301)]
    items[7] |= strange
    answer = type_needs(world, data_request, items=items)
    assert answer.status_code == 302
    assert data_request.items.count() == 300
    texts = pages.page_texts(letters.render_draft(fresh(data_request)))
    text = "".join("".join(texts).split())
    assert "".join(LONG.split())[-40:] in text
    assert "Data300" in text
    assert all(page.strip() for page in texts)


def test_more_items_than_a_letter_takes_are_refused(world: World) -> None:
    data_request = open_request(world)
    items = [ITEM | {"ORDER": place, "name": f"Data {place}"} for place in range(1, 302)]
    answer = type_needs(world, data_request, items=items)
    assert answer.status_code == 422
    assert "300" in text_of(answer)


def test_who_confirms_is_printed_on_the_receipt_and_therefore_checked() -> None:
    world, data_request = data_request_at("receive_letter")
    recipient = data_request.recipients.get()
    with at_work(world):
        answer = as_owner(world, recipient).post(
            owner_url(recipient, "7"),
            {
                "deed": "receive_letter",
                "version": recipient.version,
                "name": "Petugas 😀",
                "title": "Staf",
                "phone": "0800",
            },
        )
    assert answer.status_code == 422
    assert "Huruf 😀 tidak dapat dicetak" in text_of(answer)


def test_a_subject_too_long_once_its_tags_are_filled_is_refused_not_broken(world: World) -> None:
    world, data_request = data_request_at("draft_letter", world=world)
    purpose = "menyusun profil " + "organisasi " * 40
    DataRequest.objects.filter(pk=data_request.pk).update(purpose=purpose)
    posted = {
        "deed": "draft_letter",
        "version": data_request.version,
        "letter_subject": "Permohonan {tujuan}",
        "body": "Isi.",
        "cc": "Wali Kota\n" + "Inspektur " * 30,
        "classification": "",
    }
    answer = as_user(world.staff).post(page_of(data_request, "3"), posted)
    assert answer.status_code == 422
    assert "paling banyak 200" in text_of(answer)
    assert "Satu baris tembusan" in text_of(answer)
