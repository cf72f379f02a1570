"""What does row 8 show: what was asked beside what came, and a verdict on each item?"""

from typing import Any, Final

from django.utils.translation import gettext as _

from requests_app.models import Recipient
from requests_app.services import brought, checks, owner_mails, reminders
from requests_app.services.answers import sheet_of
from requests_app.web.access import Visit
from requests_app.web.forms.receiving import AcceptForm, CorrectionForm, FindingsForm
from requests_app.web.owner_view import staff_view
from requests_app.web.pages.page import SAVE, PageDeed, StepPage
from requests_app.web.presenters import Button
from requests_app.web.received import received_rows, rounds_of
from requests_app.web.recording import record_url, supplement_url


def context(visit: Visit) -> dict[str, Any]:
    """Give items and files as sent; nothing of a delivery that is still being filled."""
    recipient = _recipient(visit)
    sheet = sheet_of(recipient)
    is_sent = sheet.delivery is not None and sheet.delivery.sent_at is not None
    rows = received_rows(sheet) if is_sent else []
    return {
        **({} if is_sent else {**staff_view(recipient), "reminder": _reminder(visit)}),
        "delivery": sheet.delivery if is_sent else None,
        "sendings": [one for one in recipient.delivered() if one.sent_at is not None],
        "brought": brought.brought_for(recipient) if is_sent else [],
        "record_url": record_url(recipient, [visit.actor]),
        "supplement_url": supplement_url(recipient, [visit.actor]),
        "fulfilment": recipient.fulfilment(),
        "answered_rows": rows,
        "checked_rows": [{**row, "verdict": _verdict(row["sheet"])} for row in rows],
        "viewable": [file for row in rows for file in row["files"] if file["view"]],
        "rounds": rounds_of(recipient),
        "owner_address": owner_mails.address_of(recipient),
    }


def _recipient(visit: Visit) -> Recipient:
    if visit.recipient is None:
        raise LookupError("Row 8 belongs to a recipient.")
    return visit.recipient


def _reminder(visit: Visit) -> Button:
    """Offer to remind an owner who has sent nothing, or say why not now."""
    refusal = reminders.why_not(_recipient(visit), actor=visit.actor, at=visit.at)
    return Button(
        reminders.DEED,
        _("Kirim pengingat"),
        allowed=refusal is None,
        reason="" if refusal is None else str(refusal),
    )


def _verdict(one: Any) -> str:
    if one.answer is None:
        return _("Tidak dijawab")
    return str(one.answer.get_verdict_display())


def _saved(visit: Visit, outcome: Any) -> str:
    del outcome
    left = sum(not answer.verdict for answer in _recipient(visit).answers())
    if not left:
        return _("Hasil pemeriksaan tersimpan; semua butir sudah diperiksa.")
    return _("Hasil pemeriksaan tersimpan; {n} butir belum diperiksa.").format(n=left)


def _asked(visit: Visit, outcome: Any) -> str:
    """Say until when, and whether the owner learns of it by mail."""
    del outcome
    recipient = _recipient(visit)
    until, address = owner_mails.until(recipient), owner_mails.address_of(recipient)
    if not address:
        return _(
            "Perbaikan diminta, paling lambat {waktu}. Sampaikan sendiri: surel belum diisi."
        ).format(waktu=until)
    return _("Perbaikan diminta, paling lambat {waktu}. Surel dikirim ke {surel}.").format(
        waktu=until, surel=address
    )


def _reminded(visit: Visit, outcome: Any) -> str:
    del visit
    return _("Pengingat dikirim ke {surel}.").format(surel=outcome.address)


PAGE: Final = StepPage(
    key="receive_data",
    deeds=(
        PageDeed(deed="receive_data", form=AcceptForm),
        PageDeed(deed="return:process_request", form=CorrectionForm, success=_asked),
        PageDeed(deed=SAVE, form=FindingsForm, do=checks.save_findings, success=_saved, stays=True),
        PageDeed(
            deed=reminders.DEED,
            do=reminders.send_reminder,
            success=_reminded,
            stays=True,
            also_later=True,
        ),
    ),
    context=context,
)
