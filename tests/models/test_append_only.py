"""Does the database itself refuse to change what is on the record?"""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import InternalError, connection, models, transaction

from requests_app.models import (
    AuditCheckpoint,
    AuditEntry,
    DataFile,
    DataRequest,
    DataUse,
    Delivery,
    FileAccess,
    LetterNumber,
    NumberRegister,
    OfficialDocument,
    Recipient,
    RegisterEntry,
    RequestedItem,
    SopEdition,
)
from requests_app.services import audit, numbers, papers
from requests_app.sop.roles import Role
from tests.factories import World, make_world

pytestmark = pytest.mark.django_db

Rows = dict[type[models.Model], models.Model]


def request_of(world: World) -> DataRequest:
    return DataRequest.objects.create(
        office=world.office,
        section=world.section,
        edition=SopEdition.objects.get(office=world.office),
        title="Data contoh",
        opened_by=world.staff,
        opened_at=world.now,
        entered_at=world.now,
    )


def register_entry(world: World, data_request: DataRequest) -> RegisterEntry:
    recipient = Recipient.objects.create(
        office=world.office,
        data_request=data_request,
        number=1,
        data_owner=world.owners[0],
        entered_at=world.now,
    )
    return RegisterEntry.objects.create(
        office=world.office,
        data_request=data_request,
        recipient=recipient,
        delivery=Delivery.objects.create(
            recipient=recipient, number=1, round=1, started_at=world.now
        ),
        number=take_number(world, NumberRegister.Kind.RECORD),
        received_on=world.now.date(),
        origin="Dinas Contoh",
        data="Data contoh",
        form_and_amount="1 (satu) berkas",
        received_by="Staf Contoh",
        kept_at="Server kantor",
        security_class="Biasa",
        recorded_at=world.now,
    )


def take_number(world: World, kind: NumberRegister.Kind) -> LetterNumber:
    return numbers.issue_number(
        office=world.office,
        kind=kind,
        dated=world.now.date(),
        actor=world.actor(Role.STAFF),
        at=world.now,
    )


def file_access(world: World, data_request: DataRequest) -> FileAccess:
    file = DataFile(
        office=world.office,
        data_request=data_request,
        kind=DataFile.Kind.DELIVERY,
        name="contoh.csv",
        size=3,
        sha256="0" * 64,
        media_type="text/csv",
        stored_at=world.now,
        stored_by="Dinas Contoh",
    )
    file.file.save("tests/contoh.csv", ContentFile(b"a,b"), save=True)
    return FileAccess.objects.create(
        office=world.office,
        data_request=data_request,
        file=file,
        at=world.now,
        user=world.staff,
        name="Staf Contoh",
        title="Pengelola Data",
        purpose="Pemeriksaan penerimaan",
    )


def data_use(world: World, data_request: DataRequest) -> DataUse:
    return DataUse.objects.create(
        office=world.office,
        data_request=data_request,
        item=RequestedItem.objects.create(data_request=data_request, position=1, name="Data"),
        purpose="Bahan rapat",
        used_by="Kasi Contoh",
        used_on=world.now.date(),
        recorded_by=world.staff,
        recorded_at=world.now,
    )


@pytest.fixture
def rows() -> Rows:
    """One row in every protected table."""
    world = make_world(owners=1)
    data_request = request_of(world)
    entry = audit.note_for_office(
        office_id=world.office.pk,
        deed="change_calendar",
        actor=world.actor(Role.STAFF),
        at=world.now,
        about_what="Kalender",
    )
    document = papers.freeze(
        kind=OfficialDocument.Kind.REPORT,
        data_request=data_request,
        title="Laporan contoh",
        file_name="laporan.pdf",
        at=world.now,
        render=lambda _code: b"%PDF-1.7",
        number=take_number(world, NumberRegister.Kind.REPORT),
        signed_by=world.actor(Role.SECTION_HEAD),
    )
    return {
        AuditEntry: entry,
        AuditCheckpoint: audit.make_checkpoint(at=world.now),
        DataUse: data_use(world, data_request),
        FileAccess: file_access(world, data_request),
        LetterNumber: take_number(world, NumberRegister.Kind.LETTER),
        OfficialDocument: document,
        RegisterEntry: register_entry(world, data_request),
    }


APPEND_ONLY = [
    (AuditEntry, {"reason": "Alasan lain"}),
    (AuditCheckpoint, {"heads": {}}),
    (DataUse, {"purpose": "Keperluan lain"}),
    (FileAccess, {"purpose": "Keperluan lain"}),
]
FROZEN = [
    (LetterNumber, {"text": "200.1/999/2026"}),
    (LetterNumber, {"serial": 999}),
    (OfficialDocument, {"sha256": "f" * 64}),
    (OfficialDocument, {"file": "documents/lain.pdf"}),
    (OfficialDocument, {"signed_by": "Orang lain"}),
    (RegisterEntry, {"data": "Data lain"}),
    (RegisterEntry, {"kept_at": "Tempat lain"}),
]
PROTECTED = [model for model, _changes in APPEND_ONLY] + [
    LetterNumber,
    OfficialDocument,
    RegisterEntry,
]


def refuses(do: Any) -> None:
    """The database raises, whoever asks; the savepoint keeps the test's own transaction usable."""
    with pytest.raises(InternalError), transaction.atomic():
        do()


@pytest.mark.parametrize(("model", "changes"), APPEND_ONLY + FROZEN)
def test_the_database_refuses_to_change_a_row(rows, model, changes):
    refuses(lambda: model.objects.filter(pk=rows[model].pk).update(**changes))
    for name, value in changes.items():
        assert getattr(model.objects.get(pk=rows[model].pk), name) != value


@pytest.mark.parametrize("model", PROTECTED)
def test_the_database_refuses_to_delete_a_row(rows, model):
    table = model._meta.db_table

    def delete() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE id = %s", [rows[model].pk])  # noqa: S608

    refuses(delete)
    assert model.objects.filter(pk=rows[model].pk).exists()


@pytest.mark.parametrize("model", PROTECTED)
def test_the_database_refuses_to_empty_the_table(rows, model):
    table = model._meta.db_table

    def truncate() -> None:
        with connection.cursor() as cursor:
            # deferred foreign keys of this very transaction would be the first to complain
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"TRUNCATE {table} CASCADE")

    refuses(truncate)
    assert model.objects.filter(pk=rows[model].pk).exists()


VOIDED = {
    LetterNumber: {"status": "void", "voided_by": "Staf Contoh", "void_reason": "Salah register"},
    OfficialDocument: {"status": "void", "voided_by": "Staf Contoh", "void_reason": "Dibatalkan"},
    RegisterEntry: {"status": "struck", "struck_by": "Staf Contoh", "strike_reason": "Salah catat"},
}


@pytest.mark.parametrize("model", VOIDED)
def test_status_may_change_with_who_when_and_why(rows, model):
    changes = dict(VOIDED[model])
    when = "struck_at" if model is RegisterEntry else "voided_at"
    changes[when] = make_world(owners=0).now + timedelta(days=1)
    assert model.objects.filter(pk=rows[model].pk).update(**changes) == 1
    assert model.objects.get(pk=rows[model].pk).status == changes["status"]
