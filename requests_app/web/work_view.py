"""What does the work page need so that a script can help with it?"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.documents import wording as paper
from requests_app.documents.sniffing import ALL_KINDS, kinds_in_words
from requests_app.models import Recipient
from requests_app.services import blanks
from requests_app.services.answers import Sheet
from requests_app.web.forms.workbook import ChooseWorkbookForm


def uploads_of(recipient: Recipient) -> dict[str, Any]:
    """Tell page and script what may be uploaded, and where to."""
    return {
        "address": reverse("web:owner_add_file", args=[recipient.public_id]),
        "limit": settings.MAX_FILE_BYTES,
        "limit_told": paper.file_size(settings.MAX_FILE_BYTES),
        "in_all_told": paper.file_size(settings.MAX_DELIVERY_BYTES),
        "kinds_told": kinds_in_words(),
        "endings": ",".join(f".{kind.value}" for kind in ALL_KINDS) + ",.jpeg",
    }


def workbook_of(
    sheet: Sheet, *, href: str, address: str, deed: str = "read_workbook"
) -> dict[str, Any] | None:
    """Tell where the questionnaire is had as a workbook and handed in; None where there is none."""
    if not blanks.can_be_printed(sheet.form):
        return None
    chosen = ChooseWorkbookForm()["workbook"]
    return {"href": href, "address": address, "deed": deed, "chosen": chosen}


def kept_here(recipient: Recipient, request: HttpRequest) -> dict[str, Any]:
    """Give what `js/autosave.js` needs on the owner's page: the server keeps, and no device."""
    return {
        "name": f"isian:{recipient.public_id}",
        "address": reverse("web:owner_keep", args=[recipient.public_id]),
        "is_typed": request.method == "POST",
    }


def late_sentence(deadline: dict[str, Any] | None, *, at: datetime) -> str:
    """Tell who is late that the answer is still wanted."""
    if deadline is None or deadline["due_at"] is None or at <= deadline["due_at"]:
        return ""
    return _(
        "Tenggat telah lewat. Jawaban Anda tetap kami terima dan tercatat terlambat; "
        "kirim segera setelah lengkap."
    )
