"""What do owner and office ask each other while the data is prepared, and does time stand still?

A question stops the owner's clock until the office has answered; no state changes, so each deed is
a note on the chain, done under the recipient's lock. No page grows stale by it: what an owner has
typed meanwhile outlives an answer, and one question is answered once because its row says so
(ADR 0026).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils.translation import gettext as _

from requests_app.documents import wording
from requests_app.models import Clarification, Extension, Pause, Recipient, RequestedItem
from requests_app.models.data_request import OWNER_ROWS
from requests_app.models.fsm import Move, is_turn_of
from requests_app.services import clocks, notices, people, workflow
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn, Refused
from requests_app.sop.roles import Actor, Role
from requests_app.sop.steps import MINIMUM_REASON, PREPARING_ROWS

ANSWERERS: Final = (Role.STAFF, Role.SECTION_HEAD)
"""Who answers an owner's questions, in the section of the request."""
DECIDER: Final = Role.SECTION_HEAD
"""Who decides about more days."""
_PREPARING: Final = Move(
    kind="completes", deed="process_request", row="process_request", needs_reason=False
)


def ask_clarification(
    *,
    subject: Recipient,
    question: str,
    actor: Actor,
    at: datetime,
    item: RequestedItem | None = None,
) -> Clarification:
    """Ask about one item or in general; the clock stands still from now on.

    A second question during a pause opens no other: the clock goes on when all are answered.
    """
    if len(question.strip()) < MINIMUM_REASON:
        raise Incomplete(
            _("Tulis pertanyaan, paling sedikit {n} karakter.").format(n=MINIMUM_REASON)
        )
    with talking(subject, "ask_clarification", actor) as locked:
        refuse_asking(locked, actor)
        if item is not None and item not in locked.items():
            raise Incomplete(_("Pilih data yang diminta dari instansi Anda."))
        _refuse_twice(locked, question, item)
        asked = Clarification(
            recipient=locked,
            item=item,
            question=question.strip(),
            asked_at=at,
            asked_by=people.named_for(actor, recipient=locked),
        )
        asked.full_clean()
        asked.save(force_insert=True)
        _stop_clock(locked, asked)
        workflow.note(
            subject=locked,
            deed="ask_clarification",
            actor=actor,
            at=at,
            reason=asked.question,
            record={"clarification": asked.pk, "item": None if item is None else item.position},
            stales_pages=False,
        )
        return asked


def answer_clarification(
    *, subject: Recipient, clarification: int, answer: str, actor: Actor, at: datetime
) -> Clarification:
    """Answer a question once; with the last open one the owner's clock goes on."""
    if len(answer.strip()) < MINIMUM_REASON:
        raise Incomplete(_("Tulis jawaban, paling sedikit {n} karakter.").format(n=MINIMUM_REASON))
    with talking(subject, "answer_clarification", actor) as locked:
        refuse_answering(locked, actor)
        asked = _question_of(locked, clarification)
        asked.answer, asked.answered_at, asked.answered_by = answer.strip(), at, actor.name
        asked.full_clean()
        asked.save(update_fields=["answer", "answered_at", "answered_by"])
        ended = None if _is_awaited(locked) else clocks.end_pause(locked, at=at)
        workflow.note(
            subject=locked,
            deed="answer_clarification",
            actor=actor,
            at=at,
            reason=asked.answer,
            record={"clarification": asked.pk, "resumed": ended is not None},
            stales_pages=False,
        )
        _mail_answer(locked, asked, at)
        return asked


LISTED: Final = (
    *("public_id", "number", "state", "round", "entered_at", "due_at"),
    *("office_id", "data_owner__name"),
    *(f"data_request__{name}" for name in ("public_id", "title", "edition_id", "state", "round")),
)
"""What is told of an owner who waits for a word."""


@dataclass(frozen=True)
class Waiting:
    """An owner who waits for a word: an answer, a decision about more days, or both."""

    recipient: Recipient
    asks: bool
    wants_days: bool


def waiting_for_words(actors: Sequence[Actor], *, most: int) -> list[Waiting]:
    """List the owners who wait for a word of these actors, the longest first.

    What was left open when the data was sent waits for nobody.
    """
    asking = Clarification.objects.filter(recipient=OuterRef("pk"), answered_at=None)
    wishing = Extension.objects.filter(recipient=OuterRef("pk"), status=Extension.Status.ASKED)
    answers, decides = (_in_section_of(actors, roles) for roles in (ANSWERERS, {DECIDER}))
    found: Any = (
        Recipient.objects.filter(state__in=PREPARING_ROWS, data_request__state__in=OWNER_ROWS)
        .annotate(
            asks=Case(When(answers, then=Exists(asking)), default=False),
            wants_days=Case(When(decides, then=Exists(wishing)), default=False),
        )
        .filter(answers | decides, Q(asks=True) | Q(wants_days=True))
        .select_related("data_owner", "data_request")
        .only(*LISTED)
        .order_by("entered_at", "pk")
    )
    return [Waiting(one, asks=one.asks, wants_days=one.wants_days) for one in found[:most]]


def _in_section_of(actors: Iterable[Actor], roles: Collection[Role]) -> Q:
    """Build the condition "worked on where one of these actors holds one of these roles"."""
    theirs = Q(pk__in=[])
    for actor in actors:
        if actor.role in roles:
            section = (
                {} if actor.section_id is None else {"data_request__section": actor.section_id}
            )
            theirs |= Q(office=actor.office_id, **section)
    return theirs


def open_pause_of(recipient: Recipient) -> Pause | None:
    """Find the pause that lasts."""
    return recipient.pauses.filter(resumed_at=None).first()


# -- who may, and when ----------------------------------------------------------------------------


def refuse_asking(recipient: Recipient, actor: Actor) -> None:
    """Refuse whoever is not this owner, and an owner who does not prepare the data now."""
    if not is_turn_of(recipient, _PREPARING, actor):
        raise NotYourTurn(_("Hanya pemilik data yang meminta penjelasan atau perpanjangan waktu."))
    refuse_after_the_end(recipient)
    if recipient.state in {"send_letter", "receive_letter"}:
        raise NotReady(_("Konfirmasi penerimaan surat lebih dahulu."))
    if recipient.state not in PREPARING_ROWS:
        raise NotReady(
            _("Data sudah dikirim. Bila masih ada pertanyaan, hubungi {narahubung}.").format(
                narahubung=f"{recipient.office.contact_name}, {recipient.office.contact_phone}"
            )
        )


def refuse_answering(recipient: Recipient, actor: Actor) -> None:
    """Refuse whoever does not answer for the section, and answers that nobody waits for."""
    if not is_of_section(recipient, actor, *ANSWERERS):
        raise NotYourTurn(_("Pertanyaan dijawab oleh staf pelaksana atau kepala seksi."))
    refuse_after_the_end(recipient)


def refuse_after_the_end(recipient: Recipient) -> None:
    """Refuse to talk on when this owner is no longer waited for."""
    if is_over(recipient):
        raise NotReady(_("Permohonan ini tidak lagi menunggu pemilik data."))


def is_over(recipient: Recipient) -> bool:
    """Tell whether nobody waits for this owner any more: what is still open stays unanswered."""
    return recipient.is_ended or not recipient.data_request.waits_for_owners


def is_of_section(recipient: Recipient, actor: Actor, *roles: Role) -> bool:
    """Tell whether somebody holds one of these roles where the request is worked on."""
    return (
        actor.role in roles
        and actor.office_id == recipient.office_id
        and actor.section_id in {None, recipient.section_id}
    )


@contextmanager
def talking(subject: Recipient, deed: str, actor: Actor) -> Iterator[Recipient]:
    """Lock a recipient for a word between owner and office; a refusal is told to the log."""
    try:
        with transaction.atomic():
            yield workflow.lock(subject)
        subject.refresh_from_db()
    except Refused as refusal:
        workflow.log_refusal(subject=subject, deed=deed, actor=actor, refusal=refusal)
        raise


# -- the clock ------------------------------------------------------------------------------------


def _stop_clock(recipient: Recipient, asked: Clarification) -> None:
    """Open a pause, unless one lasts already."""
    if open_pause_of(recipient) is not None:
        return
    about = _("pertanyaan umum") if asked.item is None else str(asked.item)
    Pause.objects.create(
        recipient=recipient,
        started_at=asked.asked_at,
        reason=_("Meminta penjelasan: {tentang}").format(tentang=about)[:300],
    )
    clocks.follow_pauses(recipient)


def _is_awaited(recipient: Recipient) -> bool:
    """Tell whether a question of this pause is open; one that an older pause left is not."""
    pause = open_pause_of(recipient)
    if pause is None:
        return False
    return recipient.clarifications.filter(
        answered_at=None, asked_at__gte=pause.started_at
    ).exists()


# -- one question ---------------------------------------------------------------------------------


def _refuse_twice(recipient: Recipient, question: str, item: RequestedItem | None) -> None:
    same = recipient.clarifications.filter(answered_at=None, item=item, question=question.strip())
    if same.exists():
        raise NotReady(_("Pertanyaan ini sudah terkirim dan menunggu jawaban kami."))


def _question_of(recipient: Recipient, clarification: int) -> Clarification:
    asked = recipient.clarifications.select_related("item").filter(pk=clarification).first()
    if asked is None:
        raise NotReady(_("Pertanyaan tidak ditemukan. Muat ulang halaman ini."))
    if not asked.is_open:
        raise NotReady(
            _("Pertanyaan ini sudah dijawab oleh {nama}.").format(nama=asked.answered_by)
        )
    return asked


# -- telling the owner ----------------------------------------------------------------------------


def _mail_answer(recipient: Recipient, asked: Clarification, at: datetime) -> None:
    about = "" if asked.item is None else f" ({asked.item})"
    words = _("Pertanyaan Anda{tentang}:\n{pertanyaan}\n\nJawaban kami:\n{jawaban}").format(
        tentang=about, pertanyaan=asked.question, jawaban=asked.answer
    )
    mail_owner(
        recipient=recipient,
        subject=_("Jawaban atas pertanyaan Anda: {judul}").format(judul=recipient.data_request),
        words="\n\n".join(filter(None, (words, told_deadline(recipient)))),
        at=at,
    )


def told_deadline(recipient: Recipient) -> str:
    """Say until when the data may be given now, or that time still stands still."""
    term = clocks.data_term_of(recipient)
    if term is None:
        return ""
    if term.open_pause is not None:
        return _("Waktu Anda masih dijeda sampai semua pertanyaan dijawab.")
    return _("Tenggat data sekarang: {tenggat}.").format(
        tenggat=wording.date_and_time(term.due_at, zone=recipient.office.zone)
    )


def mail_owner(*, recipient: Recipient, subject: str, words: str, at: datetime) -> None:
    """Mail words to the address in the directory, as receipts are; to nobody where it has none."""
    owner, office = recipient.data_owner, recipient.office
    if not owner.email:
        return
    link = recipient.live_link()
    if link is not None and link.expires_at <= at:
        link = None
    way_back = "" if link is None else _("Lanjutkan melalui tautan Anda: ") + notices.LINK_MARK
    text = _("Yth. {penerima},\n\n{isi}\n\n{kembali}Narahubung: {narahubung}\n\n{kantor}").format(
        penerima=owner.head_title or owner.name,
        isi=words,
        kembali=f"{way_back}\n\n" if way_back else "",
        narahubung=f"{office.contact_name}, {office.contact_phone}",
        kantor=office.name,
    )
    notices.mail_message(
        recipient=recipient, address=owner.email, subject=subject, text=text, at=at, link=link
    )
