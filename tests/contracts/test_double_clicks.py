"""Does every button of every page, pressed twice with the same form, do its deed once?

Derived from `PAGES`: whatever page a button stands on, the second answer leads where the first one
led, and not a row of the business has changed in between.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from requests_app.models import DataRequest, Recipient
from requests_app.services import (
    answers,
    behalf,
    checks,
    initials,
    owners,
    requests,
    sharing,
    usage,
)
from requests_app.services import forms as collecting
from requests_app.sop.roles import Role
from requests_app.sop.steps import STEPS, Step, by_key
from requests_app.web.pages import PAGES
from requests_app.web.pages.page import SAVE, PageDeed
from tests.contracts.conftest import fingerprint, undo
from tests.contracts.standing import REASON, Subject, again, door_of, standing_in
from tests.documents import samples
from tests.factories import (
    CSV,
    PASSPHRASE,
    PASSWORD,
    WALK,
    World,
    answers_for,
    needs_of,
    owner_actor,
    use_text,
)
from tests.services.test_workbooks import edited, row_of, workbook_of

pytestmark = pytest.mark.django_db

NEW_OWNER = {
    "new_name": "Dinas Contoh Baru",
    "new_head_title": "Kepala Dinas Contoh Baru",
    "new_place": "Kota Contoh",
}
SIGNATURE = {"read_through": "on", "affirmed": "on", "passphrase": PASSPHRASE}
Typed = Callable[[World, Any], dict[str, Any]]


def _reason(_world: World, _subject: Subject) -> dict[str, Any]:
    return {"reason": REASON}


def _use(world: World, subject: DataRequest) -> dict[str, Any]:
    return {"items": _received(subject)[:1], "purpose": "Bahan rapat koordinasi"}


def _received(subject: DataRequest) -> list[int]:
    return [item.pk for item in subject.received_items()]


def _accepted(_world: World, subject: Recipient) -> dict[str, Any]:
    return {f"item-{item.pk}-verdict": "accepted" for item in subject.asked_items()}


def _to_correct(_world: World, subject: Recipient) -> dict[str, Any]:
    first, *others = subject.asked_items()
    flagged = {f"item-{first.pk}-verdict": "correction", f"item-{first.pk}-note": REASON}
    return {f"item-{item.pk}-verdict": "accepted" for item in others} | flagged


def _given(_world: World, subject: Recipient) -> dict[str, Any]:
    first, *others = answers.sheet_of(subject).items
    typed = {f"item-{one.item.pk}-availability": "available" for one in (first, *others)}
    return typed | {f"item-{first.item.pk}-uploads": SimpleUploadedFile("daftar.csv", CSV)}


def _filled(_world: World, subject: Recipient) -> dict[str, Any]:
    item = subject.asked_items()[0]

    def change(sheet: Any) -> None:
        sheet.cell(row_of(sheet, f"item-{item.pk}-source"), 4).value = "Laporan bulanan"

    filled = edited(workbook_of(subject), change)
    return {"workbook": SimpleUploadedFile("isian.xlsx", filled)}


def _signed_copy(world: World, _subject: DataRequest) -> dict[str, Any]:
    return {
        "file": SimpleUploadedFile("surat ttd.pdf", samples.signed_pdf()),
        "number": "B/12/SRIKANDI/2026",
        "dated": world.now.astimezone(world.office.zone).date(),
        "system": "SRIKANDI",
        "password": PASSWORD,
        **SIGNATURE,
    }


def _came(world: World, _subject: Any) -> dict[str, Any]:
    return {
        "channel": "email",
        "received_on": world.now.astimezone(world.office.zone).date(),
        "from_whom": "Pejabat Contoh",
        "evidence": SimpleUploadedFile("surel.csv", CSV),
    }


def _respondent(_world: World, _subject: Any) -> dict[str, Any]:
    return {"name": "Pejabat Contoh", "title": "Kepala Bidang Contoh", "phone": "0285 111111"}


def _declined(_world: World, subject: Recipient) -> dict[str, Any]:
    return {"ground": subject.office.grounds[0], "reason": REASON, "is_meant": "on"}


TYPED: dict[tuple[str, str], Typed] = {
    ("list_needs", "add_owner"): lambda _w, _s: NEW_OWNER,
    ("draft_letter", "use_template"): lambda w, _s: {
        "template": w.office.letter_templates.latest("pk").pk,
        "replaces": "on",
    },
    ("draft_letter", "remove_recipient"): lambda w, _s: {"removed": w.owners[0].pk},
    ("verify_letter", "verify_letter"): lambda _w, _s: dict.fromkeys(
        initials.CHECKS, initials.FITS
    ),
    ("accept_report", "accept_report"): lambda _w, _s: {"affirmed": "on", "password": PASSWORD},
    ("sign_letter", "sign_letter"): lambda _w, _s: SIGNATURE,
    ("sign_letter", "put_signed_copy"): _signed_copy,
    ("sign_letter", "confirm_signed_copy"): _signed_copy,
    ("send_letter", "send_letter"): lambda _w, _s: {"code_channel": "phone"},
    ("send_letter", "resend_letter"): lambda _w, _s: {"code_channel": "phone"},
    ("send_letter", "new_link"): lambda _w, _s: {"channel": "whatsapp", "code_channel": "phone"},
    ("receive_letter", "receive_letter"): _respondent,
    ("receive_letter", "behalf:receive_letter"): lambda w, s: _came(w, s) | _respondent(w, s),
    ("process_request", "process_request"): _given,
    ("process_request", SAVE): _given,
    ("process_request", "behalf:process_request"): _given,
    ("process_request", "behalf:read_workbook"): _filled,
    ("receive_data", "receive_data"): _accepted,
    ("receive_data", "return:process_request"): _to_correct,
    ("receive_data", SAVE): _to_correct,
    ("process_data", "add_result"): lambda _w, s: {
        "title": "Rekapitulasi organisasi",
        "method": "Dijumlahkan per kecamatan",
        "notes": "Dua belas organisasi.",
        "entries": [entry.pk for entry in usage.sources_of(s)],
        "uploads": SimpleUploadedFile("rekap.csv", CSV),
    },
    ("process_data", "withdraw_result"): lambda _w, s: {
        "result": s.results.live().get().pk,
        "reason": REASON,
    },
    ("process_data", "return:receive_data"): lambda _w, s: {
        "recipient": s.recipients.order_by("number")[0].pk,
        "items": _received(s)[:1],
        "reason": REASON,
    },
    ("use_results", "add_use"): _use,
    ("use_results", "state_non_use"): lambda _w, s: {"items": _received(s)[:1], "reason": REASON},
    ("use_results", "strike_use"): lambda _w, s: {
        "use": s.uses.standing()[0].pk,
        "reason": REASON,
    },
    ("report_usage", "report_usage"): lambda _w, _s: {
        "conclusion": "Data digunakan sesuai tujuan.",
        "affirmed": "on",
        "passphrase": PASSPHRASE,
    },
    ("report_usage", SAVE): lambda _w, _s: {"conclusion": "Data digunakan."},
}
"""What a button needs beside what its page shows already, and beside a reason."""

ANYWHERE: dict[str, Typed] = {
    "add_recipient": lambda w, _s: {"owner_name": w.owners[2].name},
    "add_new_recipient": lambda _w, _s: NEW_OWNER,
    "decline": _declined,
    "behalf:decline": lambda w, s: _came(w, s) | _declined(w, s),
    "behalf:take_up": _came,
}
"""The same for buttons that stand on several pages."""


# -- what must be there before a button can be pressed --------------------------------------------


def _with_a_draft(world: World, subject: DataRequest) -> None:
    requests.save_needs(
        subject=subject,
        needs=needs_of(subject),
        actor=world.actor(Role.SECTION_HEAD),
        at=world.tick(),
    )


def _with_questions(world: World, subject: DataRequest) -> None:
    collecting.fill_from_items(
        subject=subject,
        medium=collecting.Medium(),
        actor=world.actor(Role.STAFF),
        at=world.tick(),
    )


def _with_a_template(world: World, _subject: DataRequest) -> None:
    world.office.letter_templates.create(
        name="Permohonan data", subject="Permohonan Data", body="Dengan hormat,"
    )


def _with_a_link(world: World, subject: Recipient) -> None:
    sharing.issue_link(recipient=subject, actor=world.actor(Role.STAFF), at=world.tick())


def _with_a_result(world: World, subject: DataRequest) -> None:
    usage.add_result(
        subject=subject,
        text=usage.ResultText(title="Rekap", method="Dijumlahkan", notes="Dua belas."),
        entries=[entry.pk for entry in usage.sources_of(subject)],
        actor=world.actor(Role.STAFF),
        at=world.tick(),
    )


def _with_uses(world: World, subject: DataRequest) -> None:
    usage.add_use(
        subject=subject,
        items=_received(subject),
        text=use_text(world),
        actor=world.actor(Role.SECTION_HEAD),
        at=world.tick(),
    )


def _sent(world: World, subject: Recipient) -> None:
    world.tick()
    WALK["send_letter"](world, subject)


def _with_answers(world: World, subject: Recipient) -> None:
    owners.save_answers(
        subject=subject,
        given=answers_for(subject),
        actor=owner_actor(subject),
        at=world.tick(),
    )


def _taken_up(world: World, subject: Recipient) -> None:
    came = behalf.Provenance(**_came(world, subject))
    behalf.take_up(subject=subject, provenance=came, actor=world.actor(Role.STAFF), at=world.tick())


def _sent_back(world: World, subject: Recipient) -> None:
    checks.ask_correction(
        subject=subject,
        findings=[
            checks.Finding(item_id=item.pk, verdict="correction", note=REASON)
            for item in subject.asked_items()
        ],
        actor=world.actor(Role.STAFF),
        at=world.tick(),
    )


BEFORE: dict[tuple[str, str], Callable[[World, Any], None]] = {
    ("list_needs", "list_needs"): _with_a_draft,
    ("list_needs", SAVE): _with_a_draft,
    ("list_needs", "add_owner"): _with_a_draft,
    ("prepare_form", "prepare_form"): _with_questions,
    ("draft_letter", "use_template"): _with_a_template,
    ("send_letter", "resend_letter"): _sent,
    ("send_letter", "new_code"): _with_a_link,
    ("send_letter", "revoke_link"): _with_a_link,
    ("process_request", "process_request"): _with_answers,
    ("process_request", "behalf:process_request"): _taken_up,
    ("process_request", "behalf:read_workbook"): _taken_up,
    ("deliver_data", "behalf:deliver_data"): _taken_up,
    ("receive_data", "send_reminder"): _sent_back,
    ("process_data", "process_data"): _with_a_result,
    ("process_data", "withdraw_result"): _with_a_result,
    ("use_results", "use_results"): _with_uses,
    ("use_results", "strike_use"): _with_uses,
}


# -- the walk --------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _any_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))


def shown_in(form: forms.Form) -> dict[str, Any]:
    """Give what a browser would send of a form that nobody has touched."""
    parts: list[Any] = [form]
    for rows in getattr(form, "formsets", {}).values():
        parts += [rows.management_form, *rows.forms]
    return {
        bound.html_name: "on" if bound.value() is True else bound.value()
        for part in parts
        for bound in part
        if bound.value() is not None and bound.value() is not False
    }


def form_of(world: World, subject: Subject, step: Step, page_deed: PageDeed, page: Any) -> Any:
    """Fill the form of a button: as its page shows it, and with what the deed needs."""
    shown = page.context["forms"]
    main = PAGES[step.key].deeds[0]
    typed = TYPED.get((step.key, page_deed.deed)) or ANYWHERE.get(page_deed.deed, _reason)
    button = {SAVE: "1"} if page_deed.deed == SAVE else {"deed": page_deed.deed}
    return {
        **shown_in(shown[main.name]),
        **shown_in(shown[page_deed.name]),
        **typed(world, subject),
        **button,
    }


def rewound(body: dict[str, Any]) -> dict[str, Any]:
    """Let chosen files be sent once more, as a second click does."""
    for value in body.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)
    return body


def pressed_twice(step: Step) -> Iterator[tuple[str, Any, Any, list[str]]]:
    """Press every button of a page twice: the two answers, and what changed in between."""
    world, subject = standing_in(step)
    for page_deed in PAGES[step.key].deeds:
        point, now = transaction.savepoint(), world.now
        prepare = BEFORE.get((step.key, page_deed.deed))
        if prepare is not None:
            prepare(world, again(subject))
        with time_machine.travel(world.tick(), tick=False) as clock:
            by_staff = page_deed.deed.startswith("behalf:")
            client, address = door_of(world, again(subject), step, by_staff=by_staff)
            page = client.get(address)
            body = form_of(world, again(subject), step, page_deed, page)
            first = client.post(address, rewound(body))
            between = fingerprint()
            clock.shift(timedelta(seconds=1))
            second = client.post(address, rewound(body))
            after = fingerprint()
        changed = [table for table in after if after[table] != between[table]]
        yield page_deed.deed, first, second, changed
        undo(point)
        world.now = now


@pytest.mark.parametrize("key", [step.key for step in STEPS])
def test_every_button_pressed_twice_does_its_deed_once(key: str) -> None:
    wrong = []
    for deed, first, second, changed in pressed_twice(by_key(key)):
        assert first.status_code == HTTPStatus.FOUND, (deed, errors_of(first))
        led = second.status_code == HTTPStatus.FOUND and second["Location"] == first["Location"]
        if changed or not led:
            wrong.append((deed, second.status_code, changed))
    assert not wrong


def errors_of(answer: Any) -> Any:
    """Say what kept a deed from being done, for whoever has to mend this test."""
    if not answer.context:
        return answer.content
    return [answer.context["refusal"], *(form.errors for form in answer.context["error_forms"])]
