"""What does the request letter say, from its template to the version that is signed?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.documents import letters as paper
from requests_app.documents import wording
from requests_app.models import (
    AuditEntry,
    DataRequest,
    Letter,
    LetterNumber,
    LetterTemplate,
    LetterVersion,
    OfficialDocument,
    Position,
    Recipient,
)
from requests_app.services import initials, papers, people, stationery
from requests_app.services.deeds import PREPARED
from requests_app.services.workflow import Incomplete, editing, perform
from requests_app.sop.roles import Actor

APPLICATION: Final = "sopdata"
TAG: Final = re.compile(r"\{[^{}\n]*\}")
LINK: Final = re.compile(r"https?://|www\.|/t/[\w-]{8,}", re.IGNORECASE)
LONGEST_LINE: Final = 200
"""Letters of a subject, or of one copy."""
LONGEST_BODY: Final = 20_000
"""Letters of the body; about eight pages."""
MOST_COPIES: Final = 50
"""Lines of "Tembusan"."""
MOST_NAMED: Final = 2
"""Owners whom the annex names beside an item that not all are asked for."""
COPIED: Final = (
    "classification",
    "subject",
    "body",
    "cc",
    "signatory_title",
    "drafted_by_id",
    "drafted_at",
)
"""What a new version takes over from the one that was sent back."""
CODE: Final = re.compile(r"kode\s+akses(?:\s+\w+){0,2}\s*(?:adalah|yaitu|:|=)\s*\S", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class LetterText:
    """The letter's own words as they were typed; everything else is built.

    `classification` is the code it is filed under; empty for the office's own.
    """

    subject: str
    body: str
    cc: tuple[str, ...] = ()
    classification: str = ""


# -- the text ---------------------------------------------------------------------------------


def default_text(data_request: DataRequest) -> LetterText:
    """Word a letter from the office's default template, its tags filled in."""
    for template in templates_of(data_request):
        if template.is_default:
            return text_of_template(template, data_request)
    return LetterText(subject="", body="")


def templates_of(data_request: DataRequest) -> list[LetterTemplate]:
    """List the templates of the office by name."""
    office = data_request.office_id
    return data_request.kept(
        "templates", lambda: list(LetterTemplate.objects.filter(office=office).order_by("name"))
    )


def text_of_template(template: LetterTemplate, data_request: DataRequest) -> LetterText:
    """Word a letter from a template, its tags filled in."""
    return LetterText(
        subject=fill(template.subject, data_request), body=fill(template.body, data_request)
    )


def text_of(version: LetterVersion) -> LetterText:
    """Give the words of a version."""
    return LetterText(
        subject=version.subject,
        body=version.body,
        cc=tuple(version.cc),
        classification=version.classification,
    )


def starting_text(data_request: DataRequest) -> LetterText:
    """Give the words a new letter begins with: those of the last one, else the template's."""
    last = data_request.last_version()
    return default_text(data_request) if last is None else text_of(last)


TAGS: Final[dict[str, str | Promise]] = {
    "{tujuan}": gettext_lazy("tujuan penggunaan data, di dalam kalimat"),
    "{dasar_hukum}": gettext_lazy("dasar hukum permohonan, dipisahkan koma"),
    "{narahubung}": gettext_lazy("nama narahubung kantor"),
    "{telepon}": gettext_lazy("telepon narahubung kantor"),
    "{kepala}": gettext_lazy("sebutan jabatan kepala kantor"),
}
"""The closed list of tags a letter may hold, each with its meaning (docs/papers.md)."""


def values_of(data_request: DataRequest) -> dict[str, str]:
    """Give what each of `TAGS` stands for in a request."""
    office = data_request.office
    return {
        "{tujuan}": _within_a_sentence(data_request.purpose),
        "{dasar_hukum}": wording.listed(data_request.legal_bases),
        "{narahubung}": office.contact_name,
        "{telepon}": office.contact_phone,
        "{kepala}": office.head_title,
    }


def fill(text: str, data_request: DataRequest) -> str:
    """Fill the tags in by plain replacement; a tag outside the closed list is refused."""
    values = values_of(data_request)
    for tag in TAG.findall(text):
        if tag not in values:
            raise Incomplete(_("Kode isian {tag} tidak dikenal.").format(tag=tag))
    return TAG.sub(lambda found: values[found[0]], text)


def _within_a_sentence(text: str) -> str:
    text = text.strip().rstrip(".")
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def refuse_unprintable(text: str) -> None:
    """Refuse links, access codes and letters that our faces cannot print.

    One letter goes to all recipients, while link and code are each recipient's own.
    """
    if LINK.search(text) or CODE.search(text):
        raise Incomplete(
            _("Tautan dan kode akses tidak boleh dimuat dalam surat; keduanya dikirim terpisah.")
        )
    stationery.refuse_unprintable(text)


def refuse_too_long(subject: str, cc: Sequence[str]) -> None:
    """Refuse a subject, its tags filled in, or copies that are longer than their place."""
    if len(subject) > LONGEST_LINE:
        raise Incomplete(
            _("Hal menjadi {n} huruf setelah kode isian diganti; paling banyak {batas}.").format(
                n=len(subject), batas=LONGEST_LINE
            )
        )
    if len(cc) > MOST_COPIES:
        raise Incomplete(
            _("Tembusan memuat paling banyak {batas} baris.").format(batas=MOST_COPIES)
        )
    if any(len(line) > LONGEST_LINE for line in cc):
        raise Incomplete(
            _("Satu baris tembusan memuat paling banyak {batas} huruf.").format(batas=LONGEST_LINE)
        )


def refuse_long_body(body: str) -> None:
    """Refuse a body that would keep the typesetter for minutes, as only a machine writes one."""
    if len(body) > LONGEST_BODY:
        raise Incomplete(
            _("Isi surat paling banyak {batas} huruf.").format(batas=wording.grouped(LONGEST_BODY))
        )


# -- row 3 ------------------------------------------------------------------------------------


def save_letter(
    *,
    subject: DataRequest,
    text: LetterText,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> LetterVersion:
    """Keep the draft; refused is only what may never stand in a letter. Not audited."""
    with editing(
        subject=subject, row="draft_letter", actor=actor, at=at, version=version
    ) as locked:
        return write(data_request=locked, text=text, actor=actor, at=at)


def draft_letter(
    *,
    subject: DataRequest,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    text: LetterText | None = None,
) -> AuditEntry:
    """SOP row 3: send the draft up for verification; this version is frozen by it."""
    with editing(
        subject=subject, row="draft_letter", actor=actor, at=at, version=version
    ) as locked:
        written = (
            write(data_request=locked, text=text, actor=actor, at=at)
            if text
            else locked.newest_version()
        )
        if written is not None and written.submitted_at is None:
            written.submitted_at, written.submitted_content = at, written.content()
            written.save(update_fields=["submitted_at", "submitted_content"])
        return perform(
            subject=locked,
            deed="draft_letter",
            actor=actor,
            at=at,
            record={} if written is None else {"draft": written.number},
        )


def use_template(
    *,
    subject: DataRequest,
    template: LetterTemplate,
    replaces: bool,
    text: LetterText,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> LetterVersion:
    """Lay a template into the draft in place of subject and body; copies and code stay as typed.

    Words of somebody's own go only when `replaces` says so: refused otherwise.
    """
    if not replaces and is_own_text(text, subject):
        raise Incomplete(
            _("Hal dan isi surat sudah ditulis sendiri. Nyatakan bahwa keduanya boleh diganti.")
        )
    worded = replace(
        text_of_template(template, subject), cc=text.cc, classification=text.classification
    )
    return save_letter(subject=subject, text=worded, actor=actor, at=at, version=version)


def is_own_text(text: LetterText, data_request: DataRequest) -> bool:
    """Tell whether somebody has written words that no template of the office gives back."""
    typed = (text.subject.strip(), text.body.strip())
    given = (text_of_template(template, data_request) for template in templates_of(data_request))
    return any(typed) and typed not in {(one.subject.strip(), one.body.strip()) for one in given}


def write(
    *, data_request: DataRequest, text: LetterText, actor: Actor, at: datetime
) -> LetterVersion:
    """Write the text into the open draft of a locked request; opens one where there is none."""
    version = _open_version(data_request)
    _word(version, text, data_request, at)
    version.drafted_by_id = actor.user_id  # type: ignore[assignment]
    version.save()
    return version


def as_typed(*, data_request: DataRequest, text: LetterText, at: datetime) -> LetterVersion:
    """Word a version that is stored nowhere, to be looked at; refused is what `write` refuses."""
    version = LetterVersion()
    _word(version, text, data_request, at)
    return version


def _word(
    version: LetterVersion, text: LetterText, data_request: DataRequest, at: datetime
) -> None:
    refuse_long_body(text.body)
    subject, body = (fill(part.strip(), data_request) for part in (text.subject, text.body))
    refuse_long_body(body)
    refuse_too_long(subject, text.cc)
    for part in (subject, body, *text.cc):
        refuse_unprintable(part)
    version.subject, version.body = subject, body
    version.cc = [line.strip() for line in text.cc if line.strip()]
    version.classification = text.classification or data_request.office.classification_code
    signatory = people.signatory_for(data_request, at=at)
    version.signatory_title = (
        data_request.office.head_title if signatory is None else signatory.printed_title
    )
    version.drafted_at = at


def _open_version(data_request: DataRequest) -> LetterVersion:
    letter = data_request.live_letter()
    if letter is None:
        sequence = data_request.letters.count() + 1
        letter = Letter.objects.create(data_request=data_request, sequence=sequence)
    newest = letter.versions.order_by("-number").first()
    if newest is not None and newest.submitted_at is None:
        return newest
    return LetterVersion(letter=letter, number=1 if newest is None else newest.number + 1)


# -- rounds -----------------------------------------------------------------------------------


def supersede(*, data_request: DataRequest) -> None:
    """Lay the live letter aside: the next one has its own number, initials and signature."""
    data_request.letters.filter(status=Letter.Status.LIVE).update(status=Letter.Status.SUPERSEDED)


def return_to_draft(
    *,
    subject: DataRequest,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    reason: str = "",
) -> AuditEntry:
    """SOP rows 4 and 5 → 3, and the way on after refusals: a new version, copied from the last."""
    return _return(subject, "return:draft_letter", actor, at, version, reason)


def return_to_form(
    *,
    subject: DataRequest,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    reason: str = "",
) -> AuditEntry:
    """SOP row 4 → 2: list or form is wrong; the letter will be verified anew."""
    return _return(subject, "return:prepare_form", actor, at, version, reason)


def _return(
    subject: DataRequest,
    deed: str,
    actor: Actor,
    at: datetime,
    version: int | None,
    reason: str,
) -> AuditEntry:
    with transaction.atomic():
        entry = perform(
            subject=subject, deed=deed, actor=actor, at=at, version=version, reason=reason
        )
        last = subject.newest_version()
        if entry.from_state == "review_refusals":
            supersede(data_request=subject)
        elif last is not None:
            _note_return(last, actor, at, reason)
            initials.void_and_note(
                data_request=subject, version=last, actor=actor, at=at, reason=reason
            )
        if last is not None:
            _copy(subject, last)
    return entry


def _note_return(version: LetterVersion, actor: Actor, at: datetime, reason: str) -> None:
    """Leave with a version why it was sent back, whatever is written after it."""
    if version.submitted_at is None:
        return
    version.returned_at, version.returned_by, version.return_reason = at, actor.name, reason
    version.save(update_fields=["returned_at", "returned_by", "return_reason"])


def _copy(data_request: DataRequest, last: LetterVersion) -> None:
    version = _open_version(data_request)
    if not version._state.adding:
        return
    for name in COPIED:
        setattr(version, name, getattr(last, name))
    version.save()


_NOBODY_YET: Final = paper.Addressee(title="…")
"""After refusals a draft may stand a while without an owner; row 3 cannot close so."""


# -- the paper --------------------------------------------------------------------------------


def paper_of(
    *,
    data_request: DataRequest,
    version: LetterVersion,
    at: datetime,
    number: str | None = None,
    code: str | None = None,
    signatory: Position | None = None,
    signature_note: str | None = None,
    keywords: str = "",
) -> paper.LetterPaper:
    """Build the letter as a paper: a draft without number and code, else the letter itself."""
    office = data_request.office
    url = "" if code is None else papers.verification_url(code)
    signer = signatory or people.signatory_for(data_request, at=at)
    final = number is not None and code is not None
    recipients = data_request.waiting_recipients()
    return paper.LetterPaper(
        letterhead=stationery.letterhead_of(office),
        place=office.city,
        subject=version.subject,
        addressees=_addressees(recipients) or (_NOBODY_YET,),
        body=tuple(part for part in re.split(r"\n\s*\n", version.body) if part.strip()),
        signatory=stationery.signatory_of(office, signer),
        items=_annex(data_request, recipients),
        cc=tuple(version.cc),
        urgency=printed_urgency(data_request),
        number=number,
        letter_date=at.astimezone(office.zone).date() if final else None,
        verification=paper.Verification(url=url, code=code) if code is not None else None,
        signature_note=signature_note if final else None,
        draft=not final,
        measures=stationery.measures_of(office),
        classification=version.classification or office.classification_code,
        content_hash=version.content_hash() if final else "",
        keywords=keywords,
    )


def paper_for_pen(
    *, data_request: DataRequest, version: LetterVersion, number: LetterNumber, at: datetime
) -> paper.LetterPaper:
    """Build the letter to be signed by hand: its reserved number and date, nothing electronic."""
    draft = paper_of(data_request=data_request, version=version, at=at)
    return replace(draft, draft=False, by_pen=True, number=number.text, letter_date=number.dated)


def snapshot_of(drawn: paper.LetterPaper, version: LetterVersion) -> dict[str, Any]:
    """Keep all that decides how a signed letter looks, and who had initialled it by then.

    Settings, people and owners may change afterwards; the letter may not (docs/papers.md).
    """
    return paper.as_plain(drawn) | {"initials": initials.marks_of(version)}


SIGNED_HERE: Final = (OfficialDocument.Signature.UNCERTIFIED, OfficialDocument.Signature.BSRE)


def keeps_its_paper(document: OfficialDocument) -> bool:
    """Tell whether a document is a letter of ours: one that was signed here, with its snapshot."""
    return document.kind == OfficialDocument.Kind.LETTER and document.signature in SIGNED_HERE


def paper_of_document(document: OfficialDocument) -> paper.LetterPaper:
    """Build the paper of a signed letter again, from nothing but what was kept at its signing.

    Raises `LookupError` for a document without such a snapshot (signed elsewhere, other kinds).
    """
    return paper_of_snapshot(document.settings_used)


def paper_of_snapshot(snapshot: dict[str, Any]) -> paper.LetterPaper:
    """Build the paper from what `snapshot_of` kept."""
    kept = {name: part for name, part in snapshot.items() if name != "initials"}
    return paper.from_plain(kept, crest=stationery.kept_crest(kept["letterhead"]["crest"]))


def archive_copy(document: OfficialDocument) -> bytes:
    """Make the office's own copy of a signed letter, with the table of initials; kept nowhere."""
    marks = (paper.InitialMark(**mark) for mark in document.settings_used["initials"])
    return paper.render_archive_copy(
        paper.ArchiveCopy(letter=paper_of_document(document), initials=tuple(marks))
    )


def addressees_of(data_request: DataRequest) -> tuple[paper.Addressee, ...]:
    """List to whom the letter goes: the owners not yet at an end, by their heads' titles."""
    return _addressees(data_request.waiting_recipients())


def _addressees(recipients: Sequence[Recipient]) -> tuple[paper.Addressee, ...]:
    return tuple(
        paper.Addressee(title=recipient.data_owner.head_title, place=recipient.data_owner.place)
        for recipient in recipients
    )


def annex_of(data_request: DataRequest) -> tuple[paper.AnnexItem, ...]:
    """Build the annex from the list of items; who is not asked for an item is told in Ket."""
    return _annex(data_request, data_request.waiting_recipients())


def _annex(
    data_request: DataRequest, recipients: Sequence[Recipient]
) -> tuple[paper.AnnexItem, ...]:
    rows = []
    for item in data_request.listed_items():
        asked = [recipient for recipient in recipients if recipient.is_asked_for(item)]
        if not asked and recipients:
            continue
        remarks = [] if item.required else ["Bila tersedia"]
        if len(asked) < len(recipients):
            remarks.append(_asked_of(asked, recipients))
        rows.append(
            paper.AnnexItem(
                name=item.name,
                definition=item.definition,
                unit=item.unit,
                period=item.period,
                coverage=item.coverage,
                format=str(item.get_format_display()),
                remarks="; ".join(remarks),
            )
        )
    return tuple(rows)


def _asked_of(asked: Sequence[Recipient], recipients: Sequence[Recipient]) -> str:
    """Name few owners; many by their numbers in the list of addressees, which is Lampiran I."""
    if len(asked) <= MOST_NAMED:
        return f"Untuk {wording.listed([str(recipient) for recipient in asked])}"
    numbers = [str(place) for place, one in enumerate(recipients, start=1) if one in asked]
    return f"Untuk tujuan nomor {wording.listed(numbers)} (Lampiran I)"


def printed_urgency(data_request: DataRequest) -> str:
    """Print "Sifat": the urgency, or the security class when it is Rahasia or higher."""
    secret = (DataRequest.SecurityClass.SECRET, DataRequest.SecurityClass.TOP_SECRET)
    if data_request.security_class in secret:
        return str(data_request.get_security_class_display())
    return str(data_request.get_urgency_display())


def render_draft(data_request: DataRequest) -> bytes:
    """Make the PDF of the newest version as a draft: the word DRAF, no number, no code.

    Before the first saving it shows what the template would say.
    """
    return render_version(data_request=data_request, version=data_request.newest_version())


def render_version(*, data_request: DataRequest, version: LetterVersion | None) -> bytes:
    """Make the PDF of a version that is at hand as a draft; None for what was never saved."""
    return _rendered(draft_of(data_request=data_request, version=version))


def draft_of(*, data_request: DataRequest, version: LetterVersion | None) -> paper.LetterPaper:
    """Build a version as a draft; None for what was never saved: what the template would say."""
    shown = version or _unsaved(data_request)
    return paper_of(data_request=data_request, version=shown, at=shown.drafted_at)


def _unsaved(data_request: DataRequest) -> LetterVersion:
    text = starting_text(data_request)
    return LetterVersion(
        classification=text.classification,
        subject=text.subject,
        body=text.body,
        cc=list(text.cc),
        signatory_title=data_request.office.head_title,
        drafted_at=data_request.entered_at,
    )


@lru_cache(maxsize=8)
def _rendered(draft: paper.LetterPaper) -> bytes:
    # Pages of one preview are asked for one by one; equal papers give equal bytes.
    return paper.render_letter(draft)


PREPARED["draft_letter"] = draft_letter
PREPARED["return:draft_letter"] = return_to_draft
PREPARED["return:prepare_form"] = return_to_form
