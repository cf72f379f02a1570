"""How does the SOP look: as a Markdown table, a state diagram, a page of lanes?

Everything is drawn from an edition, the rows and the exits, so that no picture can grow stale.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from requests_app.sop.dates import long_date
from requests_app.sop.edition import Edition, EditionStep
from requests_app.sop.roles import Role
from requests_app.sop.steps import (
    CANCELLED,
    CLOSED,
    DECLINED,
    EXITS,
    RECIPIENT_ENDS,
    RECORDED,
    REQUEST_ENDS,
    STEPS,
    WAIVED,
    Exit,
    by_key,
)

MARK: Final = "●"
START: Final = "mulai"
"""The only flow symbol that the SOP's text has kept, in the first column of row 1."""

INFERRED_ROWS: Final = ("2", "3", "6", "8", "9", "10", "11", "12")
"""Rows whose role is not in the text, because the flow symbols are lost (ADR 0003)."""


_END_NAMES: Final = {
    RECORDED: "Tercatat",
    DECLINED: "Tidak dapat dipenuhi",
    WAIVED: "Tidak lagi ditunggu",
    CLOSED: "Selesai",
    CANCELLED: "Dibatalkan",
}
_ANYWHERE: Final = "anywhere"
_FLOW_NOTE: Final = (
    "Setiap keadaan adalah kunci langkah yang sedang ditunggu. Panah tanpa label adalah langkah "
    "yang selesai, panah *kembalikan* mengulang langkah, panah lain adalah jalan keluar di luar "
    "baris SOP."
)
_RECIPIENTS_NOTE: Final = (
    "Langkah 6 sampai 9 berjalan sendiri-sendiri untuk setiap penerima; permohonan berada di "
    "tempat penerimanya yang paling lambat."
)

# The page as Markdown


def page(edition: Edition) -> str:
    """Draw the whole SOP as one Markdown page: header, boxes, table, footnotes and diagram."""
    parts = [
        f"# {edition.name.capitalize()}",
        "Dihasilkan dari `requests_app/sop/` oleh `manage.py sop_docs`; jangan disunting di sini.",
        header_table(edition),
        *boxes(edition),
        "## Prosedur",
        table(edition),
        *footnotes(edition),
        _roles_note(),
        "## Alur",
        _FLOW_NOTE,
        f"```mermaid\n{state_diagram()}\n```",
        _RECIPIENTS_NOTE,
    ]
    return "\n\n".join(parts) + "\n"


def header_table(edition: Edition) -> str:
    """Draw the head of the first page."""
    days = (edition.made_on, edition.revised_on, edition.effective_from)
    made, revised, effective = (long_date(day) if day else "" for day in days)
    rows = [
        ("NOMOR SOP", edition.number),
        ("TGL. PEMBUATAN", made),
        ("TGL. REVISI", revised),
        ("TGL. EFEKTIF", effective),
        ("DISAHKAN OLEH", edition.approved_by),
        ("NAMA SOP", edition.name),
    ]
    title = " · ".join(edition.letterhead)
    return _markdown_table(["", title], rows)


def boxes(edition: Edition) -> Iterator[str]:
    """Draw the six boxes of the first page; one that the SOP leaves empty stays empty."""
    marks = {int(number) - 1: f"[^{number}]" for number in edition.footnotes}
    yield from _box("DASAR HUKUM", edition.legal_basis, marks)
    yield from _box("KUALIFIKASI PELAKSANA", edition.qualifications)
    yield from _box("KETERKAITAN", edition.related)
    yield from _box("PERALATAN / PERLENGKAPAN", edition.equipment)
    yield from _box("PERINGATAN", edition.warnings, lead=edition.warning_lead)
    yield from _box("PENCATATAN DAN PENDATAAN", edition.recording)


def _box(
    title: str, entries: tuple[str, ...], marks: dict[int, str] | None = None, *, lead: str = ""
) -> Iterator[str]:
    yield f"## {title}"
    if lead:
        yield lead
    if entries:
        yield "\n".join(
            f"{place + 1}. {entry}{(marks or {}).get(place, '')}"
            for place, entry in enumerate(entries)
        )
    else:
        yield "*(kosong dalam naskah)*"


def table(edition: Edition) -> str:
    """Draw the 14 rows with all columns of the SOP, word for word."""
    roles = [edition.role_titles[role] for role in Role]
    head = ["No", "Kegiatan", *roles, "Kelengkapan", "Waktu", "Output", "Ket"]
    return _markdown_table(head, (_cells(row) for row in edition.rows))


def _cells(row: EditionStep) -> tuple[str, ...]:
    mark = START if row.key == STEPS[0].key else MARK
    roles = (mark if row.role is role else "" for role in Role)
    number = row.step.printed_number
    return number, row.activity, *roles, row.inputs, row.standard_text, row.output, row.remarks


def footnotes(edition: Edition) -> Iterator[str]:
    """Draw the remarks on the legal basis."""
    for number, text in sorted(edition.footnotes.items(), key=lambda item: int(item[0])):
        yield f"[^{number}]: {text}"


def _roles_note() -> str:
    rows = f"{', '.join(INFERRED_ROWS[:-1])} dan {INFERRED_ROWS[-1]}"
    return (
        f"Simbol alur pada naskah hilang, kecuali *{START}* pada baris 1. Pelaksana baris {rows} "
        "disimpulkan dari isinya; alasannya ada dalam "
        "[ADR 0003](adr/0003-roles-of-rows-2-3-6-8-12-are-inferred.md). Dua baris tanpa nomor di "
        "bawah baris 7 disebut 7a dan 7b dalam aplikasi."
    )


def _markdown_table(head: list[str], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_escaped(cell) for cell in line) + " |" for line in lines)


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", " ")


# The states as a diagram


def state_diagram() -> str:
    """Draw the states and every way between them in mermaid: rows, send-backs and exits."""
    lines = ["stateDiagram-v2", *_names(), f"    [*] --> {STEPS[0].key}"]
    lines += [f"    {source} --> {target}{label}" for source, target, label in _arrows()]
    lines += [f"    {end} --> [*]" for end in REQUEST_ENDS]
    return "\n".join(lines)


def _names() -> Iterator[str]:
    for step in STEPS:
        label = f"{step.number}. {step.activity}" if step.number else step.activity
        yield f'    state "{label}" as {step.key}'
    for end, name in _END_NAMES.items():
        yield f'    state "{name}" as {end}'
    for way_out in filter(_is_from_almost_anywhere, EXITS):
        spared = ", ".join(
            step.activity for step in STEPS if step.key not in way_out.sources
        ).lower()
        yield f'    state "Setiap langkah, kecuali {spared}" as {_ANYWHERE}_{way_out.key}'


def _arrows() -> Iterator[tuple[str, str, str]]:
    for step in STEPS:
        if step.key != "review_refusals":  # It has no way forward: an exit or a send-back.
            yield step.key, step.next, ""
        for target in step.returns_to:
            yield step.key, target, ": kembalikan"
    yield RECORDED, "process_data", ": semua penerima selesai"
    for end in RECIPIENT_ENDS:
        if end != RECORDED:
            yield end, "process_data", ": ada data yang tercatat"
            yield end, "review_refusals", ": tidak ada data yang tercatat"
    for way_out in EXITS:
        yield from _exit_arrows(way_out)


def _exit_arrows(way_out: Exit) -> Iterator[tuple[str, str, str]]:
    label = f": {way_out.label}"
    if _is_from_almost_anywhere(way_out):
        yield f"{_ANYWHERE}_{way_out.key}", way_out.target, label
        return
    for source in way_out.sources:
        yield source, way_out.target, label


def _is_from_almost_anywhere(way_out: Exit) -> bool:
    """Tell exits that would cover the diagram with arrows if each were drawn."""
    return len(way_out.sources) > len(STEPS) // 2


# The lanes as geometry

LANE_WIDTH: Final = 220
LANE_HEAD: Final = 44
BOX_WIDTH: Final = 188
LINE_HEIGHT: Final = 18
BOX_PADDING: Final = 12
ROW_GAP: Final = 26
LETTER_WIDTH: Final = 7.2
"""Average width of a letter at the size the boxes are written in; wide enough for capitals."""


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One column of the drawing: a role."""

    role: Role
    title: str
    x: int
    width: int


@dataclass(frozen=True, kw_only=True)
class Box:
    """One step as a box in its role's lane, its text already broken into lines."""

    key: str
    number: str
    lines: tuple[str, ...]
    standard: str
    role: Role
    x: int
    y: int
    width: int
    height: int
    is_start: bool = False
    is_decision: bool = False

    @property
    def middle(self) -> int:
        """Give the x of its middle, where the flow enters and leaves."""
        return self.x + self.width // 2

    @property
    def bottom(self) -> int:
        """Give the y of its lower edge."""
        return self.y + self.height


@dataclass(frozen=True, kw_only=True)
class Arrow:
    """A way from one box to another as a line of corners; send-backs run at the side."""

    source: str
    target: str
    points: tuple[tuple[int, int], ...]
    is_return: bool = False

    @property
    def path(self) -> str:
        """Give the corners as the `points` of an SVG polyline."""
        return " ".join(f"{x},{y}" for x, y in self.points)


@dataclass(frozen=True, kw_only=True)
class Swimlanes:
    """The whole drawing in plain numbers, for a template to put into SVG."""

    width: int
    height: int
    lanes: tuple[Lane, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]

    def box_of(self, key: str) -> Box:
        """Return the box of a step; KeyError where there is none."""
        for box in self.boxes:
            if box.key == key:
                return box
        raise KeyError(key)


def swimlanes(edition: Edition) -> Swimlanes:
    """Lay the 14 rows and the report's receiving end into four lanes, from top to bottom.

    `review_refusals` is left out: it stands beside the procedure, not in it.
    """
    lanes = tuple(
        Lane(role=role, title=edition.role_titles[role], x=place * LANE_WIDTH, width=LANE_WIDTH)
        for place, role in enumerate(Role)
    )
    shown = [row for row in edition.in_order if row.key != "review_refusals"]
    boxes = tuple(_stacked(shown, {lane.role: lane for lane in lanes}))
    arrows = tuple(_flow(boxes))
    corners = [x for arrow in arrows for x, _y in arrow.points]
    return Swimlanes(
        width=max([len(lanes) * LANE_WIDTH, *(x + BOX_PADDING for x in corners)]),
        height=boxes[-1].bottom + ROW_GAP,
        lanes=lanes,
        boxes=boxes,
        arrows=arrows,
    )


def _stacked(rows: list[EditionStep], lanes: dict[Role, Lane]) -> Iterator[Box]:
    y = LANE_HEAD + ROW_GAP
    for row in rows:
        lines = wrapped(row.activity, width=BOX_WIDTH - 2 * BOX_PADDING)
        # One line more for number and standard time above the text.
        height = (len(lines) + 1) * LINE_HEIGHT + 2 * BOX_PADDING
        yield Box(
            key=row.key,
            number=row.number,
            lines=lines,
            standard=row.standard_text if row.standard_time else "",
            role=row.role,
            x=lanes[row.role].x + (LANE_WIDTH - BOX_WIDTH) // 2,
            y=y,
            width=BOX_WIDTH,
            height=height,
            is_start=row.key == STEPS[0].key,
            is_decision=bool(row.step.returns_to),
        )
        y += height + ROW_GAP


def _flow(boxes: tuple[Box, ...]) -> Iterator[Arrow]:
    by_box = {box.key: box for box in boxes}
    for box, following in pairwise(boxes):
        yield Arrow(source=box.key, target=following.key, points=_down(box, following))
    sides = 0
    for box in boxes:
        for target in by_key(box.key).returns_to:
            sides += 1
            yield Arrow(
                source=box.key,
                target=target,
                points=_around(box, by_box[target], lane=sides),
                is_return=True,
            )


def _down(box: Box, following: Box) -> tuple[tuple[int, int], ...]:
    if box.middle == following.middle:
        return (box.middle, box.bottom), (following.middle, following.y)
    between = box.bottom + ROW_GAP // 2
    return (
        (box.middle, box.bottom),
        (box.middle, between),
        (following.middle, between),
        (following.middle, following.y),
    )


def _around(box: Box, target: Box, *, lane: int) -> tuple[tuple[int, int], ...]:
    """Lead a send-back up at the right of all lanes, each on its own track.

    It leaves in the lower third and arrives in the upper one, so that two never lie on each other.
    """
    track = len(Role) * LANE_WIDTH + lane * BOX_PADDING
    leaves, arrives = box.y + box.height * 2 // 3, target.y + target.height // 3
    return (
        (box.x + box.width, leaves),
        (track, leaves),
        (track, arrives),
        (target.x + target.width, arrives),
    )


def wrapped(text: str, *, width: int) -> tuple[str, ...]:
    """Break a text into lines that fit a width in pixels; a word longer than that stays whole."""
    room = int(width // LETTER_WIDTH)
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)
