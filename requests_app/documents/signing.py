"""How does an official's key sign one of our papers?

PAdES, invisible and certifying: QR and name stand in the page already, and after this signature
nothing may be added any more. Only papers that we have just made are signed, so that nobody can
bring a file that looks different tomorrow. The passphrase lives for the length of one call.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache, partial
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from requests_app.documents import judging, outside
from requests_app.documents.authority import open_key

FIELD: Final = "TandaTangan"
TIMESTAMP_SECONDS: Final = 10
"""How long a time stamp authority may take for one answer; it is asked twice."""
MOST_DRIFT: Final = timedelta(minutes=5)
"""Between our clock and that of the authority; beyond it the paper would tell two times."""


class Hurdle(StrEnum):
    """Why nothing was signed."""

    WRONG_PASSPHRASE = "wrong_passphrase"  # noqa: S105  (a word, not the passphrase)
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNCHECKED = "unchecked"
    """Whether the certificate was revoked is not known: the revocation list is old or missing."""
    UNSUITABLE_PDF = "unsuitable_pdf"
    """Encrypted, signed already, or not a sound PDF."""
    NO_TIMESTAMP = "no_timestamp"
    """The authority was silent, or its stamp does not hold."""
    CLOCK = "clock"
    """Our clock and that of the time stamp authority are more than `MOST_DRIFT` apart."""
    UNSOUND = "unsound"
    """What came out is no signature that we would accept ourselves; it was thrown away."""


class CannotSign(Exception):
    """Nothing was signed, and nothing left the house but perhaps a request for a time stamp."""

    def __init__(self, hurdle: Hurdle) -> None:
        super().__init__(hurdle.value)
        self.hurdle = hurdle


OF_THE_CERTIFICATE: Final = {
    judging.Verdict.NOT_YET_VALID: Hurdle.NOT_YET_VALID,
    judging.Verdict.EXPIRED: Hurdle.EXPIRED,
    judging.Verdict.REVOKED: Hurdle.REVOKED,
    judging.Verdict.UNCHECKED: Hurdle.UNCHECKED,
}


@dataclass(frozen=True, kw_only=True)
class Key:
    """An official's key (PKCS#12) with the passphrase to it; neither shows in any text of it."""

    pkcs12: bytes = field(repr=False)
    passphrase: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What the signer says with it: why, where, and under which name."""

    reason: str
    location: str
    name: str


def sign_pdf(
    pdf: bytes,
    /,
    *,
    key: Key,
    statement: Statement,
    anchors: Sequence[bytes],
    revocation_lists: Sequence[bytes],
    at: datetime,
    timestamp_url: str = "",
    stamp_anchors: Sequence[bytes] = (),
) -> bytes:
    """Sign a paper of ours and judge the outcome as a stranger would, before anybody gets it.

    The bytes of the paper stay as they are, and the signature is put behind them. With
    `timestamp_url` an authority (RFC 3161), which the `stamp_anchors` must know, proves the time
    (B-T); without one the time is `at`, as our clock says (B-B). Raises `CannotSign`.
    """
    judged = partial(
        judging.judge,
        anchors=anchors,
        revocation_lists=revocation_lists,
        at=at,
        stamp_anchors=stamp_anchors,
    )
    hand = _hand(key)
    before = judged(pdf)
    if before.problem or before.signatures:
        raise CannotSign(Hurdle.UNSUITABLE_PDF)
    signed = judging.apart(
        lambda: _signed(pdf, hand=hand, statement=statement, at=at, url=timestamp_url)
    )
    if not signed.startswith(pdf):
        raise CannotSign(Hurdle.UNSOUND)
    _accept(judged(signed), at=at, stamped=bool(timestamp_url))
    return signed


def _hand(key: Key) -> Any:
    """Open the key, for this one call; it is never turned into plain bytes."""
    opened = open_key(key.pkcs12, key.passphrase)
    if opened is None:
        raise CannotSign(Hurdle.WRONG_PASSPHRASE)
    return _hands()(*opened)


def _signed(pdf: bytes, *, hand: Any, statement: Statement, at: datetime, url: str) -> bytes:
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.signers import PdfSignatureMetadata

    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason=statement.reason or None,
        location=statement.location or None,
        name=statement.name,
    )
    pen = _pens()(
        metadata,
        hand,
        timestamper=_stamper(url) if url else None,
        new_field_spec=SigFieldSpec(sig_field_name=FIELD),
    )
    pen.at = at
    try:
        return bytes(pen.sign_pdf(_writers()(io.BytesIO(pdf), strict=True)).getvalue())
    except (PdfError, SigningError) as error:
        raise CannotSign(Hurdle.UNSUITABLE_PDF) from error


@cache
def _hands() -> Any:
    """Make the class of hands: they sign with a key that stays where it was opened."""
    from asn1crypto.x509 import Certificate
    from pyhanko.sign.signers import Signer
    from pyhanko_certvalidator.registry import CertificateRegistry

    class Hand(Signer):
        def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
            super().__init__(
                signing_cert=Certificate.load(certificate.public_bytes(Encoding.DER)),
                cert_registry=CertificateRegistry.build(()),
            )
            self._key = key

        async def async_sign_raw(self, data: bytes, *_given: Any, **_named: Any) -> bytes:
            return self._key.sign(data, ec.ECDSA(hashes.SHA256()))

    return Hand


@cache
def _pens() -> Any:
    """Make the class of pens: they date with our time, and leave the paper a PDF 1.7.

    pyHanko would look at its clock, and would call a file with a key like ours a PDF 2.0, which no
    PDF/A-3 is.
    """
    from pyhanko.sign.signers import PdfSigner

    class Pen(PdfSigner):
        at: datetime

        def init_signing_session(self, *given: Any, **named: Any) -> Any:
            session = super().init_signing_session(*given, **named)
            session.system_time = self.at
            return session

        def register_extensions(self, *given: Any, **named: Any) -> None:
            pass

    return Pen


@cache
def _writers() -> Any:
    """Make the class of writers: title, dates and keywords stay as the paper was made."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    class Writer(IncrementalPdfFileWriter):
        def _update_meta(self) -> None:
            pass

    return Writer


@cache
def _stampers() -> Any:
    """Make the class of those who ask for a time stamp: in our way, all failures told as one."""
    from asn1crypto.tsp import TimeStampResp
    from pyhanko.sign.timestamps import TimeStamper

    class Stamper(TimeStamper):
        url: str

        async def async_request_tsa_response(self, req: Any) -> Any:
            reply = outside.converse(
                "POST",
                self.url,
                headers={"Content-Type": "application/timestamp-query"},
                connect_timeout=TIMESTAMP_SECONDS,
                read_timeout=TIMESTAMP_SECONDS,
                data=req.dump(),
            )
            return TimeStampResp.load(reply.content)

        async def async_timestamp(self, *given: Any, **named: Any) -> Any:
            try:
                return await super().async_timestamp(*given, **named)
            except Exception as error:
                raise CannotSign(Hurdle.NO_TIMESTAMP) from error

    return Stamper


def _stamper(url: str) -> Any:
    stamper = _stampers()()
    stamper.url = url
    return stamper


def _accept(judgement: judging.Judgement, *, at: datetime, stamped: bool) -> None:
    """Refuse our own outcome unless it is what we promise."""
    if len(judgement.signatures) != 1:
        raise CannotSign(Hurdle.UNSOUND)
    (one,) = judgement.signatures
    if one.verdict in OF_THE_CERTIFICATE:
        raise CannotSign(OF_THE_CERTIFICATE[one.verdict])
    if stamped and not one.timestamped:
        raise CannotSign(Hurdle.NO_TIMESTAMP)
    if not judging.is_our_signature(judgement) or one.signed_at is None:
        raise CannotSign(Hurdle.UNSOUND)
    if abs(one.signed_at - at) > MOST_DRIFT:
        raise CannotSign(Hurdle.CLOCK)
