"""Does the code know every word that docs/glossary.md says it uses?"""

import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROWS = Path(settings.BASE_DIR, "docs", "glossary.md").read_text(encoding="utf-8").splitlines()
WORD = re.compile(r"`([\w.]+)(?:_<step>)?`")
WORDS = sorted({word for row in ROWS if row.count("|") > 3 for word in WORD.findall(row)})


@cache
def code() -> str:
    folders = (Path(settings.BASE_DIR, name) for name in ("requests_app", "sopdata"))
    files = (path for folder in folders for path in folder.rglob("*.py"))
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_the_glossary_is_a_word_of_the_code(word: str) -> None:
    assert re.search(rf"\b{re.escape(word)}(\b|_)", code())
