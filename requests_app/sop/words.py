"""How does a sentence get into the catalogue without Django?

Floor 1 marks its Indonesian texts with `_`, which returns them unchanged; `makemessages` finds
them by that name, and the doors look the translation up where the text is shown. A sentence with
values in it is kept as a `Phrase`, so that the whole sentence can still be looked up.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from requests_app.sop.dates import written


def _(text: str) -> str:
    """Mark a text for translation."""
    return text


@dataclass(frozen=True)
class Phrase:
    """A whole sentence with named places, and the values that stand in them.

    `str()` gives the Indonesian sentence. A door that speaks another language calls `said` with
    its own look-up and its own way to write dates.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Write the sentence in Indonesian."""
        return self.said(translate=_, write=written)

    def said(self, *, translate: Callable[[str], str], write: Callable[[object], str]) -> str:
        """Write the sentence through a catalogue and a writer of dates and numbers."""
        values = {name: write(value) for name, value in self.values.items()}
        return translate(self.template).format(**values)
