"""How does staff record what an owner said or sent by another way, on the page where it is awaited?

The pages of rows 7, 7a and 7b as people of the office see them: where the owner stands, the owner's
own deeds (which are not theirs), and beside each its twin `behalf:<deed>` with channel, day, person
and proof (ADR 0029).
"""

from dataclasses import dataclass, replace
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.documents import wording as paper
from requests_app.models import Recipient
from requests_app.services import behalf, blanks, options, receipts
from requests_app.services.answers import ANSWERING_ROWS, sheet_of
from requests_app.services.options import Option
from requests_app.sop.roles import Actor
from requests_app.web import presenters, progress, wording, work_view
from requests_app.web.access import Visit
from requests_app.web.forms.behalf import (
    DeclineOnBehalfForm,
    DeliverOnBehalfForm,
    ProvenanceForm,
    ReceiptOnBehalfForm,
)
from requests_app.web.forms.work_page import AnswersForm
from requests_app.web.forms.workbook import WorkbookForm
from requests_app.web.owner_view import answered_row, unopened
from requests_app.web.pages import owner
from requests_app.web.pages.page import SAVE, PageDeed, StepPage
from requests_app.web.pages.workbook import WorkbookDeed, told_of_reading
from requests_app.web.recording import record_url, row_url

# -- what the pages show --------------------------------------------------------------------------


def letter_context(visit: Visit) -> dict[str, Any]:
    """Row 7: who confirmed the letter, and how that came to be known."""
    return owner.letter_context(visit) | _behalf_of(
        visit, here=visit.subject.state == "receive_letter"
    )


def answers_context(visit: Visit) -> dict[str, Any]:
    """Row 7a: the owner's own form, once it is on record how the data came in."""
    recipient = _recipient(visit)
    here = recipient.state in ANSWERING_ROWS
    context = owner.answers_context(visit) | _behalf_of(visit, here=here)
    if context["behalf"] is not None and context["behalf"]["record"] is not None:
        context |= _work(recipient)
    return context


def delivery_context(visit: Visit) -> dict[str, Any]:
    """Row 7b: what is about to be sent in the owner's name."""
    recipient = _recipient(visit)
    here = recipient.state == "deliver_data"
    context = owner.delivery_context(visit) | _behalf_of(visit, here=here)
    if context["behalf"] is not None and context["behalf"]["record"] is not None:
        sheet = sheet_of(recipient)
        context |= {
            "answered_rows": [answered_row(one, hrefs=unopened) for one in sheet.items],
            "answers_url": row_url(recipient, "7a"),
        }
    return context


def _behalf_of(visit: Visit, *, here: bool) -> dict[str, Any]:
    """Give what is needed to record for the owner; None for whom it is not, or not here."""
    recipient = _recipient(visit)
    url = record_url(recipient, [visit.actor])
    if not url:
        return {"behalf": None}
    if not here:
        onward = {"href": url, "label": _("Catat langkah berikutnya")}
        return {"behalf": {"record": None, "buttons": {}, "next": onward}}
    record = behalf.record_behind(recipient)
    return {
        "behalf": {
            "record": record,
            "told": "" if record is None else receipts.behalf_of(record),
            "proof": ""
            if record is None
            else reverse("web:open_file", args=[record.evidence.public_id]),
            "buttons": _buttons(visit, recipient),
            "next": None,
            "workbook": _workbook_url(recipient)
            if blanks.can_be_printed(recipient.collection_form())
            else "",
        }
    }


def _workbook_url(recipient: Recipient) -> str:
    place = [recipient.data_request.public_id, recipient.number]
    return reverse("web:recipient_workbook", args=place)


def _buttons(visit: Visit, recipient: Recipient) -> dict[str, presenters.Button]:
    """Give the owner's deeds as buttons of who records them, keyed by the owner's own names."""
    actor = behalf.owner_by(visit.actor, recipient=recipient)
    found = [
        *options.options_for(subject=recipient, actor=actor),
        Option(deed="take_up", kind="notes", row=recipient.state, refusal=None),
    ]
    return {
        option.deed: presenters.button_of(replace(option, deed=f"behalf:{option.deed}"))
        for option in found
        if option.deed in wording.BEHALF_LABELS
    }


def _work(recipient: Recipient) -> dict[str, Any]:
    """Give the owner's form what it needs besides itself; nothing here is saved by a script."""
    sheet = sheet_of(recipient)
    blank = None if sheet.form is None else sheet.form.template_file
    return {
        "sheet": sheet,
        "instructions": "" if sheet.form is None else sheet.form.instructions,
        "blank": blank,
        "blank_url": reverse("web:template_file", args=[recipient.data_request.public_id]),
        "progress": progress.progress_of(sheet),
        "item_list": progress.item_list(sheet),
        "uploads": work_view.uploads_of(recipient),
        "kept": None,
        "workbook": work_view.workbook_of(
            sheet,
            href=_workbook_url(recipient),
            address=row_url(recipient, "7a"),
            deed="behalf:read_workbook",
        ),
        "delivery_url": row_url(recipient, "7b"),
    }


def _recipient(visit: Visit) -> Recipient:
    recipient = visit.recipient
    if recipient is None:
        raise LookupError("Rows 7 to 7b belong to a recipient.")
    return recipient


# -- the deeds ------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class BehalfDeed(PageDeed):
    """A deed of the owner's, pressed by staff, judged as the owner's; `then` is the row after."""

    then: str = ""

    def actor_of(self, visit: Visit) -> Actor:
        """Say that staff presses as the owner; refused for whoever records nothing here."""
        return behalf.owner_by(visit.actor, recipient=_recipient(visit))

    def say(self, visit: Visit, outcome: Any) -> str:
        """Say what stands on record now in the owner's name, and from when its days count."""
        if self.success is not None:
            return super().say(visit, outcome)
        recipient = _recipient(visit)
        received_at = recipient.received_at or visit.at
        day = received_at.astimezone(recipient.office.zone).date()
        return wording.success(
            self.deed, owner=recipient.data_owner.name, day=paper.weekday_date(day)
        )

    def leads_to(self, visit: Visit, home: str) -> str:
        """Go on where the next thing is recorded."""
        if self.then:
            return row_url(_recipient(visit), self.then)
        return super().leads_to(visit, home)


@dataclass(frozen=True, kw_only=True)
class AnswersOnBehalf(BehalfDeed, owner.AnswersDeed):
    """Closing row 7a for an owner: what is missing is told beside its field, as to the owner."""


def _saved(visit: Visit, outcome: Any) -> str:
    del outcome
    told = progress.progress_of(sheet_of(_recipient(visit)))["told"]
    return _("Isian tersimpan; {terisi}.").format(terisi=told)


def _save(*, version: int | None, **facts: Any) -> Any:
    """Keep what was typed: as for the owner, each field knows what it was."""
    del version
    return behalf.save_answers(**facts)


@dataclass(frozen=True, kw_only=True)
class WorkbookOnBehalf(BehalfDeed, WorkbookDeed):
    """Handing in the workbook that an owner has sent by another way."""


def _read(*, version: int | None, **facts: Any) -> int:
    """Read the workbook, whatever else was done meanwhile: each field knows what it was."""
    del version
    return behalf.read_workbook(**facts)


DECLINE: Final = BehalfDeed(
    deed="behalf:decline",
    completes="decline",
    form=DeclineOnBehalfForm,
    do=behalf.decline,
    stays=True,
)


def _take_up(row: str) -> BehalfDeed:
    return BehalfDeed(
        deed="behalf:take_up",
        completes=row,
        form=ProvenanceForm,
        do=behalf.take_up,
        stays=True,
    )


LETTER: Final = StepPage(
    key="receive_letter",
    deeds=(
        *owner.LETTER.deeds,
        BehalfDeed(
            deed="behalf:receive_letter",
            completes="receive_letter",
            form=ReceiptOnBehalfForm,
            do=behalf.confirm_receipt,
            then="7a",
        ),
        DECLINE,
    ),
    context=letter_context,
)
ANSWERS: Final = StepPage(
    key="process_request",
    deeds=(
        *(deed for deed in owner.ANSWERS.deeds if deed.deed != SAVE),
        BehalfDeed(
            deed=SAVE,
            form=AnswersForm,
            do=_save,
            success=_saved,
            stays=True,
            also_later=True,
        ),
        WorkbookOnBehalf(
            deed="behalf:read_workbook",
            form=WorkbookForm,
            do=_read,
            success=told_of_reading,
            stays=True,
            also_later=True,
        ),
        _take_up("process_request"),
        AnswersOnBehalf(
            deed="behalf:process_request",
            completes="process_request",
            form=AnswersForm,
            do=behalf.process_request,
            then="7b",
        ),
        DECLINE,
    ),
    context=answers_context,
)
DELIVERY: Final = StepPage(
    key="deliver_data",
    deeds=(
        *owner.DELIVERY.deeds,
        _take_up("deliver_data"),
        BehalfDeed(
            deed="behalf:deliver_data",
            completes="deliver_data",
            form=DeliverOnBehalfForm,
            do=behalf.deliver,
            then="8",
        ),
        DECLINE,
    ),
    context=delivery_context,
)
