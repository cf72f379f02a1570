"""Where is work done on a stranger's bytes, so that the worst it can do is to end one process?

A module that works apart names itself in a `Bench` and ends with `serve`: the child runs that very
module, without our secrets, may write no file and use so much memory and time and no more, and is
replaced when it dies. It stands ready for the next file, since starting one costs a second.
"""

import atexit
import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final, cast

ROOT: Final = Path(__file__).resolve().parents[2]
LONGEST_SECONDS: Final = 10
"""For one file, by the clock on the wall and by that of the processor."""
PATIENCE_SECONDS: Final = 5
"""How long a file waits for those before it."""
MOST_MEMORY: Final = 1024**3
MOST_FILES: Final = 200
"""Worked on by one child; then a new one takes its place, whatever the old one has gathered."""
LONGEST_WORDS: Final = 1_000_000
MOST_BYTES: Final = 8 * 1024 * 1024

Work = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], bytes]]
"""From a question and a file to an answer in words, and in bytes where it has some."""


class NobodyThere(Exception):
    """Nobody worked on the file, and that is not its own fault: too many came before it."""


class TooMuch(Exception):
    """The file was too much for who worked on it: it ended him, or took too long."""


class Bench:
    """The child of this process that runs a module, one file after another."""

    def __init__(
        self, module: str, *, seconds: float | None = None, patience: float | None = None
    ) -> None:
        self.module, self.seconds, self.patience = module, seconds, patience
        self.turn = threading.Lock()
        self.child: _Child | None = None
        atexit.register(self.dismiss)

    def ask(self, question: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
        """Hand over a file and wait for the answer; raise `NobodyThere` or `TooMuch`."""
        if not self.turn.acquire(timeout=self.patience or PATIENCE_SECONDS):
            raise NobodyThere
        try:
            if self.child is None or not self.child.is_fit():
                self.dismiss()
                self.child = _Child(self.module)
            return self.child.ask(question, content, seconds=self.seconds or LONGEST_SECONDS)
        finally:
            self.turn.release()

    def dismiss(self) -> None:
        """Send the child away; the next file gets a new one."""
        if self.child is not None and self.child.parent == os.getpid():
            self.child.end()
        self.child = None


class _Child:
    """The process that works, and the pipes to it."""

    def __init__(self, module: str) -> None:
        self.parent = os.getpid()
        self.files_left = MOST_FILES
        self.process = subprocess.Popen(  # noqa: S603 (our own module)
            [sys.executable, "-m", module],
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

    def ask(
        self, question: dict[str, Any], content: bytes, *, seconds: float
    ) -> tuple[dict[str, Any], bytes]:
        self.files_left -= 1
        clock = threading.Timer(seconds, self.process.kill)
        clock.start()
        answer = None
        try:
            _say(self.questions, question, content)
            answer = _hear(self.answers)
        except (OSError, ValueError, TypeError, LookupError) as error:
            # it died before it had read everything, or said what nobody of ours would say
            raise TooMuch from error
        finally:
            clock.cancel()
            if answer is None:  # else what is still to be heard would answer the next question
                self.end()
        return answer

    def end(self) -> None:
        """Let it go, with whatever it is doing."""
        self.process.kill()
        self.process.wait()
        self.answers.close()
        with suppress(OSError):  # what was not yet read is lost on nobody
            self.questions.close()


def serve(work: Work, *, seconds: int = LONGEST_SECONDS) -> None:
    """Be the child: work on one file after another, until nobody asks any more."""
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed is no answer
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    while line := questions.readline():
        question = json.loads(line)
        _grant(seconds)
        _say(answers, *work(question, questions.read(question["size"])))


def _grant(seconds: int) -> None:
    """Allow the processor for one file more; who takes longer is ended by the system."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    until = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def _say(pipe: IO[bytes], words: dict[str, Any], content: bytes) -> None:
    pipe.write(json.dumps({**words, "size": len(content)}).encode() + b"\n")
    pipe.write(content)
    pipe.flush()


def _hear(pipe: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """Read an answer as what it must be: a stranger's bytes may have had a hand in it."""
    line = pipe.readline(LONGEST_WORDS)
    words = dict(json.loads(line))
    size = words.pop("size")
    if not (line.endswith(b"\n") and isinstance(size, int) and 0 <= size <= MOST_BYTES):
        raise ValueError("This is no answer.")
    content = pipe.read(size)
    if len(content) < size:
        raise ValueError("The answer was cut off.")
    return words, content
