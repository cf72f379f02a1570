"""Whom does the office ask for data?"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from requests_app.admin.desk import Desk, DeskForm
from requests_app.models import DataOwner


class DataOwnerForm(DeskForm):
    """An owner as letters and receipts name it."""

    printed = ("name", "head_title", "place", "address", "contact_name")


@admin.register(DataOwner)
class DataOwnerDesk(Desk):
    """An entry of the directory; who is no longer asked is made inactive."""

    form = DataOwnerForm
    list_display = ("name", "head_title", "place", "email", "whatsapp", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "head_title", "contact_name")
    fieldsets = (
        (None, {"fields": ("office", "name", "head_title", "place", "address")}),
        (_("Dihubungi melalui"), {"fields": ("email", "phone", "whatsapp", "contact_name")}),
        (None, {"fields": ("is_active",)}),
    )
