"""Who has verified which content? Initials (paraf), each bound to the hash of what was read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.documents import wording
from requests_app.models import AuditEntry, DataRequest, Initial, LetterVersion, User
from requests_app.models.guards import initial_is_theirs_to_give, verifier_did_not_draft
from requests_app.services import workflow
from requests_app.services.deeds import PREPARED
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn
from requests_app.sop.roles import Actor

PERSONAL_DATA: Final = "personal_data_justified"
CHECKS: Final = (
    "items_complete",
    "purpose_clear",
    "legal_basis_right",
    "addressees_right",
    "spelling",
    "annex_present",
    PERSONAL_DATA,
)
"""What the verifier answers for, one by one (SOP row 4; the list is the office's habit)."""
FITS: Final = "fits"
NEEDS_WORK: Final = "needs_work"


def verify_letter(
    *,
    subject: DataRequest,
    actor: Actor,
    at: datetime,
    checks: dict[str, dict[str, str]] | None = None,
    content_hash: str | None = None,
    version: int | None = None,
) -> AuditEntry:
    """Give the initial of SOP row 4; the last one that the office asks for passes the letter on.

    Where the office has set an order of initials, each but the last leaves the letter in its row,
    for the holder of the next post (Permendagri 1/2023: up to three, in order of rank).

    `checks` maps each of `checks_of` to its verdict and note; `content_hash` is what the verifier
    has read. Refused: an unanswered check, a check that needs work, content that has changed
    since, a verifier who drafted the letter.
    """
    with transaction.atomic():
        with workflow.editing(
            subject=subject, row="verify_letter", actor=actor, at=at, version=version
        ) as locked:
            for guard in (verifier_did_not_draft, initial_is_theirs_to_give):
                refusal = guard.refusal(locked, actor)
                if refusal is not None:
                    raise NotYourTurn(refusal)
            initial = give_initial(
                data_request=locked,
                actor=actor,
                at=at,
                checks=checks or {},
                content_hash=content_hash,
            )
        record = {
            "content_hash": initial.content_hash,
            "letter_version": initial.version.number,
            "checks": initial.checks,
        }
        if initial.version.awaited_post():
            return workflow.note(
                subject=workflow.lock_request(subject.pk),
                deed="give_initial",
                actor=actor,
                at=at,
                record=record,
            )
        return workflow.perform(
            subject=subject, deed="verify_letter", actor=actor, at=at, record=record
        )


def give_initial(
    *,
    data_request: DataRequest,
    actor: Actor,
    at: datetime,
    checks: dict[str, dict[str, str]],
    content_hash: str | None,
) -> Initial:
    """Put an initial on the newest version; the caller has locked the request.

    An older initial of the same post on the same version is voided, so that one only stands.
    """
    version = _version_to_read(data_request)
    asked = checks_of(data_request)
    refuse_open_checks(checks, asked=asked)
    now_hash = version.content_hash()
    if content_hash is not None and content_hash != now_hash:
        raise NotReady(_("Isi surat berubah setelah Anda membukanya. Baca kembali surat ini."))
    version.initials.standing().filter(post=actor.post).update(
        voided_at=at, void_reason=_("Diganti paraf yang baru.")
    )
    return Initial.objects.create(
        version=version,
        user=_person(actor),
        name=actor.name,
        title=actor.title,
        post=actor.post,
        at=at,
        content_hash=now_hash,
        checks={key: checks[key] for key in asked},
    )


def checks_of(data_request: DataRequest) -> tuple[str, ...]:
    """List what the verifier judges; the reason for personal data only where some is asked for."""
    if any(item.is_personal for item in data_request.listed_items()):
        return CHECKS
    return tuple(key for key in CHECKS if key != PERSONAL_DATA)


def refuse_open_checks(checks: dict[str, dict[str, str]], *, asked: Sequence[str]) -> None:
    """Refuse an initial while a check is unanswered or says that something needs work."""
    verdicts = {key: checks.get(key, {}).get("verdict") for key in asked}
    open_ones = [key for key, verdict in verdicts.items() if verdict not in {FITS, NEEDS_WORK}]
    if open_ones:
        raise Incomplete(
            ngettext(
                "{n} butir belum diperiksa.", "{n} butir belum diperiksa.", len(open_ones)
            ).format(n=len(open_ones))
        )
    if NEEDS_WORK in verdicts.values():
        raise Incomplete(
            _("Ada butir yang perlu diperbaiki. Kembalikan surat ini dengan alasannya.")
        )


def void_initials(*, version: LetterVersion, at: datetime, reason: str) -> int:
    """Void the standing initials of a version: any edit asks for a new verification.

    The caller has locked the request. Gives the number of initials voided.
    """
    return version.initials.standing().update(voided_at=at, void_reason=reason)


def marks_of(version: LetterVersion) -> list[dict[str, str]]:
    """List the standing initials as the table "Paraf Hierarki" prints them, first given first."""
    zone = version.letter.data_request.office.zone
    return [
        {
            "title": initial.title,
            "name": initial.name,
            "given": wording.date_and_time(initial.at, zone=zone),
        }
        for initial in version.initials.standing().order_by("at", "pk")
    ]


def void_and_note(
    *, data_request: DataRequest, version: LetterVersion, actor: Actor, at: datetime, reason: str
) -> None:
    """Void the standing initials because the letter changes, and say so on the record."""
    names = list(version.initials.standing().values_list("name", flat=True))
    if not void_initials(version=version, at=at, reason=reason):
        return
    workflow.note(
        subject=data_request,
        deed="void_initials",
        actor=actor,
        at=at,
        reason=_("Paraf {nama} batal karena isi surat berubah. {alasan}").format(
            nama=", ".join(names), alasan=reason
        ),
        record={"letter_version": version.number, "initials": names},
        stales_pages=False,
    )


def all_in_order() -> dict[str, dict[str, Any]]:
    """Give a checklist in which everything fits."""
    return {key: {"verdict": FITS, "note": ""} for key in CHECKS}


def _person(actor: Actor) -> User:
    if actor.user_id is None:
        raise NotYourTurn(_("Paraf hanya diberikan oleh orang dengan akun sendiri."))
    return User.objects.get(pk=actor.user_id)


def _version_to_read(data_request: DataRequest) -> LetterVersion:
    version = data_request.newest_version()
    if version is None:
        raise Incomplete(
            _("Langkah belum dapat diselesaikan: {hal} belum ada.").format(hal=_("draf surat"))
        )
    return version


PREPARED["verify_letter"] = verify_letter
