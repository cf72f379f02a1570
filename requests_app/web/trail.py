"""What led to what: the letter, the data, the results, the report of one request?"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.models import DataRequest
from requests_app.web.addresses import step_url


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One stop of the trail; without an address it has not been reached."""

    label: str
    detail: str
    href: str = ""
    is_current: bool = False


def trail_of(data_request: DataRequest, *, current: str) -> list[Stop]:
    """Lead from the letter to the report; `current` is letter, data, results or report."""
    stops = {
        "letter": _letter(data_request),
        "data": _data(data_request),
        "results": _results(data_request),
        "report": _report(data_request),
    }
    return [
        Stop(label=stop.label, detail=stop.detail, href=stop.href, is_current=key == current)
        for key, stop in stops.items()
    ]


def _letter(data_request: DataRequest) -> Stop:
    letter = data_request.signed_letter()
    if letter is None:
        return Stop(label=_("Surat"), detail=_("belum ditandatangani"))
    href = step_url(data_request.public_id, "5")
    return Stop(label=_("Surat"), detail=str(letter.number), href=href)


def _data(data_request: DataRequest) -> Stop:
    lines = data_request.standing_lines()
    if not lines:
        return Stop(label=_("Data"), detail=_("belum tercatat"))
    numbers = ", ".join(str(line.number) for line in lines)
    detail = _("buku catatan no. {nomor}").format(nomor=numbers)
    return Stop(label=_("Data"), detail=detail, href=reverse("web:register"))


def _results(data_request: DataRequest) -> Stop:
    n = len(data_request.standing_results())
    if not n:
        return Stop(label=_("Hasil"), detail=_("belum ada"))
    detail = ngettext("{n} hasil olah", "{n} hasil olah", n).format(n=n)
    return Stop(label=_("Hasil"), detail=detail, href=step_url(data_request.public_id, "10"))


def _report(data_request: DataRequest) -> Stop:
    report = data_request.handed_in_report()
    if report is None or report.document is None:
        return Stop(label=_("Laporan"), detail=_("belum ada"))
    href = step_url(data_request.public_id, "12")
    return Stop(label=_("Laporan"), detail=str(report.document.number), href=href)
