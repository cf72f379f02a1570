"""Where does this request stand: whose turn, how long, which papers, what happened?"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from requests_app.models import (
    AuditEntry,
    CollectionForm,
    DataRequest,
    Notice,
    OfficialDocument,
    Recipient,
    ShareLink,
)
from requests_app.models.fulfilment import Fulfilment
from requests_app.services import (
    audit,
    exchange,
    histories,
    mishaps,
    options,
    people,
    resending,
    sharing,
)
from requests_app.services.fulfilments import fulfilments_of
from requests_app.services.workflow import Subject
from requests_app.sop.office_hours import Calendar
from requests_app.sop.roles import Actor
from requests_app.sop.steps import CLOSED, PREPARING_ROWS, Scope
from requests_app.sop.timeline import Round, RowState, Timeline, TimelineRow
from requests_app.web import conversations, letter_status, presenters, wording
from requests_app.web.access import actors_here, calendar_here, request_page
from requests_app.web.addresses import conversation_url, recipient_step_url, step_url
from requests_app.web.downloads import copy_href
from requests_app.web.inbox import url_of_step
from requests_app.web.recording import record_url
from requests_app.web.templatetags.sopdata import duration
from requests_app.web.waiting import supplements_waiting

ROW_STATES: Final = {
    RowState.DONE: "done",
    RowState.NOW: "current",
    RowState.AHEAD: "ahead",
    RowState.SKIPPED: "ahead",
}
TOLD_OF_A_PAPER: Final = (
    "data_request",
    "recipient",
    "kind",
    "dated",
    "size",
    "sha256",
    "status",
    "code",
    "signature",
    "signed_by",
    "signed_system",
    "number__text",
    "signed_copy__signatures",
    "signed_copy__is_scan",
)
"""What a row of the list of papers tells; their long texts stay where they are."""
TOLD_OF_A_LINK: Final = (
    "recipient",
    "first_opened_at",
    "last_opened_at",
    "revoked_at",
    "expires_at",
    "wrong_codes",
    "wrong_codes_in_all",
    "blocked_until",
)
EVENT_TONES: Final = {"completes": "ok", "returns": "warn", "leaves": "quiet", "notes": "quiet"}
EVENT_ICONS: Final = {
    "completes": "check-lg",
    "returns": "arrow-return-left",
    "leaves": "slash-circle",
    "notes": "info-circle-fill",
}


@require_safe
@request_page
def show_request(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime
) -> HttpResponse:
    """Show everything about one request; this page changes nothing."""
    calendar = calendar_here(request, at)
    recipients, items = data_request.asked_recipients(), data_request.listed_items()
    entries = list(audit.entries_of(data_request.pk))
    timeline = histories.timeline_of(
        data_request=data_request,
        recipients=recipients,
        entries=entries,
        at=at,
        calendar=calendar,
    )
    actors = actors_here(request, at)
    talks = conversations.talks_of(entries)
    documents = documents_of(data_request, recipients)
    context = {
        "nav": "requests",
        "data_request": data_request,
        "header": _header(data_request, documents),
        "crumbs": [(_("Permohonan"), "/permohonan/"), (data_request.title, "")],
        "sentence": sentence(data_request, recipients),
        "late": data_request.due_at is not None and data_request.due_at < at,
        "clock": presenters.clock_of(data_request, at=at, calendar=calendar),
        "main": main_action(data_request, recipients, actors),
        "exits": exits_of(data_request, actors),
        "recipients": [
            recipient_row(standing, actors, at=at, calendar=calendar)
            | talk_of(standing.recipient, talks.get(standing.recipient.pk))
            for standing in standings_of(recipients, len(items))
        ],
        "resend_href": resend_href(data_request, recipients, actors),
        "decides": data_request.state == "review_refusals",
        "waiting": supplements_waiting(data_request),
        "summary": summary_of(data_request),
        "items": items,
        "documents": [*map(document_row, documents), *blank_row(data_request, entries)],
        "rows": list(clock_rows(timeline, data_request, recipients)),
        "totals": totals_of(timeline),
        "events": [event_of(entry) for entry in reversed(entries)],
    }
    return render(request, "requests/request.html", context)


@dataclass(frozen=True)
class Standing:
    """A recipient with its links, its newest letter, and how much of the data is in hand."""

    recipient: Recipient
    links: Sequence[ShareLink]
    letter: Notice | None
    data: Fulfilment

    @property
    def link(self) -> ShareLink | None:
        """Give the newest link."""
        return self.links[-1] if self.links else None


def standings_of(recipients: Sequence[Recipient], items: int) -> list[Standing]:
    """Load what a recipient's row tells beyond it: three queries for all of them together."""
    keys = [recipient.pk for recipient in recipients]
    made = ShareLink.objects.filter(recipient__in=keys).order_by("made_at")
    links: dict[int, list[ShareLink]] = defaultdict(list)
    for link in made.only(*TOLD_OF_A_LINK):
        links[link.recipient_id].append(link)
    letters = mishaps.newest_letters(recipients)
    data = fulfilments_of({one.pk: items - len(one.withheld_keys) for one in recipients})
    return [
        Standing(
            recipient=one,
            links=links[one.pk],
            letter=letters.get(one.pk),
            data=data[one.pk],
        )
        for one in recipients
    ]


def sentence(data_request: DataRequest, recipients: Sequence[Recipient]) -> str:
    """Say in one sentence where the request stands."""
    step = data_request.step
    if step is None:
        return _("Permohonan selesai.") if data_request.state == CLOSED else _("Dibatalkan.")
    if not step.number:
        return _(step.activity)
    row = data_request.edition.as_plain().row_of(step.key)
    head = _("Langkah {no} dari 12: {kegiatan}.").format(
        no=step.number, kegiatan=wording.STEP_NAMES[step.key]
    )
    turn = _("Giliran: {peran}.").format(peran=_(row.role.label))
    if not data_request.waits_for_owners or len(recipients) == 1:
        return f"{head} {turn}"
    waiting = [recipient for recipient in recipients if not recipient.is_ended]
    last = ", ".join(str(r) for r in waiting if r.state == data_request.state)
    return " ".join(
        (
            head,
            _("Menunggu {n} dari {m} pemilik data; paling akhir: {nama}.").format(
                n=len(waiting), m=len(recipients), nama=last
            ),
        )
    )


def main_action(
    data_request: DataRequest, recipients: Sequence[Recipient], actors: Sequence[Actor]
) -> dict[str, Any] | None:
    """Find the one thing this person can do next, if there is one."""
    subjects: Sequence[Subject] = recipients if data_request.waits_for_owners else [data_request]
    for subject in subjects:
        if subject.step is not None and any(
            options.has_turn(subject=subject, actor=actor) for actor in actors
        ):
            label = wording.INBOX_VERBS[subject.state]
            detail = f": {subject}" if isinstance(subject, Recipient) else ""
            return {"href": url_of_step(subject), "label": f"{label}{detail}"}
    return None


def exits_of(data_request: DataRequest, actors: Sequence[Actor]) -> list[presenters.Button]:
    """Offer to cancel, refused with its reason where it may not be done."""
    if data_request.is_ended:
        return []
    actor = people.choose(actors, section_id=data_request.section_id) or actors[0]
    for candidate in actors:
        if options.option_for(subject=data_request, deed="cancel", actor=candidate).allowed:
            actor = candidate
    option = options.option_for(subject=data_request, deed="cancel", actor=actor)
    return [presenters.button_of(option)]


def resend_href(
    data_request: DataRequest, recipients: Sequence[Recipient], actors: Sequence[Actor]
) -> str:
    """Give the address where all silent owners get the letter again; empty where nobody is."""
    silent = any(resending.is_silent(one) for one in recipients)
    if not silent or not data_request.waits_for_owners:
        return ""
    if not any(sharing.may_handle(data_request, actor) for actor in actors):
        return ""
    return reverse("web:resend_all", args=[data_request.public_id])


def recipient_row(
    standing: Standing, actors: Sequence[Actor], *, at: datetime, calendar: Calendar
) -> dict[str, Any]:
    """Tell a recipient's step, clock, link and data in one row."""
    recipient = standing.recipient
    word, detail = link_words(standing.link, at)
    trouble = trouble_of(standing, at)
    has_turn = recipient.data_request.waits_for_owners and any(
        options.has_turn(subject=recipient, actor=actor) for actor in actors
    )
    return {
        "number": recipient.number,
        "name": str(recipient),
        "state": recipient.state,
        "outcome": outcome_of(recipient),
        "clock": _clock_of_recipient(recipient, at=at, calendar=calendar),
        "chips": chips_of(recipient, standing.data),
        "note": recipient.end_reason,
        "letter": letter_status.word_of(recipient, standing.links),
        "link": word,
        "link_detail": detail,
        "trouble": trouble,
        "repair_href": recipient_step_url(recipient.data_request.public_id, recipient.number, "6")
        if trouble and any(sharing.may_handle(recipient, actor) for actor in actors)
        else "",
        "data": standing.data.in_figures,
        "href": url_of_step(recipient),
        "action": wording.INBOX_VERBS[recipient.state] if has_turn else None,
        "record_href": record_url(recipient, actors),
        "can_waive": not recipient.is_ended and recipient.data_request.waits_for_owners,
    }


def chips_of(recipient: Recipient, data: Fulfilment) -> list[str]:
    """Say what the badge of a state does not: receipt that was deemed, data that came in part."""
    deemed = recipient.received_how == Recipient.ReceivedHow.DEEMED
    said = [_("Dianggap diterima") if deemed else "", data.chip]
    return [one for one in said if one]


def talk_of(recipient: Recipient, talk: conversations.Talk | None) -> dict[str, Any]:
    """Lead to what was asked and answered, named by what the office owes."""
    if talk is None:
        return {"talk": "", "talk_href": "", "is_extended": False}
    owes = talk.waits_for if recipient.state in PREPARING_ROWS else ""
    return {
        "talk": wording.TALK_VERBS[owes],
        "talk_href": conversation_url(recipient.data_request.public_id, recipient.number),
        "is_extended": talk.extension == conversations.GRANTED,
    }


def outcome_of(recipient: Recipient) -> str:
    """Tell an owner whose letter is still being written from one whose letter can go."""
    ready = recipient.data_request.waits_for_owners or recipient.data_request.is_ended
    return wording.BEFORE_LETTER if recipient.state == "send_letter" and not ready else ""


def _clock_of_recipient(
    recipient: Recipient, *, at: datetime, calendar: Calendar
) -> presenters.Clock | None:
    if not recipient.data_request.waits_for_owners:
        return None
    return presenters.clock_of(recipient, at=at, calendar=calendar)


def trouble_of(standing: Standing, at: datetime) -> str:
    """Say what went wrong with the letter or with the code of the link that opens it."""
    recipient, link = standing.recipient, standing.link
    if recipient.is_ended or not recipient.data_request.waits_for_owners:
        return ""
    failure = letter_status.failure_of(recipient, standing.letter)
    is_live = link is not None and link.revoked_at is None
    return failure or (letter_status.code_trouble(link, at=at) if is_live else "")


def link_words(link: ShareLink | None, at: datetime) -> tuple[str, str]:
    """Say what became of a link: not made, valid, opened, revoked, over."""
    if link is None:
        return _("belum dibuat"), ""
    opened = ""
    if link.last_opened_at is not None:
        opened = _("dibuka {waktu}").format(waktu=f"{link.last_opened_at:%d-%m-%Y}")
    if link.revoked_at is not None:
        return _("dicabut"), opened
    if link.expires_at <= at:
        return _("berakhir"), opened
    return _("berlaku"), opened


def documents_of(
    data_request: DataRequest, recipients: Sequence[Recipient]
) -> list[OfficialDocument]:
    """Load the papers; whose each is has been loaded already."""
    known = {recipient.pk: recipient for recipient in recipients}
    found = data_request.documents.select_related("number", "signed_copy").only(*TOLD_OF_A_PAPER)
    documents = list(found.order_by("made_at", "pk"))
    for document in documents:
        if document.recipient_id is not None:
            document.recipient = known[document.recipient_id]
    return documents


def summary_of(data_request: DataRequest) -> list[dict[str, Any]]:
    """Tell why the data is asked for, and how it must be treated."""
    pairs = [
        (_("Tujuan penggunaan"), data_request.purpose),
        (_("Dasar hukum"), "; ".join(data_request.legal_bases)),
        (_("Kepekaan"), data_request.get_sensitivity_display()),
        (_("Klasifikasi keamanan"), data_request.get_security_class_display()),
        (_("Sifat"), data_request.get_urgency_display()),
        (_("Seksi"), data_request.section.name),
    ]
    if data_request.personal_data_reason:
        pairs.append((_("Alasan data pribadi"), data_request.personal_data_reason))
    return [{"label": label, "value": value} for label, value in pairs]


def document_row(document: OfficialDocument) -> dict[str, Any]:
    """Tell one paper: what, number, date, size, hash, where to fetch it."""
    owner = "" if document.recipient is None else f" – {document.recipient}"
    return {
        "title": f"{document.get_kind_display()}{owner}",
        "number": "" if document.number is None else document.number.text,
        "at": document.dated,
        "size": document.size,
        "sha256": document.sha256,
        "kind": "pdf",
        "void": document.status == OfficialDocument.Status.VOID,
        "note": note_of(document),
        "href": reverse("web:document_pdf", args=[document.data_request.public_id, document.code]),
        "copy_href": copy_href(document),
        "view_href": reverse("web:verification", args=[document.code]),
    }


def blank_row(data_request: DataRequest, entries: Iterable[AuditEntry]) -> list[dict[str, Any]]:
    """Tell of the form for an answer on paper, no official document; the record knows of it."""
    published = [entry for entry in entries if entry.deed == "prepare_form"]
    if not published or published[-1].facts.get("kind") != CollectionForm.Kind.QUESTIONS:
        return []
    return [
        {
            "title": _("Blanko"),
            "at": published[-1].at,
            "kind": "pdf",
            "href": reverse("web:blank_pdf", args=[data_request.public_id]),
        }
    ]


def note_of(document: OfficialDocument) -> str:
    """Tell how a paper was signed; for bytes from elsewhere the code too, which is not in them."""
    if document.came_back:
        told = exchange.note_of(document)
        return _("{catatan} Kode pemeriksaan {kode}.").format(catatan=told, kode=document.code)
    return document.get_signature_display() if document.signed_by else ""


def clock_rows(
    timeline: Timeline, data_request: DataRequest, recipients: Sequence[Recipient]
) -> Iterator[dict[str, Any]]:
    """Lay the 14 rows out: who, when, how long, against which standard."""
    names = {recipient.number: str(recipient) for recipient in recipients}
    ahead = _owners_ahead(timeline, names)
    for row in timeline.rows:
        owner = names.get(row.recipient or 0, "") if len(names) > 1 else ""
        if row.state is RowState.AHEAD:
            if not row.row.number or row.row.number not in ahead:
                continue
            owner = ahead.pop(row.row.number)
        yield {
            "number": row.row.number or "–",
            "name": wording.STEP_NAMES[row.row.key],
            "role": _(row.row.role.label),
            "standard": _(row.row.standard_text) if row.standard else _("Tanpa waktu baku"),
            "state": ROW_STATES[row.state],
            "who": row.by,
            "owner": owner,
            "begun_at": row.entered_at,
            "ended_at": row.done_at,
            "used": duration(row.spent_minutes) if row.rounds else "",
            "paused": duration(row.paused_minutes) if row.paused_minutes else "",
            "difference": _difference(row),
            "late": row.late_by is not None,
            "href": _href_of_row(row, data_request, recipients),
        }


def _owners_ahead(timeline: Timeline, names: dict[int, str]) -> dict[str, str]:
    """Name for each row the owners that have not come to it: one line, or 14 rows become 40."""
    found: dict[str, list[str]] = {}
    for row in timeline.rows:
        if row.state is RowState.AHEAD:
            found.setdefault(row.row.number, []).append(names.get(row.recipient or 0, ""))
    return {
        number: "" if len(owners) == len(names) else ", ".join(owners)
        for number, owners in found.items()
    }


def _difference(row: TimelineRow) -> str:
    newest: Round | None = row.last
    if newest is None or newest.left is None:
        return ""
    late = row.late_by
    if late is not None:
        return presenters.said(late.phrase)
    if row.state is RowState.DONE:
        return _("tepat waktu")
    left = presenters.said(newest.left.phrase)
    return _("dijeda, {sisa}").format(sisa=left) if newest.left.is_paused else left


def _href_of_row(
    row: TimelineRow, data_request: DataRequest, recipients: Sequence[Recipient]
) -> str:
    if not row.rounds:
        return ""
    step = row.row.step
    if step.scope is Scope.REQUEST:
        return step_url(data_request.public_id, step.segment)
    number = row.recipient or (recipients[0].number if recipients else 1)
    return recipient_step_url(data_request.public_id, number, step.segment)


def totals_of(timeline: Timeline) -> list[dict[str, str]]:
    """Sum office time and owner time apart, or every late case looks like the office's fault."""
    return [
        {
            "label": _("Waktu kantor"),
            "used": duration(timeline.office.spent_minutes),
            "standard": _("5 hari + 105 menit"),
        },
        {
            "label": _("Waktu pemilik data"),
            "used": duration(timeline.owner.spent_minutes),
            "standard": _("10 hari + 60 menit"),
        },
    ]


def event_of(entry: AuditEntry) -> dict[str, Any]:
    """Tell one entry of the record as an event of the timeline."""
    what = presenters.told(entry)
    if entry.deed == "ask_clarification":
        what = conversations.told(entry)
    elif entry.recipient_number is not None:
        what = f"{what} – {entry.subject_label}"
    return {
        "at": entry.at,
        "what": what,
        "who": entry.by_whom,
        "note": entry.reason,
        "tone": EVENT_TONES[entry.kind],
        "icon": wording.TALK_ICONS.get(entry.deed, EVENT_ICONS[entry.kind]),
    }


def _header(data_request: DataRequest, documents: Iterable[OfficialDocument]) -> dict[str, Any]:
    letters = [d for d in documents if d.kind == OfficialDocument.Kind.LETTER and d.number]
    number = letters[-1].number.text if letters and letters[-1].number else ""
    return {
        "eyebrow": _("Permohonan data"),
        "title": data_request.title,
        "state": data_request.state,
        "outcome": data_request.outcome,
        "meta": [
            _("Nomor surat {nomor}").format(nomor=number) if number else _("Belum bernomor"),
            _("Dibuat {tanggal}").format(tanggal=f"{data_request.opened_at:%d-%m-%Y}"),
        ],
    }
