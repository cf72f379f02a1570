"""Does a closed file stay closed at every door, and does the section head's word open it?"""

from collections.abc import Iterator

import pytest
from django.urls import reverse

from requests_app.models import DataFile, FileAccess, Recipient
from tests.factories import World, recipient_at
from tests.web.doors import as_owner, as_user, at_work, downloaded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]
REASON = "Makro sudah diperiksa bersama Diskominfo."


@pytest.fixture
def place() -> Iterator[tuple[World, Recipient, DataFile]]:
    """Stand where staff checks what was sent; its file was held."""
    world, recipient = recipient_at("receive_data")
    data_file = DataFile.objects.filter(recipient=recipient).earliest("pk")
    become(data_file, "held")
    with at_work(world):
        yield world, recipient, data_file


def become(data_file: DataFile, verdict: str) -> None:
    data_file.verdict, data_file.warning = verdict, "makro"
    data_file.save()


def test_staff_reads_why_and_nothing_is_given_or_recorded(
    place: tuple[World, Recipient, DataFile],
) -> None:
    world, _recipient, data_file = place
    staff, path = as_user(world.staff), reverse("web:open_file", args=[data_file.public_id])
    for answer in (staff.get(path), staff.post(path, {"purpose": "Pemeriksaan penerimaan"})):
        assert answer.status_code == 403
        assert f"{data_file.name} ditahan: makro." in answer.content.decode()
        assert "Lepas berkas" not in answer.content.decode()
    assert not FileAccess.objects.exists()


def test_the_section_head_releases_it_and_then_it_opens(
    place: tuple[World, Recipient, DataFile],
) -> None:
    world, _recipient, data_file = place
    head, path = as_user(world.section_head), reverse("web:open_file", args=[data_file.public_id])
    release = reverse("web:release_file", args=[data_file.public_id])
    assert release in head.get(path).content.decode()
    assert "Makro." in head.get(release).content.decode()
    short = head.post(release, {"reason": "boleh"})
    assert short.status_code == 422
    assert "Tulis alasan, paling sedikit 10 karakter." in short.content.decode()
    answer = head.post(release, {"reason": REASON}, follow=True)
    assert f"{data_file.name} dilepas." in answer.content.decode()
    given = head.post(path, {"purpose": "Pemeriksaan penerimaan"})
    assert downloaded(given)
    assert FileAccess.objects.count() == 1
    assert head.post(release, {"reason": REASON}).status_code == 403


@pytest.mark.parametrize("verdict", ["pending", "infected"])
def test_nobody_releases_what_was_not_scanned_or_is_infected(
    place: tuple[World, Recipient, DataFile], verdict: str
) -> None:
    world, _recipient, data_file = place
    become(data_file, verdict)
    head = as_user(world.section_head)
    release = reverse("web:release_file", args=[data_file.public_id])
    assert head.post(release, {"reason": REASON}).status_code == 403
    assert head.get(reverse("web:open_file", args=[data_file.public_id])).status_code == 403
    data_file.refresh_from_db()
    assert data_file.verdict == verdict


def test_staff_may_not_release(place: tuple[World, Recipient, DataFile]) -> None:
    world, _recipient, data_file = place
    release = reverse("web:release_file", args=[data_file.public_id])
    answer = as_user(world.staff).post(release, {"reason": REASON})
    assert answer.status_code == 403
    assert "dilepas oleh kepala seksi" in answer.content.decode()


@pytest.mark.parametrize(
    ("verdict", "status"), [("held", 200), ("pending", 200), ("infected", 403)]
)
def test_who_sent_a_file_opens_it_again_unless_it_is_infected(
    place: tuple[World, Recipient, DataFile], verdict: str, status: int
) -> None:
    world, recipient, data_file = place
    become(data_file, verdict)
    owner = as_owner(world, recipient)
    path = reverse("web:owner_file", args=[recipient.public_id, data_file.public_id])
    answer = owner.get(path)
    assert answer.status_code == status
    if status == 200:
        assert downloaded(answer)
    else:
        assert "tidak lolos pemeriksaan virus." in answer.content.decode()
