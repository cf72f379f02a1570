"""What may be typed where the words will stand on a paper?"""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from requests_app.services import stationery
from requests_app.services.workflow import Refused

LONGEST: Final = 4_000
"""Characters; a text of that length breaks over three pages of an annex."""


def refuse_unprintable(text: str) -> None:
    """Tell at the field which letters no face of the papers has."""
    try:
        stationery.refuse_unprintable(text)
    except Refused as refusal:
        raise ValidationError(str(refusal)) from refusal


class PrintedField(forms.CharField):
    """A text that reaches a letter, a receipt or a report."""

    default_validators = [refuse_unprintable]

    def __init__(self, *, max_length: int = LONGEST, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
