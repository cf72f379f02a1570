"""Do all templates keep the rules of the house: no inline style or script, nothing from outside?"""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Papers are printed by our own machine, mails read elsewhere: no content policy governs them.
PAGES = [path for path in TEMPLATES if not {"papers", "emails"} & set(path.parts)]
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
COMPONENTS = [path for path in TEMPLATES if path.parent.name == "components"]
FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle="),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)"),
    "an event attribute": re.compile(
        r"\son(click|change|input|submit|load|error|focus|blur|key|mouse)\w*="
    ),
    "a style element": re.compile(r"<style"),
    "an address outside": re.compile(r"(?:src|href)=\"(?:https?:)?//"),
    "an unescaped value": re.compile(r"\|safe\b|autoescape off"),
}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_template_keeps_the_content_policy(path):
    source = re.sub(r"{#.*?#}", "", path.read_text())
    broken = [what for what, pattern in FORBIDDEN.items() if pattern.search(source)]
    assert not broken, f"{name(path)} holds {', '.join(broken)}"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_compiles(path):
    get_template(name(path))


@pytest.mark.parametrize("path", COMPONENTS, ids=name)
def test_a_component_says_what_it_needs(path):
    assert path.read_text().startswith("{# ")


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_each_icon_is_in_the_sprite(path):
    sprite = (ROOT / "static" / "icons" / "sprite.svg").read_text()
    for icon in re.findall(r"{% icon \"([a-z0-9-]+)\" %}", path.read_text()):
        assert f'id="{icon}"' in sprite, icon


@pytest.mark.parametrize(
    "path", sorted((ROOT / "static" / "js").glob("*.js")), ids=lambda p: p.name
)
def test_a_script_opens_with_a_question_and_writes_no_html_from_text(path):
    source = path.read_text()
    assert "?" in source.splitlines()[0]
    assert "eval(" not in source
    assert "document.write" not in source


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["403", "404", "429", "500", "403_csrf"])
def test_an_error_page_stands_without_anything(code):
    request = RequestFactory().get("/")
    shown = render_to_string(f"{code}.html", {"sentence": "Muat ulang halaman ini."}, request)
    assert shown.count("<h1") == 1
    assert '<main id="main"' in shown
