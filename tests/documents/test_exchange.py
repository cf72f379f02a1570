"""Does the file for the other system hold the letter, its tags and the office's sheet?"""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from PIL import Image

from requests_app.documents import exchange, letters, papers
from requests_app.documents.sniffing import Code, Kind, judge_file
from tests.documents import samples

ROOT = Path(__file__).resolve().parents[2]
LISTS = """Mohon **data** berikut:

1. organisasi **terdaftar**
2. organisasi tidak aktif

lalu

4. pengurus
- per kecamatan"""


def draft(**changes: Any) -> letters.LetterPaper:
    return samples.letter(draft=True, **changes)


def opened(paper: letters.LetterPaper) -> Document:
    return docx.Document(io.BytesIO(exchange.draft_docx(paper)))


def part(paper: letters.LetterPaper, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(exchange.draft_docx(paper))) as archive:
        return archive.read(name).decode()


def texts(document: Document) -> list[str]:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [line.text for line in document.paragraphs] + cells


def runs(document: Document) -> list[str]:
    return [node.text or "" for node in document.element.iter(qn("w:t"))]


def test_equal_letters_give_equal_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = exchange.draft_docx(draft())
    monkeypatch.setattr("time.localtime", lambda *_now: (2031, 2, 3, 4, 5, 6, 0, 0, 0))
    assert exchange.draft_docx(draft()) == first
    assert exchange.draft_docx(draft(subject="Hal lain")) != first


def test_every_tag_stands_in_a_run_of_its_own_where_the_other_system_looks_for_it() -> None:
    found = runs(opened(draft()))
    assert all(found.count(tag) >= 1 for tag in exchange.TAGS)
    assert all(text in exchange.TAGS for text in found if "${" in text)
    # letter and annex are signed by the same official
    assert found.count(exchange.SIGNATURE) == 2
    assert found.count(exchange.SUBJECT) == 1


def test_what_the_other_system_gives_out_is_not_written() -> None:
    paper = draft(urgency="Sangat Segera")
    written = "\n".join(texts(opened(paper)))
    for ours in (paper.subject, "Sangat Segera", samples.SIGNATORY.name, "196801011994032001"):
        assert ours not in written
    assert "DRAF" not in written


def test_kop_addressees_body_and_copies_are_the_letter_s() -> None:
    head = replace(samples.KOP, address="Jalan Contoh 1", phone="0285 123")
    paper = draft(letterhead=head, cc=("Wali Kota Contoh", "Sekretaris Daerah"))
    written = texts(opened(paper))
    assert written[0] == "PEMERINTAH KOTA CONTOH"
    assert "Jalan Contoh 1, Telepon 0285 123" in written
    assert "Yth. Kepala Dinas Contoh" in written
    assert "di Contoh" in written
    assert "Dengan ini kami mohon bantuan Saudara." in written
    assert "Wali Kota Contoh" in written
    assert "1 (satu) berkas" in written


def test_the_kop_ends_in_a_double_rule_and_is_written_three_to_four() -> None:
    document = opened(draft())
    sizes = [line.runs[0].font.size.pt for line in document.paragraphs[:2]]
    assert sizes == [13.5, 18]
    rule = document.paragraphs[1]._p.find(f".//{qn('w:pBdr')}/{qn('w:bottom')}")
    assert rule.get(qn("w:val")) == "thickThinSmallGap"


def test_a_crest_stands_in_the_kop() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 46), "navy").save(picture, "PNG")
    crest = papers.Crest(content=picture.getvalue(), mime="image/png", alt="Lambang")
    document = opened(draft(letterhead=replace(samples.KOP, crest=crest)))
    assert len(document.inline_shapes) == 1
    assert "PEMERINTAH KOTA CONTOH" in document.tables[0].rows[0].cells[1].text


def test_light_markup_becomes_paragraphs_bold_and_lists() -> None:
    document = opened(draft(body=(LISTS,)))
    lines = {line.text: line for line in document.paragraphs}
    assert [run.bold for run in lines["Mohon data berikut:"].runs] == [None, True, None]
    assert lines["organisasi terdaftar"].style.name == "List Number"
    assert lines["per kecamatan"].style.name == "List Bullet"
    assert "**" not in "".join(texts(document))


def test_every_list_counts_from_its_own_number() -> None:
    document = opened(draft(body=(LISTS,)))
    numbering = document.part.numbering_part.element
    lists = []
    for text in ("organisasi terdaftar", "organisasi tidak aktif", "pengurus"):
        line = next(one for one in document.paragraphs if one.text == text)
        lists.append(line._p.pPr.numPr.numId.val)
    starts = {
        num.numId: num.find(f".//{qn('w:startOverride')}").get(qn("w:val"))
        for num in numbering.num_lst
        if num.numId in lists
    }
    assert lists[0] == lists[1] != lists[2]
    assert [starts[lists[0]], starts[lists[2]]] == ["1", "4"]


def test_strange_text_is_written_as_it_was_typed() -> None:
    odd = "\x0b".join(["Nama", samples.STRANGE, "مرحبا", "🦉", "x" * 400])
    item = replace(samples.ITEM, name=odd, definition=samples.STRANGE * 40)
    document = opened(draft(body=(samples.STRANGE,), items=(item,), subject=odd))
    written = "\n".join(texts(document))
    assert samples.STRANGE in written
    assert "مرحبا🦉" in written
    assert "script" not in [node.tag.rpartition("}")[2] for node in document.element.iter()]


def test_several_addressees_get_a_list_of_their_own() -> None:
    many = tuple(letters.Addressee(title=f"Kepala Dinas {n}", place="Contoh") for n in range(40))
    document = opened(draft(addressees=many))
    written = texts(document)
    assert "Yth. (daftar terlampir)" in written
    assert "Lampiran I Surat" in written
    assert "Lampiran II Surat" in written
    receivers = document.tables[1]
    assert len(receivers.rows) == 41
    assert [cell.text for cell in receivers.rows[40].cells] == ["40", "Kepala Dinas 39", "Contoh"]


@pytest.mark.parametrize("count", [1, 300])
def test_an_annex_repeats_its_head_on_every_page(count: int) -> None:
    table = opened(draft(items=(samples.ITEM,) * count)).tables[-1]
    assert len(table.rows) == count + 1
    assert [cell.text for cell in table.rows[0].cells][:3] == [
        "No.",
        "Nama data",
        "Definisi/rincian",
    ]
    heads = [bool(row._tr.xpath("./w:trPr/w:tblHeader")) for row in table.rows]
    assert heads == [True, *[False] * count]
    assert table.rows[count].cells[0].text == str(count)


@pytest.mark.parametrize(
    ("paper", "millimetres"), [("A4", (210, 297)), ("F4", (215, 330)), ("F4-210", (210, 330))]
)
def test_sheet_and_margins_are_the_office_s(paper: str, millimetres: tuple[int, int]) -> None:
    measures = papers.Measures(paper=paper, top_mm=25, left_mm=35)
    upright, turned = opened(draft(measures=measures)).sections
    assert (round(upright.page_width.mm), round(upright.page_height.mm)) == millimetres
    assert (round(turned.page_height.mm), round(turned.page_width.mm)) == millimetres
    assert turned.orientation == WD_ORIENT.LANDSCAPE
    for section in (upright, turned):
        edges = (section.top_margin, section.right_margin, section.bottom_margin)
        assert [round(edge.mm) for edge in (*edges, section.left_margin)] == [25, 20, 25, 35]


@pytest.mark.parametrize(
    ("face", "named"), [("Liberation Sans", "Arial"), ("Liberation Serif", "Times New Roman")]
)
def test_the_face_is_the_word_processor_s_own(face: str, named: str) -> None:
    paper = draft(measures=papers.Measures(face=face, face_size=11))
    normal = opened(paper).styles["Normal"]
    assert (normal.font.name, normal.font.size.pt) == (named, 11)
    styles = part(paper, "word/styles.xml")
    before = styles.partition('w:styleId="Normal"')[2].partition("</w:style>")[0]
    assert "Theme" not in before
    assert re.search(r'w:lang w:val="id-ID"', before)
    assert set(exchange.FACES) == set(papers.FACES)


def test_pages_are_numbered_from_the_second_on() -> None:
    first = opened(draft()).sections[0]
    assert first.different_first_page_header_footer
    assert "PAGE" in first.header.paragraphs[0]._p.xml
    unnumbered = opened(draft(measures=papers.Measures(numbers_pages=False)))
    assert all(section.header.is_linked_to_previous for section in unnumbered.sections)


def test_the_file_claims_no_date_and_no_maker() -> None:
    core = part(draft(), "docProps/core.xml")
    assert "python-docx" not in core
    assert "dcterms" not in core.partition(">")[2].partition(">")[2]
    with zipfile.ZipFile(io.BytesIO(exchange.draft_docx(draft()))) as archive:
        assert not [name for name in archive.namelist() if "thumbnail" in name]
        assert {entry.date_time for entry in archive.infolist()} == {exchange.MADE}


def test_our_own_judge_lets_the_file_in() -> None:
    verdict = judge_file(exchange.draft_docx(draft()), name="surat.docx")
    assert (verdict.ok, verdict.kind) == (True, Kind.DOCX), verdict.sentence


def test_the_tags_are_documented() -> None:
    told = (ROOT / "docs" / "papers.md").read_text()
    assert set(re.findall(r"\$\{\w+\}", told)) == set(exchange.TAGS)


# -- what comes back --------------------------------------------------------------------------


def test_a_signature_is_found_and_let_in() -> None:
    signed = samples.signed_pdf()
    assert exchange.count_signatures(signed) == 1
    verdict = judge_file(signed, name="surat.pdf", allowed=(Kind.PDF,))
    assert verdict.ok, verdict.sentence


def test_what_is_signed_and_runs_is_held_all_the_same() -> None:
    with pikepdf.open(io.BytesIO(samples.signed_pdf())) as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        stream = io.BytesIO()
        pdf.save(stream)
    verdict = judge_file(stream.getvalue(), name="surat.pdf", allowed=(Kind.PDF,))
    assert verdict.code is Code.HELD


@pytest.mark.parametrize("kind", [None, "/DocTimeStamp"])
def test_neither_an_empty_field_nor_a_time_stamp_is_a_signature(kind: str | None) -> None:
    assert exchange.count_signatures(samples.signed_pdf(kind=kind)) == 0


def test_a_scan_carries_none() -> None:
    assert exchange.count_signatures(samples.pdf_file()) == 0
