"""Which NIK has a person, for the provider alone to know them by?

A NIK opens doors far from here, so it is kept sealed under NIK_KEY, which is not in the database,
and is opened for one question to the provider at a time. Everybody else sees its last four digits.
"""

import base64
import hashlib
import re
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from requests_app.documents import bsre
from requests_app.models import User
from requests_app.services.workflow import Incomplete

DIGITS: Final = re.compile(r"\d{16}", re.ASCII)


@sensitive_variables("nik")
def keep_nik(user: User, nik: str) -> None:
    """Seal a NIK into the person's row, which the caller saves; an empty one takes it out."""
    if not nik:
        user.sealed_nik = ""
        return
    refuse_odd(nik)
    user.sealed_nik = _seal().encrypt(nik.encode()).decode()


@sensitive_variables("nik")
def refuse_odd(nik: str) -> None:
    """Refuse what is no NIK."""
    if not DIGITS.fullmatch(nik):
        raise Incomplete(_("NIK terdiri atas 16 angka."))


def nik_of(user: User) -> str:
    """Open the NIK of a person; empty where none is kept, or where another key has sealed it."""
    if not user.sealed_nik:
        return ""
    try:
        return _seal().decrypt(user.sealed_nik.encode()).decode()
    except InvalidToken:
        return ""


def shown_nik(user: User) -> str:
    """Show the last four digits of a person's NIK; empty where none can be read."""
    return bsre.masked(nik_of(user))


def _seal() -> Fernet:
    """Make the seal of NIK_KEY, which may be any long random text."""
    digest = hashlib.sha256(settings.NIK_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
