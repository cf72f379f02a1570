"""Does row 3 show what is typed, keep its last picture, offer templates and a code?"""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from requests_app.documents.pages import page_texts
from requests_app.models import Classification, DataRequest, LetterTemplate, LetterVersion
from requests_app.services import drafts
from tests.factories import World, data_request_at, fresh, make_world
from tests.web.doors import as_user
from tests.web.test_unsent_forms import page, text_of, typed

pytestmark = pytest.mark.django_db
BODY = "Kami mohon data ini."


@pytest.fixture
def world() -> World:
    made = make_world(owners=2)
    made.now = timezone.now() - timedelta(hours=3)
    return made


@pytest.fixture
def data_request(world: World) -> DataRequest:
    return data_request_at("draft_letter", world=world)[1]


def ask(world: World, data_request: DataRequest, *, by_script: bool, **changes: Any) -> Any:
    headers = {"HX-Request": "true"} if by_script else {}
    posted = typed(world, data_request, **{"preview": "1", "body": BODY, **changes})
    client = as_user(world.staff)
    return client.post(f"{page(data_request)}isian/", posted, headers=headers)


def test_the_script_gets_the_pages_of_what_is_typed(
    world: World, data_request: DataRequest
) -> None:
    answer = ask(world, data_request, by_script=True)
    shown = text_of(answer)
    assert "<html" not in shown
    assert BODY in shown
    assert "Diperbarui" in shown
    assert data_request.newest_version() is None
    client = as_user(world.staff)
    here = f"/permohonan/{data_request.public_id}/draf/"
    assert f"{here}halaman/1.webp?isian=" in shown
    typed_pdf = client.get(f"{here}surat.pdf?isian=x").content
    assert BODY in "\n".join(page_texts(typed_pdf))
    assert BODY not in "\n".join(page_texts(client.get(f"{here}surat.pdf").content))


def test_the_picture_is_the_writers_own(world: World, data_request: DataRequest) -> None:
    ask(world, data_request, by_script=True)
    address = f"/permohonan/{data_request.public_id}/draf/surat.pdf?isian=x"
    answer = as_user(world.section_head).get(address)
    assert BODY not in "\n".join(page_texts(answer.content))


def test_the_button_alone_comes_back_to_the_page(world: World, data_request: DataRequest) -> None:
    answer = ask(world, data_request, by_script=False)
    assert answer.headers["Location"] == f"{page(data_request)}#pratinjau"
    shown = text_of(as_user(world.staff).get(page(data_request)))
    assert BODY in shown
    assert "1.webp?isian=" in shown


@pytest.mark.parametrize(
    ("body", "sentence"),
    [("Dengan {entah}", "{entah} tidak dikenal"), ("Huruf 漢", "tidak dapat dicetak")],
)
def test_what_cannot_be_printed_is_told_and_the_form_is_kept(
    world: World, data_request: DataRequest, body: str, sentence: str
) -> None:
    answer = ask(world, data_request, by_script=True, letter_subject=body)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert "<img" not in text_of(answer)
    shown = text_of(as_user(world.staff).get(page(data_request)))
    assert sentence in shown
    assert "halaman/1.webp" in shown
    address = f"/permohonan/{data_request.public_id}/draf/halaman/1.webp?isian=x"
    assert as_user(world.staff).get(address).status_code == 200


@pytest.mark.parametrize(
    ("typed_too_much", "sentence"),
    [
        ({"body": "kata " * 5_000}, "Isi surat paling banyak 20.000 huruf."),
        ({"body": "{tujuan} " * 2_000}, "Isi surat paling banyak 20.000 huruf."),
        ({"cc": "Wali Kota\n" * 51}, "Tembusan memuat paling banyak 50 baris."),
    ],
)
def test_what_only_a_machine_writes_is_told_and_not_typeset(
    world: World, data_request: DataRequest, typed_too_much: dict[str, str], sentence: str
) -> None:
    answer = ask(world, data_request, by_script=True, **typed_too_much)
    assert answer.status_code == 422
    assert sentence in text_of(answer)


def test_a_fault_of_the_paper_tools_loses_nothing(
    world: World, data_request: DataRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_given: Any) -> bytes:
        raise RuntimeError("no paper")

    monkeypatch.setattr("requests_app.services.letters.render_version", fail)
    answer = ask(world, data_request, by_script=True)
    assert answer.status_code == 422
    assert "Pratinjau gagal dibuat. Isian Anda aman. Coba lagi." in text_of(answer)
    kept = drafts.kept(data_request=data_request, user_id=world.staff.pk, row="draft_letter")
    assert kept["draft_letter"].values["body"] == [BODY]


def test_a_page_without_a_preview_says_so(world: World) -> None:
    _world, data_request = data_request_at("prepare_form", world=world)
    posted = typed(world, data_request, preview="1")
    answer = as_user(world.staff).post(f"{page(data_request, '2')}isian/", posted)
    assert answer.status_code == 404


# -- template and code ------------------------------------------------------------------------


@pytest.fixture
def template(world: World) -> LetterTemplate:
    return LetterTemplate.objects.create(
        office=world.office, name="Singkat", subject="Permintaan singkat", body="Untuk {tujuan}."
    )


def use(world: World, data_request: DataRequest, template: LetterTemplate, **changes: Any) -> Any:
    posted = typed(
        world, data_request, deed="use_template", template=template.pk, cc="Arsip", **changes
    )
    return as_user(world.staff).post(page(data_request), posted)


def written(data_request: DataRequest) -> LetterVersion:
    version = fresh(data_request).newest_version()
    assert version is not None
    return version


def test_a_template_asks_before_it_takes_the_place_of_own_words(
    world: World, data_request: DataRequest, template: LetterTemplate
) -> None:
    answer = use(world, data_request, template)
    assert answer.status_code == 422
    assert "Centang untuk menggantinya." in text_of(answer)
    assert "Permohonan yang baru diketik" in text_of(answer)
    assert use(world, data_request, template, replaces="on").status_code == 302
    version = written(data_request)
    assert version.subject == "Permintaan singkat"
    assert version.body.startswith("Untuk menyusun profil")
    assert version.cc == ["Arsip"]


def test_the_words_of_a_template_make_way_for_another_without_asking(
    world: World, data_request: DataRequest, template: LetterTemplate
) -> None:
    untouched = {"letter_subject": "Permintaan singkat", "body": written_out(template)}
    assert use(world, data_request, template, **untouched).status_code == 302
    other = LetterTemplate.objects.create(
        office=world.office, name="Lain", subject="Lain", body="Isi lain"
    )
    data_request = fresh(data_request)
    assert use(world, data_request, other, **untouched).status_code == 302
    assert written(data_request).subject == "Lain"


def written_out(template: LetterTemplate) -> str:
    return template.body.replace("{tujuan}", "menyusun profil organisasi kemasyarakatan tahun 2026")


def test_a_template_of_another_office_is_not_offered(
    world: World, data_request: DataRequest
) -> None:
    foreign = LetterTemplate.objects.filter(office=make_world().office).first()
    assert foreign is not None
    assert use(world, data_request, foreign, replaces="on").status_code == 422


def test_a_letter_is_filed_under_a_code_of_the_office(
    world: World, data_request: DataRequest
) -> None:
    Classification.objects.create(office=world.office, code="000.8", name="Ketatalaksanaan")
    client = as_user(world.staff)
    assert "000.8 Ketatalaksanaan" in text_of(client.get(page(data_request)))
    posted = typed(world, data_request, save="1", classification="000.8")
    client.post(page(data_request), posted)
    assert written(data_request).classification == "000.8"
    posted = typed(world, fresh(data_request), save="1", classification="999")
    assert client.post(page(data_request), posted).status_code == 422


def test_without_a_choice_the_offices_own_code_is_taken(
    world: World, data_request: DataRequest
) -> None:
    as_user(world.staff).post(page(data_request), typed(world, data_request, save="1"))
    assert written(data_request).classification == world.office.classification_code


def test_the_script_of_others_is_the_released_file() -> None:
    vendor = Path(__file__).resolve().parents[2] / "static" / "vendor"
    digest, name = (vendor / "htmx-4.0.1.min.js.sha256").read_text().split()
    assert sha256((vendor / name).read_bytes()).hexdigest() == digest
    assert "PERMISSION" in (vendor / "htmx-LICENSE.txt").read_text().upper()
