"""The receiving end of row 12: does the head accept the report, and how long did it all take?"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import AuditEntry, DataRequest, UsageReport
from requests_app.services import audit, clocks, histories, reports
from requests_app.sop import clock
from requests_app.sop.roles import Actor
from requests_app.sop.steps import RECORDED
from requests_app.web.access import Visit
from requests_app.web.downloads import letter_of
from requests_app.web.forms.sign import AcceptForm
from requests_app.web.pages.page import PageDeed, StepPage, send_back
from requests_app.web.pages.report import note_shown
from requests_app.web.pages.sign import acting_as
from requests_app.web.request_page import totals_of
from requests_app.web.templatetags.sopdata import clock_time, long_date
from requests_app.web.trail import trail_of


def context(visit: Visit) -> dict[str, Any]:
    """Sum the report up on one screen of a phone, with its pages below."""
    data_request = visit.data_request
    report = data_request.handed_in_report()
    document = None if report is None else report.document
    return {
        "trail": trail_of(data_request, current="report"),
        "report": report,
        "document": document,
        "letter": None if document is None else letter_of(document),
        "note": note_shown(data_request),
        "summary": [] if report is None else summary_of(data_request, report),
        "done": done_of(data_request, visit) if data_request.state == "closed" and report else None,
    }


def accept(
    *, subject: DataRequest, actor: Actor, at: datetime, position_id: str | None, **facts: Any
) -> AuditEntry:
    """Accept as the position that was chosen; that it was read is affirmed to the form."""
    del facts["affirmed"]
    return reports.accept_report(
        subject=subject, actor=acting_as(actor, position_id), at=at, **facts
    )


def summary_of(data_request: DataRequest, report: UsageReport) -> list[dict[str, Any]]:
    """Tell what the head must know: what came from whom, and what it was used for."""
    asked = data_request.asked_recipients()
    used = [use.purpose for use in data_request.standing_uses() if not use.is_unused]
    pairs = [
        (_("Tujuan permohonan"), data_request.purpose),
        (_("Data diterima"), ", ".join(item.name for item in data_request.received_items())),
        (_("Pemilik data"), ", ".join(str(one) for one in asked if one.state == RECORDED)),
        (_("Digunakan untuk"), "\n".join(dict.fromkeys(used)) or _("Tidak digunakan")),
        (_("Tidak digunakan"), unused_of(data_request)),
        (_("Simpulan"), report.conclusion),
        (_("Tindak lanjut"), report.follow_up or _("Tidak ada")),
    ]
    return [{"label": label, "value": value} for label, value in pairs]


def unused_of(data_request: DataRequest) -> str:
    """Name the items that were not used, and why."""
    lines = [use for use in data_request.standing_uses() if use.is_unused]
    return "\n".join(f"{line.item.name}: {line.purpose}" for line in lines) or _("Tidak ada")


def done_of(data_request: DataRequest, visit: Visit) -> dict[str, Any]:
    """Confirm the closing: when, after how many working days, both clocks apart."""
    return {
        "title": _("Laporan diterima. Permohonan selesai dan diarsipkan."),
        "text": " ".join(
            [
                _("Laporan diterima {tanggal} {jam}.").format(
                    tanggal=long_date(data_request.closed_at),
                    jam=clock_time(data_request.closed_at),
                ),
                _("Permohonan selesai dalam {n} hari kerja.").format(n=working_days(data_request)),
                both_clocks(data_request, visit),
            ]
        ),
        "steps": [],
    }


def working_days(data_request: DataRequest) -> int:
    """Count the working days from opening to closing, at least one."""
    if data_request.closed_at is None:
        return 0
    zone = data_request.office.zone
    first = data_request.opened_at.astimezone(zone).date()
    last = data_request.closed_at.astimezone(zone).date()
    calendar = clocks.calendar_of(data_request.office)
    return max(clock.working_days_between(first, last, calendar), 1)


def both_clocks(data_request: DataRequest, visit: Visit) -> str:
    """Tell office time and owner time apart, or every late case looks like the office's fault."""
    timeline = histories.timeline_of(
        data_request=data_request,
        recipients=data_request.asked_recipients(),
        entries=list(audit.entries_of(data_request.pk)),
        at=visit.at,
    )
    told = [
        _("{label} {terpakai} dari {baku}").format(
            label=total["label"], terpakai=total["used"], baku=total["standard"]
        )
        for total in totals_of(timeline)
    ]
    return f"{'; '.join(told)}."


PAGE = StepPage(
    key="accept_report",
    deeds=(
        PageDeed(deed="accept_report", form=AcceptForm, do=accept, stays=True),
        send_back("return:use_results"),
    ),
    context=context,
)
