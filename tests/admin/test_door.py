"""Is the admin a door for settings only, and only for those who keep them?"""

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from requests_app.admin.desk import Record
from requests_app.models import (
    AuditEntry,
    DataRequest,
    Letter,
    LetterVersion,
    LinkOpening,
    Notice,
    Office,
    Recipient,
    SopEdition,
)
from requests_app.services import access_codes
from tests.factories import World, data_request_at, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

REGISTERED = sorted(admin.site._registry, key=lambda model: model.__name__)
RECORDS = [model for model in REGISTERED if isinstance(admin.site._registry[model], Record)]


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def request_of(world: World) -> DataRequest:
    return DataRequest.objects.create(
        office=world.office,
        section=world.section,
        edition=SopEdition.objects.get(office=world.office),
        title=f"Data {world.office.name}",
        opened_by=world.staff,
        opened_at=world.now,
        entered_at=world.now,
    )


def test_only_the_house_s_own_models_are_registered():
    assert {model._meta.app_label for model in REGISTERED} == {"requests_app"}


def test_the_records_are_all_there_to_be_read():
    names = {model.__name__ for model in RECORDS}
    assert names == {
        "AuditCheckpoint",
        "AuditEntry",
        "CertificateAuthority",
        "DataRequest",
        "DataUse",
        "FileAccess",
        "LetterNumber",
        "LetterVersion",
        "LinkOpening",
        "Notice",
        "OfficialDocument",
        "Recipient",
        "RegisterEntry",
        "SigningAttempt",
        "SigningCertificate",
    }


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_who_keeps_no_settings_is_sent_to_the_login(kept, model):
    head = Client()
    head.force_login(kept.world.agency_head)
    for client in (Client(), head):
        answer = client.get(address(model, "changelist"))
        assert answer.status_code == 302
        assert "masuk" in answer["Location"] or "login" in answer["Location"]


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_a_list_is_shown(kept, superuser, model):
    request_of(kept.world)
    expected = 403 if model.__name__ == "AuditCheckpoint" else 200
    assert kept.client.get(address(model, "changelist")).status_code == expected
    assert superuser.get(address(model, "changelist")).status_code == 200


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_nothing_is_deleted(kept, superuser, model):
    rows = model._default_manager.count()
    found = model._default_manager.values_list("pk", flat=True).first() or 1
    for client in (kept.client, superuser):
        answer = client.post(address(model, "delete", found), {"post": "yes"})
        assert answer.status_code in {302, 403}
    assert model._default_manager.count() == rows


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)
def test_records_cannot_be_added(kept, superuser, model):
    for client in (kept.client, superuser):
        assert client.get(address(model, "add")).status_code == 403
        assert client.post(address(model, "add"), {}).status_code == 403


def test_a_state_cannot_be_changed_by_anybody(kept, superuser):
    data_request = request_of(kept.world)
    recipient = Recipient.objects.create(
        office=kept.world.office,
        data_request=data_request,
        number=1,
        data_owner=kept.world.owners[0],
        entered_at=kept.world.now,
    )
    for client in (kept.client, superuser):
        for subject, state in ((data_request, "closed"), (recipient, "recorded")):
            page = address(type(subject), "change", subject.pk)
            assert client.get(page).status_code == 200
            answer = client.post(page, {"state": state, "outcome": "reported", "title": "Lain"})
            assert answer.status_code == 403
    assert DataRequest.objects.get(pk=data_request.pk).state == "list_needs"
    assert Recipient.objects.get(pk=recipient.pk).state == "send_letter"


def test_a_letter_s_text_can_be_read_and_not_changed(kept):
    data_request = request_of(kept.world)
    version = LetterVersion.objects.create(
        letter=Letter.objects.create(data_request=data_request, sequence=1),
        number=1,
        subject="Permohonan data",
        body="Isi",
        signatory_title="Kepala",
        drafted_by=kept.world.staff,
        drafted_at=kept.world.now,
    )
    page = address(LetterVersion, "change", version.pk)
    assert "Permohonan data" in kept.client.get(page).content.decode()
    assert kept.client.post(page, {"body": "Lain"}).status_code == 403


def test_another_office_is_not_there(kept, superuser):
    other = make_world(owners=1)
    theirs = request_of(other)
    rows = [
        (Office, other.office),
        (DataRequest, theirs),
        (type(other.section), other.section),
        (type(other.staff), other.staff),
        (type(other.owners[0]), other.owners[0]),
        (SopEdition, SopEdition.objects.get(office=other.office)),
        (type(other.staff.positions.get()), other.staff.positions.get()),
    ]
    for model, row in rows:
        listed = kept.client.get(address(model, "changelist")).content.decode()
        assert other.office.name not in listed
        assert kept.client.get(address(model, "change", row.pk)).status_code == 302
        assert kept.client.post(address(model, "change", row.pk), {}).status_code in {302, 403}
        assert superuser.get(address(model, "change", row.pk)).status_code == 200


def test_forms_offer_only_the_own_office(kept):
    make_world(owners=0)
    page = kept.client.get(reverse("admin:requests_app_position_add"))
    fields = page.context["adminform"].form.fields
    world = kept.world
    people = {world.section_head, world.staff, world.agency_head, kept.admin}
    assert set(fields["user"].queryset) == people
    assert set(fields["office"].queryset) == {world.office}
    assert set(fields["section"].queryset) == {world.section}


def test_an_account_without_an_office_keeps_nothing(kept):
    kept.admin.office = None
    kept.admin.save()
    kept.admin.authenticator_set.create(type="totp", data={})  # else it is led to set one up first
    assert kept.client.get(address(Office, "changelist")).status_code == 403


def test_audit_entries_are_those_of_the_own_office(kept):
    other = make_world(owners=0)
    rows = [
        AuditEntry.objects.filter(office_id=office.pk).count()
        for office in (kept.world.office, other.office)
    ]
    listed = kept.client.get(address(AuditEntry, "changelist"))
    assert listed.context["cl"].result_count == rows[0]


def test_records_speak_of_states_and_deeds_in_words(kept):
    _world, data_request = data_request_at("receive_letter", world=kept.world)
    pages = {
        model: kept.client.get(address(model, "changelist")).content.decode()
        for model in (AuditEntry, DataRequest, Recipient)
    }
    assert "7 Terkirim" in pages[DataRequest]
    assert "7 Terkirim" in pages[Recipient]
    assert "Langkah 6 selesai: Pengiriman surat" in pages[AuditEntry]
    assert f"Permohonan {data_request.pk} #1" in pages[AuditEntry]
    shown = " ".join(re.sub(r"<[^>]+>", " ", page) for page in pages.values())
    assert not re.search(r"\b(list_needs|send_letter|new_link|completes|notes|request:)", shown)
    few = kept.client.get(address(AuditEntry, "changelist"), {"kind": "notes"})
    assert {entry.kind for entry in few.context["cl"].result_list} == {"notes"}


def test_mails_and_openings_say_to_which_request_they_belong(kept):
    world, data_request = data_request_at("receive_letter", world=kept.world)
    recipient = data_request.recipients.get()
    code = world.notes[f"code:{recipient.pk}"]
    assert access_codes.check_code(recipient.live_link(), code, at=world.now)
    row_by_row = re.compile(r'FROM "requests_app_(recipient|datarequest|dataowner)"')
    for model in (Notice, LinkOpening):
        with CaptureQueriesContext(connection) as queries:
            page = kept.client.get(address(model, "changelist")).content.decode()
        [row] = re.findall(r'<td class="field-(?:data_request|about)[^>]*>(.*?)</td>', page)
        assert data_request.title in row
        assert not [one for one in queries.captured_queries if row_by_row.search(one["sql"])]


def test_the_page_one_stands_on_is_the_one_that_is_filled():
    css = (settings.BASE_DIR / "static" / "css" / "admin.css").read_text()
    assert re.search(r"\.paginator \.this-page \{[^}]*background: var\(--button-bg\)", css)
    assert re.search(r"\.paginator a:link, \.paginator a:visited \{[^}]*background: none", css)


FROM_DJANGO = {"id", "password", "last_login", "is_superuser", "username", "email"}
"""Named and translated by Django itself."""


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_every_field_has_a_name_of_its_own(model):
    bare = {
        field.name
        for field in model._meta.concrete_fields
        if field.verbose_name == field.name.replace("_", " ")
    }
    assert (
        bare <= {"id", "public_id", "hash", "status", "revision", "format", "state"} | FROM_DJANGO
    )
