"""Does each version keep what it was, why it was sent back, and can two be told apart by words?"""

from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.models import AuditEntry, DataRequest, LetterVersion
from requests_app.services import letters, requests, versions
from requests_app.services.deeds import take
from requests_app.services.letters import LetterText
from requests_app.services.versions import Kind, Piece, words_between
from requests_app.sop.roles import Role
from tests.factories import World, data_request_at, fresh, make_world

REASON = "Tambahkan dasar hukum yang baru."


def send_back(world: World, data_request: DataRequest, role: Role = Role.SECTION_HEAD) -> None:
    take(
        subject=data_request,
        deed="return:draft_letter",
        reason=REASON,
        actor=world.actor(role),
        at=world.tick(),
    )


def submit(world: World, data_request: DataRequest, body: str) -> None:
    letters.draft_letter(
        subject=fresh(data_request),
        text=LetterText(subject="Permohonan data", body=body),
        actor=world.actor(Role.STAFF),
        at=world.tick(),
    )


def two_versions(body: str = "Isi yang lain.") -> tuple[World, DataRequest, list[LetterVersion]]:
    world, data_request = data_request_at("verify_letter")
    send_back(world, data_request)
    submit(world, data_request, body)
    return world, fresh(data_request), data_request.written_versions()


@pytest.mark.django_db
def test_the_reason_stays_with_the_version_it_was_given_for() -> None:
    _world, _data_request, (first, second) = two_versions()
    assert (first.returned_by, first.return_reason) == ("Kasi Contoh", REASON)
    assert first.returned_at is not None
    assert (second.returned_at, second.return_reason) == (None, "")


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["verify_letter", "sign_letter"])
def test_an_initial_that_falls_says_so_on_the_record(state: str) -> None:
    world, data_request = data_request_at(state)
    send_back(
        world, data_request, Role.AGENCY_HEAD if state == "sign_letter" else Role.SECTION_HEAD
    )
    said = AuditEntry.objects.filter(deed="void_initials")
    if state == "verify_letter":
        assert not said
    else:
        assert "Paraf Kasi Contoh batal karena isi surat berubah" in said.get().reason


@pytest.mark.django_db
def test_a_new_version_takes_the_code_over() -> None:
    world, data_request = data_request_at("draft_letter")
    text = LetterText(subject="Hal", body="Isi", classification="000.8")
    staff = world.actor(Role.STAFF)
    letters.draft_letter(subject=data_request, text=text, actor=staff, at=world.tick())
    send_back(world, data_request)
    newest = fresh(data_request).newest_version()
    assert newest is not None
    assert newest.classification == "000.8"


@pytest.mark.django_db
def test_a_version_keeps_the_list_and_the_addressees_it_was_submitted_with() -> None:
    world = make_world(owners=2)
    _world, data_request = data_request_at("verify_letter", world=world)
    send_back(world, data_request)
    requests.add_recipient(
        subject=fresh(data_request),
        data_owner=world.owners[1],
        actor=world.actor(Role.STAFF),
        at=world.tick(),
    )
    submit(world, data_request, "Isi yang lain.")
    data_request.items.filter(name="Jumlah anggota").update(period="2027")
    first, second = data_request.written_versions()
    parts = {
        part.key: part
        for part in versions.compare(data_request=fresh(data_request), old=first, new=second)
    }
    added = parts["recipients"].only_changes().passages
    assert [passage.pieces for passage in added] == [(Piece(Kind.ADDED, world.owners[1].name),)]
    assert not parts["items"].is_changed, "the list was the same at both submissions"


@pytest.mark.django_db
def test_the_words_that_came_and_went_are_told() -> None:
    _world, data_request, (first, second) = two_versions()
    first.body = "Kami mohon data tahun 2025.\n\nTerima kasih."
    second.body = "Kami mohon data tahun 2026.\n\nTerima kasih.\n\nSalam."
    parts = versions.compare(data_request=data_request, old=first, new=second)
    body = next(part for part in parts if part.key == "body")
    assert [passage.is_changed for passage in body.passages] == [True, False, True]
    assert body.passages[0].pieces == (
        Piece(Kind.SAME, "Kami mohon data tahun "),
        Piece(Kind.REMOVED, "2025"),
        Piece(Kind.ADDED, "2026"),
        Piece(Kind.SAME, "."),
    )
    assert len(body.only_changes().passages) == 2


def side(pieces: tuple[Piece, ...], left_out: Kind) -> str:
    return "".join(piece.text for piece in pieces if piece.kind is not left_out)


@given(st.text(min_size=1), st.text(min_size=1))
def test_both_texts_can_be_read_out_of_their_difference(old: str, new: str) -> None:
    pieces = words_between(old, new)
    assert side(pieces, Kind.ADDED) == old
    assert side(pieces, Kind.REMOVED) == new


def test_passages_that_share_little_are_not_mended_word_by_word() -> None:
    pieces = words_between("Satu dua tiga", "Sama sekali lain, katanya")
    assert [piece.kind for piece in pieces] == [Kind.REMOVED, Kind.ADDED]


@pytest.mark.parametrize("word", ["a ", "<b>{{ x }}</b> ", "kata"])
def test_very_long_texts_are_compared_in_bounded_time(word: Any) -> None:
    began = perf_counter()
    words_between("Awal " + word * 20_000, word * 19_000 + "akhir")
    words_between("Awal " + word * 480, word * 470 + "akhir")
    assert perf_counter() - began < 5


def test_lines_are_compared_each_for_itself_and_empty_ones_say_nothing() -> None:
    first, second = versions.lines_between("Satu\n\nTetap", "Tetap\n\nDua")[:2]
    assert first.pieces == (Piece(Kind.REMOVED, "Satu"),)
    assert second.pieces == (Piece(Kind.SAME, "Tetap"),)
    assert versions.lines_between("\n", "") == ()
