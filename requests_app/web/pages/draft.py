"""Row 3: what does the letter say, and to whom does it go?"""

import logging
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.models import AuditEntry, DataRequest, LetterVersion
from requests_app.services import letters, requests
from requests_app.web import wording
from requests_app.web.access import Visit
from requests_app.web.downloads import shown_pages
from requests_app.web.forms.draft import (
    AddNewRecipientForm,
    AddRecipientForm,
    DraftLetterForm,
    LetterForm,
    RemoveRecipientForm,
    version_here,
)
from requests_app.web.pages.adding import adding, adding_deeds
from requests_app.web.pages.page import SAVE, PageDeed, StepPage
from requests_app.web.presenters import Button

log = logging.getLogger(__name__)


def context(visit: Visit) -> dict[str, Any]:
    """Show the draft as pages beside its fields, what is built by itself, and the addressees."""
    data_request = visit.data_request
    may_edit = visit.subject.state == PAGE.key
    version = version_here(data_request)
    return {
        "letter": preview_of(data_request, version) if may_edit or version is not None else None,
        "letter_version": version,
        "built": built_parts(data_request, version),
        "remove_recipient": Button("remove_recipient", _("Keluarkan dari surat"), allowed=True),
        **adding(visit),
    }


def preview_of(data_request: DataRequest, version: LetterVersion | None) -> dict[str, Any] | None:
    """Describe the pages of the saved draft, or None when it cannot be made just now."""
    place = {"public_id": data_request.public_id}
    try:
        shown = shown_pages(
            letters.render_version(data_request=data_request, version=version),
            address=lambda number: reverse("web:draft_page", kwargs={**place, "number": number}),
            pdf_href=reverse("web:draft_pdf", kwargs=place),
        )
    except Exception:
        # Typed text must stay usable whatever the paper tools say; the cause stands in the log.
        log.exception("preview of request %s failed", data_request.pk)
        return None
    return shown | {"draft": True}


def built_parts(data_request: DataRequest, version: LetterVersion | None) -> list[dict[str, str]]:
    """List what the letter builds by itself, so that nobody types it."""
    later = _("diisi saat ditandatangani")
    title = data_request.office.head_title if version is None else version.signatory_title
    return [
        {"label": _("Nomor dan tanggal"), "value": later},
        {"label": _("Sifat"), "value": letters.printed_urgency(data_request)},
        {"label": _("Lampiran"), "value": _("Daftar data; daftar tujuan bila lebih dari satu")},
        {"label": _("Penanda tangan"), "value": title},
        {"label": _("Draf ke-"), "value": "1" if version is None else str(version.number)},
    ]


def said_drafted(visit: Visit, _entry: AuditEntry) -> str:
    """Say to whom the draft has gone."""
    data_request = visit.data_request
    role = data_request.role_of("verify_letter")
    return wording.success("draft_letter", title=_(role.label))


PAGE = StepPage(
    key="draft_letter",
    deeds=(
        PageDeed(
            deed="draft_letter", form=LetterForm, kept_as="draft_letter", success=said_drafted
        ),
        PageDeed(
            deed=SAVE,
            form=DraftLetterForm,
            do=letters.save_letter,
            stays=True,
            kept_as="draft_letter",
        ),
        *adding_deeds(AddRecipientForm, AddNewRecipientForm, kept_as="draft_letter"),
        PageDeed(
            deed="remove_recipient",
            form=RemoveRecipientForm,
            do=requests.remove_recipient,
            stays=True,
            kept_as="draft_letter",
            success=lambda _visit, _done: _("Pemilik data dikeluarkan dari surat ini."),
        ),
    ),
    context=context,
)
