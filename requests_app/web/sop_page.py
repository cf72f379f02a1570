"""What does the SOP say, and how does it flow?"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from requests_app.models import SopEdition
from requests_app.sop import drawing
from requests_app.sop.edition import Edition
from requests_app.sop.roles import Actor, Role
from requests_app.web import wording
from requests_app.web.access import staff_page


@require_safe
@staff_page
def sop_page(request: HttpRequest, *, actor: Actor, at: datetime) -> HttpResponse:
    """Show the office's current edition: header, rows word for word with footnotes, and lanes."""
    edition = SopEdition.objects.get(office_id=actor.office_id, is_current=True)
    plain = edition.as_plain()
    lanes = drawing.swimlanes(plain)
    context = {
        "nav": "sop",
        "edition": plain,
        "head": list(_head(plain)),
        "bases": [
            {"text": text, "note": plain.footnotes.get(str(number), "")}
            for number, text in enumerate(plain.legal_basis, start=1)
        ],
        "roles": [{"role": role, "title": plain.role_titles[role]} for role in Role],
        "rows": [{"row": row, "name": wording.STEP_NAMES[row.key]} for row in plain.rows],
        "lanes": lanes,
        "today": at,
    }
    return render(request, "sop/sop.html", context)


def _head(edition: Edition) -> Iterator[dict[str, Any]]:
    yield {"label": _("Nomor SOP"), "value": edition.number}
    yield {"label": _("Tanggal pembuatan"), "date": edition.made_on}
    yield {"label": _("Tanggal revisi"), "date": edition.revised_on}
    yield {"label": _("Tanggal efektif"), "date": edition.effective_from}
    yield {"label": _("Disahkan oleh"), "value": edition.approved_by}
    yield {"label": _("Nama SOP"), "value": edition.name}
