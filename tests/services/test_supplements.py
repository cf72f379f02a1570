"""Does what is sent later come in whole, once, and where it is seen?"""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from requests_app.models import AuditEntry, DataFile, Notice, OfficialDocument, Recipient
from requests_app.services import answers, checks, filling, owners, requests, supplements, usage
from requests_app.services.answers import GivenAnswer
from requests_app.services.supplements import GivenAddition
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn
from requests_app.sop.roles import Role
from tests.factories import CSV, WALK, World, answers_for, owner_actor, recipient_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]


def reloaded(recipient: Recipient) -> Recipient:
    return Recipient.objects.select_related("data_request__office", "data_owner").get(
        pk=recipient.pk
    )


def upload(name: str = "susulan.csv", content: bytes = CSV) -> Any:
    return SimpleUploadedFile(name, content)


def partly_delivered(state: str = "receive_data") -> tuple[World, Recipient]:
    """Deliver the first item in part, the rest promised for a day; walk on to a row."""
    world, recipient = recipient_at("process_request")
    given = answers_for(recipient)
    given[0] = GivenAnswer(
        item_id=given[0].item_id,
        availability="partial",
        reason="Data kecamatan barat menyusul.",
        promised_on=date(2026, 12, 4),
        uploads=(upload("sebagian.csv"),),
    )
    actor = owner_actor(recipient)
    owners.process_request(subject=recipient, given=given, actor=actor, at=world.tick())
    for key in ("deliver_data", "receive_data", "record_data"):
        if recipient.state == state:
            break
        world.tick()
        WALK[key](world, reloaded(recipient))
        recipient = reloaded(recipient)
    return world, recipient


def add(world: World, recipient: Recipient, *given: GivenAddition) -> None:
    supplements.save(subject=recipient, given=given, actor=owner_actor(recipient), at=world.tick())


def send(world: World, recipient: Recipient, *given: GivenAddition) -> AuditEntry:
    add(world, recipient, *given)
    return supplements.deliver(subject=recipient, actor=owner_actor(recipient), at=world.tick())


def first_item(recipient: Recipient) -> Any:
    return recipient.items()[0]


def names_of(recipient: Recipient, number: int) -> list[str]:
    sheet = answers.sheet_of(reloaded(recipient))
    return sorted(file.name for file in sheet.items[number].files)


def test_a_part_may_be_delivered_with_the_day_of_the_rest() -> None:
    _world, recipient = partly_delivered()
    answer = recipient.answers()[0]
    assert answer.availability == "partial"
    assert answer.promised_on == date(2026, 12, 4)


def test_what_is_awaited_is_asked_for_first() -> None:
    _world, recipient = partly_delivered()
    found = supplements.additions_of(recipient)
    assert [one.is_awaited for one in found] == [True, False]
    assert found[0].standing.item == first_item(recipient)


def test_nobody_but_the_owner_sees_what_is_not_sent() -> None:
    world, recipient = partly_delivered("recorded")
    add(world, recipient, GivenAddition(item_id=first_item(recipient).pk, uploads=(upload(),)))
    kept = DataFile.objects.filter(name="susulan.csv")
    assert kept.visible_to(owner_actor(recipient)).exists()
    assert not kept.visible_to(world.actor(Role.STAFF)).exists()
    supplements.deliver(subject=recipient, actor=owner_actor(recipient), at=world.tick())
    assert kept.visible_to(world.actor(Role.STAFF)).exists()
    assert names_of(recipient, 0) == ["sebagian.csv"]


def test_in_row_8_it_is_taken_in_at_once_and_checked_anew() -> None:
    world, recipient = partly_delivered()
    findings = [checks.Finding(item_id=one.pk, verdict="accepted") for one in recipient.items()]
    staff = world.actor(Role.STAFF)
    checks.save_findings(subject=recipient, findings=findings, actor=staff, at=world.tick())
    before = reloaded(recipient).version
    item = first_item(recipient).pk
    send(world, recipient, GivenAddition(item_id=item, is_complete=True, uploads=(upload(),)))
    now = reloaded(recipient)
    first, second = now.answers()
    assert names_of(recipient, 0) == ["sebagian.csv", "susulan.csv"]
    assert (first.availability, first.reason, first.promised_on) == ("available", "", None)
    assert first.verdict == ""
    assert second.verdict == "accepted"
    assert second.question_answers.get().value == "12"
    newest = now.newest_delivery()
    assert newest is not None
    assert newest.is_supplement
    assert newest.taken_in_at == world.now
    assert now.version > before  # the page of row 8 is stale: it shows what has come
    assert supplements.waiting_for(now) == []


@pytest.mark.parametrize("state", ["record_data", "recorded"])
def test_later_it_waits_until_row_8_is_opened_again(state: str) -> None:
    world, recipient = partly_delivered(state)
    before = recipient.version
    send(world, recipient, GivenAddition(item_id=first_item(recipient).pk, uploads=(upload(),)))
    now = reloaded(recipient)
    assert len(supplements.waiting_for(now)) == 1
    assert names_of(recipient, 0) == ["sebagian.csv"]
    assert now.version == before
    if state == "record_data":
        WALK["record_data"](world, now)
    usage.return_recipient(
        subject=reloaded(recipient).data_request,
        recipient=recipient.pk,
        reason="Susulan dari pemilik data perlu diperiksa.",
        actor=world.actor(Role.STAFF),
        at=world.tick(),
    )
    now = reloaded(recipient)
    assert supplements.waiting_for(now) == []
    assert names_of(recipient, 0) == ["sebagian.csv", "susulan.csv"]
    assert now.answers()[0].availability == "partial"  # its owner has not said that it is whole
    WALK["receive_data"](world, now)
    WALK["record_data"](world, reloaded(recipient))
    entry = reloaded(recipient).register_entry()
    assert entry is not None
    assert entry.delivery.is_supplement


def test_several_that_wait_are_taken_in_in_their_order() -> None:
    world, recipient = partly_delivered("recorded")
    item = first_item(recipient).pk
    for name in ("satu.csv", "dua.csv"):
        send(world, recipient, GivenAddition(item_id=item, uploads=(upload(name),)))
    assert [one.number for one in supplements.waiting_for(recipient)] == [2, 3]
    usage.return_recipient(
        subject=reloaded(recipient).data_request,
        recipient=recipient.pk,
        reason="Susulan dari pemilik data perlu diperiksa.",
        actor=world.actor(Role.STAFF),
        at=world.tick(),
    )
    assert names_of(recipient, 0) == ["dua.csv", "satu.csv", "sebagian.csv"]


def test_sending_leaves_a_note_and_a_receipt_with_its_own_files_only() -> None:
    world, recipient = partly_delivered("recorded")
    mails = Notice.objects.filter(kind="receipt").count()
    entry = send(
        world, recipient, GivenAddition(item_id=first_item(recipient).pk, uploads=(upload(),))
    )
    assert (entry.deed, entry.kind) == ("deliver_supplement", "notes")
    assert [file["name"] for file in entry.facts["files"]] == ["susulan.csv"]
    receipts = OfficialDocument.objects.filter(recipient=recipient, kind="data_receipt")
    assert receipts.count() == 2
    assert Notice.objects.filter(kind="receipt").count() == mails + 1


def test_an_empty_supplement_is_not_sent() -> None:
    world, recipient = partly_delivered()
    add(world, recipient, GivenAddition(item_id=first_item(recipient).pk))
    with pytest.raises(Incomplete, match="Unggah paling sedikit satu berkas"):
        supplements.deliver(subject=recipient, actor=owner_actor(recipient), at=world.tick())
    assert not AuditEntry.objects.filter(deed="deliver_supplement").exists()


def test_a_correction_goes_on_with_what_was_not_sent_yet() -> None:
    world, recipient = partly_delivered()
    first, second = recipient.items()
    add(
        world,
        recipient,
        GivenAddition(item_id=first.pk, note="Kecamatan barat.", uploads=(upload(),)),
        GivenAddition(item_id=second.pk, uploads=(upload("kedua.csv"),)),
    )
    checks.ask_correction(
        subject=reloaded(recipient),
        findings=[
            checks.Finding(item_id=first.pk, verdict="correction", note="Lengkapi kecamatan."),
            checks.Finding(item_id=second.pk, verdict="accepted"),
        ],
        actor=world.actor(Role.STAFF),
        at=world.tick(),
    )
    now = reloaded(recipient)
    assert supplements.open_supplement(now) is None
    assert names_of(recipient, 0) == ["sebagian.csv", "susulan.csv"]
    assert names_of(recipient, 1) == ["kedua.csv"]
    flagged, opened = now.answers()
    assert (flagged.verdict, flagged.verdict_note) == ("correction", "Lengkapi kecamatan.")
    assert flagged.note == "Kecamatan barat."
    assert opened.verdict == ""  # something was added to it: its owner may go on with it


def test_what_was_refused_becomes_a_part_when_some_of_it_comes() -> None:
    world, recipient = recipient_at("process_request")
    given = answers_for(recipient)
    given[0] = GivenAnswer(
        item_id=given[0].item_id,
        availability="unavailable",
        ground=recipient.office.grounds[0],
        reason="Data belum kami kumpulkan.",
    )
    actor = owner_actor(recipient)
    owners.process_request(subject=recipient, given=given, actor=actor, at=world.tick())
    owners.deliver(subject=recipient, actor=actor, at=world.tick())
    send(world, recipient, GivenAddition(item_id=given[0].item_id, uploads=(upload(),)))
    answer = reloaded(recipient).answers()[0]
    assert (answer.availability, answer.ground) == ("partial", "")
    assert answer.is_complete


def test_a_file_of_a_supplement_is_replaced_and_taken_out() -> None:
    world, recipient = partly_delivered("recorded")
    item, actor = first_item(recipient).pk, owner_actor(recipient)
    for name, content in (("satu.csv", CSV), ("dua.csv", CSV + b"x;y\n")):
        replaced = DataFile.objects.filter(name="satu.csv").values_list("public_id", flat=True)
        supplements.add_file(
            subject=recipient,
            item=item,
            upload=upload(name, content),
            replaced=replaced.first(),
            actor=actor,
            at=world.tick(),
        )
    kept = supplements.additions_of(recipient)[0].files
    assert [file.name for file in kept] == ["dua.csv"]
    supplements.save(
        subject=recipient, given=(), removed=kept[0].public_id, actor=actor, at=world.tick()
    )
    assert supplements.additions_of(reloaded(recipient))[0].files == []


@pytest.mark.parametrize("state", ["receive_letter", "process_request", "deliver_data"])
def test_before_the_data_is_sent_there_is_nothing_to_add_to(state: str) -> None:
    world, recipient = recipient_at(state)
    with pytest.raises(NotReady, match="Susulan dapat dikirim setelah data dikirim"):
        add(world, recipient)
    assert not supplements.is_open_for(recipient)


def test_an_ended_request_takes_nothing_more() -> None:
    world, recipient = partly_delivered()
    actor = owner_actor(recipient)
    requests.cancel(
        subject=recipient.data_request,
        actor=world.actor(Role.SECTION_HEAD),
        at=world.tick(),
        reason="Data sudah tersedia di portal.",
    )
    with pytest.raises(NotReady, match="Permohonan ini sudah berakhir"):
        supplements.save(subject=reloaded(recipient), given=(), actor=actor, at=world.tick())


def test_staff_and_other_owners_add_nothing() -> None:
    world, recipient = partly_delivered()
    with pytest.raises(NotYourTurn):
        supplements.save(
            subject=recipient, given=(), actor=world.actor(Role.STAFF), at=world.tick()
        )


def test_a_refused_file_is_named_and_the_rest_is_kept() -> None:
    world, recipient = partly_delivered()
    files = (upload("program.exe", b"MZ\x90"), upload())
    with pytest.raises(answers.SomeFilesRefused, match=r"program\.exe"):
        add(world, recipient, GivenAddition(item_id=first_item(recipient).pk, uploads=files))
    kept = supplements.additions_of(reloaded(recipient))[0].files
    assert [file.name for file in kept] == ["susulan.csv"]


def test_the_answers_themselves_take_no_file_any_more() -> None:
    world, recipient = partly_delivered()
    with pytest.raises((NotReady, NotYourTurn)):
        filling.add_file(
            subject=recipient,
            item=first_item(recipient).pk,
            upload=upload(),
            actor=owner_actor(recipient),
            at=world.tick(),
        )
