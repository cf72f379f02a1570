"""How do the papers of an office look (tata naskah dinas)?"""

from decimal import Decimal
from typing import Final

from django.core.validators import FileExtensionValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

_TOP: Final = (MinValueValidator(10), MaxValueValidator(60))
_BOTTOM: Final = (MinValueValidator(20), MaxValueValidator(60))
"""The foot tells kind of signature and place to check in up to four lines."""
_SIDE: Final = (MinValueValidator(10), MaxValueValidator(40))
"""Wider ones would leave no room for the block of the signature."""


class Stationery(models.Model):
    """The look of an office's papers; defaults by Permendagri 1/2023 art. 28–34.

    A local rule may override every measure, so each is a setting. Every signed letter keeps a copy
    of these values (`OfficialDocument.settings_used`): a change here never alters an old letter.
    """

    class Paper(models.TextChoices):
        """Size of a sheet, width × height."""

        A4 = "A4", _("A4 (210 × 297 mm)")
        F4 = "F4", _("F4 (215 × 330 mm)")
        F4_NARROW = "F4-210", _("F4 (210 × 330 mm)")

    class Face(models.TextChoices):
        """A face that lies beside the papers; its letters are as wide as those of the named one."""

        SANS = "Liberation Sans", _("Arial (Liberation Sans)")
        SERIF = "Liberation Serif", _("Times New Roman (Liberation Serif)")

    class Side(models.TextChoices):
        """Where the addressee stands."""

        LEFT = "left", _("Kiri, di bawah Hal")
        RIGHT = "right", _("Kanan, dengan Kepada")

    paper = models.CharField(
        _("ukuran kertas"), max_length=10, choices=Paper.choices, default=Paper.A4
    )
    margin_top = models.PositiveSmallIntegerField(
        _("ruang tepi atas (mm)"), default=20, validators=_TOP
    )
    margin_right = models.PositiveSmallIntegerField(
        _("ruang tepi kanan (mm)"), default=20, validators=_SIDE
    )
    margin_bottom = models.PositiveSmallIntegerField(
        _("ruang tepi bawah (mm)"), default=25, validators=_BOTTOM
    )
    margin_left = models.PositiveSmallIntegerField(
        _("ruang tepi kiri (mm)"), default=30, validators=_SIDE
    )
    face = models.CharField(
        _("jenis huruf"), max_length=30, choices=Face.choices, default=Face.SANS
    )
    face_size = models.PositiveSmallIntegerField(
        _("ukuran huruf (pt)"),
        default=12,
        validators=[MinValueValidator(11), MaxValueValidator(13)],
    )
    line_spacing = models.DecimalField(
        _("spasi baris"),
        max_digits=3,
        decimal_places=2,
        default=Decimal("1.15"),
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal("1.5"))],
    )
    addressee_side = models.CharField(
        _("letak alamat tujuan"), max_length=5, choices=Side.choices, default=Side.LEFT
    )
    numbers_pages = models.BooleanField(
        _("nomor halaman"),
        default=True,
        help_text=_("“- 2 -” di tengah atas, mulai halaman kedua."),
    )
    letterhead_lines = models.TextField(
        _("baris nama pada kop"),
        blank=True,
        help_text=_("Paling banyak tiga baris. Bila kosong, nama perangkat daerah dicetak."),
    )
    crest = models.FileField(
        _("lambang daerah"),
        max_length=200,
        blank=True,
        validators=[FileExtensionValidator(["png", "jpg", "jpeg"])],
        help_text=_("PNG atau JPEG, paling besar 1 MB. Bila kosong, kop dicetak tanpa lambang."),
    )

    class Meta:
        abstract = True
