"""Does one command bring everything up, and does one signal take everything down?"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from sopdata import run as supervisor


@pytest.fixture
def var() -> Iterator[Path]:
    """A short path: a socket's may not be long."""
    folder = Path(tempfile.mkdtemp(prefix="sop"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(var: Path, port: int) -> "subprocess.Popen[str]":
    keys = {"SECRET_KEY": "s" * 64, "LINK_KEY": "l" * 64, "DEMO": "0"}
    keys |= {"AUTHORITY_KEY": "a" * 64, "MFA_KEY": "m" * 64, "NIK_KEY": "n" * 64}
    environ = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-m", "sopdata.run"],
        cwd=settings.BASE_DIR,
        env=environ | keys | {"VAR_DIR": str(var), "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def family(process: "subprocess.Popen[str]", var: Path) -> list[psutil.Process]:
    """The supervisor's children and theirs, and the database server, which is nobody's child."""
    server = int((var / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    return [*psutil.Process(process.pid).children(recursive=True), psutil.Process(server)]


def test_ctrl_c_leaves_nothing_behind(var: Path, port: int) -> None:
    process = run(var, port)
    assert process.stdout
    said = list(iter_until(process.stdout, "berjalan di"))
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sehat/") as answer:
            assert answer.read() == b"sehat\npemindaian berkas: tidak dipindai\n"
        members = family(process, var)
    finally:
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        said += process.stdout
    assert process.wait(40) == 0, said
    process.stdout.close()
    assert len(members) >= 5, "web, its processes, worker, its processes, database"
    assert [member for member in members if is_alive(member)] == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells the children")
def test_a_killed_supervisor_takes_web_and_worker_along(var: Path, port: int) -> None:
    process = run(var, port)
    assert process.stdout
    said = list(iter_until(process.stdout, "berjalan di"))
    *members, server = family(process, var)
    try:
        process.kill()
        _gone, left = psutil.wait_procs(members, timeout=40)
        assert len(members) >= 4, said
        assert [member for member in left if is_alive(member)] == []
    finally:
        for member in members:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        server.send_signal(signal.SIGINT)  # "fast": nobody is left who would stop it
        server.wait(20)
        process.stdout.close()
        process.wait(10)


def iter_until(lines: Iterable[str], word: str) -> Iterator[str]:
    for line in lines:
        yield line
        if word in line:
            return


def is_alive(process: psutil.Process) -> bool:
    # a container without an init process keeps the dead as zombies
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def test_a_second_start_on_the_same_data_is_told_where_the_first_runs(var: Path, port: int) -> None:
    with supervisor.hold(var, "http://127.0.0.1:8000"):
        process = run(var, port)
        said, _ = process.communicate(timeout=30)
        assert process.returncode == 1
        assert said.startswith("sopdata sudah berjalan di http://127.0.0.1:8000/ dengan data")
        assert [one.name for one in var.iterdir()] == [supervisor.LOCK]
    supervisor.refuse_running(var)  # whoever held it has gone


def test_a_taken_port_is_named_before_anything_starts(var: Path, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        process = run(var, port)
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert said == f"Port {port} sudah dipakai. Jalankan: make run PORT={port + 1}\n"
    assert list(var.iterdir()) == []
