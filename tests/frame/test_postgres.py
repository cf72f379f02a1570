"""Does the embedded server live exactly as long as somebody needs it?"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from sopdata import postgres

HOLD = """
import sys, psycopg2
from sopdata import postgres
url = postgres.start()
print(url, flush=True)
for line in sys.stdin:
    connection = psycopg2.connect(url)
    connection.close()
    print("alive", flush=True)
"""


@pytest.fixture
def var() -> Iterator[Path]:
    """A short path: a socket's may not be long."""
    folder = Path(tempfile.mkdtemp(prefix="sop"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def hold(var: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=settings.BASE_DIR,
        env=os.environ | {"VAR_DIR": str(var), "LC_ALL": "xx_XX.UTF-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline().startswith("postgresql://")
    return process


def answers(process: "subprocess.Popen[str]") -> bool:
    assert process.stdin
    assert process.stdout
    process.stdin.write("?\n")
    process.stdin.flush()
    return process.stdout.readline() == "alive\n"


def end(process: "subprocess.Popen[str]", number: int) -> None:
    process.send_signal(number)
    process.wait(30)
    for stream in (process.stdin, process.stdout):
        assert stream
        stream.close()


def is_running(var: Path) -> bool:
    note = var / "postgres" / "postmaster.pid"
    if not note.exists():
        return False
    number = int(note.read_text().splitlines()[0])
    return psutil.pid_exists(number) and psutil.Process(number).status() != psutil.STATUS_ZOMBIE


def test_the_last_one_out_stops_the_server_even_after_a_crash(var: Path) -> None:
    first, second, crashed = hold(var), hold(var), hold(var)
    end(crashed, signal.SIGKILL)
    end(first, signal.SIGTERM)
    assert answers(second)
    end(second, signal.SIGTERM)
    assert not is_running(var)


def test_the_dead_and_strangers_with_their_number_are_forgotten(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    handles = tmp_path / ".handle_pids.json"
    handles.write_text(json.dumps([dead.pid, os.getpid()]))
    postgres.forget_the_dead(tmp_path)
    assert json.loads(handles.read_text()) == [os.getpid()]
    os.utime(handles, (0, 0))  # written long before this process began: its number is another's
    postgres.forget_the_dead(tmp_path)
    assert json.loads(handles.read_text()) == []


def test_a_note_with_somebody_elses_number_is_removed(tmp_path: Path) -> None:
    note = tmp_path / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n")
    postgres.forget_a_dead_server(tmp_path)
    assert not note.exists()


def test_too_long_a_path_is_refused_for_root_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path / ("x" * 100)))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(postgres.CannotStart, match="lebih pendek"):
        postgres.data_folder()


def test_somebody_elses_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    other = os.geteuid() + 4711
    monkeypatch.setattr(os, "geteuid", lambda: other)
    with pytest.raises(postgres.CannotStart, match="milik pengguna lain"):
        postgres.data_folder()


def test_an_own_database_starts_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/sopdata")
    monkeypatch.setattr(postgres, "start", lambda: pytest.fail("started"))
    postgres.use_embedded()
    assert os.environ["DATABASE_URL"] == "postgresql://db.example/sopdata"
