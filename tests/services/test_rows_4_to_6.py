"""Who may verify, sign and send, what must agree, and what does a refusal leave behind?"""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from requests_app.documents import letters as paper
from requests_app.documents.pages import page_texts
from requests_app.models import (
    AuditEntry,
    DataRequest,
    Initial,
    LetterNumber,
    LetterVersion,
    NumberCounter,
    OfficialDocument,
    Recipient,
)
from requests_app.services import (
    access_codes,
    audit,
    initials,
    letters,
    resending,
    sending,
    sharing,
    signatures,
    workflow,
)
from requests_app.services.routes import NotSigned
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn
from requests_app.sop.roles import Actor, Role
from tests.factories import (
    PASSPHRASE,
    World,
    data_request_at,
    fresh,
    give_key,
    mail_to,
    make_position,
    make_user,
    make_world,
    recipient_at,
)

pytestmark = pytest.mark.django_db


def version_of(data_request: DataRequest) -> LetterVersion:
    version = data_request.newest_version()
    assert version is not None
    return version


def verify(world: World, data_request: DataRequest, **changes: Any) -> AuditEntry:
    values: dict[str, Any] = {
        "subject": data_request,
        "checks": initials.all_in_order(),
        "content_hash": version_of(data_request).content_hash(),
        "actor": world.actor(Role.SECTION_HEAD),
        "at": world.tick(),
    }
    return initials.verify_letter(**{**values, **changes})


def sign(world: World, data_request: DataRequest, **changes: Any) -> AuditEntry:
    values: dict[str, Any] = {
        "subject": data_request,
        "content_hash": version_of(data_request).content_hash(),
        "affirmed": True,
        "passphrase": PASSPHRASE,
        "actor": changes.get("actor") or world.actor(Role.AGENCY_HEAD),
        "at": world.tick(),
    }
    return signatures.sign_letter(**{**values, **changes})


def nothing_signed(data_request: DataRequest) -> bool:
    return (
        fresh(data_request).state == "sign_letter"
        and not OfficialDocument.objects.exists()
        and not LetterNumber.objects.exists()
        and not NumberCounter.objects.exists()
    )


def stand_in(world: World, username: str, kind: str, title: str, **fields: Any) -> Actor:
    user = make_user(world.office, username, f"Pejabat {username}", nip="198101012006011004")
    until = {"valid_to": date(2026, 12, 31), "valid_from": date(2026, 11, 1)}
    position = make_position(user, Role.AGENCY_HEAD, title, kind=kind, **{**until, **fields})
    give_key(user)
    return position.as_actor()


# -- row 4 ------------------------------------------------------------------------------------


def test_an_initial_is_bound_to_the_content_and_keeps_every_answer() -> None:
    world, data_request = data_request_at("verify_letter")
    checks = initials.all_in_order()
    checks["spelling"]["note"] = "Sudah diperbaiki."
    entry = verify(world, data_request, checks=checks)
    initial = Initial.objects.get()
    assert initial.content_hash == version_of(data_request).content_hash()
    assert initial.checks["spelling"]["note"] == "Sudah diperbaiki."
    assert initial.name == "Kasi Contoh"
    assert entry.facts["content_hash"] == initial.content_hash
    assert fresh(data_request).state == "sign_letter"


@pytest.mark.parametrize(
    ("verdicts", "sentence"),
    [
        ({}, "6 butir belum diperiksa."),
        ({"spelling": ""}, "1 butir belum diperiksa."),
        ({"spelling": "needs_work"}, "Kembalikan surat ini dengan alasannya."),
        ({"spelling": "bukan pilihan"}, "1 butir belum diperiksa."),
    ],
)
def test_an_open_check_gives_no_initial(verdicts: dict[str, str], sentence: str) -> None:
    world, data_request = data_request_at("verify_letter")
    checks = initials.all_in_order() if verdicts else {}
    for key, verdict in verdicts.items():
        checks[key]["verdict"] = verdict
    with pytest.raises(Incomplete, match=sentence):
        verify(world, data_request, checks=checks)
    assert not Initial.objects.exists()
    assert fresh(data_request).state == "verify_letter"


def test_the_reason_for_personal_data_is_judged_where_some_is_asked_for() -> None:
    world, data_request = data_request_at("verify_letter")
    data_request.items.update(personal_data="specific")
    with pytest.raises(Incomplete, match="7 butir belum diperiksa"):
        verify(world, data_request, checks={})


def test_content_that_changed_while_being_read_gets_no_initial() -> None:
    world, data_request = data_request_at("verify_letter")
    with pytest.raises(NotReady, match="berubah setelah Anda membukanya"):
        verify(world, data_request, content_hash="0" * 64)
    assert not Initial.objects.exists()


def test_the_drafter_cannot_verify_unless_the_office_allows_it() -> None:
    world, data_request = data_request_at("verify_letter")
    position = make_position(
        world.staff, Role.SECTION_HEAD, "Kepala Subbagian", section=world.section
    )
    with pytest.raises(NotYourTurn, match="Anda menyusun draf ini"):
        verify(world, data_request, actor=position.as_actor())
    assert not Initial.objects.exists()
    world.office.drafter_may_verify = True
    world.office.save()
    verify(world, fresh(data_request), actor=position.as_actor())
    assert Initial.objects.standing().get().user == world.staff


def test_sending_back_voids_the_initial_and_asks_for_a_new_one() -> None:
    world, data_request = data_request_at("sign_letter")
    letters.return_to_draft(
        subject=data_request,
        actor=world.actor(Role.AGENCY_HEAD),
        at=world.tick(),
        reason="Perbaiki dasar hukum.",
    )
    assert not Initial.objects.standing().exists()
    letters.draft_letter(subject=data_request, actor=world.actor(Role.STAFF), at=world.tick())
    with pytest.raises(Incomplete, match="paraf belum ada"):
        workflow.perform(
            subject=data_request,
            deed="verify_letter",
            actor=world.actor(Role.SECTION_HEAD),
            at=world.tick(),
        )
    verify(world, fresh(data_request))
    assert Initial.objects.standing().get().version.number == 2


# -- row 5 ------------------------------------------------------------------------------------


def test_a_signature_freezes_numbers_and_passes_on() -> None:
    world, data_request = data_request_at("sign_letter", recipients=2)
    entry = sign(world, data_request)
    document = OfficialDocument.objects.get()
    assert str(document.number) == "200.1/1/2026"
    assert document.signature == OfficialDocument.Signature.UNCERTIFIED
    assert document.signed_by == "Kepala Contoh"
    assert document.settings_used["letterhead"]["office_lines"] == [world.office.name.upper()]
    assert entry.facts["sha256"] == document.sha256
    with document.file.open("rb") as stored:
        text = "\n".join(page_texts(stored.read()))
    assert "200.1/1/2026" in text
    assert document.code in text
    assert "tanda tangan elektronik tidak tersertifikasi" in " ".join(text.split())
    assert "DRAF" not in text
    assert fresh(data_request).state == "send_letter"


def test_content_that_changed_since_the_initial_is_not_signed() -> None:
    world, data_request = data_request_at("sign_letter")
    LetterVersion.objects.filter(pk=version_of(data_request).pk).update(body="Isi lain.")
    with pytest.raises(Incomplete, match="berubah setelah diparaf"):
        sign(world, data_request)
    assert nothing_signed(data_request)


def test_content_other_than_was_read_is_not_signed() -> None:
    world, data_request = data_request_at("sign_letter")
    with pytest.raises(NotReady, match="berubah setelah Anda membukanya"):
        sign(world, data_request, content_hash="0" * 64)
    assert nothing_signed(data_request)


def test_a_changed_item_is_as_much_a_changed_content() -> None:
    world, data_request = data_request_at("sign_letter")
    read = version_of(data_request).content_hash()
    data_request.items.update(period="2027")
    with pytest.raises(Incomplete, match="berubah setelah diparaf"):
        sign(world, data_request, content_hash=read)
    assert nothing_signed(data_request)


def test_without_affirmation_nothing_is_signed() -> None:
    world, data_request = data_request_at("sign_letter")
    with pytest.raises(Incomplete, match="Nyatakan bahwa Anda telah membaca"):
        sign(world, data_request, affirmed=False)
    assert nothing_signed(data_request)


@pytest.mark.parametrize("who", ["section_head", "staff"])
def test_neither_verifier_nor_drafter_can_sign(who: str) -> None:
    world, data_request = data_request_at("sign_letter")
    position = make_position(
        getattr(world, who),
        Role.AGENCY_HEAD,
        "Kepala Badan",
        kind="an",
        represents=world.office.head_title,
    )
    with pytest.raises(NotYourTurn, match="penandatanganan harus dilakukan pejabat lain"):
        sign(world, data_request, actor=position.as_actor())
    assert nothing_signed(data_request)


def test_staff_cannot_sign() -> None:
    world, data_request = data_request_at("sign_letter")
    with pytest.raises(NotYourTurn):
        sign(world, data_request, actor=world.actor(Role.STAFF))
    assert nothing_signed(data_request)


def test_a_signature_that_breaks_off_keeps_its_number_for_the_next_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, data_request = data_request_at("sign_letter")

    def fail(_paper: Any) -> bytes:
        raise RuntimeError("the paper tool has died")

    with monkeypatch.context() as patched:
        patched.setattr(paper, "render_letter", fail)
        with pytest.raises(NotSigned, match="nomornya tetap disimpan"):
            sign(world, data_request)
    assert LetterNumber.objects.get().status == LetterNumber.Status.RESERVED
    assert fresh(data_request).state == "sign_letter"
    sign(world, fresh(data_request))
    number = LetterNumber.objects.get()
    assert (number.serial, number.status) == (1, LetterNumber.Status.ISSUED)


def test_numbers_of_an_office_are_contiguous() -> None:
    world = make_world()
    for _letter in range(3):
        data_request_at("send_letter", world=world)
    found = LetterNumber.objects.order_by("serial").values_list("serial", flat=True)
    assert list(found) == [1, 2, 3]


def test_the_year_of_a_number_is_that_of_the_letters_date_where_the_office_is() -> None:
    world, data_request = data_request_at("sign_letter")
    late = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)  # 1 January 2027, 00.30 WIB
    sign(world, data_request, at=late)
    assert LetterNumber.objects.get().text == "200.1/1/2027"
    assert OfficialDocument.objects.get().dated == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("kind", "title", "fields", "printed"),
    [
        ("plh", "Kepala Badan", {}, "Plh. KEPALA BADAN,"),
        ("an", "Sekretaris", {"represents": "Kepala Badan"}, "a.n. KEPALA BADAN,"),
    ],
)
def test_the_signature_block_is_that_of_who_signs(
    kind: str, title: str, fields: dict[str, str], printed: str
) -> None:
    world, data_request = data_request_at("sign_letter")
    sign(world, data_request, actor=stand_in(world, f"ganti-{kind}", kind, title, **fields))
    with OfficialDocument.objects.get().file.open("rb") as stored:
        text = " ".join("\n".join(page_texts(stored.read())).split())
    assert printed in text
    assert f"Pejabat ganti-{kind}" in text
    assert "Kepala Contoh" not in text


def test_a_second_signature_from_the_same_page_is_refused() -> None:
    world, data_request = data_request_at("sign_letter")
    seen = data_request.version
    sign(world, data_request, version=seen)
    with pytest.raises(NotReady):
        sign(world, fresh(data_request), version=seen)
    assert LetterNumber.objects.count() == 1


def test_of_two_heads_who_sign_at_once_one_wins(transactional_db: None) -> None:
    world, data_request = data_request_at("sign_letter")
    other = stand_in(world, "sekretaris", "an", "Sekretaris", represents=world.office.head_title)
    start, told = threading.Barrier(2), []

    def try_to_sign(actor: Actor) -> None:
        try:
            subject = fresh(data_request)
            start.wait(timeout=20)
            signatures.sign_letter(
                subject=subject,
                content_hash=version_of(subject).content_hash(),
                affirmed=True,
                passphrase=PASSPHRASE,
                version=subject.version,
                actor=actor,
                at=world.now + timedelta(minutes=5),
            )
            told.append("signed")
        except NotReady as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    heads = (world.actor(Role.AGENCY_HEAD), other)
    threads = [threading.Thread(target=try_to_sign, args=(actor,)) for actor in heads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(told)[1:] == ["signed"]
    assert "sedang ditandatangani" in told[0] + told[1] or "baru saja diubah" in told[0] + told[1]
    assert [number.serial for number in LetterNumber.objects.all()] == [1]
    assert OfficialDocument.objects.count() == 1
    assert not list(audit.verify_chains())


# -- row 6 ------------------------------------------------------------------------------------


def send(world: World, recipient: Recipient, **changes: Any) -> sending.Sent:
    return sending.send_letter(
        subject=recipient,
        dispatch=mail_to(recipient, **changes),
        actor=world.actor(Role.STAFF),
        at=world.tick(),
    )


def by_hand(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "channel": "in_person",
        "code_channel": "phone",
        "sent_to": "Sekretariat Dinas Contoh",
        "note": "Buku ekspedisi 12, diterima Ibu Contoh.",
        "sent_at": world.now,
        **changes,
    }


def test_each_owner_gets_an_own_link_and_an_own_code() -> None:
    world, recipient = recipient_at("send_letter", recipients=2)
    sent = [send(world, one) for one in recipient.data_request.recipients.order_by("number")]
    assert len({one.link.token_hash for one in sent}) == 2
    assert all(access_codes.check_code(one.link, one.code, at=world.now) for one in sent)
    assert fresh(recipient.data_request).state == "receive_letter"


@pytest.mark.parametrize("channel", ["email", "whatsapp", "in_person"])
def test_link_and_code_never_share_a_carrier(channel: str) -> None:
    world, recipient = recipient_at("send_letter")
    with pytest.raises(Incomplete, match="melalui saluran lain"):
        send(world, recipient, channel=channel, code_channel=channel)
    recipient.refresh_from_db()
    assert recipient.state == "send_letter"
    assert recipient.live_link() is None


def test_the_code_is_refused_in_the_text_that_carries_the_link() -> None:
    world, recipient = recipient_at("send_letter")
    _link, code = sharing.issue_link(
        recipient=recipient, actor=world.actor(Role.STAFF), at=world.tick()
    )
    text = f"Tautan {{tautan}}, kode {code[:3]} {code[3:]}"
    with pytest.raises(Incomplete, match="Kode akses tidak boleh dimuat"):
        send(world, recipient, text=text)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"note": " "}, "Tulis bukti pengiriman"),
        ({"sent_at": None}, "Tulis tanggal dan jam"),
        ({"sent_at": datetime(2026, 11, 20, tzinfo=UTC)}, "sebelum surat ditandatangani"),
        ({"sent_at": datetime(2030, 1, 1, tzinfo=UTC)}, "tidak boleh sesudah sekarang"),
        ({"channel": "whatsapp", "sent_to": "123"}, "diawali 08 atau"),
    ],
)
def test_a_manual_channel_needs_proof_and_a_possible_time(
    changes: dict[str, Any], sentence: str
) -> None:
    world, recipient = recipient_at("send_letter")
    staff = world.actor(Role.STAFF)
    sharing.issue_link(recipient=recipient, actor=staff, at=world.tick())
    with pytest.raises(Incomplete, match=sentence):
        send(world, recipient, **by_hand(world, **changes))
    send(world, recipient, **by_hand(world))
    assert recipient.state == "receive_letter"


def test_a_manual_channel_without_a_link_is_refused() -> None:
    world, recipient = recipient_at("send_letter")
    with pytest.raises(Incomplete, match="Tautan untuk pemilik data belum dibuat"):
        send(world, recipient, **by_hand(world))


def test_row_7_counts_from_the_moment_of_the_hand_over() -> None:
    world, recipient = recipient_at("send_letter")
    sharing.issue_link(recipient=recipient, actor=world.actor(Role.STAFF), at=world.tick())
    handed_over = world.tick()
    world.tick(20)
    send(world, recipient, **by_hand(world, sent_at=handed_over))
    recipient.refresh_from_db()
    assert recipient.sent_at == handed_over
    assert recipient.due_at == handed_over + timedelta(minutes=30)
    assert fresh(recipient.data_request).due_at == recipient.due_at


def test_a_letter_is_not_sent_before_it_is_signed() -> None:
    world, data_request = data_request_at("sign_letter")
    recipient = data_request.recipients.get()
    with pytest.raises(workflow.Refused):
        send(world, recipient)
    with pytest.raises(workflow.Refused):
        sharing.issue_link(recipient=recipient, actor=world.actor(Role.STAFF), at=world.tick())


def test_a_resent_letter_changes_no_state_and_is_on_the_record() -> None:
    world, recipient = recipient_at("receive_letter")
    resending.resend_letter(
        subject=recipient,
        dispatch=mail_to(recipient, sent_to="lain@contoh.test"),
        actor=world.actor(Role.STAFF),
        at=world.tick(),
    )
    assert AuditEntry.objects.filter(deed="resend_letter", kind="notes").count() == 1
    recipient.refresh_from_db()
    assert recipient.state == "receive_letter"
    assert recipient.sent_to == "lain@contoh.test"


def test_a_link_does_not_follow_its_code_onto_the_same_carrier() -> None:
    world, recipient = recipient_at("receive_letter")
    dispatch = sending.Dispatch(
        **by_hand(world, channel="whatsapp", code_channel="email", sent_to="081234567890")
    )
    with pytest.raises(Incomplete, match="buat tautan baru lebih dahulu"):
        resending.resend_letter(
            subject=recipient, dispatch=dispatch, actor=world.actor(Role.STAFF), at=world.tick()
        )


def test_the_next_owner_is_named_until_all_letters_have_left() -> None:
    world, recipient = recipient_at("send_letter", recipients=3)
    one, two, three = recipient.data_request.recipients.order_by("number")
    assert sending.next_to_send(three) == one
    send(world, one)
    assert sending.next_to_send(one) == two
    send(world, two)
    send(world, three)
    assert sending.next_to_send(three) is None
