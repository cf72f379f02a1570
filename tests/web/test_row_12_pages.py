"""Do the pages of row 12 and of the acceptance show, refuse and confirm as they should?"""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from requests_app.models import (
    DataRequest,
    FormDraft,
    LetterNumber,
    OfficialDocument,
    ShareLink,
    SigningCertificate,
    UsageReport,
)
from requests_app.services import reports
from requests_app.web.unsent import FormKey
from tests.factories import PASSPHRASE, PASSWORD, REPORT, World, data_request_at, fresh, make_world
from tests.web.test_second_factor_at_signing import own_app

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]

REASON = "Simpulan belum menyebut hasil rapat."


def recent(state: str, *, recipients: int = 1) -> tuple[World, DataRequest]:
    """Walk to a row in the last hours: the web reads the real clock, which the database shares."""
    world = make_world(owners=recipients)
    world.now = timezone.now() - timedelta(hours=3)
    return data_request_at(state, world=world, recipients=recipients)


def address(data_request: DataRequest, rest: str) -> str:
    return f"/permohonan/{data_request.public_id}/{rest}"


def row_12(data_request: DataRequest) -> str:
    return address(data_request, "langkah/12/")


def acceptance(data_request: DataRequest) -> str:
    return address(data_request, "langkah/terima-laporan/")


def as_user(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def typed(data_request: DataRequest, **changes: Any) -> dict[str, Any]:
    return {
        "deed": "report_usage",
        "version": data_request.version,
        "conclusion": REPORT.conclusion,
        "follow_up": REPORT.follow_up,
        "affirmed": "on",
        "passphrase": PASSPHRASE,
        **changes,
    }


def saved(data_request: DataRequest, **changes: Any) -> dict[str, Any]:
    posted = typed(data_request, save="1", **changes)
    del posted["deed"]
    return posted


def pressed(data_request: DataRequest, deed: str, **more: str) -> dict[str, Any]:
    return {"deed": deed, "version": data_request.version, **more}


PROOF = {"affirmed": "on", "password": PASSWORD}

# -- row 12 -----------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["conclusion", "follow_up"])
def test_a_letter_that_no_paper_can_print_is_named_at_its_field(field: str) -> None:
    world, data_request = recent("report_usage")
    client = as_user(world.section_head)
    for posted, form in ((typed, "report_usage"), (saved, "save")):
        body = posted(data_request, **{field: "Data digunakan sesuai tujuan ☃"})
        answer = client.post(row_12(data_request), body)
        assert answer.status_code == 422
        errors = answer.context["forms"][form].errors
        assert errors == {field: ["Huruf ☃ tidak dapat dicetak dalam laporan."]}


def test_the_section_head_sees_fields_figures_and_the_draft_as_pages() -> None:
    world, data_request = recent("report_usage", recipients=2)
    shown = as_user(world.section_head).get(row_12(data_request)).content.decode()
    assert 'data-step="12"' in shown
    assert 'data-deed="report_usage"' in shown
    assert "Sampaikan laporan kepada Kepala" in shown
    assert "/draf/laporan/halaman/1.webp" in shown
    assert 'name="conclusion"' in shown


@pytest.mark.usefixtures("typeset")
def test_all_pages_of_the_draft_are_shown_to_whoever_asks_for_them() -> None:
    world, data_request = recent("report_usage", recipients=2)
    client = as_user(world.section_head)
    opened = client.get(row_12(data_request)).content.decode()
    assert 'href="?halaman=semua#pratinjau"' in opened
    assert "/draf/laporan/halaman/2.webp" not in opened
    shown = client.get(f"{row_12(data_request)}?halaman=semua").content.decode()
    assert "/draf/laporan/halaman/1.webp" in shown
    assert "/draf/laporan/halaman/2.webp" in shown
    assert "LAPORAN" in shown
    assert 'name="conclusion"' in shown


def test_a_draft_that_cannot_be_made_leaves_the_page_standing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, data_request = recent("report_usage")
    monkeypatch.setattr("requests_app.documents.reports.render_report", lambda _paper: b"no PDF")
    reports._rendered.cache_clear()
    answer = as_user(world.section_head).get(f"{row_12(data_request)}?halaman=semua")
    reports._rendered.cache_clear()
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "Pratinjau gagal dibuat. Isian Anda aman. Coba lagi." in shown
    assert "hx-get" not in shown
    assert 'name="conclusion"' in shown


def test_the_draft_can_be_fetched_as_pdf_and_page_by_page() -> None:
    world, data_request = recent("report_usage")
    client = as_user(world.staff)
    pdf = client.get(address(data_request, "draf/laporan.pdf"))
    assert pdf.content.startswith(b"%PDF")
    assert pdf["Content-Disposition"] == 'attachment; filename="draf-laporan.pdf"'
    page = client.get(address(data_request, "draf/laporan/halaman/1.webp"))
    assert page["Content-Type"].startswith("image/")
    assert client.get(address(data_request, "draf/laporan/halaman/99.webp")).status_code == 404


def test_strangers_find_no_draft() -> None:
    _world, data_request = recent("report_usage")
    stranger = as_user(make_world().staff)
    assert stranger.get(address(data_request, "draf/laporan.pdf")).status_code == 404
    assert stranger.get(row_12(data_request)).status_code == 404


def test_staff_keeps_a_draft_and_may_not_hand_it_in() -> None:
    world, data_request = recent("report_usage")
    client = as_user(world.staff)
    shown = client.get(row_12(data_request)).content.decode()
    assert 'name="conclusion"' in shown
    assert 'aria-disabled="true"' in shown
    answer = client.post(row_12(data_request), saved(data_request, conclusion=""))
    assert answer.status_code == 302
    assert answer["Location"] == row_12(data_request)
    kept = client.get(row_12(data_request)).content.decode()
    assert REPORT.follow_up in kept
    data_request = fresh(data_request)
    assert client.post(row_12(data_request), typed(data_request)).status_code == 403
    assert not OfficialDocument.objects.filter(kind="report").exists()


def test_the_agency_head_types_nothing_in_row_12() -> None:
    world, data_request = recent("report_usage")
    client = as_user(world.agency_head)
    shown = client.get(row_12(data_request)).content.decode()
    assert 'name="conclusion"' not in shown
    assert "/draf/laporan/halaman/1.webp" in shown
    assert client.post(row_12(data_request), saved(data_request)).status_code == 403


@pytest.mark.parametrize(
    ("conclusion", "sentence"),
    [("", "Tulis simpulan laporan."), ("Baik ☃", "☃ tidak dapat dicetak")],
)
def test_what_cannot_be_handed_in_is_told_at_its_field(conclusion: str, sentence: str) -> None:
    world, data_request = recent("report_usage")
    answer = as_user(world.section_head).post(
        row_12(data_request), typed(data_request, conclusion=conclusion)
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in shown
    assert REPORT.follow_up in shown
    assert fresh(data_request).state == "report_usage"


def test_a_report_handed_in_is_confirmed_with_its_number() -> None:
    world, data_request = recent("report_usage")
    client = as_user(world.section_head)
    answer = client.post(row_12(data_request), typed(data_request))
    assert answer["Location"] == row_12(data_request)
    document = OfficialDocument.objects.get(kind="report")
    shown = client.get(row_12(data_request)).content.decode()
    assert "Laporan disampaikan kepada" in shown
    assert str(document.number) in shown
    assert document.sha256 in shown
    assert address(data_request, f"naskah/{document.code}/halaman/1/") in shown
    assert 'name="conclusion"' not in shown


def test_the_same_press_twice_hands_in_one_report() -> None:
    world, data_request = recent("report_usage")
    client = as_user(world.section_head)
    posted = typed(data_request)
    assert client.post(row_12(data_request), posted).status_code == 302
    assert client.post(row_12(data_request), posted).status_code == 302
    assert OfficialDocument.objects.filter(kind="report").count() == 1


# -- the signature of row 12 --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"affirmed": ""}, "Nyatakan bahwa Anda telah memeriksa isi laporan ini."),
        ({"passphrase": ""}, "Tulis frasa sandi Anda."),
        ({"passphrase": "bukan-frasanya"}, "Frasa sandi salah. Laporan belum ditandatangani."),
    ],
)
def test_a_report_is_handed_in_only_by_who_proves_to_be_the_section_head(
    changes: dict[str, str], sentence: str
) -> None:
    world, data_request = recent("report_usage")
    answer = as_user(world.section_head).post(
        row_12(data_request), typed(data_request, conclusion="Simpulan yang baru.", **changes)
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in shown
    assert "Simpulan yang baru." in shown
    assert "bukan-frasanya" not in shown
    assert not LetterNumber.objects.filter(register__kind__in=["report", "note"]).exists()


def test_who_helps_with_the_words_is_asked_for_no_proof() -> None:
    world, data_request = recent("report_usage")
    client = as_user(world.staff)
    shown = client.get(row_12(data_request)).content.decode()
    assert 'name="conclusion"' in shown
    for proof in ("passphrase", "affirmed", "code"):
        assert f'name="{proof}"' not in shown
    assert client.post(row_12(data_request), saved(data_request)).status_code == 302


def test_who_has_a_second_factor_is_asked_for_it() -> None:
    world, data_request = recent("report_usage")
    client = as_user(world.section_head)
    assert 'name="code"' not in client.get(row_12(data_request)).content.decode()
    own_app(world.section_head)
    assert 'name="code"' in client.get(row_12(data_request)).content.decode()
    answer = client.post(row_12(data_request), typed(data_request))
    assert answer.status_code == 422
    assert "Tulis kode dari aplikasi autentikator." in answer.content.decode()


def test_without_a_certificate_the_page_leads_to_where_it_is_made() -> None:
    world, data_request = recent("report_usage")
    SigningCertificate.objects.filter(user=world.section_head).update(replaced_at=timezone.now())
    shown = as_user(world.section_head).get(row_12(data_request)).content.decode()
    assert f"/sertifikat/?next={row_12(data_request)}" in shown
    assert 'name="passphrase"' not in shown
    assert 'aria-disabled="true"' in shown
    assert 'name="conclusion"' in shown


def test_neither_the_kept_form_nor_the_comparison_holds_the_proof() -> None:
    world, data_request = recent("report_usage")
    client = as_user(world.section_head)
    key = FormKey(world.section_head.pk, data_request.pk, "report_usage", "report_usage").sign()
    posted = typed(data_request, form_key=key, conclusion="Simpulan yang separuh.", code="123456")
    kept = client.post(f"{row_12(data_request)}isian/", posted | {"autosave": "1"})
    assert kept.status_code == 200
    assert set(FormDraft.objects.get().values) == {"conclusion", "follow_up"}
    as_user(world.staff).post(row_12(data_request), saved(data_request))
    answer = client.post(row_12(data_request), posted)
    assert answer.status_code == 409
    assert [part["label"] for part in answer.context["conflict"]] == ["Simpulan"]
    assert PASSPHRASE not in answer.content.decode()


def test_a_stale_page_is_refused_and_keeps_what_was_typed() -> None:
    world, data_request = recent("report_usage")
    as_user(world.staff).post(row_12(data_request), saved(data_request))
    answer = as_user(world.section_head).post(
        row_12(data_request), typed(data_request, conclusion="Simpulan dari halaman lama.")
    )
    assert answer.status_code == 409
    assert "Simpulan dari halaman lama." in answer.content.decode()


# -- the acceptance -----------------------------------------------------------------------------


def test_the_head_reads_summary_and_pages_and_may_decide() -> None:
    world, data_request = recent("accept_report", recipients=2)
    document = data_request.submitted_report().document  # type: ignore[union-attr]
    shown = as_user(world.agency_head).get(acceptance(data_request)).content.decode()
    assert 'data-step="terima-laporan"' in shown
    assert shown.index("Data diterima") < shown.index(f"{document.code}/halaman/1/")
    note = data_request.documents.get(kind="note")
    assert shown.index(f"{document.code}/halaman/1/") < shown.index(f"{note.code}/halaman/1/")
    assert REPORT.conclusion in shown
    assert 'data-deed="accept_report"' in shown
    assert 'data-deed="return:use_results"' in shown
    assert 'aria-disabled="true"' not in shown


def test_acceptance_closes_and_tells_what_both_clocks_say() -> None:
    world, data_request = recent("accept_report", recipients=2)
    client = as_user(world.agency_head)
    posted = pressed(data_request, "accept_report", **PROOF)
    answer = client.post(acceptance(data_request), posted)
    assert answer["Location"] == acceptance(data_request)
    data_request = fresh(data_request)
    assert (data_request.state, data_request.outcome) == ("closed", "reported")
    shown = client.get(acceptance(data_request)).content.decode()
    assert re.search(r"Permohonan selesai dalam \d+ hari kerja\.", shown)
    assert re.search(r"kantor .*pemilik data ", shown, re.IGNORECASE)
    assert 'data-deed="accept_report"' not in shown
    links = ShareLink.objects.filter(recipient__data_request=data_request)
    assert links.filter(revoked_at__isnull=True).count() == 2  # to read, until they expire


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"affirmed": ""}, "telah membaca dan memahami isi laporan ini"),
        ({"password": ""}, "Tulis kata sandi Anda."),
        ({"password": "bukan-sandinya"}, "Kata sandi salah. Laporan belum diterima."),
    ],
)
def test_a_report_is_accepted_only_by_who_proves_to_be_the_head(
    changes: dict[str, str], sentence: str
) -> None:
    world, data_request = recent("accept_report")
    posted = pressed(data_request, "accept_report", **(PROOF | changes))
    answer = as_user(world.agency_head).post(acceptance(data_request), posted)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert fresh(data_request).state == "accept_report"


@pytest.mark.parametrize("who", ["staff", "section_head"])
def test_nobody_else_accepts_or_returns(who: str) -> None:
    world, data_request = recent("accept_report")
    client = as_user(getattr(world, who))
    shown = client.get(acceptance(data_request)).content.decode()
    assert 'aria-disabled="true"' in shown
    assert REPORT.conclusion in shown
    for deed, more in (("accept_report", {}), ("return:use_results", {"reason": REASON})):
        posted = pressed(data_request, deed, **more)
        assert client.post(acceptance(data_request), posted).status_code == 403
    assert fresh(data_request).state == "accept_report"


def test_the_head_sends_the_report_back_with_a_reason() -> None:
    world, data_request = recent("accept_report")
    document = OfficialDocument.objects.get(kind="report")
    client = as_user(world.agency_head)
    posted = pressed(data_request, "return:use_results", reason="kurang")
    assert client.post(acceptance(data_request), posted).status_code == 422
    posted["reason"] = REASON
    answer = client.post(acceptance(data_request), posted)
    assert answer["Location"] == address(data_request, "")
    assert fresh(data_request).state == "use_results"
    assert UsageReport.objects.get().status == UsageReport.Status.RETURNED
    section_head = as_user(world.section_head)
    assert REASON in section_head.get(address(data_request, "langkah/11/")).content.decode()
    assert document.code not in section_head.get(row_12(data_request)).content.decode()


@pytest.mark.parametrize("place", [row_12, acceptance])
def test_both_pages_wait_for_their_turn(place: Any) -> None:
    world, data_request = recent("process_data")
    shown = as_user(world.section_head).get(place(data_request)).content.decode()
    assert "belum sampai gilirannya" in shown
    answer = as_user(world.section_head).post(place(data_request), typed(data_request))
    assert answer.status_code in {403, 409}


def test_there_is_no_draft_outside_row_12() -> None:
    world, data_request = recent("use_results")
    client = as_user(world.section_head)
    for rest in ("draf/laporan.pdf", "draf/laporan/halaman/1.webp"):
        assert client.get(address(data_request, rest)).status_code == 404
