"""Where does staff record for an owner what came by another way than the link?"""

from collections.abc import Iterable
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from requests_app.models import Recipient
from requests_app.services import behalf, brought, receipts, supplements
from requests_app.services.answers import ANSWERING_ROWS
from requests_app.sop.roles import Actor
from requests_app.web.addresses import recipient_step_url

WHAT_WAS_RECORDED: Final = {
    "receive_letter": _("Konfirmasi surat"),
    "process_request": _("Data"),
    "decline": _("Jawaban bahwa data tidak dapat diberikan"),
    "ask_clarification": _("Pertanyaan"),
    "request_extension": _("Permintaan perpanjangan waktu"),
    supplements.DEED: _("Susulan"),
}
PLACE: Final = "atas-nama"
"""Where on the page staff records; links from elsewhere lead to it."""


def record_url(recipient: Recipient, actors: Iterable[Actor]) -> str:
    """Give the address where one of these records for an owner now; "" where nothing is awaited."""
    step = recipient.step
    if step is None or step.key not in {"receive_letter", *ANSWERING_ROWS}:
        return ""
    if not recipient.data_request.waits_for_owners:
        return ""
    if not any(behalf.may_record(recipient, actor) for actor in actors):
        return ""
    return f"{row_url(recipient, step.segment)}#{PLACE}"


def supplement_url(recipient: Recipient, actors: Iterable[Actor]) -> str:
    """Give the address where one of these records what an owner sent later; "" where none may."""
    if not supplements.is_open_for(recipient):
        return ""
    if not any(behalf.may_record(recipient, actor) for actor in actors):
        return ""
    place = [recipient.data_request.public_id, recipient.number, "susulan"]
    return reverse("web:behalf_ways", args=place)


def recorded_for(recipient: Recipient) -> list[dict[str, Any]]:
    """Tell all that staff has recorded for an owner, with the way it came and its proof."""
    return [
        {
            "deed": record.deed,
            "what": WHAT_WAS_RECORDED[record.deed],
            "way": receipts.behalf_of(record),
            "by": record.recorded_by,
            "at": record.recorded_at,
            "proof": reverse("web:open_file", args=[record.evidence.public_id]),
            "proof_name": record.evidence.name,
        }
        for record in brought.records_of(recipient)
    ]


def row_url(recipient: Recipient, segment: str) -> str:
    """Give the address of one of an owner's rows for people of the office."""
    return recipient_step_url(recipient.data_request.public_id, recipient.number, segment)
