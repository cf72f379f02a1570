"""Who may bring back a letter signed elsewhere, what is refused, and what is kept of it?"""

import hashlib
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from requests_app.documents.pages import page_texts
from requests_app.models import (
    AuditEntry,
    DataRequest,
    LetterNumber,
    LetterVersion,
    OfficialDocument,
    SignedCopy,
)
from requests_app.services import audit, exchange, letters, sending, sharing, signatures
from requests_app.services.intake import FileRefused
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn, Refused
from requests_app.sop.roles import Role
from tests.documents import samples
from tests.factories import (
    PASSPHRASE,
    WALK,
    World,
    data_request_at,
    fresh,
    make_position,
    recipient_at,
)

pytestmark = pytest.mark.django_db

NUMBER = "B/12/SRIKANDI/2026"


def pdf(content: bytes | None = None, name: str = "surat ttd.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, samples.signed_pdf() if content is None else content)


def today(world: World) -> date:
    return world.now.astimezone(world.office.zone).date()


def facts(world: World, **changes: Any) -> exchange.CopyFacts:
    return exchange.CopyFacts(**{"number": NUMBER, "dated": today(world), **changes})


def put(world: World, data_request: DataRequest, **changes: Any) -> SignedCopy:
    values: dict[str, Any] = {
        "subject": fresh(data_request),
        "upload": pdf(),
        "facts": facts(world),
        "actor": changes.get("actor") or world.actor(Role.STAFF),
        "at": world.tick(),
    }
    return exchange.put_copy(**{**values, **changes})


def confirm(world: World, data_request: DataRequest, **changes: Any) -> AuditEntry:
    subject = fresh(data_request)
    values: dict[str, Any] = {
        "subject": subject,
        "content_hash": version_of(subject).content_hash(),
        "affirmed": True,
        "actor": changes.get("actor") or world.actor(Role.AGENCY_HEAD),
        "at": world.tick(),
    }
    return exchange.confirm_copy(**{**values, **changes})


def version_of(data_request: DataRequest) -> LetterVersion:
    version = data_request.newest_version()
    assert version is not None
    return version


def nothing_confirmed(data_request: DataRequest) -> bool:
    return (
        fresh(data_request).state == "sign_letter"
        and not OfficialDocument.objects.exists()
        and not LetterNumber.objects.exists()
    )


# -- putting it in ----------------------------------------------------------------------------


def test_staff_put_a_copy_in_and_the_row_stays_open() -> None:
    world, data_request = data_request_at("sign_letter")
    copy = put(world, data_request, facts=facts(world, number="  B/12/SRIKANDI/2026 "))
    assert (copy.number, copy.system, copy.signatures) == (NUMBER, "SRIKANDI", 1)
    assert copy.sha256 == hashlib.sha256(samples.signed_pdf()).hexdigest()
    assert copy.file_name == "surat ttd.pdf"
    assert nothing_confirmed(data_request)
    noted = AuditEntry.objects.get(deed="put_signed_copy")
    assert noted.facts["number"] == NUMBER
    assert noted.facts["sha256"] == copy.sha256
    assert noted.actor_name == world.staff.name


def test_a_better_copy_takes_the_place_of_the_first() -> None:
    world, data_request = data_request_at("sign_letter")
    put(world, data_request)
    other = put(world, data_request, upload=pdf(samples.pdf_file(), "scan.pdf"))
    kept = SignedCopy.objects.get()
    assert (kept.file_name, kept.signatures, kept.sha256) == ("scan.pdf", 0, other.sha256)
    assert AuditEntry.objects.filter(deed="put_signed_copy").count() == 2


@pytest.mark.parametrize("role", [Role.SECTION_HEAD])
def test_others_put_nothing_in(role: Role) -> None:
    world, data_request = data_request_at("sign_letter")
    with pytest.raises(NotYourTurn):
        put(world, data_request, actor=world.actor(role))
    assert not SignedCopy.objects.exists()


def test_a_copy_belongs_to_row_five() -> None:
    world, data_request = data_request_at("verify_letter")
    with pytest.raises(NotReady):
        put(world, data_request)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("surat.pdf", b"", "surat.pdf kosong."),
        ("surat.pdf", b"Bukan PDF sama sekali.", "isinya tidak sesuai"),
        ("surat.docx", b"PK\x03\x04", "tidak diterima. Gunakan PDF."),
        ("surat.pdf", samples.signed_pdf()[:200], "tidak dapat dibaca"),
        (
            "surat.pdf",
            samples.pdf_file(encryption=samples.pikepdf.Encryption(owner="a", user="b")),
            "terkunci sandi",
        ),
        (
            "surat.pdf",
            samples.pdf_file(
                lambda made: made.Root.__setitem__(
                    "/OpenAction",
                    samples.pikepdf.Dictionary(S=samples.pikepdf.Name.JavaScript, JS="x"),
                )
            ),
            "memuat makro, skrip",
        ),
    ],
    ids=["empty", "no pdf", "docx", "cut", "encrypted", "active"],
)
def test_a_bad_file_is_refused_by_its_name(name: str, content: bytes, sentence: str) -> None:
    world, data_request = data_request_at("sign_letter")
    with pytest.raises(FileRefused, match=sentence):
        put(world, data_request, upload=pdf(content, name))
    assert not SignedCopy.objects.exists()


def sheet(height: int, count: int = 1) -> bytes:
    """Make a PDF of sheets of one width."""
    made = samples.pikepdf.new()
    for _number in range(count):
        made.add_blank_page(page_size=(600, height))
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (samples.pdf_file()[:-40] + b"\n%%EOF\n", "tidak dapat ditampilkan halaman demi halaman"),
        (sheet(12_000), "tidak dapat ditampilkan halaman demi halaman"),
        (sheet(800, count=201), "memuat 201 halaman; paling banyak 200"),
    ],
    ids=["repaired by some", "a tape", "a book"],
)
def test_what_the_head_could_not_read_is_refused(content: bytes, sentence: str) -> None:
    world, data_request = data_request_at("sign_letter")
    with pytest.raises(FileRefused, match=sentence):
        put(world, data_request, upload=pdf(content))
    assert not SignedCopy.objects.exists()


def test_a_file_over_the_limit_is_refused_unread(settings: Any) -> None:
    settings.MAX_FILE_BYTES = 200
    world, data_request = data_request_at("sign_letter")
    with pytest.raises(FileRefused, match="batasnya 200 byte"):
        put(world, data_request)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"dated": timedelta(days=1)}, "belum tiba"),
        ({"dated": timedelta(days=-30)}, "mendahului paraf"),
        ({"number": "  "}, "Tulis nomor surat."),
        ({"number": "9" * 121}, "paling banyak 120 karakter"),
        ({"number": "B/1\x01/2026"}, "Huruf U\\+0001 tidak dapat dicetak"),
        ({"system": " "}, "Tulis nama sistem"),
    ],
    ids=["future", "before the initial", "no number", "long number", "control sign", "no system"],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], sentence: str) -> None:
    world, data_request = data_request_at("sign_letter")
    if "dated" in changes:
        changes = {"dated": today(world) + changes["dated"]}
    for deed in (put, confirm):
        with pytest.raises(Incomplete, match=sentence):
            deed(world, data_request, upload=pdf(), facts=facts(world, **changes))
    assert nothing_confirmed(data_request)
    assert not SignedCopy.objects.exists()


def test_the_day_of_the_initial_is_early_enough_where_the_office_is() -> None:
    world, data_request = data_request_at("sign_letter")
    initial = version_of(data_request).live_initial()
    assert initial is not None
    on = initial.at.astimezone(world.office.zone).date()
    assert put(world, data_request, facts=facts(world, dated=on)).dated == on


def test_a_number_in_use_is_refused_with_the_letter_that_has_it() -> None:
    world, _signed = data_request_at("send_letter")
    taken = LetterNumber.objects.get().text
    _world, data_request = data_request_at("sign_letter", world=world)
    for deed in (put, confirm):
        with pytest.raises(Refused, match=rf"Nomor {taken} sudah dipakai surat .+ tanggal \d"):
            deed(world, data_request, upload=pdf(), facts=facts(world, number=taken))
    assert fresh(data_request).state == "sign_letter"


# -- the head's word --------------------------------------------------------------------------


def test_the_head_s_word_makes_the_copy_the_letter() -> None:
    world, data_request = data_request_at("sign_letter", recipients=2)
    put(world, data_request)
    entry = confirm(world, data_request)
    document = OfficialDocument.objects.get()
    assert fresh(data_request).state == "send_letter"
    assert document.signature == OfficialDocument.Signature.ELSEWHERE
    assert (document.signed_system, document.signed_by) == ("SRIKANDI", "Kepala Contoh")
    assert (document.dated, str(document.number)) == (today(world), NUMBER)
    assert document.number.origin == LetterNumber.Origin.OUTSIDE
    with document.file.open("rb") as stored:
        assert stored.read() == samples.signed_pdf()
    assert entry.facts["signature"] == "elsewhere"
    assert entry.facts["sha256"] == document.sha256
    assert entry.facts["put_in_by"] == world.staff.name
    assert list(audit.verify_chains()) == []


def test_the_head_does_both_at_once() -> None:
    world, data_request = data_request_at("sign_letter")
    confirm(world, data_request, upload=pdf(), facts=facts(world, system="Sistem Lain"))
    document = OfficialDocument.objects.get()
    assert document.signed_system == "Sistem Lain"
    assert SignedCopy.objects.get().document == document
    assert letters.keeps_its_paper(document) is False


def test_without_a_copy_there_is_nothing_to_confirm() -> None:
    world, data_request = data_request_at("sign_letter")
    with pytest.raises(Incomplete, match="Unggah berkas PDF"):
        confirm(world, data_request)


def test_only_the_head_confirms() -> None:
    world, data_request = data_request_at("sign_letter")
    put(world, data_request)
    for role in (Role.STAFF, Role.SECTION_HEAD):
        with pytest.raises(NotYourTurn):
            confirm(world, data_request, actor=world.actor(role))
    assert nothing_confirmed(data_request)


@pytest.mark.parametrize("who", ["section_head", "staff"])
def test_neither_verifier_nor_drafter_confirms(who: str) -> None:
    world, data_request = data_request_at("sign_letter")
    position = make_position(
        getattr(world, who),
        Role.AGENCY_HEAD,
        "Kepala Badan",
        kind="an",
        represents=world.office.head_title,
    )
    put(world, data_request)
    with pytest.raises(NotYourTurn, match="penandatanganan harus dilakukan pejabat lain"):
        confirm(world, data_request, actor=position.as_actor())
    assert nothing_confirmed(data_request)


def test_three_hashes_must_agree_as_for_a_signature_made_here() -> None:
    world, data_request = data_request_at("sign_letter")
    put(world, data_request)
    with pytest.raises(NotReady, match="berubah setelah Anda membukanya"):
        confirm(world, data_request, content_hash="0" * 64)
    with pytest.raises(Incomplete, match="Nyatakan bahwa"):
        confirm(world, data_request, affirmed=False)
    LetterVersion.objects.filter(pk=version_of(data_request).pk).update(body="Isi lain.")
    with pytest.raises(Incomplete, match="berubah setelah diparaf"):
        confirm(world, data_request)
    assert nothing_confirmed(data_request)


def test_a_copy_of_an_older_draft_counts_no_more() -> None:
    world, data_request = data_request_at("sign_letter")
    put(world, data_request)
    letters.return_to_draft(
        subject=data_request,
        actor=world.actor(Role.AGENCY_HEAD),
        at=world.tick(),
        reason="Perbaiki dasar hukum.",
    )
    for key in ("draft_letter", "verify_letter"):
        world.tick()
        WALK[key](world, fresh(data_request))
    assert exchange.copy_of(fresh(data_request)) is None
    with pytest.raises(Incomplete, match="Unggah berkas PDF"):
        confirm(world, data_request)


def test_a_copy_that_was_exchanged_under_the_head_s_eyes_is_not_confirmed() -> None:
    world, data_request = data_request_at("sign_letter")
    put(world, data_request)
    seen = fresh(data_request).version
    put(world, data_request, upload=pdf(samples.pdf_file()))
    with pytest.raises(NotReady, match="baru saja diubah"):
        confirm(world, data_request, version=seen)


def test_bytes_that_changed_in_the_store_are_not_confirmed() -> None:
    world, data_request = data_request_at("sign_letter")
    copy = put(world, data_request)
    with copy.file.storage.open(copy.file.name, "wb") as stored:
        stored.write(samples.pdf_file())
    with pytest.raises(NotReady, match="Berkas berubah sejak dimasukkan"):
        confirm(world, data_request)
    assert nothing_confirmed(data_request)


def test_a_copy_may_wait_while_the_head_signs_here() -> None:
    world, data_request = data_request_at("sign_letter")
    put(world, data_request)
    signatures.sign_letter(
        subject=fresh(data_request),
        content_hash=version_of(data_request).content_hash(),
        affirmed=True,
        passphrase=PASSPHRASE,
        actor=world.actor(Role.AGENCY_HEAD),
        at=world.tick(),
    )
    assert SignedCopy.objects.get().document is None
    assert OfficialDocument.objects.get().signature == OfficialDocument.Signature.UNCERTIFIED


def test_a_confirmed_copy_is_frozen_by_the_database() -> None:
    world, data_request = data_request_at("sign_letter")
    copy = put(world, data_request)
    SignedCopy.objects.update(number="lain")  # still a draft of row 5
    copy.refresh_from_db()
    confirm(world, data_request)
    for change in (lambda: SignedCopy.objects.update(number="Z"), SignedCopy.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# -- what is told -----------------------------------------------------------------------------


def test_the_note_says_what_we_know_and_no_more() -> None:
    world, data_request = data_request_at("sign_letter")
    confirm(world, data_request, upload=pdf(), facts=facts(world))
    document = OfficialDocument.objects.get()
    told = "Salinan dokumen yang ditandatangani melalui SRIKANDI; nomor dan sidik berkas tercatat."
    assert exchange.note_of(document) == told


def test_a_scan_is_taken_with_a_warning_that_stays() -> None:
    world, data_request = data_request_at("sign_letter")
    entry = confirm(world, data_request, upload=pdf(samples.pdf_file()), facts=facts(world))
    document = OfficialDocument.objects.get()
    assert exchange.note_of(document).endswith("Berkas ini tidak memuat tanda tangan elektronik.")
    assert entry.facts["electronic_signatures"] == 0


def test_a_letter_signed_here_needs_no_note() -> None:
    data_request_at("send_letter")
    assert exchange.note_of(OfficialDocument.objects.get()) == ""


def test_rows_6_to_9_work_with_it_and_the_code_travels_beside_it() -> None:
    world, data_request = data_request_at("sign_letter")
    confirm(world, data_request, upload=pdf(), facts=facts(world))
    document = OfficialDocument.objects.get()
    recipient = fresh(data_request).recipients.get()
    text = sending.covering_text(recipient, link="{tautan}", until=world.now)
    assert NUMBER in text
    assert f"/v/{document.code}/" in text
    link, _code = sharing.issue_link(
        recipient=recipient, actor=world.actor(Role.STAFF), at=world.tick()
    )
    sheet = " ".join("".join(page_texts(sending.covering_sheet(recipient, link))).split())
    assert "nomor dan sidik berkas tercatat" in sheet
    assert f"/v/{document.code}/" in sheet.replace(" ", "")
    for key in ("send_letter", "receive_letter", "process_request", "deliver_data"):
        world.tick()
        recipient.refresh_from_db()
        WALK[key](world, recipient)
    assert fresh(data_request).state == "receive_data"


def test_the_covering_text_of_a_letter_signed_here_is_as_it_was() -> None:
    world, recipient = recipient_at("send_letter")
    text = sending.covering_text(recipient, link="{tautan}", until=world.now)
    assert "/v/" not in text
    assert "Kode akses kami sampaikan terpisah.\n\n" in text


def test_the_draft_leaves_as_docx_before_it_was_ever_saved_too() -> None:
    for state in ("draft_letter", "sign_letter"):
        _world, data_request = data_request_at(state)
        assert exchange.draft_docx(data_request).startswith(b"PK\x03\x04")
