"""Which file came back from another system as the signed letter, and who took it in?"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models.append_only import kept_once
from requests_app.models.letter import LetterVersion
from requests_app.models.official_document import OfficialDocument


class SignedCopy(models.Model):
    """A letter signed elsewhere, as its file came back; the head's word makes it the letter.

    Until then it is a draft of SOP row 5 and a better file may take its place; afterwards it tells
    where the official document came from.
    """

    version = models.OneToOneField(
        LetterVersion, models.PROTECT, related_name="signed_copy", verbose_name=_("draf surat")
    )
    document = models.OneToOneField(
        OfficialDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="signed_copy",
        verbose_name=_("naskah resmi"),
    )
    number = models.CharField(_("nomor surat"), max_length=120)
    dated = models.DateField(_("tanggal surat"))
    system = models.CharField(
        _("sistem penandatanganan"),
        max_length=60,
        blank=True,
        help_text=_("Kosong untuk hasil pindai tanda tangan basah."),
    )
    file = models.FileField(_("berkas"), max_length=200)
    file_name = models.CharField(_("nama berkas"), max_length=150)
    size = models.PositiveIntegerField(_("ukuran"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    signatures = models.PositiveSmallIntegerField(
        _("tanda tangan elektronik"), help_text=_("Banyaknya di dalam berkas.")
    )
    is_scan = models.BooleanField(_("hasil pindai tanda tangan basah"), default=False)
    findings = models.JSONField(_("tanda tangan di dalam berkas"), default=list, blank=True)
    put_in_by = models.CharField(_("dimasukkan oleh"), max_length=150)
    put_in_at = models.DateTimeField(_("dimasukkan pada"))

    class Meta:
        verbose_name = _("salinan bertanda tangan")
        verbose_name_plural = _("salinan bertanda tangan")
        ordering = ["version"]
        triggers = kept_once("OLD.document_id IS NOT NULL")

    def __str__(self) -> str:
        return f"{self.number} ({self.system})" if self.system else self.number

    @property
    def is_signed(self) -> bool:
        """Tell whether the file carries an electronic signature at all, whoever's it is."""
        return self.signatures > 0

    @property
    def signature(self) -> OfficialDocument.Signature:
        """Say how the letter was signed, truthfully."""
        kinds = OfficialDocument.Signature
        return kinds.WET if self.is_scan else kinds.ELSEWHERE
