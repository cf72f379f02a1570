"""Whom can we ask?"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models.office import Office


class DataOwner(models.Model):
    """An institution in the directory of data owners (pemilik data)."""

    office = models.ForeignKey(
        Office, models.PROTECT, related_name="data_owners", verbose_name=_("perangkat daerah")
    )
    name = models.CharField(_("nama instansi"), max_length=200)
    head_title = models.CharField(
        _("jabatan yang dituju"),
        max_length=200,
        help_text=_("Surat ditujukan kepada jabatan, bukan orang. Contoh: Kepala Dinas Contoh."),
    )
    place = models.CharField(_("tempat"), max_length=100)
    address = models.CharField(_("alamat"), max_length=300, blank=True)
    email = models.EmailField(_("surel"), blank=True)
    phone = models.CharField(_("telepon"), max_length=60, blank=True)
    whatsapp = models.CharField(_("WhatsApp"), max_length=30, blank=True)
    contact_name = models.CharField(_("narahubung"), max_length=150, blank=True)
    is_active = models.BooleanField(_("aktif"), default=True)

    class Meta:
        verbose_name = _("pemilik data")
        verbose_name_plural = _("pemilik data")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["office", "name"], name="owner_once_per_office")
        ]

    def __str__(self) -> str:
        return self.name
