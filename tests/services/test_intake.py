"""Does a file come in as it came, or is it refused by name?"""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from requests_app.models import DataFile, DataRequest
from requests_app.services import intake
from requests_app.sop.roles import Role
from sopdata.store import FirmStorage
from tests.documents import samples
from tests.factories import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def data_request(world: World) -> DataRequest:
    return DataRequest.objects.create(
        office=world.office,
        section=world.section,
        edition=world.office.editions.get(),
        title="Data ormas",
        opened_by=world.staff,
        opened_at=world.now,
        entered_at=world.now,
    )


def take(world: World, data_request: DataRequest, name: str, content: bytes) -> DataFile:
    return intake.take_file(
        upload=SimpleUploadedFile(name, content),
        data_request=data_request,
        kind=DataFile.Kind.DELIVERY,
        actor=world.actor(Role.STAFF),
        at=world.now,
    )


def stored() -> set[Path]:
    """List every file that lies in the store, and on its way in."""
    return {path for path in Path(default_storage.path("")).rglob("*") if path.is_file()}


def test_a_file_is_kept_byte_for_byte_under_a_random_name(
    world: World, data_request: DataRequest
) -> None:
    content = b"nama;jumlah\na;1\n"
    kept = take(world, data_request, "daftar ormas.csv", content)
    assert kept.name == "daftar ormas.csv"
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert kept.size == len(content)
    assert kept.media_type == "text/csv"
    assert kept.file.name.startswith(f"files/{data_request.public_id}/")
    assert "daftar" not in kept.file.name
    with kept.file.open("rb") as stored:
        assert stored.read() == content


@pytest.mark.parametrize("name", ["../../etc/passwd.csv", "..\\x.csv", "a\r\nSet-Cookie: b.csv"])
def test_a_hostile_name_stays_inside_the_store(
    world: World, data_request: DataRequest, name: str
) -> None:
    kept = take(world, data_request, name, b"a;b\n1;2\n")
    root = Path(default_storage.path("")).resolve()
    assert Path(kept.file.path).resolve().is_relative_to(root)
    assert not {"/", "\\", "\r", "\n"} & set(kept.name)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("kosong.csv", b"", "kosong.csv kosong."),
        ("program.exe", b"MZ\x90\x00" + b"\x00" * 80, "program.exe tidak diterima."),
        ("palsu.pdf", b"<html><script>alert(1)</script></html>", "palsu.pdf tidak diterima"),
        ("rusak.pdf", samples.pdf_file()[:60] + b"\n%%EOF", "rusak.pdf"),
    ],
)
def test_a_bad_file_is_refused_by_name(
    world: World, data_request: DataRequest, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(intake.FileRefused, match=said):
        take(world, data_request, name, content)
    assert not DataFile.objects.exists()


def test_an_oversized_file_is_refused_with_its_size(
    world: World, data_request: DataRequest, settings: Any
) -> None:
    settings.MAX_FILE_BYTES = 1024
    with pytest.raises(intake.FileRefused, match=r"besar\.csv berukuran 2 kB; batasnya 1 kB"):
        take(world, data_request, "besar.csv", b"a" * 2048)


@pytest.mark.parametrize(
    "where",
    [
        "sopdata.store._set_aside",
        "requests_app.services.arrivals.os.write",
        "requests_app.services.arrivals.os.fdatasync",
    ],
)
def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    world: World, data_request: DataRequest, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    before = stored()
    monkeypatch.setattr("requests_app.services.arrivals.FORCED_EVERY", 1)
    monkeypatch.setattr(where, full)
    with pytest.raises(intake.FileRefused, match=r"data\.csv tidak dapat disimpan"):
        take(world, data_request, "data.csv", b"a;b\n1;2\n")
    assert not DataFile.objects.exists()
    assert stored() == before


def test_the_store_leaves_no_half_file(tmp_path: Path) -> None:
    class Breaking(ContentFile):
        def chunks(self, chunk_size: int | None = None) -> Any:
            yield b"half"
            raise OSError(28, "No space left on device")

    store = FirmStorage(location=tmp_path)
    with pytest.raises(OSError, match="No space"):
        store.save("a/b", Breaking(b"whole"))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert store.save("a/b", ContentFile(b"whole")) == "a/b"
    assert (tmp_path / "a/b").read_bytes() == b"whole"
    assert (tmp_path / "a/b").stat().st_mode & 0o777 == 0o600


def test_time_of_taking_is_the_callers(world: World, data_request: DataRequest) -> None:
    kept = take(world, data_request, "data.csv", b"a;b\n1;2\n")
    assert isinstance(kept.stored_at, datetime)
    assert kept.stored_at == world.now
