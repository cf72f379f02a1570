"""Which received files stay closed: what is suspicious, what was not scanned, what is infected?"""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_q.models import OrmQ

from requests_app.documents import clamd
from requests_app.management import jobs
from requests_app.models import AuditEntry, DataFile, Recipient
from requests_app.services import filling, intake, releases, scanning
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn
from requests_app.sop.roles import Role
from tests.documents import samples
from tests.factories import CSV, World, owner_actor, recipient_at
from tests.services.clamd_stub import EICAR, scanner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]
MACRO = samples.docx_file({"word/vbaProject.bin": b"x"})
REASON = "Makro sudah diperiksa bersama Diskominfo."


@pytest.fixture
def place() -> tuple[World, Recipient]:
    return recipient_at("process_request")


def take(
    place: tuple[World, Recipient],
    name: str,
    content: bytes,
    kind: DataFile.Kind = DataFile.Kind.DELIVERY,
) -> DataFile:
    world, recipient = place
    return intake.take_file(
        upload=SimpleUploadedFile(name, content),
        data_request=recipient.data_request,
        recipient=recipient,
        kind=kind,
        actor=world.actor(Role.STAFF),
        at=world.now,
    )


def release(place: tuple[World, Recipient], data_file: DataFile, role: Role, reason: str) -> None:
    world, _recipient = place
    actor = world.actor(role)
    releases.release_file(data_file=data_file, reason=reason, actor=actor, at=world.tick())


def test_what_is_only_suspicious_comes_in_and_stays_closed(place: tuple[World, Recipient]) -> None:
    held = take(place, "surat.docx", MACRO)
    assert (held.verdict, held.warning) == ("held", "makro")
    assert not intake.may_open(held)
    assert intake.why_closed(held) == (
        "surat.docx ditahan: makro. Kepala seksi dapat melepasnya dengan alasan."
    )
    assert intake.told_to_sender(held) == (
        "surat.docx diterima, tetapi ditahan untuk diperiksa: makro. Kirim ulang tanpa itu bila "
        "dapat."
    )


@pytest.mark.parametrize("kind", [DataFile.Kind.TEMPLATE, DataFile.Kind.RESULT])
def test_our_own_files_are_refused_as_nobody_need_look_at_them(
    place: tuple[World, Recipient], kind: DataFile.Kind
) -> None:
    with pytest.raises(intake.FileRefused, match="memuat makro, skrip, atau isi tersembunyi"):
        take(place, "surat.docx", MACRO, kind)


def test_facts_and_a_clean_verdict_stand_with_the_file(place: tuple[World, Recipient]) -> None:
    kept = take(place, "data.csv", CSV)
    assert (kept.verdict, kept.warning, kept.rows) == ("clean", "", 1)
    assert kept.facts["tables"][0]["header"] == ["nama", "alamat"]
    assert intake.may_open(kept)
    assert intake.why_closed(kept) == intake.told_to_sender(kept) == ""


def test_the_section_head_releases_with_a_reason_on_the_record(
    place: tuple[World, Recipient],
) -> None:
    held = take(place, "surat.docx", MACRO)
    with pytest.raises(NotYourTurn, match="dilepas oleh kepala seksi"):
        release(place, held, Role.STAFF, REASON)
    with pytest.raises(Incomplete, match="paling sedikit 10 karakter"):
        release(place, held, Role.SECTION_HEAD, "boleh")
    release(place, held, Role.SECTION_HEAD, REASON)
    held.refresh_from_db()
    assert (held.verdict, held.release_reason) == ("released", REASON)
    assert intake.may_open(held)
    entry = AuditEntry.objects.get(deed="release_file")
    assert (entry.reason, entry.facts["sha256"]) == (REASON, held.sha256)
    with pytest.raises(NotReady, match="tidak ditahan"):
        release(place, held, Role.SECTION_HEAD, REASON)


def test_with_a_scanner_a_file_waits_and_then_opens(
    place: tuple[World, Recipient], settings: Any
) -> None:
    with scanner() as (address, heard):
        settings.CLAMD = address
        kept, held = take(place, "data.csv", CSV), take(place, "surat.docx", MACRO)
        assert (kept.verdict, held.verdict) == ("pending", "pending")
        assert intake.why_closed(kept).startswith("data.csv menunggu pemindaian virus.")
        assert OrmQ.objects.count() >= 2
        jobs.scan_file(kept.pk)
        jobs.scan_file(held.pk)
    kept.refresh_from_db()
    held.refresh_from_db()
    assert (kept.verdict, held.verdict) == ("clean", "held")
    assert kept.scanned_at is not None
    assert heard == [CSV, MACRO]


def test_an_infected_file_is_closed_for_ever(place: tuple[World, Recipient], settings: Any) -> None:
    with scanner() as (address, _heard):
        settings.CLAMD = address
        kept = take(place, "data.csv", b"a;b\n" + EICAR + b";1\n")
        jobs.scan_file(kept.pk)
    kept.refresh_from_db()
    assert (kept.verdict, kept.scan_result) == ("infected", "Eicar-Test")
    assert intake.why_closed(kept) == "data.csv tidak lolos pemeriksaan virus."
    with pytest.raises(NotReady, match="tidak lolos pemeriksaan virus"):
        release(place, kept, Role.SECTION_HEAD, REASON)


@pytest.mark.parametrize("mode", ["hangs", "half", "too large"])
def test_a_scanner_that_says_nothing_whole_leaves_the_file_closed(
    place: tuple[World, Recipient], settings: Any, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clamd, "ANSWER_SECONDS", 0.3)
    with scanner(mode) as (address, _heard):
        settings.CLAMD = address
        kept = take(place, "data.csv", CSV)
        with pytest.raises(clamd.NoScanner):
            jobs.scan_file(kept.pk)
    kept.refresh_from_db()
    assert (kept.verdict, kept.scanned_at) == ("pending", None)


def test_a_scanner_that_is_down_is_asked_again_later(
    place: tuple[World, Recipient], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, _recipient = place
    settings.CLAMD = "127.0.0.1:1"
    kept = take(place, "data.csv", CSV)
    with pytest.raises(clamd.NoScanner):
        jobs.scan_file(kept.pk)
    monkeypatch.setattr(jobs.timezone, "now", lambda: world.now + timedelta(minutes=6))
    assert jobs.scan_waiting_files() == 0
    with scanner() as (address, _heard):
        settings.CLAMD = address
        assert jobs.scan_waiting_files() == 1
        assert jobs.scan_waiting_files() == 0
    kept.refresh_from_db()
    assert kept.verdict == "clean"
    assert scanning.state_in_a_word() == "0 menunggu"


def test_a_socket_of_the_machine_may_be_named_too(tmp_path: Any) -> None:
    with pytest.raises(clamd.NoScanner):
        clamd.scan(str(tmp_path / "clamd.sock"), [b"x"])
    with pytest.raises(clamd.NoScanner):
        clamd.scan("127.0.0.1:bukan", [b"x"])


def test_one_owner_has_no_more_lying_here_than_may_be(
    place: tuple[World, Recipient], settings: Any
) -> None:
    settings.MAX_LINK_BYTES = len(CSV) + 10
    take(place, "satu.csv", CSV)
    with pytest.raises(intake.FileRefused, match=r"dua\.csv tidak diterima: semua berkas"):
        take(place, "dua.csv", CSV)


def test_one_delivery_holds_as_many_files_as_items_at_least(
    place: tuple[World, Recipient], settings: Any
) -> None:
    settings.MAX_DELIVERY_FILES = 1
    world, recipient = place
    assert recipient.asked_items().count() == 2
    item = recipient.items()[0].pk
    files = [SimpleUploadedFile(f"{n}.csv", CSV + b"%d;1\n" % n) for n in range(3)]

    def send(file: SimpleUploadedFile) -> None:
        owner, at = owner_actor(recipient), world.tick()
        filling.add_file(subject=recipient, item=item, upload=file, actor=owner, at=at)

    send(files[0])
    send(files[1])
    with pytest.raises(intake.FileRefused, match="satu pengiriman paling banyak 2 berkas"):
        send(files[2])
