"""How does somebody give a request up, or stop waiting for one owner?"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from requests_app.models import DataRequest, Recipient
from requests_app.services import deeds, options, people
from requests_app.services.workflow import (
    Refused,
    Subject,
    refuse_bystander,
    take_once,
    was_pressed,
)
from requests_app.sop.roles import Actor, Role
from requests_app.web import presenters, wording
from requests_app.web.access import actors_here, find_request, refuse_a_wrong_clock, staff_page
from requests_app.web.forms.base import ReasonForm
from requests_app.web.pages.page import status_of
from requests_app.web.presses import press_of


class ExitForm(ReasonForm):
    """Why the request, or the waiting for an owner, ends here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = gettext_lazy("Alasan")
        self.fields["reason"].help_text = gettext_lazy(
            "Paling sedikit 10 karakter. Alasan ini tercatat dalam riwayat."
        )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def cancel(
    request: HttpRequest, *, public_id: UUID, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Say what cancelling a request does, and do it when asked with a reason."""
    data_request = find_request(public_id, actor)
    return _leave(request, data_request, "cancel", actor, at, consequences_of_cancel(data_request))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def waive(
    request: HttpRequest, *, public_id: UUID, number: int, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Say what no longer waiting for an owner does, and do it when asked with a reason."""
    data_request = find_request(public_id, actor)
    recipient = data_request.recipients.select_related("data_owner").filter(number=number).first()
    if recipient is None:
        raise Http404
    recipient.data_request, recipient.office = data_request, data_request.office
    return _leave(request, recipient, "waive", actor, at, consequences_of_waive(recipient))


def consequences_of_cancel(data_request: DataRequest) -> list[str]:
    """List what cancelling this very request does."""
    links = sum(1 for recipient in data_request.recipients.all() if recipient.live_link())
    told = [_("Permohonan berakhir dan tidak dapat dibuka kembali.")]
    if links:
        told.append(
            ngettext(
                "{n} tautan pemilik data dicabut; pemilik data tidak dapat lagi mengirim data.",
                "{n} tautan pemilik data dicabut; pemilik data tidak dapat lagi mengirim data.",
                links,
            ).format(n=links)
        )
    letter = data_request.signed_letter()
    if letter is not None and letter.number is not None:
        told.append(
            _("Nomor surat {nomor} tetap tercatat dan tidak dipakai lagi.").format(
                nomor=letter.number.text
            )
        )
    told.append(_("Semua naskah, berkas, dan riwayat tetap tersimpan."))
    return told


def consequences_of_waive(recipient: Recipient) -> list[str]:
    """List what no longer waiting for this owner does."""
    told = []
    if recipient.live_link() is not None:
        told.append(_("Tautan untuk {nama} dicabut.").format(nama=recipient))
    others = recipient.data_request.recipients.exclude(pk=recipient.pk)
    if others.waiting().exists() or others.filter(state="recorded").exists():
        told.append(_("Permohonan dilanjutkan dengan pemilik data yang lain."))
    else:
        told.append(
            _("Tidak ada pemilik data lain: Anda akan menentukan langkah berikutnya sesudah ini.")
        )
    told.append(_("Surat dan riwayatnya tetap tersimpan."))
    return told


def _leave(
    request: HttpRequest,
    subject: Subject,
    deed: str,
    actor: Actor,
    at: datetime,
    consequences: Sequence[str],
) -> HttpResponseBase:
    chosen = people.choose(
        actors_here(request, at), role=Role.SECTION_HEAD, section_id=subject.section_id
    )
    actor = chosen or actor
    posted = request.POST if request.method == "POST" else None
    form = ExitForm(posted, subject=subject, actor=actor, at=at)
    status = HTTPStatus.OK
    if posted is not None:
        press = press_of(request, actor=actor)
        try:
            if form.is_valid():
                refuse_a_wrong_clock(at)
                facts = {"actor": actor, "at": at, **form.cleaned_data}
                take = partial(deeds.take, subject=subject, deed=deed, **facts)
                take_once(subject=subject, press=press, take=take)
                messages.success(request, wording.success(deed, owner=str(subject)))
                return _to_request(subject)
            refuse_bystander(
                subject=subject,
                deed=deed,
                row=subject.state,
                actor=actor,
                version=form.cleaned_data.get("version"),
            )
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        except Refused as refusal:
            if was_pressed(subject=subject, press=press):
                messages.info(request, _("Tindakan ini sudah tersimpan."))
                return _to_request(subject)
            form.add_error(None, str(refusal))
            status = status_of(refusal)
    return _show(request, form, deed, consequences, status)


def _to_request(subject: Subject) -> HttpResponseBase:
    return redirect("web:request", public_id=_request_of(subject).public_id)


def _request_of(subject: Subject) -> DataRequest:
    return subject.data_request if isinstance(subject, Recipient) else subject


def _show(
    request: HttpRequest,
    form: ExitForm,
    deed: str,
    consequences: Sequence[str],
    status: int,
) -> HttpResponseBase:
    subject = form.subject
    data_request = _request_of(subject)
    option = options.option_for(subject=subject, deed=deed, actor=form.actor)
    title = wording.deed_label(deed)
    context = {
        "nav": "requests",
        "form": form,
        "data_request": data_request,
        "button": presenters.button_of(option),
        "consequences": consequences,
        "crumbs": presenters.crumbs(data_request, str(title)),
        "header": {
            "title": title,
            "state": subject.state,
            "meta": [str(data_request), *([str(subject)] if subject != data_request else [])],
        },
    }
    return render(request, "requests/exit.html", context, status=status)
