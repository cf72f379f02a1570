"""What does the environment say, in the types that the settings want?

Plain functions over `os.environ`; a value that cannot be meant is refused with a sentence that
names the variable: a server with a wrong setting is worse than one that does not start.
"""

import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"1", "true", "yes", "on", "ya"}
FALSE_WORDS = {"", "0", "false", "no", "off", "tidak"}
LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}


def read_switch(name: str, *, default: bool) -> bool:
    """Read a yes-or-no variable. A third word is refused, so that a typing error is not a "no"."""
    word = os.environ.get(name)
    if word is None:
        return default
    if word.strip().lower() in TRUE_WORDS:
        return True
    if word.strip().lower() in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name}={word!r} bukan 1 dan bukan 0.")


def read_list(name: str) -> list[str]:
    """Read a variable of values separated by commas."""
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def read_certificates(name: str) -> tuple[bytes, ...]:
    """Read the certificates (PEM) in the file that a variable names; none where it is not set."""
    path = os.environ.get(name, "")
    if not path:
        return ()
    try:
        text = Path(path).read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{name}: {path} tidak dapat dibaca.") from error
    found = re.findall(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", text, re.DOTALL)
    if not found:
        raise ImproperlyConfigured(f"{name}: {path} tidak memuat sertifikat PEM.")
    return tuple(one.encode() for one in found)


def private_folder(path: Path) -> Path:
    """Make the folder, open to its owner only (0700), and return it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def random_key() -> str:
    """Make a key for machines: 64 random bytes as text."""
    return secrets.token_urlsafe(64)


def random_password() -> str:
    """Make a password to read aloud and type: 79 bits, no letter that looks like another."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def read_secret(
    name: str, *, folder: Path, may_generate: bool, generate: Callable[[], str] = random_key
) -> str:
    """Read a secret from the environment, else from a file of mode 0600 that is made once.

    Only a trial installation (`may_generate`) makes its own: with several machines on one database
    each would make another one, and links and sessions would be good on some machines only.
    """
    if value := os.environ.get(name):
        return value
    path = folder / name.lower()
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    if not may_generate:
        raise ImproperlyConfigured(
            f"{name} belum ada. Isi variabel lingkungan {name} dengan teks acak yang panjang, sama "
            "untuk semua proses dan mesin instalasi ini, misalnya dari: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
        )
    private_folder(folder)
    _write_once(path, generate())
    return path.read_text(encoding="ascii").strip()


def _write_once(path: Path, value: str) -> None:
    """Write the file whole or not at all; of two processes at once the first one wins."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(value)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def parse_database_url(url: str) -> dict[str, Any]:
    """Turn `postgresql://user:password@host:port/name?sslmode=require` into Django's settings.

    A UNIX socket stands in `?host=/folder`. Any other engine is refused: row locks, triggers and
    exclusion constraints are not optional here (ADR 0008).
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(
            "DATABASE_URL harus berawalan postgresql:// karena sopdata hanya berjalan di atas "
            "PostgreSQL 15 atau lebih baru."
        )
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ImproperlyConfigured(
            "DATABASE_URL tidak menyebut nama basis data: postgresql://pengguna@mesin/NAMA"
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
    }


def parse_email_url(url: str) -> dict[str, Any]:
    """Turn `smtp://user:password@host:port` into Django's mail settings, by name.

    `smtp` is plain (port 25), `smtp+tls` says STARTTLS (port 587), `smtps` speaks TLS from the
    first byte (port 465).
    """
    parts = urlsplit(url)
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    if parts.scheme not in ports or not parts.hostname:
        raise ImproperlyConfigured(
            "EMAIL_URL harus berbentuk smtp://mesin, smtp+tls://pengguna:sandi@mesin, atau smtps://…"
        )
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def parse_base_url(url: str) -> SplitResult:
    """Check the address under which people reach us; plain http only on this machine."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
        raise ImproperlyConfigured(
            f"PUBLIC_BASE_URL={url!r} harus https://alamat atau http://127.0.0.1:port, tanpa jalur."
        )
    if parts.scheme == "http" and parts.hostname not in LOCAL_HOSTS:
        raise ImproperlyConfigured(
            f"PUBLIC_BASE_URL={url!r}: http hanya untuk mesin ini sendiri, sebab kata sandi dan "
            "tautan pemilik data akan terbaca di jalan. Pakai https://."
        )
    return parts
