"""What may stand in a letter's template, what is refused at saving, and how is it printed?"""

import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from requests_app.documents import pages
from requests_app.models import DataRequest, LetterTemplate, Office
from requests_app.services import letters
from tests.admin.test_settings_of_an_office import errors_of, typed

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

PAPERS = Path(__file__).resolve().parents[2] / "docs" / "papers.md"
ODD = (
    "Dengan hormat, <script>alert(1)</script> <b>tebal</b> file:///etc/passwd &amp; %s "
    "untuk {tujuan}."
)


def change_page(template: LetterTemplate) -> str:
    return reverse("admin:requests_app_lettertemplate_change", args=[template.pk])


def test_docs_and_code_know_the_same_tags() -> None:
    told = PAPERS.read_text().partition("## Templates of letters")[2].partition("\n## ")[0]
    in_docs = re.findall(r"^\| `(\{\w+\})` \|", told, re.MULTILINE)
    assert in_docs == list(letters.TAGS)
    assert list(letters.values_of(DataRequest(office=Office()))) == list(letters.TAGS)


def test_tags_and_markup_are_explained_beside_the_text(kept: Any) -> None:
    template = LetterTemplate.objects.get(office=kept.world.office)
    page = kept.client.get(change_page(template)).content.decode()
    for tag, meaning in letters.TAGS.items():
        assert f"<code>{tag}</code> {meaning}" in page
    assert "**data terbaru**" in page


@pytest.mark.parametrize(
    "body",
    [
        "{{ tujuan }}",
        "{tujuan.__class__}",
        "{tujuan[0]}",
        "{tujuan!r}",
        "{0}",
        "{}",
        "{ tujuan }",
        "{Tujuan}",
        "{nomor}",
        "{% debug %}",
        "${hal}",
    ],
)
def test_what_is_no_tag_is_refused_by_its_name(kept: Any, body: str) -> None:
    template = LetterTemplate.objects.get(office=kept.world.office)
    before = template.body
    answer = kept.client.post(
        change_page(template), typed(kept.client, change_page(template), body=body)
    )
    assert "tidak dikenal" in errors_of(answer)
    template.refresh_from_db()
    assert template.body == before


@pytest.mark.parametrize(("body", "letter"), [("Salam مرحبا", "م"), ("Salam 🦉", "🦉")])
def test_what_no_face_can_print_is_refused_by_its_letter(kept: Any, body: str, letter: str) -> None:
    template = LetterTemplate.objects.get(office=kept.world.office)
    for name in ("subject", "body"):
        page = change_page(template)
        answer = kept.client.post(page, typed(kept.client, page, **{name: body}))
        assert f"Huruf {letter}" in errors_of(answer)


def test_what_is_neither_tag_nor_markup_is_printed_as_it_was_typed(kept: Any) -> None:
    template = LetterTemplate.objects.get(office=kept.world.office)
    page = change_page(template)
    saved = kept.client.post(page, typed(kept.client, page, body=ODD))
    assert saved.status_code == 302, errors_of(saved)
    printed = kept.client.get(
        reverse("admin:requests_app_lettertemplate_sample_print", args=[template.pk])
    )
    text = " ".join("\n".join(pages.page_texts(printed.content)).split())
    for kept_as_typed in (
        "<script>alert(1)</script>",
        "<b>tebal</b>",
        "file:///etc/passwd",
        "&amp; %s",
    ):
        assert kept_as_typed in text
    assert "root:" not in text


def test_an_office_keeps_several_and_one_default(kept: Any) -> None:
    first = LetterTemplate.objects.get(office=kept.world.office)
    other = LetterTemplate.objects.create(
        office=kept.world.office, name="Surat kedua", subject="Hal", body="Isi bagi {kepala}."
    )
    page = change_page(other)
    answer = kept.client.post(page, typed(kept.client, page, is_default="on"))
    assert f"sudah ada: {first.name}." in errors_of(answer)
    LetterTemplate.objects.filter(pk=first.pk).update(is_default=False)
    answer = kept.client.post(page, typed(kept.client, page, is_default="on"))
    assert answer.status_code == 302, errors_of(answer)
    other.refresh_from_db()
    assert other.is_default
