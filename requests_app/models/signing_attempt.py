"""Which paper is being signed at this moment, by whom, and what became of earlier tries?"""

import uuid
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.append_only import kept_once
from requests_app.models.data_request import DataRequest
from requests_app.models.letter import LetterVersion
from requests_app.models.numbering import LetterNumber
from requests_app.models.people import Position


class SigningAttemptQuerySet(models.QuerySet["SigningAttempt"]):
    """Questions about attempts."""

    def open(self) -> Self:
        """Keep those that have not come to an end."""
        return self.filter(ended_at__isnull=True)

    def planning(self, **paper: Any) -> Self:
        """Keep those among whose papers is one like this."""
        return self.filter(papers__contains=[paper])


class SigningAttempt(models.Model):
    """One try to sign: numbers and codes are reserved, the signatures are still being made.

    Signing happens outside any transaction, so this row is what a second browser, a crash and the
    worker that cleans up after it find (ADR 0024). It keeps no secret of the signer's. `papers` is
    the plan (`services.signing.Draft`): one letter, or a report and the nota dinas that goes with
    it; `number` is the first one's, and the try is called by it.
    """

    class Kind(models.TextChoices):
        """What is signed."""

        LETTER = "letter", _("Surat permohonan")
        REPORT = "report", _("Laporan dan nota dinas")

    class Route(models.TextChoices):
        """Who makes the signature."""

        INTERNAL = "internal", _("Sertifikat kantor")
        BSRE_V1 = "bsre_v1", _("BSrE (layanan versi 1)")
        BSRE_V2 = "bsre_v2", _("BSrE (layanan versi 2)")

    class Outcome(models.TextChoices):
        """How the try ended."""

        OPEN = "", _("Sedang berjalan")
        SIGNED = "signed", _("Ditandatangani")
        FAILED = "failed", _("Gagal")

    key = models.UUIDField(_("nomor percobaan"), default=uuid.uuid4, unique=True, editable=False)
    data_request = models.ForeignKey(
        DataRequest, models.PROTECT, related_name="signing_attempts", verbose_name=_("permohonan")
    )
    kind = models.CharField(_("jenis"), max_length=10, choices=Kind.choices)
    version = models.ForeignKey(
        LetterVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="signing_attempts",
        verbose_name=_("draf surat"),
    )
    number = models.ForeignKey(
        LetterNumber, models.PROTECT, related_name="signing_attempts", verbose_name=_("nomor")
    )
    position = models.ForeignKey(
        Position, models.PROTECT, related_name="+", verbose_name=_("jabatan penanda tangan")
    )
    route = models.CharField(_("jalur"), max_length=10, choices=Route.choices)
    content_hash = models.CharField(_("sidik isi"), max_length=64)
    papers = models.JSONField(_("naskah"))
    press = models.CharField(_("penekanan"), max_length=64, blank=True, default="", editable=False)
    provider_id = models.CharField(_("nomor di penyedia"), max_length=120, blank=True, default="")
    started_at = models.DateTimeField(_("dimulai pada"))
    expires_at = models.DateTimeField(_("batas waktu"))
    ended_at = models.DateTimeField(_("berakhir pada"), null=True, blank=True)
    outcome = models.CharField(
        _("hasil"), max_length=10, choices=Outcome.choices, blank=True, default=Outcome.OPEN
    )
    why = models.TextField(_("sebab"), blank=True, default="")

    objects = SigningAttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("percobaan tanda tangan")
        verbose_name_plural = _("percobaan tanda tangan")
        ordering = ["data_request", "started_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["data_request"],
                condition=Q(ended_at__isnull=True),
                name="one_open_attempt_per_request",
            ),
            models.CheckConstraint(
                name="attempt_on_a_letter_names_its_version",
                condition=Q(kind="letter", version__isnull=False)
                | Q(kind="report", version__isnull=True),
            ),
            models.CheckConstraint(
                name="attempt_ends_with_an_outcome",
                condition=Q(ended_at__isnull=True, outcome="", why="")
                | Q(ended_at__isnull=False, outcome="signed", why="")
                | Q(ended_at__isnull=False, outcome="failed") & ~Q(why=""),
            ),
            models.CheckConstraint(
                name="attempt_expires_after_it_starts", condition=Q(expires_at__gt=F("started_at"))
            ),
        ]
        triggers = kept_once("OLD.ended_at IS NOT NULL")

    def __str__(self) -> str:
        return f"{self.number} {self.started_at:%d-%m-%Y %H.%M}"

    @property
    def folder(self) -> str:
        """Name the folder of the store in which this attempt puts its signed file."""
        return f"attempts/{self.key}"
