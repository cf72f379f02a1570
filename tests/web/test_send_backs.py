"""Does whoever has to walk a way again read on every page of it who sent it back, when and why?"""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from requests_app.models import DataRequest, Recipient
from requests_app.services import owners, workflow
from requests_app.sop.roles import Role
from tests.factories import World, data_request_at, fresh, make_world, owner_actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]

REASON = "Simpulan belum menyebut hasil rapat."
DONE = "Langkah ini sudah selesai"


def recent(state: str) -> tuple[World, DataRequest]:
    """Walk to a row in the last hours: the web reads the real clock, which the database shares."""
    world = make_world(owners=1)
    world.now = timezone.now() - timedelta(hours=3)
    return data_request_at(state, world=world)


def send_back(world: World, subject: Any, deed: str, role: Role, reason: str = REASON) -> Any:
    workflow.perform(
        subject=subject, deed=deed, actor=world.actor(role), at=world.tick(), reason=reason
    )
    return subject


def read(world: World, data_request: DataRequest, row: str) -> str:
    client = Client()
    client.force_login(world.section_head)
    answer = client.get(f"/permohonan/{data_request.public_id}/langkah/{row}/")
    assert answer.status_code == 200
    return " ".join(strip_tags(answer.content.decode()).split())


@pytest.mark.parametrize("row", ["11", "12", "terima-laporan"])
def test_a_report_sent_back_tells_why_on_its_whole_way(row: str) -> None:
    world, data_request = recent("accept_report")
    send_back(world, data_request, "return:use_results", Role.AGENCY_HEAD)
    page = read(world, data_request, row)
    assert REASON in page
    assert f"Dikembalikan oleh {world.agency_head.name}" in page
    assert DONE not in page


@pytest.mark.parametrize(
    ("state", "deed", "role", "rows"),
    [
        ("verify_letter", "return:draft_letter", Role.SECTION_HEAD, ("3", "4")),
        ("verify_letter", "return:prepare_form", Role.SECTION_HEAD, ("2", "3", "4")),
        ("sign_letter", "return:draft_letter", Role.AGENCY_HEAD, ("3", "4", "5")),
    ],
)
def test_a_letter_sent_back_tells_why_on_its_whole_way(
    state: str, deed: str, role: Role, rows: tuple[str, ...]
) -> None:
    world, data_request = recent(state)
    send_back(world, data_request, deed, role)
    for row in ("1", "2", "3", "4", "5"):
        page = read(world, data_request, row)
        assert (REASON in page) is (row in rows), row
        assert (DONE in page) is (row < rows[0]), row


def test_a_row_done_again_is_done_and_the_next_still_reads_why() -> None:
    world, data_request = recent("accept_report")
    send_back(world, data_request, "return:use_results", Role.AGENCY_HEAD)
    workflow.perform(
        subject=data_request,
        deed="use_results",
        actor=world.actor(Role.SECTION_HEAD),
        at=world.tick(),
    )
    page = read(world, data_request, "11")
    assert DONE in page
    assert REASON not in page
    assert REASON in read(world, data_request, "12")


def test_the_reason_of_the_head_outlives_a_later_send_back_of_the_verifier() -> None:
    world, data_request = recent("sign_letter")
    send_back(world, data_request, "return:draft_letter", Role.AGENCY_HEAD)
    workflow.perform(
        subject=data_request,
        deed="draft_letter",
        actor=world.actor(Role.STAFF),
        at=world.tick(),
    )
    later = "Alamat tujuan belum lengkap."
    send_back(world, data_request, "return:draft_letter", Role.SECTION_HEAD, later)
    assert later in read(world, data_request, "4")
    assert REASON in read(world, data_request, "5")


def test_a_new_beginning_after_refusals_is_told_where_it_begins_only() -> None:
    world, data_request = recent("process_request")
    recipient = Recipient.objects.get(data_request=data_request)
    owners.decline(
        subject=recipient,
        ground="Rahasia jabatan",
        reason=REASON,
        actor=owner_actor(recipient),
        at=world.tick(),
    )
    again = "Minta kepada instansi lain."
    data_request = fresh(data_request)
    send_back(world, data_request, "return:draft_letter", Role.SECTION_HEAD, again)
    assert again in read(world, data_request, "3")
    assert again not in read(world, data_request, "11")
