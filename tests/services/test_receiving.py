"""Is received data checked, corrected, recorded and opened as the SOP asks?"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from requests_app.models import (
    AuditEntry,
    DataFile,
    FileAccess,
    ItemAnswer,
    OfficialDocument,
    Recipient,
    RegisterEntry,
)
from requests_app.services import accesses, answers, checks, owners, registers, workflow
from requests_app.services.checks import Finding
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn
from requests_app.sop.roles import Role
from tests.factories import WALK, World, answers_for, owner_actor, recipient_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]


def fresh(recipient: Recipient) -> Recipient:
    return Recipient.objects.get(pk=recipient.pk)


def findings_of(recipient: Recipient, *verdicts: str, note: str = "") -> list[Finding]:
    return [
        Finding(item_id=item.pk, verdict=verdict, note=note if verdict == "correction" else "")
        for item, verdict in zip(recipient.asked_items(), verdicts, strict=True)
    ]


def by_staff(world: World, recipient: Recipient, **facts: Any) -> dict[str, Any]:
    actor = world.actor(Role.STAFF)
    return {"subject": recipient, "actor": actor, "at": world.tick(), **facts}


def line_for(world: World, recipient: Recipient) -> registers.Line:
    """Give what the page of row 9 proposes."""
    sheet = answers.sheet_of(recipient)
    actor = world.actor(Role.STAFF)
    return registers.proposed_line(recipient=recipient, sheet=sheet, actor=actor, at=world.now)


def correct(world: World, recipient: Recipient) -> Recipient:
    """Send the second item back and let the owner put it right."""
    findings = findings_of(recipient, "accepted", "correction", note="Jumlah tahun 2026.")
    checks.ask_correction(**by_staff(world, recipient, findings=findings))
    actor = owner_actor(recipient)
    owners.process_request(
        subject=recipient,
        given=answers_for(recipient, uploads=()),
        actor=actor,
        at=world.tick(),
    )
    owners.deliver(subject=recipient, actor=actor, at=world.tick())
    return fresh(recipient)


# -- row 8 ----------------------------------------------------------------------------------------


def test_every_item_is_checked_before_the_data_is_received() -> None:
    world, recipient = recipient_at("receive_data")
    with pytest.raises(Incomplete, match="1 butir belum diperiksa"):
        checks.receive_data(
            **by_staff(world, recipient, findings=findings_of(recipient, "accepted", ""))
        )
    assert fresh(recipient).state == "receive_data"
    assert not ItemAnswer.objects.exclude(verdict="").exists()


def test_a_flagged_item_needs_its_note() -> None:
    world, recipient = recipient_at("receive_data")
    findings = findings_of(recipient, "accepted", "correction")
    for deed in (checks.save_findings, checks.ask_correction):
        with pytest.raises(Incomplete, match="Butir 2: tulis apa yang perlu diperbaiki"):
            deed(**by_staff(world, recipient, findings=findings))


def test_nothing_is_sent_back_without_a_flag() -> None:
    world, recipient = recipient_at("receive_data")
    with pytest.raises(Incomplete, match="Tandai paling sedikit satu butir"):
        checks.ask_correction(
            **by_staff(world, recipient, findings=findings_of(recipient, "accepted", "accepted"))
        )
    assert fresh(recipient).state == "receive_data"


def test_only_staff_checks() -> None:
    world, recipient = recipient_at("receive_data")
    findings = findings_of(recipient, "accepted", "accepted")
    for actor in (world.actor(Role.AGENCY_HEAD), owner_actor(recipient)):
        with pytest.raises(NotYourTurn):
            checks.receive_data(subject=recipient, findings=findings, actor=actor, at=world.tick())


def test_a_correction_opens_a_short_round_and_leaves_the_old_one_as_it_was() -> None:
    world, recipient = recipient_at("receive_data")
    findings = findings_of(recipient, "accepted", "correction", note="Jumlah tahun 2026.")
    checks.ask_correction(**by_staff(world, recipient, findings=findings))
    recipient = fresh(recipient)
    assert (recipient.state, recipient.round) == ("process_request", 2)
    assert recipient.due_at is not None
    assert recipient.due_at.astimezone(recipient.office.zone).strftime("%d-%m-%Y") == "26-11-2026"
    entry = AuditEntry.objects.get(deed="return:process_request")
    assert "Jumlah tahun 2026." in entry.reason
    first, second = recipient.asked_items()
    new = {one.item_id: one for one in ItemAnswer.objects.filter(delivery__round=2)}
    assert new[first.pk].verdict == "accepted"
    assert new[first.pk].files.count() == 1
    assert (new[second.pk].verdict, new[second.pk].verdict_note) == (
        "correction",
        "Jumlah tahun 2026.",
    )


def test_an_accepted_answer_stays_as_it_was_in_the_next_round() -> None:
    world, recipient = recipient_at("receive_data")
    recipient = correct(world, recipient)
    first, second = recipient.asked_items()
    newest = {one.item_id: one for one in recipient.answers()}
    assert newest[first.pk].verdict == "accepted"
    assert newest[first.pk].files.count() == 1
    assert newest[second.pk].verdict == ""
    assert ItemAnswer.objects.get(delivery__round=1, item=second).verdict == "correction"


# -- row 9 ----------------------------------------------------------------------------------------


def test_recording_makes_a_numbered_line_and_its_paper() -> None:
    world, recipient = recipient_at("record_data")
    registers.record_data(**by_staff(world, recipient))
    entry = RegisterEntry.objects.get()
    assert entry.number.text == "1/2026"
    assert entry.origin == recipient.data_owner.name
    assert "Daftar organisasi" in entry.data
    assert "1 (satu) berkas CSV" in entry.form_and_amount
    paper = OfficialDocument.objects.get(kind="record")
    assert paper.number == entry.number
    assert fresh(recipient).state == "recorded"


def test_the_serial_runs_over_all_owners_of_the_office() -> None:
    world, first = recipient_at("record_data", recipients=2)
    for recipient in first.data_request.recipients.order_by("number"):
        registers.record_data(**by_staff(world, recipient))
    assert [str(one.number) for one in RegisterEntry.objects.order_by("pk")] == ["1/2026", "2/2026"]


def test_what_is_typed_stands_in_the_book() -> None:
    world, recipient = recipient_at("record_data")
    line = line_for(world, recipient)
    changed = registers.Line(**{**vars(line), "kept_at": "Lemari 3", "remarks": "Asli kertas"})
    registers.record_data(**by_staff(world, recipient, line=changed))
    entry = RegisterEntry.objects.get()
    assert (entry.kept_at, entry.remarks) == ("Lemari 3", "Asli kertas")


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (365, "Tanggal diterima tidak boleh setelah hari ini."),
        (-365, "Tanggal diterima tidak boleh sebelum surat dikirim"),
    ],
)
def test_no_line_is_dated_before_the_letter_left_or_in_the_future(days: int, sentence: str) -> None:
    world, recipient = recipient_at("record_data")
    line = line_for(world, recipient)
    wrong = replace(line, received_on=line.received_on + timedelta(days=days))
    with pytest.raises(Incomplete, match=sentence):
        registers.record_data(**by_staff(world, recipient, line=wrong))
    assert not RegisterEntry.objects.exists()


def test_data_checked_again_without_change_keeps_its_line() -> None:
    world, recipient = recipient_at("process_data")
    workflow.perform(
        subject=recipient,
        deed="return:receive_data",
        actor=world.actor(Role.STAFF),
        at=world.tick(),
        reason="Kolom alamat perlu diperiksa.",
    )
    WALK["receive_data"](world, recipient)
    registers.record_data(**by_staff(world, recipient))
    assert fresh(recipient).state == "recorded"
    assert RegisterEntry.objects.count() == 1


def test_corrected_data_gets_a_new_line_and_the_old_one_is_struck() -> None:
    world, recipient = recipient_at("process_data")
    workflow.perform(
        subject=recipient,
        deed="return:receive_data",
        actor=world.actor(Role.STAFF),
        at=world.tick(),
        reason="Kolom alamat perlu diperiksa.",
    )
    recipient = correct(world, fresh(recipient))
    WALK["receive_data"](world, recipient)
    registers.record_data(**by_staff(world, recipient))
    old, new = RegisterEntry.objects.order_by("pk")
    assert (old.status, new.status) == ("struck", "valid")
    assert old.strike_reason == "Diganti dengan catatan nomor 2/2026."
    assert new.delivery.round > old.delivery.round


def test_nothing_is_recorded_before_it_is_checked() -> None:
    world, recipient = recipient_at("receive_data")
    with pytest.raises(NotReady):
        registers.record_data(**by_staff(world, recipient))
    assert not RegisterEntry.objects.exists()


# -- opening a file -------------------------------------------------------------------------------


def test_an_opening_is_written_with_its_purpose() -> None:
    world, recipient = recipient_at("receive_data")
    kept = DataFile.objects.get(recipient=recipient)
    actor = world.actor(Role.STAFF)
    assert accesses.likely_purpose(data_file=kept, actor=actor) == "Pemeriksaan penerimaan"
    accesses.record_access(data_file=kept, purpose="Pemeriksaan", actor=actor, at=world.tick())
    row = FileAccess.objects.get()
    assert (row.name, row.purpose, row.file) == (world.staff.name, "Pemeriksaan", kept)


def test_the_last_answer_is_offered_again() -> None:
    world, recipient = recipient_at("process_data")
    kept = DataFile.objects.get(recipient=recipient)
    actor = world.actor(Role.STAFF)
    assert accesses.likely_purpose(data_file=kept, actor=actor) == ""
    accesses.record_access(data_file=kept, purpose="Menyusun profil", actor=actor, at=world.tick())
    assert accesses.likely_purpose(data_file=kept, actor=actor) == "Menyusun profil"


def test_a_file_is_not_opened_for_nothing_nor_by_an_owner() -> None:
    world, recipient = recipient_at("receive_data")
    kept = DataFile.objects.get(recipient=recipient)
    with pytest.raises(Incomplete):
        accesses.record_access(
            data_file=kept, purpose="  ", actor=world.actor(Role.STAFF), at=world.tick()
        )
    with pytest.raises(NotYourTurn):
        accesses.record_access(
            data_file=kept, purpose="Membaca", actor=owner_actor(recipient), at=world.tick()
        )
    assert not FileAccess.objects.exists()
