"""How are letters worded?"""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from requests_app.admin.desk import DeskForm
from requests_app.admin.test_print import PrintingDesk
from requests_app.models import DataRequest, LetterTemplate, Office
from requests_app.services import letters, test_prints
from requests_app.services.workflow import Refused


class TemplateForm(DeskForm):
    """A template whose tags are known and whose text can be printed."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        office = cleaned.get("office") or Office()
        for name in ("subject", "body"):
            text = cleaned.get(name) or ""
            try:
                letters.fill(text, DataRequest(office=office))
                letters.refuse_unprintable(text)
            except Refused as refusal:
                self.add_error(name, str(refusal))
        return cleaned


@admin.register(LetterTemplate)
class TemplateDesk(PrintingDesk):
    """The office's wording of a request letter, from which every draft begins."""

    form = TemplateForm
    list_display = ("name", "office", "subject", "is_default")
    fieldsets = (
        (None, {"fields": ("office", "name", "is_default")}),
        (
            _("Surat"),
            {
                "fields": ("subject", "body"),
                "description": _(
                    "Kode isian yang dikenal: {tujuan} {dasar_hukum} {narahubung} {telepon} "
                    "{kepala}. Jangan menulis tautan atau kode akses."
                ),
            },
        ),
        (None, {"fields": ("test_print_link",)}),
    )

    def print_sample(self, obj: LetterTemplate, *, at: datetime) -> bytes:
        """Give the letter that this template makes."""
        return test_prints.print_sample(office=obj.office, template=obj, at=at)
