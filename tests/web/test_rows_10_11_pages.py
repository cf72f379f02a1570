"""Do the pages of rows 10 and 11 show, refuse and keep as they should?"""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from requests_app.models import DataFile, DataRequest, DataUse, FormQuestion, ProcessingResult
from requests_app.services import accesses, usage
from requests_app.sop.roles import Role
from tests.factories import World, data_request_at, fresh, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]

REASON = "Kolom kecamatan ternyata kosong."


def recent(state: str, *, recipients: int = 1) -> tuple[World, DataRequest]:
    """Walk to a row in the last hours: the web reads the real clock, which the database shares."""
    world = make_world(owners=recipients)
    world.now = timezone.now() - timedelta(hours=3)
    return data_request_at(state, world=world, recipients=recipients)


def page_of(data_request: DataRequest, row: str) -> str:
    return f"/permohonan/{data_request.public_id}/langkah/{row}/"


def as_user(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(client: Client, data_request: DataRequest, row: str) -> str:
    answer = client.get(page_of(data_request, row))
    assert answer.status_code == 200
    return answer.content.decode()


def post(client: Client, data_request: DataRequest, row: str, deed: str, **fields: Any) -> Any:
    version = fresh(data_request).version
    posted = {"deed": deed, "version": version, **fields}
    return client.post(page_of(data_request, row), posted)


def result_fields(data_request: DataRequest, **changes: Any) -> dict[str, Any]:
    return {
        "title": "Rekapitulasi organisasi",
        "method": "Dijumlahkan per kecamatan",
        "notes": "Dua belas organisasi pada empat kecamatan.",
        "entries": [entry.pk for entry in usage.sources_of(data_request)],
        **changes,
    }


def csv(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"kecamatan,jumlah\nA,1\n")


def use_fields(data_request: DataRequest, **changes: Any) -> dict[str, Any]:
    today = timezone.now().astimezone(data_request.office.zone).date()
    return {
        "items": [item.pk for item in data_request.received_items()],
        "purpose": "Bahan rapat koordinasi",
        "used_by": "Kasi Contoh",
        "used_on": today.isoformat(),
        "product": "Bahan paparan",
        "shared_with": "Bagian Pemerintahan",
        "result": "",
        **changes,
    }


# -- row 10 -----------------------------------------------------------------------------------


def test_staff_sees_the_sources_and_may_add_a_result():
    world, data_request = recent("process_data", recipients=2)
    html = shown(as_user(world.staff), data_request, "10")
    assert 'data-step="10"' in html
    for entry in usage.sources_of(data_request):
        assert entry.number.text in html
        for file in usage.files_of(entry):
            assert f"/berkas/{file.public_id}/" in html
    assert "Belum ada hasil olah." in html
    for deed in ("process_data", "add_result", "return:receive_data"):
        assert f'data-deed="{deed}"' in html
    assert 'data-deed="withdraw_result"' not in html


def test_what_the_owner_answered_in_words_stands_among_the_data():
    world, data_request = recent("process_data")
    form = data_request.forms.latest("pk")
    recipient = data_request.recipients.get()
    item = recipient.items()[0]
    question = form.questions.create(
        item=item, text="Luas lahan", unit="hektare", kind=FormQuestion.Kind.NUMBER, position=90
    )
    answer = recipient.answers()[0]
    answer.question_answers.create(question=question, value="12.5")
    html = shown(as_user(world.staff), data_request, "10")
    assert "Luas lahan (hektare)" in html
    assert "12,5" in html


def test_a_result_is_kept_with_sources_and_files():
    world, data_request = recent("process_data")
    client = as_user(world.staff)
    source = usage.files_of(usage.sources_of(data_request)[0])[0]
    fields = result_fields(
        data_request,
        sources=[source.pk],
        uploads=[SimpleUploadedFile("rekap.csv", b"kecamatan,jumlah\nA,1\n")],
    )
    answer = post(client, data_request, "10", "add_result", **fields)
    assert answer.status_code == 302
    assert answer.url == page_of(data_request, "10")
    result = ProcessingResult.objects.get()
    assert result.sources.get() == source
    assert result.files.get().kind == DataFile.Kind.RESULT
    html = shown(client, data_request, "10")
    assert "rekap.csv" in html
    assert 'data-deed="withdraw_result"' in html


def test_data_used_as_is_needs_a_reason_but_no_title():
    world, data_request = recent("process_data")
    client = as_user(world.staff)
    fields = result_fields(data_request, title="", used_as_is="on", method="Utuh")
    answer = post(client, data_request, "10", "add_result", **fields)
    assert answer.status_code == 422
    assert "paling sedikit 10 karakter" in answer.content.decode()
    fields["method"] = "Data sudah sesuai dengan keperluan."
    assert post(client, data_request, "10", "add_result", **fields).status_code == 302
    assert ProcessingResult.objects.get().used_as_is


def test_a_result_without_file_and_words_is_told_at_its_field():
    world, data_request = recent("process_data")
    fields = result_fields(data_request, notes="")
    answer = post(as_user(world.staff), data_request, "10", "add_result", **fields)
    assert answer.status_code == 422
    errors = answer.context["forms"]["add_result"].errors
    assert errors == {"uploads": ["Unggah berkas hasil, atau tulis isi hasil."]}


def test_what_no_paper_can_print_is_told_at_its_field():
    world, data_request = recent("process_data")
    fields = result_fields(data_request, notes="Dua belas ☃")
    answer = post(as_user(world.staff), data_request, "10", "add_result", **fields)
    errors = answer.context["forms"]["add_result"].errors
    assert errors == {"notes": ["Huruf ☃ tidak dapat dicetak dalam laporan."]}


def test_files_that_the_browser_forgets_are_named_to_be_chosen_again():
    world, data_request = recent("process_data")
    client = as_user(world.staff)
    fields = result_fields(data_request, title="", uploads=[csv("rekap.csv"), csv("peta.csv")])
    html = post(client, data_request, "10", "add_result", **fields).content.decode()
    assert "Pilih lagi berkas rekap.csv, peta.csv." in html


def test_a_refused_file_is_not_asked_for_again_but_those_beside_it_are():
    world, data_request = recent("process_data")
    bad = SimpleUploadedFile("rekap.exe", b"MZ\x90\x00" + b"\x00" * 90)
    fields = result_fields(data_request, uploads=[bad, csv("peta.csv")])
    answer = post(as_user(world.staff), data_request, "10", "add_result", **fields)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "rekap.exe tidak diterima" in html
    assert "Pilih lagi berkas peta.csv." in html
    assert len(answer.context["forms"]["add_result"].errors["uploads"]) == 2


def test_what_a_result_lacks_is_told_and_what_was_typed_stays():
    world, data_request = recent("process_data")
    client = as_user(world.staff)
    fields = result_fields(data_request, title="", entries=[])
    answer = post(client, data_request, "10", "add_result", **fields)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Tulis judul hasil olah." in html
    assert "Pilih paling sedikit satu sumber dari buku catatan." in html
    assert "Dijumlahkan per kecamatan" in html
    assert not ProcessingResult.objects.exists()


def test_a_file_that_is_refused_is_named_and_nothing_is_kept():
    world, data_request = recent("process_data")
    upload = SimpleUploadedFile("alat.exe", b"MZ\x90\x00")
    fields = result_fields(data_request, uploads=[upload])
    answer = post(as_user(world.staff), data_request, "10", "add_result", **fields)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "alat.exe" in html
    assert "Rekapitulasi organisasi" in html
    assert not ProcessingResult.objects.exists()


def test_a_result_is_withdrawn_with_a_reason_and_stays_to_be_read():
    world, data_request = recent("process_data")
    client = as_user(world.staff)
    post(client, data_request, "10", "add_result", **result_fields(data_request))
    result = ProcessingResult.objects.get()
    refused = post(client, data_request, "10", "withdraw_result", result=result.pk, reason="x")
    assert refused.status_code == 422
    answer = post(client, data_request, "10", "withdraw_result", result=result.pk, reason=REASON)
    assert answer.status_code == 302
    html = shown(client, data_request, "10")
    assert "result is-withdrawn" in html
    assert REASON in html
    assert 'data-deed="withdraw_result"' not in html


def test_row_10_is_done_only_with_a_result():
    world, data_request = recent("process_data")
    client = as_user(world.staff)
    assert post(client, data_request, "10", "process_data").status_code == 422
    post(client, data_request, "10", "add_result", **result_fields(data_request))
    assert post(client, data_request, "10", "process_data").status_code == 302
    assert fresh(data_request).state == "use_results"
    html = shown(client, data_request, "10")
    assert "Langkah ini sudah selesai" in html
    assert "Rekapitulasi organisasi" in html
    assert "data-deed" not in html


def test_finishing_row_10_keeps_a_result_that_was_typed_and_not_added():
    world, data_request = recent("process_data")
    client = as_user(world.staff)
    post(client, data_request, "10", "add_result", **result_fields(data_request))
    typed = {"title": "Peta organisasi", "method": "Digambar", "uploads": [csv("peta.csv")]}
    answer = post(client, data_request, "10", "process_data", **typed)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Hasil olah yang Anda tulis belum ditambahkan." in html
    assert 'href="#tambah"' in html
    assert 'value="Peta organisasi"' in html
    assert "Pilih lagi berkas peta.csv." in html
    assert "Tulis judul" not in html
    assert fresh(data_request).state == "process_data"
    assert post(client, data_request, "10", "add_result", **result_fields(data_request)).url
    entries = [entry.pk for entry in usage.sources_of(data_request)]
    assert post(client, data_request, "10", "process_data", entries=entries).status_code == 302


def test_whoever_may_not_finish_row_10_is_told_that_first():
    world, data_request = recent("process_data")
    answer = post(as_user(world.agency_head), data_request, "10", "process_data", title="Peta")
    assert answer.status_code == 403


def test_bad_data_sends_one_recipient_back():
    world, data_request = recent("process_data", recipients=2)
    client = as_user(world.staff)
    chosen = data_request.recipients.get(number=2)
    item = data_request.received_items()[0]
    deed = "return:receive_data"
    refused = post(client, data_request, "10", deed, items=[item.pk], reason=REASON)
    assert refused.status_code == 422
    assert "Pilih pemilik data yang datanya bermasalah." in refused.content.decode()
    assert REASON in refused.content.decode()
    answer = post(
        client, data_request, "10", deed, recipient=chosen.pk, items=[item.pk], reason=REASON
    )
    assert answer.status_code == 302
    states = dict(data_request.recipients.values_list("number", "state"))
    assert states == {1: "recorded", 2: "receive_data"}
    assert fresh(data_request).state == "receive_data"


@pytest.mark.parametrize("person", ["section_head", "agency_head"])
def test_others_read_row_10_and_may_not_write(person: str):
    world, data_request = recent("process_data")
    client = as_user(getattr(world, person))
    html = shown(client, data_request, "10")
    assert 'data-deed="add_result"' not in html
    assert 'data-deed="return:receive_data"' not in html
    assert 'aria-disabled="true"' in html
    recipient = data_request.recipients.get()
    tries = {
        "process_data": {},
        "return:receive_data": {"recipient": recipient.pk, "reason": REASON},
        "add_result": result_fields(data_request),
    }
    for deed, fields in tries.items():
        assert post(client, data_request, "10", deed, **fields).status_code == 403
    assert fresh(data_request).state == "process_data"


def test_a_stale_page_is_refused_with_what_was_typed():
    world, data_request = recent("process_data")
    client = as_user(world.staff)
    old = data_request.version
    post(client, data_request, "10", "add_result", **result_fields(data_request))
    fields = result_fields(data_request, title="Peta organisasi", version=old)
    answer = post(client, data_request, "10", "add_result", **fields)
    assert answer.status_code == 409
    assert "Peta organisasi" in answer.content.decode()


def test_a_stranger_finds_neither_page():
    _world, data_request = recent("process_data")
    stranger = as_user(make_world().staff)
    assert stranger.get(page_of(data_request, "10")).status_code == 404
    assert stranger.get(page_of(data_request, "11")).status_code == 404


# -- row 11 -----------------------------------------------------------------------------------


def test_the_empty_ledger_says_what_to_do():
    world, data_request = recent("use_results")
    html = shown(as_user(world.section_head), data_request, "11")
    assert 'data-step="11"' in html
    assert "Data ini belum pernah digunakan." in html
    assert "2 data belum mempunyai catatan penggunaan" in html
    for deed in ("use_results", "add_use", "state_non_use"):
        assert f'data-deed="{deed}"' in html
    assert 'data-deed="strike_use"' not in html


def test_staff_types_and_only_the_section_head_completes():
    world, data_request = recent("use_results")
    staff, head = as_user(world.staff), as_user(world.section_head)
    html = shown(staff, data_request, "11")
    assert 'data-deed="add_use"' in html
    assert 'aria-disabled="true" aria-describedby="reason-use_results"' in html
    assert post(staff, data_request, "11", "add_use", **use_fields(data_request)).status_code == 302
    assert DataUse.objects.count() == 2
    assert post(staff, data_request, "11", "use_results").status_code == 403
    assert post(head, data_request, "11", "use_results").status_code == 302
    assert fresh(data_request).state == "report_usage"
    html = shown(staff, data_request, "11")
    assert "Bahan rapat koordinasi" in html
    assert "data-deed" not in html


def test_the_agency_head_only_reads_row_11():
    world, data_request = recent("use_results")
    client = as_user(world.agency_head)
    assert 'data-deed="add_use"' not in shown(client, data_request, "11")
    assert post(client, data_request, "11", "add_use").status_code == 403


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"items": []}, "Pilih paling sedikit satu data."),
        ({"used_by": ""}, "Tulis siapa yang menggunakan data."),
        ({"used_on": "2999-01-01"}, "Tanggal penggunaan belum terjadi."),
        ({"used_on": "2001-01-01"}, "belum diterima pada tanggal penggunaan itu."),
    ],
)
def test_a_bad_use_is_refused_and_what_was_typed_stays(changes: dict[str, Any], sentence: str):
    world, data_request = recent("use_results")
    fields = use_fields(data_request, **changes)
    answer = post(as_user(world.staff), data_request, "11", "add_use", **fields)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in html
    assert "Bahan rapat koordinasi" in html
    assert not DataUse.objects.exists()


def test_finishing_row_11_keeps_a_use_that_was_typed_and_not_written_down():
    world, data_request = recent("use_results")
    client = as_user(world.section_head)
    post(client, data_request, "11", "add_use", **use_fields(data_request))
    untouched = use_fields(data_request, items=[], purpose="", product="", shared_with="")
    untouched["used_by"] = world.section_head.name
    untouched["result"] = data_request.results.get().pk  # the page offers the only one
    typed = {**untouched, "purpose": "Bahan rapat lintas sektor"}
    answer = post(client, data_request, "11", "use_results", **typed)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Penggunaan yang Anda tulis belum dicatat." in html
    assert "Bahan rapat lintas sektor" in html
    assert 'form="use-form"' in html
    stale = post(client, data_request, "11", "use_results", **{**untouched, "version": 1})
    assert stale.status_code == 409
    assert post(client, data_request, "11", "use_results", **untouched).status_code == 302


def test_staff_who_presses_the_button_of_the_head_keeps_what_was_typed():
    world, data_request = recent("use_results")
    fields = use_fields(data_request)
    answer = post(as_user(world.staff), data_request, "11", "use_results", **fields)
    assert answer.status_code == 403
    assert "Bahan rapat koordinasi" in answer.content.decode()


def test_a_use_names_the_result_it_rests_on():
    world, data_request = recent("use_results")
    result = data_request.results.get()
    client = as_user(world.staff)
    fields = use_fields(data_request, result=result.pk)
    assert post(client, data_request, "11", "add_use", **fields).status_code == 302
    assert {use.result for use in DataUse.objects.all()} == {result}
    assert str(result.title) in shown(client, data_request, "11")


def test_non_use_is_stated_with_a_reason_and_closes_the_row():
    world, data_request = recent("use_results")
    client = as_user(world.section_head)
    items = [item.pk for item in data_request.received_items()]
    assert post(client, data_request, "11", "use_results").status_code == 422
    short = post(client, data_request, "11", "state_non_use", items=items, reason="x")
    assert short.status_code == 422
    reason = "Kegiatan ditunda sampai tahun depan."
    answer = post(client, data_request, "11", "state_non_use", items=items, reason=reason)
    assert answer.status_code == 302
    assert reason in shown(client, data_request, "11")
    assert post(client, data_request, "11", "use_results").status_code == 302


def test_a_struck_line_stays_with_its_reason():
    world, data_request = recent("use_results")
    client = as_user(world.staff)
    item = data_request.received_items()[0]
    post(client, data_request, "11", "add_use", **use_fields(data_request, items=[item.pk]))
    line = DataUse.objects.get()
    assert post(client, data_request, "11", "strike_use", reason=REASON).status_code == 422
    answer = post(client, data_request, "11", "strike_use", use=line.pk, reason=REASON)
    assert answer.status_code == 302
    html = shown(client, data_request, "11")
    assert 'class="is-withdrawn"' in html
    assert REASON in html
    assert 'data-deed="strike_use"' not in html


def test_who_opened_a_file_is_suggested_and_fills_the_form():
    world, data_request = recent("use_results")
    file = usage.files_of(usage.sources_of(data_request)[0])[0]
    accesses.record_access(
        data_file=file,
        purpose="Menyusun paparan triwulan",
        actor=world.actor(Role.STAFF),
        at=world.tick(),
    )
    client = as_user(world.section_head)
    assert "Menyusun paparan triwulan" in shown(client, data_request, "11")
    access = file.accesses.get()
    answer = client.get(page_of(data_request, "11"), {"saran": access.pk})
    html = answer.content.decode()
    assert html.count("Menyusun paparan triwulan") >= 3
    assert 'value="Staf Contoh"' in html
    assert client.get(page_of(data_request, "11"), {"saran": "x"}).status_code == 200
