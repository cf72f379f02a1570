"""Row 11: who used which data for what, and does every item stand in the ledger?"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import DataUse
from requests_app.services import options, usage
from requests_app.services.usage import Suggestion
from requests_app.sop.roles import Role
from requests_app.web.access import Visit
from requests_app.web.forms.usage import NonUseForm, StrikeForm, UseForm
from requests_app.web.pages.page import PageDeed, StepPage
from requests_app.web.presenters import Button
from requests_app.web.trail import trail_of

SUGGESTED = "saran"
"""Query that names a suggestion (an access to a file) whose words the form begins with."""


def context(visit: Visit) -> dict[str, Any]:
    """Give the ledger, what is still missing in it, suggestions and what may be typed."""
    data_request = visit.data_request
    may_write = data_request.state == PAGE.key and may_type(visit)
    missing = {item.pk for item in data_request.items_without_use()}
    received = data_request.received_items()
    suggestions = usage.suggestions(data_request) if may_write else []
    return {
        "trail": trail_of(data_request, current="results"),
        "may_write": may_write,
        "ledger": [use_row(visit, use, n) for n, use in enumerate(data_request.ledger(), 1)],
        "tasks": [task_of(item.name, is_missing=item.pk in missing) for item in received],
        "missing": len(missing),
        "received": len(received),
        "suggestions": suggestions,
        "suggested_form": suggested_form(visit, suggestions),
        "purpose": data_request.purpose,
        "add_use": Button("add_use", _("Catat penggunaan"), allowed=True),
        "state_non_use": Button("state_non_use", _("Nyatakan tidak digunakan"), allowed=True),
        "strike_use": Button("strike_use", _("Coret baris ini"), allowed=True),
    }


def may_type(visit: Visit) -> bool:
    """Tell whether this person may write the ledger: the row's role, or staff who helps."""
    if options.has_turn(subject=visit.subject, actor=visit.actor):
        return True
    actor = visit.actor
    return actor.role is Role.STAFF and actor.section_id in {None, visit.data_request.section_id}


def use_row(visit: Visit, use: DataUse, number: int) -> dict[str, Any]:
    """Tell one line of the ledger, and by which line it was struck."""
    return {
        "number": number,
        "use": use,
        "struck": getattr(use, "struck_by_entry", None),
        "form": StrikeForm(
            subject=visit.subject,
            actor=visit.actor,
            at=visit.at,
            initial={"use": use.pk},
            auto_id=f"strike-{use.pk}-%s",
        ),
    }


def task_of(name: str, *, is_missing: bool) -> dict[str, Any]:
    """Tell whether an item stands in the ledger."""
    if is_missing:
        return {"name": name, "status": _("Belum ada catatan"), "tone": "warn"}
    return {"name": name, "status": _("Tercatat"), "tone": "ok"}


def suggested_form(visit: Visit, suggestions: Iterable[Suggestion]) -> UseForm | None:
    """Begin the form with the words of a chosen suggestion; nothing is written by that."""
    chosen = visit.request.GET.get(SUGGESTED, "")
    for suggestion in suggestions:
        if str(suggestion.access.pk) == chosen and visit.request.method != "POST":
            return UseForm(
                subject=visit.subject,
                actor=visit.actor,
                at=visit.at,
                initial={
                    "items": [item.pk for item in suggestion.items],
                    "purpose": suggestion.access.purpose,
                    "used_by": suggestion.access.name,
                    "used_on": suggestion.on,
                },
            )
    return None


PAGE = StepPage(
    key="use_results",
    deeds=(
        PageDeed(deed="use_results", beside="add_use"),
        PageDeed(
            deed="add_use",
            form=UseForm,
            do=usage.add_use,
            stays=True,
            kept_as="add_use",
            success=lambda _visit, lines: _("Penggunaan {n} data tercatat.").format(n=len(lines)),
        ),
        PageDeed(
            deed="state_non_use",
            form=NonUseForm,
            do=usage.state_non_use,
            stays=True,
            kept_as="state_non_use",
            success=lambda _visit, lines: _("{n} data dinyatakan tidak digunakan.").format(
                n=len(lines)
            ),
        ),
        PageDeed(
            deed="strike_use",
            form=StrikeForm,
            do=usage.strike_use,
            stays=True,
            success=lambda _visit, _line: _("Baris dicoret; catatannya tetap tersimpan."),
        ),
    ),
    context=context,
)
