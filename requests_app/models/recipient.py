"""Where does one data owner stand within a request?"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin

from requests_app.models import guards
from requests_app.models.data_owner import DataOwner
from requests_app.models.data_request import (
    OWNER_ROWS,
    DataRequest,
    RequestedItem,
    turn_of,
)
from requests_app.models.edition import SopEdition
from requests_app.models.fsm import completes, leaves, sends_back
from requests_app.models.fulfilment import Fulfilment
from requests_app.models.kept import KeepsRows, read_once
from requests_app.models.office import Office
from requests_app.sop.roles import Actor, Role
from requests_app.sop.steps import RECIPIENT_ENDS, Step, find_step

if TYPE_CHECKING:
    from requests_app.models.collection_form import CollectionForm, FormQuestion
    from requests_app.models.conversation import Clarification, Extension, Pause
    from requests_app.models.delivery import DataFile, Delivery, ItemAnswer
    from requests_app.models.official_document import OfficialDocument
    from requests_app.models.register import RegisterEntry
    from requests_app.models.share_link import ShareLink

RECIPIENT_STATES = (*OWNER_ROWS, *RECIPIENT_ENDS)
_WAITS = [guards.request_waits_for_owners]


def _counted(rows: Any, name: str, *, of: str) -> Coalesce:
    """Count the rows that belong to each outer row, in a query of its own within the query."""
    own = rows.filter(**{name: OuterRef(of)}).order_by().values(name)
    return Coalesce(Subquery(own.annotate(number=Count("pk")).values("number")), 0)


def is_spoken_for(key: str) -> Exists:
    """Build the condition that staff has recorded something; `key` leads to the recipient."""
    records: Any = apps.get_model("requests_app", "BehalfRecord")._default_manager
    return Exists(records.filter(recipient=OuterRef(key)))


class RecipientQuerySet(models.QuerySet["Recipient"]):
    """Questions about recipients."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what this actor may see: the own office's, or the one behind the own link."""
        if actor.role is Role.DATA_OWNER:
            return self.filter(pk=actor.recipient_id, office_id=actor.office_id)
        return self.filter(office_id=actor.office_id)

    def with_request(self) -> Self:
        """Load owner and request along, without the edition's long texts.

        Tells along whether staff has ever recorded something for the owner: `is_spoken_for`.
        """
        texts = (f"data_request__edition__{name}" for name in SopEdition.TEXTS)
        parts = ("data_owner", "data_request__section", "data_request__edition")
        return self.annotate(is_spoken_for=is_spoken_for("pk")).select_related(*parts).defer(*texts)

    def with_owner(self) -> Self:
        """Load the owner along, and the keys of the items that this owner is not asked for."""
        withheld = self.model.withheld_items.through._default_manager.filter(
            recipient=OuterRef("pk")
        )
        return self.select_related("data_owner").annotate(
            withheld_keys=ArraySubquery(withheld.values("requesteditem"))
        )

    def with_asked(self) -> Self:
        """Tell along how many items each is asked for: `asked`."""
        withheld = self.model.withheld_items.through._default_manager
        return self.annotate(
            asked=_counted(RequestedItem._default_manager, "data_request", of="data_request")
            - _counted(withheld, "recipient", of="pk")
        )

    def waiting(self) -> Self:
        """Keep the recipients whose data is still awaited."""
        return self.exclude(state__in=RECIPIENT_ENDS)

    def awaiting(self, *actors: Actor, editions: Iterable[SopEdition] | None = None) -> Self:
        """Keep the recipients whose awaited step is one of these actors', while rows 6–9 last."""
        return self.filter(
            turn_of(actors, OWNER_ROWS, prefix="data_request__", editions=editions),
            ended_at__isnull=True,
            data_request__state__in=OWNER_ROWS,
        )


class Recipient(KeepsRows, FSMModelMixin, models.Model):
    """A data owner as the addressee of one request: rows 6 to 9 run here, once for each."""

    class Channel(models.TextChoices):
        """How the letter left the house."""

        EMAIL = "email", _("Surel")
        WHATSAPP = "whatsapp", _("WhatsApp")
        COURIER = "courier", _("Kurir")
        IN_PERSON = "in_person", _("Diserahkan langsung")

    class ReceivedHow(models.TextChoices):
        """How receipt of the letter came to be known; deemed never looks like confirmed."""

        CONFIRMED = "confirmed", _("Dikonfirmasi pemilik data")
        ON_BEHALF = "on_behalf", _("Dicatat staf atas nama pemilik data")
        DEEMED = "deemed", _("Dianggap diterima")

    STATES = [(state, state) for state in RECIPIENT_STATES]

    keeps_rows = True
    withheld_keys: list[int]
    """Known of a recipient that was loaded `with_owner`."""
    is_spoken_for: bool | None = None
    """Known of a recipient that was loaded `with_request`; else it has to be asked."""
    has_talked = True
    """False where a door knows that no word passed between owner and office: none is looked for."""
    asked: int
    """Known of a recipient that was loaded `with_asked`."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey(
        Office, models.PROTECT, related_name="+", verbose_name=_("perangkat daerah")
    )
    data_request = models.ForeignKey(
        DataRequest, models.PROTECT, related_name="recipients", verbose_name=_("permohonan")
    )
    number = models.PositiveSmallIntegerField(_("nomor urut"))
    data_owner = models.ForeignKey(
        DataOwner, models.PROTECT, related_name="asked", verbose_name=_("pemilik data")
    )
    state = FSMField(
        _("keadaan"), default="send_letter", protected=True, choices=STATES, db_index=False
    )
    withheld_items = models.ManyToManyField(
        RequestedItem, blank=True, related_name="+", verbose_name=_("data yang tidak diminta")
    )
    round = models.PositiveSmallIntegerField(_("putaran"), default=1)
    version = models.PositiveIntegerField(_("versi"), default=1, editable=False)
    changed_by = models.CharField(_("diubah oleh"), max_length=200, blank=True, editable=False)
    changed_at = models.DateTimeField(_("diubah pada"), null=True, editable=False)
    last_press = models.CharField(
        _("penekanan terakhir"), max_length=64, blank=True, default="", editable=False
    )
    entered_at = models.DateTimeField(_("langkah dimulai pada"))
    due_at = models.DateTimeField(_("tenggat"), null=True, blank=True)
    channel = models.CharField(
        _("saluran"), max_length=20, choices=Channel.choices, blank=True, default=""
    )
    sent_to = models.CharField(_("dikirim kepada"), max_length=200, blank=True)
    channel_note = models.TextField(_("bukti pengiriman"), blank=True)
    sent_at = models.DateTimeField(_("terkirim pada"), null=True, blank=True)
    code_channel = models.CharField(_("saluran kode akses"), max_length=60, blank=True)
    received_at = models.DateTimeField(_("diterima pada"), null=True, blank=True)
    received_how = models.CharField(
        _("cara penerimaan"), max_length=20, choices=ReceivedHow.choices, blank=True, default=""
    )
    respondent_name = models.CharField(_("nama"), max_length=150, blank=True)
    respondent_title = models.CharField(_("jabatan"), max_length=150, blank=True)
    respondent_phone = models.CharField(_("telepon"), max_length=60, blank=True)
    decline_ground = models.CharField(_("dasar penolakan"), max_length=200, blank=True)
    decline_letter = models.ForeignKey(
        "requests_app.DataFile",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("surat jawaban"),
    )
    correction_days = models.PositiveSmallIntegerField(
        _("tenggat perbaikan (hari kerja)"), null=True, blank=True
    )
    ended_at = models.DateTimeField(_("berakhir pada"), null=True, blank=True)
    end_reason = models.TextField(_("alasan"), blank=True)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("tujuan permohonan")
        verbose_name_plural = _("tujuan permohonan")
        ordering = ["data_request", "number"]
        indexes = [
            models.Index(fields=["office", "state", "due_at"], name="recipient_by_turn"),
            models.Index(
                fields=["office", "due_at", "id"],
                name="waiting_by_due_time",
                condition=Q(ended_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["data_request", "number"], name="recipient_number_once_per_request"
            ),
            models.UniqueConstraint(
                fields=["data_request", "data_owner"],
                condition=~Q(state__in=["declined", "waived"]),
                name="owner_asked_once_at_a_time",
            ),
            models.CheckConstraint(
                name="recipient_state_is_of_the_table", condition=Q(state__in=RECIPIENT_STATES)
            ),
            models.CheckConstraint(
                name="recipient_receipt_has_how_and_when",
                condition=Q(received_at__isnull=True, received_how="")
                | Q(received_at__isnull=False) & ~Q(received_how=""),
            ),
            models.CheckConstraint(
                name="recipient_end_has_time_and_no_due",
                condition=Q(state__in=RECIPIENT_ENDS, ended_at__isnull=False, due_at__isnull=True)
                | ~Q(state__in=RECIPIENT_ENDS) & Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="recipient_refusal_has_a_reason",
                condition=~Q(state__in=["declined", "waived"]) | ~Q(end_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.data_owner.name

    # -- rows 6 to 9 ------------------------------------------------------------------------

    @completes("send_letter", guards=[*_WAITS, guards.letter_is_signed, guards.letter_left])
    def send_letter(self) -> None:
        """SOP row 6: the letter has left by a channel, with a link, the code going another way."""

    @completes("receive_letter", guards=_WAITS)
    def receive_letter(self, *, how: str, received_at: datetime) -> None:
        """SOP row 7: receipt is confirmed, noted on the owner's behalf, or deemed."""
        self.received_how = how
        self.received_at = received_at

    @completes("process_request", guards=[*_WAITS, guards.items_are_answered])
    def process_request(self) -> None:
        """SOP row 7a: every required item is answered."""

    @completes(
        "deliver_data", guards=[*_WAITS, guards.items_are_answered, guards.answers_have_data]
    )
    def deliver_data(self) -> None:
        """SOP row 7b: the data is on its way to the one who asked."""

    @sends_back("receive_data", to="process_request", guards=_WAITS)
    def return_to_process_request(self) -> None:
        """SOP row 8: some items need correction; a new, short round of 7a."""
        self.round += 1

    @completes("receive_data", guards=[*_WAITS, guards.data_is_checked])
    def receive_data(self) -> None:
        """SOP row 8: the data is complete, in the right format, and readable."""

    @completes("record_data", guards=[*_WAITS, guards.data_is_recorded])
    def record_data(self) -> None:
        """SOP row 9: the data stands in the register."""

    @sends_back(
        "process_data",
        to="receive_data",
        source="recorded",
        guards=[guards.request_processes_data],
    )
    def return_to_receive_data(self) -> None:
        """SOP row 10: data turned out bad; this owner's delivery is checked again."""
        self.round += 1
        self.ended_at = None

    # -- exits ------------------------------------------------------------------------------

    @leaves("decline", guards=_WAITS)
    def decline(self, *, ground: str, reason: str, letter: "DataFile | None" = None) -> None:
        """Answer officially that the data cannot be given, with a letter where one came along."""
        self.decline_ground = ground
        self.end_reason = reason
        self.decline_letter = letter

    @leaves("waive", guards=_WAITS)
    def waive(self, *, reason: str) -> None:
        """Stop waiting for this owner."""
        self.end_reason = reason

    # -- queries ----------------------------------------------------------------------------

    def role_of(self, key: str) -> Role:
        """Say whose step this is, in the edition the request began under."""
        return self.data_request.role_of(key)

    @property
    def section_id(self) -> int:
        """Give the section whose people work on this request."""
        return self.data_request.section_id

    @property
    def step(self) -> Step | None:
        """Give the awaited step, or None at an end."""
        return find_step(self.state)

    @property
    def is_ended(self) -> bool:
        """Tell whether this owner is no longer waited for."""
        return self.state in RECIPIENT_ENDS

    def asked_items(self) -> models.QuerySet[RequestedItem]:
        """List what this owner is asked for: everything but the items withheld."""
        withheld = Recipient.withheld_items.through._default_manager.filter(recipient=self)
        return self.data_request.items.exclude(pk__in=withheld.values("requesteditem"))

    def is_asked_for(self, item: RequestedItem) -> bool:
        """Tell whether this owner is asked for an item; asked of one loaded `with_owner`."""
        return item.pk not in self.withheld_keys

    @read_once
    def items(self) -> list[RequestedItem]:
        """List what this owner is asked for, in order."""
        return list(self.asked_items().order_by("position"))

    def collection_form(self) -> "CollectionForm | None":
        """Find the published form that this owner fills in."""
        questions = self.questions()
        return questions[0].form if questions else self.data_request.published_form()

    @read_once
    def questions(self) -> "list[FormQuestion]":
        """List the questions of the published form; they bring it along."""
        questions: Any = apps.get_model("requests_app", "FormQuestion")._default_manager
        published = self.data_request.forms.filter(published_at__isnull=False)
        newest = published.order_by("-number").values("pk")[:1]
        found = questions.filter(form=newest).select_related("form").order_by("position")
        return list(found)

    def papers(self) -> "list[OfficialDocument]":
        """List the live letter and the papers about this owner, the newest first."""
        return self.data_request.kept(f"papers:{self.pk}", self._papers)

    def _papers(self) -> "list[OfficialDocument]":
        letter = Q(kind="letter", status="valid", letter__status="live")
        found = self.data_request.documents.filter(letter | Q(recipient=self))
        light = found.select_related("number").defer("settings_used")
        return list(light.order_by("-made_at", "-pk"))

    def signed_letter(self) -> "OfficialDocument | None":
        """Find the signed letter of the request."""
        return next((paper for paper in self.papers() if paper.kind == "letter"), None)

    def live_link(self) -> "ShareLink | None":
        """Find the link that was issued last and not revoked."""
        return self.data_request.kept(f"link:{self.pk}", self._live_link)

    def _live_link(self) -> "ShareLink | None":
        return self.links.filter(revoked_at__isnull=True).order_by("-pk").first()

    @read_once
    def questions_asked(self) -> "list[Clarification]":
        """List what this owner has asked the office, the newest first."""
        newest_first = self.clarifications.select_related("item").order_by("-asked_at", "-pk")
        return list(newest_first) if self.has_talked else []

    @read_once
    def paused(self) -> "list[Pause]":
        """List the stretches in which this owner's clock stood still, the open one last."""
        return list(self.pauses.all()) if self.has_talked else []

    @read_once
    def extension(self) -> "Extension | None":
        """Find the one extension that this owner has asked for."""
        return self.extensions.first() if self.has_talked else None

    def newest_delivery(self) -> "Delivery | None":
        """Find the delivery that counts now, sent or still being filled."""
        return next(iter(self.delivered()), None)

    @read_once
    def all_deliveries(self) -> list["Delivery"]:
        """List the deliveries, the newest first: those that count, and supplements that do not."""
        return list(self.deliveries.order_by("-number"))

    def delivered(self) -> list["Delivery"]:
        """List the deliveries that count, the newest first; supplements once they are taken in."""
        return [one for one in self.all_deliveries() if one.counts]

    @read_once
    def answers(self) -> list["ItemAnswer"]:
        """List the answers of the newest delivery."""
        delivery = self.newest_delivery()
        return [] if delivery is None else list(delivery.answers.with_data())

    def sent_delivery(self) -> "Delivery | None":
        """Find the delivery that staff has in hand: the newest that counts and was sent."""
        return next((one for one in self.delivered() if one.sent_at is not None), None)

    @read_once
    def fulfilment(self) -> Fulfilment:
        """Count how much of what was asked is in hand; of many, `fulfilments_of` asks at once."""
        sent = self.sent_delivery()
        if sent is None:
            return Fulfilment(asked=len(self.items()))
        answers = self.answers() if sent == self.newest_delivery() else sent.answers.all()
        told = ((answer.availability, answer.verdict) for answer in answers)
        return Fulfilment.counted(asked=len(self.items()), answers=told)

    def unanswered_items(self) -> list[RequestedItem]:
        """List the required items without a complete answer."""
        answered = {answer.item_id for answer in self.answers() if answer.is_complete}
        return [i for i in self.items() if i.required and i.pk not in answered]

    def answers_without_data(self) -> list["ItemAnswer"]:
        """List the answers that promise data but hold neither file nor filled form."""
        required = [question for question in self.questions() if question.required]
        return [
            answer
            for answer in self.answers()
            if answer.gives_data
            and not answer.has_data({q.pk for q in required if q.item_id == answer.item_id})
        ]

    def gives_something(self) -> bool:
        """Tell whether at least one item is given; all refused is a decline, not a delivery."""
        return any(answer.gives_data for answer in self.answers())

    def answers_not_accepted(self) -> list["ItemAnswer"]:
        """List the answers of the newest delivery that staff has not accepted."""
        return [answer for answer in self.answers() if answer.verdict != "accepted"]

    @read_once
    def register_entry(self) -> "RegisterEntry | None":
        """Find the standing register entry of the newest delivery."""
        delivery = self.newest_delivery()
        if delivery is None:
            return None
        standing = delivery.register_entries.filter(status="valid").select_related("number")
        return standing.first()
