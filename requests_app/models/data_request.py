"""Where does one request for data stand, and what is asked?"""

import uuid
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import GET_STATE, FSMField, FSMModelMixin, transition

from requests_app.models import guards
from requests_app.models.edition import SopEdition
from requests_app.models.fsm import completes, leaves, sends_back
from requests_app.models.kept import KeepsRows, read_once
from requests_app.models.office import Office, Section
from requests_app.models.people import User
from requests_app.sop.roles import Actor, Role
from requests_app.sop.steps import (
    RECIPIENT_STEPS,
    RECORDED,
    REQUEST_ENDS,
    REQUEST_STEPS,
    STEPS,
    Step,
    find_step,
)

if TYPE_CHECKING:
    from datetime import datetime

    from requests_app.models.collection_form import CollectionForm
    from requests_app.models.letter import Letter, LetterVersion
    from requests_app.models.official_document import OfficialDocument
    from requests_app.models.recipient import Recipient
    from requests_app.models.register import RegisterEntry
    from requests_app.models.usage import DataUse, ProcessingResult, UsageReport

REQUEST_STATES = (*(step.key for step in STEPS), *REQUEST_ENDS)
OWNER_ROWS = tuple(step.key for step in RECIPIENT_STEPS)
UNSIGNED_ROWS = ("list_needs", "prepare_form", "draft_letter", "verify_letter", "sign_letter")
"""Rows in which the letter still waits for its signature, and for its number."""
REQUEST_ROWS = tuple(step.key for step in REQUEST_STEPS)


class DataRequestQuerySet(models.QuerySet["DataRequest"]):
    """Questions about requests."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what this actor may see: every request of the own office, for people only."""
        if actor.role is Role.DATA_OWNER:
            return self.none()
        return self.filter(office_id=actor.office_id)

    def with_office(self) -> Self:
        """Load office, section and edition along, without the edition's long texts."""
        return self.with_edition().select_related("office")

    def with_edition(self) -> Self:
        """Load section and edition along where the office is at hand already."""
        texts = (f"edition__{name}" for name in SopEdition.TEXTS)
        return self.select_related("section", "edition").defer(*texts)

    def running(self) -> Self:
        """Keep the requests that are not at an end (told by the time of it, which is indexed)."""
        return self.filter(closed_at__isnull=True)

    def awaiting(self, *actors: Actor, editions: Iterable[SopEdition] | None = None) -> Self:
        """Keep the requests whose awaited step is one of these actors', by their own edition.

        `editions` are those of the actors' offices where the caller has them already.
        """
        return self.running().filter(turn_of(actors, REQUEST_ROWS, editions=editions))

    def overdue(self, at: "datetime") -> Self:
        """Keep the running requests whose due time has passed."""
        return self.running().filter(due_at__lt=at)


def turn_of(
    actors: Sequence[Actor],
    keys: tuple[str, ...],
    prefix: str = "",
    editions: Iterable[SopEdition] | None = None,
) -> Q:
    """Build the condition "the awaited step is theirs": role by edition, own office and section.

    `prefix` leads from the filtered model to the request, for recipients.
    """
    theirs = Q(pk__in=[])
    if editions is None:
        offices = {actor.office_id for actor in actors}
        editions = SopEdition.objects.filter(office_id__in=offices).without_texts()
    for edition in editions:
        plain = edition.as_plain()
        for actor in actors:
            states = [key for key in keys if plain.role_of(key) is actor.role]
            if actor.office_id != edition.office_id or not states:
                continue
            # the office is told by the edition already, but the indexes begin with it
            turn = Q(**{f"{prefix}edition": edition}, office=edition.office_id, state__in=states)
            if actor.section_id is not None:
                turn &= Q(**{f"{prefix}section_id": actor.section_id})
            theirs |= turn
    return theirs


class DataRequest(KeepsRows, FSMModelMixin, models.Model):
    """One request for somebody else's data; its state is the key of the awaited step."""

    class Sensitivity(models.TextChoices):
        """Kepekaan: a reason is asked for the last two."""

        ORDINARY = "biasa", _("Biasa")
        SENSITIVE = "peka", _("Peka")
        VERY_SENSITIVE = "sangat_peka", _("Sangat peka")

    class SecurityClass(models.TextChoices):
        """Klasifikasi keamanan: who may read."""

        ORDINARY = "B", _("Biasa")
        LIMITED = "T", _("Terbatas")
        SECRET = "R", _("Rahasia")
        TOP_SECRET = "SR", _("Sangat Rahasia")

    class Urgency(models.TextChoices):
        """Urgensi: how fast."""

        ORDINARY = "biasa", _("Biasa")
        URGENT = "segera", _("Segera")
        VERY_URGENT = "sangat_segera", _("Sangat Segera")

    class Outcome(models.TextChoices):
        """How a request ended."""

        NONE = "", _("Masih berjalan")
        REPORTED = "reported", _("Selesai")
        WITHOUT_DATA = "without_data", _("Ditutup tanpa data")
        CANCELLED = "cancelled", _("Dibatalkan")

    STATES = [(state, state) for state in REQUEST_STATES]

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey(
        Office, models.PROTECT, related_name="requests", verbose_name=_("perangkat daerah")
    )
    section = models.ForeignKey(
        Section, models.PROTECT, related_name="requests", verbose_name=_("seksi")
    )
    edition = models.ForeignKey(
        SopEdition, models.PROTECT, related_name="requests", verbose_name=_("edisi SOP")
    )
    state = FSMField(
        _("keadaan"), default="list_needs", protected=True, choices=STATES, db_index=False
    )
    title = models.CharField(_("judul"), max_length=200)
    purpose = models.TextField(_("tujuan penggunaan"), blank=True)
    legal_bases = ArrayField(
        models.TextField(), verbose_name=_("dasar hukum"), default=list, blank=True
    )
    sensitivity = models.CharField(
        _("kepekaan"), max_length=20, choices=Sensitivity.choices, default=Sensitivity.ORDINARY
    )
    sensitivity_reason = models.TextField(_("alasan kepekaan"), blank=True)
    security_class = models.CharField(
        _("klasifikasi keamanan"),
        max_length=4,
        choices=SecurityClass.choices,
        default=SecurityClass.ORDINARY,
    )
    urgency = models.CharField(
        _("sifat"), max_length=20, choices=Urgency.choices, default=Urgency.ORDINARY
    )
    personal_data_reason = models.TextField(_("alasan meminta data pribadi"), blank=True)
    outcome = models.CharField(
        _("hasil akhir"), max_length=20, choices=Outcome.choices, default=Outcome.NONE, blank=True
    )
    round = models.PositiveSmallIntegerField(_("putaran"), default=1)
    version = models.PositiveIntegerField(_("versi"), default=1, editable=False)
    changed_by = models.CharField(_("diubah oleh"), max_length=200, blank=True, editable=False)
    changed_at = models.DateTimeField(_("diubah pada"), null=True, editable=False)
    last_press = models.CharField(
        _("penekanan terakhir"), max_length=64, blank=True, default="", editable=False
    )
    opened_by = models.ForeignKey(
        User, models.PROTECT, related_name="opened_requests", verbose_name=_("dibuka oleh")
    )
    opened_at = models.DateTimeField(_("dibuka pada"))
    entered_at = models.DateTimeField(_("langkah dimulai pada"))
    due_at = models.DateTimeField(_("tenggat"), null=True, blank=True)
    closed_at = models.DateTimeField(_("ditutup pada"), null=True, blank=True)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("permohonan data")
        verbose_name_plural = _("permohonan data")
        ordering = ["-opened_at", "-pk"]
        indexes = [
            models.Index(fields=["office", "-opened_at", "-id"], name="request_newest_first"),
            models.Index(fields=["office", "state", "due_at"], name="request_by_turn"),
            models.Index(
                fields=["office", "due_at", "id"],
                name="running_by_due_time",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(fields=["office", "-closed_at"], name="request_lately_ended"),
        ]
        constraints = [
            models.CheckConstraint(
                name="request_state_is_of_the_table", condition=Q(state__in=REQUEST_STATES)
            ),
            models.CheckConstraint(
                name="request_end_has_outcome_and_time",
                condition=Q(state__in=REQUEST_ENDS, closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(state__in=REQUEST_ENDS) & Q(closed_at__isnull=True, outcome=""),
            ),
            models.CheckConstraint(
                name="request_end_has_no_due_time",
                condition=~Q(state__in=REQUEST_ENDS) | Q(due_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    # -- rows 1 to 5 ------------------------------------------------------------------------

    @completes(
        "list_needs",
        guards=[guards.purpose_is_stated, guards.items_are_listed, guards.owners_are_chosen],
    )
    def list_needs(self) -> None:
        """SOP row 1: the list of needed data is fixed."""

    @sends_back("verify_letter", to="prepare_form")
    def return_to_prepare_form(self) -> None:
        """SOP row 4: list or form is wrong."""
        self.round += 1

    @completes("prepare_form", guards=[guards.form_covers_items])
    def prepare_form(self) -> None:
        """SOP row 2: the collection form is published."""

    @completes("draft_letter", guards=[guards.letter_is_drafted, guards.owners_are_chosen])
    def draft_letter(self) -> None:
        """SOP row 3: the draft goes up for verification."""

    @sends_back("verify_letter", to="draft_letter")
    @sends_back("sign_letter", to="draft_letter")
    @sends_back("review_refusals", to="draft_letter")
    def return_to_draft_letter(self) -> None:
        """SOP rows 4 and 5, and the way on after refusals: the letter is written anew."""
        self.round += 1

    @completes(
        "verify_letter",
        guards=[guards.letter_is_drafted, guards.initial_is_given, guards.initials_are_complete],
        people=[guards.verifier_did_not_draft, guards.initial_is_theirs_to_give],
    )
    def verify_letter(self) -> None:
        """SOP row 4: the draft carries an initial bound to its content."""

    @completes(
        "sign_letter",
        guards=[guards.initial_is_given, guards.letter_is_signed],
        people=[guards.signer_did_not_verify],
    )
    def sign_letter(self) -> None:
        """SOP row 5: the letter is signed, numbered and frozen."""

    # -- rows 6 to 9 belong to the recipients -----------------------------------------------

    @transition(
        field="state",
        source=[*OWNER_ROWS, "process_data"],
        target=GET_STATE(
            lambda self: self.state_by_recipients(),
            states=[*OWNER_ROWS, "process_data", "review_refusals"],
        ),
    )
    def follow_recipients(self) -> None:
        """Stand where the slowest recipient stands (ADR 0009)."""

    def state_by_recipients(self) -> str:
        """Name the earliest row a recipient still waits in, or what follows when none waits."""
        states = set(self.recipients.values_list("state", flat=True))
        for key in OWNER_ROWS:
            if key in states:
                return key
        return "process_data" if RECORDED in states else "review_refusals"

    # -- rows 10 to 12 ----------------------------------------------------------------------

    @completes("process_data", guards=[guards.results_exist])
    def process_data(self) -> None:
        """SOP row 10: the data is processed, or used as it is for a stated reason."""

    @sends_back("accept_report", to="use_results")
    def return_to_use_results(self) -> None:
        """Have the uses or the report put right: the head sends the report back."""
        self.round += 1

    @completes("use_results", guards=[guards.every_item_has_a_use])
    def use_results(self) -> None:
        """SOP row 11: every use of the received data is on the record."""

    @completes("report_usage", guards=[guards.every_item_has_a_use, guards.report_is_submitted])
    def report_usage(self) -> None:
        """SOP row 12: the usage report goes to the head."""

    @completes("accept_report", guards=[guards.report_is_submitted])
    def accept_report(self) -> None:
        """Close the request: the receiving end of row 12."""
        self.outcome = self.Outcome.REPORTED

    # -- exits ------------------------------------------------------------------------------

    @sends_back("review_refusals", to="list_needs")
    def return_to_list_needs(self) -> None:
        """Nobody gave data: begin again with the list."""
        self.round += 1

    @leaves("close_without_data")
    def close_without_data(self) -> None:
        """Close without data because nobody could give any (ADR 0018)."""
        self.outcome = self.Outcome.WITHOUT_DATA

    @leaves("cancel")
    def cancel(self) -> None:
        """Give the request up; links are revoked, the number stays."""
        self.outcome = self.Outcome.CANCELLED

    # -- queries ----------------------------------------------------------------------------

    def role_of(self, key: str) -> Role:
        """Say whose step this is, in the edition the request began under."""
        return self.edition.as_plain().role_of(key)

    def newest_version(self) -> "LetterVersion | None":
        """Find the newest version of the live letter."""
        last = self.last_version()
        return last if last is not None and last.letter.status == "live" else None

    def last_version(self) -> "LetterVersion | None":
        """Find the version that was written last, even of a letter that has been laid aside."""
        return next(reversed(self.written_versions()), None)

    @read_once
    def written_versions(self) -> list["LetterVersion"]:
        """List all versions of all letters, the oldest first."""
        versions: Any = apps.get_model("requests_app", "LetterVersion")._default_manager
        written = versions.filter(letter__data_request=self).select_related(
            "letter", "drafted_by", "signed_copy"
        )
        found: list[LetterVersion] = list(written.order_by("letter__sequence", "number"))
        for version in found:
            version.letter.data_request = self
        return found

    def live_letter(self) -> "Letter | None":
        """Find the one live letter."""
        return self.letters.filter(status="live").first()

    def signed_letter(self) -> "OfficialDocument | None":
        """Find the frozen bytes of the live letter, their number loaded along.

        A page need not look before the signature: only the signing itself finds them there.
        """
        if self.keeps_rows and self.state in UNSIGNED_ROWS:
            return None
        return next((paper for paper in self.standing_papers() if paper.kind == "letter"), None)

    @read_once
    def standing_papers(self) -> list["OfficialDocument"]:
        """List the live letter, and the note that covers the report, as far as they stand."""
        of_ours = Q(kind="letter", letter__status="live") | Q(kind="note")
        papers = self.documents.filter(of_ours, status="valid").select_related("number")
        return list(papers.defer("settings_used").order_by("pk"))

    @read_once
    def published_form(self) -> "CollectionForm | None":
        """Find the newest published version of the collection form."""
        published = self.forms.filter(published_at__isnull=False).order_by("-number")
        return published.first()

    @read_once
    def listed_items(self) -> list["RequestedItem"]:
        """List what is asked for, in order."""
        return list(self.items.order_by("position"))

    @read_once
    def asked_recipients(self) -> list["Recipient"]:
        """List all recipients in order, with their owners and what each is not asked for."""
        return list(self.recipients.with_owner().order_by("number"))

    def waiting_recipients(self) -> list["Recipient"]:
        """List the recipients whose data is still awaited."""
        return [recipient for recipient in self.asked_recipients() if not recipient.is_ended]

    @read_once
    def received_items(self) -> list["RequestedItem"]:
        """List the items for which recorded data exists."""
        received = self.items.filter(
            answers__delivery__recipient__state=RECORDED,
            answers__delivery__sent_at__isnull=False,
            answers__availability__in=["available", "partial"],
        )
        return list(received.order_by("position").distinct())

    @read_once
    def register_lines(self) -> list["RegisterEntry"]:
        """List the lines of the register about this request, the struck ones too."""
        lines = self.register_entries.select_related("number", "delivery", "recipient__data_owner")
        return list(lines.order_by("pk"))

    def standing_lines(self) -> list["RegisterEntry"]:
        """List the lines of the register that have not been struck."""
        return [line for line in self.register_lines() if line.status == "valid"]

    @read_once
    def made_results(self) -> list["ProcessingResult"]:
        """List the results of row 10, the withdrawn ones too."""
        made = self.results.with_sources().select_related("made_by").order_by("made_at", "pk")
        return list(made)

    def standing_results(self) -> list["ProcessingResult"]:
        """List the results that have not been withdrawn."""
        return [result for result in self.made_results() if result.withdrawn_at is None]

    def items_without_use(self) -> list["RequestedItem"]:
        """List the received items that the ledger of uses does not mention."""
        mentioned = {use.item_id for use in self.standing_uses()}
        return [item for item in self.received_items() if item.pk not in mentioned]

    @read_once
    def ledger(self) -> list["DataUse"]:
        """List the lines of the ledger of uses, each with the one that strikes it, if any."""
        parts = ("item", "result", "recorded_by", "struck_by_entry__recorded_by")
        lines = self.uses.filter(strikes__isnull=True).select_related(*parts)
        return list(lines.order_by("recorded_at", "pk"))

    def standing_uses(self) -> list["DataUse"]:
        """List what the ledger of uses says, without what was struck."""
        return [use for use in self.ledger() if not use.is_struck]

    def submitted_report(self) -> "UsageReport | None":
        """Find the report that was submitted last and not sent back."""
        report = self.handed_in_report()
        return report if report is not None and report.status == "submitted" else None

    def handed_in_report(self) -> "UsageReport | None":
        """Find the report that lies before the head, or was accepted."""
        for report in self.written_reports():
            if report.status in {"submitted", "accepted"}:
                return report
        return None

    @read_once
    def written_reports(self) -> list["UsageReport"]:
        """List the reports, the newest first; drafts and what was sent back too."""
        found = list(self.reports.select_related("document__number").order_by("-number"))
        for report in found:
            if report.document is not None:
                report.document.data_request = self
        return found

    @property
    def step(self) -> Step | None:
        """Give the awaited step, or None at an end."""
        return find_step(self.state)

    @property
    def waits_for_owners(self) -> bool:
        """Tell whether the request stands in rows 6 to 9."""
        return self.state in OWNER_ROWS

    @property
    def is_ended(self) -> bool:
        """Tell whether the request is closed or cancelled."""
        return self.state in REQUEST_ENDS


class RequestedItem(models.Model):
    """One thing asked for, described with the fields of Satu Data (Perpres 39/2019 art. 3–4)."""

    class Format(models.TextChoices):
        """Format of delivery; open formats first."""

        XLSX = "xlsx", _("XLSX")
        CSV = "csv", _("CSV")
        JSON = "json", _("JSON")
        PDF = "pdf", _("PDF")
        DOCX = "docx", _("DOCX")
        IMAGE = "image", _("Gambar (JPG, PNG)")
        ONLINE = "online", _("Isian daring")

    class PersonalData(models.TextChoices):
        """Data pribadi (UU 27/2022 art. 4)."""

        NONE = "none", _("Tidak")
        GENERAL = "general", _("Umum")
        SPECIFIC = "specific", _("Spesifik")

    data_request = models.ForeignKey(DataRequest, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("urutan"))
    name = models.CharField(_("nama data"), max_length=200)
    concept = models.CharField(_("konsep"), max_length=300, blank=True)
    definition = models.TextField(_("definisi/rincian"), blank=True)
    unit = models.CharField(_("satuan"), max_length=80, blank=True)
    classification = models.CharField(_("klasifikasi"), max_length=200, blank=True)
    coverage = models.CharField(_("cakupan wilayah"), max_length=200, blank=True)
    period = models.CharField(_("periode"), max_length=100, blank=True)
    format = models.CharField(_("format"), max_length=10, choices=Format.choices, blank=True)
    required = models.BooleanField(_("wajib"), default=True)
    personal_data = models.CharField(
        _("data pribadi"), max_length=10, choices=PersonalData.choices, default=PersonalData.NONE
    )

    class Meta:
        verbose_name = _("data yang diminta")
        verbose_name_plural = _("data yang diminta")
        ordering = ["data_request", "position"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_personal(self) -> bool:
        """Tell whether the item holds personal data."""
        return self.personal_data != self.PersonalData.NONE

    DESCRIPTION = (
        "name",
        "concept",
        "definition",
        "unit",
        "classification",
        "coverage",
        "period",
        "format",
        "required",
        "personal_data",
    )

    def as_content(self) -> dict[str, Any]:
        """Give the fields a verification is bound to, in a fixed order."""
        return {field: getattr(self, field) for field in ("position", *self.DESCRIPTION)}
