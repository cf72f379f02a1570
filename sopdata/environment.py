"""What does the environment say, in the types that the settings want?

Plain functions over `os.environ`; a value that cannot be meant is refused with a sentence that names
the variable, because a server that starts with a wrong setting is worse than one that does not start.
"""

import os
import secrets
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
    raise ImproperlyConfigured(f"{name}={word!r} is neither 1 nor 0.")


def read_list(name: str) -> list[str]:
    """Read a variable of values separated by commas."""
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def private_folder(path: Path) -> Path:
    """Make the folder, open to its owner only (0700), and return it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def read_secret(name: str, *, folder: Path, may_generate: bool) -> str:
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
            f"{name} is missing. Put a long random text into the environment variable {name}, the "
            "same for every process and machine of this installation: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
        )
    private_folder(folder)
    _write_once(path, secrets.token_urlsafe(64))
    return path.read_text(encoding="ascii").strip()


def _write_once(path: Path, value: str) -> None:
    """Write the file whole or not at all; of two processes that start together the first one wins."""
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
            "DATABASE_URL must begin with postgresql:// : sopdata runs on PostgreSQL 15 or newer only."
        )
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ImproperlyConfigured("DATABASE_URL names no database: postgresql://user@host/NAME")
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
            "EMAIL_URL must look like smtp://host, smtp+tls://user:password@host or smtps://…"
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
    """Check the address under which people reach this installation; plain http only on this machine."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
        raise ImproperlyConfigured(
            f"PUBLIC_BASE_URL={url!r} must be https://host or http://127.0.0.1:port, without a path."
        )
    if parts.scheme == "http" and parts.hostname not in LOCAL_HOSTS:
        raise ImproperlyConfigured(
            f"PUBLIC_BASE_URL={url!r}: plain http is for this machine only; passwords and links of "
            "data owners would travel readable. Use https://."
        )
    return parts
