"""How does a deed get on the record, and does the record still stand?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.models import AuditCheckpoint, AuditEntry, DataRequest, Recipient
from requests_app.models.audit import GENESIS
from requests_app.sop.roles import Actor


@dataclass(frozen=True)
class Break:
    """The first place where the record does not hold, and why."""

    chain: str
    sequence: int
    why: str

    def __str__(self) -> str:
        return f"{self.chain} #{self.sequence}: {self.why}"


def chain_of_request(data_request_id: int) -> str:
    """Name the chain of a request."""
    return f"request:{data_request_id}"


def chain_of_office(office_id: int) -> str:
    """Name the chain of what belongs to no request."""
    return f"office:{office_id}"


def last_entry(chain: str) -> AuditEntry | None:
    """Find the newest entry of a chain."""
    return AuditEntry.objects.filter(chain=chain).order_by("-sequence").first()


def append(*, previous: AuditEntry | None, entry: AuditEntry) -> AuditEntry:
    """Chain an entry to its predecessor and store it; the caller holds the lock of the chain."""
    entry.sequence = 1 if previous is None else previous.sequence + 1
    entry.previous_hash = GENESIS if previous is None else previous.hash
    entry.hash = entry.digest()
    entry.save(force_insert=True)
    return entry


def by_actor(actor: Actor) -> dict[str, Any]:
    """Give the actor's part of an entry: values, no references."""
    return {
        "actor_name": actor.name,
        "actor_nip": actor.nip,
        "actor_title": actor.title,
        "actor_role": "" if actor.role is None else actor.role.value,
        "actor_capacity": actor.capacity.value,
        "actor_user_id": actor.user_id,
        "actor_link_id": actor.link_id,
    }


def about(subject: DataRequest | Recipient) -> dict[str, Any]:
    """Give the subject's part of an entry."""
    data_request = subject.data_request if isinstance(subject, Recipient) else subject
    recipient = subject if isinstance(subject, Recipient) else None
    return {
        "chain": chain_of_request(data_request.pk),
        "office_id": data_request.office_id,
        "data_request_id": data_request.pk,
        "recipient_id": None if recipient is None else recipient.pk,
        "recipient_number": None if recipient is None else recipient.number,
        "subject_label": str(subject)[:300],
    }


def note_for_office(
    *,
    office_id: int,
    deed: str,
    actor: Actor,
    at: datetime,
    about_what: str,
    reason: str = "",
    **facts: Any,
) -> AuditEntry:
    """Record what belongs to no request (people, positions, calendar) in the office's chain.

    Takes the chain's advisory lock until the end of the transaction.
    """
    chain = chain_of_office(office_id)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [chain])
        entry = AuditEntry(
            chain=chain,
            at=at,
            office_id=office_id,
            subject_label=about_what[:300],
            kind="notes",
            deed=deed,
            reason=reason,
            facts=facts,
            **by_actor(actor),
        )
        return append(previous=last_entry(chain), entry=entry)


def entries_of(data_request_id: int) -> Iterable[AuditEntry]:
    """List the entries of a request in order."""
    return AuditEntry.objects.filter(chain=chain_of_request(data_request_id)).order_by("sequence")


def verify_chains() -> Iterator[Break]:
    """Walk every chain and yield its first break: changed, removed, inserted or reordered."""
    entries = AuditEntry.objects.order_by("chain", "sequence").iterator(chunk_size=2000)
    for chain, links in groupby(entries, key=lambda entry: entry.chain):
        broken = _first_break(chain, links)
        if broken is not None:
            yield broken


def _first_break(chain: str, entries: Iterable[AuditEntry]) -> Break | None:
    expected, previous_hash = 1, GENESIS
    for entry in entries:
        if entry.sequence != expected:
            return Break(chain, expected, _("entri hilang"))
        if entry.previous_hash != previous_hash:
            return Break(chain, entry.sequence, _("tidak menyambung pada entri sebelumnya"))
        if entry.hash != entry.digest():
            return Break(chain, entry.sequence, _("diubah setelah ditulis"))
        expected, previous_hash = expected + 1, entry.hash
    return None


def verify_checkpoints() -> Iterator[Break]:
    """Walk the checkpoints and yield every head that has vanished or differs."""
    previous_hash = GENESIS
    newest: dict[str, list[Any]] = {}
    for expected, checkpoint in enumerate(AuditCheckpoint.objects.order_by("sequence"), start=1):
        if checkpoint.sequence != expected or checkpoint.previous_hash != previous_hash:
            yield Break("checkpoints", expected, _("titik periksa hilang atau tertukar"))
            return
        if checkpoint.hash != checkpoint.digest():
            yield Break("checkpoints", expected, _("diubah setelah ditulis"))
            return
        previous_hash = checkpoint.hash
        newest = checkpoint.heads
    for chain, (sequence, digest) in newest.items():
        entry = AuditEntry.objects.filter(chain=chain, sequence=sequence).first()
        if entry is None or entry.hash != digest:
            yield Break(chain, sequence, _("tidak sesuai dengan titik periksa"))


def make_checkpoint(*, at: datetime) -> AuditCheckpoint:
    """Digest the heads of all chains, once a day: a day that has its checkpoint keeps it.

    The day is that of the installation's time zone. Takes an advisory lock until the end of the
    transaction, so that two workers make one checkpoint.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('checkpoints'))")
        last = AuditCheckpoint.objects.order_by("-sequence").first()
        if last is not None and _day_of(last.at) >= _day_of(at):
            return last
        heads = AuditEntry.objects.order_by("chain", "-sequence").distinct("chain")
        checkpoint = AuditCheckpoint(
            sequence=1 if last is None else last.sequence + 1,
            at=at,
            heads={entry.chain: [entry.sequence, entry.hash] for entry in heads},
            previous_hash=GENESIS if last is None else last.hash,
        )
        checkpoint.hash = checkpoint.digest()
        checkpoint.save(force_insert=True)
        return checkpoint


def _day_of(moment: datetime) -> date:
    return timezone.localtime(moment, timezone.get_default_timezone()).date()
