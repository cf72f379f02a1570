"""How does a paper draw numbers, so that they are read in grey, without eyes, and without a fetch?

A chart is an SVG inside the paper: words and values stand in it as text, in the paper's own face,
and its title says all of them once more for whoever cannot see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_WIDTH: Final = 420
_LABELS: Final = 150
_BARS: Final = 150
_ROW: Final = 22
_THICK: Final = 11
_GAP: Final = 6
_LONGEST_LABEL: Final = 24


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar: what it is of, how long, the value in words, and where its standard lies."""

    label: str
    value: int
    printed: str
    standard: int | None = None


def bar_chart(*, title: str, bars: Sequence[Bar], face: str) -> SafeString:
    """Draw horizontal bars on one scale; a standard is a stroke across its row.

    An empty bar keeps its label and value: nothing used is a fact, too.
    """
    longest = max((max(bar.value, bar.standard or 0) for bar in bars), default=0) or 1
    rows = (_row(bar, place * _ROW, longest) for place, bar in enumerate(bars))
    told = "; ".join(f"{bar.label}: {bar.printed}" for bar in bars)
    return format_html(
        '<svg class="chart" xmlns="http://www.w3.org/2000/svg" role="img" width="{w}pt" '
        'height="{h}pt" viewBox="0 0 {w} {h}" font-family="{face}" font-size="9">'
        "<title>{title}. {told}.</title>{rows}</svg>",
        w=_WIDTH,
        h=_ROW * len(bars),
        face=face,
        title=title,
        told=told,
        rows=format_html_join("", "{}", ((row,) for row in rows)),
    )


def _row(bar: Bar, top: int, longest: int) -> SafeString:
    base = top + _ROW / 2
    return format_html(
        '<text x="{label_x}" y="{text_y}" text-anchor="end">{label}</text>'
        '<rect x="{x}" y="{bar_y}" width="{width}" height="{thick}" fill="#5f6b76"/>{standard}'
        '<text x="{value_x}" y="{text_y}">{printed}</text>',
        label_x=_LABELS - _GAP,
        text_y=base + 3,
        label=_shortened(bar.label),
        x=_LABELS,
        bar_y=base - _THICK / 2,
        width=_scaled(bar.value, longest),
        thick=_THICK,
        standard=_standard(bar, base, longest),
        value_x=_LABELS + _BARS + 2 * _GAP,
        printed=bar.printed,
    )


def _standard(bar: Bar, base: float, longest: int) -> SafeString | str:
    if not bar.standard:
        return ""
    at = _LABELS + _scaled(bar.standard, longest)
    return format_html(
        '<rect x="{x}" y="{y}" width="1.4" height="{height}" fill="#000"/>',
        x=at - 0.7,
        y=base - _THICK / 2 - 3,
        height=_THICK + 6,
    )


def _scaled(value: int, longest: int) -> float:
    return round(_BARS * value / longest, 1)


def _shortened(label: str) -> str:
    """Keep a label inside its column; the table beside the chart has the whole of it."""
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1].rstrip()}…"
