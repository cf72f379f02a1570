"""How is a report laid before the head? By a nota dinas, numbered, signed and frozen with it.

It is made of what the report says of itself; it falls with the report when that is sent back.
"""

from functools import partial
from typing import Final

from requests_app.documents import notes as paper
from requests_app.documents import wording
from requests_app.documents.papers import Verification, looks
from requests_app.models import DataRequest, NumberRegister, OfficialDocument
from requests_app.services import attempts, letters, numbers, papers, stationery
from requests_app.services.signing import Draft, Signing

FILE_NAME: Final = "nota-dinas-{nomor}.pdf"
ANNEX: Final = "1 (satu) berkas"


def draft_of(*, data_request: DataRequest, report: Draft, who: Signing, content_hash: str) -> Draft:
    """Reserve the number of the note that covers a report, and lay it down under it."""
    office = data_request.office
    title = f"Penyampaian {report.title}"
    letterhead = stationery.letterhead_of(office)
    measures = stationery.measures_of(office)
    signatory = stationery.signatory_of(office, who.signer)
    number = numbers.hold_for_signing(
        data_request=data_request,
        kind=NumberRegister.Kind.NOTE,
        dated=who.day(),
        actor=who.actor,
        at=who.at,
        entry=numbers.Entry(
            addressee=office.head_title,
            subject=title,
            annex=ANNEX,
            section=data_request.section,
            security=data_request.security_class,
        ),
    )
    code = papers.new_code()
    url = papers.verification_url(code)
    drawn = paper.NotePaper(
        letterhead=letterhead,
        measures=measures,
        addressee=office.head_title,
        sender=who.signer.printed_title,
        number=number.text,
        note_date=who.day(),
        urgency=letters.printed_urgency(data_request),
        annex=ANNEX,
        subject=title,
        body=_body(data_request, report),
        signatory=signatory,
        verification=Verification(url=url, code=code),
        signature_note=who.route.note(url=url),
        keywords=attempts.anchor_of(data_request, content_hash=content_hash, code=code),
    )
    return Draft(
        kind=OfficialDocument.Kind.NOTE,
        code=code,
        number=number,
        title=title,
        file_name=FILE_NAME.format(nomor=papers.plain(number.text)),
        settings_used=looks(letterhead=letterhead, measures=measures, signatory=signatory),
        typeset=partial(paper.render_note, drawn),
    )


def note_of(data_request: DataRequest) -> OfficialDocument | None:
    """Find the note of the report that lies before the head, or was accepted."""
    kind = OfficialDocument.Kind.NOTE
    return next((one for one in data_request.standing_papers() if one.kind == kind), None)


def _body(data_request: DataRequest, report: Draft) -> str:
    letter = data_request.signed_letter()
    based = ""
    if letter is not None:
        based = f" yang diterima atas surat Nomor {letter.number}"
        based += f" tanggal {wording.long_date(letter.dated)}"
    return (
        f"Bersama ini kami sampaikan {report.title} Nomor {report.number} tanggal "
        f"{wording.long_date(report.number.dated)}, sebagai pertanggungjawaban penggunaan data dan "
        f"informasi{based}.\n\n"
        "Kami mohon kiranya laporan dimaksud dapat diterima. Apabila terdapat hal yang perlu "
        "diperbaiki, kami mohon arahan lebih lanjut.\n\n"
        "Demikian kami sampaikan, atas perhatian Bapak/Ibu kami ucapkan terima kasih."
    )
