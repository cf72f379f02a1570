"""Does the worker end when it is asked to, at whatever moment that is?"""

import contextlib
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from django.conf import settings
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)  # another process looks into the database

ASKED_AT_THE_FORK = """
os.register_at_fork(after_in_parent=ask_once)
"""
ASKED_WHILE_IT_HOLDS_THE_LOCK_OF_ITS_CHILD = """
enter = multiprocessing.synchronize.Condition.__enter__
def enter_and_ask(condition):
    got = enter(condition)
    ask_once()
    return got
multiprocessing.synchronize.Condition.__enter__ = enter_and_ask
"""
LEADER = """
import multiprocessing.synchronize, os, signal
from django.core.management import execute_from_command_line
leader, asked = os.getpid(), []
def ask_once():
    if os.getpid() == leader and not asked:
        asked.append(True)
        os.kill(leader, signal.SIGTERM)
{moment}
execute_from_command_line(["manage.py", "run_worker"])
"""


def lead(*command: str) -> "subprocess.Popen[str]":
    """Start a worker on this test's database."""
    at = connection.settings_dict
    address = f"postgresql://{at['USER']}@/{at['NAME']}?host={at['HOST']}"
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "sopdata.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def end(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Wait for its end; whatever stays behind is put down and fails."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(60)
    assert put_down(process) == []
    assert process.stdout
    with process.stdout:
        return process.wait(), process.stdout.read()


def put_down(process: "subprocess.Popen[str]") -> list[int]:
    """Kill what lives of its group, and tell which those were."""
    left = [one.pid for one in psutil.process_iter() if group_of(one) == process.pid]
    if left:
        os.killpg(process.pid, signal.SIGKILL)
    return left


def group_of(process: psutil.Process) -> int | None:
    try:
        return None if process.status() == psutil.STATUS_ZOMBIE else os.getpgid(process.pid)
    except (psutil.NoSuchProcess, ProcessLookupError):
        return None


@pytest.mark.parametrize(
    "moment", [ASKED_AT_THE_FORK, ASKED_WHILE_IT_HOLDS_THE_LOCK_OF_ITS_CHILD], ids=["fork", "lock"]
)
def test_a_worker_asked_to_end_while_it_begins_ends(moment: str) -> None:
    code, said = end(lead("-c", LEADER.format(moment=moment)))
    assert code == 0, said


def test_a_worker_that_loses_its_guard_says_so() -> None:
    process = lead("manage.py", "run_worker")
    leader, until = psutil.Process(process.pid), time.monotonic() + 60
    while len(leader.children(recursive=True)) < 4 and time.monotonic() < until:
        time.sleep(0.1)
    [guard] = leader.children()
    guard.kill()
    assert process.wait(30) == 1
    put_down(process)  # what the guard left: whoever starts the worker ends its session
    assert process.stdout
    with process.stdout:
        said = process.stdout.read()
    assert "CommandError: Pekerja berhenti sendiri; sebabnya di atas." in said
