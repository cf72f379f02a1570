"""As whom does this person act now?"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from requests_app.models import DataRequest, Office, Position, Recipient, ShareLink, User
from requests_app.models.people import positions_of
from requests_app.sop.roles import Actor, Capacity, Role

LONGEST_NAME: Final = 200


def actors_of(user: User, *, at: datetime) -> list[Actor]:
    """List the actors a person may be at this moment, one for each valid position."""
    return [position.as_actor() for position in positions_of(user, at)]


def actor_for(
    user: User, *, at: datetime, role: Role | None = None, section_id: int | None = None
) -> Actor | None:
    """Choose the actor for a step: the position with its role and section, else any valid one.

    None when the person holds no valid position now.
    """
    return choose(actors_of(user, at=at), role=role, section_id=section_id)


def choose(
    actors: Sequence[Actor],
    *,
    role: Role | None = None,
    section_id: int | None = None,
    post: str = "",
) -> Actor | None:
    """Choose among the actors a person may be: role first, then section, then post; or None."""

    def fitness(actor: Actor) -> tuple[bool, bool, bool]:
        in_section = actor.section_id in {None, section_id}
        return (actor.role is role, in_section, actor.post == post)

    return max(actors, key=fitness, default=None)


def actor_of_link(link: ShareLink) -> Actor:
    """Make the actor of a data owner who came in through a shared link."""
    recipient = link.recipient
    return Actor(
        name=recipient.respondent_name or str(recipient),
        title=recipient.respondent_title or recipient.data_owner.name,
        role=Role.DATA_OWNER,
        capacity=Capacity.LINK,
        office_id=recipient.office_id,
        recipient_id=recipient.pk,
        link_id=link.pk,
    )


def actor_on_behalf(staff: Actor, *, recipient: Recipient) -> Actor:
    """Make the actor of staff who records what an owner said or sent outside the system.

    The deed is the owner's; the name on record is that of who recorded it.
    """
    return replace(staff, role=Role.DATA_OWNER, capacity=Capacity.BEHALF, recipient_id=recipient.pk)


def named_for(actor: Actor, *, recipient: Recipient) -> str:
    """Name who spoke: whoever came by the link, or the owner by the hand of staff."""
    if actor.capacity is not Capacity.BEHALF:
        return actor.name
    hand = _(", dicatat {staf}").format(staf=actor.name)
    return recipient.data_owner.name[: LONGEST_NAME - len(hand)] + hand


def system_actor(subject: DataRequest | Recipient) -> Actor:
    """Make the system itself, which has one deed: deemed receipt."""
    return Actor(name="Sistem", role=None, capacity=Capacity.SYSTEM, office_id=subject.office_id)


def system_of(office: Office) -> Actor:
    """Make the system itself, for what it does to an office as a whole."""
    return Actor(name="Sistem", role=None, capacity=Capacity.SYSTEM, office_id=office.pk)


def signatory_for(data_request: DataRequest, *, at: datetime) -> Position | None:
    """Find who signs now: a Plh. before the holder, the holder before those who sign a.n."""
    order = {"plh": 0, "definitif": 1, "pj": 1, "plt": 1, "an": 2, "ub": 3}
    office = data_request.office
    of_all_times = Position.objects.filter(office=office, role=Role.AGENCY_HEAD.value)
    heads = data_request.kept("heads", lambda: list(of_all_times.select_related("user")))
    today = at.astimezone(office.zone).date()
    valid = (head for head in heads if head.is_valid_on(today))
    return min(valid, key=lambda head: order[head.kind], default=None)
