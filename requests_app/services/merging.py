"""Two people fill the same answers: what of what was typed may be written, and what was overtaken?

A page carries a short mark of every field as it was shown. A field that somebody else has changed
since then is not overwritten by one who has not seen it (ADR 0028).
"""

import base64
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from requests_app.models import ItemAnswer
from requests_app.services.answers import TYPED, GivenAnswer, ItemSheet, Sheet
from requests_app.services.workflow import NotReady

MARK: Final = 4
"""Letters of one mark: 24 bits, enough to tell two wordings of one field apart."""
NOTHING: Final = "-" * MARK
UNSEEN: Final = "?" * MARK
Fields = dict[str, Any]


class Overtaken(NotReady):
    """Somebody else has changed what this page was made from; the rest of it is kept."""

    keeps_files = True

    def __init__(self, numbers: list[int]) -> None:
        told = ", ".join(map(str, numbers))
        super().__init__(
            _(
                "Butir {n} baru saja diubah dari perangkat lain. Isian Anda belum menggantinya; "
                "bandingkan, lalu simpan sekali lagi."
            ).format(n=told)
        )


@dataclass(frozen=True)
class Merged:
    """What is to be written, and the names of the fields in which two people differ."""

    fields: Fields
    differing: tuple[str, ...]


def standing_fields(one: ItemSheet) -> Fields:
    """Give the fields of an item as they stand, the questions by `question-<key>`."""
    answer, filled = one.answer or ItemAnswer(), one.filled
    fields = {name: getattr(answer, name) for name in TYPED}
    for question in one.typed_questions:
        said = filled.get(question.pk)
        fields[name_of(question.pk)] = None if said is None else said.value
    return fields


def given_fields(given: GivenAnswer) -> Fields:
    """Give the fields of an item as they were typed; one that was not asked for is not there."""
    fields: Fields = {name: getattr(given, name) for name in TYPED}
    return fields | {name_of(key): value for key, value in given.values.items()}


def name_of(question: int) -> str:
    """Name the field of a question, as the page does."""
    return f"question-{question}"


def marks_of(one: ItemSheet) -> str:
    """Mark every field of an item as it stands, in the order of its fields."""
    return "".join(map(mark, standing_fields(one).values()))


def mark(value: Any) -> str:
    """Mark one value; nothing is nothing, in whatever form it is kept."""
    if _is_nothing(value):
        return NOTHING
    plain = value.isoformat() if isinstance(value, date) else value
    if isinstance(plain, str):
        plain = plain.replace("\r\n", "\n").strip()
    digest = hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).digest()
    return base64.urlsafe_b64encode(digest)[:MARK].decode()


def whole_mark_of(sheet: Sheet) -> str:
    """Mark all answers and files together, as who sends them has read them."""
    parts = [
        [one.item.pk, marks_of(one), sorted(file.pk for file in one.files)] for one in sheet.items
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _is_nothing(value: Any) -> bool:
    """Tell an empty field, and a table of empty cells, from something typed."""
    if isinstance(value, list | tuple):
        return all(map(_is_nothing, value))
    return value is None or value == ""


def merge(one: ItemSheet, given: GivenAnswer) -> Merged:
    """Lay what was typed over what stands; without marks it replaces all that was asked for."""
    standing, typed = standing_fields(one), given_fields(given)
    if given.seen is None:
        return Merged({**standing, **typed}, ())
    seen = _read_marks(given.seen, standing)
    fields, differing = dict(standing), []
    for name in standing.keys() & typed.keys():
        now, mine, shown = mark(standing[name]), mark(typed[name]), seen.get(name)
        if mine in {now, shown}:
            continue
        if now == shown:
            fields[name] = typed[name]
        else:
            differing.append(name)
    return Merged(fields, tuple(name for name in standing if name in differing))


def marks_seen(one: ItemSheet, given: GivenAnswer, *, but: Collection[str]) -> str:
    """Mark an item as it stands, but some of its fields as they were shown before.

    Of those its reader has not seen what stands there now, or has not decided yet.
    """
    standing = standing_fields(one)
    seen = _read_marks(given.seen or "", standing)
    return "".join(
        seen.get(name, UNSEEN) if name in but else mark(value) for name, value in standing.items()
    )


def marks_after(seen: str, *, before: str, after: str) -> str:
    """Renew what was shown by what a deed of the same page has changed, field by field."""
    if not len(seen) == len(before) == len(after):
        return seen
    return "".join(
        after[n : n + MARK] if seen[n : n + MARK] == before[n : n + MARK] else seen[n : n + MARK]
        for n in range(0, len(seen), MARK)
    )


def not_shown(one: ItemSheet, given: GivenAnswer) -> list[str]:
    """Name the fields that stand otherwise than the page of whoever typed shows them."""
    typed = given_fields(given)
    standing = standing_fields(one)
    return [name for name, now in standing.items() if mark(typed.get(name)) != mark(now)]


def _read_marks(seen: str, standing: Mapping[str, Any]) -> dict[str, str]:
    if len(seen) != MARK * len(standing):
        return {}
    return {name: seen[n * MARK : (n + 1) * MARK] for n, name in enumerate(standing)}
