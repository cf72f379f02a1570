"""Which requests are there, and where does each stand?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from requests_app.models import (
    DataOwner,
    DataRequest,
    OfficialDocument,
    Recipient,
    SopEdition,
)
from requests_app.sop.office_hours import Calendar
from requests_app.sop.roles import Actor, Role
from requests_app.sop.steps import DECLINED, STEPS, WAIVED
from requests_app.web import inbox, presenters
from requests_app.web.access import calendar_here, staff_page
from requests_app.web.addresses import request_url
from requests_app.web.forms.filters import LATENESS, STATES, TURNS, RequestFilter

PAGE_SIZES: Final = (25, 50, 100)
ORDERS: Final = {
    "tenggat": ("due_at", "pk"),
    "-tenggat": ("-due_at", "-pk"),
    "judul": ("title", "pk"),
    "-judul": ("-title", "-pk"),
}
LISTED: Final = (*inbox.LISTED, "outcome", "closed_at")
NEWEST_FIRST: Final = ("-opened_at", "-pk")
ANSWERED: Final = ("receive_data", "record_data", "recorded", DECLINED)


@require_safe
@staff_page
def requests(request: HttpRequest, *, actor: Actor, at: datetime) -> HttpResponse:
    """List the office's requests, narrowed and ordered as asked."""
    visible = DataRequest.objects.visible_to(actor)
    owners = DataOwner.objects.filter(office_id=actor.office_id).only("name")
    first = visible.order_by("opened_at").values_list("opened_at__year", flat=True).first()
    years = list(range(at.year, (first or at.year) - 1, -1))
    form = RequestFilter(request.GET, owners=owners, years=years)
    found = narrowed(visible, form, actor=actor, at=at).order_by(
        *ORDERS.get(request.GET.get("urut", ""), NEWEST_FIRST)
    )
    page = Paginator(found.only(*LISTED), _page_size(request)).get_page(request.GET.get("hal"))
    lines = list(_lines(page.object_list, office_id=actor.office_id))
    calendar = calendar_here(request, at)
    context = {
        "nav": "requests",
        "form": form,
        "error_forms": [],
        "chips": list(_chips(request, form)),
        "page": page,
        "rows": [_row(line, at=at, calendar=calendar) for line in lines],
        "is_narrowed": bool(form.chosen()),
        "may_open": actor.role in {Role.SECTION_HEAD, Role.STAFF},
    }
    return render(request, "requests/list.html", context)


def narrowed(
    visible: QuerySet[DataRequest], form: RequestFilter, *, actor: Actor, at: datetime
) -> QuerySet[DataRequest]:
    """Apply the filters that are set."""
    found = visible.filter(form.as_condition())
    chosen = form.chosen()
    if turn := chosen.get("giliran"):
        found = found.filter(_turn_of_role(Role(turn), actor.office_id))
    if chosen.get("terlambat"):
        found = found.filter(due_at__lt=at)
    return found


@dataclass(frozen=True)
class Line:
    """One request in the list with what its own row does not tell."""

    data_request: DataRequest
    number: str
    owners: str


def _lines(found: Iterable[DataRequest], *, office_id: int) -> Iterator[Line]:
    """Load what the lines of one page tell beyond the requests: three queries, however many."""
    requests = list(found)
    editions = inbox.editions_of(office_id)
    states: dict[int, list[str]] = {}
    asked = Recipient.objects.filter(data_request__in=requests).exclude(state=WAIVED)
    for key, state in asked.order_by().values_list("data_request_id", "state"):
        states.setdefault(key, []).append(state)
    letters = OfficialDocument.objects.filter(
        data_request__in=requests, kind=OfficialDocument.Kind.LETTER
    )
    numbers = dict(letters.order_by("made_at").values_list("data_request_id", "number__text"))
    told, nobody = _("{n} dari {m} menjawab"), _("belum dipilih")
    for data_request in requests:
        data_request.edition = editions[data_request.edition_id]
        own = states.get(data_request.pk, [])
        answered = told.format(n=sum(state in ANSWERED for state in own), m=len(own))
        owners = answered if own else nobody
        yield Line(data_request, numbers.get(data_request.pk) or "", owners)


def _turn_of_role(role: Role, office_id: int) -> Q:
    turn = Q(pk__in=[])
    for edition in SopEdition.objects.filter(office_id=office_id):
        plain = edition.as_plain()
        states = [step.key for step in STEPS if plain.role_of(step.key) is role]
        turn |= Q(edition=edition, state__in=states)
    return turn


def _row(line: Line, *, at: datetime, calendar: Calendar) -> dict[str, Any]:
    data_request = line.data_request
    step = data_request.step
    role = None if step is None else data_request.role_of(step.key)
    return {
        "number": line.number,
        "title": data_request.title,
        "href": request_url(data_request.public_id),
        "owners": line.owners,
        "state": data_request.state,
        "outcome": data_request.outcome,
        "step_number": "" if step is None else step.number,
        "turn": "" if role is None else _(role.label),
        "clock": presenters.clock_of(data_request, at=at, calendar=calendar),
        "closed_at": data_request.closed_at,
    }


def _page_size(request: HttpRequest) -> int:
    asked = request.GET.get("baris", "")
    return int(asked) if asked.isdigit() and int(asked) in PAGE_SIZES else PAGE_SIZES[0]


def _chips(request: HttpRequest, form: RequestFilter) -> Iterable[dict[str, str]]:
    """Offer to take each filter away by itself."""
    labels: dict[str, dict[Any, Any]] = {
        "langkah": dict(STATES),
        "giliran": dict(TURNS),
        "terlambat": dict(LATENESS),
    }
    for name, value in form.chosen().items():
        query = request.GET.copy()
        query.pop(name, None)
        query.pop("hal", None)
        shown = labels.get(name, {}).get(value, value)
        label = form.fields[name].label
        yield {"label": f"{label}: {shown}", "href": f"?{query.urlencode()}"}
