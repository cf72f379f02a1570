"""Row 12: what does the report say, and may it go to the head?"""

import logging
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.models import AuditEntry, DataRequest, OfficialDocument
from requests_app.services import notes, options, reports
from requests_app.sop.roles import Actor
from requests_app.web import accounts, presenters, wording
from requests_app.web.access import Visit
from requests_app.web.downloads import letter_of, shown_pages
from requests_app.web.forms.report import DraftReportForm, SignReportForm
from requests_app.web.pages.draft import FAILED
from requests_app.web.pages.page import SAVE, PageDeed, StepPage
from requests_app.web.pages.sign import acting_as, signing_of
from requests_app.web.pages.use import may_type
from requests_app.web.templatetags.sopdata import clock_time, long_date
from requests_app.web.trail import trail_of

log = logging.getLogger(__name__)
PAGES, ALL = "halaman", "semua"
"""Query that asks for the whole preview; a page that is opened shows the first picture of it."""


def hand_in(
    *, subject: DataRequest, actor: Actor, at: datetime, position_id: str | None, **facts: Any
) -> AuditEntry:
    """Sign the report and hand it in, as the position that was chosen."""
    signer = acting_as(actor, position_id)
    entry = reports.report_usage(subject=subject, actor=signer, at=at, **facts)
    accounts.forget_tries(actor.user_id)
    return entry


def context(visit: Visit) -> dict[str, Any]:
    """Show the report as it would be, or the frozen one once it has been handed in."""
    data_request = visit.data_request
    is_here = data_request.state == PAGE.key
    report = None if is_here else data_request.handed_in_report()
    document = None if report is None else report.document
    return {
        "trail": trail_of(data_request, current="report"),
        "may_write": is_here and may_type(visit),
        "letter": None if document is None else letter_of(document),
        "first_page": page_address(data_request, 1),
        "preview_failed": "",
        "locked": None,
        **(signature_of(visit) if is_here else {}),
        **(preview(visit) if is_here and visit.request.GET.get(PAGES) == ALL else {}),
        "report": report,
        "document": document,
        "note": None if is_here else note_shown(data_request),
        "done": None if document is None else done_of(data_request, document),
        "uses": sum(not use.is_unused for use in data_request.standing_uses()),
        "non_uses": sum(use.is_unused for use in data_request.standing_uses()),
    }


def signature_of(visit: Visit) -> dict[str, Any]:
    """Tell whose turn it is how both papers are signed; without a key the button is locked."""
    if not options.has_turn(subject=visit.subject, actor=visit.actor):
        return {}
    shown = signing_of(visit) | {"signs_as": visit.actor.title}
    missing = shown["certificate_missing"]
    if missing:
        label = wording.deed_label(PAGE.key, state=PAGE.key)
        locked = presenters.Button(PAGE.key, label, allowed=False, reason=missing)
        return shown | {"locked": locked}
    return shown


def note_shown(data_request: DataRequest) -> dict[str, Any] | None:
    """Describe the nota dinas that covers the report."""
    note = notes.note_of(data_request)
    if note is None:
        return None
    return letter_of(note) | {"number": str(note.number), "anchor": "note"}


def preview(visit: Visit) -> dict[str, Any]:
    """Describe the pages of the saved draft; or say that it cannot be made just now.

    Only for who asks for them: the report is composed of all that is on record, and set in type.
    """
    data_request = visit.data_request
    try:
        shown = shown_pages(
            reports.render_draft(data_request=data_request, at=visit.at),
            address=lambda number: page_address(data_request, number),
            pdf_href=reverse("web:report_draft_pdf", args=[data_request.public_id]),
        )
    except Exception:
        # Typed text must stay usable whatever the paper tools say; the cause stands in the log.
        log.exception("report preview of request %s failed", data_request.pk)
        return {"preview_failed": str(FAILED)}
    return {"letter": shown | {"draft": True}}


def page_address(data_request: DataRequest, number: int) -> str:
    """Give the address of one page of the draft as a picture."""
    return reverse("web:report_draft_page", args=[data_request.public_id, number])


def done_of(data_request: DataRequest, document: OfficialDocument) -> dict[str, Any]:
    """Confirm that the report was handed in: number, time, kind of signature, what comes next."""
    waits = data_request.state == "accept_report"
    return {
        "title": wording.success("report_usage", title=data_request.office.head_title),
        "number_label": _("Nomor laporan"),
        "number": str(document.number),
        "text": _("Ditandatangani {nama}, {jabatan}, {tanggal} {jam}. {jenis}.").format(
            nama=document.signed_by,
            jabatan=document.signed_title,
            tanggal=long_date(document.signed_at),
            jam=clock_time(document.signed_at),
            jenis=document.get_signature_display(),
        ),
        "steps": [
            _("{jabatan} membaca laporan, lalu menerima atau mengembalikannya.").format(
                jabatan=data_request.office.head_title
            ),
            _("Setelah diterima, permohonan ditutup dan tautan pemilik data dicabut."),
        ]
        if waits
        else [],
    }


def said_handed_in(visit: Visit, _entry: AuditEntry) -> str:
    """Say to whom the report has gone."""
    return wording.success("report_usage", title=visit.data_request.office.head_title)


PAGE = StepPage(
    key="report_usage",
    deeds=(
        PageDeed(
            deed="report_usage",
            form=SignReportForm,
            do=hand_in,
            alone=True,
            stays=True,
            kept_as="report_usage",
            success=said_handed_in,
        ),
        PageDeed(
            deed=SAVE,
            form=DraftReportForm,
            do=reports.save_report,
            stays=True,
            kept_as="report_usage",
        ),
    ),
    context=context,
)
