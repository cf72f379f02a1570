"""Is a file judged and counted apart as it is here, and what becomes of one that is too much?"""

import os
import signal
import time
from pathlib import Path

import pytest

from requests_app.documents import apart, inspection
from requests_app.documents.sniffing import (
    ALL_KINDS,
    DEFAULT_LIMITS,
    Code,
    Limits,
    Suspicion,
    Verdict,
    judge_file,
)
from tests.documents import samples
from tests.documents.test_sniffing import BAD, GOOD, OUTSIDE_RELATION, PE, attachment, script

pytestmark = pytest.mark.usefixtures("no_child_is_left_behind")


@pytest.fixture
def no_child_is_left_behind():
    yield
    inspection.bench.dismiss()


@pytest.fixture
def inspected(tmp_path: Path):
    def inspect(content: bytes, name: str) -> inspection.Findings:
        path = tmp_path / "masuk"
        path.write_bytes(content)
        return inspection.inspect(path, name=name, limits=DEFAULT_LIMITS)

    return inspect


@pytest.mark.parametrize("name", ["data.csv", "data.xlsx", "surat.pdf", "peta.png", "semua.zip"])
def test_good_files_are_found_good_apart_too(name, inspected):
    here = inspection.findings_of(GOOD[name], name=name, allowed=ALL_KINDS, limits=DEFAULT_LIMITS)
    assert inspected(GOOD[name], name) == here
    assert here.facts or name == "data.xlsx"  # the sample is no real workbook


@pytest.mark.parametrize("case", ["executable", "macro beside", "zip in zip", "exe in zip"])
def test_bad_files_are_found_bad_apart_too_in_the_same_words(case, inspected):
    name, content, code = BAD[case]
    verdict = inspected(content, name).verdict
    assert verdict.code is code
    assert verdict.sentence == judge_file(content, name=name).sentence


@pytest.mark.parametrize("case", BAD)
def test_a_verdict_is_read_as_it_was_written_down(case):
    name, content, _code = BAD[case]
    verdict = judge_file(content, name=name)
    assert Verdict.read(verdict.told()) == verdict


LOCKED_WORKBOOK = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
)


@pytest.mark.parametrize(
    ("name", "content", "warning"),
    [
        ("a.docx", samples.docx_file({"word/vbaProject.bin": b"x"}), "makro"),
        ("a.xlsx", samples.xlsx_file({"xl/activeX/a.bin": b"x"}), "skrip atau tindakan otomatis"),
        (
            "a.docx",
            samples.docx_file({"word/_rels/settings.xml.rels": OUTSIDE_RELATION}),
            "tautan ke berkas luar",
        ),
        ("a.docx", samples.docx_file({"word/embeddings/o.bin": PE}), "berkas lain di dalamnya"),
        ("a.pdf", samples.pdf_file(script), "skrip atau tindakan otomatis"),
        ("a.pdf", samples.pdf_file(attachment), "berkas lain di dalamnya"),
        ("a.pdf", samples.pdf_file() + b"<html>", "isi tersembunyi setelah akhir berkas"),
        ("a.xlsx", LOCKED_WORKBOOK, "terkunci kata sandi"),
        (
            "a.zip",
            samples.zip_file({"b/c.docx": samples.docx_file({"word/vbaProject.bin": b"x"})}),
            "c.docx: makro",
        ),
    ],
)
def test_what_is_only_suspicious_is_named_and_may_be_held(name, content, warning):
    verdict = judge_file(content, name=name)
    assert (verdict.ok, verdict.may_be_held, verdict.warning) == (False, True, warning)


def test_several_suspicions_are_all_named_and_broken_beats_suspicious():
    both = {"word/vbaProject.bin": b"x", "word/embeddings/o.bin": b"x"}
    verdict = judge_file(samples.docx_file(both), name="a.docx")
    assert verdict.warning == "makro, berkas lain di dalamnya"
    inside = {"a.docx": samples.docx_file(both), "b.exe": PE}
    assert judge_file(samples.zip_file(inside), name="a.zip").code is Code.DISALLOWED
    assert verdict.suspicions == (("", Suspicion.MACRO), ("", Suspicion.INSIDE))


def test_a_file_that_takes_too_long_is_too_much_and_the_next_is_judged(inspected, monkeypatch):
    assert inspected(GOOD["data.csv"], "data.csv").verdict.ok
    os.kill(inspection.bench.child.process.pid, signal.SIGSTOP)  # as one that is busy for ever
    monkeypatch.setattr(inspection.bench, "seconds", 0.3)
    began = time.monotonic()
    with pytest.raises(apart.TooMuch):
        inspected(GOOD["data.csv"], "data.csv")
    assert time.monotonic() - began < 3
    monkeypatch.setattr(inspection.bench, "seconds", 20)
    assert inspected(GOOD["data.csv"], "data.csv").verdict.ok


def test_a_child_that_dies_is_replaced(inspected):
    assert inspected(GOOD["data.csv"], "data.csv").verdict.ok
    os.kill(inspection.bench.child.process.pid, signal.SIGKILL)
    inspection.bench.child.process.wait()
    assert inspected(GOOD["data.csv"], "data.csv").verdict.ok


def test_the_child_has_its_own_seconds_and_no_secrets(inspected):
    inspected(GOOD["data.csv"], "data.csv")
    about = Path(f"/proc/{inspection.bench.child.process.pid}")
    assert (about / "environ").read_bytes() == b""
    limits = (about / "limits").read_text()
    seconds = next(line for line in limits.splitlines() if line.startswith("Max cpu time"))
    assert inspection.LONGEST_SECONDS <= int(seconds.split()[3]) < inspection.LONGEST_SECONDS + 10
    space = next(line for line in limits.splitlines() if line.startswith("Max address space"))
    assert int(space.split()[3]) == apart.MOST_MEMORY == 1024**3


@pytest.mark.parametrize(
    "answer", [{}, {"verdict": 7}, {"verdict": {"kind": "exe"}, "rows": 1, "facts": {}}]
)
def test_whatever_a_child_says_is_read_as_findings_or_not_at_all(answer, inspected, monkeypatch):
    monkeypatch.setattr(inspection.bench, "ask", lambda *_given: (answer, b""))
    with pytest.raises(apart.TooMuch):
        inspected(GOOD["data.csv"], "data.csv")


def test_a_limit_travels_with_the_file(tmp_path):
    path = tmp_path / "masuk"
    path.write_bytes(GOOD["data.csv"])
    found = inspection.inspect(path, name="data.csv", limits=Limits(file_bytes=3))
    assert found.verdict.code is Code.TOO_LARGE
