"""How does a request begin, what does it ask of whom, and which ways lead out of it?"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from requests_app.models import (
    AuditEntry,
    DataOwner,
    DataRequest,
    FormQuestion,
    ItemAnswer,
    Recipient,
    RequestedItem,
    Section,
    SopEdition,
    User,
)
from requests_app.services import clocks, forms, initials, letters, numbers, sharing
from requests_app.services.deeds import PREPARED
from requests_app.services.workflow import (
    Incomplete,
    NotReady,
    NotYourTurn,
    editing,
    note,
    perform,
)
from requests_app.sop.roles import Actor, Role

OPENERS: Final = (Role.SECTION_HEAD, Role.STAFF)
"""Who may open a request and type its list (SOP row 1; staff may only draft it)."""
ROWS_OPEN_TO_OWNERS: Final = ("list_needs", "prepare_form", "draft_letter", "verify_letter")
"""Rows in which owners may still be added (ADR 0009)."""
Draft = forms.Medium | letters.LetterText
"""What is being typed while an owner is added beside it: the medium of row 2, the text of row 3."""


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    """One row of the list as it was typed; `pk` where the row exists already."""

    pk: int | None = None
    name: str
    concept: str = ""
    definition: str = ""
    unit: str = ""
    classification: str = ""
    coverage: str = ""
    period: str = ""
    format: str = ""
    required: bool = True
    personal_data: str = RequestedItem.PersonalData.NONE


@dataclass(frozen=True, kw_only=True)
class Needs:
    """All that row 1 fixes. `owners` None leaves the recipients as they are.

    `withheld` holds (owner, item) keys of what an owner is not asked for.
    """

    title: str
    purpose: str = ""
    legal_bases: tuple[str, ...] = ()
    sensitivity: str = DataRequest.Sensitivity.ORDINARY
    sensitivity_reason: str = ""
    security_class: str = DataRequest.SecurityClass.ORDINARY
    urgency: str = DataRequest.Urgency.ORDINARY
    personal_data_reason: str = ""
    items: tuple[ItemLine, ...] = ()
    owners: tuple[DataOwner, ...] | None = None
    withheld: frozenset[tuple[int, int]] | None = field(default=None)


# -- the beginning ----------------------------------------------------------------------------


def open_request(
    *,
    section: Section,
    title: str,
    opened_by: User,
    actor: Actor,
    at: datetime,
    public_id: UUID | None = None,
) -> DataRequest:
    """Open a request under the office's current edition; it stands in row 1 from now on.

    `public_id` stands for one press of the button: pressed twice, it gives the same request twice.
    Refused: a role that neither heads nor serves the section, another section or office, a blank
    title.
    """
    _refuse_opening(section, actor)
    if not title.strip():
        raise Incomplete(_("Tulis judul permohonan."))
    with transaction.atomic():
        opened = None if public_id is None else _opened_already(public_id, opened_by)
        if opened is not None:
            return opened
        data_request = DataRequest(
            public_id=public_id or uuid4(),
            office=section.office,
            section=section,
            edition=SopEdition.objects.get(office=section.office, is_current=True),
            title=title.strip(),
            opened_by=opened_by,
            opened_at=at,
            entered_at=at,
        )
        data_request.due_at = clocks.due_at(data_request, at)
        data_request.full_clean(exclude={"state"})
        data_request.save(force_insert=True)
        note(subject=data_request, deed="open", actor=actor, at=at)
    return data_request


def _opened_already(public_id: UUID, opened_by: User) -> DataRequest | None:
    # one press of a person after another, so that the second sees what the first has opened
    User.objects.select_for_update(no_key=True).get(pk=opened_by.pk)
    return DataRequest.objects.filter(public_id=public_id, opened_by=opened_by).first()


def _refuse_opening(section: Section, actor: Actor) -> None:
    if actor.role not in OPENERS or actor.office_id != section.office_id:
        raise NotYourTurn(_("Permohonan dibuka oleh kepala seksi atau staf pelaksana."))
    if actor.section_id not in {None, section.pk}:
        raise NotYourTurn(_("Langkah ini dikerjakan oleh seksi lain."))


# -- row 1 ------------------------------------------------------------------------------------


def save_needs(
    *,
    subject: DataRequest,
    needs: Needs,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> DataRequest:
    """Keep a draft of row 1, however incomplete; staff may type it. Not audited."""
    with editing(
        subject=subject,
        row="list_needs",
        actor=actor,
        at=at,
        version=version,
        helpers=OPENERS,
    ) as locked:
        _write(locked, needs, at)
    return subject


def list_needs(
    *,
    subject: DataRequest,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    needs: Needs | None = None,
) -> AuditEntry:
    """SOP row 1: fix the list of needed data, its reasons and its owners."""
    with editing(subject=subject, row="list_needs", actor=actor, at=at, version=version) as locked:
        if needs is not None:
            _write(locked, needs, at)
        _refuse_idle_pairs(locked)
        return perform(
            subject=locked, deed="list_needs", actor=actor, at=at, record=_record_of(locked)
        )


def _record_of(data_request: DataRequest) -> dict[str, object]:
    return {
        "items": [item.name for item in data_request.items.all()],
        "owners": [str(recipient) for recipient in _waiting(data_request)],
        "personal_data": any(item.is_personal for item in data_request.items.all()),
        "sensitivity": data_request.sensitivity,
    }


def _write(data_request: DataRequest, needs: Needs, at: datetime) -> None:
    if not needs.title.strip():
        raise Incomplete(_("Tulis judul permohonan."))
    data_request.title = needs.title.strip()
    for name in (
        "purpose",
        "sensitivity",
        "sensitivity_reason",
        "security_class",
        "urgency",
        "personal_data_reason",
    ):
        setattr(data_request, name, getattr(needs, name))
    data_request.legal_bases = list(needs.legal_bases)
    data_request.save()
    _write_items(data_request, needs.items)
    if needs.owners is not None:
        _write_owners(data_request, needs.owners, at)
    if needs.withheld is not None:
        _write_withheld(data_request, needs.withheld)


def _write_items(data_request: DataRequest, lines: Sequence[ItemLine]) -> None:
    known = {item.pk: item for item in data_request.items.all()}
    for gone in known.keys() - {line.pk for line in lines}:
        _refuse_if_asked_before(known[gone])
        known[gone].delete()
    for position, line in enumerate(lines, start=1):
        item = known.get(line.pk or 0) or RequestedItem(data_request=data_request)
        item.position = position
        for name in RequestedItem.DESCRIPTION:
            setattr(item, name, getattr(line, name))
        item.save()


def was_asked_before(item: RequestedItem) -> bool:
    """Tell whether an earlier round has already put this item before an owner."""
    return (
        ItemAnswer.objects.filter(item=item).exists()
        or FormQuestion.objects.filter(item=item, form__published_at__isnull=False).exists()
    )


def _refuse_if_asked_before(item: RequestedItem) -> None:
    if was_asked_before(item):
        raise NotReady(
            _(
                "Data {nama} sudah pernah diminta dan tetap tercatat. "
                "Hilangkan centangnya untuk pemilik data yang tidak dimintai."
            ).format(nama=item.name)
        )


# -- owners -----------------------------------------------------------------------------------


def _waiting(data_request: DataRequest) -> list[Recipient]:
    return list(data_request.recipients.waiting().select_related("data_owner").order_by("number"))


def _write_owners(data_request: DataRequest, owners: Sequence[DataOwner], at: datetime) -> None:
    wanted = {owner.pk for owner in owners}
    kept = set()
    for recipient in _waiting(data_request):
        if recipient.data_owner_id in wanted:
            kept.add(recipient.data_owner_id)
        else:
            recipient.delete()
    for owner in owners:
        if owner._state.adding or owner.pk not in kept:
            _make_recipient(data_request, owner, at)


def _make_recipient(data_request: DataRequest, owner: DataOwner, at: datetime) -> Recipient:
    if owner._state.adding:
        _enter_into_directory(data_request, owner)
    if owner.office_id != data_request.office_id:
        raise Incomplete(_("Pemilik data ini terdaftar pada perangkat daerah lain."))
    if data_request.recipients.waiting().filter(data_owner=owner).exists():
        raise Incomplete(_("{nama} sudah menjadi tujuan permohonan ini.").format(nama=owner))
    highest = data_request.recipients.aggregate(highest=Max("number"))["highest"] or 0
    return Recipient.objects.create(
        office=data_request.office,
        data_request=data_request,
        number=highest + 1,
        data_owner=owner,
        entered_at=at,
    )


def _enter_into_directory(data_request: DataRequest, owner: DataOwner) -> None:
    """Store a new institution; a name that the directory has already is not doubled."""
    owner.office, owner.name = data_request.office, owner.name.strip()
    known = DataOwner.objects.filter(office=owner.office, name__iexact=owner.name).first()
    if known is not None:
        raise Incomplete(
            _("{nama} sudah ada dalam direktori. Pilih dari daftar.").format(nama=known)
        )
    owner.full_clean()
    owner.save(force_insert=True)


def _write_withheld(data_request: DataRequest, withheld: frozenset[tuple[int, int]]) -> None:
    for recipient in _waiting(data_request):
        recipient.withheld_items.set(
            item.pk
            for item in data_request.items.all()
            if (recipient.data_owner_id, item.pk) in withheld
        )


def _refuse_idle_pairs(data_request: DataRequest) -> None:
    """Refuse an owner who is asked for nothing, and a new item that nobody is asked for."""
    asked: set[int] = set()
    recipients = _waiting(data_request)
    for recipient in recipients:
        items = {item.pk for item in recipient.asked_items()}
        asked |= items
        if not items and data_request.items.exists():
            raise Incomplete(
                _("Pilih paling sedikit satu data untuk {nama}.").format(nama=recipient)
            )
    for item in data_request.items.all() if recipients else ():
        if item.pk not in asked and not was_asked_before(item):
            raise Incomplete(
                _("Pilih paling sedikit satu pemilik data untuk {nama}.").format(nama=item.name)
            )


def add_recipient(
    *,
    subject: DataRequest,
    data_owner: DataOwner,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    draft: Draft | None = None,
) -> Recipient:
    """Add an owner to a request in rows 1 to 4; an initial given before is voided.

    An owner that is not stored yet enters the directory. `draft` is what was being typed beside
    it (rows 2 and 3). Refused after the signature: one letter, one list of addressees.
    """
    with transaction.atomic(), _changing_owners(subject, actor, at, version, draft) as locked:
        recipient = _make_recipient(locked, data_owner, at)
        _void(locked, actor, at, _("Pemilik data ditambah: {nama}").format(nama=data_owner))
        record = {"owner": data_owner.name, "number": recipient.number}
        note(subject=locked, deed="add_recipient", actor=actor, at=at, record=record)
    return recipient


def remove_recipient(
    *,
    subject: DataRequest,
    data_owner: DataOwner,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    draft: Draft | None = None,
) -> None:
    """Take an owner off again before anything has left the house, in rows 1 to 4."""
    with transaction.atomic(), _changing_owners(subject, actor, at, version, draft) as locked:
        waiting = _waiting(locked)
        found = next((r for r in waiting if r.data_owner_id == data_owner.pk), None)
        if found is None:
            raise NotReady(_("Pemilik data ini bukan tujuan permohonan."))
        if len(waiting) == 1 and locked.state != "list_needs":
            raise Incomplete(_("Pilih paling sedikit satu pemilik data."))
        record = {"owner": data_owner.name, "number": found.number}
        found.delete()
        _void(locked, actor, at, _("Pemilik data dikurangi: {nama}").format(nama=data_owner))
        note(subject=locked, deed="remove_recipient", actor=actor, at=at, record=record)


@contextmanager
def _changing_owners(
    subject: DataRequest,
    actor: Actor,
    at: datetime,
    version: int | None,
    draft: Draft | None,
) -> Iterator[DataRequest]:
    _refuse_late(subject)
    row = subject.state
    with editing(
        subject=subject, row=row, actor=actor, at=at, version=version, helpers=OPENERS
    ) as locked:
        if isinstance(draft, forms.Medium) and row == "prepare_form":
            forms.write(locked, draft, actor, at)
        elif isinstance(draft, letters.LetterText) and row == "draft_letter":
            letters.write(data_request=locked, text=draft, actor=actor, at=at)
        yield locked


def _refuse_late(data_request: DataRequest) -> None:
    if data_request.signed_letter() is not None and data_request.state not in ROWS_OPEN_TO_OWNERS:
        raise NotReady(
            _("Surat sudah ditandatangani; buat permohonan baru untuk pemilik data lain.")
        )
    if data_request.state not in ROWS_OPEN_TO_OWNERS:
        raise NotReady(_("Pemilik data hanya dapat diubah sampai langkah 4."))


def _void(data_request: DataRequest, actor: Actor, at: datetime, reason: str) -> None:
    version = data_request.newest_version()
    if version is not None:
        initials.void_and_note(
            data_request=data_request, version=version, actor=actor, at=at, reason=reason
        )


# -- ways out, and ways on after refusals -------------------------------------------------------


def cancel(
    *,
    subject: DataRequest,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    reason: str = "",
) -> AuditEntry:
    """Give a request up: its links are revoked, its number stays taken or, if held, is void."""
    with transaction.atomic():
        entry = perform(
            subject=subject, deed="cancel", actor=actor, at=at, version=version, reason=reason
        )
        sharing.revoke_links(recipients=subject.recipients.all(), actor=actor, at=at)
        numbers.release(data_request=subject, reason=reason, actor=actor, at=at)
    return entry


def waive(
    *,
    subject: Recipient,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    reason: str = "",
) -> AuditEntry:
    """Stop waiting for one owner, for a reason; the link stops opening."""
    with transaction.atomic():
        entry = perform(
            subject=subject, deed="waive", actor=actor, at=at, version=version, reason=reason
        )
        sharing.revoke_links(recipients=[subject], actor=actor, at=at)
    return entry


def start_again(
    *,
    subject: DataRequest,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    reason: str = "",
) -> AuditEntry:
    """Begin again with the list after every owner declined: a new letter will be needed."""
    with transaction.atomic():
        entry = perform(
            subject=subject,
            deed="return:list_needs",
            actor=actor,
            at=at,
            version=version,
            reason=reason,
        )
        letters.supersede(data_request=subject)
    return entry


PREPARED["list_needs"] = list_needs
PREPARED["cancel"] = cancel
PREPARED["waive"] = waive
PREPARED["return:list_needs"] = start_again
