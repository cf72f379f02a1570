"""An office that vouches, an official who signs, and a letter that is signed; made once per run.

All of them are made up. The certificates hold for a hundred years, because programs of Debian ask
the clock of the machine.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asn1crypto import keys, tsp, x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from requests_app.documents import authority, judging, letters, signing
from tests.documents import samples
from tests.typesetting import typesetting

FOUNDED = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
AT = samples.MOMENT
CENTURY = 36_500
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SECRET = b"rahasia-penerbit-yang-ditanam"
PASSPHRASE = "kata-sandi-kunci-yang-dit\u00e4nam"
HOLDER = authority.Holder(
    name="Dra. CONTOH PEJABAT, M.Si.",
    title="Kepala Badan Contoh",
    organization="Badan Contoh Bangsa dan Politik",
    nip="196801011994032001",
    email="kepala@contoh.example",
)
STATEMENT = signing.Statement(reason="Menandatangani surat", location="Contoh", name=HOLDER.name)


@cache
def office(name: str = "Penerbit Badan Contoh") -> authority.Authority:
    return authority.make_authority(
        name=name, organization=HOLDER.organization, at=FOUNDED, secret=SECRET, days=CENTURY
    )


def issued(**changes: Any) -> authority.Issued:
    values = {
        "authority": office(),
        "secret": SECRET,
        "holder": HOLDER,
        "passphrase": PASSPHRASE,
        "at": FOUNDED,
        "days": CENTURY,
    }
    return authority.issue_certificate(**(values | changes))


@cache
def official() -> authority.Issued:
    return issued()


def revocation_list(*revoked: authority.Revoked, **changes: Any) -> bytes:
    values = {
        "authority": office(),
        "secret": SECRET,
        "revoked": revoked,
        "number": 1,
        "at": AT - DAY,
        "next_at": AT + 30 * DAY,
    }
    return authority.make_revocation_list(**(values | changes))


@cache
def empty_list() -> bytes:
    return revocation_list()


@cache
def letter() -> bytes:
    with typesetting():  # kept for all, whoever asks first
        return letters.render_letter(samples.letter(keywords="permohonan 7, sidik abc"))


def sign(pdf: bytes | None = None, **changes: Any) -> bytes:
    values = {
        "key": signing.Key(pkcs12=official().pkcs12, passphrase=PASSPHRASE),
        "statement": STATEMENT,
        "anchors": [office().certificate],
        "revocation_lists": [empty_list()],
        "at": AT,
    }
    return signing.sign_pdf(letter() if pdf is None else pdf, **(values | changes))


@cache
def signed_letter() -> bytes:
    return sign()


def judged(pdf: bytes, **changes: Any) -> judging.Judgement:
    values = {
        "anchors": [office().certificate],
        "revocation_lists": [empty_list()],
        "at": AT,
    }
    return judging.judge(pdf, **(values | changes))


@cache
def stamp_authority() -> tuple[bytes, rsa.RSAPrivateKey]:
    """Make who stamps times: certificate (PEM) and key, of RSA as such authorities have them."""
    key = rsa.generate_private_key(65537, 2048)
    name = pyca.Name([pyca.NameAttribute(pyca.NameOID.COMMON_NAME, "Penanda Waktu Contoh")])
    certificate = (
        pyca.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(FOUNDED)
        .not_valid_after(FOUNDED + CENTURY * DAY)
        .add_extension(
            pyca.ExtendedKeyUsage([pyca.ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
        )
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(Encoding.PEM), key


def stamp(question: bytes, *, at: datetime) -> bytes:
    """Answer as an authority of RFC 3161 does."""
    from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

    pem, key = stamp_authority()
    der = pyca.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    stamper = DummyTimeStamper(
        x509.Certificate.load(der), keys.PrivateKeyInfo.load(plain), fixed_dt=at
    )
    return stamper.request_tsa_response(tsp.TimeStampReq.load(question)).dump()


@contextmanager
def answering(answer: Any) -> Iterator[str]:
    """Serve `answer(question) -> (status, body)` as a time stamp authority on this machine."""

    class Authority(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers["Content-Length"]))
            status, body = answer(question)
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Authority) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
