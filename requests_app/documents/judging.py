"""Which signatures are in this PDF, and does each of them hold?

The file may come from anybody, and a hostile one makes libraries stumble in many ways: what cannot
be judged is broken. Nothing is fetched, and nothing is sent. Whether it is the very document that
we signed is a question of its SHA-256, which is asked elsewhere and first; a signature tells only
who stands for these bytes.
"""

import asyncio
import io
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from typing import Any, Final, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

MOST_SIGNATURES: Final = 20
"""A file with more is not judged: each one is measured against all that was added after it."""
LONGEST_NAME: Final = 200
"""Characters of a name that are told; whoever makes a certificate can write a book into it."""

SEQUENCE: Final = (0, 16)
SET: Final = (0, 17)
CONTENT: Final = (2, 0)
"""Classes and tags of DER (X.690)."""

logger = logging.getLogger(__name__)
Made = TypeVar("Made")


class Verdict(StrEnum):
    """What one signature is worth; the signed bytes are unharmed under all but `BROKEN`."""

    VALID = "valid"
    UNKNOWN_ISSUER = "unknown_issuer"
    """Signed by somebody for whom nobody that we know stands."""
    BROKEN = "broken"
    """The bytes were changed, or what is there cannot be judged."""
    REVOKED = "revoked"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    UNCHECKED = "unchecked"
    """Nobody can say whether the certificate was revoked: there is no list, or it has ended."""


class Problem(StrEnum):
    """Why a file could not be judged at all."""

    NONE = ""
    NOT_A_PDF = "not_a_pdf"
    ENCRYPTED = "encrypted"
    UNREADABLE = "unreadable"
    """Cut off, damaged, or built against the rules."""
    TOO_MANY = "too_many"
    """More than `MOST_SIGNATURES`."""


@dataclass(frozen=True, kw_only=True)
class SignatureVerdict:
    """One signature: what it is worth, whose it is, and since when.

    `signed_at` is proven where `timestamped`, otherwise what the signer's machine said.
    `covers_whole_file`: nothing was added after it. `certifies`: it is the file's first, and it
    forbids every later change (DocMDP level 1). `plain`: it is written as our own are, without one
    bit more; those of others need not be.
    """

    verdict: Verdict
    signer: str = ""
    issuer: str = ""
    signed_at: datetime | None = None
    timestamped: bool = False
    covers_whole_file: bool = False
    certifies: bool = False
    plain: bool = False


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """All signatures of a file; `whole` when one of them covers all of it."""

    signatures: tuple[SignatureVerdict, ...] = ()
    problem: Problem = Problem.NONE

    @property
    def whole(self) -> bool:
        """Does some signature cover the file to its last byte?"""
        return any(one.covers_whole_file for one in self.signatures)


def judge(
    pdf: bytes,
    /,
    *,
    anchors: Sequence[bytes],
    revocation_lists: Sequence[bytes],
    at: datetime,
    signed_at: datetime | None = None,
    stamp_anchors: Sequence[bytes] = (),
) -> Judgement:
    """Judge every signature of a PDF; whatever the file brings, this never raises.

    `anchors` (PEM) are the authorities that we know, `revocation_lists` (DER) are theirs, and
    `stamp_anchors` (PEM) those whom we believe a time, and nothing else. `ValueError` where one of
    these cannot be read: that is our own fault, and no verdict on a paper.

    When must the certificate have been valid? At the time of a time stamp that holds; else at
    `signed_at`, where the house has a record of its own of when these very bytes were signed; else
    at `at`, the moment of the question, for anybody can write any time into his signature, and a
    key that was stolen and revoked must not sign into the past. So a signature without proof of
    its time ends with its certificate (`EXPIRED`); one with proof outlives it, and outlives a
    revocation that came later.

    A list counts until it ends, measured at the moment of the question, even where the signature
    is older than the list. Without one that counts, a certificate is `UNCHECKED` and never valid.
    The authority of a time stamp is looked up in no list: naming it an anchor is trusting it.
    """
    trust = _Trust(
        anchors=_certificates(anchors),
        stamp_anchors=_certificates(stamp_anchors),
        lists=_lists(revocation_lists, at=at),
        at=at,
    )
    if b"%PDF-" not in pdf[:1024]:
        return Judgement(problem=Problem.NOT_A_PDF)
    return apart(lambda: _judged(pdf, trust=trust, moment=signed_at or at))


def is_our_signature(judgement: Judgement, /) -> bool:
    """Is this signed as our own papers are: once, certified, valid, and nothing added since?

    It says nothing of who signed, nor whether the paper is the one that we have on record.
    """
    match judgement.signatures:
        case (SignatureVerdict(verdict=Verdict.VALID) as only,):
            return only.covers_whole_file and only.certifies and only.plain
    return False


def apart(work: Callable[[], Made], /) -> Made:
    """Do this in a thread of its own.

    pyHanko starts an event loop for its work; a thread that has one already would refuse it.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(work).result()


@dataclass(frozen=True, kw_only=True)
class _Trust:
    """Whom do we believe, as of when? A fresh context for every question, since they remember."""

    anchors: list[Any]
    stamp_anchors: list[Any]
    lists: list[Any]
    at: datetime

    def of_signers(self, moment: datetime, *, looking_up: bool) -> Any:
        """Ask about a signer as of `moment`, `looking_up` in the lists or not."""
        return _context(
            trust_roots=self.anchors,
            crls=self.lists if looking_up else (),
            revocation_mode="require" if looking_up else "soft-fail",
            moment=moment,
        )

    def of_stamps(self) -> Any:
        """Ask about a time stamp, as of the moment of the question."""
        return _context(trust_roots=self.stamp_anchors, revocation_mode="soft-fail", moment=self.at)


def _context(**chosen: Any) -> Any:
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(allow_fetching=False, retroactive_revinfo=True, **chosen)


def _certificates(known: Sequence[bytes]) -> list[Any]:
    from asn1crypto.x509 import Certificate

    read = (x509.load_pem_x509_certificate(one) for one in known)
    return [Certificate.load(one.public_bytes(Encoding.DER)) for one in read]


def _lists(known: Sequence[bytes], *, at: datetime) -> list[Any]:
    """Read the lists, and keep those that have not ended."""
    from asn1crypto.crl import CertificateList

    ends = {one: x509.load_der_x509_crl(one).next_update_utc for one in known}
    return [CertificateList.load(one) for one, end in ends.items() if end and at <= end]


def _judged(pdf: bytes, *, trust: _Trust, moment: datetime) -> Judgement:
    """Judge one by one; what a library in Rust does at its worst is a panic, and no `Exception`."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.fields import enumerate_sig_fields

    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=True)
        if reader.encrypted:
            return Judgement(problem=Problem.ENCRYPTED)
        fields = list(islice(enumerate_sig_fields(reader, filled_status=True), MOST_SIGNATURES + 1))
        if len(fields) > MOST_SIGNATURES:
            return Judgement(problem=Problem.TOO_MANY)
        signed = [(name, field) for name, value, field in fields if _is_of_a_person(value)]
    except BaseException as error:
        logger.info("A PDF cannot be judged: %s", type(error).__name__)
        return Judgement(problem=Problem.UNREADABLE)
    verdicts = (_verdict(reader, *one, trust=trust, moment=moment) for one in signed)
    return Judgement(signatures=tuple(verdicts))


def _is_of_a_person(value: Any) -> bool:
    """Tell a signature from a time stamp over the document, which is nobody's."""
    return bool(value.get_object().get("/Type") != "/DocTimeStamp")


def _verdict(
    reader: Any, name: str, field: Any, *, trust: _Trust, moment: datetime
) -> SignatureVerdict:
    from pyhanko.sign.validation import EmbeddedPdfSignature

    try:
        signature = EmbeddedPdfSignature(reader, field.get_object(), name)
        return _weighed(signature, trust=trust, moment=moment)
    except BaseException as error:
        logger.info("A signature cannot be judged: %s", type(error).__name__)
        return SignatureVerdict(verdict=Verdict.BROKEN)


def _weighed(signature: Any, *, trust: _Trust, moment: datetime) -> SignatureVerdict:
    status = _status(signature, trust=trust, moment=moment)
    stamp = status.timestamp_validity
    stamped = stamp is not None and stamp.trusted
    if stamped:
        moment = stamp.timestamp
        status = _status(signature, trust=trust, moment=moment)
    holder = signature.signer_cert
    return SignatureVerdict(
        verdict=_worth(signature, status, trust=trust, moment=moment),
        signer=_called(holder.subject),
        issuer=_called(holder.issuer),
        signed_at=stamp.timestamp if stamped else _in_a_zone(status.signer_reported_dt),
        timestamped=stamped,
        covers_whole_file=_covers_all(signature),
        certifies=_certifies(signature),
        plain=_is_plain(signature),
    )


def _status(signature: Any, *, trust: _Trust, moment: datetime) -> Any:
    from pyhanko.sign.validation import validate_pdf_signature

    return validate_pdf_signature(
        signature,
        signer_validation_context=trust.of_signers(moment, looking_up=True),
        ts_validation_context=trust.of_stamps(),
    )


def _worth(signature: Any, status: Any, *, trust: _Trust, moment: datetime) -> Verdict:
    """Ask in turn: unharmed? all well? taken back? by whom? when? What is left: no list."""
    certificate = signature.signer_cert
    begins, ends = certificate.not_valid_before, certificate.not_valid_after
    questions = (
        (Verdict.BROKEN, lambda: not _is_unharmed(status)),
        (Verdict.VALID, lambda: status.trusted),
        (Verdict.REVOKED, lambda: status.revoked),
        (
            Verdict.UNKNOWN_ISSUER,
            lambda: not _is_vouched_for(signature, trust, min(max(moment, begins), ends)),
        ),
        (Verdict.NOT_YET_VALID, lambda: moment < begins),
        (Verdict.EXPIRED, lambda: moment > ends),
    )
    return next((verdict for verdict, is_so in questions if is_so()), Verdict.UNCHECKED)


def _is_unharmed(status: Any) -> bool:
    """Are bytes, signature and time stamp sound, and was nothing done that the signer forbade?"""
    from pyhanko.sign.ades.report import AdESIndeterminate

    stamp = status.timestamp_validity
    return bool(
        status.intact
        and status.valid
        and status.docmdp_ok
        and status.seed_value_ok
        and (stamp is None or (stamp.intact and stamp.valid))
        and status.trust_problem_indic is not AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE
    )


def _is_vouched_for(signature: Any, trust: _Trust, moment: datetime) -> bool:
    """Look whether an anchor stands for this certificate and its use, revoked or not."""
    from pyhanko_certvalidator import CertificateValidator
    from pyhanko_certvalidator.errors import PathError, ValidationError

    validator: Any = CertificateValidator(
        signature.signer_cert,
        intermediate_certs=signature.other_embedded_certs,
        validation_context=trust.of_signers(moment, looking_up=False),
    )
    try:
        asyncio.run(validator.async_validate_usage({"non_repudiation"}))
    except (PathError, ValidationError):
        return False
    return True


def _covers_all(signature: Any) -> bool:
    from pyhanko.sign.validation import SignatureCoverageLevel

    return bool(signature.coverage == SignatureCoverageLevel.ENTIRE_FILE)


def _is_plain(signature: Any) -> bool:
    """Look whether the signature stands in its gap as we would write it, and nothing beside it.

    What is signed leaves out the gap in which the signature is written. Readers take other digits
    for the same number there, skip blanks, and never look behind its end; and in the signature
    itself they overlook what only repeats the rest (RFC 5652: versions, names of algorithms, issuer
    and serial number). One bit of that may change, and a signature still be called valid.
    """
    _start, before, after, _length = signature.byte_range
    stream, content = signature.reader.stream, signature.pkcs7_content
    stream.seek(before)
    gap = stream.read(after - before)
    digits = content.hex()
    try:
        proper = _as_written(signature)
    except (TypeError, ValueError):  # something that ours always have is not there
        return False
    return (
        gap in {f"<{digits}>".encode(), f"<{digits.upper()}>".encode()}
        and content.startswith(proper)
        and not any(content[len(proper) :])
    )


def _as_written(signature: Any) -> bytes:
    """Write the signature anew (RFC 5652), out of what it cannot do without.

    Put together from bytes: asn1crypto would write out each level anew for the one above it.
    """
    from asn1crypto import cms, core

    info, certificate = signature.signer_info, signature.signer_cert
    version = core.Integer(1).dump()
    digest = cms.DigestAlgorithm({"algorithm": signature.md_algorithm}).dump()
    mechanism = {"algorithm": info["signature_algorithm"]["algorithm"].native}
    signer = _der(
        SEQUENCE,
        version,
        _der(SEQUENCE, certificate.issuer.dump(), core.Integer(certificate.serial_number).dump()),
        digest,
        info["signed_attrs"].dump(),
        cms.SignedDigestAlgorithm(mechanism).dump(),
        info["signature"].dump(),
        info["unsigned_attrs"].dump(),  # the time stamp
    )
    signed_data = _der(
        SEQUENCE,
        version,
        _der(SET, digest),
        _der(SEQUENCE, cms.ContentType("data").dump()),
        _der(CONTENT, certificate.dump()),
        _der(SET, signer),
    )
    return _der(SEQUENCE, cms.ContentType("signed_data").dump(), _der(CONTENT, signed_data))


def _der(kind: tuple[int, int], *parts: bytes) -> bytes:
    """Put parts together under a head of class and tag."""
    from asn1crypto.parser import emit

    of_class, tag = kind
    return bytes(emit(of_class, 1, tag, b"".join(parts)))


def _certifies(signature: Any) -> bool:
    from pyhanko.sign.fields import MDPPerm
    from pyhanko.sign.validation import read_certification_data

    known = read_certification_data(signature.reader)
    return (
        known is not None
        and known.permission == MDPPerm.NO_CHANGES
        and known.author_sig.container_ref == signature.sig_object.container_ref
    )


def _called(name: Any) -> str:
    """Give the common name, or all there is; a file may bring any letters, shown are plain ones."""
    parts = name.native.get("common_name") or name.human_friendly
    text = parts if isinstance(parts, str) else ", ".join(parts)
    return "".join(letter for letter in text if letter.isprintable())[:LONGEST_NAME]


def _in_a_zone(moment: datetime | None) -> datetime | None:
    """Read a time without its zone as UTC: the signer's machine left that open."""
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
