"""Does any log show a link, a code, a password or a NIK?"""

import logging

import pytest
from django.conf import settings

from sopdata.logs import SecretsHidden, hide_secrets


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Not Found: /t/abcDEF-123_x/", "Not Found: /t/***/"),
        ('"GET /t/abc?x=1 HTTP/1.1" 200', '"GET /t/***?x=1 HTTP/1.1" 200'),
        ("{'password': 'rahasia', 'name': 'Budi'}", "{'password': '***', 'name': 'Budi'}"),
        ("access_code=839201&next=/", "access_code=***&next=/"),
        ("Forbidden: /permohonan/12/", "Forbidden: /permohonan/12/"),
        ("(url=/api/user/status/3374010101900001)", "(url=/api/user/status/***0001)"),
        ("NIP 196801011994032001", "NIP 196801011994032001"),
    ],
)
def test_secrets_are_hidden_and_the_rest_stays(written: str, shown: str) -> None:
    assert hide_secrets(written) == shown


def test_a_traceback_is_cleaned_too() -> None:
    error = ValueError("cannot open /t/planted-token/")
    record = logging.makeLogRecord(
        {
            "msg": "failed for %s",
            "args": ("/t/planted-token/",),
            "exc_info": (ValueError, error, None),
        }
    )
    shown = SecretsHidden("{message}", style="{").format(record)
    assert "ValueError" in shown
    assert "planted-token" not in shown


def test_every_handler_hides() -> None:
    handlers = settings.LOGGING["handlers"].values()
    assert {handler["formatter"] for handler in handlers} == {"line"}
    assert settings.LOGGING["formatters"]["line"]["()"] == "sopdata.logs.SecretsHidden"


def test_a_strangers_signature_writes_no_names_into_a_log() -> None:
    assert not logging.getLogger("pyhanko.sign.validation.generic_cms").isEnabledFor(logging.ERROR)
