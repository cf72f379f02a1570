"""Which errors does a page have, in reading order, and to which input does each lead?"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm, BaseFormSet, BoundField
from django.utils.translation import gettext

from requests_app.documents.wording import lower_first

if TYPE_CHECKING:  # generic for the type checker only
    Rows = BaseFormSet[Any]
else:
    Rows = BaseFormSet

LEAD = "lead"
"""The code of an error of a whole form that only introduces those of its fields."""
FORMS_OF_A_PAGE = ("form", "formset", "formsets")
"""Names under which a page's context is searched for forms, unless it gives `error_forms`."""


class PartError(ValidationError):
    """What is wrong in one input of a field that has several; `part` ends the id of that input."""

    def __init__(self, sentence: str, *, part: str) -> None:
        super().__init__(sentence)
        self.part = part


@dataclass(frozen=True)
class ErrorLine:
    """One line of the error summary: a sentence, the id it leads to, whether it only introduces."""

    text: str
    target: str = ""
    leads: bool = False


def of_context(context: Mapping[Any, Any]) -> list[BaseForm | Rows]:
    """Find the forms of a page: `error_forms` when the view gives it, else form and formsets."""
    if "error_forms" in context:
        return _flat([context["error_forms"]])
    return _flat([context[name] for name in FORMS_OF_A_PAGE if name in context])


def listed(forms: Iterable[BaseForm | Rows]) -> list[ErrorLine]:
    """List the errors of bound forms and formsets; what was never sent has none."""
    lines: list[ErrorLine] = []
    for form in forms:
        if form.is_bound:
            lines += _of_formset(form) if isinstance(form, BaseFormSet) else _of_form(form)
    return lines


def row_name(formset: Rows, number: int | str) -> str:
    """Name a row as its card and its errors do: `Baris 2`, or the formset's own noun."""
    noun = getattr(formset, "row_noun", None) or gettext("Baris")
    return f"{noun} {number}"


def _flat(found: Iterable[object]) -> list[BaseForm | Rows]:
    forms: list[BaseForm | Rows] = []
    for one in found:
        if isinstance(one, BaseForm | BaseFormSet):
            forms.append(one)
        elif isinstance(one, list | tuple):
            forms += _flat(one)
    return forms


def _of_form(form: BaseForm) -> Iterator[ErrorLine]:
    place = getattr(form, "place", "")
    for error in form.non_field_errors().as_data():
        for text in error.messages:
            yield ErrorLine(str(text), place, leads=error.code == LEAD)
    for bound in form:
        target = "" if bound.is_hidden else first_input_id(bound)
        for error in bound.errors.as_data():
            leads_to = f"{bound.auto_id}{error.part}" if isinstance(error, PartError) else target
            yield from (ErrorLine(str(text), leads_to) for text in error.messages)


def _of_formset(formset: Rows) -> Iterator[ErrorLine]:
    target = f"rows-{formset.prefix}"
    yield from (ErrorLine(str(text), target) for text in formset.non_form_errors())
    for number, form in enumerate(formset.forms, start=1):
        if _is_removed(form):
            continue
        name = row_name(formset, number)
        for line in _of_form(form):
            yield ErrorLine(f"{name}: {lower_first(line.text)}", line.target or target)


def _is_removed(form: BaseForm) -> bool:
    """Tell a row that will be removed: nobody has to put right what goes away."""
    return bool(form.is_bound and form.errors is not None and form.cleaned_data.get("DELETE"))


def first_input_id(bound: BoundField) -> str:
    """Return the id of the input, or of the first option of a group of choices."""
    if bound.field.widget.use_fieldset:
        return next((sub.id_for_label for sub in bound.subwidgets if sub.id_for_label), "")
    return bound.id_for_label or bound.auto_id
