"""What does anybody learn from the code on a paper, and what not? Who may open which paper?"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from requests_app.models import DataRequest, OfficialDocument
from tests.factories import data_request_at, make_world, recipient_at

pytestmark = pytest.mark.django_db


def signed_letter() -> OfficialDocument:
    _world, _recipient = recipient_at("send_letter")
    return OfficialDocument.objects.get()


def bytes_of(document: OfficialDocument) -> bytes:
    with document.file.open("rb") as stored:
        content: bytes = stored.read()
    return content


def test_anybody_reads_number_signer_kind_and_hash() -> None:
    document = signed_letter()
    answer = Client().get(f"/v/{document.code}/")
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "Dokumen ini tercatat dan berlaku" in shown
    for told in (str(document.number), document.title, document.signed_by, document.sha256):
        assert told in shown
    assert "Tanda tangan elektronik tidak tersertifikasi" in shown
    assert answer["X-Robots-Tag"] == "noindex"


def test_neither_body_nor_items_nor_recipients_are_told() -> None:
    document = signed_letter()
    shown = Client().get(f"/v/{document.code}/").content.decode()
    data_request = document.data_request
    for kept in (data_request.purpose, *data_request.items.values_list("name", flat=True)):
        assert kept not in shown
    assert data_request.recipients.get().data_owner.name not in shown


@pytest.mark.parametrize(("security_class", "told"), [("B", True), ("T", False), ("R", False)])
def test_the_subject_of_a_limited_letter_is_kept(security_class: str, told: bool) -> None:
    document = signed_letter()
    DataRequest.objects.update(security_class=security_class)
    shown = Client().get(f"/v/{document.code}/").content.decode()
    assert (document.title in shown) is told


def test_a_receipt_does_not_name_the_data_owner() -> None:
    _world, recipient = recipient_at("process_request")
    receipt = OfficialDocument.objects.get(kind="letter_receipt")
    shown = Client().get(f"/v/{receipt.code}/").content.decode()
    assert str(receipt.number) in shown
    assert recipient.data_owner.name not in shown


def test_an_unknown_code_says_where_this_page_must_stand() -> None:
    answer = Client().get("/v/ABCDEFGHJKMNPQRS/")
    assert answer.status_code == 404
    assert "Kode tidak dikenal" in answer.content.decode()
    assert "127.0.0.1" in answer.content.decode()


def test_small_letters_find_the_paper_too() -> None:
    document = signed_letter()
    assert Client().get(f"/v/{document.code.lower()}/").status_code == 200


@pytest.mark.parametrize("place", [0, 500, -1])
def test_one_flipped_bit_is_told(place: int) -> None:
    document = signed_letter()
    same = bytes_of(document)
    flipped = bytearray(same)
    flipped[place] ^= 1
    address = f"/v/{document.code}/"
    for content, sentence in (
        (same, "Berkas sama dengan yang kami simpan."),
        (bytes(flipped), "Berkas berbeda dari yang kami simpan."),
    ):
        answer = Client().post(address, {"file": SimpleUploadedFile("surat.pdf", content)})
        assert sentence in answer.content.decode()
    assert "Pilih berkas PDF" in Client().post(address).content.decode()


def test_a_void_paper_says_so_first() -> None:
    document = signed_letter()
    document.status, document.voided_by = "void", "Kepala Contoh"
    document.voided_at, document.void_reason = document.made_at, "Salah alamat."
    document.save()
    shown = Client().get(f"/v/{document.code}/").content.decode()
    assert "Dokumen ini dibatalkan" in shown
    assert "Salah alamat." in shown
    assert "tercatat dan berlaku" not in shown


def test_people_of_the_office_open_its_papers_and_nobody_else() -> None:
    world, data_request = data_request_at("send_letter")
    document = OfficialDocument.objects.get()
    base = f"/permohonan/{data_request.public_id}/naskah/{document.code}"
    client = Client()
    assert client.get(f"{base}/pdf/").status_code == 302
    client.force_login(world.staff)
    answer = client.get(f"{base}/pdf/")
    assert b"".join(answer.streaming_content) == bytes_of(document)  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == 'attachment; filename="surat-200-1-1-2026.pdf"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert client.get(f"{base}/halaman/1/")["Content-Type"] == "image/webp"
    assert client.get(f"{base}/halaman/99/").status_code == 404
    stranger = make_world()
    client.force_login(stranger.staff)
    assert client.get(f"{base}/pdf/").status_code == 404
    assert client.get(f"{base}/halaman/1/").status_code == 404


def test_a_paper_is_found_under_its_own_request_only() -> None:
    world, data_request = data_request_at("send_letter")
    _world, other = data_request_at("send_letter", world=world)
    document = OfficialDocument.objects.get(data_request=other)
    client = Client()
    client.force_login(world.staff)
    address = f"/permohonan/{data_request.public_id}/naskah/{document.code}/pdf/"
    assert client.get(address).status_code == 404
