"""How does a paper become an official document: frozen, hashed, numbered, checkable?"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.core.files.base import ContentFile

from requests_app.models import DataRequest, LetterNumber, OfficialDocument, Recipient
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


def freeze(
    *,
    kind: OfficialDocument.Kind,
    data_request: DataRequest,
    title: str,
    file_name: str,
    at: datetime,
    render: Callable[[str], bytes],
    number: LetterNumber | None = None,
    recipient: Recipient | None = None,
    signed_by: Actor | None = None,
    **fields: Any,
) -> OfficialDocument:
    """Render a paper for its own verification code, store the bytes and make the row.

    `render` receives the code. The file is stored before the row is committed; bytes without a
    row are harmless, a row without bytes cannot come to be. `fields` have the last word: a paper
    signed elsewhere brings its own date and kind of signature.
    """
    code = new_code()
    content = render(code)
    derived = {
        "dated": at.astimezone(data_request.office.zone).date(),
        **(_signature(signed_by, at) if signed_by is not None else {}),
    }
    document = OfficialDocument(
        office=data_request.office,
        data_request=data_request,
        recipient=recipient,
        number=number,
        kind=kind,
        title=title,
        code=code,
        file_name=file_name,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        made_at=at,
        **(derived | fields),
    )
    name = f"documents/{data_request.public_id}/{secrets.token_hex(16)}.pdf"
    document.file.save(name, ContentFile(content), save=False)
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
