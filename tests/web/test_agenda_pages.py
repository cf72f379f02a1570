"""Can the agenda of outgoing letters be read, searched, kept and taken out, and by whom?"""

import io
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from requests_app.models import LetterNumber
from requests_app.services import agenda
from requests_app.services.numbers import Entry
from requests_app.sop.roles import Role
from requests_app.web import exports
from tests.factories import World, data_request_at, make_world
from tests.web.doors import as_user, at_work
from tests.web.test_query_counts import queries_of

pytestmark = pytest.mark.django_db
HOME = reverse("web:agenda")


@pytest.fixture(autouse=True)
def _any_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))


@pytest.fixture
def world() -> World:
    return make_world()


def reserve(world: World, **changes: Any) -> LetterNumber:
    entry = {"addressee": "Kepala Dinas Contoh", "subject": "Undangan rapat", **changes}
    return agenda.reserve(
        office=world.office,
        dated=world.now.astimezone(world.office.zone).date(),
        entry=Entry(**entry),
        actor=world.actor(Role.STAFF),
        at=world.tick(),
    )


def look(world: World, query: str = "", who: str = "staff") -> str:
    with at_work(world):
        answer = as_user(getattr(world, who)).get(HOME + query)
    assert answer.status_code == 200
    return answer.content.decode()


def send(world: World, way: str, who: str = "staff", **typed: Any) -> Any:
    """Open a page of the agenda and send its form as a browser would."""
    url = reverse("web:new_number", args=[way])
    with at_work(world):
        client = as_user(getattr(world, who))
        form = client.get(url).context["form"]
        posted = {bound.html_name: bound.value() for bound in form}
        posted = {name: "" if value is None else value for name, value in posted.items()}
        return client.post(url, {**posted, **typed})


WORDS = {"addressee": "Kepala Dinas Contoh", "subject": "Undangan rapat"}


def test_an_empty_agenda_says_so(world: World) -> None:
    assert "Belum ada nomor surat tahun 2026." in look(world)


def test_a_number_is_reserved_and_listed(world: World) -> None:
    answer = send(world, "pesan", **WORDS)
    assert answer.status_code == 302
    assert answer.url == HOME
    page = look(world)
    assert "200.1/1/2026" in page
    assert "Dipesan 23-11-2026 oleh Staf Contoh." in page
    assert 'data-status="reserved"' in page


def test_a_number_is_reserved_for_a_request_with_the_words_of_its_letter(world: World) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    assert send(world, "pesan", data_request=data_request.pk).status_code == 302
    number = data_request.numbers.get()
    assert (number.status, number.addressee) == ("reserved", world.owners[0].head_title)
    again = send(world, "pesan", data_request=data_request.pk)
    assert again.status_code == 422
    assert "sudah memegang nomor" in again.content.decode()


def test_one_page_sent_twice_takes_one_number(world: World) -> None:
    known = reserve(world).pk
    for _time in range(2):
        assert send(world, "pesan", known=known, **WORDS).status_code == 302
    assert LetterNumber.objects.count() == 2


def test_what_is_missing_is_told_and_what_was_typed_stays(world: World) -> None:
    answer = send(world, "pesan", subject="Undangan <rapat>", dated="kemarin")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Tulis tujuan surat." in page
    assert "Tulis tanggal surat, misalnya 31-12-2026." in page
    assert "Undangan &lt;rapat&gt;" in page


def test_a_number_in_use_is_refused_by_name(world: World) -> None:
    assert send(world, "luar", text="B/7/2026", **WORDS).status_code == 302
    answer = send(world, "luar", text="B/7/2026", **{**WORDS, "subject": "Lain"})
    assert answer.status_code == 409
    told = "Nomor B/7/2026 sudah dipakai surat Undangan rapat tanggal 23 November 2026."
    assert told in answer.content.decode()


def test_a_date_before_the_last_number_is_led_to_the_insert(world: World) -> None:
    reserve(world)
    answer = send(world, "pesan", dated="2026-11-20", **WORDS)
    assert answer.status_code == 409
    assert "mendahului nomor terakhir, 200.1/1/2026" in answer.content.decode()
    world.tick(minutes=24 * 60)
    reserve(world)
    assert send(world, "sisip", dated="2026-11-23", **WORDS).status_code == 302
    assert "200.1/1.01/2026" in look(world)


@pytest.mark.parametrize("way", ["pesan", "luar"])
def test_a_date_before_there_was_an_office_is_refused(world: World, way: str) -> None:
    answer = send(world, way, dated="0001-01-01", text="B/1/2026", **WORDS)
    assert answer.status_code == 422
    assert "terlalu lampau" in answer.content.decode()
    assert not LetterNumber.objects.exists()


def test_a_void_number_stays_struck_with_who_when_and_why(world: World) -> None:
    number = reserve(world)
    url = reverse("web:void_number", args=[number.pk])
    assert url in look(world)
    with at_work(world):
        client = as_user(world.staff)
        for reason in ("salah", "kata " * 1_000):
            assert client.post(url, {"reason": reason}).status_code == 422
        assert client.post(url, {"reason": "Rapat ditiadakan."}).status_code == 302
    page = look(world)
    assert "<s>200.1/1/2026</s>" in page
    assert "Dibatalkan 23-11-2026 oleh Staf Contoh: Rapat ditiadakan." in page
    assert url not in page


def test_a_letter_in_force_cannot_be_voided_here(world: World) -> None:
    _world, data_request = data_request_at("send_letter", world=world)
    url = reverse("web:void_number", args=[data_request.numbers.get().pk])
    assert url not in look(world)
    with at_work(world):
        answer = as_user(world.staff).post(url, {"reason": "Salah alamat tujuan."})
    assert answer.status_code == 409
    assert "masih berlaku" in answer.content.decode()


def test_the_head_reads_and_is_told_who_keeps(world: World) -> None:
    reserve(world)
    page = look(world, who="agency_head")
    assert "Nomor surat dikelola oleh staf pelaksana atau kepala seksi." in page
    assert reverse("web:new_number", args=["pesan"]) not in page
    assert send(world, "pesan", who="agency_head", **WORDS).status_code == 403
    assert LetterNumber.objects.count() == 1


def test_the_agenda_is_searched_and_narrowed(world: World) -> None:
    reserve(world, subject="Undangan rapat")
    reserve(world, subject="Permintaan narasumber")
    void = reserve(world, subject="Nota batal")
    with at_work(world):
        as_user(world.staff).post(
            reverse("web:void_number", args=[void.pk]), {"reason": "Tidak jadi dikirim."}
        )
    assert "Undangan rapat" not in look(world, "?cari=narasumber")
    assert "Permintaan narasumber" not in look(world, "?status=void")
    assert "Tidak ada nomor yang cocok" in look(world, "?cari=tidakada")
    assert "Undangan rapat" in look(world, "?tahun=&register=x&status=y&hal=99")


def test_owners_of_a_long_list_are_found_too() -> None:
    world = make_world(owners=40)
    data_request_at("send_letter", world=world, recipients=40)
    last = world.owners[39].head_title
    assert last not in LetterNumber.objects.get(register__kind="letter").addressee
    assert "200.1/1/2026" in look(world, f"?cari={last}")


def test_another_office_sees_none_of_it(world: World) -> None:
    number = reserve(world)
    other = make_world()
    assert number.text not in look(other)
    with at_work(other):
        url = reverse("web:void_number", args=[number.pk])
        assert as_user(other.staff).get(url).status_code == 404


def test_the_page_asks_as_often_for_many_as_for_few(world: World) -> None:
    reserve(world)
    client = as_user(world.staff)
    with at_work(world):
        few = queries_of(client, HOME)
        for _n in range(20):
            reserve(world)
        data_request_at("send_letter", world=world)
        many = queries_of(client, HOME)
    assert few == many <= 12


# -- taking out ---------------------------------------------------------------------------------


def take_out(world: World, form: str, query: str = "") -> Any:
    url = reverse("web:agenda_export", args=[form]) + query
    with at_work(world):
        return as_user(world.staff).get(url)


def test_the_shown_lines_leave_as_a_spreadsheet(world: World) -> None:
    reserve(world, subject='=HYPERLINK("http://contoh.test")')
    reserve(world, subject="Permintaan narasumber")
    answer = take_out(world, "xlsx", "?cari=HYPERLINK")
    assert answer["Content-Disposition"] == 'attachment; filename="agenda-surat-keluar-2026.xlsx"'
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    [head, line] = list(sheet.iter_rows())
    assert [cell.value for cell in head][:5] == [
        "No. urut",
        "Tanggal",
        "Nomor surat",
        "Tujuan",
        "Hal",
    ]
    assert (line[0].value, line[4].data_type) == (1, "s")
    assert line[4].value.startswith("'=")


def test_the_shown_lines_leave_as_csv(world: World) -> None:
    reserve(world)
    answer = take_out(world, "csv")
    text = b"".join(answer.streaming_content).decode("utf-8")
    assert text.startswith("\ufeffNo. urut;Tanggal;")
    assert "1;2026-11-23;200.1/1/2026;Kepala Dinas Contoh;Undangan rapat;200.1;" in text


def test_the_shown_lines_leave_as_a_print(world: World) -> None:
    reserve(world)
    answer = take_out(world, "pdf")
    [page] = pypdfium2.PdfDocument(answer.content)
    text = page.get_textpage().get_text_bounded()
    for part in ("BUKU AGENDA SURAT KELUAR", "Tahun 2026", "200.1/1/2026", "Dicetak 23 November"):
        assert part in text


def test_too_long_a_print_is_refused_with_a_sentence(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MAXIMUM_LINES", 0)
    reserve(world)
    with at_work(world):
        client = as_user(world.staff)
        url = reverse("web:agenda_export", args=["pdf"])
        answer = client.get(f"{url}?tahun=2026", follow=True)
    assert answer.redirect_chain == [(f"{HOME}?tahun=2026", 302)]
    assert "Persempit saringan" in answer.content.decode()


def test_received_data_leave_in_the_same_three_forms() -> None:
    world, _data_request = data_request_at("process_data")
    for form in ("xlsx", "csv", "pdf"):
        with at_work(world):
            url = reverse("web:register_export", args=[form])
            answer = as_user(world.staff).get(url)
            content = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code == 200
        assert content
    [page] = pypdfium2.PdfDocument(content)
    assert "BUKU CATATAN DATA" in page.get_textpage().get_text_bounded()


def test_an_unknown_form_is_not_found(world: World) -> None:
    assert take_out(world, "docx").status_code == 404
    client: Client = as_user(world.staff)
    assert client.get(reverse("web:new_number", args=["lain"])).status_code == 404
