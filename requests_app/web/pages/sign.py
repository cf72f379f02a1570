"""Row 5: has the head read this letter, and does the head sign it?"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import AuditEntry, DataRequest, OfficialDocument, Position
from requests_app.services import signatures
from requests_app.sop.roles import Actor
from requests_app.web import wording
from requests_app.web.access import Visit
from requests_app.web.downloads import draft_shown, letter_of
from requests_app.web.forms.sign import SignForm
from requests_app.web.pages.page import PageDeed, StepPage, send_back
from requests_app.web.pages.verify import initial_shown
from requests_app.web.templatetags.sopdata import clock_time, long_date


def sign(
    *,
    subject: DataRequest,
    actor: Actor,
    at: datetime,
    position_id: str | None,
    **facts: Any,
) -> AuditEntry:
    """Sign as the position that was chosen; without a choice, as the one there is."""
    if position_id is not None:
        # the form has offered the person's own valid positions only
        actor = Position.objects.select_related("user").get(pk=position_id).as_actor()
    return signatures.sign_letter(subject=subject, actor=actor, at=at, **facts)


def context(visit: Visit) -> dict[str, Any]:
    """Show the letter that waits for a signature, or the one that has been signed."""
    data_request = visit.data_request
    version = data_request.newest_version()
    document = data_request.signed_letter()
    is_here = visit.subject.state == PAGE.key
    letter = None
    if is_here:
        letter = draft_shown(data_request)
    elif document is not None:
        letter = letter_of(document)
    return {
        "letter": letter,
        "letter_version": version,
        "document": document,
        "flags": flags_of(data_request),
        "recipients": list(
            data_request.recipients.waiting().select_related("data_owner").order_by("number")
        ),
        "initial": None if version is None else initial_shown(version.live_initial()),
        "signs_as": visit.actor.title,
        "done": None if document is None or is_here else done_of(document),
    }


def flags_of(data_request: DataRequest) -> list[dict[str, Any]]:
    """Tell what the head must know before signing: purpose, basis, sensitivity, personal data."""
    personal = [item for item in data_request.items.all() if item.is_personal]
    sensitivity = str(data_request.get_sensitivity_display())
    if data_request.sensitivity_reason:
        sensitivity = f"{sensitivity}: {data_request.sensitivity_reason}"
    told = _("Tidak ada")
    if personal:
        items = ", ".join(
            f"{item.name} ({str(item.get_personal_data_display()).lower()})" for item in personal
        )
        told = f"{items}. {data_request.personal_data_reason}"
    return [
        {"label": _("Tujuan penggunaan"), "value": data_request.purpose},
        {"label": _("Dasar hukum"), "value": "; ".join(data_request.legal_bases)},
        {"label": _("Kepekaan"), "value": sensitivity},
        {"label": _("Data pribadi"), "value": told},
        {"label": _("Sifat surat"), "value": data_request.get_urgency_display()},
        {"label": _("Klasifikasi keamanan"), "value": data_request.get_security_class_display()},
    ]


def done_of(document: OfficialDocument) -> dict[str, Any]:
    """Confirm the signature: number, time, kind, and what comes next."""
    data_request = document.data_request
    waiting = data_request.recipients.filter(state="send_letter").count()
    return {
        "title": wording.success("sign_letter", number=document.number),
        "text": _("Ditandatangani {nama}, {jabatan}, {tanggal} {jam}. {jenis}.").format(
            nama=document.signed_by,
            jabatan=document.signed_title,
            tanggal=long_date(document.signed_at),
            jam=clock_time(document.signed_at),
            jenis=document.get_signature_display(),
        ),
        "steps": [
            _("Staf akan mengirim surat ke {n} pemilik data.").format(n=waiting),
            _("Setiap pemilik data menerima tautan sendiri; kode aksesnya dikirim terpisah."),
        ]
        if waiting
        else [],
    }


PAGE = StepPage(
    key="sign_letter",
    deeds=(
        PageDeed(
            deed="sign_letter",
            form=SignForm,
            do=sign,
            stays=True,
            success=lambda _visit, _entry: "",
        ),
        send_back("return:draft_letter"),
    ),
    context=context,
)
