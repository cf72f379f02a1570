"""Is the environment read as it is meant, and refused with the variable's name otherwise?"""

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from sopdata import environment


def test_a_database_url_gives_every_part() -> None:
    parsed = environment.parse_database_url(
        "postgresql://web:p%40ss@db.example:5433/sop%20data?sslmode=verify-full"
    )
    assert parsed == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "sop data",
        "USER": "web",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "verify-full"},
    }


def test_a_socket_folder_is_a_host() -> None:
    parsed = environment.parse_database_url("postgresql://postgres@/sopdata?host=%2Fvar%2Frun")
    assert (parsed["HOST"], parsed["PORT"], parsed["OPTIONS"]) == ("/var/run", "", {})


@pytest.mark.parametrize("url", ["sqlite:///db", "mysql://h/db", "postgresql://host/", "sopdata"])
def test_another_engine_or_no_name_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        environment.parse_database_url(url)


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+tls://u:p@mail.example", 587, True, False),
        ("smtps://u:p@mail.example", 465, False, True),
        ("smtp://mail.example:2525", 2525, False, False),
    ],
)
def test_a_mail_url_names_its_port_and_its_cover(url: str, port: int, tls: bool, ssl: bool) -> None:
    parsed = environment.parse_email_url(url)
    assert (parsed["EMAIL_PORT"], parsed["EMAIL_USE_TLS"], parsed["EMAIL_USE_SSL"]) == (
        port,
        tls,
        ssl,
    )


def test_an_unknown_mail_url_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        environment.parse_email_url("imap://mail.example")


def test_plain_http_is_for_this_machine_only() -> None:
    assert environment.parse_base_url("http://127.0.0.1:8000").hostname == "127.0.0.1"
    assert environment.parse_base_url("https://data.example.go.id").scheme == "https"
    with pytest.raises(ImproperlyConfigured, match="PUBLIC_BASE_URL"):
        environment.parse_base_url("http://data.example.go.id")


@pytest.mark.parametrize("url", ["data.example", "ftp://data.example", "https://data.example/app"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PUBLIC_BASE_URL"):
        environment.parse_base_url(url)


def test_a_switch_is_yes_or_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEMO", raising=False)
    assert environment.read_switch("DEMO", default=True)
    for word, meant in [("1", True), ("ya", True), ("0", False), ("", False), ("False", False)]:
        monkeypatch.setenv("DEMO", word)
        assert environment.read_switch("DEMO", default=not meant) is meant
    monkeypatch.setenv("DEMO", "flase")
    with pytest.raises(ImproperlyConfigured, match="DEMO"):
        environment.read_switch("DEMO", default=False)


def test_a_secret_is_made_once_for_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LINK_KEY", raising=False)
    folder = tmp_path / "secrets"
    first = environment.read_secret("LINK_KEY", folder=folder, may_generate=True)
    assert len(first) >= 64
    assert environment.read_secret("LINK_KEY", folder=folder, may_generate=False) == first
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == ["link_key"]
    assert stat.S_IMODE((folder / "link_key").stat().st_mode) == 0o600


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINK_KEY", "from-the-environment")
    assert (
        environment.read_secret("LINK_KEY", folder=tmp_path, may_generate=True)
        == "from-the-environment"
    )
    assert list(tmp_path.iterdir()) == []


def test_production_makes_no_secret_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        environment.read_secret("SECRET_KEY", folder=tmp_path, may_generate=False)


def test_the_demo_password_passes_the_rules_and_differs() -> None:
    made = {environment.random_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(password) == 19 for password in made)


def test_certificates_are_read_from_the_file_that_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
    (tmp_path / "tsa.pem").write_text(f"subject=x\n{one}\n{one}\n")
    monkeypatch.setenv("TSA_CA", str(tmp_path / "tsa.pem"))
    assert environment.read_certificates("TSA_CA") == (one.encode(), one.encode())
    monkeypatch.delenv("TSA_CA")
    assert environment.read_certificates("TSA_CA") == ()


@pytest.mark.parametrize("text", [None, "", "kosong"])
def test_a_file_without_certificates_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str | None
) -> None:
    path = tmp_path / "tsa.pem"
    if text is not None:
        path.write_text(text)
    monkeypatch.setenv("TSA_CA", str(path))
    with pytest.raises(ImproperlyConfigured, match="TSA_CA"):
        environment.read_certificates("TSA_CA")
