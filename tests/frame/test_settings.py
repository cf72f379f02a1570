"""Are the settings safe, here and with production values?"""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db import connections
from django.template import Context, Template
from django.utils import translation

from requests_app.apps import postgresql_is_new_enough

PRODUCTION = {
    "DEMO": "0",
    "SOPDATA_EMBEDDED": "0",
    "DATABASE_URL": "postgresql://web:secret@db.example/sopdata",
    "PUBLIC_BASE_URL": "https://data.example.go.id",
    "SECRET_KEY": "s" * 30 + "0123456789abcdefghij" * 2,
    "LINK_KEY": "l" * 64,
    "AUTHORITY_KEY": "a" * 64,
    "MFA_KEY": "m" * 64,
    "NIK_KEY": "n" * 64,
    "EMAIL_URL": "smtp+tls://u:p@mail.example",
}
SHOW = """
import json, sys
from django.conf import settings
print(json.dumps({name: getattr(settings, name, None) for name in sys.argv[1:]}))
"""


def run_python(
    *arguments: str, tmp_path: Path, **environ: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "VAR_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "sopdata.settings",
            **environ,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def settings_with(tmp_path: Path, environ: dict[str, str], *names: str) -> dict[str, Any]:
    done = run_python("-c", SHOW, *names, tmp_path=tmp_path, **environ)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_production_values_leave_nothing_to_warn_of(tmp_path: Path) -> None:
    done = run_python(
        "manage.py", "check", "--deploy", "--fail-level", "WARNING", tmp_path=tmp_path, **PRODUCTION
    )
    assert done.returncode == 0, done.stderr


def test_https_brings_host_cookies_redirect_and_hsts(tmp_path: Path) -> None:
    assert settings_with(
        tmp_path,
        PRODUCTION,
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "ALLOWED_HOSTS",
        "DEMO",
        "DEBUG",
        "EMAIL_BACKEND",
        "EMAIL_USE_TLS",
    ) == {
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "ALLOWED_HOSTS": ["data.example.go.id"],
        "DEMO": False,
        "DEBUG": False,
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_USE_TLS": True,
    }


@pytest.mark.parametrize("name", ["SECRET_KEY", "LINK_KEY", "AUTHORITY_KEY", "MFA_KEY", "NIK_KEY"])
def test_production_does_not_start_without_its_keys(tmp_path: Path, name: str) -> None:
    environ = {key: value for key, value in PRODUCTION.items() if key != name}
    done = run_python("-c", SHOW, "DEBUG", tmp_path=tmp_path, **environ)
    assert done.returncode != 0
    assert f"{name} belum ada" in done.stderr


def test_an_own_database_is_no_demo_by_itself(tmp_path: Path) -> None:
    environ = {key: value for key, value in PRODUCTION.items() if key.endswith("_KEY")}
    environ["DATABASE_URL"] = PRODUCTION["DATABASE_URL"]
    shown = settings_with(tmp_path, environ, "DEMO", "DEMO_PASSWORD", "EMAIL_BACKEND")
    assert (shown["DEMO"], shown["DEMO_PASSWORD"]) == (False, False)
    assert shown["EMAIL_BACKEND"].endswith("smtp.EmailBackend")


def test_a_demo_is_refused_where_real_data_live(tmp_path: Path) -> None:
    done = run_python(
        "manage.py", "check", "--deploy", tmp_path=tmp_path, **PRODUCTION | {"DEMO": "1"}
    )
    assert done.returncode != 0
    assert "requests_app.E001" in done.stderr


def test_an_old_postgresql_is_refused(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert postgresql_is_new_enough(databases=["default"]) == []
    monkeypatch.setattr(connections["default"], "pg_version", 140_012)
    assert [error.id for error in postgresql_is_new_enough(databases=["default"])] == [
        "requests_app.E003"
    ]


def test_idle_sessions_end_after_half_an_hour() -> None:
    assert settings.SESSION_COOKIE_AGE == 1800
    assert settings.SESSION_SAVE_EVERY_REQUEST
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"


def test_rate_limits_count_in_a_shared_cache_that_is_large_enough() -> None:
    cache = settings.CACHES["default"]
    assert cache["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    assert cache["OPTIONS"]["MAX_ENTRIES"] >= 100_000
    assert settings.DATABASES["default"]["ATOMIC_REQUESTS"] is False


def test_a_job_is_not_begun_twice_nor_for_ever() -> None:
    queue = settings.Q_CLUSTER
    assert queue["retry"] > queue["timeout"] > 0
    assert queue["max_attempts"] == 5
    assert queue["catch_up"] is False
    assert queue["ack_failures"] is False


def test_uploads_belong_to_their_owner_and_forms_may_be_long() -> None:
    assert settings.FILE_UPLOAD_PERMISSIONS == 0o600
    assert settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS == 0o700
    assert Path(settings.FILE_UPLOAD_TEMP_DIR).is_relative_to(settings.FILES_ROOT)
    assert settings.DATA_UPLOAD_MAX_NUMBER_FIELDS == 10_000
    assert settings.DATA_UPLOAD_MAX_NUMBER_FILES <= 400
    assert settings.EMAIL_TIMEOUT == 10


def test_the_database_gives_up_before_a_person_does() -> None:
    options = settings.DATABASES["default"]["OPTIONS"]["options"]
    assert "lock_timeout=5s" in options
    assert "idle_in_transaction_session_timeout=60s" in options
    assert settings.DATABASES["default"]["CONN_HEALTH_CHECKS"]


def test_the_admin_shows_neither_the_queue_nor_allauth() -> None:
    shown = {apps.get_app_config(model._meta.app_label).name for model in admin.site._registry}
    assert shown <= {"requests_app"}


def test_dates_are_written_as_an_office_writes_them() -> None:
    moment = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
    template = Template(
        "{{ at|date }} | {{ at|date:'DATETIME_FORMAT' }} | {{ at|date:'SHORT_DATE_FORMAT' }}"
    )
    with translation.override("id"):
        assert template.render(Context({"at": moment})) == (
            "23 November 2026 | 23 November 2026, pukul 14.05 WIB | 23-11-2026"
        )
