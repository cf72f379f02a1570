"""Does the first command install what it may, and ask for the rest in one line?"""

import os
import stat
from pathlib import Path

import pytest

from sopdata import bootstrap


def program(folder: Path, name: str, *, exit_code: int = 0) -> None:
    """Put a program on the way that notes how it was called."""
    path = folder / name
    path.write_text(f'#!/bin/sh\necho "$0 $@" >> {folder}/calls\nexit {exit_code}\n')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with apt-get; whoever asks is an ordinary user."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    program(tmp_path, "apt-get")
    return tmp_path


def calls(machine: Path) -> str:
    return (machine / "calls").read_text() if (machine / "calls").exists() else ""


def test_what_cannot_be_loaded_is_named_by_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "can_load", lambda library: "subset" not in library)
    assert bootstrap.missing_packages("run") == ["libharfbuzz-subset0"]


def test_tests_need_a_browser_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    assert set(bootstrap.missing_packages("test")) >= {"chromium", "poppler-utils"}


def test_root_installs_by_itself(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    bootstrap.install_system_packages(["libpango-1.0-0"])
    assert "install -y --no-install-recommends libpango-1.0-0" in calls(machine)


def test_a_sudo_that_asks_nothing_is_used(machine: Path) -> None:
    program(machine, "sudo")
    bootstrap.install_system_packages(["libpango-1.0-0"])
    assert "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get" in calls(machine)


def test_others_get_one_line_to_type(machine: Path) -> None:
    program(machine, "sudo", exit_code=1)  # it would ask for a password
    with pytest.raises(SystemExit, match=r"sudo apt-get install -y libpango-1\.0-0 chromium"):
        bootstrap.install_system_packages(["libpango-1.0-0", "chromium"])
    assert "apt-get" not in calls(machine)


def test_a_failed_apt_says_the_line_too(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    program(machine, "apt-get", exit_code=100)
    with pytest.raises(SystemExit, match="sudo apt-get install -y chromium"):
        bootstrap.install_system_packages(["chromium"])


def test_an_old_python_is_told_which_one_to_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"make run PYTHON=python3\.11"):
        bootstrap.main("run")
