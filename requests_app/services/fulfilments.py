"""How much of what was asked of many data owners is in the house, asked of the database at once?"""

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Count

from requests_app.models import Delivery, ItemAnswer, Recipient
from requests_app.models.fulfilment import Fulfilment


def fulfilments_of(asked: Mapping[int, int]) -> dict[int, Fulfilment]:
    """Count what is in hand of each recipient; `asked` maps its key to the number of its items."""
    told: dict[int, list[tuple[str, str]]] = defaultdict(list)
    in_hand = Delivery.objects.filter(recipient__in=asked.keys()).in_hand()
    answers = ItemAnswer.objects.filter(delivery__in=in_hand.values("pk")).order_by()
    for key, *answer in answers.values_list("delivery__recipient", "availability", "verdict"):
        told[key].append((answer[0], answer[1]))
    return {
        key: Fulfilment.counted(asked=number, answers=told[key]) for key, number in asked.items()
    }


def asked_of(recipients: Collection[Recipient]) -> dict[int, int]:
    """Count the items that each recipient is asked for."""
    counted = Recipient.objects.filter(pk__in=[one.pk for one in recipients]).annotate(
        listed=Count("data_request__items", distinct=True),
        withheld=Count("withheld_items", distinct=True),
    )
    return {
        key: listed - withheld
        for key, listed, withheld in counted.order_by().values_list("pk", "listed", "withheld")
    }
