"""Papers and files that the tests of documents/ share; all people and offices are made up."""

import io
import zipfile
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pikepdf
from PIL import Image

from requests_app.documents import letters, papers, receipts, reports

CODE = "K7QM-4TXA-9P2D"
URL = f"https://sopdata.example.go.id/v/{CODE}/"
NUMBER = "200.1.1/12/2026"
STRANGE = "<script>alert(1)</script> {{ settings.SECRET_KEY }} {% debug %} Ébène Łódź"
MOMENT = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
KOP = papers.Letterhead(
    government="PEMERINTAH KOTA CONTOH", office_lines=("BADAN CONTOH BANGSA DAN POLITIK",)
)
SIGNATORY = papers.Signatory(
    title_lines=("KEPALA BADAN CONTOH",),
    name="Dra. CONTOH PEJABAT, M.Si.",
    rank="Pembina Utama Muda",
    nip="196801011994032001",
)
VERIFICATION = papers.Verification(url=URL, code=CODE)
NOTE = papers.own_signature_note(application="sopdata", url=URL)
FINAL = {"number": NUMBER, "verification": VERIFICATION, "signature_note": NOTE}
ITEM = letters.AnnexItem(
    name="Jumlah organisasi terdaftar",
    definition="Organisasi yang tercatat pada tanggal data",
    unit="organisasi",
    period="2025",
    coverage="Per kecamatan",
    format="XLSX",
    remarks="Wajib",
)
LETTER = receipts.LetterFacts(
    number=NUMBER,
    letter_date=date(2026, 11, 23),
    subject="Permohonan Data dan Informasi",
    sender="Badan Contoh",
)
FILE = receipts.ReceivedFile(
    name="ormas-2025.xlsx", size_bytes=2_516_582, rows=1234, sha256="9f86d081" * 8, item="Jumlah"
)


def letter(*, draft: bool = False, **changes: Any) -> letters.LetterPaper:
    values: dict[str, Any] = {
        "letterhead": KOP,
        "place": "Contoh",
        "subject": "Permohonan Data dan Informasi",
        "addressees": (letters.Addressee(title="Kepala Dinas Contoh", place="Contoh"),),
        "body": ("Dengan ini kami mohon **bantuan** Saudara.", "Demikian, terima kasih."),
        "signatory": SIGNATORY,
        "items": (ITEM,),
        "draft": draft,
    }
    if not draft:
        values |= {**FINAL, "letter_date": date(2026, 11, 23)}
    return letters.LetterPaper(**(values | changes))


def report(*, draft: bool = False, **changes: Any) -> reports.ReportPaper:
    values: dict[str, Any] = {
        "letterhead": KOP,
        "place": "Contoh",
        "subject": "untuk Peta Contoh",
        "signatory": SIGNATORY,
        "general": "Latar belakang.",
        "aims": "Maksud.",
        "scope": "Ruang lingkup.",
        "legal_basis": ("Undang-Undang Contoh;",),
        "letter": f"Surat Nomor {NUMBER}.",
        "draft": draft,
    }
    if not draft:
        values |= {**FINAL, "report_date": date(2026, 12, 21)}
    return reports.ReportPaper(**(values | changes))


def receipt_values() -> dict[str, Any]:
    return {
        "letterhead": KOP,
        "zone": "Asia/Jakarta",
        "verification": VERIFICATION,
        "note": papers.unsigned_note(application="sopdata", url=URL),
        "number": "TT-1/2026",
        "letter": LETTER,
        "owner": "Dinas Contoh",
    }


def pdf_file(change: Any = None, *, content: bytes | None = None, **save: Any) -> bytes:
    pdf = pikepdf.new()
    if content is None:
        pdf.add_blank_page()
    else:
        pdf.pages.extend(pikepdf.open(io.BytesIO(content)).pages)
    if change is not None:
        change(pdf)
    buffer = io.BytesIO()
    pdf.save(buffer, **save)
    return buffer.getvalue()


@cache
def signed_pdf(*, kind: str | None = "/Sig", content: bytes | None = None) -> bytes:
    """Lay a signature out as signing services do; its bytes are no real one, nobody checks them.

    It is laid over the pages of `content`, or an empty one.
    """

    def sign(pdf: pikepdf.Pdf) -> None:
        field = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Sig,
            T="Signature1",
            F=132,
            Rect=[0, 0, 0, 0],
            P=pdf.pages[0].obj,
        )
        if kind is not None:
            field.V = pdf.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name(kind),
                    Filter=pikepdf.Name("/Adobe.PPKLite"),
                    SubFilter=pikepdf.Name("/ETSI.CAdES.detached"),
                    ByteRange=[0, 100, 200, 300],
                    Contents=b"\x30\x80" + bytes(64),
                    M="D:20261123140500+07'00'",
                    Name="Kepala Contoh",
                )
            )
        field = pdf.make_indirect(field)
        pdf.pages[0].Annots = pdf.make_indirect(pikepdf.Array([field]))
        pdf.Root.AcroForm = pikepdf.Dictionary(SigFlags=3, Fields=[field])
        pdf.Root.DSS = pdf.make_indirect(pikepdf.Dictionary(Certs=[], OCSPs=[], CRLs=[]))

    return pdf_file(sign, content=content)


def zip_file(entries: dict[str, bytes], *, packed: bool = True) -> bytes:
    buffer = io.BytesIO()
    kind = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(buffer, "w", kind) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACRO_DOCUMENT = "application/vnd.ms-word.document.macroEnabled.main+xml"


def office_file(content_type: str, parts: dict[str, bytes]) -> bytes:
    types = f'<?xml version="1.0"?><Types><Override ContentType="{content_type}"/></Types>'
    return zip_file(
        {
            "[Content_Types].xml": types.encode(),
            "_rels/.rels": b'<?xml version="1.0"?><Relationships/>',
            **parts,
        }
    )


def xlsx_file(parts: dict[str, bytes] | None = None, *, rows: int = 3) -> bytes:
    cells = "".join(f"<row><c><v>{place}</v></c></row>" for place in range(rows))
    sheet = f"<worksheet><sheetData>{cells}<row/></sheetData></worksheet>"
    return office_file(
        SPREADSHEET,
        {"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": sheet.encode()}
        | (parts or {}),
    )


def docx_file(parts: dict[str, bytes] | None = None, *, kind: str = DOCUMENT) -> bytes:
    return office_file(kind, {"word/document.xml": b"<document/>"} | (parts or {}))


def image_file(picture_format: str = "PNG", size: tuple[int, int] = (4, 4)) -> bytes:
    buffer = io.BytesIO()
    Image.new("1" if picture_format == "PNG" else "RGB", size).save(buffer, picture_format)
    return buffer.getvalue()
