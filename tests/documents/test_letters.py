"""Does a letter hold what it must, and a draft nothing that makes it a letter?"""

import io
import json
import re

import pikepdf
import pytest

from requests_app.documents import letters, pages, papers
from tests.documents import gallery, samples


def text_of(pdf: bytes) -> str:
    return "\n".join(pages.page_texts(pdf))


def flat(text: str) -> str:
    """Undo the line breaks of a narrow cell."""
    return "".join(text.split())


def font_names(pdf: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {
            str(thing["/FontName"])
            for thing in document.objects
            if isinstance(thing, pikepdf.Dictionary) and "/FontName" in thing
        }


def drawn_codes(pdf: bytes) -> int:
    """Count the figures of the tagged file that are described as a QR code."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return sum(
            "Kode QR" in str(thing.get("/Alt", ""))
            for thing in document.objects
            if isinstance(thing, pikepdf.Dictionary)
        )


def embedded(pdf: bytes) -> bool:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        descriptors = [
            thing
            for thing in document.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor"
        ]
        return bool(descriptors) and all("/FontFile2" in one for one in descriptors)


def test_a_final_letter_has_number_date_name_code_and_kind_of_signature():
    text = text_of(letters.render_letter(samples.letter()))
    for part in (
        samples.NUMBER,
        "Contoh, 23 November 2026",
        "1 (satu) berkas",
        "Kepala Dinas Contoh",
        "KEPALA BADAN CONTOH,",
        "19680101 199403 2 001",
        samples.CODE,
        "tidak tersertifikasi",
    ):
        assert part in text
    assert "DRAF" not in text


def test_a_draft_has_the_word_and_neither_number_nor_date_nor_code():
    paper = samples.letter(draft=True)
    pdf = letters.render_letter(paper)
    text = text_of(pdf)
    assert all("DRAF" in page for page in pages.page_texts(pdf))
    assert "diisi saat ditandatangani" in text
    assert "2026" not in text
    assert samples.CODE not in text
    assert not drawn_codes(pdf)
    assert drawn_codes(letters.render_letter(samples.letter())) == 2


@pytest.mark.parametrize("missing", ["number", "letter_date", "verification", "signature_note"])
def test_a_final_letter_is_refused_without_each_mark(missing):
    with pytest.raises(papers.PaperIncomplete, match="needs"):
        samples.letter(**{missing: None})


def test_a_draft_is_refused_with_a_number():
    with pytest.raises(papers.PaperIncomplete, match="carries number"):
        samples.letter(draft=True, number=samples.NUMBER)


def test_a_letter_needs_an_addressee():
    with pytest.raises(papers.PaperIncomplete, match="addressee"):
        samples.letter(addressees=())


def test_the_annex_begins_on_a_page_of_its_own_and_repeats_its_header():
    pdf = letters.render_letter(samples.letter(items=(samples.ITEM,) * 60))
    texts = pages.page_texts(pdf)
    assert "Lampiran Surat" in texts[1]
    assert all("Definisi/rincian" in text for text in texts[1:-1])
    assert all(f"- {number} -" in text for number, text in enumerate(texts[1:], start=2))
    assert "- 1 -" not in texts[0]
    assert "CONTOH PEJABAT" in texts[-1]


@pytest.mark.parametrize("items", [1, 2, 8, 9, 60])
@pytest.mark.parametrize("addressees", [1, 40])
def test_each_annex_is_signed_once_where_it_ends_below_its_last_rows(items, addressees):
    """Tata naskah dinas: an annex is signed by who signs the letter, at its end, not per page."""
    paper = samples.letter(
        items=(samples.ITEM,) * items,
        addressees=tuple(letters.Addressee(title=f"Camat {n}") for n in range(addressees)),
    )
    pdf = letters.render_letter(paper)
    texts = pages.page_texts(pdf)
    heads = [place for place, text in enumerate(texts) if "\nDAFTAR" in text]
    ends = [place - 1 for place in heads] + [len(texts) - 1]  # the letter's own page, each annex
    signed = [place for place, text in enumerate(texts) if "CONTOH PEJABAT" in text]
    assert signed == ends
    assert "Organisasi yang tercatat" in texts[-1]
    assert drawn_codes(pdf) == len(ends) == (3 if addressees > 1 else 2)


def test_several_recipients_stand_on_a_list_and_the_annexes_take_roman_numerals():
    addressees = tuple(letters.Addressee(title=f"Camat Contoh {n}") for n in range(1, 7))
    text = text_of(letters.render_letter(samples.letter(addressees=addressees)))
    assert "(daftar terlampir)" in text
    assert "Lampiran I Surat" in text
    assert "Lampiran II Surat" in text
    assert "Camat Contoh 6" in text


def test_without_items_there_is_no_annex():
    paper = samples.letter(items=())
    assert paper.printed_annex == "-"
    assert pages.count_pages(letters.render_letter(paper)) == 1


def test_an_annex_text_of_the_office_is_kept():
    assert samples.letter(annex="2 (dua) lembar").printed_annex == "2 (dua) lembar"


def test_the_older_form_with_kepada_on_the_right_and_f4_paper_can_be_chosen():
    measures = papers.Measures(paper="F4", addressee_side="right", line_spacing="1.5")
    pdf = letters.render_letter(samples.letter(measures=measures, items=()))
    assert "Kepada" in text_of(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert float(document.pages[0].MediaBox[2]) == pytest.approx(215 / 25.4 * 72, abs=0.1)


@pytest.mark.parametrize("wrong", [{"paper": "A5"}, {"addressee_side": "middle"}])
def test_unknown_measures_are_refused(wrong):
    with pytest.raises(papers.PaperIncomplete):
        papers.Measures(**wrong)


def test_what_was_typed_is_printed_and_never_run():
    long_word = "W" * 300
    paper = samples.letter(
        subject=samples.STRANGE,
        body=(f"{samples.STRANGE}\n\n{long_word}",),
        cc=(samples.STRANGE,),
        items=(letters.AnnexItem(name=samples.STRANGE, definition=long_word),),
        addressees=(letters.Addressee(title=samples.STRANGE, place=samples.STRANGE),),
    )
    text = flat(text_of(letters.render_letter(paper)))
    assert text.count(flat(samples.STRANGE)) >= 5
    assert text.count(long_word) == 2


def test_only_our_faces_are_in_the_file_and_all_are_embedded():
    pdf = letters.render_letter(samples.letter(draft=True, body=("中文 عربي 😀 **tebal**",)))
    assert embedded(pdf)
    assert {name.partition("+")[2].removesuffix("-Bold") for name in font_names(pdf)} <= {
        "Liberation-Sans",
        "Liberation-Sans-Italic",
    }


def test_equal_papers_give_equal_bytes():
    assert letters.render_letter(samples.letter()) == letters.render_letter(samples.letter())


def test_the_file_is_tagged_pdf_a_in_indonesian_with_title_and_keywords():
    pdf = letters.render_letter(samples.letter(keywords="permohonan 7, sidik abc"))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.Root.Lang == "id"
        assert document.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in document.Root
        assert "/OutputIntents" in document.Root
        assert "/OpenAction" not in document.Root
        assert document.docinfo["/Title"] == "Permohonan Data dan Informasi"
        assert document.docinfo["/Keywords"] == "permohonan 7, sidik abc"
        with document.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "3"
            assert metadata["pdfaid:conformance"] == "A"


def test_nothing_invented_stands_in_an_empty_letterhead():
    text = text_of(letters.render_letter(samples.letter()))
    for label in ("Telepon", "Laman", "Pos-el", "Jalan"):
        assert label not in text


def test_the_contact_line_prints_what_is_known():
    kop = papers.Letterhead(
        government="PEMERINTAH KOTA CONTOH",
        office_lines=("DINAS CONTOH", "DAN CONTOH LAIN"),
        address="Jalan Contoh 1",
        email="surat@contoh.example",
    )
    text = text_of(letters.render_letter(samples.letter(letterhead=kop)))
    assert "Jalan Contoh 1, Pos-el surat@contoh.example" in text
    assert "Telepon" not in text


def test_a_letterhead_names_the_office_in_at_most_three_lines():
    with pytest.raises(papers.PaperIncomplete):
        papers.Letterhead(government="X", office_lines=("A", "B", "C", "D"))


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({}, ("KEPALA BADAN,",)),
        ({"prefix": "Plt."}, ("Plt. KEPALA BADAN,",)),
        ({"title_lines": ("KEPALA BADAN", "KOTA CONTOH,")}, ("KEPALA BADAN", "KOTA CONTOH,")),
        (
            {"on_behalf_lines": ("a.n. KEPALA", "SEKRETARIS", "u.b."), "title_lines": ("KABID",)},
            ("a.n. KEPALA,", "SEKRETARIS,", "u.b.", "KABID,"),
        ),
    ],
)
def test_titles_end_in_a_comma(changes, lines):
    values = {"title_lines": ("KEPALA BADAN",), "name": "Contoh"} | changes
    assert papers.Signatory(**values).lines == lines


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        (
            "KEPALA BADAN KESATUAN BANGSA DAN POLITIK",
            ("KEPALA BADAN KESATUAN", "BANGSA DAN POLITIK,"),
        ),
        ("KEPALA SUBBAGIAN PERENCANAAN DAN X", ("KEPALA SUBBAGIAN", "PERENCANAAN DAN X,")),
        ("X" * 60, ("X" * 60 + ",",)),
    ],
)
def test_a_long_title_breaks_into_even_lines_and_never_after_dan(title, lines):
    assert papers.Signatory(title_lines=(title,), name="Contoh").lines == lines


@pytest.mark.parametrize(
    ("markup", "html"),
    [
        ("a\n\nb", "<p>a</p>\n<p>b</p>"),
        ("a\r\nb", "<p>a<br>b</p>"),
        ("**a** & <b>", "<p><strong>a</strong> &amp; &lt;b&gt;</p>"),
        ("a ** b ** c", "<p>a ** b ** c</p>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("3) a", '<ol style="counter-reset: list-item 2"><li>a</li></ol>'),
        ("- a\n   lanjut\n- b", "<ul><li>a<br>lanjut</li><li>b</li></ul>"),
        ("buka:\n1. a", "<p>buka:</p>\n<ol><li>a</li></ol>"),
        ("", ""),
    ],
)
def test_light_markup(markup, html):
    assert papers.body_html(markup) == html


# -- for machines -----------------------------------------------------------------------------


def test_a_final_letter_carries_its_facts_for_machines():
    paper = samples.letter(content_hash="ab" * 32, classification="200.1.1", cc=("Wali Kota",))
    pdf = letters.render_letter(paper)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert list(document.attachments) == ["surat.json"]
        told = document.attachments["surat.json"]
        assert told.relationship == pikepdf.Name.Data
        assert told.get_file().mime_type == "application/json"
        assert len(document.Root.AF) == 1
        facts = json.loads(told.get_file().read_bytes())
    assert facts["number"] == samples.NUMBER
    assert facts["date"] == "2026-11-23"
    assert facts["subject"] == "Permohonan Data dan Informasi"
    assert facts["sender"]["signatory"]["nip"] == samples.SIGNATORY.nip
    assert facts["addressees"] == [{"title": "Kepala Dinas Contoh", "place": "Contoh"}]
    assert facts["items"][0]["name"] == samples.ITEM.name
    assert facts["hashes"]["content"] == "ab" * 32
    assert (facts["cc"], facts["classification"]) == (["Wali Kota"], "200.1.1")


def test_a_draft_and_an_archive_copy_carry_no_file():
    copy = letters.ArchiveCopy(letter=samples.letter(), initials=())
    for pdf in (
        letters.render_letter(samples.letter(draft=True)),
        letters.render_archive_copy(copy),
    ):
        with pikepdf.open(io.BytesIO(pdf)) as document:
            assert not document.attachments


# -- the office's look ------------------------------------------------------------------------


def test_a_paper_comes_back_from_what_was_kept_of_it():
    paper = gallery.letter(cc=("Wali Kota",), classification="200.1", annex="2 (dua) lembar")
    kept = json.loads(json.dumps(letters.as_plain(paper)))
    assert letters.from_plain(kept, crest=paper.letterhead.crest) == paper
    assert kept["letterhead"]["crest"]["sha256"] == gallery.crest().sha256
    draft = samples.letter(draft=True)
    assert letters.from_plain(letters.as_plain(draft), crest=None) == draft


def test_there_is_no_archive_copy_of_a_draft():
    with pytest.raises(papers.PaperIncomplete, match="draft"):
        letters.ArchiveCopy(letter=samples.letter(draft=True), initials=())


@pytest.mark.parametrize(
    ("paper", "width", "height"), [("A4", 210, 297), ("F4", 215, 330), ("F4-210", 210, 330)]
)
def test_a_sheet_has_its_size_upright_and_turned(paper, width, height):
    pdf = letters.render_letter(samples.letter(measures=papers.Measures(paper=paper)))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        sizes = [[float(side) * 25.4 / 72 for side in page.MediaBox[2:]] for page in document.pages]
    assert sizes[0] == pytest.approx([width, height], abs=0.1)
    assert sizes[1] == pytest.approx([height, width], abs=0.1)


def test_pages_are_numbered_where_the_office_numbers_them():
    for numbers in (True, False):
        measures = papers.Measures(numbers_pages=numbers)
        pdf = letters.render_letter(samples.letter(measures=measures))
        assert ("- 2 -" in pages.page_texts(pdf)[1]) is numbers


def test_a_letter_in_the_serif_face_holds_no_other():
    measures = papers.Measures(face="Liberation Serif", face_size=13)
    pdf = letters.render_letter(gallery.letter(measures=measures))
    assert {name.partition("+")[2].removesuffix("-Bold") for name in font_names(pdf)} == {
        "Liberation-Serif"
    }


def test_the_crest_is_described_and_its_absence_draws_nothing():
    def pictures(head):
        with pikepdf.open(io.BytesIO(letters.render_letter(samples.letter(letterhead=head)))) as it:
            return [str(one.get("/Alt")) for one in it.objects if "/Alt" in dict_of(one)]

    def dict_of(thing):
        return thing if isinstance(thing, pikepdf.Dictionary) else {}

    with_crest, without = pictures(gallery.kop()), pictures(gallery.kop(crest=None))
    assert sorted(set(with_crest) - set(without)) == ["Lambang Kota Contoh"]


# -- the annex --------------------------------------------------------------------------------


def test_each_page_of_an_annex_after_its_first_says_to_which_letter_it_belongs():
    paper = samples.letter(items=(samples.ITEM,) * 60, addressees=gallery.recipients(60))
    texts = pages.page_texts(letters.render_letter(paper))
    first = next(place for place, text in enumerate(texts) if "Lampiran II Surat" in text)
    for place, text in enumerate(texts[1:], start=1):
        annex = "Lampiran I" if place < first else "Lampiran II"
        assert f"{annex} Surat" in text
        assert samples.NUMBER in text
        assert text.count("Lampiran") == 1


def test_a_row_taller_than_a_page_loses_no_word_and_keeps_its_head():
    words = [f"kata{place:04d}" for place in range(450)]
    row = letters.AnnexItem(name="Contoh", definition=" ".join(words), remarks="W" * 300)
    pdf = letters.render_letter(samples.letter(items=(samples.ITEM, row, samples.ITEM)))
    texts = pages.page_texts(pdf)
    assert all("Definisi/rincian" in text for text in texts[1:])
    found = re.findall(r"kata\d{4}", "\n".join(texts))
    assert found == words
    assert flat("".join(texts)).count("W") >= 300


def test_300_items_are_all_there_each_once():
    items = tuple(letters.AnnexItem(name=f"Data-{place:03d}-x") for place in range(300))
    texts = pages.page_texts(letters.render_letter(samples.letter(items=items)))
    assert re.findall(r"Data-\d{3}-x", "\n".join(texts)) == [item.name for item in items]
