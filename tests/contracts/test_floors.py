"""Is any package below the version that mended what we know of? (SECURITY, "First floors")

No advisory list can be asked offline, so the floors stand here with their reasons. Whoever
upgrades reads the release notes and raises them.
"""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, version

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.version import Version

FLOORS = {
    "django": ("5.2.19", "CVE-2026-3902, -33034, -33033, -4292, -4277; cache header leak (5.2.15)"),
    "weasyprint": ("70.0", "CVE-2026-55073: a fetcher could be bypassed"),
    "django-allauth": ("65.21.1", "rate limits and re-authentication"),
    "pikepdf": ("10.17", "qpdf with its parser mended"),
    "pillow": ("13", "image parsers mended"),
    "cryptography": ("50", "OpenSSL in the wheel"),
    "gunicorn": ("27", "request smuggling"),
    "django-q2": ("1.11.1", "ORM broker, measured in this version"),
    "django-pgtrigger": ("4.17", "triggers measured in this version"),
    "pyhanko": ("0.38", "difference analysis of signed files"),
}
NOT_USED_YET = {"pyhanko", "cryptography"}
"""Come with certificates in a later issue; the floor holds as soon as they are installed."""
BANNED = {
    "django-fsm": "its successor django-fsm-2 has the same import name",
    "viewflow": "an Airflow tool; the Django one is django-viewflow",
    "safety": "its list is of 2021",
}


def installed(name):
    try:
        return Version(version(name))
    except PackageNotFoundError:
        return None


@pytest.mark.parametrize("name", FLOORS)
def test_a_package_is_at_least_as_new_as_its_floor(name):
    found = installed(name)
    floor, reason = FLOORS[name]
    if found is None and name in NOT_USED_YET:
        return
    assert found is not None, f"{name} is not installed"
    assert found >= Version(floor), f"{name} {found} is below {floor}: {reason}"


@pytest.mark.parametrize("name", BANNED)
def test_a_trap_is_not_installed(name):
    assert installed(name) is None, BANNED[name]


def declared():
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    lines = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    return [Requirement(line) for line in lines]


def locked(name):
    text = (settings.BASE_DIR / name).read_text()
    found = re.findall(r"^([a-z0-9._-]+)==([^ \\;]+)", text, re.MULTILINE | re.IGNORECASE)
    return {package.lower(): Version(number) for package, number in found}


def test_the_lock_holds_every_declared_package_at_a_version_it_allows():
    lock = locked("requirements-dev.lock")
    for requirement in declared():
        name = requirement.name.lower()
        assert name in lock, name
        assert requirement.specifier.contains(lock[name]), f"{name} {lock[name]}"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_keeps_the_floors_has_hashes_and_names_no_registry(name):
    lock = locked(name)
    for package, (floor, reason) in FLOORS.items():
        if package in lock:
            assert lock[package] >= Version(floor), reason
    text = (settings.BASE_DIR / name).read_text()
    assert "://" not in re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)
    assert "--index-url" not in text
    assert "--extra-index-url" not in text
    for block in re.split(r"\n(?=[a-zA-Z0-9])", text):
        if "==" in block.splitlines()[0]:
            assert "--hash=sha256:" in block, block.splitlines()[0]


def test_every_dependency_says_why_it_is_there():
    text = (settings.BASE_DIR / "pyproject.toml").read_text()
    for start, end in (("dependencies = [", "\n]"), ("dev = [", "\n]")):
        block = text[text.index(start) + len(start) :]
        block = block[: block.index(end)]
        assert block.strip().startswith("#"), f"the first line of {start} has no reason"
