"""Is the report what the ledger says, frozen when it is handed in, and closed when accepted?"""

from datetime import timedelta
from typing import Any

import pytest

from requests_app.documents import pages
from requests_app.models import (
    LetterNumber,
    OfficialDocument,
    Position,
    ShareLink,
    UsageReport,
)
from requests_app.services import audit, notes, report_paper, reports, sharing, usage
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn
from requests_app.sop.roles import Role
from requests_app.sop.steps import STEPS, Scope, by_key
from tests.factories import PASSPHRASE, REPORT, WALK, data_request_at, fresh, use_text
from tests.services.test_stationery import with_crest

pytestmark = pytest.mark.django_db

REASON = "Simpulan belum menyebut hasil rapat."


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(pages.page_texts(pdf)).split())


def submit(world: Any, data_request: Any, **changes: Any) -> Any:
    values = {
        "text": REPORT,
        "affirmed": True,
        "passphrase": PASSPHRASE,
        "actor": world.actor(Role.SECTION_HEAD),
        "at": world.tick(),
    }
    return reports.report_usage(subject=data_request, **{**values, **changes})


def test_the_draft_says_what_the_ledger_says_and_is_marked_as_draft():
    world, data_request = data_request_at("report_usage", recipients=2)
    pdf = reports.render_draft(data_request=data_request, at=world.now, text=REPORT)
    text = text_of(pdf)
    assert "DRAF" in text
    assert "/v/" not in text
    assert "Bahan rapat koordinasi" in text
    assert "Profil organisasi 2026" in text
    assert REPORT.conclusion in text
    assert REPORT.follow_up in text
    for recipient in data_request.recipients.all():
        assert recipient.data_owner.name in text
    assert str(data_request.signed_letter().number) in text


def test_what_did_not_come_and_what_was_not_used_is_told():
    world, data_request = data_request_at("use_results", recipients=2)
    first, second = data_request.received_items()
    head = world.actor(Role.SECTION_HEAD)
    usage.add_use(
        subject=data_request, items=[first.pk], text=use_text(world), actor=head, at=world.tick()
    )
    usage.state_non_use(
        subject=data_request,
        items=[second.pk],
        reason="Angkanya sudah tersedia di BPS.",
        actor=head,
        at=world.tick(),
    )
    day = world.now.date()
    made = report_paper.compose(data_request=data_request, text=REPORT, signer=None, day=day)
    assert [row.data for row in made.uses] == [first.name]
    assert [(row.data, row.reason) for row in made.non_uses] == [
        (second.name, "Angkanya sudah tersedia di BPS.")
    ]
    assert len(made.received) == 4
    assert made.not_received == ()


@pytest.mark.parametrize(
    ("days", "remark"), [(0, "Tepat waktu"), (2, "Terlambat pada 1 (satu) langkah")]
)
def test_one_late_row_is_told_however_much_time_the_others_saved(days, remark):
    world, data_request = data_request_at("verify_letter")
    world.now += timedelta(days=days)
    for step in STEPS[STEPS.index(by_key("verify_letter")) :]:
        if step.key in {"review_refusals", "report_usage", "accept_report"}:
            continue
        scope = step.scope is Scope.RECIPIENT
        world.tick()
        WALK[step.key](world, data_request.recipients.get() if scope else fresh(data_request))
    pdf = reports.render_draft(data_request=fresh(data_request), at=world.now, text=REPORT)
    office_line = text_of(pdf).split("Waktu Pelaksanaan")[1].split("Dinas Contoh")[0]
    assert remark in office_line


def test_struck_lines_are_not_in_the_report():
    world, data_request = data_request_at("use_results")
    head = world.actor(Role.SECTION_HEAD)
    items = [item.pk for item in data_request.received_items()]
    take = {"subject": data_request, "items": items, "actor": head}
    wrong = usage.add_use(**take, text=use_text(world, purpose="Salah catat"), at=world.tick())
    for line in wrong:
        usage.strike_use(
            subject=data_request,
            use=line.pk,
            reason="Salah mencatat keperluan.",
            actor=head,
            at=world.tick(),
        )
    usage.add_use(**take, text=use_text(world), at=world.tick())
    made = report_paper.compose(
        data_request=data_request, text=REPORT, signer=None, day=world.now.date()
    )
    assert [row.purpose for row in made.uses] == ["Bahan rapat koordinasi"]


def test_submission_numbers_signs_and_freezes():
    world, data_request = data_request_at("report_usage")
    entry = submit(world, data_request)
    report = data_request.submitted_report()
    document = report.document
    assert document.kind == OfficialDocument.Kind.REPORT
    assert document.number.text == "LAP-1/2026"
    assert document.signature == OfficialDocument.Signature.UNCERTIFIED
    assert document.signed_by == world.section_head.name
    assert entry.facts["sha256"] == document.sha256
    assert data_request.state == "accept_report"
    with document.file.open("rb") as stored:
        text = text_of(stored.read())
    assert "LAP-1/2026" in text
    assert document.code in text
    assert "tidak tersertifikasi" in text
    assert "DRAF" not in text
    assert world.section_head.name in text


def test_a_nota_dinas_goes_with_the_report():
    world, data_request = data_request_at("report_usage")
    entry = submit(world, data_request)
    report = data_request.submitted_report().document
    note = notes.note_of(data_request)
    assert (note.kind, note.number.text) == (OfficialDocument.Kind.NOTE, "ND-1/2026")
    assert (note.signed_by, note.dated) == (world.section_head.name, report.dated)
    assert entry.facts["note_sha256"] == note.sha256
    with note.file.open("rb") as stored:
        text = text_of(stored.read())
    for part in ("NOTA DINAS", "ND-1/2026", "LAP-1/2026", note.code, world.office.head_title):
        assert part in text


def test_the_papers_of_an_office_with_a_crest_are_frozen_too():
    world, data_request = data_request_at("report_usage")
    with_crest(world.office).save()
    submit(world, fresh(data_request))
    for document in data_request.documents.filter(kind__in=["report", "note"]):
        assert document.settings_used["letterhead"]["crest"]["sha256"]


def test_staff_drafts_and_only_the_section_head_hands_it_in():
    world, data_request = data_request_at("report_usage")
    staff = world.actor(Role.STAFF)
    reports.save_report(subject=data_request, text=REPORT, actor=staff, at=world.tick())
    assert reports.text_of(data_request) == REPORT
    with pytest.raises(NotYourTurn, match="Kepala Seksi"):
        submit(world, data_request, actor=staff)
    with pytest.raises(NotYourTurn):
        reports.save_report(
            subject=data_request,
            text=REPORT,
            actor=world.actor(Role.AGENCY_HEAD),
            at=world.tick(),
        )
    submit(world, data_request, text=None)
    assert data_request.submitted_report().conclusion == REPORT.conclusion


def test_a_refused_report_leaves_neither_number_nor_paper():
    world, data_request = data_request_at("report_usage")
    with pytest.raises(Incomplete, match="Tulis simpulan"):
        submit(world, data_request, text=report_paper.ReportText(follow_up="Ada."))
    with pytest.raises(Incomplete, match="☃ tidak dapat dicetak"):
        submit(world, data_request, text=report_paper.ReportText(conclusion="Baik ☃"))
    assert not LetterNumber.objects.filter(register__kind__in=["report", "note"]).exists()
    assert not data_request.documents.filter(kind__in=["report", "note"]).exists()
    assert fresh(data_request).state == "report_usage"


def test_acceptance_closes_and_leaves_the_links_to_read_until_they_expire():
    world, data_request = data_request_at("accept_report", recipients=2)
    document = data_request.submitted_report().document
    entry = reports.accept_report(
        subject=data_request, actor=world.actor(Role.AGENCY_HEAD), at=world.tick()
    )
    data_request = fresh(data_request)
    assert (data_request.state, data_request.outcome) == ("closed", "reported")
    assert data_request.closed_at == world.now
    assert entry.facts["sha256"] == document.sha256
    assert data_request.reports.get().status == UsageReport.Status.ACCEPTED
    links = ShareLink.objects.filter(recipient__data_request=data_request)
    assert links.open_at(world.now).count() == 2
    second = data_request.recipients.get(number=2)
    sharing.withdraw_link(recipient=second, actor=world.actor(Role.STAFF), at=world.tick())
    assert links.open_at(world.now).count() == 1
    with pytest.raises(NotReady):  # but behind them nothing can be done (test_use_view)
        sharing.issue_link(
            recipient=data_request.recipients.get(number=1),
            actor=world.actor(Role.STAFF),
            at=world.tick(),
        )
    same = OfficialDocument.objects.get(pk=document.pk)
    assert (same.sha256, same.status) == (document.sha256, "valid")
    assert list(audit.verify_chains()) == []


def test_a_returned_report_is_void_and_the_next_has_a_number_of_its_own():
    world, data_request = data_request_at("accept_report")
    first = data_request.submitted_report().document
    head = world.actor(Role.AGENCY_HEAD)
    with pytest.raises(Incomplete, match="Tulis alasan"):
        reports.return_report(subject=data_request, actor=head, at=world.tick(), reason="kurang")
    reports.return_report(subject=data_request, actor=head, at=world.tick(), reason=REASON)
    assert fresh(data_request).state == "use_results"
    first = OfficialDocument.objects.get(pk=first.pk)
    assert (first.status, first.void_reason) == ("void", REASON)
    assert first.number.status == LetterNumber.Status.VOID
    cover = data_request.documents.get(kind="note")
    assert (cover.status, cover.number.status, cover.void_reason) == ("void", "void", REASON)
    assert notes.note_of(data_request) is None
    assert data_request.reports.get().status == UsageReport.Status.RETURNED
    section_head = world.actor(Role.SECTION_HEAD)
    usage.use_results(subject=data_request, actor=section_head, at=world.tick())
    assert reports.text_of(data_request) == REPORT
    submit(world, data_request, text=None)
    second = data_request.submitted_report().document
    assert second.number.text == "LAP-2/2026"
    assert second.status == "valid"
    assert list(data_request.reports.values_list("status", flat=True)) == ["returned", "submitted"]


def test_only_the_head_accepts_or_returns():
    world, data_request = data_request_at("accept_report")
    for role in (Role.STAFF, Role.SECTION_HEAD):
        with pytest.raises(NotYourTurn):
            reports.accept_report(subject=data_request, actor=world.actor(role), at=world.tick())
        with pytest.raises(NotYourTurn):
            reports.return_report(
                subject=data_request, actor=world.actor(role), at=world.tick(), reason=REASON
            )
    assert data_request.submitted_report() is not None


def test_nothing_is_accepted_twice():
    world, data_request = data_request_at("closed")
    with pytest.raises(NotReady):
        reports.accept_report(
            subject=data_request, actor=world.actor(Role.AGENCY_HEAD), at=world.tick()
        )


def test_the_expected_signer_is_the_head_of_the_request_s_section():
    world, data_request = data_request_at("report_usage")
    signer = reports.expected_signer(data_request, at=world.now)
    assert signer.user == world.section_head
    Position.objects.filter(pk=signer.pk).update(valid_to=world.now.date().replace(year=2025))
    assert reports.expected_signer(data_request, at=world.now) is None
    pdf = reports.render_draft(data_request=data_request, at=world.now, text=REPORT)
    assert "DRAF" in text_of(pdf)
