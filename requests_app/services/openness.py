"""How was what an owner gave used? Told back to that owner: of the own data only, no names.

What the ledger of uses, the results and the accepted report say, read for one recipient (ADR 0029).
Who used it inside the office, and what others gave, is not told.
"""

from dataclasses import dataclass
from datetime import date

from requests_app.models import (
    DataUse,
    ItemAnswer,
    ProcessingResult,
    Recipient,
    RequestedItem,
)


@dataclass(frozen=True, kw_only=True)
class ToldUse:
    """One use: when, for what, what came of it, and with whom that was shared."""

    used_on: date | None
    purpose: str
    product: str
    result: str
    shared_with: str


@dataclass(frozen=True, kw_only=True)
class ToldItem:
    """One item that was asked for: whether it was given, how it was used, or why it was not."""

    number: int
    name: str
    is_given: bool
    uses: tuple[ToldUse, ...] = ()
    why_unused: tuple[str, ...] = ()

    @property
    def waits(self) -> bool:
        """Tell data that has come and of which the ledger says nothing yet."""
        return self.is_given and not self.uses and not self.why_unused


@dataclass(frozen=True, kw_only=True)
class ToldResult:
    """A result that was made with the owner's data; what it says stays with the office."""

    title: str
    made_on: date
    is_as_received: bool


@dataclass(frozen=True, kw_only=True)
class ToldReport:
    """The report of the uses: its number and date, and when it was accepted."""

    number: str
    dated: date
    accepted_on: date | None


@dataclass(frozen=True, kw_only=True)
class Told:
    """All that an owner is told of the use of the own data."""

    items: tuple[ToldItem, ...]
    results: tuple[ToldResult, ...]
    report: ToldReport | None


def is_told(recipient: Recipient) -> bool:
    """Tell whether the office shows this owner what became of the data: its switch, data sent."""
    return recipient.office.shows_use_to_owners and recipient.sent_delivery() is not None


def told_to(recipient: Recipient) -> Told:
    """Read what this owner is told."""
    results = _results_with(recipient)
    return Told(
        items=tuple(_items(recipient, {result.pk for result in results})),
        results=tuple(_result(recipient, result) for result in results),
        report=_report(recipient),
    )


def _results_with(recipient: Recipient) -> list[ProcessingResult]:
    """List the standing results that were made with this owner's data."""
    data_request = recipient.data_request
    own = {line.pk for line in data_request.standing_lines() if line.recipient_id == recipient.pk}
    return [one for one in data_request.standing_results() if own.intersection(one.entry_keys)]


def _items(recipient: Recipient, own_results: set[int]) -> list[ToldItem]:
    given = _given(recipient)
    lines = [
        use
        for use in recipient.data_request.standing_uses()
        if use.result_id is None or use.result_id in own_results
    ]
    return [
        _given_item(number, item, lines)
        if item.pk in given
        else ToldItem(number=number, name=item.name, is_given=False)
        for number, item in enumerate(recipient.items(), start=1)
    ]


def _given(recipient: Recipient) -> set[int]:
    """Collect the items of which data was sent."""
    sent = recipient.sent_delivery()
    if sent is None:
        return set()
    giving = sent.answers.filter(availability__in=ItemAnswer.GIVING)
    return set(giving.values_list("item_id", flat=True))


def _given_item(number: int, item: RequestedItem, lines: list[DataUse]) -> ToldItem:
    own = [use for use in lines if use.item_id == item.pk]
    return ToldItem(
        number=number,
        name=item.name,
        is_given=True,
        uses=tuple(_use(use) for use in own if not use.is_unused),
        why_unused=tuple(use.purpose for use in own if use.is_unused),
    )


def _use(use: DataUse) -> ToldUse:
    return ToldUse(
        used_on=use.used_on,
        purpose=use.purpose,
        product=use.product,
        result="" if use.result is None else use.result.title,
        shared_with=use.shared_with,
    )


def _result(recipient: Recipient, result: ProcessingResult) -> ToldResult:
    return ToldResult(
        title=result.title,
        made_on=result.made_at.astimezone(recipient.office.zone).date(),
        is_as_received=result.used_as_is,
    )


def _report(recipient: Recipient) -> ToldReport | None:
    """Tell of the report that lies before the head, or was accepted."""
    data_request = recipient.data_request
    report = data_request.handed_in_report()
    if report is None or report.document is None:
        return None
    # the head's acceptance closes the request
    accepted_at = data_request.closed_at
    return ToldReport(
        number=str(report.document.number),
        dated=report.document.dated,
        accepted_on=None
        if accepted_at is None
        else accepted_at.astimezone(recipient.office.zone).date(),
    )
