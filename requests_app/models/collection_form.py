"""In what shape do we ask?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests_app.models.data_request import DataRequest, RequestedItem
from requests_app.models.delivery import DataFile
from requests_app.models.people import User

MOST_ROWS: Final = 40
MOST_COLUMNS: Final = 10
"""What still fits a phone in cards, a screen in columns, and a sheet of paper."""
LONGEST_NAME: Final = 200


def table_faults(rows: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    """Tell what is wrong with the names of a table, by the field in which they are typed."""
    if not (rows and columns):
        field = "columns" if rows else "rows"
        return {field: str(_("Tulis paling sedikit satu baris dan satu kolom."))}
    found = {"rows": _fault_of(rows, _ROWS), "columns": _fault_of(columns, _COLUMNS)}
    return {field: sentence for field, sentence in found.items() if sentence}


@dataclass(frozen=True, kw_only=True)
class _Names:
    """How many names there may be, and what is said of those that cannot stand."""

    most: int
    too_many: Promise
    too_long: Promise
    twice: Promise


_ROWS: Final = _Names(
    most=MOST_ROWS,
    too_many=_("Tulis paling banyak {n} baris; ini {m} baris."),
    too_long=_("Nama baris paling panjang {n} karakter."),
    twice=_("Nama baris “{nama}” ditulis dua kali."),
)
_COLUMNS: Final = _Names(
    most=MOST_COLUMNS,
    too_many=_("Tulis paling banyak {n} kolom; ini {m} kolom."),
    too_long=_("Nama kolom paling panjang {n} karakter."),
    twice=_("Nama kolom “{nama}” ditulis dua kali."),
)


def _fault_of(names: Sequence[str], told: _Names) -> str:
    if len(names) > told.most:
        return str(told.too_many).format(n=told.most, m=len(names))
    if any(len(name) > LONGEST_NAME for name in names):
        return str(told.too_long).format(n=LONGEST_NAME)
    counted = Counter(map(str.casefold, names))
    twice = next((name for name in names if counted[name.casefold()] > 1), "")
    return str(told.twice).format(nama=twice) if twice else ""


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
        """Refuse a choice between fewer than two things, and a table that cannot be filled."""
        if self.kind in self.CHOOSING and len(set(self.choices)) < 2:
            raise ValidationError({"choices": _("Tulis paling sedikit dua pilihan.")})
        if self.kind == self.Kind.TABLE and (faults := table_faults(self.rows, self.columns)):
            raise ValidationError(faults)

    @property
    def cells(self) -> int:
        """Count the inputs of a table; other questions have none."""
        return len(self.rows) * len(self.columns) if self.kind == self.Kind.TABLE else 0
