"""What is there to see beside the walk of one request? Each function takes some of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from playwright.sync_api import Page

from requests_app.documents import letters as papers
from requests_app.documents.papers import Verification
from requests_app.models import (
    DataFile,
    DataRequest,
    LetterNumber,
    LetterTemplate,
    LetterVersion,
    NumberRegister,
    OfficialDocument,
    Recipient,
)
from requests_app.services import (
    agenda,
    conversation,
    deeds,
    drafts,
    exchange,
    extensions,
    letters,
    owners,
    requests,
    sharing,
)
from requests_app.services.numbers import Entry
from requests_app.sop.roles import Role
from requests_app.sop.steps import Scope
from requests_app.web.numbers import WAYS
from tests.documents import signers
from tests.e2e.browsing import Device, deliver_mail, enter, type_password
from tests.e2e.camera import Tour
from tests.e2e.conftest import OpenDoor
from tests.factories import (
    PASSWORD,
    WALK,
    World,
    data_request_at,
    fresh,
    make_user,
    owner_actor,
)
from tests.web.test_second_factor import code_of

REASON = "Sebutkan tahun data dan batas waktu penyampaiannya."
THEIR_NUMBER, THEIR_CODE = "B/12/SRIKANDI/2026", "CONTOH12"
TYPED = "Mohon data disampaikan **paling lambat 4 Desember 2026**."


@dataclass(frozen=True, kw_only=True)
class House:
    """Who walks about, each in a browser of their own, and the camera that goes with them."""

    tour: Tour
    world: World
    people: Mapping[Role, Page]
    owner: Page
    stranger: Page
    new_page: OpenDoor

    @property
    def kasi(self) -> Page:
        """Give the browser of the section head."""
        return self.people[Role.SECTION_HEAD]

    @property
    def staf(self) -> Page:
        """Give the browser of the staff."""
        return self.people[Role.STAFF]

    @property
    def kepala(self) -> Page:
        """Give the browser of the head of the office."""
        return self.people[Role.AGENCY_HEAD]

    def take(self, page: Page, name: str, address: str = "") -> None:
        """Take a page, after going there if an address is given."""
        self.tour.take(page, name, address)


def be_the_worker(house: House) -> None:
    """Send what the deed has queued, so that no page says that a mail still waits."""
    house.tour.clock.move_to(house.world.now)
    deliver_mail()


def today(world: World) -> date:
    """Read the calendar of the office."""
    return world.now.astimezone(world.office.zone).date()


def request_page(data_request: DataRequest) -> str:
    """Give the address of a request."""
    return reverse("web:request", args=[data_request.public_id])


def row(data_request: DataRequest, step: Any) -> str:
    """Give the address of a row, for the first recipient where it has one for each."""
    place = [data_request.public_id, step.segment]
    if step.scope is Scope.REQUEST:
        return reverse("web:step", args=place)
    return reverse("web:recipient_step", args=[place[0], 1, place[1]])


def come_in(house: House, recipient: Recipient) -> None:
    """Take the owner's door and the tasks behind it."""
    house.take(house.owner, "owner-door", door_of(recipient))
    enter(house.owner, door_of(recipient), house.world.notes[f"code:{recipient.pk}"])
    house.take(house.owner, "owner-tasks", reverse("web:owner_tasks", args=[recipient.public_id]))


def take_colleagues(house: House, recipient: Recipient) -> None:
    """Take how an owner passes the link on, and says who fills in."""
    for name in ("forward", "respondent"):
        address = reverse(f"web:owner_{name}", args=[recipient.public_id])
        house.take(house.owner, f"owner-{name}", address)


def take_conversation(house: House, recipient: Recipient) -> None:
    """Take how an owner asks, how more days are asked for, and where the office answers."""
    world, about = house.world, {"subject": recipient, "actor": owner_actor(recipient)}
    asking, extending = (
        reverse(f"web:owner_{name}", args=[recipient.public_id])
        for name in ("clarification", "extension")
    )
    house.take(house.owner, "owner-extension", extending)
    conversation.ask_clarification(
        **about,
        question="Apakah anggota yang sudah tidak aktif ikut dihitung?",
        item=recipient.items()[1],
        at=world.tick(),
    )
    extensions.request_extension(
        **about, days=3, reason="Petugas data sedang mengikuti pelatihan.", at=world.tick()
    )
    house.take(house.owner, "owner-clarification", asking)
    talk = [recipient.data_request.public_id, recipient.number]
    house.take(house.kasi, "conversation", reverse("web:conversation", args=talk))


def take_on_behalf(house: House, recipient: Recipient) -> None:
    """Take where staff records what came by another way than the link."""
    place = [recipient.data_request.public_id, recipient.number]
    house.take(house.staf, "on-behalf", reverse("web:recipient_step", args=[*place, "7a"]))
    asking = reverse("web:behalf_ways", args=[*place, "penjelasan"])
    house.take(house.staf, "on-behalf-question", asking)


def door_of(recipient: Recipient) -> str:
    """Give the address of the newest link of a recipient, live or ended."""
    link = recipient.links.order_by("pk").last()
    assert link is not None
    return reverse("web:owner_link", args=[sharing.token_of(link)])


def take_closed_files(house: House, recipient: Recipient) -> None:
    """Take a file that was held, the word that releases it, and one with a virus in it."""
    file = recipient.files.earliest("pk")
    place = [file.public_id]
    change_verdict(file, "held", "makro")
    house.take(house.staf, "closed-file", reverse("web:open_file", args=place))
    house.take(house.kasi, "release-file", reverse("web:release_file", args=place))
    change_verdict(file, "infected", "")
    own = reverse("web:owner_file", args=[recipient.public_id, *place])
    house.take(house.owner, "infected-file", own)
    change_verdict(file, "clean", "")


def change_verdict(file: DataFile, verdict: str, warning: str) -> None:
    file.verdict, file.warning = verdict, warning
    file.save()


def take_leave(house: House, recipient: Recipient) -> None:
    """Take what an owner finds who has answered, and the way out."""
    place = [recipient.public_id]
    house.take(house.owner, "owner-done", reverse("web:owner_tasks", args=place))
    house.take(house.owner, "owner-supplement", reverse("web:owner_supplement", args=place))
    house.owner.goto(reverse("web:owner_tasks", args=place))
    with house.owner.expect_navigation():
        house.owner.get_by_role("button", name="Keluar dari halaman ini").click()
    house.take(house.owner, "owner-left")


def take_use(house: House, recipient: Recipient) -> None:
    """Take what the link still tells when the request is closed."""
    place = [recipient.public_id]
    enter(house.owner, door_of(recipient), house.world.notes[f"code:{recipient.pk}"])
    house.take(house.owner, "owner-closed", reverse("web:owner_tasks", args=place))
    house.take(house.owner, "owner-use", reverse("web:owner_use", args=place))


# -- people ---------------------------------------------------------------------------------------


def take_accounts(house: House) -> None:
    """Take the door of the house, and what people do with their account."""
    world, kasi = house.world, house.kasi
    house.take(house.stranger, "login", reverse("account_login"))
    house.take(kasi, "password", reverse("account_change_password"))
    house.take(kasi, "password-again", reverse("account_reauthenticate"))
    house.take(kasi, "certificate", reverse("web:certificate"))
    house.take(kasi, "leave", reverse("account_logout"))
    house.take(house.stranger, "account-inactive", reverse("account_inactive"))
    newcomer = make_user(world.office, "pegawai-baru", "Pegawai Baru")
    house.take(house.new_page(newcomer), "no-position", "/")


def take_second_factor(house: House) -> None:
    """Take how somebody who must have a second factor sets it up, and where it is asked for."""
    office, page = house.world.office, house.new_page()
    office.second_factor_roles = [office.SecondFactor.ADMIN]
    office.save()
    keeper = make_user(office, "pengelola-baru", "Pengelola Baru", is_staff=True)
    Device(page)
    type_password(page, keeper)
    page.get_by_role("link", name="Pasang aplikasi autentikator").wait_for()
    house.take(page, "security-due")
    page.get_by_role("link", name="Pasang aplikasi autentikator").click()
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Lanjutkan").click()
    page.locator("#authenticator-secret").wait_for()
    house.take(page, "authenticator-app", reverse("mfa_activate_totp"))
    secret = page.locator("#authenticator-secret").input_value()
    page.locator("input[name=code]").fill(code_of(secret))
    page.get_by_role("button", name="Pasang", exact=True).click()
    page.get_by_role("link", name="Sudah saya simpan").wait_for()
    house.take(page, "recovery-codes")
    house.take(page, "passkey-new", reverse("mfa_add_webauthn"))
    page.get_by_label("Nama kunci sandi").fill("Ponsel Kantor")
    page.get_by_role("button", name="Tambah kunci sandi").click()
    page.get_by_role("link", name="Ubah nama").wait_for()
    house.take(page, "security", reverse("mfa_index"))
    passkey = keeper.authenticator_set.get(type="webauthn")
    house.take(page, "passkey-name", reverse("mfa_edit_webauthn", args=[passkey.pk]))
    house.take(page, "passkey-remove", reverse("mfa_remove_webauthn", args=[passkey.pk]))
    house.take(page, "recovery-codes-new", reverse("mfa_generate_recovery_codes"))
    house.take(page, "authenticator-app-off", reverse("mfa_deactivate_totp"))
    house.take(page, "code-again", reverse("mfa_reauthenticate"))
    house.take(page, "passkey-again", reverse("mfa_reauthenticate_webauthn"))
    page.context.clear_cookies()
    type_password(page, keeper)
    page.get_by_role("heading", name="Verifikasi dua langkah").wait_for()
    house.take(page, "second-step")
    office.second_factor_roles = []
    office.save()


# -- row 3: what was typed ------------------------------------------------------------------------


def take_typed_letter(house: House, data_request: DataRequest) -> None:
    """Take row 3 with words that were not handed in; then with somebody else's before them."""
    world, staf, subject = house.world, house.staf, fresh(data_request)
    text = letters.starting_text(subject)
    drafts.keep(
        data_request=subject,
        user_id=world.staff.pk,
        row="draft_letter",
        deed="draft_letter",
        version=subject.version,
        values={
            "letter_subject": [text.subject],
            "body": [f"{text.body}\n\n{TYPED}"],
            "cc": ["Wali Kota Contoh"],
            "classification": [text.classification],
        },
        at=world.tick(),
    )
    house.tour.clock.move_to(world.now)
    # on a slow day the script would save by itself what is shown here as not saved
    staf.route("**/isian/", lambda route: route.fulfill(body=""))
    staf.goto(reverse("web:step", args=[subject.public_id, "3"]))
    staf.get_by_text("Mulai dari templat").click()
    house.take(staf, "step-3-restored")
    actor = world.actor(Role.STAFF)
    letters.save_letter(subject=subject, text=text, actor=actor, at=world.tick())
    house.tour.clock.move_to(world.now)
    with staf.expect_navigation():
        staf.locator("button[name=save]:visible").last.click()
    house.take(staf, "step-3-overtaken")
    staf.goto("about:blank")
    staf.unroute("**/isian/")
    drafts.discard(data_request=subject, user_id=world.staff.pk, row="draft_letter")


# -- what may happen to a request -----------------------------------------------------------------


def take_refusals(house: House) -> None:
    """Take what the section head sees when every owner has declined."""
    world = house.world
    _world, declined = data_request_at("receive_letter", world=world)
    recipient = declined.recipients.get()
    owners.decline(
        subject=recipient,
        ground=world.office.grounds[0],
        reason="Data ini tidak kami kumpulkan.",
        actor=owner_actor(recipient),
        at=world.tick(),
    )
    address = reverse("web:step", args=[declined.public_id, "tinjau-penolakan"])
    house.take(house.kasi, "review-refusals", address)
    house.take(house.kasi, "requests", reverse("web:requests"))


def take_versions_and_copies(house: House) -> None:
    """Take a letter that was sent back and written anew, signed elsewhere, sent and cancelled."""
    world = house.world
    _world, data_request = data_request_at("verify_letter", world=world)
    number = data_request.public_id
    write_anew(world, data_request)
    house.take(house.kasi, "step-4-again", reverse("web:step", args=[number, "4"]))
    house.take(house.kasi, "versions", reverse("web:versions", args=[number]))
    walk(world, data_request, "verify_letter")
    address = reverse("web:step", args=[number, "5"])
    house.take(house.staf, "copy-wanted", address)
    put_copy_in(world, data_request)
    house.take(house.kepala, "copy-put-in", address)
    exchange.confirm_copy(
        subject=fresh(data_request),
        actor=world.actor(Role.AGENCY_HEAD),
        at=world.tick(),
        content_hash=newest(data_request).content_hash(),
        affirmed=True,
    )
    house.take(house.kepala, "signed-elsewhere", address)
    take_cancelled(house, data_request)


def write_anew(world: World, data_request: DataRequest) -> None:
    """Send the draft back and hand a better one in."""
    deeds.take(
        subject=fresh(data_request),
        deed="return:draft_letter",
        reason=REASON,
        actor=world.actor(Role.SECTION_HEAD),
        at=world.tick(),
    )
    text = letters.text_of(newest(data_request))
    letters.draft_letter(
        subject=fresh(data_request),
        text=replace(
            text,
            subject=f"{text.subject} Tahun 2026",
            body=text.body.replace("Demikian", f"{TYPED}\n\nDemikian"),
            cc=("Wali Kota Contoh",),
        ),
        actor=world.actor(Role.STAFF),
        at=world.tick(),
    )


def walk(world: World, data_request: DataRequest, key: str) -> None:
    """Complete a row of the request."""
    world.tick()
    WALK[key](world, fresh(data_request))


def put_copy_in(world: World, data_request: DataRequest) -> None:
    """Bring back the file that was signed in another system."""
    signed = signers.sign(printed_elsewhere(world, data_request))
    exchange.put_copy(
        subject=fresh(data_request),
        upload=SimpleUploadedFile("surat bertanda tangan.pdf", signed),
        facts=exchange.CopyFacts(number=THEIR_NUMBER, dated=today(world)),
        actor=world.actor(Role.STAFF),
        at=world.tick(),
    )


def printed_elsewhere(world: World, data_request: DataRequest) -> bytes:
    """Print the letter as the other system would, with that system's number and code."""
    ours = letters.paper_of(
        data_request=fresh(data_request),
        version=newest(data_request),
        at=world.now,
        number=THEIR_NUMBER,
        code=THEIR_CODE,
        signature_note="Ditandatangani secara elektronik melalui SRIKANDI.",
    )
    there = Verification(url=f"https://srikandi.example/{THEIR_CODE}", code=THEIR_CODE)
    return papers.render_letter(replace(ours, verification=there))


def newest(data_request: DataRequest) -> LetterVersion:
    """Give the newest version of the letter."""
    version = fresh(data_request).newest_version()
    assert version is not None
    return version


def take_cancelled(house: House, data_request: DataRequest) -> None:
    """Take what is left of a request that was given up after its letter had gone."""
    world = house.world
    recipient = data_request.recipients.get()
    world.tick()
    WALK["send_letter"](world, recipient)
    be_the_worker(house)
    door = door_of(recipient)
    house.take(house.kasi, "staff-at-link", door)
    requests.cancel(
        subject=fresh(data_request),
        reason="Data sudah tersedia dari sumber lain.",
        actor=world.actor(Role.SECTION_HEAD),
        at=world.tick(),
    )
    be_the_worker(house)
    house.take(house.owner, "link-cancelled", door)
    house.take(house.kasi, "request-cancelled", request_page(data_request))


# -- the agenda of letter numbers -----------------------------------------------------------------


def take_numbers(house: House) -> None:
    """Take the agenda with a number of every kind, and the ways to one."""
    world, staf = house.world, house.staf
    actor, office = world.actor(Role.STAFF), world.office
    asked = Entry(
        addressee="Kepala Dinas Contoh", subject="Undangan rapat koordinasi", section=world.section
    )
    held = agenda.reserve(
        office=office, dated=today(world), entry=asked, actor=actor, at=world.tick()
    )
    agenda.void(number=held, reason="Rapat tidak jadi diadakan.", actor=actor, at=world.tick())
    agenda.reserve(office=office, dated=today(world), entry=asked, actor=actor, at=world.tick())
    agenda.insert_backdated(
        office=office,
        dated=today(world) - timedelta(days=3),
        entry=asked,
        actor=actor,
        at=world.tick(),
    )
    house.take(staf, "agenda", reverse("web:agenda"))
    for way in WAYS:
        house.take(staf, f"number-{way}", reverse("web:new_number", args=[way]))
    last = LetterNumber.objects.in_agenda().filter(status=LetterNumber.Status.RESERVED).first()
    assert last is not None
    house.take(staf, "number-void", reverse("web:void_number", args=[last.pk]))


def enter_old_number(world: World) -> None:
    """Enter a letter of last week, behind which another can be put in."""
    agenda.enter_outside(
        office=world.office,
        text=f"{world.office.classification_code}/001/2026",
        dated=today(world) - timedelta(days=3),
        entry=Entry(addressee="Camat Contoh", subject="Ralat undangan", section=world.section),
        actor=world.actor(Role.STAFF),
        at=world.now,
    )


# -- strangers, and the administration ------------------------------------------------------------


def take_public_pages(house: House) -> None:
    """Take what people without an account see, and what nobody may see."""
    kasi, stranger = house.kasi, house.stranger
    house.take(kasi, "sop", reverse("web:sop"))
    letter = OfficialDocument.objects.filter(kind=OfficialDocument.Kind.LETTER).first()
    assert letter is not None
    house.take(stranger, "verified", reverse("web:verification", args=[letter.code]))
    house.take(stranger, "unknown-code", reverse("web:verification", args=["TIDAK-ADA"]))
    house.take(stranger, "dead-link", reverse("web:owner_link", args=["tidak-berlaku"]))
    house.take(kasi, "not-found", reverse("web:request", args=[uuid4()]))


def take_admin(house: House) -> None:
    """Take the administration, and the settings that letters and numbers are made by."""
    world = house.world
    admin = make_user(
        world.office, "pengelola", "Pengelola Contoh", is_superuser=True, is_staff=True
    )
    page = house.new_page(admin)
    house.take(page, "admin", reverse("admin:index"))
    for name, thing in (
        ("office", world.office),
        ("lettertemplate", LetterTemplate.objects.filter(office=world.office).first()),
        ("numberregister", NumberRegister.objects.filter(office=world.office).first()),
    ):
        assert thing is not None
        address = reverse(f"admin:requests_app_{name}_change", args=[thing.pk])
        house.take(page, f"admin-{name}", address)
