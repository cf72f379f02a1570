"""How fast does a file come in beside a bare Django view, and what does a worker need meanwhile?

Throughput: a scan of 20 MB through a view of three lines with Django's own handlers and store, the
same view with ours, and the owner's own address; all in this process, from the WSGI call on.
Memory: a gigabyte through a real server, one worker, watched from outside.
"""

import hashlib
import http.client
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from requests_app.models import DataFile, Recipient
from requests_app.services import answers
from requests_app.web import owner
from requests_app.web.uploads import streams_uploads
from sopdata.store import FirmStorage
from tests.bench import scenery
from tests.documents import samples
from tests.web import streams

GOAL: Final = 0.8
MEMORY_GOAL: Final = 100
FILE_MB: Final = 20
ROUNDS: Final = 12
WARM_UP: Final = 2
GIGABYTE: Final = 1024
PORT: Final = 8965


@csrf_exempt
def bare_upload(request: HttpRequest) -> HttpResponse:
    """Save a file as Django's documentation does."""
    request.upload_handlers = [
        MemoryFileUploadHandler(request),
        TemporaryFileUploadHandler(request),
    ]
    store = FileSystemStorage(location=settings.FILES_ROOT / "bench")
    store.save("berkas", request.FILES["file"])
    return HttpResponse("ok")


@csrf_exempt
def bare_firm_upload(request: HttpRequest) -> HttpResponse:
    """Save a file as Django does, and promise of it what ours promises: hashed, and on the disk."""
    request.upload_handlers = [
        MemoryFileUploadHandler(request),
        TemporaryFileUploadHandler(request),
    ]
    sent, digest = request.FILES["file"], hashlib.sha256()
    for part in sent.chunks():
        digest.update(part)
    store = FileSystemStorage(location=settings.FILES_ROOT / "bench")
    with store.open(store.save("berkas", sent)) as saved:
        os.fsync(saved.fileno())
    return HttpResponse(digest.hexdigest())


@csrf_exempt
@streams_uploads(of=lambda _request: True)
def our_upload(request: HttpRequest) -> HttpResponse:
    """Save a file in as many lines by our handler and store: streamed, hashed, forced, moved."""
    store = FirmStorage(location=settings.FILES_ROOT / "bench")
    store.save(secrets.token_hex(8), request.FILES["file"])
    return HttpResponse("ok")


def section() -> str:
    """Measure, and tell it as a part of docs/bench.md."""
    recipient = Recipient.objects.filter(
        state="process_request",
        data_request__state__in=scenery.OWNER_STATES,
        links__revoked_at=None,
    ).earliest("pk")
    body = posted(recipient)
    bare, firm, ours, whole = in_turn(recipient, body)
    idle, peak = memory(recipient, body)
    ratio, grown = bare / ours, peak - idle
    rows = [
        ("Bare Django view, its own handlers and store", bare, 1, ""),
        ("The same, hashed and forced to the disk one after the other", firm, bare / firm, ""),
        (
            "The same view with ours: streamed, hashed, forced to the disk, moved",
            ours,
            ratio,
            f"≥ {GOAL}{'' if ratio >= GOAL else ', missed'}",
        ),
        (
            "The owner's own address: judged apart, recorded and shown besides",
            whole,
            bare / whole,
            "",
        ),
    ]
    lines = ["", f"| A scan of {FILE_MB} MB | ms | MB/s | ratio | goal |", "|---|---|---|---|---|"]
    lines += [
        f"| {name} | {took:.0f} | {FILE_MB * 1000 / took:.0f} | {beside:.2f} | {aim} |"
        for name, took, beside, aim in rows
    ]
    said = (
        f"A worker of {idle:.0f} MB takes 1 GB, {GIGABYTE // FILE_MB} files one after another, and "
        f"needs {grown:.0f} MB more at its peak; the goal is under {MEMORY_GOAL}"
        f"{'' if grown < MEMORY_GOAL else ', missed'}."
    )
    return "\n".join([*lines, "", said]) + "\n"


def posted(recipient: Recipient) -> bytes:
    """Write the post of one file of one item: a page of noise, as a scanner makes it."""

    def fill(pdf: Any) -> None:
        pdf.Root.Noise = pdf.make_stream(os.urandom(FILE_MB * 1024 * 1024))

    item = answers.sheet_of(recipient).items[0].item.pk
    return streams.form(
        streams.field("item", str(item)),
        streams.file("file", "pindaian.pdf", samples.pdf_file(fill)),
    )


def in_turn(recipient: Recipient, body: bytes) -> list[float]:
    """Send to each in turn; give the medians in milliseconds."""
    client = signed_in(recipient)
    own = reverse("web:owner_add_file", args=[recipient.public_id])
    paths = ("/lantai/unggah/", "/lantai/unggah/teguh/", "/lantai/unggah/kita/", own)
    times: dict[str, list[float]] = {path: [] for path in paths}
    for turn in range(WARM_UP + ROUNDS):
        for path in paths:
            began = time.perf_counter()
            answer = streams.send(client, path, pieces(body), announced=len(body))
            took = (time.perf_counter() - began) * 1000
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status} {answer.text[:300]}")
            DataFile.objects.filter(recipient=recipient, answers=None).delete()
            if turn >= WARM_UP:
                times[path].append(took)
    return [median(times[path]) for path in paths]


def signed_in(recipient: Recipient) -> Client:
    """Give a browser that has typed the access code."""
    link: Any = recipient.live_link()
    session = SessionStore()
    session[owner.OPENED] = {str(recipient.public_id): link.pk}
    session.create()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return client


# -- memory ---------------------------------------------------------------------------------------


def memory(recipient: Recipient, body: bytes) -> tuple[float, float]:
    """Send a gigabyte to a real server; give its worker's megabytes before, and at most."""
    cookies = {name: one.value for name, one in signed_in(recipient).cookies.items()}
    cookies[settings.CSRF_COOKIE_NAME] = streams.SECRET
    path = reverse("web:owner_add_file", args=[recipient.public_id])
    with served() as worker:
        for _warm_up in range(2):
            send(path, cookies, body)
        idle, watch = resident(worker), Watch(worker)
        for _file in range(GIGABYTE // FILE_MB):
            send(path, cookies, body)
        return idle, watch.end()


@contextmanager
def served() -> Iterator[int]:
    """Let gunicorn serve the bench's database with one worker; give the worker's pid."""
    address = urlsplit(os.environ["DATABASE_URL"])
    name = str(connection.settings_dict["NAME"])
    more = {
        "DATABASE_URL": address._replace(path=f"/{name}").geturl(),
        "SOPDATA_EMBEDDED": "1",
        "PORT": str(PORT),
        "WEB_CONCURRENCY": "1",
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "python:sopdata.server", "sopdata.wsgi"]
    master = subprocess.Popen(command, env=os.environ | more, cwd=settings.BASE_DIR)
    try:
        for _try in range(300):
            if is_up():
                break
            time.sleep(0.1)
        children = Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text()
        yield int(children.split()[0])
    finally:
        master.terminate()
        master.wait()


def is_up() -> bool:
    """Tell whether somebody listens."""
    try:
        line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
        line.request("GET", "/sehat/")
        line.getresponse().read()
        line.close()
    except OSError:
        return False
    return True


def send(path: str, cookies: dict[str, str], body: bytes) -> None:
    """Post a file as a browser does."""
    line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    line.request(
        "POST",
        path,
        body=pieces(body),
        headers={
            "Content-Type": f"multipart/form-data; boundary={streams.BOUNDARY}",
            "Content-Length": str(len(body)),
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        },
    )
    answer = line.getresponse()
    text = answer.read()
    line.close()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {text[:300]!r}")


def pieces(body: bytes) -> Iterator[bytes]:
    """Send as a net does, piece by piece."""
    for start in range(0, len(body), 65536):
        yield body[start : start + 65536]


class Watch:
    """Looks at a process every few milliseconds and remembers the most it has held."""

    def __init__(self, pid: int) -> None:
        self.pid, self.peak, self.is_over = pid, 0.0, threading.Event()
        self.thread = threading.Thread(target=self._look)
        self.thread.start()

    def _look(self) -> None:
        while not self.is_over.wait(0.02):
            self.peak = max(self.peak, resident(self.pid))

    def end(self) -> float:
        """Stop looking, and tell."""
        self.is_over.set()
        self.thread.join()
        return self.peak


def resident(pid: int) -> float:
    """Tell how many megabytes of a process lie in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
