"""Is this file the paper that we keep, what do its signatures say, and does its certificate hold?

For anybody who holds a paper. Two questions with two answers: whether it is this very document is
asked of its SHA-256 alone; a signature tells only who stands for the bytes at hand.
"""

from dataclasses import dataclass
from datetime import datetime

from requests_app.documents import quarantine
from requests_app.documents.judging import Judgement
from requests_app.models import OfficialDocument, SigningAttempt, SigningCertificate
from requests_app.services import certificates


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What became of a comparison; `judgement` is None where nobody could look just now."""

    is_same: bool
    judgement: Judgement | None


def compare(document: OfficialDocument, content: bytes, *, sha256: str, at: datetime) -> Compared:
    """Compare a file with what we keep, and judge its signatures; the file is kept nowhere.

    When it was signed is on our record for the very bytes that we keep, and for no others.
    """
    is_same = sha256 == document.sha256
    try:
        judgement = quarantine.judge(
            content,
            **certificates.trust_of(document.office),
            at=at,
            signed_at=document.signed_at if is_same else None,
        )
    except quarantine.NobodyThere:
        judgement = None
    return Compared(is_same=is_same, judgement=judgement)


def certificate_behind(document: OfficialDocument) -> SigningCertificate | None:
    """Find the certificate that a paper was signed with; None unless it was by our own keys.

    A person has one that stands at a time, so it is the newest that was there when they signed.
    """
    attempt = (
        document.data_request.signing_attempts.planning(code=document.code)
        .filter(
            outcome=SigningAttempt.Outcome.SIGNED,
            route=SigningAttempt.Route.INTERNAL,
        )
        .select_related("position")
        .first()
    )
    if attempt is None:
        return None
    made = SigningCertificate.objects.filter(
        user_id=attempt.position.user_id, made_at__lte=attempt.started_at
    )
    return made.select_related("authority").order_by("-made_at").first()


def represented_by(document: OfficialDocument) -> str:
    """Name in whose stead a paper was signed, as it stands above the signature; mostly nobody."""
    signatory = document.settings_used.get("signatory", {})
    return " ".join(signatory.get("on_behalf_lines", ()))
