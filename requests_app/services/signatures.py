"""How is a letter signed? Here, by its signer's own deed: numbered, rendered, frozen in one go.

The first of the three ways (ADR 0012): our own signature, not certified; `exchange` has the second.
What is signed is what was verified and read: three hashes must agree, under the lock.
"""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from requests_app.documents.letters import render_letter
from requests_app.models import (
    AuditEntry,
    DataRequest,
    LetterNumber,
    LetterVersion,
    NumberRegister,
    OfficialDocument,
    Position,
)
from requests_app.models.guards import initial_is_given, signer_did_not_verify
from requests_app.services import letters, numbers, papers, workflow
from requests_app.services.deeds import PREPARED
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn
from requests_app.sop.roles import Actor

FILE_NAME: Final = "surat-{nomor}.pdf"


def sign_letter(
    *,
    subject: DataRequest,
    actor: Actor,
    at: datetime,
    content_hash: str | None = None,
    affirmed: bool = False,
    version: int | None = None,
) -> AuditEntry:
    """Complete SOP row 5: take the number, freeze the letter, pass it on to be sent.

    All in one transaction under the lock of the request, so that a refusal leaves neither number
    nor paper. Refused: no affirmation, content other than was read or initialled, whoever drafted
    or verified it. That the signer is the person logged in is proved by the door.
    """
    with transaction.atomic():
        with workflow.editing(
            subject=subject, row="sign_letter", actor=actor, at=at, version=version
        ) as locked:
            letter_version = refuse_unread(locked, actor, content_hash, affirmed=affirmed)
            document = _freeze(locked, letter_version, actor, at)
        return workflow.perform(
            subject=subject,
            deed="sign_letter",
            actor=actor,
            at=at,
            record={
                "number": str(document.number),
                "document": document.code,
                "sha256": document.sha256,
                "content_hash": letter_version.content_hash(),
                "signature": document.signature,
            },
        )


def signer_of(actor: Actor) -> Position:
    """Find the position as which an actor signs; it stands in the signature block."""
    if actor.position_id is None:
        raise NotYourTurn(_("Surat hanya ditandatangani oleh pejabat dengan jabatan yang berlaku."))
    return Position.objects.select_related("user", "office").get(pk=actor.position_id)


def refuse_unread(
    data_request: DataRequest, actor: Actor, content_hash: str | None, *, affirmed: bool
) -> LetterVersion:
    """Give the version that this actor may sign; refuse what was not verified, read or affirmed.

    The caller has locked the request.
    """
    refusal = signer_did_not_verify.refusal(data_request, actor)
    if refusal is not None:
        raise NotYourTurn(refusal)
    missing = initial_is_given.missing(data_request)
    version = data_request.newest_version()
    if missing is not None or version is None:
        raise Incomplete(missing or "")
    if content_hash is not None and content_hash != version.content_hash():
        raise NotReady(_("Isi surat berubah setelah Anda membukanya. Baca kembali surat ini."))
    if not affirmed:
        raise Incomplete(_("Nyatakan bahwa Anda telah membaca dan memahami isi surat ini."))
    return version


def _freeze(
    data_request: DataRequest, version: LetterVersion, actor: Actor, at: datetime
) -> OfficialDocument:
    signer = signer_of(actor)
    number = numbers.issue_number(
        office=data_request.office,
        kind=NumberRegister.Kind.LETTER,
        dated=at.astimezone(data_request.office.zone).date(),
        actor=actor,
        at=at,
        data_request=data_request,
        entry=numbers.entry_of(data_request),
    )
    used: dict[str, Any] = {}

    def render(code: str) -> bytes:
        paper = letters.paper_of(
            data_request=data_request,
            version=version,
            at=at,
            number=number.text,
            code=code,
            signatory=signer,
        )
        used.update(letters.snapshot_of(paper, version))
        return render_letter(paper)

    return papers.freeze(
        kind=OfficialDocument.Kind.LETTER,
        data_request=data_request,
        title=version.subject,
        file_name=file_name(number),
        at=at,
        render=render,
        number=number,
        signed_by=actor,
        letter=version.letter,
        settings_used=used,
    )


def file_name(number: LetterNumber) -> str:
    """Name the file by its number: what is no letter or digit becomes a dash."""
    plain = "".join(sign if sign.isalnum() else "-" for sign in number.text)
    return FILE_NAME.format(nomor=plain)


PREPARED["sign_letter"] = sign_letter
