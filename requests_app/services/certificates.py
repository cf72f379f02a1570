"""Who may sign with which key? The office's authority, and the certificates it has given out.

A key is made when its owner chooses a passphrase, and is kept only as PKCS#12 under it: nobody
else, and no process without the passphrase, can sign (PP 71/2019 art. 61). ADR 0024.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from ssl import PEM_cert_to_DER_cert
from typing import Final, TypedDict

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from requests_app.documents import authority as keys
from requests_app.models import CertificateAuthority, Office, SigningCertificate, User
from requests_app.services import audit
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn, require_reason
from requests_app.sop.roles import Actor

AUTHORITY_LASTS: Final = timedelta(days=3650)
SHORTEST_PASSPHRASE: Final = 12
LIST_LASTS: Final = timedelta(days=30)
"""How long a revocation list counts; the worker makes a new one long before."""
LAST_LIST_LASTS: Final = timedelta(days=36_500)
LIST_IS_RENEWED: Final = timedelta(days=7)
RENEWAL_BEGINS: Final = timedelta(days=60)
"""How long before its end a certificate is offered for renewal."""


# -- the authority ----------------------------------------------------------------------------


def authority_of(office: Office) -> CertificateAuthority | None:
    """Find the authority that vouches for new keys of an office."""
    return CertificateAuthority.objects.filter(office=office, is_current=True).first()


def make_authority(*, office: Office, actor: Actor, at: datetime) -> CertificateAuthority:
    """Make the office's authority, in place of an earlier one whose certificates stay good."""
    name = _("Penerbit Sertifikat {kantor}").format(kantor=office.name)
    made = keys.make_authority(name=name, organization=office.government, at=at, secret=_secret())
    with transaction.atomic():
        Office.objects.select_for_update().get(pk=office.pk)
        CertificateAuthority.objects.filter(office=office).update(is_current=False)
        authority = CertificateAuthority(
            office=office,
            name=name,
            certificate=made.certificate.decode(),
            sealed_key=made.key.decode(),
            fingerprint=sha256(PEM_cert_to_DER_cert(made.certificate.decode())).hexdigest(),
            made_at=at,
            valid_to=at + AUTHORITY_LASTS,
        )
        _list_revoked(authority, [], at, number=1)
        authority.save(force_insert=True)
        audit.note_for_office(
            office_id=office.pk,
            deed="make_authority",
            actor=actor,
            at=at,
            about_what=name,
            fingerprint=authority.fingerprint,
        )
    return authority


def anchors_of(office: Office) -> list[bytes]:
    """Give the certificates that signatures of an office are judged by, older ones included."""
    known = CertificateAuthority.objects.filter(office=office)
    return [one.encode() for one in known.values_list("certificate", flat=True)]


def revocation_lists_of(office: Office) -> list[bytes]:
    """Give the lists of what the office's authorities have revoked."""
    known = CertificateAuthority.objects.filter(office=office)
    return [bytes(one) for one in known.values_list("revocation_list", flat=True)]


class Trust(TypedDict):
    """All by which signatures are judged: authorities, their lists, authorities of time stamps."""

    anchors: list[bytes]
    revocation_lists: list[bytes]
    stamp_anchors: list[bytes]


def trust_of(office: Office) -> Trust:
    """Gather by what signatures are judged in an office."""
    return Trust(
        anchors=anchors_of(office),
        revocation_lists=revocation_lists_of(office),
        stamp_anchors=list(settings.TSA_ANCHORS),
    )


def renew_lists(*, at: datetime) -> int:
    """Make every revocation list anew that ends soon; gives how many.

    An authority that is over lists no more; while the worker ran it has made a last list.
    """
    ending = CertificateAuthority.objects.filter(
        list_ends_at__lt=at + LIST_IS_RENEWED, valid_to__gt=at
    )
    for authority in ending:
        with transaction.atomic():
            _renew_list(authority.pk, at)
    return len(ending)


def _renew_list(authority_id: int, at: datetime) -> None:
    """Write the list of an authority anew; the caller is in a transaction."""
    authority = CertificateAuthority.objects.select_for_update().get(pk=authority_id)
    revoked = authority.certificates.filter(revoked_at__isnull=False).order_by("revoked_at", "pk")
    _list_revoked(authority, list(revoked), at, number=authority.list_number + 1)
    authority.save(update_fields=["revocation_list", "list_number", "listed_at", "list_ends_at"])


def _list_revoked(
    authority: CertificateAuthority,
    revoked: list[SigningCertificate],
    at: datetime,
    *,
    number: int,
) -> None:
    authority.list_number, authority.listed_at = number, at
    authority.list_ends_at = at + LIST_LASTS
    if authority.list_ends_at >= authority.valid_to:
        # its last one: afterwards nothing can be listed any more, and old papers stay checkable
        authority.list_ends_at = at + LAST_LIST_LASTS
    authority.revocation_list = keys.make_revocation_list(
        authority=_plain(authority),
        secret=_secret(),
        revoked=[keys.Revoked(one.serial, one.revoked_at) for one in revoked if one.revoked_at],
        number=number,
        at=at,
        next_at=authority.list_ends_at,
    )


def _plain(authority: CertificateAuthority) -> keys.Authority:
    return keys.Authority(
        certificate=authority.certificate.encode(), key=authority.sealed_key.encode()
    )


def _secret() -> bytes:
    return settings.AUTHORITY_KEY.encode()


# -- a person's certificate -------------------------------------------------------------------


def standing_of(user_id: int) -> SigningCertificate | None:
    """Find a person's certificate that was neither replaced nor revoked; it may have ended."""
    standing = SigningCertificate.objects.standing().filter(user_id=user_id)
    return standing.select_related("authority__office").first()


def needs_renewal(certificate: SigningCertificate, *, at: datetime) -> bool:
    """Tell a certificate that ends soon, or has ended."""
    return at >= certificate.valid_to - RENEWAL_BEGINS


@sensitive_variables("passphrase")
def enrol(*, user: User, actor: Actor, passphrase: str, at: datetime) -> SigningCertificate:
    """Make a key for this person under a passphrase of their own, and have the office vouch for it.

    Also the way to renew, and to begin anew after a forgotten passphrase: an earlier certificate
    is replaced, what it signed stays good. Refused: somebody else, an office without authority, a
    short passphrase. That it is the person who asks is proved by the door.
    """
    if actor.user_id != user.pk or actor.office_id is None or user.office is None:
        raise NotYourTurn(_("Sertifikat hanya dibuat oleh pemiliknya sendiri."))
    refuse_weak(passphrase)
    authority = authority_of(user.office)
    if authority is None:
        raise NotReady(_("Kantor ini belum mempunyai penerbit sertifikat. Hubungi pengelola."))
    made = keys.issue_certificate(
        authority=_plain(authority),
        secret=_secret(),
        holder=keys.Holder(
            name=user.name,
            title=actor.title,
            organization=user.office.name,
            nip=user.nip,
            email=user.email,
        ),
        passphrase=passphrase,
        at=at,
    )
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        replaced = SigningCertificate.objects.standing().filter(user=user)
        was_there = replaced.update(replaced_at=at)
        certificate = SigningCertificate.objects.create(
            authority=authority,
            user=user,
            name=user.name,
            title=actor.title,
            serial=made.serial,
            fingerprint=made.fingerprint,
            certificate=made.certificate.decode(),
            pkcs12=made.pkcs12,
            valid_from=made.valid_from,
            valid_to=made.valid_to,
            made_at=at,
        )
        audit.note_for_office(
            office_id=user.office.pk,
            deed="renew_certificate" if was_there else "enrol_certificate",
            actor=actor,
            at=at,
            about_what=user.name,
            serial=made.serial,
            fingerprint=made.fingerprint,
        )
    return certificate


def refuse_weak(passphrase: str) -> None:
    """Refuse a passphrase that is guessed soon."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Incomplete(
            _("Frasa sandi paling sedikit {n} karakter.").format(n=SHORTEST_PASSPHRASE)
        )


def revoke(
    *, certificate: SigningCertificate, actor: Actor, at: datetime, reason: str
) -> SigningCertificate:
    """Revoke a certificate for a reason: it signs no more, and the office's list says since when.

    By its owner, or by who administers the office. What was signed before stays good.
    """
    require_reason(reason)
    with transaction.atomic():
        locked = SigningCertificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
        if locked.revoked_at is not None:
            return locked
        locked.revoked_at, locked.revoked_by = at, actor.name
        locked.revoke_reason = reason.strip()
        locked.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
        _renew_list(locked.authority_id, at)
        audit.note_for_office(
            office_id=locked.authority.office_id,
            deed="revoke_certificate",
            actor=actor,
            at=at,
            about_what=locked.name,
            reason=reason.strip(),
            serial=locked.serial,
        )
    return locked


def refuse_unfit(certificate: SigningCertificate | None, *, at: datetime) -> SigningCertificate:
    """Give the certificate that may sign now; refused where there is none, or its time is not."""
    if certificate is None:
        raise Incomplete(_("Anda belum mempunyai sertifikat tanda tangan. Buat dahulu."))
    zone = certificate.authority.office.zone
    if at < certificate.valid_from:
        raise NotReady(
            _("Sertifikat Anda baru berlaku mulai {waktu}. Periksa jam sistem.").format(
                waktu=f"{certificate.valid_from.astimezone(zone):%d-%m-%Y %H.%M}"
            )
        )
    if at >= certificate.valid_to:
        raise NotReady(
            _("Sertifikat Anda berakhir {waktu}. Perbarui dahulu.").format(
                waktu=f"{certificate.valid_to.astimezone(zone):%d-%m-%Y %H.%M}"
            )
        )
    return certificate


@sensitive_variables("passphrase")
def opens(certificate: SigningCertificate, passphrase: str) -> bool:
    """Tell whether this is the passphrase to the key; each asking costs a sixth of a second."""
    return keys.opens(bytes(certificate.pkcs12), passphrase)
