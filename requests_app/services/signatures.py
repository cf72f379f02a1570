"""May this letter be signed, by this person, as it was read? SOP row 5.

What is signed is what was verified and read: three hashes must agree, under the lock, before and
after. How it is signed stands in `services.signing`.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from requests_app.documents import letters as paper
from requests_app.models import (
    AuditEntry,
    DataRequest,
    LetterNumber,
    LetterVersion,
    NumberRegister,
    OfficialDocument,
    SigningAttempt,
)
from requests_app.models.guards import initial_is_given, signer_did_not_verify
from requests_app.services import attempts, letters, numbers, papers, signing, workflow
from requests_app.services.attempts import Row
from requests_app.services.deeds import PREPARED
from requests_app.services.signing import Draft, Signing
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn
from requests_app.sop.roles import Actor

FILE_NAME: Final = "surat-{nomor}.pdf"
NOT_YET: Final = "…"
"""Stands for the number while the rest of the paper is laid down."""


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
    now, no certificate, a try that is still under way. The rest is `signing.sign`.
    """
    return signing.sign(
        subject=subject,
        row=ROW,
        reserve=partial(
            _reserve,
            subject=subject,
            content_hash=content_hash,
            affirmed=affirmed,
            version=version,
        ),
        actor=actor,
        at=at,
        passphrase=passphrase,
        press=press,
    )


def _reserve(
    who: Signing,
    *,
    subject: DataRequest,
    content_hash: str | None,
    affirmed: bool,
    version: int | None,
) -> tuple[SigningAttempt, Sequence[Draft]]:
    """Reserve number and code, and lay down all that the paper will be made of; commits."""
    with workflow.editing(
        subject=subject,
        row=ROW.deed,
        actor=who.actor,
        at=who.at,
        version=version,
        stales_pages=False,
    ) as locked:
        letter_version = refuse_unread(locked, who.actor, content_hash, affirmed=affirmed)
        signing.refuse_out_of_time(who.signer, who.at)
        code, read = papers.new_code(), letter_version.content_hash()
        drawn = letters.paper_of(
            data_request=locked,
            version=letter_version,
            at=who.at,
            number=NOT_YET,
            code=code,
            signatory=who.signer,
            signature_note=who.route.note(url=papers.verification_url(code)),
            keywords=attempts.anchor_of(locked, content_hash=read, code=code),
        )
        snapshot = letters.snapshot_of(drawn, letter_version)
        # last, since others wait for their number from here until the commit
        number = numbers.hold_for_signing(
            data_request=locked,
            kind=NumberRegister.Kind.LETTER,
            dated=who.day(),
            actor=who.actor,
            at=who.at,
            entry=numbers.entry_of(locked),
        )
        snapshot["number"] = number.text
        draft = Draft(
            kind=OfficialDocument.Kind.LETTER,
            code=code,
            number=number,
            title=letter_version.subject,
            file_name=file_name(number),
            settings_used=snapshot,
            typeset=partial(_typeset, snapshot),
        )
        attempt = who.begin(locked, [draft], content_hash=read, version=letter_version)
    return attempt, [draft]


def _typeset(snapshot: dict[str, Any]) -> bytes:
    """Typeset from nothing but what was written down."""
    return paper.render_letter(letters.paper_of_snapshot(snapshot))


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
    signing.refuse_under_way(data_request)
    missing = initial_is_given.missing(data_request)
    version = data_request.newest_version()
    if missing is not None or version is None:
        raise Incomplete(missing or "")
    return version


def file_name(number: LetterNumber) -> str:
    """Name the file by its number: what is no letter or digit becomes a dash."""
    return FILE_NAME.format(nomor=papers.plain(number.text))


def _conclude(
    _data_request: DataRequest, _documents: attempts.Documents, _at: datetime
) -> dict[str, Any]:
    """Leave it at that: the letter hangs on its document, and the record says the rest."""
    return {}


ROW: Final = Row(deed="sign_letter", kind=SigningAttempt.Kind.LETTER, conclude=_conclude)
PREPARED["sign_letter"] = sign_letter
