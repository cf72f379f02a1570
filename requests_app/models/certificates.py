"""Whose key is this, who vouches for it, and does it still hold?"""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.append_only import frozen_but
from requests_app.models.office import Office
from requests_app.models.people import User


class CertificateAuthority(models.Model):
    """The office's own authority: it vouches for the keys of its officials, and for nobody else's.

    Its key is sealed under a secret that is not in the database. No law recognizes it (PP 71/2019
    art. 60): what it vouches for is called "tidak tersertifikasi" everywhere.
    """

    office = models.ForeignKey(
        Office, models.PROTECT, related_name="authorities", verbose_name=_("perangkat daerah")
    )
    name = models.CharField(_("nama"), max_length=200)
    certificate = models.TextField(_("sertifikat"), help_text=_("PEM."))
    sealed_key = models.TextField(_("kunci bersegel"), editable=False)
    fingerprint = models.CharField(_("sidik SHA-256"), max_length=64)
    made_at = models.DateTimeField(_("dibuat pada"))
    valid_to = models.DateTimeField(_("berlaku sampai"))
    is_current = models.BooleanField(_("dipakai"), default=True)
    revocation_list = models.BinaryField(_("daftar pencabutan"), editable=False)
    list_number = models.PositiveIntegerField(_("nomor daftar"), default=1)
    listed_at = models.DateTimeField(_("daftar dibuat pada"))
    list_ends_at = models.DateTimeField(_("daftar berlaku sampai"))

    class Meta:
        verbose_name = _("penerbit sertifikat")
        verbose_name_plural = _("penerbit sertifikat")
        ordering = ["office", "-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["office"],
                condition=Q(is_current=True),
                name="one_current_authority_per_office",
            )
        ]
        triggers = frozen_but(
            "is_current", "revocation_list", "list_number", "listed_at", "list_ends_at"
        )

    def __str__(self) -> str:
        return self.name


class SigningCertificateQuerySet(models.QuerySet["SigningCertificate"]):
    """Questions about certificates."""

    def standing(self) -> Self:
        """Keep those that were neither replaced nor revoked, whatever their dates."""
        return self.filter(replaced_at__isnull=True, revoked_at__isnull=True)


class SigningCertificate(models.Model):
    """An official's own key and its certificate; nobody opens the key without the passphrase.

    `pkcs12` is all that is kept of the key: encrypted with a passphrase that its owner chose and
    that stands nowhere. A forgotten passphrase is answered by a new key, never by a way around.
    """

    authority = models.ForeignKey(
        CertificateAuthority,
        models.PROTECT,
        related_name="certificates",
        verbose_name=_("penerbit sertifikat"),
    )
    user = models.ForeignKey(
        User, models.PROTECT, related_name="signing_certificates", verbose_name=_("orang")
    )
    name = models.CharField(_("nama dalam sertifikat"), max_length=150)
    title = models.CharField(_("jabatan dalam sertifikat"), max_length=200)
    serial = models.CharField(_("nomor seri"), max_length=40)
    fingerprint = models.CharField(_("sidik SHA-256"), max_length=64)
    certificate = models.TextField(_("sertifikat"), help_text=_("PEM."))
    pkcs12 = models.BinaryField(_("kunci bersandi"), editable=False)
    valid_from = models.DateTimeField(_("berlaku mulai"))
    valid_to = models.DateTimeField(_("berlaku sampai"))
    made_at = models.DateTimeField(_("dibuat pada"))
    replaced_at = models.DateTimeField(_("diganti pada"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("dicabut pada"), null=True, blank=True)
    revoked_by = models.CharField(_("dicabut oleh"), max_length=150, blank=True)
    revoke_reason = models.TextField(_("alasan pencabutan"), blank=True)

    objects = SigningCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("sertifikat tanda tangan")
        verbose_name_plural = _("sertifikat tanda tangan")
        ordering = ["user", "-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(replaced_at__isnull=True, revoked_at__isnull=True),
                name="one_standing_certificate_per_person",
            ),
            models.UniqueConstraint(
                fields=["authority", "user", "serial"], name="certificate_serial_once"
            ),
            models.CheckConstraint(
                name="certificate_ends_after_it_begins", condition=Q(valid_to__gt=F("valid_from"))
            ),
            models.CheckConstraint(
                name="certificate_revocation_has_who_when_why",
                condition=Q(revoked_at__isnull=True, revoked_by="", revoke_reason="")
                | Q(revoked_at__isnull=False) & ~Q(revoked_by="") & ~Q(revoke_reason=""),
            ),
        ]
        triggers = frozen_but("replaced_at", "revoked_at", "revoked_by", "revoke_reason")

    def __str__(self) -> str:
        return f"{self.name} ({self.serial[:8]}…)"
