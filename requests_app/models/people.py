"""Who acts for which office, in which role, from when to when?"""

from datetime import date, datetime
from typing import Any, Self

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from requests_app.models.office import Office, Section
from requests_app.sop.roles import Actor, Capacity, Role


class Rank(models.TextChoices):
    """Pangkat and golongan of a civil servant (DOMAIN: PP 11/2017)."""

    I_A = "I/a", _("Juru Muda")
    I_B = "I/b", _("Juru Muda Tk. I")
    I_C = "I/c", _("Juru")
    I_D = "I/d", _("Juru Tk. I")
    II_A = "II/a", _("Pengatur Muda")
    II_B = "II/b", _("Pengatur Muda Tk. I")
    II_C = "II/c", _("Pengatur")
    II_D = "II/d", _("Pengatur Tk. I")
    III_A = "III/a", _("Penata Muda")
    III_B = "III/b", _("Penata Muda Tk. I")
    III_C = "III/c", _("Penata")
    III_D = "III/d", _("Penata Tk. I")
    IV_A = "IV/a", _("Pembina")
    IV_B = "IV/b", _("Pembina Tk. I")
    IV_C = "IV/c", _("Pembina Utama Muda")
    IV_D = "IV/d", _("Pembina Utama Madya")
    IV_E = "IV/e", _("Pembina Utama")


class User(AbstractUser):
    """A person with an account. What the person may do comes from positions, never from here."""

    first_name = None  # type: ignore[assignment]  # Indonesian names are one field
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("nama lengkap"), max_length=150)
    nip = models.CharField(
        _("NIP"),
        max_length=18,
        blank=True,
        validators=[RegexValidator(r"^\d{18}$", _("NIP terdiri atas 18 angka."))],
    )
    rank = models.CharField(_("pangkat"), max_length=6, choices=Rank.choices, blank=True)
    sealed_nik = models.TextField(_("NIK bersegel"), blank=True, default="", editable=False)
    office = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("perangkat daerah"),
    )

    REQUIRED_FIELDS = ["name", "email"]

    held: "list[Position] | None" = None
    """What `Position.objects.around` found when this person was loaded for one page, if it was."""
    factors: "list[str] | None" = None
    """Kinds of second factor that this person has set up, where they were loaded with it."""

    class Meta:
        verbose_name = _("orang")
        verbose_name_plural = _("orang")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """Give the full name; accounts have one name field."""
        return self.name

    def get_short_name(self) -> str:
        """Give the name, as the admin's greeting asks for it."""
        return self.name


class PositionQuerySet(models.QuerySet["Position"]):
    """Questions about positions."""

    def valid_on(self, day: date) -> Self:
        """Keep the positions that are valid on this day; both ends count."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)

    def valid_at(self, at: datetime, *, office: Office) -> Self:
        """Keep the office's positions valid at this moment, by the office's calendar day."""
        return self.filter(office=office).valid_on(at.astimezone(office.zone).date())

    def of_person(self, user: User) -> Self:
        """Keep the positions of a person."""
        return self.filter(user=user)

    def around(self, user_id: int) -> Self:
        """Keep a person's own positions and those of the heads of the same office, of all times.

        Person, office and its calendar come along: every page asks for them.
        """
        heads = Q(role=Role.AGENCY_HEAD.value)
        found = self.filter(Q(user=user_id) | heads, office__people=user_id)
        return found.select_related("user", "office__calendar").order_by("pk")


class Position(models.Model):
    """A person in a role of an office, dated and by decree; roles come from nowhere else."""

    class Kind(models.TextChoices):
        """How the position is held (Permendagri 1/2023)."""

        DEFINITIVE = Capacity.DEFINITIVE.value, _("Definitif")
        PJ = Capacity.PJ.value, _("Penjabat (Pj.)")
        PLT = Capacity.PLT.value, _("Pelaksana tugas (Plt.)")
        PLH = Capacity.PLH.value, _("Pelaksana harian (Plh.)")
        AN = Capacity.AN.value, _("Atas nama (a.n.)")
        UB = Capacity.UB.value, _("Untuk beliau (u.b.)")

    ROLES = [(role.value, role.label) for role in Role if role is not Role.DATA_OWNER]
    OCCUPIES = [Kind.DEFINITIVE, Kind.PJ, Kind.PLT]

    user = models.ForeignKey(
        User, models.PROTECT, related_name="positions", verbose_name=_("orang")
    )
    office = models.ForeignKey(
        Office, models.PROTECT, related_name="positions", verbose_name=_("perangkat daerah")
    )
    section = models.ForeignKey(
        Section,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="positions",
        verbose_name=_("seksi"),
        help_text=_("Kosongkan bila jabatan berlaku untuk seluruh perangkat daerah."),
    )
    role = models.CharField(_("peran dalam SOP"), max_length=20, choices=ROLES)
    title = models.CharField(_("nama jabatan"), max_length=200)
    kind = models.CharField(
        _("kedudukan"), max_length=10, choices=Kind.choices, default=Kind.DEFINITIVE
    )
    represents = models.CharField(
        _("jabatan yang diwakili"), max_length=200, blank=True, help_text=_("Untuk a.n. dan u.b.")
    )
    valid_from = models.DateField(_("berlaku mulai"))
    valid_to = models.DateField(_("berlaku sampai"), null=True, blank=True)
    decree_number = models.CharField(_("nomor surat keputusan"), max_length=120)
    decree_date = models.DateField(_("tanggal surat keputusan"))

    objects = PositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("jabatan")
        verbose_name_plural = _("jabatan")
        ordering = ["office", "role", "valid_from"]
        indexes = [models.Index(fields=["user", "valid_from"])]
        constraints = [
            models.CheckConstraint(
                name="position_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="stand_in_has_an_end",
                condition=~Q(kind__in=["plt", "plh"]) | Q(valid_to__isnull=False),
            ),
            models.CheckConstraint(
                name="on_behalf_names_the_represented",
                condition=~Q(kind__in=["an", "ub"]) | ~Q(represents=""),
            ),
            *(
                ExclusionConstraint(
                    name=name,
                    expressions=[
                        (
                            Func("office_id", "office_id", Value("[]"), function="int8range"),
                            RangeOperators.OVERLAPS,
                        ),
                        (
                            Func("valid_from", "valid_to", Value("[]"), function="daterange"),
                            RangeOperators.OVERLAPS,
                        ),
                    ],
                    condition=Q(role=Role.AGENCY_HEAD.value, kind__in=kinds),
                    violation_error_message=_(
                        "Pada masa itu jabatan kepala sudah terisi. "
                        "Akhiri jabatan yang lama dahulu."
                    ),
                )
                for name, kinds in (
                    ("one_head_at_a_time", ["definitif", "pj", "plt"]),
                    ("one_daily_head_at_a_time", ["plh"]),
                )
            ),
        ]

    def __str__(self) -> str:
        return f"{self.printed_title} – {self.user}"

    def clean(self) -> None:
        """Refuse a position whose parts belong to different offices."""
        if self.section is not None and self.section.office_id != self.office_id:
            raise ValidationError({"section": _("Seksi ini milik perangkat daerah lain.")})
        if self.user_id and self.user.office_id not in {None, self.office_id}:
            raise ValidationError({"user": _("Orang ini terdaftar pada perangkat daerah lain.")})

    @property
    def prefix(self) -> str:
        """Give what stands before the title of somebody who stands in."""
        return {"plt": "Plt.", "plh": "Plh.", "pj": "Pj."}.get(self.kind, "")

    @property
    def printed_title(self) -> str:
        """Give the title as it is spoken and printed, with what stands before it."""
        return f"{self.prefix} {self.title}".lstrip()

    def is_valid_on(self, day: date) -> bool:
        """Tell whether the position is valid on this day; both ends count."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def as_actor(self) -> Actor:
        """Give the actor that this position makes of its holder."""
        return Actor(
            name=self.user.name,
            nip=self.user.nip,
            role=Role(self.role),
            capacity=Capacity(self.kind),
            office_id=self.office_id,
            section_id=self.section_id,
            user_id=self.user_id,
            position_id=self.pk,
            title=self.printed_title,
            post=self.title,
        )


def positions_of(user: Any, at: datetime) -> list[Position]:
    """List a person's valid positions; a head whom a Plh. stands in for is not offered as head.

    DESIGN: while a Plh. is valid only the Plh. is offered row 5. Every page asks this, and a person
    who has come in by the session has brought the positions along.
    """
    if user.office_id is None or not user.is_active:
        return []
    held = Position.objects.around(user.pk) if user.held is None else user.held
    valid = [
        position
        for position in held
        if position.is_valid_on(at.astimezone(position.office.zone).date())
    ]
    own = [position for position in valid if position.user_id == user.pk]
    for position in own:
        position.user = user
    if any(p.role == Role.AGENCY_HEAD and p.kind == Position.Kind.PLH for p in valid):
        own = [p for p in own if p.role != Role.AGENCY_HEAD or p.kind == Position.Kind.PLH]
    return own
