"""Who gets a key, for how long does it sign, and what does a revocation undo?"""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from requests_app.documents import judging
from requests_app.models import AuditEntry, CertificateAuthority, Office, SigningCertificate, User
from requests_app.services import certificates, people, routes
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn
from requests_app.sop.roles import Role
from tests.factories import MONDAY, PASSPHRASE, World, data_request_at, give_key, make_world

pytestmark = pytest.mark.django_db

NEW = "empat kata yang lain sekali"


def enrol(world: World, user: User, passphrase: str = NEW) -> SigningCertificate:
    actor = people.actor_for(user, at=world.now)
    assert actor is not None
    return certificates.enrol(user=user, actor=actor, passphrase=passphrase, at=world.tick())


def test_an_office_makes_its_authority_by_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    world = make_world()
    CertificateAuthority.objects.all().update(is_current=False)
    call_command("make_authority", str(world.office.pk))
    made = certificates.authority_of(world.office)
    assert made is not None
    assert f"Sidik SHA-256: {made.fingerprint}" in capsys.readouterr().out
    assert "ENCRYPTED PRIVATE KEY" in made.sealed_key
    assert AuditEntry.objects.get(deed="make_authority").actor_name == "Sistem"


def test_an_authority_is_replaced_only_when_asked_again() -> None:
    world = make_world()
    with pytest.raises(CommandError, match="sudah ada"):
        call_command("make_authority", str(world.office.pk))
    call_command("make_authority", str(world.office.pk), "--again")
    assert CertificateAuthority.objects.filter(office=world.office).count() == 2
    assert len(certificates.anchors_of(world.office)) == 2  # what the older one vouched for stays


def test_the_command_asks_which_office_where_there_are_several() -> None:
    make_world()
    make_world()
    with pytest.raises(CommandError, match="Sebutkan id perangkat daerah"):
        call_command("make_authority")


def test_a_key_opens_by_its_own_passphrase_alone() -> None:
    world = make_world()
    certificate = enrol(world, world.staff)
    assert certificates.opens(certificate, NEW)
    assert not certificates.opens(certificate, PASSPHRASE)
    assert AuditEntry.objects.get(deed="enrol_certificate").facts["serial"] == certificate.serial


def test_the_passphrase_stands_nowhere_in_the_database() -> None:
    world = make_world()
    enrol(world, world.staff)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{NEW}%"])  # noqa: S608
            assert cursor.fetchone() == (0,), table


def test_a_renewed_key_replaces_the_older_one_and_revokes_nothing() -> None:
    world = make_world()
    older = certificates.standing_of(world.agency_head.pk)
    newer = enrol(world, world.agency_head)
    assert certificates.standing_of(world.agency_head.pk) == newer
    assert older is not None
    older.refresh_from_db()
    assert (older.replaced_at, older.revoked_at) == (world.now, None)
    assert AuditEntry.objects.get(deed="renew_certificate").actor_name == "Kepala Contoh"


def test_nobody_makes_a_key_for_somebody_else() -> None:
    world = make_world()
    actor = world.actor(Role.STAFF)
    with pytest.raises(NotYourTurn, match="pemiliknya sendiri"):
        certificates.enrol(user=world.agency_head, actor=actor, passphrase=NEW, at=world.tick())


@pytest.mark.parametrize("passphrase", ["", "pendek", "x" * 11])
def test_a_short_passphrase_is_refused(passphrase: str) -> None:
    world = make_world()
    with pytest.raises(Incomplete, match="paling sedikit 12 karakter"):
        enrol(world, world.staff, passphrase)


def test_without_an_authority_nobody_gets_a_key() -> None:
    world = make_world()
    CertificateAuthority.objects.all().update(is_current=False)
    with pytest.raises(NotReady, match="belum mempunyai penerbit"):
        enrol(world, world.staff)


def test_a_revoked_key_signs_no_more_and_what_it_signed_before_stays_good() -> None:
    world, data_request = data_request_at("send_letter")
    certificate = certificates.standing_of(world.agency_head.pk)
    document = data_request.signed_letter()
    assert certificate is not None
    assert document is not None
    assert document.signed_at is not None
    certificates.revoke(
        certificate=certificate,
        actor=world.actor(Role.AGENCY_HEAD),
        at=world.tick(60),
        reason="Ponsel dengan frasa sandi hilang.",
    )
    assert certificates.standing_of(world.agency_head.pk) is None
    with document.file.open("rb") as stored:
        content = stored.read()
    (before,) = routes.judge(
        content, office=world.office, at=world.now, signed_at=document.signed_at
    ).signatures
    assert before.verdict is judging.Verdict.VALID
    (after,) = routes.judge(content, office=world.office, at=world.tick()).signatures
    assert after.verdict is judging.Verdict.REVOKED


def test_a_revocation_asks_why_and_happens_once() -> None:
    world = make_world()
    certificate = give_key(world.staff)
    actor = world.actor(Role.STAFF)
    with pytest.raises(Incomplete, match="Tulis alasan"):
        certificates.revoke(certificate=certificate, actor=actor, at=world.tick(), reason="ya")
    for _twice in range(2):
        certificates.revoke(
            certificate=certificate, actor=actor, at=world.tick(), reason="Frasa sandi terlihat."
        )
    assert AuditEntry.objects.filter(deed="revoke_certificate").count() == 1


def test_lists_are_made_anew_before_they_end() -> None:
    world = make_world()
    authority = certificates.make_authority(
        office=world.office, actor=people.system_of(world.office), at=MONDAY
    )
    assert certificates.renew_lists(at=MONDAY + timedelta(days=20)) == 0
    assert certificates.renew_lists(at=MONDAY + timedelta(days=24)) == 1
    authority.refresh_from_db()
    assert authority.list_number == 2
    assert authority.list_ends_at == MONDAY + timedelta(days=54)


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [(timedelta(days=-60), "baru berlaku mulai"), (timedelta(days=4000), "Perbarui dahulu")],
)
def test_a_key_signs_within_its_time_only(moment: timedelta, sentence: str) -> None:
    world = make_world()
    certificate = certificates.standing_of(world.agency_head.pk)
    with pytest.raises(NotReady, match=sentence):
        certificates.refuse_unfit(certificate, at=MONDAY + moment)


def test_a_renewal_is_offered_two_months_ahead() -> None:
    world = make_world()
    certificate = certificates.standing_of(world.agency_head.pk)
    assert certificate is not None
    assert not certificates.needs_renewal(certificate, at=MONDAY)
    near = certificate.valid_to - timedelta(days=59)
    assert certificates.needs_renewal(certificate, at=near)


def test_offices_do_not_vouch_for_one_another() -> None:
    here, there = make_world(), make_world()
    assert certificates.authority_of(here.office) != certificates.authority_of(there.office)
    assert isinstance(here.office, Office)


def test_the_last_list_of_an_authority_outlives_it() -> None:
    world = make_world()
    authority = certificates.make_authority(
        office=world.office, actor=people.system_of(world.office), at=MONDAY
    )
    near = authority.valid_to - timedelta(days=10)
    assert certificates.renew_lists(at=near) == 1
    authority.refresh_from_db()
    assert authority.list_ends_at > authority.valid_to + timedelta(days=3650)
    assert certificates.renew_lists(at=authority.valid_to + timedelta(days=365)) == 0
