"""How does a letter go out to be signed elsewhere or by hand, and how does it come back?

The second of the three ways to sign (ADR 0012). The draft leaves as a DOCX for another system, or
on paper for the pen (`services.by_hand`); what comes back is a PDF, its number and its date. Staff
may put them in; the letter becomes the letter by the word of the head alone, under the same hashes
and the same separation of persons as a signature made here.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from requests_app.documents import exchange as files
from requests_app.documents import judging, pages, quarantine, wording
from requests_app.documents.papers import WET_INK_NOTE, signed_elsewhere_note
from requests_app.documents.sniffing import Kind
from requests_app.models import (
    AuditEntry,
    DataRequest,
    LetterVersion,
    OfficialDocument,
    SignedCopy,
)
from requests_app.models.guards import initial_is_given
from requests_app.services import (
    by_hand,
    certificates,
    intake,
    letters,
    numbers,
    papers,
    routes,
    signatures,
    workflow,
)
from requests_app.services.by_hand import HELPERS
from requests_app.services.workflow import Incomplete, NotReady
from requests_app.sop.roles import Actor

SYSTEM: Final = "SRIKANDI"
"""The national records system, unless another is named."""
MOST_PAGES: Final = 200
"""Pages of a letter with all its annexes; row 5 lays every one of them out for reading."""


@dataclass(frozen=True, kw_only=True)
class CopyFacts:
    """What was typed about a letter signed elsewhere: as it stands on its face.

    `is_scan`: it was signed by hand and scanned; then there is no `system`.
    """

    number: str
    dated: date
    system: str = SYSTEM
    is_scan: bool = False


def draft_docx(data_request: DataRequest) -> bytes:
    """Make the file of the newest version that the other system takes in."""
    version = data_request.newest_version()
    return files.draft_docx(letters.draft_of(data_request=data_request, version=version))


def copy_of(data_request: DataRequest) -> SignedCopy | None:
    """Find the copy that came back for the newest version; an older version's counts no more."""
    return getattr(data_request.newest_version(), "signed_copy", None)


def note_of(document: OfficialDocument) -> str:
    """Say what a document signed elsewhere is, and whether its file is signed at all."""
    if document.signature == OfficialDocument.Signature.WET:
        return WET_INK_NOTE
    if document.signature != OfficialDocument.Signature.ELSEWHERE:
        return ""
    told = signed_elsewhere_note(system=document.signed_system)
    return f"{told} {unsigned_warning()}" if is_unsigned(document) else told


def is_unsigned(document: OfficialDocument) -> bool:
    """Tell a document that was signed in another system, they say, and whose file shows nothing."""
    copy: SignedCopy | None = getattr(document, "signed_copy", None)
    return copy is not None and not copy.is_signed and not copy.is_scan


def may_put_copy(data_request: DataRequest, actor: Actor) -> bool:
    """Tell whether this actor may put a copy in: the role of row 5 and its helpers."""
    roles = {*HELPERS, data_request.role_of("sign_letter")}
    return actor.role in roles and actor.section_id in {None, data_request.section_id}


def unsigned_warning() -> str:
    """Say that a file is a scan or a plain print, whatever stands on it."""
    return _("Berkas ini tidak memuat tanda tangan elektronik.")


# -- row 5 ------------------------------------------------------------------------------------


def put_copy(
    *,
    subject: DataRequest,
    upload: "UploadedFile[Any]",
    facts: CopyFacts,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> SignedCopy:
    """Put the signed file and its number in, in place of an earlier one; row 5 stays open.

    Refused: a file that is no sound PDF, a number in use, a date to come or before the initial.
    """
    with workflow.editing(
        subject=subject,
        row="sign_letter",
        actor=actor,
        at=at,
        version=version,
        helpers=HELPERS,
    ) as locked:
        copy = _take(locked, upload, facts, actor, at)
        workflow.note(
            subject=locked,
            deed="put_signed_copy",
            actor=actor,
            at=at,
            record=_told(copy),
        )
    return copy


def confirm_copy(
    *,
    subject: DataRequest,
    actor: Actor,
    at: datetime,
    content_hash: str | None = None,
    affirmed: bool = False,
    upload: "UploadedFile[Any] | None" = None,
    facts: CopyFacts | None = None,
    version: int | None = None,
) -> AuditEntry:
    """Complete SOP row 5 by a letter signed elsewhere: enter its number, freeze its bytes.

    The copy is the one that was put in; with `upload` and `facts` the head puts it in at once.
    Refused as a signature made here is, and without a copy. That the signer is the person logged in
    is proved by the door; what the signatures in the file are worth is told, and decides nothing.
    """
    with transaction.atomic():
        with workflow.editing(
            subject=subject, row="sign_letter", actor=actor, at=at, version=version
        ) as locked:
            letter_version = signatures.refuse_unread(
                locked, actor, content_hash, affirmed=affirmed
            )
            if upload is not None and facts is not None:
                copy = _take(locked, upload, facts, actor, at)
            else:
                copy = _copy_at_hand(locked)
            document = _freeze(locked, letter_version, copy, actor, at)
        return workflow.perform(
            subject=subject,
            deed="sign_letter",
            actor=actor,
            at=at,
            record={
                **_told(copy),
                "document": document.code,
                "content_hash": letter_version.content_hash(),
                "signature": document.signature,
                "put_in_by": copy.put_in_by,
            },
        )


def _take(
    data_request: DataRequest,
    upload: "UploadedFile[Any]",
    facts: CopyFacts,
    actor: Actor,
    at: datetime,
) -> SignedCopy:
    """Judge, hash and store a file that came back; the caller has locked the request."""
    version = _refuse_impossible(data_request, facts, at)
    judged = intake.judge(upload, allowed=(Kind.PDF,))
    _refuse_unshowable(judged)
    content = judged.content
    count = files.count_signatures(content)
    if facts.is_scan:
        _refuse_no_scan(data_request, facts, count)
    copy = copy_of(data_request) or SignedCopy(version=version)
    copy.number, copy.dated = " ".join(facts.number.split()), facts.dated
    copy.system = "" if facts.is_scan else " ".join(facts.system.split())
    copy.is_scan = facts.is_scan
    copy.file_name, copy.size = judged.name, judged.arrival.bytes_kept
    copy.sha256 = judged.arrival.sha256
    copy.signatures = count
    copy.findings = _findings(data_request, content, count, at) if count else []
    copy.put_in_by, copy.put_in_at = actor.name, at
    name = f"copies/{data_request.public_id}/{secrets.token_hex(16)}.pdf"
    copy.file.save(name, judged.arrival, save=False)
    copy.full_clean()
    copy.save()
    return copy


def _findings(
    data_request: DataRequest, content: bytes, count: int, at: datetime
) -> list[dict[str, Any]]:
    """Judge the signatures of a file by what the office trusts; one that cannot be is broken."""
    office = data_request.office
    try:
        judgement = quarantine.judge(
            content,
            **certificates.trust_of(office),
            at=at,
        )
    except quarantine.NobodyThere:
        raise NotReady(
            _("Tanda tangan di dalam berkas tidak dapat diperiksa saat ini. Coba lagi.")
        ) from None
    found = judgement.signatures
    unread = judging.SignatureVerdict(verdict=judging.Verdict.BROKEN)
    missing = (unread,) * (count - len(found))
    return routes.told(judging.Judgement(signatures=(*found, *missing)))


def _refuse_no_scan(data_request: DataRequest, facts: CopyFacts, count: int) -> None:
    """Refuse what cannot be the letter that was printed here and signed by hand."""
    by_hand.refuse_other_number(data_request=data_request, text=facts.number)
    if count:
        raise Incomplete(
            _(
                "Berkas ini memuat tanda tangan elektronik, jadi bukan hasil pindai tanda tangan "
                "basah. Hapus centang itu."
            )
        )


def _refuse_impossible(data_request: DataRequest, facts: CopyFacts, at: datetime) -> LetterVersion:
    """Refuse a number that is taken, and a date on which this letter cannot have been signed."""
    missing = initial_is_given.missing(data_request)
    version = data_request.newest_version()
    initial = None if version is None else version.live_initial()
    if missing is not None or version is None or initial is None:
        raise Incomplete(missing or "")
    if not facts.system.strip() and not facts.is_scan:
        raise Incomplete(_("Tulis nama sistem tempat surat ditandatangani."))
    zone = data_request.office.zone
    if facts.dated > at.astimezone(zone).date():
        raise Incomplete(
            _("Tanggal {tanggal} belum tiba.").format(tanggal=wording.long_date(facts.dated))
        )
    verified_on = initial.at.astimezone(zone).date()
    if facts.dated < verified_on:
        raise Incomplete(
            _("Tanggal surat mendahului paraf, yang dibubuhkan {tanggal}.").format(
                tanggal=wording.long_date(verified_on)
            )
        )
    numbers.refuse_outside(data_request=data_request, text=facts.number)
    return version


def _refuse_unshowable(judged: intake.Judged) -> None:
    """Refuse what cannot be laid out for the head to read, though it may pass as a PDF."""
    try:
        count = len(pages.page_sizes(judged.content))
    except pages.PageUnreadable as error:
        raise intake.FileRefused(
            _(
                "{berkas} tidak dapat ditampilkan halaman demi halaman. Simpan ulang sebagai PDF, "
                "lalu unggah lagi."
            ).format(berkas=judged.name),
            name=judged.name,
        ) from error
    if count > MOST_PAGES:
        raise intake.FileRefused(
            _("{berkas} memuat {n} halaman; paling banyak {batas}.").format(
                berkas=judged.name, n=wording.grouped(count), batas=MOST_PAGES
            ),
            name=judged.name,
        )


def _copy_at_hand(data_request: DataRequest) -> SignedCopy:
    copy = copy_of(data_request)
    if copy is None:
        raise Incomplete(_("Unggah berkas PDF surat yang sudah ditandatangani."))
    return copy


def _freeze(
    data_request: DataRequest,
    version: LetterVersion,
    copy: SignedCopy,
    actor: Actor,
    at: datetime,
) -> OfficialDocument:
    """Keep the very bytes that came as the letter; nothing is written into them, no code either."""
    with copy.file.open("rb") as stored:
        content = stored.read()
    if hashlib.sha256(content).hexdigest() != copy.sha256:
        raise NotReady(_("Berkas berubah sejak dimasukkan. Unggah kembali berkas itu."))
    number = numbers.take_outside(
        data_request=data_request, text=copy.number, dated=copy.dated, actor=actor, at=at
    )
    document = papers.freeze(
        kind=OfficialDocument.Kind.LETTER,
        data_request=data_request,
        title=version.subject,
        file_name=signatures.file_name(number),
        at=at,
        render=partial(_as_it_came, content),
        number=number,
        signed_by=actor,
        letter=version.letter,
        dated=copy.dated,
        signature=copy.signature,
        signed_system=copy.system,
        findings=copy.findings,
    )
    copy.document = document
    copy.save(update_fields=["document"])
    return document


def _as_it_came(content: bytes, _code: str) -> bytes:
    return content


def _told(copy: SignedCopy) -> dict[str, Any]:
    """Say in the record what came back: number, date, system, digest, and its signatures."""
    return {
        "number": copy.number,
        "dated": copy.dated.isoformat(),
        "system": copy.system,
        "sha256": copy.sha256,
        "electronic_signatures": copy.signatures,
        "verdicts": [found["verdict"] for found in copy.findings],
        "scan": copy.is_scan,
    }
