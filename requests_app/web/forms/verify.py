"""What does the verifier answer before an initial is given?"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from requests_app.services import initials
from requests_app.web.errors import LEAD
from requests_app.web.forms.base import FILLED_BY_THE_PAGE, DeedForm

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

CHECK_LABELS: Final["dict[str, str | _StrPromise]"] = {
    "items_complete": gettext_lazy("Daftar data lengkap"),
    "purpose_clear": gettext_lazy("Tujuan jelas"),
    "legal_basis_right": gettext_lazy("Dasar hukum benar"),
    "addressees_right": gettext_lazy("Alamat benar"),
    "spelling": gettext_lazy("Ejaan dan tata bahasa benar"),
    "annex_present": gettext_lazy("Lampiran ada"),
    "personal_data_justified": gettext_lazy("Permintaan data pribadi beralasan"),
}
VERDICTS: Final = (
    (initials.FITS, gettext_lazy("Sesuai")),
    (initials.NEEDS_WORK, gettext_lazy("Perlu perbaikan")),
)
LONGEST_NOTE: Final = 500


class VerifyForm(DeedForm):
    """The checklist of row 4, one verdict and one note for each check."""

    content_hash = forms.CharField(
        widget=forms.HiddenInput, max_length=64, error_messages=FILLED_BY_THE_PAGE
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version = self.data_request.newest_version()
        self.initial.setdefault("content_hash", "" if version is None else version.content_hash())
        self.keys = initials.checks_of(self.data_request)
        for key in self.keys:
            self.fields[key] = forms.ChoiceField(
                label=CHECK_LABELS[key], choices=VERDICTS, widget=forms.RadioSelect, required=False
            )
            self.fields[f"{key}_note"] = forms.CharField(
                label=_("Catatan: {butir}").format(butir=CHECK_LABELS[key]),
                required=False,
                max_length=LONGEST_NOTE,
            )

    @property
    def asks_no_personal_data(self) -> bool:
        """Tell whether the request asks for no personal data, so that nothing is judged there."""
        return initials.PERSONAL_DATA not in self.keys

    def rows(self) -> Iterator[tuple[BoundField, BoundField]]:
        """Give the verdict and the note of each check, in order."""
        for key in self.keys:
            yield self[key], self[f"{key}_note"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        unanswered = [key for key in self.keys if not cleaned.get(key)]
        for key in unanswered:
            self.add_error(key, _("{butir}: belum diperiksa.").format(butir=CHECK_LABELS[key]))
        if unanswered:
            count = len(unanswered)
            sentence = ngettext("{n} butir belum diperiksa.", "{n} butir belum diperiksa.", count)
            self.add_error(None, forms.ValidationError(sentence.format(n=count), code=LEAD))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Give the checklist and the hash of what was read."""
        cleaned = self.cleaned_data
        return {
            "content_hash": cleaned["content_hash"],
            "checks": {
                key: {"verdict": cleaned[key], "note": cleaned[f"{key}_note"]} for key in self.keys
            },
        }
