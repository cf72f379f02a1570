"""Does whoever sends letters see what did not arrive, and can it be put right?"""

from typing import Any

import pytest
from django.urls import reverse

from requests_app.models import AuditEntry, DataOwner, DataRequest, Notice, Recipient
from requests_app.services import mishaps, notices
from tests.factories import World, data_request_at, mail_to, recipient_at
from tests.web.doors import as_user, at_work, staff_url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]

NOT_FOUND = "Surel ditolak: alamat tidak ditemukan. Perbaiki alamat atau pakai saluran lain."


@pytest.fixture(autouse=True)
def _any_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))


def bounced(error: str = "550 5.1.1 no such user") -> tuple[World, Recipient]:
    world, recipient = recipient_at("receive_letter")
    Notice.objects.update(status=Notice.Status.FAILED, last_error=error)
    return world, recipient


def pages_of(world: World, recipient: Recipient, user: Any) -> dict[str, str]:
    client = as_user(user)
    with at_work(world):
        shown = {
            "inbox": client.get(reverse("web:inbox")),
            "request": client.get(reverse("web:request", args=[recipient.data_request.public_id])),
            "row 6": client.get(staff_url(recipient, "6")),
        }
    return {name: answer.content.decode() for name, answer in shown.items()}


def again(recipient: Recipient, **changes: Any) -> dict[str, Any]:
    """Post the form of row 6 once more."""
    recipient.refresh_from_db()
    dispatch = mail_to(recipient)
    return {
        "deed": "resend_letter",
        "version": recipient.version,
        "channel": "email",
        "code_channel": recipient.code_channel,
        "sent_to": dispatch.sent_to or recipient.sent_to,
        "text": f"Yth.\n\n{notices.LINK_MARK}",
        **changes,
    }


# -- what did not arrive --------------------------------------------------------------------------


def test_a_bounce_is_told_wherever_its_sender_looks() -> None:
    world, recipient = bounced()
    for name, page in pages_of(world, recipient, world.staff).items():
        assert NOT_FOUND in page, name
    others = pages_of(world, recipient, world.section_head)
    assert NOT_FOUND not in others["inbox"]
    assert NOT_FOUND in others["request"]


@pytest.mark.parametrize(
    ("error", "is_unknown"),
    [
        ("550 5.1.1 no such user", True),
        ("550 No such user here", True),
        ("553 5.1.3 bad syntax", True),
        ("550 5.7.1 message refused by policy", False),
        ("554 5.7.1 spam", False),
        ("451 come back later", False),
        ("TimeoutError: timed out", False),
    ],
)
def test_only_an_unknown_address_is_called_one(error: str, is_unknown: bool) -> None:
    assert mishaps.is_unknown_address(Notice(last_error=error)) is is_unknown


def test_another_failure_tells_its_own_words() -> None:
    world, recipient = bounced("554 5.7.1 ditolak karena kebijakan")
    page = pages_of(world, recipient, world.staff)["row 6"]
    assert "Surel tidak terkirim: 554 5.7.1 ditolak karena kebijakan. Perbaiki alamat" in page


def test_a_letter_that_was_sent_again_is_no_mishap_any_more() -> None:
    world, recipient = bounced()
    with at_work(world):
        answer = as_user(world.staff).post(staff_url(recipient, "6"), again(recipient))
    assert answer.status_code == 302
    for name, page in pages_of(world, recipient, world.staff).items():
        assert NOT_FOUND not in page, name


@pytest.mark.parametrize("keeps", [False, True])
def test_a_corrected_address_becomes_the_directorys_only_when_ticked(keeps: bool) -> None:
    world, recipient = bounced()
    before = recipient.data_owner.email
    typed = again(recipient, sent_to="baru@contoh.test")
    with at_work(world):
        client = as_user(world.staff)
        assert (
            "Simpan juga sebagai alamat surel"
            in client.get(staff_url(recipient, "6")).content.decode()
        )
        answer = client.post(
            staff_url(recipient, "6"), typed | ({"keeps_address": "on"} if keeps else {})
        )
    assert answer.status_code == 302
    recipient.refresh_from_db()
    assert (recipient.state, recipient.sent_to) == ("receive_letter", "baru@contoh.test")
    owner = DataOwner.objects.get(pk=recipient.data_owner_id)
    assert owner.email == ("baru@contoh.test" if keeps else before)
    told = AuditEntry.objects.filter(deed="correct_address").values_list("facts", flat=True)
    wanted = [{"before": before, "after": "baru@contoh.test"}] if keeps else []
    assert list(told) == wanted


def test_a_letter_that_is_received_keeps_when_it_was_sent() -> None:
    world, recipient = recipient_at("process_request")
    Recipient.objects.filter(pk=recipient.pk).update(sent_at=world.now)
    sent_at, due_at = world.now, recipient.due_at
    with at_work(world):
        answer = as_user(world.staff).post(staff_url(recipient, "6"), again(recipient))
    assert answer.status_code == 302
    recipient.refresh_from_db()
    assert (recipient.sent_at, recipient.due_at) == (sent_at, due_at)


# -- the words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "word"), [("receive_letter", "Disiapkan"), ("process_request", "Diterima")]
)
def test_the_request_tells_how_far_a_letter_has_come(state: str, word: str) -> None:
    world, recipient = recipient_at(state)
    page = pages_of(world, recipient, world.staff)["request"]
    cell = page[page.index('data-label="Surat dan tautan"') :]
    assert word in cell[:200]


# -- to all ---------------------------------------------------------------------------------------


def silent(owners: int = 3) -> tuple[World, DataRequest, str]:
    world, data_request = data_request_at("receive_letter", recipients=owners)
    return world, data_request, reverse("web:resend_all", args=[data_request.public_id])


def ticked(data_request: DataRequest, *numbers: int) -> dict[str, Any]:
    found = data_request.recipients.filter(number__in=numbers)
    return {
        "version": data_request.version,
        "letters": [f"{one.number}:{one.version}" for one in found],
    }


def test_all_silent_owners_get_the_letter_again_and_nobody_moves() -> None:
    world, data_request, address = silent()
    by_hand = data_request.recipients.get(number=3)
    Recipient.objects.filter(pk=by_hand.pk).update(channel="courier")
    before = Notice.objects.count()
    states = list(data_request.recipients.values_list("state", "round"))
    with at_work(world):
        client = as_user(world.staff)
        home = client.get(reverse("web:request", args=[data_request.public_id]))
        assert "Kirim ulang ke semua" in home.content.decode()
        page = client.get(address).content.decode()
        assert "Dikirim melalui Kurir; kirim ulang dari halamannya." in page
        answer = client.post(address, ticked(data_request, 1, 2), follow=True)
    assert "Surat dikirim ulang kepada 2 pemilik data." in answer.content.decode()
    assert Notice.objects.count() == before + 2
    assert list(data_request.recipients.values_list("state", "round")) == states
    assert AuditEntry.objects.filter(deed="resend_letter").count() == 2


def test_a_second_click_sends_nothing_twice() -> None:
    world, data_request, address = silent()
    posted = ticked(data_request, 1)
    before = Notice.objects.count()
    with at_work(world):
        client = as_user(world.staff)
        for _click in range(2):
            assert client.post(address, posted).status_code == 302
    assert Notice.objects.count() == before + 1


def test_a_page_that_has_gone_stale_sends_nothing() -> None:
    world, data_request, address = silent()
    before = Notice.objects.count()
    with at_work(world):
        answer = as_user(world.staff).post(
            address, {"version": data_request.version, "letters": ["1:999"]}
        )
    assert answer.status_code == 422
    assert "Halaman ini sudah berubah." in answer.content.decode()
    assert Notice.objects.count() == before


def test_nobody_ticked_and_nobody_elses_letters() -> None:
    world, data_request, address = silent()
    with at_work(world):
        staff, head = as_user(world.staff), as_user(world.section_head)
        empty = staff.post(address, {"version": data_request.version})
        refused = head.post(address, ticked(data_request, 1))
        shown = head.get(address).content.decode()
    assert empty.status_code == 422
    assert "Pilih paling sedikit satu pemilik data." in empty.content.decode()
    assert refused.status_code == 403
    assert 'aria-disabled="true"' in shown


def test_confirmed_letters_are_not_sent_again_to_all() -> None:
    world, data_request = data_request_at("process_request", recipients=2)
    address = reverse("web:resend_all", args=[data_request.public_id])
    with at_work(world):
        client = as_user(world.staff)
        home = client.get(reverse("web:request", args=[data_request.public_id]))
        assert "Kirim ulang ke semua" not in home.content.decode()
        answer = client.post(address, {"version": 1, "letters": ["1:1"]})
    assert answer.status_code == 409
