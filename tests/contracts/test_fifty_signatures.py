"""Do fifty letters that are signed at the same moment get fifty contiguous numbers?

Fifty processes, each with a connection of its own, wait for one another and sign together through
the real service. Only the typesetting is left out, as everywhere in the contracts.
"""

import multiprocessing
from typing import Any

import pytest
from django.db import connection, connections

from requests_app.models import DataRequest, Initial, LetterNumber, NumberCounter, OfficialDocument
from requests_app.services import audit, synthetic
from tests.factories import WALK, World, data_request_at

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # from Python 3.12 on; no thread of ours holds a lock while the processes are made
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]

LETTERS = 50
PATIENCE_SECONDS = 60


def letters_to_sign() -> tuple[World, list[int]]:
    """Walk one request to its signature and copy it; each copy's initial fits its own content."""
    world, original = data_request_at("sign_letter")
    synthetic.multiply(originals=[original], count=LETTERS - 1)
    for initial in Initial.objects.select_related("version__letter__data_request"):
        initial.content_hash = initial.version.content_hash()
        initial.save(update_fields=["content_hash"])
    world.tick()
    return world, list(DataRequest.objects.values_list("pk", flat=True))


def forget_inherited_connections() -> None:
    """Leave the parent's connections alone, so that this process opens one of its own.

    After a browser test there are two in the parent: Django keeps another where an event loop runs,
    and a child sees the other one. What a child drops, psycopg2 does not close.
    """
    for inherited in connections.all(initialized_only=True):
        inherited.connection = None


def sign(world: World, key: int, barrier: Any, outcomes: Any) -> None:
    """Wait for the others and sign one letter, in a process of one's own."""
    forget_inherited_connections()
    try:
        data_request = DataRequest.objects.select_related("office", "edition", "section").get(
            pk=key
        )
        barrier.wait(PATIENCE_SECONDS)
        WALK["sign_letter"](world, data_request)
        outcomes.put("signed")
    except Exception as error:  # whatever happened is the outcome
        outcomes.put(repr(error))
    finally:
        connection.close()


def test_fifty_letters_signed_at_the_same_moment_get_fifty_contiguous_numbers() -> None:
    world, keys = letters_to_sign()
    assert len(keys) == LETTERS
    connection.close()  # no two processes may share one
    fork = multiprocessing.get_context("fork")
    barrier, outcomes = fork.Barrier(LETTERS), fork.Queue()
    signers = [
        fork.Process(target=sign, args=(world, key, barrier, outcomes), daemon=True) for key in keys
    ]
    for signer in signers:
        signer.start()
    told = [outcomes.get(timeout=PATIENCE_SECONDS) for _signer in signers]
    for signer in signers:
        signer.join(timeout=PATIENCE_SECONDS)

    assert set(told) == {"signed"}
    serials = list(range(1, LETTERS + 1))
    numbers = LetterNumber.objects.filter(register__office=world.office, register__kind="letter")
    assert sorted(numbers.values_list("serial", flat=True)) == serials
    assert {number.text for number in numbers} == {f"200.1/{serial}/2026" for serial in serials}
    assert NumberCounter.objects.get(register__kind="letter").last == LETTERS
    letters = OfficialDocument.objects.filter(kind="letter", number__in=numbers)
    assert set(letters.values_list("data_request", flat=True)) == set(keys)
    assert list(audit.verify_chains()) == []
