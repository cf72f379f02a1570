"""Is each file kept as soon as it is chosen, and replaced, taken out or refused by its name?"""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from requests_app.models import DataFile, Recipient
from requests_app.services import answers, merging
from tests.factories import CSV, recipient_at
from tests.web.doors import as_owner, at_work, owner_url
from tests.web.test_owner_pages import answers_post, fresh

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]


@pytest.fixture(autouse=True)
def _database_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The story plays in November 2026, whatever the database's own clock says."""
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))
    return


def upload(name: str = "daftar.csv", content: bytes = CSV) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def send(client: Client, recipient: Recipient, item: int, file: Any, **more: Any) -> Any:
    address = reverse("web:owner_add_file", args=[recipient.public_id])
    return client.post(address, {"item": item, "file": file, **more})


def names_of(recipient: Recipient, item: int) -> list[str]:
    sheet = answers.sheet_of(fresh(recipient))
    return [file.name for one in sheet.items if one.item.pk == item for file in one.files]


def test_a_file_is_kept_at_once_and_answered_with_the_item_as_it_is_now() -> None:
    world, recipient = recipient_at("process_request")
    item = recipient.items()[0].pk
    with at_work(world):
        client = as_owner(world, recipient)
        for name in ("satu.csv", "dua.csv"):
            answer = send(client, recipient, item, upload(name, CSV + name.encode()))
            assert answer.status_code == 200
        page = client.get(owner_url(recipient, "7a")).content.decode()
    told = answer.content.decode()
    assert f'id="files-{item}"' in told
    for words in ('data-state="Selesai"', 'data-answered="1"', "1 dari 2 data sudah terisi"):
        assert words in told
    for name in ("satu.csv", "dua.csv"):
        assert f'<p class="document__name">{name}</p>' in told
        assert name in page
    assert names_of(recipient, item) == ["satu.csv", "dua.csv"]
    assert fresh(recipient).version == recipient.version


def test_the_page_that_sent_a_file_is_not_overtaken_by_it() -> None:
    world, recipient = recipient_at("process_request")
    one = answers.sheet_of(recipient).items[0]
    item, shown = one.item.pk, merging.marks_of(one)
    with at_work(world):
        client = as_owner(world, recipient)
        told = send(client, recipient, item, upload(), seen=shown).content.decode()
        renewed = re.search(r'data-seen="([^"]+)"', told)
        assert renewed is not None
        typed = {
            f"item-{item}-availability": "partial",  # the file has said "Ada" for it meanwhile
            f"item-{item}-reason": "Kecamatan barat menyusul.",
            "save": "1",
        }
        url = owner_url(recipient, "7a")
        old = client.post(url, {**typed, f"item-{item}-seen": shown})
        new = client.post(url, {**typed, f"item-{item}-seen": renewed[1]})
    assert (old.status_code, new.status_code) == (409, 302)


def test_a_new_try_after_a_cut_line_does_not_keep_a_file_twice() -> None:
    world, recipient = recipient_at("process_request")
    item = recipient.items()[0].pk
    with at_work(world):
        client = as_owner(world, recipient)
        for _try in range(3):
            assert send(client, recipient, item, upload()).status_code == 200
    assert names_of(recipient, item) == ["daftar.csv"]
    assert DataFile.objects.filter(kind="delivery").count() == 1


def test_a_file_takes_the_place_of_another_by_script_and_by_form() -> None:
    world, recipient = recipient_at("process_request")
    item = recipient.items()[0].pk
    with at_work(world):
        client = as_owner(world, recipient)
        send(client, recipient, item, upload())
        old = DataFile.objects.get(kind="delivery").public_id
        send(client, recipient, item, upload("baru.csv", CSV + b"a;b\n"), replaced=old)
        assert names_of(recipient, item) == ["baru.csv"]
        old = DataFile.objects.get(kind="delivery").public_id
        typed = answers_post(recipient, save="1")
        typed.pop(f"item-{item}-uploads")
        typed[f"replace-{old}"] = upload("terbaru.csv", CSV + b"c;d\n")
        assert client.post(owner_url(recipient, "7a"), typed).status_code == 302
    assert names_of(recipient, item) == ["terbaru.csv"]


def test_a_replacement_that_is_refused_leaves_the_old_file() -> None:
    world, recipient = recipient_at("process_request")
    item = recipient.items()[0].pk
    with at_work(world):
        client = as_owner(world, recipient)
        send(client, recipient, item, upload())
        old = DataFile.objects.get(kind="delivery").public_id
        answer = send(client, recipient, item, upload("program.exe", b"MZ\x90"), replaced=old)
    assert answer.status_code == 422
    assert names_of(recipient, item) == ["daftar.csv"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("program.exe", b"MZ\x90\x00" + b"\x00" * 90, "program.exe tidak diterima."),
        ("kosong.csv", b"", "kosong.csv kosong."),
        ("besar.csv", CSV * 40, "besar.csv berukuran"),
    ],
)
def test_a_refused_file_is_told_in_one_plain_sentence(
    name: str, content: bytes, said: str, settings: Any
) -> None:
    settings.MAX_FILE_BYTES = 1_000
    world, recipient = recipient_at("process_request")
    with at_work(world):
        client = as_owner(world, recipient)
        answer = send(client, recipient, recipient.items()[0].pk, upload(name, content))
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/plain")
    assert said in answer.content.decode()
    assert not DataFile.objects.filter(kind="delivery").exists()


def test_what_is_no_file_of_an_asked_item_is_refused() -> None:
    world, recipient = recipient_at("process_request")
    item = recipient.items()[0].pk
    with at_work(world):
        client = as_owner(world, recipient)
        address = reverse("web:owner_add_file", args=[recipient.public_id])
        assert client.post(address, {"item": item}).status_code == 422
        assert client.post(address, {"item": "x", "file": upload()}).status_code == 422
        assert send(client, recipient, 999_999_999, upload()).status_code == 409
        unknown = send(client, recipient, item, upload(), replaced=uuid4())
    assert unknown.status_code == 409
    assert not DataFile.objects.filter(kind="delivery").exists()


def test_nothing_comes_in_by_a_strange_browser_or_after_the_data_was_sent() -> None:
    world, recipient = recipient_at("receive_data")
    item = recipient.items()[0].pk
    with at_work(world):
        assert send(Client(), recipient, item, upload()).status_code == 404
        answer = send(as_owner(world, recipient), recipient, item, upload("lain.csv"))
    assert answer.status_code == 409
    assert names_of(recipient, item) == ["daftar.csv"]


def test_the_script_gets_its_words_and_limits_from_the_page() -> None:
    world, recipient = recipient_at("process_request")
    with at_work(world):
        page = as_owner(world, recipient).get(owner_url(recipient, "7a")).content.decode()
    for words in (
        "Mengunggah {berkas}: {a} dari {b} ({persen}%)",
        "{berkas}: sambungan terputus. Berkas yang sudah terunggah tetap tersimpan.",
        "{berkas} tidak diterima. Gunakan PDF, XLSX",
        f'data-limit="{25 * 1024 * 1024}"',
        'data-cancel="Batal"',
        'data-retry="Coba lagi"',
    ):
        assert words in page


def test_a_good_file_of_a_supplement_is_kept_beside_a_refused_one() -> None:
    world, recipient = recipient_at("receive_data")
    name = f"item-{recipient.items()[0].pk}-uploads"
    bad = upload("program.exe", b"MZ\x90\x00" + b"\x00" * 90)
    typed = {"version": recipient.version, "save": "1", name: [upload("susulan.csv"), bad]}
    with at_work(world):
        client = as_owner(world, recipient)
        answer = client.post(reverse("web:owner_supplement", args=[recipient.public_id]), typed)
    assert answer.status_code == 422
    told = answer.content.decode()
    assert "program.exe tidak diterima" in told
    assert '<p class="document__name">susulan.csv</p>' in told
    assert "Pilih lagi" not in told


def test_files_of_a_supplement_come_in_by_their_own_address() -> None:
    world, recipient = recipient_at("receive_data")
    item = recipient.items()[0].pk
    address = reverse("web:owner_supplement_file", args=[recipient.public_id])
    with at_work(world):
        client = as_owner(world, recipient)
        answer = client.post(address, {"item": item, "file": upload("susulan.csv")})
        assert answer.status_code == 200
        assert "susulan.csv" in answer.content.decode()
        kept = DataFile.objects.get(name="susulan.csv")
        page = client.get(reverse("web:owner_supplement", args=[recipient.public_id]))
        assert "susulan.csv" in page.content.decode()
        removed = client.post(
            reverse("web:owner_supplement", args=[recipient.public_id]),
            {"version": recipient.version, "save": f"remove:{kept.public_id}"},
        )
    assert removed.status_code == 302
    assert not DataFile.objects.filter(name="susulan.csv").exists()
