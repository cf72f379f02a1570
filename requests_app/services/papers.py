"""How does a paper become an official document: frozen, hashed, numbered, checkable?"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from requests_app.models import DataRequest, OfficialDocument
from requests_app.sop.roles import Actor

CODE_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH: Final = 16
"""80 bits in an alphabet without letters that are mistaken for digits."""


def new_code() -> str:
    """Draw a verification code."""
    return "".join(secrets.choice(CODE_ALPHABET) for _place in range(CODE_LENGTH))


def verification_url(code: str) -> str:
    """Give the public address under which a paper can be checked."""
    return f"{settings.PUBLIC_BASE_URL}/v/{code}/"


def plain(number: str) -> str:
    """Write a number so that it can stand in the name of a file."""
    return "".join(sign if sign.isalnum() else "-" for sign in number)


@dataclass(frozen=True, kw_only=True)
class Stored:
    """Bytes that lie in the store already: where, how many, and their digest."""

    name: str
    size: int
    sha256: str


def store(content: bytes, *, folder: str) -> Stored:
    """Put bytes under their own digest into a folder of the store; they are on the disk then."""
    sha256 = hashlib.sha256(content).hexdigest()
    name = default_storage.save(f"{folder}/{sha256}.pdf", ContentFile(content))
    return Stored(name=name, size=len(content), sha256=sha256)


def stored_under(name: str, content: bytes) -> Stored | None:
    """Tell what lies in the store under its own digest; None where the two do not agree."""
    sha256 = hashlib.sha256(content).hexdigest()
    if not name.endswith(f"/{sha256}.pdf"):
        return None
    return Stored(name=name, size=len(content), sha256=sha256)


def freeze(
    *,
    data_request: DataRequest,
    render: Callable[[str], bytes],
    **fields: Any,
) -> OfficialDocument:
    """Render a paper for its own verification code, store the bytes and make the row.

    `render` receives the code; `fields` are those of `enter`.
    """
    code = new_code()
    folder = f"documents/{data_request.public_id}/{secrets.token_hex(8)}"
    stored = store(render(code), folder=folder)
    return enter(data_request=data_request, code=code, stored=stored, **fields)


def enter(
    *,
    kind: OfficialDocument.Kind,
    data_request: DataRequest,
    code: str,
    stored: Stored,
    at: datetime,
    signed_by: Actor | None = None,
    **fields: Any,
) -> OfficialDocument:
    """Make the row of a paper whose bytes are stored.

    The file comes before the row: bytes without a row are harmless, a row without bytes cannot
    come to be. `fields` are the rest of the row and have the last word: a paper signed elsewhere
    brings its own date and kind of signature.
    """
    derived = {
        "dated": at.astimezone(data_request.office.zone).date(),
        **(_signature(signed_by, at) if signed_by is not None else {}),
    }
    document = OfficialDocument(
        office=data_request.office,
        data_request=data_request,
        kind=kind,
        code=code,
        file=stored.name,
        size=stored.size,
        sha256=stored.sha256,
        made_at=at,
        **(derived | fields),
    )
    document.full_clean()
    document.save(force_insert=True)
    return document


def _signature(actor: Actor, at: datetime) -> dict[str, Any]:
    return {
        "signature": OfficialDocument.Signature.UNCERTIFIED,
        "signed_by": actor.name,
        "signed_title": actor.title,
        "signed_at": at,
    }
