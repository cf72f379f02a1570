"""Is this installation able to work? The app's configuration, and what `check --deploy` asks."""

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


class RequestsAppConfig(AppConfig):
    """The one app of the house."""

    name = "requests_app"
    verbose_name = "Permohonan data"

    def ready(self) -> None:
        """Open the admin door; nothing else is discovered (see INSTALLED_APPS)."""
        import_module("requests_app.admin")


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
