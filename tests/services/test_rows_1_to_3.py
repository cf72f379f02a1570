"""Do rows 1 to 3 fix what is asked, in what shape, and in which words; and do the ways out hold?"""

from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from requests_app.documents.pages import page_texts
from requests_app.models import (
    AuditEntry,
    CollectionForm,
    DataFile,
    DataOwner,
    DataRequest,
    FormQuestion,
    Letter,
    Recipient,
    RequestedItem,
    Section,
)
from requests_app.services import forms, letters, owners, requests
from requests_app.services.deeds import take
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn
from requests_app.sop.edition import LETTER_LEGAL_BASES
from requests_app.sop.roles import Role
from tests.factories import (
    ITEMS,
    World,
    data_request_at,
    fresh,
    make_position,
    make_user,
    make_world,
    needs_of,
    open_request,
    owner_actor,
)

pytestmark = pytest.mark.django_db
REASON = "Pemilik data tidak memegang data ini."


@pytest.fixture
def world() -> World:
    return make_world(owners=3)


def all_declined() -> tuple[World, DataRequest]:
    """Walk until the only owner has declined."""
    world, data_request = data_request_at("process_request")
    recipient = Recipient.objects.get(data_request=data_request)
    owners.decline(
        subject=recipient,
        ground="Rahasia jabatan",
        reason=REASON,
        actor=owner_actor(recipient),
        at=world.tick(),
    )
    return world, fresh(data_request)


def section_head(world: World, **more: Any) -> dict[str, Any]:
    return {"actor": world.actor(Role.SECTION_HEAD), "at": world.tick(), **more}


def staff(world: World, **more: Any) -> dict[str, Any]:
    return {"actor": world.actor(Role.STAFF), "at": world.tick(), **more}


# -- opening ----------------------------------------------------------------------------------


def test_staff_may_open_a_request_of_its_section(world: World) -> None:
    opened = requests.open_request(
        section=world.section, title="  Data ormas ", opened_by=world.staff, **staff(world)
    )
    assert (opened.state, opened.title) == ("list_needs", "Data ormas")
    assert opened.due_at is not None
    assert AuditEntry.objects.get(data_request_id=opened.pk).deed == "open"


def test_the_agency_head_opens_nothing(world: World) -> None:
    with pytest.raises(NotYourTurn, match="kepala seksi atau staf"):
        requests.open_request(
            section=world.section,
            title="Data",
            opened_by=world.agency_head,
            actor=world.actor(Role.AGENCY_HEAD),
            at=world.tick(),
        )
    assert not DataRequest.objects.exists()


def test_another_section_is_not_opened_for(world: World) -> None:
    other = Section.objects.create(office=world.office, name="Seksi Lain")
    with pytest.raises(NotYourTurn, match="seksi lain"):
        requests.open_request(section=other, title="Data", opened_by=world.staff, **staff(world))


def test_a_request_needs_a_title(world: World) -> None:
    with pytest.raises(Incomplete, match="Tulis judul"):
        requests.open_request(
            section=world.section, title=" ", opened_by=world.staff, **staff(world)
        )


# -- row 1 ------------------------------------------------------------------------------------


def test_staff_drafts_the_list_but_cannot_fix_it(world: World) -> None:
    data_request = open_request(world)
    requests.save_needs(subject=data_request, needs=needs_of(data_request), **staff(world))
    assert [item.name for item in data_request.items.all()] == [line.name for line in ITEMS]
    with pytest.raises(NotYourTurn, match="Kepala Seksi"):
        requests.list_needs(subject=data_request, **staff(world))
    assert fresh(data_request).state == "list_needs"


def test_saving_a_draft_is_not_audited(world: World) -> None:
    data_request = open_request(world)
    before = AuditEntry.objects.count()
    requests.save_needs(subject=data_request, needs=needs_of(data_request), **staff(world))
    assert AuditEntry.objects.count() == before


def test_a_stale_page_is_told_who_was_faster(world: World) -> None:
    data_request = open_request(world)
    version = data_request.version
    requests.save_needs(
        subject=data_request, needs=needs_of(data_request), version=version, **staff(world)
    )
    with pytest.raises(NotReady, match=world.staff.name):
        requests.save_needs(
            subject=data_request,
            needs=needs_of(data_request),
            version=version,
            **section_head(world),
        )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"purpose": " "}, "Tulis tujuan penggunaan data."),
        ({"legal_bases": ()}, "Pilih paling sedikit satu dasar hukum."),
        ({"items": ()}, "Tambahkan paling sedikit satu data yang diminta."),
        ({"sensitivity": "peka"}, "Tulis alasan mengapa data ini peka."),
        ({"items": (replace(ITEMS[0], period=""),)}, "Lengkapi periode dan format"),
        ({"items": (replace(ITEMS[0], personal_data="general"),)}, "data pribadi"),
        ({"owners": ()}, "Pilih paling sedikit satu pemilik data."),
    ],
)
def test_row_1_names_what_is_missing(world: World, changes: dict[str, Any], sentence: str) -> None:
    data_request = open_request(world)
    with pytest.raises(Incomplete, match=sentence):
        requests.list_needs(
            subject=data_request, needs=needs_of(data_request, **changes), **section_head(world)
        )
    assert fresh(data_request).state == "list_needs"
    assert not data_request.items.exists()


def test_items_keep_their_rows_and_take_their_new_order(world: World) -> None:
    data_request = open_request(world)
    requests.save_needs(subject=data_request, needs=needs_of(data_request), **staff(world))
    first, second = data_request.items.all()
    swapped = (replace(ITEMS[1], pk=second.pk), replace(ITEMS[0], pk=first.pk))
    requests.save_needs(
        subject=data_request, needs=needs_of(data_request, items=swapped), **staff(world)
    )
    assert [item.pk for item in data_request.items.all()] == [second.pk, first.pk]


def test_an_item_of_another_request_cannot_be_taken_over(world: World) -> None:
    other = open_request(world, title="Lain")
    requests.save_needs(subject=other, needs=needs_of(other), **staff(world))
    theirs = other.items.get(position=1)
    data_request = open_request(world)
    stolen = (replace(ITEMS[0], pk=theirs.pk, name="Diambil"),)
    requests.save_needs(
        subject=data_request, needs=needs_of(data_request, items=stolen), **staff(world)
    )
    theirs.refresh_from_db()
    assert theirs.name == ITEMS[0].name
    assert data_request.items.get().pk != theirs.pk


def test_an_item_can_be_withheld_from_one_owner(world: World) -> None:
    data_request = open_request(world, recipients=2)
    requests.save_needs(subject=data_request, needs=needs_of(data_request), **staff(world))
    item = data_request.items.get(position=2)
    pair = frozenset({(world.owners[1].pk, item.pk)})
    needs = needs_of(data_request, withheld=pair)
    requests.list_needs(subject=data_request, needs=needs, **section_head(world))
    first, second = data_request.recipients.order_by("number")
    assert first.asked_items().count() == len(ITEMS)
    assert item not in second.asked_items()
    assert letters.annex_of(data_request)[1].remarks == f"Untuk {world.owners[0]}"


def test_an_owner_must_be_asked_for_something(world: World) -> None:
    data_request = open_request(world, recipients=2)
    requests.save_needs(subject=data_request, needs=needs_of(data_request), **staff(world))
    everything = frozenset((world.owners[1].pk, item.pk) for item in data_request.items.all())
    with pytest.raises(Incomplete, match=f"untuk {world.owners[1]}"):
        requests.list_needs(
            subject=data_request,
            needs=needs_of(data_request, withheld=everything),
            **section_head(world),
        )


def test_a_new_institution_enters_the_directory_once(world: World) -> None:
    data_request = open_request(world)
    new = DataOwner(name="Dinas Contoh Baru", head_title="Kepala Dinas", place="Kota Contoh")
    requests.save_needs(
        subject=data_request,
        needs=needs_of(data_request, owners=(world.owners[0], new)),
        **staff(world),
    )
    stored = DataOwner.objects.get(name="Dinas Contoh Baru")
    assert stored.office == world.office
    assert data_request.recipients.filter(data_owner=stored).exists()
    again = DataOwner(name="dinas contoh baru", head_title="Kepala Dinas", place="Kota")
    with pytest.raises(Incomplete, match="sudah ada dalam direktori"):
        requests.add_recipient(subject=data_request, data_owner=again, **staff(world))


def test_an_owner_of_another_office_is_refused(world: World) -> None:
    stranger = make_world().owners[0]
    data_request = open_request(world)
    with pytest.raises(Incomplete, match="perangkat daerah lain"):
        requests.add_recipient(subject=data_request, data_owner=stranger, **staff(world))


# -- owners in rows 2 to 4, and never after ----------------------------------------------------


def test_adding_an_owner_in_row_4_voids_an_initial() -> None:
    world, data_request = data_request_at("sign_letter", world=make_world(owners=2))
    letters.return_to_draft(
        subject=data_request,
        actor=world.actor(Role.AGENCY_HEAD),
        at=world.tick(),
        reason="Tambahkan satu pemilik data lagi.",
    )
    requests.add_recipient(subject=data_request, data_owner=world.owners[1], **staff(world))
    letters.draft_letter(subject=data_request, **staff(world))
    assert data_request.state == "verify_letter"
    version = data_request.newest_version()
    assert version is not None
    assert version.live_initial() is None
    assert len(letters.addressees_of(data_request)) == 2


def test_no_owner_is_added_to_a_signed_letter() -> None:
    world, data_request = data_request_at("send_letter", world=make_world(owners=2))
    with pytest.raises(NotReady, match="Surat sudah ditandatangani; buat permohonan baru"):
        requests.add_recipient(subject=data_request, data_owner=world.owners[1], **staff(world))
    with pytest.raises(NotReady, match="Surat sudah ditandatangani"):
        requests.remove_recipient(subject=data_request, data_owner=world.owners[0], **staff(world))
    assert data_request.recipients.count() == 1


def test_the_last_owner_stays_once_the_list_is_fixed() -> None:
    world, data_request = data_request_at("draft_letter")
    with pytest.raises(Incomplete, match="paling sedikit satu pemilik data"):
        requests.remove_recipient(subject=data_request, data_owner=world.owners[0], **staff(world))


def test_an_owner_is_taken_off_before_anything_left() -> None:
    world, data_request = data_request_at("draft_letter", recipients=2)
    requests.remove_recipient(subject=data_request, data_owner=world.owners[0], **staff(world))
    assert [str(r) for r in data_request.recipients.all()] == [str(world.owners[1])]
    assert AuditEntry.objects.filter(deed="remove_recipient").exists()


# -- row 2 ------------------------------------------------------------------------------------


def test_one_question_is_made_for_each_item() -> None:
    world, data_request = data_request_at("prepare_form")
    forms.fill_from_items(subject=data_request, medium=forms.Medium(), **staff(world))
    form = forms.newest_form(data_request)
    assert form is not None
    kinds = list(form.questions.values_list("item__name", "kind", "unit"))
    assert kinds == [("Daftar organisasi", "file", ""), ("Jumlah anggota", "number", "orang")]


def test_a_required_item_must_be_covered() -> None:
    world, data_request = data_request_at("prepare_form")
    only = forms.question_for(data_request.items.get(position=1))
    with pytest.raises(Incomplete, match="Data Jumlah anggota belum tercakup"):
        forms.prepare_form(
            subject=data_request, medium=forms.Medium(questions=(only,)), **staff(world)
        )
    assert not CollectionForm.objects.exists()


def test_an_optional_item_need_not_be_covered(world: World) -> None:
    data_request = open_request(world)
    optional = (ITEMS[0], replace(ITEMS[1], required=False))
    requests.list_needs(
        subject=data_request, needs=needs_of(data_request, items=optional), **section_head(world)
    )
    only = forms.question_for(data_request.items.get(position=1))
    forms.prepare_form(subject=data_request, medium=forms.Medium(questions=(only,)), **staff(world))
    assert data_request.state == "draft_letter"


def test_a_choice_needs_two_choices() -> None:
    world, data_request = data_request_at("prepare_form")
    lines = [forms.question_for(item) for item in data_request.items.all()]
    lines[1] = replace(lines[1], kind=FormQuestion.Kind.SINGLE, choices=("Ya", "Ya"))
    with pytest.raises(Incomplete, match="Pertanyaan 2: Tulis paling sedikit dua pilihan"):
        forms.prepare_form(
            subject=data_request, medium=forms.Medium(questions=tuple(lines)), **staff(world)
        )


def test_a_template_covers_what_staff_ticks() -> None:
    world, data_request = data_request_at("prepare_form")
    ticked = tuple(data_request.items.values_list("pk", flat=True))
    upload = SimpleUploadedFile("blanko.csv", b"nama;jumlah\n")
    medium = forms.Medium(kind="template", covered=ticked)
    with pytest.raises(Incomplete, match="belum tercakup"):
        forms.prepare_form(subject=data_request, medium=medium, **staff(world))
    forms.prepare_form(subject=data_request, medium=replace(medium, upload=upload), **staff(world))
    published = data_request.published_form()
    assert published is not None
    assert published.template_file is not None
    assert published.template_file.kind == DataFile.Kind.TEMPLATE


def test_a_published_form_is_frozen() -> None:
    world, data_request = data_request_at("verify_letter")
    first = data_request.published_form()
    assert first is not None
    asked = list(first.questions.values_list("text", flat=True))
    letters.return_to_form(
        subject=data_request,
        reason="Pertanyaan kedua kurang jelas.",
        **section_head(world),
    )
    lines = tuple(
        replace(forms.question_for(item), text="Berapa?") for item in data_request.items.all()
    )
    forms.prepare_form(subject=data_request, medium=forms.Medium(questions=lines), **staff(world))
    assert list(first.questions.values_list("text", flat=True)) == asked
    second = data_request.published_form()
    assert second is not None
    assert second.number == 2


def test_questions_about_foreign_items_are_dropped(world: World) -> None:
    other = open_request(world, title="Lain")
    requests.save_needs(subject=other, needs=needs_of(other), **staff(world))
    _world, data_request = data_request_at("prepare_form", world=world)
    foreign = forms.question_for(other.items.get(position=1))
    form = forms.save_form(
        subject=data_request, medium=forms.Medium(questions=(foreign,)), **staff(world)
    )
    assert not form.questions.exists()


# -- row 3 ------------------------------------------------------------------------------------


def test_the_default_letter_is_filled_in() -> None:
    world, data_request = data_request_at("draft_letter")
    text = letters.default_text(data_request)
    assert "Dalam rangka menyusun profil organisasi kemasyarakatan tahun 2026 dan" in text.body
    assert LETTER_LEGAL_BASES[1] in text.body
    assert world.office.contact_phone in text.body
    assert "{" not in text.body


def test_a_tag_is_replaced_plainly_and_an_unknown_one_refused() -> None:
    world, data_request = data_request_at("draft_letter")
    DataRequest.objects.filter(pk=data_request.pk).update(purpose="{kepala} {0.__class__}")
    data_request = fresh(data_request)
    assert letters.fill("{tujuan}", data_request) == "{kepala} {0.__class__}"
    with pytest.raises(Incomplete, match=r"Kode isian \{nomor\} tidak dikenal\."):
        letters.save_letter(
            subject=data_request,
            text=letters.LetterText(subject="Hal", body="Surat {nomor}"),
            **staff(world),
        )


@pytest.mark.parametrize(
    "body",
    [
        "Buka https://contoh.test/t/abc",
        "Buka HTTP://contoh.test",
        "Buka www.contoh.test",
        "Kode akses: ABC-123",
        "kode akses Anda adalah 4711",
    ],
)
def test_a_letter_holds_neither_link_nor_code(body: str) -> None:
    world, data_request = data_request_at("draft_letter")
    for text in (
        letters.LetterText(subject="Hal", body=body),
        letters.LetterText(subject="Hal", body="Isi", cc=(body,)),
    ):
        with pytest.raises(Incomplete, match="Tautan dan kode akses tidak boleh dimuat"):
            letters.save_letter(subject=data_request, text=text, **staff(world))


def test_letters_without_a_glyph_are_refused() -> None:
    world, data_request = data_request_at("draft_letter")
    with pytest.raises(Incomplete, match="Huruf 你 tidak dapat dicetak"):
        letters.save_letter(
            subject=data_request, text=letters.LetterText(subject="你", body="Isi"), **staff(world)
        )


def test_a_submitted_version_is_frozen_and_the_next_one_copied() -> None:
    world, data_request = data_request_at("verify_letter")
    first = data_request.newest_version()
    assert first is not None
    assert first.submitted_at is not None
    take(
        subject=data_request,
        deed="return:draft_letter",
        reason="Perbaiki dasar hukumnya.",
        **section_head(world),
    )
    second = data_request.newest_version()
    assert second is not None
    assert (second.number, second.body, second.submitted_at) == (2, first.body, None)
    letters.save_letter(
        subject=data_request,
        text=letters.LetterText(subject="Hal baru", body="Isi baru"),
        **staff(world),
    )
    first.refresh_from_db()
    assert first.subject != "Hal baru"


def test_the_section_head_does_not_draft(world: World) -> None:
    _world, data_request = data_request_at("draft_letter", world=world)
    with pytest.raises(NotYourTurn, match="Staf Pelaksana"):
        letters.save_letter(
            subject=data_request,
            text=letters.LetterText(subject="Hal", body="Isi"),
            **section_head(world),
        )


def test_staff_of_another_section_does_not_draft(world: World) -> None:
    other = Section.objects.create(office=world.office, name="Seksi Lain")
    stranger = make_user(world.office, f"lain{world.office.pk}", "Staf Lain")
    actor = make_position(stranger, Role.STAFF, "Pengelola", section=other).as_actor()
    _world, data_request = data_request_at("draft_letter", world=world)
    with pytest.raises(NotYourTurn, match="seksi lain"):
        letters.save_letter(
            subject=data_request,
            text=letters.LetterText(subject="Hal", body="Isi"),
            actor=actor,
            at=world.tick(),
        )


def test_a_draft_is_marked_and_has_neither_number_nor_code() -> None:
    _world, data_request = data_request_at("verify_letter", recipients=2)
    pages = page_texts(letters.render_draft(data_request))
    assert all("DRAF" in page for page in pages)
    text = "\n".join(pages)
    assert "diisi saat ditandatangani" in text
    assert "Dinas Contoh" in text
    assert "Daftar organisasi" in text


def test_a_stand_in_signs_with_his_own_title() -> None:
    world, data_request = data_request_at("draft_letter")
    day = world.now.date()
    stand_in = make_user(world.office, f"plh{world.office.pk}", "Pengganti Contoh")
    make_position(
        stand_in, Role.AGENCY_HEAD, "Kepala Badan", kind="plh", valid_from=day, valid_to=day
    )
    saved = letters.save_letter(
        subject=data_request, text=letters.default_text(data_request), **staff(world)
    )
    assert saved.signatory_title == "Plh. Kepala Badan"
    paper = letters.paper_of(data_request=data_request, version=saved, at=world.now)
    assert paper.signatory.lines == ("Plh. KEPALA BADAN,",)
    assert paper.signatory.name == "Pengganti Contoh"


# -- ways out ---------------------------------------------------------------------------------


def test_cancelling_revokes_links_and_keeps_the_number() -> None:
    world, data_request = data_request_at("process_request")
    signed = data_request.signed_letter()
    recipient = Recipient.objects.get(data_request=data_request)
    take(
        subject=data_request,
        deed="cancel",
        reason="Kegiatan tidak jadi dilaksanakan.",
        **section_head(world),
    )
    assert (data_request.state, data_request.outcome) == ("cancelled", "cancelled")
    assert recipient.live_link() is None
    assert signed is not None
    assert signed.number is not None
    signed.number.refresh_from_db()
    assert signed.number.status == "issued"


def test_only_the_section_head_cancels_and_says_why() -> None:
    world, data_request = data_request_at("process_request")
    with pytest.raises(NotYourTurn):
        requests.cancel(subject=data_request, reason=REASON, **staff(world))
    with pytest.raises(Incomplete, match="10 karakter"):
        requests.cancel(subject=data_request, reason="bosan", **section_head(world))
    recipient = Recipient.objects.get(data_request=data_request)
    assert recipient.live_link() is not None


def test_waiving_one_owner_lets_the_others_go_on() -> None:
    world, data_request = data_request_at("process_request", recipients=2)
    first, second = data_request.recipients.order_by("number")
    take(subject=first, deed="waive", reason=REASON, **section_head(world))
    assert (first.state, first.end_reason) == ("waived", REASON)
    assert first.live_link() is None
    assert second.live_link() is not None
    assert fresh(data_request).state == "process_request"


def test_after_refusals_the_letter_is_written_anew_for_another_owner() -> None:
    world, data_request = all_declined()
    assert data_request.state == "review_refusals"
    take(
        subject=data_request,
        deed="return:draft_letter",
        reason="Tanyakan kepada dinas lain.",
        **section_head(world),
    )
    assert [letter.status for letter in data_request.letters.order_by("sequence")] == [
        Letter.Status.SUPERSEDED,
        Letter.Status.LIVE,
    ]
    with pytest.raises(Incomplete, match="paling sedikit satu pemilik data"):
        letters.draft_letter(subject=data_request, **staff(world))
    assert letters.render_draft(data_request).startswith(b"%PDF")
    again = requests.add_recipient(subject=data_request, data_owner=world.owners[0], **staff(world))
    assert again.number == 2
    letters.draft_letter(subject=data_request, **staff(world))
    assert data_request.state == "verify_letter"
    assert data_request.signed_letter() is None


def test_after_refusals_the_list_is_begun_again_and_what_was_asked_stays() -> None:
    world, data_request = all_declined()
    take(
        subject=data_request,
        deed="return:list_needs",
        reason="Persempit daftar datanya.",
        **section_head(world),
    )
    assert data_request.state == "list_needs"
    assert data_request.live_letter() is None
    asked = RequestedItem.objects.get(data_request=data_request, position=2)
    with pytest.raises(NotReady, match=f"Data {asked.name} sudah pernah diminta"):
        requests.save_needs(
            subject=data_request,
            needs=needs_of(data_request, items=needs_of(data_request).items[:1]),
            **staff(world),
        )
    needs = needs_of(data_request, owners=(world.owners[0],))
    requests.list_needs(subject=data_request, needs=needs, **section_head(world))
    assert data_request.state == "prepare_form"


def test_closing_without_data_needs_a_reason() -> None:
    world, data_request = all_declined()
    with pytest.raises(Incomplete, match="10 karakter"):
        take(subject=data_request, deed="close_without_data", **section_head(world))
    take(subject=data_request, deed="close_without_data", reason=REASON, **section_head(world))
    assert (data_request.state, data_request.outcome) == ("closed", "without_data")
