"""A request whose collection form asks in every way there is, a table of numbers among them."""

from datetime import date
from typing import Any, Final
from unittest import mock

from requests_app.models import DataRequest, FormQuestion, Recipient
from requests_app.services import answers, forms
from requests_app.services.forms import QuestionLine
from requests_app.sop.roles import Role
from tests.factories import WALK, World, recipient_at

ROWS: Final = ("Laki-laki", "Perempuan")
COLUMNS: Final = ("2024", "2025", "2026")
CHOICES: Final = ("Aktif", "Tidak aktif; dibekukan", 'Lain, "sebutkan"')


def every_kind(data_request: DataRequest) -> tuple[QuestionLine, ...]:
    """Ask for a file, and in words of every kind: the first item, then the second."""
    first, second = data_request.items.all()
    kinds = FormQuestion.Kind
    asked: tuple[dict[str, Any], ...] = (
        {"kind": kinds.FILE, "text": "Unggah daftar"},
        {"kind": kinds.SHORT, "text": "Nama bidang", "required": False},
        {"kind": kinds.LONG, "text": "Keterangan", "required": False},
        {"kind": kinds.DATE, "text": "Tanggal pendataan", "required": False},
        {"kind": kinds.SINGLE, "text": "Status", "choices": CHOICES, "required": False},
        {"kind": kinds.MULTIPLE, "text": "Cara mendata", "choices": CHOICES, "required": False},
    )
    return (
        *(QuestionLine(item_id=first.pk, **one) for one in asked),
        QuestionLine(item_id=second.pk, text="Jumlah anggota", kind=kinds.NUMBER, unit="orang"),
        QuestionLine(
            item_id=second.pk,
            text="Anggota per tahun",
            kind=kinds.TABLE,
            rows=ROWS,
            columns=COLUMNS,
            holds_numbers=True,
        ),
        QuestionLine(
            item_id=second.pk,
            text="Pengurus",
            kind=kinds.TABLE,
            rows=("Ketua", "Bendahara"),
            columns=("Nama", "Alamat"),
            required=False,
        ),
    )


def asked_in_every_kind(state: str, *, recipients: int = 1) -> tuple[World, Recipient]:
    """Walk a request with such a form to a row before its data is sent."""

    def prepare(world: World, subject: DataRequest) -> None:
        medium = forms.Medium(questions=every_kind(subject), instructions="Isi per akhir tahun.")
        staff = world.actor(Role.STAFF)
        forms.prepare_form(subject=subject, medium=medium, actor=staff, at=world.now)

    with mock.patch.dict(WALK, {"prepare_form": prepare}):
        return recipient_at(state, recipients=recipients)


def question(recipient: Recipient, text: str) -> FormQuestion:
    """Find a question of the form by its words."""
    return next(one for one in recipient.questions() if one.text == text)


def said(recipient: Recipient, text: str) -> Any:
    """Give what is kept as the answer to a question."""
    recipient.forget()
    asked = question(recipient, text)
    sheet = answers.sheet_of(recipient)
    kept = next(one.filled.get(asked.pk) for one in sheet.items if one.item.pk == asked.item_id)
    return None if kept is None else kept.value


def values_for(recipient: Recipient) -> dict[int, Any]:
    """Answer every question that is answered in words, as it is kept."""
    return {
        question(recipient, "Nama bidang").pk: "Bidang Ketahanan",
        question(recipient, "Keterangan").pk: "Baris satu\nBaris dua",
        question(recipient, "Tanggal pendataan").pk: date(2026, 11, 2).isoformat(),
        question(recipient, "Status").pk: CHOICES[1],
        question(recipient, "Cara mendata").pk: [CHOICES[0], CHOICES[2]],
        question(recipient, "Jumlah anggota").pk: "1250.5",
        question(recipient, "Anggota per tahun").pk: [["1", "2", "3"], ["-", "5", "6"]],
        question(recipient, "Pengurus").pk: [["Ani", "Jalan A"], ["", ""]],
    }
