"""Does the work page show how far it is, keep what is typed, and tell two people apart?"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from requests_app.models import ItemAnswer, Recipient
from requests_app.services import answers, checks, requests, sharing
from requests_app.sop.roles import Role
from tests.factories import CSV, recipient_at
from tests.web.doors import as_owner, as_user, at_work, owner_url, staff_url
from tests.web.test_owner_pages import answers_post, fresh

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?')


@pytest.fixture(autouse=True)
def _database_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The story plays in November 2026, whatever the database's own clock says."""
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))
    return


def page_of(client: Client, recipient: Recipient, segment: str = "7a") -> str:
    answer = client.get(owner_url(recipient, segment))
    assert answer.status_code == 200
    return answer.content.decode()


def shown_in(page: str) -> dict[str, str]:
    """Read the hidden fields of a page as a browser would post them."""
    return {
        name: value
        for name, value in HIDDEN.findall(page)
        if name == "version" or name.endswith("-seen")
    }


def typed_into(recipient: Recipient, page: str, **texts: str) -> dict[str, Any]:
    """Fill a page: `first_reason="…"` is the reason of the first item, `number` the second's."""
    first, second = answers.sheet_of(fresh(recipient)).items
    names = {
        **{f"first_{name}": f"item-{first.item.pk}-{name}" for name in answers.TYPED},
        **{f"second_{name}": f"item-{second.item.pk}-{name}" for name in answers.TYPED},
        "number": f"question-{second.questions[0].pk}",
    }
    return {**shown_in(page), **{names[key]: value for key, value in texts.items()}}


def keep(client: Client, recipient: Recipient, typed: dict[str, Any]) -> Any:
    return client.post(reverse("web:owner_keep", args=[recipient.public_id]), typed)


def with_renewed(typed: dict[str, Any], answer: Any) -> dict[str, Any]:
    """Be the script: lay the marks that the server renewed into the form."""
    renewed = {name: values[0] for name, values in parse_qs(answer["X-Renewed"]).items()}
    return {**typed, **renewed}


def standing(recipient: Recipient) -> tuple[ItemAnswer | None, ItemAnswer | None]:
    first, second = answers.sheet_of(fresh(recipient)).items
    return first.answer, second.answer


# -- how far it is --------------------------------------------------------------------------------


def test_the_page_tells_how_far_it_is_and_leads_to_each_item() -> None:
    world, recipient = recipient_at("process_request")
    first, second = answers.sheet_of(recipient).items
    with at_work(world):
        client = as_owner(world, recipient)
        page = page_of(client, recipient)
        assert page.count("Belum diisi") == 2
        assert "0 dari 2 data sudah terisi" in page
        assert '<progress max="2" value="0"' in page
        for one in (first, second):
            assert f'href="#item-{one.item.pk}"' in page
            assert f'id="item-{one.item.pk}"' in page
        typed = answers_post(recipient, save="1")
        typed.pop(f"item-{first.item.pk}-uploads")
        client.post(owner_url(recipient, "7a"), typed)
        page = page_of(client, recipient)
        tasks = page_of(client, recipient, "")
    assert page.count("Belum lengkap") == 1
    assert page.count("Selesai") == 1
    for shown in (page, tasks):
        assert "1 dari 2 data sudah terisi" in shown
        assert '<progress max="2" value="1"' in shown


def test_a_part_takes_a_reason_and_the_day_of_the_rest() -> None:
    world, recipient = recipient_at("process_request")
    with at_work(world):
        client = as_owner(world, recipient)
        page = page_of(client, recipient)
        typed = typed_into(
            recipient,
            page,
            second_availability="partial",
            second_reason="Kecamatan barat menyusul.",
            second_promised_on="2026-12-04",
            second_current_as_of="2026-10-31",
            number="12",
        )
        answer = client.post(owner_url(recipient, "7a"), {**typed, "save": "1"})
        assert answer.status_code == 302
        late = typed | {name: "2026-11-01" for name in typed if name.endswith("promised_on")}
        wrong = client.post(owner_url(recipient, "7a"), {**late, "save": "1"})
    assert wrong.status_code == 422
    assert "Tanggal yang dijanjikan tidak boleh sebelum hari ini." in wrong.content.decode()
    _first, second = standing(recipient)
    assert second is not None
    assert second.availability == "partial"
    assert str(second.promised_on) == "2026-12-04"
    assert str(second.current_as_of) == "2026-10-31"


def test_a_flagged_item_says_what_is_to_be_put_right() -> None:
    world, recipient = recipient_at("receive_data")
    first, second = recipient.items()
    checks.ask_correction(
        subject=recipient,
        findings=[
            checks.Finding(item_id=first.pk, verdict="correction", note="Lengkapi kolom alamat."),
            checks.Finding(item_id=second.pk, verdict="accepted"),
        ],
        actor=world.actor(Role.STAFF),
        at=world.tick(),
    )
    with at_work(world):
        page = page_of(as_owner(world, recipient), recipient)
    assert "Lengkapi kolom alamat." in page
    assert page.count("Perlu perbaikan") >= 2  # in the list, and beside the item
    assert "Sudah sesuai" in page


def test_who_is_late_is_told_and_may_still_send() -> None:
    world, recipient = recipient_at("process_request")
    world.tick(60 * 24 * 20)
    with at_work(world):
        client = as_owner(world, recipient)
        assert "Tenggat telah lewat." in page_of(client, recipient)
        typed = answers_post(recipient, deed="process_request")
        assert client.post(owner_url(recipient, "7a"), typed).status_code == 302
        assert "Tenggat telah lewat." in page_of(client, recipient, "7b")
        sent = client.post(
            owner_url(recipient, "7b"),
            {"deed": "deliver_data", "version": fresh(recipient).version},
        )
    assert sent.status_code == 302
    assert fresh(recipient).state == "receive_data"


def test_a_question_answered_by_a_file_does_not_say_that_it_is_empty() -> None:
    world, recipient = recipient_at("process_request")
    first, second = answers.sheet_of(recipient).items
    typed = answers_post(recipient, deed="process_request")
    typed[f"item-{second.item.pk}-uploads"] = typed.pop(f"item-{first.item.pk}-uploads")
    typed.pop(f"question-{second.questions[0].pk}")
    with at_work(world):
        client = as_owner(world, recipient)
        client.post(owner_url(recipient, "7a"), typed)
        page = page_of(client, recipient, "7b")
    assert "dijawab dengan berkas" in page
    assert page.count("belum diisi") == 1  # the first item, whose file went to the second


# -- kept while it is typed -----------------------------------------------------------------------


def test_what_is_typed_is_kept_and_makes_no_page_stale() -> None:
    world, recipient = recipient_at("process_request")
    with at_work(world):
        client = as_owner(world, recipient)
        page = page_of(client, recipient)
        typed = typed_into(recipient, page, number="1.250", second_source="Aplikasi")
        answer = keep(client, recipient, typed)
        assert answer.status_code == 200
        assert re.fullmatch(r"Tersimpan otomatis pukul \d\d\.\d\d", answer.content.decode())
        done = client.post(
            owner_url(recipient, "7a"), {**answers_post(recipient), **typed, "save": "1"}
        )
    assert done.status_code == 302
    _first, second = standing(recipient)
    assert second is not None
    assert second.source == "Aplikasi"
    assert second.question_answers.get().value == "1250"
    assert fresh(recipient).version == recipient.version


def test_what_cannot_be_read_costs_only_its_own_item() -> None:
    world, recipient = recipient_at("process_request")
    with at_work(world):
        client = as_owner(world, recipient)
        page = page_of(client, recipient)
        typed = typed_into(recipient, page, number="banyak", first_source="Laporan bulanan")
        answer = keep(client, recipient, typed)
    assert answer.status_code == 200
    assert "kecuali butir 2: periksa isiannya." in answer.content.decode()
    first, second = standing(recipient)
    assert first is not None
    assert first.source == "Laporan bulanan"
    assert second is None


def test_one_page_is_never_in_conflict_with_itself() -> None:
    world, recipient = recipient_at("process_request")
    with at_work(world):
        client = as_owner(world, recipient)
        typed = typed_into(recipient, page_of(client, recipient), number="1")
        for number in ("2", "3", "4"):
            answer = keep(client, recipient, typed)
            assert answer.status_code == 200
            typed = with_renewed(typed, answer)
            typed |= typed_into(recipient, "", number=number)
        assert keep(client, recipient, typed).status_code == 200
    _first, second = standing(recipient)
    assert second is not None
    assert second.question_answers.get().value == "4"


def test_a_sent_delivery_keeps_nothing_more() -> None:
    world, recipient = recipient_at("receive_data")
    with at_work(world):
        answer = keep(as_owner(world, recipient), recipient, {"version": "1"})
    assert answer.status_code == 409
    assert answer["Content-Type"].startswith("text/plain")


# -- two people at once ---------------------------------------------------------------------------


def test_two_people_in_different_fields_lose_nothing() -> None:
    world, recipient = recipient_at("process_request")
    with at_work(world):
        one, other = as_owner(world, recipient), as_owner(world, recipient)
        mine, theirs = page_of(one, recipient), page_of(other, recipient)
        keep(one, recipient, typed_into(recipient, mine, first_source="Bidang A"))
        typed = typed_into(recipient, theirs, first_note="Lihat lampiran", number="7")
        answer = keep(other, recipient, typed)
    assert answer.status_code == 200
    first, second = standing(recipient)
    assert first is not None
    assert second is not None
    assert (first.source, first.note) == ("Bidang A", "Lihat lampiran")
    assert second.question_answers.get().value == "7"


def test_nobody_overwrites_unseen_and_the_other_s_words_are_shown() -> None:
    world, recipient = recipient_at("process_request")
    with at_work(world):
        one, other = as_owner(world, recipient), as_owner(world, recipient)
        mine, theirs = page_of(one, recipient), page_of(other, recipient)
        keep(one, recipient, typed_into(recipient, mine, number="100", first_source="Bidang A"))
        typed = typed_into(recipient, theirs, number="200", first_note="Catatan")
        kept = keep(other, recipient, typed)
        assert kept.status_code == 409
        assert "Butir 2 baru saja diubah dari perangkat lain." in kept.content.decode()
        answer = other.post(owner_url(recipient, "7a"), {**typed, "save": "1"})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Butir ini juga diisi dari perangkat lain" in page
        assert '<dd class="is-text">100</dd>' in page
        assert 'value="200"' in page  # what was typed stays in its field
        assert 'value="Bidang A"' in page  # what only the other has typed is taken over
        assert standing(recipient)[1].question_answers.get().value == "100"  # type: ignore[union-attr]
        tick = re.search(r'name="(item-\d+-overwrite)" value="([^"]+)"', page)
        assert tick is not None
        again = {**typed, **shown_in(page), "save": "1"}
        again |= typed_into(recipient, "", first_source="Bidang A")
        assert other.post(owner_url(recipient, "7a"), again).status_code == 409
        decided = other.post(owner_url(recipient, "7a"), {**again, tick[1]: tick[2]})
        assert decided.status_code == 302
    first, second = standing(recipient)
    assert first is not None
    assert second is not None
    assert (first.source, first.note) == ("Bidang A", "Catatan")
    assert second.question_answers.get().value == "200"


def test_nobody_sends_what_another_has_changed_since_it_was_read() -> None:
    world, recipient = recipient_at("deliver_data")
    with at_work(world):
        one, other = as_owner(world, recipient), as_owner(world, recipient)
        read = page_of(one, recipient, "7b")
        seen = dict(HIDDEN.findall(read))
        keep(other, recipient, typed_into(recipient, page_of(other, recipient), number="99"))
        body = {"deed": "deliver_data", "version": seen["version"], "seen": seen["seen"]}
        answer = one.post(owner_url(recipient, "7b"), body)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Isian diubah dari perangkat lain sejak halaman ini dibuka." in page
        assert "99" in page
        again = dict(HIDDEN.findall(page))
        sent = one.post(
            owner_url(recipient, "7b"),
            {"deed": "deliver_data", "version": again["version"], "seen": again["seen"]},
        )
    assert sent.status_code == 302


@pytest.mark.parametrize("what", ["cancelled", "revoked"])
def test_who_was_still_typing_gets_the_words_back(what: str) -> None:
    world, recipient = recipient_at("process_request")
    with at_work(world):
        client = as_owner(world, recipient)
        page = page_of(client, recipient)
        typed = typed_into(recipient, page, first_note="Kolom <alamat> menyusul.", number="12")
        if what == "cancelled":
            requests.cancel(
                subject=recipient.data_request,
                actor=world.actor(Role.SECTION_HEAD),
                at=world.now,
                reason="Data sudah tersedia di portal.",
            )
        else:
            link: Any = recipient.live_link()
            sharing.revoke_link(link=link, actor=world.actor(Role.STAFF), at=world.now)
        answer = client.post(owner_url(recipient, "7a"), {**typed, "save": "1"})
        looked = client.get(owner_url(recipient, "7a")).content.decode()
    told = answer.content.decode()
    assert answer.status_code == (410 if what == "cancelled" else 404)
    assert "Isian ini tidak dapat disimpan lagi." in told
    assert "<li>Kolom &lt;alamat&gt; menyusul.</li>" in told
    assert "<li>12</li>" in told
    assert "Yang baru saja Anda ketik" not in looked


@pytest.mark.parametrize("came_from", ["here", "elsewhere"])
def test_who_lost_all_cookies_gets_the_words_back_on_an_owners_page(came_from: str) -> None:
    """A stranger's page may post here, too: its words are not shown as if typed here."""
    world, recipient = recipient_at("process_request")
    client = Client(enforce_csrf_checks=True)
    origin = "http://testserver" if came_from == "here" else "https://lain.example"
    with at_work(world):
        answer = client.post(
            owner_url(recipient, "7a"),
            {"save": "1", "item-1-note": "Kolom <alamat> menyusul."},
            headers={"Origin": origin},
        )
    told = answer.content.decode()
    assert answer.status_code == 403
    assert "masthead--owner" in told
    assert "Buka kembali tautan dari surat pengantar" in told
    assert world.office.contact_phone in told
    assert "Ke beranda" not in told
    assert "pengelola kantor Anda" not in told
    assert ("<li>Kolom &lt;alamat&gt; menyusul.</li>" in told) is (came_from == "here")


def test_staff_whose_form_is_too_old_is_still_led_home() -> None:
    told = Client(enforce_csrf_checks=True).post("/permohonan/baru/", {"title": "Jumlah pemilih"})
    assert told.status_code == 403
    assert "Ke beranda" in told.content.decode()


# -- afterwards -----------------------------------------------------------------------------------


def test_after_sending_the_page_gives_number_files_receipt_and_what_follows() -> None:
    world, recipient = recipient_at("receive_data")
    with at_work(world):
        client = as_owner(world, recipient)
        page = page_of(client, recipient, "7b")
        tasks = page_of(client, recipient, "")
    assert "Unduh tanda terima" in page
    assert "Nomor tanda terima" in page
    assert "Apa selanjutnya" in page
    assert "daftar.csv" in page
    assert "SHA-256" in page
    for shown in (page, tasks):
        assert reverse("web:owner_supplement", args=[recipient.public_id]) in shown


def test_a_supplement_is_kept_sent_once_and_told_to_staff() -> None:
    world, recipient = recipient_at("process_data")
    address = reverse("web:owner_supplement", args=[recipient.public_id])
    item = recipient.items()[0].pk

    def typed(**more: Any) -> dict[str, Any]:
        upload = SimpleUploadedFile("susulan.csv", CSV)
        return {
            "version": recipient.version,
            f"item-{item}-uploads": upload,
            f"item-{item}-note": "Tambahan.",
            **more,
        }

    with at_work(world):
        client, staff = as_owner(world, recipient), as_user(world.staff)
        assert client.get(address).status_code == 200
        assert client.post(address, typed(save="1")).status_code == 302
        kept = client.get(address).content.decode()
        assert "susulan.csv" in kept
        assert "Tambahan." in kept
        page = reverse("web:request", args=[recipient.data_request.public_id])
        assert "Susulan menunggu" not in staff.get(page).content.decode()
        sent = [client.post(address, typed(deed="deliver_supplement")) for _click in range(2)]
        assert [one.status_code for one in sent] == [302, 302]
        tasks = client.get(owner_url(recipient)).content.decode()
        assert "menunggu diperiksa" in tasks
        shown = staff.get(page).content.decode()
        row_10 = reverse("web:step", args=[recipient.data_request.public_id, "10"])
        told = staff.get(row_10).content.decode()
    assert "Susulan menunggu" in shown
    assert "Kembalikan ke penerimaan data dari langkah 10" in told
    supplement = recipient.deliveries.get(is_supplement=True)
    assert supplement.sent_at is not None


def test_before_sending_and_by_no_button_nothing_is_added() -> None:
    world, recipient = recipient_at("process_request")
    address = reverse("web:owner_supplement", args=[recipient.public_id])
    with at_work(world):
        client = as_owner(world, recipient)
        page = client.get(address).content.decode()
        assert "Susulan dapat dikirim setelah data dikirim" in page
        assert "data-deed" not in page
        assert client.post(address, {"save": "1"}).status_code == 409
        assert client.post(address, {}).status_code == 409
    assert not recipient.deliveries.filter(is_supplement=True).exists()


def test_staff_reads_row_9_with_what_waits() -> None:
    world, recipient = recipient_at("record_data")
    with at_work(world):
        page = as_user(world.staff).get(staff_url(recipient, "9")).content.decode()
    assert "Susulan menunggu" not in page
