"""Who has opened which file, and for which purpose? The row comes first, the bytes after."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from requests_app.models import DataFile, FileAccess
from requests_app.services.workflow import Incomplete, NotYourTurn
from requests_app.sop.roles import Actor


def record_access(*, data_file: DataFile, purpose: str, actor: Actor, at: datetime) -> FileAccess:
    """Commit who opens a file, when and for what; before its first byte leaves.

    Refused: no purpose, or an actor who is no person of the file's office.
    """
    if not purpose.strip():
        raise Incomplete(_("Tulis keperluan membuka berkas ini."))
    if actor.user_id is None or actor.office_id != data_file.office_id:
        raise NotYourTurn(_("Berkas ini hanya dibuka oleh pegawai kantor penerima."))
    with transaction.atomic():
        return FileAccess.objects.create(
            office_id=data_file.office_id,
            data_request_id=data_file.data_request_id,
            file=data_file,
            at=at,
            user_id=actor.user_id,
            name=actor.name,
            title=actor.title,
            purpose=purpose.strip(),
        )


def opened_today(*, data_file: DataFile, actor: Actor, at: datetime) -> FileAccess | None:
    """Find this person's newest opening of this file on the day of `at`, by the office's clock."""
    return _today(actor, at, data_file).filter(file=data_file).order_by("-at").first()


def purpose_of_today(*, data_file: DataFile, actor: Actor, at: datetime) -> str:
    """Give what the person answered last on that day for a file of this request; "" if nothing."""
    same = _today(actor, at, data_file).filter(data_request=data_file.data_request_id)
    return same.order_by("-at").values_list("purpose", flat=True).first() or ""


def likely_purpose(*, data_file: DataFile, actor: Actor) -> str:
    """Propose a purpose: the check of row 8, else what the person answered last here."""
    recipient = data_file.recipient
    if recipient is not None and recipient.state == "receive_data":
        return _("Pemeriksaan penerimaan")
    if actor.user_id is None:
        return ""
    known = data_file.data_request.file_accesses.filter(user_id=actor.user_id)
    last = known.order_by("-at").first()
    return "" if last is None else last.purpose


def _today(actor: Actor, at: datetime, data_file: DataFile) -> QuerySet[FileAccess]:
    morning = at.astimezone(data_file.office.zone).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    return FileAccess.objects.filter(
        office=data_file.office_id, user=actor.user_id, at__gte=morning, at__lte=at
    )
