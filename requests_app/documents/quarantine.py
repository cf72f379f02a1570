"""Where is a stranger's PDF read, so that the worst it can do is to end one small process?

Whoever finds a code on a paper may send us any bytes. They are judged in a child of this process:
it gets none of our secrets, writes no file, may use so much memory and time and no more, and is
replaced when it dies. It stands ready for the next file, since starting one costs a second.
"""

import atexit
import base64
import json
import logging
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final, cast

from requests_app.documents import judging
from requests_app.documents.judging import Judgement, Problem, SignatureVerdict, Verdict

ROOT: Final = Path(__file__).resolve().parents[2]
LONGEST_SECONDS: Final = 10
"""For one file, by the clock on the wall and by that of the processor."""
PATIENCE_SECONDS: Final = 5
"""How long a file waits for those before it."""
MOST_MEMORY: Final = 1024**3
MOST_FILES: Final = 200
"""Judged by one child; then a new one takes its place, whatever the old one has gathered."""
LONGEST_ANSWER: Final = 100_000
OUR_FAULT: Final = b"null\n"

logger = logging.getLogger(__name__)


class NobodyThere(Exception):
    """The file was not judged, and that is not its own fault: too many before it, or our own."""


def judge(
    pdf: bytes,
    /,
    *,
    anchors: Sequence[bytes],
    revocation_lists: Sequence[bytes],
    at: datetime,
    signed_at: datetime | None = None,
    stamp_anchors: Sequence[bytes] = (),
) -> Judgement:
    """Judge as `judging.judge` does, but apart; a file that is too much for it is unreadable."""
    question = {
        "size": len(pdf),
        "anchors": [_packed(one) for one in anchors],
        "revocation_lists": [_packed(one) for one in revocation_lists],
        "stamp_anchors": [_packed(one) for one in stamp_anchors],
        "at": at.isoformat(),
        "signed_at": None if signed_at is None else signed_at.isoformat(),
    }
    if not _turn.acquire(timeout=PATIENCE_SECONDS):
        raise NobodyThere
    try:
        answer = _child_at_hand().ask(question, pdf)
    finally:
        _turn.release()
    if answer == OUR_FAULT:
        logger.error("No PDF can be judged: our own certificates or lists cannot be read")
        raise NobodyThere
    try:
        return _unpacked(json.loads(answer))
    except (ValueError, TypeError, LookupError):  # none in time, or a stranger's words
        logger.warning("A PDF was too much for who judged it: %s bytes", len(pdf))
        return Judgement(problem=Problem.UNREADABLE)


# -- on this side -----------------------------------------------------------------------------

_turn = threading.Lock()


class _Child:
    """The process that judges, and the pipes to it."""

    def __init__(self) -> None:
        self.parent = os.getpid()
        self.files_left = MOST_FILES
        self.process = subprocess.Popen(  # noqa: S603 (our own module)
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={},
        )
        self.questions = cast(IO[bytes], self.process.stdin)
        self.answers = cast(IO[bytes], self.process.stdout)

    def is_fit(self) -> bool:
        """Tell whether it can take one file more; that of another process is not ours to ask."""
        return self.parent == os.getpid() and self.files_left > 0 and self.process.poll() is None

    def ask(self, question: dict[str, Any], pdf: bytes) -> bytes:
        """Hand over a file and wait for the answer; empty where none came in time."""
        self.files_left -= 1
        clock = threading.Timer(LONGEST_SECONDS, self.process.kill)
        clock.start()
        try:
            self.questions.write(json.dumps(question).encode() + b"\n")
            self.questions.write(pdf)
            self.questions.flush()
            answer = self.answers.readline(LONGEST_ANSWER)
        except OSError:  # it died before it had read everything
            answer = b""
        finally:
            clock.cancel()
        if answer.endswith(b"\n"):
            return answer
        self.end()
        return b""

    def end(self) -> None:
        """Let it go, with whatever it is doing."""
        self.process.kill()
        self.process.wait()
        self.answers.close()
        with suppress(OSError):  # what was not yet read is lost on nobody
            self.questions.close()


_children: list[_Child] = []
"""The one that stands ready, if any."""


def _child_at_hand() -> _Child:
    if not (_children and _children[0].is_fit()):
        dismiss()
        _children.append(_Child())
    return _children[0]


@atexit.register
def dismiss() -> None:
    """Send the child away; the next file gets a new one."""
    for child in _children:
        if child.parent == os.getpid():
            child.end()
    _children.clear()


def _packed(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _unpacked(told: dict[str, Any]) -> Judgement:
    """Read an answer as what it must be: a stranger's bytes may have had a hand in it."""
    return Judgement(
        problem=Problem(told["problem"]),
        signatures=tuple(
            SignatureVerdict(
                **{
                    **one,
                    "verdict": Verdict(one["verdict"]),
                    "signed_at": _moment(one["signed_at"]),
                }
            )
            for one in told["signatures"]
        ),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


# -- on the other side ------------------------------------------------------------------------


def _serve() -> None:
    """Judge one file after another, until nobody asks any more."""
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed is no answer
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    while line := questions.readline():
        question = json.loads(line)
        _grant_seconds()
        answer = _answered(question, questions.read(question["size"]))
        answers.write(json.dumps(answer, default=datetime.isoformat).encode() + b"\n")
        answers.flush()


def _grant_seconds() -> None:
    """Allow the processor for one file more; who takes longer is ended by the system."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    seconds = int(used.ru_utime + used.ru_stime) + LONGEST_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, hard))


def _answered(question: dict[str, Any], pdf: bytes) -> dict[str, Any] | None:
    """Judge, and give what can be written down; None stands for `OUR_FAULT`."""
    try:
        judgement = judging.judge(
            pdf,
            anchors=[base64.b64decode(one) for one in question["anchors"]],
            revocation_lists=[base64.b64decode(one) for one in question["revocation_lists"]],
            stamp_anchors=[base64.b64decode(one) for one in question["stamp_anchors"]],
            at=datetime.fromisoformat(question["at"]),
            signed_at=_moment(question["signed_at"]),
        )
    except ValueError:  # one of our own certificates or lists
        return None
    return asdict(judgement)


if __name__ == "__main__":
    _serve()
