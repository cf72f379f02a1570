"""Does the provider's yes mean signed, its no mean unsigned, and everything else neither?"""

import base64
import gzip
import ipaddress
import socket
import time
import traceback
from contextlib import contextmanager
from datetime import timedelta

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.test import override_settings
from django.utils import timezone
from django.views.debug import ExceptionReporter

from requests_app.documents import bsre, judging
from requests_app.documents.bsre import (
    Bsre,
    BsreFailed,
    BsreRefused,
    BsreUnclear,
    BsreUnreachable,
    Code,
    Stamp,
    Status,
    masked,
)
from requests_app.documents.outside import LARGEST_ANSWER
from sopdata.logs import SecretsHidden
from tests.documents import samples
from tests.documents.bsre_server import ACCOUNT, BsreServer, Person, moods

VERSIONS = (1, 2)
NIK = Person.nik
PASSPHRASE = Person.passphrase
SECRETS = (NIK, PASSPHRASE, ACCOUNT[1])
PAPER = samples.pdf_file()
HTML = b"<!DOCTYPE html><html>Portal</html>"
SHORT = 0.4
"""Seconds; time enough on one machine, and soon over."""


@pytest.fixture
def server():
    with BsreServer() as running:
        yield running


@pytest.fixture(params=VERSIONS, ids=("v1", "v2"))
def version(request):
    return request.param


@pytest.fixture
def client(server, version):
    return client_of(server, version)


def client_of(server, version=1, **changes):
    options = {"base_url": server.url, **server.account, "read_timeout": 5, **changes}
    return Bsre(version=version, **options)


def sign(client, pdf=PAPER, **changes):
    return client.sign(pdf, **{"nik": NIK, "passphrase": PASSPHRASE, **changes})


def fails(client, kind, **changes):
    with pytest.raises(kind) as caught:
        sign(client, **changes)
    return caught.value


# --- Status --------------------------------------------------------------------------------------
def test_only_a_certificate_in_force_may_sign():
    assert [one for one in Status if one.may_sign] == [Status.ISSUE]
    assert Status.ISSUE.sentence == ""
    assert all(one.sentence for one in Status if one is not Status.ISSUE)


@pytest.mark.parametrize("word", [one.value for one in Status if one is not Status.UNKNOWN])
def test_every_status_is_read(server, client, word):
    server.person.status = word
    assert client.status(nik=NIK) is Status(word)


@pytest.mark.parametrize(
    "answer",
    [
        {"status": "ISSUED"},
        {"status": ""},
        {"status": None},
        {"status": ["ISSUE"]},
        {"status": 200},
        {"message": "ISSUE"},
        {"data": "ISSUE"},
    ],
)
def test_a_word_that_nobody_knows_may_not_sign(server, client, answer):
    server.moods["status"] = moods.answering(answer)
    assert client.status(nik=NIK) is Status.UNKNOWN


@pytest.mark.parametrize(
    "answer", [{"status": " issue "}, {"status": 200, "data": {"status": "ISSUE"}}]
)
def test_a_status_is_found_as_servers_write_it(server, client, answer):
    server.moods["status"] = moods.answering(answer)
    assert client.status(nik=NIK).may_sign


def test_who_is_not_registered_has_a_status_too(client):
    assert client.status(nik="3374010101900002") is Status.NOT_REGISTERED


def test_version_2_knows_people_by_address_too(server):
    client = client_of(server, 2)
    assert client.status(email=server.person.email).may_sign
    assert sign(client, nik="", email=server.person.email).pdf


@pytest.mark.parametrize("nik", ["", "337401010190000", "33740101019000011", "../../sign/download"])
def test_who_cannot_be_named_is_not_asked_about(server, client, nik):
    with pytest.raises(BsreRefused) as caught:
        client.status(nik=nik)
    assert caught.value.code is Code.BAD_IDENTITY
    assert not server.heard


def test_version_1_does_not_know_addresses(server):
    failed = fails(client_of(server, 1), BsreRefused, nik="", email=server.person.email)
    assert failed.code is Code.BAD_IDENTITY


@pytest.mark.parametrize("answer", [moods.saying(HTML), moods.answering([1]), moods.answering({})])
def test_a_status_that_is_none_is_unclear(server, client, answer):
    server.moods["status"] = answer
    with pytest.raises(BsreUnclear):
        client.status(nik=NIK)


# --- Signing -------------------------------------------------------------------------------------
def test_a_signed_paper_comes_back_and_holds(server, client, version):
    signed = sign(client)
    judgement = judging.judge(
        signed.pdf,
        anchors=[server.issuer.certificate],
        revocation_lists=[server.revocation_list],
        at=server.at + timedelta(minutes=1),
    )
    assert [one.verdict for one in judgement.signatures] == [judging.Verdict.VALID]
    assert bool(signed.document_id) is (version == 1)


def test_a_signature_is_invisible_unless_asked_otherwise(server, client, version):
    sign(client)
    said = server.asked("sign")[0].said
    look = said if version == 1 else said["signatureProperties"][0]
    assert look["tampilan"].lower() == "invisible"
    assert "tag_koordinat" not in look


def test_a_stamp_takes_the_place_of_a_mark(server, client, version):
    stamp = Stamp(image=samples.image_file("PNG"), width=70, height=40)
    assert sign(client, marked_paper(), visible=stamp).pdf
    said = server.asked("sign")[0].said
    look = said if version == 1 else said["signatureProperties"][0]
    assert look["tag_koordinat"] == "#"
    assert (str(look["width"]), str(look["height"])) == ("70", "40")


def test_a_stamp_without_its_mark_in_the_text_is_refused(client):
    stamp = Stamp(image=samples.image_file("PNG"))
    failed = fails(client, BsreRefused, visible=stamp)
    assert (failed.code, failed.message) == (
        Code.REFUSED,
        "HTTP 400 Tag koordinat tidak ditemukan",
    )


def marked_paper():
    def mark(pdf):
        page = pdf.pages[0]
        page.Contents = pdf.make_stream(b"BT /F1 12 Tf 72 72 Td (#) Tj ET")
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))

    return samples.pdf_file(mark)


def locked(**permissions):
    return samples.pdf_file(encryption=pikepdf.Encryption(**permissions))


@pytest.mark.parametrize(
    "make",
    [
        lambda server: locked(owner="pemilik", user="pembaca"),
        lambda server: locked(owner="pemilik", user=""),
        lambda server: server.sign(PAPER),
        lambda server: HTML,
        lambda server: b"%PDF-1.7",
        lambda server: b"",
    ],
    ids=("locked", "restricted", "signed", "html", "truncated", "empty"),
)
def test_what_cannot_be_signed_is_not_sent(server, client, make):
    failed = fails(client, BsreRefused, pdf=make(server))
    assert failed.code is Code.UNSUITABLE_PDF
    assert not server.heard


def test_a_paper_that_is_only_named_is_fetched(server, client):
    server.moods["sign"] = moods.named
    signed = sign(client)
    assert signed.pdf == server.papers[signed.document_id]


# --- A no is a no --------------------------------------------------------------------------------
def test_a_wrong_passphrase_is_told(client):
    assert fails(client, BsreRefused, passphrase="keliru").code is Code.WRONG_PASSPHRASE


def test_an_unknown_signer_is_told(client):
    assert fails(client, BsreRefused, nik="3374010101900002").code is Code.NOT_REGISTERED


def test_a_certificate_that_has_ended_signs_nothing(server, client):
    server.person.status = "EXPIRED"
    failed = fails(client, BsreRefused)
    assert (failed.code, failed.message) == (
        Code.REFUSED,
        "HTTP 400 Status sertifikat EXPIRED",
    )


def test_the_account_of_the_agency_is_not_the_passphrase_of_the_signer(server, version):
    client = client_of(server, version, password="bukan ini")
    assert fails(client, BsreRefused).code is Code.ACCOUNT


NOES = {
    "error in a 200": (Code.WRONG_PASSPHRASE, {"error": "x", "status_code": 2031}, 200),
    "number as text": (Code.NOT_REGISTERED, {"error": "x", "status_code": "2011"}, 200),
    "number alone": (Code.WRONG_PASSPHRASE, {"message": "x", "status_code": 2031}, 200),
    "number in a 500": (Code.WRONG_PASSPHRASE, {"error": "x", "status_code": 2031}, 500),
    "error without number": (Code.REFUSED, {"error": "x"}, 200),
    "error that is no text": (Code.REFUSED, {"error": {"kode": 1}}, 200),
    "unknown number": (Code.REFUSED, {"message": "x", "status_code": 2999}, 400),
    "forbidden": (Code.ACCOUNT, {"error": "x"}, 403),
    "not found": (Code.REFUSED, {}, 404),
    "too many": (Code.REFUSED, ["x"], 429),
}


@pytest.mark.parametrize(("code", "answer", "status"), NOES.values(), ids=NOES)
def test_a_no_is_read_wherever_it_stands(server, client, code, answer, status):
    server.moods["sign"] = moods.answering(answer, status=status)
    assert fails(client, BsreRefused).code is code


def test_a_wrong_address_is_no_yes(server, version):
    client = client_of(server, version, base_url=f"{server.url}/lain")
    assert fails(client, BsreRefused).code is Code.REFUSED


# --- What is neither yes nor no ------------------------------------------------------------------
UNCLEAR = {
    "html": (Code.BAD_ANSWER, moods.saying(HTML)),
    "not a pdf": (Code.BAD_ANSWER, moods.saying(b"\x00PDF-1.7", Content__Type="application/pdf")),
    "nothing": (Code.BAD_ANSWER, moods.saying(b"")),
    "unsigned": (Code.BAD_ANSWER, moods.echo),
    "list": (Code.BAD_ANSWER, moods.answering(["%PDF"])),
    "no file": (Code.BAD_ANSWER, moods.answering({"time": 1, "file": []})),
    "two files": (Code.BAD_ANSWER, moods.answering({"file": ["JVBERg==", "JVBERg=="]})),
    "broken base64": (Code.BAD_ANSWER, moods.answering({"file": ["JVBERi0x*"]})),
    "html in base64": (Code.BAD_ANSWER, moods.answering({"file": ["PGh0bWw+"]})),
    "file is a number": (Code.BAD_ANSWER, moods.answering({"file": 7})),
    "deep": (Code.BAD_ANSWER, moods.saying(b"[" * 200_000)),
    "huge number": (Code.BAD_ANSWER, moods.saying(b'{"a":' + b"9" * 9_000 + b"}")),
    "packed": (Code.NO_ANSWER, moods.saying(gzip.compress(PAPER), Content__Encoding="gzip")),
    "way out of the folder": (Code.BAD_ANSWER, moods.answering({"id": "../../user/status/1"})),
    "redirect": (Code.BAD_ANSWER, moods.saying(b"", status=302, Location="/api/sign/pdf")),
    "redirect with a paper": (Code.BAD_ANSWER, moods.saying(b"%PDF-1.7", status=302)),
    "500": (Code.NO_ANSWER, moods.answering({"error": "Internal Server Error"}, status=500)),
    "502": (Code.NO_ANSWER, moods.saying(HTML, status=502)),
    "504": (Code.NO_ANSWER, moods.saying(HTML, status=504)),
    "cut": (Code.NO_ANSWER, moods.half_unnamed),
    "hung up": (Code.NO_ANSWER, moods.hang_up),
}


@pytest.mark.parametrize(("code", "mood"), UNCLEAR.values(), ids=UNCLEAR)
def test_an_answer_that_cannot_be_used_leaves_the_outcome_open(server, client, code, mood):
    server.moods["sign"] = mood
    failed = fails(client, BsreUnclear)
    assert (failed.code, failed.document_id) == (code, "")
    assert not server.asked("download")
    assert len(server.asked("sign")) == 1


NAMED = {
    "html": moods.saying(HTML, id_dokumen="abc-1"),
    "500": moods.saying(HTML, status=500, id_dokumen="abc-1"),
    "json": moods.answering({"id": "abc-1"}),
}


@pytest.mark.parametrize("mood", NAMED.values(), ids=NAMED)
def test_a_named_paper_is_fetched_once(server, client, mood):
    server.moods["sign"] = mood
    assert fails(client, BsreUnclear).document_id == "abc-1"
    server.papers["abc-1"] = server.sign(PAPER)
    assert sign(client).pdf == server.papers["abc-1"]
    assert len(server.asked("download")) == len(server.asked("sign")) == 2


def test_half_a_paper_is_fetched_whole(server, client):
    server.moods["sign"] = moods.half
    signed = sign(client)
    assert signed.pdf == server.papers[signed.document_id]


@pytest.mark.parametrize(
    "mood",
    [
        moods.saying(HTML),
        moods.answering({"error": "x", "status_code": 2031}),
        moods.answering({}, status=401),
        moods.answering({"id": "lagi"}),
        moods.half_unnamed,
        moods.saying(PAPER),
    ],
)
def test_a_no_to_fetching_is_no_no_to_signing(server, client, mood):
    server.moods |= {"sign": moods.named, "download": mood}
    failed = fails(client, BsreUnclear)
    assert failed.document_id in server.papers
    assert len(server.asked("download")) == 1


def test_a_redirect_is_not_followed(server, client):
    with BsreServer() as other:
        for status in (301, 302, 303, 307, 308):
            server.moods["sign"] = moods.saying(b"", status=status, Location=f"{other.url}/x")
            fails(client, BsreUnclear)
        assert not other.heard


def test_more_than_a_paper_can_be_is_not_read(server, client):
    server.moods["sign"] = moods.endless
    failed = fails(client, BsreUnclear)
    assert (failed.code, failed.message) == (Code.NO_ANSWER, "TooLarge")
    assert LARGEST_ANSWER * 0.9 < server.poured < LARGEST_ANSWER * 2


# --- Time ----------------------------------------------------------------------------------------
@contextmanager
def within(seconds):
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


@pytest.mark.parametrize("mood", [moods.silent, moods.trickle, moods.trickle_headers])
def test_nobody_waits_longer_than_agreed(server, version, mood):
    server.moods["sign"] = mood
    with within(SHORT + 2):
        failed = fails(client_of(server, version, read_timeout=SHORT), BsreUnclear)
    assert (failed.code, failed.document_id) == (Code.NO_ANSWER, "")


def test_a_paper_that_got_stuck_is_fetched(server, version):
    server.moods["sign"] = moods.stuck
    signed = sign(client_of(server, version, read_timeout=1))
    assert signed.pdf == server.papers[signed.document_id]


def test_sending_a_large_paper_has_more_time_than_connecting(server, version):
    """Far more than the machine takes in by itself while the other side does not read."""
    server.hesitates = 2 * SHORT
    server.moods["sign"] = moods.saying(PAPER)
    assert sign(client_of(server, version, connect_timeout=SHORT), large_paper()).pdf == PAPER


def large_paper():
    def swell(pdf):
        pdf.Root.Ballast = pdf.make_stream(bytes(16_000_000))

    return samples.pdf_file(swell, compress_streams=False)


def test_patience_has_an_end_that_is_known(server):
    server.moods |= {"sign": moods.stuck, "download": moods.trickle}
    client = client_of(server, read_timeout=SHORT, connect_timeout=SHORT)
    with within(client.patience + 2):
        assert fails(client, BsreUnclear).document_id in server.papers
    assert client_of(server, read_timeout=60, connect_timeout=5).patience <= 60 + 30


def test_fetching_has_less_time_than_signing(server, version, monkeypatch):
    monkeypatch.setattr(bsre, "LONGEST_FETCH", SHORT)
    server.moods |= {"sign": moods.named, "download": moods.trickle}
    with within(SHORT + 2):
        fails(client_of(server, version, read_timeout=10), BsreUnclear)


def test_where_nobody_listens_nothing_was_sent(version):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    client = Bsre(version=version, base_url=f"http://127.0.0.1:{port}", username="a", password="b")
    assert fails(client, BsreUnreachable).code is Code.UNREACHABLE
    with pytest.raises(BsreUnreachable):
        client.status(nik=NIK)


def test_a_connection_that_does_not_come_is_not_waited_for(version):
    """The one place in the queue is taken, so that the machine does not answer a greeting."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listening:
        address = listening.getsockname()
        with socket.create_connection(address):
            client = Bsre(
                version=version,
                base_url=f"http://127.0.0.1:{address[1]}",
                username="a",
                password="b",
                connect_timeout=SHORT,
            )
            with within(SHORT + 2):
                assert fails(client, BsreUnreachable).code is Code.UNREACHABLE


def test_who_takes_the_call_and_says_nothing_has_not_been_told(version):
    """TLS is never agreed upon: neither account nor passphrase has left."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        client = Bsre(
            version=version,
            base_url=f"https://127.0.0.1:{listening.getsockname()[1]}",
            username="a",
            password="b",
            connect_timeout=SHORT,
        )
        with within(SHORT + 2):
            assert fails(client, BsreUnreachable).code in {Code.UNREACHABLE, Code.UNTRUSTED}


# --- Trust ---------------------------------------------------------------------------------------
@pytest.fixture
def certificate(tmp_path):
    """A certificate for this machine that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    place = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(timezone.now() - timedelta(days=1))
        .not_valid_after(timezone.now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([place]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def test_a_server_that_cannot_prove_its_name_hears_nothing(certificate, version):
    with BsreServer(certificate=certificate) as server:
        assert fails(client_of(server, version), BsreUnreachable).code is Code.UNTRUSTED
        assert not server.heard


def test_an_office_may_name_whom_it_trusts(certificate, version):
    with BsreServer(certificate=certificate) as server:
        assert sign(client_of(server, version, authorities=str(certificate))).pdf
        server.moods["sign"] = moods.trickle
        client = client_of(server, version, authorities=str(certificate), read_timeout=SHORT)
        with within(SHORT + 2):
            fails(client, BsreUnclear)


@pytest.mark.parametrize(
    "base_url",
    ["http://esign.contoh.go.id", "http://10.1.2.3:8080", "https://a:b@esign.contoh.go.id", "x"],
)
def test_an_address_that_gives_secrets_away_is_refused(base_url):
    with pytest.raises(ValueError, match="Esign Client Service"):
        Bsre(version=2, base_url=base_url, username="a", password="b")


def test_there_are_two_versions():
    with pytest.raises(ValueError, match="version 3"):
        Bsre(version=3, base_url="https://esign.contoh.go.id", username="a", password="b")


def test_the_environment_cannot_lead_the_conversation_elsewhere(
    server, client, monkeypatch, tmp_path
):
    with BsreServer() as other:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, other.url)
        monkeypatch.delenv("no_proxy", raising=False)
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login lain password lain\n")
        monkeypatch.setenv("NETRC", str(netrc))
        assert sign(client).pdf
        assert not other.heard


# --- Verification --------------------------------------------------------------------------------
def test_the_provider_is_asked_what_it_thinks(server, client, version):
    answer = client.verify(server.sign(PAPER))
    count = answer["jumlah_signature"] if version == 1 else len(answer["signatureInformations"])
    assert count == 1


# --- Secrets -------------------------------------------------------------------------------------
def test_a_nik_is_told_by_its_end():
    assert masked("3374010101900001") == "************0001"
    assert masked("12345678") == "********"
    assert masked("") == ""


PLANTED = f"{PASSPHRASE}/{NIK}/{ACCOUNT[1]}"
LEAKS = {
    "number": moods.answering({"error": PLANTED, "status_code": 2031}),
    "words": moods.answering({"message": f"{PLANTED}\n"}, status=400),
    "account": moods.answering({"error": PLANTED}, status=401),
    "500": moods.answering({"error": PLANTED}, status=500),
    "html": moods.saying(f"<html>{PLANTED}".encode()),
    "paper's name": moods.saying(HTML, id_dokumen=NIK),
    "redirect": moods.saying(b"", status=302, Location=f"/?{NIK}"),
    "headers": moods.saying(HTML, X__Odd="a\r\nno colon here"),
    "cut": moods.half_unnamed,
    "hung up": moods.hang_up,
}


@pytest.mark.parametrize("mood", LEAKS.values(), ids=LEAKS)
def test_no_failure_tells_a_secret(server, client, caplog, mood):
    server.moods["sign"] = mood
    with override_settings(DEBUG=False):
        failed = fails(client, BsreFailed)
        told = [repr(failed), str(failed), failed.message, failed.sentence, report_of(failed)]
    told += [repr(client), *traceback.format_exception(failed), *logged(caplog)]
    assert [one for one in SECRETS if one in "\n".join(told)] == []


@pytest.mark.parametrize("mood", [LEAKS["headers"], moods.half_unnamed, moods.hang_up])
def test_a_nik_in_an_address_stays_there(server, caplog, mood):
    """Version 1 asks by address, and libraries like to name the address they failed with."""
    server.moods["status"] = mood
    with override_settings(DEBUG=False), pytest.raises(BsreUnclear) as caught:
        client_of(server, 1).status(nik=NIK)
    failed = caught.value
    told = [repr(failed), report_of(failed), *traceback.format_exception(failed), *logged(caplog)]
    assert NIK not in "\n".join(told)


@pytest.mark.parametrize("operation", ["status", "sign", "verify"])
def test_not_even_a_bug_tells_a_secret(client, monkeypatch, operation):
    """Deep in a library, where the body is a local of many frames."""

    def broken(*_args, **_how):
        raise ZeroDivisionError

    monkeypatch.setattr("urllib3.util.connection.create_connection", broken)
    ask = {
        "status": lambda: client.status(nik=NIK),
        "sign": lambda: sign(client),
        "verify": lambda: client.verify(PAPER),
    }[operation]
    with override_settings(DEBUG=False), pytest.raises(ZeroDivisionError) as caught:
        ask()
    report = report_of(caught.value)
    packed = base64.b64encode(":".join(ACCOUNT).encode()).decode()
    assert "urllib3" in report
    assert [one for one in (*SECRETS, packed) if one in report] == []


def report_of(error):
    """Write Django's page for a server error, without the frames of these tests."""
    trail = error.__traceback__
    while trail.tb_frame.f_code.co_filename == __file__:
        trail = trail.tb_next
    reporter = ExceptionReporter(None, type(error), error, trail)
    return reporter.get_traceback_html() + reporter.get_traceback_text()


def logged(caplog):
    """Give the log as it would be written."""
    return [SecretsHidden("{message}", style="{").format(one) for one in caplog.records]


def test_every_reason_has_a_sentence_of_its_own():
    sentences = {BsreFailed(code).sentence for code in Code}
    assert len(sentences) == len(Code)
    assert all(one.endswith(".") for one in sentences)
