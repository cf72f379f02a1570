"""To whom does an owner pass the link on, and who fills in for the owner?

The mail to a colleague carries the link and never the code: the code goes by another way, as it
did to the one who passes the link on. Neither stales the pages of whoever is typing meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from requests_app.documents import wording
from requests_app.models import AuditEntry, Notice, Recipient, ShareLink
from requests_app.models.fsm import Move, is_turn_of
from requests_app.services import audit, notices, sending, workflow
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn, Refused
from requests_app.sop.roles import Actor

MOST_FORWARDS: Final = 5
"""So many colleagues one link can be passed on to: a link is no mailing list."""
_ROW: Final = Move(
    kind="completes", deed="process_request", row="process_request", needs_reason=False
)


@dataclass(frozen=True)
class Forward:
    """One colleague to whom the link was passed on, and what became of the mail."""

    name: str
    address: str
    at: datetime
    by: str
    notice: Notice | None

    @property
    def has_failed(self) -> bool:
        """Tell a mail that did not arrive."""
        return self.notice is not None and self.notice.status == Notice.Status.FAILED


def forwards_of(recipient: Recipient) -> list[Forward]:
    """List to whom the links of a recipient were passed on, the newest first."""
    entries = list(_entries_of(recipient))
    keys = [entry.facts["notice"] for entry in entries]
    mails = Notice.objects.defer("text").in_bulk(keys) if keys else {}
    return [
        Forward(
            name=entry.facts["name"],
            address=entry.facts["address"],
            at=entry.at,
            by=entry.actor_name,
            notice=mails.get(entry.facts["notice"]),
        )
        for entry in entries
    ]


def forward_link(
    *, subject: Recipient, name: str, address: str, message: str, actor: Actor, at: datetime
) -> Notice:
    """Mail the link to a colleague of the owner, on the record; the access code stays out of it."""
    with _answering(subject, "forward_link", actor) as locked:
        link = locked.live_link()
        if link is None or link.expires_at <= at:
            raise NotReady(_("Tautan ini tidak berlaku lagi."))
        sending.refuse_code_in_text(f"{name}\n{message}", link)
        _refuse_repeated(locked, link, address)
        notice = notices.mail_message(
            recipient=locked,
            address=address,
            subject=_("Permohonan data nomor {nomor} diteruskan kepada Anda").format(
                nomor=_number_of(locked)
            ),
            text=_text_of(locked, link, name=name, message=message, actor=actor),
            link=link,
            at=at,
        )
        workflow.note(
            subject=locked,
            deed="forward_link",
            actor=actor,
            at=at,
            reason=f"{name}, {address}",
            record={"link": link.pk, "notice": notice.pk, "name": name, "address": address},
            stales_pages=False,
        )
        return notice


def name_respondent(
    *, subject: Recipient, name: str, title: str, phone: str, actor: Actor, at: datetime
) -> AuditEntry:
    """Say who fills in from now on; what follows on the record bears that name."""
    with _answering(subject, "name_respondent", actor) as locked:
        if locked.received_at is None:
            raise NotReady(_("Konfirmasi penerimaan surat lebih dahulu."))
        before = locked.respondent_name
        locked.respondent_name = name
        locked.respondent_title = title
        locked.respondent_phone = phone
        return workflow.note(
            subject=locked,
            deed="name_respondent",
            actor=replace(actor, name=name, title=title),
            at=at,
            reason=f"{before} → {name}" if before else name,
            record={"before": before, "name": name, "title": title, "phone": phone},
            stales_pages=False,
        )


@contextmanager
def _answering(subject: Recipient, deed: str, actor: Actor) -> Iterator[Recipient]:
    """Lock a recipient that is still waited for, for whoever came in through its own link."""
    try:
        with transaction.atomic():
            locked = workflow.lock(subject)
            if not is_turn_of(locked, _ROW, actor):
                raise NotYourTurn(_("Hanya pemilik data yang dapat melakukan ini."))
            if locked.is_ended or not locked.data_request.waits_for_owners:
                raise NotReady(_("Permohonan ini tidak lagi menunggu pemilik data."))
            yield locked
    except Refused as refusal:
        workflow.log_refusal(subject=subject, deed=deed, actor=actor, refusal=refusal)
        raise


def _refuse_repeated(recipient: Recipient, link: ShareLink, address: str) -> None:
    """Refuse a second mail to the same colleague, and more mails than a team has people."""
    given = [entry.facts for entry in _entries_of(recipient) if entry.facts["link"] == link.pk]
    if len(given) >= MOST_FORWARDS:
        raise NotReady(
            _("Tautan ini sudah diteruskan {n} kali. Hubungi {narahubung}.").format(
                n=len(given), narahubung=_contact_of(recipient)
            )
        )
    mails = [facts["notice"] for facts in given if facts["address"].lower() == address.lower()]
    if Notice.objects.filter(pk__in=mails).exclude(status=Notice.Status.FAILED).exists():
        raise Incomplete(_("Tautan ini sudah diteruskan ke {alamat}.").format(alamat=address))


def _entries_of(recipient: Recipient) -> Iterator[AuditEntry]:
    chain = audit.chain_of_request(recipient.data_request_id)
    found = AuditEntry.objects.filter(chain=chain, recipient_id=recipient.pk, deed="forward_link")
    return found.order_by("-sequence").iterator()


def _text_of(
    recipient: Recipient, link: ShareLink, *, name: str, message: str, actor: Actor
) -> str:
    """Word the mail to a colleague."""
    until = link.expires_at.astimezone(recipient.office.zone).date()
    said = _("\n\nPesan dari {pengirim}:\n{pesan}").format(pengirim=actor.name, pesan=message)
    return _(
        "Yth. {nama},\n\n"
        "{pengirim}, {jabatan}, meneruskan kepada Anda permohonan data nomor {nomor} dari "
        "{kantor}, hal {hal}.{pesan}\n\n"
        "Data disampaikan melalui tautan berikut:\n\n{tautan}\n\n"
        "Tautan ini khusus untuk {instansi} dan berlaku sampai {tanggal}. Kode akses tidak "
        "dimuat dalam surel ini; mintalah kepada {pengirim} melalui telepon atau saluran lain "
        "selain surel.\n\n"
        "Bila surel ini bukan untuk Anda, abaikan dan beri tahu {narahubung}.\n\n{kantor}"
    ).format(
        nama=name,
        pengirim=actor.name,
        jabatan=actor.title,
        nomor=_number_of(recipient),
        kantor=recipient.office.name,
        hal=recipient.data_request.title,
        pesan=said if message else "",
        tautan=notices.LINK_MARK,
        instansi=recipient.data_owner.name,
        tanggal=wording.long_date(until),
        narahubung=_contact_of(recipient),
    )


def _number_of(recipient: Recipient) -> str:
    letter = recipient.signed_letter()
    return "" if letter is None else str(letter.number)


def _contact_of(recipient: Recipient) -> str:
    return f"{recipient.office.contact_name}, {recipient.office.contact_phone}"
