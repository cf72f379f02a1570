"""A provider on this machine: it speaks BSrE's protocol, signs for real, and fails on demand.

Versions 1 and 2 of the Esign Client Service, answered over HTTP (or HTTPS) by a server of its own
thread. It demands what the real one demands: the agency's account, a known person with a valid
certificate and the right passphrase, a PDF that is neither locked nor signed.

    with BsreServer() as server:
        client = Bsre(version=2, base_url=server.url, **server.account)
        server.moods["sign"] = moods.html   # from now on
"""

import base64
import email
import email.policy
import io
import json
import ssl
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pikepdf

from requests_app.documents import authority, pages, signing
from tests.documents import samples

SECRET = b"rahasia penyelenggara"
ACCOUNT = ("dinas-contoh", "sandi-dinas-é")


@dataclass
class Person:
    """Somebody with a certificate at the provider."""

    nik: str = "3374010101900001"
    email: str = "kepala@contoh.go.id"
    passphrase: str = "frasa sandi é & rahasia"
    status: str = "ISSUE"


@dataclass
class Heard:
    """One question as it came in: which, from where, with what."""

    operation: str
    path: str
    headers: Any
    said: dict[str, Any]


class No(Exception):
    """The provider's documented refusal: HTTP status, its own number, words."""

    def __init__(self, number: int, words: str, *, http: int = 400, key: str = "error") -> None:
        super().__init__(words)
        self.http = http
        self.answer = {key: words, "status_code": number}


@dataclass
class BsreServer:
    """The provider; `moods` say, by operation, how it fails instead of answering."""

    person: Person = field(default_factory=Person)
    at: datetime = samples.MOMENT
    certificate: Path | None = None
    """Certificate and key (PEM) under which it speaks TLS."""
    hesitates: float = 0
    """Seconds before it begins to read what it is sent."""
    moods: dict[str, "Mood"] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    papers: dict[str, bytes] = field(default_factory=dict)
    """What was signed, by the provider's own name for it."""

    poured: int = 0
    """Bytes that were sent by `moods.endless`."""

    def __enter__(self) -> "BsreServer":
        self.over = threading.Event()
        self._http = _Quiet(("127.0.0.1", 0), _Handler)
        self._http.provider = self
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            self._http.tls = context
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def url(self) -> str:
        scheme = "https" if self.certificate else "http"
        return f"{scheme}://127.0.0.1:{self._http.server_port}"

    @property
    def account(self) -> dict[str, str]:
        return dict(zip(("username", "password"), ACCOUNT, strict=True))

    def asked(self, operation: str) -> list[Heard]:
        return [one for one in self.heard if one.operation == operation]

    @cached_property
    def issuer(self) -> authority.Authority:
        """The provider's own authority, for whoever judges what it signed."""
        return authority.make_authority(
            name="Penyelenggara Contoh", organization="Contoh", at=self.at, secret=SECRET
        )

    @cached_property
    def revocation_list(self) -> bytes:
        return authority.make_revocation_list(
            authority=self.issuer,
            secret=SECRET,
            revoked=(),
            number=1,
            at=self.at,
            next_at=self.at + timedelta(days=30),
        )

    @cached_property
    def _key(self) -> signing.Key:
        issued = authority.issue_certificate(
            authority=self.issuer,
            secret=SECRET,
            holder=authority.Holder(name="CONTOH PEJABAT", organization="Contoh"),
            passphrase="milik penyelenggara",
            at=self.at,
        )
        return signing.Key(pkcs12=issued.pkcs12, passphrase="milik penyelenggara")

    def sign(self, pdf: bytes) -> bytes:
        return signing.sign_pdf(
            pdf,
            key=self._key,
            statement=signing.Statement(reason="", location="", name="CONTOH PEJABAT"),
            anchors=[self.issuer.certificate],
            revocation_lists=[self.revocation_list],
            at=self.at,
        )


class _Quiet(ThreadingHTTPServer):
    """Says nothing of clients that hang up; that is what many of these tests are about."""

    provider: BsreServer
    tls: ssl.SSLContext | None = None

    def handle_error(self, *_args: Any) -> None:
        pass

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.tls is None:
            return super().finish_request(request, client_address)
        with self.tls.wrap_socket(request, server_side=True) as secured:
            return super().finish_request(secured, client_address)


class _Handler(BaseHTTPRequestHandler):
    """One question: heard, then answered, or met with a mood."""

    server: _Quiet

    def log_message(self, *_args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        provider = self.server.provider
        operation = _operation(self.command, self.path)
        provider.over.wait(provider.hesitates)
        said = _read(self.headers, self.rfile.read(int(self.headers.get("Content-Length", 0))))
        provider.heard.append(Heard(operation, self.path, self.headers, said))
        if mood := provider.moods.get(operation):
            return mood(self)
        try:
            _demand_account(self.headers)
            ANSWERS[operation](self, said)
        except No as no:
            self.give_json(no.answer, status=no.http)

    def give(self, content: bytes, *, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name.replace("__", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def give_json(self, answer: Any, *, status: int = 200, **headers: str) -> None:
        content = json.dumps(answer).encode()
        self.give(content, status=status, Content__Type="application/json", **headers)

    @property
    def provider(self) -> BsreServer:
        return self.server.provider


Mood = Callable[[_Handler], None]


# --- What the provider hears ---------------------------------------------------------------------
OPERATIONS = {
    ("GET", "/api/user/status/"): "status",
    ("POST", "/api/v2/user/check/status"): "status",
    ("POST", "/api/sign/pdf"): "sign",
    ("POST", "/api/v2/sign/pdf"): "sign",
    ("GET", "/api/sign/download/"): "download",
    ("POST", "/api/sign/verify"): "verify",
    ("POST", "/api/v2/verify/pdf"): "verify",
}


def _operation(method: str, path: str) -> str:
    for (asked, start), operation in OPERATIONS.items():
        if method == asked and (path == start or (start.endswith("/") and path.startswith(start))):
            return operation
    return "nowhere"


def _read(headers: Any, body: bytes) -> dict[str, Any]:
    kind = headers.get("Content-Type", "")
    if kind.startswith("application/json"):
        return json.loads(body)
    if kind.startswith("multipart/form-data"):
        return _read_form(kind, body)
    return {}


def _read_form(kind: str, body: bytes) -> dict[str, Any]:
    whole = f"Content-Type: {kind}\r\n\r\n".encode() + body
    message = email.message_from_bytes(whole, policy=email.policy.HTTP)
    form = {}
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        is_file = part.get_filename() is not None
        form[part.get_param("name", header="content-disposition")] = (
            content if is_file else content.decode()
        )
    return form


def _demand_account(headers: Any) -> None:
    expected = "Basic " + base64.b64encode(":".join(ACCOUNT).encode()).decode()
    if headers.get("Authorization") != expected:
        raise No(0, "Unauthorized", http=401)


def _demand_person(provider: BsreServer, said: dict[str, Any]) -> Person:
    person = provider.person
    if said.get("nik") == person.nik or ("email" in said and said["email"] == person.email):
        return person
    raise No(2011, f"User {said.get('nik') or said.get('email')} belum terdaftar")


# --- What it answers -----------------------------------------------------------------------------
def _tell_status(handler: _Handler, said: dict[str, Any]) -> None:
    if handler.command == "GET":
        said = {"nik": handler.path.rsplit("/", 1)[-1]}
    person = _demand_person(handler.provider, said)
    handler.give_json({"status_code": 1111, "status": person.status, "message": "ok"})


def _sign(handler: _Handler, said: dict[str, Any]) -> None:
    person = _demand_person(handler.provider, said)
    if said.get("passphrase") != person.passphrase:
        raise No(2031, "Passphrase anda salah")
    if person.status != "ISSUE":
        raise No(2021, f"Status sertifikat {person.status}", key="message")
    is_first = "/v2/" not in handler.path
    pdf = said["file"] if is_first else base64.b64decode(said["file"][0])
    _demand_fresh(pdf)
    _demand_place(pdf, said if is_first else said["signatureProperties"][0], is_first=is_first)
    signed = handler.provider.sign(pdf)
    if is_first:
        name = keep(handler, signed)
        handler.give(signed, Content__Type="application/pdf", id_dokumen=name)
    else:
        handler.give_json({"time": 812, "file": [base64.b64encode(signed).decode()]})


def _demand_fresh(pdf: bytes) -> None:
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            if opened.is_encrypted or b"/ByteRange" in pdf:
                raise No(2041, "PDF terenkripsi atau sudah ditandatangani")
    except pikepdf.PdfError:
        raise No(2042, "Bukan PDF") from None


def _demand_place(pdf: bytes, look: dict[str, Any], *, is_first: bool) -> None:
    """Refuse a visible signature without its picture or without its mark in the text."""
    visible, invisible = ("visible", "invisible") if is_first else ("VISIBLE", "INVISIBLE")
    if look["tampilan"] == invisible:
        return
    picture = look["imageTTD"] if is_first else base64.b64decode(look["imageBase64"])
    if look["tampilan"] != visible or not picture.startswith(b"\x89PNG"):
        raise No(2051, "Gambar tanda tangan tidak ada")
    if not any(look["tag_koordinat"] in text for text in pages.page_texts(pdf)):
        raise No(2052, "Tag koordinat tidak ditemukan")


def keep(handler: _Handler, signed: bytes) -> str:
    """Keep what was signed under a name of the provider's, and give the name."""
    name = uuid.uuid4().hex
    handler.provider.papers[name] = signed
    return name


def _hand_over(handler: _Handler, _said: dict[str, Any]) -> None:
    paper = handler.provider.papers.get(handler.path.rsplit("/", 1)[-1])
    if paper is None:
        raise No(404, "Dokumen tidak ditemukan", http=404)
    handler.give(paper, Content__Type="application/pdf")


def _verify(handler: _Handler, said: dict[str, Any]) -> None:
    is_first = "/v2/" not in handler.path
    pdf = said["signed_file"] if is_first else base64.b64decode(said["file"])
    count = pdf.count(b"/ByteRange")
    if is_first:
        handler.give_json({"jumlah_signature": count, "summary": "VALID", "details": []})
    else:
        handler.give_json({"conclusion": "VALID", "signatureInformations": [{}] * count})


def _nowhere(handler: _Handler, _said: dict[str, Any]) -> None:
    handler.give(b"<html>Not Found</html>", status=404, Content__Type="text/html")


ANSWERS: dict[str, Callable[[_Handler, dict[str, Any]], None]] = {
    "status": _tell_status,
    "sign": _sign,
    "download": _hand_over,
    "verify": _verify,
    "nowhere": _nowhere,
}


# --- How it fails --------------------------------------------------------------------------------
class moods:  # noqa: N801  (a shelf, read as moods.silent)
    """Ways to fail, each met by somebody somewhere; most of them after the paper was signed."""

    @staticmethod
    def saying(content: bytes, *, status: int = 200, **headers: str) -> Mood:
        """Answer with these bytes, whatever was asked."""
        return lambda handler: handler.give(content, status=status, **headers)

    @staticmethod
    def answering(answer: Any, *, status: int = 200, **headers: str) -> Mood:
        """Answer with this JSON, whatever was asked."""
        return lambda handler: handler.give_json(answer, status=status, **headers)

    @staticmethod
    def echo(handler: _Handler) -> None:
        """Give back what was sent, unsigned."""
        said = handler.provider.heard[-1].said
        if isinstance(said["file"], bytes):
            handler.give(said["file"])
        else:
            handler.give_json({"file": said["file"]})

    @staticmethod
    def named(handler: _Handler) -> None:
        """Sign, and tell only under which name the paper can be fetched."""
        handler.give_json({"id_dokumen": moods._signed(handler)})

    @staticmethod
    def half(handler: _Handler) -> None:
        """Sign, and hang up in the middle of the paper, whose name was told."""
        name = moods._signed(handler)
        paper = handler.provider.papers[name]
        moods._begin(handler, len(paper), id_dokumen=name)
        handler.wfile.write(paper[: len(paper) // 2])

    @staticmethod
    def half_unnamed(handler: _Handler) -> None:
        """Hang up in the middle of an answer."""
        moods._begin(handler, 1000)
        handler.wfile.write(b"%PDF-1.7")

    @staticmethod
    def silent(handler: _Handler) -> None:
        """Sign, and never answer."""
        moods._signed(handler)
        handler.provider.over.wait()

    @staticmethod
    def stuck(handler: _Handler) -> None:
        """Sign, tell the name, begin the paper, and stop without hanging up."""
        moods._begin(handler, 1000, id_dokumen=moods._signed(handler))
        handler.wfile.write(b"%PDF-1.7")
        handler.provider.over.wait()

    @staticmethod
    def trickle(handler: _Handler) -> None:
        """Send a byte now and then, always in time, and never an end."""
        moods._begin(handler, 10_000_000)
        while not handler.provider.over.wait(0.02):
            handler.wfile.write(b"%")

    @staticmethod
    def trickle_headers(handler: _Handler) -> None:
        """Like `trickle`, but not even the headers end."""
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not handler.provider.over.wait(0.02):
            handler.wfile.write(b"x")

    @staticmethod
    def endless(handler: _Handler) -> None:
        """Send much more than a paper can be."""
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b"%PDF-1.7")
        while True:
            handler.provider.poured += handler.wfile.write(bytes(1024 * 1024))

    @staticmethod
    def hang_up(handler: _Handler) -> None:
        """Close the line without a word."""

    @staticmethod
    def _begin(handler: _Handler, length: int, **headers: str) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(length))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()

    @staticmethod
    def _signed(handler: _Handler) -> str:
        said = handler.provider.heard[-1].said["file"]
        pdf = said if isinstance(said, bytes) else base64.b64decode(said[0])
        return keep(handler, handler.provider.sign(pdf))
