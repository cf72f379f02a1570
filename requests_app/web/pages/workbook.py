"""Row 7a with a workbook in hand: what was typed is kept, and the workbook read as well."""

from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.translation import ngettext

from requests_app.services import workbooks
from requests_app.services.workbooks import WorkbookFaulty
from requests_app.web.access import Visit
from requests_app.web.forms.base import DeedForm
from requests_app.web.forms.workbook import WorkbookForm
from requests_app.web.pages.owner import ANSWERS
from requests_app.web.pages.page import PageDeed


@dataclass(frozen=True, kw_only=True)
class WorkbookDeed(PageDeed):
    """Handing a workbook in: the cells that cannot be read are told beside its input."""

    def take(self, visit: Visit, form: DeedForm, **more: Any) -> Any:
        """Call the service; put its findings into the form before the page is shown again."""
        try:
            return super().take(visit, form, **more)
        except WorkbookFaulty as refusal:
            if isinstance(form, WorkbookForm):
                form.tell_faults(refusal.faults)
            raise


def _read(*, version: int | None, **facts: Any) -> int:
    """Read the workbook, whatever else was done meanwhile: each field knows what it was."""
    del version
    return workbooks.read_answers(**facts)


def told_of_reading(visit: Visit, count: int) -> str:
    del visit
    return ngettext(
        "{n} jawaban dibaca dari formulir.", "{n} jawaban dibaca dari formulir.", count
    ).format(n=count)


READ: Final = WorkbookDeed(
    deed="read_workbook", form=WorkbookForm, do=_read, success=told_of_reading, also_later=True
)
HANDING_IN: Final = replace(ANSWERS, deeds=(*ANSWERS.deeds, READ))
"""The page of row 7a as it answers to a workbook: all its other buttons work here too."""
