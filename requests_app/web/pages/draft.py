"""Row 3: what does the letter say, and to whom does it go?"""

import logging
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import AuditEntry, DataRequest, LetterVersion
from requests_app.services import letters, requests
from requests_app.services.workflow import Incomplete
from requests_app.web import drafts, unsent, wording
from requests_app.web.access import Visit
from requests_app.web.forms.draft import (
    AddNewRecipientForm,
    AddRecipientForm,
    DraftLetterForm,
    LetterForm,
    RemoveRecipientForm,
    UseTemplateForm,
)
from requests_app.web.pages.adding import adding, adding_deeds
from requests_app.web.pages.page import SAVE, PageDeed, StepPage
from requests_app.web.presenters import Button
from requests_app.web.versions import fallen_initial

log = logging.getLogger(__name__)
FAILED: Final = gettext_lazy("Pratinjau gagal dibuat. Isian Anda aman. Coba lagi.")


def context(visit: Visit) -> dict[str, Any]:
    """Show the draft as pages beside its fields, what is built by itself, and the addressees."""
    data_request = visit.data_request
    may_edit = visit.subject.state == PAGE.key
    version = data_request.newest_version()
    shown: dict[str, Any] = {"letter": None, "preview_failed": ""}
    if may_edit or version is not None:
        shown = preview(visit)
    return {
        **shown,
        "letter_version": version,
        "fallen": fallen_initial(data_request),
        "built": built_parts(data_request, version),
        "use_template": Button("use_template", _("Pakai templat"), allowed=True),
        "has_templates": may_edit and bool(letters.templates_of(data_request)),
        "remove_recipient": Button("remove_recipient", _("Keluarkan dari surat"), allowed=True),
        **adding(visit),
    }


def preview(visit: Visit) -> dict[str, Any]:
    """Describe the pages of what is typed now, else of what is saved, and what stands against it.

    `letter` is None where there is no picture to be had; `preview_failed` says why in a sentence.
    """
    data_request, failed = visit.data_request, ""
    version = data_request.newest_version()
    kept = unsent.kept_here(visit) if visit.subject.state == PAGE.key else {}
    try:
        version = drafts.typed_version(data_request, kept.get(PAGE.key), visit.at) or version
    except Incomplete as refusal:
        failed = str(refusal)
    try:
        letter = drafts.letter_shown(data_request, version, visit.actor)
    except Exception:
        # Typed text must stay usable whatever the paper tools say; the cause stands in the log.
        log.exception("preview of request %s failed", data_request.pk)
        return {"letter": None, "preview_failed": str(FAILED)}
    return {"letter": letter, "preview_failed": failed, "at": visit.at}


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
            deed="use_template",
            form=UseTemplateForm,
            do=letters.use_template,
            stays=True,
            kept_as="draft_letter",
            success=lambda _visit, _done: _("Templat dipakai. Draf disimpan."),
        ),
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
    preview=preview,
)
