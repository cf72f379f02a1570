"""How far has a letter come? The words that staff reads, on whatever page.

Disiapkan, Terkirim, Dibuka, Diterima: opened is only what a person opened with the code, and what
is deemed received never looks like confirmed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Min
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import Notice, Recipient, ShareLink
from requests_app.services import access_codes, forwarding, mishaps
from requests_app.web.templatetags.sopdata import clock_time

REMEDY: Final = gettext_lazy("Perbaiki alamat atau pakai saluran lain.")
RECEIVED: Final[dict[str, str | Promise]] = {
    Recipient.ReceivedHow.DEEMED: gettext_lazy("Dianggap diterima"),
    Recipient.ReceivedHow.ON_BEHALF: gettext_lazy("Diterima, dicatat staf"),
}
CODE_IS_VOID: Final = gettext_lazy(
    "Kode akses tidak berlaku lagi karena terlalu banyak percobaan. Buat kode baru."
)


@dataclass(frozen=True)
class Stage:
    """One stage of a letter's way, when it came there, and what it waits for meanwhile.

    Of what staff states only the day is known.
    """

    name: str
    at: datetime | None
    note: str = ""
    has_failed: bool = False
    is_day: bool = False


def stages_of(recipient: Recipient, notice: Notice | None) -> list[Stage]:
    """Tell the whole way of a letter.

    Links come and go (renewed, revoked); what happened to the letter stays true.
    """
    first = recipient.links.aggregate(made_at=Min("made_at"), opened_at=Min("first_opened_at"))
    return [
        Stage(_("Disiapkan"), first["made_at"]),
        _sent_stage(recipient, notice),
        Stage(_("Dibuka"), first["opened_at"]),
        Stage(
            str(RECEIVED.get(recipient.received_how, _("Diterima"))),
            recipient.received_at,
            is_day=recipient.received_how == Recipient.ReceivedHow.ON_BEHALF,
        ),
    ]


def word_of(recipient: Recipient, links: Sequence[ShareLink]) -> str:
    """Say how far a letter has come; empty before anything was prepared."""
    if recipient.received_at is not None:
        return str(RECEIVED.get(recipient.received_how, _("Diterima")))
    if any(link.first_opened_at is not None for link in links):
        return _("Dibuka")
    if recipient.sent_at is not None:
        return _("Terkirim")
    return _("Disiapkan") if links else ""


def failure_of(recipient: Recipient, notice: Notice | None) -> str:
    """Say that the letter did not arrive, and what to do; empty when it did or may still."""
    if notice is None or not mishaps.has_failed(recipient, notice):
        return ""
    if mishaps.is_unknown_address(notice):
        return _("Surel ditolak: alamat tidak ditemukan. {upaya}").format(upaya=REMEDY)
    return _("Surel tidak terkirim: {sebab}. {upaya}").format(
        sebab=notice.last_error.rstrip("."), upaya=REMEDY
    )


def told_of(mishap: mishaps.Mishap) -> str:
    """Say in one sentence what went wrong, and what to do about it."""
    return failure_of(mishap.recipient, mishap.notice) or str(CODE_IS_VOID)


def code_trouble(link: ShareLink | None, *, at: datetime) -> str:
    """Say that the code opens nothing now, or ever again; empty where it does."""
    if link is None:
        return ""
    if access_codes.is_void(link):
        return str(CODE_IS_VOID)
    until = access_codes.blocked_until(link, at=at)
    if until is None:
        return ""
    return _("Kode akses terkunci sampai {jam}: {n} kali salah.").format(
        jam=clock_time(until), n=link.wrong_codes
    )


def forward_rows(recipient: Recipient) -> list[dict[str, Any]]:
    """Tell to whom the link was passed on, and what became of each mail."""
    return [
        {
            "name": one.name,
            "address": one.address,
            "at": one.at,
            "by": one.by,
            "status": "" if one.notice is None else one.notice.get_status_display(),
            "failure": _("Surel ditolak. Periksa alamatnya, lalu teruskan sekali lagi.")
            if one.has_failed
            else "",
        }
        for one in forwarding.forwards_of(recipient)
    ]


def _sent_stage(recipient: Recipient, notice: Notice | None) -> Stage:
    """Tell when a letter left, or what became of a mail that has not been accepted."""
    if notice is None or recipient.sent_at is not None:
        return Stage(_("Terkirim"), recipient.sent_at)
    if notice.status == Notice.Status.FAILED:
        return Stage(_("Terkirim"), None, _("gagal"), has_failed=True)
    waits = notice.status == Notice.Status.QUEUED
    return Stage(_("Terkirim"), None, _("menunggu server surel") if waits else "")
