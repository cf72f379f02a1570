"""Does an owner read later how the own data was used, all of that and nothing else?"""

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from requests_app.documents import pdf as typesetter
from requests_app.models import DataRequest, Recipient, ShareLink
from requests_app.services import answers, openness, owners, requests, usage
from requests_app.sop.roles import Role
from tests.contracts.conftest import fingerprint
from tests.factories import (
    WALK,
    World,
    answers_for,
    data_request_at,
    fresh,
    make_world,
    owner_actor,
    recipient_at,
    use_text,
)
from tests.typesetting import ONE_PAGE
from tests.web.doors import as_owner, as_user, at_work, downloaded, owner_url

pytestmark = pytest.mark.django_db

LINKED = "Bagaimana data Anda digunakan"


@pytest.fixture(autouse=True)
def _quick_november(monkeypatch: pytest.MonkeyPatch) -> None:
    """The story plays in November 2026, whatever the database's own clock says; no paper is set."""
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))
    monkeypatch.setattr(typesetter, "render_pdf", lambda **_more: ONE_PAGE)


def use_url(recipient: Recipient) -> str:
    return reverse("web:owner_use", args=[recipient.public_id])


def owners_of(data_request: DataRequest) -> list[Recipient]:
    """Load the recipients of a request, in order."""
    found = data_request.recipients.select_related("data_request__office", "data_owner")
    return list(found.order_by("number"))


def read(world: World, recipient: Recipient, client: Client | None = None) -> str:
    """Read the page as its owner, in one line."""
    with at_work(world):
        answer = (client or as_owner(world, recipient)).get(use_url(recipient))
    assert answer.status_code == 200
    text = html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return " ".join(text.split())


def tasks(world: World, recipient: Recipient) -> str:
    with at_work(world):
        return as_owner(world, recipient).get(owner_url(recipient)).content.decode()


# -- what is told ---------------------------------------------------------------------------------


def test_each_use_of_the_own_data_is_told_with_its_day_purpose_and_outcome() -> None:
    world, data_request = data_request_at("use_results")
    head = world.actor(Role.SECTION_HEAD)
    first, second = data_request.items.order_by("position")
    text = use_text(world, shared_with="Bappeda Contoh", product="Profil organisasi")
    usage.add_use(subject=data_request, items=[first.pk], text=text, actor=head, at=world.tick())
    [recipient] = owners_of(data_request)
    told = read(world, recipient)
    assert (
        "1. Daftar organisasi Digunakan pada Senin, 23 November 2026 "
        "Keperluan Bahan rapat koordinasi Hasil atau produk Profil organisasi "
        "Dibagikan kepada Bappeda Contoh"
    ) in told
    assert "2. Jumlah anggota Belum digunakan." in told
    assert "Profil organisasi 2026, 23 November 2026" in told
    assert "Laporan belum disampaikan." in told
    usage.state_non_use(
        subject=data_request,
        items=[second.pk],
        reason="Data sudah tersedia dari sensus.",
        actor=head,
        at=world.tick(),
    )
    assert ("2. Jumlah anggota Tidak digunakan, karena Data sudah tersedia dari sensus.") in read(
        world, recipient
    )


def test_nobody_of_the_office_is_named_but_the_head_by_his_post() -> None:
    world, data_request = data_request_at("closed")
    [recipient] = owners_of(data_request)
    told = read(world, recipient)
    for name in ("Kasi Contoh", "Staf Contoh", "Kepala Contoh", "Rekapitulasi per kecamatan"):
        assert name not in told
    report = data_request.handed_in_report()
    assert report is not None
    assert f"laporan nomor {report.document.number} tanggal 23 November 2026" in told
    assert f"Laporan diterima {world.office.head_title} pada 23 November 2026" in told


def test_a_report_that_lies_before_the_head_is_told_as_that() -> None:
    world, data_request = data_request_at("accept_report")
    [recipient] = owners_of(data_request)
    assert f"Laporan belum diterima {world.office.head_title}." in read(world, recipient)


def test_what_was_struck_or_withdrawn_is_not_told() -> None:
    world, data_request = data_request_at("use_results")
    head = world.actor(Role.SECTION_HEAD)
    first = data_request.items.order_by("position")[0]
    [use] = usage.add_use(
        subject=data_request, items=[first.pk], text=use_text(world), actor=head, at=world.tick()
    )
    usage.strike_use(
        subject=data_request,
        use=use.pk,
        reason="Salah memilih data pada baris ini.",
        actor=head,
        at=world.tick(),
    )
    [recipient] = owners_of(data_request)
    told = read(world, recipient)
    assert "Bahan rapat koordinasi" not in told
    assert "1. Daftar organisasi Belum digunakan." in told


def test_what_was_not_given_is_told_as_that() -> None:
    world, recipient = recipient_at("process_request")
    second = recipient.asked_items()[1]
    given = answers_for(recipient)
    given[1] = replace(
        given[1],
        availability="unavailable",
        ground=recipient.office.grounds[0],
        reason="Tidak kami kumpulkan.",
        values={},
    )
    actor = owner_actor(recipient)
    owners.process_request(subject=recipient, given=given, actor=actor, at=world.tick())
    owners.deliver(subject=recipient, actor=actor, at=world.tick())
    told = read(world, recipient)
    assert f"2. {second.name} Data ini tidak Anda berikan." in told


# -- of the own data only -------------------------------------------------------------------------


def test_a_result_made_of_another_owners_data_is_not_told() -> None:
    world, data_request = data_request_at("process_data", recipients=2)
    mine, other = owners_of(data_request)
    staff, head = world.actor(Role.STAFF), world.actor(Role.SECTION_HEAD)
    first = data_request.items.order_by("position")[0]
    line = other.register_entries.get()
    result = usage.add_result(
        subject=data_request,
        text=usage.ResultText(
            title="Rekap pihak lain", method="Rekapitulasi", notes="Hanya dari satu pihak."
        ),
        entries=[line.pk],
        actor=staff,
        at=world.tick(),
    )
    usage.process_data(subject=data_request, actor=staff, at=world.tick())
    usage.add_use(
        subject=data_request,
        items=[first.pk],
        text=use_text(world, purpose="Bahan paparan pihak lain"),
        result=result.pk,
        actor=head,
        at=world.tick(),
    )
    told = read(world, mine)
    assert "Rekap pihak lain" not in told
    assert "Bahan paparan pihak lain" not in told
    assert other.data_owner.name not in told
    assert "Rekap pihak lain" in read(world, other)


def test_an_owner_reads_nothing_of_a_sibling() -> None:
    world, data_request = data_request_at("use_results", recipients=2)
    mine, other = owners_of(data_request)
    with at_work(world):
        client = as_owner(world, mine)
        assert client.get(use_url(other)).status_code == 404
        assert Client().get(use_url(mine)).status_code == 404
        assert as_user(world.staff).get(use_url(mine)).status_code == 403


# -- the switch, and the life of the link ---------------------------------------------------------


def test_the_task_list_leads_there_once_data_was_sent_and_while_the_office_wants_it() -> None:
    world, recipient = recipient_at("process_request")
    assert LINKED not in tasks(world, recipient)
    with at_work(world):
        assert as_owner(world, recipient).get(use_url(recipient)).status_code == 404
    WALK["process_request"](world, recipient)
    WALK["deliver_data"](world, recipient)
    assert f'href="{use_url(recipient)}"' in tasks(world, recipient)
    world.office.shows_use_to_owners = False
    world.office.save()
    assert LINKED not in tasks(world, recipient)
    with at_work(world):
        assert as_owner(world, recipient).get(use_url(recipient)).status_code == 404


def test_the_link_of_a_closed_request_opens_the_papers_and_no_deed() -> None:
    world, data_request = data_request_at("closed")
    [recipient] = owners_of(data_request)
    page = tasks(world, recipient)
    assert "Permohonan ini telah selesai. Terima kasih" in page
    assert f'href="{use_url(recipient)}"' in page
    assert "data-deed" not in page
    assert "susulan/" not in page
    paper = recipient.documents.filter(kind="data_receipt").get()
    with at_work(world):
        client = as_owner(world, recipient)
        letter = reverse("web:owner_document", args=[recipient.public_id, paper.code])
        assert downloaded(client.get(letter)).startswith(b"%PDF")
        before = fingerprint()
        for segment in ("7", "7a", "7b"):
            shown = client.get(owner_url(recipient, segment))
            assert shown.status_code == 200
            assert "data-deed" not in shown.content.decode()
            for deed in ("receive_letter", "process_request", "deliver_data", "decline"):
                typed = {"deed": deed, "version": recipient.version}
                assert client.post(owner_url(recipient, segment), typed).status_code in {409, 422}
        assert fingerprint() == before


def test_revoked_expired_and_cancelled_it_opens_nothing() -> None:
    world, data_request = data_request_at("closed")
    [recipient] = owners_of(data_request)
    with at_work(world):
        client = as_owner(world, recipient)
        ShareLink.objects.update(expires_at=world.now - timedelta(days=1))
        assert client.get(use_url(recipient)).status_code == 410
    world, data_request = data_request_at("use_results", world=make_world(owners=1))
    [recipient] = owners_of(data_request)
    with at_work(world):
        client = as_owner(world, recipient)
        requests.cancel(
            subject=data_request,
            actor=world.actor(Role.SECTION_HEAD),
            at=world.now,
            reason="Tidak lagi diperlukan oleh kantor.",
        )
        assert client.get(use_url(recipient)).status_code == 410


def test_the_reading_asks_the_database_as_often_for_many_uses_as_for_one(
    django_assert_max_num_queries: object,
) -> None:
    world, data_request = data_request_at("use_results")
    head = world.actor(Role.SECTION_HEAD)
    for _time in range(6):
        usage.add_use(
            subject=fresh(data_request),
            items=[item.pk for item in data_request.items.all()],
            text=use_text(world),
            actor=head,
            at=world.tick(),
        )
    [recipient] = owners_of(fresh(data_request))
    recipient.data_request.keeps_rows = True
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        told = openness.told_to(recipient)
    assert [len(item.uses) for item in told.items] == [6, 6]
    assert len(answers.sheet_of(recipient).items) == 2
