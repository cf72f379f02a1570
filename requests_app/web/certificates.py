"""With which key do I sign, and how do I get one? Everybody's own page; nobody sees another's."""

from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.models import SigningCertificate, User
from requests_app.services import certificates
from requests_app.services.workflow import Refused
from requests_app.sop.roles import Actor
from requests_app.web.access import refuse_a_wrong_clock, staff_page, user_of
from requests_app.web.forms.certificates import EnrolForm, RevokeForm
from requests_app.web.pages.page import status_of
from requests_app.web.templatetags.sopdata import clock_time, long_date

HOME: Final = "web:certificate"
Form = EnrolForm | RevokeForm


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def own_certificate(request: HttpRequest, *, actor: Actor, at: datetime) -> HttpResponseBase:
    """Show the person's own certificate; make one, renew it or revoke it when asked."""
    user = user_of(request)
    standing = certificates.standing_of(user.pk)
    forms: dict[str, Form] = {"enrol": EnrolForm(user=user), "revoke": RevokeForm(user=user)}
    if request.method != "POST":
        return _show(request, user, standing, forms, at)
    deed = request.POST.get("deed", "")
    if deed not in forms:
        messages.error(request, _("Tindakan ini tidak dikenal. Muat ulang halaman ini."))
        return _show(request, user, standing, forms, at, status=HTTPStatus.CONFLICT)
    form = forms[deed] = type(forms[deed])(request.POST, user=user)
    if not form.is_valid():
        return _show(
            request, user, standing, forms, at, form, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
    try:
        refuse_a_wrong_clock(at)
        if isinstance(form, EnrolForm):
            passphrase = form.cleaned_data["passphrase"]
            certificates.enrol(user=user, actor=actor, passphrase=passphrase, at=at)
            messages.success(request, _("Sertifikat tanda tangan Anda sudah dibuat."))
        elif standing is not None:
            reason = form.cleaned_data["reason"]
            certificates.revoke(certificate=standing, actor=actor, at=at, reason=reason)
            messages.success(request, _("Sertifikat Anda sudah dicabut."))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, user, standing, forms, at, form, status=status_of(refusal))
    return redirect(_next(request) or HOME)


@require_safe
@staff_page
def own_certificate_file(request: HttpRequest, *, actor: Actor, at: datetime) -> HttpResponseBase:
    """Give the person's own certificate as a file; it holds no secret."""
    del actor, at
    standing = certificates.standing_of(user_of(request).pk)
    if standing is None:
        return redirect(HOME)
    answer = HttpResponse(standing.certificate, content_type="application/x-pem-file")
    answer["Content-Disposition"] = f'attachment; filename="sertifikat-{standing.serial}.pem"'
    return answer


def _next(request: HttpRequest) -> str:
    """Lead back to the letter that waits; to pages of this house only."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else ""


def _show(
    request: HttpRequest,
    user: User,
    standing: SigningCertificate | None,
    forms: dict[str, Form],
    at: datetime,
    tried: Form | None = None,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponseBase:
    office = user.office
    context = {
        "header": {"title": _("Sertifikat tanda tangan")},
        "standing": standing,
        "facts": [] if standing is None else facts_of(standing),
        "has_ended": standing is not None and at >= standing.valid_to,
        "needs_renewal": standing is not None and certificates.needs_renewal(standing, at=at),
        "older": user.signing_certificates.exclude(replaced_at=None, revoked_at=None),
        "has_authority": office is not None and certificates.authority_of(office) is not None,
        "forms": forms,
        "error_forms": [] if tried is None else [tried],
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "shortest": certificates.SHORTEST_PASSPHRASE,
    }
    return render(request, "certificates/own.html", context, status=status)


def facts_of(certificate: SigningCertificate) -> list[dict[str, str]]:
    """List what a certificate says, for its owner."""
    shown = [
        (_("Nama"), certificate.name),
        (_("Jabatan"), certificate.title),
        (_("Penerbit"), str(certificate.authority)),
        (_("Berlaku"), _span(certificate)),
        (_("Nomor seri"), certificate.serial),
        (_("Sidik SHA-256"), certificate.fingerprint),
    ]
    return [{"label": label, "value": value} for label, value in shown if value]


def _span(certificate: SigningCertificate) -> str:
    return _("{mulai} {jam} sampai {akhir}").format(
        mulai=long_date(certificate.valid_from),
        jam=clock_time(certificate.valid_from),
        akhir=long_date(certificate.valid_to),
    )
