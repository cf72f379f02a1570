"""Is every template used, and is every word a user reads marked for translation?"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.template.base import Lexer, TokenType

from requests_app.web.pages import PAGES

ROOT: Path = settings.BASE_DIR
FOLDER = ROOT / "templates"
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.*"))
SOURCES = sorted((ROOT / "requests_app").rglob("*.py")) + sorted((ROOT / "sopdata").glob("*.py"))
ASKED_BY_PACKAGES = {"400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"}
"""Error pages that Django, and allauth for its rate limits, find by their number."""
INDONESIAN_BY_LAW = {"papers"}
"""Official papers are written in Indonesian, whatever language the clerk reads (UU 24/2009)."""
STANDS_ALONE = {"400.html", "500.html"}
"""Shown when anything may be broken, the catalogue included; they use nothing."""
NAME = re.compile(r"[\"']([\w/.-]+\.(?:html|txt|css))[\"']")


# -- used -----------------------------------------------------------------------------------------


def named_in_sources() -> set[str]:
    """Find the names of templates that programs and templates give as they stand."""
    found: set[str] = set()
    for path in SOURCES:
        within = "papers/" if path.parent.name == "documents" else ""
        found |= {within + name for name in NAME.findall(path.read_text())}
    for name in TEMPLATES:
        for token in Lexer((FOLDER / name).read_text()).tokenize():
            if token.token_type is TokenType.BLOCK:
                found |= set(NAME.findall(token.contents))
    return found


def of_other_packages() -> set[str]:
    """Find the templates of installed packages, which ours may replace."""
    found: set[str] = set()
    for config in apps.get_app_configs():
        folder = Path(config.path) / "templates"
        if ROOT / "requests_app" not in folder.parents:
            found |= {p.relative_to(folder).as_posix() for p in folder.rglob("*.*")}
    return found


def test_every_template_is_used():
    used = named_in_sources() | of_other_packages() | ASKED_BY_PACKAGES
    used |= {page.template_name for page in PAGES.values()}
    unused = [name for name in TEMPLATES if name not in used]
    assert not unused, unused


def test_every_template_that_is_named_is_there():
    there = {*TEMPLATES, *of_other_packages()}
    for config in apps.get_app_configs():
        folder = Path(config.path) / "templates"
        there |= {p.relative_to(folder).as_posix() for p in folder.rglob("*.*")}
    missing = {name for name in named_in_sources() if not name.startswith("css/")} - there
    assert not missing, missing


# -- translated -----------------------------------------------------------------------------------

VISIBLE = re.compile(r"\b(?:title|placeholder|aria-label|aria-description|alt)=\"([^\"]*)\"")
WORD = re.compile(r"[A-Za-zÀ-ÿ]{2,}")
# entities, names that are the same everywhere, and attributes that a block hands to its frame
NOT_WORDS = re.compile(r"&#?\w+;|\b(?:sopdata|SHA-256)\b|\bdata-[\w-]+=\"[^\"\0]*\"?")


def texts_of(source: str) -> Iterator[str]:
    """Yield what of a template's own text a reader sees, without what is translated."""
    kept, inside = [], ""
    for token in Lexer(source).tokenize():
        if token.token_type is TokenType.BLOCK:
            word = token.contents.split()[0]
            if word in {"blocktranslate", "blocktrans", "comment", "verbatim"}:
                inside = f"end{word}"
            elif word == inside:
                inside = ""
        elif token.token_type is TokenType.TEXT and not inside:
            kept.append(token.contents)
            continue
        kept.append("\0")
    text = "".join(kept)
    text = re.sub(r"<!--.*?-->|<(style|script)\b.*?</\1>", "", text, flags=re.DOTALL)
    yield from VISIBLE.findall(text)
    yield re.sub(r"<[^>]*>", "\n", text)


@pytest.mark.parametrize(
    "name", [n for n in TEMPLATES if n.split("/")[0] not in INDONESIAN_BY_LAW | STANDS_ALONE]
)
def test_every_word_of_a_template_is_marked_for_translation(name):
    words = [
        line.strip()
        for text in texts_of((FOLDER / name).read_text())
        for line in NOT_WORDS.sub("", text).replace("\0", "\n").splitlines()
        if WORD.search(line)
    ]
    assert not words, words


MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}
SENTENCE = re.compile(r"^[A-Z][a-zà-ÿ]+(?: [A-Za-z(“]|[.,:?!])")
DOORS = [p for p in SOURCES if {"web", "services"} & set(p.relative_to(ROOT).parts[1:2])]
SPOKEN_BY_THE_OFFICE = {
    "offices.py",  # what an office begins with: its own words, kept in its own rows
    "demo_office.py",
    "synthetic.py",
    "letters.py",  # words of the letter itself
    "receipts.py",
    "report_paper.py",  # words of the report
    "blanks.py",  # words of the printed form and of the nota dinas
    "notes.py",
    "questionnaires.py",  # words of the workbook that an owner fills in
    "sample_prints.py",  # words of a sample letter
}


def unmarked(tree: ast.AST) -> Iterator[str]:
    """Yield sentences that no mark surrounds and that are no docstrings, names or log lines."""
    marked: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):  # docstrings
            marked |= set(ast.walk(node)) if isinstance(node.value, ast.Constant) else set()
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else None
            called = node.func.id if isinstance(node.func, ast.Name) else called
            if called in MARKS or called in {"warning", "info", "error", "KeyError", "ValueError"}:
                marked |= set(ast.walk(node))
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and node not in marked and SENTENCE.match(node.value):
            yield node.value


@pytest.mark.parametrize(
    "path",
    [p for p in DOORS if p.name not in SPOKEN_BY_THE_OFFICE],
    ids=lambda p: f"{p.parent.name}/{p.name}",
)
def test_every_sentence_of_the_doors_is_marked_for_translation(path):
    assert list(unmarked(ast.parse(path.read_text()))) == []
