"""How much of what was asked of many data owners is in the house, asked of the database at once?"""

from collections import defaultdict
from collections.abc import Mapping

from requests_app.models import Delivery, ItemAnswer
from requests_app.models.fulfilment import Fulfilment


def fulfilments_of(asked: Mapping[int, int]) -> dict[int, Fulfilment]:
    """Count what is in hand of each recipient; `asked` maps its key to the number of its items."""
    if not asked:
        return {}
    told: dict[int, list[tuple[str, str]]] = defaultdict(list)
    in_hand = Delivery.objects.filter(recipient__in=asked.keys()).in_hand()
    answers = ItemAnswer.objects.filter(delivery__in=in_hand.values("pk")).order_by()
    for key, *answer in answers.values_list("delivery__recipient", "availability", "verdict"):
        told[key].append((answer[0], answer[1]))
    return {
        key: Fulfilment.counted(asked=number, answers=told[key]) for key, number in asked.items()
    }
