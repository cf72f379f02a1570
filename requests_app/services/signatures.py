"""How is a letter signed here? Reserve, sign, finish; and what becomes of a try that broke off?

The number is reserved first, the signature is made outside any transaction, what came out is judged
and lies on the disk before the deed is finished (ADR 0024). What is signed is what was verified and
read: three hashes must agree, under the lock, before and after.
"""

import logging
from datetime import datetime
from time import sleep
from typing import Any, Final

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from requests_app.documents import letters as paper
from requests_app.documents import pdf
from requests_app.models import (
    AuditEntry,
    DataRequest,
    LetterNumber,
    LetterVersion,
    NumberRegister,
    OfficialDocument,
    Position,
    SigningAttempt,
)
from requests_app.models.guards import initial_is_given, signer_did_not_verify
from requests_app.models.people import positions_of
from requests_app.services import audit, letters, numbers, papers, routes, workflow
from requests_app.services.deeds import PREPARED
from requests_app.services.routes import NotSigned, Route
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn, Refused
from requests_app.sop.roles import Actor

log = logging.getLogger(__name__)
FILE_NAME: Final = "surat-{nomor}.pdf"
PATIENCE_TURNS: Final = 150
TURN_SECONDS: Final = 0.2
NOT_YET: Final = "…"
"""Stands for the number while the rest of the paper is laid down."""
BROKEN_OFF: Final = "Penandatanganan terputus sebelum selesai."


class BeingSigned(NotReady):
    """Another try is under way: the same person's second click, or another device."""


@sensitive_variables("passphrase")
def sign_letter(
    *,
    subject: DataRequest,
    actor: Actor,
    at: datetime,
    content_hash: str | None = None,
    affirmed: bool = False,
    passphrase: str = "",
    version: int | None = None,
    press: str = "",
) -> AuditEntry:
    """Complete SOP row 5: reserve the number, sign the letter, freeze it, pass it on to be sent.

    Must run outside any transaction. Refused before anything is reserved: no affirmation, content
    other than was read or initialled, whoever drafted or verified it, a position that is not valid
    now, no certificate, a try that is still under way. A signature that fails (a wrong passphrase,
    a silent provider) leaves the letter waiting under its reserved number. That the signer is the
    person logged in is proved by the door; `press` is the page's (`workflow.take_once`).
    """
    route = routes.route_of(subject.office)
    for broken in subject.signing_attempts.open().filter(expires_at__lte=at):
        resume(broken, at=at)
    signer = signer_of(actor)
    _refuse_bystander(subject, actor)
    route.check(signer, at=at)
    attempt = _reserve(
        subject, route, actor, at, content_hash, affirmed=affirmed, version=version, press=press
    )
    try:
        stored, findings = _sign(attempt, route, signer, passphrase, at)
    except NotSigned as refusal:
        give_up(attempt, actor=actor, at=at, why=str(refusal))
        raise
    except Exception:
        # whatever it was, the letter still waits and the person can be told so
        log.exception("signing broke off attempt=%s", attempt.key)
        give_up(attempt, actor=actor, at=at, why=BROKEN_OFF)
        raise NotSigned(_broken_off()) from None
    return finish(
        attempt,
        stored=stored,
        findings=findings,
        actor=actor,
        at=at,
        subject=subject,
    )


def signer_of(actor: Actor) -> Position:
    """Find the position as which an actor signs; it stands in the signature block."""
    if actor.position_id is None:
        raise NotYourTurn(_("Surat hanya ditandatangani oleh pejabat dengan jabatan yang berlaku."))
    return Position.objects.select_related("user", "office").get(pk=actor.position_id)


def open_attempt(data_request: DataRequest) -> SigningAttempt | None:
    """Find the try that is under way."""
    return data_request.signing_attempts.open().first()


def last_failure(data_request: DataRequest) -> SigningAttempt | None:
    """Find the newest try if it failed: what its reader must know before trying again."""
    newest = data_request.signing_attempts.order_by("-started_at", "-pk").first()
    failed = newest is not None and newest.outcome == SigningAttempt.Outcome.FAILED
    return newest if failed else None


def await_end(*, data_request: DataRequest, press: str) -> None:
    """Wait until the try that this press began has come to its end; for a second click."""
    mine = data_request.signing_attempts.open().filter(press=press)
    for _turn in range(PATIENCE_TURNS):
        if not mine.exists():
            return
        sleep(TURN_SECONDS)


# -- reserve ----------------------------------------------------------------------------------


def _reserve(
    subject: DataRequest,
    route: Route,
    actor: Actor,
    at: datetime,
    content_hash: str | None,
    *,
    affirmed: bool,
    version: int | None,
    press: str,
) -> SigningAttempt:
    """Reserve number and code, and lay down all that the paper will be made of; commits."""
    with workflow.editing(
        subject=subject,
        row="sign_letter",
        actor=actor,
        at=at,
        version=version,
        stales_pages=False,
    ) as locked:
        letter_version = refuse_unread(locked, actor, content_hash, affirmed=affirmed)
        signer = signer_of(actor)
        _refuse_out_of_time(signer, at)
        code = papers.new_code()
        drawn = letters.paper_of(
            data_request=locked,
            version=letter_version,
            at=at,
            number=NOT_YET,
            code=code,
            signatory=signer,
            signature_note=route.note(url=papers.verification_url(code)),
            keywords=anchor_of(locked, letter_version),
        )
        snapshot = letters.snapshot_of(drawn, letter_version)
        # last, since others wait for their number from here until the commit
        number = numbers.hold_for_signing(
            data_request=locked,
            kind=NumberRegister.Kind.LETTER,
            dated=at.astimezone(locked.office.zone).date(),
            actor=actor,
            at=at,
            entry=numbers.entry_of(locked),
        )
        return SigningAttempt.objects.create(
            data_request=locked,
            version=letter_version,
            number=number,
            position=signer,
            route=route.key,
            code=code,
            content_hash=letter_version.content_hash(),
            settings_used=snapshot | {"number": number.text},
            press=press,
            started_at=at,
            expires_at=at + route.limit,
        )


def refuse_unread(
    data_request: DataRequest, actor: Actor, content_hash: str | None, *, affirmed: bool
) -> LetterVersion:
    """Give the version that this actor may sign; refuse what was not verified, read or affirmed.

    The caller has locked the request.
    """
    refusal = signer_did_not_verify.refusal(data_request, actor)
    if refusal is not None:
        raise NotYourTurn(refusal)
    version = verified_version(data_request)
    if content_hash is not None and content_hash != version.content_hash():
        raise NotReady(_("Isi surat berubah setelah Anda membukanya. Baca kembali surat ini."))
    if not affirmed:
        raise Incomplete(_("Nyatakan bahwa Anda telah membaca dan memahami isi surat ini."))
    return version


def verified_version(data_request: DataRequest) -> LetterVersion:
    """Give the version that waits for its signature; refuse one without its initial, or under way.

    The caller has locked the request.
    """
    if open_attempt(data_request) is not None:
        raise BeingSigned(
            _("Surat ini sedang ditandatangani. Muat ulang halaman ini sebentar lagi.")
        )
    missing = initial_is_given.missing(data_request)
    version = data_request.newest_version()
    if missing is not None or version is None:
        raise Incomplete(missing or "")
    return version


def anchor_of(data_request: DataRequest, version: LetterVersion) -> str:
    """Write what ties a file to the record: request, content, and where the chain stood then."""
    last = audit.last_entry(audit.chain_of_request(data_request.pk))
    head = "" if last is None else last.hash
    return f"permohonan {data_request.public_id}, isi {version.content_hash()}, jejak {head}"


def _refuse_bystander(subject: DataRequest, actor: Actor) -> None:
    """Say "not yours" before a passphrase is even looked at."""
    workflow.refuse_bystander(
        subject=subject, deed="sign_letter", row="sign_letter", actor=actor, version=None
    )


def _refuse_out_of_time(signer: Position, at: datetime) -> None:
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
    attempt: SigningAttempt, route: Route, signer: Position, passphrase: str, at: datetime
) -> tuple[papers.Stored, list[dict[str, Any]]]:
    """Render, sign, judge and store; no lock is held, and nothing is said yet.

    How the provider names the paper goes into the attempt, however this ends.
    """
    drawn = paper.render_letter(letters.paper_of_snapshot(attempt.settings_used))
    try:
        made = route.sign(drawn, signer=signer, passphrase=passphrase, at=at)
    except NotSigned as refusal:
        attempt.provider_id = refusal.provider_id
        raise
    attempt.provider_id = made.provider_id
    findings = route.findings(made.content, office=signer.office, at=at, signed_at=at)
    return papers.store(made.content, folder=attempt.folder), findings


def _broken_off() -> str:
    return _(
        "Penandatanganan terputus sebelum selesai. Surat belum ditandatangani; nomornya tetap "
        "disimpan. Coba lagi."
    )


# -- finish -----------------------------------------------------------------------------------


def finish(
    attempt: SigningAttempt,
    *,
    stored: papers.Stored,
    findings: list[dict[str, Any]],
    actor: Actor,
    at: datetime,
    subject: DataRequest | None = None,
) -> AuditEntry:
    """Let the stored bytes be the letter: document, number, state and record in one transaction.

    Refused, and given up, where the attempt is no longer the open one or the request moved on.
    """
    data_request = subject or attempt.data_request
    try:
        with transaction.atomic():
            locked = workflow.lock_request(data_request.pk)
            moment = _not_before(locked, at)
            _refuse_ended(attempt)
            document = _enter(attempt, locked, stored, findings, actor, at)
            _end(attempt, SigningAttempt.Outcome.SIGNED, moment)
            entry = workflow.perform(
                subject=data_request,
                deed="sign_letter",
                actor=actor,
                at=moment,
                record={
                    "number": str(document.number),
                    "document": document.code,
                    "sha256": document.sha256,
                    "content_hash": attempt.content_hash,
                    "signature": document.signature,
                    "provider_id": attempt.provider_id,
                },
            )
            workflow.keep_press(subject=data_request, press=attempt.press)
    except Refused as refusal:
        give_up(attempt, actor=actor, at=at, why=str(refusal))
        raise
    return entry


def _enter(
    attempt: SigningAttempt,
    data_request: DataRequest,
    stored: papers.Stored,
    findings: list[dict[str, Any]],
    actor: Actor,
    at: datetime,
) -> OfficialDocument:
    number = numbers.issue_held(attempt.number)
    return papers.enter(
        kind=OfficialDocument.Kind.LETTER,
        data_request=data_request,
        code=attempt.code,
        stored=stored,
        title=attempt.version.subject,
        file_name=file_name(number),
        at=at,
        number=number,
        signed_by=actor,
        letter=attempt.version.letter,
        dated=number.dated,
        signature=routes.route_named(attempt.route).signature,
        findings=findings,
        settings_used=attempt.settings_used,
    )


def _refuse_ended(attempt: SigningAttempt) -> None:
    locked = SigningAttempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    if locked.ended_at is not None:
        raise NotSigned(_broken_off())


def _not_before(data_request: DataRequest, at: datetime) -> datetime:
    """Give a moment no earlier than the record: a note may have been made while we signed."""
    last = audit.last_entry(audit.chain_of_request(data_request.pk))
    return at if last is None else max(at, last.at)


def _end(attempt: SigningAttempt, outcome: str, at: datetime, *, why: str = "") -> None:
    attempt.outcome, attempt.ended_at, attempt.why = outcome, max(at, attempt.started_at), why
    attempt.save(update_fields=["outcome", "ended_at", "why", "provider_id"])


# -- a try that failed, or broke off ----------------------------------------------------------


def give_up(attempt: SigningAttempt, *, actor: Actor, at: datetime, why: str) -> None:
    """End a try without a signature: the letter waits again, under the same number; on record.

    What it left in the store goes: bytes that nobody was told of.
    """
    with transaction.atomic():
        locked = workflow.lock_request(attempt.data_request_id)
        current = SigningAttempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
        if current.ended_at is not None:
            return
        moment = _not_before(locked, at)
        _end(attempt, SigningAttempt.Outcome.FAILED, moment, why=why)
        workflow.note(
            subject=locked,
            deed="signature_failed",
            actor=actor,
            at=moment,
            reason=why,
            record={
                "number": attempt.number.text,
                "route": attempt.route,
                "provider_id": attempt.provider_id,
            },
            stales_pages=False,
        )
    for name in _left_by(attempt):
        default_storage.delete(name)


def resume(attempt: SigningAttempt, *, at: datetime) -> bool:
    """Bring a try that broke off to its end: finish what lies there whole, else give it up.

    Never signs: the passphrase is gone, and must not have been kept. Gives whether it is signed.
    """
    actor = attempt.position.as_actor()
    route = routes.route_named(attempt.route)
    for name in _left_by(attempt):
        with default_storage.open(name) as file:
            content = file.read()
        stored = papers.stored_under(name, content)
        if stored is None or attempt.content_hash not in pdf.keywords_of(content):
            continue
        try:
            findings = route.findings(
                content,
                office=attempt.position.office,
                at=at,
                signed_at=attempt.started_at,
            )
            finish(attempt, stored=stored, findings=findings, actor=actor, at=attempt.started_at)
        except Refused:
            continue
        return True
    give_up(attempt, actor=actor, at=at, why=BROKEN_OFF)
    return False


def resume_broken(*, at: datetime) -> int:
    """Bring every try that is past its limit to its end; gives how many."""
    broken = SigningAttempt.objects.open().filter(expires_at__lte=at)
    attempts = list(broken.select_related("position__user", "position__office", "number"))
    for attempt in attempts:
        resume(attempt, at=at)
    return len(attempts)


def _left_by(attempt: SigningAttempt) -> list[str]:
    """Name the whole files in an attempt's folder; one still being written has another ending."""
    if not default_storage.exists(attempt.folder):
        return []
    _folders, files = default_storage.listdir(attempt.folder)
    return [f"{attempt.folder}/{name}" for name in sorted(files) if name.endswith(".pdf")]


def file_name(number: LetterNumber) -> str:
    """Name the file by its number: what is no letter or digit becomes a dash."""
    return FILE_NAME.format(nomor=papers.plain(number.text))


PREPARED["sign_letter"] = sign_letter
