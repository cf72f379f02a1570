"""How does a letter leave to be signed by hand: under which number, and what stands on it?

Pen and stamp need paper, and paper needs its number before it is signed. So the number is reserved
here, and the scan that comes back (`services.exchange`) must bear that very one.
"""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from requests_app.documents import letters as paper
from requests_app.models import DataRequest, LetterNumber, NumberRegister
from requests_app.models.guards import initial_is_given
from requests_app.services import letters, numbers, signatures, workflow
from requests_app.services.workflow import Incomplete
from requests_app.sop.roles import Actor, Role

HELPERS: Final = (Role.STAFF,)
"""Staff may print the letter, and put in what comes back; only the head makes it the letter."""


def print_for_pen(
    *, subject: DataRequest, actor: Actor, at: datetime, version: int | None = None
) -> LetterNumber:
    """Reserve number and today's date for the letter that is signed by hand; row 5 stays open.

    A number that is reserved for the letter already is that very one, dated anew. Refused: a letter
    without its initial, one that is being signed here at this moment.
    """
    with workflow.editing(
        subject=subject, row="sign_letter", actor=actor, at=at, version=version, helpers=HELPERS
    ) as locked:
        signatures.verified_version(locked)
        number = numbers.hold_for_signing(
            data_request=locked,
            kind=NumberRegister.Kind.LETTER,
            dated=at.astimezone(locked.office.zone).date(),
            actor=actor,
            at=at,
            entry=numbers.entry_of(locked),
        )
        workflow.note(
            subject=locked,
            deed="print_for_pen",
            actor=actor,
            at=at,
            record={"number": number.text, "dated": number.dated.isoformat()},
        )
    return number


def reserved_number(data_request: DataRequest) -> LetterNumber | None:
    """Find the number that is reserved for the letter, under which it may be signed by hand."""
    held = data_request.numbers.filter(status=LetterNumber.Status.RESERVED)
    return data_request.kept("reserved_number", held.first)


def letter_for_pen(*, data_request: DataRequest, at: datetime) -> bytes | None:
    """Make the PDF that is signed by hand; None where no number is reserved, or row 5 not open."""
    version, number = data_request.newest_version(), reserved_number(data_request)
    is_open = data_request.state == "sign_letter" and not initial_is_given.missing(data_request)
    if version is None or number is None or not is_open:
        return None
    return paper.render_letter(
        letters.paper_for_pen(data_request=data_request, version=version, number=number, at=at)
    )


def refuse_other_number(*, data_request: DataRequest, text: str) -> None:
    """Refuse a scan of anything but the letter that was printed here."""
    held = reserved_number(data_request)
    if held is None:
        raise Incomplete(
            _("Cetak dahulu surat untuk tanda tangan basah: nomornya dicadangkan ketika dicetak.")
        )
    if " ".join(text.split()).casefold() != held.text.casefold():
        raise Incomplete(
            _("Surat untuk tanda tangan basah bernomor {nomor}. Tulis nomor itu.").format(
                nomor=held.text
            )
        )
