"""Does `verify_audit` find every way in which the record may be touched, and name the place?"""

from datetime import timedelta
from typing import Any

import pgtrigger
import pytest
from django.core.management import CommandError, call_command

from requests_app.models import AuditCheckpoint, AuditEntry
from requests_app.services import audit
from requests_app.sop.roles import Role
from tests.factories import make_world

pytestmark = pytest.mark.django_db

UNLOCKED = "requests_app.AuditEntry:no_change"
CHECKPOINTS_UNLOCKED = "requests_app.AuditCheckpoint:no_change"


@pytest.fixture
def chain() -> str:
    """A chain of four entries."""
    world = make_world(owners=0)
    for number in range(4):
        audit.note_for_office(
            office_id=world.office.pk,
            deed="change_calendar",
            actor=world.actor(Role.STAFF),
            at=world.tick(),
            about_what=f"Kalender {number}",
            reason="Menambah hari libur",
            hari=number,
        )
    return audit.chain_of_office(world.office.pk)


def entries(chain: str) -> Any:
    return AuditEntry.objects.filter(chain=chain)


def verify(capsys: Any) -> str:
    call_command("verify_audit")
    return capsys.readouterr().out


def test_an_untouched_record_stands(chain, capsys):
    audit.make_checkpoint(at=entries(chain).get(sequence=4).at)
    assert "Jejak audit utuh" in verify(capsys)
    assert "1 titik periksa" in verify(capsys)


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": "Alasan lain"},
        {"actor_name": "Orang lain"},
        {"facts": {"hari": 99}},
        {"deed": "lain"},
        {"hash": "0" * 64},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_changed_entry_is_named(chain, changes):
    with pgtrigger.ignore(UNLOCKED):
        entries(chain).filter(sequence=2).update(**changes)
    with pytest.raises(CommandError, match=f"{chain} #2: diubah setelah ditulis"):
        call_command("verify_audit")


def test_a_moment_cannot_be_moved(chain):
    with pgtrigger.ignore(UNLOCKED):
        entry = entries(chain).get(sequence=3)
        entries(chain).filter(sequence=3).update(at=entry.at + timedelta(seconds=1))
    with pytest.raises(CommandError, match=f"{chain} #3"):
        call_command("verify_audit")


def test_a_removed_entry_is_named(chain):
    with pgtrigger.ignore(UNLOCKED):
        entries(chain).filter(sequence=2).delete()
    with pytest.raises(CommandError, match=f"{chain} #2: entri hilang"):
        call_command("verify_audit")


def test_a_removed_entry_shows_although_the_later_ones_are_renumbered(chain):
    with pgtrigger.ignore(UNLOCKED):
        entries(chain).filter(sequence=2).delete()
        for number in (3, 4):
            entries(chain).filter(sequence=number).update(sequence=number - 1)
    with pytest.raises(CommandError, match=f"{chain} #2: tidak menyambung"):
        call_command("verify_audit")


def test_an_inserted_entry_is_named(chain):
    with pgtrigger.ignore(UNLOCKED):
        for number in (4, 3):
            entries(chain).filter(sequence=number).update(sequence=number + 1)
    second = entries(chain).get(sequence=2)
    forged = AuditEntry.objects.get(pk=second.pk)
    forged.pk, forged.sequence, forged.previous_hash = None, 3, second.hash
    forged.hash = forged.digest()
    forged.save(force_insert=True)
    with pytest.raises(CommandError, match=f"{chain} #4: tidak menyambung"):
        call_command("verify_audit")


def test_swapped_entries_are_named(chain):
    with pgtrigger.ignore(UNLOCKED):
        entries(chain).filter(sequence=2).update(sequence=99)
        entries(chain).filter(sequence=3).update(sequence=2)
        entries(chain).filter(sequence=99).update(sequence=3)
    with pytest.raises(CommandError, match=f"{chain} #2: tidak menyambung"):
        call_command("verify_audit")


def test_a_cut_tail_shows_by_the_checkpoint(chain):
    audit.make_checkpoint(at=entries(chain).get(sequence=4).at)
    with pgtrigger.ignore(UNLOCKED):
        entries(chain).filter(sequence=4).delete()
    with pytest.raises(CommandError, match=f"{chain} #4: tidak sesuai dengan titik periksa"):
        call_command("verify_audit")


def test_a_chain_that_vanished_shows_by_the_checkpoint(chain):
    audit.make_checkpoint(at=entries(chain).get(sequence=4).at)
    with pgtrigger.ignore(UNLOCKED):
        entries(chain).delete()
    with pytest.raises(CommandError, match=f"{chain} #4"):
        call_command("verify_audit")


def test_a_history_written_anew_disagrees_with_the_checkpoint(chain):
    audit.make_checkpoint(at=entries(chain).get(sequence=4).at)
    previous = "0" * 64
    with pgtrigger.ignore(UNLOCKED):
        for entry in entries(chain).order_by("sequence"):
            entry.reason, entry.previous_hash = "Alasan yang dikarang", previous
            entry.hash = previous = entry.digest()
            entry.save()
    with pytest.raises(CommandError, match=f"{chain} #4: tidak sesuai dengan titik periksa"):
        call_command("verify_audit")


def test_a_changed_checkpoint_is_named(chain):
    at = entries(chain).get(sequence=4).at
    audit.make_checkpoint(at=at)
    audit.make_checkpoint(at=at + timedelta(days=1))
    with pgtrigger.ignore(CHECKPOINTS_UNLOCKED):
        AuditCheckpoint.objects.filter(sequence=1).update(heads={})
    with pytest.raises(CommandError, match="checkpoints #1: diubah setelah ditulis"):
        call_command("verify_audit")


def test_a_removed_checkpoint_is_named(chain):
    at = entries(chain).get(sequence=4).at
    audit.make_checkpoint(at=at)
    audit.make_checkpoint(at=at + timedelta(days=1))
    with pgtrigger.ignore(CHECKPOINTS_UNLOCKED):
        AuditCheckpoint.objects.filter(sequence=1).delete()
    with pytest.raises(CommandError, match="checkpoints #1: titik periksa hilang"):
        call_command("verify_audit")


def test_several_broken_chains_are_all_told(chain, capsys):
    other = make_world(owners=0)
    audit.note_for_office(
        office_id=other.office.pk,
        deed="change_people",
        actor=other.actor(Role.STAFF),
        at=other.tick(),
        about_what="Orang",
    )
    with pgtrigger.ignore(UNLOCKED):
        AuditEntry.objects.filter(sequence=1).update(deed="lain")
    with pytest.raises(CommandError, match="2 tempat"):
        call_command("verify_audit")
    assert audit.chain_of_office(other.office.pk) in capsys.readouterr().err
