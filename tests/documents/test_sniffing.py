"""Are good files let in and hostile ones refused by name, each with its sentence?"""

import hashlib
import io
import json
import zipfile

import pikepdf
import pytest
from PIL import ImageFile

from requests_app.documents import sniffing
from requests_app.documents.letters import render_letter
from requests_app.documents.rows import count_rows
from requests_app.documents.sniffing import Code, Kind, Limits, clean_file_name, judge_file
from tests.documents import samples

PE = (
    b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00"
    + b"\x00" * 44
    + (b"\x80\x00\x00\x00" + b"\x00" * 64 + b"PE\x00\x00\x4c\x01" + b"\x00" * 200)
)
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
PNG_HEAD = b"\x89PNG\r\n\x1a\n"

GOOD = {
    "surat.pdf": samples.pdf_file(),
    "SURAT.PDF": samples.pdf_file() + b"\r\n",
    "data.xlsx": samples.xlsx_file(),
    "teks.docx": samples.docx_file(),
    "data.csv": "nama;jumlah\nÉbène;1\n".encode(),
    "bom.csv": "\ufeffnama,jumlah\na,1\n".encode(),
    "lama.csv": "nama;jumlah\nÉbène;1\n".encode("cp1252"),
    "data.json": json.dumps({"a": [1, {"b": None}]}).encode(),
    "peta.png": samples.image_file("PNG"),
    "foto.jpg": samples.image_file("JPEG"),
    "foto.jpeg": samples.image_file("JPEG"),
    "semua.zip": samples.zip_file({"a/data.csv": b"a,b\n1,2\n", "b.pdf": samples.pdf_file()}),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_files_come_in(name):
    verdict = judge_file(GOOD[name], name=name)
    assert (verdict.ok, verdict.code, verdict.sentence) == (True, Code.OK, "")
    assert verdict.mime == sniffing.MIME[verdict.kind]


def script(pdf):
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def launch(pdf):
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
    pdf.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=action)])


def attachment(pdf):
    pdf.attachments["x.exe"] = PE


def page_action(pdf):
    pdf.pages[0].AA = pikepdf.Dictionary(
        O=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org")
    )


def chained_action(pdf):
    pdf.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.GoTo, Next=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="x")
    )


def deep(pdf):
    nest = pikepdf.Array([])
    for _ in range(40):
        nest = pikepdf.Array([nest])
    pdf.Root.Nest = nest


def locked(pdf):
    """Nothing to change; the save locks it."""


def bomb() -> bytes:
    return samples.zip_file({f"{n}.csv": b"0" * (40 * 1024 * 1024) for n in range(2)})


def lying_header() -> bytes:
    """An archive whose directory declares one byte for a member of a thousand."""
    honest = samples.zip_file({"a.csv": b"a" * 1000}, packed=False)
    at = honest.rfind(b"PK\x01\x02") + 24
    return honest[:at] + (1).to_bytes(4, "little") + honest[at + 4 :]


def with_entry(name: str, *, attributes: int = 0, twice: bool = False) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = attributes
        archive.writestr(entry, b"a,b\n1,2\n")
        if twice:
            archive.writestr(zipfile.ZipInfo(name.upper()), b"a,b\n")
    return buffer.getvalue()


def flagged_as_locked() -> bytes:
    plain = bytearray(samples.zip_file({"a.csv": b"a,b\n"}))
    plain[6] |= 1
    plain[plain.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(plain)


OUTSIDE_RELATION = (
    b'<Relationships><Relationship Type="http://x/attachedTemplate" '
    b'Target="https://example.org/x.dotm" TargetMode="External"/></Relationships>'
)
LINK_RELATION = OUTSIDE_RELATION.replace(b"attachedTemplate", b"hyperlink")
XML_BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'

BAD = {
    "empty": ("kosong.pdf", b"", Code.EMPTY),
    "executable": ("hitung.exe", PE, Code.DISALLOWED),
    "no extension": ("berkas", b"a,b\n", Code.DISALLOWED),
    "old excel": ("lama.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, Code.DISALLOWED),
    "page": ("laman.html", HTML, Code.DISALLOWED),
    "drawing": ("gambar.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", Code.DISALLOWED),
    "executable as pdf": ("surat.pdf", PE, Code.MISMATCH),
    "executable as xlsx": ("data.xlsx", PE, Code.MISMATCH),
    "executable as csv": ("data.csv", PE, Code.MISMATCH),
    "page as pdf": ("surat.pdf", HTML, Code.MISMATCH),
    "page as csv": ("data.csv", HTML, Code.MISMATCH),
    "shell as csv": ("data.csv", b"#!/bin/sh\nrm -rf /\n", Code.MISMATCH),
    "page as jpg": ("foto.jpg", HTML, Code.MISMATCH),
    "png as jpg": ("foto.jpg", samples.image_file("PNG"), Code.MISMATCH),
    "zip as docx": ("teks.docx", samples.zip_file({"a.csv": b"a"}), Code.MISMATCH),
    "docx as xlsx": ("data.xlsx", samples.docx_file(), Code.MISMATCH),
    "docm as docx": ("teks.docx", samples.docx_file(kind=samples.MACRO_DOCUMENT), Code.MISMATCH),
    "macro beside": ("teks.docx", samples.docx_file({"word/vbaProject.bin": b"x"}), Code.HELD),
    "activex": ("data.xlsx", samples.xlsx_file({"xl/activeX/a.bin": b"x"}), Code.HELD),
    "outside book": (
        "data.xlsx",
        samples.xlsx_file({"xl/externalLinks/externalLink1.xml": b"<x/>"}),
        Code.HELD,
    ),
    "embedded object": ("teks.docx", samples.docx_file({"word/embeddings/o.bin": PE}), Code.HELD),
    "remote template": (
        "teks.docx",
        samples.docx_file({"word/_rels/settings.xml.rels": OUTSIDE_RELATION}),
        Code.HELD,
    ),
    "truncated pdf": ("surat.pdf", samples.pdf_file()[:200], Code.UNREADABLE),
    "pdf words only": ("surat.pdf", b"%PDF-1.7\n%%EOF", Code.UNREADABLE),
    "pdf with zip tail": (
        "surat.pdf",
        samples.pdf_file() + samples.zip_file({"a.csv": b"a"}),
        Code.MISMATCH,
    ),
    "pdf with page tail": ("surat.pdf", samples.pdf_file() + HTML, Code.HELD),
    "pdf with script": ("surat.pdf", samples.pdf_file(script), Code.HELD),
    "pdf that launches": ("surat.pdf", samples.pdf_file(launch), Code.HELD),
    "pdf with attachment": ("surat.pdf", samples.pdf_file(attachment), Code.HELD),
    "pdf with page action": ("surat.pdf", samples.pdf_file(page_action), Code.HELD),
    "pdf with chained action": ("surat.pdf", samples.pdf_file(chained_action), Code.HELD),
    "pdf nested deep": ("surat.pdf", samples.pdf_file(deep), Code.UNREADABLE),
    "locked pdf": (
        "surat.pdf",
        samples.pdf_file(locked, encryption=pikepdf.Encryption(user="a", owner="b")),
        Code.LOCKED,
    ),
    "pdf locked for printing": (
        "surat.pdf",
        samples.pdf_file(locked, encryption=pikepdf.Encryption(user="", owner="b")),
        Code.LOCKED,
    ),
    "csv with NUL": ("data.csv", b"a,b\n1,\x002\n", Code.UNREADABLE),
    "csv in UTF-16": ("data.csv", "a,b\n1,2\n".encode("utf-16"), Code.UNREADABLE),
    "csv of no charset": ("data.csv", b"nama,jumlah\n\x81\x8d,1\n", Code.UNREADABLE),
    "csv of blanks": ("data.csv", b" \n \n", Code.EMPTY),
    "json nested": ("data.json", b"[" * 60 + b"]" * 60, Code.UNREADABLE),
    "json nested beyond the stack": ("data.json", b"[" * 200_000, Code.UNREADABLE),
    "json broken": ("data.json", b'{"a": 1', Code.UNREADABLE),
    "png head, page behind": ("peta.png", PNG_HEAD + HTML, Code.MISMATCH),
    "png cut": ("peta.png", samples.image_file("PNG", (300, 300))[:60], Code.UNREADABLE),
    "jpg cut": ("foto.jpg", samples.image_file("JPEG", (300, 300))[:700], Code.UNREADABLE),
    "png with zip tail": (
        "peta.png",
        samples.image_file("PNG") + samples.zip_file({"a.csv": b"a"}),
        Code.MISMATCH,
    ),
    "zip bomb": ("semua.zip", bomb(), Code.ARCHIVE),
    "lying zip": ("semua.zip", lying_header(), Code.UNREADABLE),
    "zip that climbs": ("semua.zip", with_entry("../a.csv"), Code.ARCHIVE),
    "zip from the root": ("semua.zip", with_entry("/etc/a.csv"), Code.ARCHIVE),
    "zip with drive": ("semua.zip", with_entry("C:a.csv"), Code.ARCHIVE),
    "zip with link": ("semua.zip", with_entry("a.csv", attributes=0o120777 << 16), Code.ARCHIVE),
    "zip with twins": ("semua.zip", with_entry("a.csv", twice=True), Code.ARCHIVE),
    "locked zip": ("semua.zip", flagged_as_locked(), Code.LOCKED),
    "zip in zip": (
        "semua.zip",
        samples.zip_file({"b.zip": samples.zip_file({"a.csv": b"a"})}),
        Code.DISALLOWED,
    ),
    "exe in zip": ("semua.zip", samples.zip_file({"a/hitung.exe": PE}), Code.DISALLOWED),
    "zip of nothing": ("semua.zip", samples.zip_file({"a/": b""}), Code.EMPTY),
    "broken zip": ("semua.zip", samples.zip_file({"a.csv": b"a" * 99})[:60], Code.UNREADABLE),
}


@pytest.mark.parametrize("case", BAD)
def test_hostile_and_broken_files_are_refused_by_name(case):
    name, content, code = BAD[case]
    verdict = judge_file(content, name=name)
    assert (verdict.ok, verdict.code) == (False, code)
    assert name in verdict.sentence


def test_the_refusal_inside_an_archive_names_both():
    verdict = judge_file(samples.zip_file({"a/hitung.exe": PE}), name="semua.zip")
    assert verdict.sentence.startswith("Isi semua.zip tidak diterima: hitung.exe tidak diterima.")


def test_a_plain_jump_to_a_page_is_no_action():
    def jump(pdf):
        pdf.Root.OpenAction = pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit])

    def go(pdf):
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.GoTo, D="x")

    assert judge_file(samples.pdf_file(jump), name="a.pdf").ok
    assert judge_file(samples.pdf_file(go), name="a.pdf").ok


def test_a_hyperlink_in_a_document_is_no_danger():
    content = samples.docx_file({"word/_rels/document.xml.rels": LINK_RELATION})
    assert judge_file(content, name="a.docx").ok


def test_a_cut_picture_is_refused_although_weasyprint_accepts_them(monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    name, content, code = BAD["jpg cut"]
    assert judge_file(content, name=name).code is code


def test_our_own_letter_would_be_let_in_with_the_data_it_carries():
    assert judge_file(render_letter(samples.letter()), name="surat.pdf").ok


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("data.json", b"{broken"),
        ("data.json", PE),
        ("data.csv", b"<html><script>alert(1)</script></html>"),
        ("data.pdf", b"%PDF-1.7"),
        ("data.json", b'"%s"' % hashlib.shake_256(b"data").hexdigest(200_000).encode()),
    ],
    ids=["broken", "a program", "a page", "another kind", "too large"],
)
def test_a_pdf_with_anything_but_plain_data_inside_is_held(name, inside):
    def carrying(pdf):
        pdf.attachments[name] = inside

    verdict = judge_file(samples.pdf_file(carrying), name="surat.pdf")
    assert verdict.code is Code.HELD


def test_the_sentence_of_an_oversized_file_tells_both_sizes():
    verdict = judge_file(b"a" * 2048, name="data.csv", limits=Limits(file_bytes=1024))
    assert verdict.code is Code.TOO_LARGE
    assert verdict.sentence == (
        "data.csv berukuran 2 kB; batasnya 1 kB. Bagi berkas atau kirim sebagai ZIP."
    )


def test_a_page_may_allow_fewer_kinds_and_the_sentence_names_them():
    verdict = judge_file(GOOD["data.csv"], name="data.csv", allowed=(Kind.PDF, Kind.XLSX))
    assert verdict.sentence == "data.csv tidak diterima. Gunakan PDF atau XLSX."
    assert sniffing.kinds_in_words((Kind.PDF,)) == "PDF"
    assert sniffing.kinds_in_words((Kind.PDF, Kind.CSV, Kind.ZIP)) == "PDF, CSV, atau ZIP"


@pytest.mark.parametrize(
    ("limits", "content", "name"),
    [
        (Limits(image_pixels=10), samples.image_file("PNG"), "a.png"),
        (Limits(json_brackets=3), b"[[[[]]]]", "a.json"),
        (Limits(pdf_objects=1), samples.pdf_file(), "a.pdf"),
        (Limits(archive_entries=1), GOOD["semua.zip"], "a.zip"),
        (Limits(archive_bytes=10), GOOD["semua.zip"], "a.zip"),
    ],
)
def test_each_limit_holds(limits, content, name):
    assert not judge_file(content, name=name, limits=limits).ok


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("data.csv", "data.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Data\\x.csv", "x.csv"),
        ("  a \t\n b .csv ", "a b .csv"),
        ("lap\u202efdp.exe", "lapfdp.exe"),
        ("e\u0301.csv", "é.csv"),
        ("\u200b\u0007", "berkas"),
        (".htaccess", "htaccess"),
        ("", "berkas"),
        ("x" * 300 + ".csv", "x" * 146 + ".csv"),
        ("x." + "y" * 300, "x." + "y" * 148),
    ],
)
def test_file_names_are_cleaned(name, kept):
    assert clean_file_name(name) == kept


@pytest.mark.parametrize(
    ("kind", "content", "rows"),
    [
        (Kind.CSV, b'a,b\n1,"x\ny"\n\n2,3\n', 2),
        (Kind.CSV, "a;b\né;1\n".encode("cp1252"), 1),
        (Kind.CSV, b"", 0),
        (Kind.XLSX, samples.xlsx_file(rows=3), 2),
        (Kind.XLSX, samples.xlsx_file({"xl/worksheets/sheet2.xml": XML_BOMB}), None),
        (Kind.XLSX, b"no archive", None),
        (Kind.PDF, samples.pdf_file(), None),
    ],
)
def test_rows_are_counted_where_they_can_be(kind, content, rows):
    assert count_rows(content, kind=kind) == rows
