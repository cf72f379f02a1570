"""Which supplements wait for staff, and what is to be done with each?"""

from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import DataRequest, Delivery, Recipient
from requests_app.services import supplements


def supplements_waiting(data_request: DataRequest) -> list[dict[str, Any]]:
    """Tell what was sent and not taken in yet, of all owners of a request."""
    waiting = supplements.waiting_in(data_request)
    return [_told(one, one.recipient, data_request) for one in waiting]


def supplements_of(recipient: Recipient) -> list[dict[str, Any]]:
    """Tell what was sent and not taken in yet, of one owner."""
    waiting = supplements.waiting_for(recipient)
    return [_told(one, recipient, recipient.data_request) for one in waiting]


def _told(one: Delivery, recipient: Recipient, data_request: DataRequest) -> dict[str, Any]:
    return {
        "owner": recipient.data_owner.name,
        "sent_at": one.sent_at,
        "to_do": _to_do(recipient, data_request),
    }


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
