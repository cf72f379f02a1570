"""What may stand in a log? All but links, codes, passwords and NIK of those who trust us."""

import logging
import re

HIDDEN = "***"
# A shared link is a key: whoever reads the path may answer in the data owner's name (ADR 0011).
_TOKEN_IN_PATH = re.compile(r"(/t/)[^/\s\"'?#]+")
_SECRET_FIELD = re.compile(
    r"(?i)\b(password|passphrase|kata_sandi|frasa_sandi|access_code|kode_akses|token|csrfmiddlewaretoken)"
    r"([\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;}\]]+"
)
# Sixteen digits are a NIK: the provider of certificates is asked about it in an address, which a
# library may log. The last four tell two people apart.
_NIK = re.compile(r"(?<!\d)\d{12}(?=\d{4}(?!\d))", re.ASCII)


def hide_secrets(text: str) -> str:
    """Turn `/t/<token>` into `/t/***`, and the values of secret fields and NIK likewise."""
    text = _NIK.sub(HIDDEN, _TOKEN_IN_PATH.sub(rf"\1{HIDDEN}", text))
    return _SECRET_FIELD.sub(rf"\1\2{HIDDEN}", text)


class SecretsHidden(logging.Formatter):
    """Format the record, traceback included, then hide: no handler may see it otherwise."""

    def format(self, record: logging.LogRecord) -> str:
        return hide_secrets(super().format(record))


def configure(*, security_log: str, access_log: bool) -> dict[str, object]:
    """Return the logging settings that the web, the worker and gunicorn share.

    Everything goes to the standard error; refusals, logins and chain checks (logger `security`)
    also to a file of their own.
    """
    access = "INFO" if access_log else "WARNING"
    line = {
        "()": "sopdata.logs.SecretsHidden",
        "format": "{asctime} {levelname} {name}: {message}",
        "style": "{",
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "line"},
            "security": {
                "class": "logging.handlers.WatchedFileHandler",
                "filename": security_log,
                "delay": True,
                "encoding": "utf-8",
                "formatter": "line",
            },
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            "django.security": {
                "handlers": ["console", "security"],
                "level": "INFO",
                "propagate": False,
            },
            "security": {"handlers": ["console", "security"], "level": "INFO", "propagate": False},
            "gunicorn.error": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            "gunicorn.access": {"handlers": ["console"], "level": access, "propagate": False},
            "django-q": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            # of a stranger's signature it writes a traceback with names; the verdict is ours to log
            "pyhanko": {"level": "CRITICAL"},
            "sopdata": {"handlers": ["console"], "level": "INFO", "propagate": False},
            "requests_app": {"handlers": ["console"], "level": "INFO", "propagate": False},
        },
    }
