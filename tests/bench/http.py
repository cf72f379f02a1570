"""How long does the application take for one request? From WSGI call to the last byte."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Any

from django.conf import settings

Application = Callable[..., Any]


@dataclass(frozen=True)
class Page:
    """An address, and the cookies with which it is asked for."""

    name: str
    path: str
    cookies: str = ""


def get(application: Application, page: Page) -> float:
    """Ask for a page once and return the milliseconds it took; anything but 200 is an error."""
    said: list[str] = []
    environ = environ_of(page)
    began = time.perf_counter()
    answer = application(environ, lambda status, headers: said.append(status))
    try:
        body = b"".join(answer)
    finally:
        answer.close()
    took = (time.perf_counter() - began) * 1000
    if not said[0].startswith(str(HTTPStatus.OK.value)):
        raise RuntimeError(f"{page.path}: {said[0]} {body[:300]!r}")
    return took


def body_of(application: Application, page: Page) -> bytes:
    """Ask for a page once and return it, unpacked."""
    answer = application(environ_of(page), lambda status, headers: None)
    try:
        return b"".join(answer)
    finally:
        answer.close()


def environ_of(page: Page) -> dict[str, Any]:
    """Build what a WSGI server hands over for a GET of a browser."""
    path, _mark, query = page.path.partition("?")
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SCRIPT_NAME": "",
        "SERVER_NAME": settings.ALLOWED_HOSTS[0],
        "SERVER_PORT": settings.PORT,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": f"{settings.ALLOWED_HOSTS[0]}:{settings.PORT}",
        "HTTP_ACCEPT": "text/html",
        "HTTP_ACCEPT_LANGUAGE": "id",
        "HTTP_COOKIE": page.cookies,
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
