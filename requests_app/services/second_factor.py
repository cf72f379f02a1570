"""How does somebody whose telephone is gone get in again? An admin takes the old proofs off."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from requests_app.models import User
from requests_app.services import audit, notices
from requests_app.services.workflow import NotReady
from requests_app.sop.roles import Actor


def has_any(person: User) -> bool:
    """Tell whether there is anything to take off: an app, passkeys, recovery codes."""
    return bool(_proofs_of(person).exists())


def reset(*, person: User, actor: Actor, at: datetime, reason: str) -> None:
    """Take every second factor off an account; its owner sets up another one (ADR 0023).

    Nobody does it to the own account: at an open browser of an admin it would be the way around.
    It stands in the office's chain, and the owner is told by mail.
    """
    if person.pk == actor.user_id:
        raise NotReady(_("Minta pengelola lain mengatur ulang verifikasi dua langkah Anda."))
    with transaction.atomic():
        kinds = sorted(_proofs_of(person).values_list("type", flat=True))
        _proofs_of(person).all().delete()
        audit.note_for_office(
            office_id=actor.office_id,
            deed="reset_second_factor",
            actor=actor,
            at=at,
            about_what=str(person),
            reason=reason,
            user=person.pk,
            kinds=kinds,
        )
        notices.mail_account_change(
            user=person,
            change=_(
                "Verifikasi dua langkah akun Anda diatur ulang oleh {nama}. Aplikasi autentikator, "
                "kunci sandi, dan kode pemulihan yang lama tidak berlaku lagi."
            ).format(nama=actor.name),
            at=at,
        )


def _proofs_of(person: User) -> Any:
    """Reach what allauth keeps of a person; only the web door knows what is in it."""
    return person.authenticator_set  # type: ignore[attr-defined]  # allauth ships no types
