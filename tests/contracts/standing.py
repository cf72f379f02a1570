"""How does somebody come to stand before the page of a row, with two owners asked?"""

from django.test import Client
from django.urls import reverse

from requests_app.models import DataRequest, Recipient
from requests_app.services import workflow
from requests_app.sop.roles import Role
from requests_app.sop.steps import Scope, Step
from tests.factories import World, data_request_at, fresh, make_world
from tests.web.doors import as_owner, as_user, owner_url

Subject = DataRequest | Recipient
REASON = "Alasan yang cukup panjang untuk dicatat."
PEOPLE = {Role.SECTION_HEAD: "section_head", Role.STAFF: "staff", Role.AGENCY_HEAD: "agency_head"}


def standing_in(step: Step) -> tuple[World, Subject]:
    """Walk a request with two of three owners to a row; gives what stands in it."""
    world = make_world(owners=3)
    if step.key == "review_refusals":
        _world, data_request = data_request_at("receive_letter", world=world, recipients=2)
        _waive_all(world, data_request)
    else:
        _world, data_request = data_request_at(step.key, world=world, recipients=2)
    data_request = fresh(data_request)
    return world, data_request if step.scope is Scope.REQUEST else first_of(data_request)


def first_of(data_request: DataRequest) -> Recipient:
    recipient = data_request.recipients.select_related("data_owner").order_by("number")[0]
    recipient.data_request, recipient.office = data_request, data_request.office
    return recipient


def again(subject: Subject) -> Subject:
    """Load a subject as it stands now."""
    if isinstance(subject, Recipient):
        return first_of(fresh(subject.data_request))
    return fresh(subject)


def door_of(
    world: World, subject: Subject, step: Step, *, by_staff: bool = False
) -> tuple[Client, str]:
    """Come in as the one whose row it is, or as staff who records it for an owner."""
    if isinstance(subject, DataRequest):
        address = reverse("web:step", args=[subject.public_id, step.segment])
    elif step.role is Role.DATA_OWNER and not by_staff:
        return as_owner(world, subject), owner_url(subject, step.segment)
    else:
        place = [subject.data_request.public_id, subject.number, step.segment]
        address = reverse("web:recipient_step", args=place)
    role = Role.STAFF if by_staff else step.role
    return as_user(getattr(world, PEOPLE[role])), address


def _waive_all(world: World, subject: DataRequest) -> None:
    for recipient in subject.recipients.all():
        workflow.perform(
            subject=recipient,
            deed="waive",
            actor=world.actor(Role.SECTION_HEAD),
            at=world.tick(),
            reason=REASON,
        )
