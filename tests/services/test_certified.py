"""Does a letter get BSrE's signature wholly or not at all, whatever the provider does?

The provider is a server on this machine that speaks both versions, and signs for real.
"""

import base64
import io
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.test import Client

from requests_app.documents import judging, pages, papers, pdf
from requests_app.models import (
    AuditEntry,
    DataRequest,
    LetterNumber,
    Office,
    OfficialDocument,
    SigningAttempt,
)
from requests_app.services import (
    attempts,
    audit,
    broken_off,
    letters,
    niks,
    provider,
    routes,
    signatures,
)
from requests_app.services.routes import NotSigned
from requests_app.services.workflow import Incomplete, NotReady, Refused
from requests_app.sop.roles import Role
from tests.documents.bsre_server import BsreServer, moods
from tests.factories import MONDAY, World, data_request_at, fresh, make_world

pytestmark = pytest.mark.django_db

KEPT = "nomornya tetap disimpan"
VERSIONS = [1, 2]


@pytest.fixture
def server(settings: Any) -> Iterator[BsreServer]:
    with BsreServer(at=MONDAY - timedelta(days=1)) as started:
        settings.BSRE_URL = started.url
        settings.BSRE_USERNAME, settings.BSRE_PASSWORD = started.account.values()
        yield started


def use_bsre(world: World, version: int) -> None:
    """Let the office sign by the provider, whose register knows its head."""
    world.office.signing_route = f"bsre_v{version}"
    world.office.save()
    niks.keep_nik(world.agency_head, BsreServer().person.nik)
    world.agency_head.save()


def at_signing(version: int) -> tuple[World, DataRequest]:
    world, data_request = data_request_at("sign_letter")
    use_bsre(world, version)
    return world, fresh(data_request)


def sign(world: World, data_request: DataRequest, **changes: Any) -> AuditEntry:
    subject = fresh(data_request)
    letter_version = subject.newest_version()
    assert letter_version is not None
    values: dict[str, Any] = {
        "subject": subject,
        "content_hash": letter_version.content_hash(),
        "affirmed": True,
        "passphrase": BsreServer().person.passphrase,
        "actor": world.actor(Role.AGENCY_HEAD),
        "at": world.tick(),
    }
    return signatures.sign_letter(**{**values, **changes})


def bytes_of(document: OfficialDocument) -> bytes:
    with document.file.open("rb") as stored:
        return stored.read()


def words(content: bytes) -> str:
    return " ".join(" ".join(pages.page_texts(content)).split())


# -- a signature that is made -----------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_the_letter_carries_the_provider_s_signature_and_says_so(
    server: BsreServer, version: int
) -> None:
    world, data_request = at_signing(version)
    entry = sign(world, data_request)
    document = OfficialDocument.objects.get()
    content = bytes_of(document)
    assert fresh(data_request).state == "send_letter"
    assert document.signature == OfficialDocument.Signature.BSRE
    (found,) = document.findings
    assert (found["signer"], found["issuer"]) == ("CONTOH PEJABAT", "Penyelenggara Contoh")
    assert (found["verdict"], found["whole_file"]) == ("unknown_issuer", True)
    judged = judging.judge(
        content,
        anchors=[server.issuer.certificate],
        revocation_lists=[server.revocation_list],
        at=world.now,
    )
    assert [one.verdict for one in judged.signatures] == [judging.Verdict.VALID]
    assert papers.BSRE_NOTE in words(content)
    assert "tidak tersertifikasi" not in words(content)
    attempt = SigningAttempt.objects.get()
    assert attempt.outcome == SigningAttempt.Outcome.SIGNED
    assert attempt.provider_id == entry.facts["provider_id"]
    assert bool(attempt.provider_id) is (version == 1)
    assert not list(audit.verify_chains())


@pytest.mark.parametrize("version", VERSIONS)
def test_anybody_reads_at_the_check_what_kind_of_signature_it_is(
    server: BsreServer, version: int
) -> None:
    world, data_request = at_signing(version)
    sign(world, data_request)
    page = Client().get(f"/v/{OfficialDocument.objects.get().code}/").content.decode()
    assert "Tanda tangan elektronik tersertifikasi (BSrE)" in page
    assert "tidak tersertifikasi" not in page


@pytest.mark.parametrize("version", VERSIONS)
def test_passphrase_and_nik_go_to_the_provider_and_stay_nowhere(
    server: BsreServer, version: int, caplog: pytest.LogCaptureFixture
) -> None:
    world, data_request = at_signing(version)
    sign(world, data_request)
    (asked,) = server.asked("sign")
    assert asked.said["nik"] == server.person.nik
    assert asked.said["passphrase"] == server.person.passphrase
    kept = [str(list(model.objects.values())) for model in (SigningAttempt, AuditEntry)]
    kept += [str(world.agency_head.__dict__), caplog.text]
    for text in kept:
        assert server.person.nik not in text
        assert server.person.passphrase not in text


# -- the line of the provider stands only where its signature is ------------------------------


def test_no_draft_carries_the_line_of_the_provider() -> None:
    for state in ("draft_letter", "verify_letter", "sign_letter"):
        world, data_request = data_request_at(state)
        use_bsre(world, 2)
        assert "BSrE" not in words(letters.render_draft(fresh(data_request)))


def test_no_letter_of_our_own_carries_it() -> None:
    _world, data_request = data_request_at("send_letter")
    document = data_request.signed_letter()
    assert document is not None
    assert "BSrE" not in words(bytes_of(document))


def test_a_letter_that_was_drawn_with_the_line_leaves_only_when_the_signature_is_found(
    server: BsreServer,
) -> None:
    world, data_request = at_signing(2)
    server.moods["sign"] = moods.echo
    with pytest.raises(NotSigned, match=KEPT):
        sign(world, data_request)
    attempt = SigningAttempt.objects.get()
    (sent,) = server.asked("sign")[0].said["file"]
    assert papers.BSRE_NOTE in words(base64.b64decode(sent))
    assert not OfficialDocument.objects.exists()
    assert not attempts.left_by(attempt)


# -- a signature that is refused --------------------------------------------------------------


def reserved_for_the_next_try(data_request: DataRequest) -> bool:
    number = LetterNumber.objects.get()
    return (
        fresh(data_request).state == "sign_letter"
        and number.status == LetterNumber.Status.RESERVED
        and not OfficialDocument.objects.exists()
    )


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("mood", "sentence"),
    [
        (moods.answering({"status_code": 2031, "error": "salah"}, status=400), "Frasa sandi salah"),
        (moods.answering({"status_code": 2011, "error": "x"}, status=400), "belum terdaftar"),
        (moods.answering({"error": "Layanan tutup"}), "Layanan BSrE menolak dokumen ini"),
        (moods.saying(b"<html>Selamat datang</html>"), "tidak dapat dipakai"),
        (moods.echo, "tidak dapat dipakai"),
        (moods.hang_up, "Layanan BSrE tidak menjawab"),
    ],
    ids=["2031", "2011", "200 with error", "no pdf", "unsigned", "hung up"],
)
def test_what_the_provider_refuses_keeps_the_number_for_the_next_try(
    server: BsreServer, version: int, mood: Any, sentence: str
) -> None:
    world, data_request = at_signing(version)
    server.moods["sign"] = mood
    with pytest.raises(NotSigned, match=f"{sentence}.*{KEPT}"):
        sign(world, data_request)
    assert reserved_for_the_next_try(data_request)
    failed = attempts.last_failure(data_request)
    assert failed is not None
    assert sentence in failed.why
    number = LetterNumber.objects.get()
    assert AuditEntry.objects.get(deed="signature_failed").facts["number"] == number.text
    server.moods.clear()
    sign(world, data_request)
    assert OfficialDocument.objects.get().number == number
    assert not list(audit.verify_chains())


@pytest.mark.parametrize("version", VERSIONS)
def test_a_wrong_passphrase_is_the_provider_s_to_tell(server: BsreServer, version: int) -> None:
    world, data_request = at_signing(version)
    with pytest.raises(NotSigned, match="Frasa sandi salah"):
        sign(world, data_request, passphrase="bukan frasa yang benar")
    assert reserved_for_the_next_try(data_request)


def test_a_paper_that_the_provider_named_and_never_gave_is_kept_by_its_name(
    server: BsreServer,
) -> None:
    world, data_request = at_signing(1)
    server.moods |= {"sign": moods.half, "download": moods.saying(b"galat", status=500)}
    with pytest.raises(NotSigned, match="tidak diketahui"):
        sign(world, data_request)
    (name,) = server.papers
    assert SigningAttempt.objects.get().provider_id == name
    assert AuditEntry.objects.get(deed="signature_failed").facts["provider_id"] == name
    assert reserved_for_the_next_try(data_request)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_provider_that_signs_and_falls_silent_leaves_the_letter_waiting(
    server: BsreServer, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, data_request = at_signing(version)
    hasty = provider.replace(provider.reach(version), read_timeout=0.5)
    monkeypatch.setattr(provider, "reach", lambda _version: hasty)
    server.moods["sign"] = moods.silent
    with pytest.raises(NotSigned, match=f"tidak menjawab.*{KEPT}"):
        sign(world, data_request)
    assert len(server.papers) == 1, "the provider has signed, and nobody here has it"
    assert reserved_for_the_next_try(data_request)


# -- before anything is reserved --------------------------------------------------------------


def nothing_reserved() -> bool:
    return not LetterNumber.objects.exists() and not SigningAttempt.objects.exists()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("SUSPEND", r"tidak aktif \(SUSPEND\)"),
        ("EXPIRED", r"tidak aktif \(EXPIRED\)"),
        ("SESUATU", r"tidak aktif \(UNKNOWN\)"),
    ],
)
def test_a_certificate_that_is_not_active_reserves_nothing(
    server: BsreServer, version: int, status: str, sentence: str
) -> None:
    world, data_request = at_signing(version)
    server.person.status = status
    with pytest.raises(NotReady, match=sentence):
        sign(world, data_request)
    assert nothing_reserved()
    assert not server.asked("sign")


@pytest.mark.parametrize("version", VERSIONS)
def test_somebody_unknown_there_reserves_nothing(server: BsreServer, version: int) -> None:
    world, data_request = at_signing(version)
    niks.keep_nik(world.agency_head, "1111222233334444")
    world.agency_head.save()
    with pytest.raises(NotReady, match="belum terdaftar pada layanan BSrE"):
        sign(world, data_request)
    assert nothing_reserved()


@pytest.mark.parametrize("version", VERSIONS)
def test_nobody_at_home_reserves_nothing(settings: Any, version: int) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.BSRE_URL = f"http://127.0.0.1:{probe.getsockname()[1]}"
    world, data_request = at_signing(version)
    with pytest.raises(NotReady, match="Layanan BSrE tidak dapat dihubungi"):
        sign(world, data_request)
    assert nothing_reserved()


@pytest.mark.parametrize("address", ["", "http://esign.contoh.go.id"])
def test_a_provider_that_nobody_set_up_is_told_so(settings: Any, address: str) -> None:
    settings.BSRE_URL = address
    world, data_request = at_signing(2)
    told = "Layanan BSrE belum diatur pada aplikasi ini"
    with pytest.raises(NotReady, match=told):
        sign(world, data_request)
    assert nothing_reserved()
    assert told in routes.Certified(2).lacking(world.agency_head.pk, at=world.now)


def test_a_head_without_nik_is_told_whom_to_ask(server: BsreServer) -> None:
    world, data_request = at_signing(2)
    niks.keep_nik(world.agency_head, "")
    world.agency_head.save()
    with pytest.raises(Incomplete, match="NIK Anda belum tercatat"):
        sign(world, data_request)
    assert nothing_reserved()
    assert not server.heard
    assert routes.Certified(2).lacking(world.agency_head.pk, at=world.now)


def test_who_has_all_that_is_needed_lacks_nothing(server: BsreServer) -> None:
    world, _data_request = at_signing(1)
    assert routes.Certified(1).lacking(world.agency_head.pk, at=world.now) == ""
    assert not server.heard, "the page asks nobody"


# -- what is no signature of the provider's ---------------------------------------------------


def redrawn(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as opened:
        opened.pages[0].contents_add(opened.make_stream(b"0 0 100 100 re f"))
        opened.save(buffer)
    return buffer.getvalue()


def untied(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as opened:
        opened.docinfo["/Keywords"] = "lain"
        opened.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("change", [redrawn, untied])
def test_another_paper_under_a_good_signature_is_refused(
    server: BsreServer, change: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, data_request = at_signing(1)
    really = BsreServer.sign
    monkeypatch.setattr(BsreServer, "sign", lambda self, paper: really(self, change(paper)))
    with pytest.raises(NotSigned, match="tidak lulus pemeriksaan"):
        sign(world, data_request)
    assert SigningAttempt.objects.get().provider_id
    assert reserved_for_the_next_try(data_request)


def test_what_was_added_after_the_signature_is_refused(
    server: BsreServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, data_request = at_signing(2)
    really = BsreServer.sign
    monkeypatch.setattr(
        BsreServer, "sign", lambda self, paper: really(self, paper) + b"\n% dan lagi\n"
    )
    with pytest.raises(NotSigned, match="tidak lulus pemeriksaan"):
        sign(world, data_request)
    assert reserved_for_the_next_try(data_request)


def test_what_our_own_authority_vouches_for_is_no_signature_of_the_provider(
    server: BsreServer,
) -> None:
    world, _data_request = data_request_at("sign_letter")
    ours = data_request_at("send_letter", world=world)[1].signed_letter()
    assert ours is not None
    with pytest.raises(NotSigned):
        routes.Certified(2).findings(
            bytes_of(ours), office=world.office, at=world.now, signed_at=world.now
        )


# -- a process that was killed ----------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_the_worker_finishes_what_the_provider_had_signed(
    server: BsreServer, version: int, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    class Killed(BaseException):
        """The process is gone."""

    def die(*_given: Any, **_named: Any) -> None:
        raise Killed

    world, data_request = at_signing(version)
    limit = routes.Certified(version).limit
    with monkeypatch.context() as patch:
        patch.setattr(attempts, "finish", die)
        with pytest.raises(Killed):
            sign(world, data_request)
    settings.BSRE_URL = ""  # the worker needs no provider
    assert broken_off.resume_broken(at=world.now + limit) == 1
    document = OfficialDocument.objects.get()
    assert document.signature == OfficialDocument.Signature.BSRE
    assert len(server.asked("sign")) == 1


# -- who is known by which number -------------------------------------------------------------


def test_a_nik_is_sealed_and_shown_by_its_end_only(settings: Any) -> None:
    world = make_world(owners=0)
    person = world.agency_head
    niks.keep_nik(person, "3374010101900001")
    person.save()
    assert "3374010101900001" not in person.sealed_nik
    assert niks.nik_of(person) == "3374010101900001"
    assert niks.shown_nik(person) == "************0001"
    settings.NIK_KEY = "kunci lain"
    assert niks.nik_of(person) == niks.shown_nik(person) == ""


@pytest.mark.parametrize("typed", ["337401", "33740101019000011", "337401010190000A", "३" * 16])
def test_what_is_no_nik_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="16 angka"):
        niks.keep_nik(make_world(owners=0).agency_head, typed)


def test_every_route_of_an_office_can_be_taken() -> None:
    assert set(routes.ROUTES) == set(Office.SigningRoute.values)
    assert set(routes.ROUTES) == set(SigningAttempt.Route.values)
    for key in routes.ROUTES:
        assert routes.route_named(key).key == key


def test_the_signed_file_keeps_the_words_that_tie_it_to_the_record(server: BsreServer) -> None:
    world, data_request = at_signing(1)
    entry = sign(world, data_request)
    assert entry.facts["content_hash"] in pdf.keywords_of(bytes_of(OfficialDocument.objects.get()))
