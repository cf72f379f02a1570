"""Does an office keep its registers of numbers and its codes, and only what can be kept?"""

import pytest
from django.urls import reverse

from requests_app.models import Classification, NumberRegister, Section
from requests_app.services import numbers
from requests_app.services.numbers import Entry
from tests.admin.test_settings_of_an_office import entries, errors_of, typed
from tests.factories import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
ADD = reverse("admin:requests_app_numberregister_add")


def test_a_classification_gets_a_register_of_its_own(kept):
    office = kept.world.office
    data = typed(kept.client, ADD, kind="letter", classification="200.2", serial_width="3")
    assert kept.client.post(ADD, {**data, "office": office.pk}).status_code == 302
    register = NumberRegister.objects.get(office=office, classification="200.2")
    assert numbers.next_text(register, dated=MONDAY.date()) == "200.2/001/2026"
    assert numbers.classifications_of(office) == [("200.1", "200.1"), ("200.2", "200.2")]
    assert entries(office).get().deed == "add_numberregister"


def test_two_registers_that_would_write_the_same_numbers_are_refused(kept):
    office = kept.world.office
    NumberRegister.objects.filter(office=office, kind="letter").update(template="{urut}/{tahun}")
    data = typed(kept.client, ADD, kind="letter", classification="200.2", template="{urut}/{tahun}")
    answer = kept.client.post(ADD, {**data, "office": office.pk})
    assert "memakai pola yang sama" in errors_of(answer)


def test_the_next_number_is_shown_and_looking_takes_none(kept):
    register = NumberRegister.objects.get(office=kept.world.office, kind="letter")
    page = reverse("admin:requests_app_numberregister_change", args=[register.pk])
    for _look in range(2):
        assert "200.1/1/" in kept.client.get(page).content.decode()
    assert not register.counters.exists()


def test_what_a_register_is_for_stays_as_it_began(kept):
    register = NumberRegister.objects.get(office=kept.world.office, kind="letter")
    page = reverse("admin:requests_app_numberregister_change", args=[register.pk])
    data = typed(kept.client, page, serial_width="3", kind="report", classification="200.9")
    assert kept.client.post(page, data).status_code == 302
    register.refresh_from_db()
    assert (register.kind, register.classification, register.serial_width) == ("letter", "", 3)


def test_codes_and_units_are_kept_by_the_office(kept):
    office = kept.world.office
    page = reverse("admin:requests_app_classification_add")
    data = typed(kept.client, page, code="200.1.4.4", name="Organisasi kemasyarakatan")
    assert kept.client.post(page, {**data, "office": office.pk}).status_code == 302
    assert Classification.objects.get(office=office).code == "200.1.4.4"
    page = reverse("admin:requests_app_section_change", args=[kept.world.section.pk])
    assert kept.client.post(page, typed(kept.client, page, code="TU")).status_code == 302
    section = Section.objects.get(pk=kept.world.section.pk)
    NumberRegister.objects.filter(office=office, kind="letter").update(
        template="{urut}/{unit}/{tahun}"
    )
    register = NumberRegister.objects.get(office=office, kind="letter")
    number = numbers.LetterNumber(register=register, serial=1, dated=MONDAY.date())
    assert numbers.text_of(number, Entry(section=section)) == "1/TU/2026"
