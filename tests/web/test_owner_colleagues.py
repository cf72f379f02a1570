"""Can an owner's people share the work: pass the link on, take over, go on elsewhere?"""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from requests_app.models import AuditEntry, Notice, Recipient
from requests_app.services import forwarding, notices, sharing
from requests_app.sop.roles import Role
from tests.factories import World, recipient_at
from tests.web.doors import as_owner, as_user, at_work, owner_url, staff_url
from tests.web.test_owner_pages import answers_post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]


@pytest.fixture(autouse=True)
def _any_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))


def inside(state: str = "process_request") -> tuple[World, Recipient, Client]:
    world, recipient = recipient_at(state)
    with at_work(world):
        return world, recipient, as_owner(world, recipient)


def forward_url(recipient: Recipient) -> str:
    return reverse("web:owner_forward", args=[recipient.public_id])


def colleague(recipient: Recipient, **changes: Any) -> dict[str, Any]:
    return {
        "version": recipient.version,
        "name": "Rekan Contoh",
        "address": "rekan@contoh.test",
        "message": "Mohon diisi butir 2.",
        **changes,
    }


# -- passing the link on --------------------------------------------------------------------------


def test_a_colleague_gets_the_link_and_not_the_code() -> None:
    world, recipient, client = inside()
    with at_work(world):
        answer = client.post(forward_url(recipient), colleague(recipient))
        assert answer.status_code == 302
        page = client.get(forward_url(recipient)).content.decode()
    assert "Tautan diteruskan ke rekan@contoh.test." in page
    assert "Rekan Contoh, rekan@contoh.test" in page
    notice = Notice.objects.get(kind="message")
    link = recipient.live_link()
    assert (notice.address, notice.link) == ("rekan@contoh.test", link)
    assert link is not None
    said = notices._text_of(notice)
    letter = recipient.signed_letter()
    assert letter is not None
    assert notices._subject_of(notice) == (
        f"Permohonan data nomor {letter.number} diteruskan kepada Anda"
    )
    assert sharing.url_of(link) in said
    assert sharing.url_of(link) not in notice.text
    assert world.notes[f"code:{recipient.pk}"] not in said
    assert "Mohon diisi butir 2." in said
    assert "mintalah kepada" in said


def test_passing_the_link_on_is_told_to_the_office() -> None:
    world, recipient, client = inside()
    with at_work(world):
        client.post(forward_url(recipient), colleague(recipient))
        staff = as_user(world.staff)
        request_page = staff.get(reverse("web:request", args=[recipient.data_request.public_id]))
        send_page = staff.get(staff_url(recipient, "6")).content.decode()
    shown = request_page.content.decode()
    assert "Tautan diteruskan kepada rekan" in shown
    assert "Rekan Contoh, rekan@contoh.test" in shown
    assert "Diteruskan oleh pemilik data" in send_page
    assert "rekan@contoh.test" in send_page


def test_the_code_is_refused_in_the_words_to_a_colleague() -> None:
    world, recipient, client = inside()
    code = world.notes[f"code:{recipient.pk}"]
    typed = colleague(recipient, message=f"Kodenya {code[:3]} {code[3:]}.")
    with at_work(world):
        answer = client.post(forward_url(recipient), typed)
    assert answer.status_code == 422
    assert "Kode akses tidak boleh dimuat" in answer.content.decode()
    assert not Notice.objects.filter(kind="message").exists()


def test_a_second_click_sends_one_mail_and_a_second_page_is_told() -> None:
    world, recipient, client = inside()
    with at_work(world):
        for _click in range(2):
            answer = client.post(forward_url(recipient), colleague(recipient))
            assert answer.status_code == 302
        other = client.post(forward_url(recipient), colleague(recipient, message="Lain."))
    assert other.status_code == 422
    assert "Tautan ini sudah diteruskan ke rekan@contoh.test." in other.content.decode()
    assert Notice.objects.filter(kind="message").count() == 1


def test_a_mail_that_failed_is_told_and_can_be_sent_again() -> None:
    world, recipient, client = inside()
    with at_work(world):
        client.post(forward_url(recipient), colleague(recipient))
        Notice.objects.filter(kind="message").update(status="failed", last_error="550 5.1.1 no")
        page = client.get(forward_url(recipient)).content.decode()
        assert "Surel ditolak. Periksa alamatnya, lalu teruskan sekali lagi." in page
        again = client.post(forward_url(recipient), colleague(recipient, message="Lagi."))
    assert again.status_code == 302


def test_one_link_is_passed_on_five_times_and_no_more() -> None:
    world, recipient, client = inside()
    with at_work(world):
        for number in range(forwarding.MOST_FORWARDS):
            typed = colleague(recipient, address=f"rekan{number}@contoh.test")
            assert client.post(forward_url(recipient), typed).status_code == 302
        answer = client.post(forward_url(recipient), colleague(recipient))
    assert answer.status_code == 409
    assert "Tautan ini sudah diteruskan 5 kali." in answer.content.decode()


def test_what_is_missing_is_told_beside_its_field() -> None:
    world, recipient, client = inside()
    with at_work(world):
        answer = client.post(forward_url(recipient), {"address": "bukan alamat"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Tulis nama rekan Anda." in page
    assert "Tulis alamat surel yang benar" in page


def test_passing_on_leaves_the_page_good_on_which_somebody_types() -> None:
    world, recipient, client = inside()
    typed = answers_post(recipient, save="1")
    with at_work(world):
        client.post(forward_url(recipient), colleague(recipient))
        assert client.post(owner_url(recipient, "7a"), typed).status_code == 302


# -- who fills in ---------------------------------------------------------------------------------


def test_whoever_takes_over_bears_the_name_from_then_on() -> None:
    world, recipient, client = inside()
    before = AuditEntry.objects.get(deed="receive_letter").actor_name
    typed = answers_post(recipient, deed="process_request")
    with at_work(world):
        tasks = client.get(owner_url(recipient)).content.decode()
        assert "Yang mengisi" in tasks
        answer = client.post(
            reverse("web:owner_respondent", args=[recipient.public_id]),
            {
                "version": recipient.version,
                "name": "Pengganti Contoh",
                "title": "Analis Data",
                "phone": "0812-0000-0000",
            },
            follow=True,
        )
        assert "Yang mengisi sekarang: Pengganti Contoh." in answer.content.decode()
        assert client.post(owner_url(recipient, "7a"), typed).status_code == 302
    named = AuditEntry.objects.get(deed="name_respondent")
    assert (named.actor_name, named.reason) == ("Pengganti Contoh", f"{before} → Pengganti Contoh")
    assert AuditEntry.objects.get(deed="process_request").actor_name == "Pengganti Contoh"
    assert AuditEntry.objects.get(deed="receive_letter").actor_name == before


def test_nobody_is_named_before_the_letter_is_received() -> None:
    world, recipient, client = inside("receive_letter")
    address = reverse("web:owner_respondent", args=[recipient.public_id])
    typed = {"name": "Pengganti Contoh", "title": "Analis", "phone": "0812-0000-0000"}
    with at_work(world):
        answer = client.post(address, typed)
    assert answer.status_code == 409
    assert "Konfirmasi penerimaan surat lebih dahulu." in answer.content.decode()
    assert not AuditEntry.objects.filter(deed="name_respondent").exists()


def test_staff_cannot_speak_as_the_owners_people() -> None:
    world, recipient, _client = inside()
    with pytest.raises(forwarding.NotYourTurn):
        forwarding.name_respondent(
            subject=recipient,
            name="Staf",
            title="Staf",
            phone="1",
            actor=world.actor(Role.STAFF),
            at=world.tick(),
        )


# -- elsewhere ------------------------------------------------------------------------------------


def test_the_same_link_goes_on_on_another_device() -> None:
    world, recipient, client = inside()
    with at_work(world):
        assert "Lanjutkan pengisian" not in client.get(owner_url(recipient)).content.decode()
        typed = answers_post(recipient, save="1")
        second = [name for name in typed if name.endswith("-availability")][1]
        for name in (second, *[name for name in typed if name.startswith("question-")]):
            typed.pop(name)
        assert client.post(owner_url(recipient, "7a"), typed).status_code == 302
        elsewhere = as_owner(world, recipient)
        page = elsewhere.get(owner_url(recipient)).content.decode()
    assert "Lanjutkan pengisian; 1 dari 2 data sudah ada." in page
