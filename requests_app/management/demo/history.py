"""How does the demo's past come about? Deed after deed, at its own time, through the services."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Final

from django.db import connection, transaction

from requests_app.management.demo.agenda import numbers_of
from requests_app.management.demo.case import Case
from requests_app.management.demo.diary import Diary
from requests_app.management.demo.stories import Line, requests_of
from requests_app.models import DataRequest, Notice, Office
from requests_app.services import certificates, clocks, deeming, notices
from requests_app.services.demo_office import DemoOffice, open_demo_office

MAIL_TAKES: Final = timedelta(seconds=6)
BEGAN_DAYS_AGO: Final = 70
"""Calendar days before now on which the demo office opened; the oldest deed is younger."""


def load(*, password: str, now: datetime) -> int:
    """Fill an empty database with the demo; all of it or nothing.

    Returns the number of requests, 0 where an office exists already. Two processes at once do it
    once.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('demo'))")
        if Office.objects.exists():
            return 0
        began = now - timedelta(days=BEGAN_DAYS_AGO)
        office = open_demo_office(password=password, at=began, now=now)
        live(office, now=now)
        return DataRequest.objects.count()


def live(office: DemoOffice, *, now: datetime) -> None:
    """Run all deeds of all requests in one time order; mails are sent as they come up."""
    diary = Diary(now=now, calendar=clocks.calendar_of(office.office))
    lines = [*_deeds(office, diary), *numbers_of(office, diary), *_jobs(diary)]
    for moment, deed in sorted(lines, key=itemgetter(0)):
        deed(moment)
        _post(moment + MAIL_TAKES)


def _deeds(office: DemoOffice, diary: Diary) -> Iterator[Line]:
    for topic, story in requests_of(diary.calendar.local(diary.now).year):
        yield from story(Case(office, topic), diary)


def _jobs(diary: Diary) -> Iterator[Line]:
    """Let the worker do each morning what only time brings, as it does in a running office."""
    for days_ago in range(1, 40):
        yield diary.day(days_ago, "08.05"), _deem


def _deem(at: datetime) -> None:
    deeming.deem_receipts(at=at)
    certificates.renew_lists(at=at)


def _post(at: datetime) -> None:
    """Send what is queued now, at the time of the story: the worker would come too late."""
    for notice in Notice.objects.filter(status=Notice.Status.QUEUED).order_by("pk"):
        notices.deliver(notice_id=notice.pk, clock=lambda: at)
