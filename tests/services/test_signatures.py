"""Is a letter either fully signed or not at all, whatever breaks off in between?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction

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
    certificates,
    letters,
    numbers,
    papers,
    requests,
    routes,
    signatures,
    signing,
)
from requests_app.services.routes import NotSigned
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn
from requests_app.sop.roles import Role
from tests.documents import signers
from tests.factories import (
    PASSPHRASE,
    World,
    data_request_at,
    fresh,
    give_key,
    make_position,
    make_user,
)

LETTER = LetterNumber.Status
LIMIT = routes.OwnKeys.limit


def sign(world: World, data_request: DataRequest, **changes: Any) -> AuditEntry:
    version = data_request.newest_version()
    assert version is not None
    values: dict[str, Any] = {
        "subject": data_request,
        "content_hash": version.content_hash(),
        "affirmed": True,
        "passphrase": PASSPHRASE,
        "actor": changes.get("actor") or world.actor(Role.AGENCY_HEAD),
        "at": world.tick(),
    }
    return signatures.sign_letter(**{**values, **changes})


def bytes_of(document: OfficialDocument) -> bytes:
    with document.file.open("rb") as stored:
        return stored.read()


class Killed(BaseException):
    """The process is gone: nothing that follows is run."""


def break_off(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """Let signing end like a killed process at one of its boundaries."""

    def die(*_given: Any, **_named: Any) -> None:
        raise Killed

    monkeypatch.setattr(signing if place == "_sign" else attempts, place, die)


# -- what a signature is ------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_file_carries_one_whole_signature_of_the_head() -> None:
    world, data_request = data_request_at("sign_letter")
    sign(world, data_request)
    document = OfficialDocument.objects.get()
    judgement = routes.judge(bytes_of(document), office=world.office, at=world.now)
    assert judging.is_our_signature(judgement)
    (found,) = document.findings
    assert (found["verdict"], found["signer"]) == ("valid", "Kepala Contoh")
    assert document.signature == OfficialDocument.Signature.UNCERTIFIED


@pytest.mark.django_db
def test_the_file_is_tied_to_content_and_record() -> None:
    world, data_request = data_request_at("sign_letter")
    head = audit.last_entry(audit.chain_of_request(data_request.pk))
    entry = sign(world, data_request)
    assert head is not None
    told = pdf.keywords_of(bytes_of(OfficialDocument.objects.get()))
    for anchor in (str(data_request.public_id), entry.facts["content_hash"], head.hash):
        assert anchor in told


@pytest.mark.django_db(transaction=True)
def test_the_signature_is_made_outside_any_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    world, data_request = data_request_at("sign_letter")
    ways = routes.OwnKeys.sign
    seen = []

    def watch(self: routes.OwnKeys, *given: Any, **named: Any) -> routes.Made:
        seen.append(connection.in_atomic_block)
        return ways(self, *given, **named)

    monkeypatch.setattr(routes.OwnKeys, "sign", watch)
    sign(world, data_request)
    assert seen == [False]


@pytest.mark.django_db
def test_where_the_office_has_a_time_stamp_authority_every_signature_bears_its_stamp(
    settings: Any,
) -> None:
    world, data_request = data_request_at("sign_letter")
    anchor, _key = signers.stamp_authority()[:2]
    moment = world.now + timedelta(minutes=1)
    settings.TSA_ANCHORS = (anchor,)
    with signers.answering(lambda question: (200, signers.stamp(question, at=moment))) as url:
        settings.TSA_URL = url
        sign(world, data_request)
    (found,) = OfficialDocument.objects.get().findings
    assert (found["verdict"], found["timestamped"]) == ("valid", True)


@pytest.mark.django_db
def test_a_silent_time_stamp_authority_leaves_the_letter_waiting(settings: Any) -> None:
    world, data_request = data_request_at("sign_letter")
    with signers.answering(lambda _question: (503, b"")) as url:
        settings.TSA_URL = url
        with pytest.raises(NotSigned, match="stempel waktu tidak menjawab"):
            sign(world, data_request)
    assert LetterNumber.objects.get().status == LETTER.RESERVED


# -- a signature that fails ---------------------------------------------------------------------


@pytest.mark.django_db
def test_a_wrong_passphrase_keeps_the_number_for_the_next_try() -> None:
    world, data_request = data_request_at("sign_letter")
    with pytest.raises(NotSigned, match="Frasa sandi salah"):
        sign(world, data_request, passphrase="bukan frasa yang benar")
    number = LetterNumber.objects.get()
    assert number.status == LETTER.RESERVED
    assert not OfficialDocument.objects.exists()
    failed = attempts.last_failure(data_request)
    assert failed is not None
    assert "Frasa sandi salah" in failed.why
    assert AuditEntry.objects.get(deed="signature_failed").facts["number"] == number.text
    sign(world, fresh(data_request))
    assert OfficialDocument.objects.get().number == number
    assert attempts.last_failure(data_request) is None
    assert not list(audit.verify_chains())


@pytest.mark.django_db
def test_without_a_certificate_nothing_is_reserved() -> None:
    world, data_request = data_request_at("sign_letter")
    SigningCertificate.objects.update(replaced_at=world.now)
    with pytest.raises(Incomplete, match="belum mempunyai sertifikat"):
        sign(world, data_request)
    assert not LetterNumber.objects.exists()
    assert not SigningAttempt.objects.exists()


@pytest.mark.django_db
def test_a_certificate_revoked_meanwhile_signs_nothing() -> None:
    world, data_request = data_request_at("sign_letter")
    certificate = certificates.standing_of(world.agency_head.pk)
    assert certificate is not None
    certificates.revoke(
        certificate=certificate,
        actor=world.actor(Role.AGENCY_HEAD),
        at=world.tick(),
        reason="Frasa sandi diketahui orang.",
    )
    with pytest.raises(Incomplete):
        sign(world, data_request)
    assert not LetterNumber.objects.exists()


@pytest.mark.django_db
def test_a_try_of_last_year_gets_a_new_number_and_the_old_one_is_void() -> None:
    world, data_request = data_request_at("sign_letter")
    with pytest.raises(NotSigned):
        sign(world, data_request, passphrase="bukan frasa yang benar")
    sign(world, fresh(data_request), at=datetime(2027, 1, 4, 3, 0, tzinfo=UTC))
    old, new = LetterNumber.objects.order_by("year")
    assert (old.text, old.status) == ("200.1/1/2026", LETTER.VOID)
    assert "Tahun berganti" in old.void_reason
    assert (new.text, new.status) == ("200.1/1/2027", LETTER.ISSUED)


@pytest.mark.django_db
def test_a_full_disk_leaves_the_letter_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    world, data_request = data_request_at("sign_letter")

    def full(_name: str, _content: Any) -> str:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(default_storage, "save", full)
        with pytest.raises(NotSigned, match="terputus sebelum selesai"):
            sign(world, data_request)
    assert fresh(data_request).state == "sign_letter"
    sign(world, fresh(data_request))
    assert LetterNumber.objects.get().status == LETTER.ISSUED


# -- two at once --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_while_a_try_is_under_way_no_other_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    world, data_request = data_request_at("sign_letter")
    with monkeypatch.context() as patch:
        break_off(patch, "_sign")
        with pytest.raises(Killed):
            sign(world, data_request)
    with pytest.raises(attempts.BeingSigned, match="sedang ditandatangani"):
        sign(world, fresh(data_request))
    assert LetterNumber.objects.count() == SigningAttempt.objects.count() == 1


@pytest.mark.django_db
def test_a_try_that_finds_the_letter_sent_back_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, data_request = data_request_at("sign_letter")
    real = signing._sign

    def send_back(*given: Any) -> Any:
        letters.return_to_draft(
            subject=fresh(data_request),
            actor=world.actor(Role.AGENCY_HEAD),
            at=world.tick(),
            reason="Alamat tujuan keliru, perbaiki.",
        )
        return real(*given)

    monkeypatch.setattr(signing, "_sign", send_back)
    with pytest.raises(NotReady):
        sign(world, data_request)
    assert fresh(data_request).state == "draft_letter"
    assert not OfficialDocument.objects.exists()
    attempt = SigningAttempt.objects.get()
    assert attempt.outcome == SigningAttempt.Outcome.FAILED
    assert not attempts.left_by(attempt)
    assert not list(audit.verify_chains())


@pytest.mark.django_db
def test_a_request_cancelled_meanwhile_keeps_its_void_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, data_request = data_request_at("sign_letter")
    real = signing._sign

    def cancel(*given: Any) -> Any:
        requests.cancel(
            subject=fresh(data_request),
            actor=world.actor(Role.SECTION_HEAD),
            at=world.tick(),
            reason="Data sudah diterima lewat jalan lain.",
        )
        return real(*given)

    monkeypatch.setattr(signing, "_sign", cancel)
    with pytest.raises(NotReady):
        sign(world, data_request)
    assert LetterNumber.objects.get().status == LETTER.VOID
    assert not OfficialDocument.objects.exists()


# -- a process that was killed ------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["_sign", "finish"])
def test_the_worker_brings_a_killed_try_to_its_end(
    monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    world, data_request = data_request_at("sign_letter")
    with monkeypatch.context() as patch:
        break_off(patch, place)
        with pytest.raises(Killed):
            sign(world, data_request)
    begun = world.now
    assert broken_off.resume_broken(at=begun + LIMIT - timedelta(seconds=1)) == 0
    assert broken_off.resume_broken(at=begun + LIMIT) == 1
    whole = place == "finish"
    assert (fresh(data_request).state == "send_letter") is whole
    assert OfficialDocument.objects.exists() is whole
    assert LetterNumber.objects.get().status == (LETTER.ISSUED if whole else LETTER.RESERVED)
    assert broken_off.resume_broken(at=begun + LIMIT) == 0
    assert not list(audit.verify_chains())
    if whole:
        document = OfficialDocument.objects.get()
        assert document.signed_at == begun
        assert document.signed_by == "Kepala Contoh"


@pytest.mark.django_db
def test_the_next_try_does_not_wait_for_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    world, data_request = data_request_at("sign_letter")
    with monkeypatch.context() as patch:
        break_off(patch, "_sign")
        with pytest.raises(Killed):
            sign(world, data_request)
    sign(world, fresh(data_request), at=world.now + LIMIT)
    assert LetterNumber.objects.get().status == LETTER.ISSUED


@pytest.mark.django_db
@pytest.mark.parametrize("spoil", ["cut", "flipped", "foreign"])
def test_the_worker_takes_no_file_that_is_not_the_whole_signed_letter(
    monkeypatch: pytest.MonkeyPatch, spoil: str
) -> None:
    world, data_request = data_request_at("sign_letter")
    with monkeypatch.context() as patch:
        break_off(patch, "finish")
        with pytest.raises(Killed):
            sign(world, data_request)
    attempt = SigningAttempt.objects.get()
    (name,) = attempts.left_by(attempt)
    with default_storage.open(name) as stored:
        content = stored.read()
    default_storage.delete(name)
    if spoil == "cut":
        default_storage.save(name, ContentFile(content[: len(content) // 2]))
    elif spoil == "flipped":
        default_storage.save(name, ContentFile(content[:-9] + b"X" + content[-8:]))
    else:
        _world, other = data_request_at("send_letter", world=world)
        document = other.signed_letter()
        assert document is not None
        foreign = bytes_of(document)
        default_storage.save(f"{attempt.folder}/{document.sha256}.pdf", ContentFile(foreign))
    broken_off.resume_broken(at=world.now + LIMIT)
    assert fresh(data_request).state == "sign_letter"
    assert not attempts.left_by(attempt)


# -- by whom ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_position_that_has_ended_signs_nothing() -> None:
    world, data_request = data_request_at("sign_letter")
    actor = world.actor(Role.AGENCY_HEAD)
    position = world.agency_head.positions.get()
    position.valid_to = world.now.date() - timedelta(days=1)
    position.save()
    with pytest.raises(NotYourTurn, match="tidak berlaku pada"):
        sign(world, data_request, actor=actor)
    assert not LetterNumber.objects.exists()


@pytest.mark.django_db
def test_a_refused_finish_leaves_no_half_of_anything() -> None:
    world, data_request = data_request_at("sign_letter")
    with pytest.raises(NotSigned):
        sign(world, data_request, passphrase="bukan frasa yang benar")
    attempt = SigningAttempt.objects.get()
    assert attempt.ended_at is not None
    stored = papers.Stored(name="x", size=1, sha256="0" * 64)
    with pytest.raises(NotSigned), transaction.atomic():
        attempts.finish(
            attempt,
            row=signatures.ROW,
            signed=[attempts.Signed(stored=stored, findings=[])],
            actor=world.actor(Role.AGENCY_HEAD),
            at=world.tick(),
        )
    assert numbers.held_for(data_request) is not None
    assert not OfficialDocument.objects.exists()


@pytest.mark.django_db
def test_the_record_says_for_whom_a_stand_in_signs_and_on_what_decree() -> None:
    world, data_request = data_request_at("sign_letter")
    other = make_user(world.office, "sekretaris", "Sekretaris Contoh")
    position = make_position(
        other,
        Role.AGENCY_HEAD,
        "Sekretaris",
        kind="an",
        represents=world.office.head_title,
        valid_to=world.now.date(),
    )
    give_key(other)
    entry = sign(world, data_request, actor=position.as_actor())
    assert (entry.facts["capacity"], entry.facts["represents"]) == ("an", world.office.head_title)
    assert entry.facts["decree"] == "SK/1/2024, 2023-12-29"
    assert (entry.actor_name, entry.actor_capacity) == ("Sekretaris Contoh", "an")
