"""What does anybody learn from the code on a paper, and what not? Who may open which paper?"""

import html
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from requests_app.documents import authority, quarantine
from requests_app.documents import letters as paper
from requests_app.documents.judging import Problem, Verdict
from requests_app.models import DataRequest, OfficialDocument, Position
from requests_app.services import certificates, checking, letters
from requests_app.web import verdicts, verification
from tests.documents import samples, signers, test_judging
from tests.factories import WALK, data_request_at, make_world, recipient_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]


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


def void(document: OfficialDocument) -> OfficialDocument:
    document.status, document.voided_by = "void", "Kepala Contoh"
    document.voided_at, document.void_reason = document.made_at, "Salah alamat."
    document.save()
    return document


def test_a_void_paper_says_so_first_and_keeps_its_reason_in_the_house() -> None:
    document = void(signed_letter())
    shown = Client().get(f"/v/{document.code}/").content.decode()
    heading, rest = shown.split("</h1>")
    assert heading.endswith("Dokumen ini dibatalkan")
    assert re.match(r"\s*<p>Dibatalkan pada <time [^>]+>\d+ \w+ \d{4}</time>\.", rest)
    assert "Salah alamat." not in shown  # free text of the office, which may name anybody
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


# -- what the page weighs, and what it leaves behind ------------------------------------------

WHOLE_PAGE_BYTES = 20_000


def weight_of(page: bytes) -> int:
    """Add up the page and all that a browser fetches for it."""
    linked = re.findall(rb'(?:href|src)="/static/([^"#]+)"', page)
    sizes = [(settings.BASE_DIR / "static" / name.decode()).stat().st_size for name in linked]
    assert len(sizes) == 2  # one sheet, one mark
    return len(page) + sum(sizes)


def test_the_whole_page_is_small_and_needs_no_script_font_or_cookie() -> None:
    document = signed_letter()
    address = f"/v/{document.code}/"
    pages = [
        Client().get(address),
        Client().get("/v/ABCDEFGHJKMNPQRS/"),
        Client().post(address, {"file": pdf(test_judging.many_fields(20))}),
    ]
    for answer in pages:
        assert weight_of(answer.content) <= WHOLE_PAGE_BYTES
        assert b"<script" not in answer.content
        assert b"preload" not in answer.content
        assert b'<meta name="robots" content="noindex">' in answer.content
        assert not answer.cookies
        assert answer["Cache-Control"] == "no-store"


def test_looking_costs_few_questions(django_assert_max_num_queries: Any) -> None:
    document = signed_letter()
    with django_assert_max_num_queries(4):
        Client().get(f"/v/{document.code}/")


def test_only_looking_and_comparing_are_understood() -> None:
    address = f"/v/{signed_letter().code}/"
    client = Client(enforce_csrf_checks=True)
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 200  # no token: nothing is changed here
    for method in ("options", "put", "delete", "patch"):
        assert getattr(client, method)(address).status_code == 405
    for name in ("penerbit.pem", "pencabutan.crl"):
        assert Client().post(f"{address}{name}").status_code == 405


# -- who signed, as what, with which certificate ----------------------------------------------


def signed_as(**position: Any) -> OfficialDocument:
    world, data_request = data_request_at("sign_letter")
    Position.objects.filter(user=world.agency_head).update(**position)
    world.tick()
    WALK["sign_letter"](world, data_request)
    return OfficialDocument.objects.get()


def test_who_stands_in_and_for_whom_is_told() -> None:
    document = signed_as(kind="plt", valid_to=date(2099, 12, 31))
    assert f"Kepala Contoh, Plt. {document.office.head_title}" in shown_of(document)


def test_in_whose_name_is_told() -> None:
    document = signed_as(kind="an", represents="Wali Kota Contoh", title="Sekretaris Daerah")
    page = shown_of(document)
    assert "Kepala Contoh, Sekretaris Daerah" in page
    assert "a.n. WALI KOTA CONTOH" in page


def revoke(document: OfficialDocument) -> None:
    certificate = checking.certificate_behind(document)
    assert certificate is not None
    actor = certificate.user.positions.get().as_actor()
    certificates.revoke(
        certificate=certificate, actor=actor, at=timezone.now(), reason="Ponsel hilang."
    )


def test_the_certificate_and_its_authority_are_told() -> None:
    document = signed_letter()
    certificate = checking.certificate_behind(document)
    assert certificate is not None
    page = shown_of(document)
    for told in (certificate.serial, certificate.authority.name, "Tidak dicabut"):
        assert told in page
    (ours,) = signers_in(bytes_of(document))
    assert f"{ours.serial_number:x}" == certificate.serial


def signers_in(content: bytes) -> list[Any]:
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(BytesIO(content))
    return [one.signer_cert for one in reader.embedded_signatures]


def test_a_certificate_revoked_since_says_when_and_that_the_signature_is_older() -> None:
    document = signed_letter()
    revoke(document)
    page = shown_of(document)
    assert re.search(r"Dicabut pada [^;]+; tanda tangan dibuat sebelum itu\.", page)
    assert "Ponsel hilang." not in page
    assert "Dokumen ini tercatat dan berlaku" in page
    assert lines_on(document, bytes_of(document)) == [SAME, SOUND]


def test_what_a_revoked_key_signed_is_not_believed_without_our_record() -> None:
    world, _first = data_request_at("send_letter")
    data_request_at("send_letter", world=world)
    here, other = OfficialDocument.objects.order_by("pk")
    assert lines_on(here, bytes_of(other)) == [DIFFERENT, ANOTHER_OF_OURS, SOUND]
    revoke(other)
    assert lines_on(here, bytes_of(other)) == [
        DIFFERENT,
        "Tanda tangan Kepala Contoh utuh, tetapi sertifikatnya sudah dicabut.",
    ]


def test_a_paper_that_our_keys_did_not_sign_has_no_certificate_to_give() -> None:
    recipient_at("process_request")
    receipt = OfficialDocument.objects.get(kind="letter_receipt")
    assert "Sertifikat" not in shown_of(receipt)
    for name in ("penerbit.pem", "pencabutan.crl"):
        assert Client().get(f"/v/{receipt.code}/{name}").status_code == 404


def test_programs_of_others_check_a_letter_with_what_the_page_gives(tmp_path: Path) -> None:
    document = signed_letter()
    (tmp_path / "surat.pdf").write_bytes(bytes_of(document))
    for name, kind in (
        ("penerbit.pem", "application/x-pem-file"),
        ("pencabutan.crl", "application/pkix-crl"),
    ):
        answer = Client().get(f"/v/{document.code}/{name}")
        assert answer["Content-Type"] == kind
        assert answer["X-Robots-Tag"] == "noindex"
        assert len(answer.content) < 2_000
        (tmp_path / name).write_bytes(answer.content)
    page = html.unescape(shown_of(document))
    manual = (settings.BASE_DIR / "docs" / "verify.md").read_text()
    told = ""
    for command in verification.COMMANDS:  # as they stand on the page
        assert command in page
        assert command in manual
        told = run(["sh", "-c", command], tmp_path)
    assert "Signature is Valid." in told
    assert "Certificate is Trusted." in told
    assert "Total document signed" in told
    openssl = ["openssl", "crl", "-inform", "DER", "-in", "pencabutan.crl"]
    assert "verify OK" in run([*openssl, "-CAfile", "penerbit.pem", "-noout"], tmp_path)
    (script,) = re.findall(r"```python\n(.*?)```", manual, re.DOTALL)
    told = run([sys.executable, "-c", script], tmp_path)
    assert "The signature covers the entire file." in told
    assert "The signature is judged VALID." in told


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


# -- a file to compare ------------------------------------------------------------------------

SAME = "Berkas sama dengan yang kami simpan."
DIFFERENT = "Berkas berbeda dari yang kami simpan."
ANOTHER_OF_OURS = "Kantor ini menandatanganinya, tetapi bukan sebagai dokumen dengan kode ini."
SOUND = (
    "Tanda tangan Kepala Contoh utuh dan penerbit sertifikatnya dikenal: "
    "Penerbit Sertifikat Contoh."
)
CHANGED = "Tanda tangan rusak, atau berkas berubah setelah ditandatangani."
ADDED = "Berkas berubah atau ditambahi setelah ditandatangani oleh “Kepala Contoh”."
UNPROVEN = (
    "Tanda tangan utuh, tetapi penerbit sertifikatnya tidak dikenal. Berkas mengaku "
    "ditandatangani oleh “Kepala Contoh” dengan sertifikat dari “Penerbit Sertifikat Contoh”; "
    "itu tidak terbukti."
)
UNREADABLE = str(verdicts.PROBLEMS[Problem.UNREADABLE])


def shown_of(document: OfficialDocument) -> str:
    return Client().get(f"/v/{document.code}/").content.decode()


def pdf(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("surat.pdf", content, "application/pdf")


def lines_on(document: OfficialDocument, content: bytes) -> list[str]:
    """Upload a file, and read what the page says of it."""
    answer = Client().post(f"/v/{document.code}/", {"file": pdf(content)})
    assert answer.status_code == 200
    found = re.findall(r'<(?:h1|li class="\w+")>(.*?)</', answer.content.decode())
    return [html.unescape(line) for line in found]


def unsigned(document: OfficialDocument) -> bytes:
    return paper.render_letter(letters.paper_of_snapshot(document.settings_used))


def by_a_stranger(document: OfficialDocument) -> bytes:
    """Sign the very letter by a foreign authority that took all of our names."""
    stranger = signers.office.__wrapped__("Penerbit Sertifikat Contoh")
    holder = authority.Holder(name="Kepala Contoh", organization="Badan Contoh")
    issued = signers.issued(authority=stranger, holder=holder)
    return test_judging.signed_by(issued, unsigned(document))


def locked(_document: OfficialDocument) -> bytes:
    return samples.pdf_file(encryption=test_judging.LOCK)


VERDICTS: dict[str, tuple[Callable[[OfficialDocument], bytes], list[str]]] = {
    "the very file": (bytes_of, [SAME, SOUND]),
    "the letter before it was signed": (
        unsigned,
        [DIFFERENT, "Berkas ini tidak memuat tanda tangan elektronik."],
    ),
    "signed by a stranger with our names": (
        by_a_stranger,
        [
            DIFFERENT,
            UNPROVEN,
        ],
    ),
    "a byte behind it": (lambda d: bytes_of(d) + b"\n", [DIFFERENT, ADDED]),
    "cut off": (lambda d: bytes_of(d)[:-400], [DIFFERENT, UNREADABLE]),
    "empty": (lambda _d: b"", [DIFFERENT, str(verdicts.PROBLEMS[Problem.NOT_A_PDF])]),
    "a picture": (
        lambda _d: samples.image_file(),
        [DIFFERENT, str(verdicts.PROBLEMS[Problem.NOT_A_PDF])],
    ),
    "locked": (locked, [DIFFERENT, str(verdicts.PROBLEMS[Problem.ENCRYPTED])]),
    "too many signatures": (
        lambda _d: test_judging.many_fields(21),
        [DIFFERENT, str(verdicts.PROBLEMS[Problem.TOO_MANY])],
    ),
    "signatures that are none": (lambda _d: test_judging.many_fields(20), [DIFFERENT, CHANGED]),
    **{
        f"appended: {name}": (
            lambda d, change=change: test_judging.appended(change, bytes_of(d)),
            [DIFFERENT, ADDED if verdict is Verdict.VALID else CHANGED],
        )
        for name, (change, verdict) in test_judging.UPDATES.items()
    },
}


@pytest.mark.usefixtures("typeset")
@pytest.mark.parametrize(("make", "told"), VERDICTS.values(), ids=VERDICTS)
def test_each_file_is_told_what_it_is(
    make: Callable[[OfficialDocument], bytes], told: list[str]
) -> None:
    document = signed_letter()
    assert lines_on(document, make(document)) == told


def test_two_signatures_of_others_are_told_one_by_one() -> None:
    stranger = signers.issued(authority=signers.office("Penerbit lain"))
    once = test_judging.sign_over(signers.letter(), "A", signers.official())
    told = lines_on(signed_letter(), test_judging.sign_over(once, "B", stranger))
    name = signers.HOLDER.name
    assert told[:2] == [
        DIFFERENT,
        f"Tanda tangan “{name}” utuh ketika dibubuhkan; sesudahnya ada yang lain.",
    ]
    assert f"“{name}” dengan sertifikat dari “Penerbit lain”; itu tidak terbukti." in told[2]


def test_a_paper_signed_by_others_names_who_judges_it() -> None:
    document = signed_letter()
    with pgtrigger.ignore():
        OfficialDocument.objects.update(signature="bsre")
    assert "tte.komdigi.go.id" in shown_of(document)


def test_a_void_paper_is_void_however_equal_the_file() -> None:
    document = void(signed_letter())
    told = lines_on(document, bytes_of(document))
    assert told == ["Dokumen ini dibatalkan", SAME, SOUND]


@pytest.mark.usefixtures("typeset")
def test_a_thousand_flipped_bytes_are_refused_a_thousand_times_in_words() -> None:
    document = signed_letter()
    document = OfficialDocument.objects.select_related("office").get(pk=document.pk)
    whole, chance = bytes_of(document), random.Random(4)  # noqa: S311  (to be had again)
    for turn, place in enumerate(chance.sample(range(len(whole)), 1_000)):
        flipped = bytearray(whole)
        flipped[place] ^= chance.randrange(1, 256)
        if turn % 100 == 0:  # by the door; the others by what stands behind it
            told = lines_on(document, bytes(flipped))
            assert told[0] == DIFFERENT, place
        found = checking.compare(
            document, bytes(flipped), sha256=sha256(flipped).hexdigest(), at=timezone.now()
        )
        first, *others = verification.told(document, found)
        assert (first.text, first.tone) == (DIFFERENT, "late"), place
        assert others, place
        assert all(line.tone != "ok" and line.text != SOUND for line in others), place


def test_when_nobody_can_look_the_comparison_still_answers(monkeypatch: Any) -> None:
    document = signed_letter()
    monkeypatch.setattr(quarantine.bench, "patience", 0.05)
    with quarantine.bench.turn:
        same, signature = lines_on(document, bytes_of(document))
    assert same == SAME
    assert "tidak dapat diperiksa saat ini" in signature


def test_a_name_from_a_file_is_text_and_not_long() -> None:
    document = signed_letter()
    holder = authority.Holder(name="<script>alert(1)</script>" + "x" * 30, organization="B")
    issued = signers.issued(authority=signers.office("Lain"), holder=holder)
    answer = Client().post(f"/v/{document.code}/", {"file": pdf(test_judging.signed_by(issued))})
    assert b"<script" not in answer.content
    assert "&lt;script&gt;" in answer.content.decode()


# -- what comes in ----------------------------------------------------------------------------


def test_a_file_above_the_limit_is_told_so() -> None:
    document = signed_letter()
    answer = Client().post(f"/v/{document.code}/", {"file": pdf(bytes(30 * 2**20))})
    assert answer.status_code == 413
    assert "Berkas terlalu besar; batasnya 25 MB." in answer.content.decode()


def test_a_file_is_written_nowhere(monkeypatch: Any) -> None:
    def refuse(*_given: Any, **_named: Any) -> None:
        raise AssertionError("written to the disk")

    document = signed_letter()
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refuse)
    monkeypatch.setattr("django.core.files.uploadedfile.TemporaryUploadedFile.__init__", refuse)
    before = sorted(settings.FILES_ROOT.rglob("*"))
    lines = lines_on(document, b"%PDF-1.7\n" + os.urandom(4 * 2**20))
    assert lines == [DIFFERENT, UNREADABLE]
    assert sorted(settings.FILES_ROOT.rglob("*")) == before


def test_a_form_without_its_file_asks_for_it() -> None:
    document = signed_letter()
    address = f"/v/{document.code}/"
    for given in ({}, {"other": pdf(b"x")}, {"file": "surat.pdf"}, {"deed": "sign_letter"}):
        answer = Client().post(address, given)
        assert answer.status_code == 200
        assert "Pilih berkas PDF" in answer.content.decode()
    two = {"other": pdf(b"x"), "file": [pdf(bytes_of(document)), pdf(b"y")]}
    assert SAME in Client().post(address, two).content.decode()


def test_whatever_is_sent_is_no_error_of_ours(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}
    document = signed_letter()
    address, chance = f"/v/{document.code}/", random.Random(7)  # noqa: S311
    kinds = (
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "multipart/form-data; boundary=" + "y" * 500,
        "application/x-www-form-urlencoded",
        "application/json",
        "",
    )
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
    bodies = [chance.randbytes(size) for size in (0, 1, 100, 5_000)]
    bodies += [head, head + b"\r\n%PDF-", head + b"Content-Transfer-Encoding: base64\r\n\r\n%%%"]
    for kind in kinds:
        for body in bodies:
            answer = Client().generic("POST", address, body, content_type=kind)
            assert answer.status_code in {200, 400}, (kind, body[:40])
            assert document.sha256.encode() in answer.content, (kind, body[:40])


# -- how often --------------------------------------------------------------------------------


def test_guessing_codes_ends_with_a_polite_refusal_for_this_address_only() -> None:
    document = signed_letter()
    client, neighbour = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="192.0.2.2")
    for n in range(30):
        assert client.get(f"/v/SALAH{n}/").status_code == 404
    for address in ("/v/SALAH/", f"/v/{document.code}/", f"/v/{document.code}/penerbit.pem"):
        refused = client.get(address)
        assert refused.status_code == 429
        assert "Terlalu banyak percobaan." in refused.content.decode()
        assert 590 < int(refused["Retry-After"]) <= 600
        assert weight_of(refused.content) <= WHOLE_PAGE_BYTES
    assert neighbour.get(f"/v/{document.code}/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert client.get(f"/v/{document.code}/").status_code == 200


def test_guesses_from_everywhere_are_refused_and_nobody_else_is(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"check_unknown": "30/10m/ip,3/m/key"}
    document = signed_letter()
    answers = [Client(REMOTE_ADDR=f"192.0.2.{n}").head(f"/v/SALAH{n}/") for n in range(5)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429, 429]
    assert 50 < int(answers[-1]["Retry-After"]) <= 60
    assert Client(REMOTE_ADDR="192.0.2.9").get(f"/v/{document.code}/").status_code == 200


@pytest.mark.parametrize(
    ("method", "name", "most"),
    [("post", "", 20), ("get", "penerbit.pem", 60), ("get", "pencabutan.crl", 60)],
)
def test_comparing_and_fetching_have_limits_too(method: str, name: str, most: int) -> None:
    document = signed_letter()
    client, address = Client(REMOTE_ADDR="192.0.2.3"), f"/v/{document.code}/{name}"
    statuses = [getattr(client, method)(address).status_code for _turn in range(most + 1)]
    assert statuses == [200] * most + [429]
    assert client.get(f"/v/{document.code}/").status_code == 200


def test_where_one_office_is_the_unknown_code_names_whom_to_call() -> None:
    signed_letter()
    assert "Narahubung Contoh, 0285 000000" in Client().get("/v/SALAH/").content.decode()
    make_world()
    assert "Narahubung Contoh" not in Client().get("/v/SALAH/").content.decode()
