"""Which number comes next, and who holds it?"""

from datetime import date, datetime

from requests_app.models import LetterNumber, NumberCounter, NumberRegister, Office
from requests_app.sop.roles import Actor


def issue_number(
    *, office: Office, kind: NumberRegister.Kind, dated: date, actor: Actor, at: datetime
) -> LetterNumber:
    """Take the next number of a register; the year is that of the paper's date.

    Locks the register's row until the end of the transaction, so that numbers are contiguous and
    a rolled-back deed leaves no gap: a counter row, never `max() + 1` and never a sequence.
    """
    register = NumberRegister.objects.select_for_update().get(office=office, kind=kind)
    counter, _made = NumberCounter.objects.get_or_create(register=register, year=dated.year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return LetterNumber.objects.create(
        register=register,
        year=dated.year,
        serial=counter.last,
        text=number_text(register, serial=counter.last, year=dated.year),
        status=LetterNumber.Status.ISSUED,
        taken_at=at,
        taken_by=actor.name,
    )


def number_text(register: NumberRegister, *, serial: int, year: int) -> str:
    """Fill the register's template in; plain replacement, never a template language."""
    text = register.template
    for token, value in (
        ("{klasifikasi}", register.office.classification_code),
        ("{urut}", str(serial)),
        ("{tahun}", str(year)),
    ):
        text = text.replace(token, value)
    return text
