"""How does an owner answer in a workbook: what goes out, and what is read of what comes back?

The workbook asks what the page asks. What is right in it is kept, cell by cell; what is not is told
by sheet, row and column. An empty cell takes nothing away that was answered before (ADR 0030).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from requests_app.documents import workbooks
from requests_app.documents.apart import NobodyThere
from requests_app.documents.filled_workbooks import Filled, NotOurs, TooLarge, read_apart
from requests_app.documents.sniffing import Kind as FileKind
from requests_app.documents.workbooks import Form
from requests_app.models import CollectionForm, Recipient
from requests_app.services import blanks, filling, intake, questionnaires, readings
from requests_app.services.answers import GivenAnswer, Sheet, sheet_of
from requests_app.services.intake import FileRefused, Judged
from requests_app.services.workflow import Incomplete, Refused
from requests_app.sop.roles import Actor

MOST_FAULTS: Final = 50
"""Cells that are named one by one; the rest is only counted."""


class WorkbookRefused(FileRefused):
    """The file is not the workbook of this page; the sentence says what to do."""

    keeps_files = True


class WorkbookFaulty(Incomplete):
    """Some cells cannot be read; all others are kept. `faults` names them, one sentence each."""

    keeps_files = True
    leads = True

    def __init__(self, *, count: int, faults: Sequence[str]) -> None:
        said = _("{n} jawaban dibaca dari formulir dan disimpan. Perbaiki sel berikut:")
        super().__init__(said.format(n=count))
        self.faults = list(faults[:MOST_FAULTS])
        if len(faults) > MOST_FAULTS:
            self.faults.append(_("Dan {n} sel lain.").format(n=len(faults) - MOST_FAULTS))


def render_workbook(
    form: CollectionForm, *, recipient: Recipient | None = None, answered: bool = True
) -> bytes:
    """Write the workbook of a form, for one owner with what has been `answered` so far.

    One that is made for nobody cannot be handed in.
    """
    return workbooks.write_workbook(
        questionnaires.compose(form, recipient=recipient, answered=answered)
    )


def read_answers(
    *,
    subject: Recipient,
    given: Iterable[GivenAnswer],
    workbook: "UploadedFile[Any]",
    actor: Actor,
    at: datetime,
) -> int:
    """Keep what was typed on the page, then what stands in the workbook; count its answers.

    Neither costs the other: what is refused is told once all the rest is kept.
    """
    refused: Refused | None = None
    try:
        filling.save_answers(subject=subject, given=given, actor=actor, at=at)
    except Refused as refusal:
        refused = refusal
        if not refusal.keeps_files:
            raise
    count = take_workbook(subject=subject, workbook=workbook, actor=actor, at=at)
    if refused is not None:
        raise refused
    return count


def take_workbook(
    *, subject: Recipient, workbook: "UploadedFile[Any]", actor: Actor, at: datetime
) -> int:
    """Read a workbook into the answers; `WorkbookFaulty` tells the cells that were left out."""
    sheet = sheet_of(subject)
    filled = _opened(subject, sheet, workbook)
    today = at.astimezone(subject.office.zone).date()
    reading = readings.read(filled, sheet, grounds=subject.office.grounds, today=today)
    if reading.given:
        filling.save_answers(subject=subject, given=reading.given, actor=actor, at=at)
    if reading.faults:
        raise WorkbookFaulty(count=reading.count, faults=reading.faults)
    if not reading.count:
        raise WorkbookRefused(
            _("Formulir ini belum diisi. Isi kotak kuning, simpan, lalu unggah kembali."),
            name=workbook.name or "",
        )
    return reading.count


def _opened(recipient: Recipient, sheet: Sheet, upload: "UploadedFile[Any]") -> Filled:
    """Judge and open an uploaded workbook; refuse what is none, or another one."""
    name = upload.name or ""
    if not blanks.can_be_printed(sheet.form) or sheet.form is None:
        raise WorkbookRefused(_("Permohonan ini tidak memakai formulir XLSX."), name=name)
    try:
        judged = intake.judge(upload, allowed=(FileKind.XLSX,))
    except FileRefused as refusal:
        raise WorkbookRefused(str(refusal), name=name) from refusal
    asked = questionnaires.compose(sheet.form, recipient=recipient)
    try:
        filled = _read(judged, asked)
    finally:
        judged.arrival.close()
    fault = _another(filled.identity, asked.identity, judged.name)
    if fault:
        raise WorkbookRefused(fault, name=name)
    return filled


def _read(judged: Judged, asked: Form) -> Filled:
    """Read the cells, no further than the form goes."""
    try:
        return read_apart(judged.content, rows=asked.height + _SPARE, columns=asked.width)
    except NotOurs:
        sentence = _not_ours(judged.name)
    except TooLarge:
        told = _("{berkas} terlalu besar untuk formulir ini. Unggah sebagai berkas data.")
        sentence = told.format(berkas=judged.name)
    except NobodyThere:
        told = _("{berkas} belum dapat dibaca karena antrean panjang. Coba lagi.")
        sentence = told.format(berkas=judged.name)
    raise WorkbookRefused(sentence, name=judged.arrival.name or "")


_SPARE: Final = 200
"""Rows that somebody may have put in between."""


def _another(said: dict[str, str], wanted: Any, name: str) -> str:
    """Tell whose form it is instead; "" for the right one."""
    if said.get("formulir") != wanted["formulir"]:
        return _not_ours(name)
    if said.get("permohonan") != wanted["permohonan"]:
        return _(
            "Formulir ini milik permohonan lain. Unduh formulir dari halaman ini, isi, lalu unggah."
        )
    if said.get("pemilik") != wanted["pemilik"]:
        return _(
            "Formulir ini milik pemilik data lain. Unduh formulir dari halaman ini, isi, lalu "
            "unggah."
        )
    if said.get("versi") != wanted["versi"]:
        return _("Formulir ini versi lama; unduh versi terbaru, lalu salin isian Anda ke dalamnya.")
    return ""


def _not_ours(name: str) -> str:
    return _(
        "{berkas} bukan formulir dari halaman ini. Unduh formulirnya, isi, lalu unggah kembali; "
        "berkas data diunggah pada butirnya."
    ).format(berkas=name)
