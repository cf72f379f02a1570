"""With which office, people and owners does the demo begin? All of them visibly fictional.

The office itself is real, so that its SOP fits; its street address stays empty rather than
invented, and the name of its real head stands in the SOP's header only.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from requests_app.models import Classification, DataOwner, Office, Position, Section, User
from requests_app.services import audit, calendars, certificates, offices, people
from requests_app.sop.roles import Role

OFFICE: Final = "Badan Kesatuan Bangsa dan Politik"
CITY: Final = "Pekalongan"
SECTION: Final = "Subbagian Tata Usaha"
SECTION_CODE: Final = "TU"
CLASSIFICATIONS: Final = (
    ("200.1", "Kesatuan Bangsa dan Politik"),
    ("200.1.1", "Kebijakan"),
    ("200.1.2", "Bina Ideologi dan Wawasan Kebangsaan"),
    ("200.1.3", "Kewaspadaan Nasional"),
    ("200.1.4", "Ketahanan Seni, Budaya, Agama, dan Kemasyarakatan"),
    ("200.1.4.4", "Organisasi Kemasyarakatan"),
    ("200.1.5", "Politik Dalam Negeri"),
    ("200.1.6", "Ketahanan Ekonomi"),
    ("200.2", "Pemilihan Umum"),
)
"""Codes of Permendagri 83/2022 that such an office uses; its archivist confirms the list."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody of the demo; without a role one only keeps the office's settings."""

    username: str
    name: str
    nip: str
    rank: str
    role: Role | None = None
    title: str = ""


PEOPLE: Final = (
    Person(
        username="kasi",
        name="Contoh Kasi, S.Sos.",
        nip="198001012005012001",
        rank="III/d",
        role=Role.SECTION_HEAD,
        title="Kepala Subbagian Tata Usaha",
    ),
    Person(
        username="staf",
        name="Contoh Staf, A.Md.",
        nip="199501012020121002",
        rank="II/d",
        role=Role.STAFF,
        title="Pengolah Data dan Informasi",
    ),
    Person(
        username="kepala",
        name="Dr. Contoh Kepala, M.Si.",
        nip="197001011995031003",
        rank="IV/c",
        role=Role.AGENCY_HEAD,
        title=f"Kepala {OFFICE}",
    ),
    Person(
        username="admin", name="Contoh Pengelola, S.Kom.", nip="199001012015011004", rank="III/b"
    ),
)

# key, name, the addressee's post, account of the address under contoh.test
OWNERS: Final = (
    ("sosial", "Dinas Contoh Sosial", "Kepala Dinas Contoh Sosial", "dinas.sosial"),
    (
        "agama",
        "Kantor Contoh Kementerian Agama",
        "Kepala Kantor Contoh Kementerian Agama",
        "kantor.agama",
    ),
    (
        "pemilu",
        "Komisi Contoh Pemilihan Umum",
        "Ketua Komisi Contoh Pemilihan Umum",
        "komisi.pemilu",
    ),
)


@dataclass(frozen=True, kw_only=True)
class DemoOffice:
    """The office with its section, its people by user name, and the owners by key.

    `password` is the one of all accounts, and of the signers' keys.
    """

    office: Office
    section: Section
    people: dict[str, User]
    owners: dict[str, DataOwner]
    password: str = field(repr=False)


def open_demo_office(*, password: str, at: datetime, now: datetime) -> DemoOffice:
    """Open the office with its calendar, people and owners; the caller has seen that none exists.

    `at` is when people start to work in it; the calendar covers last, this and next year, seen
    from `now`. All accounts get the same password, which opens the signers' keys as well.
    """
    office = offices.open_office(
        name=OFFICE,
        government="Pemerintah Kota Pekalongan",
        head_title=f"Kepala {OFFICE}",
        city=CITY,
        contact_name="Contoh Narahubung",
        contact_phone="0285 000000",
        second_factor_roles=[],  # a demo is tried on many devices, by people who own none of them
    )
    section = Section.objects.create(office=office, name=SECTION, code=SECTION_CODE)
    for code, name in CLASSIFICATIONS:
        Classification.objects.create(office=office, code=code, name=name)
    calendars.seed_calendar(office=office, years=range(now.year - 1, now.year + 2), at=at)
    employed = {
        person.username: _employ(office, section, person, password, at) for person in PEOPLE
    }
    certificates.make_authority(office=office, actor=people.system_of(office), at=at)
    for user in (employed["kepala"], employed["kasi"]):
        _give_key(user, password, at)
    owners = {key: _list_owner(office, *texts) for key, *texts in OWNERS}
    audit.note_for_office(
        office_id=office.pk,
        deed="load_demo",
        actor=people.system_of(office),
        at=at,
        about_what=office.name,
        people=[user.name for user in employed.values()],
        owners=[owner.name for owner in owners.values()],
    )
    return DemoOffice(
        office=office, section=section, people=employed, owners=owners, password=password
    )


def _employ(office: Office, section: Section, person: Person, password: str, at: datetime) -> User:
    is_admin = person.role is None
    user = User(
        username=person.username,
        name=person.name,
        nip=person.nip,
        rank=person.rank,
        office=office,
        email=f"{person.username}@contoh.test",
        is_staff=is_admin,
        is_superuser=is_admin,
    )
    user.set_password(password)
    user.full_clean()
    user.save(force_insert=True)
    if person.role is not None:
        _appoint(user, section, person, person.role, since=date(at.year - 1, 1, 2))
    return user


def _give_key(user: User, passphrase: str, at: datetime) -> None:
    """Let a signer of the demo begin with a key; outside a demo everybody makes their own."""
    actor = people.actor_for(user, at=at)
    if actor is not None:
        certificates.enrol(user=user, actor=actor, passphrase=passphrase, at=at)


def _appoint(user: User, section: Section, person: Person, role: Role, *, since: date) -> None:
    position = Position(
        user=user,
        office=section.office,
        section=None if role is Role.AGENCY_HEAD else section,
        role=role.value,
        title=person.title,
        valid_from=since,
        decree_number=f"SK/CONTOH/{person.username.upper()}/{since.year - 1}",
        decree_date=date(since.year - 1, 12, 29),
    )
    position.full_clean()
    position.save(force_insert=True)


def _list_owner(office: Office, name: str, head_title: str, account: str) -> DataOwner:
    owner = DataOwner(
        office=office,
        name=name,
        head_title=head_title,
        place=CITY,
        email=f"{account}@contoh.test",
        phone="0285 000000",
        contact_name="Contoh Petugas Data",
    )
    owner.full_clean()
    owner.save(force_insert=True)
    return owner
