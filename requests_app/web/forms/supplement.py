"""What does an owner add to data that was delivered: files, a word, and whether it is whole now?"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from requests_app.services import supplements
from requests_app.services.supplements import Addition, GivenAddition
from requests_app.web.forms.answers import FilesField, FilesInput, RecipientForm
from requests_app.web.forms.printed import PrintedField
from requests_app.web.forms.work_page import REMOVE, REPLACE, uuid_of
from requests_app.web.owner_view import file_row, own_files


class SupplementForm(RecipientForm):
    """All items of an owner, what is still awaited first; nothing is required."""

    save = forms.CharField(required=False, widget=forms.HiddenInput)
    remark = PrintedField(required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remark"].label = _("Catatan untuk kantor (opsional)")
        begun = supplements.open_supplement(self.recipient)
        self.initial["remark"] = "" if begun is None else begun.note
        self.additions = supplements.additions_of(self.recipient)
        for one in self.additions:
            self._add_item(one)

    def items(self) -> list[dict[str, Any]]:
        """Give the template each item with its files and fields."""
        return [self.item(one) for one in self.additions]

    def item(self, one: Addition) -> dict[str, Any]:
        """Give the template one item; `sheet` and `files` as on the work page."""
        names = ("uploads", "note", "complete")
        return {
            "sheet": one.standing,
            "is_awaited": one.is_awaited,
            "is_begun": one.added is not None and bool(one.files or one.added.note),
            "files": self._files_of(one),
            "fields": {name: self[_name(one, name)] for name in names},
        }

    def find(self, item: int) -> dict[str, Any]:
        """Give the template the item of a key."""
        return next(self.item(one) for one in self.additions if one.standing.item.pk == item)

    def facts(self) -> dict[str, Any]:
        """Give the service what was added, and the file to be taken out."""
        pressed = self.cleaned_data.get("save", "")
        return {
            "given": [self._given(one) for one in self.additions],
            "remark": self.cleaned_data["remark"],
            "removed": uuid_of(pressed.removeprefix(REMOVE))
            if pressed.startswith(REMOVE)
            else None,
        }

    def _add_item(self, one: Addition) -> None:
        added = one.added
        self.fields[_name(one, "uploads")] = FilesField(
            label=_("Berkas susulan"), required=False, widget=FilesInput(attrs={"multiple": True})
        )
        self.fields[_name(one, "note")] = forms.CharField(
            label=_("Keterangan (opsional)"),
            help_text=_("Apa yang ditambahkan atau diperbaiki."),
            required=False,
            initial="" if added is None else added.note,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields[_name(one, "complete")] = forms.BooleanField(
            label=_("Data ini sekarang lengkap."),
            required=False,
            initial=added is not None and bool(added.availability),
        )
        for kept in one.files:
            self.fields[f"{REPLACE}{kept.public_id}"] = FilesField(
                label=_("Berkas pengganti"), required=False
            )

    def _given(self, one: Addition) -> GivenAddition:
        cleaned = self.cleaned_data
        named = ((kept.public_id, f"{REPLACE}{kept.public_id}") for kept in one.files)
        return GivenAddition(
            item_id=one.standing.item.pk,
            note=cleaned.get(_name(one, "note"), ""),
            is_complete=cleaned.get(_name(one, "complete"), False),
            uploads=cleaned.get(_name(one, "uploads"), ()),
            replacing={key: cleaned[name][0] for key, name in named if cleaned.get(name)},
        )

    def _files_of(self, one: Addition) -> list[dict[str, Any]]:
        hrefs = own_files(self.recipient)
        return [
            {
                **file_row(kept, href=hrefs(kept), remove=True),
                "public_id": kept.public_id,
                "replacing": self[f"{REPLACE}{kept.public_id}"],
            }
            for kept in one.files
        ]


def _name(one: Addition, field: str) -> str:
    return f"item-{one.standing.item.pk}-{field}"
