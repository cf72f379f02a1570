"""How does HTML become a PDF that fetches nothing and looks the same on every machine?

Only this module knows WeasyPrint. Its import is slow, so it happens inside functions.
"""

import atexit
import io
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, Final

import pikepdf

FONT_FOLDER: Final = Path(__file__).resolve().parents[2] / "static" / "fonts" / "papers"
FONT_CONFIG: Final = FONT_FOLDER / "fonts.conf"
VARIANT: Final = "pdf/a-3a"
"""Archive form of every paper: PDF/A-3, tagged, all fonts inside (ISO 19005-3, level A)."""

_rendering = threading.Lock()


class FetchRefused(Exception):
    """A paper asked for something outside itself; papers carry all that they show."""


@dataclass(frozen=True, kw_only=True)
class Companion:
    """A file that travels inside a paper and says the same to machines (PDF/A-3: AF, Data).

    Its bytes are at hand and its day is the paper's own, so that neither a fetch nor the clock
    has a part in the paper.
    """

    name: str
    content: bytes
    description: str
    dated: date


def render_pdf(*, html: str, companions: Sequence[Companion] = ()) -> bytes:
    """Turn a whole HTML document into PDF/A-3a bytes; equal input gives equal bytes.

    `lang`, `<title>` and `<meta>` of the document go into the PDF. Only `data:` addresses are
    served and only the faces beside `fonts.conf` are known; any other fetch stops the paper with
    `FetchRefused` (SECURITY: SSRF and reading of local files through a document). No style
    sheet or path is passed beside the string, because those bypass the fetcher.
    """
    with _rendering, _only_our_fonts():
        tools = _weasyprint()
        try:
            document = tools.HTML(string=html, url_fetcher=_fetcher())
            pdf = document.write_pdf(
                pdf_variant=VARIANT,
                font_config=_fonts(),
                attachments=[_embedded(one) for one in companions],
                finisher=_name_each_once,
            )
        except tools.fatal_error as error:
            raise FetchRefused(str(error)) from error
    return bytes(pdf)


class _Tools:
    """The five names of WeasyPrint that this module uses."""

    def __init__(self) -> None:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import FatalURLFetchingError, URLFetcher

        self.HTML = weasyprint.HTML
        self.attachment = weasyprint.Attachment
        self.fonts = FontConfiguration
        self.fatal_error: type[BaseException] = FatalURLFetchingError
        self.fetcher: type[Any] = URLFetcher


def _embedded(one: Companion) -> Any:
    midnight = datetime.combine(one.dated, time(), tzinfo=UTC)
    return _weasyprint().attachment(
        file_obj=io.BytesIO(one.content),
        url_fetcher=_fetcher(),
        name=one.name,
        description=one.description,
        relationship="Data",
        created=midnight,
        modified=midnight,
    )


def _name_each_once(_document: Any, made: Any) -> None:
    """Name each companion once in the catalogue; WeasyPrint 70 names it twice."""
    if "AF" in made.catalog:
        made.catalog["AF"][:] = dict.fromkeys(made.catalog["AF"])


@cache
def _weasyprint() -> _Tools:
    return _Tools()


@cache
def _fonts() -> Any:
    """Read our faces once for this process: half of the time of a short letter otherwise.

    No paper brings a face of its own (that would be a fetch), so that nothing is added to them.
    They are let go before the interpreter is.
    """
    atexit.register(_fonts.cache_clear)
    with _only_our_fonts():
        return _weasyprint().fonts()


@cache
def _fetcher() -> Any:
    """Build the fetcher that serves `data:` and makes every other address fatal.

    It must be a subclass: WeasyPrint 70 reads attributes that a plain function lacks.
    """
    tools = _weasyprint()
    parent: Any = tools.fetcher

    class DataOnly(parent):  # type: ignore[misc]
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if not url.lower().startswith("data:"):
                raise tools.fatal_error(url[:80])
            return super().fetch(url, headers)

    return DataOnly(allowed_protocols=("data",), allow_redirects=False)


@contextmanager
def _only_our_fonts() -> Iterator[None]:
    """Show fontconfig our faces only, while a paper is made.

    fontconfig reads the variable each time a font configuration is built. It is put back
    afterwards, since a browser started from this process needs the machine's own fonts.
    """
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(FONT_CONFIG)
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


def keywords_of(pdf: bytes, /) -> str:
    """Read the keywords of a PDF, the place of the audit anchor; empty where it cannot be read."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            return str(opened.docinfo.get("/Keywords", ""))
    except pikepdf.PdfError:
        return ""
