"""Are report and nota dinas both signed, or neither, whatever breaks off in between?

What is the same for every signature is shown on letters (test_signatures).
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from requests_app.documents import judging, pdf
from requests_app.models import (
    AuditEntry,
    DataRequest,
    LetterNumber,
    OfficialDocument,
    SigningAttempt,
    SigningCertificate,
)
from requests_app.services import (
    attempts,
    audit,
    broken_off,
    checking,
    report_paper,
    reports,
    requests,
    routes,
    signing,
)
from requests_app.services.routes import NotSigned
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn
from requests_app.sop.roles import Role
from tests.factories import PASSPHRASE, REPORT, World, data_request_at, fresh
from tests.services.test_signatures import Killed, break_off, bytes_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]

WRONG = "bukan frasa yang benar"
LIMIT = 2 * routes.OwnKeys.limit


def hand_in(world: World, data_request: DataRequest, **changes: Any) -> AuditEntry:
    values: dict[str, Any] = {
        "subject": data_request,
        "text": REPORT,
        "affirmed": True,
        "passphrase": PASSPHRASE,
        "actor": changes.get("actor") or world.actor(Role.SECTION_HEAD),
        "at": world.tick(),
    }
    return reports.report_usage(**{**values, **changes})


def papers_of(data_request: DataRequest) -> list[OfficialDocument]:
    return list(data_request.documents.filter(kind__in=["report", "note"]).order_by("pk"))


def numbers() -> list[tuple[str, str]]:
    taken = LetterNumber.objects.filter(register__kind__in=["report", "note"]).order_by("pk")
    return [(one.text, one.status) for one in taken]


def kill(monkeypatch: pytest.MonkeyPatch, world: World, data_request: DataRequest) -> None:
    """Sign both papers and be killed before the deed is finished."""
    with monkeypatch.context() as patch:
        break_off(patch, "finish")
        with pytest.raises(Killed):
            hand_in(world, data_request)


# -- what is signed -----------------------------------------------------------------------------


def test_both_papers_carry_a_whole_signature_of_the_section_head() -> None:
    world, data_request = data_request_at("report_usage")
    entry = hand_in(world, data_request)
    report, note = papers_of(data_request)
    assert (report.kind, note.kind) == ("report", "note")
    for document in (report, note):
        judgement = routes.judge(bytes_of(document), office=world.office, at=world.now)
        assert judging.is_our_signature(judgement)
        (found,) = document.findings
        assert (found["verdict"], found["signer"]) == ("valid", "Kasi Contoh")
        assert document.signature == OfficialDocument.Signature.UNCERTIFIED
    assert entry.facts["sha256"] == report.sha256
    assert entry.facts["note_sha256"] == note.sha256
    assert not list(audit.verify_chains())


@pytest.mark.usefixtures("typeset")
def test_each_paper_is_tied_to_the_record_by_its_own_code() -> None:
    world, data_request = data_request_at("report_usage")
    head = audit.last_entry(audit.chain_of_request(data_request.pk))
    entry = hand_in(world, data_request)
    assert head is not None
    told = {one.code: pdf.keywords_of(bytes_of(one)) for one in papers_of(data_request)}
    for code, keywords in told.items():
        for anchor in (str(data_request.public_id), entry.facts["content_hash"], head.hash):
            assert anchor in keywords
        assert [other for other in told if other in keywords] == [code]


def test_the_certificate_behind_both_papers_is_found() -> None:
    world, data_request = data_request_at("report_usage")
    hand_in(world, data_request)
    for document in papers_of(data_request):
        behind = checking.certificate_behind(document)
        assert behind is not None
        assert behind.user == world.section_head


@pytest.mark.django_db(transaction=True)
def test_both_signatures_are_made_outside_any_transaction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, data_request = data_request_at("report_usage")
    real, seen = routes.OwnKeys.sign, []

    def watch(self: routes.OwnKeys, *given: Any, **named: Any) -> routes.Made:
        seen.append(connection.in_atomic_block)
        return real(self, *given, **named)

    monkeypatch.setattr(routes.OwnKeys, "sign", watch)
    hand_in(world, data_request)
    assert seen == [False, False]


# -- a signature that fails ---------------------------------------------------------------------


def test_a_wrong_passphrase_keeps_both_numbers_for_the_next_try() -> None:
    world, data_request = data_request_at("report_usage")
    with pytest.raises(NotSigned, match="Frasa sandi salah"):
        hand_in(world, data_request, passphrase=WRONG)
    assert numbers() == [("LAP-1/2026", "reserved"), ("ND-1/2026", "reserved")]
    assert papers_of(data_request) == []
    assert fresh(data_request).state == "report_usage"
    assert AuditEntry.objects.get(deed="signature_failed").facts["number"] == "LAP-1/2026"
    hand_in(world, fresh(data_request))
    assert numbers() == [("LAP-1/2026", "issued"), ("ND-1/2026", "issued")]
    assert not list(audit.verify_chains())


def test_a_note_that_cannot_be_signed_takes_the_report_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, data_request = data_request_at("report_usage")
    real, turns = routes.OwnKeys.sign, []

    def once(self: routes.OwnKeys, *given: Any, **named: Any) -> routes.Made:
        turns.append(named)
        if len(turns) == 2:
            raise NotSigned("Layanan tidak menjawab.", provider_id="kedua")
        return routes.Made(content=real(self, *given, **named).content, provider_id="pertama")

    with monkeypatch.context() as patch:
        patch.setattr(routes.OwnKeys, "sign", once)
        with pytest.raises(NotSigned, match="tidak menjawab"):
            hand_in(world, data_request)
    attempt = SigningAttempt.objects.get(kind="report")
    assert attempt.outcome == SigningAttempt.Outcome.FAILED
    assert attempt.provider_id == "pertama kedua"
    assert attempts.left_by(attempt) == []
    assert papers_of(data_request) == []


def test_without_a_certificate_or_the_affirmation_nothing_is_reserved() -> None:
    world, data_request = data_request_at("report_usage")
    with pytest.raises(Incomplete, match="telah memeriksa isi laporan"):
        hand_in(world, data_request, affirmed=False)
    SigningCertificate.objects.filter(user=world.section_head).update(replaced_at=world.now)
    with pytest.raises(Incomplete, match="belum mempunyai sertifikat"):
        hand_in(world, data_request)
    assert numbers() == []
    assert not SigningAttempt.objects.filter(kind="report").exists()


def test_a_position_that_has_ended_signs_nothing() -> None:
    world, data_request = data_request_at("report_usage")
    actor = world.actor(Role.SECTION_HEAD)
    position = world.section_head.positions.get()
    position.valid_to = world.now.date() - timedelta(days=1)
    position.save()
    with pytest.raises(NotYourTurn, match="tidak berlaku pada"):
        hand_in(world, data_request, actor=actor)
    assert numbers() == []


def test_a_try_of_last_year_gets_new_numbers_and_the_old_ones_are_void() -> None:
    world, data_request = data_request_at("report_usage")
    with pytest.raises(NotSigned):
        hand_in(world, data_request, passphrase=WRONG)
    hand_in(world, fresh(data_request), at=datetime(2027, 1, 4, 3, 0, tzinfo=UTC))
    assert numbers() == [
        ("LAP-1/2026", "void"),
        ("ND-1/2026", "void"),
        ("LAP-1/2027", "issued"),
        ("ND-1/2027", "issued"),
    ]


# -- meanwhile ----------------------------------------------------------------------------------


def while_signing(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen between the reservation and the signature."""
    real = signing._sign

    def interrupted(*given: Any) -> Any:
        happens()
        return real(*given)

    monkeypatch.setattr(signing, "_sign", interrupted)


def test_a_draft_saved_meanwhile_does_not_change_what_was_signed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, data_request = data_request_at("report_usage")
    other = report_paper.ReportText(conclusion="Simpulan lain dari staf.")
    while_signing(
        monkeypatch,
        lambda: reports.save_report(
            subject=fresh(data_request),
            text=other,
            actor=world.actor(Role.STAFF),
            at=world.tick(),
        ),
    )
    hand_in(world, data_request)
    assert reports.text_of(data_request) == REPORT


def test_a_request_cancelled_meanwhile_keeps_both_void_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, data_request = data_request_at("report_usage")
    while_signing(
        monkeypatch,
        lambda: requests.cancel(
            subject=fresh(data_request),
            actor=world.actor(Role.SECTION_HEAD),
            at=world.tick(),
            reason="Data sudah tidak diperlukan lagi.",
        ),
    )
    with pytest.raises(NotReady):
        hand_in(world, data_request)
    assert numbers() == [("LAP-1/2026", "void"), ("ND-1/2026", "void")]
    assert papers_of(data_request) == []
    assert not list(audit.verify_chains())


def test_while_a_try_is_under_way_no_other_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    world, data_request = data_request_at("report_usage")
    kill(monkeypatch, world, data_request)
    with pytest.raises(attempts.BeingSigned, match="sedang ditandatangani"):
        hand_in(world, fresh(data_request))
    assert SigningAttempt.objects.filter(kind="report").count() == 1


# -- a process that was killed ------------------------------------------------------------------


@pytest.mark.usefixtures("typeset")
def test_the_worker_finishes_what_lies_there_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    world, data_request = data_request_at("report_usage")
    kill(monkeypatch, world, data_request)
    begun = world.now
    assert broken_off.resume_broken(at=begun + LIMIT - timedelta(seconds=1)) == 0
    assert broken_off.resume_broken(at=begun + LIMIT) == 1
    assert fresh(data_request).state == "accept_report"
    report, note = papers_of(data_request)
    assert (report.kind, note.kind) == ("report", "note")
    assert {report.signed_at, note.signed_at} == {begun}
    assert reports.text_of(data_request) == REPORT
    assert numbers() == [("LAP-1/2026", "issued"), ("ND-1/2026", "issued")]
    assert not list(audit.verify_chains())


def test_a_crash_between_the_two_papers_leaves_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    world, data_request = data_request_at("report_usage")
    real = signing._sign_one

    def die_at_the_note(attempt: Any, who: Any, draft: Any, passphrase: str) -> Any:
        if draft.kind == OfficialDocument.Kind.NOTE:
            raise Killed
        return real(attempt, who, draft, passphrase)

    with monkeypatch.context() as patch:
        patch.setattr(signing, "_sign_one", die_at_the_note)
        with pytest.raises(Killed):
            hand_in(world, data_request)
    attempt = SigningAttempt.objects.get(kind="report")
    assert len(attempts.left_by(attempt)) == 1
    broken_off.resume_broken(at=world.now + LIMIT)
    assert fresh(data_request).state == "report_usage"
    assert attempts.left_by(attempt) == []
    assert papers_of(data_request) == []
    assert {status for _text, status in numbers()} == {"reserved"}
    hand_in(world, fresh(data_request), at=world.now + LIMIT)
    assert {status for _text, status in numbers()} == {"issued"}


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("spoil", ["cut", "flipped", "twice the other"])
def test_the_worker_takes_no_two_files_of_which_one_is_spoilt(
    monkeypatch: pytest.MonkeyPatch, spoil: str, place: int
) -> None:
    world, data_request = data_request_at("report_usage")
    kill(monkeypatch, world, data_request)
    attempt = SigningAttempt.objects.get(kind="report")
    names = attempts.left_by(attempt)
    name, other = names[place], names[1 - place]
    with default_storage.open(name) as stored:
        content = stored.read()
    default_storage.delete(name)
    if spoil == "twice the other":
        with default_storage.open(other) as stored:
            default_storage.save(name, ContentFile(stored.read()))
    else:
        changed = content[:-9] + b"X" + content[-8:]
        spoilt = content[: len(content) // 2] if spoil == "cut" else changed
        default_storage.save(name, ContentFile(spoilt))
    broken_off.resume_broken(at=world.now + LIMIT)
    assert fresh(data_request).state == "report_usage"
    assert attempts.left_by(attempt) == []
    assert papers_of(data_request) == []
