"""What have the deeds of the SOP written? To be read; no state and no record is changed here."""

from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.admin.desk import Record
from requests_app.models import (
    AuditCheckpoint,
    AuditEntry,
    CertificateAuthority,
    DataRequest,
    DataUse,
    FileAccess,
    LetterNumber,
    LetterVersion,
    LinkOpening,
    Notice,
    OfficialDocument,
    Recipient,
    RegisterEntry,
    SigningAttempt,
    SigningCertificate,
    User,
)
from requests_app.sop import labels
from requests_app.sop.steps import find_step

LONGEST_SUBJECT: Final = 80
"""Characters of a subject in a list; its own page has all of them."""
CHAINS: Final = {"request": _("Permohonan"), "office": _("Perangkat daerah")}


class StandingRecord(Record):
    """A request or a recipient: where it stands is told in the words of the SOP."""

    @admin.display(description=_("Langkah"), ordering="state")
    def standing(self, subject: Any) -> str:
        step = find_step(subject.state)
        name = gettext(labels.STATES[subject.state])
        return f"{step.number} {name}".strip() if step else name


@admin.register(DataRequest)
class RequestRecord(StandingRecord):
    list_display = ("title", "standing", "section", "opened_at", "due_at", "outcome")
    list_select_related = ("section",)
    search_fields = ("title",)
    date_hierarchy = "opened_at"


@admin.register(Recipient)
class RecipientRecord(StandingRecord):
    list_display = ("data_owner", "data_request", "standing", "due_at", "channel", "sent_at")
    list_select_related = ("data_owner", "data_request")
    search_fields = ("data_owner__name", "data_request__title")


@admin.register(LinkOpening)
class OpeningRecord(Record):
    """Who opened a link with its code, and from where."""

    office_path = "link__recipient__office_id"
    list_display = ("at", "owner", "about", "address", "agent")
    list_select_related = ("link__recipient__data_owner", "link__recipient__data_request")
    search_fields = (
        "link__recipient__data_owner__name",
        "link__recipient__data_request__title",
        "address",
    )
    date_hierarchy = "at"

    @admin.display(description=_("Pemilik data"), ordering="link__recipient__data_owner__name")
    def owner(self, opening: LinkOpening) -> str:
        return str(opening.link.recipient)

    @admin.display(description=_("Permohonan"), ordering="link__recipient__data_request__title")
    def about(self, opening: LinkOpening) -> str:
        return str(opening.link.recipient.data_request)


@admin.register(LetterVersion)
class LetterRecord(Record):
    office_path = "letter__data_request__office_id"
    list_display = ("subject", "letter", "number", "drafted_by", "submitted_at")
    list_select_related = ("letter__data_request", "drafted_by")
    search_fields = ("subject", "letter__data_request__title")


@admin.register(LetterNumber)
class NumberRecord(Record):
    office_path = "register__office_id"
    list_display = ("text", "register", "status", "taken_at", "taken_by")
    list_filter = ("register__kind", "status", "year")
    list_select_related = ("register",)
    search_fields = ("text",)


@admin.register(OfficialDocument)
class DocumentRecord(Record):
    list_display = ("title", "kind", "number", "dated", "signature", "status")
    list_filter = ("kind", "status")
    list_select_related = ("number",)
    search_fields = ("title", "number__text", "code", "sha256")
    exclude = ("file",)  # the bytes go through the pages, which ask who wants them


@admin.register(RegisterEntry)
class RegisterRecord(Record):
    list_display = ("number", "received_on", "origin", "data", "received_by", "status")
    list_filter = ("status",)
    list_select_related = ("number",)
    search_fields = ("number__text", "origin", "data")


@admin.register(DataUse)
class UseRecord(Record):
    list_display = ("item", "purpose", "used_by", "used_on", "recorded_at")
    list_select_related = ("item",)
    search_fields = ("purpose", "used_by", "item__name")


@admin.register(FileAccess)
class AccessRecord(Record):
    list_display = ("at", "name", "file", "purpose")
    list_select_related = ("file",)
    search_fields = ("name", "purpose", "file__name")


class KindFilter(admin.SimpleListFilter):
    """What an entry did, in words."""

    title = _("jenis")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        del request, model_admin
        return [(kind, gettext(label)) for kind, label in labels.KINDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        del request
        return queryset.filter(kind=self.value()) if self.value() else queryset


class RowFilter(admin.SimpleListFilter):
    """At which row it happened, in words."""

    title = _("langkah")
    parameter_name = "row"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        del request, model_admin
        return [(row, gettext(name)) for row, name in labels.STEP_NAMES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        del request
        return queryset.filter(row=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditRecord(Record):
    list_display = ("moment", "happened", "about", "actor_name", "place")
    list_filter = (KindFilter, RowFilter)
    search_fields = ("subject_label", "actor_name", "deed", "reason")
    ordering = ("-at", "-pk")

    @admin.display(description=_("Waktu"), ordering="at")
    def moment(self, entry: AuditEntry) -> str:
        return f"{timezone.localtime(entry.at):%d-%m-%Y %H.%M}"

    @admin.display(description=_("Peristiwa"), ordering="deed")
    def happened(self, entry: AuditEntry) -> str:
        phrase = labels.what_happened(
            kind=entry.kind, deed=entry.deed, row=entry.row, to_state=entry.to_state
        )
        return phrase.said(translate=gettext, write=lambda name: gettext(str(name)))

    @admin.display(description=_("Tentang"), ordering="subject_label")
    def about(self, entry: AuditEntry) -> str:
        return Truncator(entry.subject_label).chars(LONGEST_SUBJECT)

    @admin.display(description=_("Rantai"), ordering="chain")
    def place(self, entry: AuditEntry) -> str:
        """Name the chain and the place in it."""
        kind, _colon, number = entry.chain.partition(":")
        return f"{CHAINS.get(kind, kind)} {number} #{entry.sequence}"


@admin.register(CertificateAuthority)
class AuthorityRecord(Record):
    list_display = ("name", "fingerprint", "made_at", "valid_to", "is_current", "list_ends_at")


@admin.register(SigningCertificate)
class CertificateRecord(Record):
    """Whose key is good: it is revoked on the page of its owner, for a reason."""

    office_path = "authority__office_id"
    list_display = ("name", "title", "serial", "valid_to", "replaced_at", "revoked_at")
    search_fields = ("name", "serial")


@admin.register(SigningAttempt)
class AttemptRecord(Record):
    office_path = "data_request__office_id"
    list_display = ("number", "data_request", "position", "route", "started_at", "outcome", "why")
    list_select_related = ("number", "data_request", "position__user")
    list_filter = ("outcome", "route")


@admin.register(AuditCheckpoint)
class CheckpointRecord(Record):
    """Digests over the chains of all offices: for those who keep the whole installation."""

    list_display = ("sequence", "at", "hash")

    def may(self, request: HttpRequest, obj: Any = None) -> bool:
        del obj
        user = request.user
        return isinstance(user, User) and user.is_active and user.is_staff and user.is_superuser


@admin.register(Notice)
class NoticeRecord(Record):
    list_display = ("made_at", "status", "kind", "data_request", "address", "tries", "last_error")
    list_filter = ("status", "kind")
    list_select_related = ("data_request",)
    search_fields = ("address", "data_request__title")
