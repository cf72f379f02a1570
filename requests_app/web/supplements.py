"""Where does an owner send later what was promised, or put right what was sent?"""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from requests_app.models import Recipient
from requests_app.services import supplements
from requests_app.services.workflow import Refused, lock, log_refusal, take_once, was_pressed
from requests_app.sop.roles import Actor
from requests_app.web import owner_view, work_view
from requests_app.web.access import refuse_a_wrong_clock
from requests_app.web.filling import plain, posted_file
from requests_app.web.forms.supplement import SupplementForm
from requests_app.web.owner import frame_of, has_opened_a_link, owner_page
from requests_app.web.pages.page import SAVE, status_of
from requests_app.web.presses import press_of
from requests_app.web.uploads import streams_uploads


@streams_uploads(of=has_opened_a_link)
@require_http_methods(["GET", "HEAD", "POST"])
@owner_page
def supplement(
    request: HttpRequest, *, recipient: Recipient, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Show what may be added, keep it, or send it."""
    if request.method != "POST":
        return _show(request, SupplementForm(subject=recipient, actor=actor, at=at))
    form = SupplementForm(request.POST, request.FILES, subject=recipient, actor=actor, at=at)
    if not form.is_valid():
        form.ask_for_files_again()
        return _show(request, form, status=422)
    press = press_of(request, actor=actor)
    try:
        _refuse_no_button(request, recipient, actor)
        refuse_a_wrong_clock(at)
        if SAVE in request.POST:
            supplements.save(subject=recipient, **form.facts(), actor=actor, at=at)
            messages.success(request, _("Tersimpan. Susulan belum dikirim."))
            return redirect(request.path)
        _send_once(form, press)
    except Refused as refusal:
        return _show_refused(request, form, refusal)
    messages.success(request, _sent(recipient))
    return redirect("web:owner_tasks", public_id=recipient.public_id)


@streams_uploads(of=has_opened_a_link)
@require_POST
@owner_page
def add_file(
    request: HttpRequest, *, recipient: Recipient, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Keep one file of a supplement, and answer with the files of that item as they are now."""
    try:
        posted = posted_file(request)
        supplements.add_file(subject=recipient, **posted, actor=actor, at=at)
    except Refused as refusal:
        return plain(str(refusal), status=status_of(refusal))
    form = SupplementForm(subject=recipient, actor=actor, at=at)
    context = {"one": form.find(posted["item"]), "state": None}
    return render(request, "owner/_files.html", context)


def _send_once(form: SupplementForm, press: str) -> None:
    """Keep and send; a second click of the same press finds it done."""
    recipient = form.recipient
    doing: dict[str, Any] = {"actor": form.actor, "at": form.at}

    def take() -> None:
        lock(recipient)
        if not was_pressed(subject=recipient, press=press):
            supplements.save(subject=recipient, **form.facts(), **doing)
            supplements.deliver(subject=recipient, **doing)

    take_once(subject=recipient, press=press, take=take)


def _refuse_no_button(request: HttpRequest, recipient: Recipient, actor: Actor) -> None:
    """Refuse what no button of this page posts."""
    if SAVE in request.POST or request.POST.get("deed") == supplements.DEED:
        return
    refusal = Refused(_("Tindakan ini tidak dikenal. Muat ulang halaman ini."))
    deed = request.POST.get("deed", "")[:60]
    log_refusal(subject=recipient, deed=deed, actor=actor, refusal=refusal)
    raise refusal


def _sent(recipient: Recipient) -> str:
    """Say what became of a supplement that was sent."""
    if supplements.waiting_for(recipient):
        return _(
            "Susulan terkirim. Kantor memeriksanya setelah penerimaan data dibuka kembali; "
            "tanda terima dapat diunduh di bawah ini."
        )
    return _("Susulan terkirim dan diperiksa kantor. Tanda terima dapat diunduh di bawah ini.")


def _show_refused(request: HttpRequest, form: SupplementForm, refusal: Refused) -> HttpResponseBase:
    """Say beside the files, or above the form, why nothing was sent; what was kept is kept."""
    form.tell_refusal(refusal)
    form.subject.refresh_from_db()
    form.refresh()
    return _show(request, form, status=status_of(refusal))


def _show(request: HttpRequest, form: SupplementForm, *, status: int = 200) -> HttpResponseBase:
    recipient = form.recipient
    tasks_url = reverse("web:owner_tasks", args=[recipient.public_id])
    address = reverse("web:owner_supplement_file", args=[recipient.public_id])
    context: dict[str, Any] = {
        **frame_of(recipient),
        "form": form,
        "is_open": supplements.is_open_for(recipient),
        "is_waiting": recipient.state != supplements.TAKEN_IN_AT,
        "uploads": work_view.uploads_of(recipient) | {"address": address},
        "tasks_url": tasks_url,
        "crumbs": [(_("Daftar tugas"), tasks_url), (_("Kirim susulan atau perbaikan"), "")],
        "header": {
            "title": _("Kirim susulan atau perbaikan"),
            "meta": [recipient.data_owner.name],
        },
        "letter_document": recipient.signed_letter(),
        "deadline": None,
        "blank_pdf_url": owner_view.blank_pdf_url(recipient),
    }
    return render(request, "owner/supplement.html", context, status=status)
