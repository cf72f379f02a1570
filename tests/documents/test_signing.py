"""Is a signed paper still the paper, and would others accept the signature?"""

import asyncio
import io
import logging
import os
import subprocess
import threading
import traceback
from datetime import timedelta
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from django.test import RequestFactory
from django.views.debug import ExceptionReporter

from requests_app.documents import authority, judging, letters, signing
from tests.documents import samples, signers, test_gallery, test_letters
from tests.documents.signers import AT, DAY, MINUTE, PASSPHRASE

PLANTED = PASSPHRASE[:16]
"""What is looked for in errors and logs; not written out here, since errors quote these lines."""


def refusal(**changes) -> signing.CannotSign:
    with pytest.raises(signing.CannotSign) as caught:
        signers.sign(**changes)
    return caught.value


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


@pytest.fixture(scope="module")
def nss(tmp_path_factory) -> str:
    """The certificates that Debian's programs trust: the office's, and nobody else's."""
    folder = tmp_path_factory.mktemp("nss")
    pem = folder / "office.pem"
    pem.write_bytes(signers.office().certificate)
    certutil = ["certutil", "-d", str(folder)]
    subprocess.run([*certutil, "-N", "--empty-password"], check=True)
    subprocess.run([*certutil, "-A", "-n", "office", "-t", "CT,C,C", "-i", str(pem)], check=True)
    return str(folder)


def told_by_pdfsig(pdf: bytes, nss: str, folder) -> str:
    file = folder / "letter.pdf"
    file.write_bytes(pdf)
    pdfsig = ["pdfsig", "-nssdir", nss, str(file)]
    return subprocess.run(
        pdfsig, capture_output=True, text=True, check=False, env=os.environ | {"TZ": "UTC"}
    ).stdout


def test_the_paper_is_untouched_in_front_of_its_signature():
    signed = signers.signed_letter()
    assert signed.startswith(signers.letter())
    assert len(signed) - len(signers.letter()) < 8_000


def test_debians_reader_trusts_it_as_a_whole(nss, tmp_path):
    told = told_by_pdfsig(signers.signed_letter(), nss, tmp_path)
    assert "Signature is Valid" in told
    assert "Certificate is Trusted" in told
    assert "Total document signed" in told
    assert "Signing Time: Nov 23 2026 07:05:00" in told
    assert "Signature #2" not in told


def test_pyhankos_own_validator_trusts_it_as_a_whole():
    from asn1crypto import crl, pem, x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    root = x509.Certificate.load(pem.unarmor(signers.office().certificate)[2])
    (signature,) = PdfFileReader(io.BytesIO(signers.signed_letter())).embedded_signatures
    context = ValidationContext(
        trust_roots=[root],
        crls=[crl.CertificateList.load(signers.empty_list())],
        revocation_mode="require",
        moment=AT,
    )
    status = validate_pdf_signature(signature, context)
    assert status.bottom_line
    assert status.docmdp_ok
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE


def test_it_is_pades_with_sha256_certifying_invisible_and_the_only_one():
    with opened(signers.signed_letter()) as document:
        (field,) = document.Root.AcroForm.Fields
        signature = field.V
        assert list(map(float, field.Rect)) == [0, 0, 0, 0]
        assert "/AP" not in field
        assert int(field.F) & 4  # printed, as PDF/A asks; nothing of it is hidden
        assert str(signature.SubFilter) == "/ETSI.CAdES.detached"
        assert str(signature.M) == "D:20261123070500Z"
        assert str(signature.Name) == signers.HOLDER.name
        assert str(signature.Reason) == signers.STATEMENT.reason
        assert document.Root.Perms.DocMDP.objgen == signature.objgen
        assert int(signature.Reference[0].TransformParams.P) == 1


def test_the_time_is_ours_in_whatever_zone_it_is_told():
    signed = signers.sign(at=AT.astimezone(ZoneInfo("Asia/Jakarta")))
    (one,) = signers.judged(signed).signatures
    assert one.signed_at == AT


def test_only_what_carries_the_signature_is_new_in_the_file():
    with opened(signers.letter()) as before, opened(signers.signed_letter()) as after:
        old = {thing.objgen: thing.unparse(resolved=True) for thing in before.objects}
        new = {thing.objgen: thing.unparse(resolved=True) for thing in after.objects}
        first_page = before.pages[0].obj.objgen
    changed = {place for place in old if new[place] != old[place]}
    assert changed == {(2, 0), first_page}
    assert len(new) - len(old) <= 4  # form, field, signature, table of objects


# --- the golden assertions of papers, over a signed letter


def test_a_signed_letter_reads_as_the_letter():
    signed, plain = signers.signed_letter(), signers.letter()
    assert test_gallery.described(signed) == test_gallery.described(plain)
    assert test_letters.embedded(signed)
    assert samples.NUMBER in test_letters.text_of(signed)
    first = [test_gallery.drawn(one).tobytes() for one in (signed, plain)]
    assert first[0] == first[1]


def test_a_signed_letter_is_tagged_pdf_a_3a_with_title_and_keywords():
    with opened(signers.signed_letter()) as signed, opened(signers.letter()) as plain:
        assert signed.Root.Lang == "id"
        assert signed.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in signed.Root
        assert "/OutputIntents" in signed.Root
        assert not {"/OpenAction", "/AA", "/Version"} & set(signed.Root.keys())
        assert signed.Root.Metadata.read_bytes() == plain.Root.Metadata.read_bytes()
        assert signed.docinfo["/Keywords"] == "permohonan 7, sidik abc"
        assert dict(signed.docinfo) == dict(plain.docinfo)
        assert [str(one.AFRelationship) for one in signed.Root.AF] == [
            str(one.AFRelationship) for one in plain.Root.AF
        ]
        assert signed.pdf_version == "1.7"
        with signed.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")


def test_debians_tools_find_a_signed_letter_sound(tmp_path):
    file = tmp_path / "letter.pdf"
    file.write_bytes(signers.signed_letter())
    told = test_gallery.told_by("qpdf", "--check", str(file))
    assert "No syntax or stream encoding errors" in told
    facts = test_gallery.told_by("pdfinfo", str(file))
    for fact in ("Tagged:          yes", "Encrypted:       no", "JavaScript:      no"):
        assert fact in facts


# --- what is refused


def test_a_wrong_passphrase_signs_nothing():
    for wrong in ("", "salah", PASSPHRASE + "x", "a\0b"):
        key = signing.Key(pkcs12=signers.official().pkcs12, passphrase=wrong)
        assert refusal(key=key).hurdle is signing.Hurdle.WRONG_PASSPHRASE


def key_of(issued: authority.Issued) -> signing.Key:
    return signing.Key(pkcs12=issued.pkcs12, passphrase=PASSPHRASE)


@pytest.mark.parametrize(
    ("begins", "hurdle"),
    [
        (AT - 3 * DAY, signing.Hurdle.EXPIRED),
        (AT + DAY, signing.Hurdle.NOT_YET_VALID),
        (AT + 10 * MINUTE, signing.Hurdle.NOT_YET_VALID),  # issued by a clock that runs ahead
    ],
)
def test_a_certificate_signs_only_in_its_own_time(begins, hurdle):
    key = key_of(signers.issued(at=begins, days=2))
    assert refusal(key=key).hurdle is hurdle


def test_a_certificate_signs_from_the_second_in_which_it_was_made():
    moment = AT + timedelta(milliseconds=700)
    key = key_of(signers.issued(at=moment, days=2))
    assert signers.sign(key=key, at=moment)


def test_a_revoked_certificate_signs_nothing():
    issued = signers.official()
    for since in (AT - MINUTE, AT - DAY):
        revoked = signers.revocation_list(authority.Revoked(issued.serial, since))
        assert refusal(revocation_lists=[revoked]).hurdle is signing.Hurdle.REVOKED


@pytest.mark.parametrize(
    "lists",
    [
        list,
        lambda: [signers.revocation_list(at=AT - 9 * DAY, next_at=AT - MINUTE)],
        lambda: [signers.revocation_list(authority=signers.office("Penerbit lain"))],
    ],
    ids=["none", "ended", "of another authority"],
)
def test_nothing_is_signed_where_nobody_knows_what_was_revoked(lists):
    assert refusal(revocation_lists=lists()).hurdle is signing.Hurdle.UNCHECKED


def test_a_key_that_the_office_does_not_vouch_for_signs_nothing():
    stranger = signers.issued(authority=signers.office("Penerbit lain"))
    assert refusal(key=key_of(stranger)).hurdle is signing.Hurdle.UNSOUND


UNSUITABLE = {
    "not a PDF": lambda: b"bukan PDF",
    "empty": lambda: b"",
    "head only": lambda: b"%PDF-1.7\n",
    "cut off": lambda: signers.letter()[:-600],
    "encrypted": lambda: samples.pdf_file(
        encryption=pikepdf.Encryption(owner="a", user="b"), content=signers.letter()
    ),
    "encrypted for its owner only": lambda: samples.pdf_file(
        encryption=pikepdf.Encryption(owner="a", user=""), content=signers.letter()
    ),
    "signed already": signers.signed_letter,
    "with a signature of others": samples.signed_pdf,
}


@pytest.mark.parametrize("pdf", UNSUITABLE.values(), ids=UNSUITABLE)
def test_what_is_no_plain_unsigned_pdf_is_not_signed(pdf):
    assert refusal(pdf=pdf()).hurdle is signing.Hurdle.UNSUITABLE_PDF


@pytest.mark.parametrize(
    "outcome",
    [
        lambda signed: b"\n" + signed,
        lambda signed: signers.letter(),
        lambda signed: signed[:-1],
        lambda signed: signed + b"\n",
        lambda signed: signed.replace(b"/Reason (Men", b"/Reason (men"),
        lambda signed: signers.sign(letters.render_letter(samples.letter(items=()))),
    ],
    ids=["moved", "not signed", "cut off", "longer", "changed", "another paper, well signed"],
)
def test_an_outcome_that_we_would_not_accept_ourselves_is_thrown_away(monkeypatch, outcome):
    lying = outcome(signers.signed_letter())
    monkeypatch.setattr(signing, "_signed", lambda pdf, **named: lying)
    assert refusal().hurdle is signing.Hurdle.UNSOUND


def test_a_thread_with_an_event_loop_of_its_own_can_sign():
    async def within() -> bytes:
        return signers.sign()

    assert judging.is_our_signature(signers.judged(asyncio.run(within())))


# --- the time stamp (RFC 3161)


def stampers() -> list[bytes]:
    return [signers.stamp_authority()[0]]


def stamped(answer, **changes) -> bytes:
    with signers.answering(answer) as url:
        return signers.sign(**({"timestamp_url": url, "stamp_anchors": stampers()} | changes))


def honest(question: bytes) -> tuple[int, bytes]:
    return 200, signers.stamp(question, at=AT + MINUTE)


def test_a_time_stamp_proves_the_time(nss, tmp_path):
    signed = stamped(honest)
    (one,) = signers.judged(signed, stamp_anchors=stampers()).signatures
    assert one.verdict is judging.Verdict.VALID
    assert one.timestamped
    assert one.signed_at == AT + MINUTE
    told = told_by_pdfsig(signed, nss, tmp_path)
    for sentence in ("Signature is Valid", "Certificate is Trusted", "Total document signed"):
        assert sentence in told


def test_a_time_stamp_of_somebody_unknown_proves_nothing():
    (one,) = signers.judged(stamped(honest)).signatures
    assert one.verdict is judging.Verdict.VALID
    assert not one.timestamped
    assert one.signed_at == AT


def test_a_paper_with_a_proven_time_outlives_its_certificate_and_a_later_revocation():
    issued = signers.issued(at=AT - DAY, days=2)
    signed = stamped(honest, key=key_of(issued))
    plain = signers.sign(key=key_of(issued))
    later = AT + 20 * DAY
    revoked = signers.revocation_list(authority.Revoked(issued.serial, AT + DAY))
    for lists in ([signers.empty_list()], [revoked]):
        known = {"stamp_anchors": stampers(), "revocation_lists": lists, "at": later}
        (one,) = signers.judged(signed, **known).signatures
        assert one.verdict is judging.Verdict.VALID
        (other,) = signers.judged(plain, **known).signatures
        assert other.verdict is judging.Verdict.EXPIRED


def test_who_is_believed_a_time_is_not_believed_a_signature():
    signed = signers.signed_letter()
    known = {"anchors": [], "stamp_anchors": [signers.office().certificate]}
    (one,) = signers.judged(signed, **known).signatures
    assert one.verdict is judging.Verdict.UNKNOWN_ISSUER
    (other,) = signers.judged(stamped(honest), anchors=[*stampers(), *ours()]).signatures
    assert not other.timestamped


def ours() -> list[bytes]:
    return [signers.office().certificate]


def of_another_question(question: bytes) -> tuple[int, bytes]:
    from asn1crypto import tsp

    asked = tsp.TimeStampReq.load(question)
    asked["message_imprint"]["hashed_message"] = bytes(32)
    return 200, signers.stamp(asked.dump(force=True), at=AT)


def test_a_signature_with_the_time_stamp_of_another_is_broken():
    with signers.answering(of_another_question) as url:
        signed = signing._signed(
            signers.letter(),
            hand=signing._hand(key_of(signers.official())),
            statement=signers.STATEMENT,
            at=AT,
            url=url,
        )
    (one,) = signers.judged(signed, stamp_anchors=stampers()).signatures
    assert one.verdict is judging.Verdict.BROKEN


def test_a_time_stamp_over_a_paper_is_nobodys_signature():
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import PdfTimeStamper

    with signers.answering(honest) as url:
        pen = PdfTimeStamper(signing._stamper(url))
        writer = IncrementalPdfFileWriter(io.BytesIO(signers.letter()))
        stamped_paper = pen.timestamp_pdf(writer, "sha256").getvalue()
    assert b"/DocTimeStamp" in stamped_paper
    assert signers.judged(stamped_paper, stamp_anchors=stampers()) == judging.Judgement()


def without_its_nonce(question: bytes) -> tuple[int, bytes]:
    from asn1crypto import tsp

    asked = tsp.TimeStampReq.load(question)
    asked["nonce"] = 1
    return 200, signers.stamp(asked.dump(force=True), at=AT)


def refusing(_question: bytes) -> tuple[int, bytes]:
    from asn1crypto import tsp

    return 200, tsp.TimeStampResp({"status": {"status": "rejection"}}).dump()


LIES = {
    "an error page": lambda question: (500, b"<html>"),
    "a page instead of a stamp": lambda question: (200, b"<html>ok</html>"),
    "nothing": lambda question: (200, b""),
    "half a stamp": lambda question: (200, honest(question)[1][:300]),
    "a refusal": refusing,
    "a stamp of another paper": of_another_question,
    "an old stamp again": without_its_nonce,
}


@pytest.mark.parametrize("answer", LIES.values(), ids=LIES)
def test_without_a_true_time_stamp_nothing_is_signed(answer):
    with pytest.raises(signing.CannotSign) as caught:
        stamped(answer)
    assert caught.value.hurdle is signing.Hurdle.NO_TIMESTAMP


def test_a_time_stamp_authority_that_is_silent_or_absent_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(signing, "TIMESTAMP_SECONDS", 0.2)
    silent = threading.Event()
    try:
        with pytest.raises(signing.CannotSign) as caught:
            stamped(lambda question: silent.wait(1) or (200, b""))
        assert caught.value.hurdle is signing.Hurdle.NO_TIMESTAMP
    finally:
        silent.set()
    with signers.answering(honest) as gone:
        """It has closed when it is asked."""
    assert refusal(timestamp_url=gone).hurdle is signing.Hurdle.NO_TIMESTAMP


def test_an_authority_that_we_do_not_know_gives_no_time_stamp():
    with pytest.raises(signing.CannotSign) as caught:
        stamped(honest, stamp_anchors=[])
    assert caught.value.hurdle is signing.Hurdle.NO_TIMESTAMP


@pytest.mark.parametrize("minutes", [-10, 10])
def test_two_clocks_ten_minutes_apart_sign_nothing(minutes):
    with pytest.raises(signing.CannotSign) as caught:
        stamped(lambda question: (200, signers.stamp(question, at=AT + minutes * MINUTE)))
    assert caught.value.hurdle is signing.Hurdle.CLOCK


# --- the passphrase


def told_of(error: BaseException) -> str:
    """Tell all that a developer, a log or an error mail could see of an error."""
    request = RequestFactory().post("/")
    reporter = ExceptionReporter(request, type(error), error, error.__traceback__)
    seen = traceback.TracebackException.from_exception(error, capture_locals=True)
    parts = [repr(error), str(error), *seen.format()]
    return "".join([*parts, reporter.get_traceback_text(), reporter.get_traceback_html()])


def failing(**changes) -> BaseException:
    key = signing.Key(pkcs12=signers.official().pkcs12, passphrase=signers.PASSPHRASE)
    with pytest.raises(signing.CannotSign) as caught:
        signers.sign(**({"key": key} | changes))
    return caught.value


def test_no_error_and_no_log_line_tells_the_passphrase(caplog):
    caplog.set_level(logging.DEBUG)
    wrong = signing.Key(pkcs12=signers.issued(passphrase="lain").pkcs12, passphrase=PASSPHRASE)
    revoked = signers.revocation_list(authority.Revoked(signers.official().serial, AT - DAY))
    errors = [
        failing(key=wrong),
        failing(pdf=signers.letter()[:-600]),
        failing(revocation_lists=[revoked]),
        failing(timestamp_url="http://127.0.0.1:9/"),
    ]
    with pytest.raises(ValueError) as unreadable:  # noqa: PT011  (of the library)
        signers.sign(anchors=[b"no certificate"])
    texts = [told_of(error) for error in (*errors, unreadable.value)]
    for text in (*texts, caplog.text, repr(wrong)):
        assert PLANTED not in text


def test_neither_passphrase_nor_secret_shows_where_a_certificate_cannot_be_made(caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(authority.CannotIssue) as caught:
        signers.issued(secret=signers.SECRET[::-1])
    told = ExceptionReporter(None, type(caught.value), caught.value, caught.tb)
    for text in (told.get_traceback_text(), repr(caught.value), caplog.text):
        assert signers.SECRET[::-1].decode() not in text
        assert PLANTED not in text
