"""Who may keep, index or embed a page? By default nobody. And how small does it travel?"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

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


class SmallPages(GZipMiddleware):
    """Pack pages, and nothing else: files and pictures are packed already or keep their length.

    Django adds bytes at random, so that the packed size tells nobody what a page holds (BREACH).
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.headers.get("Content-Type", "").partition(";")[0] != "text/html":
            return response
        return super().process_response(request, response)
