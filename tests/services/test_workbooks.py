"""Does a questionnaire come back from a workbook as it was filled, and is all else told?"""

import io
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from requests_app.models import ItemAnswer, Recipient
from requests_app.services import answers, filling, questionnaires, workbooks
from requests_app.services.answers import GivenAnswer
from requests_app.services.workbooks import WorkbookFaulty, WorkbookRefused
from tests.factories import World, owner_actor
from tests.questionnaires import CHOICES, asked_in_every_kind, question, said, values_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]

Sheet = Any


@pytest.fixture
def asked() -> tuple[World, Recipient]:
    return asked_in_every_kind("process_request")


def workbook_of(recipient: Recipient) -> bytes:
    """Take the workbook of an owner away."""
    form = recipient.collection_form()
    assert form is not None
    return workbooks.render_workbook(form, recipient=recipient)


def edited(content: bytes, change: Callable[[Sheet], None], *, sheet: str = "Isian") -> bytes:
    """Fill a workbook as a spreadsheet would."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book[sheet])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def row_of(sheet: Sheet, key: str) -> int:
    """Find the row of a key in the hidden column."""
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == key)


def cells(recipient: Recipient, **values: Any) -> Callable[[Sheet], None]:
    """Write values: `question` or `question__row` or `question__row__column`, by its words."""

    def change(sheet: Sheet) -> None:
        for name, value in values.items():
            words, _sign, place = name.partition("__")
            row, _sign, column = place.partition("__")
            key = f"question-{question(recipient, words.replace('_', ' ')).pk}"
            line = row_of(sheet, f"{key}#{row}" if row else key)
            sheet.cell(line, 4 + int(column or 0)).value = value

    return change


def take(world: World, recipient: Recipient, content: bytes, name: str = "isian.xlsx") -> int:
    """Hand a workbook in."""
    recipient.forget()
    return workbooks.take_workbook(
        subject=recipient,
        workbook=SimpleUploadedFile(name, content),
        actor=owner_actor(recipient),
        at=world.tick(),
    )


def keep(world: World, recipient: Recipient, values: dict[int, Any], **fields: Any) -> None:
    """Answer on the page."""
    keys = {one.item_id for one in recipient.questions()}
    given = [
        GivenAnswer(
            item_id=item,
            values={q.pk: values.get(q.pk) for q in recipient.questions() if q.item_id == item},
            **fields,
        )
        for item in keys
    ]
    filling.save_answers(
        subject=recipient, given=given, actor=owner_actor(recipient), at=world.tick()
    )


def faults_of(world: World, recipient: Recipient, content: bytes) -> list[str]:
    with pytest.raises(WorkbookFaulty) as refusal:
        take(world, recipient, content)
    return refusal.value.faults


def test_what_is_filled_in_is_read_into_the_same_answers(asked: tuple[World, Recipient]):
    world, recipient = asked
    blank = workbook_of(recipient)
    filled = edited(
        blank,
        cells(
            recipient,
            Nama_bidang="Bidang Ketahanan",
            Keterangan="Baris satu\nBaris dua",
            Tanggal_pendataan="2-11-2026",
            Status=CHOICES[1].upper(),
            Cara_mendata__0="Ya",
            Cara_mendata__2="x",
            Jumlah_anggota=1250.5,
            Anggota_per_tahun__0__0=1,
            Anggota_per_tahun__0__1="1.250",
            Anggota_per_tahun__1__2="-",
            Pengurus__1__1="Jalan A",
        ),
    )
    assert take(world, recipient, filled) == 8
    assert said(recipient, "Nama bidang") == "Bidang Ketahanan"
    assert said(recipient, "Keterangan") == "Baris satu\nBaris dua"
    assert said(recipient, "Tanggal pendataan") == "2026-11-02"
    assert said(recipient, "Status") == CHOICES[1]
    assert said(recipient, "Cara mendata") == [CHOICES[0], CHOICES[2]]
    assert said(recipient, "Jumlah anggota") == "1250.5"
    assert said(recipient, "Anggota per tahun") == [["1", "1250", ""], ["", "", "-"]]
    assert said(recipient, "Pengurus") == [["", ""], ["", "Jalan A"]]


def test_the_guide_says_of_numbers_what_the_reader_does(asked: tuple[World, Recipient]):
    world, recipient = asked
    blank = workbook_of(recipient)
    guide = openpyxl.load_workbook(io.BytesIO(blank))["Petunjuk"]
    told = " ".join(str(cell.value) for row in guide.iter_rows() for cell in row)
    assert "tulis seperti 1250 atau 12,5" in told
    assert "1.250 berarti 1250" in told
    for written, kept in (("1.250", "1250"), (1250, "1250"), ("12,5", "12.5"), (12.5, "12.5")):
        take(world, recipient, edited(blank, cells(recipient, Jumlah_anggota=written)))
        assert said(recipient, "Jumlah anggota") == kept


def test_who_gives_data_has_said_that_it_is_there(asked: tuple[World, Recipient]):
    world, recipient = asked
    content = edited(workbook_of(recipient), cells(recipient, Jumlah_anggota=7))
    take(world, recipient, content)
    answer = ItemAnswer.objects.get(item=question(recipient, "Jumlah anggota").item)
    assert answer.availability == "available"


def test_answers_so_far_stand_in_the_workbook_and_come_back_unchanged(
    asked: tuple[World, Recipient],
):
    world, recipient = asked
    values = values_for(recipient)
    keep(world, recipient, values, availability="partial", reason="Sebagian masih didata.")
    recipient.forget()
    assert take(world, recipient, workbook_of(recipient)) == 8 + 2 * 2
    recipient.forget()
    kept = {
        key: one.value
        for sheet in answers.sheet_of(recipient).items
        for key, one in sheet.filled.items()
    }
    assert kept == values


def test_an_empty_cell_takes_nothing_away(asked: tuple[World, Recipient]):
    world, recipient = asked
    blank = workbook_of(recipient)
    keep(world, recipient, values_for(recipient))
    change = cells(recipient, Anggota_per_tahun__0__0=9, Nama_bidang="Baru")
    take(world, recipient, edited(blank, change))
    assert said(recipient, "Nama bidang") == "Baru"
    assert said(recipient, "Anggota per tahun") == [["9", "2", "3"], ["-", "5", "6"]]
    assert said(recipient, "Jumlah anggota") == "1250.5"
    assert said(recipient, "Cara mendata") == [CHOICES[0], CHOICES[2]]


def test_availability_ground_and_reason_are_asked_item_by_item(asked: tuple[World, Recipient]):
    world, recipient = asked
    first = recipient.items()[0]
    ground = recipient.office.grounds[0]

    def change(sheet: Sheet) -> None:
        for name, value in (
            ("availability", "tidak dapat  diberikan"),
            ("ground", ground),
            ("reason", "Data tidak kami kuasai."),
        ):
            sheet.cell(row_of(sheet, f"item-{first.pk}-{name}"), 4).value = value

    assert take(world, recipient, edited(workbook_of(recipient), change)) == 3
    answer = ItemAnswer.objects.get(item=first)
    assert (answer.availability, answer.ground) == ("unavailable", ground)
    assert answer.reason == "Data tidak kami kuasai."


def test_when_the_rest_comes_and_whence_the_data_is_stand_in_the_workbook_too(
    asked: tuple[World, Recipient],
):
    world, recipient = asked
    first, second = recipient.items()[:2]
    today = world.now.astimezone(recipient.office.zone).date()

    def change(sheet: Sheet) -> None:
        for item, name, value in (
            (first, "availability", "Sebagian"),
            (first, "promised_on", today + timedelta(days=9)),
            (first, "source", "Laporan bulanan bidang"),
            (first, "current_as_of", "30 September 2026"),
            (first, "note", "Kecamatan barat menyusul."),
            (second, "promised_on", today - timedelta(days=1)),
            (second, "current_as_of", today + timedelta(days=1)),
            (second, "source", "x" * 201),
        ):
            sheet.cell(row_of(sheet, f"item-{item.pk}-{name}"), 4).value = value

    with pytest.raises(WorkbookFaulty) as refused:
        take(world, recipient, edited(workbook_of(recipient), change))
    assert len(refused.value.faults) == 3
    for sentence in (
        "tidak boleh sebelum hari ini",
        "tidak boleh setelah hari ini",
        "200 karakter",
    ):
        assert any(sentence in fault for fault in refused.value.faults)
    answer = ItemAnswer.objects.get(item=first)
    assert (answer.promised_on, answer.current_as_of) == (
        today + timedelta(days=9),
        date(2026, 9, 30),
    )
    assert (answer.source, answer.note) == ("Laporan bulanan bidang", "Kecamatan barat menyusul.")
    recipient.forget()
    assert take(world, recipient, workbook_of(recipient)) == 5


def test_every_wrong_cell_is_named_and_all_others_are_kept(asked: tuple[World, Recipient]):
    world, recipient = asked
    blank = workbook_of(recipient)
    wrong = cells(
        recipient,
        Nama_bidang="=1+1",
        Tanggal_pendataan="kemarin",
        Status="Entah",
        Cara_mendata__1="mungkin",
        Jumlah_anggota="banyak",
        Anggota_per_tahun__0__0="dua",
        Anggota_per_tahun__0__1=3,
        Anggota_per_tahun__1__2="=SUM(D1:D2)",
        Keterangan="Ini benar.",
    )
    content = edited(blank, wrong)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Isian"]
    faults = faults_of(world, recipient, content)
    row = row_of(sheet, f"question-{question(recipient, 'Nama bidang').pk}")
    assert f"Lembar Isian, baris {row}, kolom D: berisi rumus; tulis nilainya saja." in faults
    table = row_of(sheet, f"question-{question(recipient, 'Anggota per tahun').pk}#0")
    assert (
        f"Lembar Isian, baris {table}, kolom D: tulis angka, misalnya 1.250 atau 12,5; "
        "tulis - bila tidak ada."
    ) in faults
    assert any("kolom F: berisi rumus" in fault for fault in faults)
    assert sum("pilih salah satu dari daftar" in fault for fault in faults) == 1
    assert sum("pilih Ya, atau kosongkan" in fault for fault in faults) == 1
    assert sum("tulis tanggal" in fault for fault in faults) == 1
    assert len(faults) == 7
    assert said(recipient, "Keterangan") == "Ini benar."
    assert said(recipient, "Anggota per tahun") == [["", "3", ""], ["", "", ""]]
    assert said(recipient, "Nama bidang") is None


def test_a_row_stays_known_wherever_it_moves(asked: tuple[World, Recipient]):
    world, recipient = asked
    content = edited(
        edited(workbook_of(recipient), cells(recipient, Jumlah_anggota=7)),
        lambda sheet: sheet.insert_rows(5, 3),
    )
    take(world, recipient, content)
    assert said(recipient, "Jumlah anggota") == "7"


def test_a_row_twice_and_a_row_of_no_question_are_told(asked: tuple[World, Recipient]):
    world, recipient = asked

    def change(sheet: Sheet) -> None:
        key = f"question-{question(recipient, 'Jumlah anggota').pk}"
        row = row_of(sheet, key)
        sheet.cell(row, 4).value = 7
        for place, copied in ((sheet.max_row + 1, key), (sheet.max_row + 2, "question-0")):
            sheet.cell(place, 1).value, sheet.cell(place, 4).value = copied, 8

    faults = faults_of(world, recipient, edited(workbook_of(recipient), change))
    assert "sudah ada di baris" in faults[0]
    assert "bukan bagian dari formulir" in faults[1]
    assert said(recipient, "Jumlah anggota") == "7"


def test_an_owner_is_asked_for_own_items_that_are_still_open(asked: tuple[World, Recipient]):
    world, recipient = asked
    keep(world, recipient, values_for(recipient))
    first, second = recipient.items()
    recipient.forget()
    ItemAnswer.objects.filter(item=second).update(verdict="accepted")
    before = questionnaires.compose(recipient.collection_form(), recipient=recipient)
    assert [block.heading for block in before.blocks] == [f"1. {first.name} (wajib)"]
    recipient.withheld_items.add(first)
    recipient.forget()
    assert not questionnaires.compose(recipient.collection_form(), recipient=recipient).blocks


def test_what_staff_has_accepted_stays_as_it_is(asked: tuple[World, Recipient]):
    world, recipient = asked
    content = edited(
        workbook_of(recipient),
        cells(recipient, Jumlah_anggota=7, Nama_bidang="Baru"),
    )
    keep(world, recipient, values_for(recipient))
    item = question(recipient, "Jumlah anggota").item
    ItemAnswer.objects.filter(item=item).update(verdict="accepted")
    assert take(world, recipient, content) == 1
    assert said(recipient, "Jumlah anggota") == "1250.5"
    assert said(recipient, "Nama bidang") == "Baru"


def identity(name: str, value: str) -> Callable[[Sheet], None]:
    def change(sheet: Sheet) -> None:
        for row in range(1, sheet.max_row + 1):
            if sheet.cell(row, 1).value == name:
                sheet.cell(row, 2).value = value

    return change


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("permohonan", "Formulir ini milik permohonan lain"),
        ("pemilik", "Formulir ini milik pemilik data lain"),
        ("versi", "Formulir ini versi lama; unduh versi terbaru"),
        ("formulir", "bukan formulir dari halaman ini"),
    ],
)
def test_another_workbook_says_whose_it_is(
    asked: tuple[World, Recipient], name: str, sentence: str
):
    world, recipient = asked
    content = edited(workbook_of(recipient), identity(name, "lain"), sheet="formulir")
    with pytest.raises(WorkbookRefused, match=sentence):
        take(world, recipient, content)


def test_an_own_list_is_no_form_of_ours(asked: tuple[World, Recipient]):
    world, recipient = asked
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["nama", "alamat"])
    book.save(stream)
    with pytest.raises(WorkbookRefused, match=r"daftar\.xlsx bukan formulir dari halaman ini"):
        take(world, recipient, stream.getvalue(), "daftar.xlsx")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("isian.csv", b"nama;alamat\nA;B\n"),
        ("isian.xlsx", b"nama;alamat\nA;B\n"),
        ("isian.xlsx", b"PK\x03\x04 half"),
        ("isian.xlsx", b""),
        ("isian.pdf", b"%PDF-1.7"),
    ],
)
def test_what_is_no_workbook_is_refused_by_its_name(
    asked: tuple[World, Recipient], name: str, content: bytes
):
    world, recipient = asked
    with pytest.raises(WorkbookRefused, match=name):
        take(world, recipient, content, name)


def with_part(content: bytes, name: str, body: bytes) -> bytes:
    """Put one more part into a workbook."""
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("xl/vbaProject.bin", b"macro"),
        ("xl/externalLinks/externalLink1.xml", b"<a/>"),
        ("xl/media/bomb.xml", b"0" * 5_000_000),
        ("../luar.xml", b"<a/>"),
    ],
)
def test_a_workbook_that_could_do_harm_is_not_even_opened(
    asked: tuple[World, Recipient], name: str, body: bytes
):
    world, recipient = asked
    content = edited(workbook_of(recipient), cells(recipient, Jumlah_anggota=7))
    with pytest.raises(WorkbookRefused, match=r"isian\.xlsx"):
        take(world, recipient, with_part(content, name, body))
    assert said(recipient, "Jumlah anggota") is None


def test_an_encrypted_workbook_is_refused(asked: tuple[World, Recipient]):
    world, recipient = asked
    sealed = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4_000
    with pytest.raises(WorkbookRefused, match=r"isian\.xlsx"):
        take(world, recipient, sealed)


def test_nothing_is_left_of_a_workbook_that_was_read(asked: tuple[World, Recipient]):
    world, recipient = asked
    before = set(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())
    content = edited(workbook_of(recipient), cells(recipient, Jumlah_anggota=7))
    take(world, recipient, content)
    with pytest.raises(WorkbookRefused):
        take(world, recipient, b"no")
    assert set(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == before


def test_an_empty_workbook_says_so(asked: tuple[World, Recipient]):
    world, recipient = asked
    with pytest.raises(WorkbookRefused, match="belum diisi"):
        take(world, recipient, workbook_of(recipient))


def test_the_sample_of_staff_cannot_be_handed_in(asked: tuple[World, Recipient]):
    world, recipient = asked
    form = recipient.collection_form()
    assert form is not None
    with pytest.raises(WorkbookRefused, match="pemilik data lain"):
        take(world, recipient, workbooks.render_workbook(form))


def test_what_is_typed_beside_the_workbook_is_kept_even_if_it_is_refused(
    asked: tuple[World, Recipient],
):
    world, recipient = asked
    asked_for = question(recipient, "Jumlah anggota")
    with pytest.raises(WorkbookRefused):
        workbooks.read_answers(
            subject=recipient,
            given=[GivenAnswer(item_id=asked_for.item_id, values={asked_for.pk: "5"})],
            workbook=SimpleUploadedFile("isian.xlsx", b"no"),
            actor=owner_actor(recipient),
            at=world.tick(),
        )
    assert said(recipient, "Jumlah anggota") == "5"
