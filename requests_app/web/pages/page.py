"""What does a step's page offer, and what happens when one of its buttons is pressed?

One frame for all rows: a `StepPage` names its template and its deeds, each deed its form and the
service that does it. `respond` is the one view body behind every step, for staff and owners alike.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from requests_app.services import clocks, deeds, drafts, options
from requests_app.services.attempts import BeingSigned, await_end
from requests_app.services.workflow import (
    Incomplete,
    NotYourTurn,
    Refused,
    Stale,
    log_refusal,
    refuse_bystander,
    take_once,
    was_pressed,
)
from requests_app.sop.roles import Actor
from requests_app.web import conflicts, presenters, unsent, wording
from requests_app.web.access import Visit, refuse_a_wrong_clock
from requests_app.web.forms.base import DeedForm, EmptyForm, ReasonForm, with_one_more_row
from requests_app.web.presses import press_of

ADD_ROW = "add_row"
"""Name of the button that asks for one more row in a formset; its value is the prefix."""
SAVE = "save"
"""Name of the button, and deed, that keeps a draft."""


@dataclass(frozen=True, kw_only=True)
class PageDeed:
    """A button of a page: its form, the service behind it, and where it leads.

    `also_later`: a part of the step that outlives it (a link renewed after the letter has left).
    `kept_as` names the deed under whose name the form is kept while it is not sent; several buttons
    of one form name the same. `completes`: the machine's deed that this button does its own way.
    `beside` names the deed whose form the button posts too, so that nothing typed there is lost.
    `alone`: the service keeps its own transactions, and the press with them (a signature is made
    outside any).
    """

    deed: str
    completes: str = ""
    beside: str = ""
    form: type[DeedForm] = EmptyForm
    do: Callable[..., Any] | None = None
    stays: bool = False
    also_later: bool = False
    alone: bool = False
    kept_as: str = ""
    success: Callable[[Visit, Any], str] | None = None
    label: str | Promise = ""

    @property
    def name(self) -> str:
        """Give the name that templates use; a colon cannot stand there."""
        return self.deed.replace(":", "_")

    def actor_of(self, visit: Visit) -> Actor:
        """Say as whom the button is pressed: as the visitor, unless it speaks for another."""
        return visit.actor

    def leads_to(self, visit: Visit, home: str) -> str:
        """Give the address of the page that follows."""
        return visit.request.path if self.stays else home

    def take_once(self, visit: Visit, form: DeedForm, press: str) -> Any:
        """Call the service with what was typed, and keep which press it came from."""
        if self.alone:
            return self.take(visit, form, press=press)
        take = partial(self.take, visit, form)
        return take_once(subject=visit.subject, press=press, take=take)

    def take(self, visit: Visit, form: DeedForm, **more: Any) -> Any:
        """Call the service with what was typed, and with what only the page knows."""
        facts = {"version": form.cleaned_data["version"], **form.facts(), **more}
        if self.do is not None:
            return self.do(subject=visit.subject, actor=visit.actor, at=visit.at, **facts)
        return deeds.take(
            subject=visit.subject, deed=self.deed, actor=visit.actor, at=visit.at, **facts
        )

    def say(self, visit: Visit, outcome: Any) -> str:
        """Say what the deed has done."""
        if self.success is not None:
            return self.success(visit, outcome)
        return wording.success(self.deed)


def send_back(deed: str) -> PageDeed:
    """Make the button of a send-back: it asks why and leads to the request."""
    return PageDeed(deed=deed, form=ReasonForm)


@dataclass(frozen=True, kw_only=True)
class StepPage:
    """The page of one step; `preview` describes the pages of what is typed in it."""

    key: str
    deeds: Sequence[PageDeed] = ()
    context: Callable[[Visit], dict[str, Any]] = field(default=lambda _visit: {})
    preview: Callable[[Visit], dict[str, Any]] | None = None
    template: str = ""

    @property
    def template_name(self) -> str:
        """Give the template: `steps/<key>.html`."""
        return self.template or f"steps/{self.key}.html"

    @property
    def kept_deeds(self) -> list[PageDeed]:
        """List the deeds whose forms are kept while they are typed."""
        return [page_deed for page_deed in self.deeds if page_deed.kept_as == page_deed.deed]

    def find(self, deed: str) -> PageDeed | None:
        """Find the button that was pressed."""
        return next((page_deed for page_deed in self.deeds if page_deed.deed == deed), None)


def respond(visit: Visit, page: StepPage, *, layout: str, home: str) -> HttpResponseBase:
    """Answer a visit: show the page, or do the deed that was pressed and lead on.

    Answers to bad deeds are the same everywhere: wrong role 403, wrong state, stale page or lost
    race 409, missing input 422, always with the sentence and with what was typed.
    """
    posted = visit.request.POST if visit.request.method == "POST" else None
    if posted is None:
        return _show(visit, page, _laid_back(visit, page), layout=layout)
    if ADD_ROW in posted:
        return _show_with_a_row_more(visit, page, layout=layout)
    deed = SAVE if SAVE in posted else posted.get("deed", "")
    pressed = page.find(deed)
    if pressed is None:
        refusal = _unknown_deed(visit, deed)
        return _show_refused(visit, page, build_forms(visit, page), refusal, layout=layout)
    forms = build_forms(visit, page, pressed)
    form = forms[pressed.name]
    press = press_of(visit.request, actor=visit.actor)
    try:
        wrong = form if not form.is_valid() else _left_open(pressed, forms)
        if wrong is not None:
            _refuse_bystander(visit, page, pressed, form)
            wrong.ask_for_files_again()
            return _show(
                visit,
                page,
                forms,
                layout=layout,
                status=HTTPStatus.UNPROCESSABLE_ENTITY,
                tried=wrong,
            )
        refuse_a_wrong_clock(visit.at)
        outcome = pressed.take_once(visit, form, press)
    except Refused as refusal:
        log_refusal(subject=visit.subject, deed=pressed.deed, actor=visit.actor, refusal=refusal)
        if not _is_second_click(visit, press, refusal):
            return _show_refused(visit, page, forms, refusal, layout=layout, pressed=pressed)
        messages.info(visit.request, _("Tindakan ini sudah tersimpan."))
    else:
        _forget(visit, page, pressed)
        _tell(visit, pressed.say(visit, outcome))
    return redirect(pressed.leads_to(visit, home))


def _is_second_click(visit: Visit, press: str, refusal: Refused) -> bool:
    """Tell a double click from a lost race; a signature still being made is waited for."""
    if isinstance(refusal, BeingSigned):
        await_end(data_request=visit.data_request, press=press)
    return was_pressed(subject=visit.subject, press=press)


def _left_open(pressed: PageDeed, forms: dict[str, DeedForm]) -> DeedForm | None:
    """Find the form beside the button in which something was typed and not handed in."""
    beside = forms.get(pressed.beside)
    if beside is None or not beside.is_bound:
        return None
    beside.add_error(None, str(beside.left_open))
    return beside


def _tell(visit: Visit, sentence: str) -> None:
    """Put a sentence above the next page, unless that page confirms the deed itself."""
    if sentence:
        messages.success(visit.request, sentence)


def _forget(visit: Visit, page: StepPage, pressed: PageDeed) -> None:
    """Throw away what was kept of the form that was handed in; of all of them at the end."""
    if pressed.kept_as or not pressed.stays:
        drafts.discard(
            data_request=visit.data_request,
            user_id=visit.actor.user_id,
            row=page.key,
            deed=pressed.kept_as if pressed.stays else None,
        )


def _refuse_bystander(visit: Visit, page: StepPage, pressed: PageDeed, form: DeedForm) -> None:
    """Say "not yours" and "not now" before saying what is missing."""
    if pressed.also_later:
        return
    refuse_bystander(
        subject=visit.subject,
        deed=pressed.completes or pressed.deed,
        row=page.key,
        actor=pressed.actor_of(visit),
        version=form.cleaned_data.get("version"),
    )


def build_forms(
    visit: Visit, page: StepPage, pressed: PageDeed | None = None
) -> dict[str, DeedForm]:
    """Build every form of the page; only the pressed one is bound to what was posted."""
    built: dict[str, DeedForm] = {}
    for page_deed in page.deeds:
        bound: dict[str, Any] = {}
        if page_deed is pressed:
            bound = {"data": visit.request.POST, "files": visit.request.FILES}
        # each form its own ids: a page asks for the reason of more than one send-back
        ids = "id_%s" if page_deed is page.deeds[0] else f"id_{page_deed.name}_%s"
        built[page_deed.name] = page_deed.form(
            **bound, auto_id=ids, subject=visit.subject, actor=visit.actor, at=visit.at
        )
    beside = None if pressed is None else page.find(pressed.beside)
    if beside is not None:
        typed = _as_typed(visit, beside, built[beside.name])
        if typed.is_typed():
            typed.silence()
            built[beside.name] = typed
    return built


def _as_typed(visit: Visit, page_deed: PageDeed, form: DeedForm) -> DeedForm:
    """Build a form of the page anew with what was posted."""
    return page_deed.form(
        data=visit.request.POST,
        files=visit.request.FILES,
        auto_id=form.auto_id,
        subject=visit.subject,
        actor=visit.actor,
        at=visit.at,
    )


def _laid_back(visit: Visit, page: StepPage) -> dict[str, DeedForm]:
    """Build the forms of a page that is opened, with what its reader had typed and not sent."""
    forms = build_forms(visit, page)
    kept = unsent.kept_here(visit) if page.kept_deeds and visit.subject.state == page.key else {}
    for page_deed in page.kept_deeds:
        if page_deed.deed in kept:
            forms[page_deed.name] = page_deed.form(
                data=unsent.as_posted(kept[page_deed.deed]),
                auto_id=forms[page_deed.name].auto_id,
                subject=visit.subject,
                actor=visit.actor,
                at=visit.at,
            )
            forms[page_deed.name].silence()
    for page_deed in page.deeds:
        if page_deed.kept_as in kept and page_deed.kept_as != page_deed.deed:
            typed = unsent.as_posted(kept[page_deed.kept_as])
            fields = forms[page_deed.name].fields
            forms[page_deed.name].initial.update(
                {name: typed[name] for name in fields if name in typed}
            )
    return forms


def _unsent(visit: Visit, page: StepPage, forms: dict[str, DeedForm]) -> dict[str, Any]:
    """Describe the forms of the page that are kept while they are typed."""
    if not page.kept_deeds:
        return {}
    kept = {} if visit.request.method == "POST" else unsent.kept_here(visit)
    return {
        page_deed.name: unsent.unsent_of(
            visit,
            deed=page_deed.deed,
            draft=kept.get(page_deed.deed),
            has_files=forms[page_deed.name].is_multipart(),
        )
        for page_deed in page.kept_deeds
    }


def status_of(refusal: Refused) -> HTTPStatus:
    """Translate a refusal into the answer the browser gets."""
    if isinstance(refusal, NotYourTurn):
        return HTTPStatus.FORBIDDEN
    if isinstance(refusal, Incomplete):
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.CONFLICT


def _unknown_deed(visit: Visit, deed: str) -> Refused:
    refusal = Refused(_("Tindakan ini tidak dikenal. Muat ulang halaman ini."))
    log_refusal(subject=visit.subject, deed=deed[:60], actor=visit.actor, refusal=refusal)
    return refusal


def _show_with_a_row_more(visit: Visit, page: StepPage, *, layout: str) -> HttpResponseBase:
    posted = visit.request.POST
    prefix = posted[ADD_ROW]
    grown = with_one_more_row(posted, prefix)
    forms = build_forms(visit, page)
    for page_deed in page.deeds:
        if prefix not in forms[page_deed.name].formsets:
            continue
        form = page_deed.form(
            data=grown,
            files=visit.request.FILES,
            subject=visit.subject,
            actor=visit.actor,
            at=visit.at,
        )
        form.silence()
        form.ask_for_files_again()
        forms[page_deed.name] = form
    return _show(visit, page, forms, layout=layout, added_row=prefix)


def _show_refused(
    visit: Visit,
    page: StepPage,
    forms: dict[str, DeedForm],
    refusal: Refused,
    *,
    layout: str,
    pressed: PageDeed | None = None,
) -> HttpResponseBase:
    visit.subject.refresh_from_db()
    form = None if pressed is None else forms[pressed.name]
    conflict: list[dict[str, Any]] = []
    if pressed is not None and form is not None:
        is_here = visit.subject.state == page.key
        if isinstance(refusal, Stale) and is_here and pressed.kept_as == page.key:
            conflict = _conflict(visit, page, form)
        form.tell_refusal(refusal)
    for typed in forms.values():
        # what would be overwritten is compared first: only its tick renews such a page
        if typed.is_bound and not conflict:
            typed.renew(visit.subject.version)
    return _show(
        visit,
        page,
        forms,
        layout=layout,
        status=status_of(refusal),
        refusal=refusal,
        tried=form,
        conflict=conflict,
    )


def _conflict(visit: Visit, page: StepPage, form: DeedForm) -> list[dict[str, Any]]:
    """Compare what was typed into a stale page with what stands now in the page's own form."""
    own = page.find(page.key)
    if own is None:
        return []
    standing = own.form(subject=visit.subject, actor=visit.actor, at=visit.at)
    found = conflicts.differences(standing=standing, typed=form)
    if found:
        form.place = conflicts.PLACE
    return found


def _show(
    visit: Visit,
    page: StepPage,
    forms: dict[str, DeedForm],
    *,
    layout: str,
    status: int = HTTPStatus.OK,
    refusal: Refused | None = None,
    tried: DeedForm | None = None,
    added_row: str = "",
    conflict: Sequence[dict[str, Any]] = (),
) -> HttpResponseBase:
    context = {
        **_frame(visit, layout=layout),
        "forms": forms,
        "unsent": _unsent(visit, page, forms),
        "error_forms": [] if tried is None else [tried, *tried.formsets.values()],
        "added_row": added_row,
        "refusal": refusal,
        "conflict": conflict,
        **page.context(visit),
    }
    return render(visit.request, page.template_name, context, status=status)


def _frame(visit: Visit, *, layout: str) -> dict[str, Any]:
    """Give what every step's page shows, whoever looks at it."""
    subject, step = visit.subject, visit.step
    here = subject.state == step.key
    returned = presenters.last_return(subject, step)
    shown = presenters.clock_of(
        subject, at=visit.at, calendar=clocks.calendar_of(visit.data_request.office)
    )
    return {
        "layout": layout,
        "nav": "requests",
        "visit": visit,
        "step": step,
        "subject": subject,
        "data_request": visit.data_request,
        "recipient": visit.recipient,
        "actor": visit.actor,
        "at": visit.at,
        "header": presenters.step_header(subject, step),
        "facts": presenters.step_facts(subject, step, shown),
        "clock": shown,
        "crumbs": presenters.crumbs(visit.data_request, str(wording.STEP_NAMES[step.key])),
        "deeds": buttons_of(visit),
        "is_here": here,
        "last_return": returned,
        "completion": None if here or returned else presenters.completion_of(subject, step),
    }


def buttons_of(visit: Visit) -> dict[str, presenters.Button]:
    """Compute the deeds of the step with their reasons, keyed as templates can name them."""
    subject, key = visit.subject, visit.step.key
    found = options.options_for(subject=subject, actor=visit.actor)
    if all(option.row != key for option in found):
        # a row that only decides has no deed of its own
        with suppress(KeyError):
            found.append(options.option_for(subject=subject, deed=key, actor=visit.actor))
    return {option.deed.replace(":", "_"): presenters.button_of(option) for option in found}
