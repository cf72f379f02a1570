"""Does a person act as whom the positions valid today say, and as nobody else?"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from requests_app.models import Position, Section
from requests_app.services import people
from requests_app.sop.roles import Capacity, Role
from tests.factories import MONDAY, make_position, make_user, make_world, open_request

pytestmark = pytest.mark.django_db

TODAY = MONDAY.date()
DAY = timedelta(days=1)


@pytest.fixture
def world():
    return make_world(owners=1)


def roles_of(user, at=MONDAY):
    return [(actor.role, actor.capacity) for actor in people.actors_of(user, at=at)]


def plh(world, user, **fields):
    return make_position(
        user,
        Role.AGENCY_HEAD,
        world.office.head_title,
        kind=Position.Kind.PLH,
        **{"valid_from": TODAY, "valid_to": TODAY + 4 * DAY, **fields},
    )


# -- dates --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "ends", "valid"),
    [
        (TODAY, None, True),
        (TODAY, TODAY, True),
        (TODAY - DAY, TODAY, True),
        (TODAY + DAY, None, False),
        (TODAY - 9 * DAY, TODAY - DAY, False),
    ],
)
def test_a_position_counts_on_its_days_both_ends_included(world, starts, ends, valid):
    user = make_user(world.office, f"orang-{starts}-{ends}", "Orang Contoh")
    make_position(user, Role.STAFF, "Analis", valid_from=starts, valid_to=ends)
    assert bool(roles_of(user)) is valid


def test_the_day_is_the_office_s_own(world):
    world.office.time_zone = "Asia/Jayapura"
    world.office.save()
    user = make_user(world.office, "timur", "Orang Timur")
    make_position(user, Role.STAFF, "Analis", valid_from=date(2026, 12, 1))
    zone = ZoneInfo("Asia/Jayapura")
    assert roles_of(user, datetime(2026, 12, 1, 0, 1, tzinfo=zone))  # still November in UTC
    assert not roles_of(user, datetime(2026, 11, 30, 23, 59, tzinfo=zone))


def test_nobody_acts_without_a_position_an_office_or_an_active_account(world):
    user = make_user(world.office, "baru", "Orang Baru")
    assert roles_of(user) == []
    make_position(user, Role.STAFF, "Analis")
    assert roles_of(user)
    user.is_active = False
    assert roles_of(user) == []
    user.is_active, user.office = True, None
    assert roles_of(user) == []


def test_a_superuser_holds_no_role(world):
    admin = make_user(world.office, "root", "Admin", is_superuser=True, is_staff=True)
    assert roles_of(admin) == []
    assert people.actor_for(admin, at=MONDAY, role=Role.AGENCY_HEAD) is None


# -- stand-ins ----------------------------------------------------------------------------------


def test_while_a_plh_is_valid_only_the_plh_is_the_head(world):
    plh(world, world.section_head)
    assert (Role.AGENCY_HEAD, Capacity.PLH) in roles_of(world.section_head)
    assert (Role.SECTION_HEAD, Capacity.DEFINITIVE) in roles_of(world.section_head)
    assert roles_of(world.agency_head) == []


def test_a_plh_of_another_role_stands_in_for_no_head(world):
    days = {"valid_from": TODAY, "valid_to": TODAY + DAY}
    make_position(world.agency_head, Role.SECTION_HEAD, "Kasi", kind=Position.Kind.PLH, **days)
    assert (Role.AGENCY_HEAD, Capacity.DEFINITIVE) in roles_of(world.agency_head)


def test_a_plh_ends_by_itself(world):
    plh(world, world.section_head)
    after = MONDAY + 5 * DAY
    assert roles_of(world.agency_head, after) == [(Role.AGENCY_HEAD, Capacity.DEFINITIVE)]
    assert roles_of(world.section_head, after) == [(Role.SECTION_HEAD, Capacity.DEFINITIVE)]


def test_a_plh_of_another_office_silences_nobody_here(world):
    other = make_world(owners=0)
    plh(other, other.section_head)
    assert roles_of(world.agency_head)


def test_a_plt_prints_his_prefix(world):
    Position.objects.filter(user=world.agency_head).update(valid_to=TODAY - DAY)
    make_position(
        world.section_head,
        Role.AGENCY_HEAD,
        "Kepala Badan",
        kind=Position.Kind.PLT,
        valid_from=TODAY,
        valid_to=TODAY + 90 * DAY,
    )
    actor = people.actor_for(world.section_head, at=MONDAY, role=Role.AGENCY_HEAD)
    assert actor is not None
    assert (actor.title, actor.capacity) == ("Plt. Kepala Badan", Capacity.PLT)


def test_who_signs_on_behalf_stands_beside_the_head_and_does_not_occupy_the_post(world):
    make_position(
        world.section_head,
        Role.AGENCY_HEAD,
        "Sekretaris",
        kind=Position.Kind.AN,
        represents=world.office.head_title,
        section=world.section,
    )
    assert roles_of(world.agency_head)
    assert (Role.AGENCY_HEAD, Capacity.AN) in roles_of(world.section_head)


def test_the_letter_names_the_plh_first_then_the_holder_then_who_signs_on_behalf(world):
    data_request = open_request(world)
    make_position(
        world.section_head,
        Role.AGENCY_HEAD,
        "Sekretaris",
        kind=Position.Kind.AN,
        represents=world.office.head_title,
    )

    def signatory():
        position = people.signatory_for(data_request, at=MONDAY)
        return None if position is None else position.kind

    assert signatory() == "definitif"
    plh(world, world.staff)
    assert signatory() == "plh"
    Position.objects.exclude(kind="an").update(valid_to=TODAY - DAY, valid_from=date(2020, 1, 1))
    assert signatory() == "an"
    Position.objects.update(valid_to=TODAY - DAY, valid_from=date(2020, 1, 1))
    assert signatory() is None


# -- choosing -----------------------------------------------------------------------------------


def test_among_several_positions_the_step_s_role_and_section_decide(world):
    second = Section.objects.create(office=world.office, name="Seksi Kedua")
    make_position(world.staff, Role.SECTION_HEAD, "Kepala Seksi Kedua", section=second)
    make_position(world.staff, Role.STAFF, "Pengelola Kedua", section=second)
    chosen = people.actor_for(world.staff, at=MONDAY, role=Role.STAFF, section_id=second.pk)
    assert chosen is not None
    assert chosen.title == "Pengelola Kedua"
    chosen = people.actor_for(world.staff, at=MONDAY, role=Role.STAFF, section_id=world.section.pk)
    assert chosen is not None
    assert chosen.title == "Pengelola Data"
    chosen = people.actor_for(world.staff, at=MONDAY, role=Role.AGENCY_HEAD)
    assert chosen is not None
    assert chosen.role is not Role.AGENCY_HEAD


def test_the_system_is_nobody_s_role(world):
    system = people.system_actor(open_request(world))
    assert system.is_system
    assert (system.role, system.user_id, system.office_id) == (None, None, world.office.pk)
