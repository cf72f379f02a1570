"""Does a letter look as its office has set, and never differently once it is signed?"""

import io
import struct
import zlib
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.postgres.fields import ArrayField
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from PIL import Image

from requests_app.documents import pages, papers
from requests_app.documents.letters import render_letter
from requests_app.models import (
    DataOwner,
    DataRequest,
    Office,
    OfficialDocument,
    Position,
    RequestedItem,
    User,
)
from requests_app.models.stationery import Stationery
from requests_app.services import letters, stationery
from requests_app.services.workflow import Incomplete
from requests_app.sop.roles import Role
from tests.factories import World, data_request_at, make_position, make_user, make_world

pytestmark = pytest.mark.django_db
OTHER = {
    "paper": "F4",
    "face": "Liberation Serif",
    "addressee_side": "right",
    "time_zone": "Asia/Jayapura",
    "email": "lain@contoh.test",
    "crest": "",
}


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 48), colour: str = "green") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind)
    return buffer.getvalue()


def bomb(side: int) -> bytes:
    """Give a few bytes that claim to be a picture of billions of dots."""
    content = bytearray(picture(size=(1, 1)))
    content[16:24] = struct.pack(">II", side, side)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    return bytes(content)


def with_crest(office: Office, content: bytes | None = None) -> Office:
    office.crest = stationery.keep_crest(content or picture())
    office.save()
    return office


def signed(world: World | None = None, recipients: int = 1) -> OfficialDocument:
    data_request_at("send_letter", world=world, recipients=recipients)
    return OfficialDocument.objects.get(kind=OfficialDocument.Kind.LETTER)


def stored(document: OfficialDocument) -> bytes:
    with document.file.open("rb") as frozen:
        content: bytes = frozen.read()
    return content


def other_values(office: Office) -> dict[str, Any]:
    """Give each setting of an office another value that it may have."""
    given = {
        field.name: other_value(field, getattr(office, field.name))
        for field in Office._meta.concrete_fields
        if not field.primary_key
    }
    return given | OTHER


def other_value(field: Any, value: Any) -> Any:
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.PositiveSmallIntegerField):
        return value + 1
    if isinstance(field, models.DecimalField):
        return value + Decimal("0.1")
    if isinstance(field, ArrayField):
        return ["SAMA SEKALI LAIN"]
    if field.choices:
        return next(key for key, _name in field.choices if key != value)
    return "SAMA SEKALI LAIN"


# -- settings ---------------------------------------------------------------------------------


def test_every_setting_of_the_look_reaches_the_measures_or_the_kop() -> None:
    office = make_world().office
    before = stationery.measures_of(office), stationery.letterhead_of(office)
    looks = {field.name for field in Stationery._meta.concrete_fields} - {"crest"}
    for name in looks:
        kept = getattr(office, name)
        setattr(office, name, other_values(office)[name])
        assert (stationery.measures_of(office), stationery.letterhead_of(office)) != before, name
        setattr(office, name, kept)


def test_measures_have_the_defaults_of_the_decree() -> None:
    assert stationery.measures_of(make_world().office) == papers.Measures()


def test_faces_and_sheets_of_settings_and_papers_are_the_same() -> None:
    assert set(Stationery.Face.values) == set(papers.FACES)
    assert set(Stationery.Paper.values) == set(papers.PAPER_SIZES)


def test_the_kop_prints_its_own_lines_in_place_of_the_name() -> None:
    office = make_world().office
    office.letterhead_lines = "BADAN KESATUAN BANGSA\n\n DAN POLITIK "
    lines = stationery.letterhead_of(office).office_lines
    assert lines == ("BADAN KESATUAN BANGSA", "DAN POLITIK")


def test_more_lines_than_a_kop_holds_are_refused() -> None:
    stationery.refuse_long_kop("A\nB\nC")
    with pytest.raises(Incomplete, match="tiga baris"):
        stationery.refuse_long_kop("A\nB\nC\nD")


def test_a_letter_the_faces_lack_is_refused_by_name() -> None:
    stationery.refuse_unprintable("Ébène Łódź", "“–”")
    with pytest.raises(Incomplete, match="Huruf ع 😀 U\\+202E tidak dapat"):
        stationery.refuse_unprintable("aعb😀", "\u202e")


# -- the crest --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_crest_is_drawn_anew_and_stands_in_the_kop(kind: str) -> None:
    office = with_crest(make_world().office, picture(kind, size=(2000, 2400)))
    crest = stationery.letterhead_of(office).crest
    assert crest is not None
    assert crest.alt == "Lambang Pemerintah Kota Contoh"
    assert office.crest.name == f"lambang/{crest.sha256}.png"
    with Image.open(io.BytesIO(crest.content)) as drawn:
        assert (drawn.format, drawn.mode, max(drawn.size)) == ("PNG", "RGB", 640)


def test_what_hides_behind_a_picture_is_not_taken_over() -> None:
    name = stationery.keep_crest(picture() + b"PK\x03\x04 hidden")
    with default_storage.open(name) as kept:
        assert b"hidden" not in kept.read()
    assert stationery.keep_crest(picture()) == name, "the same picture is kept once"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "tidak dapat dibaca"),
        (b"\x89PNG\r\n\x1a\n broken", "tidak dapat dibaca"),
        (picture("GIF"), "tidak dapat dibaca"),
        (b"\x89PNG" + b"0" * 1024 * 1024, "lebih besar daripada 1 MB"),
        (picture(size=(5000, 4000)), "4.000 × 4.000"),
        (bomb(10_000), "4.000 × 4.000"),
        (bomb(50_000), "4.000 × 4.000"),
    ],
)
def test_what_is_no_crest_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(Incomplete, match=sentence):
        stationery.keep_crest(content)


def test_a_crest_that_is_gone_leaves_the_kop_without_one(caplog: pytest.LogCaptureFixture) -> None:
    office = with_crest(make_world().office)
    default_storage.delete(office.crest.name)
    assert stationery.letterhead_of(office).crest is None
    assert "not in the store" in caplog.text


# -- who signs --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "represents", "lines"),
    [
        ("definitif", "", ("SEKRETARIS,",)),
        ("pj", "", ("Pj. SEKRETARIS,",)),
        ("plt", "", ("Plt. SEKRETARIS,",)),
        ("plh", "", ("Plh. SEKRETARIS,",)),
        ("an", "Kepala Badan", ("a.n. KEPALA BADAN,", "SEKRETARIS,")),
        ("ub", "Asisten", ("a.n. {head},", "ASISTEN,", "u.b.", "SEKRETARIS,")),
        ("ub", "{head}", ("a.n. {head},", "u.b.", "SEKRETARIS,")),
    ],
)
def test_the_block_tells_for_whom_somebody_signs(
    kind: str, represents: str, lines: tuple[str, ...]
) -> None:
    office = make_world().office
    head = office.head_title
    signer = Position(
        user=User(name="Contoh", rank="IV/b", nip="197001011995011003"),
        title="Sekretaris",
        kind=kind,
        represents=represents.format(head=head),
    )
    block = stationery.signatory_of(office, signer)
    assert block.lines == tuple(line.format(head=head.upper()) for line in lines)
    assert (block.rank, block.printed_nip) == ("Pembina Tk. I", "19700101 199501 1 003")


# -- the snapshot -----------------------------------------------------------------------------


def test_nothing_that_changes_afterwards_changes_a_signed_letter() -> None:
    world = make_world(owners=3)
    with_crest(world.office)
    document = signed(world, recipients=3)
    frozen = stored(document)
    Office.objects.filter(pk=world.office.pk).update(**other_values(world.office))
    User.objects.update(name="Orang Lain", nip="", rank="")
    Position.objects.update(title="Jabatan Lain")
    DataOwner.objects.update(head_title="Pejabat Lain", place="Lain")
    RequestedItem.objects.update(definition="Lain", required=False)
    DataRequest.objects.update(urgency="segera", security_class="SR")
    kept = OfficialDocument.objects.get(pk=document.pk)
    drawn = render_letter(letters.paper_of_document(kept))
    assert frozen.startswith(drawn)  # the signature stands behind the paper, and changes no byte


def test_the_snapshot_keeps_each_part_of_the_paper() -> None:
    document = signed()
    paper = letters.paper_of_document(document)
    assert {field.name for field in fields(paper)} <= set(document.settings_used)
    assert paper.classification == "200.1"
    assert paper.content_hash == document.letter.versions.get().content_hash()


def test_another_picture_in_the_place_of_the_crest_stops_the_rebuilding() -> None:
    world = make_world()
    with_crest(world.office)
    document = signed(world)
    default_storage.delete(world.office.crest.name)
    with pytest.raises(stationery.CrestLost):
        letters.paper_of_document(document)
    default_storage.save(world.office.crest.name, ContentFile(picture(colour="red")))
    with pytest.raises(stationery.CrestLost):
        letters.paper_of_document(document)


def test_a_document_without_a_snapshot_says_so() -> None:
    document = signed()
    assert letters.keeps_its_paper(document)
    document.settings_used, document.signature = {}, OfficialDocument.Signature.ELSEWHERE
    assert not letters.keeps_its_paper(document)
    with pytest.raises(LookupError):
        letters.paper_of_document(document)


# -- the office's own copy --------------------------------------------------------------------


def test_the_archive_copy_shows_the_initials_and_says_what_it_is() -> None:
    document = signed()
    texts = pages.page_texts(letters.archive_copy(document))
    assert all("SALINAN ARSIP" in text for text in texts)
    text = " ".join("\n".join(texts).split())
    assert "Paraf Hierarki" in text
    assert "Kepala Subbagian Tata Usaha Kasi Contoh" in text
    assert "pukul" in text
    assert "bukan surat yang dikirim" in text
    assert "SALINAN" not in "\n".join(pages.page_texts(stored(document)))


def test_an_initial_voided_afterwards_stays_on_the_copy() -> None:
    document = signed()
    before = letters.archive_copy(document)
    version = document.letter.versions.get()
    version.initials.update(voided_at=document.made_at, void_reason="Sudah lewat.")
    assert letters.archive_copy(OfficialDocument.objects.get(pk=document.pk)) == before


# -- the annex --------------------------------------------------------------------------------


def test_many_owners_of_an_item_are_named_by_their_number() -> None:
    world, data_request = data_request_at("draft_letter", recipients=5)
    item = data_request.items.get(name="Jumlah anggota")
    for recipient in data_request.recipients.order_by("number")[3:]:
        recipient.withheld_items.add(item)
    remarks = {row.name: row.remarks for row in letters.annex_of(data_request)}
    assert remarks["Daftar organisasi"] == ""
    assert remarks["Jumlah anggota"] == "Untuk tujuan nomor 1, 2, dan 3 (Lampiran I)"
    assert world.owners


def test_a_stand_in_of_today_does_not_sign_the_letter_of_yesterday() -> None:
    document = signed()
    office = document.office
    stand_in = make_user(office, f"plh{office.pk}", "Pengganti Contoh")
    day = date(2026, 11, 23)
    make_position(
        stand_in, Role.AGENCY_HEAD, "Kepala Badan", kind="plh", valid_from=day, valid_to=day
    )
    assert letters.paper_of_document(document).signatory.name == "Kepala Contoh"
