"""How much of what was asked of a data owner is in the house?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _


@dataclass(frozen=True, kw_only=True)
class Fulfilment:
    """Items asked for and items in hand; `partly` of those in hand are not whole yet.

    In hand is what an owner has sent and staff has not sent back: "2 dari 3".
    """

    asked: int
    given: int = 0
    partly: int = 0

    @classmethod
    def counted(cls, *, asked: int, answers: Iterable[tuple[str, str]]) -> Self:
        """Count the answers that were sent, each told by its availability and its verdict."""
        held = [available for available, verdict in answers if verdict != "correction"]
        partly = held.count("partial")
        return cls(asked=asked, given=held.count("available") + partly, partly=partly)

    @property
    def in_figures(self) -> str:
        """Say it where a cell of a table has room for no more."""
        return f"{self.given}/{self.asked}"

    @property
    def in_words(self) -> str:
        """Say it within a sentence."""
        said = _("{n} dari {m}").format(n=self.given, m=self.asked)
        if not self.partly:
            return said
        return _("{bagian}, {k} belum utuh").format(bagian=said, k=self.partly)

    @property
    def is_partial(self) -> bool:
        """Tell whether something is in hand, and something is not."""
        return self.given > 0 and (self.given < self.asked or self.partly > 0)

    @property
    def chip(self) -> str:
        """Say that it is partial; empty where all or nothing is in hand."""
        if not self.is_partial:
            return ""
        return _("Sebagian diterima ({bagian})").format(bagian=self.in_words)
