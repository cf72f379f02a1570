"""Is every result tied to its sources, and every use in a ledger that only grows?"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, transaction

from requests_app.models import AuditEntry, DataFile, DataRequest, DataUse, Recipient
from requests_app.services import accesses, audit, usage
from requests_app.services.intake import FileRefused
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn
from requests_app.sop.roles import Role
from tests.factories import WALK, World, data_request_at, fresh, use_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]

TEXT = usage.ResultText(
    title="Profil organisasi", method="Rekapitulasi", notes="Dua belas organisasi."
)
REASON = "Kolom kecamatan ternyata kosong."


def result(world: World, data_request: DataRequest, **changes: Any) -> Any:
    values: dict[str, Any] = {
        "text": TEXT,
        "entries": [entry.pk for entry in usage.sources_of(data_request)],
        "actor": world.actor(Role.STAFF),
        "at": world.tick(),
    }
    return usage.add_result(subject=data_request, **{**values, **changes})


def use(world: World, data_request: DataRequest, **changes: Any) -> list[DataUse]:
    values: dict[str, Any] = {
        "items": [item.pk for item in data_request.received_items()],
        "text": use_text(world),
        "actor": world.actor(Role.SECTION_HEAD),
        "at": world.tick(),
    }
    return usage.add_use(subject=data_request, **{**values, **changes})


# -- row 10 -----------------------------------------------------------------------------------


def test_a_result_keeps_its_sources_and_its_files():
    world, data_request = data_request_at("process_data", recipients=2)
    entries = usage.sources_of(data_request)
    files = [file for entry in entries for file in usage.files_of(entry)]
    made = result(
        world,
        data_request,
        sources=[file.pk for file in files],
        uploads=[SimpleUploadedFile("rekap.csv", b"kecamatan,jumlah\nA,1\n")],
    )
    assert set(made.entries.all()) == set(entries)
    assert set(made.sources.all()) == set(files)
    assert made.files.get().kind == DataFile.Kind.RESULT
    entry = AuditEntry.objects.get(deed="add_result")
    assert entry.facts["title"] == "Profil organisasi"
    assert entry.facts["files"] == [made.files.get().sha256]


def test_data_may_be_used_as_it_is_for_a_reason():
    world, data_request = data_request_at("process_data")
    with pytest.raises(Incomplete, match="Tulis alasan"):
        result(world, data_request, text=usage.ResultText(title="", method="", used_as_is=True))
    text = usage.ResultText(title="", method="Datanya sudah berupa rekapitulasi.", used_as_is=True)
    assert result(world, data_request, text=text).title == "Data digunakan tanpa diolah"


INCOMPLETE_RESULTS: list[tuple[dict[str, Any], str]] = [
    ({"text": usage.ResultText(title=" ", method="Rekap")}, "Tulis judul"),
    ({"text": usage.ResultText(title="Rekap", method=" ")}, "Tulis cara mengolah"),
    ({"text": usage.ResultText(title="Rekap ☃", method="Rekap")}, "☃ tidak dapat dicetak"),
    ({"text": replace(TEXT, notes="Hasil ☃")}, "☃ tidak dapat dicetak"),
    ({"text": replace(TEXT, notes=" ")}, "Unggah berkas hasil, atau tulis isi hasil"),
    ({"entries": []}, "paling sedikit satu sumber"),
    ({"entries": [0]}, "paling sedikit satu sumber"),
    ({"sources": [0]}, "berkas dari sumber"),
]


def test_an_incomplete_result_is_refused():
    world, data_request = data_request_at("process_data")
    for changes, sentence in INCOMPLETE_RESULTS:
        with pytest.raises(Incomplete, match=sentence):
            result(world, data_request, **changes)
    assert not data_request.results.exists()


def test_a_result_shows_a_file_or_says_in_words_what_came_out():
    world, data_request = data_request_at("process_data")
    assert result(world, data_request).notes == "Dua belas organisasi."
    upload = SimpleUploadedFile("rekap.csv", b"kecamatan,jumlah\nA,1\n")
    assert result(world, data_request, text=replace(TEXT, notes=""), uploads=[upload]).pk


def test_a_source_of_another_request_is_refused():
    _other_world, other = data_request_at("process_data")
    world, data_request = data_request_at("process_data")
    with pytest.raises(Incomplete):
        result(world, data_request, entries=[entry.pk for entry in usage.sources_of(other)])


def test_a_bad_result_file_is_refused_by_name_and_nothing_is_kept():
    world, data_request = data_request_at("process_data")
    with pytest.raises(FileRefused, match=r"rekap\.exe"):
        result(world, data_request, uploads=[SimpleUploadedFile("rekap.exe", b"MZ\x90")])
    assert not data_request.results.exists()


def test_row_10_waits_for_a_result():
    world, data_request = data_request_at("process_data")
    staff = world.actor(Role.STAFF)
    with pytest.raises(Incomplete, match="paling sedikit satu hasil olah"):
        usage.process_data(subject=data_request, actor=staff, at=world.tick())
    made = result(world, data_request)
    usage.withdraw_result(
        subject=data_request, result=made.pk, reason="Angkanya salah.", actor=staff, at=world.tick()
    )
    with pytest.raises(Incomplete, match="paling sedikit satu hasil olah"):
        usage.process_data(subject=data_request, actor=staff, at=world.tick())
    result(world, data_request)
    entry = usage.process_data(subject=data_request, actor=staff, at=world.tick())
    assert entry.facts["results"] == ["Profil organisasi"]
    assert data_request.state == "use_results"


def test_a_result_is_withdrawn_once_and_for_a_reason():
    world, data_request = data_request_at("process_data")
    made = result(world, data_request)
    take = {"subject": data_request, "result": made.pk, "actor": world.actor(Role.STAFF)}
    with pytest.raises(Incomplete, match="Tulis alasan"):
        usage.withdraw_result(**take, reason="salah", at=world.tick())
    usage.withdraw_result(**take, reason="Angkanya salah.", at=world.tick())
    with pytest.raises(NotReady, match="sudah ditarik"):
        usage.withdraw_result(**take, reason="Angkanya salah.", at=world.tick())


def test_only_staff_processes_and_only_in_row_10():
    world, data_request = data_request_at("process_data")
    with pytest.raises(NotYourTurn):
        result(world, data_request, actor=world.actor(Role.AGENCY_HEAD))
    result(world, data_request)
    usage.process_data(subject=data_request, actor=world.actor(Role.STAFF), at=world.tick())
    with pytest.raises(NotReady, match="langkah 11"):
        result(world, data_request)


def send_back(world: World, data_request: DataRequest, **changes: Any) -> Any:
    values: dict[str, Any] = {
        "recipient": data_request.recipients.order_by("number")[0].pk,
        "reason": REASON,
        "actor": world.actor(Role.STAFF),
        "at": world.tick(),
    }
    return usage.return_recipient(subject=data_request, **{**values, **changes})


def test_bad_data_goes_back_to_row_8_of_its_owner_alone():
    world, data_request = data_request_at("process_data", recipients=2)
    bad, good = data_request.recipients.order_by("number")
    item = data_request.items.all()[0]
    entry = send_back(world, data_request, items=[item.pk])
    assert (entry.row, entry.to_state, entry.reason) == ("process_data", "receive_data", REASON)
    assert Recipient.objects.get(pk=bad.pk).state == "receive_data"
    assert Recipient.objects.get(pk=good.pk).state == "recorded"
    assert fresh(data_request).state == "receive_data"
    flagged = Recipient.objects.get(pk=bad.pk).answers_not_accepted()
    assert [(answer.item_id, answer.verdict_note) for answer in flagged] == [(item.pk, REASON)]


def test_data_that_was_sent_back_comes_round_again():
    world, data_request = data_request_at("process_data")
    send_back(world, data_request)
    for key in ("receive_data", "record_data"):
        world.tick()
        WALK[key](world, fresh(data_request).recipients.get())
    data_request = fresh(data_request)
    assert data_request.state == "process_data"
    assert len(usage.sources_of(data_request)) == 1
    assert list(audit.verify_chains()) == []


INCOMPLETE_RETURNS: list[tuple[dict[str, Any], str]] = [
    ({"recipient": 0}, "Pilih pemilik data"),
    ({"reason": "buruk"}, "Tulis alasan"),
    ({"items": [0]}, "memang dikirim"),
]


def test_an_incomplete_send_back_changes_nothing():
    world, data_request = data_request_at("process_data")
    for changes, sentence in INCOMPLETE_RETURNS:
        with pytest.raises(Incomplete, match=sentence):
            send_back(world, data_request, **changes)
    assert fresh(data_request).state == "process_data"
    assert not data_request.recipients.get().answers_not_accepted()


# -- row 11 -----------------------------------------------------------------------------------


def test_a_use_is_one_line_for_each_item():
    world, data_request = data_request_at("use_results")
    lines = use(world, data_request)
    assert {line.item for line in lines} == set(data_request.received_items())
    assert {line.purpose for line in lines} == {"Bahan rapat koordinasi"}
    assert data_request.items_without_use() == []


def test_staff_may_write_the_ledger_but_not_complete_the_row():
    world, data_request = data_request_at("use_results")
    staff = world.actor(Role.STAFF)
    use(world, data_request, actor=staff)
    with pytest.raises(NotYourTurn, match="Kepala Seksi"):
        usage.use_results(subject=data_request, actor=staff, at=world.tick())
    head = world.actor(Role.SECTION_HEAD)
    entry = usage.use_results(subject=data_request, actor=head, at=world.tick())
    assert entry.facts == {"uses": 2, "non_uses": 0}


def test_the_head_of_the_office_writes_nothing_into_the_ledger():
    world, data_request = data_request_at("use_results")
    with pytest.raises(NotYourTurn):
        use(world, data_request, actor=world.actor(Role.AGENCY_HEAD))


def test_row_11_names_the_items_without_a_line():
    world, data_request = data_request_at("use_results")
    first, second = data_request.received_items()
    use(world, data_request, items=[first.pk])
    with pytest.raises(Incomplete, match=second.name):
        usage.use_results(
            subject=data_request, actor=world.actor(Role.SECTION_HEAD), at=world.tick()
        )
    usage.state_non_use(
        subject=data_request,
        items=[second.pk],
        reason="Rapatnya dibatalkan.",
        actor=world.actor(Role.STAFF),
        at=world.tick(),
    )
    usage.use_results(subject=data_request, actor=world.actor(Role.SECTION_HEAD), at=world.tick())
    assert data_request.state == "report_usage"


def changed(world: World, **changes: Any) -> dict[str, Any]:
    return {"text": use_text(world, **changes)}


INCOMPLETE_USES: list[tuple[Any, str]] = [
    (lambda _w: {"items": []}, "paling sedikit satu data"),
    (lambda _w: {"items": [0]}, "paling sedikit satu data"),
    (lambda w: changed(w, purpose=" "), "Tulis keperluan"),
    (lambda w: changed(w, used_by=""), "Tulis siapa"),
    (lambda w: changed(w, purpose="Rapat ☃"), "tidak dapat dicetak"),
    (lambda w: changed(w, used_on=w.now.date() + timedelta(days=2)), "belum terjadi"),
    (lambda w: changed(w, used_on=w.now.date() - timedelta(days=9)), "belum diterima"),
    (lambda _w: {"result": 0}, "Pilih hasil olah"),
]


def test_an_incomplete_use_is_refused():
    world, data_request = data_request_at("use_results")
    for changes, sentence in INCOMPLETE_USES:
        with pytest.raises(Incomplete, match=sentence):
            use(world, data_request, **changes(world))
    assert not data_request.uses.exists()


def test_a_wrong_line_is_struck_by_a_later_one_and_stays():
    world, data_request = data_request_at("use_results")
    line, _other = use(world, data_request)
    strike = {"subject": data_request, "use": line.pk, "actor": world.actor(Role.STAFF)}
    with pytest.raises(Incomplete, match="Tulis alasan"):
        usage.strike_use(**strike, reason="salah", at=world.tick())
    struck = usage.strike_use(**strike, reason="Salah mencatat data.", at=world.tick())
    assert struck.strikes == line
    assert DataUse.objects.filter(pk=line.pk, purpose=line.purpose).exists()
    assert data_request.items_without_use() == [line.item]
    for wrong in (line.pk, struck.pk):
        with pytest.raises(NotReady, match="sudah dicoret"):
            usage.strike_use(
                **strike | {"use": wrong}, reason="Salah mencatat data.", at=world.tick()
            )


def test_the_ledger_cannot_be_changed_even_past_the_service():
    world, data_request = data_request_at("use_results")
    line, _other = use(world, data_request)
    line.purpose = "Keperluan lain"
    with pytest.raises(InternalError), transaction.atomic():
        line.save()


def test_an_item_is_not_both_used_and_unused():
    world, data_request = data_request_at("use_results")
    first, second = data_request.received_items()
    use(world, data_request, items=[first.pk])
    declare = {
        "subject": data_request,
        "reason": "Rapatnya dibatalkan.",
        "actor": world.actor(Role.STAFF),
    }
    with pytest.raises(Incomplete, match="sudah tercatat digunakan"):
        usage.state_non_use(**declare, items=[first.pk], at=world.tick())
    usage.state_non_use(**declare, items=[second.pk], at=world.tick())
    with pytest.raises(Incomplete, match="dinyatakan tidak digunakan"):
        use(world, data_request, items=[second.pk])


def test_who_opened_a_file_is_suggested_until_the_ledger_says_it():
    world, data_request = data_request_at("use_results")
    file = DataFile.objects.filter(data_request=data_request, kind="delivery").first()
    staff = world.actor(Role.STAFF)
    for purpose in ("Pemeriksaan penerimaan", "Bahan rapat", "Bahan rapat"):
        accesses.record_access(data_file=file, purpose=purpose, actor=staff, at=world.tick())
    (suggestion,) = usage.suggestions(data_request)
    assert suggestion.access.purpose == "Bahan rapat"
    assert suggestion.items == (file.answers.get().item,)
    assert data_request.items_without_use()  # a mere opening is no use
    text = use_text(world, purpose="Bahan rapat", used_by=staff.name)
    use(world, data_request, items=[suggestion.items[0].pk], text=text)
    assert usage.suggestions(data_request) == []


def test_an_old_page_does_not_write_into_the_ledger():
    world, data_request = data_request_at("use_results")
    old = data_request.version
    use(world, data_request, version=old)
    with pytest.raises(NotReady, match="baru saja diubah"):
        use(world, data_request, version=old)
