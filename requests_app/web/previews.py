"""How does staff look into a received file without opening it? A view like any other: asked for.

What is shown is made by us, apart from everything else (`documents.previews`); the bytes as they
came leave through `web.files` alone. A look counts as an opening: the purpose is asked by POST and
committed first. Who has said a purpose in this request today is not asked again, but is logged.
"""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.documents import previews
from requests_app.documents.apart import NobodyThere
from requests_app.documents.previews import CannotShow, Preview
from requests_app.documents.sniffing import MIME, Kind
from requests_app.models import DataFile
from requests_app.services import accesses, intake
from requests_app.sop.roles import Actor
from requests_app.web import presenters
from requests_app.web.access import staff_page
from requests_app.web.downloads import SANDBOX, file_bytes
from requests_app.web.file_facts import check_in_words, facts_in_words
from requests_app.web.files import closed_page, find_file, kind_of
from requests_app.web.forms.receiving import PurposeForm

_KINDS: Final = {mime: kind for kind, mime in MIME.items()}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def preview_file(
    request: HttpRequest, *, file_id: UUID, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Show what stands in a file to who has said today for what; ask whoever has not."""
    look = Look(find_file(file_id, actor), actor, at)
    if not intake.may_open(look.file):
        return closed_page(request, look.file)
    if request.method == "POST":
        return _take_purpose(request, look)
    if not look.is_known:
        return _ask(request, look, PurposeForm(initial={"purpose": look.likely_purpose}))
    return _show(request, look)


@require_safe
@staff_page
def preview_picture(
    request: HttpRequest, *, file_id: UUID, number: int, actor: Actor, at: datetime
) -> HttpResponse:
    """Give a page or a picture as we draw it, with the name of who looks and the time over it."""
    look = Look(find_file(file_id, actor), actor, at)
    if not look.is_known or not intake.may_open(look.file):
        raise PermissionDenied
    try:
        picture = previews.draw(look.read(), kind=look.kind, number=number, mark=look.mark)
    except CannotShow as error:
        raise Http404 from error
    except NobodyThere:
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
    answer = HttpResponse(picture, content_type="image/webp")
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


@dataclass(frozen=True)
class Look:
    """Who looks into which file, and when."""

    file: DataFile
    actor: Actor
    at: datetime

    @property
    def kind(self) -> Kind:
        """Give the kind the file was found to be when it came in."""
        return _KINDS[self.file.media_type]

    @property
    def is_known(self) -> bool:
        """Tell whether the record says for what; a blank is the office's own paper."""
        if self.file.kind == DataFile.Kind.TEMPLATE:
            return True
        found = accesses.opened_today(data_file=self.file, actor=self.actor, at=self.at)
        return found is not None

    @property
    def likely_purpose(self) -> str:
        """Propose what the person will answer."""
        return accesses.likely_purpose(data_file=self.file, actor=self.actor)

    @property
    def purpose_of_today(self) -> str:
        """Give what the person has answered today already."""
        return accesses.purpose_of_today(data_file=self.file, actor=self.actor, at=self.at)

    @property
    def mark(self) -> str:
        """Say who looks, and when."""
        local = self.at.astimezone(self.file.office.zone)
        return f"{self.actor.name} · {local:%d-%m-%Y %H.%M}"

    @property
    def url(self) -> str:
        """Give the address of the page."""
        return reverse("web:preview_file", args=[self.file.public_id])

    def read(self) -> bytes:
        """Read the file; 404 for one that is lost."""
        try:
            return file_bytes(self.file.file)
        except FileNotFoundError as error:
            raise Http404 from error


def preview_url(data_file: DataFile) -> str:
    """Give the address where a file can be looked into."""
    return reverse("web:preview_file", args=[data_file.public_id])


def _take_purpose(request: HttpRequest, look: Look) -> HttpResponseBase:
    """Commit for what, then lead to what is shown; a button without a purpose takes today's."""
    known = look.purpose_of_today
    if "purpose" not in request.POST and not known:
        return _ask(request, look, PurposeForm(initial={"purpose": look.likely_purpose}))
    form = PurposeForm({"purpose": request.POST.get("purpose", known)})
    if not form.is_valid():
        return _ask(request, look, form)
    if not look.file.file.storage.exists(str(look.file.file.name)):
        raise Http404
    purpose = form.cleaned_data["purpose"]
    accesses.record_access(data_file=look.file, purpose=purpose, actor=look.actor, at=look.at)
    return redirect(look.url)


def _ask(request: HttpRequest, look: Look, form: PurposeForm) -> HttpResponse:
    return _page(request, look, {"form": form})


def _show(request: HttpRequest, look: Look) -> HttpResponse:
    place = request.GET.get("lembar", "0")
    sheet = int(place) if place.isdecimal() and len(place) < 4 else 0
    try:
        shown = previews.show(look.read(), kind=look.kind, sheet=sheet)
    except CannotShow:
        unshown = _("Isi berkas ini tidak dapat ditampilkan. Unduh berkas untuk membacanya.")
        return _page(request, look, {"unshown": unshown})
    except NobodyThere:
        unshown = _("Pratinjau sedang melayani berkas lain. Muat ulang halaman ini sebentar lagi.")
        return _page(request, look, {"unshown": unshown}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    if shown.is_empty:
        unshown = _("Tidak ada isi yang dapat ditampilkan. Unduh berkas untuk membacanya.")
        return _page(request, look, {"unshown": unshown})
    return _page(request, look, _parts(shown, look))


def _parts(shown: Preview, look: Look) -> dict[str, Any]:
    """Lay a preview out for the template."""
    grid = shown.grid
    return {
        "preview": shown,
        "grid": grid,
        "head": grid.rows[0] if grid and grid.rows else (),
        "body": grid.rows[1:] if grid else (),
        "sheets": [] if grid is None or len(grid.sheets) < 2 else _sheets(grid, look),
        "pictures": [
            {
                "src": reverse("web:preview_picture", args=[look.file.public_id, number]),
                "width": width,
                "height": height,
            }
            for number, (width, height) in enumerate(shown.sizes, start=1)
        ],
    }


def _sheets(grid: Any, look: Look) -> list[dict[str, Any]]:
    hidden = _("{nama} (tersembunyi)")
    return [
        {
            "name": hidden.format(nama=sheet.name) if sheet.is_hidden else sheet.name,
            "href": f"{look.url}?lembar={place}",
            "is_here": place == grid.place,
        }
        for place, sheet in enumerate(grid.sheets)
    ]


def _page(
    request: HttpRequest, look: Look, parts: dict[str, Any], *, status: int = HTTPStatus.OK
) -> HttpResponse:
    file, form = look.file, parts.get("form")
    context = {
        "file": file,
        "file_kind": kind_of(file),
        "facts": facts_in_words(file),
        "check": check_in_words(file),
        "data_request": file.data_request,
        "nav": "requests",
        "crumbs": presenters.crumbs(file.data_request, _("Lihat berkas")),
        "download_url": reverse("web:open_file", args=[file.public_id]),
        **parts,
    }
    if form is not None and form.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "files/preview.html", context, status=status)
