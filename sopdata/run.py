"""How does one command bring up everything? The supervisor behind `make run`.

It starts the embedded PostgreSQL (unless `DATABASE_URL` is set), prepares the database, starts the
web and the worker, and when it is told to end it ends all of them. The children live in sessions of
their own: Ctrl-C reaches the supervisor alone, which signals each leader (a SIGTERM to the
whole group of the worker cuts off the job in hand, ADR 0014). When the supervisor itself is
killed, Linux tells the leaders in its stead.
"""

import contextlib
import ctypes
import errno
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TextIO

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connections

from sopdata import postgres

BASE_DIR = Path(__file__).resolve().parent.parent
LOCK = "run.lock"
CHILDREN = {
    "web": [sys.executable, "-m", "gunicorn", "-c", "python:sopdata.server", "sopdata.wsgi"],
    "worker": [sys.executable, "manage.py", "run_worker"],
}
START_SECONDS = 60
STOP_SECONDS = 30
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> int:
    """Run until a signal comes or a child ends; return the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sopdata.settings")
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    var = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))
    refuse_running(var)
    refuse_taken_port(host, port)
    stop = StopSignal()
    os.umask(0o077)
    lock = hold(var, os.environ.get("PUBLIC_BASE_URL", f"http://{host}:{port}"))
    with lock:
        return run_all(host, int(port), stop)


def run_all(host: str, port: int, stop: "StopSignal") -> int:
    """Bring everything up, wait, take everything down."""
    postgres.use_embedded_or_exit()
    try:
        prepare()
    except ImproperlyConfigured as sentence:
        sys.exit(f"Pengaturan belum benar: {sentence}")
    if stop.asked:
        return 0
    children = {name: start(command) for name, command in CHILDREN.items()}
    try:
        if wait_until_healthy(host, port, children, stop):
            print_welcome()
        ended = wait_for_end(children, stop)
    finally:
        say("Menghentikan…")
        stop_all(children)
    if ended and not stop.asked:
        say(f"Proses {ended} berhenti sendiri; sebabnya di atas.")
        return 1
    return 0


class StopSignal:
    """Remembers that somebody asked us to end: Ctrl-C, SIGTERM, or a closed terminal."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


def refuse_running(var: Path) -> None:
    """Say where it runs already, if another supervisor holds these data."""
    with contextlib.suppress(FileNotFoundError), (var / LOCK).open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(
                f"sopdata sudah berjalan di {lock.read().strip()}/ dengan data yang sama. "
                "Buka alamat itu, atau hentikan lebih dahulu (Ctrl-C di terminalnya)."
            )


def hold(var: Path, address: str) -> TextIO:
    """Hold the data for as long as this process lives, and leave word where it runs."""
    var.mkdir(parents=True, exist_ok=True)
    lock = (var / LOCK).open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        refuse_running(var)
        fcntl.flock(lock, fcntl.LOCK_EX)  # it ended just now
    lock.truncate(0)
    print(address, file=lock, flush=True)
    return lock


def refuse_taken_port(host: str, port: str) -> None:
    """Say so when another program listens there, before anything is started."""
    if not port.isdecimal() or not 0 < int(port) < 65536:
        sys.exit(f"PORT={port} bukan nomor port. Jalankan: make run PORT=8001")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                sys.exit(f"Port {port} sudah dipakai. Jalankan: make run PORT={int(port) + 1}")
            sys.exit(f"Port {port} tidak dapat dipakai ({error.strerror}).")


def prepare() -> None:
    """Bring the database and the static files up to date; a demo gets its office."""
    say("Menyiapkan basis data")
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=["scss"])
    call_command("schedule_jobs", verbosity=0)
    if settings.DEMO:
        call_command("demo")
    connections.close_all()


def start(command: list[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command, cwd=BASE_DIR, start_new_session=True, preexec_fn=end_after(os.getpid())
    )


def end_after(parent: int) -> Callable[[], None] | None:
    """Give what a child does before its program: ask Linux for SIGTERM when its parent dies.

    Elsewhere nothing does that; a killed supervisor leaves its children to whoever killed it.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl  # found here: between fork and exec nothing may be loaded

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask


def wait_until_healthy(
    host: str, port: int, children: "dict[str, subprocess.Popen[bytes]]", stop: StopSignal
) -> bool:
    """Wait for the first good answer of /sehat/."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and not stop.asked and not first_ended(children):
        if is_healthy(host, port):
            return True
        time.sleep(0.2)
    return False


def is_healthy(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    headers = {"Host": settings.ALLOWED_HOSTS[0], "X-Forwarded-Proto": "https"}
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/sehat/", headers=headers)
        return connection.getresponse().status == http.HTTPStatus.OK
    return False


def wait_for_end(children: "dict[str, subprocess.Popen[bytes]]", stop: StopSignal) -> str | None:
    """Sleep until we are asked to end or a child has ended; return that child's name."""
    while not stop.asked:
        if ended := first_ended(children):
            return ended
        time.sleep(0.2)
    return None


def first_ended(children: "dict[str, subprocess.Popen[bytes]]") -> str | None:
    return next((name for name, child in children.items() if child.poll() is not None), None)


def stop_all(children: "dict[str, subprocess.Popen[bytes]]") -> None:
    """Ask each leader to end; after half a minute end its whole session."""
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + STOP_SECONDS
    for child in children.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, until - time.monotonic()))
        # also when the leader is gone: what it left behind must not outlive us
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def print_welcome() -> None:
    """Say where it runs and who may log in."""
    lines = ["", f"  sopdata berjalan di {settings.PUBLIC_BASE_URL}/ (Ctrl-C menghentikannya)"]
    if settings.DEMO:
        lines += [
            "",
            "  Mode contoh: data di dalamnya bukan data sebenarnya. Empat akun, satu kata sandi:",
            *(f"    {username:<8}{settings.DEMO_PASSWORD}" for username in DEMO_USERNAMES),
        ]
    if hasattr(settings, "EMAIL_FILE_PATH"):
        lines += ["", f"  Surel ditulis ke {settings.EMAIL_FILE_PATH}"]
    if settings.EMBEDDED and os.geteuid() == 0:
        lines += [
            "",
            "  Dijalankan sebagai root: PostgreSQL bawaan memakai pengguna sistem pgserver dan",
            "  membuka (baca, lewat) folder di atas var/postgres. Rahasia, surel, dan berkas",
            "  tetap tertutup (0700).",
        ]
    print("\n".join(lines), "\n", flush=True)


DEMO_USERNAMES = ("kasi", "staf", "kepala", "admin")


def say(sentence: str) -> None:
    # a closed terminal must not keep us from ending the children
    with contextlib.suppress(OSError):
        print(f"→ {sentence}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
