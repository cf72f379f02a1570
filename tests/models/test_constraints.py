"""Does the database itself refuse what must never stand in it, whoever writes?"""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from requests_app.models import (
    CollectionForm,
    DataRequest,
    Initial,
    Letter,
    LetterNumber,
    NumberRegister,
    Position,
    Recipient,
    Section,
    SopEdition,
    SopStep,
)
from requests_app.services import offices
from requests_app.sop import steps
from requests_app.sop.roles import Role
from tests.factories import MONDAY, data_request_at, make_position, make_user, make_world

pytestmark = pytest.mark.django_db

Kind = Position.Kind
JANUARY = date(2027, 1, 1)


def day(number):
    return JANUARY + timedelta(days=number - 1)


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


def set_raw(model, pk, **values):
    """Write past model and machine, as a mistaken program would."""
    with transaction.atomic():
        model.objects.filter(pk=pk).update(**values)


# -- positions ----------------------------------------------------------------------------------


@pytest.fixture
def office():
    """An office without people."""
    return offices.open_office(
        name="Badan Tanpa Orang",
        government="Pemerintah Kota Contoh",
        head_title="Kepala Badan Tanpa Orang",
        city="Kota Contoh",
        contact_name="Narahubung",
        contact_phone="0285 000000",
    )


def head(office, kind, first, last, **fields):
    user = make_user(office, f"{kind}-{first}-{last}", f"Orang {kind}")
    more = {"represents": "Kepala Badan"} if kind in {Kind.AN, Kind.UB} else {}
    with transaction.atomic():
        return make_position(
            user,
            Role.AGENCY_HEAD,
            "Kepala Badan",
            kind=kind,
            valid_from=day(first),
            valid_to=None if last is None else day(last),
            **more,
            **fields,
        )


@pytest.mark.parametrize("kind", [Kind.DEFINITIVE, Kind.PJ, Kind.PLT])
@pytest.mark.parametrize("other", [Kind.DEFINITIVE, Kind.PJ, Kind.PLT])
def test_two_never_hold_the_post_of_the_head_at_once(office, kind, other):
    head(office, kind, 1, 10)
    head(office, other, 11, 20)
    with refused("one_head_at_a_time"):
        head(office, other, 20, 25)
    with refused("one_head_at_a_time"):
        head(office, other, 5, 6)


def test_an_open_end_holds_the_post_for_ever(office):
    head(office, Kind.DEFINITIVE, 1, None)
    with refused("one_head_at_a_time"):
        head(office, Kind.PLT, 300, 310)


def test_a_plh_may_overlap_the_holder_but_no_other_plh(office):
    head(office, Kind.DEFINITIVE, 1, None)
    head(office, Kind.PLH, 5, 8)
    head(office, Kind.PLH, 9, 9)
    with refused("one_daily_head_at_a_time"):
        head(office, Kind.PLH, 8, 8)


@pytest.mark.parametrize("kind", [Kind.AN, Kind.UB])
def test_who_signs_on_behalf_occupies_nothing(office, kind):
    head(office, Kind.DEFINITIVE, 1, None)
    head(office, kind, 1, None)
    head(office, kind, 2, None)


def test_offices_do_not_meet_in_that_rule(office):
    head(office, Kind.DEFINITIVE, 1, None)
    assert make_world(owners=0).agency_head.positions.count() == 1


def test_only_the_post_of_the_head_is_single(office):
    user = make_user(office, "dua", "Orang Dua")
    make_position(user, Role.STAFF, "Analis")
    make_position(user, Role.STAFF, "Arsiparis")


def test_the_model_says_it_with_a_sentence(office):
    head(office, Kind.DEFINITIVE, 1, None)
    user = make_user(office, "kedua", "Orang Kedua")
    second = Position(
        user=user,
        office=office,
        role=Role.AGENCY_HEAD.value,
        title="Kepala Badan",
        valid_from=day(3),
        decree_number="SK/2",
        decree_date=day(1),
    )
    with pytest.raises(ValidationError, match="sudah terisi"):
        second.full_clean()


def test_a_position_ends_after_it_begins_and_a_stand_in_ends_at_all(office):
    with refused("position_ends_after_it_begins"):
        # the range cannot even be built backwards for the head: staff shows the check itself
        user = make_user(office, "mundur", "Orang Mundur")
        with transaction.atomic():
            make_position(user, Role.STAFF, "Analis", valid_from=day(5), valid_to=day(4))
    for kind in (Kind.PLT, Kind.PLH):
        with refused("stand_in_has_an_end"):
            head(office, kind, 1, None)


def test_on_behalf_names_the_represented(office):
    user = make_user(office, "an", "Orang Atas Nama")
    with refused("on_behalf_names_the_represented"), transaction.atomic():
        make_position(user, Role.AGENCY_HEAD, "Sekretaris", kind=Kind.AN)


def test_a_position_stays_within_one_office(office):
    world = make_world(owners=0)
    user = make_user(office, "asing", "Orang Asing")
    position = Position(
        user=user,
        office=office,
        section=world.section,
        role=Role.STAFF.value,
        title="Analis",
        valid_from=day(1),
        decree_number="SK/2",
        decree_date=day(1),
    )
    with pytest.raises(ValidationError, match="perangkat daerah lain"):
        position.full_clean()
    position.section, position.office = Section(office=world.office, name="x"), world.office
    with pytest.raises(ValidationError, match="perangkat daerah lain"):
        position.full_clean()


# -- requests and recipients --------------------------------------------------------------------


@pytest.fixture
def walked():
    """A request in row 4 with two recipients."""
    return data_request_at("verify_letter", recipients=2)


def test_a_state_is_of_the_table(walked):
    _world, data_request = walked
    with refused("request_state_is_of_the_table"):
        set_raw(DataRequest, data_request.pk, state="dreaming")
    with refused("recipient_state_is_of_the_table"):
        set_raw(Recipient, data_request.recipients.first().pk, state="list_needs")


@pytest.mark.parametrize("state", [*(step.key for step in steps.STEPS), *steps.REQUEST_ENDS])
def test_each_state_of_the_table_may_stand_in_the_database(walked, state):
    _world, data_request = walked
    end = {}
    if state in steps.REQUEST_ENDS:
        end = {"closed_at": MONDAY, "outcome": "reported", "due_at": None}
    set_raw(DataRequest, data_request.pk, state=state, **end)


@pytest.mark.parametrize(
    "values",
    [
        {"state": "closed", "due_at": None},
        {"state": "closed", "due_at": None, "closed_at": MONDAY},
        {"state": "closed", "due_at": None, "outcome": "reported"},
        {"closed_at": MONDAY},
        {"outcome": "cancelled"},
    ],
)
def test_an_end_has_outcome_and_time_together(walked, values):
    _world, data_request = walked
    with refused("request_end_has_outcome_and_time"):
        set_raw(DataRequest, data_request.pk, **values)


def test_an_end_is_never_due(walked):
    _world, data_request = walked
    with refused("request_end_has_no_due_time"):
        set_raw(
            DataRequest,
            data_request.pk,
            state="closed",
            closed_at=MONDAY,
            outcome="reported",
            due_at=MONDAY,
        )


@pytest.mark.parametrize("values", [{"received_at": MONDAY}, {"received_how": "confirmed"}])
def test_receipt_has_how_and_when_together(walked, values):
    _world, data_request = walked
    with refused("recipient_receipt_has_how_and_when"):
        set_raw(Recipient, data_request.recipients.first().pk, **values)


def test_a_recipient_s_end_has_a_time_and_no_due_time(walked):
    _world, data_request = walked
    pk = data_request.recipients.first().pk
    for values in (
        {"state": "recorded"},
        {"state": "recorded", "ended_at": MONDAY, "due_at": MONDAY},
        {"ended_at": MONDAY},
    ):
        with refused("recipient_end_has_time_and_no_due"):
            set_raw(Recipient, pk, **values)


@pytest.mark.parametrize("state", ["declined", "waived"])
def test_a_recipient_leaves_for_a_reason(walked, state):
    _world, data_request = walked
    with refused("recipient_refusal_has_a_reason"):
        set_raw(Recipient, data_request.recipients.first().pk, state=state, ended_at=MONDAY)


def test_an_owner_is_asked_once_at_a_time(walked):
    world, data_request = walked
    recipient = data_request.recipients.first()
    with refused("owner_asked_once_at_a_time"), transaction.atomic():
        Recipient.objects.create(
            office=world.office,
            data_request=data_request,
            number=9,
            data_owner=recipient.data_owner,
            entered_at=MONDAY,
        )
    set_raw(Recipient, recipient.pk, state="waived", ended_at=MONDAY, end_reason="Tidak menjawab")
    Recipient.objects.create(
        office=world.office,
        data_request=data_request,
        number=9,
        data_owner=recipient.data_owner,
        entered_at=MONDAY,
    )
    with refused("recipient_number_once_per_request"):
        set_raw(Recipient, recipient.pk, number=9)


# -- letters, numbers, editions, forms ----------------------------------------------------------


def test_a_request_has_one_live_letter_and_a_letter_one_open_draft(walked):
    _world, data_request = walked
    with refused("one_live_letter_per_request"), transaction.atomic():
        Letter.objects.create(data_request=data_request, sequence=2)
    version = data_request.newest_version()
    drafts = [
        type(version)(
            letter=version.letter,
            number=number,
            subject="Hal",
            body="Isi",
            signatory_title="Kepala",
            drafted_by=version.drafted_by,
            drafted_at=MONDAY,
        )
        for number in (8, 9)
    ]
    drafts[0].save()
    with refused("one_open_draft_per_letter"), transaction.atomic():
        drafts[1].save()


@pytest.mark.parametrize("values", [{"voided_at": MONDAY}, {"void_reason": "Isi berubah"}])
def test_a_voided_initial_has_when_and_why_together(walked, values):
    world, data_request = walked
    initial = Initial.objects.create(
        version=data_request.newest_version(),
        user=world.section_head,
        name="Kasi",
        title="Kepala Subbagian",
        at=MONDAY,
        content_hash="0" * 64,
    )
    with refused("initial_void_has_when_and_why"):
        set_raw(Initial, initial.pk, **values)


@pytest.fixture
def number(office):
    register = NumberRegister.objects.get(office=office, kind="letter")
    return LetterNumber.objects.create(
        register=register,
        year=2026,
        serial=1,
        text="200.1/1/2026",
        status="issued",
        taken_at=MONDAY,
        taken_by="Kepala",
        dated=JANUARY,
    )


@pytest.mark.parametrize("change", [{"text": "lain"}, {"serial": 2}])
def test_a_number_is_given_once_per_register_and_year(number, change):
    fields = {
        "register": number.register,
        "year": number.year,
        "serial": number.serial,
        "text": number.text,
        "status": "issued",
        "taken_at": MONDAY,
        "taken_by": "Kepala",
        "dated": JANUARY,
    }
    with refused("number_(once_per_year|text_once)"), transaction.atomic():
        LetterNumber.objects.create(**{**fields, **change})


@pytest.mark.parametrize(
    "values",
    [
        {"status": "void"},
        {"status": "void", "voided_at": MONDAY, "voided_by": "Kepala"},
        {"voided_at": MONDAY},
    ],
)
def test_a_void_number_has_who_when_and_why(number, values):
    with refused("number_void_has_who_when_why"):
        set_raw(LetterNumber, number.pk, **values)


def test_a_request_holds_one_reserved_number_at_most(number, walked):
    _world, data_request = walked
    held = {"status": "reserved", "data_request": data_request, "register": number.register}
    taken = {"year": 2026, "dated": JANUARY, "taken_at": MONDAY, "taken_by": "Staf"}
    LetterNumber.objects.create(serial=2, text="200.1/2/2026", **held, **taken)
    with refused("one_reserved_number_per_request"):
        LetterNumber.objects.create(serial=3, text="200.1/3/2026", **held, **taken)


@pytest.mark.parametrize(
    "values",
    [
        {"returned_at": MONDAY},
        {"return_reason": "Dasar hukum keliru"},
        {"returned_at": MONDAY, "returned_by": "Kasi", "return_reason": "Alasan"},
    ],
    ids=["when alone", "why alone", "of a draft that never went up"],
)
def test_a_returned_version_has_who_when_and_why_and_had_gone_up(walked, values):
    _world, data_request = walked
    version = data_request.newest_version()
    set_raw(type(version), version.pk, submitted_at=None)
    with refused("return_has_who_when_why"):
        set_raw(type(version), version.pk, **values)


def test_an_office_has_one_current_edition_and_one_register_of_a_kind(office):
    with refused("one_current_edition"), transaction.atomic():
        offices.make_edition(office)
    with refused("register_once_per_office"), transaction.atomic():
        NumberRegister.objects.create(office=office, kind="letter")


def test_a_row_stands_once_in_an_edition_and_its_time_has_a_unit(office):
    edition = SopEdition.objects.get(office=office)
    row = SopStep.objects.get(edition=edition, key="list_needs")
    with refused("step_once_per_edition"):
        set_raw(SopStep, row.pk, key="prepare_form")
    for values in ({"standard_unit": ""}, {"standard_amount": None}, {"standard_unit": "abad"}):
        with refused("step_time_has_its_unit"):
            set_raw(SopStep, row.pk, **values)


def test_a_form_s_publication_has_who_and_when_together(walked):
    _world, data_request = walked
    form = data_request.published_form()
    with pytest.raises(IntegrityError):
        set_raw(CollectionForm, form.pk, published_at=None)


def test_every_constraint_of_the_models_stands_in_the_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint UNION SELECT indexname FROM pg_indexes")
        stored = {name for (name,) in cursor.fetchall()}
    declared = {
        constraint.name
        for model in apps.get_app_config("requests_app").get_models()
        for constraint in model._meta.constraints
    }
    assert declared
    assert declared <= stored
