"""How does a text become a QR code that a paper or a page can show?"""

import io

import segno


def qr_svg(text: str, /, *, title: str = "") -> str:
    """Draw a QR code as one inline `<svg>` without style attributes (a strict CSP forbids them).

    Error correction M; the quiet zone of four modules is inside. Colours are attributes.
    """
    return segno.make(text, error="m", micro=False).svg_inline(
        border=4, omitsize=True, svgclass="qr", lineclass=None, title=title or None, light="#fff"
    )


def qr_data_uri(text: str, /) -> str:
    """Give the same drawing as a `data:` address, for `<img>` in papers.

    An image carries an alternative text into the tagged PDF, an inline drawing does not.
    """
    return segno.make(text, error="m", micro=False).svg_data_uri(border=4, light="#fff")


def qr_file(text: str, /) -> str:
    """Give the same drawing as an SVG file that stands alone, for `<img>` on pages."""
    file = io.BytesIO()
    segno.make(text, error="m", micro=False).save(file, kind="svg", border=4, light="#fff")
    return file.getvalue().decode()


def qr_png(text: str, /, *, module_px: int = 6) -> bytes:
    """Draw the code as PNG bytes, for mails."""
    buffer = io.BytesIO()
    segno.make(text, error="m", micro=False).save(buffer, kind="png", scale=module_px, border=4)
    return buffer.getvalue()
