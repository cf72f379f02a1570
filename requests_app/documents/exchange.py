"""How does a letter go to another system, and what does a file from there carry?

The national records system takes letters as files: a DOCX in which `${nomor_naskah}` and the like
stand where it fills in what it gives out itself. Only this module writes such files.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any, Final

import docx
import pikepdf
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from requests_app.documents.letters import AnnexItem, LetterPaper
from requests_app.documents.papers import Measures, body_html

NUMBER: Final = "${nomor_naskah}"
DATE: Final = "${tanggal_naskah}"
URGENCY: Final = "${sifat}"
SUBJECT: Final = "${hal}"
SENDER_TITLE: Final = "${jabatan_pengirim}"
SIGNATURE: Final = "${ttd_pengirim}"
SENDER_NAME: Final = "${nama_pengirim}"
SENDER_NIP: Final = "${nip_pengirim}"
TAGS: Final = (
    NUMBER,
    DATE,
    URGENCY,
    SUBJECT,
    SENDER_TITLE,
    SIGNATURE,
    SENDER_NAME,
    SENDER_NIP,
)
"""What the other system fills in; each stands in a run of its own, or it would not be found."""

FACES: Final = {"Liberation Sans": "Arial", "Liberation Serif": "Times New Roman"}
"""Our faces → those of an office's word processor; letter by letter as wide."""
MADE: Final = (1980, 1, 1, 0, 0, 0)
"""Date of every part of the archive, the earliest it can say: equal letters give equal bytes."""
LONGEST_PROPERTY: Final = 255
"""Longest title or maker that the file's own properties hold."""
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
_BLOCK_WIDTH: Final = Mm(94)
"""Width of the signature block, as in `_paper.css`."""
_ANNEX_COLUMNS: Final = (
    ("No.", 8),
    ("Nama data", 42),
    ("Definisi/rincian", 0),
    ("Satuan", 17),
    ("Periode", 25),
    ("Cakupan wilayah", 27),
    ("Format", 17),
    ("Ket.", 20),
)
_RECEIVER_COLUMNS: Final = (("No.", 12), ("Yth.", 0), ("Tempat", 48))
"""Headings with widths in millimetres as on the PDF; 0 takes what is left."""


def draft_docx(paper: LetterPaper, /) -> bytes:
    """Make the DOCX of a draft, its tags in the place of number, date, sifat, hal and signature.

    Everything else is as in the PDF: kop, addressees, body, annexes, sheet, margins and face. Equal
    papers give equal bytes.
    """
    document = docx.Document()
    _lay_out(document, paper)
    _write_kop(document, paper)
    _write_head(document, paper)
    _write_addressees(document, paper)
    for part in paper.body:
        _Prose(document).feed(body_html(part))
    _sign(document)
    _write_copies(document, paper.cc)
    _write_annexes(document, paper)
    return _packed(document)


def count_signatures(pdf: bytes, /) -> int:
    """Count the electronic signatures that a sound PDF carries; whose they are is not asked.

    A time stamp of the file is none: nobody signed with it.
    """
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return sum(_is_signed(thing) for thing in opened.objects)


def _is_signed(thing: Any) -> bool:
    """Tell a signature field that has been signed from everything else in the file."""
    if not isinstance(thing, pikepdf.Dictionary) or str(thing.get("/FT", "")) != "/Sig":
        return False
    value = thing.get("/V")
    return (
        isinstance(value, pikepdf.Dictionary)
        and "/Contents" in value
        and str(value.get("/Type", "/Sig")) == "/Sig"
    )


# -- sheet and face ---------------------------------------------------------------------------


def _lay_out(document: Document, paper: LetterPaper) -> None:
    measures = paper.measures
    _fit(document.sections[0], measures)
    _number_pages(document.sections[0], measures)
    style: Any = document.styles["Normal"]
    style.font.name, style.font.size = FACES[measures.face], Pt(measures.face_size)
    # the package's own style names its face by the theme, which would win
    fonts = style.element.rPr.rFonts
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(name), None)
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(name), FACES[measures.face])
    _speak_indonesian(style.element.rPr)
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = float(measures.line_spacing)
    properties = document.core_properties
    sender = " ".join(paper.letterhead.office_lines)
    properties.title, properties.author = _property(paper.subject), _property(sender)
    properties.comments, properties.language = "", "id"
    _forget_dates(document)


def _fit(section: Section, measures: Measures, *, turned: bool = False) -> None:
    """Give a section the office's sheet and margins; turned for wide tables."""
    sides = measures.size.split()
    width, height = (Mm(float(side.removesuffix("mm"))) for side in sides)
    section.orientation = WD_ORIENT.LANDSCAPE if turned else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (height, width) if turned else (width, height)
    section.top_margin, section.bottom_margin = Mm(measures.top_mm), Mm(measures.bottom_mm)
    section.left_margin, section.right_margin = Mm(measures.left_mm), Mm(measures.right_mm)
    section.header_distance = Mm(measures.top_mm / 2)


def _text_width(section: Section) -> int:
    width, left, right = section.page_width, section.left_margin, section.right_margin
    return int(width or 0) - int(left or 0) - int(right or 0)


def _number_pages(section: Section, measures: Measures) -> None:
    """Write "- 2 -" above every page but the first; later sections go on with it."""
    if not measures.numbers_pages:
        return
    section.different_first_page_header_footer = True
    line = section.header.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.add_run("- ")
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), "PAGE")
    line._p.append(number)
    line.add_run(" -")


def _speak_indonesian(properties: Any) -> None:
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "id-ID")
    properties.append(language)


def _forget_dates(document: Document) -> None:
    """Take out the template's dates and picture: nothing in the file claims what is not so."""
    element = document.core_properties._element
    for name in ("dcterms:created", "dcterms:modified", "cp:lastModifiedBy", "cp:revision"):
        for found in element.findall(qn(name)):
            element.remove(found)
    package = document.part.package
    relations = package.rels
    for key in [k for k, one in relations.items() if one.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del relations[key]


# -- the letter, top to bottom ----------------------------------------------------------------


def _write_kop(document: Document, paper: LetterPaper) -> None:
    head = paper.letterhead
    small, large = (12, 16) if head.is_tight else (13.5, 18)
    place: Any = document
    if head.crest is not None:
        crest, place = _grid(document, [23, 0]).rows[0].cells
        crest.paragraphs[0].add_run().add_picture(io.BytesIO(head.crest.content), height=Mm(22))
    lines = [(head.government, small, False), *((line, large, True) for line in head.office_lines)]
    contact = ", ".join(part for part in (head.address, *head.contacts) if part)
    if contact:
        lines.append((contact, 9.5, False))
    for number, (text, size, bold) in enumerate(lines):
        line = place.paragraphs[0] if number == 0 and place is not document else _line(place)
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.line_spacing = 1.0
        run = line.add_run(_clean(text))
        run.font.size, run.bold = Pt(size), bold
    _rule(_line(document) if place is not document else line)


def _rule(line: Paragraph) -> None:
    """Draw the double rule that closes the kop: thick over thin."""
    border = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (
        ("val", "thickThinSmallGap"),
        ("sz", "24"),
        ("space", "4"),
        ("color", "000000"),
    ):
        bottom.set(qn(f"w:{name}"), value)
    border.append(bottom)
    line._p.get_or_add_pPr().insert_element_before(
        border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
    line.paragraph_format.space_after = Mm(6)
    line.paragraph_format.line_spacing = 1.0


def _write_head(document: Document, paper: LetterPaper) -> None:
    facts = (
        ("Nomor", NUMBER),
        ("Sifat", URGENCY),
        ("Lampiran", paper.printed_annex),
        ("Hal", SUBJECT),
    )
    table = _grid(document, [21, 4, 0, 70], rows=len(facts))
    for row, (label, value) in zip(table.rows, facts, strict=True):
        cells = row.cells
        for cell, text in zip(cells, (label, ":", value), strict=False):
            _fill(cell, text)
    dated = table.rows[0].cells[3].paragraphs[0]
    dated.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    dated.add_run(f"{_clean(paper.place)}, ")
    dated.add_run(DATE)


def _write_addressees(document: Document, paper: LetterPaper) -> None:
    indent = Length(0)
    if paper.measures.addressee_side == "right":
        indent = Length(int(_text_width(document.sections[0]) * 0.53))
    lines = [] if indent == 0 else ["Kepada"]
    if paper.has_distribution:
        lines.append("Yth. (daftar terlampir)")
    else:
        only = paper.addressees[0]
        lines += [f"Yth. {only.title}", *([f"di {only.place}"] if only.place else [])]
    for number, text in enumerate(lines):
        line = _line(document, text)
        line.paragraph_format.left_indent = indent
        line.paragraph_format.space_before = Mm(6 if number == 0 else 0)
    line.paragraph_format.space_after = Mm(6)


def _sign(document: Document) -> None:
    """Leave the signature to the other system: title, signature, name, NIP, and not alone."""
    indent = Length(max(_text_width(document.sections[-1]) - _BLOCK_WIDTH, 0))
    if document.paragraphs:
        document.paragraphs[-1].paragraph_format.keep_with_next = True
    # the NIP stands after its word, the tag in a run of its own
    for texts in ((SENDER_TITLE, ","), (SIGNATURE,), (SENDER_NAME,), ("NIP ", SENDER_NIP)):
        line = _line(document)
        for text in texts:
            line.add_run(text).bold = text == SENDER_NAME
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        layout = line.paragraph_format
        layout.left_indent, layout.line_spacing = indent, 1.2
        layout.keep_together, layout.keep_with_next = True, SENDER_NIP not in texts
        if SENDER_TITLE in texts:
            layout.space_before = Mm(6)
        if SIGNATURE in texts:
            layout.space_before = layout.space_after = Mm(6)


def _write_copies(document: Document, cc: Sequence[str]) -> None:
    if not cc:
        return
    _line(document, "Tembusan Yth.:").paragraph_format.space_before = Mm(7)
    numbering = _new_numbering(document, "List Number", start=1)
    for text in cc:
        _item(document, "List Number", numbering).add_run(_clean(text))


# -- annexes ----------------------------------------------------------------------------------


def _write_annexes(document: Document, paper: LetterPaper) -> None:
    titles = paper.annex_titles
    if "list" in titles:
        _begin_annex(document, paper, titles["list"], "DAFTAR TUJUAN SURAT", turned=False)
        rows = [(one.title, one.place) for one in paper.addressees]
        _write_table(document, _RECEIVER_COLUMNS, rows)
        _sign(document)
    if "items" in titles:
        heading = "DAFTAR DATA DAN INFORMASI YANG DIMOHON"
        _begin_annex(document, paper, titles["items"], heading, turned=True)
        _write_table(document, _ANNEX_COLUMNS, [_row_of(item) for item in paper.items])
        _sign(document)


def _row_of(item: AnnexItem) -> tuple[str, ...]:
    return (
        item.name,
        item.definition,
        item.unit,
        item.period,
        item.coverage,
        item.format,
        item.remarks,
    )


def _begin_annex(
    document: Document, paper: LetterPaper, label: str, heading: str, *, turned: bool
) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = False
    _fit(section, paper.measures, turned=turned)
    indent = Length(_text_width(section) - Mm(96))
    for texts in ((label,), ("Nomor : ", NUMBER), ("Tanggal : ", DATE)):
        line = _line(document)
        line.paragraph_format.left_indent = indent
        for text in texts:
            line.add_run(text)
    title = _line(document)
    title.add_run(heading).bold = True
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before = title.paragraph_format.space_after = Mm(5)


def _write_table(
    document: Document, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[str]]
) -> None:
    """Write a table with numbered rows, whose head is repeated on every page."""
    table = _grid(document, [width for _label, width in columns], rows=1 + len(rows))
    table.style = "Table Grid"
    grid = [row.cells for row in table.rows]  # once: the package counts cells anew each time
    for cell, (label, _width) in zip(grid[0], columns, strict=True):
        _fill(cell, label, size=9.5, bold=True)
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for number, (cells, texts) in enumerate(zip(grid[1:], rows, strict=True), start=1):
        for cell, text in zip(cells, (str(number), *texts), strict=True):
            _fill(cell, text, size=9.5)


# -- light markup -----------------------------------------------------------------------------


class _Prose(HTMLParser):
    """Writes what `body_html` gives as paragraphs: the markup is understood in one place only."""

    STYLES: Final = {"ol": "List Number", "ul": "List Bullet"}

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document = document
        self.line: Paragraph | None = None
        self.style, self.numbering, self.bold = "", 0, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.STYLES:
            self.style = self.STYLES[tag]
            before = re.search(r"\d+", dict(attrs).get("style") or "0")
            start = 1 + int(before[0] if before else 0)
            self.numbering = _new_numbering(self.document, self.style, start=start)
        elif tag == "li":
            self.line = _item(self.document, self.style, self.numbering)
            self._justify(self.line)
        elif tag == "p":
            self.line = _line(self.document)
            self._justify(self.line)
            self.line.paragraph_format.first_line_indent = Mm(12.5)
        elif tag == "br" and self.line is not None:
            self.line.add_run().add_break()
        elif tag == "strong":
            self.bold = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"p", "li"}:
            self.line = None
        elif tag == "strong":
            self.bold = False

    def handle_data(self, data: str) -> None:
        if self.line is not None:
            self.line.add_run(_clean(data)).bold = self.bold or None

    def _justify(self, line: Paragraph) -> None:
        line.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        line.paragraph_format.space_after = Mm(2)


def _new_numbering(document: Document, style: str, *, start: int) -> int:
    """Begin a list of its own: with the style alone, numbers would run on from the last list."""
    numbering = document.part.numbering_part.element
    named: Any = document.styles[style]
    known = named.element.pPr.numPr.numId.val
    same: Any = numbering.num_having_numId(known)
    number = numbering.add_num(same.abstractNumId.val)
    number.add_lvlOverride(ilvl=0).add_startOverride(start)
    return int(number.numId)


def _item(document: Document, style: str, numbering: int) -> Paragraph:
    line = document.add_paragraph(style=style)
    properties = line._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = numbering
    return line


# -- small parts ------------------------------------------------------------------------------


def _line(place: Any, text: str = "") -> Paragraph:
    line: Paragraph = place.add_paragraph(_clean(text))
    return line


def _grid(document: Document, widths: Sequence[int], *, rows: int = 1) -> Table:
    """Lay a table out across the text; a width of 0 takes what the others leave."""
    total = _text_width(document.sections[-1])
    left = total - sum(Mm(width) for width in widths)
    table: Table = document.add_table(rows=rows, cols=len(widths))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    exact = [Mm(width) if width else Length(left) for width in widths]
    for column, width in zip(table.columns, exact, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, exact, strict=True):
            cell.width = width
    return table


def _fill(cell: _Cell, text: str, *, size: float | None = None, bold: bool = False) -> None:
    line = cell.paragraphs[0]
    run = line.add_run(_clean(text))
    run.bold = bold or None
    if size is not None:
        run.font.size, line.paragraph_format.line_spacing = Pt(size), 1.0


def _clean(text: str) -> str:
    """Leave out what XML cannot hold."""
    return _UNPRINTABLE.sub("", text)


def _property(text: str) -> str:
    return _clean(text)[:LONGEST_PROPERTY]


def _packed(document: Document) -> bytes:
    """Pack the file anew with one date for every part, which the package takes from the clock."""
    loose, packed = io.BytesIO(), io.BytesIO()
    document.save(loose)
    with (
        zipfile.ZipFile(loose) as parts,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for part in parts.infolist():
            entry = zipfile.ZipInfo(part.filename, date_time=MADE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, parts.read(part))
    return packed.getvalue()
