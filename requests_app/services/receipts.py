"""Which paper proves each hand-over between an owner and the office?

Every deed of an owner leaves a numbered receipt, frozen in the deed's own transaction and sent to
the address in the directory (never to one the visitor has typed).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from requests_app.documents import papers as paper
from requests_app.documents import receipts, wording
from requests_app.models import (
    BehalfRecord,
    DataFile,
    ItemAnswer,
    LetterNumber,
    NumberRegister,
    OfficialDocument,
    Recipient,
    RegisterEntry,
)
from requests_app.services import notices, numbers, papers, stationery
from requests_app.services.answers import ItemSheet, Sheet
from requests_app.services.letters import APPLICATION
from requests_app.sop.roles import Actor, Capacity

BY_LINK: Final = "Tautan khusus pemilik data"
SHOWN_OF_A_HASH: Final = 16
"""Enough to tell one file from another; the whole stands on the record."""
Render = Callable[[Any], bytes]


def make_letter_receipt(*, recipient: Recipient, actor: Actor, at: datetime) -> OfficialDocument:
    """SOP row 7: the receipt of the letter; a deemed one says that it is deemed."""
    number = _number(recipient, actor, at)
    way = _way(recipient, "receive_letter", actor)

    def render(code: str) -> bytes:
        return receipts.render_letter_receipt(
            receipts.LetterReceipt(
                **_shared(recipient, code),
                number=number.text,
                letter=letter_facts(recipient),
                owner=recipient.data_owner.name,
                received_at=recipient.received_at or at,
                manner=receipts.Manner(recipient.received_how),
                person=_person(recipient),
                **way,
            )
        )

    return _freeze(recipient, OfficialDocument.Kind.LETTER_RECEIPT, number, at, render)


def make_data_receipt(
    *, recipient: Recipient, sheet: Sheet, actor: Actor, at: datetime
) -> OfficialDocument:
    """SOP row 7b: the receipt of the data, each file with its size and SHA-256."""
    number = _number(recipient, actor, at)
    delivery = sheet.delivery
    given = [one for one in sheet.items if one.answer is not None]
    is_supplement = delivery is not None and delivery.is_supplement
    way = _way(recipient, "deliver_supplement" if is_supplement else "process_request", actor)

    def render(code: str) -> bytes:
        return receipts.render_data_receipt(
            receipts.DataReceipt(
                **_shared(recipient, code),
                number=number.text,
                letter=letter_facts(recipient),
                owner=recipient.data_owner.name,
                delivered_at=at,
                files=received_files(sheet),
                person=_sender(recipient, actor),
                online_answers=sum(len(one.filled) for one in given),
                refusals=tuple(_refusal(one) for one in given if not _is_whole(one)),
                owner_letter="" if delivery is None else owner_letter_of(delivery),
                owner_note="" if delivery is None else delivery.note,
                is_supplement=is_supplement,
                **way,
            )
        )

    return _freeze(recipient, OfficialDocument.Kind.DATA_RECEIPT, number, at, render)


def make_decline_receipt(*, recipient: Recipient, actor: Actor, at: datetime) -> OfficialDocument:
    """Prove that the owner has answered: nothing of what was asked can be given."""
    number = _number(recipient, actor, at)
    refusals = tuple(
        receipts.ItemRefusal(
            item=item.name, ground=recipient.decline_ground, reason=recipient.end_reason
        )
        for item in recipient.asked_items()
    )
    way = _way(recipient, "decline", actor)
    letter = recipient.decline_letter

    def render(code: str) -> bytes:
        return receipts.render_decline_receipt(
            receipts.DeclineReceipt(
                **_shared(recipient, code),
                number=number.text,
                letter=letter_facts(recipient),
                owner=recipient.data_owner.name,
                declined_at=at,
                refusals=refusals,
                person=_sender(recipient, actor),
                owner_letter="" if letter is None else _named_with_hash(letter),
                **way,
            )
        )

    return _freeze(recipient, OfficialDocument.Kind.DECLINE_RECEIPT, number, at, render)


def make_intake_record(
    *, recipient: Recipient, entry: RegisterEntry, sheet: Sheet, at: datetime
) -> OfficialDocument:
    """SOP row 9: the printable form of one entry of the register, under the entry's own number."""
    delivery = entry.delivery

    def render(code: str) -> bytes:
        return receipts.render_intake_record(
            receipts.IntakeRecord(
                **_shared(recipient, code),
                number=entry.number.text,
                letter=letter_facts(recipient),
                owner=entry.origin,
                recorded_at=entry.recorded_at,
                received_at=delivery.sent_at or entry.recorded_at,
                data_kind=entry.data,
                form_and_amount=entry.form_and_amount,
                receiver=entry.received_by,
                recorded_by=entry.received_by,
                storage_place=entry.kept_at,
                security_class=entry.security_class,
                remarks=entry.remarks,
                owner_letter=owner_letter_of(delivery),
                files=received_files(sheet),
            )
        )

    return papers.freeze(
        kind=OfficialDocument.Kind.RECORD,
        data_request=recipient.data_request,
        recipient=recipient,
        number=entry.number,
        title=f"Catatan penerimaan data dari {entry.origin}"[:300],
        file_name=_file_name("catatan-penerimaan", entry.number),
        at=at,
        render=render,
    )


def letter_facts(recipient: Recipient) -> receipts.LetterFacts:
    """Name the letter that a receipt speaks of; it exists since row 5."""
    document = recipient.signed_letter()
    if document is None:
        raise LookupError("There is no receipt without a signed letter.")
    return receipts.LetterFacts(
        number=str(document.number),
        letter_date=document.dated,
        subject=document.title,
        sender=recipient.office.name,
    )


def received_files(sheet: Sheet) -> tuple[receipts.ReceivedFile, ...]:
    """List the files of a delivery with the item they were given for."""
    return tuple(_received(file, one) for one in sheet.items for file in one.files)


def owner_letter_of(delivery: Any) -> str:
    """Name the owner's own letter, where one came along."""
    if not delivery.owner_letter_number:
        return ""
    if delivery.owner_letter_date is None:
        return str(delivery.owner_letter_number)
    dated = wording.long_date(delivery.owner_letter_date)
    return f"{delivery.owner_letter_number} tanggal {dated}"


def _received(file: DataFile, one: ItemSheet) -> receipts.ReceivedFile:
    return receipts.ReceivedFile(
        name=file.name,
        size_bytes=file.size,
        sha256=file.sha256,
        rows=file.rows,
        item=one.item.name,
    )


def _is_whole(one: ItemSheet) -> bool:
    return one.answer is None or one.answer.availability in {
        ItemAnswer.Availability.AVAILABLE,
        "",
    }


def _refusal(one: ItemSheet) -> receipts.ItemRefusal:
    if one.answer is None:
        raise LookupError("Only an answered item can be refused.")
    ground, promised_on = one.answer.ground, one.answer.promised_on
    is_partial = one.answer.availability == ItemAnswer.Availability.PARTIAL
    if is_partial:
        ground = "Diberikan sebagian"
        if promised_on is not None:
            ground += f"; sisanya dijanjikan {wording.long_date(promised_on)}"
    return receipts.ItemRefusal(
        item=one.item.name,
        ground=ground,
        reason=one.answer.reason,
        is_partial=is_partial,
    )


def _way(recipient: Recipient, deed: str, actor: Actor) -> dict[str, Any]:
    """Tell by which channel an owner's deed came; by the hand of staff, also by whom and on what.

    Nothing came of what is only deemed.
    """
    if actor.is_system:
        return {"channel": ""}
    if actor.capacity is not Capacity.BEHALF:
        return {"channel": BY_LINK}
    record = (
        recipient.behalf_records.filter(deed=deed).select_related("evidence").latest("recorded_at")
    )
    evidence = record.evidence
    return {
        "channel": behalf_of(record),
        "recorded_by": f"{actor.name}, {actor.title}, atas nama {recipient.data_owner.name}",
        "evidence": _named_with_hash(evidence),
    }


def _named_with_hash(file: DataFile) -> str:
    return f"{file.name}, SHA-256 {file.sha256[:SHOWN_OF_A_HASH]}…"


def behalf_of(record: BehalfRecord) -> str:
    """Tell by which channel an owner's word came, on which day and from whom."""
    day = wording.long_date(record.received_on)
    return f"{record.get_channel_display()}, diterima {day} dari {record.from_whom}"


def _sender(recipient: Recipient, actor: Actor) -> receipts.Person | None:
    """Name who answered behind the link; from whom staff had it the channel tells."""
    return None if actor.capacity is Capacity.BEHALF else _person(recipient)


def _person(recipient: Recipient) -> receipts.Person | None:
    if not recipient.respondent_name:
        return None
    return receipts.Person(
        name=recipient.respondent_name,
        title=recipient.respondent_title,
        contact=recipient.respondent_phone,
    )


def _shared(recipient: Recipient, code: str) -> dict[str, Any]:
    url = papers.verification_url(code)
    return {
        "letterhead": stationery.letterhead_of(recipient.office),
        "measures": stationery.measures_of(recipient.office),
        "zone": recipient.office.time_zone,
        "verification": paper.Verification(url=url, code=code),
        "note": paper.unsigned_note(application=APPLICATION, url=url),
    }


def _number(recipient: Recipient, actor: Actor, at: datetime) -> LetterNumber:
    return numbers.issue_number(
        office=recipient.office,
        kind=NumberRegister.Kind.RECEIPT,
        dated=at.astimezone(recipient.office.zone).date(),
        actor=actor,
        at=at,
        data_request=recipient.data_request,
    )


def _freeze(
    recipient: Recipient,
    kind: OfficialDocument.Kind,
    number: LetterNumber,
    at: datetime,
    render: Callable[[str], bytes],
) -> OfficialDocument:
    document = papers.freeze(
        kind=kind,
        data_request=recipient.data_request,
        recipient=recipient,
        number=number,
        title=f"{kind.label}, {recipient.data_owner.name}"[:300],
        file_name=_file_name("tanda-terima", number),
        at=at,
        render=render,
    )
    notices.mail_receipt(recipient=recipient, document=document, at=at)
    return document


def _file_name(stem: str, number: LetterNumber) -> str:
    kept = "".join(sign if sign.isalnum() else "-" for sign in number.text)
    return f"{stem}-{kept}.pdf"
