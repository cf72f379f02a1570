"""How is a report laid before the head? By a nota dinas, numbered, signed and frozen with it.

It is made of what the report says of itself; it falls with the report when that is sent back.
"""

from datetime import date, datetime
from typing import Final

from requests_app.documents import notes as paper
from requests_app.documents import wording
from requests_app.documents.papers import Verification, looks, own_signature_note
from requests_app.models import DataRequest, NumberRegister, OfficialDocument, Position
from requests_app.services import letters, numbers, papers, stationery
from requests_app.sop.roles import Actor

FILE_NAME: Final = "nota-dinas-{nomor}.pdf"
ANNEX: Final = "1 (satu) berkas"


def freeze_note(
    *, report: OfficialDocument, signer: Position, actor: Actor, day: date, at: datetime
) -> OfficialDocument:
    """Freeze the note that covers a report, numbered and signed, in the caller's transaction."""
    data_request = report.data_request
    office = data_request.office
    title = f"Penyampaian {report.title}"
    letterhead = stationery.letterhead_of(office)
    measures = stationery.measures_of(office)
    signatory = stationery.signatory_of(office, signer)
    number = numbers.issue_number(
        office=office,
        kind=NumberRegister.Kind.NOTE,
        dated=day,
        actor=actor,
        at=at,
        data_request=data_request,
        entry=numbers.Entry(
            addressee=office.head_title,
            subject=title,
            annex=ANNEX,
            section=data_request.section,
            security=data_request.security_class,
        ),
    )

    def compose(code: str) -> paper.NotePaper:
        url = papers.verification_url(code)
        return paper.NotePaper(
            letterhead=letterhead,
            measures=measures,
            addressee=office.head_title,
            sender=signer.printed_title,
            number=number.text,
            note_date=day,
            urgency=letters.printed_urgency(data_request),
            annex=ANNEX,
            subject=title,
            body=_body(report),
            signatory=signatory,
            verification=Verification(url=url, code=code),
            signature_note=own_signature_note(application=letters.APPLICATION, url=url),
        )

    return papers.freeze(
        kind=OfficialDocument.Kind.NOTE,
        data_request=data_request,
        title=title,
        file_name=FILE_NAME.format(nomor=papers.plain(number.text)),
        at=at,
        render=lambda code: paper.render_note(compose(code)),
        number=number,
        signed_by=actor,
        settings_used=looks(letterhead=letterhead, measures=measures, signatory=signatory),
    )


def note_of(data_request: DataRequest) -> OfficialDocument | None:
    """Find the note of the report that lies before the head, or was accepted."""
    kind = OfficialDocument.Kind.NOTE
    return next((one for one in data_request.standing_papers() if one.kind == kind), None)


def _body(report: OfficialDocument) -> str:
    letter = report.data_request.signed_letter()
    based = ""
    if letter is not None:
        based = f" yang diterima atas surat Nomor {letter.number}"
        based += f" tanggal {wording.long_date(letter.dated)}"
    return (
        f"Bersama ini kami sampaikan {report.title} Nomor {report.number} tanggal "
        f"{wording.long_date(report.dated)}, sebagai pertanggungjawaban penggunaan data dan "
        f"informasi{based}.\n\n"
        "Kami mohon kiranya laporan dimaksud dapat diterima. Apabila terdapat hal yang perlu "
        "diperbaiki, kami mohon arahan lebih lanjut.\n\n"
        "Demikian kami sampaikan, atas perhatian Bapak/Ibu kami ucapkan terima kasih."
    )
