"""What becomes of a try to sign: is it under way, finished, given up, or did it break off?

A try is finished by the bytes that lie on the disk, whether the process that made them lives or
not (ADR 0024). Of the rows that sign, only their `Row` is known here; of several papers all are
finished, or none.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import sleep
from typing import Any, Final

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.documents import pdf
from requests_app.models import AuditEntry, DataRequest, OfficialDocument, SigningAttempt
from requests_app.services import audit, numbers, papers, routes, workflow
from requests_app.services.routes import NotSigned
from requests_app.services.workflow import NotReady, Refused
from requests_app.sop.roles import Actor

PATIENCE_TURNS: Final = 150
TURN_SECONDS: Final = 0.2
BROKEN_OFF: Final = gettext_lazy("Penandatanganan terputus sebelum selesai.")

Documents = Sequence[OfficialDocument]
Conclude = Callable[[DataRequest, Documents, datetime], dict[str, Any]]


class BeingSigned(NotReady):
    """Another try is under way: the same person's second click, or another device."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of the SOP that signs: its deed, and what it does with the papers once they are signed.

    `conclude` writes the row's own things in the finishing transaction, before the state changes,
    and gives what the record says beside the first paper.
    """

    deed: str
    kind: SigningAttempt.Kind
    conclude: Conclude


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A signed file that lies in the store, and what was found in it."""

    stored: papers.Stored
    findings: list[dict[str, Any]]


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


def anchor_of(data_request: DataRequest, *, content_hash: str, code: str) -> str:
    """Write what ties a file to the record: request, content, code, and where the chain stood."""
    last = audit.last_entry(audit.chain_of_request(data_request.pk))
    head = "" if last is None else last.hash
    return (
        f"permohonan {data_request.public_id}, isi {content_hash}, {_mark_of(code)}, jejak {head}"
    )


def _mark_of(code: str) -> str:
    """Write what tells a paper of a try from the others that lie beside it."""
    return f"kode {code}"


# -- finish -----------------------------------------------------------------------------------


def finish(
    attempt: SigningAttempt,
    *,
    row: Row,
    signed: Sequence[Signed],
    actor: Actor,
    at: datetime,
    subject: DataRequest | None = None,
) -> AuditEntry:
    """Let the stored bytes be the papers: documents, numbers, state and record in one transaction.

    Refused, and given up, where the attempt is no longer the open one or the request moved on.
    """
    data_request = subject or attempt.data_request
    try:
        with transaction.atomic():
            locked = workflow.lock_request(data_request.pk)
            moment = _not_before(locked, at)
            _refuse_ended(attempt)
            documents = [
                _enter(attempt, locked, plan, one, actor, at)
                for plan, one in zip(attempt.papers, signed, strict=True)
            ]
            _end(attempt, SigningAttempt.Outcome.SIGNED, moment)
            told = row.conclude(locked, documents, at)
            entry = workflow.perform(
                subject=data_request,
                deed=row.deed,
                actor=actor,
                at=moment,
                record=_told(attempt, documents[0]) | told,
            )
            workflow.keep_press(subject=data_request, press=attempt.press)
    except Refused as refusal:
        give_up(attempt, actor=actor, at=at, why=str(refusal))
        raise
    return entry


def _enter(
    attempt: SigningAttempt,
    data_request: DataRequest,
    plan: dict[str, Any],
    signed: Signed,
    actor: Actor,
    at: datetime,
) -> OfficialDocument:
    number = numbers.issue_held(plan["number"])
    return papers.enter(
        kind=OfficialDocument.Kind(plan["kind"]),
        data_request=data_request,
        code=plan["code"],
        stored=signed.stored,
        title=plan["title"],
        file_name=plan["file_name"],
        at=at,
        number=number,
        signed_by=actor,
        letter=None if attempt.version is None else attempt.version.letter,
        dated=number.dated,
        signature=routes.route_named(attempt.route).signature,
        findings=signed.findings,
        settings_used=plan["settings_used"],
    )


def _told(attempt: SigningAttempt, document: OfficialDocument) -> dict[str, Any]:
    """Say in the record what was signed, and how; of a stand-in, for whom and on what decree."""
    position = attempt.position
    return {
        "capacity": position.kind,
        "represents": position.represents,
        "decree": f"{position.decree_number}, {position.decree_date.isoformat()}",
        "number": str(document.number),
        "document": document.code,
        "sha256": document.sha256,
        "content_hash": attempt.content_hash,
        "signature": document.signature,
        "provider_id": attempt.provider_id,
    }


def _refuse_ended(attempt: SigningAttempt) -> None:
    locked = SigningAttempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    if locked.ended_at is not None:
        raise NotSigned(broken_off())


def _not_before(data_request: DataRequest, at: datetime) -> datetime:
    """Give a moment no earlier than the record: a note may have been made while we signed."""
    last = audit.last_entry(audit.chain_of_request(data_request.pk))
    return at if last is None else max(at, last.at)


def _end(attempt: SigningAttempt, outcome: str, at: datetime, *, why: str = "") -> None:
    attempt.outcome, attempt.ended_at, attempt.why = outcome, max(at, attempt.started_at), why
    attempt.save(update_fields=["outcome", "ended_at", "why", "provider_id"])


# -- a try that failed, or broke off ----------------------------------------------------------


def give_up(attempt: SigningAttempt, *, actor: Actor, at: datetime, why: str) -> None:
    """End a try without a signature: its papers wait again, under the same numbers; on record.

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
    for name in left_by(attempt):
        default_storage.delete(name)


def resume(attempt: SigningAttempt, *, row: Row, at: datetime) -> bool:
    """Bring a try that broke off to its end: finish what lies there whole, else give it up.

    Never signs: the passphrase is gone, and must not have been kept. Gives whether it is signed.
    """
    actor = attempt.position.as_actor()
    signed = _whole(attempt, at)
    if len(signed) == len(attempt.papers):
        try:
            finish(attempt, row=row, signed=signed, actor=actor, at=attempt.started_at)
        except Refused:
            return False
        return True
    give_up(attempt, actor=actor, at=at, why=str(BROKEN_OFF))
    return False


def _whole(attempt: SigningAttempt, at: datetime) -> list[Signed]:
    """Find the planned papers that lie in the attempt's folder whole and well signed, in order."""
    left = [_content_of(name) for name in left_by(attempt)]
    found = (_find(attempt, plan["code"], left, at) for plan in attempt.papers)
    return [one for one in found if one is not None]


def _find(
    attempt: SigningAttempt, code: str, left: Iterable[tuple[str, bytes]], at: datetime
) -> Signed | None:
    """Find one paper of a try among what it left, by what its bytes say of themselves."""
    route = routes.route_named(attempt.route)
    for name, content in left:
        stored = papers.stored_under(name, content)
        if stored is None:
            continue
        said = pdf.keywords_of(content)
        if attempt.content_hash not in said or _mark_of(code) not in said:
            continue
        try:
            findings = route.findings(
                content,
                office=attempt.position.office,
                at=at,
                signed_at=attempt.started_at,
            )
        except NotSigned:
            continue
        return Signed(stored=stored, findings=findings)
    return None


def _content_of(name: str) -> tuple[str, bytes]:
    with default_storage.open(name) as file:
        return name, file.read()


def left_by(attempt: SigningAttempt) -> list[str]:
    """Name the whole files in an attempt's folder; one still being written has another ending."""
    if not default_storage.exists(attempt.folder):
        return []
    _folders, files = default_storage.listdir(attempt.folder)
    return [f"{attempt.folder}/{name}" for name in sorted(files) if name.endswith(".pdf")]


def broken_off() -> str:
    """Tell whose signature broke off what to do now."""
    return _(
        "Penandatanganan terputus sebelum selesai. Naskah belum ditandatangani; nomornya tetap "
        "disimpan. Coba lagi."
    )
