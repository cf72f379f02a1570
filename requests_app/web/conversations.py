"""How is the conversation between owner and office told, at whichever door it is read?"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.models import AuditEntry, Clarification, Extension, Recipient
from requests_app.services import conversation, extensions
from requests_app.services.workflow import Refused
from requests_app.sop.roles import Actor
from requests_app.sop.steps import PREPARING_ROWS
from requests_app.web import wording
from requests_app.web.presenters import Button

GRANTED: Final = "grant_extension"
TONES: Final = {
    Extension.Status.ASKED: "quiet",
    Extension.Status.GRANTED: "ok",
    Extension.Status.REFUSED: "quiet",
}


@dataclass(kw_only=True)
class Talk:
    """What the record tells of a recipient's conversation: open questions, and the extension."""

    questions: set[int] = field(default_factory=set)
    extension: str = ""
    """The newest deed about it, "" while none was asked."""

    @property
    def waits_for(self) -> str:
        """Name what the office owes: `asks`, `wants_days`, or nothing."""
        if self.questions:
            return "asks"
        return "wants_days" if self.extension == "request_extension" else ""


def talks_of(entries: Iterable[AuditEntry]) -> dict[int, Talk]:
    """Read what was said to whom from a request's record, which its page has read already."""
    talks: dict[int, Talk] = {}
    for entry in entries:
        if entry.deed not in wording.TALK_LABELS or entry.recipient_id is None:
            continue
        talk = talks.setdefault(entry.recipient_id, Talk())
        if entry.deed == "ask_clarification":
            talk.questions.add(entry.facts["clarification"])
        elif entry.deed == "answer_clarification":
            talk.questions.discard(entry.facts["clarification"])
        else:
            talk.extension = entry.deed
    return talks


def told(entry: AuditEntry) -> str:
    """Tell a question as what it is for the clock, in the words of the timeline."""
    item = entry.facts.get("item")
    if item is None:
        return _("Waktu dijeda: {pemilik} meminta penjelasan").format(pemilik=entry.subject_label)
    return _("Waktu dijeda: {pemilik} meminta penjelasan butir {n}").format(
        pemilik=entry.subject_label, n=item
    )


def context_of(recipient: Recipient, *, actor: Actor, at: datetime) -> dict[str, Any]:
    """Tell an owner what may be asked, what was asked, and what came of it."""
    prepares = recipient.state in PREPARING_ROWS
    thread, extension = thread_of(recipient), extension_of(recipient)
    return {
        "ask": button_of("ask_clarification", conversation.refuse_asking, recipient, actor),
        "ask_url": reverse("web:owner_clarification", args=[recipient.public_id]),
        "extend": button_of(
            "request_extension", extensions.refuse_extending, recipient, actor, at=at
        ),
        "extend_url": reverse("web:owner_extension", args=[recipient.public_id]),
        "prepares": prepares,
        "is_told": prepares or thread or extension,
        "thread": thread,
        "extension": extension,
    }


def button_of(deed: str, refuse: Callable[..., None], *args: Any, **facts: Any) -> Button:
    """Offer a deed beside the rows, locked with the refusal's own sentence."""
    reason = ""
    try:
        refuse(*args, **facts)
    except Refused as refusal:
        reason = str(refusal)
    return Button(deed, wording.TALK_LABELS[deed], allowed=not reason, reason=reason)


def thread_of(recipient: Recipient) -> list[dict[str, Any]]:
    """Tell the questions with their answers, the newest first."""
    places = {item.pk: place for place, item in enumerate(recipient.items(), 1)}
    is_over = conversation.is_over(recipient)
    return [_turn(asked, places, is_over=is_over) for asked in recipient.questions_asked()]


def _turn(asked: Clarification, places: dict[int, int], *, is_over: bool) -> dict[str, Any]:
    about = _("Permohonan ini secara umum")
    if asked.item is not None:
        about = f"{places.get(asked.item.pk, asked.item.position)}. {asked.item.name}"
    return {
        "key": asked.pk,
        "about": about,
        "question": asked.question,
        "asked_at": asked.asked_at,
        "asked_by": asked.asked_by,
        "is_open": asked.is_open,
        "is_moot": asked.is_open and is_over,
        "answer": asked.answer,
        "answered_at": asked.answered_at,
        "answered_by": asked.answered_by,
    }


def extension_of(recipient: Recipient) -> dict[str, Any] | None:
    """Tell what became of the one extension; until when it would be, while it is undecided."""
    asked = recipient.extension()
    if asked is None:
        return None
    waits = asked.is_open and recipient.state in PREPARING_ROWS
    is_moot = asked.is_open and not waits
    return {
        "days": asked.days,
        "until": extensions.due_with(recipient, asked.days) if waits else None,
        "reason": asked.reason,
        "asked_at": asked.asked_at,
        "asked_by": asked.asked_by,
        "is_open": asked.is_open,
        "status": _("Tidak perlu diputuskan lagi") if is_moot else asked.get_status_display(),
        "tone": TONES[Extension.Status(asked.status)],
        "decided_at": asked.decided_at,
        "decided_by": asked.decided_by,
        "note": asked.decision_note,
    }
