"""What do the row formsets of this house share?"""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _


class RowForm(forms.Form):
    """One row of a list; a new row counts only once something is written in it.

    Its ticks, choices and place have values of their own, whether anybody meant them or not.
    """

    written: ClassVar[tuple[str, ...]] = ()
    """The fields that make a row."""

    def has_changed(self) -> bool:
        """Tell whether anything is written here."""
        return any(str(self[name].data or "").strip() for name in self.written)

    def full_clean(self) -> None:
        """Judge the row, unless it is ticked to be removed: nobody puts right what goes away."""
        super().full_clean()
        if self.is_bound and self.cleaned_data.get("DELETE"):
            self.errors.clear()


class Rows(forms.BaseFormSet):  # type: ignore[type-arg]  # not subscriptable at run time
    """Rows of a list; where there is none yet, one empty row is offered.

    A row that was asked for by "Tambah baris" and never sent stands there with its defaults.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.extra = 0 if self.initial else 1

    def _construct_form(self, i: int, **kwargs: Any) -> forms.Form:
        # Django builds the forms of a set in this method only; its stubs leave it out.
        form: forms.Form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        if self.is_bound and not any(key.startswith(f"{form.prefix}-") for key in self.data):
            form.is_bound = False
        return form

    def _should_delete_form(self, form: forms.Form) -> bool:
        # a row that the page counts and never sent has nothing to say, not even whether it stays
        gone: bool = not form.is_bound or super()._should_delete_form(form)  # type: ignore[misc]
        return gone

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        """Number a new row as the last one."""
        super().add_fields(form, index)
        if "ORDER" not in form.fields:
            return
        form.fields["ORDER"].error_messages["invalid"] = _("Tulis nomor urut dengan angka.")
        if index is not None:
            form.fields["ORDER"].initial = index + 1
