"""Which exact bytes left the house or prove something, signed how, under which number and code?"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.append_only import frozen_but
from requests_app.models.data_request import DataRequest
from requests_app.models.letter import Letter
from requests_app.models.numbering import LetterNumber
from requests_app.models.office import Office
from requests_app.models.recipient import Recipient


class OfficialDocument(models.Model):
    """A paper that leaves or proves: frozen bytes, hash, number, kind of signature, check code."""

    class Kind(models.TextChoices):
        """Which paper."""

        LETTER = "letter", _("Surat permohonan")
        COVERING_SHEET = "covering_sheet", _("Lembar pengantar")
        LETTER_RECEIPT = "letter_receipt", _("Tanda terima surat")
        DATA_RECEIPT = "data_receipt", _("Tanda terima data")
        DECLINE_RECEIPT = "decline_receipt", _("Jawaban tidak dapat dipenuhi")
        RECORD = "record", _("Catatan penerimaan data dan informasi")
        REPORT = "report", _("Laporan penggunaan data dan informasi")
        NOTE = "note", _("Nota dinas")

    class Signature(models.TextChoices):
        """Kind of signature, told truthfully (PP 71/2019 art. 60)."""

        NONE = "none", _("Tanpa tanda tangan")
        UNCERTIFIED = "uncertified", _("Tanda tangan elektronik tidak tersertifikasi")
        BSRE = "bsre", _("Tanda tangan elektronik tersertifikasi (BSrE)")
        ELSEWHERE = "elsewhere", _("Ditandatangani di sistem lain")
        WET = "wet", _("Ditandatangani basah; hasil pindai tersimpan")

    class Status(models.TextChoices):
        """Whether the paper still holds."""

        VALID = "valid", _("Berlaku")
        VOID = "void", _("Dibatalkan")

    office = models.ForeignKey(
        Office, models.PROTECT, related_name="documents", verbose_name=_("perangkat daerah")
    )
    data_request = models.ForeignKey(
        DataRequest, models.PROTECT, related_name="documents", verbose_name=_("permohonan")
    )
    recipient = models.ForeignKey(
        Recipient,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("pemilik data"),
    )
    letter = models.ForeignKey(
        Letter,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("surat"),
    )
    number = models.OneToOneField(
        LetterNumber,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="document",
        verbose_name=_("nomor"),
    )
    kind = models.CharField(_("jenis"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("hal"), max_length=300)
    dated = models.DateField(_("tanggal"))
    code = models.CharField(_("kode pemeriksaan"), max_length=24, unique=True)
    file = models.FileField(_("berkas"), max_length=200)
    file_name = models.CharField(_("nama berkas"), max_length=150)
    size = models.PositiveIntegerField(_("ukuran"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    signature = models.CharField(
        _("jenis tanda tangan"),
        max_length=16,
        choices=Signature.choices,
        default=Signature.NONE,
    )
    signed_by = models.CharField(_("penanda tangan"), max_length=150, blank=True)
    signed_title = models.CharField(_("jabatan penanda tangan"), max_length=200, blank=True)
    signed_at = models.DateTimeField(_("ditandatangani pada"), null=True, blank=True)
    signed_system = models.CharField(
        _("sistem penandatanganan"), max_length=60, blank=True, help_text=_("Misalnya SRIKANDI.")
    )
    findings = models.JSONField(
        _("tanda tangan di dalam berkas"),
        default=list,
        blank=True,
        help_text=_("Sebagaimana terbaca ketika naskah disimpan."),
    )
    made_at = models.DateTimeField(_("dibuat pada"))
    settings_used = models.JSONField(_("tata naskah"), default=dict, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.VALID
    )
    voided_at = models.DateTimeField(_("dibatalkan pada"), null=True, blank=True)
    voided_by = models.CharField(_("dibatalkan oleh"), max_length=150, blank=True)
    void_reason = models.TextField(_("alasan pembatalan"), blank=True)

    class Meta:
        verbose_name = _("naskah resmi")
        verbose_name_plural = _("naskah resmi")
        ordering = ["data_request", "made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["letter"],
                condition=Q(kind="letter", status="valid"),
                name="one_valid_document_per_letter",
            ),
            models.CheckConstraint(
                name="document_signature_has_who_and_when",
                condition=Q(signature="none", signed_by="", signed_at__isnull=True)
                | ~Q(signature="none") & ~Q(signed_by="") & Q(signed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="signed_elsewhere_says_where",
                condition=Q(signature="elsewhere") & ~Q(signed_system="")
                | ~Q(signature="elsewhere") & Q(signed_system=""),
            ),
            models.CheckConstraint(
                name="document_void_has_who_when_why",
                condition=Q(status="valid", voided_at__isnull=True, voided_by="", void_reason="")
                | Q(status="void", voided_at__isnull=False) & ~Q(voided_by="") & ~Q(void_reason=""),
            ),
        ]
        triggers = frozen_but("status", "voided_at", "voided_by", "void_reason")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number or ''}".strip()

    @property
    def came_back(self) -> bool:
        """Tell a paper whose bytes were signed outside: it carries no code of ours on its face."""
        return self.signature in {self.Signature.ELSEWHERE, self.Signature.WET}
