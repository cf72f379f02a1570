"""What came from the data owner, item by item, file by file?"""

import uuid
from collections.abc import Collection
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.data_request import DataRequest, RequestedItem
from requests_app.models.office import Office
from requests_app.models.recipient import Recipient
from requests_app.sop.roles import Actor, Role


class DataFileQuerySet(models.QuerySet["DataFile"]):
    """Questions about files."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what this actor may open: people what has been sent in, an owner the own files.

        What an owner has uploaded but not sent yet is nobody else's.
        """
        if actor.role is Role.DATA_OWNER:
            return self.filter(
                kind=DataFile.Kind.DELIVERY,
                recipient_id=actor.recipient_id,
                office_id=actor.office_id,
            )
        sent = {"delivery__sent_at__isnull": False}
        return self.filter(
            ~Q(kind=DataFile.Kind.DELIVERY)
            | Exists(ItemAnswer.objects.filter(files=OuterRef("pk"), **sent))
            | Exists(Recipient.objects.filter(decline_letter=OuterRef("pk"))),
            office_id=actor.office_id,
        )


class DataFile(models.Model):
    """A stored file: random name in the store, hash, size and sniffed type.

    Its bytes never change; what a check or a person finds about them is written once it is known.
    """

    class Verdict(models.TextChoices):
        """May it be given out? Only what is clean, and what a person has released."""

        PENDING = "pending", _("Menunggu pemindaian")
        CLEAN = "clean", _("Lolos pemeriksaan")
        HELD = "held", _("Ditahan")
        RELEASED = "released", _("Dilepas")
        INFECTED = "infected", _("Tidak lolos pemeriksaan virus")

    class Kind(models.TextChoices):
        """Where the file comes from."""

        TEMPLATE = "template", _("Blanko")
        DELIVERY = "delivery", _("Data yang diterima")
        RESULT = "result", _("Hasil olah")
        EVIDENCE = "evidence", _("Bukti")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    data_request = models.ForeignKey(DataRequest, models.PROTECT, related_name="files")
    recipient = models.ForeignKey(
        Recipient, models.PROTECT, null=True, blank=True, related_name="files"
    )
    kind = models.CharField(_("asal"), max_length=12, choices=Kind.choices)
    file = models.FileField(_("berkas"), max_length=200)
    name = models.CharField(_("nama berkas"), max_length=150)
    size = models.PositiveIntegerField(_("ukuran"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    media_type = models.CharField(_("jenis"), max_length=120)
    rows = models.PositiveIntegerField(_("jumlah baris"), null=True, blank=True)
    stored_at = models.DateTimeField(_("disimpan pada"))
    stored_by = models.CharField(_("disimpan oleh"), max_length=200)
    verdict = models.CharField(
        _("hasil pemeriksaan"), max_length=10, choices=Verdict.choices, default=Verdict.CLEAN
    )
    warning = models.CharField(_("peringatan"), max_length=300, blank=True)
    scanned_at = models.DateTimeField(_("dipindai pada"), null=True, blank=True)
    scan_result = models.CharField(_("hasil pemindaian"), max_length=200, blank=True)
    released_at = models.DateTimeField(_("dilepas pada"), null=True, blank=True)
    released_by = models.CharField(_("dilepas oleh"), max_length=200, blank=True)
    release_reason = models.TextField(_("alasan pelepasan"), blank=True)
    facts = models.JSONField(_("isi berkas"), default=dict, blank=True)

    objects = DataFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("berkas")
        verbose_name_plural = _("berkas")
        ordering = ["stored_at", "pk"]
        indexes = [models.Index(fields=["office", "sha256"], name="file_by_hash")]
        constraints = [
            models.CheckConstraint(
                name="file_release_has_who_when_and_why",
                condition=Q(verdict="released", released_at__isnull=False)
                & ~Q(released_by="")
                & ~Q(release_reason="")
                | ~Q(verdict="released") & Q(released_at__isnull=True, released_by=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Questions about deliveries."""

    def counting(self) -> Self:
        """Keep the answers to a letter, and the supplements that staff has taken in."""
        return self.filter(Q(is_supplement=False) | Q(taken_in_at__isnull=False))

    def in_hand(self) -> Self:
        """Keep of each recipient the newest delivery that counts and was sent."""
        sent = self.counting().filter(sent_at__isnull=False)
        return sent.order_by("recipient_id", "-number").distinct("recipient_id")


class Delivery(models.Model):
    """One submission of an owner; open until it is sent.

    Each round has one that is the answer to the letter. What an owner adds afterwards is a
    supplement (susulan): it counts once staff has taken it in for checking.
    """

    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="deliveries")
    number = models.PositiveSmallIntegerField(_("nomor urut"))
    round = models.PositiveSmallIntegerField(_("putaran"))
    is_supplement = models.BooleanField(_("susulan"), default=False)
    started_at = models.DateTimeField(_("dimulai pada"))
    sent_at = models.DateTimeField(_("dikirim pada"), null=True, blank=True)
    taken_in_at = models.DateTimeField(_("susulan diambil pada"), null=True, blank=True)
    owner_letter_number = models.CharField(_("nomor surat jawaban"), max_length=120, blank=True)
    owner_letter_date = models.DateField(_("tanggal surat jawaban"), null=True, blank=True)
    note = models.TextField(_("catatan"), blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("pengiriman data")
        verbose_name_plural = _("pengiriman data")
        ordering = ["recipient", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "number"], name="delivery_number_once_per_recipient"
            ),
            models.UniqueConstraint(
                fields=["recipient", "round"],
                condition=Q(is_supplement=False),
                name="one_delivery_per_round",
            ),
            models.UniqueConstraint(
                fields=["recipient"],
                condition=Q(is_supplement=True, sent_at__isnull=True),
                name="one_open_supplement_per_recipient",
            ),
            models.CheckConstraint(
                name="only_a_sent_supplement_is_taken_in",
                condition=Q(taken_in_at__isnull=True)
                | Q(is_supplement=True, sent_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient} #{self.number}"

    @property
    def counts(self) -> bool:
        """Tell an answer to the letter, or what was taken in, from what is still on its way."""
        return not self.is_supplement or self.taken_in_at is not None

    @property
    def is_waiting(self) -> bool:
        """Tell whether it was sent and waits to be taken in."""
        return not self.counts and self.sent_at is not None


class ItemAnswerQuerySet(models.QuerySet["ItemAnswer"]):
    """Questions about answers."""

    def with_data(self) -> Self:
        """Load files and filled questions with the answers."""
        filled = QuestionAnswer.objects.select_related("question").order_by("question__position")
        with_item = self.select_related("item").order_by("item__position")
        return with_item.prefetch_related("files", Prefetch("question_answers", filled))


class ItemAnswer(models.Model):
    """The owner's answer to one item, and what staff found when checking it."""

    class Availability(models.TextChoices):
        """Is the data there?"""

        AVAILABLE = "available", _("Ada")
        PARTIAL = "partial", _("Sebagian")
        UNAVAILABLE = "unavailable", _("Tidak dapat diberikan")

    class Verdict(models.TextChoices):
        """What staff found."""

        UNCHECKED = "", _("Belum diperiksa")
        ACCEPTED = "accepted", _("Sesuai")
        CORRECTION = "correction", _("Perlu perbaikan")

    GIVING = (Availability.AVAILABLE, Availability.PARTIAL)

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="answers")
    item = models.ForeignKey(RequestedItem, models.PROTECT, related_name="answers")
    availability = models.CharField(
        _("ketersediaan"), max_length=12, choices=Availability.choices, blank=True
    )
    ground = models.CharField(_("dasar"), max_length=200, blank=True)
    reason = models.TextField(_("alasan"), blank=True)
    promised_on = models.DateField(_("sisanya dijanjikan tanggal"), null=True, blank=True)
    source = models.CharField(_("sumber data"), max_length=200, blank=True)
    current_as_of = models.DateField(_("mutakhir per tanggal"), null=True, blank=True)
    note = models.TextField(_("catatan"), blank=True)
    files = models.ManyToManyField(DataFile, blank=True, related_name="answers")
    verdict = models.CharField(
        _("hasil pemeriksaan"), max_length=12, choices=Verdict.choices, blank=True, default=""
    )
    verdict_note = models.TextField(_("catatan pemeriksaan"), blank=True)

    objects = ItemAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("jawaban per butir")
        verbose_name_plural = _("jawaban per butir")
        ordering = ["delivery", "item__position"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "item"], name="one_answer_per_item"),
            models.CheckConstraint(
                name="correction_has_a_note",
                condition=~Q(verdict="correction") | ~Q(verdict_note=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_availability_display()}"

    @property
    def gives_data(self) -> bool:
        """Tell whether the answer promises data."""
        return self.availability in self.GIVING

    @property
    def is_complete(self) -> bool:
        """Tell whether the question "ada?" is answered, with a reason where it must have one."""
        if self.availability == self.Availability.AVAILABLE:
            return True
        return bool(self.availability) and bool(self.reason.strip())

    def has_data(self, required_questions: Collection[int]) -> bool:
        """Tell whether a file, or a form filled as far as it must be, stands behind the answer.

        A question for a file is answered by the files of its item, and by nothing else; a table
        that must be filled, by every cell.
        """
        if self.files.all():
            return True
        filled = [a for a in self.question_answers.all() if a.is_filled]
        whole = {a.question_id for a in filled if a.is_whole}
        return bool(filled) and whole.issuperset(required_questions)


class QuestionAnswer(models.Model):
    """The owner's answer in words to one question of the collection form.

    A question for a file has none: the files of its item answer it. A table is kept as a list of
    rows, each a list of texts.
    """

    item_answer = models.ForeignKey(ItemAnswer, models.PROTECT, related_name="question_answers")
    question = models.ForeignKey(
        "requests_app.FormQuestion", models.PROTECT, related_name="answers"
    )
    value = models.JSONField(_("jawaban"), null=True, blank=True)

    class Meta:
        verbose_name = _("jawaban pertanyaan")
        verbose_name_plural = _("jawaban pertanyaan")
        ordering = ["item_answer", "question__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["item_answer", "question"], name="one_answer_per_question"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.value}"

    @property
    def is_filled(self) -> bool:
        """Tell whether there is an answer; in a table one cell is enough."""
        if self._cells:
            return any(self._cells)
        return self.value not in (None, "", [])

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing of the answer is left open: no cell of a table is empty."""
        return self.is_filled and all(self._cells)

    @property
    def _cells(self) -> list[str]:
        rows = self.value if isinstance(self.value, list) else []
        return [cell for row in rows if isinstance(row, list) for cell in row]
