"""How do we talk to a server that is not ours, so that it can neither hold us nor lead us away?

One question, one answer, nothing tried twice. The answer comes whole and in time or not at all,
and whoever asks learns whether anything had been sent when it did not come.
"""

import http.client
import io
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import requests
from django.views.decorators.debug import sensitive_variables
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

LARGEST_ANSWER: Final = 60 * 1024 * 1024
"""In bytes: twice the largest paper with its attachments, which may come in base64."""


@dataclass(frozen=True, repr=False)
class Reply:
    """What came back in full; redirects and refusals are replies too."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Unreached(Exception):
    """Nothing has left this machine; `untrusted` where the other side could not prove its name."""

    def __init__(self, reason: str, *, untrusted: bool) -> None:
        super().__init__(reason)
        self.untrusted = untrusted


class Broken(Exception):
    """Something was sent and no whole answer came; `headers` as far as they did."""

    def __init__(self, reason: str, headers: Mapping[str, str]) -> None:
        super().__init__(reason)
        self.headers = headers


@sensitive_variables()
def converse(
    method: str,
    url: str,
    /,
    *,
    headers: Mapping[str, str],
    connect_timeout: float,
    read_timeout: float,
    authorities: str = "",
    **carries: Any,
) -> Reply:
    """Ask once; `carries` are `data`, `files` or `json` as `requests` takes them.

    `read_timeout` is for sending and answer together, in seconds, from the moment the connection
    stands. The environment has no say: no proxy, no other account; no redirect is followed.
    `authorities` is a file of certificates to trust instead of the public ones.

    Raises `Unreached` or `Broken`; outside of `except`, so that neither drags along the error it
    comes from, which holds the body that was sent.
    """
    line = _Line(read_timeout)
    known: Mapping[str, str] = {}
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", line)
        session.mount("http://", line)
        try:
            with session.request(
                method,
                url,
                headers={"Accept-Encoding": "identity", "User-Agent": "sopdata", **headers},
                timeout=(connect_timeout, read_timeout),
                verify=authorities or True,
                allow_redirects=False,
                stream=True,
                **carries,
            ) as response:
                known = response.headers
                return Reply(response.status_code, known, _content_of(response))
        except (requests.RequestException, HTTPError) as error:
            reason = type(error).__name__.strip("_")
            untrusted = isinstance(error, requests.exceptions.SSLError)
    if line.stood:
        raise Broken(reason, known)
    raise Unreached(reason, untrusted=untrusted)


class _TooLarge(requests.RequestException):
    """More came than a paper can be."""


class _Packed(requests.RequestException):
    """It came packed, which nobody asked for and which hides how large it is."""


def _content_of(response: requests.Response) -> bytes:
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise _Packed
    content = bytearray()
    for chunk in response.iter_content(64 * 1024):
        content += chunk
        if len(content) > LARGEST_ANSWER:
            raise _TooLarge
    return bytes(content)


class _Line(HTTPAdapter):
    """One conversation: whether it ever stood, and how long it may still last.

    The time-out of a socket begins anew with every byte, so a server that trickles could hold the
    thread for hours; here each reading gets what is left of the whole.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self._end = 0.0

    def get_connection_with_tls_context(self, *args: Any, **how: Any) -> Any:
        """Give the pool that `requests` would take, with connections that obey this line."""
        pool: Any = super().get_connection_with_tls_context(*args, **how)
        pool.ConnectionCls = type("Watched", (_Watched, pool.ConnectionCls), {"line": self})
        return pool

    @property
    def stood(self) -> bool:
        """Tell whether the other side was there, proved its name, and may have been told."""
        return self._end > 0

    def begin(self) -> None:
        self._end = time.monotonic() + self._seconds

    def left(self) -> float:
        """Give the seconds that are left; none left is a time-out."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _Watched(http.client.HTTPConnection):
    """A connection that starts the clock when it stands, TLS included."""

    line: _Line

    def connect(self) -> None:
        super().connect()
        self.line.begin()
        self.sock.settimeout(self.line.left())  # else sending has the short time of connecting
        self.response_class = type("Timed", (_Timed,), {"line": self.line})


class _Timed(http.client.HTTPResponse):
    """An answer whose every reading, headers included, is timed by the line."""

    line: _Line

    def __init__(self, sock: Any, **how: Any) -> None:
        super().__init__(sock, **how)
        reader: Any = self.fp
        self.fp = io.BufferedReader(_Readings(sock, reader.detach(), self.line))


class _Readings(io.RawIOBase):
    """The bytes of a socket, each reading with the time that is left."""

    def __init__(self, sock: Any, raw: Any, line: _Line) -> None:
        super().__init__()
        self._sock = sock
        self._raw = raw
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        self._sock.settimeout(self._line.left())
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()
