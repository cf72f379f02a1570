"""Is this installation alive? A word and a status code, for the machine that watches it."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from requests_app.services import scanning


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answer "sehat" (200) when the database answers, else "sakit" (503).

    The second line tells whether received files are scanned for viruses, and how many wait.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        scanned = scanning.state_in_a_word()
    except DatabaseError:
        return HttpResponse("sakit\n", status=503, content_type="text/plain; charset=utf-8")
    said = f"sehat\npemindaian berkas: {scanned}\n"
    return HttpResponse(said, content_type="text/plain; charset=utf-8")
