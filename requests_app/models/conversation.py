"""What did owner and office say to each other while the data was being prepared?"""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.data_request import RequestedItem
from requests_app.models.delivery import DataFile
from requests_app.models.people import User
from requests_app.models.recipient import Recipient
from requests_app.sop import clock


class Clarification(models.Model):
    """A question of the owner, about one item or in general; the clock stands meanwhile."""

    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="clarifications")
    item = models.ForeignKey(
        RequestedItem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tentang data"),
    )
    question = models.TextField(_("pertanyaan"))
    asked_at = models.DateTimeField(_("ditanyakan pada"))
    asked_by = models.CharField(_("ditanyakan oleh"), max_length=200)
    answer = models.TextField(_("jawaban"), blank=True)
    answered_at = models.DateTimeField(_("dijawab pada"), null=True, blank=True)
    answered_by = models.CharField(_("dijawab oleh"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("penjelasan")
        verbose_name_plural = _("penjelasan")
        ordering = ["recipient", "asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="clarification_answer_has_who_and_when",
                condition=Q(answered_at__isnull=True, answered_by="", answer="")
                | Q(answered_at__isnull=False) & ~Q(answered_by="") & ~Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return self.question[:80]

    @property
    def is_open(self) -> bool:
        """Tell whether the owner still waits for an answer."""
        return self.answered_at is None


class Pause(models.Model):
    """A stretch in which the owner's clock stands still, because the office owes an answer."""

    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="pauses")
    started_at = models.DateTimeField(_("dijeda pada"))
    resumed_at = models.DateTimeField(_("dilanjutkan pada"), null=True, blank=True)
    reason = models.CharField(_("alasan"), max_length=300)

    class Meta:
        verbose_name = _("jeda")
        verbose_name_plural = _("jeda")
        ordering = ["recipient", "started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient"],
                condition=Q(resumed_at__isnull=True),
                name="one_open_pause_per_recipient",
            ),
            models.CheckConstraint(
                name="pause_ends_after_it_starts",
                condition=Q(resumed_at__isnull=True) | Q(resumed_at__gte=models.F("started_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient} {self.started_at:%d-%m-%Y %H.%M}"

    def as_plain(self) -> clock.Pause:
        """Give the pause as the clock knows it."""
        return clock.Pause(
            started_at=self.started_at, resumed_at=self.resumed_at, reason=self.reason
        )


class Extension(models.Model):
    """The one extension an owner may ask for (UU 14/2008 art. 22); the section head decides."""

    class Status(models.TextChoices):
        """What became of it."""

        ASKED = "asked", _("Menunggu keputusan")
        GRANTED = "granted", _("Disetujui")
        REFUSED = "refused", _("Ditolak")

    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="extensions")
    days = models.PositiveSmallIntegerField(_("hari kerja"), validators=[MinValueValidator(1)])
    reason = models.TextField(_("alasan"))
    asked_at = models.DateTimeField(_("diminta pada"))
    asked_by = models.CharField(_("diminta oleh"), max_length=200)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.ASKED
    )
    decided_at = models.DateTimeField(_("diputuskan pada"), null=True, blank=True)
    decided_by = models.CharField(_("diputuskan oleh"), max_length=200, blank=True)
    decision_note = models.TextField(_("catatan keputusan"), blank=True)

    class Meta:
        verbose_name = _("perpanjangan")
        verbose_name_plural = _("perpanjangan")
        ordering = ["recipient", "asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["recipient"], name="one_extension_per_recipient"),
            models.CheckConstraint(
                name="extension_decision_has_who_and_when",
                condition=Q(status="asked", decided_at__isnull=True, decided_by="")
                | ~Q(status="asked") & Q(decided_at__isnull=False) & ~Q(decided_by=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient} +{self.days}"

    @property
    def is_open(self) -> bool:
        """Tell whether the section head has still to decide."""
        return self.status == self.Status.ASKED

    def as_plain(self) -> clock.Grant | None:
        """Give the extension as the clock knows it: only what was granted moves anything."""
        if self.status != self.Status.GRANTED or self.decided_at is None:
            return None
        return clock.Grant(days=self.days, granted_at=self.decided_at)


def has_talked(key: str) -> "ExpressionWrapper[Any]":
    """Build the condition that an owner has asked for something; `key` leads to the recipient."""
    asked = Exists(Clarification.objects.filter(recipient=OuterRef(key)))
    wished = Exists(Extension.objects.filter(recipient=OuterRef(key)))
    return ExpressionWrapper(Q(asked) | Q(wished), output_field=models.BooleanField())


class BehalfRecord(models.Model):
    """Why staff could act for an owner: the channel, when and from whom it came, and the proof."""

    class Channel(models.TextChoices):
        """How the owner's word or data came in."""

        EMAIL = "email", _("Surel")
        WHATSAPP = "whatsapp", _("WhatsApp")
        COURIER = "courier", _("Kurir atau pos")
        DISK = "disk", _("Flash disk")
        IN_PERSON = "in_person", _("Diserahkan langsung")
        PHONE = "phone", _("Telepon")

    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="behalf_records")
    deed = models.CharField(_("perbuatan"), max_length=60)
    channel = models.CharField(_("saluran"), max_length=20, choices=Channel.choices)
    received_on = models.DateField(_("diterima tanggal"))
    from_whom = models.CharField(_("dari siapa"), max_length=200)
    evidence = models.ForeignKey(
        DataFile, models.PROTECT, related_name="+", verbose_name=_("bukti")
    )
    recorded_at = models.DateTimeField(_("dicatat pada"))
    recorded_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("dicatat oleh")
    )

    class Meta:
        verbose_name = _("catatan atas nama pemilik data")
        verbose_name_plural = _("catatan atas nama pemilik data")
        ordering = ["recipient", "recorded_at"]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.deed}"
