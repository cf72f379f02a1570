"""Does the demo office come alive, once, and could its past have happened?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from requests_app.management.demo import history
from requests_app.management.demo.diary import Diary
from requests_app.models import (
    AuditEntry,
    Clarification,
    DataFile,
    DataRequest,
    Extension,
    LetterNumber,
    Notice,
    Office,
    OfficialDocument,
    Position,
    Recipient,
    User,
)
from requests_app.services import audit, clocks
from requests_app.sop.steps import CANCELLED, CLOSED, RECIPIENT_STEPS, REQUEST_STEPS

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""Monday 23 November 2026, 10.00 WIB."""
PASSWORD = "sandi-contoh-panjang-1"


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Office]:
    """Load the demo once for all tests here, and roll it back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        history.load(password=PASSWORD, now=NOW)
        yield Office.objects.get()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _database(demo: Office, db: None) -> None:
    """Let every test see it."""


def test_every_row_has_something_that_waits_in_it():
    states = set(DataRequest.objects.values_list("state", flat=True))
    waiting = DataRequest.objects.filter(state__in=[row.key for row in RECIPIENT_STEPS])
    states_of_recipients = set(
        Recipient.objects.filter(data_request__in=waiting).values_list("state", flat=True)
    )
    assert {row.key for row in REQUEST_STEPS} | {CLOSED, CANCELLED} <= states
    assert {row.key for row in RECIPIENT_STEPS} | {"declined"} <= states_of_recipients


def test_three_owners_of_one_request_stand_in_three_places():
    several = [one for one in DataRequest.objects.all() if one.recipients.count() == 3]
    states = {recipient.state for recipient in several[0].recipients.all()}
    assert states == {"deliver_data", "receive_letter", "declined"}


def test_one_is_returned_one_overdue_one_in_correction():
    returned = DataRequest.objects.get(state="draft_letter")
    assert returned.round == 2
    late = Recipient.objects.filter(state="process_request", due_at__lt=NOW)
    assert [recipient.received_how for recipient in late] == ["deemed"]
    assert Recipient.objects.filter(state="process_request", round=2, due_at__gt=NOW).exists()


def test_the_record_holds_and_no_moment_lies_ahead():
    assert not list(audit.verify_chains())
    newest = AuditEntry.objects.latest("at")
    assert NOW - timedelta(hours=1) < newest.at < NOW


def test_numbers_rise_with_their_dates():
    for kind in ("letter", "report", "receipt", "record"):
        series = LetterNumber.objects.filter(register__kind=kind, origin="here")
        numbers = series.order_by("serial")
        moments = [number.taken_at for number in numbers]
        assert len(moments) >= 2, kind
        assert moments == sorted(moments), kind
        assert [number.serial for number in numbers] == list(range(1, len(moments) + 1)), kind


def test_the_agenda_holds_a_reserved_an_outside_and_a_void_number(demo):
    numbers = LetterNumber.objects.filter(register__kind="letter")
    assert numbers.get(status="reserved").subject == "Permintaan narasumber (contoh)"
    assert numbers.get(status="void").void_reason
    assert numbers.get(origin="outside").serial is None
    assert demo.classifications.filter(code=demo.classification_code).exists()


def test_people_acted_in_office_hours_only(demo):
    calendar = clocks.calendar_of(demo)
    for entry in AuditEntry.objects.exclude(data_request_id=None):
        at = calendar.local(entry.at)
        spans = calendar.spans_of(at.date())
        assert any(opens <= at < closes for opens, closes in spans), f"{entry} {at}"


def test_mails_left_at_their_time_and_only_to_reserved_addresses():
    notices = list(Notice.objects.select_related("recipient"))
    assert notices
    for notice in notices:
        assert notice.status == Notice.Status.SENT
        assert notice.address.endswith(".test")
        assert notice.sent_at - notice.made_at < timedelta(minutes=1)
    sent_by_mail = Recipient.objects.filter(channel="email").exclude(state="send_letter")
    assert not sent_by_mail.filter(sent_at=None).exists()


def test_papers_and_files_are_real():
    for document in OfficialDocument.objects.all():
        with document.file.open("rb") as stored:
            assert stored.read(5) == b"%PDF-"
    assert {"text/csv"} < set(DataFile.objects.values_list("media_type", flat=True))


def test_people_are_fictional_and_positions_began_before_the_story(demo):
    assert demo.address == ""
    assert {user.username for user in User.objects.all()} == {"kasi", "staf", "kepala", "admin"}
    assert all("Contoh" in user.name and len(user.nip) == 18 for user in User.objects.all())
    assert all(user.check_password(PASSWORD) for user in User.objects.all())
    admin = User.objects.get(username="admin")
    assert admin.is_superuser
    assert not admin.positions.exists()
    first = DataRequest.objects.earliest("opened_at").opened_at.date()
    assert all(position.valid_from < first for position in Position.objects.all())


def test_a_second_time_changes_nothing(capsys):
    before = AuditEntry.objects.count()
    call_command("demo")
    assert "contoh tidak dimuat" in capsys.readouterr().out
    assert history.load(password=PASSWORD, now=NOW) == 0
    assert AuditEntry.objects.count() == before


def test_copies_of_the_demo_spread_over_all_states(capsys):
    walked = DataRequest.objects.count()
    for number in (2 * walked, walked):
        call_command("make_requests", number)
    states = list(DataRequest.objects.values_list("state", flat=True))
    assert len(states) == 4 * walked
    assert min(states.count(state) for state in set(states)) >= 4
    counts = {one.recipients.count() for one in DataRequest.objects.all()}
    assert {1, 2, 3} <= counts
    assert not list(audit.verify_chains())
    texts = list(LetterNumber.objects.values_list("register", "text"))
    assert len(texts) == len(set(texts))


def test_a_real_installation_gets_no_copies(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="instalasi contoh"):
        call_command("make_requests", 1)


def test_a_real_installation_gets_no_demo(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="instalasi contoh"):
        call_command("demo")


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 22, 20, 0, tzinfo=UTC),  # Monday 03.00, before opening
        datetime(2026, 3, 25, 1, 0, tzinfo=UTC),  # the first morning after Lebaran
        datetime(2027, 1, 1, 5, 0, tzinfo=UTC),  # a holiday
        datetime(2026, 11, 21, 5, 0, tzinfo=UTC),  # a Saturday
    ],
)
def test_moments_of_the_story_lie_in_order_whenever_it_is_loaded(demo, now):
    """`ago` comes after the days that the stories tell before it."""
    diary = Diary(now=now, calendar=clocks.calendar_of(demo))
    assert diary.day(2, "14.10") < diary.ago(200) < diary.ago(9) < now


def test_one_owner_waits_for_an_answer_and_one_for_more_days():
    question = Clarification.objects.get()
    assert question.is_open
    assert (question.recipient.state, question.recipient.due_at) == ("process_request", None)
    assert Extension.objects.get().is_open
