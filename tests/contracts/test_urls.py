"""Who gets which answer at which address? One table that must name every URL pattern there is.

GET and HEAD are asked by everybody and must leave every table as it was (sessions and cache aside);
POST is sent without any button that a page offers.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from requests_app.admin.desk import Record
from requests_app.models import Classification, DataFile, OfficialDocument
from requests_app.services import accesses
from requests_app.sop.roles import Role
from tests.contracts.conftest import fingerprint, undo, writes
from tests.factories import MONDAY, data_request_at, make_user, make_world
from tests.web.doors import as_owner, as_user, token_of

# the mark makes pytest-django lay the test database; the tests themselves only read `asked`
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

PEOPLE = ("section_head", "staff", "agency_head")
NO_ROLE = ("admin", "idle")
OWNERS = ("owner", "another owner")
EVERYBODY = ("anonymous", *PEOPLE, "stranger", *NO_ROLE, *OWNERS)


# -- the table ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """What everybody gets at one address; `args` names what stands in it."""

    get: dict[str, int]
    post: dict[str, int]
    args: tuple[str, ...] = ()


def all_get(status: int) -> dict[str, int]:
    return dict.fromkeys(EVERYBODY, status)


def office(status: int = 200, *, stranger: int = 404, **others: int) -> dict[str, int]:
    """For people with a position; the rest is sent to the login, or told there is nothing."""
    return {
        **all_get(302),
        **dict.fromkeys(PEOPLE, status),
        **dict.fromkeys(NO_ROLE, 403),
        "stranger": stranger,
        **others,
    }


def behind_the_link(status: int = 200, **others: int) -> dict[str, int]:
    """For the browser that has opened this link; staff are told to leave their account first."""
    return {**all_get(403), "anonymous": 404, "another owner": 404, "owner": status, **others}


def signed_in(status: int, anonymous: int = 302) -> dict[str, int]:
    return {**all_get(status), **dict.fromkeys(("anonymous", *OWNERS), anonymous)}


NOT_ALLOWED = all_get(405)
REQUEST = ("public_id",)
RECIPIENT = ("public_id", "number")
TABLE: dict[str, Row] = {
    # accounts
    "account_login": Row(signed_in(302, anonymous=200), signed_in(302, anonymous=200)),
    "account_logout": Row(signed_in(200), signed_in(302)),
    "account_inactive": Row(all_get(200), NOT_ALLOWED),
    "account_change_password": Row(signed_in(200), signed_in(200)),
    "account_reauthenticate": Row(signed_in(200), signed_in(200)),
    # their second factor: who has none is not asked for it; a change asks for the password first
    "mfa_authenticate": Row(signed_in(302), signed_in(302)),
    "mfa_login_webauthn": Row(signed_in(302), signed_in(302)),
    "mfa_reauthenticate": Row(signed_in(302), signed_in(302)),
    "mfa_reauthenticate_webauthn": Row(signed_in(302), signed_in(302)),
    "passkey_challenge": Row(signed_in(200), NOT_ALLOWED),
    "mfa_index": Row(signed_in(200), signed_in(405)),
    "mfa_activate_totp": Row(signed_in(302), signed_in(302)),
    "mfa_deactivate_totp": Row(signed_in(404), signed_in(404)),
    "mfa_view_recovery_codes": Row(signed_in(404), signed_in(405)),
    "mfa_generate_recovery_codes": Row(signed_in(302), signed_in(302)),
    "mfa_download_recovery_codes": Row(signed_in(404), signed_in(404)),
    "mfa_add_webauthn": Row(signed_in(302), signed_in(302)),
    "mfa_edit_webauthn": Row(signed_in(302), signed_in(302), ("passkey_id",)),
    "mfa_remove_webauthn": Row(signed_in(302), signed_in(302), ("passkey_id",)),
    # people of an office
    "web:inbox": Row(office(stranger=200, admin=302), NOT_ALLOWED),
    "web:requests": Row(office(stranger=200), NOT_ALLOWED),
    "web:sop": Row(office(stranger=200), NOT_ALLOWED),
    "web:register": Row(office(stranger=200), NOT_ALLOWED),
    "web:register_export": Row(office(stranger=200), NOT_ALLOWED, ("form",)),
    "web:signing_desk": Row(office(stranger=200), office(422, stranger=422)),
    "web:certificate": Row(office(stranger=200), office(409, stranger=409)),
    "web:certificate_file": Row(
        office(302, section_head=200, agency_head=200, stranger=302), NOT_ALLOWED
    ),
    "web:agenda": Row(office(stranger=200), NOT_ALLOWED),
    "web:agenda_export": Row(office(stranger=200), NOT_ALLOWED, ("form",)),
    "web:new_number": Row(
        office(stranger=200), office(422, agency_head=403, stranger=422), ("way",)
    ),
    "web:void_number": Row(office(), office(422, agency_head=403), ("number_id",)),
    "web:new_request": Row(office(stranger=200), office(422, agency_head=403, stranger=422)),
    "web:request": Row(office(), NOT_ALLOWED, REQUEST),
    "web:cancel": Row(office(), office(403, section_head=422), REQUEST),
    "web:resend_all": Row(office(), office(403, staff=409), REQUEST),
    "web:conversation": Row(office(), office(409), RECIPIENT),
    "web:waive": Row(office(), office(403, section_head=409), RECIPIENT),
    "web:versions": Row(office(), NOT_ALLOWED, REQUEST),
    "web:draft_pdf": Row(office(), NOT_ALLOWED, REQUEST),
    "web:draft_docx": Row(office(), NOT_ALLOWED, REQUEST),
    "web:letter_for_pen": Row(office(404, section_head=403), NOT_ALLOWED, REQUEST),
    "web:signed_copy_pdf": Row(office(404), NOT_ALLOWED, REQUEST),
    "web:signed_copy_page": Row(office(404), NOT_ALLOWED, (*REQUEST, "page")),
    "web:draft_page": Row(office(), NOT_ALLOWED, (*REQUEST, "page")),
    "web:report_draft_pdf": Row(office(), NOT_ALLOWED, REQUEST),
    "web:report_draft_page": Row(office(), NOT_ALLOWED, (*REQUEST, "page")),
    "web:template_file": Row(office(404), NOT_ALLOWED, REQUEST),
    "web:blank_pdf": Row(office(), NOT_ALLOWED, REQUEST),
    "web:form_workbook": Row(office(), NOT_ALLOWED, REQUEST),
    "web:blank_page": Row(office(), NOT_ALLOWED, (*REQUEST, "page")),
    "web:step": Row(office(), office(409), (*REQUEST, "segment")),
    "web:keep_form": Row(NOT_ALLOWED, office(404), (*REQUEST, "segment")),
    "web:recipient_step": Row(office(), office(409), (*RECIPIENT, "recipient_segment")),
    "web:behalf_ways": Row(office(), office(403, staff=409), (*RECIPIENT, "talk")),
    "web:recipient_workbook": Row(
        office(agency_head=403, section_head=403), NOT_ALLOWED, RECIPIENT
    ),
    "web:document_pdf": Row(office(), NOT_ALLOWED, (*REQUEST, "code")),
    "web:archive_copy": Row(office(), NOT_ALLOWED, (*REQUEST, "code")),
    "web:document_page": Row(office(), NOT_ALLOWED, (*REQUEST, "code", "page")),
    "web:covering_sheet": Row(office(agency_head=403, section_head=403), NOT_ALLOWED, RECIPIENT),
    "web:open_file": Row(office(), office(422), ("file_id",)),
    "web:release_file": Row(office(403), office(403), ("file_id",)),
    "web:preview_file": Row(office(), office(), ("file_id",)),
    # who has said for what on another day is asked anew
    "web:preview_picture": Row(office(403), NOT_ALLOWED, ("file_id", "page")),
    # data owners
    "web:owner_link": Row(
        {**all_get(403), **dict.fromkeys(("anonymous", *OWNERS), 302)}, NOT_ALLOWED, ("token",)
    ),
    "web:owner_door": Row(
        behind_the_link(**{"another owner": 200}), behind_the_link(422, **{"another owner": 422})
    ),
    "web:owner_leave": Row(
        NOT_ALLOWED, {**all_get(403), **dict.fromkeys(("anonymous", *OWNERS), 200)}
    ),
    "web:owner_tasks": Row(behind_the_link(), NOT_ALLOWED, ("recipient_id",)),
    "web:owner_forward": Row(behind_the_link(), behind_the_link(422), ("recipient_id",)),
    "web:owner_respondent": Row(behind_the_link(), behind_the_link(422), ("recipient_id",)),
    "web:owner_clarification": Row(behind_the_link(), behind_the_link(409), ("recipient_id",)),
    "web:owner_extension": Row(behind_the_link(), behind_the_link(409), ("recipient_id",)),
    "web:owner_step": Row(
        behind_the_link(), behind_the_link(409), ("recipient_id", "owner_segment")
    ),
    "web:owner_keep": Row(NOT_ALLOWED, behind_the_link(409), ("recipient_id",)),
    "web:owner_add_file": Row(NOT_ALLOWED, behind_the_link(422), ("recipient_id",)),
    "web:owner_supplement": Row(behind_the_link(), behind_the_link(409), ("recipient_id",)),
    "web:owner_supplement_file": Row(NOT_ALLOWED, behind_the_link(422), ("recipient_id",)),
    "web:owner_document": Row(behind_the_link(), NOT_ALLOWED, ("recipient_id", "code")),
    "web:owner_letter_page": Row(behind_the_link(), NOT_ALLOWED, ("recipient_id", "page")),
    "web:owner_file": Row(behind_the_link(), NOT_ALLOWED, ("recipient_id", "file_id")),
    "web:owner_use": Row(behind_the_link(), NOT_ALLOWED, ("recipient_id",)),
    "web:owner_blank": Row(behind_the_link(404), NOT_ALLOWED, ("recipient_id",)),
    "web:owner_blank_pdf": Row(behind_the_link(), NOT_ALLOWED, ("recipient_id",)),
    "web:owner_workbook": Row(behind_the_link(), NOT_ALLOWED, ("recipient_id",)),
    "web:owner_workbook_upload": Row(behind_the_link(302), behind_the_link(409), ("recipient_id",)),
    # anybody
    "web:verification": Row(all_get(200), all_get(200), ("code",)),
    "web:issuer_certificate": Row(all_get(200), NOT_ALLOWED, ("code",)),
    "web:revocation_list": Row(all_get(200), NOT_ALLOWED, ("code",)),
    "web:health": Row(all_get(200), NOT_ALLOWED),
}
"""Every address beside the admin's."""
MAKES_SURE_FIRST = {
    ("mfa_edit_webauthn", "passkey_id"),
    ("mfa_remove_webauthn", "passkey_id"),
    ("web:preview_picture", "page"),
}
"""What is not there is not told before it is certain who asks, and for what."""


def for_admins(status: int) -> dict[str, int]:
    """For who keeps settings; everybody else is sent to the login."""
    return {**all_get(302), "admin": status}


FOR_SUPERUSERS = {"auditcheckpoint"}
MADE_WITH_THE_OFFICE = {"office", "sopedition", "workcalendar"}
READ_ONLY_IN_USE = {"sopedition"}
ADMIN_TABLE: dict[str, Row] = {
    "admin:index": Row(for_admins(200), for_admins(200)),
    "admin:login": Row(
        {**all_get(403), "admin": 302, **dict.fromkeys(("anonymous", *OWNERS), 302)},
        {**all_get(403), "admin": 200, **dict.fromkeys(("anonymous", *OWNERS), 302)},
    ),
    "admin:logout": Row(for_admins(405), for_admins(200)),
    "admin:password_change": Row(for_admins(200), for_admins(200)),
    "admin:password_change_done": Row(for_admins(200), for_admins(405)),
    "admin:autocomplete": Row(for_admins(403), for_admins(405)),
    "admin:jsi18n": Row(for_admins(200), for_admins(405)),
    "admin:view_on_site": Row(for_admins(404), for_admins(404), ("content_type", "object_id")),
    "admin:app_list": Row(for_admins(200), for_admins(200), ("app_label",)),
    **{
        f"admin:requests_app_{name}_sample_print": Row(
            for_admins(200), for_admins(405), (f"pk of {name}",)
        )
        for name in ("office", "lettertemplate")
    },
}
DESK_PAGES = ("changelist", "add", "history", "delete", "change")
AT_THE_DESKS = ("anonymous", "agency_head", "admin")
"""Who tries the pages of every single model; the others cannot pass the frame (ADMIN_TABLE)."""
NOWHERE: dict[str, Any] = {
    **dict.fromkeys(("public_id", "recipient_id", "file_id"), UUID(int=7, version=4)),
    **dict.fromkeys(("number", "page"), 99),
    **dict.fromkeys(("number_id", "passkey_id"), 2**40),
    **dict.fromkeys(("form", "way", "talk"), "lain"),
    **dict.fromkeys(("segment", "recipient_segment", "owner_segment"), "13"),
    **dict.fromkeys(("code", "token"), "A" * 43),
}
"""What stands in no address."""
USER_PASSWORD = "admin:auth_user_password_change"


def of_a_desk(model: Any, page: str) -> Row:
    """What the admin of an office gets at one page of a registered model."""
    name, is_record = model._meta.model_name, isinstance(admin.site._registry[model], Record)
    args = () if page in {"changelist", "add"} else (f"pk of {name}",)
    if name in FOR_SUPERUSERS:
        get = post = 302 if page == "history" else 403
    elif page == "delete" or (page == "add" and (is_record or name in MADE_WITH_THE_OFFICE)):
        get = post = 403
    else:
        get = 200
        post = 403 if page == "change" and (is_record or name in READ_ONLY_IN_USE) else 200
    return Row(for_admins(get), for_admins(post), args)


# -- what there is --------------------------------------------------------------------------------


def patterns(resolver: Any = None, before: str = "", spaces: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name and the route of every pattern."""
    for found in (resolver or get_resolver()).url_patterns:
        route = before + str(found.pattern)
        if isinstance(found, URLPattern):
            yield (f"{spaces}{found.name}" if found.name else "", route)
        else:
            inner = f"{spaces}{found.namespace}:" if found.namespace else spaces
            yield from patterns(found, route, inner)


def of_a_model() -> set[str]:
    """Name the pages that the admin makes for each registered model."""
    return {
        f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
        for model in admin.site._registry
        for page in DESK_PAGES
    }


def test_every_pattern_has_a_row():
    known = {*TABLE, *ADMIN_TABLE, *of_a_model(), USER_PASSWORD}
    # what has no name below /kelola/ leads old addresses on, and unknown ones to the login
    unknown = [
        (name, route)
        for name, route in patterns()
        if name not in known and (name or not route.startswith("kelola/"))
    ]
    assert not unknown, unknown


def test_no_row_is_without_its_pattern():
    there = {name for name, _route in patterns()}
    assert not {*TABLE, *ADMIN_TABLE, *of_a_model(), USER_PASSWORD} - there


# -- asking ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """One question at a door, and its answer."""

    name: str
    who: str
    method: str
    wanted: int
    got: int
    changed: tuple[str, ...] = ()
    why: str = ""

    def __str__(self) -> str:
        changed = f", changed {', '.join(self.changed)}" if self.changed else ""
        return (
            f"{self.method} {self.name} as {self.who}: {self.got} instead of {self.wanted}"
            f"{changed} {self.why}"
        )


class Town:
    """A request that has come to row 12, everybody who may pass by, and their browsers."""

    def __init__(self) -> None:
        world, data_request = data_request_at("report_usage", recipients=2)
        other = make_world(owners=0)
        mine, another = data_request.recipients.order_by("number")
        admin_ = make_user(world.office, "pengelola-kota", "Pengelola", is_staff=True)
        idle = make_user(world.office, "tanpa-jabatan", "Tanpa Jabatan")
        absent = make_user(world.office, "berkunci", "Orang Berkunci")
        Classification.objects.create(office=world.office, code="200.1.4", name="Ketahanan")
        self.world = world
        self.clients = {
            "anonymous": Client(),
            "section_head": as_user(world.section_head),
            "staff": as_user(world.staff),
            "agency_head": as_user(world.agency_head),
            "stranger": as_user(other.staff),
            "admin": as_user(admin_),
            "idle": as_user(idle),
            "owner": as_owner(world, mine),
            "another owner": as_owner(world, another),
        }
        received = DataFile.objects.get(recipient=mine)
        accesses.record_access(
            data_file=received,
            purpose="Pemeriksaan penerimaan",
            actor=world.actor(Role.STAFF),
            at=world.tick(),
        )
        letter = data_request.documents.get(kind=OfficialDocument.Kind.LETTER)
        self.values: dict[str, Any] = {
            "public_id": data_request.public_id,
            "number": mine.number,
            "page": 1,
            "segment": "10",
            "recipient_segment": "9",
            "owner_segment": "7a",
            "code": letter.code,
            "file_id": received.public_id,
            "number_id": letter.number_id,
            "form": "csv",
            "way": "pesan",
            "talk": "penjelasan",
            "passkey_id": absent.authenticator_set.create(type="webauthn", data={}).pk,
            "recipient_id": mine.public_id,
            "token": token_of(mine),
            "content_type": 1,
            "object_id": 1,
            "app_label": "requests_app",
        }

    def value(self, name: str) -> Any:
        if name.startswith("pk of "):
            model = name.removeprefix("pk of ")
            found = next(m for m in admin.site._registry if m._meta.model_name == model)
            desk: Any = admin.site._registry[found]
            rows = found._default_manager.all()
            if desk.office_path in {"pk", *(f.attname for f in found._meta.fields)}:
                rows = rows.filter(**{desk.office_path: self.world.office.pk})
            return rows.values_list("pk", flat=True).first() or 0
        return self.values[name]

    def ask(self, name: str, row: Row, passing: tuple[str, ...] = EVERYBODY) -> Iterator[Asked]:
        """Let everybody ask by every method."""
        url = reverse(name, args=[self.value(one) for one in row.args])
        for who in passing:
            for method in ("GET", "HEAD", "POST"):
                wanted = row.post[who] if method == "POST" else row.get[who]
                if (name, who, method) == ("admin:login", "admin", "HEAD"):
                    wanted = 200  # Django leads on by GET only
                status, changed, why = self.answer(self.clients[who], method, url)
                yield Asked(name, who, method, wanted, status, changed, why)

    def ask_for_what_is_not_there(self, name: str, row: Row) -> Iterator[Asked]:
        """Ask as those who may, with each part of the address replaced by one that is not."""
        who = "owner" if row.args[0] in {"recipient_id", "token"} else "staff"
        for arg in row.args:
            args = [NOWHERE[one] if one == arg else self.value(one) for one in row.args]
            for method in ("GET", "HEAD", "POST"):
                known = row.post[who] if method == "POST" else row.get[who]
                wanted = known if known == 405 or (name, arg) in MAKES_SURE_FIRST else 404
                url = reverse(name, args=args)
                status, changed, why = self.answer(self.clients[who], method, url)
                yield Asked(f"{name} without {arg}", who, method, wanted, status, changed, why)

    def answer(self, client: Client, method: str, url: str) -> tuple[int, tuple[str, ...], str]:
        """Ask, see what is written, and undo it, cookies included."""
        cookies, point, before = deepcopy(client.cookies), transaction.savepoint(), writes()
        status, why = 500, ""
        try:
            answer = client.generic(method, url)
            status = answer.status_code
            for close in getattr(answer, "_resource_closers", ()):
                close()
        except Exception as error:  # told with the others
            why = repr(error)
        changed = tuple(table for table, count in writes().items() if count != before.get(table, 0))
        undo(point)
        client.cookies = cookies
        return status, changed, why


@pytest.fixture(scope="module")
def asked(django_db_setup, django_db_blocker) -> list[Asked]:
    with (
        pytest.MonkeyPatch.context() as patch,
        time_machine.travel(MONDAY + timedelta(days=1), tick=False),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        patch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))
        try:
            town = Town()
            before = fingerprint()
            asked = [
                one for name, row in {**TABLE, **ADMIN_TABLE}.items() for one in town.ask(name, row)
            ]
            for name, row in TABLE.items():
                asked += town.ask_for_what_is_not_there(name, row) if row.args else ()
            for model in admin.site._registry:
                for page in DESK_PAGES:
                    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
                    asked += town.ask(name, of_a_desk(model, page), AT_THE_DESKS)
            asked += town.ask(USER_PASSWORD, Row(for_admins(200), for_admins(200), ("pk of user",)))
            assert fingerprint() == before
            return asked
        finally:
            transaction.set_rollback(True)


def told(asked: list[Asked]) -> str:
    return "\n" + "\n".join(str(one) for one in asked[:200])


def test_everybody_gets_the_answer_of_the_table(asked):
    wrong = [one for one in asked if one.got != one.wanted]
    assert not wrong, told(wrong)


def test_looking_changes_nothing(asked):
    wrong = [one for one in asked if one.changed and one.method in {"GET", "HEAD"}]
    assert not wrong, told(wrong)


def test_a_post_without_a_button_changes_nothing(asked):
    wrong = [one for one in asked if one.changed and one.method == "POST"]
    assert not wrong, told(wrong)
