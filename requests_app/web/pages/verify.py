"""Row 4: is the draft right in every point, so that the head may be asked to sign it?"""

from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import AuditEntry, CollectionForm, Initial, LetterVersion, Recipient
from requests_app.services import clocks
from requests_app.sop.clock import office_minutes_between
from requests_app.web import wording
from requests_app.web.access import Visit
from requests_app.web.downloads import draft_shown
from requests_app.web.forms.owners import ChooseOwnerForm, EnterOwnerForm
from requests_app.web.forms.verify import CHECK_LABELS, VERDICTS, VerifyForm
from requests_app.web.pages.adding import adding, adding_deeds
from requests_app.web.pages.needs import may_draft, needs_shown
from requests_app.web.pages.page import PageDeed, StepPage, send_back
from requests_app.web.templatetags.sopdata import duration
from requests_app.web.versions import changes_since_return, fallen_initial


def context(visit: Visit) -> dict[str, Any]:
    """Show what is verified: the letter, the list, the form; and what was found last."""
    data_request = visit.data_request
    version = data_request.newest_version()
    initial = None if version is None else version.live_initial()
    is_here = visit.subject.state == PAGE.key
    return {
        "letter": draft_shown(data_request) if is_here else None,
        "letter_version": version,
        "fallen": fallen_initial(data_request),
        "changes": changes_since_return(data_request) if is_here else None,
        "needs": needs_shown(data_request),
        "collection_form": form_shown(data_request.published_form()),
        "initial": initial_shown(initial),
        "order": order_of(version) if is_here else [],
        "may_add": is_here and may_draft(data_request, visit.actor),
        **adding(visit),
    }


def order_of(version: LetterVersion | None) -> list[dict[str, Any]]:
    """Say whose initials are asked for in which order, and which are given."""
    if version is None:
        return []
    asked = version.letter.data_request.office.initial_titles
    given = {initial.post: initial for initial in version.live_initials()}
    awaited = version.awaited_post()
    return [
        {"post": post, "initial": given.get(post), "is_next": post == awaited} for post in asked
    ]


def said_added(_visit: Visit, added: Recipient) -> str:
    """Say that the letter under verification is another one now."""
    return _("{nama} ditambahkan. Surat berubah: baca dan periksa kembali.").format(nama=added)


def form_shown(form: CollectionForm | None) -> dict[str, Any] | None:
    """Lay the collection form out for reading."""
    if form is None:
        return None
    return {"number": form.number, "form": form, "questions": list(form.questions.all())}


def initial_shown(initial: Initial | None) -> dict[str, Any] | None:
    """Lay an initial out for reading: who, when, and every answer of the checklist."""
    if initial is None:
        return None
    verdicts = dict(VERDICTS)
    return {
        "name": initial.name,
        "title": initial.title,
        "at": initial.at,
        "checks": [
            {
                "label": label,
                "verdict": verdicts.get(initial.checks.get(key, {}).get("verdict", ""), ""),
                "note": initial.checks.get(key, {}).get("note", ""),
            }
            for key, label in CHECK_LABELS.items()
            if key in initial.checks
        ],
    }


def said_verified(visit: Visit, entry: AuditEntry) -> str:
    """Say that the draft has gone on, and how long the verification took."""
    office = visit.data_request.office
    version = visit.data_request.newest_version()
    awaited = "" if version is None else version.awaited_post()
    if entry.deed == "give_initial":
        return _("Paraf Anda dibubuhkan. Berikutnya paraf {jabatan}.").format(jabatan=awaited)
    said = wording.success("verify_letter", title=office.head_title)
    standard = visit.data_request.edition.as_plain().row_of(PAGE.key).standard_text
    if entry.entered_at is None:
        return said
    used = office_minutes_between(entry.entered_at, entry.at, clocks.calendar_of(office))
    took = _("Waktu verifikasi: {lama} dari waktu baku {baku}.").format(
        lama=duration(used), baku=_(standard)
    )
    return f"{said} {took}"


PAGE = StepPage(
    key="verify_letter",
    deeds=(
        PageDeed(deed="verify_letter", form=VerifyForm, success=said_verified),
        send_back("return:draft_letter"),
        send_back("return:prepare_form"),
        *adding_deeds(ChooseOwnerForm, EnterOwnerForm, success=said_added),
    ),
    context=context,
)
