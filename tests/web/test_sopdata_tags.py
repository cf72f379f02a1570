"""Do the tags and filters of the templates write what the design says?"""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory

from requests_app.sop import steps
from requests_app.web import errors
from requests_app.web.templatetags import sopdata

MOMENT = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)


def render(source: str, **context: object) -> str:
    template = engines["django"].from_string("{% load sopdata %}" + source)
    return template.render(context, RequestFactory().get("/permohonan/", {"langkah": "5"}))


class OwnerForm(forms.Form):
    name = forms.CharField(label="Nama", help_text="Nama resmi.")
    kind = forms.ChoiceField(
        label="Jenis", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="Setuju", required=False)

    def clean_name(self) -> str:
        raise forms.ValidationError("Tulis nama pemilik data.")


class RowForm(forms.Form):
    name = forms.CharField(error_messages={"required": "Tulis nama data."})
    nip = forms.CharField(error_messages={"required": "NIP belum diisi."})


RowFormSet = forms.formset_factory(RowForm, extra=0, can_delete=True, can_order=True)
OPTION = {"deed": "return:draft_letter", "label": "Kembalikan", "allowed": True, "reason": ""}


def rows(**values: str) -> forms.BaseFormSet:
    data = {"items-TOTAL_FORMS": "2", "items-INITIAL_FORMS": "0", **values}
    return RowFormSet(data, prefix="items")


@pytest.mark.parametrize(
    ("filtered", "written"),
    [
        (sopdata.long_date(MOMENT), "23 November 2026"),
        (sopdata.weekday_date(date(2026, 11, 23)), "Senin, 23 November 2026"),
        (sopdata.short_date(MOMENT), "23-11-2026"),
        (sopdata.clock_time(MOMENT), "pukul 14.05 WIB"),
        (sopdata.file_size(2_516_582), "2,4 MB"),
        (sopdata.duration(190), "3 jam 10 menit"),
        (sopdata.grouped(1234.5), "1.234,5"),
        (sopdata.nip("197001012000011001"), "19700101 200001 1 001"),
        (sopdata.short_hash("3f2a91c0" + "0" * 52 + "9d4e"), "3f2a91c0…9d4e"),
        (sopdata.long_date(None), ""),
        (sopdata.file_size(None), ""),
    ],
)
def test_formats(filtered, written):
    assert filtered == written


@pytest.mark.parametrize(
    ("style", "written"),
    [
        ("full", "23 November 2026 pukul 14.05 WIB"),
        ("long", "Senin, 23 November 2026 pukul 14.05 WIB"),
        ("short", "23-11-2026 14.05"),
        ("date", "23 November 2026"),
        ("day", "Senin, 23 November 2026"),
        ("time", "pukul 14.05 WIB"),
    ],
)
def test_every_moment_is_a_time_element(style, written):
    expected = f'<time datetime="2026-11-23T14:05:00+07:00">{written}</time>'
    assert sopdata.moment(MOMENT, style) == expected


def test_a_day_has_no_time_of_day():
    assert sopdata.moment(date(2026, 11, 23), "short").endswith(">23-11-2026</time>")
    assert sopdata.moment(None) == ""


@pytest.mark.parametrize("state", [*[step.key for step in steps.STEPS], *steps.REQUEST_ENDS])
def test_each_state_has_badge_and_bars(state):
    shown = render("{% state_badge state %}{% step_bars state %}", state=state)
    assert f'data-state="{state}"' in shown
    assert shown.count("<li") == sopdata.BARS


def test_bars_tell_where_the_request_stands():
    assert render("{% step_bars 'process_request' %}").count("is-done") == 6
    assert 'aria-current="step"' in render("{% step_bars 'deliver_data' %}")
    assert render("{% step_bars 'closed' %}").count("is-done") == sopdata.BARS
    stopped = render("{% step_bars 'cancelled' reached='sign_letter' %}")
    assert stopped.count("is-done") == 4
    assert "aria-current" not in stopped


def test_an_allowed_deed_is_a_plain_button():
    shown = render("{% deed_button option %}", option=OPTION)
    assert 'name="deed" value="return:draft_letter" data-deed="return:draft_letter"' in shown
    assert "aria-disabled" not in shown


def test_a_refused_deed_says_why_and_stays_reachable():
    refused = OPTION | {"allowed": False, "reason": "Langkah ini dikerjakan oleh Kepala OPD."}
    shown = render("{% deed_button option %}", option=refused)
    assert 'aria-disabled="true" aria-describedby="reason-return-draft_letter"' in shown
    assert 'id="reason-return-draft_letter"' in shown
    assert "Langkah ini dikerjakan oleh Kepala OPD." in shown
    assert " disabled" not in shown


def test_a_send_back_has_its_own_form_and_question():
    shown = render("{% send_back option %}", option=OPTION)
    assert "Apa yang perlu diperbaiki?" in shown
    assert 'name="csrfmiddlewaretoken"' in shown
    assert "<details" in shown
    assert " open" not in shown


def test_a_refused_send_back_comes_back_open():
    form = OwnerForm({})
    assert " open>" in render("{% send_back option form %}", option=OPTION, form=form)


def test_a_field_ties_label_hint_and_error_to_its_input():
    shown = render("{% field form.name %}", form=OwnerForm({"name": "x", "kind": "a"}))
    assert '<label class="field__label" for="id_name">' in shown
    assert 'aria-describedby="id_name_helptext id_name_error"' in shown
    assert 'id="id_name_helptext"' in shown
    assert 'id="id_name_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert "Tulis nama pemilik data." in shown


def test_choices_stand_in_a_fieldset_with_a_legend():
    shown = render("{% field form.kind layout='inline' %}", form=OwnerForm())
    assert "<fieldset>" in shown
    assert "<legend>Jenis" in shown
    assert shown.count('type="radio"') == 2


def test_the_summary_leads_to_the_first_option_of_a_group():
    lines = errors.listed([OwnerForm({"name": "x"})])
    assert [line.target for line in lines] == ["id_name", "id_kind_0"]


def test_a_sentence_that_only_introduces_is_not_counted():
    form = OwnerForm({"name": "x"})
    form.add_error(None, ValidationError("Isian belum lengkap.", code=errors.LEAD))
    shown = render("{% error_summary form %}", form=form)
    assert "Ada 2 hal" in shown
    assert "<p>Isian belum lengkap.</p>" in shown
    alone = forms.Form({})
    alone.add_error(None, ValidationError("Isian belum lengkap.", code=errors.LEAD))
    assert "Ada 1 hal" in render("{% error_summary form %}", form=alone)


def test_the_summary_names_the_row():
    formset = rows(**{"items-0-nip": "1", "items-1-name": "Ormas"})
    assert [line.text for line in errors.listed([formset])] == [
        "Baris 1: tulis nama data.",
        "Baris 2: NIP belum diisi.",
    ]


def test_a_removed_row_has_no_errors():
    formset = rows(
        **{
            "items-0-name": "Ormas",
            "items-0-nip": "1",
            "items-1-DELETE": "on",
            "items-1-ORDER": "2",
        }
    )
    assert errors.listed([formset]) == []


def test_the_page_finds_its_own_forms():
    form = OwnerForm({"name": "x", "kind": "a"})
    assert "Tulis nama pemilik data." in render("{% error_summary %}", form=form)
    assert render("{% error_prefix %}", form=form) == "Galat: "
    assert render("{% error_prefix %}", form=OwnerForm()) == ""
    assert render("{% error_prefix %}", error_forms=[OwnerForm()], form=form) == ""


def test_rows_have_labels_contract_names_and_a_template():
    shown = render("{% formset_table formset %}", formset=RowFormSet(prefix="items"))
    assert 'data-rows="items"' in shown
    assert 'name="add_row" value="items"' in shown
    assert 'name="items-TOTAL_FORMS"' in shown
    assert 'for="id_items-__prefix__-name"' in shown
    assert 'name="items-__prefix__-DELETE"' in shown
    assert "<table" in shown


def test_a_row_just_added_has_the_focus():
    shown = render("{% formset_table formset %}", formset=rows(), added_row="items")
    assert shown.count("autofocus") == 1
    assert "autofocus" in shown[shown.index('name="items-1-name"') :].split(">")[0]


def test_rows_with_many_fields_are_cards():
    many = type("Many", (forms.Form,), {f"f{n}": forms.CharField() for n in range(7)})
    shown = render("{% formset_table formset %}", formset=forms.formset_factory(many)())
    assert "rows--cards" in shown
    assert "<table" not in shown


def test_each_input_of_a_row_has_a_label_of_its_own():
    shown = render("{% formset_table formset %}", formset=rows())
    for number in (0, 1):
        for name in ("name", "nip", "DELETE", "ORDER"):
            assert f'for="id_items-{number}-{name}"' in shown


def test_a_sorted_column_says_so_and_turns_round():
    shown = render("{% sort_header 'tenggat' 'Tenggat' %}")
    assert 'aria-sort="none"' in shown
    assert "?langkah=5&amp;urut=tenggat" in shown


def test_pages_keep_the_query():
    page = Paginator(range(60), 25).page(2)
    shown = render("{% pagination page %}", page=page)
    assert "26–50 dari 60 permohonan" in shown
    assert 'href="?langkah=5&amp;hal=3"' in shown
    assert 'aria-current="page"' in shown
