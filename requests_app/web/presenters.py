"""How are things of the floors below told to a template?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from requests_app.models import AuditEntry, DataRequest, Recipient
from requests_app.services import audit, clocks
from requests_app.services.options import Option
from requests_app.services.workflow import Subject
from requests_app.sop import clock
from requests_app.sop.steps import Step
from requests_app.sop.words import Phrase
from requests_app.web import wording


@dataclass(frozen=True)
class Button:
    """A deed as a button: refused ones stay visible, with the refusal's own sentence."""

    deed: str
    label: str | Promise
    allowed: bool
    reason: str = ""
    kind: str = ""


def button_of(option: Option) -> Button:
    """Show an option as a button; what is merely missing does not lock it."""
    return Button(
        deed=option.deed,
        label=wording.deed_label(option.deed, state=option.row),
        allowed=not option.is_blocked,
        reason=option.reason if option.is_blocked else "",
        kind=option.kind,
    )


@dataclass(frozen=True)
class Clock:
    """A due time as a chip: kind (remaining, soon, late, on_time, none), words, moment."""

    kind: str
    text: str
    due_at: datetime | None = None


def clock_of(subject: Subject, *, at: datetime, calendar: clock.Calendar) -> Clock | None:
    """Tell how much time the awaited step has left; None at an end."""
    step = subject.step
    if step is None:
        return None
    if subject.due_at is None:
        return Clock("none", _("Tanpa waktu baku"))
    left = clock.remaining(subject.due_at, at, calendar, clocks.standard_time_of(subject))
    kind = "late" if left.is_late else ("soon" if left.is_nearly_due else "remaining")
    return Clock(kind, said(left.phrase), subject.due_at)


def said(phrase: Phrase) -> str:
    """Say a phrase of floor 1 in the reader's language."""
    return phrase.said(translate=_, write=str)


def step_header(subject: Subject, step: Step) -> dict[str, Any]:
    """Head a step's page: which step of which request, and where the subject stands."""
    data_request = subject.data_request if isinstance(subject, Recipient) else subject
    eyebrow = _("Langkah {no} dari 12").format(no=step.number) if step.number else _("Keputusan")
    header = {
        "eyebrow": eyebrow,
        "title": wording.STEP_NAMES[step.key],
        "state": subject.state,
        "meta": [data_request.title],
    }
    if isinstance(subject, Recipient):
        header["meta"] = [data_request.title, subject.data_owner.name]
    return header


def step_facts(subject: Subject, step: Step, shown: Clock | None) -> dict[str, Any]:
    """Tell what the SOP says of a step, in the edition the request began under."""
    data_request = subject.data_request if isinstance(subject, Recipient) else subject
    row = data_request.edition.as_plain().row_of(step.key)
    return {
        "activity": _(row.activity),
        "role": _(row.role.label),
        "inputs": _(row.inputs) if row.inputs else "",
        "standard": _(row.standard_text) if row.standard_time else _("Tanpa waktu baku"),
        "output": _(row.output) if row.output else "",
        "clock": shown if subject.state == step.key else None,
    }


def last_return(subject: Subject) -> AuditEntry | None:
    """Find the send-back that brought the subject to where it stands, if that is how it came."""
    if subject.round == clocks.FIRST_ROUND:
        return None  # every send-back begins a new round
    data_request = subject.data_request if isinstance(subject, Recipient) else subject
    entries = AuditEntry.objects.filter(
        chain=audit.chain_of_request(data_request.pk), to_state=subject.state
    ).exclude(kind="notes")
    if isinstance(subject, Recipient):
        entries = entries.filter(recipient_id=subject.pk)
    newest = entries.order_by("-sequence").first()
    return newest if newest is not None and newest.kind == "returns" else None


def completion_of(subject: Subject, step: Step) -> AuditEntry | None:
    """Find when and by whom a step was completed last."""
    data_request = subject.data_request if isinstance(subject, Recipient) else subject
    entries = AuditEntry.objects.filter(
        chain=audit.chain_of_request(data_request.pk), row=step.key, kind="completes"
    )
    if isinstance(subject, Recipient):
        entries = entries.filter(recipient_id=subject.pk)
    return entries.order_by("-sequence").first()


def crumbs(data_request: DataRequest, here: str) -> list[tuple[str, str]]:
    """Lead back from a page of a request."""
    return [
        (_("Permohonan"), "/permohonan/"),
        (data_request.title, f"/permohonan/{data_request.public_id}/"),
        (here, ""),
    ]
