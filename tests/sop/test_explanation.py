"""Is every due time explained by plain facts?"""

from datetime import date

from hypothesis import given

from requests_app.sop import clock
from requests_app.sop.clock import Grant, Pause
from requests_app.sop.explanation import FactKind, explain
from requests_app.sop.office_hours import HolidayInfo, HolidayKind
from requests_app.sop.steps import StandardTime, Unit
from tests.sop.calendars import CALENDAR, calendar, wib
from tests.sop.test_clock_properties import moments, standards


def days(amount):
    return StandardTime(amount, Unit.DAYS)


def minutes(amount):
    return StandardTime(amount, Unit.MINUTES)


def test_the_explanation_names_day_0_the_days_skipped_and_the_decree():
    facts = explain(wib("18-12-2026 10.00"), days(10), CALENDAR)
    said = [str(fact) for fact in facts]
    assert said[0] == "Langkah dimulai Jumat, 18 Desember 2026 pukul 10.00 WIB."
    assert said[1].startswith("Jumat, 18 Desember 2026 adalah hari ke-0; waktu baku 10 hari kerja")
    assert (
        "Kamis, 24 Desember 2026 tidak dihitung: Cuti bersama Natal "
        "(cuti bersama, SKB 3 Menteri 2026)." in said
    )
    assert "6 hari libur akhir pekan tidak dihitung." in said
    assert said[-1] == "Tenggat: Kamis, 7 Januari 2027 pukul 16.30 WIB."


def test_the_explanation_names_special_hours_pauses_and_extension():
    pauses = (
        Pause(started_at=wib("12-03-2026 11.00"), resumed_at=wib("12-03-2026 13.00")),
        Pause(started_at=wib("26-03-2026 09.00")),
    )
    grant = Grant(days=2, granted_at=wib("27-03-2026 09.00"))
    facts = explain(wib("12-03-2026 17.00"), days(3), CALENDAR, pauses, grant)
    kinds = [fact.kind for fact in facts]
    assert kinds.count(FactKind.PAUSE) == 2
    assert FactKind.SPECIAL_HOURS in kinds
    assert FactKind.EXTENSION in kinds
    said = " ".join(str(fact) for fact in facts)
    assert "di luar jam kerja" in said
    assert "SE Wali Kota B/111/800 Tahun 2026" in said
    assert "belum berjalan lagi" in said
    assert said.endswith("Tenggat sebelum jeda ini: Jumat, 27 Maret 2026 pukul 14.30 WIB.")


def test_the_explanation_of_minutes_and_of_no_standard():
    said = [str(fact) for fact in explain(wib("23-11-2026 11.50"), minutes(30), CALENDAR)]
    assert "Waktu baku 30 menit kerja; jam istirahat tidak dihitung." in said
    none = explain(wib("23-11-2026 11.50"), None, CALENDAR)
    assert [str(fact) for fact in none] == ["Langkah ini tidak mempunyai waktu baku."]


def test_a_weekend_that_is_worked_is_named_with_its_decree():
    extra = HolidayInfo(
        name="Pengganti cuti bersama", kind=HolidayKind.REPLACEMENT_WORKDAY, decree="SE contoh"
    )
    works = calendar({date(2026, 11, 28): extra})
    (fact,) = (
        fact
        for fact in explain(wib("27-11-2026 10.00"), days(1), works)
        if fact.kind is FactKind.EXTRA_DAY
    )
    assert str(fact) == (
        "Sabtu, 28 November 2026 dihitung sebagai hari kerja: Pengganti cuti bersama "
        "(hari kerja pengganti, SE contoh)."
    )


def test_a_sentence_can_be_said_through_a_catalogue_with_its_own_dates():
    fact = explain(wib("23-11-2026 10.00"), days(1), CALENDAR)[-1]
    said = fact.phrase.said(
        translate={"Tenggat: {due}.": "Due: {due}."}.__getitem__,
        write=lambda moment: f"{moment:%Y-%m-%d %H:%M}",
    )
    assert said == "Due: 2026-11-24 16:30."


@given(moments, standards)
def test_the_explanation_always_ends_with_the_due_time(entered, standard):
    due = clock.due_at(entered, standard, CALENDAR)
    last = explain(entered, standard, CALENDAR)[-1]
    assert last.kind is FactKind.DUE
    assert last.phrase.values["due"] == due


def test_a_pause_after_the_due_time_is_told_to_have_moved_nothing():
    pause = Pause(started_at=wib("24-11-2026 17.00"), resumed_at=wib("25-11-2026 09.00"))
    facts = explain(wib("23-11-2026 09.00"), days(1), CALENDAR, (pause,))
    told = [str(fact) for fact in facts]
    assert told[-2].endswith("setelah tenggat lewat; tenggat tidak bergeser.")
    assert told[-1] == "Tenggat: Selasa, 24 November 2026 pukul 16.30 WIB."
