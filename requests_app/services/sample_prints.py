"""How would a letter look with the settings and words of now? A draft about nothing, to be seen."""

import re
from datetime import datetime
from typing import Final

from requests_app.documents import letters as paper
from requests_app.models import DataRequest, LetterTemplate, Office
from requests_app.services import letters, people, stationery

PURPOSE: Final = "mencoba cetak surat dengan tata naskah kantor"
BASIS: Final = "Undang-Undang Nomor 14 Tahun 2008 tentang Keterbukaan Informasi Publik"
ITEMS: Final = (
    paper.AnnexItem(
        name="Contoh nama data",
        definition="Contoh definisi atau rincian data yang dimohon",
        unit="orang",
        period="Januari–Juni 2026",
        coverage="Per kecamatan",
        format="XLSX",
        remarks="Bila tersedia",
    ),
    paper.AnnexItem(name="Contoh data kedua", unit="dokumen", period="2026", format="PDF"),
)


def sample_letter(
    *, office: Office, at: datetime, template: LetterTemplate | None = None
) -> paper.LetterPaper:
    """Compose a draft from an office's settings and a template, else the office's default one."""
    of_nothing = DataRequest(office=office, purpose=PURPOSE, legal_bases=[BASIS])
    text = letters.default_text(of_nothing)
    if template is not None:
        text = letters.LetterText(
            subject=letters.fill(template.subject, of_nothing),
            body=letters.fill(template.body, of_nothing),
        )
    return paper.LetterPaper(
        letterhead=stationery.letterhead_of(office),
        measures=stationery.measures_of(office),
        place=office.city,
        subject=text.subject,
        body=tuple(part for part in re.split(r"\n\s*\n", text.body) if part.strip()),
        addressees=(paper.Addressee(title="Kepala Dinas Contoh", place=office.city),),
        signatory=stationery.signatory_of(office, people.signatory_for(of_nothing, at=at)),
        items=ITEMS,
        cc=("Contoh tembusan",),
        draft=True,
    )


def print_sample(*, office: Office, at: datetime, template: LetterTemplate | None = None) -> bytes:
    """Make the sample as a PDF; it says DRAF on each page and has neither number nor code."""
    return paper.render_letter(sample_letter(office=office, at=at, template=template))
