"""How much may one owner have lying here, and one request of its own?"""

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _

from requests_app.documents import wording
from requests_app.models import DataFile, DataRequest, Recipient


def sentence_if_over(
    *, data_request: DataRequest, recipient: Recipient | None, name: str, size: int
) -> str:
    """Say why one more file of this size is too much; empty where there is room for it."""
    known = data_request.files.filter(recipient=recipient)
    held = known.aggregate(bytes=Sum("size"))["bytes"] or 0
    if held + size > settings.MAX_LINK_BYTES:
        return _(
            "{berkas} tidak diterima: semua berkas yang tersimpan paling besar {b}. Hubungi kantor "
            "peminta."
        ).format(berkas=name, b=wording.file_size(settings.MAX_LINK_BYTES))
    if recipient is not None and _unsent(recipient) >= most_files(recipient):
        return _("{berkas} tidak diterima: satu pengiriman paling banyak {n} berkas.").format(
            berkas=name, n=most_files(recipient)
        )
    return ""


def most_files(recipient: Recipient) -> int:
    """Tell how many files one delivery may hold: never fewer than there are items to give."""
    return max(int(settings.MAX_DELIVERY_FILES), recipient.asked_items().count())


def _unsent(recipient: Recipient) -> int:
    """Count the files that belong to no delivery that was sent."""
    given = recipient.files.filter(kind=DataFile.Kind.DELIVERY)
    return given.exclude(answers__delivery__sent_at__isnull=False).count()
