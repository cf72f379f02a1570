"""How does an office present itself, and which sections has it?"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.admin.desk import Desk, DeskForm
from requests_app.admin.sample_print import PrintingDesk
from requests_app.models import Office, Section, User
from requests_app.models.office import second_factor_by_default
from requests_app.services import offices, sample_prints, stationery
from requests_app.services.workflow import Refused

NO_ADDRESS = _("Alamat kantor masih kosong. Kop surat dicetak tanpa baris alamat.")


class Lines(SimpleArrayField):
    """A list with one thing on each line; empty lines say nothing."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "\n".join(line for line in value.splitlines() if line.strip())
        return super().to_python(value)


class OfficeForm(DeskForm):
    """An office whose kop can be printed: lines that fit, a crest that is a picture."""

    printed = (
        "name",
        "government",
        "head_title",
        "city",
        "letterhead_lines",
        "address",
        "phone",
        "website",
        "email",
        "contact_name",
        "contact_phone",
        "classification_code",
        "decline_grounds",
    )

    crest = forms.FileField(
        label=_("Ganti lambang daerah"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        help_text=_("PNG atau JPEG, paling besar 1 MB. Bila kosong, kop dicetak tanpa lambang."),
    )
    remove_crest = forms.BooleanField(label=_("Hapus lambang dari kop"), required=False)
    initial_titles = Lines(
        forms.CharField(max_length=200),
        label=_("Urutan paraf"),
        delimiter="\n",
        max_length=3,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Nama jabatan yang membubuhkan paraf berurutan, paling banyak tiga, satu per baris, "
            "persis seperti pada daftar jabatan. Bila kosong, satu paraf dari pejabat yang "
            "memverifikasi."
        ),
    )
    second_factor_roles = forms.MultipleChoiceField(
        label=_("Wajib memakai verifikasi dua langkah"),
        choices=Office.SecondFactor.choices,
        initial=second_factor_by_default,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Yang belum memasangnya hanya dapat membuka halaman keamanan akunnya. Orang lain boleh "
            "memasangnya dengan kemauan sendiri."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["letterhead_lines"].widget.attrs["rows"] = stationery.MOST_LINES

    def clean_letterhead_lines(self) -> str:
        """Refuse more lines than a kop holds."""
        text: str = self.cleaned_data["letterhead_lines"]
        with _told_here():
            stationery.refuse_long_kop(text)
        return text

    def clean_crest(self) -> Any:
        """Take an uploaded crest as a picture drawn anew; what is there already stays."""
        given = self.cleaned_data["crest"]
        if not isinstance(given, UploadedFile):
            return given
        with _told_here():
            return stationery.keep_crest(given.read(stationery.MOST_CREST_BYTES + 1))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if cleaned.get("remove_crest"):
            cleaned["crest"] = ""
        return cleaned


@contextmanager
def _told_here() -> Iterator[None]:
    """Tell a refusal at the field that is being checked."""
    try:
        yield
    except Refused as refusal:
        raise ValidationError(str(refusal)) from refusal


@admin.register(Office)
class OfficeDesk(PrintingDesk):
    """An office; a new one gets its edition of the SOP, registers, template and working hours."""

    form = OfficeForm
    readonly_fields = ("crest_shown",)
    office_path = "pk"
    list_display = ("name", "government", "city", "shown_address")
    search_fields = ("name",)
    fieldsets = (
        (None, {"fields": ("name", "government", "head_title", "city")}),
        (
            _("Kop surat"),
            {
                "fields": (
                    "letterhead_lines",
                    "address",
                    "phone",
                    "website",
                    "email",
                    "crest_shown",
                    "crest",
                    "remove_crest",
                    "classification_code",
                )
            },
        ),
        (
            _("Tata naskah"),
            {
                "fields": (
                    "paper",
                    ("margin_top", "margin_bottom"),
                    ("margin_left", "margin_right"),
                    ("face", "face_size"),
                    "line_spacing",
                    "addressee_side",
                    "numbers_pages",
                    "sample_print_link",
                ),
                "description": _(
                    "Berlaku untuk naskah berikutnya. Surat yang sudah ditandatangani menyimpan "
                    "tata naskahnya sendiri."
                ),
            },
        ),
        (_("Narahubung"), {"fields": ("contact_name", "contact_phone")}),
        (
            _("Kebijakan"),
            {
                "fields": (
                    "time_zone",
                    "signing_route",
                    "second_factor_roles",
                    "initial_titles",
                    "drafter_may_verify",
                    "correction_days",
                    "deemed_receipt_days",
                    "link_days",
                    "extension_days",
                    "decline_grounds",
                    "shows_use_to_owners",
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

    def print_sample(self, obj: Office, *, at: datetime) -> bytes:
        """Give a letter in the office's look."""
        return sample_prints.print_sample(office=obj, at=at)

    @admin.display(description=_("Lambang daerah"))
    def crest_shown(self, office: Office) -> str | SafeString:
        """Show the crest as the kop will, or say that there is none."""
        crest = stationery.crest_of(office)
        if crest is None:
            return gettext("belum ada")
        return format_html('<img src="{}" alt="{}" height="92">', crest.data_uri, crest.alt)

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


class SectionForm(DeskForm):
    """A section as papers and numbers name it."""

    printed = ("name", "code")


@admin.register(Section)
class SectionDesk(Desk):
    """A section of an office."""

    form = SectionForm
    list_display = ("name", "office")
    search_fields = ("name",)
