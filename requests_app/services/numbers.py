"""Which number comes next, and who holds it?"""

import re
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _

from requests_app.models import LetterNumber, NumberCounter, NumberRegister, Office
from requests_app.services.workflow import Incomplete
from requests_app.sop.roles import Actor

NEEDED_TOKENS: Final = ("{urut}", "{tahun}")
"""Without them two numbers of a series would look alike."""
TOKENS: Final = ("{klasifikasi}", *NEEDED_TOKENS)
_TOKEN: Final = re.compile(r"\{[^{}]*\}?|\}")


def issue_number(
    *, office: Office, kind: NumberRegister.Kind, dated: date, actor: Actor, at: datetime
) -> LetterNumber:
    """Take the next number of a register; the year is that of the paper's date.

    Locks the register's row until the end of the transaction, so that numbers are contiguous and
    a rolled-back deed leaves no gap: a counter row, never `max() + 1` and never a sequence.
    """
    register = NumberRegister.objects.select_for_update().get(
        office=office, kind=kind, classification=""
    )
    counter, _made = NumberCounter.objects.get_or_create(register=register, year=dated.year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return LetterNumber.objects.create(
        register=register,
        dated=dated,
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


def refuse_template(template: str) -> None:
    """Refuse a pattern with an unknown token, or one that cannot tell its numbers apart."""
    for token in _TOKEN.findall(template):
        if token not in TOKENS:
            raise Incomplete(_("Kode isian {tag} tidak dikenal.").format(tag=token))
    for token in NEEDED_TOKENS:
        if token not in template:
            raise Incomplete(_("Pola nomor harus memuat {tag}.").format(tag=token))
