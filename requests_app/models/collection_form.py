"""In what shape do we ask?"""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.data_request import DataRequest, RequestedItem
from requests_app.models.delivery import DataFile
from requests_app.models.people import User


class CollectionForm(models.Model):
    """A version of the collection form (media pengumpulan): questions, or an attached template."""

    class Kind(models.TextChoices):
        """Which medium."""

        QUESTIONS = "questions", _("Kuesioner")
        TEMPLATE = "template", _("Blanko")

    data_request = models.ForeignKey(DataRequest, models.PROTECT, related_name="forms")
    number = models.PositiveSmallIntegerField(_("versi"))
    kind = models.CharField(_("media"), max_length=12, choices=Kind.choices, default=Kind.QUESTIONS)
    instructions = models.TextField(_("petunjuk pengisian"), blank=True)
    template_file = models.ForeignKey(
        DataFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("blanko")
    )
    covered_items = models.ManyToManyField(
        RequestedItem, blank=True, related_name="+", verbose_name=_("data yang tercakup blanko")
    )
    published_at = models.DateTimeField(_("diterbitkan pada"), null=True, blank=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("media pengumpulan")
        verbose_name_plural = _("media pengumpulan")
        ordering = ["data_request", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["data_request", "number"], name="form_version_once_per_request"
            ),
            models.CheckConstraint(
                name="form_publication_has_who_and_when",
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} v{self.number}"

    def covered_item_ids(self) -> set[int]:
        """Collect the items that this form asks for."""
        if self.kind == self.Kind.TEMPLATE:
            if self.template_file_id is None:
                return set()
            return set(self.covered_items.values_list("pk", flat=True))
        return set(self.questions.values_list("item_id", flat=True))


class FormQuestion(models.Model):
    """One question about one item."""

    class Kind(models.TextChoices):
        """How it is answered."""

        SHORT = "short", _("Teks singkat")
        LONG = "long", _("Teks panjang")
        NUMBER = "number", _("Angka")
        DATE = "date", _("Tanggal")
        SINGLE = "single", _("Pilihan tunggal")
        MULTIPLE = "multiple", _("Pilihan ganda")
        TABLE = "table", _("Tabel")
        FILE = "file", _("Berkas")

    CHOOSING = (Kind.SINGLE, Kind.MULTIPLE)

    form = models.ForeignKey(CollectionForm, models.CASCADE, related_name="questions")
    item = models.ForeignKey(
        RequestedItem, models.CASCADE, related_name="questions", verbose_name=_("untuk data")
    )
    position = models.PositiveSmallIntegerField(_("urutan"))
    text = models.CharField(_("pertanyaan"), max_length=500)
    kind = models.CharField(_("jenis jawaban"), max_length=10, choices=Kind.choices)
    unit = models.CharField(_("satuan"), max_length=80, blank=True)
    choices = ArrayField(
        models.CharField(max_length=200), verbose_name=_("pilihan"), blank=True, default=list
    )
    rows = ArrayField(
        models.CharField(max_length=200), verbose_name=_("baris tabel"), blank=True, default=list
    )
    columns = ArrayField(
        models.CharField(max_length=200), verbose_name=_("kolom tabel"), blank=True, default=list
    )
    holds_numbers = models.BooleanField(_("isi tabel berupa angka"), default=False)
    required = models.BooleanField(_("wajib"), default=True)
    help = models.CharField(_("petunjuk"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("pertanyaan")
        verbose_name_plural = _("pertanyaan")
        ordering = ["form", "position"]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        """Refuse a choice question with fewer than two choices."""
        if self.kind in self.CHOOSING and len(set(self.choices)) < 2:
            raise ValidationError({"choices": _("Tulis paling sedikit dua pilihan.")})
