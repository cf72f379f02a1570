"""Who makes the signature? The ways behind one interface: our own keys, or a certified provider.

A route is asked three things: may this person sign now, sign these bytes, and is this what you
signed? It keeps no secret. A file signed elsewhere needs no route (`services.exchange`).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Protocol

from django.conf import settings
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from requests_app.documents import bsre, judging, papers, signing
from requests_app.documents.judging import Verdict
from requests_app.models import Office, OfficialDocument, Position, SigningAttempt, User
from requests_app.services import certificates, letters, provider
from requests_app.services.workflow import NotReady, Refused

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Made:
    """A signed file, and the number that the provider knows it by."""

    content: bytes
    provider_id: str = ""


class NotSigned(NotReady):
    """The signature was not made: the paper still waits, under the same number.

    `provider_id` is the provider's name for a paper of which nobody knows what became there.
    """

    def __init__(self, sentence: str, *, provider_id: str = "") -> None:
        super().__init__(sentence)
        self.provider_id = provider_id


class WrongPassphrase(NotSigned):
    """The secret was not the signer's; the same one must not be tried again at once."""


class Route(Protocol):
    """One way to have a paper signed."""

    @property
    def key(self) -> SigningAttempt.Route:
        """Name the route."""
        ...

    @property
    def signature(self) -> OfficialDocument.Signature:
        """Say what kind of signature it makes, truthfully."""
        ...

    @property
    def limit(self) -> timedelta:
        """Say after how long an attempt that tells nothing is taken for broken off."""
        ...

    def note(self, *, url: str) -> str:
        """Write the line that the paper's foot carries."""
        ...

    def check(self, signer: Position, *, at: datetime) -> None:
        """Refuse whoever cannot sign now, before anything is reserved."""
        ...

    def lacking(self, user_id: int, *, at: datetime) -> str:
        """Say what this person lacks to sign here at all; empty where nothing."""
        ...

    def opens(self, user_id: int, passphrase: str) -> bool | None:
        """Tell whether this is the passphrase to the person's key; None where only signing can."""
        ...

    def sign(self, pdf: bytes, *, signer: Position, passphrase: str, at: datetime) -> Made:
        """Sign these bytes as this person; `NotSigned` where that fails."""
        ...

    def findings(
        self, content: bytes, *, office: Office, at: datetime, signed_at: datetime
    ) -> list[dict[str, Any]]:
        """Judge what came out; `NotSigned` unless it is one whole, good signature."""
        ...


class OwnKeys:
    """Our own keys: PAdES by a certificate of the office's authority; not certified by law."""

    key: Final = SigningAttempt.Route.INTERNAL
    signature: Final = OfficialDocument.Signature.UNCERTIFIED
    limit: Final = timedelta(minutes=2)

    def note(self, *, url: str) -> str:
        """Say plainly that the signature is not certified."""
        return papers.own_signature_note(application=letters.APPLICATION, url=url)

    def check(self, signer: Position, *, at: datetime) -> None:
        """Ask for a standing certificate; the passphrase is tried by signing."""
        certificates.refuse_unfit(certificates.standing_of(signer.user_id), at=at)

    def lacking(self, user_id: int, *, at: datetime) -> str:
        """Say why the person's own key cannot sign now."""
        try:
            certificates.refuse_unfit(certificates.standing_of(user_id), at=at)
        except Refused as refusal:
            return str(refusal)
        return ""

    @sensitive_variables("passphrase")
    def opens(self, user_id: int, passphrase: str) -> bool:
        """Try the passphrase; who has no key passes, for that is `check`'s to say."""
        certificate = certificates.standing_of(user_id)
        return certificate is None or certificates.opens(certificate, passphrase)

    @sensitive_variables("passphrase")
    def sign(self, pdf: bytes, *, signer: Position, passphrase: str, at: datetime) -> Made:
        """Sign with the person's own key."""
        certificate = certificates.standing_of(signer.user_id)
        if certificate is None:
            raise NotSigned(_("Sertifikat Anda tidak berlaku lagi. Naskah belum ditandatangani."))
        office = signer.office
        try:
            content = signing.sign_pdf(
                pdf,
                key=signing.Key(pkcs12=bytes(certificate.pkcs12), passphrase=passphrase),
                statement=signing.Statement(
                    reason=_("Menandatangani sebagai {jabatan}").format(
                        jabatan=signer.printed_title
                    ),
                    location=office.city,
                    name=signer.user.name,
                ),
                **certificates.trust_of(office),
                at=at,
                timestamp_url=settings.TSA_URL,
            )
        except signing.CannotSign as error:
            is_wrong = error.hurdle is signing.Hurdle.WRONG_PASSPHRASE
            refusal = WrongPassphrase if is_wrong else NotSigned
            raise refusal(_sentence(error.hurdle)) from None  # its frames held the passphrase
        return Made(content=content)

    def findings(
        self, content: bytes, *, office: Office, at: datetime, signed_at: datetime
    ) -> list[dict[str, Any]]:
        """Judge by the office's own authority."""
        judgement = judge(content, office=office, at=at, signed_at=signed_at)
        if not judging.is_our_signature(judgement):
            raise NotSigned(_failed_check())
        return told(judgement)


@dataclass(frozen=True)
class Certified:
    """BSrE, by one version of its service: certified by law, under a key that never leaves it."""

    version: int
    signature: OfficialDocument.Signature = OfficialDocument.Signature.BSRE

    @property
    def key(self) -> SigningAttempt.Route:
        """Name the version."""
        return SigningAttempt.Route(f"bsre_v{self.version}")

    @property
    def limit(self) -> timedelta:
        """Wait for as long as the provider may be waited for."""
        return timedelta(seconds=provider.patience(self.version))

    def note(self, *, url: str) -> str:
        """Say whose certificate it is; the letter leaves only after the signature was found."""
        del url
        return papers.BSRE_NOTE

    def check(self, signer: Position, *, at: datetime) -> None:
        """Ask the provider how the person's certificate stands."""
        del at
        provider.refuse_unfit(self.version, signer.user)

    def lacking(self, user_id: int, *, at: datetime) -> str:
        """Say what was never set up; the provider itself is asked when a signature is wanted."""
        del at
        return provider.lacking(self.version, User.objects.get(pk=user_id))

    def opens(self, user_id: int, passphrase: str) -> None:
        """Leave it to the provider: to ask is to sign."""

    @sensitive_variables("passphrase")
    def sign(self, pdf: bytes, *, signer: Position, passphrase: str, at: datetime) -> Made:
        """Let the provider sign, and see that what came back is the letter that was sent."""
        del at
        try:
            made = provider.sign(self.version, pdf, user=signer.user, passphrase=passphrase)
        except bsre.BsreFailed as failed:
            log.warning("%s code=%s: %s", type(failed).__name__, failed.code, failed.message)
            is_wrong = failed.code is bsre.Code.WRONG_PASSPHRASE
            refusal = WrongPassphrase if is_wrong else NotSigned
            raise refusal(_sentence_of(failed), provider_id=failed.document_id) from None
        if not provider.is_still(pdf, made.pdf):
            raise NotSigned(_failed_check(), provider_id=made.document_id)
        return Made(content=made.pdf, provider_id=made.document_id)

    def findings(
        self, content: bytes, *, office: Office, at: datetime, signed_at: datetime
    ) -> list[dict[str, Any]]:
        """Ask of every signature that it holds, of one that it covers all, of none that it is ours.

        The provider's authority is not among those that the office knows; what our own authority
        vouches for is no signature of the provider's.
        """
        judgement = judge(content, office=office, at=at, signed_at=signed_at)
        verdicts = {one.verdict for one in judgement.signatures}
        if judgement.problem or not judgement.whole or verdicts != {Verdict.UNKNOWN_ISSUER}:
            raise NotSigned(_failed_check())
        return told(judgement)


def judge(
    content: bytes, *, office: Office, at: datetime, signed_at: datetime | None = None
) -> judging.Judgement:
    """Judge all signatures in a file by what this office trusts."""
    return judging.judge(
        content,
        **certificates.trust_of(office),
        at=at,
        signed_at=signed_at,
    )


def told(judgement: judging.Judgement) -> list[dict[str, Any]]:
    """Write down what was found about each signature, as plain values that a row can keep."""
    return [
        {
            "verdict": one.verdict.value,
            "signer": one.signer,
            "issuer": one.issuer,
            "signed_at": "" if one.signed_at is None else one.signed_at.isoformat(),
            "timestamped": one.timestamped,
            "whole_file": one.covers_whole_file,
        }
        for one in judgement.signatures
    ]


def _sentence(hurdle: signing.Hurdle) -> str:
    said = {
        signing.Hurdle.WRONG_PASSPHRASE: _("Frasa sandi salah."),
        signing.Hurdle.EXPIRED: _("Sertifikat Anda sudah berakhir."),
        signing.Hurdle.NOT_YET_VALID: _("Sertifikat Anda belum berlaku. Periksa jam sistem."),
        signing.Hurdle.REVOKED: _("Sertifikat Anda sudah dicabut. Buat sertifikat baru."),
        signing.Hurdle.UNCHECKED: _("Daftar pencabutan sertifikat kedaluwarsa. Hubungi pengelola."),
        signing.Hurdle.NO_TIMESTAMP: _("Layanan stempel waktu tidak menjawab."),
        signing.Hurdle.CLOCK: _("Jam sistem berbeda dari jam layanan stempel waktu."),
    }.get(hurdle, _("Tanda tangan tidak dapat dibuat."))
    return f"{said} {_undone()}"


def _sentence_of(failed: bsre.BsreFailed) -> str:
    if isinstance(failed, bsre.BsreUnclear):
        unknown = _("Apa yang terjadi di sana tidak diketahui, dan tidak dipakai.")
        return f"{failed.sentence} {unknown} {_undone()}"
    return f"{failed.sentence} {_undone()}"


def _undone() -> str:
    return _("Naskah belum ditandatangani; nomornya tetap disimpan untuk percobaan berikutnya.")


def _failed_check() -> str:
    return _("Tanda tangan yang dibuat tidak lulus pemeriksaan. Naskah belum ditandatangani.")


ROUTES: Final[dict[str, Callable[[], Route]]] = {
    Office.SigningRoute.INTERNAL: OwnKeys,
    Office.SigningRoute.BSRE_V1: partial(Certified, 1),
    Office.SigningRoute.BSRE_V2: partial(Certified, 2),
}


def route_of(office: Office) -> Route:
    """Find the way an office signs."""
    return ROUTES[office.signing_route]()


def route_named(key: str) -> Route:
    """Find the route that an attempt was begun on."""
    return ROUTES[key]()
