"""Who may act, in which role and in which capacity?"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from requests_app.sop.words import _


class Role(StrEnum):
    """The four columns "Pelaksana" of the SOP."""

    SECTION_HEAD = "section_head"
    STAFF = "staff"
    AGENCY_HEAD = "agency_head"
    DATA_OWNER = "data_owner"

    @property
    def label(self) -> str:
        """Name the column as the SOP prints it."""
        return ROLE_LABELS[self]


ROLE_LABELS: Final = {
    Role.SECTION_HEAD: _("Kepala Seksi/Kasubbag. TU"),
    Role.STAFF: _("Staf Pelaksana"),
    Role.AGENCY_HEAD: _("Kepala OPD"),
    Role.DATA_OWNER: _("Pemilik Data dan Informasi"),
}


class Capacity(StrEnum):
    """In which capacity somebody holds a role (Permendagri 1/2023 for the stand-ins)."""

    DEFINITIVE = "definitif"
    PJ = "pj"
    PLT = "plt"
    PLH = "plh"
    AN = "an"
    UB = "ub"
    LINK = "link"
    BEHALF = "behalf"
    """Staff who records what a data owner said or sent outside the system."""
    SYSTEM = "system"
    ADMIN = "admin"
    """Whoever keeps people, positions and settings; holds no role and has no deed in the rows."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody who acts: a person in a position, a data owner behind a shared link, or the system.

    Names are values, not references, so that an audit entry made from an actor stays true
    when the person or the position changes later.
    """

    name: str
    role: Role | None
    capacity: Capacity
    office_id: int
    section_id: int | None = None
    user_id: int | None = None
    position_id: int | None = None
    recipient_id: int | None = None
    link_id: int | None = None
    title: str = ""
    """As it is spoken and printed: "Plt. Sekretaris"."""
    post: str = ""
    """The office's name for the post, whoever stands in for it: "Sekretaris"."""
    nip: str = ""

    @property
    def is_system(self) -> bool:
        """Tell the system itself from people; it has one deed only, deemed receipt."""
        return self.capacity is Capacity.SYSTEM
