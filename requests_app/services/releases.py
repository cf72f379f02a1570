"""Who may open a file that was held, and on whose word? The section head's, with a reason."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from requests_app.models import DataFile
from requests_app.services import intake, workflow
from requests_app.services.workflow import NotReady, NotYourTurn, require_reason
from requests_app.sop.roles import Actor, Role


def release_file(*, data_file: DataFile, reason: str, actor: Actor, at: datetime) -> DataFile:
    """Let a held file be opened from now on; what was found in it stays written beside it.

    Refused: whoever does not head the section, and a file that waits for the scanner or has failed
    before it.
    """
    with transaction.atomic():
        subject = workflow.lock(data_file.recipient or data_file.data_request)
        locked = DataFile.objects.select_for_update().get(pk=data_file.pk)
        refuse_releasing(locked, actor)
        require_reason(reason)
        locked.verdict = DataFile.Verdict.RELEASED
        locked.released_at, locked.released_by = at, actor.name
        locked.release_reason = reason.strip()
        locked.full_clean()
        locked.save()
        workflow.note(
            subject=subject,
            deed="release_file",
            actor=actor,
            at=at,
            reason=locked.release_reason,
            record={"file": locked.name, "sha256": locked.sha256, "warning": locked.warning},
            stales_pages=False,
        )
    return locked


def refuse_releasing(data_file: DataFile, actor: Actor) -> None:
    """Refuse who may not release, and what cannot be released."""
    is_of_section = actor.section_id in {None, data_file.data_request.section_id}
    if not (
        actor.role is Role.SECTION_HEAD and actor.office_id == data_file.office_id and is_of_section
    ):
        raise NotYourTurn(_("Berkas yang ditahan dilepas oleh kepala seksi."))
    if data_file.verdict == DataFile.Verdict.HELD:
        return
    raise NotReady(
        intake.why_closed(data_file)
        or _("{berkas} tidak ditahan. Muat ulang halaman ini.").format(berkas=data_file.name)
    )


def may_release(data_file: DataFile, actor: Actor) -> bool:
    """Tell whether to offer it."""
    try:
        refuse_releasing(data_file, actor)
    except workflow.Refused:
        return False
    return True
