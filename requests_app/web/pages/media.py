"""Row 2: in what shape do we ask: a questionnaire, or a template that the owner fills in?"""

from typing import Any

from django import forms as django_forms
from django.utils.translation import gettext as _

from requests_app.models import CollectionForm, DataRequest
from requests_app.services import forms
from requests_app.web.access import Visit
from requests_app.web.blanks import blank_shown
from requests_app.web.forms.answers import field_of
from requests_app.web.forms.media import (
    AddNewRecipientForm,
    AddRecipientForm,
    DraftMediumForm,
    MediumForm,
    medium_here,
)
from requests_app.web.pages.adding import adding, adding_deeds
from requests_app.web.pages.needs import needs_shown
from requests_app.web.pages.page import SAVE, PageDeed, StepPage
from requests_app.web.presenters import Button


def context(visit: Visit) -> dict[str, Any]:
    """Show the list that is asked for, the form as it stands, and how the owner will see it."""
    data_request = visit.data_request
    newest = medium_here(data_request)
    return {
        "needs": needs_shown(data_request),
        "medium": newest,
        "preview": preview_of(data_request, newest),
        "blank": blank_shown(data_request, newest),
        "fill_items": Button("fill_items", _("Isi otomatis dari daftar data"), allowed=True),
        **adding(visit),
    }


def preview_of(data_request: DataRequest, form: CollectionForm | None) -> list[dict[str, Any]]:
    """Lay the saved questions out item by item, as the owner's page draws them; switched off."""
    if form is None or form.kind != CollectionForm.Kind.QUESTIONS:
        return []
    shown = django_forms.Form(prefix="preview")
    questions = list(form.questions.all())
    for question in questions:
        shown.fields[str(question.pk)] = field_of(question)
        shown.fields[str(question.pk)].disabled = True
    return [
        {
            "item": item,
            "fields": [(q.unit, shown[str(q.pk)]) for q in questions if q.item_id == item.pk],
        }
        for item in data_request.listed_items()
    ]


PAGE = StepPage(
    key="prepare_form",
    deeds=(
        PageDeed(deed="prepare_form", form=MediumForm, kept_as="prepare_form"),
        PageDeed(
            deed=SAVE,
            form=DraftMediumForm,
            do=forms.save_form,
            stays=True,
            kept_as="prepare_form",
        ),
        PageDeed(
            deed="fill_items",
            form=DraftMediumForm,
            do=forms.fill_from_items,
            stays=True,
            kept_as="prepare_form",
            success=lambda _visit, _form: _("Pertanyaan dibuat dari daftar data. Draf disimpan."),
        ),
        *adding_deeds(AddRecipientForm, AddNewRecipientForm, kept_as="prepare_form"),
    ),
    context=context,
)
