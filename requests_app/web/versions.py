"""How do two versions of a letter differ, and why was one of them sent back?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from requests_app.models import DataRequest, Initial, LetterVersion
from requests_app.services import clocks, versions
from requests_app.services.versions import Part
from requests_app.sop.roles import Actor
from requests_app.web import presenters
from requests_app.web.access import request_page

LABELS: Final[dict[str, Promise]] = {
    "classification": gettext_lazy("Kode klasifikasi"),
    "subject": gettext_lazy("Hal"),
    "body": gettext_lazy("Isi surat"),
    "cc": gettext_lazy("Tembusan"),
    "signatory": gettext_lazy("Penanda tangan"),
    "recipients": gettext_lazy("Ditujukan kepada"),
    "items": gettext_lazy("Data yang diminta"),
    "purpose": gettext_lazy("Tujuan penggunaan"),
    "bases": gettext_lazy("Dasar hukum"),
}
OLD, NEW, ONLY = "dari", "ke", "hanya"


class ComparisonForm(forms.Form):
    """Which two versions, and how much of them."""

    dari = forms.ChoiceField(label=gettext_lazy("Dari"))
    ke = forms.ChoiceField(label=gettext_lazy("Ke"))
    hanya = forms.BooleanField(label=gettext_lazy("Hanya tampilkan perubahan"), required=False)

    def __init__(self, rows: Sequence[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in (OLD, NEW):
            field: Any = self.fields[name]
            field.choices = [(row["place"], row["name"]) for row in rows]


@require_safe
@request_page
def compare_versions(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Show the words that came and went between two versions; by default the last two."""
    known = data_request.written_versions()
    prefetch_related_objects(known, "initials")
    old = _chosen(request.GET.get(OLD, ""), len(known), otherwise=max(len(known) - 1, 1))
    new = _chosen(request.GET.get(NEW, ""), len(known), otherwise=len(known))
    parts: list[Part] = []
    if len(known) > 1:
        parts = versions.compare(data_request=data_request, old=known[old - 1], new=known[new - 1])
    only = bool(request.GET.get(ONLY))
    rows = [version_row(known, place) for place in range(1, len(known) + 1)]
    context = {
        "nav": "requests",
        "data_request": data_request,
        "versions": rows,
        "compared": [row for row in rows if row["place"] in {old, new}],
        "form": ComparisonForm(rows, initial={OLD: old, NEW: new, ONLY: only}),
        "has_changes": any(part.is_changed for part in parts),
        "parts": parts_shown(parts, only_changes=only),
        "crumbs": presenters.crumbs(data_request, _("Versi surat")),
        "header": {"title": _("Versi surat"), "meta": [data_request.title]},
    }
    return render(request, "requests/versions.html", context)


def parts_shown(parts: Sequence[Part], *, only_changes: bool) -> list[dict[str, Any]]:
    """Name the parts for reading; without what stayed as it was, if that is wanted."""
    shown = [part.only_changes() for part in parts] if only_changes else parts
    return [
        {"label": LABELS[part.key], "passages": part.passages, "is_changed": part.is_changed}
        for part in shown
        if part.passages
    ]


def changes_since_return(data_request: DataRequest) -> dict[str, Any] | None:
    """Tell what was changed since the version that was sent back last; None without such one."""
    if data_request.round == clocks.FIRST_ROUND:
        return None  # nothing was ever sent back
    known = data_request.written_versions()
    returned = [place for place, one in enumerate(known[:-1], start=1) if one.returned_at]
    if not returned:
        return None
    old, new = returned[-1], len(known)
    parts = versions.compare(data_request=data_request, old=known[old - 1], new=known[new - 1])
    return {
        "old": {"name": version_name(known, old)},
        "parts": parts_shown(parts, only_changes=True),
        "query": f"?{OLD}={old}&{NEW}={new}",
    }


def fallen_initial(data_request: DataRequest) -> Initial | None:
    """Find the initial that fell last, unless a newer one stands: the letter is verified anew."""
    version = data_request.newest_version()
    given = [] if version is None else version.letter.initials()
    return given[0] if given and given[0].voided_at is not None else None


def version_name(known: Sequence[LetterVersion], place: int) -> str:
    """Name a version; with its letter where there is more than one."""
    version = known[place - 1]
    if known[-1].letter.sequence == 1:
        return _("Versi {n}").format(n=version.number)
    return _("Surat ke-{surat}, versi {n}").format(surat=version.letter.sequence, n=version.number)


def version_row(known: Sequence[LetterVersion], place: int) -> dict[str, Any]:
    """Tell one version: its name, who wrote it, when it was submitted, what became of it."""
    version = known[place - 1]
    return {
        "place": place,
        "name": version_name(known, place),
        "version": version,
        "initials": list(version.initials.all()),
    }


def _chosen(text: str, last: int, *, otherwise: int) -> int:
    """Read which version is asked for; what names none is as good as nothing."""
    if text.isascii() and text.isdecimal() and len(text) <= len(str(last)):
        place = int(text)
        return place if 1 <= place <= last else otherwise
    return otherwise
