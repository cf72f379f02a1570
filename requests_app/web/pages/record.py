"""What does row 9 show: one line of the register, prefilled, and one button?"""

from typing import Any, Final

from django.urls import reverse

from requests_app.models import OfficialDocument, Recipient, RegisterEntry
from requests_app.web import wording
from requests_app.web.access import Visit
from requests_app.web.forms.receiving import RecordForm
from requests_app.web.pages.page import PageDeed, StepPage
from requests_app.web.recording import supplement_url
from requests_app.web.request_page import document_row
from requests_app.web.waiting import supplements_of


def context(visit: Visit) -> dict[str, Any]:
    """Give what is to be recorded, and the entry with its printable form once it is."""
    recipient = visit.recipient
    if recipient is None:
        raise LookupError("Row 9 belongs to a recipient.")
    records = [one for one in recipient.papers() if one.kind == OfficialDocument.Kind.RECORD]
    for record in records:
        record.recipient = recipient
    return {
        "entry": recipient.register_entry(),
        "fulfilment": recipient.fulfilment(),
        "waiting": supplements_of(recipient),
        "supplement_url": supplement_url(recipient, [visit.actor]),
        "documents": [document_row(record) for record in records],
        "register_url": reverse("web:register"),
    }


def _recorded(visit: Visit, outcome: Any) -> str:
    del outcome
    recipient = visit.subject
    entry: RegisterEntry | None = None
    if isinstance(recipient, Recipient):
        entry = recipient.register_entry()
    return wording.success("record_data", number="" if entry is None else entry.number.text)


PAGE: Final = StepPage(
    key="record_data",
    deeds=(PageDeed(deed="record_data", form=RecordForm, success=_recorded, stays=True),),
    context=context,
)
