"""Row 5: has the head read this letter, and does the head sign it, here or in another system?"""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.models import (
    AuditEntry,
    DataRequest,
    OfficialDocument,
    Position,
    SignedCopy,
    SigningAttempt,
)
from requests_app.services import by_hand, exchange, options, routes, signatures
from requests_app.sop.roles import Actor
from requests_app.web import accounts, presenters, wording
from requests_app.web.access import Visit
from requests_app.web.downloads import draft_shown, file_bytes, letter_of, shown_pages
from requests_app.web.findings import findings_shown
from requests_app.web.forms.base import EmptyForm
from requests_app.web.forms.sign import ConfirmCopyForm, PutCopyForm, SignForm
from requests_app.web.pages.page import PageDeed, StepPage, send_back
from requests_app.web.pages.verify import initial_shown
from requests_app.web.signing_desk import remember_reading
from requests_app.web.templatetags.sopdata import clock_time, file_size, long_date


def sign(
    *, subject: DataRequest, actor: Actor, at: datetime, position_id: str | None, **facts: Any
) -> AuditEntry:
    """Sign as the position that was chosen; without a choice, as the one there is."""
    signer = acting_as(actor, position_id)
    entry = signatures.sign_letter(subject=subject, actor=signer, at=at, **facts)
    accounts.forget_tries(actor.user_id)
    return entry


def confirm_copy(
    *, subject: DataRequest, actor: Actor, at: datetime, position_id: str | None, **facts: Any
) -> AuditEntry:
    """Let a copy be the letter, as the position that was chosen."""
    signer = acting_as(actor, position_id)
    return exchange.confirm_copy(subject=subject, actor=signer, at=at, **facts)


def acting_as(actor: Actor, position_id: str | None) -> Actor:
    """Give the actor of the position that was chosen; without a choice, of the one there is."""
    if position_id is None:
        return actor
    # the form has offered the person's own valid positions only
    return Position.objects.select_related("user").get(pk=position_id).as_actor()


def context(visit: Visit) -> dict[str, Any]:
    """Show the letter that waits for a signature, or the one that has been signed."""
    data_request = visit.data_request
    version = data_request.newest_version()
    document = data_request.signed_letter()
    is_here = visit.subject.state == PAGE.key
    elsewhere = elsewhere_of(visit) if is_here else {}
    if is_here and version is not None and visit.actor.user_id is not None:
        remember_reading(visit.request, data_request, version.content_hash())
    letter = None
    if is_here:
        letter = draft_shown(data_request) | {"anchor": "draft" if elsewhere["copy"] else ""}
    elif document is not None:
        letter = letter_of(document)
    return {
        "letter": letter,
        "letter_version": version,
        "document": document,
        "flags": flags_of(data_request),
        "recipients": data_request.waiting_recipients(),
        "initial": None if version is None else initial_shown(version.live_initial()),
        "signs_as": visit.actor.title,
        "done": None if document is None or is_here else done_of(document),
        "document_note": "" if document is None else exchange.note_of(document),
        "document_unsigned": document is not None and exchange.is_unsigned(document),
        "found": [] if document is None else findings_shown(document.findings),
        **(signing_of(visit) if is_here else {}),
        **elsewhere,
    }


def signing_of(visit: Visit) -> dict[str, Any]:
    """Say what kind of signature would be made, and what it lacks."""
    data_request, user_id = visit.data_request, visit.actor.user_id
    route = routes.route_of(data_request.office)
    return {
        "kind": route.signature.label,
        "makes_own_key": route.key is SigningAttempt.Route.INTERNAL,
        "certificate_missing": "" if user_id is None else route.lacking(user_id, at=visit.at),
    }


def elsewhere_of(visit: Visit) -> dict[str, Any]:
    """Offer the other way: to put a copy in, and to let it be the letter."""
    data_request, actor = visit.data_request, visit.actor
    option = options.option_for(subject=data_request, deed=PAGE.key, actor=actor)
    copy = exchange.copy_of(data_request)
    return {
        "system": exchange.SYSTEM,
        "copy": None if copy is None else copy_shown(data_request, copy),
        "may_put_copy": exchange.may_put_copy(data_request, actor),
        "pen": pen_of(data_request),
        "put_copy": presenters.Button("put_signed_copy", _("Simpan salinan"), allowed=True),
        "confirm_copy": presenters.Button(
            "confirm_signed_copy",
            _("Sahkan salinan bertanda tangan"),
            allowed=not option.is_blocked,
            reason=option.reason if option.is_blocked else "",
        ),
    }


def pen_of(data_request: DataRequest) -> dict[str, Any]:
    """Offer to print the letter for the pen, and the print that a reserved number allows."""
    number = by_hand.reserved_number(data_request)
    first, again = _("Cetak untuk tanda tangan basah"), _("Perbarui tanggal menjadi hari ini")
    return {
        "print": presenters.Button("print_for_pen", again if number else first, allowed=True),
        "number": number,
        "href": reverse("web:letter_for_pen", args=[data_request.public_id]),
    }


def copy_shown(data_request: DataRequest, copy: SignedCopy) -> dict[str, Any]:
    """Lay a copy that waits for the head's word out for reading: its pages and its facts."""
    place = {"public_id": data_request.public_id}
    pages = shown_pages(
        file_bytes(copy.file),
        address=lambda number: reverse("web:signed_copy_page", kwargs={**place, "number": number}),
        pdf_href=reverse("web:signed_copy_pdf", kwargs=place),
    )
    facts = [
        (_("Nomor"), copy.number),
        (_("Tanggal"), long_date(copy.dated)),
        (_("Ditandatangani melalui"), copy.system or _("tanda tangan basah, dipindai")),
        (_("Berkas"), f"{copy.file_name} ({file_size(copy.size)})"),
        (_("SHA-256"), copy.sha256),
        (
            _("Dimasukkan"),
            _("{nama}, {tanggal} {jam}").format(
                nama=copy.put_in_by,
                tanggal=long_date(copy.put_in_at),
                jam=clock_time(copy.put_in_at),
            ),
        ),
    ]
    return {
        "pages": pages,
        "facts": [{"label": label, "value": value} for label, value in facts],
        "warning": "" if copy.is_signed or copy.is_scan else exchange.unsigned_warning(),
        "found": findings_shown(copy.findings),
        "is_scan": copy.is_scan,
        "system": copy.system or _("hasil pindai"),
    }


def flags_of(data_request: DataRequest) -> list[dict[str, Any]]:
    """Tell what the head must know before signing: purpose, basis, sensitivity, personal data."""
    personal = [item for item in data_request.listed_items() if item.is_personal]
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
        "text": _sentence_of(document).format(
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


def _sentence_of(document: OfficialDocument) -> str:
    if document.came_back:
        return _("Salinannya disahkan {nama}, {jabatan}, {tanggal} {jam}. {jenis}.")
    return _("Ditandatangani {nama}, {jabatan}, {tanggal} {jam}. {jenis}.")


PAGE = StepPage(
    key="sign_letter",
    deeds=(
        PageDeed(
            deed="sign_letter",
            form=SignForm,
            do=sign,
            alone=True,
            stays=True,
            success=lambda _visit, _entry: "",
        ),
        PageDeed(
            deed="put_signed_copy",
            form=PutCopyForm,
            do=exchange.put_copy,
            stays=True,
            success=lambda _visit, copy: _("Salinan nomor {nomor} dimasukkan.").format(
                nomor=copy.number
            ),
        ),
        PageDeed(
            deed="confirm_signed_copy",
            completes="sign_letter",
            form=ConfirmCopyForm,
            do=confirm_copy,
            stays=True,
            success=lambda _visit, _entry: "",
        ),
        PageDeed(
            deed="print_for_pen",
            form=EmptyForm,
            do=by_hand.print_for_pen,
            stays=True,
            success=lambda _visit, number: _(
                "Nomor {nomor} dicadangkan. Unduh PDF surat itu di bawah, lalu cetak."
            ).format(nomor=number.text),
        ),
        send_back("return:draft_letter"),
    ),
    context=context,
)
