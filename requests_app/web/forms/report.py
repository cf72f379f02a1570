"""What is written by hand in the usage report: the conclusion and what follows from it?"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.services import reports
from requests_app.services.report_paper import ReportText
from requests_app.web.forms.base import DeedForm
from requests_app.web.forms.sign import SignedHere
from requests_app.web.forms.usage import printed


class ReportForm(DeedForm):
    """The words of the report; everything else is composed from the ledger."""

    conclusion = forms.CharField(
        label=gettext_lazy("Simpulan"),
        help_text=gettext_lazy("Apakah penggunaan sesuai dengan tujuan? Apa hasilnya?"),
        widget=forms.Textarea(attrs={"rows": 5}),
        validators=[printed],
        error_messages={"required": gettext_lazy("Tulis simpulan laporan.")},
    )
    follow_up = forms.CharField(
        label=gettext_lazy("Tindak lanjut"),
        help_text=gettext_lazy("Saran atau langkah berikutnya. Boleh kosong."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[printed],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            text = reports.text_of(self.data_request)
            self.initial.setdefault("conclusion", text.conclusion)
            self.initial.setdefault("follow_up", text.follow_up)

    def facts(self) -> dict[str, Any]:
        """Give the service the text."""
        cleaned = self.cleaned_data
        return {
            "text": ReportText(conclusion=cleaned["conclusion"], follow_up=cleaned["follow_up"])
        }


class SignReportForm(SignedHere, ReportForm):
    """Row 12, handed in: the words, and what proves the section head, who signs both papers."""

    row = "report_usage"
    undone = gettext_lazy("Laporan belum ditandatangani.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        affirmed = self.fields["affirmed"]
        affirmed.label = _("Saya telah memeriksa isi laporan ini.")
        affirmed.error_messages["required"] = _(
            "Nyatakan bahwa Anda telah memeriksa isi laporan ini."
        )

    def facts(self) -> dict[str, Any]:
        """Give the service the text, and the proof."""
        return super().facts() | ReportForm.facts(self)


class DraftReportForm(ReportForm):
    """The same as a draft: nothing is asked for yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["conclusion"].required = False
