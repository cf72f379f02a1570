"""Who opens which received file, and for what? Nothing is read before that is on the record.

The only door to received files for people of the office: the purpose is asked by POST, the row is
committed, then the bytes follow. They are never shown inline as they came.
"""

import logging
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from requests_app.models import DataFile
from requests_app.services import accesses, intake, releases
from requests_app.services.workflow import Refused
from requests_app.sop.roles import Actor
from requests_app.web import presenters
from requests_app.web.access import actors_here, staff_page
from requests_app.web.forms.receiving import PurposeForm, ReleaseForm

security_log = logging.getLogger("security")
SANDBOX: Final = "default-src 'none'; sandbox"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def open_file(
    request: HttpRequest, *, file_id: UUID, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Ask for the purpose, put it on the record, then give the file as an attachment.

    A template (blanko) is the office's own paper and is given at once.
    """
    data_file = find_file(file_id, actor)
    if not intake.may_open(data_file):
        return closed_page(request, data_file)
    if data_file.kind == DataFile.Kind.TEMPLATE:
        return file_answer(data_file)
    offered = accesses.likely_purpose(data_file=data_file, actor=actor)
    form = PurposeForm(
        request.POST if request.method == "POST" else None, initial={"purpose": offered}
    )
    if form.is_valid():
        answer = file_answer(data_file)
        accesses.record_access(
            data_file=data_file, purpose=form.cleaned_data["purpose"], actor=actor, at=at
        )
        return answer
    context = _about(data_file, _("Buka berkas")) | {
        "form": form,
        "accesses": data_file.accesses.order_by("-at")[:20],
    }
    return render(request, "files/open_file.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def release_file(
    request: HttpRequest, *, file_id: UUID, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Ask the section head why a held file may be opened, and let it go."""
    data_file = find_file(file_id, actor)
    who = _releasing(data_file, request, at)
    if who is None:
        security_log.warning("may not release file=%s actor_user=%s", file_id, actor.user_id)
        raise PermissionDenied(_("Berkas yang ditahan dilepas oleh kepala seksi."))
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            releases.release_file(data_file=data_file, reason=reason, actor=who, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("{berkas} dilepas.").format(berkas=data_file.name))
            return redirect("web:open_file", file_id)
    context = _about(data_file, _("Lepas berkas")) | {"form": form}
    return render(request, "files/release_file.html", context, status=422 if form.errors else 200)


def closed_page(request: HttpRequest, data_file: DataFile) -> HttpResponse:
    """Say why a file stays closed, and who may change that; 403, and no opening on the record."""
    who = _releasing(data_file, request, timezone.now())
    context = _about(data_file, _("Buka berkas")) | {
        "closed": intake.why_closed(data_file),
        "may_release": who is not None,
    }
    return render(request, "files/closed_file.html", context, status=403)


def _releasing(data_file: DataFile, request: HttpRequest, at: datetime) -> Actor | None:
    """Find the position in which this person may release the file."""
    held = actors_here(request, at)
    return next((one for one in held if releases.may_release(data_file, one)), None)


def _about(data_file: DataFile, crumb: str) -> dict[str, Any]:
    return {
        "file": data_file,
        "file_kind": kind_of(data_file),
        "data_request": data_file.data_request,
        "nav": "requests",
        "crumbs": presenters.crumbs(data_file.data_request, crumb),
    }


def kind_of(data_file: DataFile) -> str:
    """Name the kind of a file as people do: by the letters after its last dot."""
    ending = data_file.name.rpartition(".")[2].upper()
    return _("Berkas {jenis}").format(jenis=ending)


def find_file(file_id: UUID, actor: Actor) -> DataFile:
    """Find a file among those the actor may open; 404 for strangers."""
    found = (
        DataFile.objects.visible_to(actor)
        .select_related("office", "data_request", "recipient__data_owner")
        .filter(public_id=file_id)
        .first()
    )
    if found is None:
        security_log.warning("not visible file=%s actor_user=%s", file_id, actor.user_id)
        raise Http404
    return found


def file_answer(data_file: DataFile, *, to_sender: bool = False) -> FileResponse:
    """Answer with the bytes as they came: attachment, no sniffing, no script, nothing kept.

    A closed file is given to nobody but who sent it, and an infected one not even there.
    """
    if not (intake.may_open(data_file) or (to_sender and not intake.is_infected(data_file))):
        raise PermissionDenied(intake.why_closed(data_file))
    try:
        stored = data_file.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    answer = FileResponse(
        stored, as_attachment=True, filename=data_file.name, content_type=data_file.media_type
    )
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer
