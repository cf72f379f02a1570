"""How does BSrE, the certified provider, sign for a person of ours, and is it our letter after?

The office's account is a setting of this installation, the NIK is kept sealed with the person, and
the passphrase goes nowhere but there. What the provider gives back is believed only where it is
the very letter that was sent.
"""

from dataclasses import replace
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from requests_app.documents import bsre, pdf
from requests_app.documents.sameness import same_pages
from requests_app.models import User
from requests_app.services import niks
from requests_app.services.workflow import Incomplete, NotReady, Refused

STATUS_TIMEOUT: Final = 15.0
"""In seconds; the question before signing is a short one, and somebody waits."""
SLACK: Final = 30.0
"""In seconds, for all that we do before and after the provider has answered."""


def reach(version: int) -> bsre.Bsre:
    """Give the provider's service; refused where nobody has set it up, or set it up safely."""
    try:
        return bsre.Bsre(
            version=version,
            base_url=settings.BSRE_URL,
            username=settings.BSRE_USERNAME,
            password=settings.BSRE_PASSWORD,
            authorities=settings.BSRE_CA,
        )
    except ValueError:
        raise NotReady(
            _("Layanan BSrE belum diatur pada aplikasi ini. Hubungi pengelola aplikasi.")
        ) from None


def lacking(version: int, user: User) -> str:
    """Say what is not there yet for this person to sign by the provider; it is asked nothing."""
    try:
        reach(version)
        _nik_of(user)
    except Refused as refusal:
        return str(refusal)
    return ""


def refuse_unfit(version: int, user: User) -> None:
    """Ask the provider whether this person may sign now; refused with its reason otherwise."""
    service = replace(reach(version), read_timeout=STATUS_TIMEOUT)
    try:
        status = service.status(nik=_nik_of(user))
    except bsre.BsreFailed as failed:
        raise NotReady(_untouched(failed.sentence)) from None
    if not status.may_sign:
        raise NotReady(_untouched(status.sentence))


@sensitive_variables("passphrase")
def sign(version: int, paper: bytes, *, user: User, passphrase: str) -> bsre.SignedElsewhere:
    """Let the provider sign; a `BsreFailed` says how that went wrong."""
    return reach(version).sign(paper, nik=_nik_of(user), passphrase=passphrase)


def is_still(paper: bytes, signed: bytes) -> bool:
    """Tell whether what came back is the paper that was sent: its pages, and what ties it to us."""
    return same_pages(paper, signed) and pdf.keywords_of(paper) in pdf.keywords_of(signed)


def patience(version: int) -> float:
    """Tell after how many seconds nothing is to be expected any more, both questions included."""
    service = reach(version)
    return service.connect_timeout + STATUS_TIMEOUT + service.patience + SLACK


def _nik_of(user: User) -> str:
    nik = niks.nik_of(user)
    if not nik:
        raise Incomplete(
            _("NIK Anda belum tercatat. Minta pengelola aplikasi mengisinya pada data Anda.")
        )
    return nik


def _untouched(sentence: str) -> str:
    return f"{sentence} {_('Naskah belum ditandatangani.')}"
