"""What do people do with numbers? They reserve, enter, insert and void them, and each is on record.

The agenda belongs to the office and not to a request, so its deeds stand in the office's chain. The
head of the office reads it; staff and heads of section keep it.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from requests_app.documents import wording
from requests_app.models import (
    DataRequest,
    LetterNumber,
    NumberCounter,
    NumberRegister,
    Office,
    OfficialDocument,
)
from requests_app.models.data_request import UNSIGNED_ROWS
from requests_app.models.numbering import AGENDA_KINDS
from requests_app.services import numbers
from requests_app.services.numbers import LETTER, Entry
from requests_app.services.workflow import (
    Incomplete,
    NotReady,
    NotYourTurn,
    Refused,
    lock_request,
    require_reason,
)
from requests_app.sop.roles import Actor, Role

security_log = logging.getLogger("security")

EARLIEST: Final = date(1945, 8, 17)
"""No office of this state has dated a letter before; an earlier date is a slip of the finger."""
KEEPERS: Final = (Role.STAFF, Role.SECTION_HEAD)


def may_keep(actor: Actor) -> bool:
    """Tell whether this actor may reserve, enter, insert and void."""
    return actor.role in KEEPERS


def why_not() -> str:
    """Say who keeps the agenda, to whoever does not."""
    return _("Nomor surat dikelola oleh staf pelaksana atau kepala seksi.")


# -- taking numbers ---------------------------------------------------------------------------


def reserve(
    *,
    office: Office,
    dated: date,
    entry: Entry,
    actor: Actor,
    at: datetime,
    data_request: DataRequest | None = None,
    known: int = 0,
) -> LetterNumber:
    """Hold the next number of a letter register, for a request or for a letter made elsewhere.

    `known` is the newest number that the page had seen: the same words sent twice from one page
    are one reservation. Refused: a second one for a request, a request that needs none any more, a
    date to come, a date before the last number.
    """
    with _keeping("reserve_number", office, actor):
        entry = _described(office, entry)
        if data_request is not None:
            data_request = lock_request(data_request.pk)
        registers = numbers.lock_registers(office, LETTER)
        twice = _sent_before(known, LetterNumber.Origin.HERE, dated, entry, actor)
        if twice is not None:
            return twice
        if data_request is not None:
            _refuse_needless(office, data_request)
        _refuse_impossible(office, dated, at)
        number = LetterNumber(
            register=numbers.choose(registers, LETTER, entry),
            status=LetterNumber.Status.RESERVED,
            data_request=data_request,
            dated=dated,
            taken_at=at,
            taken_by=actor.name,
        )
        numbers.take(number, entry)
        numbers.note("reserve_number", number, actor, at)
        return number


def insert_backdated(
    *,
    office: Office,
    dated: date,
    entry: Entry,
    actor: Actor,
    at: datetime,
    known: int = 0,
) -> LetterNumber:
    """Give a letter of an earlier day the last serial of that day with a suffix (`005.01`).

    Refused: a day that is not past in the register, and one before its first number of the year.
    """
    with _keeping("insert_number", office, actor):
        entry = _described(office, entry)
        registers = numbers.lock_registers(office, LETTER)
        twice = _sent_before(known, LetterNumber.Origin.HERE, dated, entry, actor)
        if twice is not None:
            return twice
        register = numbers.choose(registers, LETTER, entry)
        number = LetterNumber(
            register=register,
            status=LetterNumber.Status.ISSUED,
            dated=dated,
            serial=_serial_behind(register, dated),
            taken_at=at,
            taken_by=actor.name,
        )
        numbers.write(number, entry)
        _suffix(number, entry)
        number.save(force_insert=True)
        numbers.note("insert_number", number, actor, at)
        return number


def enter_outside(
    *,
    office: Office,
    text: str,
    dated: date,
    entry: Entry,
    actor: Actor,
    at: datetime,
    known: int = 0,
) -> LetterNumber:
    """Write down a number that was given elsewhere (TU, SRIKANDI), so that it is not given here.

    A number by the register's own pattern takes its place in the series, which then passes it by.
    Refused: a number that stands in the agenda already, an empty or too long one, a date to come.
    """
    with _keeping("enter_number", office, actor):
        entry = _described(office, entry)
        text = " ".join(text.split())
        registers = numbers.lock_registers(office, LETTER)
        twice = _sent_before(known, LetterNumber.Origin.OUTSIDE, dated, entry, actor)
        if twice is not None and twice.text == text:
            return twice
        numbers.refuse_text(office, text)
        _refuse_impossible(office, dated, at)
        number = numbers.enter(
            LetterNumber(
                register=numbers.choose(registers, LETTER, entry),
                text=text,
                dated=dated,
                taken_at=at,
                taken_by=actor.name,
            ),
            entry,
        )
        numbers.note("enter_number", number, actor, at)
        return number


def _serial_behind(register: NumberRegister, dated: date) -> int:
    """Find the serial behind which a letter of that day is put in."""
    last = numbers.last_number(register)
    if last is None or dated >= last.dated:
        raise NotReady(
            _("Tanggal {tanggal} tidak mendahului nomor terakhir. Pesan nomor biasa.").format(
                tanggal=wording.long_date(dated)
            )
        )
    placed = register.numbers.filter(year=dated.year, dated__lte=dated, serial__isnull=False)
    before = placed.order_by("-serial").first()
    if before is None or before.serial is None:
        raise NotReady(
            _(
                "Tidak ada nomor tahun {tahun} bertanggal {tanggal} atau sebelumnya yang dapat "
                "diberi akhiran."
            ).format(tahun=dated.year, tanggal=wording.long_date(dated))
        )
    return before.serial


def _suffix(number: LetterNumber, entry: Entry) -> None:
    """Give a late insert the first free suffix behind its serial."""
    count = 0
    while True:
        count += 1
        number.suffix = f"{count:02d}"
        number.text = numbers.text_of(number, entry)
        if not numbers.is_taken(number):
            return


# -- giving a number up -----------------------------------------------------------------------


def void(*, number: LetterNumber, reason: str, actor: Actor, at: datetime) -> LetterNumber:
    """Give a number up for a reason; it stays in the agenda, struck, and is never used again.

    Refused: one that is void already, and one whose paper still holds.
    """
    office = number.register.office
    with _keeping("void_number", office, actor):
        require_reason(reason)
        numbers.lock_registers(office, number.register.kind)
        locked = LetterNumber.objects.select_for_update(of=("self",)).get(pk=number.pk)
        if _voided_before(locked, reason, actor):
            return locked
        _refuse_in_force(locked)
        numbers.strike(locked, reason.strip(), actor, at)
        return locked


def _voided_before(number: LetterNumber, reason: str, actor: Actor) -> bool:
    if number.status != LetterNumber.Status.VOID:
        return False
    if number.voided_by == actor.name and number.void_reason == reason.strip():
        return True  # one page sent twice
    raise NotReady(
        _("Nomor {nomor} sudah dibatalkan oleh {nama}.").format(
            nomor=number.text, nama=number.voided_by
        )
    )


# -- what the agenda tells --------------------------------------------------------------------


def requests_without_number(office: Office) -> "QuerySet[DataRequest]":
    """List the requests that a number may be reserved for."""
    held = LetterNumber.objects.filter(status=LetterNumber.Status.RESERVED)
    return (
        DataRequest.objects.filter(office=office, state__in=UNSIGNED_ROWS)
        .exclude(pk__in=held.exclude(data_request=None).values("data_request"))
        .order_by("title", "pk")
    )


def passed_by(*, office_id: int, year: int) -> list[tuple[NumberRegister, int]]:
    """Count per register the serials of a year that no row of its own explains.

    They were passed by because the same number stood in another register of the office.
    """
    of_the_year = Q(register__numbers__year=year, register__numbers__serial__lte=F("last"))
    counters = (
        NumberCounter.objects.filter(
            register__office=office_id, register__kind__in=AGENDA_KINDS, year=year
        )
        .annotate(held=Count("register__numbers__serial", filter=of_the_year, distinct=True))
        .filter(held__lt=F("last"))
        .select_related("register")
        .order_by("register__kind", "register__classification")
    )
    return [(counter.register, counter.last - counter.held) for counter in counters]


# -- refusals, and the record -----------------------------------------------------------------


@contextmanager
def _keeping(deed: str, office: Office, actor: Actor) -> Iterator[None]:
    """Do a deed of the agenda in one transaction; a refused one is told to the security log."""
    try:
        with transaction.atomic():
            if not may_keep(actor) or actor.office_id != office.pk:
                raise NotYourTurn(why_not())
            yield
    except Refused as refusal:
        refusal.is_logged = True
        security_log.warning(
            "refused deed=%s office=%s actor_user=%s role=%s why=%s",
            deed,
            office.pk,
            actor.user_id,
            actor.role,
            refusal,
        )
        raise


def _described(office: Office, entry: Entry) -> Entry:
    entry = numbers.complete(office, entry)
    for text, label in ((entry.addressee, _("tujuan")), (entry.subject, _("hal"))):
        if not text:
            raise Incomplete(_("Tulis {kolom} surat.").format(kolom=label))
    return entry


def _refuse_needless(office: Office, data_request: DataRequest) -> None:
    if data_request.office_id != office.pk:
        raise NotYourTurn(_("Permohonan ini milik perangkat daerah lain."))
    if data_request.state not in UNSIGNED_ROWS:
        raise NotReady(
            _("Nomor hanya dipesan untuk permohonan yang suratnya belum ditandatangani.")
        )
    held = numbers.held_for(data_request)
    if held is not None:
        raise NotReady(
            _("Permohonan ini sudah memegang nomor pesanan {nomor}.").format(nomor=held.text)
        )


def _refuse_impossible(office: Office, dated: date, at: datetime) -> None:
    if dated > at.astimezone(office.zone).date():
        raise Incomplete(
            _("Tanggal {tanggal} belum tiba.").format(tanggal=wording.long_date(dated))
        )
    if dated < EARLIEST:
        raise Incomplete(
            _("Tanggal {tanggal} terlalu lampau.").format(tanggal=wording.long_date(dated))
        )


def _refuse_in_force(number: LetterNumber) -> None:
    papers = OfficialDocument.objects.filter(number=number)
    paper = papers.filter(status=OfficialDocument.Status.VALID).first()
    if paper is not None:
        raise NotReady(
            _(
                "Nomor {nomor} dipakai naskah yang masih berlaku: {hal}. Nomor naskah yang berlaku "
                "tidak dapat dibatalkan di sini."
            ).format(nomor=number.text, hal=paper.title)
        )


def _sent_before(
    known: int, origin: str, dated: date, entry: Entry, actor: Actor
) -> LetterNumber | None:
    """Find what the same person has just taken in the same words from the same page."""
    if not known:
        return None
    return (
        LetterNumber.objects.visible_to(actor)
        .filter(pk__gt=known, origin=origin, dated=dated, taken_by=actor.name, **entry.columns())
        .first()
    )
