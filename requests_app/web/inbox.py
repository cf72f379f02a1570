"""What can this person do now, and what is due first?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from requests_app.models import AuditEntry, DataRequest, Initial, Recipient, SopEdition
from requests_app.services import audit, conversation, mishaps
from requests_app.services.fulfilments import fulfilments_of
from requests_app.services.workflow import Subject
from requests_app.sop.office_hours import Calendar
from requests_app.sop.roles import Actor, Role
from requests_app.web import letter_status, presenters, wording
from requests_app.web.access import actors_here, calendar_here, positions_here, staff_page
from requests_app.web.addresses import (
    conversation_url,
    recipient_step_url,
    request_url,
    step_url,
)

SHOWN: Final = 25
"""Most steps the inbox shows; what is due later waits in the list of requests."""
SIDE_LIST: Final = 10
WITH_DATA: Final = ("receive_data", "record_data")
"""The rows in which staff has an owner's data before it."""
LISTED: Final = (
    "public_id",
    "office_id",
    "section_id",
    "edition_id",
    "state",
    "title",
    "round",
    "entered_at",
    "due_at",
)
"""What a line in a list needs of a request; the long texts stay where they are."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One step that waits for this person; recipients in the same step are one item."""

    verb: str | Promise
    title: str
    href: str
    clock: presenters.Clock | None
    meta: Sequence[str] = ()
    note: str = ""
    note_by: str = ""
    more: Sequence["Item"] = ()

    @property
    def label(self) -> str:
        """Name the item where it stands among `more`."""
        return self.meta[0] if self.meta else self.title

    @property
    def more_label(self) -> str:
        """Count the recipients that are folded away."""
        n = len(self.more)
        return ngettext("+{n} pemilik data lain", "+{n} pemilik data lain", n).format(n=n)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Items that are equally pressing."""

    title: str | Promise
    tone: str = ""
    items: Sequence[Item] = field(default=())


@require_safe
@staff_page
def inbox(request: HttpRequest, *, actor: Actor, at: datetime) -> HttpResponse:
    """Show what waits for this person, sorted by the time left."""
    actors = actors_here(request, at)
    editions = editions_of(actor.office_id)
    subjects = theirs_to_initial(subjects_awaiting(actors, editions), actors, request, at)
    calendar = calendar_here(request, at)
    items = list(_items(subjects, at=at, calendar=calendar))
    beside = [
        *_troubles(actors, editions),
        *_talks(actors, editions, at=at, calendar=calendar),
    ]
    context = {
        "nav": "inbox",
        "groups": [*beside, *group_by_urgency(items, at=at, calendar=calendar)],
        "count": len(items) + sum(len(group.items) for group in beside),
        "waiting": _waiting_for_others(actor, subjects, editions, at=at, calendar=calendar),
        "finished": _lately_finished(actor),
        "to_sign": sum(1 for subject in subjects if subject.state == "sign_letter"),
        "may_open": any(a.role in {Role.SECTION_HEAD, Role.STAFF} for a in actors),
    }
    return render(request, "inbox/inbox.html", context)


def editions_of(office_id: int) -> dict[int, SopEdition]:
    """Load the office's editions once for all that is listed."""
    found = SopEdition.objects.filter(office=office_id).only("office_id", "revision").order_by()
    return {edition.pk: edition for edition in found}


def subjects_awaiting(actors: Sequence[Actor], editions: dict[int, SopEdition]) -> list[Subject]:
    """List the requests and recipients whose step is this person's, first due first."""
    known = editions.values()
    requests = DataRequest.objects.awaiting(*actors, editions=known).only(*LISTED)
    recipients = (
        Recipient.objects.awaiting(*actors, editions=known)
        .select_related("data_owner", "data_request")
        .with_asked()
        .only(
            "public_id",
            "number",
            "state",
            "round",
            "entered_at",
            "due_at",
            "data_owner__name",
            *(f"data_request__{name}" for name in LISTED),
        )
    )
    found: list[Subject] = [
        *requests.order_by("due_at", "pk")[:SHOWN],
        *recipients.order_by("due_at", "pk")[:SHOWN],
    ]
    for subject in found:
        data_request = _request_of(subject)
        data_request.edition = editions[data_request.edition_id]
    return sorted(found, key=_by_due_time)[:SHOWN]


def theirs_to_initial(
    subjects: list[Subject], actors: Sequence[Actor], request: HttpRequest, at: datetime
) -> list[Subject]:
    """Leave out letters whose next initial is another post's, where the office has set an order."""
    asked = positions_here(request, at)[0].office.initial_titles
    verified = [subject.pk for subject in subjects if subject.state == "verify_letter"]
    if not (asked and verified):
        return subjects
    posts = {actor.post for actor in actors}
    given: dict[int, set[str]] = {}
    standing = Initial.objects.standing().filter(version__letter__data_request__in=verified)
    for key, post in standing.values_list("version__letter__data_request", "post"):
        given.setdefault(key, set()).add(post)

    def is_theirs(subject: Subject) -> bool:
        done = given.get(subject.pk, set())
        return next((post for post in asked if post not in done), "") in posts

    return [one for one in subjects if one.state != "verify_letter" or is_theirs(one)]


def group_by_urgency(items: Iterable[Item], *, at: datetime, calendar: Calendar) -> list[Group]:
    """Sort items into late, due today, due later, and without a standard time."""
    today = calendar.local(at).date()
    late, due_today, later, untimed = [], [], [], []
    for item in items:
        clock = item.clock
        if clock is None or clock.due_at is None:
            untimed.append(item)
        elif clock.kind == "late":
            late.append(item)
        elif calendar.local(clock.due_at).date() == today:
            due_today.append(item)
        else:
            later.append(item)
    groups = (
        Group(title=_("Terlambat"), tone="late", items=late),
        Group(title=_("Hari ini"), items=due_today),
        Group(title=_("Berikutnya"), items=later),
        Group(title=_("Tanpa waktu baku"), items=untimed),
    )
    return [group for group in groups if group.items]


def url_of_step(subject: Subject) -> str:
    """Give the address of the page of the step a subject stands in."""
    step = subject.step
    if isinstance(subject, Recipient):
        public_id, number = subject.data_request.public_id, subject.number
        segment = "9" if step is None else step.segment
        return recipient_step_url(public_id, number, segment)
    if step is None or subject.waits_for_owners:
        return request_url(subject.public_id)
    return step_url(subject.public_id, step.segment)


def _by_due_time(subject: Subject) -> tuple[bool, float, int]:
    due = subject.due_at
    moment = subject.entered_at if due is None else due
    return (due is None, moment.timestamp(), subject.pk)


def _items(subjects: Sequence[Subject], *, at: datetime, calendar: Calendar) -> Iterable[Item]:
    returns, partial = _returns_of(subjects), _partial_of(subjects)

    def place(subject: Subject) -> tuple[int, str]:
        return (_request_of(subject).pk, subject.state)

    first_seen = {place(subject): n for n, subject in reversed(list(enumerate(subjects)))}
    together = sorted(subjects, key=lambda subject: first_seen[place(subject)])
    for _place, members in groupby(together, key=place):
        first, *others = [_item(one, returns, partial, at=at, calendar=calendar) for one in members]
        yield _with_more(first, others)


def _troubles(actors: Sequence[Actor], editions: dict[int, SopEdition]) -> list[Group]:
    """Group the letters that did not arrive, and the codes that open nothing any more."""
    found = mishaps.mishaps_of(actors, editions.values())[:SHOWN]
    if not found:
        return []
    told = [_trouble(one) for one in found]
    return [Group(title=_("Pengiriman terhambat"), tone="late", items=told)]


def _trouble(mishap: mishaps.Mishap) -> Item:
    """Tell what went wrong with a letter, and lead to where it is put right."""
    recipient = mishap.recipient
    return Item(
        verb=_("Buat kode akses baru") if mishap.notice is None else _("Kirim ulang surat"),
        title=recipient.data_request.title,
        href=recipient_step_url(recipient.data_request.public_id, recipient.number, "6"),
        clock=None,
        meta=[recipient.data_owner.name, letter_status.told_of(mishap)],
    )


def _talks(actors: Sequence[Actor], editions: dict[int, SopEdition], **when: Any) -> list[Group]:
    """Group the owners who wait for a word: questions to answer, extensions to decide."""
    waiting = conversation.waiting_for_words(actors, most=SHOWN)
    for one in waiting:
        data_request = one.recipient.data_request
        data_request.edition = editions[data_request.edition_id]
    answer, decide = wording.TALK_VERBS["asks"], wording.TALK_VERBS["wants_days"]
    asking = [_talk(one.recipient, answer, **when) for one in waiting if one.asks]
    wishing = [_talk(one.recipient, decide, **when) for one in waiting if one.wants_days]
    groups = (
        Group(title=_("Pertanyaan pemilik data"), items=asking),
        Group(title=_("Permintaan perpanjangan waktu"), items=wishing),
    )
    return [group for group in groups if group.items]


def _talk(recipient: Recipient, verb: str | Promise, **when: Any) -> Item:
    return Item(
        verb=verb,
        title=recipient.data_request.title,
        href=conversation_url(recipient.data_request.public_id, recipient.number),
        clock=presenters.clock_of(recipient, **when),
        meta=[recipient.data_owner.name],
    )


def _with_more(item: Item, more: Sequence[Item]) -> Item:
    return Item(**{**item.__dict__, "more": more}) if more else item


def _item(
    subject: Subject,
    returns: dict[tuple[int, int | None], AuditEntry],
    partial: dict[int, str],
    **when: Any,
) -> Item:
    data_request = _request_of(subject)
    recipient = subject if isinstance(subject, Recipient) else None
    returned = returns.get((data_request.pk, None if recipient is None else recipient.pk))
    if returned is not None and returned.to_state != subject.state:
        returned = None
    return Item(
        verb=str(wording.INBOX_VERBS[subject.state]),
        title=data_request.title,
        href=url_of_step(subject),
        clock=presenters.clock_of(subject, **when),
        meta=[] if recipient is None else _meta(recipient, partial),
        note="" if returned is None else returned.reason,
        note_by="" if returned is None else returned.actor_name,
    )


def _meta(recipient: Recipient, partial: dict[int, str]) -> list[str]:
    told = (recipient.data_owner.name, partial.get(recipient.pk, ""))
    return [one for one in told if one]


def _partial_of(subjects: Sequence[Subject]) -> dict[int, str]:
    """Say of each recipient whose data is in the house how much of it came, where not all did."""
    came = [one for one in subjects if isinstance(one, Recipient) and one.state in WITH_DATA]
    found = fulfilments_of({one.pk: one.asked for one in came})
    return {key: fulfilment.chip for key, fulfilment in found.items()}


def _returns_of(subjects: Sequence[Subject]) -> dict[tuple[int, int | None], AuditEntry]:
    """Find the newest entry of each subject, where it is a send-back; each makes a new round."""
    again = [subject for subject in subjects if subject.round > 1]
    if not again:
        return {}
    chains = {audit.chain_of_request(_request_of(subject).pk) for subject in again}
    newest = (
        AuditEntry.objects.filter(chain__in=chains)
        .exclude(kind="notes")
        .order_by("chain", "recipient_id", "-sequence")
        .distinct("chain", "recipient_id")
        .only("data_request_id", "recipient_id", "kind", "to_state", "reason", "actor_name")
    )
    return {
        (entry.data_request_id, entry.recipient_id): entry
        for entry in newest
        if entry.kind == "returns" and entry.data_request_id is not None
    }


def _waiting_for_others(
    actor: Actor, mine: Sequence[Subject], editions: dict[int, SopEdition], **when: Any
) -> list[dict[str, Any]]:
    """List running requests in which somebody else has the turn."""
    running = (
        DataRequest.objects.visible_to(actor)
        .running()
        .exclude(pk__in={_request_of(subject).pk for subject in mine})
        .only(*LISTED)
        .order_by("due_at", "pk")[:SIDE_LIST]
    )
    others = list(running)
    for data_request in others:
        data_request.edition = editions[data_request.edition_id]
    return [
        {
            "title": data_request.title,
            "href": request_url(data_request.public_id),
            "state": data_request.state,
            "clock": presenters.clock_of(data_request, **when),
        }
        for data_request in others
    ]


def _lately_finished(actor: Actor) -> list[dict[str, Any]]:
    finished = (
        DataRequest.objects.visible_to(actor)
        .filter(closed_at__isnull=False)
        .order_by("-closed_at")
        .values("title", "public_id", "state", "outcome", "closed_at")[:SIDE_LIST]
    )
    return [{**facts, "href": request_url(facts["public_id"])} for facts in finished]


def _request_of(subject: Subject) -> DataRequest:
    return subject.data_request if isinstance(subject, Recipient) else subject
