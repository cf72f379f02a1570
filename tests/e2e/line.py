"""How bad can a line be? A relay between browser and server that breaks off where it is told to."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

AT_ONCE_RESET = struct.pack("ii", 1, 0)
"""Close without a farewell, as a line does that is gone."""


class BreakingLine:
    """Carries bytes both ways; breaks each connection after so many bytes to the server.

    It does so until it is told to hold: Chromium itself sends again, unseen, what broke off on a
    connection that it had used before.
    """

    def __init__(self, server: str) -> None:
        there = urlsplit(server)
        self.there = (there.hostname or "", there.port or 80)
        self.breaks_after: int | None = None
        self.breaks = 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        """Tell what to type instead of the server's own address."""
        return f"http://localhost:{self.listening.getsockname()[1]}"

    def _listen(self) -> None:
        with suppress(OSError):  # closed at the end of the test
            while True:
                here, _address = self.listening.accept()
                there = socket.create_connection(self.there)
                for way in ((here, there, True), (there, here, False)):
                    threading.Thread(target=self._carry, args=way, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, is_outward: bool) -> None:
        carried = 0
        with suppress(OSError):
            while part := source.recv(16_384):
                carried += len(part)
                if is_outward and self.breaks_after and carried > self.breaks_after:
                    self.breaks += 1
                    for end in (source, target):
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE_RESET)
                    break
                target.sendall(part)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def breaking_line(server: str) -> Iterator[BreakingLine]:
    """Lay a line to a server."""
    line = BreakingLine(server)
    try:
        yield line
    finally:
        line.listening.close()
