"""What has staff recorded for an owner, and which of the data came by its hand?

The records themselves are made in `services.behalf` (ADR 0029).
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from requests_app.documents import wording
from requests_app.models import AuditEntry, BehalfRecord, Delivery, Recipient
from requests_app.services import receipts, supplements
from requests_app.services.behalf import ANSWERS
from requests_app.sop.roles import Capacity


def records_of(recipient: Recipient) -> list[BehalfRecord]:
    """List all that staff has recorded for an owner, the oldest first."""
    if recipient.is_spoken_for is False:
        return []
    return list(recipient.behalf_records.select_related("recorded_by", "evidence").order_by("pk"))


@dataclass(frozen=True, kw_only=True)
class Brought:
    """One delivery that staff recorded for its owner; `among` others that count, or alone."""

    delivery: Delivery
    record: BehalfRecord
    among: bool

    @property
    def way(self) -> str:
        """Tell how it came; which delivery it was, where there is more than one."""
        way = receipts.behalf_of(self.record)
        if not self.among:
            return way
        said = _("susulan {tanggal}") if self.delivery.is_supplement else _("kiriman {tanggal}")
        zone = self.delivery.recipient.office.zone
        sent_on = (self.delivery.sent_at or self.record.recorded_at).astimezone(zone).date()
        return f"{said.format(tanggal=wording.long_date(sent_on))}: {way}"


def brought_for(recipient: Recipient) -> list[Brought]:
    """List what counts of an owner and was sent by the hand of staff, the oldest first."""
    sent = [(one, one.sent_at) for one in reversed(recipient.delivered()) if one.sent_at]
    if not sent or recipient.is_spoken_for is False:
        return []
    by_staff = AuditEntry.objects.filter(
        data_request_id=recipient.data_request_id,
        recipient_id=recipient.pk,
        deed__in=("deliver_data", supplements.DEED),
        actor_capacity=Capacity.BEHALF,
    )
    moments = set(by_staff.values_list("at", flat=True))
    known = recipient.behalf_records.filter(deed__in=(ANSWERS, supplements.DEED))
    records = list(known.select_related("recorded_by", "evidence").order_by("pk"))
    found = []
    for delivery, sent_at in sent:
        kind = supplements.DEED if delivery.is_supplement else ANSWERS
        before = [one for one in records if one.deed == kind and one.recorded_at <= sent_at]
        if before and sent_at in moments:
            delivery.recipient = recipient
            found.append(Brought(delivery=delivery, record=before[-1], among=len(sent) > 1))
    return found
