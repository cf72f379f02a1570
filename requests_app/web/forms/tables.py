"""How is a table with fixed rows and columns filled on a page, cell by cell?"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from requests_app.documents.wording import lower_first
from requests_app.models import FormQuestion
from requests_app.services import entries
from requests_app.web.errors import PartError


def part_of(row: int, column: int) -> str:
    """End the name and the id of a cell's input; both places count from 0."""
    return f"_{row}_{column}"


class TableInput(forms.Widget):
    """A table of inputs: columns beside each other where there is room, else rows as cards."""

    template_name = "components/table_input.html"
    use_fieldset = True

    def __init__(self, question: FormQuestion) -> None:
        super().__init__()
        self.question = question
        self.wrong: set[tuple[int, int]] = set()

    def value_from_datadict(
        self, data: Mapping[str, Any], files: object, name: str
    ) -> list[list[str]]:
        """Gather what was typed, cell by cell."""
        del files
        return [
            [data.get(f"{name}{part_of(row, column)}", "") for column in self._columns()]
            for row in self._rows()
        ]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: object, name: str) -> bool:
        """Tell whether no cell was sent at all."""
        del files
        cells = (part_of(row, column) for row in self._rows() for column in self._columns())
        return not any(f"{name}{part}" in data for part in cells)

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """Lead to the first cell: a table as a whole has a legend."""
        del index
        return f"{id_}{part_of(0, 0)}" if id_ else ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Lay out names, values and marks of all cells."""
        context = super().get_context(name, value, attrs)
        shown = entries.fitted(self.question, value)
        lines = zip(self.question.rows, shown, strict=True)
        context["table"] = {
            "columns": self.question.columns,
            "holds_numbers": self.question.holds_numbers,
            "rows": [
                {"name": named, "cells": list(self._cells(row, line))}
                for row, (named, line) in enumerate(lines)
            ],
        }
        return context

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Draw the table by a template of the house."""
        del renderer
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def _cells(self, row: int, line: list[str]) -> Any:
        for column, value in enumerate(line):
            yield {
                "part": part_of(row, column),
                "column": self.question.columns[column],
                "value": value,
                "is_wrong": (row, column) in self.wrong,
            }

    def _rows(self) -> range:
        return range(len(self.question.rows))

    def _columns(self) -> range:
        return range(len(self.question.columns))


class TableField(forms.Field):
    """A table: each cell a text or a number; every fault is named by its row and column."""

    widget: TableInput

    def __init__(self, question: FormQuestion, **kwargs: Any) -> None:
        super().__init__(widget=TableInput(question), **kwargs)
        self.question = question

    def clean(self, value: Any) -> entries.Table:
        """Read all cells; the wrong ones are marked and told one by one."""
        table, faults = entries.table(self.question, value or ())
        self.widget.wrong = {(fault.row, fault.column) for fault in faults}
        if faults:
            raise ValidationError([self._told(fault) for fault in faults])
        return table

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare cell by cell: an empty table is the same as none."""
        return entries.fitted(self.question, initial) != entries.fitted(self.question, data)

    def _told(self, fault: entries.CellFault) -> PartError:
        sentence = _("Baris {baris}, kolom {kolom}: {kesalahan}").format(
            baris=self.question.rows[fault.row],
            kolom=self.question.columns[fault.column],
            kesalahan=lower_first(fault.sentence),
        )
        return PartError(sentence, part=part_of(fault.row, fault.column))
