"""Who may keep, index or embed a page? By default nobody."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

# Pages that a stranger can reach by address: never in a search engine.
UNLISTED = ("/t/", "/v/", "/jawab/")


def private_by_default(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Add the headers that Django does not; a view that set one of them keeps its own."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if request.path.startswith(UNLISTED):
            response.headers.setdefault("X-Robots-Tag", "noindex")
        return response

    return middleware


PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
