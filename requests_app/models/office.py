"""Which office asks, and how does it present itself?"""

from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models.stationery import Stationery
from requests_app.sop.clock import MAXIMUM_EXTENSION_DAYS


def validate_time_zone(value: str) -> None:
    """Refuse a name that is no time zone."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValidationError(_("Zona waktu {nama} tidak dikenal.").format(nama=value)) from error


def second_factor_by_default() -> list[str]:
    """Ask a second factor of whoever signs for the office and of whoever administers it."""
    return [Office.SecondFactor.AGENCY_HEAD, Office.SecondFactor.ADMIN]


class Office(Stationery):
    """An office (perangkat daerah); the root of everything, and no query crosses it."""

    class SigningRoute(models.TextChoices):
        """Who makes the signatures of this office; a file signed elsewhere is always taken."""

        INTERNAL = "internal", _("Sertifikat kantor (tidak tersertifikasi)")
        BSRE_V1 = "bsre_v1", _("BSrE, layanan versi 1")
        BSRE_V2 = "bsre_v2", _("BSrE, layanan versi 2")

    class SecondFactor(models.TextChoices):
        """Of whom an office may ask a second factor: the roles of people, and who administers."""

        AGENCY_HEAD = "agency_head", _("Kepala OPD")
        SECTION_HEAD = "section_head", _("Kepala Seksi/Kasubbag. TU")
        STAFF = "staff", _("Staf Pelaksana")
        ADMIN = "admin", _("Pengelola")

    name = models.CharField(_("nama perangkat daerah"), max_length=200)
    government = models.CharField(_("pemerintah daerah"), max_length=200)
    head_title = models.CharField(
        _("jabatan kepala"), max_length=200, help_text=_("Sebagaimana dicetak dalam surat.")
    )
    city = models.CharField(_("tempat"), max_length=100, help_text=_("Tempat pada tanggal surat."))
    address = models.CharField(
        _("alamat"),
        max_length=300,
        blank=True,
        help_text=_("Bila kosong, kop surat tidak mencetak baris alamat."),
    )
    phone = models.CharField(_("telepon"), max_length=60, blank=True)
    website = models.CharField(_("laman"), max_length=120, blank=True)
    email = models.EmailField(_("pos-el"), blank=True)
    contact_name = models.CharField(_("narahubung"), max_length=150)
    contact_phone = models.CharField(_("telepon narahubung"), max_length=60)
    time_zone = models.CharField(
        _("zona waktu"), max_length=60, default="Asia/Jakarta", validators=[validate_time_zone]
    )
    classification_code = models.CharField(_("kode klasifikasi"), max_length=40, default="200.1")
    drafter_may_verify = models.BooleanField(
        _("penyusun boleh memverifikasi"),
        default=False,
        help_text=_("Hanya untuk kantor kecil; setiap pemakaian tercatat dalam jejak audit."),
    )
    correction_days = models.PositiveSmallIntegerField(
        _("tenggat perbaikan data (hari kerja)"), default=3
    )
    deemed_receipt_days = models.PositiveSmallIntegerField(
        _("surat dianggap diterima setelah (hari kerja)"), default=1
    )
    link_days = models.PositiveSmallIntegerField(_("masa berlaku tautan (hari)"), default=60)
    signing_route = models.CharField(
        _("jalur tanda tangan"),
        max_length=10,
        choices=SigningRoute.choices,
        default=SigningRoute.INTERNAL,
    )
    second_factor_roles = ArrayField(
        models.CharField(max_length=20, choices=SecondFactor.choices),
        verbose_name=_("peran yang wajib memakai faktor kedua"),
        default=second_factor_by_default,
        blank=True,
    )
    initial_titles = ArrayField(
        models.CharField(max_length=200),
        verbose_name=_("urutan paraf"),
        default=list,
        blank=True,
        size=3,
        help_text=_(
            "Nama jabatan yang membubuhkan paraf berurutan, paling banyak tiga, satu per baris. "
            "Bila kosong, satu paraf dari pejabat yang memverifikasi."
        ),
    )
    extension_days = models.PositiveSmallIntegerField(
        _("perpanjangan paling lama (hari kerja)"),
        default=MAXIMUM_EXTENSION_DAYS,
        validators=[MaxValueValidator(MAXIMUM_EXTENSION_DAYS)],
        help_text=_("Paling lama 7 hari kerja (UU 14/2008 Pasal 22); satu kali tiap pemilik data."),
    )
    shows_use_to_owners = models.BooleanField(
        _("pemilik data melihat penggunaan datanya"),
        default=True,
        help_text=_("Melalui tautan yang sama, setelah data dipakai; hanya untuk dibaca."),
    )
    decline_grounds = models.TextField(
        _("alasan data tidak dapat diberikan"), help_text=_("Satu alasan per baris.")
    )

    class Meta:
        verbose_name = _("perangkat daerah")
        verbose_name_plural = _("perangkat daerah")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """Give the office's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def grounds(self) -> list[str]:
        """Give the grounds for declining, one per line of the setting."""
        return [line.strip() for line in self.decline_grounds.splitlines() if line.strip()]


class Section(models.Model):
    """A section (seksi, subbagian) of an office."""

    office = models.ForeignKey(
        Office, models.PROTECT, related_name="sections", verbose_name=_("perangkat daerah")
    )
    name = models.CharField(_("nama seksi"), max_length=200)
    code = models.CharField(
        _("kode unit"),
        max_length=20,
        blank=True,
        help_text=_("Untuk kode isian {unit} pada nomor."),
    )

    class Meta:
        verbose_name = _("seksi")
        verbose_name_plural = _("seksi")
        ordering = ["office", "name"]
        constraints = [
            models.UniqueConstraint(fields=["office", "name"], name="section_name_once_per_office")
        ]

    def __str__(self) -> str:
        return self.name


class Classification(models.Model):
    """A classification code of the archives that an office files its letters under."""

    office = models.ForeignKey(
        Office, models.PROTECT, related_name="classifications", verbose_name=_("perangkat daerah")
    )
    code = models.CharField(_("kode"), max_length=40)
    name = models.CharField(_("uraian"), max_length=200)

    class Meta:
        verbose_name = _("kode klasifikasi")
        verbose_name_plural = _("kode klasifikasi")
        ordering = ["office", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "code"], name="classification_once_per_office"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
