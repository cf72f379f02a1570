"""Is this installation able to work? The app's configuration and its checks at start."""

from django.apps import AppConfig


class RequestsAppConfig(AppConfig):
    """The one app of the house."""

    name = "requests_app"
    verbose_name = "Permohonan data"
