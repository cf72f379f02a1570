"""Do fifty letters signed at the same moment get fifty contiguous numbers, and one letter one?

Processes with a connection of their own wait for one another and sign together through the real
service. Only the typesetting is left out, as everywhere in the contracts.
"""

import pytest
from django.db import connection

from requests_app.models import (
    DataRequest,
    LetterNumber,
    NumberCounter,
    OfficialDocument,
    SigningAttempt,
)
from requests_app.services import audit
from tests.contracts.signing import FORK, PATIENCE_SECONDS, letters_to_sign, sign_in_a_process
from tests.factories import World

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # from Python 3.12 on; no thread of ours holds a lock while the processes are made
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]

LETTERS = 50
ATTEMPTS, PROCESSES = 200, 50
POLITE = ("BeingSigned: ", "NotReady: ", "Stale: ")


def tell(world: World, shares: list[list[int]]) -> list[str]:
    """Let each process try its share of the letters, all from the same moment on."""
    connection.close()  # no two processes may share one
    barrier, outcomes = FORK.Barrier(len(shares)), FORK.Queue()
    signers = [sign_in_a_process(world, share, barrier, outcomes) for share in shares]
    told = [outcomes.get(timeout=PATIENCE_SECONDS) for share in shares for _key in share]
    for signer in signers:
        signer.join(timeout=PATIENCE_SECONDS)
    return told


def test_fifty_letters_signed_at_the_same_moment_get_fifty_contiguous_numbers() -> None:
    world, keys = letters_to_sign(LETTERS)
    assert len(keys) == LETTERS
    assert set(tell(world, [[key] for key in keys])) == {"signed"}

    serials = list(range(1, LETTERS + 1))
    numbers = LetterNumber.objects.filter(register__office=world.office, register__kind="letter")
    assert sorted(numbers.values_list("serial", flat=True)) == serials
    assert {number.text for number in numbers} == {f"200.1/{serial}/2026" for serial in serials}
    assert NumberCounter.objects.get(register__kind="letter").last == LETTERS
    letters = OfficialDocument.objects.filter(kind="letter", number__in=numbers)
    assert set(letters.values_list("data_request", flat=True)) == set(keys)
    assert list(audit.verify_chains()) == []


def test_of_two_hundred_attempts_on_one_letter_one_signs_and_the_others_are_told_why() -> None:
    world, (key,) = letters_to_sign(1)
    told = tell(world, [[key] * (ATTEMPTS // PROCESSES)] * PROCESSES)

    assert len(told) == ATTEMPTS
    assert told.count("signed") == 1
    refused = [answer for answer in told if answer != "signed"]
    assert all(answer.startswith(POLITE) for answer in refused), set(refused)
    assert OfficialDocument.objects.filter(kind="letter").count() == 1
    assert [number.status for number in LetterNumber.objects.all()] == ["issued"]
    assert SigningAttempt.objects.get().outcome == SigningAttempt.Outcome.SIGNED
    assert DataRequest.objects.get().state == "send_letter"
    assert list(audit.verify_chains()) == []
