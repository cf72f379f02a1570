"""What has changed between two versions of a letter, word by word?"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import Any, Final

from requests_app.models import DataRequest, LetterVersion, RequestedItem

TOKEN: Final = re.compile(r"(?:\w+|[^\w\s])\s*|\s+")
"""A word or a sign with the blank behind it."""
MOST_PAIRS: Final = 1_000_000
"""Words times words that are compared one by one; more of them count as changed altogether."""
LEAST_ALIKE: Final = 0.3
"""Passages that share less are not mended word by word: one goes, the other comes."""


class Kind(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Piece:
    """Some words, and what became of them."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Passage:
    """A paragraph, or a line of a list."""

    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        """Tell whether any of it has come or gone."""
        return any(piece.kind is not Kind.SAME for piece in self.pieces)


@dataclass(frozen=True)
class Part:
    """A part of the letter by its key (`PARTS`), in passages."""

    key: str
    passages: tuple[Passage, ...]

    @property
    def is_changed(self) -> bool:
        """Tell whether any passage has changed."""
        return any(passage.is_changed for passage in self.passages)

    def only_changes(self) -> "Part":
        """Leave out what stayed as it was."""
        return Part(self.key, tuple(one for one in self.passages if one.is_changed))


def compare(*, data_request: DataRequest, old: LetterVersion, new: LetterVersion) -> list[Part]:
    """Compare two versions, each with the list and the addressees it was submitted with.

    A draft that is still open has those that stand in the request now.
    """
    before, after = (passages_of(version, data_request) for version in (old, new))
    return [Part(key, tuple(_between(before[key], after[key]))) for key in after]


def passages_of(version: LetterVersion, data_request: DataRequest) -> dict[str, list[str]]:
    """Lay a version out in parts, each in paragraphs or lines."""
    version.letter.data_request = data_request
    content = version.submitted_content or version.content()
    _title, purpose, bases, *_rest = content["request"]
    return {
        "classification": _lines(version.classification),
        "subject": _lines(version.subject),
        "body": [part.strip() for part in re.split(r"\n\s*\n", version.body) if part.strip()],
        "cc": list(version.cc),
        "signatory": _lines(version.signatory_title),
        "recipients": list(content["recipients"]),
        "items": [_item_line(item) for item in content["items"]],
        "purpose": _lines(purpose),
        "bases": list(bases),
    }


def words_between(old: str, new: str) -> tuple[Piece, ...]:
    """Compare two passages word by word; what is alike in too little is replaced as a whole."""
    if not (old and new):
        kind = Kind.ADDED if new else Kind.REMOVED
        return (Piece(kind, new or old),)
    pieces: list[Piece] = []
    for is_same, gone, come in _blocks(TOKEN.findall(old), TOKEN.findall(new)):
        if is_same:
            pieces.append(Piece(Kind.SAME, "".join(come)))
        else:
            pieces += [Piece(Kind.REMOVED, "".join(gone))] if gone else []
            pieces += [Piece(Kind.ADDED, "".join(come))] if come else []
    shared = sum(len(piece.text) for piece in pieces if piece.kind is Kind.SAME)
    if shared < LEAST_ALIKE * max(len(old), len(new)):
        return (Piece(Kind.REMOVED, old), Piece(Kind.ADDED, new))
    return tuple(pieces)


def lines_between(old: str, new: str) -> tuple[Passage, ...]:
    """Compare two texts line by line, and lines word by word; empty lines say nothing."""
    before, after = ([line for line in text.splitlines() if line.strip()] for text in (old, new))
    return tuple(_between(before, after))


def _between(old: Sequence[str], new: Sequence[str]) -> Iterator[Passage]:
    for is_same, gone, come in _blocks(old, new):
        if is_same:
            yield from (Passage((Piece(Kind.SAME, text),)) for text in come)
        else:
            for one, other in zip_longest(gone, come, fillvalue=""):
                yield Passage(words_between(one, other))


def _blocks(
    old: Sequence[str], new: Sequence[str]
) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """Yield what is the same and what is not, in order.

    Beginning and end are matched first, which costs nothing; the middle only where it is short
    enough, else all of it has changed.
    """
    shortest = min(len(old), len(new))
    head = next((n for n in range(shortest) if old[n] != new[n]), shortest)
    tail = next((n for n in range(shortest - head) if old[-n - 1] != new[-n - 1]), shortest - head)
    if head:
        yield True, old[:head], new[:head]
    gone, come = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(gone) * len(come) > MOST_PAIRS:
        yield False, gone, come
    else:
        matcher = SequenceMatcher(None, gone, come, autojunk=False)
        for tag, a, b, c, d in matcher.get_opcodes():
            yield tag == "equal", gone[a:b], come[c:d]
    if tail:
        yield True, old[len(old) - tail :], new[len(new) - tail :]


def _lines(text: str) -> list[str]:
    return [text] if text else []


def _item_line(item: dict[str, Any]) -> str:
    named = ("name", "definition", "unit", "period", "coverage")
    asked_as = dict(RequestedItem.Format.choices).get(item.get("format", ""), "")
    return "; ".join(str(text) for text in (*map(item.get, named), asked_as) if text)
