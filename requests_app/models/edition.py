"""Which edition of the SOP holds for a request, as the office has issued it?"""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models.office import Office
from requests_app.sop.edition import Edition, EditionStep
from requests_app.sop.roles import Role
from requests_app.sop.steps import STEPS, StandardTime, Unit

_plain_editions: dict[tuple[int, int], Edition] = {}


class SopEditionQuerySet(models.QuerySet["SopEdition"]):
    """Questions about editions."""

    def without_texts(self) -> Self:
        """Load what names an edition, not its long texts: `as_plain` has those kept."""
        return self.defer(*SopEdition.TEXTS)


class SopEdition(models.Model):
    """One issue of the SOP: header, legal basis, qualifications, equipment, warnings, and its rows.

    A request keeps the edition it began under; an edition in use is never edited (ADR 0010).
    """

    TEXTS = (
        "letterhead",
        "legal_basis",
        "qualifications",
        "related",
        "equipment",
        "warning_lead",
        "warnings",
        "recording",
        "role_titles",
        "footnotes",
    )
    """What a page of a request never shows."""

    office = models.ForeignKey(
        Office, models.PROTECT, related_name="editions", verbose_name=_("perangkat daerah")
    )
    letterhead = ArrayField(models.CharField(max_length=200), verbose_name=_("kepala naskah"))
    number = models.CharField(_("nomor SOP"), max_length=100)
    name = models.CharField(_("nama SOP"), max_length=300)
    made_on = models.DateField(_("tanggal pembuatan"), null=True, blank=True)
    revised_on = models.DateField(_("tanggal revisi"), null=True, blank=True)
    effective_from = models.DateField(_("tanggal efektif"), null=True, blank=True)
    approved_by = models.CharField(_("disahkan oleh"), max_length=300)
    legal_basis = ArrayField(models.TextField(), verbose_name=_("dasar hukum"))
    qualifications = ArrayField(models.TextField(), verbose_name=_("kualifikasi pelaksana"))
    related = ArrayField(
        models.TextField(), verbose_name=_("keterkaitan"), blank=True, default=list
    )
    equipment = ArrayField(models.TextField(), verbose_name=_("peralatan/perlengkapan"))
    warning_lead = models.TextField(_("pengantar peringatan"))
    warnings = ArrayField(models.TextField(), verbose_name=_("peringatan"))
    recording = ArrayField(
        models.TextField(), verbose_name=_("pencatatan dan pendataan"), blank=True, default=list
    )
    role_titles = models.JSONField(_("sebutan pelaksana"), default=dict)
    footnotes = models.JSONField(
        _("catatan kaki"),
        default=dict,
        blank=True,
        help_text=_("Butir dan catatannya; naskah sendiri tidak diubah."),
    )
    is_current = models.BooleanField(
        _("dipakai untuk permohonan baru"),
        default=False,
        help_text=_("Satu edisi saja; permohonan yang berjalan tetap memakai edisinya."),
    )
    revision = models.PositiveIntegerField(default=1, editable=False)

    objects = SopEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edisi SOP")
        verbose_name_plural = _("edisi SOP")
        ordering = ["office", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["office"], condition=models.Q(is_current=True), name="one_current_edition"
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_in_use(self) -> bool:
        """Tell whether a request began under this edition; then it is never edited."""
        return self.requests.exists()

    def as_plain(self) -> Edition:
        """Give the edition as plain values, kept per revision because every page asks for roles."""
        key = (self.pk, self.revision)
        if key not in _plain_editions:
            whole = SopEdition.objects.get(pk=self.pk) if self.get_deferred_fields() else self
            _plain_editions[key] = whole._lay_over_the_table()
        return _plain_editions[key]

    def _lay_over_the_table(self) -> Edition:
        return Edition(
            number=self.number,
            name=self.name,
            letterhead=tuple(self.letterhead),
            made_on=self.made_on,
            revised_on=self.revised_on,
            effective_from=self.effective_from,
            approved_by=self.approved_by,
            legal_basis=tuple(self.legal_basis),
            qualifications=tuple(self.qualifications),
            related=tuple(self.related),
            equipment=tuple(self.equipment),
            warning_lead=self.warning_lead,
            warnings=tuple(self.warnings),
            recording=tuple(self.recording),
            footnotes=dict(self.footnotes),
            role_titles={Role(role): title for role, title in self.role_titles.items()},
            steps={step.key: step.as_plain() for step in self.steps.all()},
        )


class SopStep(models.Model):
    """A row of an edition: what an office may word, assign or time without changing code."""

    ROLES = [(role.value, role.label) for role in Role]
    UNITS = [(Unit.DAYS.value, _("hari")), (Unit.MINUTES.value, _("menit"))]
    KEYS = [(step.key, f"{step.number} {step.key}".strip()) for step in STEPS]

    edition = models.ForeignKey(SopEdition, models.CASCADE, related_name="steps")
    key = models.CharField(_("langkah"), max_length=40, choices=KEYS)
    order = models.PositiveSmallIntegerField(_("urutan"))
    activity = models.TextField(_("kegiatan"))
    role = models.CharField(_("pelaksana"), max_length=20, choices=ROLES)
    inputs = models.TextField(_("kelengkapan"), blank=True)
    standard_amount = models.PositiveSmallIntegerField(_("waktu baku"), null=True, blank=True)
    standard_unit = models.CharField(_("satuan waktu"), max_length=10, choices=UNITS, blank=True)
    standard_text = models.CharField(_("waktu tercetak"), max_length=40, blank=True)
    output = models.TextField(_("output"), blank=True)
    remarks = models.TextField(_("keterangan"), blank=True)

    class Meta:
        verbose_name = _("langkah SOP")
        verbose_name_plural = _("langkah SOP")
        ordering = ["edition", "order"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="step_once_per_edition"),
            models.CheckConstraint(
                name="step_time_has_its_unit",
                condition=models.Q(standard_amount__isnull=True, standard_unit="")
                | models.Q(standard_amount__isnull=False, standard_unit__in=["hari", "menit"]),
            ),
        ]

    def __str__(self) -> str:
        return self.activity

    def as_plain(self) -> EditionStep:
        """Give the row as plain values."""
        amount = self.standard_amount
        return EditionStep(
            key=self.key,
            activity=self.activity,
            role=Role(self.role),
            inputs=self.inputs,
            standard_time=None
            if amount is None
            else StandardTime(amount, Unit(self.standard_unit)),
            standard_text=self.standard_text,
            output=self.output,
            remarks=self.remarks,
        )
