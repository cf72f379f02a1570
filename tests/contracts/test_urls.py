"""Who gets which answer at which address? One table that must name every URL pattern there is.

GET and HEAD are asked by everybody and must leave every table as it was (sessions and cache aside);
POST is sent without any button that a page offers.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from requests_app.admin.desk import Record
from requests_app.models import DataFile, OfficialDocument
from tests.contracts.conftest import fingerprint
from tests.factories import WALK, data_request_at, fresh, make_user, make_world
from tests.web.doors import as_owner, downloaded, as_user, token_of

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
STEP = {
    "get": office(),
    "post": office(409),
}
TABLE: dict[str, Row] = {
    # accounts
    "account_login": Row(signed_in(302, anonymous=200), signed_in(302, anonymous=200)),
    "account_logout": Row(signed_in(200), signed_in(302)),
    "account_inactive": Row(all_get(200), NOT_ALLOWED),
    "account_change_password": Row(signed_in(200), signed_in(200)),
    "account_reauthenticate": Row(signed_in(200), signed_in(200)),
    # people of an office
    "web:inbox": Row(office(stranger=200), NOT_ALLOWED),
    "web:requests": Row(office(stranger=200), NOT_ALLOWED),
    "web:sop": Row(office(stranger=200), NOT_ALLOWED),
    "web:register": Row(office(stranger=200), NOT_ALLOWED),
    "web:new_request": Row(office(stranger=200), office(422, agency_head=403, stranger=422)),
    "web:request": Row(office(), NOT_ALLOWED, REQUEST),
    "web:cancel": Row(office(), office(403, section_head=422), REQUEST),
    "web:waive": Row(office(), office(403, section_head=422), RECIPIENT),
    "web:draft_pdf": Row(office(), NOT_ALLOWED, REQUEST),
    "web:draft_page": Row(office(), NOT_ALLOWED, (*REQUEST, "page")),
    "web:report_draft_pdf": Row(office(), NOT_ALLOWED, REQUEST),
    "web:report_draft_page": Row(office(), NOT_ALLOWED, (*REQUEST, "page")),
    "web:template_file": Row(office(404), NOT_ALLOWED, REQUEST),
    "web:step": Row(office(), office(409), (*REQUEST, "segment")),
    "web:recipient_step": Row(office(), office(409), (*RECIPIENT, "recipient_segment")),
    "web:document_pdf": Row(office(), NOT_ALLOWED, (*REQUEST, "code")),
    "web:document_page": Row(office(), NOT_ALLOWED, (*REQUEST, "code", "page")),
    "web:covering_sheet": Row(office(agency_head=403), NOT_ALLOWED, RECIPIENT),
    "web:open_file": Row(office(), office(422), ("file_id",)),
    # data owners
    "web:owner_link": Row({**all_get(403), **dict.fromkeys(("anonymous", *OWNERS), 302)},
                          NOT_ALLOWED, ("token",)),
    "web:owner_door": Row(behind_the_link(**{"another owner": 200}),
                          behind_the_link(422, **{"another owner": 422})),
    "web:owner_leave": Row(NOT_ALLOWED, {**all_get(403),
                                         **dict.fromkeys(("anonymous", *OWNERS), 200)}),
    "web:owner_tasks": Row(behind_the_link(), NOT_ALLOWED, ("recipient_id",)),
    "web:owner_step": Row(behind_the_link(), behind_the_link(409),
                          ("recipient_id", "owner_segment")),
    "web:owner_document": Row(behind_the_link(), NOT_ALLOWED, ("recipient_id", "code")),
    "web:owner_letter_page": Row(behind_the_link(), NOT_ALLOWED, ("recipient_id", "page")),
    "web:owner_file": Row(behind_the_link(), NOT_ALLOWED, ("recipient_id", "file_id")),
    "web:owner_blank": Row(behind_the_link(404), NOT_ALLOWED, ("recipient_id",)),
    # anybody
    "web:verification": Row(all_get(200), all_get(200), ("code",)),
    "web:health": Row(all_get(200), NOT_ALLOWED),
}
"""Every address beside the admin's."""


def for_admins(status: int) -> dict[str, int]:
    """For who keeps settings; everybody else is sent to the login."""
    return {**all_get(302), "admin": status}


ADMIN_TABLE: dict[str, Row] = {
    "admin:index": Row(for_admins(200), for_admins(200)),
    "admin:login": Row(for_admins(302), for_admins(302)),
    "admin:logout": Row(all_get(405), for_admins(302)),
    "admin:password_change": Row(for_admins(200), for_admins(200)),
    "admin:password_change_done": Row(for_admins(200), for_admins(200)),
    "admin:autocomplete": Row(for_admins(403), for_admins(403)),
    "admin:jsi18n": Row(for_admins(200), for_admins(200)),
    "admin:view_on_site": Row(for_admins(404), for_admins(404), ("content_type", "object_id")),
    "admin:app_list": Row(for_admins(200), for_admins(200), ("app_label",)),
}
WITHOUT_A_NAME = {"kelola/<path:object_id>/": "old addresses of the admin lead to change pages",
                  "kelola/(?P<url>.*)$": "unknown addresses below the admin: login or 404"}


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
        for page in ("changelist", "add", "history", "delete", "change")
    }


def test_every_pattern_has_a_row():
    known = {*TABLE, *ADMIN_TABLE, *of_a_model(), "admin:auth_user_password_change"}
    unknown = [
        (name, route)
        for name, route in patterns()
        if name not in known
        and not (not name and route.startswith("kelola/"))
    ]
    assert not unknown, unknown


def test_no_row_is_without_its_pattern():
    there = {name for name, _route in patterns()}
    assert not {*TABLE, *ADMIN_TABLE, *of_a_model()} - there
