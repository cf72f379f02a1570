"""Does a paper fetch nothing, and can its pages be shown?"""

import http.server
import io
import os
import threading

import pikepdf
import pytest
from PIL import Image

from requests_app.documents import glyphs, letters, pages, papers, pdf, qr
from tests.documents import samples

SECRET = "rahasia-di-cakram"
VECTORS = {
    "image": '<img src="{url}">',
    "style sheet": '<link rel="stylesheet" href="{url}">',
    "attachment by link": '<link rel="attachment" href="{url}">',
    "attachment by anchor": '<a rel="attachment" href="{url}">x</a>',
    "css import": '<style>@import url("{url}");</style>',
    "css background": '<div style="background: url({url})">x</div>',
    "css content": '<style>p::before {{ content: url("{url}") }}</style><p>x</p>',
    "css list image": '<ul style="list-style-image: url({url})"><li>x</li></ul>',
    "css face": (
        '<style>@font-face {{ font-family: X; src: url("{url}") }} p {{ font-family: X }}</style>'
        "<p>x</p>"
    ),
    "object": '<object data="{url}">x</object>',
    "embed": '<embed src="{url}">',
    "drawing image": '<svg width="9" height="9"><image href="{url}" width="9" height="9"/></svg>',
    "drawing use": '<svg width="9" height="9"><use href="{url}#a"/></svg>',
    "base": '<base href="{url}"><img src="x.png">',
    "colour profile": '<style>@color-profile --x {{ src: url("{url}") }}</style>',
}


@pytest.fixture
def visited():
    """A server on this machine that notes every visit."""
    visits: list[str] = []

    class Noting(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            visits.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *args):
            """Keep quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Noting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        visits.append(f"http://127.0.0.1:{server.server_port}/x.png")
        yield visits
        server.shutdown()
        thread.join()


def render(html: str) -> bytes:
    """Make the PDF, or nothing where the paper was stopped."""
    try:
        return pdf.render_pdf(html=f'<html lang="id"><title>x</title><body>{html}')
    except pdf.FetchRefused:
        return b""


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
def test_no_vector_calls_out(vector, visited):
    address = visited[0]
    render(vector.format(url=address))
    assert visited == [address]


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
def test_no_vector_reads_a_local_file(vector, tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" id="a"><text>{SECRET}</text></svg>')
    made = render(vector.format(url=secret.as_uri()))
    if made:
        assert SECRET not in "".join(pages.page_texts(made))
        with pikepdf.open(io.BytesIO(made)) as document:
            assert not document.attachments


def test_a_fetch_stops_the_paper():
    with pytest.raises(pdf.FetchRefused):
        pdf.render_pdf(html='<img src="https://example.org/x.png">')


def test_the_variable_of_fontconfig_is_put_back(monkeypatch):
    monkeypatch.setenv("FONTCONFIG_FILE", "/somewhere")
    render("<p>x</p>")
    assert os.environ["FONTCONFIG_FILE"] == "/somewhere"
    monkeypatch.delenv("FONTCONFIG_FILE")
    render("<p>x</p>")
    assert "FONTCONFIG_FILE" not in os.environ


def test_the_licence_lies_beside_the_fonts():
    assert "SIL OPEN FONT LICENSE" in (pdf.FONT_FOLDER / "LICENSE-OFL.txt").read_text()


@pytest.mark.parametrize("kind", ["webp", "png"])
def test_a_page_becomes_a_picture_of_the_asked_width(kind):
    made = letters.render_letter(samples.letter())
    picture = pages.page_image(made, number=1, width=480, kind=kind)
    with Image.open(io.BytesIO(picture.content)) as image:
        assert image.format == kind.upper()
        assert image.size == (picture.width, picture.height)
    assert picture.width == 480
    assert picture.mime == f"image/{kind}"


def test_a_page_that_is_not_there_is_refused():
    made = letters.render_letter(samples.letter())
    assert pages.count_pages(made) == 2
    for number in (0, 3):
        with pytest.raises(pages.PageUnreadable):
            pages.page_image(made, number=number)


def test_what_is_no_pdf_is_refused():
    with pytest.raises(pages.PageUnreadable):
        pages.count_pages(b"%PDF-1.7 not really")


@pytest.mark.parametrize("wrong", [{"width": 5000}, {"kind": "bmp"}])
def test_other_widths_and_kinds_are_refused(wrong):
    with pytest.raises(ValueError, match="No page image"):
        pages.page_image(b"", number=1, **wrong)


def test_the_code_is_drawn_without_style_attributes():
    drawing = qr.qr_svg(samples.URL, title="Periksa")
    assert drawing.startswith("<svg")
    assert "style=" not in drawing
    assert "viewBox" in drawing
    assert qr.qr_data_uri(samples.URL).startswith("data:image/svg+xml")
    assert qr.qr_png(samples.URL).startswith(b"\x89PNG")


def test_letters_without_a_glyph_are_named():
    assert glyphs.missing_glyphs("Ãéł “€” – ₂\n") == ()
    assert glyphs.missing_glyphs("a中b中😀") == ("中", "😀")


def test_a_scanned_page_is_kept_with_loss_and_a_typed_one_without():
    noise = Image.frombytes("RGB", (1600, 2262), os.urandom(1600 * 2262 * 3))
    buffer = io.BytesIO()
    noise.save(buffer, "PDF")
    scanned = pages.page_image(buffer.getvalue(), number=1)
    typed = pages.page_image(letters.render_letter(samples.letter()), number=1)
    assert b"VP8 " in scanned.content[:16]
    assert b"VP8L" in typed.content[:16]


def test_letters_that_would_turn_the_reading_are_not_printable():
    assert glyphs.missing_glyphs("a\u202eb\u2066") == ("\u202e", "\u2066")
    assert [glyphs.named(letter) for letter in "\u202e😀\x0b"] == ["U+202E", "😀", "U+000B"]
    assert glyphs.printable("data بين.xlsx") == "data [?][?][?].xlsx"


def test_both_faces_are_there_in_four_styles():
    styles = ("Regular", "Bold", "Italic", "BoldItalic")
    for face in papers.FACES:
        for style in styles:
            assert (pdf.FONT_FOLDER / f"{face.replace(' ', '')}-{style}.ttf").exists()
