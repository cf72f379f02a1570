"""Is this installation alive? One word and a status code, for the machine that watches it."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answer "sehat" (200) when the database answers, else "sakit" (503)."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("sakit\n", status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse("sehat\n", content_type="text/plain; charset=utf-8")
