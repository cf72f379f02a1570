"""How does a file come in? Measured, hashed, judged, and only then kept as it came."""

import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from requests_app.documents import apart, inspection, wording
from requests_app.documents.inspection import Findings
from requests_app.documents.sniffing import ALL_KINDS, Kind, Limits, clean_file_name
from requests_app.models import DataFile, DataRequest, Recipient
from requests_app.services import leftovers, queue, quotas
from requests_app.services.arrivals import ArrivedFile, Lack, arrived
from requests_app.services.workflow import Incomplete
from requests_app.sop.roles import Actor

log = logging.getLogger(__name__)


RECEIVED: Final = (DataFile.Kind.DELIVERY, DataFile.Kind.EVIDENCE)
"""What others send us: it may wait for a person's word. Our own files have none to wait for."""
LONGEST_WARNING: Final = 300


class FileRefused(Incomplete):
    """A file cannot come in; the sentence names it and says what to do.

    `upload` is the file itself where it is at hand: two of one name can come together.
    """

    def __init__(
        self, sentence: str, *, name: str = "", upload: "UploadedFile[Any] | None" = None
    ) -> None:
        super().__init__(sentence)
        self.name, self.upload = name, upload
        if upload is not None:
            self.name = upload.name or ""

    @property
    def each(self) -> "tuple[FileRefused, ...]":
        """Give one refusal per file."""
        return (self,)


class AlreadyThere(FileRefused):
    """The very file lies there under another name: a word to whoever sent it, and no loss."""


@dataclass(frozen=True)
class Judged:
    """A file that may come in: its cleaned name, where its bytes lie, and what they are."""

    name: str
    arrival: ArrivedFile
    found: Findings

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
    committed: a row without bytes cannot come to be, and bytes without one are `leftovers`.
    """
    upload = arrived(upload)
    _refuse_over(data_request, recipient, upload)
    judged = judge(upload, may_be_held=kind in RECEIVED)
    data_file = DataFile(
        office=data_request.office,
        data_request=data_request,
        recipient=recipient,
        kind=kind,
        name=judged.name,
        size=judged.arrival.bytes_kept,
        sha256=judged.arrival.sha256,
        media_type=judged.found.verdict.mime,
        rows=judged.found.rows,
        facts=judged.found.facts,
        verdict=first_verdict(judged.found.verdict.warning),
        warning=judged.found.verdict.warning[:LONGEST_WARNING],
        stored_at=at,
        stored_by=actor.name,
    )
    _store(data_file, judged.arrival)
    leftovers.stored(data_file)
    data_file.full_clean()
    data_file.save(force_insert=True)
    if data_file.verdict == DataFile.Verdict.PENDING:
        queue.enqueue("scan_file", data_file.pk)
    return data_file


def _refuse_over(
    data_request: DataRequest, recipient: Recipient | None, arrival: ArrivedFile
) -> None:
    """Refuse a file for which there is no room any more, before anybody reads it."""
    name = clean_file_name(arrival.name or "")
    sentence = quotas.sentence_if_over(
        data_request=data_request, recipient=recipient, name=name, size=arrival.bytes_kept
    )
    if sentence and arrival.lack is None:
        arrival.close()
        raise FileRefused(sentence, upload=arrival)


def judge(
    upload: "UploadedFile[Any]",
    *,
    allowed: Iterable[Kind] = ALL_KINDS,
    may_be_held: bool = False,
) -> Judged:
    """Judge an uploaded file; what may not come in is refused by its own name, and gone.

    What is suspicious and no more comes in where it `may_be_held`, and is refused elsewhere.
    """
    arrival = arrived(upload)
    try:
        return _judged(
            arrival, clean_file_name(upload.name or ""), allowed, may_be_held=may_be_held
        )
    except FileRefused:
        arrival.close()
        raise


def _judged(
    arrival: ArrivedFile, name: str, allowed: Iterable[Kind], *, may_be_held: bool
) -> Judged:
    if arrival.lack is not None:
        sentence = _lacking(arrival.lack, name, arrival.bytes_kept)
        raise FileRefused(sentence, upload=arrival)
    found = _inspected(arrival, name, allowed)
    if not found.verdict.ok and not (may_be_held and found.verdict.may_be_held):
        raise FileRefused(found.verdict.sentence, upload=arrival)
    return Judged(name, arrival, found)


def _inspected(arrival: ArrivedFile, name: str, allowed: Iterable[Kind]) -> Findings:
    """Have a file judged apart; one that ends who judges it cannot be read."""
    limits = Limits(file_bytes=settings.MAX_FILE_BYTES)
    try:
        return inspection.inspect(arrival.path, name=name, limits=limits, allowed=allowed)
    except apart.TooMuch:
        log.warning("a file ended who judged it: sha256=%s", arrival.sha256)
        sentence = _("{berkas} tidak dapat dibaca.")
    except apart.NobodyThere:
        sentence = _("{berkas} belum dapat diperiksa karena antrean panjang. Coba lagi.")
    raise FileRefused(sentence.format(berkas=name), upload=arrival)


def _lacking(lack: Lack, name: str, size: int) -> str:
    """Say why nothing was kept of a file that came."""
    sentences = {
        Lack.SIZE: _("{berkas} berukuran {a}; batasnya {b}. Bagi berkas atau kirim sebagai ZIP."),
        Lack.TOTAL: _("{berkas} tidak diterima: satu pengiriman paling besar {c}."),
        Lack.COUNT: _(
            "{berkas} tidak diterima: paling banyak {n} berkas sekali unggah. Unggah sisanya "
            "sesudah ini."
        ),
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
            _lacking(Lack.STORE, data_file.name, data_file.size), upload=arrival
        ) from error


def first_verdict(warning: str) -> DataFile.Verdict:
    """Tell how a file begins: closed until it was scanned, where there is a scanner."""
    return DataFile.Verdict.PENDING if settings.CLAMD else verdict_once_scanned(warning)


def verdict_once_scanned(warning: str) -> DataFile.Verdict:
    """Tell what becomes of a file in which no virus was found."""
    return DataFile.Verdict.HELD if warning else DataFile.Verdict.CLEAN


def may_open(data_file: DataFile) -> bool:
    """Tell whether a file may be given out or shown: found clean, or released by a person."""
    return data_file.verdict in {DataFile.Verdict.CLEAN, DataFile.Verdict.RELEASED}


def is_infected(data_file: DataFile) -> bool:
    """Tell whether a file is closed for ever, for whoever sent it too."""
    return data_file.verdict == DataFile.Verdict.INFECTED


def told_to_sender(data_file: DataFile) -> str:
    """Say to whoever sent a file what became of it; empty where there is nothing to say."""
    sentences = {
        DataFile.Verdict.PENDING: _("{berkas} diterima dan sedang diperiksa."),
        DataFile.Verdict.HELD: _(
            "{berkas} diterima, tetapi ditahan untuk diperiksa: {peringatan}. Kirim ulang tanpa "
            "itu bila dapat."
        ),
        DataFile.Verdict.INFECTED: _("{berkas} tidak lolos pemeriksaan virus."),
    }
    sentence = sentences.get(DataFile.Verdict(data_file.verdict), "")
    return sentence.format(berkas=data_file.name, peringatan=data_file.warning)


def why_closed(data_file: DataFile) -> str:
    """Say why a file stays closed; empty for one that may be opened."""
    sentences = {
        DataFile.Verdict.PENDING: _(
            "{berkas} menunggu pemindaian virus. Berkas dapat dibuka setelah lolos."
        ),
        DataFile.Verdict.HELD: _(
            "{berkas} ditahan: {peringatan}. Kepala seksi dapat melepasnya dengan alasan."
        ),
        DataFile.Verdict.INFECTED: _("{berkas} tidak lolos pemeriksaan virus."),
    }
    sentence = "" if may_open(data_file) else sentences[DataFile.Verdict(data_file.verdict)]
    return sentence.format(berkas=data_file.name, peringatan=data_file.warning)
