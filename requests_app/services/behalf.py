"""What did a data owner say or send outside the system, and who vouches for it?

Staff records it in the owner's name: by which channel it came, on which day, from whom, and with
which proof. The deed stays the owner's and is done by the owner's own services (ADR 0029).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from requests_app.documents import wording
from requests_app.models import (
    AuditEntry,
    BehalfRecord,
    Clarification,
    DataFile,
    Delivery,
    Extension,
    Recipient,
)
from requests_app.models.fsm import Move, is_turn_of
from requests_app.services import (
    clocks,
    conversation,
    extensions,
    intake,
    owners,
    people,
    receipts,
    supplements,
    workbooks,
    workflow,
)
from requests_app.services.answers import ANSWERING_ROWS
from requests_app.services.workflow import Incomplete, NotYourTurn
from requests_app.sop.clock import next_opening
from requests_app.sop.roles import Actor

ANSWERS: Final = "process_request"
"""Under this deed stands the record that serves rows 7a and 7b alike: one envelope, one proof."""
RECORDING_ROWS: Final = ("send_letter", "receive_data")
"""Who sends the letter or receives the data may record for an owner, by the request's edition."""


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """How an owner's word or data came in, and the file that proves it."""

    channel: str
    received_on: date
    from_whom: str
    evidence: "UploadedFile[Any]"


# -- the owner's deeds, recorded ------------------------------------------------------------------


def confirm_receipt(
    *,
    subject: Recipient,
    provenance: Provenance,
    name: str,
    title: str = "",
    phone: str = "",
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> AuditEntry:
    """Record SOP row 7: the letter was confirmed; the 10 days run from the day that is stated."""
    with _vouching(subject, "receive_letter", provenance, actor, at, version) as vouched:
        moment = moment_of(subject, provenance.received_on, at=at)
        entry = owners.confirm_receipt(
            subject=subject,
            name=name,
            title=title,
            phone=phone,
            actor=vouched.owner,
            at=at,
            version=version,
            received_at=moment,
        )
        clocks.recount(workflow.lock(subject), moment)
    subject.refresh_from_db(fields=["due_at"])
    return entry


def take_up(
    *,
    subject: Recipient,
    provenance: Provenance,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> BehalfRecord:
    """Record how the data came in, before anything of it is typed: rows 7a and 7b build on it.

    Only from here on does staff see what stands in the owner's unsent form.
    """
    with _vouching(subject, ANSWERS, provenance, actor, at, version) as vouched:
        workflow.touch(vouched.recipient, actor, at)  # no deed follows that would: pages are stale
        return vouched.record


def save_answers(*, subject: Recipient, actor: Actor, at: datetime, **given: Any) -> Delivery:
    """Keep what staff types and uploads for the owner."""
    owner = _covered(subject, actor)
    return owners.save_answers(subject=subject, actor=owner, at=at, **given)


def read_workbook(*, subject: Recipient, actor: Actor, at: datetime, **given: Any) -> int:
    """Read the workbook that the owner has filled in and sent by another way."""
    owner = _covered(subject, actor)
    return workbooks.read_answers(subject=subject, actor=owner, at=at, **given)


def process_request(*, subject: Recipient, actor: Actor, at: datetime, **given: Any) -> AuditEntry:
    """Record SOP row 7a: every required item is answered by what came in."""
    owner = _covered(subject, actor)
    return owners.process_request(subject=subject, actor=owner, at=at, **given)


def deliver(*, subject: Recipient, actor: Actor, at: datetime, **facts: Any) -> AuditEntry:
    """Record SOP row 7b: what came in is the owner's delivery, with a receipt in its name."""
    owner = _covered(subject, actor)
    return owners.deliver(subject=subject, actor=owner, at=at, **facts)


def decline(
    *,
    subject: Recipient,
    provenance: Provenance,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    **facts: Any,
) -> AuditEntry:
    """Record the owner's answer that nothing can be given."""
    with _vouching(subject, "decline", provenance, actor, at, version) as vouched:
        owner = vouched.owner
        return owners.decline(subject=subject, actor=owner, at=at, version=version, **facts)


def ask_clarification(
    *,
    subject: Recipient,
    provenance: Provenance,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    **asked: Any,
) -> Clarification:
    """Record the owner's question; the clock stands still from the recording on."""
    with _vouching(subject, "ask_clarification", provenance, actor, at, version) as vouched:
        owner = vouched.owner
        return conversation.ask_clarification(subject=subject, actor=owner, at=at, **asked)


def request_extension(
    *,
    subject: Recipient,
    provenance: Provenance,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    **asked: Any,
) -> Extension:
    """Record that the owner asks for more days; the section head decides, as ever."""
    with _vouching(subject, "request_extension", provenance, actor, at, version) as vouched:
        owner = vouched.owner
        return extensions.request_extension(subject=subject, actor=owner, at=at, **asked)


def deliver_supplement(
    *,
    subject: Recipient,
    provenance: Provenance,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    **given: Any,
) -> AuditEntry:
    """Record what the owner sent later; what stands unsent behind the link is not touched.

    Nothing in the rows keeps it from being recorded twice; so an older page is refused.
    """
    with transaction.atomic():
        locked = workflow.lock(subject)
        owner = owner_by(actor, recipient=locked)
        supplements.refuse(locked, owner)
        if version not in {None, locked.version}:
            raise workflow.Stale(
                _(
                    "Data pemilik ini berubah sejak halaman ini dibuka, mungkin oleh pencatatan "
                    "yang sama. Periksa dahulu, lalu catat lagi bila ini memang kiriman lain."
                )
            )
        _record(locked, supplements.DEED, provenance, actor, at)
        return supplements.bring(subject=subject, actor=owner, at=at, **given)


# -- who, when, on what proof ---------------------------------------------------------------------


def may_record(recipient: Recipient, actor: Actor) -> bool:
    """Tell whether this actor sends letters or receives data here."""
    moves = (
        Move(kind="completes", deed=row, row=row, needs_reason=False) for row in RECORDING_ROWS
    )
    return any(is_turn_of(recipient, move, actor) for move in moves)


def owner_by(actor: Actor, *, recipient: Recipient) -> Actor:
    """Be the owner by the hand of staff; refused for whoever records nothing here."""
    if not may_record(recipient, actor):
        role = recipient.role_of("receive_data")
        raise NotYourTurn(
            _("Yang mencatat atas nama pemilik data ialah {peran}.").format(peran=_(role.label))
        )
    return people.actor_on_behalf(actor, recipient=recipient)


def record_behind(recipient: Recipient) -> BehalfRecord | None:
    """Find the record on which rows 7a and 7b are done now; what was sent before needs its own."""
    if recipient.is_spoken_for is False:
        return None
    record = recipient.behalf_records.filter(deed=ANSWERS).select_related("evidence").last()
    if record is None:
        return None
    answered = recipient.deliveries.filter(is_supplement=False, sent_at__gte=record.recorded_at)
    return None if answered.exists() else record


def earliest_day(recipient: Recipient) -> date:
    """Give the day on which the letter left: nothing can have come in answer to it before."""
    return _left_at(recipient).astimezone(recipient.office.zone).date()


def refuse_day(recipient: Recipient, day: date, *, at: datetime) -> None:
    """Refuse a day that is still to come, and one before the letter left."""
    if day > at.astimezone(recipient.office.zone).date():
        raise Incomplete(_("Tanggal diterima tidak boleh setelah hari ini."))
    first = earliest_day(recipient)
    if day < first:
        sentence = _("Tanggal diterima tidak boleh sebelum surat dikirim, {tanggal}.")
        raise Incomplete(sentence.format(tanggal=wording.long_date(first)))


def moment_of(recipient: Recipient, day: date, *, at: datetime) -> datetime:
    """Give the moment from which a stated day counts.

    Office hours begin it, so that it is day 0 of the term; never before the letter left, never
    after now (a day off has no hours of its own).
    """
    midnight = datetime.combine(day, time(), tzinfo=recipient.office.zone)
    opening = next_opening(midnight, clocks.calendar_of(recipient.office))
    return min(at, max(opening, _left_at(recipient)))


def _left_at(recipient: Recipient) -> datetime:
    """Say when the letter left: at its sending, else when row 6 was done or receipt is known."""
    return recipient.sent_at or recipient.received_at or recipient.entered_at


def _covered(subject: Recipient, actor: Actor) -> Actor:
    """Be the owner for rows 7a and 7b, which a record must cover."""
    owner = owner_by(actor, recipient=subject)
    if subject.state in ANSWERING_ROWS and record_behind(subject) is None:
        raise Incomplete(_("Catat dahulu bagaimana data ini diterima."))
    return owner


@dataclass(frozen=True)
class _Vouched:
    """The locked recipient, the owner by the hand of staff, and the record that this rests on."""

    recipient: Recipient
    owner: Actor
    record: BehalfRecord


@contextmanager
def _vouching(
    subject: Recipient,
    deed: str,
    provenance: Provenance,
    actor: Actor,
    at: datetime,
    version: int | None,
) -> Iterator[_Vouched]:
    """Be the owner for one deed, once it stands on record on what proof; all of it, or nothing."""
    with transaction.atomic():
        locked = workflow.lock(subject)
        owner = owner_by(actor, recipient=locked)
        row = _row_of(deed, locked)
        workflow.refuse_bystander(subject=locked, deed=row, row=row, actor=owner, version=version)
        yield _Vouched(locked, owner, _record(locked, deed, provenance, actor, at))


def _row_of(deed: str, recipient: Recipient) -> str:
    """Name the owner's own deed that must be possible now: what the machine knows, or its row's."""
    if deed in {"receive_letter", "decline"}:
        return deed
    return recipient.state if recipient.state in ANSWERING_ROWS else ANSWERS


def _record(
    recipient: Recipient, deed: str, provenance: Provenance, actor: Actor, at: datetime
) -> BehalfRecord:
    """Put on the record by which channel an owner's word came, with the proof of it."""
    if actor.user_id is None:
        raise ValueError("Only people of the office record for an owner.")
    if not provenance.from_whom.strip():
        raise Incomplete(_("Tulis dari siapa ini diterima."))
    refuse_day(recipient, provenance.received_on, at=at)
    record = BehalfRecord(
        recipient=recipient,
        deed=deed,
        channel=provenance.channel,
        received_on=provenance.received_on,
        from_whom=provenance.from_whom.strip(),
        evidence=intake.take_file(
            upload=provenance.evidence,
            data_request=recipient.data_request,
            kind=DataFile.Kind.EVIDENCE,
            actor=actor,
            at=at,
            recipient=recipient,
        ),
        recorded_at=at,
        recorded_by_id=actor.user_id,
    )
    record.full_clean()
    record.save(force_insert=True)
    workflow.note(
        subject=recipient,
        deed="record_on_behalf",
        actor=actor,
        at=at,
        reason=_("{cara}; bukti: {berkas}").format(
            cara=receipts.behalf_of(record), berkas=record.evidence.name
        ),
        record=_facts(record),
        stales_pages=False,
    )
    return record


def _facts(record: BehalfRecord) -> dict[str, Any]:
    return {
        "deed": record.deed,
        "channel": record.channel,
        "received_on": record.received_on.isoformat(),
        "from_whom": record.from_whom,
        "evidence": {"name": record.evidence.name, "sha256": record.evidence.sha256},
    }
