"""How is a paper signed here? Reserve, sign, finish.

The number is reserved first, the signature is made outside any transaction, what came out is judged
and lies on the disk before the deed is finished (ADR 0024). Row 5 signs a letter
(`services.signatures`), row 12 a report and the nota dinas that goes with it (`services.reports`);
each says what it reserves and how it ends. What becomes of a try stands in `services.attempts`.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from requests_app.models import (
    AuditEntry,
    DataRequest,
    LetterNumber,
    LetterVersion,
    OfficialDocument,
    Position,
    SigningAttempt,
)
from requests_app.models.people import positions_of
from requests_app.services import attempts, papers, routes, workflow
from requests_app.services.attempts import Row, Signed
from requests_app.services.routes import NotSigned, Route
from requests_app.services.workflow import NotYourTurn
from requests_app.sop.roles import Actor

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A paper about to be signed: all that its row will say, and how its bytes are typeset."""

    kind: OfficialDocument.Kind
    code: str
    number: LetterNumber
    title: str
    file_name: str
    settings_used: dict[str, Any]
    typeset: Callable[[], bytes]

    def plan(self) -> dict[str, Any]:
        """Give what is written down of it: enough to finish it from its bytes alone."""
        return {
            "kind": self.kind.value,
            "code": self.code,
            "number": self.number.pk,
            "title": self.title,
            "file_name": self.file_name,
            "settings_used": self.settings_used,
        }


@dataclass(frozen=True, kw_only=True)
class Signing:
    """Who signs, how and when; what `reserve` is given by `sign`."""

    row: Row
    route: Route
    signer: Position
    actor: Actor
    at: datetime
    press: str

    def day(self) -> date:
        """Give the date that the papers will bear."""
        return self.at.astimezone(self.signer.office.zone).date()

    def begin(
        self,
        data_request: DataRequest,
        drafts: Sequence[Draft],
        *,
        content_hash: str,
        version: LetterVersion | None = None,
    ) -> SigningAttempt:
        """Write the try down, in the transaction that reserved the numbers."""
        return SigningAttempt.objects.create(
            kind=self.row.kind,
            data_request=data_request,
            version=version,
            number=drafts[0].number,
            position=self.signer,
            route=self.route.key,
            content_hash=content_hash,
            papers=[draft.plan() for draft in drafts],
            press=self.press,
            started_at=self.at,
            expires_at=self.at + self.route.limit * len(drafts),
        )


Reserve = Callable[[Signing], tuple[SigningAttempt, Sequence[Draft]]]


@sensitive_variables("passphrase")
def sign(
    *,
    subject: DataRequest,
    row: Row,
    reserve: Reserve,
    actor: Actor,
    at: datetime,
    passphrase: str,
    press: str,
) -> AuditEntry:
    """Reserve, sign, finish. Must run outside any transaction.

    `reserve` commits numbers and attempt, and refuses whom it must. A signature that fails (a wrong
    passphrase, a silent provider) leaves the papers waiting under their reserved numbers. That the
    signer is the person logged in is proved by the door; `press` is the page's.
    """
    route = routes.route_of(subject.office)
    for broken in subject.signing_attempts.open().filter(kind=row.kind, expires_at__lte=at):
        attempts.resume(broken, row=row, at=at)
    signer = signer_of(actor)
    # "not yours" is said before a passphrase is even looked at
    workflow.refuse_bystander(
        subject=subject, deed=row.deed, row=row.deed, actor=actor, version=None
    )
    route.check(signer, at=at)
    signing = Signing(row=row, route=route, actor=actor, at=at, press=press, signer=signer)
    attempt, drafts = reserve(signing)
    try:
        signed = _sign(attempt, signing, drafts, passphrase)
    except NotSigned as refusal:
        attempts.give_up(attempt, actor=actor, at=at, why=str(refusal))
        raise
    except Exception:
        # whatever it was, the papers still wait and the person can be told so
        log.exception("signing broke off attempt=%s", attempt.key)
        attempts.give_up(attempt, actor=actor, at=at, why=str(attempts.BROKEN_OFF))
        raise NotSigned(attempts.broken_off()) from None
    return attempts.finish(attempt, row=row, signed=signed, actor=actor, at=at, subject=subject)


def signer_of(actor: Actor) -> Position:
    """Find the position as which an actor signs; it stands in the signature block."""
    if actor.position_id is None:
        raise NotYourTurn(
            _("Naskah hanya ditandatangani oleh pejabat dengan jabatan yang berlaku.")
        )
    return Position.objects.select_related("user", "office").get(pk=actor.position_id)


# -- what every reservation asks, and writes into its papers ----------------------------------


def refuse_under_way(data_request: DataRequest) -> None:
    """Refuse while a try is under way; the caller has locked the request."""
    if attempts.open_attempt(data_request) is not None:
        raise attempts.BeingSigned(
            _("Naskah ini sedang ditandatangani. Muat ulang halaman ini sebentar lagi.")
        )


def refuse_out_of_time(signer: Position, at: datetime) -> None:
    """Refuse a position that has ended, has not begun, or is stood in for by a Plh. now."""
    if signer.pk not in {position.pk for position in positions_of(signer.user, at)}:
        raise NotYourTurn(
            _("Jabatan {jabatan} tidak berlaku pada {tanggal}.").format(
                jabatan=signer.printed_title,
                tanggal=f"{at.astimezone(signer.office.zone):%d-%m-%Y}",
            )
        )


# -- sign -------------------------------------------------------------------------------------


@sensitive_variables("passphrase")
def _sign(
    attempt: SigningAttempt, signing: Signing, drafts: Iterable[Draft], passphrase: str
) -> list[Signed]:
    """Typeset, sign, judge and store, one by one; no lock is held, and nothing is said yet.

    How the provider names the papers goes into the attempt, however this ends.
    """
    return [_sign_one(attempt, signing, draft, passphrase) for draft in drafts]


@sensitive_variables("passphrase")
def _sign_one(attempt: SigningAttempt, signing: Signing, draft: Draft, passphrase: str) -> Signed:
    route, at = signing.route, signing.at
    try:
        made = route.sign(draft.typeset(), signer=signing.signer, passphrase=passphrase, at=at)
    except NotSigned as refusal:
        _keep_name(attempt, refusal.provider_id)
        raise
    _keep_name(attempt, made.provider_id)
    findings = route.findings(made.content, office=signing.signer.office, at=at, signed_at=at)
    return Signed(stored=papers.store(made.content, folder=attempt.folder), findings=findings)


def _keep_name(attempt: SigningAttempt, provider_id: str) -> None:
    attempt.provider_id = " ".join(filter(None, (attempt.provider_id, provider_id)))
