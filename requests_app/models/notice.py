"""Who is told what, and did it arrive?"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.data_request import DataRequest
from requests_app.models.office import Office
from requests_app.models.official_document import OfficialDocument
from requests_app.models.recipient import Recipient
from requests_app.models.share_link import ShareLink


class Notice(models.Model):
    """One mail that must arrive or visibly fail; holds ids, never a token or a code."""

    class Kind(models.TextChoices):
        """Which mail."""

        LETTER = "letter", _("Surat dan tautan")
        RECEIPT = "receipt", _("Tanda terima")
        MESSAGE = "message", _("Pesan kepada pemilik data")
        ACCOUNT = "account", _("Perubahan akun")

    class Status(models.TextChoices):
        """What became of it."""

        QUEUED = "queued", _("Disiapkan")
        SENT = "sent", _("Terkirim")
        FAILED = "failed", _("Gagal")

    office = models.ForeignKey(
        Office, models.PROTECT, related_name="notices", verbose_name=_("perangkat daerah")
    )
    data_request = models.ForeignKey(
        DataRequest,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name=_("permohonan"),
    )
    recipient = models.ForeignKey(
        Recipient,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name=_("pemilik data"),
    )
    kind = models.CharField(_("jenis"), max_length=12, choices=Kind.choices)
    address = models.EmailField(_("alamat"))
    cc = models.CharField(_("tembusan"), max_length=300, blank=True)
    subject = models.CharField(_("judul"), max_length=200, blank=True)
    text = models.TextField(_("pengantar"), blank=True)
    document = models.ForeignKey(
        OfficialDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("naskah resmi"),
    )
    link = models.ForeignKey(
        ShareLink, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tautan")
    )
    message_id = models.CharField(_("pengenal surel"), max_length=200, unique=True)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.QUEUED
    )
    tries = models.PositiveSmallIntegerField(_("percobaan"), default=0)
    last_error = models.TextField(_("galat terakhir"), blank=True)
    made_at = models.DateTimeField(_("dibuat pada"))
    sent_at = models.DateTimeField(_("terkirim pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("pemberitahuan")
        verbose_name_plural = _("pemberitahuan")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["status", "made_at"], name="notice_by_status")]
        constraints = [
            models.CheckConstraint(
                name="notice_sent_has_when",
                condition=Q(status="sent", sent_at__isnull=False)
                | ~Q(status="sent") & Q(sent_at__isnull=True),
            ),
            models.CheckConstraint(
                name="notice_about_a_request_unless_an_account",
                condition=Q(kind="account", data_request__isnull=True)
                | ~Q(kind="account") & Q(data_request__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} → {self.address}"
