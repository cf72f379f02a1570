"""What does the letter say, in which version, and who has put an initial on it?"""

import hashlib
import json
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.data_request import DataRequest
from requests_app.models.office import Office
from requests_app.models.people import User

if TYPE_CHECKING:
    from requests_app.models.official_document import OfficialDocument


class LetterTemplate(models.Model):
    """The office's default wording of a request letter; `{nama}` marks what is filled in."""

    office = models.ForeignKey(
        Office, models.PROTECT, related_name="letter_templates", verbose_name=_("perangkat daerah")
    )
    name = models.CharField(_("nama templat"), max_length=120)
    subject = models.CharField(_("hal"), max_length=200)
    body = models.TextField(_("isi"))
    is_default = models.BooleanField(_("templat bawaan"), default=False)

    class Meta:
        verbose_name = _("templat surat")
        verbose_name_plural = _("templat surat")
        ordering = ["office", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["office"], condition=Q(is_default=True), name="one_default_letter_template"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Letter(models.Model):
    """One request letter; a request has one live letter, older ones stay as superseded."""

    class Status(models.TextChoices):
        """Whether this is the letter the request stands on."""

        LIVE = "live", _("Berlaku")
        SUPERSEDED = "superseded", _("Digantikan")

    data_request = models.ForeignKey(
        DataRequest, models.PROTECT, related_name="letters", verbose_name=_("permohonan")
    )
    sequence = models.PositiveSmallIntegerField(_("surat ke-"))
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.LIVE
    )

    class Meta:
        verbose_name = _("surat permohonan")
        verbose_name_plural = _("surat permohonan")
        ordering = ["data_request", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["data_request", "sequence"], name="letter_sequence_once_per_request"
            ),
            models.UniqueConstraint(
                fields=["data_request"],
                condition=Q(status="live"),
                name="one_live_letter_per_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.data_request} ({self.sequence})"

    def initials(self) -> list["Initial"]:
        """List the initials of all versions, the newest first."""
        return self.data_request.kept(f"initials:{self.pk}", self._initials)

    def _initials(self) -> list["Initial"]:
        return list(Initial.objects.filter(version__letter=self).order_by("-at", "-pk"))

    def signed_document(self) -> "OfficialDocument | None":
        """Find the frozen bytes of this letter."""
        return self.documents.filter(kind="letter", status="valid").first()


class LetterVersion(models.Model):
    """A version of the letter; frozen when it goes up for verification.

    `submitted_content` is the whole of what was submitted (see `content`): list, form and
    addressees stand in other rows and may change afterwards.
    """

    letter = models.ForeignKey(
        Letter, models.PROTECT, related_name="versions", verbose_name=_("surat")
    )
    number = models.PositiveSmallIntegerField(_("draf ke-"))
    classification = models.CharField(_("klasifikasi"), max_length=40, blank=True, default="")
    subject = models.CharField(_("hal"), max_length=200)
    body = models.TextField(_("isi surat"))
    cc = ArrayField(
        models.CharField(max_length=200), verbose_name=_("tembusan"), blank=True, default=list
    )
    signatory_title = models.CharField(_("penanda tangan"), max_length=200)
    drafted_by = models.ForeignKey(
        User, models.PROTECT, related_name="drafted_letters", verbose_name=_("disusun oleh")
    )
    drafted_at = models.DateTimeField(_("disusun pada"))
    submitted_at = models.DateTimeField(_("diajukan pada"), null=True, blank=True)
    returned_at = models.DateTimeField(_("dikembalikan pada"), null=True, blank=True)
    returned_by = models.CharField(_("dikembalikan oleh"), max_length=150, blank=True)
    return_reason = models.TextField(_("catatan pengembalian"), blank=True)
    submitted_content = models.JSONField(
        _("isi saat diajukan"), default=dict, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("draf surat")
        verbose_name_plural = _("draf surat")
        ordering = ["letter", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "number"], name="version_number_once_per_letter"
            ),
            models.UniqueConstraint(
                fields=["letter"],
                condition=Q(submitted_at__isnull=True),
                name="one_open_draft_per_letter",
            ),
            models.CheckConstraint(
                name="return_has_who_when_why",
                condition=Q(returned_at__isnull=True, returned_by="", return_reason="")
                | Q(returned_at__isnull=False, submitted_at__isnull=False)
                & ~Q(returned_by="")
                & ~Q(return_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} v{self.number}"

    def live_initial(self) -> "Initial | None":
        """Find the newest initial that has not been voided."""
        return next(iter(self.live_initials()), None)

    def live_initials(self) -> list["Initial"]:
        """List the initials that have not been voided, the newest first."""
        return [
            initial
            for initial in self.letter.initials()
            if initial.version_id == self.pk and initial.voided_at is None
        ]

    def awaited_post(self) -> str:
        """Name the post whose initial is next, where the office has set an order; else empty.

        Only initials on the content as it stands count (Permendagri 1/2023: in order of rank).
        """
        asked = self.letter.data_request.office.initial_titles
        if not asked:
            return ""
        now = self.content_hash()
        given = {initial.post for initial in self.live_initials() if initial.content_hash == now}
        return next((post for post in asked if post not in given), "")

    def content(self) -> dict[str, Any]:
        """Gather all that a verification is bound to: letter, list, form and addressees."""
        data_request = self.letter.data_request
        form = data_request.published_form()
        return {
            "letter": [
                self.classification,
                self.subject,
                self.body,
                self.cc,
                self.signatory_title,
            ],
            "request": [
                data_request.title,
                data_request.purpose,
                data_request.legal_bases,
                data_request.sensitivity,
                data_request.security_class,
                data_request.urgency,
            ],
            "items": [item.as_content() for item in data_request.listed_items()],
            "form": None if form is None else [form.pk, form.number],
            "recipients": [str(recipient) for recipient in data_request.waiting_recipients()],
        }

    def content_hash(self) -> str:
        """Digest the content; one changed character gives another digest."""
        return self.letter.data_request.kept(f"hash:{self.pk}", self._content_hash)

    def _content_hash(self) -> str:
        text = json.dumps(self.content(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


class InitialQuerySet(models.QuerySet["Initial"]):
    """Questions about initials."""

    def standing(self) -> Self:
        """Keep the initials that have not been voided."""
        return self.filter(voided_at__isnull=True)


class Initial(models.Model):
    """An initial (paraf): a verification bound to the hash of what was verified.

    `title` is as it was spoken ("Plt. Sekretaris"), `post` the office's name for it ("Sekretaris"):
    where several must give theirs in order, a stand-in gives that of the post.
    """

    version = models.ForeignKey(LetterVersion, models.PROTECT, related_name="initials")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    title = models.CharField(max_length=200)
    post = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()
    content_hash = models.CharField(max_length=64)
    checks = models.JSONField(default=dict)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.TextField(blank=True)

    objects = InitialQuerySet.as_manager()

    class Meta:
        verbose_name = _("paraf")
        verbose_name_plural = _("paraf")
        ordering = ["version", "at"]
        constraints = [
            models.CheckConstraint(
                name="initial_void_has_when_and_why",
                condition=Q(voided_at__isnull=True, void_reason="")
                | Q(voided_at__isnull=False) & ~Q(void_reason=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%d-%m-%Y}"
