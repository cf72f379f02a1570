"""Which supplements wait for staff, and what is to be done with each?"""

from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import DataRequest, Recipient
from requests_app.services import supplements
from requests_app.web.addresses import recipient_step_url


def supplements_waiting(data_request: DataRequest) -> list[dict[str, Any]]:
    """Tell each supplement that was sent and not taken in yet, with the way to it."""
    return [
        {
            "owner": delivery.recipient.data_owner.name,
            "sent_at": delivery.sent_at,
            "href": recipient_step_url(data_request.public_id, delivery.recipient.number, "8"),
            "to_do": _to_do(delivery.recipient, data_request),
        }
        for delivery in supplements.waiting_in(data_request)
    ]


def _to_do(recipient: Recipient, data_request: DataRequest) -> str:
    if recipient.state == "record_data":
        return _(
            "Catat dahulu data yang sudah diterima (langkah 9); setelah itu buka kembali "
            "penerimaan data dari langkah 10."
        )
    if data_request.state == "process_data":
        return _("Kembalikan ke penerimaan data dari langkah 10; susulan ikut diperiksa di sana.")
    if data_request.waits_for_owners:
        return _("Susulan dapat diperiksa setelah permohonan sampai pada langkah 10.")
    return _("Pengolahan sudah selesai: susulan tersimpan, tetapi tidak ikut diolah lagi.")
