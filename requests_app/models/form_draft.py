"""What has somebody typed into a form and not yet handed in?"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models.data_request import DataRequest
from requests_app.models.people import User


class FormDraft(models.Model):
    """The fields of one person's form as they stood when they were last kept; nobody else's.

    Raw and unchecked, so that a half-typed date survives as well. It outlives a lost session and
    goes when the form is handed in or thrown away. It is no record of the SOP and not audited.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="form_drafts")
    data_request = models.ForeignKey(DataRequest, models.CASCADE, related_name="form_drafts")
    row = models.CharField(_("langkah"), max_length=30)
    deed = models.CharField(_("formulir"), max_length=60)
    version = models.PositiveIntegerField(_("dibuat dari versi"))
    values = models.JSONField(_("isian"), default=dict)
    kept_at = models.DateTimeField(_("tersimpan pada"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "data_request", "row", "deed"], name="one_draft_per_person_and_form"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.row}"
