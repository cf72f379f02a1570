"""Where does staff record what an owner did beside the rows by another way than the link?

A question, a request for more days, data that followed: each with how it came, and with one press.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from requests_app.models import Recipient
from requests_app.services import behalf, conversation, extensions, people, supplements
from requests_app.services.workflow import Refused
from requests_app.sop.roles import Actor
from requests_app.web import presenters, wording
from requests_app.web.access import actors_here, find_recipient, positions_here, staff_page
from requests_app.web.addresses import conversation_url
from requests_app.web.forms.behalf import (
    AskOnBehalfForm,
    ExtendOnBehalfForm,
    ProvenanceForm,
    SupplementOnBehalfForm,
)
from requests_app.web.presenters import Button
from requests_app.web.recording import row_url
from requests_app.web.small_deeds import take_small
from requests_app.web.uploads import signed_in, streams_uploads


@dataclass(frozen=True, kw_only=True)
class Way:
    """One thing that an owner may do: its form, the service that records it, and the words.

    `why_not` refuses what the owner could not do now either; `leads_to` tells where to go on,
    `foretold` what else to know before the press.
    """

    deed: str
    form: type[ProvenanceForm]
    do: Callable[..., Any]
    why_not: Callable[[Recipient, Actor, datetime], None]
    leads_to: Callable[[Recipient], str]
    title: str | Promise
    said: str | Promise
    foretold: Callable[[Recipient], str] = lambda _recipient: ""

    def refuse(self, recipient: Recipient, actor: Actor, at: datetime) -> None:
        """Refuse whoever records nothing here, and what the owner could not do now either."""
        self.why_not(recipient, behalf.owner_by(actor, recipient=recipient), at)


def _no_question(recipient: Recipient, owner: Actor, _at: datetime) -> None:
    conversation.refuse_asking(recipient, owner)


def _no_extension(recipient: Recipient, owner: Actor, at: datetime) -> None:
    extensions.refuse_extending(recipient, owner, at=at)


def _no_supplement(recipient: Recipient, owner: Actor, _at: datetime) -> None:
    supplements.refuse(recipient, owner)


def _conversation(recipient: Recipient) -> str:
    return conversation_url(recipient.data_request.public_id, recipient.number)


def _own_row(recipient: Recipient) -> str:
    step = recipient.step
    return row_url(recipient, "9" if step is None else step.segment)


def _waits(recipient: Recipient) -> str:
    if recipient.state == supplements.TAKEN_IN_AT:
        return ""
    return gettext(
        "Data sudah diterima. Susulan ini menunggu, dan diperiksa setelah penerimaan data (langkah "
        "8) dibuka kembali."
    )


WAYS: Final = {
    "penjelasan": Way(
        deed="ask_clarification",
        form=AskOnBehalfForm,
        do=behalf.ask_clarification,
        why_not=_no_question,
        leads_to=_conversation,
        title=_("Pemilik data meminta penjelasan"),
        said=_("Pertanyaan dicatat atas nama pemilik data. Waktunya dijeda sampai dijawab."),
    ),
    "perpanjangan": Way(
        deed="request_extension",
        form=ExtendOnBehalfForm,
        do=behalf.request_extension,
        why_not=_no_extension,
        leads_to=_conversation,
        title=_("Pemilik data meminta perpanjangan waktu"),
        said=_("Permintaan dicatat atas nama pemilik data dan menunggu keputusan."),
    ),
    "susulan": Way(
        deed=supplements.DEED,
        form=SupplementOnBehalfForm,
        do=behalf.deliver_supplement,
        why_not=_no_supplement,
        leads_to=_own_row,
        title=_("Pemilik data mengirim susulan"),
        said=_("Susulan dicatat atas nama pemilik data; tanda terima dikirim ke surelnya."),
        foretold=_waits,
    ),
}


@streams_uploads(of=signed_in)
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def record_way(
    request: HttpRequest, *, public_id: UUID, number: int, way: str, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Record what an owner did, with how it came; the office goes on as ever."""
    if way not in WAYS:
        raise Http404
    asked = WAYS[way]
    recipient = find_recipient(public_id, number, actor)
    recipient.office = recipient.data_request.office = positions_here(request, at)[0].office
    actor = _acting(request, recipient, at)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = asked.form(*posted, subject=recipient, actor=actor, at=at)
    status = HTTPStatus.OK
    if form.is_bound:
        status = take_small(
            request,
            form,
            deed=f"behalf:{asked.deed}",
            do=asked.do,
            bystander=partial(asked.refuse, recipient, actor, at),
            said=str(asked.said),
        )
        if status == HTTPStatus.FOUND:
            return redirect(asked.leads_to(recipient))
    context = {**_page(recipient, asked), "form": form, "button": _button(asked, form)}
    return render(request, "conversation/behalf.html", context, status=status)


def _acting(request: HttpRequest, recipient: Recipient, at: datetime) -> Actor:
    """Choose as whom somebody records: in the position that may, else as who fits best."""
    held = actors_here(request, at)
    may = [one for one in held if behalf.may_record(recipient, one)]
    return may[0] if may else people.choose(held, section_id=recipient.section_id) or held[0]


def _button(asked: Way, form: ProvenanceForm) -> Button:
    name, reason = f"behalf:{asked.deed}", ""
    try:
        asked.refuse(form.recipient, form.actor, form.at)
    except Refused as refusal:
        reason = str(refusal)
    return Button(name, wording.deed_label(name), allowed=not reason, reason=reason)


def _page(recipient: Recipient, asked: Way) -> dict[str, Any]:
    data_request = recipient.data_request
    return {
        "nav": "requests",
        "recipient": recipient,
        "data_request": data_request,
        "crumbs": presenters.crumbs(data_request, str(asked.title)),
        "header": {
            "eyebrow": _("Catat atas nama pemilik data"),
            "title": asked.title,
            "meta": [data_request.title, recipient.data_owner.name],
            "state": recipient.state,
        },
        "foretold": asked.foretold(recipient),
        "back": _own_row(recipient),
    }
