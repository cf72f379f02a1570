"""What was made of the data, who used it for what, and what was told to the head?"""

from typing import Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.append_only import append_only
from requests_app.models.data_request import DataRequest, RequestedItem
from requests_app.models.delivery import DataFile
from requests_app.models.office import Office
from requests_app.models.official_document import OfficialDocument
from requests_app.models.people import User
from requests_app.models.register import RegisterEntry


class ProcessingResultQuerySet(models.QuerySet["ProcessingResult"]):
    """Questions about results."""

    def live(self) -> Self:
        """Keep the results that have not been withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def with_sources(self) -> Self:
        """Tell along from which lines and files each was made: `entry_keys`, `source_names`."""
        entries = ProcessingResult.entries.through._default_manager.filter(
            processingresult=OuterRef("pk")
        )
        sources = ProcessingResult.sources.through._default_manager.filter(
            processingresult=OuterRef("pk")
        )
        return self.annotate(
            entry_keys=ArraySubquery(entries.order_by("registerentry").values("registerentry")),
            source_names=ArraySubquery(sources.order_by("pk").values("datafile__name")),
        )


class ProcessingResult(models.Model):
    """A result (hasil olah), linked to the register entries and files it was made from."""

    entry_keys: list[int]
    source_names: list[str]
    """Both are known of a result that was loaded `with_sources`."""

    data_request = models.ForeignKey(
        DataRequest, models.PROTECT, related_name="results", verbose_name=_("permohonan")
    )
    title = models.CharField(_("judul hasil"), max_length=200)
    used_as_is = models.BooleanField(_("digunakan tanpa diolah"), default=False)
    method = models.TextField(_("cara mengolah"), help_text=_("Atau alasan tanpa diolah."))
    notes = models.TextField(
        _("isi hasil"), blank=True, help_text=_("Hasil dalam kata-kata; wajib bila tanpa berkas.")
    )
    entries = models.ManyToManyField(
        RegisterEntry, related_name="results", verbose_name=_("sumber dari buku catatan")
    )
    sources = models.ManyToManyField(
        DataFile, blank=True, related_name="used_in_results", verbose_name=_("berkas sumber")
    )
    files = models.ManyToManyField(
        DataFile, blank=True, related_name="result_of", verbose_name=_("berkas hasil")
    )
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("dibuat pada"))
    withdrawn_at = models.DateTimeField(_("ditarik pada"), null=True, blank=True)
    withdraw_reason = models.TextField(_("alasan penarikan"), blank=True)

    objects = ProcessingResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("hasil olah")
        verbose_name_plural = _("hasil olah")
        ordering = ["data_request", "made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="result_withdrawal_has_when_and_why",
                condition=Q(withdrawn_at__isnull=True, withdraw_reason="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdraw_reason=""),
            )
        ]

    def __str__(self) -> str:
        return self.title


class DataUseQuerySet(models.QuerySet["DataUse"]):
    """Questions about the ledger."""

    def standing(self) -> Self:
        """Keep the entries that no later entry strikes, and none that only strikes."""
        return self.filter(struck_by_entry__isnull=True, strikes__isnull=True)


class DataUse(models.Model):
    """One entry of the ledger of uses: what an item was used for, by whom, when, with what product.

    Append-only: a wrong entry is struck by a later entry that names it and says why.
    """

    office = models.ForeignKey(
        Office, models.PROTECT, related_name="+", verbose_name=_("perangkat daerah")
    )
    data_request = models.ForeignKey(
        DataRequest, models.PROTECT, related_name="uses", verbose_name=_("permohonan")
    )
    item = models.ForeignKey(
        RequestedItem, models.PROTECT, related_name="uses", verbose_name=_("data")
    )
    result = models.ForeignKey(
        ProcessingResult,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="uses",
        verbose_name=_("hasil olah"),
    )
    is_unused = models.BooleanField(_("tidak digunakan"), default=False)
    purpose = models.TextField(_("keperluan"), help_text=_("Atau alasan tidak digunakan."))
    used_by = models.CharField(_("pengguna"), max_length=200, blank=True)
    used_on = models.DateField(_("tanggal penggunaan"), null=True, blank=True)
    product = models.CharField(_("hasil/produk"), max_length=300, blank=True)
    shared_with = models.CharField(_("dibagikan kepada"), max_length=300, blank=True)
    strikes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="struck_by_entry",
        verbose_name=_("mencoret baris"),
    )
    strike_reason = models.TextField(_("alasan pencoretan"), blank=True)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("dicatat oleh")
    )
    recorded_at = models.DateTimeField(_("dicatat pada"))

    objects = DataUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("penggunaan data")
        verbose_name_plural = _("buku penggunaan")
        ordering = ["data_request", "recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="use_says_who_and_when",
                condition=Q(is_unused=True)
                | Q(strikes__isnull=False)
                | ~Q(used_by="") & Q(used_on__isnull=False),
            ),
            models.CheckConstraint(
                name="strike_has_a_reason",
                condition=Q(strikes__isnull=True, strike_reason="")
                | Q(strikes__isnull=False) & ~Q(strike_reason=""),
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.item}: {self.purpose}"

    @property
    def is_struck(self) -> bool:
        """Tell whether a later line strikes this one."""
        return getattr(self, "struck_by_entry", None) is not None


class FileAccess(models.Model):
    """Who opened which file, when, and for which purpose; written before the first byte leaves."""

    office = models.ForeignKey(
        Office, models.PROTECT, related_name="+", verbose_name=_("perangkat daerah")
    )
    data_request = models.ForeignKey(
        DataRequest, models.PROTECT, related_name="file_accesses", verbose_name=_("permohonan")
    )
    file = models.ForeignKey(
        DataFile, models.PROTECT, related_name="accesses", verbose_name=_("berkas")
    )
    at = models.DateTimeField(_("waktu"))
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("orang"))
    name = models.CharField(_("nama"), max_length=150)
    title = models.CharField(_("jabatan"), max_length=200)
    purpose = models.TextField(_("keperluan"))

    class Meta:
        verbose_name = _("akses berkas")
        verbose_name_plural = _("akses berkas")
        ordering = ["file", "at"]
        indexes = [models.Index(fields=["data_request", "at"], name="access_by_request")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.name}: {self.file}"


class UsageReport(models.Model):
    """A usage report (laporan penggunaan) composed from the ledger; frozen at submission."""

    class Status(models.TextChoices):
        """Where the report stands."""

        DRAFT = "draft", _("Draf")
        SUBMITTED = "submitted", _("Disampaikan")
        ACCEPTED = "accepted", _("Diterima")
        RETURNED = "returned", _("Dikembalikan")

    data_request = models.ForeignKey(
        DataRequest, models.PROTECT, related_name="reports", verbose_name=_("permohonan")
    )
    number = models.PositiveSmallIntegerField(_("laporan ke-"))
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.DRAFT
    )
    conclusion = models.TextField(_("simpulan"), blank=True)
    follow_up = models.TextField(_("tindak lanjut"), blank=True)
    document = models.OneToOneField(
        OfficialDocument, models.PROTECT, null=True, blank=True, related_name="report"
    )
    submitted_at = models.DateTimeField(_("disampaikan pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("laporan penggunaan")
        verbose_name_plural = _("laporan penggunaan")
        ordering = ["data_request", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["data_request", "number"], name="report_number_once_per_request"
            ),
            models.CheckConstraint(
                name="submitted_report_has_document_and_time",
                condition=Q(status="draft", document__isnull=True, submitted_at__isnull=True)
                | ~Q(status="draft") & Q(document__isnull=False, submitted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.data_request} #{self.number}"
