"""What does the virus scanner say of a file? An own client of clamd's INSTREAM, with time-outs.

The library of that name was last released in 2014, reads answers without a limit and gives a socket
no time-out of its own; the protocol is one command, so it is spoken here.
"""

import socket
import struct
import time
from collections.abc import Iterable
from contextlib import closing
from typing import Final

CONNECT_SECONDS: Final = 5
ANSWER_SECONDS: Final = 30
"""For the whole of one file."""
LONGEST_ANSWER: Final = 4096
CLEAN: Final = "stream: OK"
FOUND: Final = " FOUND"


class NoScanner(Exception):
    """The scanner is down, silent, or said what is no verdict; the file stays unjudged."""


def scan(address: str, parts: Iterable[bytes]) -> str:
    """Give the name of what was found in a file, empty when it is clean; raises `NoScanner`.

    `address` is the path of a socket, or `host:port`.
    """
    ends_at = time.monotonic() + ANSWER_SECONDS
    try:
        with closing(_connected(address)) as line:
            line.sendall(b"zINSTREAM\0")
            for part in parts:
                line.settimeout(_left(ends_at))
                line.sendall(struct.pack("!L", len(part)) + part)
            line.sendall(struct.pack("!L", 0))
            return _verdict(_answer(line, ends_at))
    except (OSError, ValueError) as error:
        raise NoScanner(str(error)) from error


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(CONNECT_SECONDS)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=CONNECT_SECONDS)


def _answer(line: socket.socket, ends_at: float) -> str:
    """Read to the NUL that ends an answer; half of one is none."""
    heard = b""
    while not heard.endswith(b"\0"):
        line.settimeout(_left(ends_at))
        part = line.recv(LONGEST_ANSWER)
        heard += part
        if not part or len(heard) > LONGEST_ANSWER:
            raise NoScanner(f"no whole answer: {heard[:80]!r}")
    return heard[:-1].decode(errors="replace").strip()


def _verdict(answer: str) -> str:
    if answer == CLEAN:
        return ""
    if answer.endswith(FOUND):
        return answer.removeprefix("stream: ").removesuffix(FOUND)
    raise NoScanner(answer)


def _left(ends_at: float) -> float:
    left = ends_at - time.monotonic()
    if left <= 0:
        raise NoScanner("no answer in time")
    return left
