"""How does a post arrive in pieces, unfinished or without end? As at a real server, without one."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from django.test import Client

from sopdata.bodies import Application, whole_bodies

BOUNDARY = "batas-uji"
SECRET = "a" * 32
"""A browser's own secret against foreign forms: the same in the cookie and in the form."""


@dataclass(frozen=True)
class Answer:
    """What came back, and how many bytes were read before."""

    status: int
    text: str
    read: int


class Body:
    """A body that is made as it is read; it ends where its parts end."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self.parts, self.rest, self.read_so_far = iter(parts), b"", 0

    def read(self, size: int) -> bytes:
        come, wanted = [self.rest], size - len(self.rest)
        while wanted > 0 and (part := next(self.parts, b"")):
            come.append(part)
            wanted -= len(part)
        whole = b"".join(come)
        given, self.rest = whole[:size], whole[size:]
        self.read_so_far += len(given)
        return given


def field(name: str, value: str) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return f"{head}{value}\r\n".encode()


def file(name: str, file_name: str, content: bytes) -> bytes:
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; '
        f'filename="{file_name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    )
    return head.encode() + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    """Put parts together to a whole form, with the browser's own secret in it."""
    whole = field("csrfmiddlewaretoken", SECRET) + b"".join(parts)
    return whole + f"--{BOUNDARY}--\r\n".encode()


def endless(start: bytes, size: int) -> Iterator[bytes]:
    """Begin a form and go on with noughts, up to a size."""
    yield start
    for _part in range(size // 65536):
        yield bytes(65536)


@cache
def application() -> Application:
    """Make the application once, as a server does."""
    return whole_bodies(WSGIHandler())


@contextmanager
def connections_kept() -> Iterator[None]:
    """Let a request leave the test's own connection open, as Django's client does."""
    ends = (signals.request_started, signals.request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    try:
        yield
    finally:
        for end in ends:
            end.connect(close_old_connections)


def send(
    client: Client,
    path: str,
    parts: Iterable[bytes],
    *,
    announced: int,
    query: str = "",
    connection: Any = None,
) -> Answer:
    """Post to the application as a server hands it over; `announced` is the Content-Length."""
    body, said = Body(parts), list[str]()
    cookies = {name: one.value for name, one in client.cookies.items()}
    cookies[settings.CSRF_COOKIE_NAME] = SECRET
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
        "CONTENT_LENGTH": str(announced),
        "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "wsgi.url_scheme": "http",
        "wsgi.input": body,
    }
    if connection is not None:
        environ["gunicorn.socket"] = connection
    with connections_kept():
        answer = application()(environ, lambda status, headers: said.append(status))
        text = b"".join(answer).decode(errors="replace")
        answer.close()  # type: ignore[attr-defined]
    return Answer(int(said[0][:3]), text, body.read_so_far)
