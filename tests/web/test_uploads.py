"""Does a file come through the door piece by piece, within its limits, and leave nothing else?"""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.http import UnreadablePostError
from django.test import Client
from django.urls import reverse

from requests_app.models import DataFile, Recipient
from requests_app.services import answers
from sopdata import bodies
from tests.factories import CSV, recipient_at
from tests.web import streams
from tests.web.doors import as_owner, at_work, owner_url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]


@pytest.fixture(autouse=True)
def _database_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The story plays in November 2026, whatever the database's own clock says."""
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))


@pytest.fixture
def door() -> Iterator[tuple[Client, Recipient]]:
    """Stand behind the owner's door, before the answers."""
    world, recipient = recipient_at("process_request")
    with at_work(world):
        yield as_owner(world, recipient), recipient


def stored() -> set[Path]:
    return {path for path in Path(default_storage.path("")).rglob("*") if path.is_file()}


def saving(recipient: Recipient, *uploads: tuple[str, bytes]) -> bytes:
    """Write the form that keeps some files for the first item, and words beside them."""
    first = answers.sheet_of(recipient).items[0]
    return streams.form(
        *(
            streams.file(f"item-{first.item.pk}-uploads", name, content)
            for name, content in uploads
        ),
        streams.field("version", str(recipient.version)),
        streams.field("save", "1"),
        streams.field(f"item-{first.item.pk}-note", "catatan yang diketik"),
    )


def post(door: tuple[Client, Recipient], body: bytes, **options: Any) -> streams.Answer:
    client, recipient = door
    return streams.send(client, owner_url(recipient, "7a"), [body], announced=len(body), **options)


def test_a_file_is_moved_into_the_store_and_nothing_else_is_left(
    door: tuple[Client, Recipient],
) -> None:
    before = stored()
    assert post(door, saving(door[1], ("data.csv", CSV))).status == 302
    kept = DataFile.objects.get()
    (path,) = stored() - before
    assert path == Path(kept.file.path)
    assert path.read_bytes() == CSV
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_is_too_large_is_refused_by_name_and_the_rest_is_kept(
    door: tuple[Client, Recipient], settings: Any
) -> None:
    settings.MAX_FILE_BYTES = 1024
    before = stored()
    answer = post(door, saving(door[1], ("besar.csv", b"a;b\n" * 1000), ("kecil.csv", CSV)))
    assert answer.status == 422
    assert "besar.csv berukuran 3,9 kB; batasnya 1 kB." in answer.text
    assert [one.name for one in DataFile.objects.all()] == ["kecil.csv"]
    assert "catatan yang diketik" in answer.text
    assert len(stored() - before) == 1


def test_one_post_keeps_no_more_than_a_delivery_holds(
    door: tuple[Client, Recipient], settings: Any
) -> None:
    settings.MAX_DELIVERY_BYTES = 100
    uploads = [(f"{n}.csv", b"a;b\n%d;2\n" % n + b"1;1\n" * 10) for n in range(3)]
    answer = post(door, saving(door[1], *uploads))
    assert answer.status == 422
    assert "2.csv tidak diterima: satu pengiriman paling besar" in answer.text
    assert DataFile.objects.count() == 2


def test_more_files_than_a_delivery_holds_are_refused_each_by_name(
    door: tuple[Client, Recipient], settings: Any
) -> None:
    settings.MAX_DELIVERY_FILES = 2
    answer = post(door, saving(door[1], *[(f"{n}.csv", b"a\n%d\n" % n) for n in range(3)]))
    assert answer.status == 422
    assert "2.csv tidak diterima: paling banyak 2 berkas sekali unggah." in answer.text
    assert DataFile.objects.count() == 2


def test_a_thousand_files_are_a_sentence(door: tuple[Client, Recipient]) -> None:
    before = stored()
    answer = post(door, saving(door[1], *[(f"{n}.csv", CSV) for n in range(1000)]))
    assert answer.status == 413
    assert "Terlalu banyak berkas. Kirim paling banyak 20 berkas sekaligus." in answer.text
    assert "ikut tidak terbaca" in answer.text
    assert stored() == before


def test_a_flood_is_answered_before_it_is_read(door: tuple[Client, Recipient]) -> None:
    client, recipient = door
    size = 5 * 1024**3
    body = streams.endless(saving(recipient, ("data.csv", b""))[:400], size)
    answer = streams.send(client, owner_url(recipient, "7a"), body, announced=size)
    assert (answer.status, answer.read) == (413, 0)
    assert "Kiriman ini berukuran 5 GB; batasnya 200 MB setiap kali kirim" in answer.text


def test_a_file_without_an_end_is_dropped_while_it_comes_and_refused(
    door: tuple[Client, Recipient], settings: Any
) -> None:
    settings.MAX_FILE_BYTES = 1024 * 1024
    client, recipient = door
    before, size = stored(), 40 * 1024 * 1024
    whole = saving(recipient)
    name = f"item-{answers.sheet_of(recipient).items[0].item.pk}-uploads"
    last = streams.file(name, "besar.csv", b"")[:-2]
    start = whole[: whole.rindex(b"--" + streams.BOUNDARY.encode())] + last
    body = streams.endless(start, size)
    answer = streams.send(client, owner_url(recipient, "7a"), body, announced=len(start) + size)
    assert answer.status == 408
    assert "Sambungan terputus." in answer.text
    assert stored() == before
    assert recipient.deliveries.count() == 0


@pytest.mark.parametrize("share", [0.1, 0.6, 0.99])
def test_a_post_that_breaks_off_keeps_nothing_and_does_nothing(
    door: tuple[Client, Recipient], share: float
) -> None:
    before, rows = stored(), DataFile.objects.count()
    client, recipient = door
    body = saving(recipient, ("data.csv", CSV * 50_000))
    part = body[: int(len(body) * share)]
    answer = streams.send(client, owner_url(recipient, "7a"), [part], announced=len(body))
    assert answer.status == 408
    assert "Sambungan terputus. Berkas yang sudah terunggah tetap tersimpan." in answer.text
    assert stored() == before
    assert DataFile.objects.count() == rows
    assert recipient.deliveries.count() == 0


def test_who_sends_nothing_for_too_long_is_let_go(
    door: tuple[Client, Recipient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "SILENCE_SECONDS", 0.1)
    ours, theirs = socket.socketpair()
    theirs.sendall(b"--batas")
    with ours, theirs:
        body = bodies.WholeBody(ours.makefile("rb"), length=1000, connection=ours)
        with pytest.raises(OSError):  # noqa: PT011  (whatever the server makes of it)
            body.read(1000)
        assert ours.gettimeout() is None


def test_who_sends_too_slowly_on_the_whole_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SILENCE_SECONDS", -10)
    body = bodies.WholeBody(streams.Body([b"a" * 10]), length=1000)
    with pytest.raises(bodies.BrokenOff):
        body.read(5)


def test_a_stranger_writes_nothing_to_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[object] = []
    monkeypatch.setattr("requests_app.web.uploads.Arrival", lambda **said: begun.append(said))
    _world, recipient = recipient_at("process_request")
    body = saving(recipient, ("data.csv", CSV))
    for path in (owner_url(recipient, "7a"), reverse("account_login")):
        answer = streams.send(Client(), path, [body], announced=len(body))
        assert answer.status in {200, 403, 404}
    assert not begun


def test_a_form_without_its_own_secret_is_refused_and_leaves_nothing(
    door: tuple[Client, Recipient],
) -> None:
    before = stored()
    body = saving(door[1], ("data.csv", CSV)).replace(streams.SECRET.encode(), b"b" * 32)
    assert post(door, body).status == 403
    assert stored() == before


def test_half_a_form_is_never_taken_for_a_whole_one() -> None:
    body = bodies.WholeBody(streams.Body([b"nama=1&ju"]), length=100)
    assert body.read(9) == b"nama=1&ju"
    with pytest.raises(bodies.BrokenOff):
        body.read()
    assert issubclass(bodies.BrokenOff, OSError)
    assert issubclass(UnreadablePostError, OSError)
