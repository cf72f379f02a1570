"""Is a certificate its owner's and nobody else's?"""

import runpy
import unicodedata
from datetime import timedelta

import pytest
from asn1crypto.cms import EncryptedData
from asn1crypto.pkcs12 import AuthenticatedSafe, Pfx, SafeContents
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import NameOID

from requests_app.documents import authority
from tests.documents import signers

SHORT = {"organization": "Badan Contoh", "name": "Contoh"}


def certificate_of(pem: bytes) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem)


def told(pem: bytes, kind: x509.ObjectIdentifier) -> list[str]:
    return [str(one.value) for one in certificate_of(pem).subject.get_attributes_for_oid(kind)]


def usage_of(pem: bytes) -> x509.KeyUsage:
    return certificate_of(pem).extensions.get_extension_for_class(x509.KeyUsage).value


def test_a_certificate_names_its_owner_and_is_signed_by_the_office():
    pem = signers.official().certificate
    certificate_of(pem).verify_directly_issued_by(certificate_of(signers.office().certificate))
    assert told(pem, NameOID.COMMON_NAME) == ["Dra. CONTOH PEJABAT, M.Si."]
    assert told(pem, NameOID.TITLE) == ["Kepala Badan Contoh"]
    assert told(pem, NameOID.SERIAL_NUMBER) == ["196801011994032001"]
    assert told(pem, NameOID.ORGANIZATION_NAME) == ["Badan Contoh Bangsa dan Politik"]


def test_what_is_told_of_a_certificate_stands_in_it():
    issued = signers.official()
    certificate = certificate_of(issued.certificate)
    assert int(issued.serial, 16) == certificate.serial_number
    assert issued.fingerprint == certificate.fingerprint(hashes.SHA256()).hex()
    assert issued.valid_from == certificate.not_valid_before_utc == signers.FOUNDED
    assert issued.valid_to == certificate.not_valid_after_utc


def test_an_official_may_sign_papers_and_the_office_certificates_and_neither_the_other():
    own, office = usage_of(signers.official().certificate), usage_of(signers.office().certificate)
    assert own.content_commitment
    assert own.digital_signature
    assert not own.key_cert_sign
    assert office.key_cert_sign
    assert office.crl_sign
    assert not office.digital_signature
    constraints = certificate_of(signers.official().certificate).extensions
    assert not constraints.get_extension_for_class(x509.BasicConstraints).value.ca


def test_what_is_not_known_is_left_out():
    pem = signers.issued(holder=authority.Holder(**SHORT)).certificate
    assert told(pem, NameOID.TITLE) == told(pem, NameOID.SERIAL_NUMBER) == []
    with pytest.raises(x509.ExtensionNotFound):
        certificate_of(pem).extensions.get_extension_for_class(x509.SubjectAlternativeName)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Prof. Dr. Ir. H. " + "Contoh " * 12, "Prof. Dr. Ir. H." + " Contoh" * 6),
        ("W" * 100, "W" * 64),
        ("W" * 64, "W" * 64),
        ("Contoh \n Nama", "Contoh Nama"),
        ("Ébène Łódź", "Ébène Łódź"),
    ],
)
def test_a_name_is_cut_between_words_where_it_is_too_long(name, kept):
    pem = signers.issued(holder=authority.Holder(name=name, organization="B")).certificate
    assert told(pem, NameOID.COMMON_NAME) == [kept]


def test_an_address_that_no_certificate_can_hold_is_left_out():
    holder = authority.Holder(**SHORT, email="kepala@contöh.example")
    assert signers.issued(holder=holder).serial


def test_only_the_passphrase_opens_the_key():
    key = signers.official().pkcs12
    assert authority.opens(key, signers.PASSPHRASE)
    for wrong in ("", "x", signers.PASSPHRASE + " ", signers.PASSPHRASE.upper(), "a\0", "\ud800"):
        assert not authority.opens(key, wrong)
    assert not authority.opens(b"", signers.PASSPHRASE)
    assert not authority.opens(b"no key at all", signers.PASSPHRASE)


def test_a_letter_with_its_accent_apart_is_the_same_passphrase():
    apart = unicodedata.normalize("NFD", signers.PASSPHRASE)
    assert apart != signers.PASSPHRASE
    assert authority.opens(signers.official().pkcs12, apart)


def test_each_guess_of_a_passphrase_costs_600_000_rounds_and_no_checksum_is_cheaper():
    whole = Pfx.load(signers.official().pkcs12)
    assert whole["mac_data"].native is None
    safe = AuthenticatedSafe.load(whole["auth_safe"]["content"].native)
    locks = []
    for part in safe:
        if isinstance(part["content"], EncryptedData):
            locks.append(part["content"]["encrypted_content_info"]["content_encryption_algorithm"])
        else:
            bags = SafeContents.load(part["content"].native)
            locks += [bag["bag_value"]["encryption_algorithm"] for bag in bags]
    assert len(locks) == 2
    assert runpy.run_path(authority.__file__)["ROUNDS"] >= 600_000  # tests take fewer
    for lock in locks:
        stretched = lock["parameters"]["key_derivation_func"]["parameters"]
        assert stretched["prf"]["algorithm"].native == "sha256"
        assert stretched["iteration_count"].native == authority.ROUNDS
        assert lock["parameters"]["encryption_scheme"]["algorithm"].native == "aes256_cbc"


@pytest.mark.parametrize("secret", [b"", b"wrong", None])
def test_without_its_secret_the_authority_serves_nobody(secret):
    with pytest.raises(authority.CannotIssue) as refusal:
        signers.issued(secret=secret)
    assert refusal.value.hurdle is authority.Hurdle.WRONG_SECRET


def test_the_authoritys_key_is_not_stored_in_the_open():
    with pytest.raises(TypeError):
        load_pem_private_key(signers.office().key, None)
    with pytest.raises(ValueError, match="assword"):
        authority.make_authority(name="A", organization="B", at=signers.AT, secret=b"")


@pytest.mark.parametrize(
    "at",
    [
        signers.FOUNDED - timedelta(seconds=1),
        signers.FOUNDED + signers.CENTURY * signers.DAY,
    ],
)
def test_an_authority_issues_nothing_outside_its_own_time(at):
    for make in (signers.issued, signers.revocation_list):
        with pytest.raises(authority.CannotIssue) as refusal:
            make(at=at)
        assert refusal.value.hurdle is authority.Hurdle.ENDED


def test_a_certificate_never_outlives_its_authority():
    until = signers.FOUNDED + signers.CENTURY * signers.DAY
    late = signers.issued(at=until - signers.DAY, days=730)
    assert late.valid_to == until


@pytest.mark.parametrize("none", ["", "a\0b", "\ud800"])
def test_a_key_without_a_passphrase_is_not_made(none):
    with pytest.raises(ValueError):  # noqa: PT011  (of Python's own for half a letter)
        signers.issued(passphrase=none)


def test_a_revocation_list_is_signed_numbered_and_names_each_certificate():
    issued = signers.official()
    line = authority.Revoked(issued.serial, signers.AT, authority.Reason.KEY_COMPROMISE)
    read = x509.load_der_x509_crl(signers.revocation_list(line, ("ff", signers.AT, "superseded")))
    office = certificate_of(signers.office().certificate)
    assert read.is_signature_valid(office.public_key())
    assert read.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 1
    assert {one.serial_number for one in read} == {int(issued.serial, 16), 255}
    found = read.get_revoked_certificate_by_serial_number(int(issued.serial, 16))
    assert found.revocation_date_utc == signers.AT
    reason = found.extensions.get_extension_for_class(x509.CRLReason).value.reason
    assert reason is x509.ReasonFlags.key_compromise


def test_a_list_may_be_empty():
    assert len(x509.load_der_x509_crl(signers.empty_list())) == 0


def test_no_key_shows_in_the_text_of_what_holds_it():
    assert "PRIVATE" not in repr(signers.office())
    assert str(signers.official().pkcs12)[2:20] not in repr(signers.official())
