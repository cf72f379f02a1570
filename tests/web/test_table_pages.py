"""Is a table asked for, filled and read on the pages, and told where it is wrong?"""

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms

from requests_app.documents import pages
from requests_app.models import DataRequest, Recipient
from requests_app.services import blanks, owners
from requests_app.web.forms.answers import field_of
from requests_app.web.forms.base import text_of as text_of_field
from tests.factories import World, data_request_at, fresh, owner_actor
from tests.questionnaires import COLUMNS, ROWS, asked_in_every_kind, question, said, values_for
from tests.services.test_workbooks import keep
from tests.web.doors import as_owner, as_user, at_work, owner_url, staff_url
from tests.web.test_rows_1_to_3_pages import page_of, rows, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _database_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The story plays in November 2026, whatever the database's own clock says."""
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))
    return


@pytest.fixture
def asked() -> tuple[World, Recipient]:
    return asked_in_every_kind("process_request")


# -- row 2 ----------------------------------------------------------------------------------------


def typed_table(data_request: DataRequest, **changes: Any) -> dict[str, Any]:
    """Type a form of two questions, of which the second is a table."""
    first, second = data_request.items.all()
    table = {"kind": "table", "text": "Anggota", "rows": "L\n P ", "columns": "2025\n\n2026"}
    asked = (
        {"item": first.pk, "kind": "file", "text": "Daftar", "required": "on", "ORDER": 1},
        {"item": second.pk, "required": "on", "ORDER": 2, **table, **changes},
    )
    return {
        "version": data_request.version,
        "kind": "questions",
        "deed": "prepare_form",
        **rows("questions", *asked),
    }


def test_staff_names_rows_and_columns_one_per_line():
    world, data_request = data_request_at("prepare_form")
    posted = typed_table(data_request, holds_numbers="on")
    with at_work(world):
        as_user(world.staff).post(page_of(data_request, "2"), posted)
    table = data_request.forms.get().questions.get(kind="table")
    assert fresh(data_request).state == "draft_letter"
    assert (table.rows, table.columns) == (["L", "P"], ["2025", "2026"])
    assert table.holds_numbers


def test_a_new_version_begins_with_the_table_of_the_old_one():
    world, data_request = data_request_at("prepare_form")
    with at_work(world):
        client = as_user(world.staff)
        posted = typed_table(data_request, holds_numbers="on")
        client.post(page_of(data_request, "2"), {**posted, "save": "1"})
        answer = client.get(page_of(data_request, "2"))
    initial = answer.context["forms"]["prepare_form"].formsets["questions"].initial[1]
    assert (initial["rows"], initial["columns"]) == ("L\nP", "2025\n2026")
    assert initial["holds_numbers"]
    preview = text_of(answer).partition('id="pratinjau"')[2]
    assert 'aria-label="Baris L, kolom 2026"' in preview
    assert "disabled" in preview


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"rows": ""}, "Pertanyaan 2: tulis paling sedikit satu baris dan satu kolom."),
        ({"columns": " \n"}, "Pertanyaan 2: tulis paling sedikit satu baris dan satu kolom."),
        ({"rows": "L\nl"}, "Pertanyaan 2: nama baris “L” ditulis dua kali."),
        ({"columns": "\n".join(map(str, range(11)))}, "tulis paling banyak 10 kolom; ini 11"),
        ({"rows": "\n".join(map(str, range(41)))}, "tulis paling banyak 40 baris; ini 41"),
        ({"rows": "x" * 201}, "Pertanyaan 2: tulis paling banyak 200 karakter di setiap baris."),
    ],
)
def test_a_table_that_cannot_be_filled_is_told_by_its_number(
    changes: dict[str, str], sentence: str
):
    world, data_request = data_request_at("prepare_form")
    with at_work(world):
        client = as_user(world.staff)
        answer = client.post(page_of(data_request, "2"), typed_table(data_request, **changes))
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert changes.get("rows", "L")[:3] in text_of(answer)


def test_a_form_has_no_more_cells_than_a_page_can_send():
    world, data_request = data_request_at("prepare_form")
    second = data_request.items.last()
    names = "\n".join(map(str, range(40)))
    table = {"kind": "table", "rows": names, "columns": "\n".join(names.split()[:10])}
    many = [{"item": second.pk, "text": f"Tabel {n}", "ORDER": n, **table} for n in range(1, 12)]
    posted = {**typed_table(data_request), **rows("questions", *many)}
    with at_work(world):
        answer = as_user(world.staff).post(page_of(data_request, "2"), posted)
    assert answer.status_code == 422
    assert "memuat 4.400 sel; batasnya 4.000" in text_of(answer)


def test_the_table_stands_on_the_printed_form_as_an_empty_grid():
    _world, recipient = asked_in_every_kind("draft_letter")
    form = recipient.data_request.forms.get()
    text = " ".join(" ".join(pages.page_texts(blanks.render_blank(form))).split())
    for name in (*ROWS, *COLUMNS):
        assert name in text
    assert "Isi dengan angka; tulis - bila tidak ada datanya." in text


# -- the owner's page -----------------------------------------------------------------------------


def cell(recipient: Recipient, text: str, row: int, column: int) -> str:
    return f"question-{question(recipient, text).pk}_{row}_{column}"


def test_every_cell_has_a_name_of_its_own(asked: tuple[World, Recipient]):
    world, recipient = asked
    with at_work(world):
        page = text_of(as_owner(world, recipient).get(owner_url(recipient, "7a")))
    for row in ROWS:
        for column in COLUMNS:
            assert f'aria-label="Baris {row}, kolom {column}"' in page
    assert "Isi semua sel; tulis - bila tidak ada datanya." in page


def test_a_table_is_kept_as_it_is_typed(asked: tuple[World, Recipient]):
    world, recipient = asked
    name = "Anggota per tahun"
    posted = {
        "version": recipient.version,
        "save": "1",
        cell(recipient, name, 0, 0): "1.250",
        cell(recipient, name, 1, 2): "–",
    }
    with at_work(world):
        client = as_owner(world, recipient)
        client.post(owner_url(recipient, "7a"), posted)
        page = text_of(client.get(owner_url(recipient, "7a")))
    assert said(recipient, name) == [["1250", "", ""], ["", "", "-"]]
    assert f'name="{cell(recipient, name, 0, 0)}"' in page
    assert 'value="1.250"' in page


def test_a_wrong_cell_is_named_by_row_and_column(asked: tuple[World, Recipient]):
    world, recipient = asked
    name = cell(recipient, "Anggota per tahun", 1, 0)
    posted = {"version": recipient.version, "save": "1", name: "banyak"}
    with at_work(world):
        answer = as_owner(world, recipient).post(owner_url(recipient, "7a"), posted)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "Baris Perempuan, kolom 2024: tulis angka, misalnya 1.250 atau 12,5" in page
    assert 'value="banyak"' in page
    assert f'_{name}">' in page or f'#id_{name}"' in page
    assert page.count('aria-invalid="true"') == 1


def test_a_required_table_is_whole_when_no_cell_is_empty(asked: tuple[World, Recipient]):
    world, recipient = asked
    values = values_for(recipient)
    table = question(recipient, "Anggota per tahun").pk
    keep(world, recipient, {**values, table: [["1", "2", "3"], ["4", "5", ""]]})
    recipient.forget()
    second = recipient.items()[1]
    assert [answer.item for answer in recipient.answers_without_data()] != []
    keep(world, recipient, {**values, table: [["1", "2", "3"], ["4", "5", "-"]]})
    recipient.forget()
    assert second not in [answer.item for answer in recipient.answers_without_data()]


def test_the_filled_table_is_read_before_and_after_it_is_sent(asked: tuple[World, Recipient]):
    world, recipient = asked
    keep(world, recipient, values_for(recipient), availability="available")
    first = recipient.items()[0]
    recipient.forget()
    owners.process_request(subject=recipient, actor=owner_actor(recipient), at=world.tick())
    recipient.refresh_from_db()
    with at_work(world):
        page = text_of(as_owner(world, recipient).get(owner_url(recipient, "7b")))
    assert "6 dari 6 sel terisi" in page
    assert '<td data-label="2025" class="right"><span>5</span></td>' in page
    assert first.name in page


def test_staff_reads_the_table_in_row_8():
    world, recipient = asked_in_every_kind("deliver_data")
    keep(world, recipient, values_for(recipient), availability="available")
    recipient.forget()
    owners.deliver(subject=recipient, actor=owner_actor(recipient), at=world.tick())
    with at_work(world):
        page = text_of(as_user(world.staff).get(staff_url(recipient, "8")))
    assert "6 dari 6 sel terisi" in page
    assert '<td data-label="Alamat"><span>Jalan A</span></td>' in page


def test_a_table_is_told_row_by_row_beside_what_somebody_else_typed(asked: tuple[World, Recipient]):
    _world, recipient = asked
    table = question(recipient, "Pengurus")

    class Filled(forms.Form):
        pengurus = field_of(table)

    bound = Filled(initial={"pengurus": [["Ani", "Jalan A"], ["", "Jalan B"]]})["pengurus"]
    assert text_of_field(bound) == "Ani; Jalan A\nJalan B"
    assert text_of_field(Filled()["pengurus"]) == ""
