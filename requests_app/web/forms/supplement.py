"""What does an owner add to data that was delivered: files, a word, and whether it is whole now?"""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from requests_app.services import supplements
from requests_app.services.supplements import Addition, GivenAddition
from requests_app.web.forms.answers import FilesField, FilesInput, RecipientForm
from requests_app.web.forms.printed import PrintedField
from requests_app.web.forms.work_page import REMOVE, REPLACE, uuid_of
from requests_app.web.owner_view import file_row, own_files


class AdditionsForm(RecipientForm):
    """What is added to each item of an owner, what is still awaited first; nothing is required."""

    remark = PrintedField(required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.additions = supplements.additions_of(self.recipient)
        for one in self.additions:
            for name, field in self.fields_of(one).items():
                self.fields[name_of(one, name)] = field

    def fields_of(self, one: Addition) -> dict[str, forms.Field]:
        """Make the fields of one item: files, a word, and whether it is whole now."""
        return {
            "uploads": FilesField(
                label=_("Berkas susulan"),
                required=False,
                widget=FilesInput(attrs={"multiple": True}),
            ),
            "note": forms.CharField(
                label=_("Keterangan (opsional)"),
                help_text=_("Apa yang ditambahkan atau diperbaiki."),
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            ),
            "complete": forms.BooleanField(label=_("Data ini sekarang lengkap."), required=False),
        }

    def added(self) -> dict[str, Any]:
        """Give the service what was added to the items, and the word beside them."""
        given = [self.given_to(one) for one in self.additions]
        return {"given": given, "remark": self.cleaned_data["remark"]}

    def given_to(self, one: Addition) -> GivenAddition:
        """Give the service what was added to one item."""
        cleaned = self.cleaned_data
        return GivenAddition(
            item_id=one.standing.item.pk,
            note=cleaned.get(name_of(one, "note"), ""),
            is_complete=cleaned.get(name_of(one, "complete"), False),
            uploads=cleaned.get(name_of(one, "uploads"), ()),
        )


class SupplementForm(AdditionsForm):
    """The owner's own page: what is being put together stands in it, until it is sent."""

    save = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remark"].label = _("Catatan untuk kantor (opsional)")
        begun = supplements.open_supplement(self.recipient)
        self.initial["remark"] = "" if begun is None else begun.note
        self._offer_replacing()

    def refresh(self) -> None:
        """Show the files that were kept although something else was refused."""
        self.additions = supplements.additions_of(self.recipient)
        self._offer_replacing()

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
            "fields": {name: self[name_of(one, name)] for name in names},
        }

    def find(self, item: int) -> dict[str, Any]:
        """Give the template the item of a key."""
        return next(self.item(one) for one in self.additions if one.standing.item.pk == item)

    def facts(self) -> dict[str, Any]:
        """Give the service what was added, and the file to be taken out."""
        pressed = self.cleaned_data.get("save", "")
        gone = pressed.removeprefix(REMOVE) if pressed.startswith(REMOVE) else ""
        return {**self.added(), "removed": uuid_of(gone) if gone else None}

    def fields_of(self, one: Addition) -> dict[str, forms.Field]:
        """Begin with what was typed before."""
        made, added = super().fields_of(one), one.added
        if added is not None:
            made["note"].initial, made["complete"].initial = added.note, bool(added.availability)
        return made

    def given_to(self, one: Addition) -> GivenAddition:
        """Tell along which file takes the place of which."""
        named = ((kept.public_id, f"{REPLACE}{kept.public_id}") for kept in one.files)
        chosen = {key: self.cleaned_data.get(name) for key, name in named}
        replacing = {key: files[0] for key, files in chosen.items() if files}
        return replace(super().given_to(one), replacing=replacing)

    def _offer_replacing(self) -> None:
        for one in self.additions:
            for kept in one.files:
                self.fields[f"{REPLACE}{kept.public_id}"] = FilesField(
                    label=_("Berkas pengganti"), required=False
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


def name_of(one: Addition, field: str) -> str:
    """Name a field of an item."""
    return f"item-{one.standing.item.pk}-{field}"
