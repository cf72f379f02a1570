"""What do all official papers share: letterhead, measures, signature block, light markup, honesty?

Papers are always in Indonesian, whatever language the reader's screen has, so their sentences stand
in the templates and are not looked up in the catalogue.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from itertools import combinations, pairwise
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from requests_app.documents import glyphs, pdf, qr, wording

PAPER_SIZES: Final = {"A4": "210mm 297mm", "F4": "215mm 330mm", "F4-210": "210mm 330mm"}
"""Width and height; A4 by Permendagri 1/2023 art. 28, F4 is met in offices, in two widths."""
FACES: Final = ("Liberation Sans", "Liberation Serif")
"""The faces in static/fonts/papers; as wide as Arial and Times New Roman, letter by letter."""
MAXIMUM_OFFICE_LINES: Final = 3
LONGEST_TITLE_LINE: Final = 30
"""Capitals that fit beside each other in the signature block."""
MOST_TITLE_WORDS: Final = 16
"""Longer titles are left to the typesetter."""
_LINKING_WORDS: Final = frozenset({"dan", "di", "ke", "dari", "pada", "untuk", "serta", "atau"})

BSRE_NOTE: Final = (
    "Dokumen ini telah ditandatangani secara elektronik menggunakan sertifikat elektronik yang "
    "diterbitkan oleh Balai Besar Sertifikasi Elektronik (BSrE), Badan Siber dan Sandi Negara."
)
"""Only for a file that really carries a BSrE signature (DOMAIN: the honesty rule)."""
WET_INK_NOTE: Final = "Ditandatangani basah; hasil pindai tersimpan."


class PaperIncomplete(ValueError):
    """A paper claims to be final and lacks what makes it final, or is a draft and carries it."""


@dataclass(frozen=True, kw_only=True)
class Measures:
    """Paper, margins in millimetres and habits of an office; defaults by Permendagri 1/2023.

    Margins below the decree's minimum are the office's own affair (a local rule may override).
    """

    paper: str = "A4"
    top_mm: int = 20
    bottom_mm: int = 25
    left_mm: int = 30
    right_mm: int = 20
    face: str = "Liberation Sans"
    face_size: int = 12
    line_spacing: str = "1.15"
    addressee_side: str = "left"
    numbers_pages: bool = True

    def __post_init__(self) -> None:
        if self.paper not in PAPER_SIZES:
            raise PaperIncomplete(f"Unknown paper {self.paper!r}.")
        if self.face not in FACES:
            raise PaperIncomplete(f"Unknown face {self.face!r}.")
        if self.addressee_side not in {"left", "right"}:
            raise PaperIncomplete(f"Unknown side {self.addressee_side!r}.")

    @property
    def size(self) -> str:
        """Give width and height as CSS lengths."""
        return PAPER_SIZES[self.paper]

    @property
    def size_turned(self) -> str:
        """Give the sheet on its side, for wide tables."""
        return " ".join(reversed(self.size.split()))


@dataclass(frozen=True, kw_only=True)
class Crest:
    """The arms on the left of the kop: a picture, what it shows, and where it is kept.

    `source` is the name under which whoever made the paper finds the same bytes again; the paper
    itself carries them.
    """

    content: bytes = field(repr=False)
    mime: str
    alt: str
    source: str = ""

    @cached_property
    def sha256(self) -> str:
        """Digest the picture; a snapshot names it by this."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def named(self) -> dict[str, str]:
        """Name the picture for a snapshot, which keeps no bytes."""
        return {
            "source": self.source,
            "sha256": self.sha256,
            "mime": self.mime,
            "alt": self.alt,
        }

    @cached_property
    def data_uri(self) -> str:
        """Give the picture as a `data:` address, the only kind that papers may hold."""
        return f"data:{self.mime};base64,{base64.b64encode(self.content).decode()}"


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """The kop: who sends this. What is empty is not printed, and nothing is drawn in its place."""

    government: str
    office_lines: tuple[str, ...]
    address: str = ""
    phone: str = ""
    website: str = ""
    email: str = ""
    crest: Crest | None = None

    def __post_init__(self) -> None:
        if not self.office_lines or len(self.office_lines) > MAXIMUM_OFFICE_LINES:
            raise PaperIncomplete("A letterhead names the office in one to three lines.")

    @property
    def is_tight(self) -> bool:
        """Tell whether the lines need the smaller pair of sizes (3 : 4 as well)."""
        return self.crest is not None or len(self.office_lines) > 1

    @property
    def contacts(self) -> tuple[str, ...]:
        """Give telephone, laman and pos-el with their labels, as far as they are known."""
        labelled = (("Telepon", self.phone), ("Laman", self.website), ("Pos-el", self.email))
        return tuple(f"{label} {value}" for label, value in labelled if value)


@dataclass(frozen=True, kw_only=True)
class Signatory:
    """Who signs: title, full name, rank, NIP, and for whom.

    `prefix` stands before the title ("Plt.", "Plh.", "Pj."). `on_behalf_lines` stand above it, such
    as ("a.n. KEPALA BADAN …",), or with a second level the Sekretaris and "u.b.".
    """

    title_lines: tuple[str, ...]
    name: str
    rank: str = ""
    nip: str = ""
    prefix: str = ""
    on_behalf_lines: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """Give the printed lines above the signature; every title ends in a comma, "u.b." not."""
        title = " ".join(part for part in (self.prefix, *self.title_lines[:1]) if part)
        titles = (title, *self.title_lines[1:])
        whole = (
            *(_with_comma(line) for line in self.on_behalf_lines),
            *titles[:-1],
            _with_comma(titles[-1]),
        )
        return tuple(part for line in whole for part in balanced(line))

    @property
    def printed_nip(self) -> str:
        """Give the NIP as 8-6-1-3."""
        return wording.nip(self.nip)


@dataclass(frozen=True, kw_only=True)
class Verification:
    """Where anybody may check this paper: the address of `/v/<code>/` and the code itself."""

    url: str
    code: str
    qr: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "qr", qr.qr_data_uri(self.url))


def looks(
    *, letterhead: Letterhead, measures: Measures, signatory: Signatory
) -> dict[str, dict[str, Any]]:
    """Give what decides how a paper looks as plain values; the crest by its name only."""
    crest = letterhead.crest
    return {
        "letterhead": asdict(letterhead) | {"crest": crest and crest.named},
        "measures": asdict(measures),
        "signatory": asdict(signatory),
    }


def own_signature_note(*, application: str, url: str) -> str:
    """Say truthfully what our own signature is (PP 71/2019 art. 60: tidak tersertifikasi)."""
    return (
        f"Dokumen ini ditandatangani secara elektronik melalui {application} (tanda tangan "
        f"elektronik tidak tersertifikasi). Keaslian dapat diperiksa di {url}."
    )


def unsigned_note(*, application: str, url: str) -> str:
    """Say truthfully that a receipt is made by the system and signed by nobody."""
    return (
        f"Dokumen ini dibuat secara otomatis oleh {application} dan tidak memuat tanda tangan "
        f"elektronik. Keaslian dapat diperiksa di {url}."
    )


def signed_elsewhere_note(*, system: str) -> str:
    """Say that the signature was put on in another system and that we keep a copy."""
    return f"Salinan dokumen yang ditandatangani melalui {system}; nomor dan sidik berkas tercatat."


def require_final_or_draft(*, draft: bool, **marks: object) -> None:
    """Refuse a final paper that lacks one of its marks, and a draft that carries one.

    Marks are number, date, verification and the note on the kind of signature. A draft with a
    number would be taken for the letter itself (DOMAIN: the honesty rule).
    """
    wrong = [name for name, value in marks.items() if bool(value) is draft]
    if wrong:
        state = "A draft carries" if draft else "A final paper needs"
        raise PaperIncomplete(f"{state} {', '.join(wrong)}.")


def body_html(text: str, /) -> SafeString:
    """Turn light markup into HTML: paragraphs, **bold**, numbered and dashed lists, nothing else.

    Everything is escaped first, so `<script>` and `{{ }}` are printed as they were typed. Blank
    lines part paragraphs; a single line break inside one is kept.
    """
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return mark_safe("\n".join(_block_html(block) for block in blocks if block.strip()))  # noqa: S308


def render_paper(
    *,
    template: str,
    measures: Measures,
    companions: Sequence[pdf.Companion] = (),
    **context: Any,
) -> bytes:
    """Fill a template of `templates/papers/` and make the PDF; always in Indonesian."""
    html = paper_html(template=template, measures=measures, **context)
    return pdf.render_pdf(html=html, companions=companions)


def paper_html(*, template: str, measures: Measures, **context: Any) -> str:
    """Fill a template of `templates/papers/`; every letter in it has a glyph afterwards."""
    if "signature_note" in context:
        context["signature_note"] = note_html(context["signature_note"] or "")
    with translation.override("id"):
        html = render_to_string(f"papers/{template}", {"measures": measures, **context})
    return glyphs.printable(html)


def note_html(text: str, /) -> SafeString:
    """Keep the address in a note in one piece, so that it can be read off and typed."""
    whole = re.sub(r"https?://\S*[^\s.]", r'<span class="whole">\g<0></span>', escape(text))
    return mark_safe(whole)  # noqa: S308


_NUMBERED = re.compile(r"^\s*(\d{1,3})[.)]\s+")
_DASHED = re.compile(r"^\s*[-•]\s+")


def _block_html(block: str) -> str:
    """Split a block into runs of numbered, dashed and plain lines."""
    html: list[str] = []
    run: list[str] = []
    kind, first = "p", ""
    for line in block.strip().splitlines():
        number = _NUMBERED.match(line)
        now = "ol" if number else "ul" if _DASHED.match(line) else kind if _continues(line) else "p"
        if now != kind and run:
            html.append(_run_html(kind, run, first))
            run = []
        if not run:
            first = number[1] if number else ""
        kind = now
        run.append(line)
    return "\n".join([*html, _run_html(kind, run, first)])


def _continues(line: str) -> bool:
    """Tell whether an indented line belongs to the list item above it."""
    return line.startswith("   ")


def _run_html(kind: str, lines: list[str], first: str) -> str:
    if kind == "p":
        return f"<p>{'<br>'.join(_inline_html(line.strip()) for line in lines)}</p>"
    pattern = _NUMBERED if kind == "ol" else _DASHED
    items: list[str] = []
    for line in lines:
        if pattern.match(line) or not items:
            items.append(_inline_html(pattern.sub("", line).strip()))
        else:
            items[-1] += f"<br>{_inline_html(line.strip())}"
    # WeasyPrint ignores the attribute `start`, it knows the counter
    begin = int(first or 1) - 1
    start = f' style="counter-reset: list-item {begin}"' if kind == "ol" and begin else ""
    return f"<{kind}{start}>{''.join(f'<li>{item}</li>' for item in items)}</{kind}>"


def _inline_html(text: str) -> str:
    return re.sub(r"\*\*(\S(?:.*?\S)?)\*\*", r"<strong>\1</strong>", escape(text))


def balanced(line: str) -> tuple[str, ...]:
    """Break a long title into lines of like length, none of which ends in "DAN" or its kin."""
    words = line.split()
    parts = -(-len(line) // LONGEST_TITLE_LINE)
    if parts == 1 or len(words) > MOST_TITLE_WORDS:
        return (line,)
    broken = (
        tuple(" ".join(words[a:b]) for a, b in pairwise((0, *places, len(words))))
        for places in combinations(range(1, len(words)), min(parts, len(words)) - 1)
    )
    return min(broken, key=_unevenness)


def _unevenness(lines: tuple[str, ...]) -> tuple[int, int]:
    hanging = sum(line.split()[-1].lower() in _LINKING_WORDS for line in lines)
    return hanging, max(map(len, lines))


def _with_comma(line: str) -> str:
    return line if line.endswith((",", "u.b.")) else f"{line},"
