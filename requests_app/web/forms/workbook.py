"""With which input does a filled workbook come in, beside all that is typed on the page?"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from requests_app.documents.sniffing import Kind
from requests_app.web.forms.work_page import AnswersForm

NAME = "workbook"


def workbook_field() -> forms.FileField:
    """Make the input for the filled workbook."""
    return forms.FileField(
        label=_("Formulir XLSX yang sudah diisi"),
        required=False,
        widget=forms.FileInput(attrs={"accept": f".{Kind.XLSX}"}),
        error_messages={"empty": _("Berkas kosong. Pilih berkas lain.")},
    )


class ChooseWorkbookForm(forms.Form):
    """The bare input, for a page on which nothing was handed in yet."""

    workbook = workbook_field()


class WorkbookForm(AnswersForm):
    """All that is typed on the page, and the workbook that was chosen there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[NAME] = workbook_field()

    def clean_workbook(self) -> Any:
        """Ask for the workbook: its own button was pressed."""
        chosen = self.cleaned_data[NAME]
        if not chosen:
            raise ValidationError(_("Pilih formulir XLSX yang sudah diisi."))
        return chosen

    def facts(self) -> dict[str, Any]:
        """Give the service what was typed and the workbook."""
        return {"given": list(self.given()), NAME: self.cleaned_data[NAME]}

    def tell_faults(self, sentences: list[str]) -> None:
        """Put what is wrong in the workbook beside its input."""
        self.add_error(NAME, [ValidationError(sentence) for sentence in sentences])
