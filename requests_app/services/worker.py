"""How is what was handed to the worker worked off, and how does that end (ADR 0014)?"""

import time
from types import FrameType
from typing import Final

from django_q.cluster import Cluster

LOOK_SECONDS: Final = 0.2


class Worker(Cluster):  # type: ignore[misc]  # the library ships no types
    """A cluster whose leader only remembers that it was asked to end.

    The library ends everything inside the handler of the signal. A signal that comes while it
    starts its first child is then lost, or stops the leader at a lock that the child waits for,
    and both live for ever.
    """

    def __init__(self) -> None:
        self.asked = False
        super().__init__()

    def sig_handler(self, signum: int, frame: FrameType | None) -> None:
        """Remember; the loop below ends it."""
        self.asked = True


def work() -> bool:
    """Work until SIGTERM or SIGINT comes, finish what was begun, and return True.

    False: it ended without being asked. RuntimeError if it cannot begin.
    """
    worker = Worker()
    worker.start()
    while worker.sentinel.is_alive() and not worker.asked:
        time.sleep(LOOK_SECONDS)
    worker.stop()
    return worker.asked
