"""How does a file come in? Measured, hashed, judged, and only then kept as it came."""

import hashlib
import logging
import secrets
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from requests_app.documents import wording
from requests_app.documents.rows import count_rows
from requests_app.documents.sniffing import Limits, clean_file_name, judge_file
from requests_app.models import DataFile, DataRequest, Recipient
from requests_app.services.workflow import Incomplete
from requests_app.sop.roles import Actor

log = logging.getLogger(__name__)


class FileRefused(Incomplete):
    """A file cannot come in; the sentence names it and says what to do."""


def take_file(
    *,
    upload: "UploadedFile[Any]",
    data_request: DataRequest,
    kind: DataFile.Kind,
    actor: Actor,
    at: datetime,
    recipient: Recipient | None = None,
) -> DataFile:
    """Keep an uploaded file under a random name, or refuse it by its own name.

    The bytes that were judged are the bytes that are stored. They are stored before the row is
    committed: bytes without a row are harmless, a row without bytes cannot come to be.
    """
    name = clean_file_name(upload.name or "")
    content, sha256 = _read(upload, name)
    verdict = judge_file(content, name=name, limits=Limits(file_bytes=settings.MAX_FILE_BYTES))
    if not verdict.ok:
        raise FileRefused(verdict.sentence)
    data_file = DataFile(
        office=data_request.office,
        data_request=data_request,
        recipient=recipient,
        kind=kind,
        name=name,
        size=len(content),
        sha256=sha256,
        media_type=verdict.mime,
        rows=None if verdict.kind is None else count_rows(content, kind=verdict.kind),
        stored_at=at,
        stored_by=actor.name,
    )
    _store(data_file, content)
    data_file.full_clean()
    data_file.save(force_insert=True)
    return data_file


def _read(upload: "UploadedFile[Any]", name: str) -> tuple[bytes, str]:
    """Read and hash in one pass; what is over the limit is refused before it is read."""
    limit = settings.MAX_FILE_BYTES
    if (upload.size or 0) > limit:
        raise FileRefused(
            _("{berkas} berukuran {a}; batasnya {b}. Bagi berkas atau kirim sebagai ZIP.").format(
                berkas=name, a=wording.file_size(upload.size or 0), b=wording.file_size(limit)
            )
        )
    digest, parts = hashlib.sha256(), []
    upload.seek(0)
    for chunk in upload.chunks():
        digest.update(chunk)
        parts.append(chunk)
    return b"".join(parts), digest.hexdigest()


def _store(data_file: DataFile, content: bytes) -> None:
    folder = f"files/{data_file.data_request.public_id}"
    try:
        data_file.file.save(f"{folder}/{secrets.token_hex(16)}", ContentFile(content), save=False)
    except OSError as error:
        log.exception("a file could not be stored")
        raise FileRefused(
            _("{berkas} tidak dapat disimpan karena gangguan penyimpanan. Coba lagi.").format(
                berkas=data_file.name
            )
        ) from error
