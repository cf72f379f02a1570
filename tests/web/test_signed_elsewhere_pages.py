"""What do the pages offer for a letter signed in another system, and what do they say of it?"""

import html
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import docx
import pikepdf
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from requests_app.models import DataRequest, LetterNumber, OfficialDocument, SignedCopy
from requests_app.sop.roles import Role
from tests.documents import samples, signers
from tests.documents.test_judging import appended, note_in_the_properties
from tests.factories import PASSWORD, World, data_request_at, fresh, make_position, make_world
from tests.services.test_exchange import NUMBER, facts, pdf, put
from tests.web.doors import as_user, downloaded

pytestmark = pytest.mark.django_db

NOTE = "Salinan dokumen yang ditandatangani melalui SRIKANDI; nomor dan sidik berkas tercatat."
OWN_KIND = "Tanda tangan elektronik tidak tersertifikasi"
UNSIGNED = "Berkas ini tidak memuat tanda tangan elektronik."


@pytest.fixture(autouse=True)
def _no_counts_left() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _drafts_without_typesetting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set an empty page for each draft: it takes a second, and has its own tests."""
    page = samples.pdf_file()
    monkeypatch.setattr("requests_app.documents.pdf.render_pdf", lambda **_letter: page)


def recent(state: str = "sign_letter", **changes: Any) -> tuple[World, DataRequest]:
    """Walk to a row in the last hours: the web reads the real clock, which the database shares."""
    world = changes.pop("world", None) or make_world(owners=1)
    world.now = timezone.now() - timedelta(hours=3)
    return data_request_at(state, world=world)


def page_of(data_request: DataRequest, row: str = "5") -> str:
    return f"/permohonan/{data_request.public_id}/langkah/{row}/"


def today(world: World) -> date:
    return timezone.now().astimezone(world.office.zone).date()


def copy_fields(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "file": pdf(),
        "number": NUMBER,
        "dated": today(world).isoformat(),
        "system": "SRIKANDI",
        **changes,
    }


def putting(world: World, data_request: DataRequest, **changes: Any) -> dict[str, Any]:
    posted = {
        "deed": "put_signed_copy",
        "version": fresh(data_request).version,
        **copy_fields(world, **changes),
    }
    return {name: value for name, value in posted.items() if value is not None}


def confirming(data_request: DataRequest, **changes: Any) -> dict[str, Any]:
    subject = fresh(data_request)
    version = subject.newest_version()
    assert version is not None
    posted = {
        "deed": "confirm_signed_copy",
        "version": subject.version,
        "content_hash": version.content_hash(),
        "affirmed": "on",
        "password": PASSWORD,
        **changes,
    }
    return {name: value for name, value in posted.items() if value is not None}


def shown(answer: Any) -> str:
    text: str = html.unescape(answer.content.decode())
    return text


def primary_buttons(page: str) -> list[str]:
    return re.findall(r'data-deed="(\w+)"[^>]*class="btn btn-primary"', page)


def with_copy() -> tuple[World, DataRequest]:
    world, data_request = recent()
    put(world, data_request, facts=facts(world))
    return world, data_request


# -- out --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "row"), [("draft_letter", "3"), ("verify_letter", "4"),
                                            ("sign_letter", "5")])  # fmt: skip
def test_rows_3_to_5_hand_the_draft_out(state: str, row: str) -> None:
    world, data_request = recent(state)
    person = {"3": world.staff, "4": world.section_head, "5": world.agency_head}[row]
    client = as_user(person)
    page = shown(client.get(page_of(data_request, row)))
    address = f"/permohonan/{data_request.public_id}/draf/surat.docx"
    assert f'href="{address}"' in page
    assert "Unduh DOCX untuk SRIKANDI" in page
    answer = client.get(address)
    assert answer["Content-Disposition"] == 'attachment; filename="draf-surat.docx"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]
    written = docx.Document(io.BytesIO(answer.content))
    assert world.office.name.upper() in [line.text for line in written.paragraphs]


def test_a_signed_letter_offers_no_draft_to_hand_out() -> None:
    world, data_request = recent("send_letter")
    page = shown(as_user(world.agency_head).get(page_of(data_request)))
    assert "surat.docx" not in page


# -- back, by staff ---------------------------------------------------------------------------


def test_staff_put_a_copy_in_and_the_head_finds_it() -> None:
    world, data_request = recent()
    client = as_user(world.staff)
    assert "Masukkan surat bertanda tangan" in shown(client.get(page_of(data_request)))
    answer = client.post(page_of(data_request), putting(world, data_request), follow=True)
    assert f"Salinan nomor {NUMBER} dimasukkan." in shown(answer)
    page = shown(as_user(world.agency_head).get(page_of(data_request)))
    assert "Sahkan salinan bertanda tangan" in page
    for told in (NUMBER, "surat ttd.pdf", "Staf Contoh", SignedCopy.objects.get().sha256):
        assert told in page
    assert UNSIGNED not in page
    assert primary_buttons(page) == ["confirm_signed_copy"]
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids)), "copy and draft stand on one page"


@pytest.mark.parametrize("row", ["pdf", "page"])
def test_the_copy_can_be_looked_at_by_the_office_and_nobody_else(row: str) -> None:
    world, data_request = with_copy()
    base = f"/permohonan/{data_request.public_id}/draf/salinan"
    address = f"{base}.pdf" if row == "pdf" else f"{base}/halaman/1.webp"
    for person in (world.staff, world.section_head, world.agency_head):
        answer = as_user(person).get(address)
        assert answer.status_code == 200
        if row == "pdf":
            assert downloaded(answer) == samples.signed_pdf()
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert Client().get(address).status_code == 302
    assert as_user(make_world(owners=0).agency_head).get(address).status_code == 404


def test_staff_see_the_head_s_button_with_its_reason() -> None:
    world, data_request = with_copy()
    page = shown(as_user(world.staff).get(page_of(data_request)))
    assert 'data-deed="confirm_signed_copy"' in page
    assert "Langkah ini dikerjakan oleh" in page
    assert "Ganti salinan bertanda tangan" in page
    assert 'name="password"' not in page


@pytest.mark.parametrize(
    ("who", "deed", "status"),
    [
        ("section_head", "put_signed_copy", 403),
        ("section_head", "confirm_signed_copy", 403),
        ("staff", "confirm_signed_copy", 403),
        ("stranger", "put_signed_copy", 404),
        ("stranger", "confirm_signed_copy", 404),
    ],
)
def test_whose_deed_it_is_not(who: str, deed: str, status: int) -> None:
    world, data_request = with_copy()
    person = make_world(owners=0).agency_head if who == "stranger" else getattr(world, who)
    posted = putting(world, data_request) if deed == "put_signed_copy" else confirming(data_request)
    before = SignedCopy.objects.values().get()
    client = as_user(person)
    assert client.post(page_of(data_request), posted).status_code == status
    bare = client.post(page_of(data_request), {"deed": deed, "version": posted["version"]})
    assert bare.status_code == status
    assert SignedCopy.objects.values().get() == before
    assert fresh(data_request).state == "sign_letter"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"file": None}, "Unggah berkas PDF surat yang sudah ditandatangani."),
        ({"file": SimpleUploadedFile("kosong.pdf", b"")}, "Berkas kosong. Pilih berkas lain."),
        ({"file": pdf(b"PK\x03\x04", "surat.pdf")}, "isinya tidak sesuai dengan jenisnya"),
        (
            {"file": pdf(samples.pdf_file(encryption=pikepdf.Encryption(owner="a", user="b")))},
            "terkunci sandi",
        ),
        ({"number": ""}, "Tulis nomor surat."),
        ({"number": "9" * 121}, "Nomor surat paling banyak 120 karakter."),
        ({"dated": ""}, "Tulis tanggal surat."),
        ({"dated": "besok"}, "Tulis tanggal surat, misalnya 31-12-2026."),
        ({"dated": "2099-01-01"}, "Tanggal 1 Januari 2099 belum tiba."),
        ({"dated": "2001-01-01"}, "Tanggal surat mendahului paraf"),
        ({"system": ""}, "Tulis nama sistem tempat surat ditandatangani."),
    ],
    ids=lambda value: str(value)[:30],
)
def test_bad_input_is_refused_with_its_sentence_and_kept(
    changes: dict[str, Any], sentence: str
) -> None:
    world, data_request = recent()
    for client, posted in (
        (as_user(world.staff), putting(world, data_request, **changes)),
        (as_user(world.agency_head), confirming(data_request, **copy_fields(world, **changes))),
    ):
        if posted.get("file") is not None:
            posted["file"].seek(0)
        answer = client.post(page_of(data_request), posted)
        page = shown(answer)
        assert answer.status_code == 422
        assert sentence in page
        assert "<details" in page
        assert PASSWORD not in page
        if "number" not in changes:
            assert f'value="{NUMBER}"' in page
    assert not SignedCopy.objects.exists()
    assert fresh(data_request).state == "sign_letter"


def test_a_file_of_30_megabytes_is_refused_by_its_size() -> None:
    world, data_request = recent()
    big = pdf(b"%PDF-1.7\n" + b"0" * (30 * 1024 * 1024), "besar.pdf")
    posted = putting(world, data_request, file=big)
    answer = as_user(world.staff).post(page_of(data_request), posted)
    assert answer.status_code == 422
    assert "besar.pdf berukuran 30 MB; batasnya 25 MB." in shown(answer)
    assert not SignedCopy.objects.exists()


def test_a_number_used_twice_is_named() -> None:
    world, _signed = recent("send_letter")
    taken = OfficialDocument.objects.get().number
    _world, data_request = recent(world=world)
    answer = as_user(world.staff).post(
        page_of(data_request), putting(world, data_request, number=str(taken))
    )
    assert answer.status_code == 409
    assert f"Nomor {taken} sudah dipakai surat" in shown(answer)


# -- back, by the head ------------------------------------------------------------------------


def test_the_head_confirms_and_reads_the_truth() -> None:
    world, data_request = with_copy()
    client = as_user(world.agency_head)
    answer = client.post(page_of(data_request), confirming(data_request), follow=True)
    page = shown(answer)
    document = OfficialDocument.objects.get()
    assert fresh(data_request).state == "send_letter"
    assert f"Surat nomor {NUMBER} telah ditandatangani." in page
    assert "Salinannya disahkan Kepala Contoh" in page
    assert NOTE in page
    assert "tidak tersertifikasi" not in page
    assert document.code in page
    assert UNSIGNED not in page


def test_the_head_does_both_at_once_on_a_phone() -> None:
    world, data_request = recent()
    client = as_user(world.agency_head)
    page = shown(client.get(page_of(data_request)))
    assert "Masukkan dan sahkan surat bertanda tangan" in page
    assert 'data-deed="put_signed_copy"' not in page
    posted = confirming(data_request, **copy_fields(world))
    assert client.post(page_of(data_request), posted).status_code == 302
    assert OfficialDocument.objects.get().signature == "elsewhere"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"password": "salah-sekali-123"}, "Kata sandi salah. Salinan belum disahkan."),
        ({"password": None}, "Tulis kata sandi Anda."),
        ({"affirmed": None}, "Nyatakan bahwa surat ini telah Anda baca, pahami, dan tanda tangani"),
    ],
)
def test_without_password_or_word_nothing_is_confirmed(
    changes: dict[str, Any], sentence: str
) -> None:
    world, data_request = with_copy()
    answer = as_user(world.agency_head).post(
        page_of(data_request), confirming(data_request, **changes)
    )
    assert answer.status_code == 422
    assert sentence in shown(answer)
    assert "salah-sekali-123" not in shown(answer)
    assert not OfficialDocument.objects.exists()


def test_a_copy_changed_meanwhile_must_be_looked_at_again() -> None:
    world, data_request = with_copy()
    posted = confirming(data_request)
    put(world, data_request, facts=facts(world), upload=pdf(samples.pdf_file()))
    answer = as_user(world.agency_head).post(page_of(data_request), posted)
    assert answer.status_code == 409
    assert "baru saja diubah oleh" in shown(answer)
    assert UNSIGNED in shown(answer)


def test_without_the_version_of_the_page_nobody_knows_which_copy_was_read() -> None:
    world, data_request = with_copy()
    put(world, data_request, facts=facts(world, number="B/13/SRIKANDI/2026"))
    posted = confirming(data_request, version=None)
    answer = as_user(world.agency_head).post(page_of(data_request), posted)
    assert answer.status_code == 422
    assert "Muat ulang halaman ini, lalu ulangi." in shown(answer)
    assert fresh(data_request).state == "sign_letter"


def test_a_head_with_two_capacities_says_which() -> None:
    world, data_request = with_copy()
    other = make_position(
        world.agency_head,
        Role.AGENCY_HEAD,
        "Sekretaris",
        kind="an",
        represents=world.office.head_title,
    )
    client = as_user(world.agency_head)
    assert client.post(page_of(data_request), confirming(data_request)).status_code == 422
    client.post(page_of(data_request), confirming(data_request, position=str(other.pk)))
    assert OfficialDocument.objects.get().signed_title == other.as_actor().title


def test_a_double_click_confirms_once() -> None:
    world, data_request = with_copy()
    client, posted = as_user(world.agency_head), confirming(data_request)
    answers = [client.post(page_of(data_request), posted).status_code for _click in range(2)]
    assert answers == [302, 302]
    assert OfficialDocument.objects.count() == 1


# -- what is told afterwards ------------------------------------------------------------------


@pytest.mark.parametrize("signed", [True, False])
def test_request_page_and_public_check_tell_the_truth(signed: bool) -> None:
    world, data_request = recent()
    content = samples.signed_pdf() if signed else samples.pdf_file()
    put(world, data_request, facts=facts(world), upload=pdf(content))
    head = as_user(world.agency_head)
    assert (UNSIGNED in shown(head.get(page_of(data_request)))) is not signed
    head.post(page_of(data_request), confirming(data_request))
    document = OfficialDocument.objects.get()
    page = shown(head.get(f"/permohonan/{data_request.public_id}/"))
    check = shown(Client().get(f"/v/{document.code}/"))
    for text in (page, check):
        assert NOTE in text
        assert (UNSIGNED in text) is not signed
        assert document.code in text
        assert NUMBER in text
        assert "tidak tersertifikasi" not in text
    assert "Ditandatangani di sistem lain" in check
    assert "Salinan disahkan" in check
    same = Client().post(f"/v/{document.code}/", {"file": pdf(content)})
    assert "Berkas sama dengan yang kami simpan." in shown(same)
    assert "Salinan bertanda tangan dimasukkan" in page


# -- what the signatures in the file say ------------------------------------------------------


def signed_by_a_stranger() -> bytes:
    return signers.sign(samples.pdf_file(lambda made: made.docinfo.update({"/Title": "Surat"})))


def test_the_head_reads_what_each_signature_is_worth_before_and_after() -> None:
    world, data_request = recent()
    put(world, data_request, facts=facts(world), upload=pdf(signed_by_a_stranger()))
    client = as_user(world.agency_head)
    before = shown(client.get(page_of(data_request)))
    client.post(page_of(data_request), confirming(data_request))
    after = shown(client.get(page_of(data_request)))
    for page in (before, after):
        assert "1 tanda tangan elektronik di dalam berkas" in page
        assert "Utuh; penerbit sertifikatnya tidak dikenal" in page
        for told in (signers.HOLDER.name, "Penerbit Badan Contoh", "menurut komputer"):
            assert told in page
        assert "tidak tersertifikasi" not in page.replace(OWN_KIND, "")
    assert "tidak diperiksa di sini" not in before
    assert OWN_KIND not in after


def test_a_file_that_was_added_to_after_signing_is_told_so() -> None:
    world, data_request = recent()
    changed = appended(note_in_the_properties, signed_by_a_stranger())
    put(world, data_request, facts=facts(world), upload=pdf(changed))
    page = shown(as_user(world.agency_head).get(page_of(data_request)))
    assert "Berubah atau ditambahi setelah ditandatangani." in page
    assert "Utuh" not in page


def test_a_name_in_a_certificate_is_text_and_nothing_else() -> None:
    evil = {"verdict": "unknown_issuer", "signer": "<b>x</b>", "issuer": "y", "signed_at": ""}
    world, data_request = with_copy()
    SignedCopy.objects.update(findings=[evil | {"timestamped": False, "whole_file": True}])
    page = as_user(world.agency_head).get(page_of(data_request)).content.decode()
    assert "&lt;b&gt;x&lt;/b&gt;" in page


# -- by hand ----------------------------------------------------------------------------------


def printing(data_request: DataRequest) -> dict[str, Any]:
    return {"deed": "print_for_pen", "version": fresh(data_request).version}


def pen_pdf(data_request: DataRequest) -> str:
    return f"/permohonan/{data_request.public_id}/draf/cetak.pdf"


def scanned(**changes: Any) -> dict[str, Any]:
    number = LetterNumber.objects.get()
    return {
        "file": pdf(samples.pdf_file(), "pindaian.pdf"),
        "number": number.text,
        "dated": number.dated.isoformat(),
        "system": "",
        "is_scan": "on",
        **changes,
    }


@pytest.mark.parametrize("who", ["staff", "agency_head"])
def test_the_letter_is_printed_under_its_number_and_the_form_is_filled_in(who: str) -> None:
    world, data_request = recent()
    client = as_user(getattr(world, who))
    assert "Cetak untuk tanda tangan basah" in shown(client.get(page_of(data_request)))
    assert client.get(pen_pdf(data_request)).status_code == 404
    page = shown(client.post(page_of(data_request), printing(data_request), follow=True))
    number = LetterNumber.objects.get().text
    assert f"Nomor {number} dicadangkan." in page
    assert pen_pdf(data_request) in page
    assert f'value="{number}"' in page
    answer = client.get(pen_pdf(data_request))
    assert answer.content.startswith(b"%PDF")
    assert "attachment" in answer["Content-Disposition"]
    assert fresh(data_request).state == "sign_letter"


def test_whoever_may_not_bring_it_back_does_not_print_it() -> None:
    world, data_request = recent()
    other = as_user(world.section_head)
    assert "Cetak untuk tanda tangan basah" not in shown(other.get(page_of(data_request)))
    assert other.post(page_of(data_request), printing(data_request)).status_code == 403
    as_user(world.staff).post(page_of(data_request), printing(data_request))
    assert other.get(pen_pdf(data_request)).status_code == 403
    stranger = as_user(make_world(owners=0).staff)
    assert stranger.get(pen_pdf(data_request)).status_code == 404


def test_a_scan_becomes_the_letter_and_every_page_calls_it_one() -> None:
    world, data_request = recent()
    staff, head = as_user(world.staff), as_user(world.agency_head)
    staff.post(page_of(data_request), printing(data_request))
    posted = {"deed": "put_signed_copy", "version": fresh(data_request).version, **scanned()}
    assert staff.post(page_of(data_request), posted).status_code == 302
    page = shown(head.get(page_of(data_request)))
    assert "tanda tangan basah, dipindai" in page
    assert UNSIGNED not in page
    answer = head.post(page_of(data_request), confirming(data_request), follow=True)
    document = OfficialDocument.objects.get()
    assert document.signature == OfficialDocument.Signature.WET
    check = Client().get(f"/v/{document.code}/")
    request_page = head.get(f"/permohonan/{data_request.public_id}/")
    for text in map(shown, (answer, check, request_page)):
        assert "Ditandatangani basah; hasil pindai tersimpan" in text
        assert "tidak tersertifikasi" not in text
        assert "SRIKANDI" not in text
    assert "Salinannya disahkan Kepala Contoh" in shown(answer)


def test_the_head_brings_a_scan_back_at_once() -> None:
    world, data_request = recent()
    client = as_user(world.agency_head)
    client.post(page_of(data_request), printing(data_request))
    answer = client.post(page_of(data_request), confirming(data_request, **scanned()))
    assert answer.status_code == 302
    assert OfficialDocument.objects.get().signature == OfficialDocument.Signature.WET


def test_another_number_than_the_printed_one_is_refused_and_what_was_typed_stays() -> None:
    world, data_request = recent()
    client = as_user(world.staff)
    client.post(page_of(data_request), printing(data_request))
    posted = {"deed": "put_signed_copy", "version": fresh(data_request).version}
    answer = client.post(page_of(data_request), posted | scanned(number="200.1/99/2026"))
    assert answer.status_code == 422
    assert "Tulis nomor itu." in shown(answer)
    assert 'value="200.1/99/2026"' in shown(answer)
    assert not SignedCopy.objects.exists()
