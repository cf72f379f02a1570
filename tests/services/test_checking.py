"""Which certificate was a paper signed with, whatever its owner has got since?"""

import pytest
from django.utils import timezone

from requests_app.models import OfficialDocument
from requests_app.services import certificates, checking
from requests_app.sop.roles import Role
from tests.factories import PASSPHRASE, data_request_at

pytestmark = pytest.mark.django_db


def test_the_certificate_of_then_is_found_though_its_owner_has_another_now():
    world, _data_request = data_request_at("send_letter")
    document = OfficialDocument.objects.get()
    then = checking.certificate_behind(document)
    head = world.agency_head
    now = certificates.enrol(
        user=head, actor=world.actor(Role.AGENCY_HEAD), passphrase=PASSPHRASE, at=timezone.now()
    )
    assert certificates.standing_of(head.pk) == now
    assert checking.certificate_behind(document) == then
    assert then is not None
    assert then.serial != now.serial


def test_a_paper_that_our_keys_did_not_sign_has_none():
    data_request_at("report_usage")
    for document in OfficialDocument.objects.exclude(kind=OfficialDocument.Kind.LETTER):
        assert checking.certificate_behind(document) is None
