"""Do the pages of rows 4 to 6 show, refuse and confirm as they should?"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from requests_app.models import (
    DataRequest,
    Initial,
    LetterNumber,
    Notice,
    OfficialDocument,
    Recipient,
    RequestedItem,
    ShareLink,
)
from requests_app.services import access_codes, attempts, broken_off, initials, sharing
from requests_app.sop.roles import Role
from tests.factories import PASSPHRASE, World, data_request_at, fresh, make_position, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]


@pytest.fixture(autouse=True)
def _no_counts_left() -> Iterator[None]:
    """Begin with rate limits at zero."""
    cache.clear()
    yield
    cache.clear()


def recent(state: str, *, recipients: int = 1) -> tuple[World, DataRequest]:
    """Walk to a row in the last hours: the web reads the real clock, which the database shares."""
    world = make_world(owners=recipients)
    world.now = timezone.now() - timedelta(hours=3)
    return data_request_at(state, world=world, recipients=recipients)


def first(data_request: DataRequest) -> Recipient:
    return Recipient.objects.get(data_request=data_request, number=1)


def page_of(data_request: DataRequest, row: str) -> str:
    return f"/permohonan/{data_request.public_id}/langkah/{row}/"


def send_page_of(recipient: Recipient) -> str:
    public_id = recipient.data_request.public_id
    return f"/permohonan/{public_id}/penerima/{recipient.number}/langkah/6/"


def as_user(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def checklist(data_request: DataRequest, **changes: str) -> dict[str, Any]:
    version = data_request.newest_version()
    assert version is not None
    verdicts = dict.fromkeys(initials.CHECKS, initials.FITS)
    return {
        "deed": "verify_letter",
        "version": data_request.version,
        "content_hash": version.content_hash(),
        **verdicts,
        **changes,
    }


def signature(data_request: DataRequest, **changes: Any) -> dict[str, Any]:
    version = data_request.newest_version()
    assert version is not None
    posted = {
        "deed": "sign_letter",
        "version": data_request.version,
        "content_hash": version.content_hash(),
        "read_through": "on",
        "affirmed": "on",
        "passphrase": PASSPHRASE,
        **changes,
    }
    return {name: value for name, value in posted.items() if value is not None}


def mail(recipient: Recipient, **changes: Any) -> dict[str, Any]:
    return {
        "deed": "send_letter",
        "version": recipient.version,
        "channel": "email",
        "code_channel": "phone",
        "sent_to": recipient.data_owner.email,
        "text": "Surat dan tautan: {tautan}",
        **changes,
    }


# -- row 4 ------------------------------------------------------------------------------------


def test_the_verifier_reads_the_letter_and_answers_every_check() -> None:
    world, data_request = recent("verify_letter")
    client = as_user(world.section_head)
    shown = client.get(page_of(data_request, "4")).content.decode()
    assert "/draf/halaman/1.webp" in shown
    assert shown.count('type="radio"') == 2 * len(initials.checks_of(data_request))
    assert 'data-deed="verify_letter"' in shown
    assert 'data-deed="return:draft_letter"' in shown
    assert 'data-deed="return:prepare_form"' in shown
    answer = client.post(page_of(data_request, "4"), checklist(data_request))
    assert answer.status_code == 302
    assert fresh(data_request).state == "sign_letter"
    assert Initial.objects.standing().get().user == world.section_head


def test_unanswered_checks_are_counted_and_named() -> None:
    world, data_request = recent("verify_letter")
    posted = checklist(data_request, spelling="", annex_present="", purpose_clear_note="Baik.")
    answer = as_user(world.section_head).post(page_of(data_request, "4"), posted)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "2 butir belum diperiksa." in shown
    assert "Lampiran ada: belum diperiksa." in shown
    assert "Ada 2 hal yang perlu diperbaiki" in shown
    assert "Baik." in shown
    assert fresh(data_request).state == "verify_letter"


def test_the_reason_for_personal_data_is_judged_only_where_some_is_asked_for() -> None:
    world, data_request = recent("verify_letter")
    client = as_user(world.section_head)
    without = client.get(page_of(data_request, "4")).content.decode()
    assert "Permintaan data pribadi beralasan" not in without
    assert "Tidak ada data pribadi yang diminta" in without
    data_request.items.update(personal_data=RequestedItem.PersonalData.GENERAL)
    with_some = client.get(page_of(data_request, "4")).content.decode()
    assert "Permintaan data pribadi beralasan" in with_some
    posted = checklist(data_request, personal_data_justified="")
    assert client.post(page_of(data_request, "4"), posted).status_code == 422


def test_one_form_in_row_5_has_one_blue_button() -> None:
    world, data_request = recent("sign_letter")
    shown = as_user(world.agency_head).get(page_of(data_request, "5")).content.decode()
    assert shown.count("btn btn-primary") == 1
    assert "Ke formulir tanda tangan" in shown


def test_a_check_that_needs_work_leads_to_the_send_back() -> None:
    world, data_request = recent("verify_letter")
    posted = checklist(data_request, spelling=initials.NEEDS_WORK)
    answer = as_user(world.section_head).post(page_of(data_request, "4"), posted)
    assert answer.status_code == 422
    assert "Kembalikan surat ini dengan alasannya." in answer.content.decode()
    assert not Initial.objects.exists()


@pytest.mark.parametrize("target", ["draft_letter", "prepare_form"])
def test_the_verifier_sends_back_with_a_reason(target: str) -> None:
    world, data_request = recent("verify_letter")
    client = as_user(world.section_head)
    posted = {"deed": f"return:{target}", "version": data_request.version, "reason": "pendek"}
    assert client.post(page_of(data_request, "4"), posted).status_code == 422
    posted["reason"] = "Tambahkan dasar hukum."
    assert client.post(page_of(data_request, "4"), posted).status_code == 302
    assert fresh(data_request).state == target


def test_staff_sees_row_4_with_the_deed_refused() -> None:
    world, data_request = recent("verify_letter")
    client = as_user(world.staff)
    shown = client.get(page_of(data_request, "4")).content.decode()
    assert 'aria-disabled="true"' in shown
    assert 'type="radio"' not in shown
    answer = client.post(page_of(data_request, "4"), checklist(data_request))
    assert answer.status_code == 403


# -- row 5 ------------------------------------------------------------------------------------


def test_the_head_signs_and_sees_number_time_and_kind() -> None:
    world, data_request = recent("sign_letter", recipients=2)
    client = as_user(world.agency_head)
    shown = client.get(page_of(data_request, "5")).content.decode()
    assert shown.index("/draf/halaman/1.webp") < shown.index('name="passphrase"')
    assert "Tanda tangan elektronik tidak tersertifikasi" in shown
    assert "Diparaf: Kasi Contoh" in shown
    answer = client.post(page_of(data_request, "5"), signature(data_request))
    assert answer.status_code == 302
    assert answer["Location"] == page_of(data_request, "5")
    document = OfficialDocument.objects.get()
    confirmed = client.get(answer["Location"]).content.decode()
    assert confirmed.count(f"Surat nomor {document.number} telah ditandatangani.") == 1
    assert document.sha256 in confirmed
    assert "Staf akan mengirim surat ke 2 pemilik data." in confirmed


def test_a_wrong_passphrase_signs_nothing_and_is_not_shown_again() -> None:
    world, data_request = recent("sign_letter")
    client = as_user(world.agency_head)
    posted = signature(data_request, passphrase="salah-sekali-123")
    answer = client.post(page_of(data_request, "5"), posted)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Frasa sandi salah. Surat belum ditandatangani." in shown
    assert "salah-sekali-123" not in shown
    assert not LetterNumber.objects.exists()


def test_the_sixth_wrong_passphrase_closes_the_door_for_the_right_one_too() -> None:
    world, data_request = recent("sign_letter")
    client = as_user(world.agency_head)
    for _try in range(5):
        client.post(page_of(data_request, "5"), signature(data_request, passphrase="salah"))
    answer = client.post(page_of(data_request, "5"), signature(data_request))
    assert answer.status_code == 422
    assert "Terlalu banyak percobaan." in answer.content.decode()
    assert fresh(data_request).state == "sign_letter"


def test_wrong_logins_of_an_office_block_no_signature() -> None:
    world, data_request = recent("sign_letter")
    client = as_user(world.agency_head)
    for person in (world.staff, world.section_head, world.agency_head):
        for _try in range(5):
            Client().post("/akun/masuk/", {"login": person.username, "password": "salah"})
    assert client.post(page_of(data_request, "5"), signature(data_request)).status_code == 302
    assert fresh(data_request).state == "send_letter"


def test_right_passphrases_at_a_signature_do_not_count() -> None:
    world = make_world()
    world.now = timezone.now() - timedelta(hours=3)
    client = as_user(world.agency_head)
    for _letter in range(6):
        _world, data_request = data_request_at("sign_letter", world=world)
        assert client.post(page_of(data_request, "5"), signature(data_request)).status_code == 302


@pytest.mark.parametrize("field", ["read_through", "affirmed", "passphrase"])
def test_without_affirmation_or_passphrase_nothing_is_signed(field: str) -> None:
    world, data_request = recent("sign_letter")
    answer = as_user(world.agency_head).post(
        page_of(data_request, "5"), signature(data_request, **{field: None})
    )
    assert answer.status_code == 422
    assert not OfficialDocument.objects.exists()


def test_whoever_may_not_sign_is_refused_before_the_passphrase_is_looked_at() -> None:
    world, data_request = recent("sign_letter")
    client = as_user(world.section_head)
    for _try in range(6):
        answer = client.post(page_of(data_request, "5"), signature(data_request, passphrase="x"))
        assert answer.status_code == 403
    assert "Frasa sandi salah" not in answer.content.decode()


def test_the_password_reaches_neither_session_nor_page_nor_audit() -> None:
    world, data_request = recent("sign_letter")
    client = as_user(world.agency_head)
    client.post(page_of(data_request, "5"), signature(data_request))
    assert PASSPHRASE not in str(dict(client.session))
    assert "account_authentication_methods" not in client.session


def test_a_head_with_two_capacities_chooses_one() -> None:
    world, data_request = recent("sign_letter")
    other = make_position(
        world.agency_head,
        Role.AGENCY_HEAD,
        "Sekretaris",
        kind="an",
        represents=world.office.head_title,
        valid_to=date(2030, 1, 1),
    )
    client = as_user(world.agency_head)
    shown = client.get(page_of(data_request, "5")).content.decode()
    assert "Bertindak sebagai" in shown
    assert client.post(page_of(data_request, "5"), signature(data_request)).status_code == 422
    client.post(page_of(data_request, "5"), signature(data_request, position=str(other.pk)))
    assert OfficialDocument.objects.get().signed_title == "Sekretaris"


class Killed(BaseException):
    """The process is gone: nothing that follows is run."""


@pytest.mark.usefixtures("typeset")
def test_a_second_click_waits_for_the_signature_that_the_first_began(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, data_request = recent("sign_letter")
    client = as_user(world.agency_head)
    posted = signature(data_request)

    def die(*_given: Any, **_named: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(attempts, "finish", die)
        with pytest.raises(Killed):
            client.post(page_of(data_request, "5"), posted)
    naps = []

    def finish_meanwhile(seconds: float) -> None:
        naps.append(seconds)
        broken_off.resume_broken(at=timezone.now() + timedelta(minutes=5))

    monkeypatch.setattr(attempts, "sleep", finish_meanwhile)
    answer = client.post(page_of(data_request, "5"), posted, follow=True)
    assert len(naps) == 1
    assert "Tindakan ini sudah tersimpan." in answer.content.decode()
    assert OfficialDocument.objects.filter(kind="letter").count() == 1


# -- row 6 ------------------------------------------------------------------------------------


def test_staff_mails_the_letter_and_sees_the_code_once() -> None:
    world, data_request = recent("send_letter", recipients=2)
    recipient = first(data_request)
    client = as_user(world.staff)
    shown = client.get(send_page_of(recipient)).content.decode()
    assert 'data-deed="send_letter"' in shown
    assert "{tautan}" in shown
    answer = client.post(send_page_of(recipient), mail(recipient))
    assert answer.status_code == 302
    link = ShareLink.objects.get()
    seen = client.get(send_page_of(recipient)).content.decode()
    code = re.search(r"data-access-code>(\d{3} \d{3})<", seen)
    assert code is not None
    assert access_codes.check_code(link, code[1], at=timezone.now())
    assert "Berikutnya:" in seen
    again = client.get(send_page_of(recipient)).content.decode()
    assert "data-access-code" not in again
    assert sharing.token_of(link) in again
    assert Notice.objects.get().link == link


def test_the_code_is_in_no_readable_form_between_deed_and_page() -> None:
    world, data_request = recent("send_letter")
    recipient = first(data_request)
    client = as_user(world.staff)
    client.post(send_page_of(recipient), mail(recipient))
    kept = client.session["fresh_code"]
    code = access_codes.unseal_code(ShareLink.objects.get(), kept["sealed"])
    assert code not in str(kept)


def test_code_and_link_may_not_share_a_carrier() -> None:
    world, data_request = recent("send_letter")
    recipient = first(data_request)
    answer = as_user(world.staff).post(
        send_page_of(recipient), mail(recipient, code_channel="email")
    )
    assert answer.status_code == 422
    assert "Sampaikan kode akses melalui saluran lain." in answer.content.decode()
    assert not ShareLink.objects.exists()


def test_a_manual_channel_gets_its_link_first_and_then_its_proof() -> None:
    world, data_request = recent("send_letter")
    recipient = first(data_request)
    client = as_user(world.staff)
    tab = f"{send_page_of(recipient)}?saluran=courier"
    shown = client.get(tab).content.decode()
    assert 'data-deed="new_link"' in shown
    assert 'data-deed="send_letter"' not in shown
    posted = {
        "deed": "new_link",
        "version": recipient.version,
        "channel": "courier",
        "code_channel": "phone",
    }
    assert client.post(tab, posted).status_code == 302
    seen = client.get(send_page_of(recipient)).content.decode()
    assert "data-access-code" in seen
    sheet = client.get(f"/permohonan/{data_request.public_id}/penerima/1/lembar-pengantar/")
    assert sheet["Content-Type"] == "application/pdf"
    now = timezone.localtime(timezone.now(), world.office.zone)
    recipient.refresh_from_db()
    posted = {
        "deed": "send_letter",
        "version": recipient.version,
        "channel": "courier",
        "code_channel": "phone",
        "sent_to": "Kurir Contoh, Jalan Contoh 1",
        "sent_date": now.date().isoformat(),
        "sent_time": now.strftime("%H:%M"),
        "note": "",
    }
    refused = client.post(send_page_of(recipient), posted)
    assert refused.status_code == 422
    assert "Tulis bukti pengiriman." in refused.content.decode()
    posted["note"] = "Resi 123, diterima Bagian Umum."
    assert client.post(send_page_of(recipient), posted).status_code == 302
    recipient.refresh_from_db()
    assert recipient.state == "receive_letter"
    assert recipient.sent_at is not None
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("number", "status"), [("12345", 422), ("0812 3456 7890", 302), ("+6281234567890", 302)]
)
def test_a_whatsapp_number_begins_with_08_or_62(number: str, status: int) -> None:
    world, data_request = recent("send_letter")
    recipient = first(data_request)
    sharing.issue_link(recipient=recipient, actor=world.actor(Role.STAFF), at=world.tick())
    now = timezone.localtime(timezone.now(), world.office.zone)
    posted = {
        "deed": "send_letter",
        "version": recipient.version,
        "channel": "whatsapp",
        "code_channel": "phone",
        "sent_to": number,
        "sent_date": now.date().isoformat(),
        "sent_time": now.strftime("%H:%M"),
        "note": "Centang dua.",
    }
    answer = as_user(world.staff).post(send_page_of(recipient), posted)
    assert answer.status_code == status


def test_only_the_sender_sees_link_and_covering_sheet() -> None:
    world, data_request = recent("receive_letter")
    recipient = first(data_request)
    link = recipient.live_link()
    assert link is not None
    for user in (world.section_head, world.agency_head):
        shown = as_user(user).get(send_page_of(recipient)).content.decode()
        assert sharing.token_of(link) not in shown
        sheet = f"/permohonan/{data_request.public_id}/penerima/1/lembar-pengantar/"
        assert as_user(user).get(sheet).status_code == 403


def test_the_link_can_be_renewed_and_revoked_after_the_sending() -> None:
    world, data_request = recent("receive_letter")
    recipient = first(data_request)
    old = recipient.live_link()
    client = as_user(world.staff)
    for deed in ("new_code", "new_link", "revoke_link"):
        recipient.refresh_from_db()
        posted = {"deed": deed, "version": recipient.version}
        assert client.post(send_page_of(recipient), posted).status_code == 302
        seen = client.get(send_page_of(recipient)).content.decode()
        assert ("data-access-code" in seen) is (deed != "revoke_link")
    assert recipient.live_link() is None
    assert old is not None
    assert ShareLink.objects.get(pk=old.pk).revoked_by == "Staf Contoh"


@pytest.mark.parametrize(
    ("state", "told", "untold"),
    [
        ("process_request", "Isian yang belum dikirim tetap tersimpan", "tidak lagi ditunggu"),
        ("closed", "tautan baru tidak dapat dibuat karena", "Isian yang belum dikirim"),
    ],
)
def test_a_link_is_revoked_only_after_a_sentence_that_says_what_it_does(
    state: str, told: str, untold: str
) -> None:
    world, data_request = recent(state)
    seen = as_user(world.staff).get(send_page_of(first(data_request))).content.decode()
    box = seen.split('id="revoke"', 1)[1].split("</details>", 1)[0]
    assert seen.count('value="revoke_link"') == box.count('value="revoke_link"') == 1
    assert "langsung tidak dapat membuka tautan ini lagi" in box
    assert told in box
    assert untold not in box
    assert ("Tautan baru mematikan tautan lama" in seen) is (state != "closed")


def test_a_closed_request_still_gives_its_reader_a_new_code_but_no_new_link() -> None:
    world, data_request = recent("closed")
    recipient = first(data_request)
    client = as_user(world.staff)
    posted = {"deed": "new_code", "version": recipient.version}
    assert client.post(send_page_of(recipient), posted).status_code == 302
    seen = client.get(send_page_of(recipient)).content.decode()
    assert "data-access-code" in seen
    posted = {"deed": "new_link", "version": first(data_request).version}
    assert client.post(send_page_of(recipient), posted).status_code == 409


def test_what_happened_to_a_letter_stays_true_when_its_link_is_revoked() -> None:
    world, data_request = recent("receive_letter")
    recipient = first(data_request)
    link = recipient.live_link()
    assert link is not None
    opened_at = timezone.now() - timedelta(minutes=30)
    assert access_codes.check_code(link, world.notes[f"code:{recipient.pk}"], at=opened_at)
    client = as_user(world.staff)
    before = stages_shown(client.get(send_page_of(recipient)).content.decode())
    assert "belum" not in before[:3]
    client.post(send_page_of(recipient), {"deed": "revoke_link", "version": recipient.version})
    seen = client.get(send_page_of(recipient)).content.decode()
    assert stages_shown(seen) == before
    assert 'class="confirmation' not in seen
    assert f"Dikirim ke {recipient.sent_to} melalui Surel" in seen
    assert "Tautannya tidak berlaku lagi." in seen


def test_a_sending_is_history_once_the_owner_has_the_letter() -> None:
    world, data_request = recent("process_request")
    recipient = first(data_request)
    seen = as_user(world.staff).get(send_page_of(recipient)).content.decode()
    assert 'class="confirmation' not in seen
    assert f"Dikirim ke {recipient.sent_to} melalui Surel" in seen
    assert "tidak berlaku lagi" not in seen


def stages_shown(page: str) -> list[str]:
    """Read the way of the letter: prepared, sent, opened, received."""
    shown = page[page.index("Perjalanan surat") :]
    badges = re.findall(r'class="state-badge[^>]*>(.*?)</span>', shown, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", badge).strip() for badge in badges[:4]]


def test_a_letter_can_be_sent_again() -> None:
    world, data_request = recent("receive_letter")
    recipient = first(data_request)
    client = as_user(world.staff)
    posted = mail(recipient, deed="resend_letter", sent_to="lain@contoh.test")
    bad = client.post(send_page_of(recipient), {**posted, "sent_to": "bukan alamat"})
    assert bad.status_code == 422
    assert client.post(send_page_of(recipient), posted).status_code == 302
    assert Notice.objects.filter(address="lain@contoh.test").count() == 1
    recipient.refresh_from_db()
    assert recipient.state == "receive_letter"


def test_looking_changes_nothing() -> None:
    world, data_request = recent("receive_letter")
    recipient = first(data_request)
    before = [ShareLink.objects.get().openings, recipient.version, Notice.objects.count()]
    client = as_user(world.staff)
    for _look in range(3):
        client.get(send_page_of(recipient))
        client.head(send_page_of(recipient))
    recipient.refresh_from_db()
    assert [ShareLink.objects.get().openings, recipient.version, Notice.objects.count()] == before
