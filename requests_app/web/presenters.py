"""How are things of the floors below told to a template?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from requests_app.models import AuditEntry, DataRequest, Recipient
from requests_app.services import audit, clocks
from requests_app.services.options import Option
from requests_app.services.workflow import Subject
from requests_app.sop import clock, explanation, labels, office_hours
from requests_app.sop.dates import written
from requests_app.sop.roles import Role
from requests_app.sop.steps import PREPARING_ROWS, StandardTime, Step, find_step
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
    """A due time as a chip: kind (remaining, soon, late, on_time, paused, none), words, moment."""

    kind: str
    text: str
    due_at: datetime | None = None


def clock_of(subject: Subject, *, at: datetime, calendar: office_hours.Calendar) -> Clock | None:
    """Tell how much time the awaited step has left; None at an end."""
    step = subject.step
    if step is None:
        return None
    standard = clocks.standard_time_of(subject)
    if subject.due_at is None:
        # nothing is due while the office owes an owner an answer (ADR 0026)
        if standard is not None and subject.state in PREPARING_ROWS:
            return Clock("paused", _("Dijeda"))
        return Clock("none", _("Tanpa waktu baku"))
    return clock_until(
        subject.due_at,
        at=at,
        calendar=calendar,
        standard=standard,
        opened_at=subject.entered_at,
    )


def clock_until(
    due_at: datetime,
    *,
    at: datetime,
    calendar: office_hours.Calendar,
    standard: StandardTime | None,
    opened_at: datetime,
) -> Clock:
    """Tell how much time is left until a due time."""
    left = clock.remaining(due_at, at, calendar, standard, opened_at=opened_at)
    kind = "late" if left.is_late else ("soon" if left.is_nearly_due else "remaining")
    return Clock(kind, said(left.phrase), due_at)


def explained(term: clocks.Term, calendar: office_hours.Calendar) -> list[str]:
    """Answer "Bagaimana dihitung?" line by line: hours, days off with decree, pauses, extension."""
    facts = explanation.explain(
        term.opened_at, term.standard, calendar, term.pauses, term.extension
    )
    return [fact.phrase.said(translate=_, write=written) for fact in facts]


def said(phrase: Phrase) -> str:
    """Say a phrase of floor 1 in the reader's language."""
    return phrase.said(translate=_, write=str)


def told(entry: AuditEntry) -> str:
    """Tell an entry of the record in a few words."""
    phrase = labels.what_happened(
        kind=entry.kind, deed=entry.deed, row=entry.row, to_state=entry.to_state
    )
    return phrase.said(translate=_, write=lambda name: _(str(name)))


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


def prepared_for(role: Role) -> str:
    """Say to whoever only prepares row 1 who will fix the list."""
    return _("Daftar ini ditetapkan oleh {peran}; Anda dapat menyiapkannya.").format(
        peran=_(role.label)
    )


def last_return(subject: Subject, step: Step) -> AuditEntry | None:
    """Find the send-back that a step has not answered yet, told on every page of the way again.

    It speaks on the row it led back to, on the row it came from and on those between, until each
    is done once more.
    """
    if subject.round == clocks.FIRST_ROUND:
        return None  # every send-back begins a new round
    for entry in _entries_of(subject).filter(kind__in=("returns", "completes")):
        if entry.kind == "completes" and entry.row == step.key:
            return None
        if entry.kind == "returns" and step.key in _way_again(entry):
            return entry
    return None


def completion_of(subject: Subject, step: Step) -> AuditEntry | None:
    """Find when and by whom a step was completed last."""
    return _entries_of(subject).filter(kind="completes", row=step.key).first()


def _entries_of(subject: Subject) -> QuerySet[AuditEntry]:
    """List the subject's own entries, newest first; a recipient's are not the request's."""
    data_request = subject.data_request if isinstance(subject, Recipient) else subject
    recipient_id = subject.pk if isinstance(subject, Recipient) else None
    return AuditEntry.objects.filter(
        chain=audit.chain_of_request(data_request.pk), recipient_id=recipient_id
    ).order_by("-sequence")


def _way_again(entry: AuditEntry) -> list[str]:
    """List the rows from where a send-back led to where it came from.

    A row that no way leads back to (the decision after refusals) leaves only the first.
    """
    way: list[str] = []
    step = find_step(entry.to_state)
    while step is not None:
        way.append(step.key)
        if step.key == entry.row:
            return way
        step = find_step(step.next)
    return way[:1]


def crumbs(data_request: DataRequest, here: str) -> list[tuple[str, str]]:
    """Lead back from a page of a request."""
    return [
        (_("Permohonan"), "/permohonan/"),
        (data_request.title, f"/permohonan/{data_request.public_id}/"),
        (here, ""),
    ]
