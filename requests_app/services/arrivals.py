"""Where does a file lie between its first byte and the moment it is taken in?

On the store's own disk, under a random name, hashed as it comes and never whole in memory. Taking
it in is then a rename; whatever is not taken in is gone when the request has been answered.
"""

import hashlib
import logging
import os
import secrets
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

if TYPE_CHECKING:  # generic for the type checker only
    _Upload = UploadedFile[Any]
else:
    _Upload = UploadedFile

FORGOTTEN_SECONDS: Final = 24 * 3600
"""No request lasts that long: what is older was left by a process that was killed."""

FORCED_EVERY: Final = 4 * 1024 * 1024
"""Bytes after which the disk is set to work, so that little is left to wait for at the end."""

_ASIDE: Final = ThreadPoolExecutor(max_workers=8, thread_name_prefix="arrival")
"""A part is hashed, and what lies there forced to the disk, while the next is read."""

logger = logging.getLogger(__name__)


class Lack(StrEnum):
    """Why nothing was kept of a file that came."""

    SIZE = "size"
    TOTAL = "total"
    COUNT = "count"
    STORE = "store"


class ArrivedFile(_Upload):
    """A file that has come whole, or the mere name and size of one of which nothing was kept.

    Django's request closes its files when it has been answered, and so ends what was not taken in.
    """

    def __init__(
        self,
        *,
        name: str,
        content_type: str,
        size: int,
        path: Path,
        sha256: str = "",
        lack: Lack | None = None,
    ) -> None:
        self._file: IO[bytes] | None = None
        super().__init__(BytesIO() if lack else None, name, content_type, size)
        self.path, self.sha256, self.lack = path, sha256, lack

    @property
    def file(self) -> IO[bytes]:
        """Open the bytes when somebody asks for them; most are only moved."""
        if self._file is None:
            self._file = self.path.open("rb")
        return self._file

    @file.setter
    def file(self, file: IO[bytes] | None) -> None:
        self._file = file

    @property
    def bytes_kept(self) -> int:
        """Tell how long it is; Django's own `size` may be None."""
        return int(self.size or 0)

    def temporary_file_path(self) -> str:
        """Tell the store where the bytes lie, so that it may move them."""
        return str(self.path)

    def close(self) -> None:
        """Forget the bytes, unless the store has moved them away."""
        if self._file is not None:
            self._file.close()
        self.path.unlink(missing_ok=True)


class Arrival:
    """Takes the bytes of one file as they come; stops keeping them where a limit is reached."""

    def __init__(self, *, room: int, lack: Lack | None = None) -> None:
        self.room, self.lack = room, lack
        self.size = 0
        self.path = Path(settings.FILE_UPLOAD_TEMP_DIR) / secrets.token_hex(16)
        self._digest = hashlib.sha256()
        self._hashed: Future[None] = _done()
        self._forced: Future[None] = _done()
        self._unforced = 0
        self._handle: int | None = None
        if lack is None:
            self._try(self._open)

    def write(self, part: bytes) -> None:
        """Keep some more; what is over the limit is counted and dropped, with all before it."""
        self.size += len(part)
        if self.lack is not None:
            return
        if self.size > settings.MAX_FILE_BYTES:
            self._give_up(Lack.SIZE)
        elif self.size > self.room:
            self._give_up(Lack.TOTAL)
        else:
            self._try(lambda: self._append(part))

    def end(self, *, name: str, content_type: str = "") -> ArrivedFile:
        """Give what has come."""
        if self.lack is None:
            self._try(self._forced.result)  # the disk tells of a failure only once
        self._close()
        self._hashed.result()
        return ArrivedFile(
            name=name,
            content_type=content_type,
            size=self.size,
            path=self.path,
            sha256=self._digest.hexdigest(),
            lack=self.lack,
        )

    @property
    def kept(self) -> int:
        """Tell how many bytes of it lie on the disk."""
        return 0 if self.lack else self.size

    def discard(self) -> None:
        """Leave nothing behind."""
        self._close()
        self.path.unlink(missing_ok=True)

    def _open(self) -> None:
        self._handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)

    def _append(self, part: bytes) -> None:
        if self._handle is not None:
            rest = memoryview(part)
            while rest:
                rest = rest[os.write(self._handle, rest) :]
            self._force(self._handle, len(part))
        self._hashed.result()
        self._hashed = _ASIDE.submit(self._digest.update, part)

    def _force(self, handle: int, more: int) -> None:
        self._unforced += more
        if self._unforced >= FORCED_EVERY and self._forced.done():
            self._forced.result()
            self._unforced = 0
            self._forced = _ASIDE.submit(os.fdatasync, handle)

    def _try(self, step: Callable[[], object]) -> None:
        try:
            step()
        except OSError:
            logger.exception("a file on its way in could not be written")
            self._give_up(Lack.STORE)

    def _give_up(self, lack: Lack) -> None:
        self.lack = lack
        self.discard()

    def _close(self) -> None:
        wait([self._forced])
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _done() -> "Future[None]":
    done: Future[None] = Future()
    done.set_result(None)
    return done


def arrived(upload: "UploadedFile[Any]") -> ArrivedFile:
    """Give any upload as one that lies on the disk; most came that way."""
    if isinstance(upload, ArrivedFile):
        return upload
    arrival = Arrival(room=settings.MAX_DELIVERY_BYTES)
    upload.seek(0)
    for part in upload.chunks():
        arrival.write(part)
    return arrival.end(name=upload.name or "", content_type=upload.content_type or "")


def clear_forgotten(*, at: datetime) -> int:
    """Remove what a killed process has left on its way in; give how many files."""
    removed = 0
    for path in Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir():
        if at.timestamp() - path.stat().st_mtime > FORGOTTEN_SECONDS:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
