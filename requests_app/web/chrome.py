"""What does the frame of every page say: who is here, in which office, in whose place?"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from requests_app.models import Position, User
from requests_app.web.access import positions_here
from requests_app.web.templatetags.sopdata import long_date

STANDS_IN = (Position.Kind.PLT, Position.Kind.PLH, Position.Kind.PJ)


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Give templates `chrome`; looked up only when a page draws its frame."""
    return {"chrome": SimpleLazyObject(lambda: _frame_of(request))}


def _frame_of(request: HttpRequest) -> dict[str, Any]:
    frame: dict[str, Any] = {"demo": settings.DEMO}
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return frame
    positions = positions_here(request, timezone.now())
    office = user.office
    return frame | {
        "person": user.name or user.username,
        "title": positions[0].printed_title if positions else "",
        "office": "" if office is None else office.name,
        "contact": "" if office is None else f"{office.contact_name}, {office.contact_phone}",
        "acting": next((_acting(position) for position in positions if _is_stand_in(position)), ""),
        "is_admin": user.is_staff,
        "only_admin": user.is_staff and not positions,
    }


def _is_stand_in(position: Position) -> bool:
    return position.kind in STANDS_IN


def _acting(position: Position) -> str:
    if position.valid_to is None:
        return _("Anda bertindak sebagai {jabatan}.").format(jabatan=position.printed_title)
    return _("Anda bertindak sebagai {jabatan} sampai {tanggal}.").format(
        jabatan=position.printed_title, tanggal=long_date(position.valid_to)
    )
