"""How does an official of this office come by a certificate, and how is it taken back?

The office is its own authority: it vouches that a key belongs to a person who holds a post here,
and to nobody outside does that mean anything (hence "tanda tangan elektronik tidak
tersertifikasi", PP 71/2019 art. 60). Bytes in, bytes out; where they are kept is not known here.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from asn1crypto.pkcs12 import Pfx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from django.views.decorators.debug import sensitive_variables

COUNTRY: Final = "ID"
LONGEST: Final = 64
"""Characters that a common name, a title, an organisation may have (RFC 5280, appendix A)."""
ROUNDS: Final = 600_000
"""Of PBKDF2 with SHA-256 for one guess of a passphrase: 0.15 s here (OWASP's figure of 2023)."""
PURPOSES: Final = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


class Hurdle(StrEnum):
    """Why the authority cannot serve."""

    WRONG_SECRET = "wrong_secret"  # noqa: S105  (a word, not the secret)
    ENDED = "ended"
    """Its own certificate is over, or has not begun: a new authority is needed."""


class CannotIssue(Exception):
    """Nothing was made; `hurdle` says why."""

    def __init__(self, hurdle: Hurdle) -> None:
        super().__init__(hurdle.value)
        self.hurdle = hurdle


@dataclass(frozen=True, kw_only=True)
class Authority:
    """The office as one who vouches: its certificate, and its key under a secret (both PEM)."""

    certificate: bytes
    key: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Holder:
    """For whom a certificate speaks, and in which post; empty where something is not known.

    Texts that are too long for a certificate are cut between words.
    """

    name: str
    organization: str
    title: str = ""
    nip: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A personal certificate (PEM), and the key to it that only its owner's passphrase opens.

    `serial` and `fingerprint` (SHA-256 of the certificate) are hexadecimal, in small letters.
    """

    certificate: bytes
    pkcs12: bytes = field(repr=False)
    serial: str
    valid_from: datetime
    valid_to: datetime
    fingerprint: str


class Reason(StrEnum):
    """Why a certificate is taken back, in the words of RFC 5280."""

    UNSPECIFIED = "unspecified"
    KEY_COMPROMISE = "keyCompromise"
    SUPERSEDED = "superseded"
    CESSATION = "cessationOfOperation"
    AFFILIATION_CHANGED = "affiliationChanged"


class Revoked(NamedTuple):
    """One line of a revocation list; `serial` as in `Issued`."""

    serial: str
    at: datetime
    reason: str = Reason.UNSPECIFIED


@sensitive_variables("secret")
def make_authority(
    *, name: str, organization: str, at: datetime, secret: bytes, days: int = 3650
) -> Authority:
    """Make the office's own authority; its key can be read only with `secret` (not empty).

    It may sign certificates of persons and revocation lists, and no further authority.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(Holder(name=name, organization=organization))
    certificate = (
        _draft(subject=subject, issuer=subject, key=key.public_key())
        .not_valid_before(at)
        .not_valid_after(at + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(
        certificate=certificate.public_bytes(Encoding.PEM),
        key=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(secret)),
    )


@sensitive_variables("secret", "passphrase")
def issue_certificate(
    *,
    authority: Authority,
    secret: bytes,
    holder: Holder,
    passphrase: str,
    at: datetime,
    days: int = 730,
) -> Issued:
    """Make a key and a certificate for one official, valid from `at`, never beyond the authority.

    Refused by `CannotIssue` for a wrong secret and for an authority that is over; by `ValueError`
    for an empty passphrase.
    """
    vouching, vouching_key = _opened(authority, secret=secret, at=at)
    key = ec.generate_private_key(ec.SECP256R1())
    draft = (
        _draft(
            subject=_name(holder),
            issuer=vouching.subject,
            key=key.public_key(),
        )
        .not_valid_before(at)
        .not_valid_after(min(at + timedelta(days=days), vouching.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage("digital_signature", "content_commitment"), critical=True)
        .add_extension(_issued_by(vouching), critical=False)
    )
    if holder.email.isascii() and holder.email:
        address = x509.SubjectAlternativeName([x509.RFC822Name(holder.email)])
        draft = draft.add_extension(address, critical=False)
    certificate = draft.sign(vouching_key, hashes.SHA256())
    return Issued(
        certificate=certificate.public_bytes(Encoding.PEM),
        pkcs12=_sealed(key, certificate, passphrase=passphrase),
        serial=f"{certificate.serial_number:x}",
        valid_from=certificate.not_valid_before_utc,
        valid_to=certificate.not_valid_after_utc,
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
    )


@sensitive_variables("secret")
def make_revocation_list(
    *,
    authority: Authority,
    secret: bytes,
    revoked: Sequence[tuple[str, datetime, str]],
    number: int,
    at: datetime,
    next_at: datetime,
) -> bytes:
    """Sign the list (DER) of all certificates that were taken back, be it an empty one.

    `number` grows from list to list. After `next_at` the list proves nothing any more: judging
    then says `UNCHECKED`. Refused like `issue_certificate`.
    """
    vouching, key = _opened(authority, secret=secret, at=at)
    draft = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(vouching.subject)
        .last_update(at)
        .next_update(next_at)
        .add_extension(_issued_by(vouching), critical=False)
        .add_extension(x509.CRLNumber(number), critical=False)
    )
    for one in revoked:
        draft = draft.add_revoked_certificate(_line(Revoked(*one)))
    return draft.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def opens(pkcs12_bytes: bytes, passphrase: str, /) -> bool:
    """Tell whether this is the passphrase of that key."""
    return open_key(pkcs12_bytes, passphrase) is not None


@sensitive_variables("passphrase")
def open_key(
    pkcs12_bytes: bytes, passphrase: str, /
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate] | None:
    """Open a key and its certificate; nothing comes out for a wrong passphrase."""
    try:
        key, certificate, _others = pkcs12.load_key_and_certificates(
            pkcs12_bytes, _as_typed(passphrase)
        )
    except ValueError:
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or certificate is None:
        return None
    return key, certificate


@sensitive_variables("passphrase")
def _as_typed(passphrase: str) -> bytes:
    """Turn a passphrase into bytes, the same from every keyboard (é is one letter or two).

    `ValueError` for what no passphrase can be: nothing, half a letter, and NUL, which would not
    raise further down but panic.
    """
    if not passphrase or "\0" in passphrase:
        raise ValueError("No passphrase.")
    return unicodedata.normalize("NFC", passphrase).encode()


@sensitive_variables("passphrase")
def _sealed(
    key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate, *, passphrase: str
) -> bytes:
    """Lock key and certificate with the passphrase; each guess costs `ROUNDS`.

    The checksum that cryptography adds is taken off again: it is made with 2,048 rounds, and
    whoever stole the file would guess against it instead. A wrong passphrase is noticed by what it
    opens, which is no key then. openssl, too, reads such a file.
    """
    lock = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .build(_as_typed(passphrase))
    )
    whole = Pfx.load(pkcs12.serialize_key_and_certificates(None, key, certificate, None, lock))
    del whole["mac_data"]
    return bytes(whole.dump(force=True))


@sensitive_variables("secret")
def _opened(
    authority: Authority, *, secret: bytes, at: datetime
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    certificate = x509.load_pem_x509_certificate(authority.certificate)
    if not certificate.not_valid_before_utc <= at < certificate.not_valid_after_utc:
        raise CannotIssue(Hurdle.ENDED)
    try:
        key = load_pem_private_key(authority.key, secret)
    except (TypeError, ValueError):
        raise CannotIssue(Hurdle.WRONG_SECRET) from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CannotIssue(Hurdle.WRONG_SECRET)
    return certificate, key


def _draft(
    *, subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(holder: Holder) -> x509.Name:
    parts = (
        (NameOID.COUNTRY_NAME, COUNTRY),
        (NameOID.ORGANIZATION_NAME, _fitting(holder.organization)),
        (NameOID.TITLE, _fitting(holder.title)),
        (NameOID.SERIAL_NUMBER, holder.nip),
        (NameOID.COMMON_NAME, _fitting(holder.name)),
    )
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in parts if text])


def _fitting(text: str) -> str:
    """Cut a text that is too long between two words, or where it must be."""
    text = " ".join(text.split())
    if len(text) <= LONGEST:
        return text
    kept, space, _rest = text[: LONGEST + 1].rpartition(" ")
    return kept if space else text[:LONGEST]


def _usage(*purposes: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{purpose: purpose in purposes for purpose in PURPOSES})


def _issued_by(vouching: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    known = vouching.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(known.value)


def _line(one: Revoked) -> x509.RevokedCertificate:
    return (
        x509.RevokedCertificateBuilder()
        .serial_number(int(one.serial, 16))
        .revocation_date(one.at)
        .add_extension(x509.CRLReason(x509.ReasonFlags(one.reason)), critical=False)
        .build()
    )
