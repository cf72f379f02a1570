"""What is the worst that an upload can do? Refused by name, held, or kept as harmless bytes.

Named samples with their verdicts, then two thousand files of which a few bytes are wrong, judged as
ever in a process apart; some of them come through the door of the owner.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from requests_app.documents import inspection
from requests_app.documents.sniffing import MIME, Code, clean_file_name
from requests_app.models import DataFile, Recipient
from requests_app.services import answers, intake
from requests_app.web.files import file_answer
from tests.contracts.conftest import business_tables, fingerprint
from tests.documents import samples
from tests.documents.test_inspection import LOCKED_WORKBOOK
from tests.documents.test_sniffing import BAD, GOOD, HTML, PE
from tests.factories import CSV, World, owner_actor, recipient_at
from tests.web import streams
from tests.web.doors import as_owner, at_work

pytestmark = pytest.mark.django_db
MUTATIONS = 2_000
THROUGH_THE_DOOR = 60
HELD = (Code.HELD, Code.LOCKED)
MORE = {
    "locked workbook": ("data.xlsx", LOCKED_WORKBOOK, Code.LOCKED),
    "program with a picture's name": ("foto.jpg.exe", PE, Code.DISALLOWED),
    "page with a table's end": ("laman.html.csv", HTML, Code.MISMATCH),
    "drawing as png": ("gambar.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", Code.MISMATCH),
    "gif as png": ("gambar.png", b"GIF89a" + bytes(40), Code.MISMATCH),
    "nothing but noughts": ("data.csv", bytes(4096), Code.MISMATCH),
    "archive of pages": ("a.zip", samples.zip_file({"a.html": HTML}), Code.DISALLOWED),
    "macro in an archive": (
        "a.zip",
        samples.zip_file({"a.docx": samples.docx_file({"word/vbaProject.bin": b"x"})}),
        Code.HELD,
    ),
}
SAMPLES = BAD | MORE
NAMES = (
    "../../etc/passwd.csv",
    "..\\..\\x.csv",
    "%2e%2e%2fx.csv",
    "lap\u202evsc.exe.csv",
    "a\u0000b.csv",
    "a\r\nSet-Cookie: b=c.csv",
    "n" * 300 + ".csv",
    "…/" * 60 + "\u202e" + "n" * 300 + ".csv",
    "CON.csv",
    "<script>alert(1)</script>.csv",
    "'; DROP TABLE requests_app_datafile; --.csv",
)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[World, Recipient]]:
    """Stand where an owner fills in, with room for thousands of files."""
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))
    monkeypatch.setattr(settings, "MAX_DELIVERY_FILES", 100_000)
    world, recipient = recipient_at("process_request")
    with at_work(world):
        yield world, recipient


def take(place: tuple[World, Recipient], name: str, content: bytes) -> DataFile:
    _world, recipient = place
    return intake.take_file(
        upload=SimpleUploadedFile(name, content),
        data_request=recipient.data_request,
        recipient=recipient,
        kind=DataFile.Kind.DELIVERY,
        actor=owner_actor(recipient),
        at=place[0].now,
    )


def stored() -> set[Path]:
    return {path for path in Path(settings.FILES_ROOT).rglob("*") if path.is_file()}


def refuse_harm(kept: DataFile, content: bytes) -> None:
    """Demand what holds for every file that came in, whatever it is."""
    path = Path(kept.file.path)
    assert path.resolve().is_relative_to(Path(settings.FILES_ROOT).resolve())
    assert path.read_bytes() == content
    assert path.stat().st_mode & 0o777 == 0o600
    assert kept.media_type in MIME.values()
    answer = file_answer(kept, to_sender=True)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "\n" not in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with streams.connections_kept():
        answer.close()


def test_each_hostile_file_gets_its_verdict(place: tuple[World, Recipient]) -> None:
    before = stored()
    found = {
        case: outcome(place, name, content) for case, (name, content, _code) in SAMPLES.items()
    }
    assert found == {
        case: "held" if code in HELD else "refused"
        for case, (_name, _bytes, code) in SAMPLES.items()
    }
    assert len(SAMPLES) >= 40
    assert stored() == before


def outcome(place: tuple[World, Recipient], name: str, content: bytes) -> str:
    """Take a file in, demand that it does no harm, and forget it; tell its verdict."""
    try:
        kept = take(place, name, content)
    except intake.FileRefused as refusal:
        return "refused" if clean_file_name(name) in str(refusal) else str(refusal)
    refuse_harm(kept, content)
    assert intake.may_open(kept) is not bool(kept.warning)
    kept.file.storage.delete(str(kept.file.name))
    kept.delete()
    return str(kept.verdict)


def mutated(number: int) -> tuple[str, bytes]:
    """Spoil a good file: bytes changed, cut off, doubled, moved, or another file's tail put on."""
    chance = random.Random(number)  # noqa: S311  (the same files every time)
    name = chance.choice(list(GOOD))
    content = bytearray(GOOD[name])
    for _change in range(chance.randint(1, 8)):
        at = chance.randrange(len(content) + 1)
        way = chance.randrange(5)
        if way == 0:
            content[at : at + 1] = bytes([chance.randrange(256)])
        elif way == 1:
            del content[at : at + chance.randint(1, 200)]
        elif way == 2:
            content[at:at] = content[at : at + chance.randint(1, 500)]
        elif way == 3:
            content[at:at] = chance.randbytes(chance.randint(1, 60))
        else:
            content += chance.choice([HTML, PE, b"PK\x03\x04", GOOD[chance.choice(list(GOOD))]])
    if chance.random() < 0.1:
        name = chance.choice(list(GOOD))
    return name, bytes(content)


def test_two_thousand_spoiled_files_do_no_harm(place: tuple[World, Recipient]) -> None:
    _world, recipient = place
    tables = [name for name in business_tables() if not name.endswith("datafile")]
    before, files = fingerprint(tables), stored()
    verdicts: dict[str, int] = {}
    for number in range(MUTATIONS):
        word = outcome(place, *mutated(number))
        verdicts[word] = verdicts.get(word, 0) + 1
    assert stored() == files
    assert fingerprint(tables) == before
    recipient.refresh_from_db()
    assert recipient.state == "process_request"
    assert set(verdicts) <= {"refused", "clean", "held"}
    assert min(verdicts.get("refused", 0), verdicts.get("clean", 0)) > MUTATIONS / 20, verdicts
    assert inspection.bench.child is not None


def test_spoiled_files_come_through_the_door_without_an_error(
    place: tuple[World, Recipient],
) -> None:
    world, recipient = place
    client, item = as_owner(world, recipient), answers.sheet_of(recipient).items[0].item.pk
    files, outside = stored(), recipient.state
    for number in range(THROUGH_THE_DOOR):
        answer = sent(client, recipient, item, *mutated(10_000 + number))
        assert answer.status in {200, 422}, (number, answer.text)
        assert "<script>alert(1)</script>" not in answer.text
    recipient.refresh_from_db()
    assert recipient.state == outside
    kept = {Path(one.file.path) for one in DataFile.objects.filter(recipient=recipient)}
    assert stored() - files == kept


def test_a_hostile_name_is_text_and_no_more(place: tuple[World, Recipient]) -> None:
    world, recipient = place
    client, item = as_owner(world, recipient), answers.sheet_of(recipient).items[0].item.pk
    for number, name in enumerate(NAMES):
        content = CSV + b"%d;x\n" % number
        answer = sent(client, recipient, item, name, content)
        # a raw line end breaks the part's own head, so that the name has no ending
        assert answer.status == (422 if "\n" in name else 200), (name, answer.text)
        assert "<script>alert(1)</script>" not in answer.text
    files = list(DataFile.objects.filter(recipient=recipient))
    assert len(files) == len(NAMES) - 1
    for kept in files:
        assert 0 < len(kept.name) <= 150
        assert not {"/", "\\", "\0", "\r", "\n", "\u202e"} & set(kept.name)
        refuse_harm(kept, Path(kept.file.path).read_bytes())


def sent(
    client: Client, recipient: Recipient, item: int, name: str, content: bytes
) -> streams.Answer:
    """Send one file of one item as the script of the page does."""
    body = streams.form(
        streams.field("item", str(item)),
        streams.file("file", name, content),
    )
    path = reverse("web:owner_add_file", args=[recipient.public_id])
    return streams.send(client, path, [body], announced=len(body))
