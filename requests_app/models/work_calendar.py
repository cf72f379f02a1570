"""When does this office work?"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.office import Office
from requests_app.sop import office_hours

_plain_calendars: dict[tuple[int, int], office_hours.Calendar] = {}


def read_hours(text: str) -> tuple[office_hours.Interval, ...]:
    """Read `07.30-12.00, 13.00-16.30`; empty means no work on that weekday."""
    return office_hours.hours(*(part for part in text.split(",") if part.strip()))


def validate_hours(text: str) -> None:
    """Refuse hours that cannot be read, end before they begin, or overlap."""
    try:
        office_hours.Period(name="", hours={0: read_hours(text)})
    except ValueError as error:
        raise ValidationError(
            _("Tulis jam kerja seperti 07.30-12.00, 13.00-16.30, berurutan.")
        ) from error


class WorkCalendar(models.Model):
    """An office's calendar; the clock reads these tables only, so no upgrade moves a date."""

    office = models.OneToOneField(
        Office, models.PROTECT, related_name="calendar", verbose_name=_("perangkat daerah")
    )
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("kalender kerja")
        verbose_name_plural = _("kalender kerja")

    def __str__(self) -> str:
        return str(self.office)

    def as_plain(self) -> office_hours.Calendar:
        """Give the calendar as plain values, kept per revision since every due time asks."""
        key = (self.pk, self.revision)
        if key not in _plain_calendars:
            _plain_calendars[key] = office_hours.Calendar(
                tz=self.office.time_zone,
                periods=tuple(period.as_plain() for period in self.periods.all()),
                holidays={day.day: day.as_plain() for day in self.holidays.all()},
            )
        return _plain_calendars[key]


def _hours_field(label: Any) -> "models.CharField[str, str]":
    return models.CharField(label, max_length=60, blank=True, validators=[validate_hours])


class WorkPeriod(models.Model):
    """The hours of each weekday during a period: ordinary, or special such as Ramadan."""

    calendar = models.ForeignKey(WorkCalendar, models.CASCADE, related_name="periods")
    name = models.CharField(_("nama masa"), max_length=120)
    decree = models.CharField(_("dasar"), max_length=200)
    starts = models.DateField(_("mulai"), null=True, blank=True)
    ends = models.DateField(_("sampai"), null=True, blank=True)
    is_special = models.BooleanField(_("masa khusus"), default=False)
    monday = _hours_field(_("Senin"))
    tuesday = _hours_field(_("Selasa"))
    wednesday = _hours_field(_("Rabu"))
    thursday = _hours_field(_("Kamis"))
    friday = _hours_field(_("Jumat"))
    saturday = _hours_field(_("Sabtu"))
    sunday = _hours_field(_("Minggu"))

    WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

    class Meta:
        verbose_name = _("jam kerja")
        verbose_name_plural = _("jam kerja")
        ordering = ["calendar", "is_special", "starts"]
        constraints = [
            models.CheckConstraint(
                name="period_ends_after_it_starts",
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(ends__gte=F("starts")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a period that shares a day with another of the same kind."""
        others = WorkPeriod.objects.filter(
            calendar=self.calendar, is_special=self.is_special
        ).exclude(pk=self.pk)
        mine = (self.starts or date.min, self.ends or date.max)
        for other in others:
            if mine[0] <= (other.ends or date.max) and (other.starts or date.min) <= mine[1]:
                raise ValidationError(
                    _("Masa ini bertumpang tindih dengan {nama}.").format(nama=other.name)
                )

    def as_plain(self) -> office_hours.Period:
        """Give the period as a plain value."""
        texts = ((number, getattr(self, name)) for number, name in enumerate(self.WEEKDAYS))
        return office_hours.Period(
            name=self.name,
            decree=self.decree,
            starts=self.starts,
            ends=self.ends,
            is_special=self.is_special,
            hours={number: read_hours(text) for number, text in texts if text.strip()},
        )


class Holiday(models.Model):
    """A day that differs from its weekday, by decree."""

    KINDS = [(kind.value, kind.label) for kind in office_hours.HolidayKind]

    calendar = models.ForeignKey(WorkCalendar, models.CASCADE, related_name="holidays")
    day = models.DateField(_("tanggal"))
    name = models.CharField(_("nama"), max_length=150)
    kind = models.CharField(_("jenis"), max_length=24, choices=KINDS)
    decree = models.CharField(_("dasar"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("hari libur")
        verbose_name_plural = _("hari libur")
        ordering = ["calendar", "day"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "day"], name="one_holiday_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.day:%d-%m-%Y} {self.name}"

    def as_plain(self) -> office_hours.HolidayInfo:
        """Give the day as a plain value."""
        return office_hours.HolidayInfo(
            name=self.name, kind=office_hours.HolidayKind(self.kind), decree=self.decree
        )
