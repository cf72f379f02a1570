"""Is what staff records for an owner the owner's own deed, proved, dated and marked as recorded?"""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from requests_app.models import AuditEntry, BehalfRecord, DataFile, Notice, Recipient
from requests_app.services import audit, behalf, checks, clocks, histories, owners, people, receipts
from requests_app.services.intake import FileRefused
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn, Stale
from requests_app.sop.roles import Role
from tests.factories import WALK, World, answers_for, fresh, make_world, recipient_at
from tests.proofs import TODAY, came

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]


def confirm(world: World, recipient: Recipient, role: Role = Role.STAFF, **changes: Any) -> Any:
    """Record row 7 for an owner."""
    provenance = changes.pop("provenance", None) or came()
    typed = {"name": "Ani Contoh", **changes}
    return behalf.confirm_receipt(
        subject=recipient, provenance=provenance, actor=world.actor(role), at=world.tick(), **typed
    )


def again(recipient: Recipient) -> Recipient:
    return Recipient.objects.select_related("data_request", "office").get(pk=recipient.pk)


def staff(world: World) -> dict[str, Any]:
    return {"actor": world.actor(Role.STAFF), "at": world.tick()}


def sent(world: World, recipient: Recipient, at: datetime) -> Recipient:
    """Let the letter have left at a moment, and the world stand there."""
    Recipient.objects.filter(pk=recipient.pk).update(sent_at=at)
    world.now = max(world.now, at)
    return again(recipient)


# -- the letter -----------------------------------------------------------------------------------


def test_a_confirmation_is_the_owners_and_says_who_recorded_it() -> None:
    world, recipient = recipient_at("receive_letter")
    entry = confirm(world, recipient, title="Kepala Bidang", phone="0285 1")
    stands = again(recipient)
    assert stands.state == "process_request"
    assert stands.received_how == Recipient.ReceivedHow.ON_BEHALF
    assert stands.respondent_name == "Ani Contoh"
    assert (entry.actor_role, entry.actor_capacity) == ("data_owner", "behalf")
    assert entry.by_whom == "Staf Contoh, Pengelola Data (dicatat staf atas nama pemilik data)"


def test_the_proof_is_kept_with_its_channel_and_its_day() -> None:
    world, recipient = recipient_at("receive_letter")
    confirm(world, recipient, provenance=came(channel="courier", from_whom="Kurir Contoh"))
    record = BehalfRecord.objects.get()
    assert (record.deed, record.channel) == ("receive_letter", "courier")
    assert (record.received_on, record.from_whom) == (TODAY, "Kurir Contoh")
    assert record.recorded_by == world.staff
    assert record.evidence.kind == DataFile.Kind.EVIDENCE
    assert record.evidence.recipient == recipient
    note = AuditEntry.objects.get(deed="record_on_behalf")
    assert note.facts["channel"] == "courier"
    assert note.facts["evidence"] == {"name": "surel.png", "sha256": record.evidence.sha256}
    assert not list(audit.verify_chains())


def test_the_receipt_goes_to_the_directory_so_that_the_owner_learns_of_it() -> None:
    world, recipient = recipient_at("receive_letter")
    confirm(world, recipient)
    notice = Notice.objects.get(kind="receipt")
    assert notice.address == recipient.data_owner.email
    assert notice.document is not None
    assert notice.document.kind == "letter_receipt"


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Collect what each receipt says instead of setting it."""
    said: list[Any] = []
    real = receipts.receipts

    def catch(render: Any) -> Any:
        def caught(paper: Any) -> bytes:
            said.append(paper)
            made: bytes = render(paper)
            return made

        return caught

    for name in ("render_letter_receipt", "render_data_receipt", "render_decline_receipt"):
        monkeypatch.setattr(real, name, catch(getattr(real, name)))
    return said


def test_each_receipt_names_who_recorded_it_by_which_way_it_came_and_the_proof(
    printed: list[Any],
) -> None:
    world, recipient = recipient_at("receive_letter", recipients=2)
    second = recipient.data_request.recipients.get(number=2)
    confirm(world, recipient)
    behalf.take_up(subject=recipient, provenance=came(), **staff(world))
    behalf.process_request(subject=recipient, given=answers_for(recipient), **staff(world))
    behalf.deliver(subject=recipient, **staff(world))
    behalf.decline(
        subject=second,
        provenance=came(),
        ground=second.office.grounds[0],
        reason="Tidak kami kumpulkan.",
        **staff(world),
    )
    assert len(printed) == 3
    for paper in printed:
        assert paper.channel == "Surel, diterima 23 November 2026 dari Ani Contoh"
        assert paper.recorded_by == f"Staf Contoh, Pengelola Data, atas nama {paper.owner}"
        assert paper.evidence.startswith("surel.png, SHA-256 ")


def test_a_receipt_of_the_owners_own_deed_names_the_link(printed: list[Any]) -> None:
    recipient_at("receive_data")
    assert [paper.channel for paper in printed] == [receipts.BY_LINK] * 2
    assert not any(paper.recorded_by or paper.evidence for paper in printed)


# -- from when it counts --------------------------------------------------------------------------

MONDAY_10 = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""10.00 WIB."""
THURSDAY = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)


def test_the_ten_days_count_from_the_stated_day_and_not_from_the_recording() -> None:
    world, recipient = recipient_at("receive_letter")
    recipient = sent(world, recipient, MONDAY_10)
    world.now = THURSDAY
    confirm(world, recipient, provenance=came(received_on=date(2026, 11, 24)))
    stands = again(recipient)
    zone = stands.office.zone
    assert stands.received_at == datetime(2026, 11, 24, 7, 30, tzinfo=zone)
    assert stands.due_at == datetime(2026, 12, 8, 16, 30, tzinfo=zone)
    assert stands.data_request.due_at == stands.due_at
    assert recipient.due_at == stands.due_at
    term = clocks.data_term_of(stands)
    assert term is not None
    assert term.due_at == stands.due_at


def test_on_the_day_of_sending_it_counts_from_the_sending() -> None:
    world, recipient = recipient_at("receive_letter")
    recipient = sent(world, recipient, MONDAY_10)
    confirm(world, recipient)
    assert again(recipient).received_at == MONDAY_10


def test_on_a_day_off_it_counts_from_no_later_than_now() -> None:
    saturday = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
    world, recipient = recipient_at("receive_letter")
    recipient = sent(world, recipient, MONDAY_10)
    world.now = saturday
    confirm(world, recipient, provenance=came(received_on=date(2026, 11, 28)))
    assert again(recipient).received_at == world.now


def test_the_timeline_counts_as_the_recipient_does() -> None:
    world, recipient = recipient_at("receive_letter")
    recipient = sent(world, recipient, MONDAY_10)
    world.now = THURSDAY
    confirm(world, recipient, provenance=came(received_on=date(2026, 11, 24)))
    data_request = fresh(recipient.data_request)
    told = histories.timeline_of(
        data_request=data_request,
        recipients=list(data_request.recipients.all()),
        entries=list(audit.entries_of(data_request.pk)),
        at=world.now,
    )
    row = next(row for row in told.rows if row.row.key == "process_request")
    assert row.rounds[-1].due_at == again(recipient).due_at


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 22), "tidak boleh sebelum surat dikirim, 23 November 2026"),
        (date(2026, 11, 24), "tidak boleh setelah hari ini"),
    ],
)
def test_a_day_that_cannot_be_is_refused(day: date, said: str) -> None:
    world, recipient = recipient_at("receive_letter")
    with pytest.raises(Incomplete, match=said):
        confirm(world, recipient, provenance=came(received_on=day))
    assert again(recipient).state == "receive_letter"
    assert not BehalfRecord.objects.exists()


# -- the data -------------------------------------------------------------------------------------


def test_one_proof_serves_answers_and_sending() -> None:
    world, recipient = recipient_at("process_request")
    behalf.take_up(subject=recipient, provenance=came(channel="disk"), **staff(world))
    behalf.save_answers(subject=recipient, given=answers_for(recipient), **staff(world))
    behalf.process_request(subject=recipient, **staff(world))
    entry = behalf.deliver(subject=recipient, note="Satu flash disk.", **staff(world))
    assert again(recipient).state == "receive_data"
    assert BehalfRecord.objects.count() == 1
    assert entry.actor_capacity == "behalf"
    assert behalf.record_behind(recipient) is None  # it is used up with the sending


def test_without_a_proof_nothing_is_typed_for_an_owner() -> None:
    world, recipient = recipient_at("process_request")
    for deed, facts in (
        (behalf.save_answers, {"given": answers_for(recipient)}),
        (behalf.process_request, {"given": answers_for(recipient)}),
    ):
        with pytest.raises(Incomplete, match="Catat dahulu bagaimana data ini diterima"):
            deed(subject=recipient, **facts, **staff(world))
    assert again(recipient).newest_delivery() is None


def test_what_the_owner_has_filled_in_may_be_sent_for_him() -> None:
    world, recipient = recipient_at("deliver_data")
    with pytest.raises(Incomplete):
        behalf.deliver(subject=recipient, **staff(world))
    behalf.take_up(subject=recipient, provenance=came(channel="phone"), **staff(world))
    behalf.deliver(subject=recipient, **staff(world))
    assert again(recipient).state == "receive_data"


def test_a_corrected_round_needs_a_proof_of_its_own() -> None:
    world, recipient = recipient_at("process_request")
    behalf.take_up(subject=recipient, provenance=came(), **staff(world))
    behalf.process_request(subject=recipient, given=answers_for(recipient), **staff(world))
    behalf.deliver(subject=recipient, **staff(world))
    item = recipient.asked_items()[0]
    findings = [
        checks.Finding(item_id=one.pk, verdict="accepted") for one in recipient.asked_items()
    ]
    findings[0] = checks.Finding(
        item_id=item.pk, verdict="correction", note="Kolom alamat kosong semua."
    )
    checks.ask_correction(subject=again(recipient), findings=findings, **staff(world))
    assert again(recipient).state == "process_request"
    with pytest.raises(Incomplete):
        behalf.process_request(subject=again(recipient), **staff(world))


def test_a_refused_answer_that_came_by_letter_is_the_owners_answer() -> None:
    world, recipient = recipient_at("process_request")
    ground = recipient.office.grounds[0]
    behalf.decline(
        subject=recipient,
        provenance=came(channel="courier"),
        ground=ground,
        reason="Tidak kami kumpulkan.",
        **staff(world),
    )
    stands = again(recipient)
    assert (stands.state, stands.decline_ground) == ("declined", ground)
    assert BehalfRecord.objects.get().deed == "decline"


# -- who, and what is refused ---------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.SECTION_HEAD, Role.AGENCY_HEAD])
def test_only_who_sends_letters_or_receives_data_records(role: Role) -> None:
    world, recipient = recipient_at("receive_letter")
    with pytest.raises(NotYourTurn, match="Yang mencatat atas nama pemilik data ialah"):
        confirm(world, recipient, role)
    assert not DataFile.objects.filter(kind="evidence").exists()


def test_staff_of_another_office_or_the_owner_himself_records_nothing() -> None:
    world, recipient = recipient_at("receive_letter")
    other = make_world(owners=0)
    mine = people.actor_on_behalf(world.actor(Role.STAFF), recipient=recipient)
    for actor in (other.actor(Role.STAFF), mine):
        assert not behalf.may_record(recipient, actor)


def test_staff_without_the_facts_has_no_deed_of_the_owner() -> None:
    world, recipient = recipient_at("receive_letter")
    with pytest.raises(NotYourTurn):
        owners.confirm_receipt(subject=recipient, name="X", title="Y", phone="1", **staff(world))


def test_a_step_that_is_over_is_not_recorded_again() -> None:
    world, recipient = recipient_at("receive_letter")
    version = recipient.version
    WALK["receive_letter"](world, recipient)
    with pytest.raises(NotReady):
        confirm(world, again(recipient))
    with pytest.raises(Stale):
        confirm(world, again(recipient), version=version)
    assert not BehalfRecord.objects.exists()


def test_a_proof_that_cannot_come_in_undoes_all_of_it() -> None:
    world, recipient = recipient_at("receive_letter")
    bad = came(evidence=SimpleUploadedFile("surel.exe", b"MZ\x90\x00" + b"\x00" * 90))
    with pytest.raises(FileRefused, match=r"surel\.exe"):
        confirm(world, recipient, provenance=bad)
    assert again(recipient).state == "receive_letter"
    assert not AuditEntry.objects.filter(deed="record_on_behalf").exists()


def test_a_deed_that_is_refused_leaves_no_record_of_it() -> None:
    world, recipient = recipient_at("receive_letter")
    with pytest.raises(Incomplete, match="Tulis nama"):
        confirm(world, recipient, name=" ")
    assert not BehalfRecord.objects.exists()
    assert not AuditEntry.objects.filter(deed="record_on_behalf").exists()
