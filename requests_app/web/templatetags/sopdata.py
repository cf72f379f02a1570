"""How do templates show dates, sizes, icons, states, clocks, deeds, fields and rows?

Filters and tags only shape what a presenter gives; none of them asks the database. The markup is
in templates/components/, one file per tag, and docs/interface.md shows how they are used.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import cache, lru_cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, Select
from django.forms.widgets import CheckboxSelectMultiple, RadioSelect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from requests_app.documents import wording as paper
from requests_app.sop import steps
from requests_app.web import errors, wording

register = template.Library()

BARS = 12
ROW_TOOLS = {"DELETE", "ORDER"}
CARDS_FROM = 6
"""More visible columns than this do not fit a table with inputs: rows become cards."""

CLOCK_KINDS = {
    "remaining": ("", "clock"),
    "soon": ("warn", "hourglass-split"),
    "late": ("late", "exclamation-triangle-fill"),
    "on_time": ("ok", "check-lg"),
    "paused": ("quiet", "pause-fill"),
    "none": ("quiet", "dash-circle-fill"),
}


# --- Formats -------------------------------------------------------------------------------------


def _day(value: date | datetime) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


@register.filter
def long_date(value: date | datetime | None) -> str:
    """Write `23 November 2026`."""
    return paper.long_date(_day(value)) if value else ""


@register.filter
def weekday_date(value: date | datetime | None) -> str:
    """Write `Senin, 23 November 2026`."""
    return paper.weekday_date(_day(value)) if value else ""


@register.filter
def short_date(value: date | datetime | None) -> str:
    """Write `23-11-2026`."""
    return paper.short_date(_day(value)) if value else ""


@register.filter
def clock_time(value: datetime | None) -> str:
    """Write `pukul 14.05 WIB`, in the zone the office has switched on."""
    return paper.clock_time(value, zone=timezone.get_current_timezone()) if value else ""


@register.filter
def file_size(value: int | None) -> str:
    """Write `2,4 MB`."""
    return "" if value is None else paper.file_size(value)


@register.filter
def duration(minutes: int | None) -> str:
    """Write office minutes as `3 jam 10 menit`."""
    return "" if minutes is None else paper.duration(minutes)


@register.filter
def grouped(value: float | None) -> str:
    """Write `1.234,5`."""
    return "" if value is None else paper.grouped(value)


@register.filter
def nip(value: str) -> str:
    """Write a NIP in its groups of digits."""
    return paper.nip(value)


@register.filter
def short_hash(value: str) -> str:
    """Write the first and last characters of a SHA-256: `3f2a91c0…9d4e`."""
    return f"{value[:8]}…{value[-4:]}" if value else ""


@register.simple_tag
def moment(value: date | datetime | None, style: str = "full") -> str:
    """Write a moment inside `<time datetime>`.

    Styles: full `23 November 2026 pukul 14.05 WIB`, long (with the day's name), short
    `23-11-2026 14.05`, date, day, time. None gives an empty string.
    """
    if value is None or value == "":
        return ""
    return _time_element(value, style, timezone.get_current_timezone())


# Due times and dates of the record are shown again and again, and never change.
@lru_cache(maxsize=4096)
def _time_element(value: date | datetime, style: str, zone: tzinfo) -> SafeString:
    local = value.astimezone(zone) if isinstance(value, datetime) else value
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), _written(local, style))


def _written(value: date | datetime, style: str) -> str:
    day = _day(value)
    if style == "date" or (style in {"full", "short"} and not isinstance(value, datetime)):
        return paper.short_date(day) if style == "short" else paper.long_date(day)
    if style == "day" or not isinstance(value, datetime):
        return paper.weekday_date(day)
    if style == "time":
        return clock_time(value)
    if style == "short":
        return f"{paper.short_date(day)} {value:%H.%M}"
    date_words = paper.weekday_date(day) if style == "long" else paper.long_date(day)
    return f"{date_words} {clock_time(value)}"


# --- Signs ---------------------------------------------------------------------------------------


@register.simple_tag
@cache
def asset(name: str) -> str:
    """Return the address of one of our static files; a process knows one version of each."""
    return static(name)


# A list draws hundreds of these: what depends on a name alone is drawn once in a process.
@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str) -> str:
    """Draw an icon of the sprite; it is silent, so a word always stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        asset("icons/sprite.svg"),
        name,
    )


@lru_cache(maxsize=1024)
def _drawn(template_name: str, language: str | None, **words: Hashable) -> SafeString:
    """Draw a part that depends on a few words and the language alone, once in a process."""
    del language  # part of the key
    return render_to_string(template_name, words)


@register.simple_tag
def state_badge(state: str, outcome: str = "") -> SafeString:
    """Show a state as icon, word and colour."""
    return _state_badge(state, outcome, get_language())


@lru_cache(maxsize=256)
def _state_badge(state: str, outcome: str, language: str | None) -> SafeString:
    del language  # part of the key
    words = {
        "state": state,
        "label": str(wording.state_label(state, outcome=outcome)),
        "tone": wording.state_tone(state, outcome=outcome),
        "icon_name": wording.STATE_ICONS[state],
    }
    return render_to_string("components/state_badge.html", words)


@register.simple_tag
def owner_badge(state: str) -> SafeString:
    """Show a recipient's state to the owner, in words that speak to them."""
    return _drawn(
        "components/state_badge.html",
        get_language(),
        state=state,
        label=str(wording.OWNER_LABELS[state]),
        tone=wording.owner_tone(state),
        icon_name=wording.STATE_ICONS[state],
    )


@register.simple_tag(takes_context=True)
def nav_links(context: template.Context, *, flat: bool = False) -> SafeString:
    """List the pages of the main menu, as list items or (flat) as bare links."""
    current = context.get("nav", "")
    return _drawn("components/_nav_links.html", get_language(), nav=current, flat=flat)


@register.simple_tag
def account_links(*, is_admin: bool) -> SafeString:
    """List what a person does with the own account; the logout is the form of masthead.html."""
    return _drawn("components/_account_links.html", get_language(), is_admin=is_admin)


@register.filter
def state_label(state: str) -> str:
    """Name a state."""
    return str(wording.state_label(state))


@register.filter
def step_name(key: str) -> str:
    """Name a step in two or three words."""
    return str(wording.STEP_NAMES[key])


@register.filter
def step_number(key: str) -> str:
    """Return the number of a step as the SOP prints it, empty for the two receiving ends."""
    return steps.by_key(key).number


@register.simple_tag
def clock_chip(clock: Any) -> SafeString:
    """Show a clock: `kind` of CLOCK_KINDS and `text`; `due_at` is optional.

    Written here and not in a template: lists show one in each line, and this is eight times faster.
    """
    due_at = _read(clock, "due_at")
    return format_html(
        '<span class="clock">{}<span>{}</span></span>{}</span>',
        _chip(_read(clock, "kind")),
        _read(clock, "text"),
        "" if due_at is None else _due(due_at, timezone.get_current_timezone(), get_language()),
    )


@cache
def _chip(kind: str) -> SafeString:
    tone, icon_name = CLOCK_KINDS[kind]
    return format_html(
        '<span class="chip{}" data-clock="{}">{}',
        f" tone-{tone}" if tone else "",
        kind,
        icon(icon_name),
    )


@lru_cache(maxsize=4096)
def _due(due_at: datetime, zone: tzinfo, language: str | None) -> SafeString:
    del language  # part of the key
    return format_html(
        '<span class="clock__due">{} {}</span>',
        gettext("Tenggat"),
        _time_element(due_at, "short", zone),
    )


def _read(thing: Any, name: str) -> Any:
    """Read from a dict or an object what a presenter may have left out."""
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)


# --- Progress ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """One of the 12 bars; rows 7, 7a and 7b share the seventh."""

    number: int
    label: str
    state: str
    is_current: bool


STATE_WORDS = {
    "done": "selesai",
    "current": "sedang berjalan",
    "ahead": "belum dimulai",
    "stopped": "dihentikan",
}


@register.inclusion_tag("components/step_bars.html")
def step_bars(
    state: str, sentence: str = "", *, late: bool = False, small: bool = False, reached: str = ""
) -> dict[str, object]:
    """Show how far a request has come; `reached` is the step at which a cancelled one stood."""
    current = _bar_number(reached or state)
    over = state in (*steps.REQUEST_ENDS, *steps.RECIPIENT_ENDS)
    bars = _bars(current, get_language(), over=over)
    return {
        "bars": _drawn("components/_bars.html", get_language(), bars=bars, late=late),
        "sentence": sentence,
        "small": small,
    }


@lru_cache(maxsize=128)
def _bars(current: int, language: str | None, *, over: bool) -> tuple[Bar, ...]:
    del language  # part of the key
    return tuple(_bar(number, current, over=over) for number in range(1, BARS + 1))


def _bar_number(state: str) -> int:
    """Return the bar a state belongs to; one after the last when all is done, 0 when unknown."""
    step = steps.find_step(state)
    if step is None:
        return {steps.CLOSED: BARS + 1, steps.RECORDED: 10}.get(state, 0)
    if step.key == "review_refusals":
        return 9
    return int(step.number.rstrip("ab") or BARS)


def _bar(number: int, current: int, *, over: bool) -> Bar:
    row = next(row for row in steps.ROWS if row.number == str(number))
    state = "done" if number < current else "ahead"
    if number == current and not over:
        state = "current"
    if number >= current and over:
        state = "stopped"
    label = gettext("Langkah {number}, {name}: {state}").format(
        number=number, name=wording.STEP_NAMES[row.key], state=gettext(STATE_WORDS[state])
    )
    return Bar(number, label, state, state == "current")


# --- Deeds ---------------------------------------------------------------------------------------


@register.inclusion_tag("components/deed_button.html")
def deed_button(
    option: Any, style: str = "primary", form: str = "", scope: str = ""
) -> dict[str, object]:
    """Show a deed as a button; a refused one stays focusable and says why.

    `option` has deed, label, allowed, reason. `form` names the form it sends, when the button
    stands outside it; `scope` keeps ids apart where one deed appears twice on a page.
    """
    return _deed(option, scope=scope) | {"style": style, "form": form}


@register.inclusion_tag("components/send_back.html", takes_context=True)
def send_back(
    context: template.Context, option: Any, form: BaseForm | None = None, style: str = "secondary"
) -> dict[str, object]:
    """Show the closed box in which a send-back or an exit is reasoned, with its own form.

    `form` is drawn whole, hidden fields too, and opens the box when it has errors; without it a
    bare textarea named `reason` stands there.
    """
    return _deed(option, scope="box") | {
        "option": option,
        "form": form,
        "style": style,
        "csrf_token": context.get("csrf_token", ""),
        "question": wording.QUESTION_OF_A_RETURN,
        "minimum": steps.MINIMUM_REASON,
        "is_open": bool(form is not None and form.is_bound and form.errors),
    }


def _deed(option: Any, *, scope: str) -> dict[str, object]:
    deed = str(_read(option, "deed"))
    return {
        "deed": deed,
        "label": _read(option, "label") or wording.DEED_LABELS.get(deed, deed),
        "allowed": bool(_read(option, "allowed")),
        "reason": _read(option, "reason") or "",
        "slug": "-".join(part for part in (deed.replace(":", "-"), scope) if part),
    }


# --- Forms ---------------------------------------------------------------------------------------


@register.inclusion_tag("components/error_summary.html", takes_context=True)
def error_summary(context: template.Context, *forms: Any) -> dict[str, object]:
    """List what has to be put right; without arguments, for the forms in the page's context."""
    found = errors.listed(_forms(context, forms))
    wrong = [line for line in found if not line.leads]
    # what introduces nothing is itself what has to be put right
    return {"lines": wrong or found, "leads": [line for line in found if line.leads and wrong]}


@register.simple_tag(takes_context=True)
def error_prefix(context: template.Context) -> str:
    """Begin the title with `Galat:` when the page has errors."""
    return gettext("Galat: ") if errors.listed(_forms(context, ())) else ""


def _forms(context: template.Context, forms: Iterable[Any]) -> list[BaseForm | errors.Rows]:
    given = [form for form in forms if form]
    return given or errors.of_context(context.flatten())


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, CheckboxInput):
        return "tick"
    return "group" if widget.use_fieldset else "plain"


def _control(bound: BoundField, kind: str) -> SafeString:
    """Draw the bare input with the class of the house added to the widget's own."""
    if kind == "choices":
        return SafeString("")
    house = {"tick": "form-check-input"}.get(kind, "form-control")
    if isinstance(bound.field.widget, Select):
        house = "form-select"
    if bound.errors:
        house += " is-invalid"
    own = bound.field.widget.attrs
    attrs: dict[str, Any] = {"class": f"{own.get('class', '')} {house}".strip()}
    if own.get("placeholder") == bound.label:
        attrs["placeholder"] = False  # a label is not said twice, and a hint must not vanish
    return bound.as_widget(attrs=attrs)


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField,
    unit: str = "",
    layout: str = "",
    *,
    wide: bool = False,
    hint: str = "",
    marked: bool = False,
) -> dict[str, object]:
    """Draw one field: label, hint, specific error, input.

    `layout` is `inline` or `columns` for choices; `unit` stands behind the input; `hint` is shown
    when the field has no help text of its own; `marked` shows the star where the step demands what
    a draft of it does not.
    """
    kind = _kind(bound)
    return {
        "bound": bound,
        "kind": kind,
        "control": _control(bound, kind),
        "options": list(bound.subwidgets) if kind == "choices" else [],
        "described": bound.aria_describedby or "",
        "unit": unit,
        "layout": layout,
        "wide": wide,
        "hint": hint,
        "required": bound.field.required or marked,
    }


@dataclass(frozen=True)
class Cell:
    """One input of a row."""

    bound: BoundField
    kind: str
    control: SafeString
    options: list[Any]


@dataclass(frozen=True)
class Row:
    """One form of a formset as a row or card."""

    name: str
    number: str
    form: BaseForm
    cells: list[Cell]
    folded: list[Cell]
    delete: BoundField | None
    order: BoundField | None

    @property
    def is_open(self) -> bool:
        """Tell whether the folded inputs must be seen: one of them is wrong."""
        return any(cell.bound.errors for cell in self.folded)

    @property
    def is_wrong(self) -> bool:
        return bool(self.form.is_bound and self.form.errors)


@register.inclusion_tag("components/formset_table.html", takes_context=True)
def formset_table(
    context: template.Context,
    formset: errors.Rows,
    add_label: str = "",
    layout: str = "",
    caption: str = "",
) -> dict[str, object]:
    """Draw a formset as a table with room, as cards on phones (or everywhere: layout="cards").

    Without scripts `add_label` is a submit named `add_row` with the formset's prefix as value:
    the view answers with one row more and the prefix as `added_row`, so that the new row's first
    input has the focus. `formset.row_noun` names the rows ("Pertanyaan");
    `formset.folded_fields` stand in a closed box of each card, named by `formset.folded_label`.
    """
    if context.get("added_row") == formset.prefix and formset.forms:
        _focus_first_input(formset.forms[-1])
    empty = _row(formset, formset.empty_form, "__number__")
    if not layout:
        layout = "cards" if len(empty.cells) > CARDS_FROM else "table"
    return {
        "formset": formset,
        "prefix": formset.prefix,
        "rows": [_row(formset, form, str(n)) for n, form in enumerate(formset.forms, start=1)],
        "empty": empty,
        "layout": layout,
        "caption": caption,
        "add_label": add_label or gettext("Tambah baris"),
        "can_add": len(formset.forms) < formset.absolute_max,
        "non_form_errors": formset.non_form_errors() if formset.is_bound else [],
    }


def _focus_first_input(form: BaseForm) -> None:
    for bound in form.visible_fields():
        if bound.name not in ROW_TOOLS:
            bound.field.widget.attrs["autofocus"] = True
            return


def _cell(bound: BoundField) -> Cell:
    kind = _kind(bound)
    options = list(bound.subwidgets) if kind == "choices" else []
    return Cell(bound, kind, _control(bound, kind), options)


def _row(formset: errors.Rows, form: BaseForm, number: str) -> Row:
    folded = getattr(formset, "folded_fields", ())
    cells = [_cell(bound) for bound in form.visible_fields() if bound.name not in ROW_TOOLS]
    return Row(
        name=errors.row_name(formset, number),
        number=number,
        form=form,
        cells=[cell for cell in cells if cell.bound.name not in folded],
        folded=[cell for cell in cells if cell.bound.name in folded],
        delete=form["DELETE"] if "DELETE" in form.fields else None,
        order=form["ORDER"] if "ORDER" in form.fields else None,
    )


# --- Lists ---------------------------------------------------------------------------------------


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(context: template.Context, key: str, label: str) -> dict[str, object]:
    """Draw a sortable column head; the order is the query's `urut` (`tenggat` or `-tenggat`)."""
    query = context["request"].GET.copy()
    chosen = query.get("urut", "")
    direction = {key: "ascending", f"-{key}": "descending"}.get(chosen, "none")
    query["urut"] = f"-{key}" if direction == "ascending" else key
    query.pop("hal", None)
    return {"label": label, "direction": direction, "href": f"?{query.urlencode()}"}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Any, noun: str = "") -> dict[str, object]:
    """Draw the pages of a list (a Django Page); the number travels as the query's `hal`."""

    def href(number: int) -> str:
        query = context["request"].GET.copy()
        query["hal"] = str(number)
        return f"?{query.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = [
        (number, href(number) if isinstance(number, int) else "", number == page.number)
        for number in numbers
    ]
    return {
        "page": page,
        "noun": noun or gettext("permohonan"),
        "links": links,
        "previous": href(page.number - 1) if page.has_previous() else "",
        "next": href(page.number + 1) if page.has_next() else "",
    }
