"""Does a signature that should not be believed ever pass?"""

import hashlib
import io
import random
import re
import subprocess
from collections import Counter
from datetime import timedelta

import pikepdf
import pytest
from asn1crypto.cms import ContentInfo
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from requests_app.documents import authority, judging, signing
from requests_app.documents.judging import Problem, Verdict
from tests.documents import samples, signers
from tests.documents.signers import AT, DAY, MINUTE, PASSPHRASE

FLIPS = 250
"""Of each of four seeds: a thousand in all."""
OTHER_WORDS = signing.Statement(reason="x", location="y", name="z")


def key_of(issued: authority.Issued) -> signing.Key:
    return signing.Key(pkcs12=issued.pkcs12, passphrase=PASSPHRASE)


def signed_by(issued: authority.Issued, pdf: bytes | None = None) -> bytes:
    """Sign without judging the outcome, as others do."""
    return signing._signed(
        pdf or signers.letter(),
        hand=signing._hand(key_of(issued)),
        statement=signers.STATEMENT,
        at=AT,
        url="",
    )


def verdict_on(pdf: bytes, **changes) -> Verdict:
    (one,) = signers.judged(pdf, **changes).signatures
    return one.verdict


def is_ours(pdf: bytes, **changes) -> bool:
    return judging.is_our_signature(signers.judged(pdf, **changes))


def gap_of(pdf: bytes) -> range:
    """Find what the signature does not cover: `<`, its digits, `>`."""
    _start, before, after, _length = map(
        int, re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", pdf).groups()
    )
    return range(before, after)


# --- what is good


def test_our_own_signature_is_valid_and_tells_who_signed_when():
    (one,) = signers.judged(signers.signed_letter()).signatures
    assert one == judging.SignatureVerdict(
        verdict=Verdict.VALID,
        signer=signers.HOLDER.name,
        issuer="Penerbit Badan Contoh",
        signed_at=AT,
        timestamped=False,
        covers_whole_file=True,
        certifies=True,
        plain=True,
    )
    assert is_ours(signers.signed_letter())


def test_a_file_without_signatures_has_none_and_no_problem():
    judgement = signers.judged(signers.letter())
    assert judgement == judging.Judgement()
    assert not judgement.whole
    assert not judging.is_our_signature(judgement)


# --- a thousand flipped bytes


@pytest.mark.parametrize("seed", range(4), ids=lambda seed: f"seed {seed}")
def test_whichever_byte_is_flipped_it_is_told(seed):
    pdf = signers.signed_letter()
    whole, gap = hashlib.sha256(pdf).digest(), gap_of(pdf)
    chance = random.Random(seed)  # noqa: S311  (to be had again)
    for place in chance.sample(range(len(pdf)), FLIPS):
        flipped = bytearray(pdf)
        flipped[place] ^= chance.randrange(1, 256)
        assert hashlib.sha256(flipped).digest() != whole
        judgement = signers.judged(bytes(flipped))
        assert not judging.is_our_signature(judgement), place
        if place not in gap:
            assert all(one.verdict is not Verdict.VALID for one in judgement.signatures), place


def rewritten(change) -> bytes:
    """Write the signature itself otherwise: `change(content)` gives the new bytes."""
    pdf, gap = signers.signed_letter(), gap_of(signers.signed_letter())
    content = bytearray.fromhex(pdf[gap.start + 1 : gap.stop - 1].decode())
    change(content)
    return b"%b%b%b" % (
        pdf[: gap.start + 1],
        bytes(content).hex().upper().encode(),
        pdf[gap.stop - 1 :],
    )


def test_no_bit_of_what_merely_repeats_the_signature_may_change_unseen():
    """pyHanko takes 199 of 8,600 bits for the same: lengths, versions, names that it never reads.

    All of them lie before the certificate, and between it and the signed attributes.
    """
    pdf = signers.signed_letter()
    gap = gap_of(pdf)
    content = bytes.fromhex(pdf[gap.start + 1 : gap.stop - 1].decode())
    known = ContentInfo.load(content)["content"]
    certificate = content.index(known["certificates"][0].dump())
    behind = certificate + len(known["certificates"][0].dump())
    attributes = content.index(known["signer_infos"][0]["signed_attrs"].dump())
    lax = Counter()
    for place in [*range(certificate), *range(behind, attributes)]:

        def flip(content: bytearray, place: int = place) -> None:
            content[place] ^= 1 << place % 8

        judgement = signers.judged(rewritten(flip))
        assert not judging.is_our_signature(judgement), place
        lax[verdict_of(judgement)] += 1
    assert lax[Verdict.VALID] > 9  # the reason for looking at how it is written


def verdict_of(judgement: judging.Judgement) -> Verdict | None:
    return judgement.signatures[0].verdict if judgement.signatures else None


BESIDE = {
    "small letters here and there": lambda pdf, gap: (
        pdf[: gap.start] + pdf[gap.start : gap.start + 99].lower() + pdf[gap.start + 99 :]
    ),
    "a digit in the padding": lambda pdf, gap: pdf[: gap.stop - 2] + b"1" + pdf[gap.stop - 1 :],
    "a blank in the padding": lambda pdf, gap: pdf[: gap.stop - 3] + b"  " + pdf[gap.stop - 1 :],
}


@pytest.mark.parametrize("change", BESIDE.values(), ids=BESIDE)
def test_what_hides_in_the_gap_of_the_signature_makes_it_no_longer_ours(change):
    pdf = signers.signed_letter()
    changed = change(pdf, gap_of(pdf))
    assert changed != pdf
    assert len(changed) == len(pdf)
    assert not is_ours(changed)


# --- what was added or replaced afterwards


def appended(change, pdf: bytes | None = None) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf or signers.signed_letter()))
    change(writer)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def first_page(writer):
    return writer.find_page_for_modification(0)[0].get_object()


def plain(value):
    """Turn plain values into those of a PDF; a text with a slash is a name."""
    from pyhanko.pdf_utils import generic

    match value:
        case dict():
            return generic.DictionaryObject({plain(key): plain(of) for key, of in value.items()})
        case list():
            return generic.ArrayObject(map(plain, value))
        case int():
            return generic.NumberObject(value)
        case str() if value.startswith("/"):
            return generic.NameObject(value)
        case str():
            return generic.pdf_string(value)
    return value


def note_in_the_properties(writer) -> None:
    info = writer.trailer["/Info"]
    info[plain("/Subject")] = plain("lain")
    writer.update_container(info)


def other_words(writer) -> None:
    """Shadow attack "replace": the page shows another content stream."""
    from pyhanko.pdf_utils.generic import StreamObject

    page = first_page(writer)
    drawn = StreamObject(stream_data=b"0 0 1 rg 50 50 400 400 re f")
    page[plain("/Contents")] = writer.add_object(drawn)
    writer.update_container(page)


def note_over_the_page(writer) -> None:
    """Shadow attack "hide": an annotation lies over what was signed."""
    page = first_page(writer)
    note = {"/Type": "/Annot", "/Subtype": "/FreeText", "/Rect": [50, 50, 400, 400], "/F": 4}
    note |= {"/Contents": "Nomor 999", "/DA": "(Helv) 40 Tf"}
    page["/Annots"].append(writer.add_object(plain(note)))
    writer.update_container(page["/Annots"])
    writer.update_container(page)


def other_pages(writer) -> None:
    """Shadow attack "replace" from the root: the catalogue names other pages."""
    leaf = plain({"/Type": "/Page", "/MediaBox": [0, 0, 99, 99]})
    tree = plain({"/Type": "/Pages", "/Kids": [writer.add_object(leaf)], "/Count": 1})
    leaf[plain("/Parent")] = writer.root[plain("/Pages")] = writer.add_object(tree)
    writer.update_root()


UPDATES = {
    "a note in the properties": (
        note_in_the_properties,
        Verdict.VALID,
    ),  # allowed, and told as added
    "other words": (other_words, Verdict.BROKEN),
    "a note over the page": (note_over_the_page, Verdict.BROKEN),
    "other pages": (other_pages, Verdict.BROKEN),
}


@pytest.mark.parametrize(("change", "verdict"), UPDATES.values(), ids=UPDATES)
def test_a_file_with_an_appended_update_is_never_ours(change, verdict, tmp_path):
    changed = appended(change)
    judgement = signers.judged(changed)
    assert not judging.is_our_signature(judgement)
    assert not judgement.whole
    assert verdict_of(judgement) is verdict
    assert signed_whole(changed, tmp_path) is False
    assert signed_whole(signers.signed_letter(), tmp_path) is True


def signed_whole(pdf: bytes, folder) -> bool:
    file = folder / "letter.pdf"
    file.write_bytes(pdf)
    told = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=False)  # noqa: S607
    return "  - Total document signed" in told.stdout


@pytest.mark.parametrize("tail", [b"\n", b"\0", b"%\xe2\n", b"PK\x03\x04", b"\n%%EOF\n"], ids=repr)
def test_not_even_a_byte_may_be_added(tail):
    judgement = signers.judged(signers.signed_letter() + tail)
    assert not judging.is_our_signature(judgement)
    assert not judgement.whole


def test_a_signature_of_another_paper_laid_over_this_one_is_broken():
    signed, other = signers.signed_letter(), signers.sign(statement=OTHER_WORDS)
    here, there = gap_of(signed), gap_of(other)
    room = len(here) - 1
    digits = other[there.start : there.stop - 1][:room].ljust(room, b"0") + b">"
    assert is_ours(other)
    assert verdict_on(signed[: here.start] + digits + signed[here.stop :]) is Verdict.BROKEN


# --- whose certificate, and when


def test_a_stranger_with_the_same_names_is_unknown_and_the_bytes_are_whole():
    stranger = signers.office.__wrapped__()
    forged = signed_by(signers.issued(authority=stranger))
    (one,) = signers.judged(forged).signatures
    assert one.verdict is Verdict.UNKNOWN_ISSUER
    assert one.covers_whole_file
    assert (one.signer, one.issuer) == (signers.HOLDER.name, "Penerbit Badan Contoh")
    assert is_ours(
        forged,
        anchors=[stranger.certificate],
        revocation_lists=[signers.revocation_list(authority=stranger)],
    )


def test_a_stranger_who_copies_the_marks_of_our_authority_too_is_unknown():
    mixed = authority.Authority(
        certificate=signers.office().certificate, key=signers.office.__wrapped__().key
    )
    assert verdict_on(signed_by(signers.issued(authority=mixed))) is Verdict.UNKNOWN_ISSUER


def test_without_anybody_whom_we_know_every_signature_is_unknown():
    assert verdict_on(signers.signed_letter(), anchors=[]) is Verdict.UNKNOWN_ISSUER


def test_a_certificate_that_may_not_sign_papers_is_as_good_as_unknown(monkeypatch):
    """The office vouches for a key, but not for papers: that of a server, say."""
    usage = authority._usage("digital_signature")
    monkeypatch.setattr(authority, "_usage", lambda *purposes: usage)
    server = signers.issued()
    monkeypatch.undo()
    assert verdict_on(signed_by(server)) is Verdict.UNKNOWN_ISSUER


def test_without_a_proven_time_a_signature_ends_with_its_certificate():
    pdf = signed_by(signers.issued(at=AT - DAY, days=2))
    after = AT + 2 * DAY
    assert verdict_on(pdf) is Verdict.VALID
    assert verdict_on(pdf, at=after) is Verdict.EXPIRED
    assert verdict_on(pdf, at=after, signed_at=AT) is Verdict.VALID
    assert verdict_on(pdf, at=AT - 2 * DAY) is Verdict.NOT_YET_VALID
    assert verdict_on(pdf, at=AT - DAY) is Verdict.VALID


def test_a_certificate_that_was_never_valid_when_it_signed_is_told_so():
    late = signed_by(signers.issued(at=AT + 10 * MINUTE, days=2))
    assert verdict_on(late) is Verdict.NOT_YET_VALID
    assert verdict_on(late, at=AT + DAY) is Verdict.VALID
    assert verdict_on(late, at=AT + DAY, signed_at=AT) is Verdict.NOT_YET_VALID


def test_a_revocation_strikes_what_is_not_proven_to_be_older():
    pdf, serial = signers.signed_letter(), signers.official().serial
    revoked = signers.revocation_list(
        authority.Revoked(serial, AT + DAY, authority.Reason.KEY_COMPROMISE),
        number=2,
        at=AT + DAY,
    )
    known = {"revocation_lists": [revoked], "at": AT + 2 * DAY}
    assert verdict_on(pdf, **known) is Verdict.REVOKED
    assert verdict_on(pdf, **known, signed_at=AT) is Verdict.VALID
    assert verdict_on(pdf, **known, signed_at=AT + DAY + MINUTE) is Verdict.REVOKED


def test_an_older_list_that_still_holds_does_not_hide_a_revocation():
    revoked = signers.revocation_list(
        authority.Revoked(signers.official().serial, AT - DAY), number=2
    )
    for lists in ([signers.empty_list(), revoked], [revoked, signers.empty_list()]):
        assert verdict_on(signers.signed_letter(), revocation_lists=lists) is Verdict.REVOKED


def forged_list() -> bytes:
    mixed = authority.Authority(
        certificate=signers.office().certificate, key=signers.office.__wrapped__().key
    )
    return signers.revocation_list(authority=mixed)


@pytest.mark.parametrize(
    "lists",
    [
        list,
        lambda: [signers.revocation_list(at=AT - 9 * DAY, next_at=AT - MINUTE)],
        lambda: [signers.revocation_list(authority=signers.office("Penerbit lain"))],
        lambda: [forged_list()],
    ],
    ids=["none", "ended", "of another authority", "forged"],
)
def test_without_a_list_that_counts_a_signature_is_never_valid(lists):
    pdf = signers.signed_letter()
    assert verdict_on(pdf, revocation_lists=lists()) is Verdict.UNCHECKED
    assert verdict_on(pdf, revocation_lists=lists(), signed_at=AT) is Verdict.UNCHECKED


def test_a_list_counts_to_the_second_in_which_it_ends():
    last = [signers.revocation_list(next_at=AT)]
    assert verdict_on(signers.signed_letter(), revocation_lists=last) is Verdict.VALID
    later = AT + timedelta(seconds=1)
    assert verdict_on(signers.signed_letter(), revocation_lists=last, at=later) is Verdict.UNCHECKED


def test_what_we_cannot_read_of_our_own_is_our_fault_and_no_verdict():
    for wrong in ({"anchors": [b"no certificate"]}, {"revocation_lists": [b"no list"]}):
        with pytest.raises(ValueError):  # noqa: PT011  (of the library)
            signers.judged(signers.signed_letter(), **wrong)


# --- files of others


def sign_over(pdf: bytes, field: str, issued: authority.Issued) -> bytes:
    """Sign as others do: not certifying, so that a second one may sign too."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import SigFieldSpec
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    pen = PdfSigner(
        PdfSignatureMetadata(field_name=field),
        signing._hand(key_of(issued)),
        new_field_spec=SigFieldSpec(sig_field_name=field),
    )
    return pen.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf))).getvalue()


def test_two_signatures_of_others_are_both_judged_and_are_not_ours():
    stranger = signers.issued(authority=signers.office("Penerbit lain"))
    once = sign_over(signers.letter(), "A", signers.official())
    judgement = signers.judged(sign_over(once, "B", stranger))
    first, second = judgement.signatures
    assert (first.verdict, second.verdict) == (Verdict.VALID, Verdict.UNKNOWN_ISSUER)
    assert (first.covers_whole_file, second.covers_whole_file) == (False, True)
    assert (first.issuer, second.issuer) == ("Penerbit Badan Contoh", "Penerbit lain")
    assert judgement.whole
    assert not judging.is_our_signature(judgement)


def test_a_signature_by_an_rsa_key_of_somebody_unknown_is_sound_and_unknown():
    from asn1crypto import keys, pem, x509
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    certificate, key = signers.stamp_authority()
    plain_key = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    hand = SimpleSigner(
        signing_cert=x509.Certificate.load(pem.unarmor(certificate)[2]),
        signing_key=keys.PrivateKeyInfo.load(plain_key),
        cert_registry=SimpleCertificateStore(),
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(signers.letter()))
    signed = sign_pdf(writer, PdfSignatureMetadata(field_name="A"), hand).getvalue()
    (one,) = signers.judged(signed).signatures
    assert one.verdict is Verdict.UNKNOWN_ISSUER
    assert one.signer == one.issuer == "Penanda Waktu Contoh"
    assert one.covers_whole_file


def test_a_signature_that_allows_changes_is_valid_and_not_ours():
    judgement = signers.judged(sign_over(signers.letter(), "A", signers.official()))
    assert verdict_of(judgement) is Verdict.VALID
    assert not judgement.signatures[0].certifies
    assert not judging.is_our_signature(judgement)


def test_what_only_looks_like_a_signature_is_broken():
    assert verdict_on(samples.signed_pdf()) is Verdict.BROKEN


def many_fields(count: int) -> bytes:
    def add(pdf: pikepdf.Pdf) -> None:
        value = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Sig))
        fields = [
            pdf.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Sig, T=f"F{n}", V=value))
            for n in range(count)
        ]
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=fields)

    return samples.pdf_file(add)


LOCK = pikepdf.Encryption(owner="a", user="b")
OPEN_LOCK = pikepdf.Encryption(owner="a", user="")
PROBLEMS = {
    "not a PDF": (lambda: b"bukan PDF", Problem.NOT_A_PDF),
    "empty": (lambda: b"", Problem.NOT_A_PDF),
    "a picture": (lambda: samples.image_file(), Problem.NOT_A_PDF),
    "head only": (lambda: b"%PDF-1.7\n", Problem.UNREADABLE),
    "cut off": (lambda: signers.signed_letter()[:-400], Problem.UNREADABLE),
    "cut in the paper": (lambda: signers.signed_letter()[:9_000], Problem.UNREADABLE),
    "deep": (lambda: b"%PDF-1.7\n" + b"[" * 100_000, Problem.UNREADABLE),
    "locked": (lambda: samples.pdf_file(encryption=LOCK), Problem.ENCRYPTED),
    "locked for its owner": (lambda: samples.pdf_file(encryption=OPEN_LOCK), Problem.ENCRYPTED),
    "too many signatures": (lambda: many_fields(21), Problem.TOO_MANY),
}


@pytest.mark.parametrize(("pdf", "problem"), PROBLEMS.values(), ids=PROBLEMS)
def test_what_cannot_be_judged_is_named(pdf, problem):
    assert signers.judged(pdf()) == judging.Judgement(problem=problem)
    assert not is_ours(pdf())


def test_as_many_signatures_as_may_be_are_each_told_broken():
    verdicts = Counter(one.verdict for one in signers.judged(many_fields(20)).signatures)
    assert verdicts == {Verdict.BROKEN: 20}


def test_a_panic_of_a_library_is_a_broken_signature(monkeypatch):
    class Panic(BaseException):
        """As pyo3 raises them: no Exception."""

    def panic(*given, **named):
        raise Panic

    monkeypatch.setattr("pyhanko.sign.validation.validate_pdf_signature", panic)
    assert verdict_on(signers.signed_letter()) is Verdict.BROKEN
    monkeypatch.setattr("pyhanko.pdf_utils.reader.PdfFileReader", panic)
    assert signers.judged(signers.signed_letter()).problem is Problem.UNREADABLE


def test_a_name_in_a_certificate_is_told_in_plain_letters_and_not_at_length():
    holder = authority.Holder(name="Nama\u202eamaN\nDua", organization="B")
    (one,) = signers.judged(signed_by(signers.issued(holder=holder))).signatures
    assert one.signer == "NamaamaN Dua"
