"""Can an owner ask, and ask for days; can the office answer, and decide; is it told everywhere?"""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from requests_app.models import AuditEntry, Clarification, DataFile, Extension, Recipient
from requests_app.services import conversation, extensions, requests
from requests_app.sop.roles import Role
from requests_app.sop.steps import Scope, by_key
from requests_app.web.forms.base import DeedForm
from requests_app.web.forms.conversation import (
    AnswerForm,
    AskForm,
    ExtensionForm,
    GrantForm,
    RefusalForm,
)
from tests.contracts.test_sentences import borrowed
from tests.factories import CSV, WALK, World, owner_actor, recipient_at
from tests.web.doors import as_owner, as_user, at_work, downloaded, owner_url, staff_url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]

QUESTION = "Apakah organisasi yang sudah bubar ikut dihitung?"
ANSWER = "Tidak, hanya organisasi yang masih aktif."
REASON = "Petugas data sedang mengikuti pelatihan di luar kota."


@pytest.fixture(autouse=True)
def _database_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The story plays in November 2026, whatever the database's own clock says."""
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))
    return


@pytest.fixture
def asked() -> tuple[World, Recipient]:
    return recipient_at("process_request")


def asking_url(recipient: Recipient) -> str:
    return reverse("web:owner_clarification", args=[recipient.public_id])


def extending_url(recipient: Recipient) -> str:
    return reverse("web:owner_extension", args=[recipient.public_id])


def talk_url(recipient: Recipient) -> str:
    return reverse("web:conversation", args=[recipient.data_request.public_id, recipient.number])


def request_url(recipient: Recipient) -> str:
    return reverse("web:request", args=[recipient.data_request.public_id])


def ask(world: World, recipient: Recipient, question: str = QUESTION) -> Clarification:
    return conversation.ask_clarification(
        subject=recipient, question=question, actor=owner_actor(recipient), at=world.tick()
    )


def ask_for_days(world: World, recipient: Recipient) -> Extension:
    return extensions.request_extension(
        subject=recipient, days=3, reason=REASON, actor=owner_actor(recipient), at=world.tick()
    )


def post(client: Client, url: str, recipient: Recipient, **typed: Any) -> Any:
    return client.post(url, {"version": recipient.version, **typed})


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("kind", [AskForm, ExtensionForm, AnswerForm, GrantForm, RefusalForm])
def test_no_form_of_a_conversation_borrows_a_sentence(
    asked: tuple[World, Recipient], kind: type[DeedForm]
) -> None:
    world, recipient = asked
    form = kind(subject=recipient, actor=world.actor(Role.STAFF), at=world.now)
    assert not list(borrowed(form))


# -- the owner asks -------------------------------------------------------------------------------


def test_an_owner_asks_about_an_item_and_the_time_stands_still(
    asked: tuple[World, Recipient],
) -> None:
    world, recipient = asked
    item = recipient.items()[1]
    with at_work(world):
        owner = as_owner(world, recipient)
        assert asking_url(recipient) in text_of(owner.get(owner_url(recipient)))
        about_it = f"{asking_url(recipient)}?data={item.pk}"
        assert f'href="{about_it}"' in text_of(owner.get(owner_url(recipient, "7a")))
        assert f'<option value="{item.pk}" selected>' in text_of(owner.get(about_it))
        answer = post(owner, asking_url(recipient), recipient, item=str(item.pk), question=QUESTION)
        assert answer.status_code == 302
        page = text_of(owner.get(answer.headers["Location"]))
        work = text_of(owner.get(owner_url(recipient, "7a")))
    assert Clarification.objects.get(recipient=recipient).item == item
    for told in (page, work):
        assert "Waktu dijeda sejak" in told
        assert "sampai kami menjawab." in told
        assert QUESTION in told
    assert "2. Jumlah anggota" in page


def test_what_was_typed_stays_when_something_is_missing(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    with at_work(world):
        owner = as_owner(world, recipient)
        short = post(owner, asking_url(recipient), recipient, item="", question="Kapan?")
        foreign = post(owner, asking_url(recipient), recipient, item="999999", question=QUESTION)
        days = post(owner, extending_url(recipient), recipient, days="3", reason="sibuk")
        many = post(owner, extending_url(recipient), recipient, days="8", reason=REASON)
    assert [one.status_code for one in (short, foreign, days, many)] == [422] * 4
    assert "Tulis pertanyaan, paling sedikit 10 karakter." in text_of(short)
    assert "Kapan?" in text_of(short)
    assert "Pilih data yang diminta" in text_of(foreign)
    assert "Tulis alasan, paling sedikit 10 karakter." in text_of(days)
    assert "sibuk" in text_of(days)
    assert "Perpanjangan hanya satu kali, paling lama 7 hari kerja." in text_of(many)
    assert not Clarification.objects.exists()


def test_a_second_click_leads_to_the_first_ones_result(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    with at_work(world):
        owner = as_owner(world, recipient)
        for url, typed in (
            (asking_url(recipient), {"item": "", "question": QUESTION}),
            (extending_url(recipient), {"days": "2", "reason": REASON}),
        ):
            first, second = (post(owner, url, recipient, **typed) for _click in range(2))
            assert [first.status_code, second.status_code] == [302, 302]
    assert Clarification.objects.count() == Extension.objects.count() == 1


def test_the_same_question_again_is_told_to_be_on_its_way(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    ask(world, recipient)
    with at_work(world):
        answer = post(
            as_owner(world, recipient), asking_url(recipient), recipient, question=QUESTION
        )
    assert answer.status_code == 409
    assert "Pertanyaan ini sudah terkirim dan menunggu jawaban kami." in text_of(answer)


def test_an_owner_asks_for_days_and_sees_where_each_choice_leads(
    asked: tuple[World, Recipient],
) -> None:
    world, recipient = asked
    with at_work(world):
        owner = as_owner(world, recipient)
        offered = text_of(owner.get(extending_url(recipient)))
        answer = post(owner, extending_url(recipient), recipient, days="3", reason=REASON)
        page = text_of(owner.get(answer.headers["Location"]))
        again = post(owner, extending_url(recipient), recipient, days="1", reason=REASON)
        tasks = text_of(owner.get(owner_url(recipient)))
    assert "3 hari kerja, sampai Kamis, 10 Desember 2026" in offered
    assert "7 hari kerja, sampai Rabu, 16 Desember 2026" in offered
    assert "Permintaan Anda dikirim" in page
    assert "Tenggat lama tetap berlaku sampai disetujui." in page
    assert again.status_code == 409
    assert "Perpanjangan hanya satu kali, paling lama 7 hari kerja." in text_of(again)
    assert "Menunggu keputusan" in tasks


def test_the_due_time_passes_while_the_reason_is_typed(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    with at_work(world):
        owner = as_owner(world, recipient)
        assert owner.get(extending_url(recipient)).status_code == 200
    with time_machine.travel("2026-12-07T16:31:00+07:00", tick=False):
        owner = as_owner(world, recipient)
        late = post(owner, extending_url(recipient), recipient, days="3", reason=REASON)
        page = text_of(owner.get(asking_url(recipient)))
    assert late.status_code == 409
    assert "Tenggat sudah lewat pada 7 Desember 2026" in text_of(late)
    assert REASON in text_of(late)
    assert "tetapi tenggat tidak bergeser" in page


def test_the_owner_reads_how_the_due_time_is_counted(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    with at_work(world):
        owner = as_owner(world, recipient)
        pages = [text_of(owner.get(owner_url(recipient, place))) for place in ("", "7a")]
    for page in pages:
        assert "Bagaimana dihitung?" in page
        assert "waktu baku 10 hari kerja sesudahnya" in page
        assert "Tenggat: Senin, 7 Desember 2026 pukul 16.30 WIB." in page


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("receive_letter", "Konfirmasi penerimaan surat lebih dahulu."),
        ("receive_data", "Data sudah dikirim. Bila masih ada pertanyaan, hubungi"),
    ],
)
def test_at_the_wrong_moment_the_page_says_why(state: str, sentence: str) -> None:
    world, recipient = recipient_at(state)
    with at_work(world):
        owner = as_owner(world, recipient)
        for url, typed in (
            (asking_url(recipient), {"question": QUESTION}),
            (extending_url(recipient), {"days": "1", "reason": REASON}),
        ):
            page, answer = owner.get(url), post(owner, url, recipient, **typed)
            assert page.status_code == 200
            assert answer.status_code == 409
            assert sentence in text_of(page)
            assert sentence in text_of(answer)


def test_a_request_that_was_cancelled_meanwhile_is_told_to_be_over(
    asked: tuple[World, Recipient],
) -> None:
    world, recipient = asked
    with at_work(world):
        owner = as_owner(world, recipient)
        requests.cancel(
            subject=recipient.data_request,
            actor=world.actor(Role.SECTION_HEAD),
            at=world.now,
            reason="Data tidak lagi diperlukan.",
        )
        answer = post(owner, asking_url(recipient), recipient, question=QUESTION)
    assert answer.status_code == 410
    assert not Clarification.objects.exists()


# -- the office answers ---------------------------------------------------------------------------


def test_a_question_waits_in_the_inbox_of_the_section_and_is_answered(
    asked: tuple[World, Recipient],
) -> None:
    world, recipient = asked
    question = ask(world, recipient)
    with at_work(world):
        staff = as_user(world.staff)
        inbox = text_of(staff.get("/"))
        assert "Pertanyaan pemilik data" in inbox
        assert f'href="{talk_url(recipient)}"' in inbox
        assert "Pertanyaan pemilik data" in text_of(as_user(world.section_head).get("/"))
        assert "Pertanyaan pemilik data" not in text_of(as_user(world.agency_head).get("/"))
        page = text_of(staff.get(talk_url(recipient)))
        assert QUESTION in page
        assert 'data-deed="answer_clarification"' in page
        answer = post(
            staff,
            talk_url(recipient),
            recipient,
            deed="answer_clarification",
            clarification=question.pk,
            answer=ANSWER,
        )
        assert answer.status_code == 302
        assert "Pertanyaan pemilik data" not in text_of(staff.get("/"))
        owner = text_of(as_owner(world, recipient).get(owner_url(recipient)))
    assert ANSWER in owner
    assert "Waktu dijeda" not in owner


def test_a_paused_owner_is_nowhere_late(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    ask(world, recipient)
    with time_machine.travel("2026-12-21T09:00:00+07:00", tick=False):
        staff = as_user(world.staff)
        pages = [
            text_of(staff.get(url))
            for url in ("/", "/permohonan/", request_url(recipient), talk_url(recipient))
        ]
        late = text_of(staff.get("/permohonan/?terlambat=ya"))
    for page in pages:
        assert 'data-clock="paused"' in page
        assert 'data-clock="late"' not in page
    assert recipient.data_request.title not in late.partition("<tbody>")[2]


def test_the_request_page_tells_the_pause_and_leads_to_the_conversation(
    asked: tuple[World, Recipient],
) -> None:
    world, recipient = asked
    conversation.ask_clarification(
        subject=recipient,
        question=QUESTION,
        item=recipient.items()[1],
        actor=owner_actor(recipient),
        at=world.tick(),
    )
    with at_work(world):
        page = text_of(as_user(world.staff).get(request_url(recipient)))
    assert f"Waktu dijeda: {recipient} meminta penjelasan butir 2" in page
    assert "pause-fill" in page
    assert f'href="{talk_url(recipient)}"' in page
    assert "Jawab pertanyaan" in page


def test_two_of_the_section_answer_at_once(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    question = ask(world, recipient)
    typed = {"deed": "answer_clarification", "clarification": question.pk}
    with at_work(world):
        first = post(as_user(world.staff), talk_url(recipient), recipient, answer=ANSWER, **typed)
        again = post(as_user(world.staff), talk_url(recipient), recipient, answer=ANSWER, **typed)
        second = post(
            as_user(world.section_head),
            talk_url(recipient),
            recipient,
            answer="Ya, semua organisasi dihitung.",
            **typed,
        )
    assert [first.status_code, again.status_code, second.status_code] == [302, 302, 409]
    assert "Pertanyaan ini sudah dijawab oleh Staf Contoh." in text_of(second)
    question.refresh_from_db()
    assert question.answer == ANSWER


def test_an_answer_that_says_nothing_stays_in_its_box(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    first, second = ask(world, recipient), ask(world, recipient, "Bolehkah dalam bentuk CSV?")
    with at_work(world):
        answer = post(
            as_user(world.staff),
            talk_url(recipient),
            recipient,
            deed="answer_clarification",
            clarification=first.pk,
            answer="Tidak.",
        )
    assert answer.status_code == 422
    page = text_of(answer)
    assert page.count("Tidak.") == 1
    assert f'id="id_answer_clarification{first.pk}_answer"' in page
    assert f'id="id_answer_clarification{second.pk}_answer"' in page
    assert "Tulis jawaban, paling sedikit 10 karakter." in page


def test_who_may_not_answer_is_told_so(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    question = ask(world, recipient)
    ask_for_days(world, recipient)
    with at_work(world):
        head = as_user(world.agency_head)
        page = head.get(talk_url(recipient))
        answers = [
            post(
                head,
                talk_url(recipient),
                recipient,
                deed="answer_clarification",
                clarification=question.pk,
                answer=text,
            )
            for text in ("", ANSWER)
        ]
        staff = post(as_user(world.staff), talk_url(recipient), recipient, deed="grant_extension")
        unknown = post(as_user(world.staff), talk_url(recipient), recipient, deed="lain")
    assert page.status_code == 200
    assert 'data-deed="answer_clarification"' not in text_of(page)
    assert [one.status_code for one in (*answers, staff, unknown)] == [403, 403, 403, 409]
    assert "Perpanjangan waktu diputuskan oleh kepala seksi." in text_of(staff)
    assert "Tindakan ini tidak dikenal." in text_of(unknown)


# -- the section head decides ---------------------------------------------------------------------


def test_days_wait_in_the_inbox_of_the_section_head_and_are_granted(
    asked: tuple[World, Recipient],
) -> None:
    world, recipient = asked
    ask_for_days(world, recipient)
    with at_work(world):
        head = as_user(world.section_head)
        assert "Permintaan perpanjangan waktu" in text_of(head.get("/"))
        assert "Permintaan perpanjangan waktu" not in text_of(as_user(world.staff).get("/"))
        page = text_of(head.get(talk_url(recipient)))
        assert "3 hari kerja, sampai" in page
        granted = post(head, talk_url(recipient), recipient, deed="grant_extension", note="")
        again = post(head, talk_url(recipient), recipient, deed="grant_extension", note="Ya.")
        shown = text_of(head.get(request_url(recipient)))
        owner = text_of(as_owner(world, recipient).get(owner_url(recipient)))
    assert [granted.status_code, again.status_code] == [302, 409]
    assert "Permintaan ini sudah diputuskan oleh Kasi Contoh: disetujui." in text_of(again)
    assert "Diperpanjang" in shown
    assert "Perpanjangan waktu disetujui" in shown
    assert "Diperpanjang" in owner
    assert "Kamis, 10 Desember 2026" in owner


def test_days_are_refused_with_a_reason_that_the_owner_reads(
    asked: tuple[World, Recipient],
) -> None:
    world, recipient = asked
    ask_for_days(world, recipient)
    note = "Rapat koordinasi tidak dapat ditunda lagi."
    with at_work(world):
        head = as_user(world.section_head)
        short = post(head, talk_url(recipient), recipient, deed="refuse_extension", note="tidak")
        refused = post(head, talk_url(recipient), recipient, deed="refuse_extension", note=note)
        owner = text_of(as_owner(world, recipient).get(extending_url(recipient)))
    assert [short.status_code, refused.status_code] == [422, 302]
    assert "Tulis alasan, paling sedikit 10 karakter." in text_of(short)
    assert "tidak" in text_of(short)
    assert note in owner
    assert "Ditolak" in owner


def test_nothing_waits_in_an_inbox_for_data_that_was_sent(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    ask(world, recipient)
    ask_for_days(world, recipient)
    for key in ("process_request", "deliver_data"):
        world.tick()
        WALK[key](world, Recipient.objects.get(pk=recipient.pk))
    with at_work(world):
        page = text_of(as_user(world.section_head).get("/"))
    assert "Pertanyaan pemilik data" not in page
    assert "Permintaan perpanjangan waktu" not in page


def test_what_nobody_decided_in_time_waits_for_nobody(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    ask(world, recipient)
    ask_for_days(world, recipient)
    for key in ("process_request", "deliver_data", "receive_data", "record_data", "process_data"):
        world.tick()
        step = by_key(key)
        now = Recipient.objects.get(pk=recipient.pk)
        WALK[key](world, now if step.scope is Scope.RECIPIENT else now.data_request)
    recipient = Recipient.objects.get(pk=recipient.pk)
    with at_work(world):
        pages = (
            text_of(as_owner(world, recipient).get(owner_url(recipient))),
            text_of(as_user(world.section_head).get(talk_url(recipient))),
        )
    for page in pages:
        assert "Tidak dijawab sampai data diterima" in page
        assert "Tidak perlu diputuskan lagi" in page
        assert "Menunggu jawaban" not in page
        assert "Menunggu keputusan" not in page
        assert "Setujui perpanjangan" not in page


# -- the answer that nothing can be given, with a letter ------------------------------------------


def declining(recipient: Recipient, **typed: Any) -> dict[str, Any]:
    return {
        "deed": "decline",
        "version": recipient.version,
        "ground": recipient.office.grounds[0],
        "reason": "Data ini belum pernah kami himpun per kecamatan.",
        "is_meant": "on",
        **typed,
    }


def test_an_owner_may_send_a_letter_along_with_the_refusal(
    asked: tuple[World, Recipient],
) -> None:
    world, recipient = asked
    with at_work(world):
        owner = as_owner(world, recipient)
        assert "Surat jawaban (opsional)" in text_of(owner.get(owner_url(recipient, "7a")))
        letter = SimpleUploadedFile("surat-jawaban.csv", CSV)
        answer = owner.post(owner_url(recipient, "7a"), declining(recipient, letter=letter))
        assert answer.status_code == 302
        kept = DataFile.objects.get(recipient=recipient)
        own = owner.get(reverse("web:owner_file", args=[recipient.public_id, kept.public_id]))
        assert downloaded(own) == CSV
        assert "surat-jawaban.csv" in text_of(owner.get(owner_url(recipient)))
        staff = as_user(world.staff)
        address = reverse("web:open_file", args=[kept.public_id])
        assert address in text_of(staff.get(staff_url(recipient, "7a")))
        review = reverse("web:step", args=[recipient.data_request.public_id, "tinjau-penolakan"])
        assert address in text_of(as_user(world.section_head).get(review))
        assert "Untuk keperluan apa?" in text_of(staff.get(address))
    recipient.refresh_from_db()
    assert (recipient.state, recipient.decline_letter) == ("declined", kept)
    entry = AuditEntry.objects.get(recipient_id=recipient.pk, deed="decline")
    assert entry.facts["letter"]["sha256"] == kept.sha256


def test_a_letter_that_cannot_come_in_costs_no_word(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    letter = SimpleUploadedFile("surat.exe", b"MZ\x90\x00 kosong")
    with at_work(world):
        owner = as_owner(world, recipient)
        answer = owner.post(owner_url(recipient, "7a"), declining(recipient, letter=letter))
        page = text_of(answer)
    assert answer.status_code == 422
    assert "surat.exe" in page
    assert "Data ini belum pernah kami himpun per kecamatan." in page
    recipient.refresh_from_db()
    assert recipient.state == "process_request"


def test_the_grounds_are_those_that_the_office_has_set(asked: tuple[World, Recipient]) -> None:
    world, recipient = asked
    world.office.decline_grounds = "Rahasia jabatan\nBelum tersedia tahun ini"
    world.office.save()
    with at_work(world):
        owner = as_owner(world, recipient)
        page = text_of(owner.get(owner_url(recipient, "7a")))
        other = owner.post(owner_url(recipient, "7a"), declining(recipient, ground="Lainnya"))
    assert '<option value="Belum tersedia tahun ini">' in page
    assert other.status_code == 422
