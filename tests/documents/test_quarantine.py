"""What is the worst that a stranger's PDF can do to us?"""

import os
import resource
import signal
import time
import zlib
from pathlib import Path

import pytest

from requests_app.documents import apart, judging, quarantine
from requests_app.documents.judging import Problem
from tests.documents import signers
from tests.documents.signers import AT


@pytest.fixture(autouse=True)
def no_child_is_left_behind():
    yield
    quarantine.bench.dismiss()


def judged(pdf: bytes, **changes) -> judging.Judgement:
    values = {
        "anchors": [signers.office().certificate],
        "revocation_lists": [signers.empty_list()],
        "at": AT,
    }
    return quarantine.judge(pdf, **(values | changes))


def child_now() -> int:
    return quarantine.bench.child.process.pid


@pytest.mark.parametrize(
    "pdf",
    [signers.signed_letter, signers.letter, lambda: b"", lambda: signers.signed_letter()[:-400]],
    ids=["signed", "unsigned", "empty", "cut off"],
)
def test_it_judges_as_is_judged_here(pdf):
    for signed_at in (None, AT):
        assert judged(pdf(), signed_at=signed_at) == signers.judged(pdf(), signed_at=signed_at)


def test_one_child_judges_many_files_and_then_another_takes_its_place(monkeypatch):
    monkeypatch.setattr(apart, "MOST_FILES", 3)
    quarantine.bench.dismiss()  # one that stands ready from another test may judge more
    seen = []
    for _file in range(4):
        judged(b"")
        seen.append(child_now())
    assert len(set(seen[:3])) == 1
    assert seen[3] != seen[0]


def test_a_child_that_was_killed_is_replaced():
    judged(b"")
    before = child_now()
    os.kill(before, signal.SIGKILL)
    quarantine.bench.child.process.wait()
    assert judged(signers.letter()) == judging.Judgement()
    assert child_now() != before


def test_a_file_that_takes_too_long_is_unreadable_and_the_next_is_judged(monkeypatch):
    judged(b"")
    os.kill(child_now(), signal.SIGSTOP)  # as one that is busy for ever
    monkeypatch.setattr(apart, "LONGEST_SECONDS", 0.3)
    began = time.monotonic()
    assert judged(signers.letter()).problem is Problem.UNREADABLE
    assert time.monotonic() - began < 3
    monkeypatch.setattr(apart, "LONGEST_SECONDS", 10)
    assert judged(signers.letter()) == judging.Judgement()


def test_who_comes_while_another_file_is_judged_waits_and_is_sent_away(monkeypatch):
    monkeypatch.setattr(apart, "PATIENCE_SECONDS", 0.05)
    with quarantine.bench.turn, pytest.raises(quarantine.NobodyThere):
        judged(b"")


def test_what_we_cannot_read_of_our_own_is_our_fault_and_no_verdict(caplog):
    with pytest.raises(quarantine.NobodyThere):
        judged(signers.letter(), anchors=[b"no certificate"])
    assert "No PDF can be judged" in caplog.text
    assert judged(signers.letter()) == judging.Judgement()


def test_the_child_has_no_secrets_and_little_room():
    judged(b"")
    about = Path(f"/proc/{child_now()}")
    assert (about / "environ").read_bytes() == b""
    limits = (about / "limits").read_text()
    for name, most in (
        ("Max file size", "0"),
        ("Max core file size", "0"),
        ("Max address space", str(apart.MOST_MEMORY)),
    ):
        line = next(line for line in limits.splitlines() if line.startswith(name))
        assert line.removeprefix(name).split()[:2] == [most, most], line
    seconds = next(line for line in limits.splitlines() if line.startswith("Max cpu time"))
    assert apart.LONGEST_SECONDS <= int(seconds.split()[3]) < 30


def bomb() -> bytes:
    """Make a PDF whose table of objects unpacks to more than the child may hold."""
    packer = zlib.compressobj(1)
    million = bytes(2**20)
    packed = b"".join(packer.compress(million) for _ in range(1100)) + packer.flush()
    head = (
        b"%%PDF-1.7\n1 0 obj <</Type /XRef /Size 9 /W [1 2 1] /Root 2 0 R"
        b" /Filter /FlateDecode /Length %d>> stream\n" % len(packed)
    )
    return head + packed + b"\nendstream endobj\nstartxref\n9\n%%EOF\n"


@pytest.mark.parametrize(
    "pdf", [bomb, lambda: b"%PDF-1.7\n" + b"[" * 25_000_000], ids=["unpacks", "never ends"]
)
def test_a_bomb_is_unreadable_and_the_next_file_is_judged(pdf, monkeypatch):
    bytes_, before = pdf(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    monkeypatch.setattr(apart, "LONGEST_SECONDS", 3)
    assert judged(bytes_).problem is Problem.UNREADABLE
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # KiB
    monkeypatch.setattr(apart, "LONGEST_SECONDS", 10)
    assert judged(signers.letter()) == judging.Judgement()


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"judgement": []},
        {"judgement": {}},
        {"judgement": {"problem": "x", "signatures": []}},
        {"judgement": 7},
        {"judgement": {"problem": None, "signatures": [{"verdict": "x"}]}},
    ],
)
def test_whatever_a_child_says_is_read_as_a_judgement_or_not_at_all(answer, monkeypatch):
    monkeypatch.setattr(quarantine.bench, "ask", lambda *_given: (answer, b""))
    assert judged(b"").problem is Problem.UNREADABLE
