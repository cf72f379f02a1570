"""How far is an owner with the work, item by item and in all?"""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from requests_app.models import ItemAnswer
from requests_app.services.answers import ItemSheet, Sheet

LISTED: Final = 8
"""Up to so many items the list of them stands open; a longer one unfolds when it is wanted."""


@dataclass(frozen=True, kw_only=True)
class ItemState:
    """One item in the list at the top of the page: where it is, and how far."""

    key: int
    number: int
    name: str
    word: str
    tone: str


def state_of(one: ItemSheet) -> ItemState:
    """Say how far one item is: nobody has looked, something is missing, or nothing is."""
    if one.is_locked:
        word, tone = _("Sudah sesuai"), "ok"
    elif one.answer is not None and one.answer.verdict == ItemAnswer.Verdict.CORRECTION:
        word, tone = _("Perlu perbaikan"), "warn"
    elif one.is_answered:
        word, tone = _("Selesai"), "ok"
    elif one.is_begun:
        word, tone = _("Belum lengkap"), "warn"
    else:
        word, tone = _("Belum diisi"), "quiet"
    return ItemState(key=one.item.pk, number=one.number, name=one.item.name, word=word, tone=tone)


def progress_of(sheet: Sheet) -> dict[str, Any]:
    """Tell how much is filled, in words and for a bar."""
    answered, asked = sheet.answered, len(sheet.items)
    told = _("{n} dari {m} data sudah terisi").format(n=answered, m=asked)
    return {"answered": answered, "asked": asked, "told": told}


def item_list(sheet: Sheet) -> dict[str, Any]:
    """List the items with their state, to jump to each."""
    states = [state_of(one) for one in sheet.items]
    return {"states": states, "is_open": len(states) <= LISTED}
