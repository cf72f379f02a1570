"""Can an admin help somebody whose telephone is gone, on the record, and nobody help themselves?"""

from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib import admin
from django.urls import reverse

from requests_app.models import AuditEntry, Notice, User
from requests_app.services import audit
from tests.admin.test_settings_of_an_office import REASON, typed
from tests.factories import make_world

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def with_app(person: User) -> User:
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    return person


def press(kept: Any, person: User, **changes: Any) -> Any:
    page = reverse("admin:requests_app_user_change", args=[person.pk])
    return kept.client.post(page, typed(kept.client, page, reset_second_factor="on", **changes))


def deeds(kept: Any) -> list[str]:
    chain = audit.chain_of_office(kept.world.office.pk)
    return list(AuditEntry.objects.filter(chain=chain).values_list("deed", flat=True))


def test_an_admin_takes_a_lost_second_factor_off(kept: Any) -> None:
    person = with_app(kept.world.agency_head)
    assert press(kept, person).status_code == 302
    assert not person.authenticator_set.exists()
    entry = AuditEntry.objects.get(deed="reset_second_factor")
    assert (entry.reason, entry.actor_name) == (REASON, kept.admin.name)
    assert entry.facts == {"user": person.pk, "kinds": ["recovery_codes", "totp"]}
    notice = Notice.objects.get(kind="account")
    assert notice.address == person.email
    assert "diatur ulang oleh Pengelola Contoh" in notice.text
    assert list(audit.verify_chains()) == []


def test_without_a_reason_nothing_is_taken_off(kept: Any) -> None:
    person = with_app(kept.world.staff)
    assert press(kept, person, reason="").status_code == 200
    assert person.authenticator_set.count() == 2


def test_nobody_takes_off_the_own(kept: Any) -> None:
    with_app(kept.admin)
    press(kept, kept.admin)
    assert kept.admin.authenticator_set.count() == 2
    assert "reset_second_factor" not in deeds(kept)


def test_nobody_takes_it_off_somebody_of_another_office(kept: Any) -> None:
    person = with_app(make_world(owners=0).agency_head)
    page = reverse("admin:requests_app_user_change", args=[person.pk])
    answer = kept.client.post(page, {"reset_second_factor": "on", "reason": REASON})
    assert answer.status_code == 302
    assert person.authenticator_set.count() == 2


def test_where_there_is_none_nothing_is_written(kept: Any) -> None:
    press(kept, kept.world.staff)
    assert "reset_second_factor" not in deeds(kept)


def test_the_office_names_of_whom_it_is_asked(kept: Any) -> None:
    office = kept.world.office
    page = reverse("admin:requests_app_office_change", args=[office.pk])
    kept.client.post(page, typed(kept.client, page, second_factor_roles=["agency_head", "staff"]))
    office.refresh_from_db()
    assert office.second_factor_roles == ["agency_head", "staff"]
    kept.client.post(page, typed(kept.client, page, second_factor_roles=[]))
    office.refresh_from_db()
    assert office.second_factor_roles == []
    entry = AuditEntry.objects.filter(deed="change_office").latest("pk")
    assert entry.facts["changes"]["second_factor_roles"] == ["['agency_head', 'staff']", "[]"]


def test_a_new_office_begins_with_asking_those_who_sign_and_who_administer(
    superuser: Any,
) -> None:
    page = superuser.get(reverse("admin:requests_app_office_add"))
    shown = page.context["adminform"].form["second_factor_roles"].value()
    assert shown == ["agency_head", "admin"]


def test_what_proves_a_person_is_no_table_of_the_admin() -> None:
    assert not [model for model in admin.site._registry if model.__module__.startswith("allauth")]
