"""Where do a thousand requests for a load test come from?

From requests that were walked through the real services: a copy has all their rows under new keys,
numbers and codes, whole weeks earlier, and a chain of its own that `verify_audit` accepts. Copies
share the stored bytes of their original, and their shared links open nothing.
"""

import secrets
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.db import models, transaction
from django.db.models import Q

from requests_app.models import (
    AuditEntry,
    BehalfRecord,
    Clarification,
    CollectionForm,
    DataFile,
    DataRequest,
    DataUse,
    Delivery,
    Extension,
    FileAccess,
    FormDraft,
    FormQuestion,
    Initial,
    ItemAnswer,
    Letter,
    LetterNumber,
    LetterVersion,
    LinkOpening,
    Notice,
    NumberCounter,
    NumberRegister,
    OfficialDocument,
    Pause,
    ProcessingResult,
    QuestionAnswer,
    Recipient,
    RegisterEntry,
    RequestedItem,
    ShareLink,
    SignedCopy,
    SigningAttempt,
    UsageReport,
)
from requests_app.models.audit import GENESIS
from requests_app.services import audit, papers
from requests_app.services.number_patterns import Values, number_text

Model = type[models.Model]
Fields = dict[str, Any]

BATCH: Final = 200
"""Copies of one request that are written together."""
RUNNING_WEEKS: Final = 6
ENDED_WEEKS: Final = 104
"""How far back copies lie: what still runs began lately, what is closed may be old."""

COPY_MARK: Final = r" \(\d+\)$"
"""How a copy's title ends; so that copies are not copied again."""

COPIED: Final[tuple[tuple[Model, str], ...]] = (
    (DataRequest, "pk"),
    (RequestedItem, "data_request"),
    (Recipient, "data_request"),
    (Recipient.withheld_items.through, "recipient__data_request"),
    (DataFile, "data_request"),
    (Letter, "data_request"),
    (LetterVersion, "letter__data_request"),
    (Initial, "version__letter__data_request"),
    (CollectionForm, "data_request"),
    (CollectionForm.covered_items.through, "collectionform__data_request"),
    (FormQuestion, "form__data_request"),
    (ShareLink, "recipient__data_request"),
    (LinkOpening, "link__recipient__data_request"),
    (LetterNumber, "document__data_request"),
    (OfficialDocument, "data_request"),
    (SigningAttempt, "data_request"),
    (SignedCopy, "version__letter__data_request"),
    (FormDraft, "data_request"),
    (Notice, "data_request"),
    (Clarification, "recipient__data_request"),
    (Pause, "recipient__data_request"),
    (Extension, "recipient__data_request"),
    (BehalfRecord, "recipient__data_request"),
    (Delivery, "recipient__data_request"),
    (ItemAnswer, "delivery__recipient__data_request"),
    (ItemAnswer.files.through, "itemanswer__delivery__recipient__data_request"),
    (QuestionAnswer, "item_answer__delivery__recipient__data_request"),
    (RegisterEntry, "data_request"),
    (ProcessingResult, "data_request"),
    (ProcessingResult.entries.through, "processingresult__data_request"),
    (ProcessingResult.sources.through, "processingresult__data_request"),
    (ProcessingResult.files.through, "processingresult__data_request"),
    (DataUse, "data_request"),
    (FileAccess, "data_request"),
    (UsageReport, "data_request"),
)
"""All that hangs on a request, the pointed-at before the pointing, with the way to the request."""


def multiply(*, originals: Sequence[DataRequest], count: int) -> None:
    """Write `count` copies, spread evenly over the originals.

    Takes the locks of their number registers, batch by batch.
    """
    for place, original in enumerate(originals):
        share = range(place, count, len(originals))
        for start in range(0, len(share), BATCH):
            turns = [number // len(originals) for number in share[start : start + BATCH]]
            with transaction.atomic():
                _Copies(original, turns).write()


class _Copies:
    """A batch of copies of one request, and which new row stands for which old one."""

    def __init__(self, original: DataRequest, turns: Sequence[int]) -> None:
        weeks = ENDED_WEEKS if original.is_ended else RUNNING_WEEKS
        self.original = original
        self.turns = turns
        self.earlier = [timedelta(weeks=1 + turn % weeks) for turn in turns]
        self.keys: list[dict[Model, dict[Any, Any]]] = [{} for _turn in turns]

    def write(self) -> None:
        for model, path in COPIED:
            self._copy(model, path)
        self._copy_chain()

    def _copy(self, model: Model, path: str) -> None:
        found = model._default_manager.filter(_of_request(model, path, self.original))
        rows = list(found.distinct().order_by("pk"))
        copies = [(n, row, model(**self._values(n, row))) for n in self._numbers() for row in rows]
        if model is LetterNumber:
            _number_anew([copy for _n, _row, copy in copies])
        made = model._default_manager.bulk_create([copy for _n, _row, copy in copies])
        for (n, row, _copy), new in zip(copies, made, strict=True):
            self.keys[n].setdefault(model, {})[row.pk] = new.pk

    def _numbers(self) -> range:
        return range(len(self.turns))

    def _values(self, n: int, row: models.Model) -> Fields:
        values = {
            field.attname: self._value(n, row, field)
            for field in row._meta.concrete_fields
            if not field.primary_key
        }
        anew = NEW_VALUES.get(type(row))
        return values if anew is None else {**values, **anew(values, self.turns[n])}

    def _value(self, n: int, row: models.Model, field: "models.Field[Any, Any]") -> Any:
        value = getattr(row, field.attname)
        if value is None:
            return None
        if field.is_relation:
            return self.keys[n].get(_target(field), {}).get(value, value)
        return value - self.earlier[n] if isinstance(value, date) else value

    def _copy_chain(self) -> None:
        entries = list(audit.entries_of(self.original.pk))
        AuditEntry.objects.bulk_create(
            entry for n in self._numbers() for entry in self._chain(n, entries)
        )

    def _chain(self, n: int, entries: Iterable[AuditEntry]) -> Iterator[AuditEntry]:
        keys, previous = self.keys[n], GENESIS
        request_id = keys[DataRequest][self.original.pk]
        for entry in entries:
            copy = AuditEntry(**self._values(n, entry))
            copy.chain = audit.chain_of_request(request_id)
            copy.data_request_id = request_id
            copy.recipient_id = keys.get(Recipient, {}).get(entry.recipient_id)
            copy.actor_link_id = keys.get(ShareLink, {}).get(entry.actor_link_id)
            copy.previous_hash = previous
            copy.hash = previous = copy.digest()
            yield copy


def _of_request(model: Model, path: str, data_request: DataRequest) -> Q:
    condition = Q(**{path: data_request.pk})
    if model is LetterNumber:
        return condition | Q(register_entry__data_request=data_request)
    if model is DataUse:
        return condition & Q(strikes__isnull=True, struck_by_entry__isnull=True)
    if model is Notice:  # a queued one would be sent
        return condition & ~Q(status=Notice.Status.QUEUED)
    return condition


def _target(field: "models.Field[Any, Any]") -> Model:
    target: Model = field.related_model  # type: ignore[assignment]
    return target


def _number_anew(copies: Iterable[models.Model]) -> None:
    """Give copied numbers the next serials of their registers, in the order of their dates."""
    taken = [copy for copy in copies if isinstance(copy, LetterNumber)]
    registers = (
        NumberRegister.objects.select_for_update(of=("self",))
        .select_related("office")
        .in_bulk({copy.register_id for copy in taken})
    )
    counters: dict[tuple[int, int], NumberCounter] = {}
    for copy in sorted(taken, key=lambda number: number.taken_at):
        register, copy.year = registers[copy.register_id], copy.dated.year
        key = (register.pk, copy.year)
        if key not in counters:
            counters[key], _made = NumberCounter.objects.get_or_create(
                register=register, year=copy.year
            )
        counters[key].last += 1
        copy.serial = counters[key].last
        copy.text = number_text(
            register,
            Values(
                serial=copy.serial,
                dated=copy.dated,
                classification=copy.classification or register.office.classification_code,
            ),
        )
    NumberCounter.objects.bulk_update(counters.values(), ["last"])


def _new_link(_values: Fields, _turn: int) -> Fields:
    # a hash of nothing: no token leads here
    return {"nonce": secrets.token_hex(32), "token_hash": secrets.token_hex(32)}


NEW_VALUES: Final[dict[Model, Callable[[Fields, int], Fields]]] = {
    DataRequest: lambda values, turn: {
        "public_id": uuid.uuid4(),
        "title": f"{values['title'][:180]} ({turn + 1})",
    },
    # a letter's file is copied after the recipient that it speaks for
    Recipient: lambda _values, _turn: {"public_id": uuid.uuid4(), "decline_letter_id": None},
    DataFile: lambda _values, _turn: {"public_id": uuid.uuid4()},
    ShareLink: _new_link,
    OfficialDocument: lambda _values, _turn: {"code": papers.new_code()},
    SigningAttempt: lambda _values, _turn: {"key": uuid.uuid4(), "papers": []},
    Notice: lambda _values, _turn: {"message_id": f"<{uuid.uuid4()}@contoh.test>"},
}
"""What may not be the same in two rows."""
