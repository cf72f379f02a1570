"""What becomes of bytes that a deed has stored when the deed is refused after all?

Bytes are stored before their row is committed, so that no row is ever without bytes (ADR 0019).
What a refusal leaves without a row nobody has received, and nobody may keep (UU 27/2022).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from requests_app.models import DataFile

_stored: ContextVar[list[DataFile] | None] = ContextVar("stored", default=None)


def stored(data_file: DataFile) -> None:
    """Tell that the bytes of a file lie in the store now."""
    among = _stored.get()
    if among is not None:
        among.append(data_file)


@contextmanager
def none_left() -> Iterator[None]:
    """Remove, when what is done inside fails, the bytes stored there that have no row."""
    mine: list[DataFile] = []
    token = _stored.set(mine)
    try:
        yield
    except Exception:
        _remove(mine)
        raise
    finally:
        _stored.reset(token)


def _remove(files: list[DataFile]) -> None:
    names = {str(one.file.name) for one in files}
    if not names:
        return
    kept = DataFile.objects.filter(file__in=names).values_list("file", flat=True)
    storage = files[0].file.storage
    for name in names - set(kept):
        storage.delete(name)
