"""Does each change of a setting hold, keep its reason, and stand in the office's chain?"""

from datetime import date
from typing import Any

import pytest
from django.db.models.fields.files import FieldFile
from django.urls import reverse

from requests_app.models import (
    AuditEntry,
    DataOwner,
    DataRequest,
    LetterTemplate,
    NumberRegister,
    Office,
    Position,
    SopEdition,
    User,
    WorkCalendar,
)
from requests_app.services import audit
from requests_app.sop.roles import Role
from tests.factories import make_world

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

REASON = "Sesuai surat keputusan terbaru."


def entries(office: Office) -> Any:
    return AuditEntry.objects.filter(chain=audit.chain_of_office(office.pk))


def typed(client: Any, page: str, **changes: Any) -> dict[str, Any]:
    """What the page's own form would post, with a few fields typed anew."""
    context = client.get(page).context
    data = dict(_posted(context["adminform"].form))
    for inline in context["inline_admin_formsets"]:
        data |= _posted(inline.formset.management_form)
        for form in inline.formset.forms:
            data |= _posted(form)
    data |= {"reason": REASON, **changes}
    return {name: value for name, value in data.items() if value is not None}


def _posted(form: Any) -> dict[str, Any]:
    found = {}
    for bound in form:
        value = bound.value()
        if hasattr(bound.field, "queryset") and hasattr(value, "pk"):
            value = value.pk
        if value is False or isinstance(value, FieldFile):
            continue  # an unticked box, a file input: a browser sends neither
        if hasattr(value, "strftime"):
            value = value.strftime("%d-%m-%Y")
        found[bound.html_name] = "" if value is None else value
    return found


def errors_of(answer: Any) -> str:
    assert answer.status_code == 200
    context = answer.context
    told = [context["adminform"].form.errors.as_text()]
    for inline in context["inline_admin_formsets"]:
        told += [str(inline.formset.errors), str(inline.formset.non_form_errors())]
    return " ".join(told)


# -- offices ------------------------------------------------------------------------------------


def test_a_new_office_is_laid_out_and_its_missing_address_is_told(superuser):
    page = reverse("admin:requests_app_office_add")
    data = typed(
        superuser,
        page,
        name="Dinas Contoh Baru",
        government="Pemerintah Kota Contoh",
        head_title="Kepala Dinas Contoh Baru",
        city="Kota Contoh",
        contact_name="Narahubung",
        contact_phone="0285 000000",
    )
    answer = superuser.post(page, data, follow=True)
    office = Office.objects.get(name="Dinas Contoh Baru")
    assert "Alamat kantor masih kosong" in answer.content.decode()
    assert SopEdition.objects.get(office=office).steps.count() == 16
    assert NumberRegister.objects.filter(office=office).count() == 5
    assert WorkCalendar.objects.filter(office=office).exists()
    assert entries(office).get().deed == "add_office"


def test_an_office_s_own_admin_opens_no_office(kept):
    assert kept.client.get(reverse("admin:requests_app_office_add")).status_code == 403


def test_a_change_asks_why_and_is_on_the_record(kept):
    office = kept.world.office
    page = reverse("admin:requests_app_office_change", args=[office.pk])
    assert "Alamat kantor masih kosong" in kept.client.get(page).content.decode()
    data = typed(kept.client, page, decline_grounds="Rahasia jabatan\nLainnya")
    refused = kept.client.post(page, {**data, "reason": ""})
    assert "Tulis alasan" in errors_of(refused)
    assert not entries(office).exists()
    assert kept.client.post(page, data).status_code == 302
    office.refresh_from_db()
    assert office.grounds == ["Rahasia jabatan", "Lainnya"]
    entry = entries(office).get()
    assert (entry.deed, entry.reason) == ("change_office", REASON)
    assert entry.actor_name == kept.admin.name
    assert entry.actor_capacity == "admin"
    assert entry.facts["changes"]["decline_grounds"][1] == "Rahasia jabatan\nLainnya"
    assert list(audit.verify_chains()) == []


# -- people -------------------------------------------------------------------------------------


def test_a_person_is_added_with_a_password(kept):
    page = reverse("admin:requests_app_user_add")
    data = typed(
        kept.client,
        page,
        username="orangbaru",
        name="Orang Baru",
        email="baru@contoh.test",
        password1="kata-sandi-panjang-7",
        password2="kata-sandi-panjang-7",
        usable_password="true",
    )
    answer = kept.client.post(page, data)
    assert answer.status_code == 302, errors_of(answer)
    person = User.objects.get(username="orangbaru")
    assert person.check_password("kata-sandi-panjang-7")
    assert person.office == kept.world.office
    entry = entries(kept.world.office).get()
    assert entry.deed == "add_user"
    assert "kata-sandi" not in str(entry.facts)


def test_a_password_is_set_and_the_record_says_by_whom(kept):
    page = reverse("admin:auth_user_password_change", args=[kept.world.staff.pk])
    assert kept.client.get(page).status_code == 200
    answer = kept.client.post(
        page,
        {
            "password1": "kata-sandi-panjang-8",
            "password2": "kata-sandi-panjang-8",
            "usable_password": "true",
        },
    )
    assert answer.status_code == 302
    kept.world.staff.refresh_from_db()
    assert kept.world.staff.check_password("kata-sandi-panjang-8")
    entry = entries(kept.world.office).get()
    assert entry.deed == "set_password"
    assert "kata-sandi" not in str(entry.facts)


def test_a_refused_password_is_not_on_the_record(kept):
    page = reverse("admin:auth_user_password_change", args=[kept.world.staff.pk])
    answer = kept.client.post(page, {"password1": "satu", "password2": "dua"})
    assert answer.status_code == 200
    assert not entries(kept.world.office).exists()


def test_nobody_raises_himself_to_superuser(kept):
    page = reverse("admin:requests_app_user_change", args=[kept.admin.pk])
    assert kept.client.get(page).status_code == 200
    data = typed(kept.client, page, is_superuser="on", user_permissions=["1"], groups=["1"])
    kept.client.post(page, data)
    kept.admin.refresh_from_db()
    assert kept.admin.is_superuser is False
    assert kept.admin.user_permissions.count() == 0


def test_an_office_s_admin_does_not_touch_a_superuser(kept, superuser):
    person = User.objects.get(is_superuser=True)
    page = reverse("admin:requests_app_user_change", args=[person.pk])
    assert kept.client.post(page, {"name": "Lain", "reason": REASON}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[person.pk])
    assert kept.client.get(password).status_code == 403
    assert superuser.get(page).status_code == 200


# -- positions ----------------------------------------------------------------------------------


def new_position(client: Any, **changes: Any) -> dict[str, Any]:
    return typed(
        client,
        reverse("admin:requests_app_position_add"),
        **{
            "role": Role.STAFF.value,
            "title": "Pengelola Data Kedua",
            "kind": "definitif",
            "valid_from": "01-01-2026",
            "decree_number": "SK/7/2026",
            "decree_date": "02-01-2026",
            **changes,
        },
    )


def test_a_position_needs_its_decree(kept):
    page = reverse("admin:requests_app_position_add")
    data = new_position(kept.client, user=kept.world.staff.pk, decree_number="", decree_date="")
    told = errors_of(kept.client.post(page, data))
    assert "decree_number" in told
    assert "decree_date" in told


def test_somebody_s_position_is_entered_and_on_the_record(kept):
    page = reverse("admin:requests_app_position_add")
    data = new_position(kept.client, user=kept.world.staff.pk)
    answer = kept.client.post(page, data)
    assert answer.status_code == 302, errors_of(answer)
    assert kept.world.staff.positions.count() == 2
    entry = entries(kept.world.office).get()
    assert entry.deed == "add_position"
    assert kept.world.staff.name in entry.subject_label


def test_nobody_enters_a_position_for_himself(kept, superuser):
    page = reverse("admin:requests_app_position_add")
    own = {kept.client: kept.admin, superuser: User.objects.get(is_superuser=True)}
    for client, person in own.items():
        told = errors_of(client.post(page, new_position(client, user=person.pk)))
        assert "untuk diri sendiri" in told
        assert person.positions.count() == 0


def test_nobody_changes_the_own_position_or_moves_one_to_himself(kept):
    own = Position.objects.create(
        user=kept.admin,
        office=kept.world.office,
        role=Role.STAFF.value,
        title="Pengelola",
        valid_from=date(2024, 1, 1),
        decree_number="SK/1",
        decree_date=date(2024, 1, 1),
    )
    other = kept.world.staff.positions.get()
    for position, changes in (
        (own, {"role": Role.AGENCY_HEAD.value}),
        (own, {"user": kept.world.staff.pk}),
        (other, {"user": kept.admin.pk}),
    ):
        page = reverse("admin:requests_app_position_change", args=[position.pk])
        answer = kept.client.post(page, typed(kept.client, page, **changes))
        assert "untuk diri sendiri" in errors_of(answer)
    assert not entries(kept.world.office).exists()


# -- editions -----------------------------------------------------------------------------------


def begin_a_request(kept: Any) -> DataRequest:
    world = kept.world
    return DataRequest.objects.create(
        office=world.office,
        section=world.section,
        edition=SopEdition.objects.get(office=world.office, is_current=True),
        title="Data contoh",
        opened_by=world.staff,
        opened_at=world.now,
        entered_at=world.now,
    )


def test_an_unused_edition_is_worded_anew_and_its_revision_rises(kept):
    edition = SopEdition.objects.get(office=kept.world.office)
    before = edition.as_plain()
    page = reverse("admin:requests_app_sopedition_change", args=[edition.pk])
    data = typed(kept.client, page, number="000.8.3.3/173-7", title_staff="Pelaksana")
    index = next(
        name.split("-")[1]
        for name, value in data.items()
        if name.startswith("steps-") and name.endswith("-activity") and value
    )
    data[f"steps-{index}-standard_amount"] = "2"
    answer = kept.client.post(page, data)
    assert answer.status_code == 302, errors_of(answer)
    edition.refresh_from_db()
    assert edition.revision == 2
    plain = edition.as_plain()
    assert plain.number == "000.8.3.3/173-7"
    assert plain.role_titles[Role.STAFF] == "Pelaksana"
    assert plain.legal_basis == before.legal_basis
    assert plain.footnotes == before.footnotes
    assert plain.steps != before.steps
    assert entries(kept.world.office).get().deed == "change_sopedition"


def test_an_edition_in_use_is_closed(kept, superuser):
    begin_a_request(kept)
    edition = SopEdition.objects.get(office=kept.world.office)
    page = reverse("admin:requests_app_sopedition_change", args=[edition.pk])
    for client in (kept.client, superuser):
        shown = client.get(page).content.decode()
        assert "Undang-undang No. 14 Tahun 2009" in shown
        assert "Kasubbag. TU · Staff Pelaksana · Kepala OPD" in shown
        assert "yang berlaku adalah Undang-Undang Nomor 14 Tahun 2008" in shown
        assert 'name="number"' not in shown
        assert 'name="steps-0-activity"' not in shown
        assert client.post(page, {"number": "lain", "reason": REASON}).status_code == 403


def test_a_revision_is_a_copy_that_new_requests_may_begin_with(kept):
    running = begin_a_request(kept)
    old = SopEdition.objects.get(office=kept.world.office)
    page = reverse("admin:requests_app_sopedition_changelist")
    kept.client.post(page, {"action": "make_revision", "_selected_action": [old.pk]})
    copy = SopEdition.objects.exclude(pk=old.pk).get(office=kept.world.office)
    assert copy.is_current is False
    assert copy.as_plain() == old.as_plain()
    kept.client.post(page, {"action": "make_current", "_selected_action": [copy.pk]})
    assert SopEdition.objects.get(office=kept.world.office, is_current=True) == copy
    running.refresh_from_db()
    assert running.edition == old
    deeds = list(entries(kept.world.office).values_list("deed", flat=True))
    assert deeds == ["revise_edition", "begin_with_edition"]


def test_two_editions_are_not_both_current(kept):
    page = reverse("admin:requests_app_sopedition_changelist")
    first = SopEdition.objects.get(office=kept.world.office)
    kept.client.post(page, {"action": "make_revision", "_selected_action": [first.pk]})
    both = list(SopEdition.objects.filter(office=kept.world.office).values_list("pk", flat=True))
    answer = kept.client.post(
        page, {"action": "make_current", "_selected_action": both}, follow=True
    )
    assert "Pilih satu edisi saja" in answer.content.decode()
    assert SopEdition.objects.get(office=kept.world.office, is_current=True) == first


def test_an_edition_that_would_not_lie_over_the_table_is_refused(kept):
    edition = SopEdition.objects.get(office=kept.world.office)
    page = reverse("admin:requests_app_sopedition_change", args=[edition.pk])
    answer = kept.client.post(page, typed(kept.client, page, footnotes="9: tidak ada dasarnya"))
    assert "Tidak ada dasar hukum nomor 9" in errors_of(answer)
    answer = kept.client.post(page, typed(kept.client, page, footnotes="tanpa nomor"))
    assert "Tulis catatan kaki" in errors_of(answer)
    data = typed(kept.client, page)
    data["steps-6-role"] = Role.STAFF.value  # row 7 is the owner's by its text
    assert "tidak dapat berpindah" in errors_of(kept.client.post(page, data))


# -- calendar, templates, registers, owners -----------------------------------------------------


def test_a_new_holiday_raises_the_calendar_s_revision(kept):
    calendar = WorkCalendar.objects.get(office=kept.world.office)
    assert calendar.as_plain().holidays == {}
    page = reverse("admin:requests_app_workcalendar_change", args=[calendar.pk])
    data = typed(kept.client, page) | {
        "holidays-TOTAL_FORMS": "1",
        "holidays-0-day": "25-12-2026",
        "holidays-0-name": "Hari Raya Natal",
        "holidays-0-kind": WorkCalendar.holidays.rel.related_model.KINDS[0][0],
        "holidays-0-decree": "SKB 3 Menteri",
    }
    answer = kept.client.post(page, data)
    assert answer.status_code == 302, errors_of(answer)
    calendar.refresh_from_db()
    assert calendar.revision == 2
    assert date(2026, 12, 25) in calendar.as_plain().holidays
    entry = entries(kept.world.office).get()
    assert entry.facts["rows"] == [["added", "25-12-2026 Hari Raya Natal"]]


def test_periods_typed_together_may_not_overlap(kept):
    calendar = WorkCalendar.objects.get(office=kept.world.office)
    page = reverse("admin:requests_app_workcalendar_change", args=[calendar.pk])
    data = typed(kept.client, page) | {"periods-TOTAL_FORMS": "3"}
    for number, start in ((1, "01-03-2027"), (2, "10-03-2027")):
        data |= {
            f"periods-{number}-name": f"Ramadan {number}",
            f"periods-{number}-decree": "SE contoh",
            f"periods-{number}-starts": start,
            f"periods-{number}-ends": "31-03-2027",
            f"periods-{number}-is_special": "on",
            f"periods-{number}-monday": "08.00-12.00",
        }
    assert "bertumpang tindih" in errors_of(kept.client.post(page, data))


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("Dengan hormat, {nama_kucing}", "{nama_kucing} tidak dikenal"),
        ("Buka https://contoh.test/t/abc", "Tautan dan kode akses"),
        ("{{ settings.SECRET_KEY }}", "tidak dikenal"),
    ],
)
def test_a_template_s_placeholders_are_checked(kept, body, sentence):
    template = LetterTemplate.objects.get(office=kept.world.office)
    page = reverse("admin:requests_app_lettertemplate_change", args=[template.pk])
    assert sentence in errors_of(kept.client.post(page, typed(kept.client, page, body=body)))
    good = typed(kept.client, page, body="Untuk {tujuan}, hubungi {narahubung}.")
    assert kept.client.post(page, good).status_code == 302


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("{klasifikasi}/{urut}/{tahun}/{bulan}", "{bulan} tidak dikenal"),
        ("{klasifikasi}/{tahun}", "harus memuat {urut}"),
        ("{urut}", "harus memuat {tahun}"),
        ("{urut}/{tahun}/{", "tidak dikenal"),
        ("{urut.__class__}/{urut}/{tahun}", "tidak dikenal"),
    ],
)
def test_a_number_s_pattern_is_checked(kept, template, sentence):
    register = NumberRegister.objects.filter(office=kept.world.office).first()
    page = reverse("admin:requests_app_numberregister_change", args=[register.pk])
    answer = kept.client.post(page, typed(kept.client, page, template=template))
    assert sentence in errors_of(answer)
    good = typed(kept.client, page, template="B/{urut}/{klasifikasi} Tahun {tahun}")
    assert kept.client.post(page, good).status_code == 302


def test_an_owner_is_added_to_the_own_directory_only(kept):
    other = make_world(owners=0)
    page = reverse("admin:requests_app_dataowner_add")
    data = typed(
        kept.client,
        page,
        name="Dinas Contoh Tambahan",
        head_title="Kepala Dinas Contoh Tambahan",
        place="Kota Contoh",
        office=other.office.pk,
    )
    assert "office" in errors_of(kept.client.post(page, data))
    data["office"] = kept.world.office.pk
    assert kept.client.post(page, data).status_code == 302
    assert DataOwner.objects.get(name="Dinas Contoh Tambahan").office == kept.world.office
