"""Is this paper ours, does it still hold, and is this file the one that we keep? For anybody.

No account, no body, no items, no recipients: what stands on the paper's face, and its hash. A file
to compare is hashed while it comes in and kept nowhere.
"""

import hashlib
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from requests_app.models import DataRequest, OfficialDocument
from requests_app.services import exchange
from requests_app.web.templatetags.sopdata import clock_time, long_date

LARGEST_BYTES: Final = 25 * 1024 * 1024
HIDDEN_CLASSES: Final = (
    DataRequest.SecurityClass.LIMITED,
    DataRequest.SecurityClass.SECRET,
    DataRequest.SecurityClass.TOP_SECRET,
)
SPOKEN_KINDS: Final = (
    OfficialDocument.Kind.LETTER,
    OfficialDocument.Kind.REPORT,
    OfficialDocument.Kind.NOTE,
)
"""Papers whose subject is shown; that of a receipt would name the data owner."""


@require_http_methods(["GET", "HEAD", "POST"])
def verify_document(request: HttpRequest, *, code: str) -> HttpResponse:
    """Show what is on record for a code; by POST, compare a file with what we keep."""
    document = (
        OfficialDocument.objects.select_related("number", "office", "data_request", "signed_copy")
        .filter(code=code.upper())
        .first()
    )
    if document is None:
        return render(request, "verification/unknown.html", _unknown(), status=404)
    context = {
        "owner_office": document.office.name,
        "contact": f"{document.office.contact_name}, {document.office.contact_phone}",
        "document": document,
        "is_valid": document.status == OfficialDocument.Status.VALID,
        "facts": facts_of(document),
        "comparison": None,
        "title": "",
    }
    if request.method == "POST":
        context["comparison"] = compare(request.FILES.get("file"), document)
    return render(request, "verification/document.html", context)


def facts_of(document: OfficialDocument) -> list[dict[str, Any]]:
    """List what the public may know of a paper."""
    shown = [
        (_("Jenis naskah"), document.get_kind_display()),
        (_("Nomor"), str(document.number or "–")),
        (_("Tanggal"), long_date(document.dated)),
        (_("Hal"), subject_of(document)),
        (_("Perangkat daerah"), document.office.name),
        (_("Penanda tangan"), signer_of(document)),
        (_("Jenis tanda tangan"), document.get_signature_display()),
        (_("Keterangan"), exchange.note_of(document)),
        (_moment_label(document), _moment(document)),
        (_("Laporan diterima Kepala"), accepted_on(document)),
    ]
    return [{"label": label, "value": value} for label, value in shown if value]


def subject_of(document: OfficialDocument) -> str:
    """Give the subject, unless the letter is Terbatas or above or names an owner."""
    if document.kind not in SPOKEN_KINDS:
        return ""
    if document.data_request.security_class in HIDDEN_CLASSES:
        return _("tidak ditampilkan (klasifikasi {kelas})").format(
            kelas=document.data_request.get_security_class_display()
        )
    return document.title


def signer_of(document: OfficialDocument) -> str:
    """Name who signed and as what; a paper that nobody signed says so by its kind."""
    return ", ".join(part for part in (document.signed_by, document.signed_title) if part)


def accepted_on(document: OfficialDocument) -> str:
    """Tell when the head accepted a report: the bytes are frozen, so it is told here."""
    data_request = document.data_request
    accepted = (
        document.kind == OfficialDocument.Kind.REPORT
        and data_request.outcome == DataRequest.Outcome.REPORTED
    )
    return long_date(data_request.closed_at) if accepted else ""


def compare(file: "UploadedFile[Any] | None", document: OfficialDocument) -> dict[str, str]:
    """Compare a file with what we keep, by hash alone."""
    if file is None:
        return {"tone": "warn", "text": _("Pilih berkas PDF yang akan dibandingkan.")}
    if (file.size or 0) > LARGEST_BYTES:
        return {"tone": "warn", "text": _("Berkas terlalu besar; batasnya 25 MB.")}
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    if digest.hexdigest() != document.sha256:
        return {"tone": "late", "text": _("Berkas berbeda dari yang kami simpan.")}
    return {"tone": "ok", "text": _("Berkas sama dengan yang kami simpan.")}


def _moment_label(document: OfficialDocument) -> str:
    """Name the moment: of a letter signed elsewhere we know when it was confirmed, no more."""
    if document.signature == OfficialDocument.Signature.ELSEWHERE:
        return _("Salinan disahkan")
    return _("Waktu tanda tangan")


def _moment(document: OfficialDocument) -> str:
    if document.signed_at is None:
        return ""
    return f"{long_date(document.signed_at)} {clock_time(document.signed_at)}"


def _unknown() -> dict[str, Any]:
    return {"domain": settings.PUBLIC_BASE_URL.partition("//")[2], "title": ""}
