"""Is this installation able to work? The app's configuration, and what `check --deploy` asks."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004  (Django's own name)
from django.db import connection, connections

OLDEST_POSTGRESQL = 15


class RequestsAppConfig(AppConfig):
    """The one app of the house."""

    name = "requests_app"
    verbose_name = "Permohonan data"

    def ready(self) -> None:
        """Open the admin door; nothing else is discovered (see INSTALLED_APPS)."""
        import_module("requests_app.admin")


@register(Tags.database)
def postgresql_is_new_enough(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse to migrate an older PostgreSQL: it is not what this house is tested on (ADR 0008)."""
    return [
        Error(f"PostgreSQL {OLDEST_POSTGRESQL} atau lebih baru dibutuhkan.", id="requests_app.E003")
        for alias in databases or []
        if connections[alias].pg_version < OLDEST_POSTGRESQL * 10_000  # type: ignore[attr-defined]
    ]


@register(Tags.database)
def provider_is_set_up(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn where an office signs by the certified provider and nobody has said where that is."""
    if not databases or settings.BSRE_URL:
        return []
    return [
        Warning(
            f"{name} menandatangani melalui BSrE, tetapi BSRE_URL kosong.",
            hint="Isi BSRE_URL, BSRE_USERNAME, dan BSRE_PASSWORD (docs/operations.md).",
            id="requests_app.W001",
        )
        for name in _offices_of_the_provider()
    ]


def _offices_of_the_provider() -> list[str]:
    """List the offices that sign by the provider; none before the first migration."""
    office = apps.get_model("requests_app", "Office")
    if office._meta.db_table not in connection.introspection.table_names():
        return []
    routes = office._default_manager.filter(signing_route__startswith="bsre")
    return list(routes.values_list("name", flat=True))


@register(deploy=True)
def demo_is_not_production(**kwargs: Any) -> list[CheckMessage]:
    """Refuse the demo's four logins, whose password is printed, where real data live."""
    if not settings.DEMO:
        return []
    return [Error("DEMO=1: akun contoh terbuka. Isi DEMO=0.", id="requests_app.E001")]


@register(deploy=True)
def papers_can_be_made(**kwargs: Any) -> list[CheckMessage]:
    """Find out before the first letter whether WeasyPrint has its system libraries."""
    try:
        import_module("weasyprint")
    except OSError as error:
        return [
            Error(
                f"Pustaka sistem untuk PDF belum ada ({error}).",
                hint="apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
                id="requests_app.E002",
            )
        ]
    return []
