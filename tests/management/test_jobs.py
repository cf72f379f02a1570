"""Does the worker find every job by its name, and do the commands beside it the same?"""

from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.utils.module_loading import import_string
from django_q.models import OrmQ, Schedule
from pytest_django import Settings

from requests_app.management import jobs
from requests_app.models import AuditCheckpoint, Notice
from requests_app.services import audit, queue
from tests.factories import recipient_at

pytestmark = pytest.mark.django_db

WIB = ZoneInfo("Asia/Jakarta")


def test_every_scheduled_job_exists_once() -> None:
    for _start in range(2):
        call_command("schedule_jobs")
    assert set(Schedule.objects.values_list("name", flat=True)) == set(queue.EVERY_MINUTES)
    for schedule in Schedule.objects.all():
        assert callable(import_string(schedule.func))


def test_a_queued_mail_is_sent_by_the_name_in_the_queue(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    recipient_at("receive_letter")
    task = OrmQ.objects.get().task
    import_string(task["func"])(*task["args"])
    assert Notice.objects.get().status == Notice.Status.SENT


def test_the_net_sends_what_the_queue_has_lost(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    recipient_at("receive_letter")
    OrmQ.objects.all().delete()
    call_command("send_due_notices")
    assert "1 surel diproses." in capsys.readouterr().out
    assert Notice.objects.get().status == Notice.Status.SENT
    assert jobs.send_due_notices() == 0


def test_deemed_receipt_runs_as_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("deem_receipts")
    assert "0 surat dianggap diterima." in capsys.readouterr().out


def test_a_day_has_one_checkpoint_and_the_next_day_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for moment in ("2026-11-23T00:05", "2026-11-23T23:55", "2026-11-24T00:05"):
        with time_machine.travel(f"{moment}+07:00", tick=False):
            call_command("make_checkpoint")
    said = capsys.readouterr().out.splitlines()
    assert [line[-2:] for line in said] == ["1.", "1.", "2."]
    days = AuditCheckpoint.objects.order_by("sequence").values_list("at", flat=True)
    assert [day.astimezone(WIB).day for day in days] == [23, 24]
    assert list(audit.verify_checkpoints()) == []
