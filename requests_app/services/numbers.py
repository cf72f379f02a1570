"""Which number comes next, and who holds it?

A number is taken under the lock of its registers and never given twice: a counter row and not a
sequence, so that a deed that is rolled back leaves no gap (ADR 0021). Papers take theirs by
`issue_number`; what people do with numbers stands in `services.agenda`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from django.db import OperationalError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from requests_app.documents import wording
from requests_app.models import (
    Classification,
    DataRequest,
    LetterNumber,
    NumberCounter,
    NumberRegister,
    Office,
    Section,
    SigningAttempt,
)
from requests_app.models.numbering import AGENDA_KINDS
from requests_app.services import audit, stationery
from requests_app.services.number_patterns import MAXIMUM_LENGTH, Values, number_text, place_of
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn
from requests_app.sop.roles import Actor

LETTER: Final = NumberRegister.Kind.LETTER
WAIT: Final = "25s"
"""Longest wait for a number; a statement as a whole has thirty seconds (settings)."""
LOCK_NOT_AVAILABLE: Final = "55P03"
COLUMNS: Final = ("classification", "addressee", "subject", "annex", "handler", "note")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a number stands for: columns of the agenda, and what its pattern may ask for.

    An empty classification is the office's own; an empty handler is the section.
    """

    classification: str = ""
    addressee: str = ""
    subject: str = ""
    annex: str = ""
    handler: str = ""
    note: str = ""
    section: Section | None = None
    security: str = DataRequest.SecurityClass.ORDINARY

    def columns(self) -> dict[str, str]:
        """Give what is written into the row."""
        return {name: getattr(self, name) for name in COLUMNS}


def entry_of(data_request: DataRequest) -> Entry:
    """Say what a request's letter stands for, from its newest version."""
    version = data_request.newest_version()
    asked = data_request.recipients.waiting().select_related("data_owner").order_by("number")
    return Entry(
        classification="" if version is None else version.classification,
        addressee=_addressees([recipient.data_owner.head_title for recipient in asked]),
        subject=data_request.title if version is None else version.subject,
        annex=wording.amount(1, "berkas"),
        section=data_request.section,
        security=data_request.security_class,
    )


def _bare_entry(data_request: DataRequest | None) -> Entry:
    """Say of a receipt or a record no more than its pattern may ask for."""
    if data_request is None:
        return Entry()
    return Entry(section=data_request.section, security=data_request.security_class)


def _addressees(titles: Sequence[str]) -> str:
    """Name all, or as the letter does the first and how many stand in its list."""
    whole = "; ".join(titles)
    if len(whole) <= limit_of("addressee"):
        return whole
    others = _("{nama} dan {n} tujuan lain (daftar terlampir)")
    room = limit_of("addressee") - len(others)
    return others.format(nama=titles[0][:room], n=len(titles) - 1)


# -- which code -------------------------------------------------------------------------------


def classifications_of(office: Office) -> list[tuple[str, str]]:
    """List the codes a letter may be filed under with their names, the office's own among them."""
    known = dict(Classification.objects.filter(office=office).values_list("code", "name"))
    own = NumberRegister.objects.filter(office=office).exclude(classification="")
    for code in (office.classification_code, *own.values_list("classification", flat=True)):
        known.setdefault(code, "")
    return [(code, f"{code} {name}".strip()) for code, name in sorted(known.items())]


def refuse_classification(office: Office, code: str) -> None:
    """Refuse a code that is not on the office's list; none at all means the office's own."""
    if code and code not in dict(classifications_of(office)):
        raise Incomplete(_("Kode klasifikasi {kode} tidak ada dalam daftar.").format(kode=code))


# -- taking a number --------------------------------------------------------------------------


def issue_number(
    *,
    office: Office,
    kind: NumberRegister.Kind,
    dated: date,
    actor: Actor,
    at: datetime,
    data_request: DataRequest | None = None,
    entry: Entry | None = None,
) -> LetterNumber:
    """Give a paper its number: the one reserved for its request, else the next of the register.

    The year is that of the paper's date in the office's time zone. Locks the office's registers of
    this kind until the end of the transaction. Refused: a date before the last number, a
    reservation of another year or classification, a pattern that lacks something.
    """
    entry = complete(office, entry or _bare_entry(data_request))
    registers = lock_registers(office, kind)
    held = None
    if data_request is not None and kind == LETTER:
        held = held_for(data_request)
    if held is not None:
        return _use(held, dated, entry)
    number = LetterNumber(
        register=choose(registers, kind, entry),
        status=LetterNumber.Status.ISSUED,
        data_request=data_request if kind == LETTER else None,
        dated=dated,
        taken_at=at,
        taken_by=actor.name,
    )
    return take(number, entry)


def lock_registers(office: Office, kind: str) -> list[NumberRegister]:
    """Lock all registers of a kind, in one order: a number is unique among all of them.

    Whoever signs holds them while the paper is typeset, so many at once wait longer than for other
    locks; past that, a sentence asks them to try again.
    """
    wanted = NumberRegister.objects.select_for_update().filter(office=office, kind=kind)
    try:
        with transaction.atomic(), _patience():
            registers = list(wanted.order_by("pk"))
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) != LOCK_NOT_AVAILABLE:
            raise
        busy = _("Banyak naskah sedang diberi nomor. Coba lagi sebentar lagi.")
        raise NotReady(busy) from error
    for register in registers:
        register.office = office
    return registers


@contextmanager
def _patience() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = %s", [WAIT])
        yield
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")


def choose(registers: Sequence[NumberRegister], kind: str, entry: Entry) -> NumberRegister:
    """Choose the classification's own register, else the one for all."""
    by_code = {register.classification: register for register in registers}
    register = by_code.get(entry.classification) or by_code.get("")
    if register is None:
        raise Incomplete(
            _("Belum ada register nomor untuk {jenis}. Minta pengelola membuatnya.").format(
                jenis=NumberRegister.Kind(kind).label
            )
        )
    return register


def take(number: LetterNumber, entry: Entry) -> LetterNumber:
    """Give an unsaved number the next place of its locked register, and store it.

    A place or a text that the office's book has already is passed by.
    """
    register = number.register
    _refuse_earlier(register, number.dated)
    counter, _made = NumberCounter.objects.get_or_create(register=register, year=number.dated.year)
    write(number, entry)
    while True:
        counter.last += 1
        number.serial = counter.last
        number.text = text_of(number, entry)
        if not is_taken(number):
            break
    counter.save(update_fields=["last"])
    number.save(force_insert=True)
    return number


def write(number: LetterNumber, entry: Entry) -> None:
    """Write the columns of the agenda into an unsaved number, and its year."""
    number.year = number.dated.year
    for name, value in entry.columns().items():
        setattr(number, name, value)


def held_for(data_request: DataRequest, kind: NumberRegister.Kind = LETTER) -> LetterNumber | None:
    """Lock the number that is reserved for a request's letter (or report, or note), if any."""
    reserved = LetterNumber.Status.RESERVED
    return (
        LetterNumber.objects.select_for_update(of=("self",))
        .filter(data_request=data_request, status=reserved, register__kind=kind)
        .first()
    )


def _use(held: LetterNumber, dated: date, entry: Entry) -> LetterNumber:
    """Issue the number that was held for this very letter."""
    _fit(held, dated, entry)
    held.status = LetterNumber.Status.ISSUED
    held.save()
    return held


def _fit(held: LetterNumber, dated: date, entry: Entry) -> None:
    """Date a held number anew and fill in its columns; refuse what it was not reserved for."""
    if held.year != dated.year:
        raise NotReady(
            _(
                "Nomor {nomor} dipesan untuk tahun {tahun}, sedangkan surat ini bertanggal "
                "{tanggal}. Minta staf membatalkan pesanan itu pada halaman Nomor surat."
            ).format(nomor=held.text, tahun=held.year, tanggal=wording.long_date(dated))
        )
    if held.classification != entry.classification:
        raise NotReady(
            _(
                "Nomor {nomor} dipesan untuk klasifikasi {pesanan}, sedangkan surat ini "
                "berklasifikasi {surat}. Minta staf membatalkan pesanan itu pada halaman Nomor "
                "surat."
            ).format(nomor=held.text, pesanan=held.classification, surat=entry.classification)
        )
    held.dated = dated
    for name, value in entry.columns().items():
        setattr(held, name, value or getattr(held, name))


# -- a number for a signature that is still to be made ----------------------------------------


def hold_for_signing(
    *,
    data_request: DataRequest,
    kind: NumberRegister.Kind,
    dated: date,
    actor: Actor,
    at: datetime,
    entry: Entry,
) -> LetterNumber:
    """Reserve the number under which a paper is about to be signed; an earlier try's is kept.

    Locks and refuses like `issue_number`. A number that an earlier try of another year has left
    is void, since the series begins anew with the year of the paper's date.
    """
    entry = complete(data_request.office, entry)
    registers = lock_registers(data_request.office, kind)
    held = held_for(data_request, kind)
    if held is not None and held.year != dated.year and is_of_a_try(held):
        strike(held, _("Tahun berganti sebelum naskah ditandatangani."), actor, at)
        held = None
    if held is not None:
        _fit(held, dated, entry)
        held.save()
        return held
    number = LetterNumber(
        register=choose(registers, kind, entry),
        status=LetterNumber.Status.RESERVED,
        data_request=data_request,
        dated=dated,
        taken_at=at,
        taken_by=actor.name,
    )
    return take(number, entry)


def is_of_a_try(number: LetterNumber) -> bool:
    """Tell a number that was taken to sign under it from one that people reserved."""
    tries = SigningAttempt.objects.filter(data_request=number.data_request_id)
    return tries.planning(number=number.pk).exists()


def issue_held(pk: int) -> LetterNumber:
    """Issue a number under which a paper has been signed; refused where it was given up since."""
    held = LetterNumber.objects.select_for_update(of=("self",)).get(pk=pk)
    if held.status != LetterNumber.Status.RESERVED:
        raise NotReady(_("Nomor {nomor} sudah dibatalkan.").format(nomor=held.text))
    held.status = LetterNumber.Status.ISSUED
    held.save(update_fields=["status"])
    return held


# -- numbers given elsewhere ------------------------------------------------------------------


def take_outside(
    *, data_request: DataRequest, text: str, dated: date, actor: Actor, at: datetime
) -> LetterNumber:
    """Give a request's letter the number that another system gave it (TU, SRIKANDI).

    A number held for the request is that very one, or is void from now on. Locks like
    `issue_number`; refused as `refuse_outside` says.
    """
    office, text = data_request.office, " ".join(text.split())
    entry = complete(office, entry_of(data_request))
    registers = lock_registers(office, LETTER)
    held = held_for(data_request)
    if held is not None and held.text.casefold() == text.casefold():
        return _use(held, dated, entry)
    refuse_text(office, text)
    if held is not None:
        reason = _("Surat mendapat nomor {nomor} di luar sistem.").format(nomor=text)
        strike(held, reason, actor, at)
    number = LetterNumber(
        register=choose(registers, LETTER, entry),
        data_request=data_request,
        text=text,
        dated=dated,
        taken_at=at,
        taken_by=actor.name,
    )
    return enter(number, entry)


def refuse_outside(*, data_request: DataRequest, text: str) -> None:
    """Refuse a number from elsewhere that the office's agenda has, save the request's own."""
    text = " ".join(text.split())
    held = data_request.numbers.filter(status=LetterNumber.Status.RESERVED, text__iexact=text)
    if not held.exists():
        refuse_text(data_request.office, text)


def enter(number: LetterNumber, entry: Entry) -> LetterNumber:
    """Store an outside number; by its register's own pattern it takes its place in the series."""
    number.origin, number.status = LetterNumber.Origin.OUTSIDE, LetterNumber.Status.ISSUED
    write(number, entry)
    _put_in_place(number)
    number.save(force_insert=True)
    return number


def _put_in_place(number: LetterNumber) -> None:
    """Give an outside number its place in the series; none where it has none, or another has it."""
    place = place_of(number.register, number.text)
    if place is None:
        return
    if place.year != number.year:
        raise Incomplete(
            _("Nomor {nomor} menyebut tahun {tahun}, sedangkan tanggal surat {tanggal}.").format(
                nomor=number.text, tahun=place.year, tanggal=wording.long_date(number.dated)
            )
        )
    held = number.register.numbers.filter(year=place.year, serial=place.serial, suffix=place.suffix)
    if not held.exists():
        number.serial, number.suffix = place.serial, place.suffix


# -- giving a number up, and the record -------------------------------------------------------


def release(*, data_request: DataRequest, reason: str, actor: Actor, at: datetime) -> None:
    """Void the numbers that are held for a request which comes to its end; nothing where none are.

    The caller holds the lock of the request, and has refused whom it must.
    """
    for kind in AGENDA_KINDS:
        lock_registers(data_request.office, kind)
        held = held_for(data_request, kind)
        if held is not None:
            strike(held, reason, actor, at)


def strike(number: LetterNumber, reason: str, actor: Actor, at: datetime) -> None:
    """Mark a locked number as void, with who, when and why."""
    number.status = LetterNumber.Status.VOID
    number.voided_at, number.voided_by, number.void_reason = at, actor.name, reason
    number.save(update_fields=["status", "voided_at", "voided_by", "void_reason"])
    note("void_number", number, actor, at, reason=reason)


def note(deed: str, number: LetterNumber, actor: Actor, at: datetime, *, reason: str = "") -> None:
    """Put a deed of the agenda into the office's chain."""
    facts: dict[str, Any] = {"number": number.text, "dated": number.dated.isoformat()}
    if number.data_request_id is not None:
        facts["request"] = number.data_request_id
    audit.note_for_office(
        office_id=number.register.office_id,
        deed=deed,
        actor=actor,
        at=at,
        about_what=f"{number.text}: {number.subject}",
        reason=reason,
        **facts,
    )


# -- how it reads -----------------------------------------------------------------------------


def text_of(number: LetterNumber, entry: Entry) -> str:
    """Write a number by its register's pattern; refused where the pattern asks for more."""
    register = number.register
    unit = "" if entry.section is None else entry.section.code
    if "{unit}" in register.template and not unit:
        lacking = _("Nomor memuat kode unit, tetapi {unit} belum berkode. Minta pengelola mengisi.")
        raise Incomplete(lacking.format(unit=entry.section or _("pengolah surat ini")))
    return number_text(
        register,
        Values(
            serial=number.serial or 0,
            suffix=number.suffix,
            dated=number.dated,
            classification=entry.classification,
            security=entry.security,
            unit=unit,
        ),
    )


def next_text(register: NumberRegister, *, dated: date) -> str:
    """Write what the next number of a register would look like; nothing is taken."""
    counter = NumberCounter.objects.filter(register=register, year=dated.year).first()
    section = Section.objects.filter(office=register.office).exclude(code="").first()
    return number_text(
        register,
        Values(
            serial=1 if counter is None else counter.last + 1,
            dated=dated,
            classification=register.classification or register.office.classification_code,
            unit="UNIT" if section is None else section.code,
        ),
    )


def is_taken(number: LetterNumber) -> bool:
    """Tell whether the place, or the very text, stands in the office's book already."""
    register = number.register
    same_place = Q(register=register, year=number.year, serial=number.serial, suffix=number.suffix)
    same_text = Q(
        register__office=register.office, register__kind=register.kind, text__iexact=number.text
    )
    return LetterNumber.objects.filter(same_place | same_text).exists()


def last_number(register: NumberRegister) -> LetterNumber | None:
    """Find the number with the highest serial of the newest year."""
    placed = register.numbers.filter(serial__isnull=False, suffix="")
    return placed.order_by("-year", "-serial").first()


# -- refusals ---------------------------------------------------------------------------------


def complete(office: Office, entry: Entry) -> Entry:
    """Fill in what an entry leaves to the office; refuse what cannot be written down."""
    refuse_classification(office, entry.classification)
    if entry.section is not None and entry.section.office_id != office.pk:
        raise NotYourTurn(_("Seksi ini milik perangkat daerah lain."))
    entry = replace(
        entry,
        classification=entry.classification or office.classification_code,
        addressee=entry.addressee.strip(),
        subject=entry.subject.strip(),
        handler=entry.handler.strip() or ("" if entry.section is None else entry.section.name),
    )
    for name, value in entry.columns().items():
        if len(value) > limit_of(name):
            raise Incomplete(
                _("Kolom {kolom} paling banyak {n} karakter.").format(
                    kolom=_column(name).verbose_name, n=limit_of(name)
                )
            )
    return entry


def refuse_text(office: Office, text: str) -> None:
    """Refuse what is no number, and one that stands in the agenda already."""
    if not text:
        raise Incomplete(_("Tulis nomor surat."))
    if len(text) > MAXIMUM_LENGTH:
        raise Incomplete(_("Nomor surat paling banyak {n} karakter.").format(n=MAXIMUM_LENGTH))
    stationery.refuse_unprintable(text)
    agenda = LetterNumber.objects.in_agenda().filter(register__office=office)
    same = agenda.filter(text__iexact=text).first()
    if same is not None:
        raise NotReady(
            _("Nomor {nomor} sudah dipakai surat {hal} tanggal {tanggal}.").format(
                nomor=same.text, hal=same.subject, tanggal=wording.long_date(same.dated)
            )
        )


def limit_of(column: str) -> int:
    """Tell how many characters a column of the agenda holds."""
    limit: int = _column(column).max_length
    return limit


def _column(name: str) -> Any:
    return LetterNumber._meta.get_field(name)


def _refuse_earlier(register: NumberRegister, dated: date) -> None:
    """Refuse a date before the register's last number: serials rise with their dates."""
    last = last_number(register)
    if last is not None and dated < last.dated:
        raise NotReady(
            _(
                "Tanggal {tanggal} mendahului nomor terakhir, {nomor} tanggal {akhir}. Surat "
                "bertanggal mundur mendapat nomor sisipan."
            ).format(
                tanggal=wording.long_date(dated),
                nomor=last.text,
                akhir=wording.long_date(last.dated),
            )
        )
