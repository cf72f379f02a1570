"""What do rows 7, 7a and 7b show: to the owner who does them, and to staff who waits for them?

The same pages stand behind both doors; the layout tells them apart. Staff only looks on.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.models import Recipient
from requests_app.services import filling
from requests_app.services.answers import (
    ANSWERING_ROWS,
    AnswersIncomplete,
    sheet_of,
)
from requests_app.sop.roles import Role
from requests_app.sop.steps import DECLINED
from requests_app.web import conversations, progress, wording, work_view
from requests_app.web.access import Visit
from requests_app.web.forms.answers import DeclineForm
from requests_app.web.forms.base import DeedForm
from requests_app.web.forms.owner import ConfirmForm, DeliverForm
from requests_app.web.forms.work_page import AnswersForm
from requests_app.web.owner_view import (
    answered_row,
    deadline_of,
    done_of,
    frame_of,
    letter_of,
    overview_of,
    own_files,
    owner_step_url,
    staff_view,
)
from requests_app.web.pages.page import SAVE, PageDeed, StepPage

# -- the context of each page ---------------------------------------------------------------------


def is_owner(visit: Visit) -> bool:
    """Tell the owner's own page from the one staff looks at."""
    return visit.actor.role is Role.DATA_OWNER


def _recipient(visit: Visit) -> Recipient:
    recipient = visit.recipient
    if recipient is None:
        raise LookupError("Rows 7 to 7b belong to a recipient.")
    return recipient


def _shared(visit: Visit) -> dict[str, Any]:
    recipient = _recipient(visit)
    if not is_owner(visit):
        return staff_view(recipient)
    number = {"7": 1, "7a": 2, "7b": 3}[visit.step.segment]
    name = {1: _("Konfirmasi surat"), 2: _("Isi data"), 3: _("Periksa dan kirim")}[number]
    overview = overview_of(recipient)
    deadline = deadline_of(recipient, at=visit.at)
    return {
        **frame_of(recipient),
        **overview,
        "crumbs": [(_("Daftar tugas"), overview["tasks_url"]), (name, "")],
        "header": {
            "eyebrow": _("Tugas {n} dari 3").format(n=number),
            "title": name,
            "meta": [recipient.data_owner.name],
        },
        "deadline": deadline,
        "late": work_view.late_sentence(deadline, at=visit.at),
        "newest_paper": overview["papers"][0] if overview["papers"] else None,
        "conversation": conversations.context_of(recipient, actor=visit.actor, at=visit.at),
        "declined": recipient.state == DECLINED,
        "done": done_of(recipient, overview["papers"]),
        "staff": None,
    }


def letter_context(visit: Visit) -> dict[str, Any]:
    """Row 7: the letter as pictures, and who confirms."""
    recipient = _recipient(visit)
    context = _shared(visit)
    if is_owner(visit):
        document = context["letter_document"]
        context["letter"] = None if document is None else letter_of(recipient, document)
    return context


def answers_context(visit: Visit) -> dict[str, Any]:
    """Row 7a: the items; editable until the data is sent."""
    recipient = _recipient(visit)
    context = _shared(visit)
    if not is_owner(visit):
        return context
    sheet = sheet_of(recipient)
    context |= {"sheet": sheet, "editable": recipient.state in ANSWERING_ROWS}
    if not context["editable"]:
        hrefs = own_files(recipient)
        return context | {"answered_rows": [answered_row(one, hrefs=hrefs) for one in sheet.items]}
    blank = None if sheet.form is None else sheet.form.template_file
    return context | {
        "instructions": "" if sheet.form is None else sheet.form.instructions,
        "blank": blank,
        "blank_url": reverse("web:owner_blank", args=[recipient.public_id]),
        "progress": progress.progress_of(sheet),
        "item_list": progress.item_list(sheet),
        "uploads": work_view.uploads_of(recipient),
        "kept": work_view.kept_here(recipient, visit.request),
        "workbook": work_view.workbook_of(
            sheet,
            href=reverse("web:owner_workbook", args=[recipient.public_id]),
            address=reverse("web:owner_workbook_upload", args=[recipient.public_id]),
        ),
    }


def delivery_context(visit: Visit) -> dict[str, Any]:
    """Row 7b: all answers to be checked once more, then the receipt."""
    recipient = _recipient(visit)
    context = _shared(visit)
    if not is_owner(visit):
        return context
    sheet = sheet_of(recipient)
    hrefs = own_files(recipient)
    return context | {
        "sheet": sheet,
        "progress": progress.progress_of(sheet),
        "answered_rows": [answered_row(one, hrefs=hrefs) for one in sheet.items],
        "answers_url": owner_step_url(recipient, "7a"),
    }


# -- the pages ------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class AnswersDeed(PageDeed):
    """Closing row 7a: what is missing is told beside the fields it is missing in."""

    def take(self, visit: Visit, form: DeedForm, **more: Any) -> Any:
        """Call the service; put its findings into the form before the page is shown again."""
        try:
            return super().take(visit, form, **more)
        except AnswersIncomplete as refusal:
            if isinstance(form, AnswersForm):
                form.tell(refusal.problems)
            raise


def _quietly(visit: Visit, outcome: Any) -> str:
    """Say nothing: the confirmation panel of the page says it."""
    del visit, outcome
    return ""


def _save(*, version: int | None, **facts: Any) -> Any:
    """Keep what was typed, whatever else was done meanwhile: each field knows what it was."""
    del version
    return filling.save_answers(**facts)


def _saved(visit: Visit, outcome: Any) -> str:
    del outcome
    told = progress.progress_of(sheet_of(_recipient(visit)))["told"]
    return _("Isian tersimpan; {terisi}.").format(terisi=told)


def _confirmed(visit: Visit, outcome: Any) -> str:
    del outcome
    recipient = _recipient(visit)
    recipient.data_request.forget()  # its papers were read for the page, before this one was made
    papers = overview_of(recipient)["papers"]
    return wording.success("receive_letter", number=papers[0]["number"] if papers else "")


DECLINE: Final = PageDeed(deed="decline", form=DeclineForm, success=_quietly, stays=True)

LETTER: Final = StepPage(
    key="receive_letter",
    deeds=(
        PageDeed(deed="receive_letter", form=ConfirmForm, success=_confirmed, stays=True),
        DECLINE,
    ),
    context=letter_context,
)
ANSWERS: Final = StepPage(
    key="process_request",
    deeds=(
        AnswersDeed(deed="process_request", form=AnswersForm),
        PageDeed(
            deed=SAVE,
            form=AnswersForm,
            do=_save,
            success=_saved,
            stays=True,
            also_later=True,
        ),
        DECLINE,
    ),
    context=answers_context,
)
DELIVERY: Final = StepPage(
    key="deliver_data",
    deeds=(
        PageDeed(deed="deliver_data", form=DeliverForm, success=_quietly, stays=True),
        DECLINE,
    ),
    context=delivery_context,
)
OWNER_PAGES: Final = {page.key: page for page in (LETTER, ANSWERS, DELIVERY)}
