"""Which numbers has the office given out, to what, and which are void?"""

from typing import Final, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.append_only import frozen_but
from requests_app.models.data_request import DataRequest
from requests_app.models.office import Office
from requests_app.sop.roles import Actor


class NumberRegister(models.Model):
    """A series of numbers; its row is the lock under which a number is taken."""

    class Kind(models.TextChoices):
        """What is numbered in this series."""

        LETTER = "letter", _("Surat keluar")
        REPORT = "report", _("Laporan")
        NOTE = "note", _("Nota dinas")
        RECEIPT = "receipt", _("Tanda terima")
        RECORD = "record", _("Buku catatan data")

    office = models.ForeignKey(
        Office, models.PROTECT, related_name="number_registers", verbose_name=_("perangkat daerah")
    )
    kind = models.CharField(_("jenis"), max_length=12, choices=Kind.choices)
    classification = models.CharField(
        _("kode klasifikasi"),
        max_length=40,
        blank=True,
        default="",
        help_text=_("Bila kosong, satu deret untuk semua klasifikasi."),
    )
    template = models.CharField(
        _("pola nomor"),
        max_length=80,
        default="{klasifikasi}/{urut}/{tahun}",
        help_text=_("Kode isian: {keamanan} {klasifikasi} {urut} {unit} {bulan_romawi} {tahun}."),
    )
    serial_width = models.PositiveSmallIntegerField(
        _("lebar nomor urut"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(6)],
        help_text=_("Banyaknya angka paling sedikit; 3 mencetak 012."),
    )

    class Meta:
        verbose_name = _("register nomor")
        verbose_name_plural = _("register nomor")
        ordering = ["office", "kind", "classification"]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "kind", "classification"], name="register_once_per_office"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.classification}".strip()


AGENDA_KINDS: Final = (
    NumberRegister.Kind.LETTER,
    NumberRegister.Kind.REPORT,
    NumberRegister.Kind.NOTE,
)
"""What the agenda of outgoing papers lists; received data have a book of their own."""


class NumberCounter(models.Model):
    """The last serial of a register in a year; a row and not a sequence, since those leave gaps."""

    register = models.ForeignKey(
        NumberRegister, models.PROTECT, related_name="counters", verbose_name=_("register nomor")
    )
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["register", "year"], name="counter_once_per_year")
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.year}: {self.last}"


class LetterNumberQuerySet(models.QuerySet["LetterNumber"]):
    """Questions about numbers."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the own office's numbers; a data owner sees none."""
        if actor.recipient_id is not None:
            return self.none()
        return self.filter(register__office_id=actor.office_id)

    def in_agenda(self) -> Self:
        """Keep what stands in the agenda of outgoing papers; receipts and records do not."""
        return self.filter(register__kind__in=AGENDA_KINDS)


class LetterNumber(models.Model):
    """A number once taken: reserved, issued or void, never reused.

    It says itself what it stands for (the columns of the agenda of outgoing letters), in the words
    of the day it was taken. A number given out elsewhere may follow another pattern; it then has no
    place among the serials of the register.
    """

    class Status(models.TextChoices):
        """What became of the number."""

        RESERVED = "reserved", _("Dipesan")
        ISSUED = "issued", _("Terbit")
        VOID = "void", _("Dibatalkan")

    class Origin(models.TextChoices):
        """Who gave the number out."""

        HERE = "here", _("Sistem ini")
        OUTSIDE = "outside", _("Luar sistem")

    register = models.ForeignKey(
        NumberRegister, models.PROTECT, related_name="numbers", verbose_name=_("register nomor")
    )
    origin = models.CharField(
        _("asal nomor"), max_length=10, choices=Origin.choices, default=Origin.HERE
    )
    data_request = models.ForeignKey(
        DataRequest,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="numbers",
        verbose_name=_("permohonan"),
        help_text=_("Permohonan yang memegang nomor pesanan ini."),
    )
    dated = models.DateField(_("tanggal"))
    classification = models.CharField(_("klasifikasi"), max_length=40, blank=True, default="")
    addressee = models.CharField(_("tujuan"), max_length=300, blank=True, default="")
    subject = models.CharField(_("hal"), max_length=300, blank=True, default="")
    annex = models.CharField(_("lampiran"), max_length=60, blank=True, default="")
    handler = models.CharField(_("pengolah"), max_length=200, blank=True, default="")
    note = models.CharField(_("keterangan"), max_length=300, blank=True, default="")
    year = models.PositiveSmallIntegerField(_("tahun"))
    serial = models.PositiveIntegerField(_("nomor urut"), null=True, blank=True)
    suffix = models.CharField(_("akhiran"), max_length=10, blank=True, default="")
    text = models.CharField(_("nomor"), max_length=120)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    taken_at = models.DateTimeField(_("diambil pada"))
    taken_by = models.CharField(_("diambil oleh"), max_length=150)
    voided_at = models.DateTimeField(_("dibatalkan pada"), null=True, blank=True)
    voided_by = models.CharField(_("dibatalkan oleh"), max_length=150, blank=True)
    void_reason = models.TextField(_("alasan pembatalan"), blank=True)

    objects = LetterNumberQuerySet.as_manager()

    class Meta:
        verbose_name = _("nomor")
        verbose_name_plural = _("nomor")
        ordering = ["register", "-year", "-serial"]
        constraints = [
            models.UniqueConstraint(
                fields=["register", "year", "serial", "suffix"], name="number_once_per_year"
            ),
            models.UniqueConstraint(fields=["register", "text"], name="number_text_once"),
            models.UniqueConstraint(
                fields=["data_request", "register"],
                condition=Q(status="reserved"),
                name="one_reserved_number_per_request",
            ),
            models.CheckConstraint(
                name="number_of_ours_has_a_serial",
                condition=Q(origin="outside") | Q(serial__isnull=False),
            ),
            models.CheckConstraint(
                name="number_void_has_who_when_why",
                condition=~Q(status="void")
                & Q(voided_at__isnull=True, voided_by="", void_reason="")
                | Q(status="void", voided_at__isnull=False) & ~Q(voided_by="") & ~Q(void_reason=""),
            ),
        ]
        triggers = frozen_but(
            "status", "voided_at", "voided_by", "void_reason", when="OLD.status <> 'reserved'"
        )

    def __str__(self) -> str:
        return self.text
