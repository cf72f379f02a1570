"""Which numbers has the office given out, and how does one take, or give up, a number?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.documents import wording
from requests_app.documents.registers import AGENDA_COLUMNS, AGENDA_TITLE, period_of
from requests_app.models import LetterNumber, Office, OfficialDocument
from requests_app.services import agenda as service
from requests_app.services.workflow import Refused
from requests_app.sop.roles import Actor
from requests_app.web import exports
from requests_app.web.access import (
    actors_here,
    positions_here,
    refuse_a_wrong_clock,
    staff_page,
)
from requests_app.web.addresses import request_url
from requests_app.web.exports import Book, BookLine
from requests_app.web.forms.numbers import (
    AgendaFilter,
    InsertForm,
    NumberForm,
    OutsideForm,
    ReserveForm,
    VoidForm,
)
from requests_app.web.pages.page import status_of
from requests_app.web.presenters import Button

PAGE_SIZE: Final = 25
SEARCHED: Final = ("text", "addressee", "subject", "handler", "note", "void_reason")
HOME: Final = "web:agenda"


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to get a number into the agenda: its page, its form, its deed."""

    deed: str
    title: str | Promise
    lead: str | Promise
    button: str | Promise
    done: str | Promise
    form: type[NumberForm]
    do: Callable[..., LetterNumber]


WAYS: Final = {
    "pesan": Way(
        deed="reserve_number",
        title=gettext_lazy("Pesan nomor"),
        lead=gettext_lazy("Nomor berikutnya ditahan sampai dipakai atau dibatalkan."),
        button=gettext_lazy("Pesan nomor"),
        done=gettext_lazy("Nomor {nomor} dipesan."),
        form=ReserveForm,
        do=service.reserve,
    ),
    "luar": Way(
        deed="enter_number",
        title=gettext_lazy("Catat nomor dari luar sistem"),
        lead=gettext_lazy("Nomor yang sudah diberikan TU atau SRIKANDI dicatat agar tidak ganda."),
        button=gettext_lazy("Catat nomor"),
        done=gettext_lazy("Nomor {nomor} dicatat."),
        form=OutsideForm,
        do=service.enter_outside,
    ),
    "sisip": Way(
        deed="insert_number",
        title=gettext_lazy("Sisipkan nomor bertanggal mundur"),
        lead=gettext_lazy(
            "Surat bertanggal lampau mendapat nomor terakhir hari itu dengan akhiran, misalnya "
            "005.01."
        ),
        button=gettext_lazy("Sisipkan nomor"),
        done=gettext_lazy("Nomor {nomor} disisipkan."),
        form=InsertForm,
        do=service.insert_backdated,
    ),
}

# -- reading ----------------------------------------------------------------------------------


@require_safe
@staff_page
def agenda(request: HttpRequest, *, actor: Actor, at: datetime) -> HttpResponse:
    """List the agenda, newest first; void numbers are shown with who, when and why."""
    office = _office(request, at)
    form = _filter(request, actor, office, at)
    found = _narrowed(actor, form).order_by(*NEWEST_FIRST)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("hal"))
    keeper = _keeper(request, actor, at)
    chosen = form.chosen()
    year = chosen.get("tahun")
    context: dict[str, Any] = {
        "nav": "agenda",
        "form": form,
        "error_forms": [],
        "chips": [],
        "page": page,
        "rows": [_row(number, office, may_void=service.may_keep(keeper)) for number in page],
        "is_narrowed": bool(chosen.keys() - {"tahun"}),
        "nothing": _("Belum ada nomor surat tahun {tahun}.").format(tahun=year or at.year),
        "gaps": _gaps(actor, int(year)) if year else [],
        "may_keep": service.may_keep(keeper),
        "why_not": service.why_not(),
        "agenda_url": reverse(HOME),
        "query": request.GET.urlencode(),
    }
    return render(request, "registers/agenda.html", context)


@require_safe
@staff_page
def export_agenda(
    request: HttpRequest, *, form: str, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Give the lines that the list shows, all pages of them, in the order of the book."""
    office = _office(request, at)
    chosen = _filter(request, actor, office, at)
    found = _narrowed(actor, chosen).order_by(*BOOK_ORDER)
    year = chosen.chosen().get("tahun")
    query = request.GET.urlencode()
    book = Book(
        title=AGENDA_TITLE,
        stem=f"agenda-surat-keluar-{year}" if year else "agenda-surat-keluar",
        period=period_of(year),
        columns=AGENDA_COLUMNS,
        count=found.count(),
        lines=lambda: _lines(found, office),
        home=f"{reverse(HOME)}?{query}" if query else reverse(HOME),
    )
    return exports.send(request, book, form, office=office, at=at)


NEWEST_FIRST: Final = (F("dated").desc(), F("serial").desc(nulls_last=True), "-suffix", "-pk")
BOOK_ORDER: Final = (F("dated").asc(), F("serial").asc(nulls_last=True), "suffix", "pk")


def _office(request: HttpRequest, at: datetime) -> Office:
    return positions_here(request, at)[0].office


def _filter(request: HttpRequest, actor: Actor, office: Office, at: datetime) -> AgendaFilter:
    """Read the filters; the agenda opens at this year, by the clock of the office."""
    this_year = at.astimezone(office.zone).year
    visible = LetterNumber.objects.visible_to(actor).in_agenda()
    first = visible.order_by("year").values_list("year", flat=True).first()
    years = list(range(this_year, (first or this_year) - 1, -1))
    asked = request.GET if "tahun" in request.GET else {**request.GET.dict(), "tahun": this_year}
    return AgendaFilter(asked, office_id=actor.office_id, years=years)


def _narrowed(actor: Actor, form: AgendaFilter) -> QuerySet[LetterNumber]:
    chosen = form.chosen()
    found = LetterNumber.objects.visible_to(actor).in_agenda()
    if year := chosen.get("tahun"):
        found = found.filter(year=int(year))
    if register := chosen.get("register"):
        found = found.filter(register=register)
    if status := chosen.get("status"):
        found = found.filter(status=status)
    for word in chosen.get("cari", "").split():
        found = found.filter(_matching(word))
    in_force = OfficialDocument.objects.filter(
        number=OuterRef("pk"), status=OfficialDocument.Status.VALID
    )
    return found.select_related("data_request").annotate(is_in_force=Exists(in_force))


def _matching(word: str) -> Q:
    """Find a word in the columns, or in the name of an owner whom the letter's list names."""
    match = Q(data_request__recipients__data_owner__head_title__icontains=word)
    by_owner = LetterNumber.objects.filter(match).values("pk")
    found = Q(pk__in=by_owner)
    for field in SEARCHED:
        found |= Q(**{f"{field}__icontains": word})
    return found


def _gaps(actor: Actor, year: int) -> list[str]:
    sentence = _(
        "{register}: {n} nomor urut tahun {tahun} dilewati karena nomor yang sama sudah tercatat "
        "pada register lain."
    )
    passed_by = service.passed_by(office_id=actor.office_id, year=year)
    return [sentence.format(register=one, n=count, tahun=year) for one, count in passed_by]


def _row(number: Any, office: Office, *, may_void: bool) -> dict[str, Any]:
    is_void = number.status == LetterNumber.Status.VOID
    holder = number.data_request
    return {
        "number": number,
        "place": _place(number),
        "is_void": is_void,
        "remarks": _remarks(number, office),
        "href": "" if holder is None else request_url(holder.public_id),
        "void_href": (
            reverse("web:void_number", args=[number.pk])
            if may_void and not is_void and not number.is_in_force
            else ""
        ),
    }


def _place(number: LetterNumber) -> str:
    if number.serial is None:
        return ""
    return f"{number.serial}.{number.suffix}" if number.suffix else str(number.serial)


def _remarks(number: LetterNumber, office: Office) -> str:
    """Say what the status does not: who, when and why; a note of the keeper's comes first."""
    said = {"nama": number.taken_by, "tanggal": _day(number.taken_at, office)}
    told = [f"{number.note.rstrip('.')}."] if number.note else []
    if number.origin == LetterNumber.Origin.OUTSIDE:
        told.append(_("Nomor dari luar sistem, dicatat {tanggal} oleh {nama}.").format(**said))
    elif number.suffix:
        told.append(_("Sisipan, dicatat {tanggal} oleh {nama}.").format(**said))
    elif number.status == LetterNumber.Status.RESERVED:
        told.append(_("Dipesan {tanggal} oleh {nama}.").format(**said))
    if number.status == LetterNumber.Status.VOID and number.voided_at is not None:
        told.append(
            _("Dibatalkan {tanggal} oleh {nama}: {alasan}").format(
                tanggal=_day(number.voided_at, office),
                nama=number.voided_by,
                alasan=number.void_reason,
            )
        )
    return " ".join(told)


def _day(moment: datetime, office: Office) -> str:
    return wording.short_date(moment.astimezone(office.zone).date())


def _lines(found: QuerySet[LetterNumber], office: Office) -> Iterator[BookLine]:
    for number in found.iterator(chunk_size=500):
        cells = (
            _place(number) if number.suffix else number.serial,
            number.dated,
            number.text,
            number.addressee,
            number.subject,
            number.classification,
            number.annex,
            number.handler,
            _remarks(number, office),
        )
        yield BookLine(cells, struck=number.status == LetterNumber.Status.VOID)


# -- keeping ----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def new_number(request: HttpRequest, *, way: str, actor: Actor, at: datetime) -> HttpResponseBase:
    """Reserve, enter or insert a number, and lead back to the agenda."""
    if way not in WAYS:
        raise Http404
    chosen, office = WAYS[way], _office(request, at)
    keeper = _keeper(request, actor, at)
    form = chosen.form(
        request.POST if request.method == "POST" else None,
        office=office,
        actor=keeper,
        today=at.astimezone(office.zone).date(),
    )
    if request.method != "POST":
        return _show(request, chosen, form, keeper)
    if not service.may_keep(keeper):
        return _show(request, chosen, form, keeper, status=HTTPStatus.FORBIDDEN)
    if not form.is_valid():
        return _show(request, chosen, form, keeper, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        refuse_a_wrong_clock(at)
        number = chosen.do(office=office, actor=keeper, at=at, **form.facts())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, chosen, form, keeper, status=status_of(refusal))
    messages.success(request, str(chosen.done).format(nomor=number.text))
    return redirect(HOME)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def void_number(
    request: HttpRequest, *, number_id: int, actor: Actor, at: datetime
) -> HttpResponseBase:
    """Give a number up for a reason; the line stays in the agenda, struck."""
    visible = LetterNumber.objects.visible_to(actor).in_agenda().select_related("register__office")
    number = get_object_or_404(visible, pk=number_id)
    keeper = _keeper(request, actor, at)
    form = VoidForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _show_void(request, number, form, keeper)
    if not service.may_keep(keeper):
        return _show_void(request, number, form, keeper, status=HTTPStatus.FORBIDDEN)
    if not form.is_valid():
        return _show_void(request, number, form, keeper, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        refuse_a_wrong_clock(at)
        service.void(number=number, actor=keeper, at=at, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _show_void(request, number, form, keeper, status=status_of(refusal))
    messages.success(request, _("Nomor {nomor} dibatalkan.").format(nomor=number.text))
    return redirect(HOME)


def _keeper(request: HttpRequest, actor: Actor, at: datetime) -> Actor:
    """Choose the position in which this person keeps the agenda, where there is one."""
    keepers = [one for one in actors_here(request, at) if service.may_keep(one)]
    return keepers[0] if keepers else actor


def _show(
    request: HttpRequest, way: Way, form: NumberForm, actor: Actor, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {
        "nav": "agenda",
        "form": form,
        "button": _button(way.deed, way.button, actor),
        "crumbs": [(_("Nomor surat"), reverse(HOME)), (way.title, "")],
        "header": {"title": way.title, "lead": way.lead},
    }
    return render(request, "registers/number.html", context, status=status)


def _show_void(
    request: HttpRequest,
    number: LetterNumber,
    form: VoidForm,
    actor: Actor,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    title = _("Batalkan nomor {nomor}").format(nomor=number.text)
    context = {
        "nav": "agenda",
        "form": form,
        "number": number,
        "button": _button("void_number", _("Batalkan nomor"), actor),
        "crumbs": [(_("Nomor surat"), reverse(HOME)), (_("Batalkan nomor"), "")],
        "header": {"title": title},
    }
    return render(request, "registers/void.html", context, status=status)


def _button(deed: str, label: str | Promise, actor: Actor) -> Button:
    allowed = service.may_keep(actor)
    return Button(deed, label, allowed=allowed, reason="" if allowed else service.why_not())
