"""Do the pictures of the SOP show the table, and nothing else?"""

import re
from dataclasses import replace

import pytest

from requests_app.sop import drawing
from requests_app.sop.edition import AS_ISSUED
from requests_app.sop.roles import Role
from requests_app.sop.steps import EXITS, ROWS, STEPS

LANES = drawing.swimlanes(AS_ISSUED)


def arrows():
    found = re.findall(r"^    (\S+) --> (\S+?)(?:: (.+))?$", drawing.state_diagram(), re.MULTILINE)
    return {(source, target): label for source, target, label in found}


def test_the_table_has_14_rows_with_all_ten_columns():
    head, _rule, *rows = drawing.table(AS_ISSUED).splitlines()
    assert head == (
        "| No | Kegiatan | Kepala Seksi/ Kasubbag. TU | Staff Pelaksana | Kepala OPD "
        "| Pemilik Data dan Informasi | Kelengkapan | Waktu | Output | Ket |"
    )
    assert len(rows) == 14
    for line, row in zip(rows, ROWS, strict=True):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        number, activity, *marks, inputs, time, output, remarks = cells
        assert (number, activity) == (row.printed_number, row.activity)
        assert (inputs, time, output) == (row.inputs, row.standard_text, row.output)
        assert remarks == ""
        assert [bool(mark) for mark in marks] == [row.role is role for role in Role]


def test_only_row_1_carries_the_word_that_the_text_kept():
    assert drawing.table(AS_ISSUED).count("mulai") == 1


def test_an_office_s_own_wording_cannot_break_the_table():
    row = replace(AS_ISSUED.row_of("list_needs"), remarks="satu | dua\ntiga")
    own = replace(AS_ISSUED, steps={**AS_ISSUED.steps, "list_needs": row})
    assert "satu \\| dua tiga |" in drawing.table(own)
    assert len(drawing.table(own).splitlines()) == 16


def test_the_page_has_header_boxes_footnote_and_the_note_on_roles():
    page = drawing.page(AS_ISSUED)
    assert "| NOMOR SOP | 000.8.3.3/173-6 |" in page
    assert "| TGL. REVISI |  |" in page
    assert "No. 14 Tahun 2009 tentang Keterbukaan Informasi Publik[^1]" in page
    assert "[^1]: Ditulis sebagaimana naskah SOP." in page
    assert page.count("*(kosong dalam naskah)*") == 2
    assert "baris 2, 3, 6, 8, 9, 10, 11 dan 12 disimpulkan" in page
    assert page.endswith("\n")


def test_the_diagram_has_an_arrow_for_every_step_send_back_and_exit():
    drawn = arrows()
    for step in STEPS:
        if step.key != "review_refusals":
            assert drawn[step.key, step.next] == ""
        for target in step.returns_to:
            assert drawn[step.key, target] == "kembalikan"
    for way_out in EXITS:
        sources = {source for source, target in drawn if target == way_out.target}
        assert sources & {*way_out.sources, f"anywhere_{way_out.key}"}


def test_the_diagram_names_no_state_that_does_not_exist():
    named = set(re.findall(r" as (\S+)$", drawing.state_diagram(), re.MULTILINE))
    used = {state for pair in arrows() for state in pair} - {"[*]"}
    assert used == named


def test_boxes_stand_in_their_role_s_lane_and_never_overlap():
    lanes = {lane.role: lane for lane in LANES.lanes}
    for box in LANES.boxes:
        lane = lanes[AS_ISSUED.role_of(box.key)]
        assert lane.x <= box.x
        assert box.x + box.width <= lane.x + lane.width
    for upper, lower in zip(LANES.boxes, LANES.boxes[1:], strict=False):
        assert upper.bottom < lower.y


def test_the_lanes_hold_the_14_rows_and_the_receiving_end_of_the_report():
    assert [box.key for box in LANES.boxes] == [*(row.key for row in ROWS), "accept_report"]
    assert [box.key for box in LANES.boxes if box.is_start] == ["list_needs"]
    assert LANES.box_of("verify_letter").is_decision
    with pytest.raises(KeyError):
        LANES.box_of("review_refusals")


def test_arrows_begin_and_end_on_their_boxes_and_stay_on_the_page():
    for arrow in LANES.arrows:
        source, target = LANES.box_of(arrow.source), LANES.box_of(arrow.target)
        (first_x, first_y), (last_x, last_y) = arrow.points[0], arrow.points[-1]
        assert source.x <= first_x <= source.x + source.width
        assert source.y <= first_y <= source.bottom
        assert target.x <= last_x <= target.x + target.width
        assert target.y <= last_y <= target.bottom
        assert all(0 <= x <= LANES.width and 0 <= y <= LANES.height for x, y in arrow.points)
    assert sum(arrow.is_return for arrow in LANES.arrows) == sum(
        len(step.returns_to) for step in STEPS if step.key != "review_refusals"
    )
    assert LANES.arrows[0].path.startswith("110,")


def test_lines_fit_their_box_and_lose_no_word():
    for box in LANES.boxes:
        assert " ".join(box.lines) == AS_ISSUED.row_of(box.key).activity
    assert drawing.wrapped("ya " + "x" * 60, width=100) == ("ya", "x" * 60)
