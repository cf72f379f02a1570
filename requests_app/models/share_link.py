"""May this visitor come in, and to which recipient?"""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.append_only import append_only
from requests_app.models.recipient import Recipient
from requests_app.sop.steps import REQUEST_ENDS


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    """Questions about links."""

    def open_at(self, at: datetime) -> Self:
        """Keep the links that are neither revoked nor expired."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=at)

    def of_ended_requests(self) -> Self:
        """Keep the links whose holders are asked for nothing any more."""
        return self.filter(recipient__data_request__state__in=REQUEST_ENDS).select_related(
            "recipient__data_request__office"
        )


class ShareLink(models.Model):
    """A shared link: nonce and hashes only; the token, an HMAC, is never stored (ADR 0011)."""

    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="links")
    nonce = models.CharField(max_length=64, unique=True)
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=200)
    made_at = models.DateTimeField(_("dibuat pada"))
    made_by = models.CharField(_("dibuat oleh"), max_length=150)
    expires_at = models.DateTimeField(_("berlaku sampai"))
    revoked_at = models.DateTimeField(_("dicabut pada"), null=True, blank=True)
    revoked_by = models.CharField(_("dicabut oleh"), max_length=150, blank=True)
    first_opened_at = models.DateTimeField(_("pertama dibuka"), null=True, blank=True)
    last_opened_at = models.DateTimeField(_("terakhir dibuka"), null=True, blank=True)
    openings = models.PositiveIntegerField(_("jumlah pembukaan"), default=0)
    wrong_codes = models.PositiveSmallIntegerField(_("kode salah berturut-turut"), default=0)
    wrong_codes_in_all = models.PositiveSmallIntegerField(_("kode salah seluruhnya"), default=0)
    blocked_until = models.DateTimeField(_("terkunci sampai"), null=True, blank=True)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("tautan")
        verbose_name_plural = _("tautan")
        ordering = ["recipient", "made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient"],
                condition=Q(revoked_at__isnull=True),
                name="one_live_link_per_recipient",
            ),
            models.CheckConstraint(
                name="link_revocation_has_who_and_when",
                condition=Q(revoked_at__isnull=True, revoked_by="")
                | Q(revoked_at__isnull=False) & ~Q(revoked_by=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient} {self.made_at:%d-%m-%Y}"


class LinkOpening(models.Model):
    """One opening of a link with its access code: when, and from where; never changed."""

    link = models.ForeignKey(
        ShareLink, models.PROTECT, related_name="log", verbose_name=_("tautan")
    )
    at = models.DateTimeField(_("waktu"))
    address = models.GenericIPAddressField(_("alamat IP"), null=True)
    agent = models.CharField(_("peramban"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("pembukaan tautan")
        verbose_name_plural = _("pembukaan tautan")
        ordering = ["-at", "-pk"]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.link} {self.at:%d-%m-%Y %H.%M}"
