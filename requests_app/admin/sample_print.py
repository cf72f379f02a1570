"""How does whoever keeps a setting see at once what becomes of it on paper?"""

from abc import abstractmethod
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from requests_app.admin.desk import Desk, now

SANDBOX = "default-src 'none'; sandbox"
FILE_NAME = "cetak-uji.pdf"


class PrintingDesk(Desk):
    """A desk whose things can be seen as a letter: "Cetak uji" on the page of each."""

    @abstractmethod
    def print_sample(self, obj: Any, *, at: datetime) -> bytes:
        """Make a sample of the thing as it is stored."""

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(require_safe(self.sample_print))
        name = f"{self.opts.app_label}_{self.opts.model_name}_sample_print"
        return [path("<int:object_id>/cetak-uji/", view, name=name), *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "sample_print_link")

    @admin.display(description=_("Cetak uji"))
    def sample_print_link(self, obj: Any) -> str | SafeString:
        """Lead to the sample, once there is something to print."""
        if obj is None or obj.pk is None:
            return gettext("Simpan lebih dahulu.")
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_sample_print"
        return format_html(
            '<a href="{}">{}</a>',
            reverse(name, args=[obj.pk]),
            gettext("Unduh contoh surat dengan isian yang tersimpan (PDF)"),
        )

    def sample_print(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Give a sample letter of the thing as it is stored; another office's is not found."""
        thing = self.get_object(request, str(object_id))
        if thing is None:
            raise Http404
        if not self.has_view_permission(request, thing):
            raise PermissionDenied
        answer = HttpResponse(self.print_sample(thing, at=now()), content_type="application/pdf")
        answer.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
        answer.headers["Content-Security-Policy"] = SANDBOX
        return answer
