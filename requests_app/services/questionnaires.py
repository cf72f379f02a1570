"""What does the questionnaire ask in a workbook, of whom, and with which answers so far?

The words of a workbook are the office's own, and in Indonesian for whoever fills it in.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from requests_app.documents import wording, workbooks
from requests_app.documents.workbooks import Block, Form, Kind, Question
from requests_app.models import CollectionForm, FormQuestion, ItemAnswer, Recipient
from requests_app.services import clocks, forms, merging
from requests_app.services.answers import ItemSheet, sheet_of

LAYOUT: Final = "1"
"""Which way of laying out a workbook this is; one that is read otherwise gets another number."""
AVAILABILITIES: Final = {
    ItemAnswer.Availability.AVAILABLE.value: "Ada",
    ItemAnswer.Availability.PARTIAL.value: "Sebagian",
    ItemAnswer.Availability.UNAVAILABLE.value: "Tidak dapat diberikan",
}
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


def key_of_item(item: int, name: str) -> str:
    """Name a field of an item's answer, as the page does."""
    return f"item-{item}-{name}"


def compose(
    form: CollectionForm, *, recipient: Recipient | None = None, answered: bool = True
) -> Form:
    """Lay the form out item by item; for an owner only what is asked and not accepted yet.

    Without what is `answered` so far for whom it is not to see.
    """
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
        blocks=tuple(_block(one, grounds) for one in _open(items, answered=answered)),
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
    (
        "Angka: tulis seperti 1250 atau 12,5. Angka yang tersimpan sebagai teks dibaca dengan "
        "titik ribuan: 1.250 berarti 1250. Tulis nilainya saja; rumus tidak dibaca."
    ),
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


def _open(items: Iterable[ItemSheet], *, answered: bool) -> list[ItemSheet]:
    waiting = [one for one in items if not one.is_locked]
    return waiting if answered else [replace(one, answer=None) for one in waiting]


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
    """Ask whether the data is there, if not why not, when the rest comes, and whence it is."""
    answer = one.answer or ItemAnswer()
    key = key_of_item(one.item.pk, "{}")
    return (
        Question(
            key=key.format("availability"),
            text="Apakah data ini ada?",
            kind=Kind.ONE,
            choices=tuple(AVAILABILITIES.values()),
            value=AVAILABILITIES.get(answer.availability, ""),
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
        Question(
            key=key.format("promised_on"),
            text="Sisanya dikirim paling lambat, bila hanya sebagian (opsional)",
            kind=Kind.DATE,
            value=_day(answer.promised_on),
        ),
        Question(
            key=key.format("source"),
            text="Sumber data (opsional)",
            kind=Kind.TEXT,
            value=answer.source,
        ),
        Question(
            key=key.format("current_as_of"),
            text="Mutakhir per tanggal (opsional)",
            kind=Kind.DATE,
            value=_day(answer.current_as_of),
        ),
        Question(
            key=key.format("note"),
            text="Catatan untuk penerima (opsional)",
            kind=Kind.LONG,
            value=answer.note,
        ),
    )


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


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
        key=merging.name_of(question.pk),
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
