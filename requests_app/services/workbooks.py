"""How does an owner answer in a workbook: what goes out, and what is read of what comes back?

The workbook asks what the page asks. What is right in it is kept, cell by cell; what is not is told
by sheet, row and column. An empty cell takes nothing away that was answered before.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from requests_app.documents import wording, workbooks
from requests_app.documents.apart import NobodyThere
from requests_app.documents.filled_workbooks import Filled, NotOurs, TooLarge, read_apart
from requests_app.documents.sniffing import Kind as FileKind
from requests_app.documents.workbooks import Block, Form, Kind, Question
from requests_app.models import CollectionForm, FormQuestion, ItemAnswer, Recipient
from requests_app.services import blanks, clocks, filling, forms, intake, readings
from requests_app.services.answers import GivenAnswer, ItemSheet, Sheet, sheet_of
from requests_app.services.intake import FileRefused, Judged
from requests_app.services.workflow import Incomplete, Refused
from requests_app.sop.roles import Actor

LAYOUT: Final = "1"
"""Which way of laying out a workbook this is; one that is read otherwise gets another number."""
MOST_FAULTS: Final = 50
"""Cells that are named one by one; the rest is only counted."""
_KINDS: Final = {
    FormQuestion.Kind.SHORT: Kind.TEXT,
    FormQuestion.Kind.LONG: Kind.LONG,
    FormQuestion.Kind.NUMBER: Kind.NUMBER,
    FormQuestion.Kind.DATE: Kind.DATE,
    FormQuestion.Kind.SINGLE: Kind.ONE,
    FormQuestion.Kind.MULTIPLE: Kind.SOME,
    FormQuestion.Kind.TABLE: Kind.TABLE,
    FormQuestion.Kind.FILE: Kind.TOLD,
}


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


def render_workbook(recipient: Recipient) -> bytes:
    """Write the workbook of one owner, with what has been answered so far."""
    form = recipient.collection_form()
    if form is None:
        raise LookupError("There is no published form.")
    return workbooks.write_workbook(compose(form, recipient=recipient))


def render_sample(form: CollectionForm) -> bytes:
    """Write the workbook of a form as it stands, for nobody; it cannot be handed in."""
    return workbooks.write_workbook(compose(form))


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
    reading = readings.read(filled, sheet, grounds=subject.office.grounds)
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
    asked = compose(sheet.form, recipient=recipient)
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


# -- what goes out --------------------------------------------------------------------------------


def compose(form: CollectionForm, *, recipient: Recipient | None = None) -> Form:
    """Lay the form out item by item; for an owner only what is asked and not accepted yet."""
    data_request = form.data_request if recipient is None else recipient.data_request
    office = data_request.office
    items = _samples(form) if recipient is None else sheet_of(recipient).items
    due = "" if recipient is None else _due(recipient)
    grounds = tuple(office.grounds)
    letter = data_request.signed_letter()
    facts = (
        ("Kantor peminta", office.name),
        ("Permohonan data", data_request.title),
        ("Nomor surat", "" if letter is None else str(letter.number)),
        ("Pemilik data", "" if recipient is None else str(recipient)),
        ("Data paling lambat", due),
        ("Narahubung", f"{office.contact_name} ({office.contact_phone})"),
        ("Versi formulir", str(form.number)),
    )
    subtitle = (office.name, data_request.title, f"paling lambat {due}" if due else "")
    return Form(
        title="Formulir isian data",
        subtitle=" · ".join(filter(None, subtitle)),
        how=_HOW,
        facts=tuple((label, value) for label, value in facts if value),
        guide=(*filter(None, [form.instructions]), *_GUIDE),
        blocks=tuple(_block(one, grounds) for one in items if not one.is_locked),
        author=office.name,
        identity={
            "formulir": LAYOUT,
            "permohonan": str(data_request.public_id),
            "pemilik": "-" if recipient is None else str(recipient.public_id),
            "versi": str(form.number),
        },
    )


_HOW: Final = "Isi kotak kuning saja, simpan, lalu unggah kembali pada halaman permohonan."
_GUIDE: Final = (
    f"Isi kotak kuning pada lembar {workbooks.SHEET}; bagian lain terkunci agar dapat dibaca lagi.",
    "Kotak berdaftar: pilih salah satu. Tanggal: tulis seperti 31-12-2026.",
    "Angka: tulis tanpa titik ribuan. Tulis nilainya saja; rumus tidak dibaca.",
    f"Pilihan ganda: pilih {workbooks.YES} di sebelah setiap pilihan yang sesuai.",
    "Tabel: isi semua sel; tulis - bila tidak ada datanya.",
    "Sel kosong tidak menghapus jawaban yang sudah tersimpan; hapuslah pada halaman permohonan.",
    "Berkas data tidak disisipkan di sini, tetapi diunggah pada halaman permohonan.",
    "Simpan sebagai XLSX, tanpa kata sandi dan tanpa makro, lalu unggah.",
    "Isian dapat diperbaiki dan diunggah lagi sampai data dikirim.",
)


def _due(recipient: Recipient) -> str:
    term = clocks.data_term_of(recipient)
    if term is None:
        return ""
    return wording.weekday_date(term.due_at.astimezone(recipient.data_request.office.zone).date())


def _samples(form: CollectionForm) -> list[ItemSheet]:
    """Lay out all items of a request as for an owner who has not answered yet."""
    questions = list(form.questions.all())
    return [
        ItemSheet(
            number=number,
            item=item,
            answer=None,
            questions=tuple(one for one in questions if one.item_id == item.pk),
        )
        for number, item in enumerate(form.data_request.items.all(), start=1)
    ]


def _block(one: ItemSheet, grounds: tuple[str, ...]) -> Block:
    item = one.item
    details = (
        item.definition,
        f"Periode: {item.period}" if item.period else "",
        f"Cakupan: {item.coverage}" if item.coverage else "",
        f"Satuan: {item.unit}" if item.unit else "",
    )
    asked = [_question(question, one, place) for place, question in enumerate(one.questions, 1)]
    if not asked:
        asked = [Question(key="", text=item.name, kind=Kind.TOLD, hint=_UPLOADED)]
    return Block(
        heading=f"{one.number}. {item.name} ({'wajib' if item.required else 'opsional'})",
        details=". ".join(part.rstrip(".") for part in details if part),
        questions=(*_about(one, grounds), *asked),
    )


_UPLOADED: Final = "Berkas diunggah pada halaman permohonan, bukan di sini."


def _about(one: ItemSheet, grounds: tuple[str, ...]) -> tuple[Question, ...]:
    """Ask whether the data is there, and if not, on which ground and why."""
    answer = one.answer or ItemAnswer()
    key = readings.key_of_item(one.item.pk, "{}")
    return (
        Question(
            key=key.format("availability"),
            text="Apakah data ini ada?",
            kind=Kind.ONE,
            choices=tuple(readings.AVAILABILITIES.values()),
            value=readings.AVAILABILITIES.get(answer.availability, ""),
        ),
        Question(
            key=key.format("ground"),
            text="Dasar, bila tidak dapat diberikan",
            kind=Kind.ONE,
            choices=tuple(dict.fromkeys([*grounds, *filter(None, [answer.ground])])),
            value=answer.ground,
        ),
        Question(
            key=key.format("reason"),
            text="Alasan, bila hanya sebagian atau tidak dapat diberikan",
            kind=Kind.TEXT,
            value=answer.reason,
        ),
    )


def _question(question: FormQuestion, one: ItemSheet, place: int) -> Question:
    kind = _KINDS[FormQuestion.Kind(question.kind)]
    kept = one.filled.get(question.pk)
    own = "" if question.help == forms.described(one.item) else question.help
    hints = (
        f"Satuan: {question.unit}" if question.unit else "",
        own,
        _UPLOADED if kind is Kind.TOLD else "",
    )
    return Question(
        key=readings.key_of_question(question.pk),
        number=f"{one.number}.{place}",
        text=question.text if question.required else f"{question.text} (opsional)",
        kind=kind,
        hint="\n".join(filter(None, hints)),
        choices=tuple(question.choices),
        rows=tuple(question.rows),
        columns=tuple(question.columns),
        holds_numbers=question.holds_numbers,
        value=None if kept is None else kept.value,
    )
