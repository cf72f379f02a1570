"""How does BSrE, the national certificate provider, sign a paper, and what did it really answer?

The office runs the provider's Esign Client Service; we talk to its version 1 (multipart) or 2
(JSON). Whatever is not clearly a yes falls into one of three, and only they leave this module:

- `BsreRefused`: the provider, or a check here before anything was sent, said no: not signed.
- `BsreUnreachable`: nothing was sent: not signed.
- `BsreUnclear`: it was sent, and what became of it is unknown. Where the provider named the paper,
  it has been asked for it once.

Passphrase and NIK stand in no exception, repr, log or error report; frames from here down into
the libraries are hidden from the report as a whole.
"""

import base64
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import pikepdf
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from requests_app.documents import outside

PDF: Final = b"%PDF"
LONGEST_FETCH: Final = 20.0
"""In seconds. What was signed already is only handed over, and the attempt must end soon."""
LONGEST_MESSAGE: Final = 200
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_NIK: Final = re.compile(r"(?<!\d)\d{16}(?!\d)", re.ASCII)
_THIS_MACHINE: Final = {"localhost", "127.0.0.1", "::1"}


class Status(StrEnum):
    """Where somebody's certificate stands. Only `ISSUE` may sign; a word not known here may not."""

    ISSUE = "ISSUE"
    EXPIRED = "EXPIRED"
    RENEW = "RENEW"
    WAITING_FOR_VERIFICATION = "WAITING_FOR_VERIFICATION"
    NEW = "NEW"
    NO_CERTIFICATE = "NO_CERTIFICATE"
    NOT_REGISTERED = "NOT_REGISTERED"
    SUSPEND = "SUSPEND"
    REVOKE = "REVOKE"
    UNVERIFIED = "UNVERIFIED"
    UNKNOWN = "UNKNOWN"

    @classmethod
    def _missing_(cls, value: object) -> "Status":
        word = str(value).strip().upper()
        return next((one for one in cls if one.value == word), cls.UNKNOWN)

    @property
    def may_sign(self) -> bool:
        """Tell whether a signature with this certificate can be asked for."""
        return self is Status.ISSUE

    @property
    def sentence(self) -> str:
        """Say why this person cannot sign now; empty for who can."""
        if self.may_sign:
            return ""
        if self is Status.NOT_REGISTERED:
            return _sentence(Code.NOT_REGISTERED)
        return _(
            "Sertifikat elektronik Anda tidak aktif ({status}). Hubungi pengelola TTE."
        ).format(status=self.value)


class Code(StrEnum):
    """Why there is no signed paper."""

    WRONG_PASSPHRASE = "wrong_passphrase"  # noqa: S105  # the name of a reason
    NOT_REGISTERED = "not_registered"
    BAD_IDENTITY = "bad_identity"
    UNSUITABLE_PDF = "unsuitable_pdf"
    ACCOUNT = "account"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNTRUSTED = "untrusted"
    NO_ANSWER = "no_answer"
    BAD_ANSWER = "bad_answer"


_CODES: Final = {2011: Code.NOT_REGISTERED, 2031: Code.WRONG_PASSPHRASE}
"""The provider's own numbers (`status_code`), as far as they are documented."""


class BsreFailed(Exception):
    """There is no signed paper; `code` says why, `message` more of it, for the record only."""

    def __init__(self, code: Code, message: str = "", *, document_id: str = "") -> None:
        super().__init__(code.value, message)
        self.code = code
        self.message = message
        self.document_id = document_id

    @property
    def sentence(self) -> str:
        """Say what happened and whom to ask; the caller adds what that means for the paper."""
        return _sentence(self.code)


class BsreRefused(BsreFailed):
    """The provider or a check before sending said no; certainly not signed."""


class BsreUnreachable(BsreFailed):
    """Nothing has left this machine; certainly not signed."""


class BsreUnclear(BsreFailed):
    """Sent, but no usable answer: signed or not. The provider's name for the paper is kept."""


@dataclass(frozen=True, kw_only=True)
class SignedElsewhere:
    """A paper as the provider gave it back, not judged yet, and the provider's name for it."""

    pdf: bytes = field(repr=False)
    document_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """A visible signature: a picture (PNG) that takes the place of a mark in the text.

    The mark survives letters of any length; on every other way of signing it would stay visible.
    """

    image: bytes = field(repr=False)
    marker: str = "#"
    width: int = 60
    height: int = 60


@dataclass(frozen=True, kw_only=True)
class Bsre:
    """The service of one agency, under the agency's own account.

    Refused with `ValueError`: an address that would carry passphrases in the clear. `authorities`
    is a file of certificates to trust instead of the public ones, for services on a private net.
    """

    version: int
    base_url: str
    username: str = field(repr=False)
    password: str = field(repr=False)
    connect_timeout: float = 5
    read_timeout: float = 60
    authorities: str = ""

    def __post_init__(self) -> None:
        if self.version not in _VERSIONS:
            raise ValueError(f"No version {self.version} of the Esign Client Service.")
        address = urlsplit(self.base_url)
        is_safe = address.scheme == "https" or address.hostname in _THIS_MACHINE
        if not is_safe or "@" in address.netloc:
            raise ValueError("The Esign Client Service needs an https address without an account.")

    @property
    def patience(self) -> float:
        """In seconds: how long signing may take, a paper asked for once more included."""
        return 2 * self.connect_timeout + self.read_timeout + self._fetch_timeout

    @sensitive_variables()
    def status(self, *, nik: str = "", email: str = "") -> Status:
        """Ask where somebody's certificate stands; who is not registered is a status too."""
        try:
            answer = self._ask(self._version.status(self._signer(nik, email)))
        except BsreRefused as refused:
            if refused.code is not Code.NOT_REGISTERED:
                raise
            return Status.NOT_REGISTERED
        return _status_in(answer.facts())

    @sensitive_variables()
    def sign(
        self,
        pdf: bytes,
        /,
        *,
        passphrase: str,
        nik: str = "",
        email: str = "",
        visible: Stamp | None = None,
    ) -> SignedElsewhere:
        """Let the provider sign; invisibly, unless a stamp is given.

        What comes back is a PDF and other than what was sent; whether its signature holds is for
        `judging`. Refused before sending: a PDF that is locked or signed already.
        """
        _refuse_unsuitable(pdf)
        question = self._version.sign(pdf, self._signer(nik, email), passphrase, visible)
        try:
            signed = self._ask(question).paper()
        except BsreUnclear as unclear:
            if not unclear.document_id:
                raise
            signed = SignedElsewhere(pdf=b"", document_id=unclear.document_id)
        if not signed.pdf:
            signed = self._fetch(signed.document_id)
        if signed.pdf == pdf:
            raise BsreUnclear(Code.BAD_ANSWER, "unsigned", document_id=signed.document_id)
        return signed

    def verify(self, pdf: bytes, /) -> dict[str, Any]:
        """Ask what the provider thinks of a signed PDF, and give its answer as it is."""
        return self._ask(self._version.verify(pdf)).facts()

    @property
    def _version(self) -> "_Version":
        return _VERSIONS[self.version]

    @property
    def _fetch_timeout(self) -> float:
        return min(self.read_timeout, LONGEST_FETCH)

    @property
    def _account(self) -> bytes:
        return f"{self.username}:{self.password}".encode()

    def _signer(self, nik: str, email: str) -> dict[str, str]:
        if _NIK.fullmatch(nik):
            return {"nik": nik}
        if email and not nik and self._version.knows_email:
            return {"email": email}
        raise BsreRefused(Code.BAD_IDENTITY)

    def _fetch(self, document_id: str) -> SignedElsewhere:
        """Ask once for what may be signed already; a no to this says nothing of the signature."""
        question = _Question("GET", f"/api/sign/download/{document_id}")
        message = "not a paper"
        try:
            if pdf := self._ask(question, read_timeout=self._fetch_timeout).paper().pdf:
                return SignedElsewhere(pdf=pdf, document_id=document_id)
        except BsreFailed as failed:
            message = failed.message
        raise BsreUnclear(Code.BAD_ANSWER, message, document_id=document_id)

    def _ask(self, question: "_Question", *, read_timeout: float | None = None) -> "_Answer":
        """Put one question and give the answer, if it is a yes."""
        try:
            reply = outside.converse(
                question.method,
                self.base_url.rstrip("/") + question.path,
                headers={"Authorization": f"Basic {_as_text(self._account)}"},
                connect_timeout=self.connect_timeout,
                read_timeout=read_timeout or self.read_timeout,
                authorities=self.authorities,
                **question.carries,
            )
        except outside.Unreached as unreached:
            code = Code.UNTRUSTED if unreached.untrusted else Code.UNREACHABLE
            raise BsreUnreachable(code, str(unreached)) from None
        except outside.Broken as broken:
            named = _id_in(broken.headers)
            raise BsreUnclear(Code.NO_ANSWER, str(broken), document_id=named) from None
        answer = _Answer(reply.status, reply.content, _id_in(reply.headers))
        if refusal := answer.refusal(hidden=(question.passphrase, self.password)):
            raise refusal
        return answer


@dataclass(frozen=True, repr=False)
class _Question:
    """What is asked, in the words of `requests`; the passphrase once more, not to be repeated."""

    method: str
    path: str
    carries: dict[str, Any] = field(default_factory=dict)
    passphrase: str = ""


class _Version(Protocol):
    """How one version of the service wants to be asked; the answers read alike."""

    knows_email: bool

    def status(self, signer: dict[str, str]) -> _Question: ...
    def sign(
        self, pdf: bytes, signer: dict[str, str], passphrase: str, stamp: Stamp | None
    ) -> _Question: ...
    def verify(self, pdf: bytes) -> _Question: ...


class _Version1:
    """Forms with files; people are known by NIK."""

    knows_email = False

    def status(self, signer: dict[str, str]) -> _Question:
        return _Question("GET", f"/api/user/status/{signer['nik']}")

    def sign(
        self, pdf: bytes, signer: dict[str, str], passphrase: str, stamp: Stamp | None
    ) -> _Question:
        fields = {**signer, "passphrase": passphrase, "tampilan": "invisible"}
        files = {"file": _as_file(pdf)}
        if stamp:
            fields |= {
                "tampilan": "visible",
                "image": "true",
                "tag_koordinat": stamp.marker,
                "width": str(stamp.width),
                "height": str(stamp.height),
            }
            files["imageTTD"] = ("tanda.png", stamp.image, "image/png")
        carries = {"data": fields, "files": files}
        return _Question("POST", "/api/sign/pdf", carries, passphrase)

    def verify(self, pdf: bytes) -> _Question:
        return _Question("POST", "/api/sign/verify", {"files": {"signed_file": _as_file(pdf)}})


class _Version2:
    """JSON with files in base64; people are known by NIK or e-mail address."""

    knows_email = True

    def status(self, signer: dict[str, str]) -> _Question:
        return _Question("POST", "/api/v2/user/check/status", {"json": signer})

    def sign(
        self, pdf: bytes, signer: dict[str, str], passphrase: str, stamp: Stamp | None
    ) -> _Question:
        look: dict[str, Any] = {"tampilan": "INVISIBLE"}
        if stamp:
            look = {
                "tampilan": "VISIBLE",
                "imageBase64": _as_text(stamp.image),
                "tag_koordinat": stamp.marker,
                "width": stamp.width,
                "height": stamp.height,
            }
        says = {**signer, "passphrase": passphrase, "signatureProperties": [look]}
        carries = {"json": {**says, "file": [_as_text(pdf)]}}
        return _Question("POST", "/api/v2/sign/pdf", carries, passphrase)

    def verify(self, pdf: bytes) -> _Question:
        return _Question("POST", "/api/v2/verify/pdf", {"json": {"file": _as_text(pdf)}})


_VERSIONS: Final[dict[int, _Version]] = {1: _Version1(), 2: _Version2()}


@dataclass(frozen=True, repr=False)
class _Answer:
    """What came back in full: HTTP status, body, and the paper's name from the header."""

    status: int
    content: bytes
    document_id: str

    def refusal(self, *, hidden: tuple[str, ...]) -> BsreFailed | None:
        """Tell what this answer amounts to, unless it is a yes.

        A number of the provider's own is its no, whatever HTTP says; so is an `error` under a 200
        or 4xx. Redirects and 5xx may come from what stands in between, after the signing.
        """
        said = self._json()
        message = _without_secrets(said.get("error") or said.get("message"), hidden)
        message = f"HTTP {self.status} {message}".strip()
        if code := _CODES.get(_number(said.get("status_code"))):
            return BsreRefused(code, message)
        if self.status in {401, 403}:
            return BsreRefused(Code.ACCOUNT, message)
        if 400 <= self.status < 500 or (self.status < 300 and said.get("error")):
            return BsreRefused(Code.REFUSED, message)
        if self.status >= 300:
            code = Code.NO_ANSWER if self.status >= 500 else Code.BAD_ANSWER
            return BsreUnclear(code, message, document_id=self.document_id)
        return None

    def facts(self) -> dict[str, Any]:
        """Give what the answer says as JSON; anything else is no usable answer."""
        if said := self._json():
            return said
        raise BsreUnclear(Code.BAD_ANSWER, "not JSON", document_id=self.document_id)

    def paper(self) -> SignedElsewhere:
        """Give the PDF, bare or in JSON; without bytes where the provider only named it."""
        if self.content.startswith(PDF):
            return SignedElsewhere(pdf=self.content, document_id=self.document_id)
        said = self._json()
        named = self.document_id or _known_id(said.get("id_dokumen") or said.get("id"))
        pdf = _decoded(said.get("file"))
        if not pdf and not named:
            raise BsreUnclear(Code.BAD_ANSWER, "not a paper")
        return SignedElsewhere(pdf=pdf, document_id=named)

    def _json(self) -> dict[str, Any]:
        if self.content.startswith(PDF):
            return {}
        try:
            said = json.loads(self.content)
        except (ValueError, RecursionError):
            return {}
        return said if isinstance(said, dict) else {}


def masked(nik: str, /) -> str:
    """Show the last four digits of a NIK, enough to tell two people apart."""
    hidden = max(len(nik) - 4, 0) if len(nik) > 8 else len(nik)
    return "*" * hidden + nik[hidden:]


def _refuse_unsuitable(pdf: bytes) -> None:
    """Refuse what the provider cannot sign: a PDF that is locked, signed already or none at all."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            suitable = not opened.is_encrypted and not any(map(_is_signature, opened.objects))
    except (pikepdf.PdfError, pikepdf.PasswordError):
        suitable = False
    if not suitable:
        raise BsreRefused(Code.UNSUITABLE_PDF)


def _is_signature(thing: Any) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and "/ByteRange" in thing


def _id_in(headers: Mapping[str, str]) -> str:
    return _known_id(headers.get("id_dokumen") or headers.get("id-dokumen"))


def _known_id(value: object) -> str:
    """Give the provider's name for a paper, if it may stand in an address."""
    text = str(value)
    return text if value and _ID.fullmatch(text) else ""


def _status_in(said: dict[str, Any]) -> Status:
    """Find the word; some servers put it one floor deeper."""
    inner = said.get("data")
    word = said.get("status")
    if not isinstance(word, str) and isinstance(inner, dict):
        word = inner.get("status")
    return Status(str(word))


def _decoded(files: object) -> bytes:
    """Give the one PDF of a list in base64; nothing for any other list."""
    if not isinstance(files, list) or len(files) != 1:
        return b""
    try:
        pdf = base64.b64decode(str(files[0]), validate=True)
    except ValueError:
        return b""
    return pdf if pdf.startswith(PDF) else b""


def _number(value: object) -> int:
    text = str(value)
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 0


def _without_secrets(value: object, hidden: tuple[str, ...]) -> str:
    """Keep one short line of what the provider said; it may repeat what it was told."""
    text = value if isinstance(value, str) else ""
    for secret in filter(None, hidden):
        text = text.replace(secret, "***")
    text = _NIK.sub(lambda found: masked(found[0]), " ".join(text.split()))
    return "".join(filter(str.isprintable, text))[:LONGEST_MESSAGE]


def _as_file(pdf: bytes) -> tuple[str, bytes, str]:
    return ("dokumen.pdf", pdf, "application/pdf")


def _as_text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _sentence(code: Code) -> str:
    return {
        Code.WRONG_PASSPHRASE: _("Frasa sandi salah."),
        Code.NOT_REGISTERED: _("Anda belum terdaftar pada layanan BSrE. Hubungi pengelola TTE."),
        Code.BAD_IDENTITY: _("NIK Anda belum tercatat dengan benar. Hubungi pengelola aplikasi."),
        Code.UNSUITABLE_PDF: _(
            "Layanan BSrE tidak menerima PDF yang terkunci atau sudah bertanda tangan."
        ),
        Code.ACCOUNT: _("Layanan BSrE menolak akun aplikasi ini. Hubungi pengelola aplikasi."),
        Code.REFUSED: _("Layanan BSrE menolak dokumen ini. Hubungi pengelola TTE."),
        Code.UNREACHABLE: _("Layanan BSrE tidak dapat dihubungi."),
        Code.UNTRUSTED: _(
            "Keaslian layanan BSrE tidak dapat dipastikan. Hubungi pengelola aplikasi."
        ),
        Code.NO_ANSWER: _("Layanan BSrE tidak menjawab."),
        Code.BAD_ANSWER: _("Jawaban layanan BSrE tidak dapat dipakai."),
    }[code]
