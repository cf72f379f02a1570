"""What is told of an owner's part of a request, to the owner and to staff who waits?

The pages of rows 7, 7a and 7b, the task list and row 8 are made of these parts.
"""

from datetime import date, datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.documents import wording as paper
from requests_app.models import FormQuestion, OfficialDocument, Recipient
from requests_app.services import blanks, clocks, entries, intake, openness, supplements
from requests_app.services.answers import (
    ANSWERING_ROWS,
    ItemSheet,
    sheet_of,
)
from requests_app.sop.clock import next_opening
from requests_app.sop.office_hours import Calendar
from requests_app.sop.steps import DECLINED, by_key
from requests_app.web import downloads, presenters
from requests_app.web.progress import progress_of
from requests_app.web.recording import recorded_for

RECEIPTS: Final = (
    OfficialDocument.Kind.LETTER_RECEIPT,
    OfficialDocument.Kind.DATA_RECEIPT,
    OfficialDocument.Kind.DECLINE_RECEIPT,
)
FILE_KINDS: Final = {
    "pdf": "pdf",
    "xlsx": "sheet",
    "csv": "sheet",
    "zip": "zip",
    "png": "image",
    "jpg": "image",
    "jpeg": "image",
}
_BEFORE: Final = ("send_letter", "receive_letter")


# -- addresses ------------------------------------------------------------------------------------


def owner_step_url(recipient: Recipient, segment: str) -> str:
    """Give the address of a row behind the owner's door."""
    return reverse("web:owner_step", args=[recipient.public_id, segment])


def owner_document_url(recipient: Recipient, document: OfficialDocument) -> str:
    """Give the address of a paper behind the owner's door."""
    return reverse("web:owner_document", args=[recipient.public_id, document.code])


# -- what the pages show --------------------------------------------------------------------------


def frame_of(recipient: Recipient) -> dict[str, Any]:
    """Give what the frame of an owner's page says."""
    office = recipient.data_request.office
    return {
        "owner_office": office.name,
        "owner_subject": recipient.data_request.title,
        "contact": f"{office.contact_name}, {office.contact_phone}",
        "leave_url": reverse("web:owner_leave"),
    }


def overview_of(recipient: Recipient) -> dict[str, Any]:
    """Tell the three tasks, the letter and the receipts of an owner."""
    return {
        "tasks": tasks_of(recipient),
        "letter_document": recipient.signed_letter(),
        "papers": [paper_row(recipient, receipt) for receipt in receipts_of(recipient)],
        "tasks_url": reverse("web:owner_tasks", args=[recipient.public_id]),
        "next_url": next_url(recipient),
        "blank_pdf_url": blank_pdf_url(recipient),
        "later": later_of(recipient),
        "use_url": use_url(recipient),
        "recorded": [one for one in recorded_for(recipient) if one["deed"] != "receive_letter"],
        "progress": progress_of(sheet_of(recipient)) if recipient.state in ANSWERING_ROWS else None,
    }


def later_of(recipient: Recipient) -> dict[str, Any] | None:
    """Tell an owner who has delivered what is promised, and where more can be sent."""
    if not supplements.is_open_for(recipient):
        return None
    answers = [one.answer for one in sheet_of(recipient).items if one.answer is not None]
    return {
        "href": reverse("web:owner_supplement", args=[recipient.public_id]),
        "promises": [answer for answer in answers if answer.promised_on],
        "waiting": supplements.waiting_for(recipient),
        "is_begun": supplements.open_supplement(recipient) is not None,
    }


def use_url(recipient: Recipient) -> str:
    """Give the address where an owner reads what became of the data; "" where it is not told."""
    if not openness.is_told(recipient):
        return ""
    return reverse("web:owner_use", args=[recipient.public_id])


def blank_pdf_url(recipient: Recipient) -> str:
    """Give the address of the form for an answer on paper; "" where there is none to print."""
    if not blanks.can_be_printed(recipient.collection_form()):
        return ""
    return reverse("web:owner_blank_pdf", args=[recipient.public_id])


def deadline_of(recipient: Recipient, *, at: datetime) -> dict[str, Any] | None:
    """Tell what the owner must have done by when; nothing is due once the data is sent."""
    if recipient.state == "receive_letter":
        standard = clocks.standard_time_of(recipient, "process_request")
        return {
            "label": _("Konfirmasi paling lambat"),
            "due_at": recipient.due_at,
            "left_label": _("Waktu menyiapkan data"),
            "left": ""
            if standard is None
            else _("{n} hari kerja sejak konfirmasi").format(n=standard.amount),
        }
    term = clocks.data_term_of(recipient)
    if term is None:
        return None
    is_correction = recipient.round > clocks.FIRST_ROUND
    calendar = clocks.calendar_of(recipient.office)
    stopped = term.open_pause
    return {
        "label": _("Perbaikan paling lambat") if is_correction else _("Data paling lambat"),
        "due_at": None if stopped else term.due_at,
        "left_label": _("Sisa waktu"),
        "left": "" if stopped else _time_left(term, at=at, calendar=calendar),
        "paused_since": stopped and stopped.started_at,
        "is_past": clocks.is_past(term, at),
        "extended": term.extension is not None,
        "how": presenters.explained(term, calendar),
    }


def _time_left(term: clocks.Term, *, at: datetime, calendar: Calendar) -> str:
    """Count the days down; before office hours have begun, say from when they count."""
    opening = next_opening(term.opened_at, calendar)
    if at < opening:
        return _("{n} hari kerja, dihitung mulai {hari}").format(
            n=term.standard.amount, hari=paper.weekday_date(opening.date())
        )
    return presenters.clock_until(
        term.due_at,
        at=at,
        calendar=calendar,
        standard=term.standard,
        opened_at=term.opened_at,
    ).text


def receipts_of(recipient: Recipient) -> list[OfficialDocument]:
    """List the receipts of an owner, newest first."""
    return [one for one in recipient.papers() if one.kind in RECEIPTS]


def tasks_of(recipient: Recipient) -> list[dict[str, Any]]:
    """List the three tasks with their state in a word."""
    state = recipient.state
    reached = state not in _BEFORE
    sent = reached and state not in ANSWERING_ROWS and state != DECLINED
    # before the letter is confirmed nothing can have been filled in
    answered, filled = _filled(recipient) if reached else (0, "")
    ended = state in {DECLINED, "waived"}
    return [
        _task(_("1. Konfirmasi surat"), "7", recipient, done=reached, open_=not reached),
        _task(
            _("2. Isi data"),
            "7a",
            recipient,
            done=sent or state == "deliver_data",
            open_=state in ANSWERING_ROWS,
            hint="" if ended else filled,
            started=bool(answered),
        ),
        _task(
            _("3. Kirim"),
            "7b",
            recipient,
            done=sent,
            open_=state == "deliver_data",
            hint=_in_hand(recipient) if reached else "",
        ),
    ]


def _filled(recipient: Recipient) -> tuple[int, str]:
    """Count the answered items, and tell them."""
    sheet = sheet_of(recipient)
    told = _("{n} dari {m} data terisi").format(n=sheet.answered, m=len(sheet.items))
    return sheet.answered, told


def _in_hand(recipient: Recipient) -> str:
    """Tell how much of what was asked has come; nothing before anything has."""
    fulfilment = recipient.fulfilment()
    if not fulfilment.given:
        return ""
    return fulfilment.chip or _("{bagian} data sudah diterima").format(bagian=fulfilment.in_words)


def _task(
    name: str,
    segment: str,
    recipient: Recipient,
    *,
    done: bool,
    open_: bool,
    hint: str = "",
    started: bool = False,
) -> dict[str, Any]:
    if done:
        status, tone = _("Selesai"), "ok"
    elif open_:
        status, tone = (_("Belum lengkap") if started else _("Belum dimulai")), "accent"
    else:
        status, tone = _("Belum dapat dimulai"), "quiet"
    href = owner_step_url(recipient, segment) if done or open_ else ""
    return {"name": name, "status": status, "tone": tone, "href": href, "hint": hint}


def next_url(recipient: Recipient) -> str:
    """Give the address of what the owner has to do now; empty when nothing is left."""
    segments = {"receive_letter": "7", "process_request": "7a", "deliver_data": "7b"}
    segment = segments.get(recipient.state, "")
    return owner_step_url(recipient, segment) if segment else ""


def paper_row(recipient: Recipient, document: OfficialDocument) -> dict[str, Any]:
    """Tell one paper to the owner."""
    return {
        "title": document.get_kind_display(),
        "number": "" if document.number is None else document.number.text,
        "at": document.dated,
        "size": document.size,
        "sha256": document.sha256,
        "kind": "pdf",
        "href": owner_document_url(recipient, document),
    }


def file_row(one: Any, *, href: str, remove: bool = False) -> dict[str, Any]:
    """Tell one file for `components/file_item.html`."""
    rows = "" if one.rows is None else _("{n} baris").format(n=paper.grouped(one.rows))
    return {
        "name": one.name,
        "size": one.size,
        "sha256": one.sha256,
        "at": one.stored_at,
        "kind": FILE_KINDS.get(one.name.rpartition(".")[2].lower(), ""),
        "verdict": rows,
        "warnings": [told] if (told := intake.told_to_sender(one)) else [],
        "href": href,
        "remove": f"remove:{one.public_id}" if remove else "",
    }


def answered_row(one: ItemSheet, *, hrefs: Any) -> dict[str, Any]:
    """Tell one item with its answer, its files and the filled questions, to read."""
    return {
        "sheet": one,
        "files": [file_row(f, href=hrefs(f)) for f in one.files],
        "questions": [said_row(question, _said(question, one)) for question in one.questions],
    }


def said_row(question: FormQuestion, said: Any) -> dict[str, Any]:
    """Tell one question with what was said to it, to read; a table in its rows and columns."""
    unit = f" ({question.unit})" if question.unit else ""
    return {
        "label": f"{question.text}{unit}",
        "value": in_words(question, said),
        "table": _table(question, said),
    }


def _table(question: FormQuestion, said: Any) -> dict[str, Any] | None:
    if question.kind != FormQuestion.Kind.TABLE or not said:
        return None
    columns = question.columns
    lines = zip(question.rows, _cells(question, said), strict=True)
    return {
        "columns": columns,
        "holds_numbers": question.holds_numbers,
        "rows": [(name, list(zip(columns, texts, strict=True))) for name, texts in lines],
    }


def _said(question: FormQuestion, one: ItemSheet) -> Any:
    """Find the answer to a question; one for a file is answered by the files of its item."""
    if question.kind == FormQuestion.Kind.FILE:
        return ", ".join(file.name for file in one.files)
    answer = one.filled.get(question.pk)
    return "" if answer is None else answer.value


def in_words(question: FormQuestion, value: Any) -> str:
    """Say what was typed or chosen; of a table, how much of it is filled."""
    if question.kind == FormQuestion.Kind.TABLE:
        filled = sum(1 for line in _cells(question, value) for text in line if text)
        told = _("{n} dari {m} sel terisi").format(n=filled, m=question.cells)
        return told if filled else ""
    if question.kind == FormQuestion.Kind.DATE and value:
        return paper.long_date(date.fromisoformat(value))
    shown = entries.as_read(question, value)
    return ", ".join(shown) if isinstance(shown, list) else str(shown)


def _cells(question: FormQuestion, value: Any) -> list[list[str]]:
    return entries.fitted(question, entries.as_read(question, value))


def own_files(recipient: Recipient) -> Any:
    """Make the function that tells where an owner opens an own file."""
    return lambda one: reverse("web:owner_file", args=[recipient.public_id, one.public_id])


def unopened(_file: Any) -> str:
    """Give no address: what is not sent yet is opened by its owner alone."""
    return ""


def done_of(recipient: Recipient, papers: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Word the confirmation panel of an owner whose last deed is done."""
    if recipient.state == DECLINED:
        return {
            "title": _("Jawaban Anda telah tercatat"),
            "number_label": _("Nomor tanda terima"),
            "number": papers[0]["number"] if papers else "",
            "text": _("Data yang diminta tidak dapat diberikan. Ini jawaban resmi instansi Anda."),
            "quiet": True,
            "steps": [
                _("Tanda terima jawaban ini dikirim ke surel instansi Anda."),
                _("Tidak ada yang perlu Anda kerjakan lagi."),
            ],
        }
    if recipient.state in {*_BEFORE, *ANSWERING_ROWS, "waived"}:
        return None
    return {
        "title": _("Data telah terkirim"),
        "number_label": _("Nomor tanda terima"),
        "number": papers[0]["number"] if papers else "",
        "steps": [
            _("Tanda terima dikirim ke surel instansi Anda dan dapat diunduh di bawah ini."),
            _(
                "Kantor peminta memeriksa data Anda. Bila ada yang perlu diperbaiki, catatannya "
                "muncul di halaman ini."
            ),
            _("Tautan ini dapat dibuka untuk melihat status sampai permohonan selesai."),
        ],
    }


def staff_view(recipient: Recipient) -> dict[str, Any]:
    """Tell people of the office where the owner stands; never what is not sent yet."""
    link = recipient.links.order_by("-pk").first()
    sheet = sheet_of(recipient)
    return {
        "staff": {
            "link": link,
            "answered": sheet.answered,
            "total": len(sheet.items),
            "deliveries": [one for one in recipient.delivered() if one.sent_at is not None],
            "step": None if recipient.step is None else by_key(recipient.state),
            "received": recipient.get_received_how_display(),
        },
        "recorded": recorded_for(recipient),
        "staff_papers": [
            {
                **paper_row(recipient, document),
                "href": reverse(
                    "web:document_pdf", args=[recipient.data_request.public_id, document.code]
                ),
            }
            for document in reversed(receipts_of(recipient))
        ],
    }


def letter_of(recipient: Recipient, document: OfficialDocument) -> dict[str, Any]:
    """Give the pages of the letter under the owner's own addresses."""
    return downloads.shown_pages(
        downloads.bytes_of(document),
        address=lambda number: reverse("web:owner_letter_page", args=[recipient.public_id, number]),
        pdf_href=owner_document_url(recipient, document),
    )
