"""Does an admin revoke a lost key for a reason, and see keys without ever holding one?"""

from typing import Any

import pytest
from django.urls import reverse

from requests_app.models import AuditEntry, SigningCertificate
from requests_app.services import certificates
from tests.admin.test_settings_of_an_office import REASON, typed
from tests.factories import data_request_at, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def press(kept: Any, person: Any, **changes: Any) -> Any:
    page = reverse("admin:requests_app_user_change", args=[person.pk])
    return kept.client.post(page, typed(kept.client, page, revoke_certificate="on", **changes))


def test_an_admin_revokes_a_key_for_a_reason(kept: Any) -> None:
    person = kept.world.agency_head
    assert press(kept, person).status_code == 302
    assert certificates.standing_of(person.pk) is None
    revoked = SigningCertificate.objects.get(user=person)
    assert (revoked.revoked_by, revoked.revoke_reason) == (kept.admin.name, REASON)
    assert AuditEntry.objects.get(deed="revoke_certificate").reason == REASON


def test_without_a_reason_the_key_stands(kept: Any) -> None:
    assert press(kept, kept.world.agency_head, reason="").status_code == 200
    assert certificates.standing_of(kept.world.agency_head.pk) is not None


def test_nobody_revokes_a_key_of_another_office(kept: Any) -> None:
    other = make_world(owners=0).agency_head
    page = reverse("admin:requests_app_user_change", args=[other.pk])
    kept.client.post(page, {"revoke_certificate": "on", "reason": REASON})
    assert certificates.standing_of(other.pk) is not None


@pytest.mark.parametrize("model", ["certificateauthority", "signingcertificate", "signingattempt"])
def test_keys_and_attempts_are_read_without_their_secrets(kept: Any, model: str) -> None:
    data_request_at("send_letter", world=kept.world)
    page = reverse(f"admin:requests_app_{model}_changelist")
    shown = kept.client.get(page)
    assert shown.status_code == 200
    links = {href for href in shown.content.decode().split('"') if href.endswith("/change/")}
    assert links
    for href in links:
        text = kept.client.get(href).content.decode()
        assert "PRIVATE KEY" not in text
        assert kept.client.post(href, {}).status_code == 403


def test_an_office_sets_the_order_of_its_initials(kept: Any) -> None:
    page = reverse("admin:requests_app_office_change", args=[kept.world.office.pk])
    posted = typed(kept.client, page, initial_titles="Kepala Subbagian\r\nSekretaris\r\n")
    assert kept.client.post(page, posted).status_code == 302
    kept.world.office.refresh_from_db()
    assert kept.world.office.initial_titles == ["Kepala Subbagian", "Sekretaris"]
