"""By which patterns does an office number its papers, and under which codes does it file them?"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.admin.desk import Desk, DeskForm, now
from requests_app.models import Classification, NumberRegister
from requests_app.services import number_patterns, numbers
from requests_app.services.workflow import Refused

IDENTITY: Final = ("office", "kind", "classification")
"""What a register is for: it stays as it began, since numbers have been written by it."""


class RegisterForm(DeskForm):
    """A pattern that numbers can be made from, and that no other register of the kind has."""

    def clean_template(self) -> str:
        template: str = self.cleaned_data["template"]
        with _told_to_the_form():
            number_patterns.refuse_template(template)
        return template

    def _post_clean(self) -> None:
        # the office and the kind of a new register stand on the row only after this
        super()._post_clean()  # type: ignore[misc]  # Django's stubs leave the hook out
        if self.errors:
            return
        try:
            number_patterns.refuse_twin(self.instance)
        except Refused as refusal:
            self.add_error("template", str(refusal))


@contextmanager
def _told_to_the_form() -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        raise ValidationError(str(refusal)) from refusal


@admin.register(NumberRegister)
class RegisterDesk(Desk):
    """A series of numbers: one of each kind for all, and more for classifications of their own."""

    form = RegisterForm
    list_display = ("__str__", "office", "template", "next_number")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show an example of the next number once there is a register to write it."""
        del request
        settings = [*IDENTITY, "template", "serial_width"]
        return settings if obj is None else [*settings, "next_number"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        del request
        return () if obj is None else (*IDENTITY, "next_number")

    @admin.display(description=_("Nomor berikutnya"))
    def next_number(self, register: NumberRegister) -> str:
        """Write the next number as this register would; nothing is taken by looking."""
        return numbers.next_text(register, dated=now().astimezone(register.office.zone).date())


@admin.register(Classification)
class ClassificationDesk(Desk):
    """The codes of the archives that the office files its letters under."""

    list_display = ("code", "name", "office")
    search_fields = ("code", "name")
