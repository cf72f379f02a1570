"""Can an office set how its papers look, see it at once, and type only what can be printed?"""

import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from requests_app.documents import pages
from requests_app.models import LetterTemplate, Office, Position
from tests.admin.test_settings_of_an_office import entries, errors_of, typed
from tests.factories import make_world

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
FOUND = 302


def upload(content: bytes | None = None, name: str = "lambang.png") -> SimpleUploadedFile:
    if content is None:
        buffer = io.BytesIO()
        Image.new("RGB", (30, 36), "green").save(buffer, "PNG")
        content = buffer.getvalue()
    return SimpleUploadedFile(name, content, content_type="image/png")


def office_page(kept: Any) -> str:
    return reverse("admin:requests_app_office_change", args=[kept.world.office.pk])


def set_office(kept: Any, **changes: Any) -> Any:
    page = office_page(kept)
    return kept.client.post(page, typed(kept.client, page, **changes))


def test_the_look_is_set_and_printed(kept: Any) -> None:
    answer = set_office(
        kept,
        paper="F4",
        face="Liberation Serif",
        letterhead_lines="BADAN CONTOH\r\nDAN LAIN-LAIN",
        crest=upload(),
    )
    assert answer.status_code == FOUND, errors_of(answer)
    office = Office.objects.get(pk=kept.world.office.pk)
    assert (office.paper, office.face) == ("F4", "Liberation Serif")
    assert default_storage.exists(office.crest.name)
    changes = entries(office).latest("pk").facts["changes"]
    assert changes["crest"][1] == office.crest.name
    shown = kept.client.get(office_page(kept)).content.decode()
    assert 'alt="Lambang Pemerintah Kota Contoh"' in shown
    printed = kept.client.get(reverse("admin:requests_app_office_sample_print", args=[office.pk]))
    assert printed.headers["Content-Type"] == "application/pdf"
    text = "\n".join(pages.page_texts(printed.content))
    assert "DAN LAIN-LAIN" in text
    assert "DRAF" in text


def test_a_crest_is_kept_until_it_is_taken_out_of_the_kop(kept: Any) -> None:
    set_office(kept, crest=upload())
    kept.world.office.refresh_from_db()
    name = kept.world.office.crest.name
    set_office(kept, city="Kota Lain")
    kept.world.office.refresh_from_db()
    assert (kept.world.office.city, kept.world.office.crest.name) == ("Kota Lain", name)
    set_office(kept, remove_crest="on")
    kept.world.office.refresh_from_db()
    assert not kept.world.office.crest
    assert default_storage.exists(name), "signed letters still need it"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"crest": upload(b"GIF89a")}, "Lambang tidak dapat dibaca."),
        ({"crest": upload(b"\x89PNG" + b"0" * 1_100_000)}, "lebih besar daripada 1 MB"),
        ({"crest": upload(name="lambang.svg", content=b"<svg/>")}, "tidak dapat dibaca"),
        ({"letterhead_lines": "A\r\nB\r\nC\r\nD"}, "paling banyak tiga baris"),
        ({"margin_bottom": "10"}, "20"),
        ({"margin_left": "55"}, "40"),
        ({"name": "Badan 😀 Contoh"}, "Huruf 😀 tidak dapat dicetak"),
        ({"address": "Jalan \u202eContoh"}, "Huruf U+202E tidak dapat dicetak"),
    ],
)
def test_what_would_break_the_kop_is_refused(
    kept: Any, changes: dict[str, Any], sentence: str
) -> None:
    assert sentence in errors_of(set_office(kept, **changes))


def test_the_words_of_people_positions_and_owners_can_be_printed(kept: Any) -> None:
    world = kept.world
    position = Position.objects.filter(office=world.office).exclude(user=kept.admin).first()
    assert position is not None
    for name, pk, field in (
        ("user", world.staff.pk, "name"),
        ("position", position.pk, "title"),
        ("dataowner", world.owners[0].pk, "head_title"),
        ("dataowner", world.owners[0].pk, "place"),
        ("section", world.section.pk, "name"),
    ):
        page = reverse(f"admin:requests_app_{name}_change", args=[pk])
        answer = kept.client.post(page, typed(kept.client, page, **{field: "Contoh 数据"}))
        assert "Huruf 数 据 tidak dapat dicetak" in errors_of(answer), (name, field)


def test_a_template_is_seen_as_the_letter_it_makes(kept: Any) -> None:
    template = LetterTemplate.objects.create(
        office=kept.world.office, name="Lain", subject="Hal Lain", body="Isi lain bagi {kepala}."
    )
    page = reverse("admin:requests_app_lettertemplate_sample_print", args=[template.pk])
    text = "\n".join(pages.page_texts(kept.client.get(page).content))
    assert "Hal Lain" in text
    assert f"Isi lain bagi {kept.world.office.head_title}." in text
    link = reverse("admin:requests_app_lettertemplate_change", args=[template.pk])
    assert page in kept.client.get(link).content.decode()


def test_another_offices_look_is_not_found_and_nothing_is_posted(kept: Any) -> None:
    other = make_world().office
    page = reverse("admin:requests_app_office_sample_print", args=[other.pk])
    assert kept.client.get(page).status_code == 404
    own = reverse("admin:requests_app_office_sample_print", args=[kept.world.office.pk])
    assert kept.client.post(own).status_code == 405
    assert Client().get(own).status_code == FOUND
    plain = Client()
    plain.force_login(kept.world.staff)
    assert plain.get(own).status_code == FOUND
