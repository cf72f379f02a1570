"""Has all come that was announced? A body that breaks off, or that stops coming, is an error.

Servers give what has arrived and then nothing, as if that were the end: a file cut in the middle
would be taken for a whole one, and half a form for what somebody meant to send.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any, Final

SILENCE_SECONDS: Final = 60
"""How long nothing may come."""
SLOWEST: Final = 4096
"""Bytes a second, on the whole: who sends more slowly would hold one of our threads for hours."""

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class BrokenOff(OSError):
    """The rest of the body will not come; Django makes `UnreadablePostError` of it."""


class WholeBody:
    """Reads a body of a known length, and says so when it ends before its time."""

    def __init__(self, stream: Any, *, length: int, connection: Any = None) -> None:
        self.stream, self.left, self.connection = stream, length, connection
        self.ends_at = time.monotonic() + SILENCE_SECONDS + length / SLOWEST

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes; empty only where the body ends."""
        wanted = self.left if size < 0 else min(size, self.left)
        if not wanted:
            return b""
        part = self._waited_for(wanted)
        self.left -= len(part)
        if not part or time.monotonic() > self.ends_at:
            raise BrokenOff("The body broke off, or came too slowly.")
        return part

    def readline(self, size: int = -1) -> bytes:
        """Read a line; forms are not read in lines, but the protocol knows it."""
        line = self.stream.readline(self.left if size < 0 else min(size, self.left))
        self.left -= len(line)
        return bytes(line)

    def _waited_for(self, wanted: int) -> bytes:
        """Read with a limit on the silence where the server lets us at its connection."""
        if self.connection is None:
            return bytes(self.stream.read(wanted))
        before = self.connection.gettimeout()
        self.connection.settimeout(SILENCE_SECONDS)
        try:
            return bytes(self.stream.read(wanted))
        finally:
            self.connection.settimeout(before)


def whole_bodies(application: Application) -> Application:
    """Wrap an application so that it never takes a part of a body for all of it."""

    def wrapped(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        said = environ.get("CONTENT_LENGTH") or ""
        if said.isdecimal():
            environ["wsgi.input"] = WholeBody(
                environ["wsgi.input"],
                length=int(said),
                connection=environ.get("gunicorn.socket"),
            )
        return application(environ, start_response)

    return wrapped
