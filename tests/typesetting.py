"""What stands in for a paper where a test is not about papers? WeasyPrint takes a quarter second.

Templates, numbers, hashes, signatures and rows of the papers are made as ever; only the pages are
not set. Tests of papers, and the browser's stories, do without.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pikepdf
import pytest

from requests_app.documents import pdf as typesetter


def _one_page() -> bytes:
    """Make the smallest file that a strict reader takes, and that can be signed."""
    written = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(written)
    return written.getvalue()


ONE_PAGE = _one_page()
TYPESET = typesetter.render_pdf


@contextmanager
def no_typesetting() -> Iterator[None]:
    """Set one empty page instead of each paper."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typesetter, "render_pdf", lambda **_more: ONE_PAGE)
        yield


@contextmanager
def typesetting() -> Iterator[None]:
    """Set papers after all, where the module around does without."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typesetter, "render_pdf", TYPESET)
        yield
