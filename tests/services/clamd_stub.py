"""A virus scanner that speaks INSTREAM, and behaves as it is told."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless bytes that every scanner takes for a virus."""


class _Scanner(socketserver.BaseRequestHandler):
    """Reads one stream and answers; `mode` says how."""

    def handle(self) -> None:
        server: Any = self.server
        if self._read(10) != b"zINSTREAM\0":
            return
        content = b""
        while size := struct.unpack("!L", self._read(4))[0]:
            content += self._read(size)
        server.heard.append(content)
        answer = b"stream: Eicar-Test FOUND\0" if EICAR in content else b"stream: OK\0"
        if server.mode == "hangs":
            server.go.wait(10)
        elif server.mode == "half":
            self.request.sendall(answer[:8])
        elif server.mode == "too large":
            self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
        else:
            self.request.sendall(answer)

    def _read(self, size: int) -> bytes:
        read = b""
        while len(read) < size:
            part: bytes = self.request.recv(size - len(read))
            if not part:
                raise ConnectionError
            read += part
        return read


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that goes away is what some tests are about."""


@contextmanager
def scanner(mode: str = "") -> Iterator[tuple[str, list[bytes]]]:
    """Let a scanner run; give its address, and what it has heard."""
    with _Server(("127.0.0.1", 0), _Scanner) as server:
        server.mode, server.heard, server.go = mode, [], threading.Event()  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}", server.heard  # type: ignore[attr-defined]
        finally:
            server.go.set()  # type: ignore[attr-defined]
            server.shutdown()
            thread.join()
