"""May an owner have more days? Asked once, with a reason; the section head decides."""

from datetime import datetime

from django.utils.translation import gettext as _

from requests_app.documents import wording
from requests_app.models import Extension, Recipient
from requests_app.services import clocks, people, workflow
from requests_app.services.conversation import (
    DECIDER,
    is_of_section,
    mail_owner,
    refuse_after_the_end,
    refuse_asking,
    talking,
    told_deadline,
)
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn, require_reason
from requests_app.sop import clock
from requests_app.sop.roles import Actor
from requests_app.sop.steps import PREPARING_ROWS


def request_extension(
    *, subject: Recipient, days: int, reason: str, actor: Actor, at: datetime
) -> Extension:
    """Ask for more working days; the old due time holds until they are granted."""
    with talking(subject, "request_extension", actor) as locked:
        refuse_extending(locked, actor, at=at)
        if days not in _days_of(locked):
            raise Incomplete(_once(locked))
        require_reason(reason)
        asked = Extension(
            recipient=locked,
            days=days,
            reason=reason.strip(),
            asked_at=at,
            asked_by=people.named_for(actor, recipient=locked),
        )
        asked.full_clean()
        asked.save(force_insert=True)
        workflow.note(
            subject=locked,
            deed="request_extension",
            actor=actor,
            at=at,
            reason=asked.reason,
            record={"days": days},
            stales_pages=False,
        )
        return asked


def grant_extension(*, subject: Recipient, actor: Actor, at: datetime, note: str = "") -> Extension:
    """Give the days that were asked for; they count from the due date as it stands now."""
    with talking(subject, "grant_extension", actor) as locked:
        asked = _open_extension(locked, actor)
        new_due = due_with(locked, asked.days)
        if new_due is not None and new_due <= at:
            raise NotReady(
                _(
                    "Tenggat baru {tenggat} sudah lewat. Tolak permintaan ini dengan catatan."
                ).format(tenggat=wording.date_and_time(new_due, zone=locked.office.zone))
            )
        _decide(asked, Extension.Status.GRANTED, note, actor, at)
        clocks.follow_pauses(locked)
        _note(locked, asked, "grant_extension", actor, at)
        words = _("Permintaan perpanjangan waktu Anda ({n} hari kerja) disetujui.")
        _mail_decision(locked, asked, words, at)
        return asked


def refuse_extension(*, subject: Recipient, note: str, actor: Actor, at: datetime) -> Extension:
    """Refuse the days that were asked for, for a reason that the owner is told."""
    with talking(subject, "refuse_extension", actor) as locked:
        asked = _open_extension(locked, actor)
        require_reason(note)
        _decide(asked, Extension.Status.REFUSED, note, actor, at)
        _note(locked, asked, "refuse_extension", actor, at)
        words = _("Permintaan perpanjangan waktu Anda ({n} hari kerja) tidak dapat kami setujui.")
        _mail_decision(locked, asked, words, at)
        return asked


def due_with(recipient: Recipient, days: int) -> datetime | None:
    """Tell until when the data could be given with so many working days more."""
    term = clocks.data_term_of(recipient)
    if term is None:
        return None
    return clock.extended(term.due_at, days, clocks.calendar_of(recipient.office))


def offers(recipient: Recipient) -> list[tuple[int, datetime]]:
    """List how many days may be asked for, each with the due time it would lead to."""
    known = ((days, due_with(recipient, days)) for days in _days_of(recipient))
    return [(days, due) for days, due in known if due is not None]


def _days_of(recipient: Recipient) -> range:
    return range(1, recipient.office.extension_days + 1)


# -- who may, and when ----------------------------------------------------------------------------


def refuse_extending(recipient: Recipient, actor: Actor, *, at: datetime) -> None:
    """Refuse who may not ask for days now: not this owner, a second time, or too late."""
    refuse_asking(recipient, actor)
    if not recipient.office.extension_days:
        raise NotReady(_("Kantor peminta tidak memberi perpanjangan waktu."))
    if recipient.extension() is not None:
        raise NotReady(_once(recipient))
    term = clocks.data_term_of(recipient)
    if term is None:
        raise NotReady(_("Langkah ini tidak mempunyai waktu baku."))
    if clocks.is_past(term, at):
        raise NotReady(
            _("Tenggat sudah lewat pada {tenggat}; perpanjangan diminta sebelum tenggat.").format(
                tenggat=wording.date_and_time(term.due_at, zone=recipient.office.zone)
            )
        )


def refuse_deciding(recipient: Recipient, actor: Actor) -> None:
    """Refuse whoever does not head the section, and a decision that moves nothing any more."""
    if not is_of_section(recipient, actor, DECIDER):
        raise NotYourTurn(_("Perpanjangan waktu diputuskan oleh kepala seksi."))
    refuse_after_the_end(recipient)
    if recipient.state not in PREPARING_ROWS:
        raise NotReady(_("Data sudah dikirim; tidak ada tenggat yang perlu diperpanjang."))


def _once(recipient: Recipient) -> str:
    return _("Perpanjangan hanya satu kali, paling lama {n} hari kerja.").format(
        n=recipient.office.extension_days
    )


# -- one decision ---------------------------------------------------------------------------------


def _open_extension(recipient: Recipient, actor: Actor) -> Extension:
    refuse_deciding(recipient, actor)
    asked = recipient.extension()
    if asked is None:
        raise NotReady(_("Tidak ada permintaan perpanjangan waktu."))
    if not asked.is_open:
        raise NotReady(
            _("Permintaan ini sudah diputuskan oleh {nama}: {status}.").format(
                nama=asked.decided_by, status=asked.get_status_display().lower()
            )
        )
    return asked


def _decide(
    asked: Extension, status: Extension.Status, note: str, actor: Actor, at: datetime
) -> None:
    asked.status, asked.decision_note = status, note.strip()
    asked.decided_at, asked.decided_by = at, actor.name
    asked.full_clean()
    asked.save()


def _note(recipient: Recipient, asked: Extension, deed: str, actor: Actor, at: datetime) -> None:
    workflow.note(
        subject=recipient,
        deed=deed,
        actor=actor,
        at=at,
        reason=asked.decision_note,
        record={"days": asked.days},
        stales_pages=False,
    )


def _mail_decision(recipient: Recipient, asked: Extension, words: str, at: datetime) -> None:
    parts = (words.format(n=asked.days), asked.decision_note, told_deadline(recipient))
    mail_owner(
        recipient=recipient,
        subject=_("Permintaan perpanjangan waktu: {judul}").format(judul=recipient.data_request),
        words="\n\n".join(filter(None, parts)),
        at=at,
    )
