"""How does an office present itself, and which sections has it?"""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.admin.desk import Desk
from requests_app.models import Office, Section, User
from requests_app.services import offices

NO_ADDRESS = _("Alamat kantor masih kosong. Kop surat dicetak tanpa baris alamat.")


@admin.register(Office)
class OfficeDesk(Desk):
    """An office; a new one gets its edition of the SOP, registers, template and working hours."""

    office_path = "pk"
    list_display = ("name", "government", "city", "shown_address")
    search_fields = ("name",)
    fieldsets = (
        (None, {"fields": ("name", "government", "head_title", "city")}),
        (
            _("Kop surat"),
            {"fields": ("address", "phone", "website", "email", "classification_code")},
        ),
        (_("Narahubung"), {"fields": ("contact_name", "contact_phone")}),
        (
            _("Kebijakan"),
            {
                "fields": (
                    "time_zone",
                    "drafter_may_verify",
                    "correction_days",
                    "deemed_receipt_days",
                    "link_days",
                    "decline_grounds",
                )
            },
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and user.is_superuser and self.may(request)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        given: dict[str, Any] = super().get_changeform_initial_data(request)
        return {"decline_grounds": offices.DEFAULT_GROUNDS, **given}

    @admin.display(description=_("Alamat"))
    def shown_address(self, office: Office) -> str:
        return office.address or gettext("belum diisi")

    def save_model(self, request: HttpRequest, obj: Office, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        if not change:
            offices.lay_out(obj)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Warn while the letterhead lacks its address, before and after saving."""
        response = super().changeform_view(request, *args, **kwargs)
        object_id = kwargs.get("object_id") or (args[0] if args else None)
        office = self.get_object(request, object_id) if object_id else None
        if request.method == "GET" and office is not None and not office.address:
            messages.warning(request, str(NO_ADDRESS))
        return response

    def response_add(self, request: HttpRequest, obj: Office, *args: Any, **kwargs: Any) -> Any:
        if not obj.address:
            messages.warning(request, str(NO_ADDRESS))
        return super().response_add(request, obj, *args, **kwargs)


@admin.register(Section)
class SectionDesk(Desk):
    """A section of an office."""

    list_display = ("name", "office")
    search_fields = ("name",)
