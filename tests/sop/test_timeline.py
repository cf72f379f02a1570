"""Does the timeline say what is done, now, ahead and late, on the right clock?"""

from datetime import timedelta

import pytest

from requests_app.sop.clock import Grant, Pause
from requests_app.sop.edition import AS_ISSUED
from requests_app.sop.timeline import Asked, Deed, DeedKind, Facts, RowState, timeline
from tests.sop.calendars import CALENDAR, wib

OPENED = wib("23-11-2026 08.00")
LATER = wib("28-12-2026 10.00")
OFFICES_OWN = "27-11-2026 14.30"
"""When a correction of the office's ordinary 3 days is due."""


def done(key, at, recipient=None, **more):
    return Deed(key=key, kind=DeedKind.COMPLETES, at=wib(at), recipient=recipient, **more)


def back(key, to, at, recipient=None, **more):
    return Deed(
        key=key,
        kind=DeedKind.RETURNS,
        to=to,
        at=wib(at),
        by="Contoh",
        reason="Butir 2 belum lengkap",
        recipient=recipient,
        **more,
    )


def left(key, at, recipient=None):
    return Deed(
        key=key, kind=DeedKind.LEAVES, at=wib(at), reason="Tidak dikuasai", recipient=recipient
    )


def asked(number, **more):
    return Asked(number=number, added_at=OPENED, **more)


UNTIL_SIGNED = (
    done("list_needs", "23-11-2026 09.00", by="Kasi"),
    done("prepare_form", "23-11-2026 10.00"),
    done("draft_letter", "23-11-2026 10.20"),
    done("verify_letter", "23-11-2026 11.00"),
    done("sign_letter", "23-11-2026 13.30"),
)


def answered(number, day="24-11-2026"):
    return (
        done("send_letter", "23-11-2026 13.45", number),
        done("receive_letter", "23-11-2026 14.00", number),
        done("process_request", f"{day} 09.00", number),
        done("deliver_data", f"{day} 09.10", number),
        done("receive_data", f"{day} 09.30", number),
        done("record_data", f"{day} 09.40", number),
    )


def drawn(deeds=(), recipients=(), at=LATER):
    facts = Facts(opened_at=OPENED, deeds=tuple(deeds), recipients=tuple(recipients))
    return timeline(edition=AS_ISSUED, facts=facts, calendar=CALENDAR, at=at)


def row_of(line, key, recipient=None):
    return next(row for row in line.rows if (row.row.key, row.recipient) == (key, recipient))


def states(line):
    return {(row.row.key, row.recipient): row.state for row in line.rows}


def test_a_new_request_waits_in_row_1():
    line = drawn(at=wib("23-11-2026 10.00"))
    assert [row.row.key for row in line.now] == ["list_needs"]
    assert [bar.state for bar in line.progress] == [RowState.NOW] + [RowState.AHEAD] * 11
    assert [bar.number for bar in line.progress] == [str(number) for number in range(1, 13)]


def test_all_14_rows_and_the_receiving_end_are_there():
    assert len(drawn().rows) == 15
    assert len([row for row in drawn().rows if row.row.step.is_of_the_sop]) == 14


def test_a_done_row_says_who_when_how_long_and_whether_in_time():
    row = row_of(drawn(UNTIL_SIGNED, [asked(1)]), "list_needs")
    assert (row.state, row.by, row.spent_minutes) == (RowState.DONE, "Kasi", 60)
    assert (row.entered_at, row.done_at) == (OPENED, wib("23-11-2026 09.00"))
    assert row.due_at == wib("24-11-2026 16.30")
    assert (row.on_time, row.late_by) == (True, None)


def test_what_ended_late_says_by_how_much():
    deeds = (done("list_needs", "25-11-2026 10.40"),)
    row = row_of(drawn(deeds), "list_needs")
    assert row.on_time is False
    assert str(row.late_by) == "terlambat 3 jam 10 menit"


def test_what_waits_past_its_due_time_is_late_now():
    row = row_of(drawn(at=wib("27-11-2026 08.00")), "list_needs")
    assert row.state is RowState.NOW
    assert str(row.late_by) == "terlambat 2 hari kerja"


def test_rows_6_to_9_run_once_for_each_recipient():
    line = drawn((*UNTIL_SIGNED, *answered(1)), [asked(1), asked(2)])
    assert len(line.rows) == 15 + 6
    assert states(line)["record_data", 1] is RowState.DONE
    assert states(line)["send_letter", 2] is RowState.NOW
    assert states(line)["process_data", None] is RowState.AHEAD
    assert len(line.for_recipient(2)) == 6
    seventh = line.progress[6]
    assert (seventh.state, seventh.done, seventh.total) == (RowState.NOW, 3, 6)


def test_the_request_stands_where_its_slowest_recipient_stands():
    deeds = (*UNTIL_SIGNED, *answered(1), *answered(2, day="01-12-2026"))
    line = drawn(deeds, [asked(1), asked(2)])
    assert [row.row.key for row in line.now] == ["process_data"]
    assert row_of(line, "process_data").entered_at == wib("01-12-2026 09.40")


def test_a_send_back_makes_a_new_round_and_reopens_what_lies_between():
    deeds = (*UNTIL_SIGNED[:3], back("verify_letter", "prepare_form", "23-11-2026 11.00"))
    line = drawn(deeds, at=wib("23-11-2026 13.30"))
    assert states(line)["prepare_form", None] is RowState.NOW
    assert states(line)["draft_letter", None] is RowState.AHEAD
    assert states(line)["verify_letter", None] is RowState.AHEAD
    assert len(row_of(line, "prepare_form").rounds) == 2
    sent_back = row_of(line, "verify_letter").last
    assert sent_back.deed.reason == "Butir 2 belum lengkap"


def test_a_correction_has_its_own_short_deadline():
    # Rule 10: 3 working days, not 10.
    deeds = (
        *UNTIL_SIGNED,
        *answered(1)[:4],
        back("receive_data", "process_request", "24-11-2026 10.00", 1),
    )
    row = row_of(drawn(deeds, [asked(1)]), "process_request", 1)
    assert [round_.due_at for round_ in row.rounds] == [
        wib("07-12-2026 16.30"),
        wib("27-11-2026 14.30"),
    ]


@pytest.mark.parametrize(
    ("days", "due_at"), [(1, "25-11-2026 16.30"), (30, "08-12-2026 16.30"), (None, OFFICES_OWN)]
)
def test_each_correction_has_the_days_that_were_set_with_it(days, due_at):
    # Rule 10: chosen with each send-back, at most the 10 days that the owner had.
    deeds = (
        *UNTIL_SIGNED,
        *answered(1)[:4],
        back("receive_data", "process_request", "24-11-2026 10.00", 1, correction_days=days),
    )
    row = row_of(drawn(deeds, [asked(1)]), "process_request", 1)
    assert row.due_at == wib(due_at)


def test_bad_data_found_in_row_10_reopens_one_recipient():
    deeds = (
        *UNTIL_SIGNED,
        *answered(1),
        *answered(2),
        back("process_data", "receive_data", "25-11-2026 10.00", 2),
    )
    line = drawn(deeds, [asked(1), asked(2)])
    assert [(row.row.key, row.recipient) for row in line.now] == [("receive_data", 2)]
    assert states(line)["record_data", 1] is RowState.DONE
    assert states(line)["record_data", 2] is RowState.AHEAD
    again = (
        *deeds,
        done("receive_data", "25-11-2026 11.00", 2),
        done("record_data", "25-11-2026 11.10", 2),
    )
    line = drawn(again, [asked(1), asked(2)])
    assert [row.row.key for row in line.now] == ["process_data"]
    assert len(row_of(line, "process_data").rounds) == 2


def test_who_declines_skips_the_rest_and_the_others_go_on():
    deeds = (
        *UNTIL_SIGNED,
        *answered(1),
        *answered(2)[:2],
        left("decline", "24-11-2026 15.00", 2),
    )
    line = drawn(deeds, [asked(1), asked(2)])
    assert states(line)["process_request", 2] is RowState.SKIPPED
    assert states(line)["record_data", 2] is RowState.SKIPPED
    assert [row.row.key for row in line.now] == ["process_data"]


def test_when_all_declined_the_section_head_decides_and_a_new_letter_goes_to_new_recipients():
    first = asked(1)
    second = Asked(number=2, added_at=wib("25-11-2026 08.00"))
    deeds = (*UNTIL_SIGNED, *answered(1)[:2], left("decline", "24-11-2026 15.00", 1))
    line = drawn(deeds, [first])
    assert [row.row.key for row in line.now] == ["review_refusals"]
    deeds = (
        *deeds,
        back("review_refusals", "draft_letter", "25-11-2026 09.00"),
        done("draft_letter", "25-11-2026 09.10"),
        done("verify_letter", "25-11-2026 09.20"),
        done("sign_letter", "25-11-2026 09.30"),
    )
    line = drawn(deeds, [first, second])
    assert [(row.row.key, row.recipient) for row in line.now] == [("send_letter", 2)]
    assert states(line)["process_request", 1] is RowState.SKIPPED


def test_closing_without_data_skips_what_never_came():
    deeds = (
        *UNTIL_SIGNED,
        left("waive", "24-11-2026 15.00", 1),
        left("close_without_data", "25-11-2026 09.00"),
    )
    line = drawn(deeds, [asked(1)])
    assert line.end == "closed"
    assert line.now == ()
    assert states(line)["process_data", None] is RowState.SKIPPED
    assert line.progress[9].state is RowState.SKIPPED


def test_a_cancelled_request_waits_for_nobody():
    line = drawn((*UNTIL_SIGNED[:2], left("cancel", "23-11-2026 13.00")))
    assert line.end == "cancelled"
    assert line.now == ()


def test_the_whole_walk_ends_closed_with_12_full_bars():
    deeds = (
        *UNTIL_SIGNED,
        *answered(1),
        done("process_data", "10-12-2026 10.00"),
        done("use_results", "15-12-2026 10.00"),
        done("report_usage", "16-12-2026 10.00"),
        back("accept_report", "use_results", "17-12-2026 10.00"),
        done("use_results", "17-12-2026 11.00"),
        done("report_usage", "17-12-2026 12.00"),
        done("accept_report", "18-12-2026 10.00"),
    )
    line = drawn(deeds, [asked(1)])
    assert line.end == "closed"
    assert {bar.state for bar in line.progress} == {RowState.DONE}
    assert row_of(line, "process_data").on_time is None
    assert (line.office.late_rows, line.owner.late_rows) == (0, 0)


def test_owner_and_office_are_measured_apart_and_the_slowest_recipient_counts():
    deeds = (*UNTIL_SIGNED, *answered(1), *answered(2, day="01-12-2026"))
    line = drawn(deeds, [asked(1), asked(2)], at=wib("01-12-2026 10.00"))
    # Owner 2: 15 min to receive, then 24–30 November and 90 min on 1 December, and 10 min.
    to_the_end = 150 + 3 * 480 + 330 + 480 + 90
    assert line.owner.spent_minutes == 15 + to_the_end + 10
    assert line.office.spent_minutes == (60 + 60 + 20 + 40 + 90) + 15 + 20 + 10


def test_a_pause_is_neither_spent_nor_late():
    pause = Pause(started_at=wib("24-11-2026 09.00"), resumed_at=wib("25-11-2026 09.00"))
    deeds = (*UNTIL_SIGNED, *answered(1, day="26-11-2026"))
    row = row_of(drawn(deeds, [asked(1, pauses=(pause,))]), "process_request", 1)
    assert row.due_at == wib("08-12-2026 16.30")
    assert row.spent_minutes == 150 + 90 + (480 - 90) + 90
    assert row.last.unpaused_due_at == wib("07-12-2026 16.30")
    assert row.paused_minutes == 480


def test_an_open_pause_holds_the_clock():
    pause = Pause(started_at=wib("24-11-2026 09.00"))
    deeds = (*UNTIL_SIGNED, *answered(1)[:2])
    row = row_of(drawn(deeds, [asked(1, pauses=(pause,))]), "process_request", 1)
    assert row.last.left.is_paused
    assert str(row.last.left) == "sisa 9 hari kerja"
    assert row.spent_minutes == 150 + 90


def test_a_pause_holds_from_the_moment_it_begins():
    pause = Pause(started_at=wib("24-11-2026 09.00"))
    deeds = (*UNTIL_SIGNED, *answered(1)[:2])
    line = drawn(deeds, [asked(1, pauses=(pause,))], at=pause.started_at)
    assert row_of(line, "process_request", 1).last.left.is_paused


def test_a_pause_of_row_7b_moves_7b_alone():
    deeds = (*UNTIL_SIGNED, *answered(1)[:3])
    began = deeds[-1].at
    pause = Pause(started_at=began, resumed_at=began + timedelta(minutes=20))
    line = drawn(deeds, [asked(1, pauses=(pause,))], at=began + timedelta(minutes=25))
    assert row_of(line, "process_request", 1).last.paused_minutes == 0
    row = row_of(line, "deliver_data", 1)
    assert (row.spent_minutes, row.paused_minutes) == (5, 20)
    assert row.due_at == began + timedelta(minutes=50)


def test_an_extension_moves_the_due_time_of_the_round_it_was_granted_in():
    grant = Grant(days=7, granted_at=wib("01-12-2026 09.00"))
    deeds = (*UNTIL_SIGNED, *answered(1)[:2])
    row = row_of(drawn(deeds, [asked(1, extension=grant)]), "process_request", 1)
    assert row.due_at == wib("16-12-2026 16.30")


def test_row_7_counts_from_the_sending_not_from_the_post():
    # Rule 11: the mail server accepted ten minutes after row 6 was closed.
    sent_at = wib("23-11-2026 13.55")
    deeds = (*UNTIL_SIGNED, done("send_letter", "23-11-2026 13.45", 1, opens_next_at=sent_at))
    assert row_of(drawn(deeds, [asked(1)]), "receive_letter", 1).entered_at == sent_at


def test_deeds_after_the_moment_are_left_out():
    line = drawn(UNTIL_SIGNED, [asked(1)], at=wib("23-11-2026 10.10"))
    assert [row.row.key for row in line.now] == ["draft_letter"]


def test_a_record_that_contradicts_the_table_is_refused():
    with pytest.raises(ValueError, match="meets no open row"):
        drawn((done("sign_letter", "23-11-2026 09.00"),))


def test_a_recipient_waived_before_the_letter_is_not_asked():
    deeds = (left("waive", "23-11-2026 09.30", 2), *UNTIL_SIGNED)
    line = drawn(deeds, [asked(1), asked(2)])
    assert [(row.row.key, row.recipient) for row in line.now] == [("send_letter", 1)]


def test_a_timeline_is_quick_enough_for_a_page():
    deeds = (*UNTIL_SIGNED, *(deed for number in range(1, 6) for deed in answered(number)))
    recipients = [asked(number) for number in range(1, 6)]
    assert len(drawn(deeds, recipients, at=OPENED + timedelta(days=300)).rows) == 15 + 4 * 6
