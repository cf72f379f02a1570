"""Does what an owner gives arrive whole, once, and with a receipt?"""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from requests_app.models import (
    AuditEntry,
    DataFile,
    ItemAnswer,
    Notice,
    OfficialDocument,
    Recipient,
)
from requests_app.services import answers, owners
from requests_app.services.answers import AnswersIncomplete, GivenAnswer
from requests_app.services.intake import FileRefused
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn
from requests_app.sop.roles import Role
from tests.factories import CSV, WALK, World, answers_for, owner_actor, recipient_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]


def fresh(recipient: Recipient) -> Recipient:
    return Recipient.objects.get(pk=recipient.pk)


def save(world: World, recipient: Recipient, *given: GivenAnswer) -> None:
    owners.save_answers(
        subject=recipient, given=given, actor=owner_actor(recipient), at=world.tick()
    )


def upload(name: str = "daftar.csv", content: bytes = CSV) -> Any:
    return SimpleUploadedFile(name, content)


def test_each_of_the_owners_deeds_leaves_one_receipt_with_the_next_number() -> None:
    _world, recipient = recipient_at("receive_data")
    made = OfficialDocument.objects.filter(recipient=recipient).order_by("made_at")
    assert [(one.kind, str(one.number)) for one in made] == [
        ("letter_receipt", "TT-1/2026"),
        ("data_receipt", "TT-2/2026"),
    ]
    assert Notice.objects.filter(recipient=recipient, kind="receipt").count() == 2
    assert {one.address for one in Notice.objects.filter(kind="receipt")} == {
        recipient.data_owner.email
    }


def test_the_ten_days_begin_with_the_confirmation() -> None:
    world, recipient = recipient_at("receive_letter")
    world.tick(60)
    WALK["receive_letter"](world, recipient)
    recipient = fresh(recipient)
    assert recipient.received_at == world.now
    assert recipient.due_at is not None
    assert recipient.due_at.astimezone(recipient.office.zone).strftime("%d-%m-%Y %H.%M") == (
        "07-12-2026 16.30"
    )


def test_only_the_owner_behind_the_link_may_confirm() -> None:
    world, first = recipient_at("receive_letter", recipients=2)
    second = first.data_request.recipients.get(number=2)
    for actor in (owner_actor(second), world.actor(Role.STAFF), world.actor(Role.AGENCY_HEAD)):
        with pytest.raises(NotYourTurn):
            owners.confirm_receipt(
                subject=first, name="X", title="Y", phone="1", actor=actor, at=world.tick()
            )
    assert not OfficialDocument.objects.filter(kind="letter_receipt").exists()


def test_saving_is_not_audited_and_changes_no_state() -> None:
    world, recipient = recipient_at("process_request")
    before = AuditEntry.objects.count()
    save(world, recipient, *answers_for(recipient))
    assert AuditEntry.objects.count() == before
    assert fresh(recipient).state == "process_request"


def test_a_file_given_without_a_tick_says_that_the_data_is_there() -> None:
    world, recipient = recipient_at("process_request")
    item = recipient.asked_items()[0]
    save(world, recipient, GivenAnswer(item_id=item.pk, uploads=(upload(),)))
    assert ItemAnswer.objects.get(item=item).availability == "available"


def test_the_same_file_twice_is_kept_once() -> None:
    world, recipient = recipient_at("process_request")
    item = recipient.asked_items()[0]
    for _time in range(2):
        save(world, recipient, GivenAnswer(item_id=item.pk, uploads=(upload(),)))
    assert DataFile.objects.filter(kind="delivery").count() == 1


def test_good_files_are_kept_beside_a_refused_one() -> None:
    world, recipient = recipient_at("process_request")
    item = recipient.asked_items()[0]
    bad = upload("program.exe", b"MZ\x90\x00" + b"\x00" * 90)
    with pytest.raises(FileRefused, match=r"program\.exe tidak diterima"):
        save(world, recipient, GivenAnswer(item_id=item.pk, uploads=(bad, upload())))
    assert [one.name for one in DataFile.objects.filter(kind="delivery")] == ["daftar.csv"]


def test_one_delivery_has_its_limit(settings: Any) -> None:
    world, recipient = recipient_at("process_request")
    settings.MAX_DELIVERY_BYTES = len(CSV) + 5
    item = recipient.asked_items()[0]
    files = (upload("satu.csv"), upload("dua.csv", CSV + b"\n"))
    with pytest.raises(FileRefused, match=r"dua\.csv tidak diterima: satu pengiriman"):
        save(world, recipient, GivenAnswer(item_id=item.pk, uploads=files))
    assert DataFile.objects.filter(kind="delivery").count() == 1


def test_a_removed_file_is_forgotten_with_its_bytes(
    django_capture_on_commit_callbacks: Any,
) -> None:
    world, recipient = recipient_at("process_request")
    save(world, recipient, *answers_for(recipient))
    kept = DataFile.objects.get(kind="delivery")
    stored = str(kept.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        owners.save_answers(
            subject=recipient,
            given=(),
            removed=kept.public_id,
            actor=owner_actor(recipient),
            at=world.tick(),
        )
    assert not DataFile.objects.filter(kind="delivery").exists()
    assert not default_storage.exists(stored)


def test_an_owner_cannot_remove_the_file_of_another() -> None:
    world, first = recipient_at("process_request", recipients=2)
    second = first.data_request.recipients.get(number=2)
    save(world, second, *answers_for(second))
    theirs = DataFile.objects.get(recipient=second)
    with pytest.raises(NotReady):
        owners.save_answers(
            subject=first,
            given=(),
            removed=theirs.public_id,
            actor=owner_actor(first),
            at=world.tick(),
        )
    assert DataFile.objects.filter(pk=theirs.pk).exists()


def test_an_item_that_was_not_asked_for_is_not_answered() -> None:
    world, recipient = recipient_at("process_request")
    item = recipient.asked_items()[0]
    recipient.withheld_items.add(item)
    save(world, recipient, GivenAnswer(item_id=item.pk, availability="available"))
    assert not ItemAnswer.objects.filter(item=item).exists()


def test_row_7a_names_what_is_missing_and_keeps_the_rest() -> None:
    world, recipient = recipient_at("process_request")
    first, second = recipient.asked_items()
    given = [
        GivenAnswer(item_id=first.pk, availability="available", uploads=(upload(),)),
        GivenAnswer(item_id=second.pk, availability="unavailable", reason="pendek"),
    ]
    with pytest.raises(AnswersIncomplete) as caught:
        owners.process_request(
            subject=recipient, given=given, actor=owner_actor(recipient), at=world.tick()
        )
    assert [(one.item_id, one.field) for one in caught.value.problems] == [
        (second.pk, "ground"),
        (second.pk, "reason"),
    ]
    assert DataFile.objects.filter(kind="delivery").count() == 1
    assert fresh(recipient).state == "process_request"


def test_a_partial_delivery_says_on_the_receipt_what_is_missing() -> None:
    world, recipient = recipient_at("process_request")
    given = answers_for(recipient)
    second = recipient.asked_items()[1]
    given[1] = GivenAnswer(
        item_id=second.pk,
        availability="unavailable",
        ground=recipient.office.grounds[0],
        reason="Tidak kami kumpulkan.",
    )
    actor = owner_actor(recipient)
    owners.process_request(subject=recipient, given=given, actor=actor, at=world.tick())
    owners.deliver(subject=recipient, actor=actor, at=world.tick())
    recipient = fresh(recipient)
    assert recipient.state == "receive_data"
    sheet = answers.sheet_of(recipient)
    assert [one.is_answered for one in sheet.items] == [True, True]
    facts = AuditEntry.objects.get(deed="deliver_data").facts
    assert [one["availability"] for one in facts["answers"]] == ["available", "unavailable"]


def test_nothing_at_all_is_a_decline_and_no_delivery() -> None:
    world, recipient = recipient_at("process_request")
    ground = recipient.office.grounds[0]
    given = [
        GivenAnswer(
            item_id=item.pk, availability="unavailable", ground=ground, reason="Tidak kami miliki."
        )
        for item in recipient.asked_items()
    ]
    actor = owner_actor(recipient)
    owners.process_request(subject=recipient, given=given, actor=actor, at=world.tick())
    with pytest.raises(Incomplete, match="Data tidak dapat diberikan"):
        owners.deliver(subject=recipient, actor=actor, at=world.tick())
    assert not OfficialDocument.objects.filter(kind="data_receipt").exists()
    delivery = fresh(recipient).newest_delivery()
    assert delivery is not None
    assert delivery.sent_at is None


@pytest.mark.parametrize(
    ("ground", "reason", "said"),
    [
        ("sembarang", "Tidak kami kumpulkan.", "Pilih dasar"),
        (None, "pendek", "paling sedikit 10 karakter"),
    ],
)
def test_declining_needs_a_known_ground_and_a_reason(
    ground: str | None, reason: str, said: str
) -> None:
    world, recipient = recipient_at("process_request")
    with pytest.raises(Incomplete, match=said):
        owners.decline(
            subject=recipient,
            ground=ground or recipient.office.grounds[0],
            reason=reason,
            actor=owner_actor(recipient),
            at=world.tick(),
        )
    assert fresh(recipient).state == "process_request"


def test_one_owner_who_declines_does_not_stop_the_other() -> None:
    world, first = recipient_at("process_request", recipients=2)
    owners.decline(
        subject=first,
        ground=first.office.grounds[0],
        reason="Tidak kami kumpulkan.",
        actor=owner_actor(first),
        at=world.tick(),
    )
    first = fresh(first)
    assert (first.state, first.decline_ground) == ("declined", first.office.grounds[0])
    assert first.data_request.state == "process_request"
    receipt = OfficialDocument.objects.get(kind="decline_receipt")
    assert receipt.recipient == first


def test_after_sending_nothing_can_be_saved() -> None:
    world, recipient = recipient_at("receive_data")
    with pytest.raises(NotReady):
        save(world, recipient, *answers_for(recipient))
