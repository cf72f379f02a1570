"""Is the received data complete, in the right format, readable? Staff checks item by item."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from requests_app.models import AuditEntry, Delivery, ItemAnswer, Recipient
from requests_app.services import answers, owner_mails, supplements
from requests_app.services.deeds import PREPARED
from requests_app.services.workflow import Incomplete, editing, perform
from requests_app.sop.roles import Actor
from requests_app.sop.steps import Unit

ROW: Final = "receive_data"
CORRECTION: Final = ItemAnswer.Verdict.CORRECTION


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What staff found in the answer to one item."""

    item_id: int
    verdict: str = ""
    note: str = ""


def save_findings(
    *,
    subject: Recipient,
    findings: Iterable[Finding],
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """Keep what has been checked so far; a flagged item needs its note even in a draft."""
    with editing(subject=subject, row=ROW, actor=actor, at=at, version=version) as locked:
        _write(_sent_delivery(locked), findings)


def receive_data(
    *,
    subject: Recipient,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    findings: Iterable[Finding] = (),
) -> AuditEntry:
    """Complete SOP row 8: every answer is checked and fits.

    An answer "tidak dapat diberikan" may be accepted as such: it is an answer, not a gap.
    """
    with transaction.atomic():
        with editing(subject=subject, row=ROW, actor=actor, at=at, version=version) as locked:
            _write(_sent_delivery(locked), findings)
        return perform(subject=subject, deed=ROW, actor=actor, at=at)


def ask_correction(
    *,
    subject: Recipient,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    findings: Iterable[Finding] = (),
    days: int | None = None,
    reason: str = "",
) -> AuditEntry:
    """Send flagged items back to the owner (SOP row 8 → 7a): a new round with a short term.

    The new delivery begins as a copy: accepted answers stay accepted and locked, flagged ones
    carry the note. `days` are working days, the office's own where none are given, at most what
    the owner had. `reason` is made of the notes where the caller gives none. The owner is told by
    mail what to put right and until when.
    """
    with transaction.atomic():
        with editing(subject=subject, row=ROW, actor=actor, at=at, version=version) as locked:
            delivery = _sent_delivery(locked)
            _write(delivery, findings)
            flagged = _flagged(delivery)
            if not flagged:
                raise Incomplete(_("Tandai paling sedikit satu butir yang perlu diperbaiki."))
            locked.correction_days = _term(locked, days)
        entry = perform(
            subject=subject,
            deed="return:process_request",
            actor=actor,
            at=at,
            reason=reason.strip() or " ".join(flagged),
            record={"flagged": flagged, "days": subject.correction_days},
        )
        begun = answers.copy_delivery(old=delivery, recipient=subject, at=at)
        supplements.fold(subject, into=begun)
        _tell_owner(subject, flagged, at)
        return entry


def ordinary_days(recipient: Recipient) -> int:
    """Propose how long a correction may take: the office's own days, within what may be set."""
    return min(max(recipient.office.correction_days, 1), most_days(recipient))


def most_days(recipient: Recipient) -> int:
    """Tell how many working days an owner had at first; a correction gives no more (ADR 0004)."""
    standard = recipient.data_request.edition.as_plain().standard_of("process_request")
    if standard is None or standard.unit is not Unit.DAYS:
        return max(recipient.office.correction_days, 1)
    return standard.amount


def _term(recipient: Recipient, days: int | None) -> int:
    if days is None:
        return ordinary_days(recipient)
    most = most_days(recipient)
    if not 1 <= days <= most:
        raise Incomplete(
            _("Tenggat perbaikan paling sedikit 1 dan paling lama {n} hari kerja.").format(n=most)
        )
    return days


def _tell_owner(recipient: Recipient, flagged: Iterable[str], at: datetime) -> None:
    """Mail what has to be put right and until when; what was accepted is not asked again."""
    title = recipient.data_request.title
    owner_mails.write_to_owner(
        recipient=recipient,
        subject=_("Mohon perbaikan data: {judul}").format(judul=title),
        paragraphs=[
            _("Terima kasih atas data untuk permohonan “{judul}”. Yang perlu diperbaiki:").format(
                judul=title
            ),
            "\n".join(f"- {one}" for one in flagged),
            _(
                "Kirim perbaikannya paling lambat {waktu}. Data lain tidak perlu dikirim ulang."
            ).format(waktu=owner_mails.until(recipient)),
        ],
        at=at,
    )


def _sent_delivery(recipient: Recipient) -> Delivery:
    delivery = recipient.newest_delivery()
    if delivery is None or delivery.sent_at is None:
        raise Incomplete(_("Pemilik data belum mengirim apa pun."))
    return delivery


def _write(delivery: Delivery, findings: Iterable[Finding]) -> None:
    by_item = {finding.item_id: finding for finding in findings}
    for number, answer in enumerate(delivery.answers.select_related("item"), start=1):
        finding = by_item.get(answer.item_id)
        if finding is None:
            continue
        if finding.verdict == CORRECTION and not finding.note.strip():
            raise Incomplete(_("Butir {n}: tulis apa yang perlu diperbaiki.").format(n=number))
        answer.verdict, answer.verdict_note = finding.verdict, finding.note.strip()
        answer.save(update_fields=["verdict", "verdict_note"])


def _flagged(delivery: Delivery) -> list[str]:
    """Say in one line per flagged item what has to be put right."""
    flagged = delivery.answers.filter(verdict=CORRECTION).select_related("item")
    return [
        _("{nama}: {catatan}").format(nama=answer.item.name, catatan=answer.verdict_note)
        for answer in flagged
    ]


PREPARED["receive_data"] = receive_data
PREPARED["return:process_request"] = ask_correction
