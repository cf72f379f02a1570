"""Can an admin lead an office to the certified provider, and keep a NIK without reading it?"""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from requests_app.apps import provider_is_set_up
from requests_app.models import AuditEntry, User
from requests_app.services import niks
from tests.admin.test_settings_of_an_office import REASON, entries, typed

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

NIK = "3374010101900001"


def page_of(person: User) -> str:
    return reverse("admin:requests_app_user_change", args=[person.pk])


def press(client: Client, person: User, **changes: Any) -> Any:
    return client.post(page_of(person), typed(client, page_of(person), **changes))


def test_a_nik_is_typed_once_and_read_by_nobody(kept: Any, caplog: Any) -> None:
    person = kept.world.agency_head
    assert "belum diisi" in kept.client.get(page_of(person)).content.decode()
    assert press(kept.client, person, nik="3374 0101 0190 0001").status_code == 302
    person.refresh_from_db()
    assert niks.nik_of(person) == NIK
    page = kept.client.get(page_of(person)).content.decode()
    assert "************0001" in page
    written = [str(list(AuditEntry.objects.values())), str(User.objects.values().get(pk=person.pk))]
    for text in (page, caplog.text, *written):
        assert NIK not in text
    (entry,) = entries(kept.world.office).filter(deed="change_user")
    assert entry.reason == REASON


def test_a_nik_stays_when_something_else_is_changed(kept: Any) -> None:
    person = kept.world.agency_head
    press(kept.client, person, nik=NIK)
    press(kept.client, person, name="Kepala Lain")
    person.refresh_from_db()
    assert niks.nik_of(person) == NIK
    press(kept.client, person, remove_nik="on")
    person.refresh_from_db()
    assert person.sealed_nik == ""


@pytest.mark.parametrize("wrong", ["12345", "337401010190000A", NIK + "1"])
def test_what_is_no_nik_is_refused(kept: Any, wrong: str) -> None:
    answer = press(kept.client, kept.world.agency_head, nik=wrong)
    assert "NIK terdiri atas 16 angka." in answer.content.decode()
    kept.world.agency_head.refresh_from_db()
    assert kept.world.agency_head.sealed_nik == ""


def test_an_office_chooses_who_makes_its_signatures(kept: Any, settings: Any) -> None:
    office = kept.world.office
    page = reverse("admin:requests_app_office_change", args=[office.pk])
    assert provider_is_set_up(databases=["default"]) == []
    answer = kept.client.post(page, typed(kept.client, page, signing_route="bsre_v2"))
    assert answer.status_code == 302
    office.refresh_from_db()
    assert office.signing_route == "bsre_v2"
    (entry,) = entries(office).filter(deed="change_office")
    assert entry.facts["changes"]["signing_route"] == ["internal", "bsre_v2"]
    (warning,) = provider_is_set_up(databases=["default"])
    assert (warning.id, office.name in warning.msg) == ("requests_app.W001", True)
    assert provider_is_set_up(databases=None) == []
    settings.BSRE_URL = "https://esign.contoh.go.id"
    assert provider_is_set_up(databases=["default"]) == []


def test_the_nik_is_in_no_list_of_the_admin() -> None:
    desk = admin.site._registry[User]
    shown = [*desk.list_display, *desk.list_filter, *desk.search_fields]
    assert not [name for name in shown if "nik" in str(name)]
