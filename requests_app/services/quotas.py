"""How much may one owner have lying here, one delivery hold, and one request have of its own?"""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _

from requests_app.documents import wording
from requests_app.models import DataFile, DataRequest, Delivery, Recipient


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
    return ""


@dataclass
class Room:
    """What still fits into one delivery, while files are taken into it."""

    most_files: int
    files: int
    bytes: int

    def sentence_if_over(self, *, name: str, size: int) -> str:
        """Say why one more file of this size does not fit; empty where it does."""
        if size > self.bytes:
            sentence = _("{berkas} tidak diterima: satu pengiriman paling besar {b}.")
            return sentence.format(berkas=name, b=wording.file_size(settings.MAX_DELIVERY_BYTES))
        if self.files < 1:
            sentence = _("{berkas} tidak diterima: satu pengiriman paling banyak {n} berkas.")
            return sentence.format(berkas=name, n=self.most_files)
        return ""

    def take(self, size: int) -> None:
        """Count a file that was taken in."""
        self.files, self.bytes = self.files - 1, self.bytes - size

    def give_back(self, size: int) -> None:
        """Count a file that did not stay."""
        self.files, self.bytes = self.files + 1, self.bytes + size


def room_in(delivery: Delivery) -> Room:
    """Tell what fits into a delivery; never fewer files than there are items to give.

    Files that were sent before and stay in it weigh, but are not counted again.
    """
    most = max(int(settings.MAX_DELIVERY_FILES), delivery.recipient.asked_items().count())
    files = DataFile.objects.filter(answers__delivery=delivery).distinct()
    sent_before = DataFile.objects.filter(
        answers__delivery__in=delivery.recipient.deliveries.filter(sent_at__isnull=False)
    )
    held = dict(files.values_list("pk", "size"))
    new = files.exclude(pk__in=sent_before.values("pk")).count()
    left = int(settings.MAX_DELIVERY_BYTES) - sum(held.values())
    return Room(most_files=most, files=most - new, bytes=left)
