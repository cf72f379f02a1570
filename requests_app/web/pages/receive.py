"""What does row 8 show: what was asked beside what came, and a verdict on each item?"""

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.models import DataFile, Recipient
from requests_app.services import checks
from requests_app.services.answers import sheet_of
from requests_app.web.access import Visit
from requests_app.web.forms.receiving import AcceptForm, FindingsForm
from requests_app.web.owner_view import answered_row, staff_view
from requests_app.web.pages.page import SAVE, PageDeed, StepPage


def file_url(data_file: DataFile) -> str:
    """Give the address where the purpose of opening a file is asked."""
    return reverse("web:open_file", args=[data_file.public_id])


def context(visit: Visit) -> dict[str, Any]:
    """Give items and files as sent; nothing of a delivery that is still being filled."""
    recipient = visit.recipient
    if recipient is None:
        raise LookupError("Row 8 belongs to a recipient.")
    sheet = sheet_of(recipient)
    is_sent = sheet.delivery is not None and sheet.delivery.sent_at is not None
    rows = [answered_row(one, hrefs=file_url) for one in sheet.items] if is_sent else []
    return {
        **({} if is_sent else staff_view(recipient)),
        "delivery": sheet.delivery if is_sent else None,
        "answered_rows": rows,
        "checked_rows": [{**row, "verdict": _verdict(row["sheet"])} for row in rows],
    }


def _verdict(one: Any) -> str:
    if one.answer is None:
        return _("Tidak dijawab")
    return str(one.answer.get_verdict_display())


def _saved(visit: Visit, outcome: Any) -> str:
    del outcome
    left = len(_unchecked(visit))
    if not left:
        return _("Hasil pemeriksaan tersimpan; semua butir sudah diperiksa.")
    return _("Hasil pemeriksaan tersimpan; {n} butir belum diperiksa.").format(n=left)


def _unchecked(visit: Visit) -> list[Any]:
    recipient = visit.subject
    if not isinstance(recipient, Recipient):
        return []
    return [answer for answer in recipient.answers() if not answer.verdict]


PAGE: Final = StepPage(
    key="receive_data",
    deeds=(
        PageDeed(deed="receive_data", form=AcceptForm),
        PageDeed(deed="return:process_request", form=FindingsForm),
        PageDeed(deed=SAVE, form=FindingsForm, do=checks.save_findings, success=_saved, stays=True),
    ),
    context=context,
)
