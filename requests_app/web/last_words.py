"""What was typed into a page whose door has closed meanwhile? Its writer may still copy it."""

import re
from typing import Final

from django.http import HttpRequest

NOT_WORDS: Final = re.compile(
    r"csrfmiddlewaretoken|form_key|version|save|deed|add_row|seen|code|autosave|is_meant"
    r"|.*-(seen|availability|ground|overwrite|complete|promised_on|current_as_of)"
)
"""Names of what no hand has written word for word: hidden fields, buttons, choices, dates."""


def last_words(request: HttpRequest) -> list[str]:
    """List the texts of a post with which nothing will be done; only their writer sees them."""
    if request.method != "POST":
        return []
    return [
        text.strip()
        for name, given in request.POST.lists()
        if not NOT_WORDS.fullmatch(name)
        for text in given
        if text.strip()
    ]
