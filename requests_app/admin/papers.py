"""How are letters worded?"""

from datetime import datetime
from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.admin.desk import DeskForm
from requests_app.admin.sample_print import PrintingDesk
from requests_app.models import DataRequest, LetterTemplate, Office
from requests_app.services import letters, sample_prints
from requests_app.services.workflow import Refused

EXAMPLE: Final = """Mohon disampaikan **data terbaru** berikut:

1. daftar organisasi;
2. jumlah anggota.

Rinciannya:
- per kecamatan;
- per jenis."""
"""Light markup as it is typed; what it becomes is shown by the test print."""


class TemplateForm(DeskForm):
    """A template whose tags are known and whose text can be printed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "body" in self.fields:
            self.fields["body"].help_text = explained()

    def clean_is_default(self) -> bool:
        """Refuse a second default by the name of the first."""
        wanted: bool = self.cleaned_data["is_default"]
        others = LetterTemplate.objects.filter(is_default=True).exclude(pk=self.instance.pk)
        other = others.filter(office=self.cleaned_data.get("office")).first()
        if wanted and other is not None:
            raise ValidationError(
                gettext(
                    "Templat bawaan kantor ini sudah ada: {nama}. Hapus dahulu tandanya."
                ).format(nama=other.name)
            )
        return wanted

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        office = cleaned.get("office") or Office()
        for name in ("subject", "body"):
            text = cleaned.get(name) or ""
            try:
                letters.fill(text, DataRequest(office=office))
                letters.refuse_unprintable(text)
            except Refused as refusal:
                self.add_error(name, str(refusal))
        return cleaned


def explained() -> SafeString:
    """Explain beside the text what may stand in it: the tags, and the markup by an example."""
    tags = format_html_join("", "<li><code>{}</code> {}</li>", letters.TAGS.items())
    return format_html(
        "<p>{}</p><ul>{}</ul><p>{}</p><pre>{}</pre>",
        gettext("Kode isian, diganti saat draf surat dibuat; yang lain ditolak:"),
        tags,
        gettext(
            "Baris kosong memisahkan paragraf. Huruf tebal, daftar bernomor, dan daftar berbutir "
            "ditulis seperti contoh ini; tanda lain dicetak apa adanya. Jangan menulis tautan atau "
            "kode akses."
        ),
        EXAMPLE,
    )


@admin.register(LetterTemplate)
class TemplateDesk(PrintingDesk):
    """The office's wording of a request letter, from which every draft begins."""

    form = TemplateForm
    list_display = ("name", "office", "subject", "is_default")
    fieldsets = (
        (None, {"fields": ("office", "name", "is_default")}),
        (_("Surat"), {"fields": ("subject", "body")}),
        (None, {"fields": ("sample_print_link",)}),
    )

    def print_sample(self, obj: LetterTemplate, *, at: datetime) -> bytes:
        """Give the letter that this template makes."""
        return sample_prints.print_sample(office=obj.office, template=obj, at=at)
