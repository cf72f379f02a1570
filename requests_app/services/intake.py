"""How does a file come in? Measured, hashed, judged, and only then kept as it came."""

import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from requests_app.documents import wording
from requests_app.documents.rows import count_rows
from requests_app.documents.sniffing import (
    ALL_KINDS,
    Kind,
    Limits,
    clean_file_name,
    judge_file,
)
from requests_app.models import DataFile, DataRequest, Recipient
from requests_app.services.arrivals import ArrivedFile, Lack, arrived
from requests_app.services.workflow import Incomplete
from requests_app.sop.roles import Actor

log = logging.getLogger(__name__)


class FileRefused(Incomplete):
    """A file cannot come in; the sentence names it and says what to do."""

    def __init__(self, sentence: str, *, name: str = "") -> None:
        super().__init__(sentence)
        self.name = name

    @property
    def each(self) -> "tuple[FileRefused, ...]":
        """Give one refusal per file."""
        return (self,)


@dataclass(frozen=True)
class Judged:
    """A file that may come in: its cleaned name, where its bytes lie, and what they are."""

    name: str
    arrival: ArrivedFile
    media_type: str
    kind: Kind

    @property
    def content(self) -> bytes:
        """Read the whole file; it is within the limit of one."""
        return self.arrival.path.read_bytes()


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
    judged = judge(upload)
    data_file = DataFile(
        office=data_request.office,
        data_request=data_request,
        recipient=recipient,
        kind=kind,
        name=judged.name,
        size=judged.arrival.bytes_kept,
        sha256=judged.arrival.sha256,
        media_type=judged.media_type,
        rows=count_rows(judged.content, kind=judged.kind),
        stored_at=at,
        stored_by=actor.name,
    )
    _store(data_file, judged.arrival)
    data_file.full_clean()
    data_file.save(force_insert=True)
    return data_file


def judge(upload: "UploadedFile[Any]", *, allowed: Iterable[Kind] = ALL_KINDS) -> Judged:
    """Judge an uploaded file; what may not come in is refused by its own name, and gone."""
    arrival = arrived(upload)
    try:
        return _judged(arrival, clean_file_name(upload.name or ""), allowed)
    except FileRefused:
        arrival.close()
        raise


def _judged(arrival: ArrivedFile, name: str, allowed: Iterable[Kind]) -> Judged:
    if arrival.lack is not None:
        sentence = _lacking(arrival.lack, name, arrival.bytes_kept)
        raise FileRefused(sentence, name=arrival.name or "")
    limits = Limits(file_bytes=settings.MAX_FILE_BYTES)
    content = arrival.path.read_bytes()
    verdict = judge_file(content, name=name, allowed=allowed, limits=limits)
    if not verdict.ok or verdict.kind is None:
        raise FileRefused(verdict.sentence, name=arrival.name or "")
    return Judged(name, arrival, verdict.mime, verdict.kind)


def _lacking(lack: Lack, name: str, size: int) -> str:
    """Say why nothing was kept of a file that came."""
    sentences = {
        Lack.SIZE: _("{berkas} berukuran {a}; batasnya {b}. Bagi berkas atau kirim sebagai ZIP."),
        Lack.TOTAL: _("{berkas} tidak diterima: satu pengiriman paling besar {c}."),
        Lack.COUNT: _("{berkas} tidak diterima: satu pengiriman paling banyak {n} berkas."),
        Lack.STORE: _("{berkas} tidak dapat disimpan karena gangguan penyimpanan. Coba lagi."),
    }
    return sentences[lack].format(
        berkas=name,
        a=wording.file_size(size),
        b=wording.file_size(settings.MAX_FILE_BYTES),
        c=wording.file_size(settings.MAX_DELIVERY_BYTES),
        n=settings.MAX_DELIVERY_FILES,
    )


def _store(data_file: DataFile, arrival: ArrivedFile) -> None:
    folder = f"files/{data_file.data_request.public_id}"
    try:
        data_file.file.save(f"{folder}/{secrets.token_hex(16)}", arrival, save=False)
    except OSError as error:
        log.exception("a file could not be stored")
        arrival.close()
        raise FileRefused(
            _lacking(Lack.STORE, data_file.name, data_file.size), name=data_file.name
        ) from error


def may_open(data_file: DataFile) -> bool:
    """Tell whether a file may be given out or shown: found clean, or released by a person."""
    return data_file.verdict in {DataFile.Verdict.CLEAN, DataFile.Verdict.RELEASED}


def why_closed(data_file: DataFile) -> str:
    """Say why a file stays closed; empty for one that may be opened."""
    sentences = {
        DataFile.Verdict.PENDING: _(
            "{berkas} menunggu pemindaian virus. Berkas dapat dibuka setelah lolos."
        ),
        DataFile.Verdict.HELD: _(
            "{berkas} ditahan: {peringatan} Kepala seksi dapat melepasnya dengan alasan."
        ),
        DataFile.Verdict.INFECTED: _("{berkas} tidak lolos pemeriksaan virus."),
    }
    sentence = "" if may_open(data_file) else sentences[DataFile.Verdict(data_file.verdict)]
    return sentence.format(berkas=data_file.name, peringatan=data_file.warning)
