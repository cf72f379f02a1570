"""Which requests are there, and where does each stand?"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.models import DataOwner, DataRequest, OfficialDocument, SopEdition
from requests_app.services import clocks
from requests_app.sop.clock import Calendar
from requests_app.sop.roles import Actor, Role
from requests_app.sop.steps import DECLINED, STEPS, WAIVED
from requests_app.web import presenters
from requests_app.web.access import staff_page
from requests_app.web.forms.filters import LATENESS, STATES, TURNS, RequestFilter

PAGE_SIZES: Final = (25, 50, 100)
ORDERS: Final = {
    "tenggat": ("due_at", "pk"),
    "-tenggat": ("-due_at", "-pk"),
    "judul": ("title", "pk"),
    "-judul": ("-title", "-pk"),
}
NEWEST_FIRST: Final = ("-opened_at", "-pk")
ANSWERED: Final = ("receive_data", "record_data", "recorded", DECLINED)


@staff_page
def requests(request: HttpRequest, *, actor: Actor, at: datetime) -> HttpResponse:
    """List the office's requests, narrowed and ordered as asked."""
    visible = DataRequest.objects.visible_to(actor)
    owners = DataOwner.objects.filter(office_id=actor.office_id)
    first = visible.order_by("opened_at").values_list("opened_at__year", flat=True).first()
    years = list(range(at.year, (first or at.year) - 1, -1))
    form = RequestFilter(request.GET, owners=owners, years=years)
    found = narrowed(visible, form, actor=actor, at=at).order_by(
        *ORDERS.get(request.GET.get("urut", ""), NEWEST_FIRST)
    )
    page = Paginator(with_facts(found), _page_size(request)).get_page(request.GET.get("hal"))
    calendar = clocks.calendar_of_id(actor.office_id)
    context = {
        "nav": "requests",
        "form": form,
        "error_forms": [],
        "chips": list(_chips(request, form)),
        "page": page,
        "rows": [_row(data_request, at=at, calendar=calendar) for data_request in page],
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


def with_facts(found: QuerySet[DataRequest]) -> QuerySet[DataRequest]:
    """Load with each request what its line in the list tells, in one query."""
    number = OfficialDocument.objects.filter(
        data_request=OuterRef("pk"), kind=OfficialDocument.Kind.LETTER
    ).order_by("-made_at")
    asked = ~Q(recipients__state=WAIVED)
    return found.select_related("office", "edition").annotate(
        letter_number=Subquery(number.values("number__text")[:1], output_field=CharField()),
        asked_count=Count("recipients", filter=asked),
        answered_count=Count("recipients", filter=Q(recipients__state__in=ANSWERED)),
    )


def _turn_of_role(role: Role, office_id: int) -> Q:
    turn = Q(pk__in=[])
    for edition in SopEdition.objects.filter(office_id=office_id):
        plain = edition.as_plain()
        states = [step.key for step in STEPS if plain.role_of(step.key) is role]
        turn |= Q(edition=edition, state__in=states)
    return turn


def _row(data_request: Any, *, at: datetime, calendar: Calendar) -> dict[str, Any]:
    step = data_request.step
    role = None if step is None else data_request.role_of(step.key)
    answered = _("{n} dari {m} menjawab").format(
        n=data_request.answered_count, m=data_request.asked_count
    )
    return {
        "number": data_request.letter_number or "",
        "title": data_request.title,
        "href": reverse("web:request", args=[data_request.public_id]),
        "owners": answered if data_request.asked_count else _("belum dipilih"),
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
