"""Do the scripts speak the language of the page, by words that the page hands over?"""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

SCRIPTS = sorted(Path(settings.BASE_DIR, "static", "js").glob("*.js"))
COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
LITERAL = re.compile(r"""("[^"\n]*"|'[^'\n]*'|`[^`]*`)""")
SAID = re.compile(r"""["'`][A-Z][a-z]+( \w+)*[.…?!:]?["'`]""")
"""A word or a sentence as people read it; names of the code (AbortError, Content-Type) are not."""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_holds_no_words_of_its_own(script: Path) -> None:
    literals = LITERAL.findall(COMMENT.sub("", script.read_text(encoding="utf-8")))
    assert [literal for literal in literals if SAID.fullmatch(literal)] == []


@pytest.mark.django_db
def test_the_page_hands_the_words_over() -> None:
    page = Client().get(reverse("account_login")).content.decode()
    for word in (
        'data-busy="Menyimpan…"',
        'data-show="Tampilkan"',
        'data-hide="Sembunyikan"',
    ):
        assert word in page
