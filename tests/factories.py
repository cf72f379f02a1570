"""How does a test get a request into a row? By walking there through the real services.

No test begins in an impossible row: `data_request_at("sign_letter", recipients=3)` opens a request
and performs each step before it, at rising times.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from requests_app.documents import authority as keys
from requests_app.models import (
    CertificateAuthority,
    DataOwner,
    DataRequest,
    Office,
    Position,
    Recipient,
    Section,
    SigningCertificate,
    User,
)
from requests_app.services import (
    answers,
    checks,
    forms,
    initials,
    letters,
    offices,
    owners,
    people,
    registers,
    report_paper,
    reports,
    requests,
    sending,
    signatures,
    usage,
)
from requests_app.sop.edition import LETTER_LEGAL_BASES
from requests_app.sop.roles import Actor, Role
from requests_app.sop.steps import STEPS, Scope

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 23 November 2026, 09.00 WIB: an ordinary working day."""
PASSWORD = "sandi-uji-panjang-1"
PASSPHRASE = "frasa sandi uji yang panjang"
SINCE = MONDAY - timedelta(days=30)
_numbers = count(1)


@dataclass
class World:
    """An office with its people, and a clock that only runs forward."""

    office: Office
    section: Section
    section_head: User
    staff: User
    agency_head: User
    owners: list[DataOwner]
    now: datetime = MONDAY
    notes: dict[str, Any] = field(default_factory=dict)

    def tick(self, minutes: int = 1) -> datetime:
        """Let time pass and tell the new time."""
        self.now += timedelta(minutes=minutes)
        return self.now

    def actor(self, role: Role) -> Actor:
        """Be the person who holds a role."""
        user = {
            Role.SECTION_HEAD: self.section_head,
            Role.STAFF: self.staff,
            Role.AGENCY_HEAD: self.agency_head,
        }[role]
        actor = people.actor_for(user, at=self.now, role=role)
        assert actor is not None
        return actor


def make_user(office: Office, username: str, name: str, **fields: Any) -> User:
    """Make a person with an account."""
    user = User(
        username=username, name=name, office=office, email=f"{username}@contoh.test", **fields
    )
    user.set_password(PASSWORD)
    user.save()
    return user


def make_position(user: User, role: Role, title: str, **fields: Any) -> Position:
    """Put a person into a position, since long and on a decree."""
    assert user.office is not None
    defaults: dict[str, Any] = {
        "valid_from": date(2024, 1, 1),
        "decree_number": "SK/1/2024",
        "decree_date": date(2023, 12, 29),
    }
    return Position.objects.create(
        user=user, office=user.office, role=role.value, title=title, **{**defaults, **fields}
    )


def make_world(*, owners: int = 3) -> World:
    """Open an office with a section, three people in their positions, and data owners."""
    n = next(_numbers)
    office = offices.open_office(
        name=f"Badan Contoh {n}",
        government="Pemerintah Kota Contoh",
        head_title=f"Kepala Badan Contoh {n}",
        city="Kota Contoh",
        contact_name="Narahubung Contoh",
        contact_phone="0285 000000",
        second_factor_roles=[],
    )
    section = Section.objects.create(office=office, name="Subbagian Tata Usaha")
    head = make_user(office, f"kasi{n}", "Kasi Contoh", nip="198001012005011001", rank="III/d")
    staff = make_user(office, f"staf{n}", "Staf Contoh", nip="199001012015011002", rank="III/a")
    agency = make_user(office, f"kepala{n}", "Kepala Contoh", nip="197001011995011003", rank="IV/b")
    make_position(head, Role.SECTION_HEAD, "Kepala Subbagian Tata Usaha", section=section)
    make_position(staff, Role.STAFF, "Pengelola Data", section=section)
    make_position(agency, Role.AGENCY_HEAD, office.head_title)
    vouch_for(office)
    for signer in (agency, head):
        give_key(signer)
    directory = [
        DataOwner.objects.create(
            office=office,
            name=f"Dinas Contoh {n}-{number}",
            head_title=f"Kepala Dinas Contoh {n}-{number}",
            place="Kota Contoh",
            email=f"dinas{n}-{number}@contoh.test",
        )
        for number in range(1, owners + 1)
    ]
    return World(office, section, head, staff, agency, directory)


@cache
def _authority() -> tuple[keys.Authority, bytes]:
    """Make one authority for all worlds of a process; its list says that nothing is revoked."""
    secret = settings.AUTHORITY_KEY.encode()
    made = keys.make_authority(
        name="Penerbit Sertifikat Contoh", organization="Kota Contoh", at=SINCE, secret=secret
    )
    listed = keys.make_revocation_list(
        authority=made,
        secret=secret,
        revoked=[],
        number=1,
        at=SINCE,
        next_at=MONDAY + timedelta(days=3000),
    )
    return made, listed


@cache
def _key(name: str) -> keys.Issued:
    """Make one key for all people of a name in a process."""
    return keys.issue_certificate(
        authority=_authority()[0],
        secret=settings.AUTHORITY_KEY.encode(),
        holder=keys.Holder(name=name, organization="Badan Contoh"),
        passphrase=PASSPHRASE,
        at=SINCE,
        days=3000,
    )


def vouch_for(office: Office) -> None:
    """Give an office an authority, as the command does (test_certificates)."""
    made, listed = _authority()
    CertificateAuthority.objects.create(
        office=office,
        name="Penerbit Sertifikat Contoh",
        certificate=made.certificate.decode(),
        sealed_key=made.key.decode(),
        fingerprint="0" * 64,
        made_at=SINCE,
        valid_to=SINCE + timedelta(days=3650),
        revocation_list=listed,
        listed_at=SINCE,
        list_ends_at=MONDAY + timedelta(days=3000),
    )


def give_key(user: User) -> SigningCertificate:
    """Give a person a key that PASSPHRASE opens, as enrolling does (test_certificates)."""
    issued = _key(user.name)
    return SigningCertificate.objects.create(
        authority=CertificateAuthority.objects.get(office=user.office, is_current=True),
        user=user,
        name=user.name,
        title="",
        serial=issued.serial,
        fingerprint=issued.fingerprint,
        certificate=issued.certificate.decode(),
        pkcs12=issued.pkcs12,
        valid_from=issued.valid_from,
        valid_to=issued.valid_to,
        made_at=SINCE,
    )


Walker = Callable[[World, Any], None]
WALK: dict[str, Walker] = {}
"""Row → the function that completes it for a request (or a recipient) standing in it."""


def walks(key: str) -> Callable[[Walker], Walker]:
    """Register how a row is completed."""

    def register(walker: Walker) -> Walker:
        WALK[key] = walker
        return walker

    return register


def data_request_at(
    state: str, *, world: World | None = None, recipients: int = 1
) -> tuple[World, DataRequest]:
    """Walk a new request to a row (or to `closed`), all recipients together."""
    world = world or make_world(owners=max(recipients, 1))
    data_request = open_request(world, recipients=recipients)
    for step in STEPS:
        if state == step.key:
            return world, fresh(data_request)
        if step.key == "review_refusals":
            continue
        for subject in _subjects(data_request, step.scope):
            world.tick()
            WALK[step.key](world, subject)
    return world, fresh(data_request)


def recipient_at(state: str, *, recipients: int = 1) -> tuple[World, Recipient]:
    """Walk a new request until its recipients stand in a row; gives the first of them."""
    world, data_request = data_request_at(state, recipients=recipients)
    return world, data_request.recipients.order_by("number")[0]


def fresh(data_request: DataRequest) -> DataRequest:
    """Load a request anew."""
    return DataRequest.objects.select_related("office", "edition", "section").get(
        pk=data_request.pk
    )


def _subjects(data_request: DataRequest, scope: Scope) -> list[Any]:
    data_request = fresh(data_request)
    if scope is Scope.REQUEST:
        return [data_request]
    return list(data_request.recipients.waiting().order_by("number"))


# -- rows 1 to 3 --------------------------------------------------------------------------------

ITEMS = (
    requests.ItemLine(
        name="Daftar organisasi",
        definition="Nama dan alamat organisasi yang tercatat",
        unit="organisasi",
        coverage="Kota Contoh",
        period="2026",
        format="xlsx",
    ),
    requests.ItemLine(
        name="Jumlah anggota", unit="orang", coverage="Kota Contoh", period="2026", format="online"
    ),
)
"""What every walked request asks for: a file and a number."""


def open_request(
    world: World, *, recipients: int = 1, title: str = "Data organisasi 2026"
) -> DataRequest:
    """Open a request that names the first `recipients` owners of the directory."""
    actor = world.actor(Role.SECTION_HEAD)
    data_request = requests.open_request(
        section=world.section,
        title=title,
        opened_by=world.section_head,
        actor=actor,
        at=world.tick(),
    )
    for owner in world.owners[:recipients]:
        requests.add_recipient(subject=data_request, data_owner=owner, actor=actor, at=world.tick())
    return data_request


def needs_of(data_request: DataRequest, **changes: Any) -> requests.Needs:
    """Describe complete needs; items that exist already are kept."""
    kept = list(data_request.items.values_list("pk", flat=True))
    items = tuple(
        replace(line, pk=kept[place] if place < len(kept) else None)
        for place, line in enumerate(ITEMS)
    )
    values: dict[str, Any] = {
        "title": data_request.title,
        "purpose": "Menyusun profil organisasi kemasyarakatan tahun 2026.",
        "legal_bases": (LETTER_LEGAL_BASES[1],),
        "items": items,
    }
    return requests.Needs(**{**values, **changes})


@walks("list_needs")
def _list_needs(world: World, subject: DataRequest) -> None:
    requests.list_needs(
        subject=subject,
        needs=needs_of(subject),
        actor=world.actor(Role.SECTION_HEAD),
        at=world.now,
    )


@walks("prepare_form")
def _prepare_form(world: World, subject: DataRequest) -> None:
    questions = tuple(forms.question_for(item) for item in subject.items.all())
    forms.prepare_form(
        subject=subject,
        medium=forms.Medium(questions=questions),
        actor=world.actor(Role.STAFF),
        at=world.now,
    )


@walks("draft_letter")
def _draft_letter(world: World, subject: DataRequest) -> None:
    letters.draft_letter(
        subject=subject,
        text=letters.default_text(subject),
        actor=world.actor(Role.STAFF),
        at=world.now,
    )


# -- rows 4 to 6 --------------------------------------------------------------------------------


@walks("verify_letter")
def _verify_letter(world: World, subject: DataRequest) -> None:
    version = subject.newest_version()
    assert version is not None
    initials.verify_letter(
        subject=subject,
        checks=initials.all_in_order(),
        content_hash=version.content_hash(),
        actor=world.actor(Role.SECTION_HEAD),
        at=world.now,
    )


@walks("sign_letter")
def _sign_letter(world: World, subject: DataRequest) -> None:
    version = subject.newest_version()
    assert version is not None
    signatures.sign_letter(
        subject=subject,
        content_hash=version.content_hash(),
        affirmed=True,
        passphrase=PASSPHRASE,
        actor=world.actor(Role.AGENCY_HEAD),
        at=world.now,
    )


def mail_to(recipient: Recipient, **changes: Any) -> sending.Dispatch:
    """Describe a sending by e-mail whose access code goes by telephone."""
    values: dict[str, Any] = {
        "channel": "email",
        "code_channel": "phone",
        "sent_to": recipient.data_owner.email,
    }
    return sending.Dispatch(**{**values, **changes})


@walks("send_letter")
def _send_letter(world: World, subject: Recipient) -> None:
    sent = sending.send_letter(
        subject=subject,
        dispatch=mail_to(subject),
        actor=world.actor(Role.STAFF),
        at=world.now,
    )
    world.notes[f"code:{subject.pk}"] = sent.code


# -- rows 7 to 9 --------------------------------------------------------------------------------

CSV = b"nama;alamat\nOrganisasi Contoh;Jalan Contoh 1\n"


def owner_actor(recipient: Recipient) -> Actor:
    """Be the data owner behind the live link of a recipient."""
    link = recipient.live_link()
    assert link is not None
    link.recipient = recipient
    return people.actor_of_link(link)


def answers_for(recipient: Recipient, **changes: Any) -> list[answers.GivenAnswer]:
    """Answer every item: a file for what is asked as a file, a number for what is asked online."""
    given = []
    for one in answers.sheet_of(recipient).items:
        online = one.item.format == "online"
        values: dict[str, Any] = {
            "item_id": one.item.pk,
            "availability": "available",
            "uploads": () if online else (SimpleUploadedFile("daftar.csv", CSV),),
            "values": {question.pk: "12" for question in one.questions} if online else {},
        }
        given.append(answers.GivenAnswer(**{**values, **changes}))
    return given


@walks("receive_letter")
def _receive_letter(world: World, subject: Recipient) -> None:
    owners.confirm_receipt(
        subject=subject,
        name="Pejabat Contoh",
        title="Kepala Bidang Contoh",
        phone="0285 111111",
        actor=owner_actor(subject),
        at=world.now,
    )


@walks("process_request")
def _process_request(world: World, subject: Recipient) -> None:
    owners.process_request(
        subject=subject, given=answers_for(subject), actor=owner_actor(subject), at=world.now
    )


@walks("deliver_data")
def _deliver_data(world: World, subject: Recipient) -> None:
    owners.deliver(subject=subject, actor=owner_actor(subject), at=world.now)


@walks("receive_data")
def _receive_data(world: World, subject: Recipient) -> None:
    findings = [
        checks.Finding(item_id=item.pk, verdict="accepted") for item in subject.asked_items()
    ]
    checks.receive_data(
        subject=subject, findings=findings, actor=world.actor(Role.STAFF), at=world.now
    )


@walks("record_data")
def _record_data(world: World, subject: Recipient) -> None:
    registers.record_data(subject=subject, actor=world.actor(Role.STAFF), at=world.now)


# -- rows 10 to 12 ------------------------------------------------------------------------------


@walks("process_data")
def _process_data(world: World, subject: DataRequest) -> None:
    staff = world.actor(Role.STAFF)
    usage.add_result(
        subject=subject,
        text=usage.ResultText(
            title="Profil organisasi 2026",
            method="Rekapitulasi per kecamatan",
            notes="Dua belas organisasi pada empat kecamatan.",
        ),
        entries=[entry.pk for entry in usage.sources_of(subject)],
        actor=staff,
        at=world.now,
    )
    usage.process_data(subject=subject, actor=staff, at=world.tick())


def use_text(world: World, **changes: Any) -> usage.UseText:
    """Describe a use of today."""
    values: dict[str, Any] = {
        "purpose": "Bahan rapat koordinasi",
        "used_by": "Kasi Contoh",
        "used_on": world.now.astimezone(world.office.zone).date(),
        "product": "Bahan paparan",
    }
    return usage.UseText(**{**values, **changes})


@walks("use_results")
def _use_results(world: World, subject: DataRequest) -> None:
    head = world.actor(Role.SECTION_HEAD)
    usage.add_use(
        subject=subject,
        items=[item.pk for item in subject.received_items()],
        text=use_text(world),
        actor=head,
        at=world.now,
    )
    usage.use_results(subject=subject, actor=head, at=world.tick())


REPORT = report_paper.ReportText(
    conclusion="Data digunakan sesuai dengan tujuan permohonan.",
    follow_up="Data diperbarui setiap tahun.",
)


@walks("report_usage")
def _report_usage(world: World, subject: DataRequest) -> None:
    reports.report_usage(
        subject=subject,
        text=REPORT,
        affirmed=True,
        passphrase=PASSPHRASE,
        actor=world.actor(Role.SECTION_HEAD),
        at=world.now,
    )


@walks("accept_report")
def _accept_report(world: World, subject: DataRequest) -> None:
    reports.accept_report(subject=subject, actor=world.actor(Role.AGENCY_HEAD), at=world.now)
