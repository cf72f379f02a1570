"""After refusals: nobody gave data, so begin again with the list, with the letter, or close?"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.web.access import Visit
from requests_app.web.forms.base import ReasonForm
from requests_app.web.pages.page import PageDeed, StepPage


class DecisionForm(ReasonForm):
    """Why this way on was chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Alasan keputusan")
        self.fields["reason"].help_text = _("Paling sedikit 10 karakter; tercatat dalam riwayat.")


def context(visit: Visit) -> dict[str, Any]:
    """Show what each owner answered."""
    recipients = visit.data_request.recipients.select_related(
        "data_owner", "decline_letter"
    ).order_by("number")
    return {"recipients": list(recipients)}


PAGE = StepPage(
    key="review_refusals",
    deeds=(
        PageDeed(deed="return:list_needs", form=DecisionForm),
        PageDeed(deed="return:draft_letter", form=DecisionForm),
        PageDeed(deed="close_without_data", form=DecisionForm),
    ),
    context=context,
)
