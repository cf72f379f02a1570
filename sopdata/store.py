"""Where do files lie so that a power cut loses none that was acknowledged?"""

import os
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage

PART = ".part"
"""Ending of a file that is still being written; what bears it was never acknowledged."""


class FirmStorage(FileSystemStorage):
    """The local store: written aside, forced to the disk, then renamed; bytes never change.

    A file that lies on this disk already is not written again, only forced and renamed.
    """

    def _save(self, name: str, content: Any) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = target.with_name(target.name + PART)
        try:
            _set_aside(aside, content)
            aside.rename(target)
        except OSError:
            aside.unlink(missing_ok=True)
            raise
        _force(target.parent, os.O_RDONLY | os.O_DIRECTORY)
        return name


def _set_aside(path: Path, content: Any) -> None:
    """Put the whole file beside its place, and onto the disk."""
    lying = getattr(content, "temporary_file_path", None)
    if lying is None:
        _write(path, content)
    else:
        _force(Path(lying()), os.O_RDONLY)
        Path(lying()).rename(path)


def _write(path: Path, content: Any) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        for chunk in content.chunks():
            stream.write(chunk)
        stream.flush()
        os.fsync(stream.fileno())


def _force(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
