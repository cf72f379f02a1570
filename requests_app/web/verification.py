"""Is this paper ours, does it still hold, and is this file the one that we keep? For anybody.

No account, no body, no items, no recipients: what stands on the paper's face, and its hash. A file
to compare is hashed while it comes in, judged in a process apart, and kept nowhere. The page sets
no cookie and its form needs no token: it changes nothing, and knows nobody.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.documents import judging
from requests_app.models import DataRequest, Office, OfficialDocument, SigningCertificate
from requests_app.services import checking, exchange
from requests_app.web import limits, verdicts
from requests_app.web.templatetags.sopdata import clock_time, long_date
from requests_app.web.uploads import receive
from requests_app.web.verdicts import Line

LARGEST_BYTES: Final = 25 * 1024 * 1024
UNKNOWN, UPLOAD, DOWNLOAD = "check_unknown", "check_upload", "check_download"
"""Names of the limits, in ACCOUNT_RATE_LIMITS."""
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
SIGNED_ELSEWHERE: Final = (
    OfficialDocument.Signature.ELSEWHERE,
    OfficialDocument.Signature.WET,
)
CHECKED_OUTSIDE: Final = (
    OfficialDocument.Signature.ELSEWHERE,
    OfficialDocument.Signature.BSRE,
)
"""Kinds whose issuer is not ours: who judges them is named, for we cannot."""
COMMANDS: Final = (
    "mkdir kunci && certutil -N -d kunci --empty-password",
    'certutil -A -d kunci -n kantor -t "CT,C,C" -i penerbit.pem',
    "pdfsig -nssdir kunci surat.pdf",
)
"""How a signature is checked by programs of others, on any Linux (docs/verify.md)."""
View = Callable[..., HttpResponse]


def of_a_known_code(view: View) -> View:
    """Hand the view its document; whoever asks for codes that we never gave out is slowed down.

    An address that has guessed too often gets no answer at all for a while. All addresses together
    are counted too, but then only guesses go unanswered: nobody can lock the others out.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *, code: str) -> HttpResponse:
        try:
            limits.refuse_while_reached(request, UNKNOWN)
            document = (
                OfficialDocument.objects.select_related(
                    "number", "office", "data_request", "signed_copy"
                )
                .filter(code=code.upper())
                .first()
            )
            if document is not None:
                return view(request, document)
            limits.count(request, UNKNOWN)
        except limits.TooOften as refusal:
            return limits.answer(request, refusal, template="verification/too_often.html")
        return render(request, "verification/unknown.html", _unknown(), status=HTTPStatus.NOT_FOUND)

    return wrapped


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@of_a_known_code
def verify_document(request: HttpRequest, document: OfficialDocument) -> HttpResponse:
    """Show what is on record for a code; by POST, compare a file with what we keep."""
    status, said = HTTPStatus.OK, list[Line]()
    if request.method == "POST":
        limits.count(request, UPLOAD)
        status, said = _compared(request, document)
    certificate = checking.certificate_behind(document)
    # who sent a file reads first what it is, and not that some paper with this code is valid
    verdict = said[0] if said and said[0].tone in {"ok", "late"} else _status(document)
    context = {
        "document": document,
        "verdict": verdict,
        "others": [line for line in said if line is not verdict],
        "facts": facts_of(document),
        "certificate": certificate and facts_of_certificate(certificate, document),
        "office": document.office,
        "commands": COMMANDS,
        "is_checked_outside": document.signature in CHECKED_OUTSIDE,
    }
    return render(request, "verification/document.html", context, status=status)


@require_safe
@of_a_known_code
def issuer_certificate(request: HttpRequest, document: OfficialDocument) -> HttpResponse:
    """Give the certificate of the authority that vouches for the signer: what a reader trusts."""
    authority = _certificate_of(request, document).authority
    return _file(authority.certificate, "application/x-pem-file", "penerbit.pem")


@require_safe
@of_a_known_code
def revocation_list(request: HttpRequest, document: OfficialDocument) -> HttpResponse:
    """Give the list of what that authority has taken back."""
    authority = _certificate_of(request, document).authority
    return _file(bytes(authority.revocation_list), "application/pkix-crl", "pencabutan.crl")


def _certificate_of(request: HttpRequest, document: OfficialDocument) -> SigningCertificate:
    limits.count(request, DOWNLOAD)
    certificate = checking.certificate_behind(document)
    if certificate is None:
        raise Http404
    return certificate


def _file(content: str | bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


# -- what is shown ----------------------------------------------------------------------------


def _status(document: OfficialDocument) -> Line:
    if document.status == OfficialDocument.Status.VALID:
        return Line(tone="ok", text=_("Dokumen ini tercatat dan berlaku"))
    return Line(tone="late", text=_("Dokumen ini dibatalkan"))


def facts_of(document: OfficialDocument) -> list[dict[str, Any]]:
    """List what the public may know of a paper."""
    shown = [
        (_("Status"), document.get_status_display()),
        (_("Jenis naskah"), document.get_kind_display()),
        (_("Nomor"), str(document.number or "–")),
        (_("Tanggal"), long_date(document.dated)),
        (_("Hal"), subject_of(document)),
        (_("Perangkat daerah"), document.office.name),
        (_("Penanda tangan"), signer_of(document)),
        (_("Atas nama"), checking.represented_by(document)),
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


def facts_of_certificate(
    certificate: SigningCertificate, document: OfficialDocument
) -> list[dict[str, str]]:
    """List what lets anybody find the signer's certificate, and whether it still holds."""
    shown = [
        (_("Penerbit"), certificate.authority.name),
        (_("Nomor seri"), certificate.serial),
        (_("Status"), _standing(certificate, document)),
        (_("Sidik sertifikat penerbit (SHA-256)"), certificate.authority.fingerprint),
    ]
    return [{"label": label, "value": value} for label, value in shown]


def _standing(certificate: SigningCertificate, document: OfficialDocument) -> str:
    if certificate.revoked_at is None:
        return _("Tidak dicabut")
    if document.signed_at is not None and document.signed_at < certificate.revoked_at:
        text = _("Dicabut pada {tanggal}; tanda tangan dibuat sebelum itu.")
    else:
        text = _("Dicabut pada {tanggal}; tanda tangan tidak dibuat sebelum itu.")
    return text.format(tanggal=_day_and_time(certificate.revoked_at))


def _moment_label(document: OfficialDocument) -> str:
    """Name the moment: of a letter signed elsewhere we know when it was confirmed, no more."""
    if document.signature in SIGNED_ELSEWHERE:
        return _("Salinan disahkan")
    return _("Waktu tanda tangan")


def _moment(document: OfficialDocument) -> str:
    return "" if document.signed_at is None else _day_and_time(document.signed_at)


def _day_and_time(moment: datetime) -> str:
    return f"{long_date(moment)} {clock_time(moment)}"


def _unknown() -> dict[str, Any]:
    """Tell where this page must stand, and whom to call where there is only one office."""
    offices = Office.objects.all()[:2]
    return {
        "domain": settings.PUBLIC_BASE_URL.partition("//")[2],
        "office": offices[0] if len(offices) == 1 else None,
    }


# -- a file to compare ------------------------------------------------------------------------


def _compared(request: HttpRequest, document: OfficialDocument) -> tuple[HTTPStatus, list[Line]]:
    """Take the file in and tell what it is; the status says whether there was one to look at."""
    try:
        file = receive(request, field="file", limit=LARGEST_BYTES)
    except (MultiPartParserError, UnreadablePostError):
        broken = Line(tone="warn", text=_("Kiriman terputus. Unggah berkas itu sekali lagi."))
        return HTTPStatus.BAD_REQUEST, [broken]
    if file.is_too_large:
        large = Line(tone="warn", text=_("Berkas terlalu besar; batasnya 25 MB."))
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, [large]
    if not file.has_come:
        none = Line(tone="warn", text=_("Pilih berkas PDF yang akan dibandingkan."))
        return HTTPStatus.OK, [none]
    found = checking.compare(document, file.content, sha256=file.sha256, at=timezone.now())
    return HTTPStatus.OK, told(document, found)


def told(document: OfficialDocument, found: checking.Compared) -> list[Line]:
    """Tell what a file is: first whether it is this very paper, then what its signatures say.

    Nothing is green about a file that is not the paper, however good its signature.
    """
    lines = [*_sameness(document, found), *verdicts.sentences(found.judgement)]
    if not found.is_same:
        lines = [replace(line, tone="quiet") if line.tone == "ok" else line for line in lines]
    return list(dict.fromkeys(lines))


def _sameness(document: OfficialDocument, found: checking.Compared) -> list[Line]:
    """Say whether it is this very paper, void or not: a signature says nothing about that."""
    if found.is_same and document.status == OfficialDocument.Status.VALID:
        return [Line(tone="ok", text=_("Berkas sama dengan yang kami simpan."))]
    if found.is_same:
        return [
            _status(document),
            Line(tone="warn", text=_("Berkas sama dengan yang kami simpan.")),
        ]
    differs = [Line(tone="late", text=_("Berkas berbeda dari yang kami simpan."))]
    if found.judgement is not None and judging.is_our_signature(found.judgement):
        text = _("Kantor ini menandatanganinya, tetapi bukan sebagai dokumen dengan kode ini.")
        differs.append(Line(tone="late", text=text))
    return differs
