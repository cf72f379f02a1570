"""How does somebody open a request? With a title and a section; row 1 asks for the rest."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Any, Final
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from requests_app.models import Section
from requests_app.services import requests
from requests_app.services.workflow import Refused
from requests_app.sop.roles import Actor
from requests_app.sop.steps import by_key
from requests_app.web.access import actors_here, refuse_a_wrong_clock, staff_page, user_of
from requests_app.web.forms.printed import PrintedField
from requests_app.web.pages.page import status_of
from requests_app.web.presenters import Button, prepared_for
from requests_app.web.presses import press_of

FIRST: Final = by_key("list_needs")
UUID_DIGITS: Final = 32


class OpeningForm(forms.Form):
    """What a request begins with; no row has a version yet, so each page gets one of its own."""

    version = forms.CharField(
        widget=forms.HiddenInput, required=False, initial=partial(token_urlsafe, 16)
    )
    title = PrintedField(
        label=gettext_lazy("Judul permohonan"),
        max_length=200,
        help_text=gettext_lazy("Contoh: Data organisasi kemasyarakatan tahun 2026."),
        error_messages={"required": gettext_lazy("Tulis judul permohonan.")},
    )
    section = forms.ModelChoiceField(
        label=gettext_lazy("Seksi"),
        queryset=Section.objects.none(),
        empty_label=None,
        error_messages={
            "required": gettext_lazy("Pilih seksi."),
            "invalid_choice": gettext_lazy("Pilih seksi Anda sendiri."),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def new_request(request: HttpRequest, *, actor: Actor, at: datetime) -> HttpResponseBase:
    """Open a request and lead to its first step; offered are one's own sections only."""
    openers = [a for a in actors_here(request, at) if a.role in requests.OPENERS]
    form = OpeningForm(request.POST if request.method == "POST" else None)
    sections: Any = form.fields["section"]
    sections.queryset = _sections_of(openers)
    sections.initial = sections.queryset.first()
    if request.method != "POST":
        return _show(request, form, openers)
    if not openers:
        return _show(request, form, openers, status=HTTPStatus.FORBIDDEN)
    if not form.is_valid():
        return _show(request, form, openers, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    section = form.cleaned_data["section"]
    fitting = next(a for a in openers if a.section_id in {None, section.pk})
    press = press_of(request, actor=fitting)
    try:
        refuse_a_wrong_clock(at)
        opened = requests.open_request(
            section=section,
            title=form.cleaned_data["title"],
            opened_by=user_of(request),
            actor=fitting,
            at=at,
            public_id=UUID(press[:UUID_DIGITS]) if press else None,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, form, openers, status=status_of(refusal))
    return redirect("web:step", public_id=opened.public_id, segment="1")


def _only_prepare(openers: Sequence[Actor]) -> bool:
    """Tell whether nobody here may fix the list that a request begins with."""
    return bool(openers) and all(actor.role is not FIRST.role for actor in openers)


def _sections_of(openers: Sequence[Actor]) -> "QuerySet[Section]":
    whole = {actor.office_id for actor in openers if actor.section_id is None}
    own = {actor.section_id for actor in openers}
    return Section.objects.filter(Q(office_id__in=whole) | Q(pk__in=own)).order_by("name")


def _show(
    request: HttpRequest, form: OpeningForm, openers: Sequence[Actor], *, status: int = 200
) -> HttpResponseBase:
    reason = "" if openers else _("Permohonan dibuka oleh kepala seksi atau staf pelaksana.")
    context = {
        "nav": "requests",
        "form": form,
        "prepared_for": prepared_for(FIRST.role) if _only_prepare(openers) else "",
        "open": Button("open", _("Buat permohonan"), allowed=bool(openers), reason=reason),
        "crumbs": [(_("Permohonan"), "/permohonan/"), (_("Permohonan baru"), "")],
        "header": {
            "eyebrow": _("Langkah 1 dari 12"),
            "title": _("Permohonan baru"),
            "lead": _("Beri judul. Tujuan, dasar hukum, dan daftar data diisi sesudahnya."),
        },
    }
    return render(request, "requests/new.html", context, status=status)
