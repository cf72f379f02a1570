"""How do the papers of an office look: kop, crest, measures, and the block of who signs?

Everything is read from the office's settings now; a signed letter keeps its own copy of them
(`letters.paper_of_document`).
"""

import hashlib
import logging
from typing import Any, Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from requests_app.documents import crests
from requests_app.documents.glyphs import missing_glyphs, named
from requests_app.documents.papers import Crest, Letterhead, Measures, Signatory
from requests_app.models import Office, Position
from requests_app.services.workflow import Incomplete

MOST_CREST_BYTES: Final = crests.MOST_BYTES
CREST_FOLDER: Final = "lambang"
MOST_LINES: Final = 3
log = logging.getLogger(__name__)


class CrestLost(Exception):
    """The crest of a signed letter is not where it was kept, or is another picture now."""


def letterhead_of(office: Office) -> Letterhead:
    """Give the kop of an office; what is unknown stays empty, and nothing stands in its place."""
    return Letterhead(
        government=office.government.upper(),
        office_lines=lines_of(office.letterhead_lines) or (office.name.upper(),),
        address=office.address,
        phone=office.phone,
        website=office.website,
        email=office.email,
        crest=crest_of(office),
    )


def lines_of(text: str) -> tuple[str, ...]:
    """Split the setting into the lines that the kop prints."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def measures_of(office: Office) -> Measures:
    """Give sheet, margins, face and habits of an office."""
    return Measures(
        paper=office.paper,
        top_mm=office.margin_top,
        right_mm=office.margin_right,
        bottom_mm=office.margin_bottom,
        left_mm=office.margin_left,
        face=office.face,
        face_size=office.face_size,
        line_spacing=str(office.line_spacing),
        addressee_side=office.addressee_side,
        numbers_pages=office.numbers_pages,
    )


def signatory_of(office: Office, signer: Position | None) -> Signatory:
    """Build the signature block from the position that signs (Permendagri 1/2023).

    "u.b." stands below "a.n." only: the head, in whose name; the one represented; who signs.
    """
    if signer is None:
        return Signatory(title_lines=(office.head_title.upper(),), name="…")
    return Signatory(
        title_lines=(signer.title.upper(),),
        name=signer.user.name,
        rank=str(signer.user.get_rank_display()) if signer.user.rank else "",
        nip=signer.user.nip,
        prefix=signer.prefix,
        on_behalf_lines=_on_behalf(office, signer),
    )


def _on_behalf(office: Office, signer: Position) -> tuple[str, ...]:
    represents, head = signer.represents.upper(), office.head_title.upper()
    if signer.kind == Position.Kind.AN:
        return (f"a.n. {represents}",)
    if signer.kind == Position.Kind.UB:
        between = () if represents == head else (represents,)
        return (f"a.n. {head}", *between, "u.b.")
    return ()


# -- the crest --------------------------------------------------------------------------------


def keep_crest(content: bytes) -> str:
    """Judge an uploaded crest, keep it drawn anew, and give the name it is kept under.

    The name is its own digest, so that a new crest never takes the place of an old one: signed
    letters find theirs. A picture that no office comes to use is harmless.
    """
    try:
        drawn = crests.as_crest(content)
    except crests.CrestRefused as refusal:
        raise Incomplete(str(refusal)) from refusal
    name = f"{CREST_FOLDER}/{hashlib.sha256(drawn).hexdigest()}.png"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(drawn))
    return name


def crest_of(office: Office) -> Crest | None:
    """Read the office's crest; a file that is gone leaves the kop without one, and is logged."""
    source = office.crest.name
    if not source:
        return None
    try:
        content = _read(source)
    except OSError:
        log.warning("The crest of office %s is not in the store.", office.pk)
        return None
    return Crest(
        content=content,
        mime=crests.MIME,
        alt=f"Lambang {office.government}",
        source=source,
    )


def kept_crest(kept: dict[str, Any] | None) -> Crest | None:
    """Find the crest that a snapshot names; it must be the very same picture."""
    if kept is None:
        return None
    try:
        content = _read(kept["source"])
    except OSError as error:
        raise CrestLost(kept["source"]) from error
    crest = Crest(content=content, mime=kept["mime"], alt=kept["alt"], source=kept["source"])
    if crest.sha256 != kept["sha256"]:
        raise CrestLost(kept["source"])
    return crest


def _read(name: str) -> bytes:
    with default_storage.open(name) as stored:
        content: bytes = stored.read()
    return content


# -- what may be typed ------------------------------------------------------------------------


def refuse_unprintable(*texts: str) -> None:
    """Refuse letters that our faces cannot print, by name; they would be boxes on the paper."""
    missing = missing_glyphs("".join(texts))
    if missing:
        raise Incomplete(
            _("Huruf {x} tidak dapat dicetak dalam surat.").format(x=" ".join(map(named, missing)))
        )


def refuse_long_kop(text: str) -> None:
    """Refuse more lines than a kop holds."""
    if len(lines_of(text)) > MOST_LINES:
        raise Incomplete(_("Kop memuat paling banyak tiga baris nama."))
