"""Who has an account, and who holds which position on which decree?"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import (
    AdminUserCreationForm,
    UserChangeForm,
    UsernameField,
)
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from requests_app.admin.desk import Desk, DeskForm, PrintedForm, actor_of, now
from requests_app.models import Position, User
from requests_app.services import certificates, niks, second_factor
from requests_app.services.workflow import Refused

if TYPE_CHECKING:
    AccountAdmin = UserAdmin[User]
    ChangeForm = UserChangeForm[User]
    CreationForm = AdminUserCreationForm[User]
else:
    AccountAdmin = UserAdmin
    ChangeForm = UserChangeForm
    CreationForm = AdminUserCreationForm

FOUND = 302
LONGEST_TITLE = 190

# Importing Django's own account admin registers groups; what a person may do comes from positions.
admin.site.unregister(Group)


class PersonForm(DeskForm, ChangeForm):
    """A person with an account; the password is set in a form of its own."""

    printed = ("name",)

    reset_second_factor = forms.BooleanField(
        label=_("Atur ulang verifikasi dua langkah"),
        required=False,
        help_text=_(
            "Untuk orang yang kehilangan ponsel atau perangkatnya, setelah Anda memastikan bahwa "
            "ia sendiri yang meminta. Aplikasi autentikator, kunci sandi, dan kode pemulihannya "
            "dihapus; ia diberi tahu lewat surel."
        ),
    )

    revoke_certificate = forms.BooleanField(
        label=_("Cabut sertifikat tanda tangan"),
        required=False,
        help_text=_(
            "Bila frasa sandinya diketahui orang lain, atau ia berhenti menandatangani. Yang sudah "
            "ditandatangani tetap berlaku; untuk menandatangani lagi ia membuat kunci baru."
        ),
    )
    nik = forms.CharField(
        label=_("NIK baru"),
        required=False,
        help_text=_(
            "16 angka; hanya untuk pejabat yang menandatangani melalui BSrE. Disimpan tersegel dan "
            "hanya dikirim ke layanan BSrE. Kosongkan bila tidak berubah."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    remove_nik = forms.BooleanField(label=_("Hapus NIK"), required=False)

    class Meta:
        model = User
        fields = "__all__"
        field_classes = {"username": UsernameField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance == self.editor or not second_factor.has_any(self.instance):
            self.fields["reset_second_factor"].disabled = True
        if self.instance.pk is None or certificates.standing_of(self.instance.pk) is None:
            self.fields["revoke_certificate"].disabled = True

    @sensitive_variables("nik")
    def clean_nik(self) -> str:
        """Refuse what is no NIK; blanks between the digits are as people write it."""
        nik = "".join(self.cleaned_data["nik"].split())
        if nik:
            try:
                niks.refuse_odd(nik)
            except Refused as refusal:
                raise ValidationError(str(refusal)) from None
        return nik


class NewPersonForm(PrintedForm, CreationForm):
    """A new account with its first password."""

    printed = ("name",)
    editor: User

    class Meta:
        model = User
        fields = ("username", "name", "email", "office")
        field_classes = {"username": UsernameField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.editor.is_superuser:
            self.fields["office"].required = True
            self.fields["office"].initial = self.editor.office_id


@admin.register(User)
class PersonDesk(Desk, AccountAdmin):
    """Accounts. What a person may do comes from positions, never from groups or permissions."""

    form = PersonForm
    add_form = NewPersonForm
    list_display = ("name", "username", "nip", "office", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff")
    search_fields = ("name", "username", "nip")
    ordering = ("name",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined", "shown_nik")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Orang"), {"fields": ("name", "nip", "rank", "email", "office")}),
        (_("Tanda tangan melalui BSrE"), {"fields": ("shown_nik", "nik", "remove_nik")}),
        (
            _("Akun"),
            {
                "fields": ("is_active", "is_staff", "reset_second_factor", "revoke_certificate"),
                "description": _(
                    "Kewenangan dalam SOP berasal dari jabatan, bukan dari akun. Pengelola hanya "
                    "mengatur kantor dan orang."
                ),
            },
        ),
        (_("Waktu"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "name", "email", "office", "nip", "rank")}),
        (_("Kata sandi pertama"), {"fields": ("usable_password", "password1", "password2")}),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only a superuser changes a superuser, or its password."""
        if isinstance(obj, User) and obj.is_superuser:
            return isinstance(request.user, User) and request.user.is_superuser
        return super().has_change_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not (isinstance(request.user, User) and request.user.is_superuser):
            return fieldsets
        return [*fieldsets[:-1], (_("Superuser"), {"fields": ["is_superuser"]}), fieldsets[-1]]

    @admin.display(description=_("NIK"))
    def shown_nik(self, person: User) -> str:
        """Show the end of the NIK, enough to tell whether it is the right one."""
        return niks.shown_nik(person) or _now("belum diisi")

    @method_decorator(sensitive_post_parameters("nik"))
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Keep a NIK that is typed out of every report of an error."""
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001
        """Seal the NIK before the row is written."""
        typed = form.cleaned_data.get("nik", "")
        if typed or form.cleaned_data.get("remove_nik"):
            niks.keep_nik(obj, typed)
        super().save_model(request, obj, form, change)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        """Take off the second factor, and the key, where that was asked for; in one transaction."""
        super().save_related(request, form, formsets, change)
        person = form.instance
        standing = certificates.standing_of(person.pk)
        if form.cleaned_data.get("revoke_certificate") and standing is not None:
            certificates.revoke(
                certificate=standing,
                actor=actor_of(request, office_id=standing.authority.office_id),
                at=now(),
                reason=form.cleaned_data["reason"],
            )
        if form.cleaned_data.get("reset_second_factor") and person.office_id is not None:
            second_factor.reset(
                person=person,
                actor=actor_of(request, office_id=person.office_id),
                at=now(),
                reason=form.cleaned_data["reason"],
            )

    @method_decorator(sensitive_post_parameters())
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:  # noqa: A002
        """Set a person's password; the office's chain says who did it, never to what."""
        with transaction.atomic():
            response = super().user_change_password(request, id, form_url)
            person = self.get_object(request, id)
            if request.method == "POST" and response.status_code == FOUND and person is not None:
                self.note(request, person, deed="set_password")
        return response


class PositionForm(DeskForm):
    """A position of somebody else; nobody makes himself head."""

    printed = ("title", "represents")

    def clean_title(self) -> str:
        """Leave room for "Plt. " before it, in a line of 200 letters."""
        title: str = self.cleaned_data["title"]
        if len(title) > LONGEST_TITLE:
            raise ValidationError(
                _now("Nama jabatan paling panjang {n} huruf.").format(n=LONGEST_TITLE)
            )
        return title

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        holders = {self.initial.get("user"), getattr(cleaned.get("user"), "pk", None)}
        if self.editor.pk in holders:
            raise ValidationError(
                _now(
                    "Anda tidak dapat memasukkan atau mengubah jabatan untuk diri sendiri. "
                    "Minta pengelola lain melakukannya."
                )
            )
        return cleaned


@admin.register(Position)
class PositionDesk(Desk):
    """Dated positions: roles come from nowhere else. One ends by its date and is never deleted."""

    form = PositionForm
    list_display = ("user", "printed", "role", "section", "valid_from", "valid_to")
    list_filter = ("role", "kind")
    list_select_related = ("user", "office", "section")
    search_fields = ("user__name", "title", "decree_number")
    fieldsets = (
        (None, {"fields": ("user", "office", "section", "role")}),
        (_("Jabatan"), {"fields": ("title", "kind", "represents")}),
        (_("Masa"), {"fields": ("valid_from", "valid_to")}),
        (
            _("Surat keputusan"),
            {
                "fields": ("decree_number", "decree_date"),
                "description": _("Jabatan tanpa nomor dan tanggal surat keputusan tidak diterima."),
            },
        ),
    )

    @admin.display(description=_("Nama jabatan"), ordering="title")
    def printed(self, position: Position) -> str:
        return position.printed_title
