"""What does every form of a deed share?"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, ClassVar, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.forms.utils import ErrorDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests_app.models import DataRequest
from requests_app.services.intake import FileRefused
from requests_app.services.workflow import Refused, Subject
from requests_app.sop.roles import Actor
from requests_app.sop.steps import MINIMUM_REASON
from requests_app.web.errors import LEAD

FILLED_BY_THE_PAGE: Final = {"required": _("Muat ulang halaman ini, lalu ulangi.")}
"""What is said of a hidden field that came back empty: nobody typed it, nobody can."""


PROOFS: Final = frozenset({"position", "affirmed", "passphrase", "password", "code", "credential"})
"""Names of what proves who signs: asked anew for every signature; never kept, never compared."""
OVERWRITE: Final = "overwrite"
"""The tick that replaces what stands now; its value is the version it was compared with."""
MOST_DIGITS: Final = 9
"""A version, or a count of rows, with more was not made by us."""


class DeedForm(forms.Form):
    """One deed's part of a page: what is typed, and the version the page was made from.

    A subclass may carry row formsets in `formsets`; they are checked with the form. `facts()`
    gives what the service takes. `place` is the id on the page where the form stands, to which an
    error of the whole form leads; `left_open` is said when the row is finished and something typed
    here was not handed in.
    """

    place: str = ""
    left_open: ClassVar[str | Promise] = ""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, subject: Subject, actor: Actor, at: datetime, **kwargs: Any
    ) -> None:
        self.subject = subject
        self.actor = actor
        self.at = at
        super().__init__(*args, **kwargs)
        self.initial.setdefault("version", subject.version)
        self.formsets: dict[str, forms.BaseFormSet[Any]] = self.build_formsets()

    def clean_version(self) -> int | None:
        """Give the version the page was made from, or the newer one that is knowingly replaced."""
        replaced = str(self.data.get(OVERWRITE, ""))
        if replaced.isdecimal() and len(replaced) <= MOST_DIGITS:
            return int(replaced)
        made_from: int | None = self.cleaned_data["version"]
        return made_from

    @property
    def data_request(self) -> DataRequest:
        """Give the request the form speaks about."""
        subject = self.subject
        return subject if isinstance(subject, DataRequest) else subject.data_request

    def build_formsets(self) -> dict[str, "forms.BaseFormSet[Any]"]:
        """Build the row formsets, bound when the form is; none by default."""
        return {}

    def is_valid(self) -> bool:
        """Check the form and all its rows, so that every error is told at once."""
        rows = [formset.is_valid() for formset in self.formsets.values()]
        return super().is_valid() and all(rows)

    def facts(self) -> dict[str, Any]:
        """Give what the service takes: the cleaned fields without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def is_typed(self) -> bool:
        """Tell whether something stands here that the page had not filled in itself."""
        return any(name != "version" and self[name].data for name in self.changed_data)

    def silence(self) -> None:
        """Show what was typed without judging it, as when only a row is added."""
        self._errors, self.cleaned_data = ErrorDict(), {}
        for formset in self.formsets.values():
            # Where Django keeps what it has judged; its stubs leave the two names out.
            formset._errors = [ErrorDict() for _form in formset.forms]  # type: ignore[attr-defined]
            formset._non_form_errors = formset.error_class()  # type: ignore[attr-defined]
            for form in formset.forms:
                form._errors = ErrorDict()

    def tell_refusal(self, refusal: Refused) -> None:
        """Put a refusal where it belongs: beside the input of each refused file, else on the form.

        Files that are gone with it are asked for again.
        """
        refused = refusal.each if isinstance(refusal, FileRefused) else ()
        for one in refused:
            self.add_error(self._field_of_file(one), str(one))
        if not refused:
            code = LEAD if refusal.leads else None
            self.add_error(None, forms.ValidationError(str(refusal), code=code))
        if not refusal.keeps_files:
            self.ask_for_files_again(but=refused)

    def ask_for_files_again(self, *, but: Collection[FileRefused] = ()) -> None:
        """Say beside each file input what was chosen there: no browser keeps it over an answer.

        Those in `but` were refused and need not come again.
        """
        for name in self.fields:
            chosen = self.files.getlist(self.add_prefix(name))
            lost = (one for one in chosen if not any(_speaks_of(refusal, one) for refusal in but))
            again = ", ".join(str(one.name) for one in lost)
            if again:
                self.add_error(name, _("Pilih lagi berkas {nama}.").format(nama=again))

    def _field_of_file(self, refusal: FileRefused) -> str | None:
        """Find the input in which a refused file was chosen; None for the whole form."""
        for field in self.fields:
            chosen = self.files.getlist(self.add_prefix(field))
            if any(_speaks_of(refusal, one) for one in chosen):
                return field
        return None

    def renew(self, version: int) -> None:
        """Let the page be sent again after its reader has been told that it was stale."""
        renewed: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict when posted
        renewed[self.add_prefix("version")] = str(version)
        self.data = renewed


def _speaks_of(refusal: FileRefused, chosen: "UploadedFile[Any]") -> bool:
    """Tell whether this very file was refused; by its name where the file is not at hand."""
    if refusal.upload is not None:
        return refusal.upload is chosen
    return refusal.name == chosen.name


class RowField(forms.ChoiceField):
    """A choice among rows that the page has read already."""

    def __init__(self, *, empty_label: str | Promise, **options: Any) -> None:
        super().__init__(**options)
        self.empty_label = empty_label
        self.rows: dict[str, Model] = {}

    def offer(self, rows: Iterable[Model]) -> None:
        """Set the rows among which is chosen."""
        self.rows = {str(row.pk): row for row in rows}
        named = ((key, str(row)) for key, row in self.rows.items())
        self.choices = [("", self.empty_label), *named]

    def clean(self, value: Any) -> Any:
        """Give the chosen row itself."""
        return self.rows.get(super().clean(value))


class EmptyForm(DeedForm):
    """A deed that asks for nothing but the pressing of its button."""


class ReasonForm(DeedForm):
    """A send-back or an exit: it asks why."""

    reason = forms.CharField(
        label=_("Apa yang perlu diperbaiki?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=MINIMUM_REASON,
        error_messages={
            "required": _("Tulis alasan, paling sedikit 10 karakter."),
            "min_length": _("Tulis alasan, paling sedikit 10 karakter."),
        },
    )


def text_of(bound: forms.BoundField) -> str:
    """Say what stands in a field as people read it: the names of choices, ticks by their label.

    The rows of a table stand one below the other, and of each what its cells hold.
    """
    value = bound.value()
    if isinstance(value, bool):
        return str(bound.label) if value else ""
    names = {str(key): str(name) for key, name in getattr(bound.field, "choices", ())}
    given = value if isinstance(value, list | tuple) else [value]
    lines = ("; ".join(filter(None, one)) if isinstance(one, list) else one for one in given)
    texts = (str(one) for one in lines if one not in (None, ""))
    return "\n".join(names.get(one, one) for one in texts).replace("\r\n", "\n").strip()


def with_one_more_row(data: Any, prefix: str) -> Any:
    """Give posted data with one more empty row in the formset of that prefix."""
    grown = data.copy()
    key = f"{prefix}-TOTAL_FORMS"
    total = grown.get(key, "0")
    is_count = total.isdecimal() and len(total) <= MOST_DIGITS
    grown[key] = str(int(total) + 1 if is_count else 1)
    return grown
