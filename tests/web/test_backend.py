"""Does a session bring the person and the positions along, in one query?"""

import pytest

from requests_app.models import Position
from requests_app.models.people import positions_of
from requests_app.web.backend import PeopleBackend
from tests.factories import make_world

pytestmark = pytest.mark.django_db


def test_a_person_comes_with_positions_and_office(django_assert_num_queries) -> None:
    world = make_world(owners=0)
    with django_assert_num_queries(1):
        person = PeopleBackend().get_user(world.staff.pk)
        assert person == world.staff
        assert person.office == world.office
        assert [one.user for one in positions_of(person, world.now)] == [person]


def test_each_page_sees_the_positions_of_its_moment() -> None:
    world = make_world(owners=0)
    Position.objects.filter(user=world.staff).update(valid_to=world.now.date())
    person = PeopleBackend().get_user(world.staff.pk)
    assert positions_of(person, world.now)
    assert positions_of(person, world.now.replace(year=world.now.year + 1)) == []


def test_who_never_held_a_position_comes_in_too() -> None:
    world = make_world(owners=0)
    Position.objects.filter(user=world.staff).delete()
    person = PeopleBackend().get_user(world.staff.pk)
    assert person == world.staff
    assert positions_of(person, world.now) == []


def test_a_closed_account_has_no_session() -> None:
    world = make_world(owners=0)
    type(world.staff).objects.filter(pk=world.staff.pk).update(is_active=False)
    assert PeopleBackend().get_user(world.staff.pk) is None
