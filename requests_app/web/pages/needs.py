"""Row 1: what do we need, for what purpose, on which basis, and from whom?"""

from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import DataRequest
from requests_app.services import options, requests
from requests_app.sop.roles import Actor
from requests_app.web.access import Visit
from requests_app.web.forms.needs import AddOwnerForm, CompleteNeedsForm, DraftNeedsForm
from requests_app.web.pages.page import SAVE, PageDeed, StepPage
from requests_app.web.presenters import Button, prepared_for


def context(visit: Visit) -> dict[str, Any]:
    """Tell whether the list may be typed here, and show it as it stands."""
    data_request = visit.data_request
    may_edit = may_draft(data_request, visit.actor) and visit.subject.state == "list_needs"
    only_prepares = may_edit and not options.has_turn(subject=visit.subject, actor=visit.actor)
    return {
        "may_edit": may_edit,
        "prepared_for": prepared_for(visit.step.role) if only_prepares else "",
        "add_owner": Button("add_owner", _("Tambah ke direktori dan permohonan"), allowed=True),
        "needs": None if may_edit else needs_shown(data_request),
    }


def may_draft(data_request: DataRequest, actor: Actor) -> bool:
    """Tell whether this person may type drafts of the request: head or staff of its section."""
    return (
        actor.role in requests.OPENERS
        and actor.office_id == data_request.office_id
        and actor.section_id in {None, data_request.section_id}
    )


def needs_shown(data_request: DataRequest) -> dict[str, Any]:
    """Lay the list out for reading."""
    sensitivity = data_request.get_sensitivity_display()
    if data_request.sensitivity_reason:
        sensitivity = f"{sensitivity}: {data_request.sensitivity_reason}"
    values = [
        {"label": _("Tujuan penggunaan"), "value": data_request.purpose},
        {"label": _("Dasar hukum"), "value": "; ".join(data_request.legal_bases)},
        {"label": _("Kepekaan"), "value": sensitivity},
        {"label": _("Sifat surat"), "value": data_request.get_urgency_display()},
        {"label": _("Klasifikasi keamanan"), "value": data_request.get_security_class_display()},
    ]
    if data_request.personal_data_reason:
        reason = data_request.personal_data_reason
        values.append({"label": _("Alasan meminta data pribadi"), "value": reason})
    items = data_request.listed_items()
    return {
        "values": values,
        "items": items,
        "recipients": [
            {"recipient": one, "withheld": [item for item in items if not one.is_asked_for(item)]}
            for one in data_request.asked_recipients()
        ],
    }


PAGE = StepPage(
    key="list_needs",
    deeds=(
        PageDeed(deed="list_needs", form=CompleteNeedsForm, kept_as="list_needs"),
        PageDeed(
            deed=SAVE,
            form=DraftNeedsForm,
            do=requests.save_needs,
            stays=True,
            kept_as="list_needs",
        ),
        PageDeed(
            deed="add_owner",
            form=AddOwnerForm,
            do=requests.save_needs,
            stays=True,
            kept_as="list_needs",
            success=lambda _visit, _done: _("Pemilik data ditambahkan dan draf disimpan."),
        ),
    ),
    context=context,
)
