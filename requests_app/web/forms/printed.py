"""What may be typed where the words will stand on a paper?"""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from requests_app.services import stationery
from requests_app.services.workflow import Refused

LONGEST: Final = 4_000
"""Characters; a text of that length breaks over three pages of an annex."""
FEWEST_DIGITS: Final = 6
"""Of a telephone: a local number without its area code is no shorter."""


def refuse_unprintable(text: str) -> None:
    """Tell at the field which letters no face of the papers has."""
    try:
        stationery.refuse_unprintable(text)
    except Refused as refusal:
        raise ValidationError(str(refusal)) from refusal


def refuse_unringable(text: str) -> None:
    """Tell at the field that nobody can be rung there; how digits are grouped is free."""
    if sum(sign.isdigit() for sign in text) < FEWEST_DIGITS:
        raise ValidationError(_("Tulis nomor telepon lengkap, misalnya 0812 3456 7890."))


class PrintedField(forms.CharField):
    """A text that reaches a letter, a receipt or a report."""

    default_validators = [refuse_unprintable]

    def __init__(self, *, max_length: int = LONGEST, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)


class PhoneField(PrintedField):
    """Where somebody can be rung; an extension and a second number may stand beside it."""

    default_validators = [*PrintedField.default_validators, refuse_unringable]

    def __init__(self) -> None:
        super().__init__(
            label=_("Telepon"),
            max_length=60,
            widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
            error_messages={"required": _("Tulis nomor telepon yang dapat dihubungi.")},
        )
