"""What stands in the register of received data (buku catatan)?"""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.append_only import frozen_but
from requests_app.models.data_request import DataRequest
from requests_app.models.delivery import Delivery
from requests_app.models.numbering import LetterNumber
from requests_app.models.office import Office
from requests_app.models.recipient import Recipient
from requests_app.sop.roles import Actor


class RegisterEntryQuerySet(models.QuerySet["RegisterEntry"]):
    """Questions about the register."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the own office's entries; a data owner sees none."""
        if actor.recipient_id is not None:
            return self.none()
        return self.filter(office_id=actor.office_id)


class RegisterEntry(models.Model):
    """One line of the register, in the paper book's column order; struck, never deleted."""

    class Status(models.TextChoices):
        """Whether the line stands."""

        VALID = "valid", _("Berlaku")
        STRUCK = "struck", _("Dicoret")

    office = models.ForeignKey(
        Office, models.PROTECT, related_name="register_entries", verbose_name=_("perangkat daerah")
    )
    data_request = models.ForeignKey(
        DataRequest, models.PROTECT, related_name="register_entries", verbose_name=_("permohonan")
    )
    recipient = models.ForeignKey(
        Recipient, models.PROTECT, related_name="register_entries", verbose_name=_("pemilik data")
    )
    delivery = models.ForeignKey(
        Delivery, models.PROTECT, related_name="register_entries", verbose_name=_("pengiriman data")
    )
    number = models.OneToOneField(
        LetterNumber, models.PROTECT, related_name="register_entry", verbose_name=_("nomor")
    )
    received_on = models.DateField(_("tanggal"))
    origin = models.CharField(_("asal"), max_length=200)
    data = models.TextField(_("jenis data"))
    form_and_amount = models.CharField(_("bentuk/jumlah"), max_length=300)
    letter_number = models.CharField(_("nomor surat"), max_length=200, blank=True)
    received_by = models.CharField(_("penerima"), max_length=150)
    kept_at = models.CharField(_("lokasi simpan"), max_length=200)
    security_class = models.CharField(_("sifat"), max_length=20)
    remarks = models.TextField(_("keterangan"), blank=True)
    recorded_at = models.DateTimeField(_("dicatat pada"))
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.VALID
    )
    struck_at = models.DateTimeField(_("dicoret pada"), null=True, blank=True)
    struck_by = models.CharField(_("dicoret oleh"), max_length=150, blank=True)
    strike_reason = models.TextField(_("alasan pencoretan"), blank=True)

    objects = RegisterEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("catatan penerimaan")
        verbose_name_plural = _("buku catatan data")
        ordering = ["office", "-recorded_at", "-pk"]
        indexes = [models.Index(fields=["office", "-recorded_at"], name="register_newest_first")]
        constraints = [
            models.UniqueConstraint(
                fields=["delivery"],
                condition=Q(status="valid"),
                name="one_standing_entry_per_delivery",
            ),
            models.CheckConstraint(
                name="entry_strike_has_who_when_why",
                condition=Q(status="valid", struck_at__isnull=True, struck_by="", strike_reason="")
                | Q(status="struck", struck_at__isnull=False)
                & ~Q(struck_by="")
                & ~Q(strike_reason=""),
            ),
        ]
        triggers = frozen_but("status", "struck_at", "struck_by", "strike_reason")

    def __str__(self) -> str:
        return f"{self.number} {self.origin}"
