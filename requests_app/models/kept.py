"""Which rows of a subject have been read already, and still hold?"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

Kept = TypeVar("Kept")
Keeper = TypeVar("Keeper", bound="KeepsRows")


class KeepsRows:
    """A subject whose rows guards, forms and page of one step all ask for.

    What changes a subject's rows raises its version, so each is read once per version. A request
    keeps only where a door has loaded it to be shown; one that a deed has locked reads anew.
    """

    version: int
    keeps_rows = False

    def kept(self, name: str, read: Callable[[], Kept]) -> Kept:
        """Read, or give what was read under this version."""
        if not self.keeps_rows:
            return read()
        read_at, rows = self.__dict__.get("_kept_rows", (None, {}))
        if read_at != self.version:
            rows = {}
            self.__dict__["_kept_rows"] = (self.version, rows)
        if name not in rows:
            rows[name] = read()
        found: Kept = rows[name]
        return found

    def forget(self) -> None:
        """Read anew from now on: rows were written that leave the version as it was."""
        self.__dict__.pop("_kept_rows", None)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Load anew, and forget what was read: a version may have been rolled back meanwhile."""
        self.forget()
        super().refresh_from_db(*args, **kwargs)  # type: ignore[misc]


def read_once(read: Callable[[Keeper], Kept]) -> Callable[[Keeper], Kept]:
    """Let a method keep the rows that it reads, under its own name."""

    @wraps(read)
    def kept(subject: Keeper) -> Kept:
        return subject.kept(read.__name__, lambda: read(subject))

    return kept
