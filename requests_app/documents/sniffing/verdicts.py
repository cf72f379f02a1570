"""What was found about a file, and in which words is it told?

Codes are found where the bytes are read, in a process of its own; words are made where a reader's
language is known.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from requests_app.documents import wording
from requests_app.documents.sniffing.kinds import Kind, Limits, kinds_in_words


class Code(StrEnum):
    """Why a file may or may not come in; with the last two a person may let it in all the same."""

    OK = "ok"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    DISALLOWED = "disallowed"
    MISMATCH = "mismatch"
    UNREADABLE = "unreadable"
    ARCHIVE = "archive"
    LOCKED = "locked"
    HELD = "held"


class Suspicion(StrEnum):
    """What is no proof of harm, but must be looked at by a person."""

    MACRO = "macro"
    SCRIPT = "script"
    OUTSIDE = "outside"
    INSIDE = "inside"
    TAIL = "tail"
    LOCKED = "locked"


Suspicions = tuple[tuple[str, Suspicion], ...]
"""Each with the name of the file inside an archive; empty for the file itself."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a file is and whether it may come in; `inner` is the file of an archive that may not."""

    kind: Kind | None
    mime: str
    code: Code
    shown: str
    size: int
    kinds: tuple[Kind, ...]
    most_bytes: int
    suspicions: Suspicions = ()
    inner: "Verdict | None" = None

    @property
    def ok(self) -> bool:
        """Tell whether it may come in without anybody looking at it."""
        return self.code is Code.OK

    @property
    def may_be_held(self) -> bool:
        """Tell whether it may come in closed, until a person has looked at it."""
        return self.code in {Code.HELD, Code.LOCKED}

    @property
    def sentence(self) -> str:
        """Say why it is refused, by its name, and what to do; empty for what may come in."""
        if self.inner is not None:
            said = _("Isi {arsip} tidak diterima: {kalimat}")
            return said.format(arsip=self.shown, kalimat=self.inner.sentence)
        return "" if self.ok else _sentence(self)

    @property
    def warning(self) -> str:
        """Name what is suspicious, in a few words."""
        return ", ".join(_words(what, name) for name, what in self.suspicions)

    def told(self) -> dict[str, Any]:
        """Write it down as plain values."""
        return {**vars(self), "inner": self.inner and self.inner.told()}

    @classmethod
    def read(cls, told: dict[str, Any]) -> "Verdict":
        """Read what was written down; fails on whatever we would not have written."""
        return cls(
            kind=told["kind"] and Kind(told["kind"]),
            mime=str(told["mime"]),
            code=Code(told["code"]),
            shown=str(told["shown"]),
            size=int(told["size"]),
            kinds=tuple(Kind(one) for one in told["kinds"]),
            most_bytes=int(told["most_bytes"]),
            suspicions=tuple((str(name), Suspicion(what)) for name, what in told["suspicions"]),
            inner=told["inner"] and cls.read(told["inner"]),
        )


class NotLetIn(Exception):
    """One check said no; carries the code and, for an archive, the verdict on the file inside."""

    def __init__(self, code: Code, inner: Verdict | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.inner = inner


Judge = Callable[[bytes, str, Iterable[Kind]], Verdict]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a check stands: allowed kinds, limits, who judges a file inside, what was found."""

    kinds: tuple[Kind, ...]
    limits: Limits
    judge: Judge
    found: list[tuple[str, Suspicion]] = field(default_factory=list)

    def hold(self, what: Suspicion, *, name: str = "") -> None:
        """Note what a person has to look at; the other checks go on."""
        if (name, what) not in self.found:
            self.found.append((name, what))


def code_of(suspicions: Iterable[tuple[str, Suspicion]]) -> Code:
    """Tell what becomes of a file in which nothing worse was found."""
    found = {what for _name, what in suspicions}
    if not found:
        return Code.OK
    return Code.LOCKED if Suspicion.LOCKED in found else Code.HELD


def _words(what: Suspicion, name: str) -> str:
    words = {
        Suspicion.MACRO: _("makro"),
        Suspicion.SCRIPT: _("skrip atau tindakan otomatis"),
        Suspicion.OUTSIDE: _("tautan ke berkas luar"),
        Suspicion.INSIDE: _("berkas lain di dalamnya"),
        Suspicion.TAIL: _("isi tersembunyi setelah akhir berkas"),
        Suspicion.LOCKED: _("terkunci kata sandi"),
    }
    return f"{name}: {words[what]}" if name else words[what]


def _sentence(verdict: Verdict) -> str:
    """Say what happened and what to do; one sentence per code."""
    sentences = {
        Code.EMPTY: _("{berkas} kosong."),
        Code.TOO_LARGE: _(
            "{berkas} berukuran {a}; batasnya {b}. Bagi berkas atau kirim sebagai ZIP."
        ),
        Code.DISALLOWED: _("{berkas} tidak diterima. Gunakan {jenis}."),
        Code.MISMATCH: _(
            "{berkas} tidak diterima karena isinya tidak sesuai dengan jenisnya. Gunakan {jenis}."
        ),
        Code.UNREADABLE: _("{berkas} tidak dapat dibaca."),
        Code.LOCKED: _("{berkas} terkunci sandi. Hilangkan sandinya, lalu unggah lagi."),
        Code.ARCHIVE: _(
            "{berkas} tidak diterima karena susunan arsipnya tidak aman atau terlalu besar."
        ),
        Code.HELD: _(
            "{berkas} tidak diterima karena memuat makro, skrip, atau isi tersembunyi. Simpan "
            "ulang tanpa isi itu, lalu unggah lagi."
        ),
    }
    return sentences[verdict.code].format(
        berkas=verdict.shown,
        a=wording.file_size(verdict.size),
        b=wording.file_size(verdict.most_bytes),
        jenis=kinds_in_words(verdict.kinds),
    )
