"""Is a letter fully signed or not at all, at whatever point its signing was killed?

A hundred processes are killed (SIGKILL) at points spread over the whole of a signature, some before
it and some behind it. Only the typesetting is left out, as everywhere in the contracts.
"""

import os
import random
import signal
import time
from collections import Counter

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from requests_app.documents import judging
from requests_app.models import (
    DataRequest,
    LetterNumber,
    OfficialDocument,
    SigningAttempt,
)
from requests_app.services import audit, broken_off, routes
from tests.contracts.signing import FORK, forget_inherited_connections, letters_to_sign, sign
from tests.factories import World

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # from Python 3.12 on; no thread of ours holds a lock while the processes are made
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]

KILLS = 100


def sign_and_be_killed(world: World, key: int, after: float | None) -> float:
    """Sign in a process of its own and kill it `after` seconds; gives how long it lived."""
    ready, begin = FORK.Event(), FORK.Event()

    def run() -> None:
        forget_inherited_connections()
        connection.ensure_connection()
        ready.set()
        begin.wait()
        sign(world, key)
        os._exit(0)

    process = FORK.Process(target=run, daemon=True)
    process.start()
    assert process.pid is not None
    ready.wait()
    began = time.monotonic()
    begin.set()
    process.join(after)
    if process.is_alive():
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    return time.monotonic() - began


def outcome_of(world: World, key: int) -> str:
    """Say what became of a letter; fails where it is neither whole nor untouched."""
    data_request = DataRequest.objects.get(pk=key)
    document = OfficialDocument.objects.filter(data_request=key, kind="letter").first()
    numbers = [number.status for number in LetterNumber.objects.filter(data_request=key)]
    assert not SigningAttempt.objects.open().filter(data_request=key).exists()
    if document is None:
        assert data_request.state == "sign_letter"
        assert numbers in ([], ["reserved"])
        return "untouched" if not numbers else "number kept"
    assert (data_request.state, numbers) == ("send_letter", ["issued"])
    with default_storage.open(document.file.name) as stored:
        content = stored.read()
    assert judging.is_our_signature(routes.judge(content, office=world.office, at=world.now))
    return "signed"


def test_a_letter_whose_signing_is_killed_anywhere_is_signed_wholly_or_not_at_all() -> None:
    world, keys = letters_to_sign(KILLS + 2)
    connection.close()  # no two processes may share one
    for key in keys[:2]:  # the first warms up what every process imports
        whole = sign_and_be_killed(world, key, after=None)
    for turn, key in enumerate(keys[2:]):
        point = (turn + random.random()) / KILLS * whole * 1.1  # noqa: S311  # no secret
        sign_and_be_killed(world, key, after=point)

    broken_off.resume_broken(at=world.now + routes.OwnKeys.limit)
    outcomes = Counter(outcome_of(world, key) for key in keys[2:])
    assert outcomes["signed"] >= 1
    assert outcomes["signed"] < KILLS
    serials = LetterNumber.objects.filter(register__kind="letter").values_list("serial", flat=True)
    assert sorted(serials) == list(range(1, len(serials) + 1))
    assert list(audit.verify_chains()) == []

    world.tick(10)
    for key in keys[2:]:
        if DataRequest.objects.get(pk=key).state == "sign_letter":
            sign(world, key)
    assert {outcome_of(world, key) for key in keys} == {"signed"}
    issued = LetterNumber.objects.filter(register__kind="letter", status="issued")
    assert sorted(issued.values_list("serial", flat=True)) == list(range(1, KILLS + 3))
